"""Many lines read at once, against each of them read alone."""

from collections.abc import Sequence
from math import isnan
import subprocess
import sys

from hypothesis import example, given, settings, strategies as st
import numpy as np
import pytest

from custom_components.bambu_batch.sliced.pushes import _COUNTS, read
from custom_components.bambu_batch.sliced.words import command

type Found = tuple[list[float | None], list[tuple[int, bytes]]]


def at_once(lines: Sequence[bytes]) -> Found:
    moves, events = read(b"".join(b"\n" + line for line in lines))
    return (
        [None if isnan(move) else move for move in moves.tolist()],
        [(before, event[0].strip()) for before, event in events],
    )


def one_by_one(lines: Sequence[bytes]) -> Found:
    """Do the same the slow way: the pattern on each line, `float` on each number."""
    moves: list[float | None] = []
    events = []
    for line in lines:
        found = _COUNTS.match(b"\n" + line)
        if found is None:
            continue
        if found.lastgroup is not None:
            events.append((len(moves), found[0].strip()))
            continue
        text = found[found.lastindex or 0]
        try:
            moves.append(None if b"e" in text.lower() else float(text))
        except ValueError:
            moves.append(None)
    return moves, events


digits = st.text("0123456789", min_size=1, max_size=6)
numbers = st.one_of(
    st.builds("{}{}.{}".format, st.sampled_from(["", "-", "+"]), digits, digits),
    st.builds("{}.{}".format, st.sampled_from(["", "-", "+"]), digits),
    st.builds("{}{}".format, st.sampled_from(["", "-", "+"]), digits),
    st.builds("{}.".format, digits),
    st.sampled_from(
        ["", ".", "-", "1.2.3", "1..2", "1e5", "2E-0", ".5e+1", "--1", "{x}", "１"]
    ),
    st.sampled_from(
        ["12345678901.5", "-1234567.1234", "0." + "1" * 30, "9" * 400, "0.0001"]
    ),
)
moves = st.builds(
    "{}{}{}X1.5{}{}{}{}".format,
    st.sampled_from(["", "", "", " ", "\t", "N5 ", "(E9) ", "N12(a)", "; "]),
    st.sampled_from(["G1", "G1", "G1", "G0", "G2", "G3", "G01", "g1", "G10", "G4"]),
    st.sampled_from([" ", " ", " ", "", "  ", " Xe", " ;", " (E1) "]),
    st.sampled_from([" ", " ", " ", "", "\t"]),
    st.sampled_from(["E", "E", "E", "e", "E ", "F9 E", "F9E"]),
    numbers,
    st.sampled_from(["", "", "", "\r", " F1800", "F2", " E7", "*71", ";E1", "\t", "("]),
).map(str.encode)
orders = st.sampled_from(
    b"T0|T1 ; E1| T63|T255|t2|T1x|M82|M083|M83 ; E|M8|M820|m82|M622 J1|M623|M622.1|M204 S1|M73 L5|M73L6|m73 l1|M73 P5"
    b"|G90|G91\r|g92 E0|G92|G92 E1e0|G92.1 E0|G92E5|N1 G92 E0|; CHANGE_LAYER|;CHANGE_LAYER|;  CHANGE_LAYER"
    b"|; layer num/total_layer_count: 3/9|; LINE_WIDTH: 0.4|;|| |\r|G|E5|(|N".split(
        b"|"
    )
)
noise = st.text("G1 0239XE.-+e;(){N\tM8Tt\r\u00e9", max_size=24).map(str.encode)


@settings(max_examples=600)
@given(st.lists(moves | orders | noise, max_size=30))
@example([b"G1 X1 E" + b"1" * length for length in range(1, 20)])
@example([b"G1 X1 E-." + b"5" * length for length in range(1, 20)])
@example([])
@example([b""])
def test_all_lines_at_once_say_what_each_of_them_says(lines: list[bytes]) -> None:
    assert at_once(lines) == one_by_one(lines)


@given(st.integers(-(10**9), 10**9), st.integers(0, 5))
def test_a_plain_number_is_the_same_to_the_last_bit(number: int, places: int) -> None:
    text = f"{number / 10**places:.{places}f}".replace("0.", ".")

    (move,) = read(f"\nG1 X1 E{text} F9".encode())[0].tolist()

    assert move == float(text)


@pytest.mark.parametrize(
    "line",
    [
        "G1 X1 E.5",
        "g1 x1 e-.2",
        "N3 G01 X1 E1.",
        "G2 I1 J1 E+4 F1 ; E9",
        "G3 X1(E2)E3*7",
    ],
)
def test_fm_172_a_move_says_what_it_says_where_lines_are_read_singly(
    line: str,
) -> None:
    order = command(line)

    assert order is not None
    assert read(f"\n{line}".encode())[0].tolist() == [order.words["E"]]


def test_plain_moves_need_no_pattern(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = "\nG1 X1 Y2 E.03456\nG1 X3 Y-1 F9000\nG3 X1 I2 E1 F9\nG1 E-.8\r\n; FEATURE: Bridge\nM204 S900"
    monkeypatch.setattr(f"{read.__module__}._COUNTS", None)

    assert np.array_equal(read(plain.encode())[0], [0.03456, 1.0, -0.8])


def test_files_are_read_before_numpy_is_there() -> None:
    program = (
        "import sys; sys.modules['numpy'] = None\n"
        "from custom_components.bambu_batch.sliced import extrusion, reader\n"
    )

    subprocess.run([sys.executable, "-c", program], check=True)
