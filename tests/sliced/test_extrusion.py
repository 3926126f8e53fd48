"""How much filament is really extruded, against truths found another way."""

from collections.abc import Iterator
from itertools import batched
from math import pi
from pathlib import Path
import re

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.bambu_batch.sliced import errors, extrusion, reader
from custom_components.bambu_batch.sliced.extrusion import (
    Extruded,
    measure,
    measure_each,
)
from simulator import slicer
from simulator.slicer import SlicedPlate


def known(gcode: str, through_layer: int | None = None) -> tuple[Extruded, ...]:
    found = measure([gcode.encode()], through_layer)
    assert found is not None
    return found


def lengths(gcode: str, through_layer: int | None = None) -> dict[int | None, float]:
    return {one.slot: round(one.millimetres, 5) for one in known(gcode, through_layer)}


def start(gcode: str) -> dict[int | None, float]:
    return {one.slot: round(one.start_millimetres, 5) for one in known(gcode)}


LAYER = "; CHANGE_LAYER\n"


class TestTruthOfTheSlicer:
    """Our own slicer knows exactly what it writes."""

    @pytest.mark.parametrize("absolute", [False, True])
    @pytest.mark.parametrize("packed", [1, 3])
    def test_whole_plates(self, path: Path, absolute: bool, packed: int) -> None:
        plate = SlicedPlate(
            index=4,
            filaments=(
                slicer.Filament(slot=1, grams=3.0),
                slicer.Filament(slot=2, grams=0.7),
                slicer.Filament(slot=10, grams=1.1),
            ),
            absolute_extrusion=absolute,
            packed=packed,
        )
        slicer.write(path, [SlicedPlate(index=3), plate])

        found = extrusion.extruded(path, 4)

        assert found is not None
        for one, filament in zip(found, plate.filaments, strict=True):
            assert one.slot == filament.slot
            assert one.millimetres == pytest.approx(
                packed * filament.millimetres, rel=1e-5
            )
            weight = one.grams_per_millimetre or 0.0
            assert one.millimetres * weight == pytest.approx(
                packed * filament.grams, rel=1e-5
            )

    @pytest.mark.parametrize("absolute", [False, True])
    @pytest.mark.parametrize("layer", [0, 1, 5, 25, 45, 49, 50, 99])
    def test_up_to_a_layer(self, path: Path, layer: int, absolute: bool) -> None:
        plate = SlicedPlate(
            filaments=(
                slicer.Filament(slot=2, grams=2.0),
                slicer.Filament(slot=3, grams=1.0),
            ),
            absolute_extrusion=absolute,
        )
        slicer.write(path, [plate], crlf=absolute)

        found = {
            one.slot: one.millimetres
            for one in extrusion.extruded(path, 1, layer) or ()
            if one.millimetres
        }

        assert found == pytest.approx(plate.extruded(layer), rel=1e-5)

    def test_a_plate_that_is_not_there(self, path: Path) -> None:
        slicer.write(path)

        with pytest.raises(errors.NoSuchPlate) as refused:
            extrusion.extruded(path, 2)
        assert refused.value.placeholders == {
            "file": "part.gcode.3mf",
            "plate": "2",
            "plates": "1",
        }

    def test_reading_ends_with_the_layer(self, path: Path) -> None:
        slicer.write(path, [SlicedPlate(layers=500, megabytes=8)])
        content = bytearray(path.read_bytes())
        content[len(content) // 2 :][:64] = bytes(64)
        slicer.claim(path, "Metadata/plate_1.gcode", crc=1)

        assert extrusion.extruded(path, 1, 3)
        with pytest.raises(errors.FileDamaged):
            extrusion.extruded(path, 1)


class TestRules:
    @pytest.mark.parametrize(
        ("gcode", "found"),
        [
            ("M83\nG1 X1 E2\nG1 X2 E.5\nG0 E1.\nG2 I1 E+1\nG3 I1 E.25\n", 4.75),
            ("M83\nG1 X1 E2\nG1 E-.8\nG1 X9\nG1 E.8\nG1 X1 E1\n", 3.0),
            ("M83\nG1 X1 E2\nG1 X3 E-.8\nG1 E-.2\n", 2.0),
            ("M83\nG1 E-5\nG1 E3\n", 0.0),
            ("M83\nG1 E-5\nG1 E6\n", 1.0),
            ("M82\nG92 E0\nG1 X1 E2\nG1 X2 E3\nG1 E2.2\nG1 E3\nG1 X1 E4\n", 4.0),
            (
                "M82\nG1 X1 E2\nG92 E0\nG1 X2 E3\nG92 X0 E10 Z1\nG1 E11\nG92 E\nG1 E1\n",
                7.0,
            ),
            ("M82\nG92 E5\nG1 E6\nM83\nG1 E1\nM82\nG1 E8\n", 3.0),
            ("M82\nG91\nG1 E2\nG1 E2\nG90\nG1 E3\n", 4.0),
            ("M83\nG92 E0\nG92 X0\nG1 E1\nG92\nG1 E1\n", 2.0),
            ("M83\n ; G1 E5\nG1 X1 ; E5\n;G1 E5\nG10 E5\nG1 E1 ; E5\nM221 E5\n", 1.0),
            ("M83\n\tG1  X1   E1\r\n  G01 X1 E1 F5\r\nG00 E1", 3.0),
            ("M83\nM622 J1\nG1 E50\nM622 J0\nG1 E50\nM623\nG1 E50\nM623\nG1 E1\n", 1.0),
            ("M83\nM623\nG1 E1\n", 1.0),
            ("M83\nM622 J1\nT5\nM82\nG92 E9\nM623\nG1 E1\nG1 E1\n", 2.0),
            ("M83\nM622 J1\nG1 E50\n; CHANGE_LAYER\nG1 E1\n", 1.0),
        ],
    )
    def test_of_what_counts(self, gcode: str, found: float) -> None:
        assert lengths(LAYER + gcode) == ({None: found} if found else {})

    def test_each_filament_has_its_own_sum(self) -> None:
        gcode = "T0\nG1 E1\nT1 ; second\nG1 E2\nT255\nG1 E.25\nT1000\nT65535\nG1 E.25\nT0\nG1 E4\n"

        assert lengths(LAYER + gcode) == {1: 5.0, 2: 2.5}

    def test_the_highest_tool(self) -> None:
        assert lengths(LAYER + "T63\nG1 E1\nT64\nG1 E1\n") == {64: 2.0}

    def test_what_comes_before_the_first_choice_goes_to_it(self) -> None:
        found = measure([b"G1 E10\nT2\nG1 E5\n; CHANGE_LAYER\nG1 E1\n"])

        assert found == (
            Extruded(
                slot=3, millimetres=1, start_millimetres=15, grams_per_millimetre=None
            ),
        )

    def test_the_start_is_told_apart(self) -> None:
        gcode = f"T0\nG1 E100\nG1 E-1\n{LAYER}G1 E1\nG1 X1 E2\n"

        assert (start(gcode), lengths(gcode)) == ({1: 100.0}, {1: 2.0})

    @pytest.mark.parametrize(
        "mark",
        ["; CHANGE_LAYER\n", "; layer num/total_layer_count: {}/3\n", "M73 L{}\n"],
    )
    def test_every_kind_of_layer_mark(self, mark: str) -> None:
        gcode = "T0\n" + "".join(
            mark.format(layer) + f"G1 E{layer}\n" for layer in (1, 2, 3)
        )

        assert [lengths(gcode, layer).get(1, 0) for layer in (1, 2, 3)] == [
            1.0,
            3.0,
            6.0,
        ]

    def test_all_kinds_together_count_a_layer_once(self) -> None:
        gcode = "T0\n" + "".join(
            f"; CHANGE_LAYER\nG1 E.1\n; layer num/total_layer_count: {layer}/9\nM73 L{layer}\nG1 E1\n"
            for layer in range(1, 10)
        )

        assert lengths(gcode, 4) == {1: 4.4}

    @pytest.mark.parametrize("percent", [10, 50, 90])
    def test_a_share_of_the_layers_is_a_share_of_the_filament(
        self, percent: int
    ) -> None:
        gcode = "T0\n" + "".join(f"M73 L{layer}\nG1 X1 E2\n" for layer in range(1, 101))

        assert lengths(gcode, percent) == {1: 2.0 * percent}


class TestWeight:
    @pytest.mark.parametrize(
        ("head", "slot", "weight"),
        [
            (
                "; filament_density: 1.24,1.04\n; filament_diameter: 1.75,1.75\n",
                2,
                1.04,
            ),
            ("; filament_density = 1.24\n; filament_diameter = 1.75\n", 7, 1.24),
            (
                "; filament_density: 1.24,1.04\n; filament_diameter: 1.75,1.75\n",
                3,
                None,
            ),
            ("; filament_density: 1.24\n", 1, None),
            ("; filament_density: ,\n; filament_diameter: 1.75\n", 1, None),
            ("", 1, None),
        ],
    )
    def test_by_density_and_diameter(
        self, head: str, slot: int, weight: float | None
    ) -> None:
        (found,) = known(f"{head}T{slot - 1}\nG1 E500\n{LAYER}G1 E1000\n")

        area = pi * 0.875**2
        assert found.grams_per_millimetre == (
            pytest.approx(weight * area / 1000) if weight else None
        )


# An interpreter that is too simple to be wrong: one line after the other, one float each.


def walk(gcode: str) -> dict[int | None, float]:
    tip = farthest = at = 0.0
    relative_e, relative, depth = True, False, 0
    slot: int | None = None
    used: dict[int | None, float] = {}
    for line in gcode.split("\n"):
        code = line.split(";")[0].split()
        if not code:
            continue
        if code[0] == "M622":
            depth += 1
        elif code[0] == "M623":
            depth = max(depth - 1, 0)
        if depth:
            continue
        if re.fullmatch(r"T\d+", code[0]) and int(code[0][1:]) < 64:
            if slot is None and None in used:
                new = int(code[0][1:]) + 1
                used[new] = used.get(new, 0) + used.pop(None)
            slot = int(code[0][1:]) + 1
        elif code[0] in ("M82", "M83"):
            relative_e = code[0] == "M83"
        elif code[0] in ("G90", "G91"):
            relative = code[0] == "G91"
        elif code[0] == "G92":
            at = next((float(word[1:]) for word in code if word[0] == "E"), at)
        elif code[0] in ("G0", "G1", "G2", "G3"):
            for word in code[1:]:
                if word[0] == "E":
                    change = float(word[1:]) - (0 if relative or relative_e else at)
                    at += change
                    tip += change
                    used[slot] = used.get(slot, 0) + max(tip - farthest, 0)
                    farthest = max(farthest, tip)
    return used


amounts = st.integers(-500, 500).map(lambda number: f"{number / 100:.2f}")
commands = st.one_of(
    st.builds("G1 X{} E{}".format, amounts, amounts),
    st.builds("G0 E{} F1800".format, amounts),
    st.builds("G3 I1 J1 E{} ; E9".format, amounts),
    st.builds("G92 E{}".format, amounts),
    st.builds("T{}".format, st.sampled_from([0, 1, 3, 255, 1000])),
    st.sampled_from(
        [
            "M82",
            "M83",
            "G90",
            "G91",
            "M622 J1",
            "M623",
            "; E5",
            "",
            "M104 S200",
            "G1 X5",
        ]
    ),
)


# hypothesis' lists are short unless they must be long
programs = st.lists(commands, max_size=8) | st.lists(commands, min_size=25, max_size=60)


@settings(max_examples=400)
@given(programs, st.integers(1, 200), st.sampled_from(["\n", "\r\n"]))
def test_any_gcode_in_any_pieces_agrees_with_a_plain_walk(
    lines: list[str], size: int, ending: str
) -> None:
    text = "\n".join(lines)
    gcode = f"{LAYER}{text}\n".replace("\n", ending).encode()[: -len(ending)]

    found = {
        one.slot: one.millimetres
        for one in measure(bytes(piece) for piece in batched(gcode, size, strict=False))
        or ()
    }

    expected = {slot: length for slot, length in walk(text).items() if length > 1e-9}
    assert {
        slot: length for slot, length in found.items() if length > 1e-9
    } == pytest.approx(expected)


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_nothing_is_raised_whatever_comes(blocks: list[bytes]) -> None:
    measure(blocks)


def test_lines_without_end_stay_in_bounds() -> None:
    blocks = [b"; CHANGE_LAYER\nG1 E1\n; "] + [b"x" * (1 << 20)] * 5 + [b"\nG1 E1\n"]

    found = measure(blocks)

    assert found is not None
    assert [one.millimetres for one in found] == [2]


SPACED = (
    "; CHANGE_LAYER\nG1 X10 Y20 E1.5 F1800\nG0 X0\nG1 X1.5 Y2.5 E2\nG1 E-.8\nG1 E.8\n"
)


@pytest.mark.parametrize(
    "gcode",
    [
        SPACED,
        SPACED.replace(" X", "X").replace(" Y", "Y").replace(" E", "E"),
        SPACED.replace("G1", "G01").replace("G0 ", "G00 "),
        SPACED.replace("\nG", "\nN7 G").replace("N7 ", "N7", 1),
        SPACED.replace("\nG1", "\ng1").replace(" X", " x").replace(" E", " e"),
        SPACED.replace("\n", "\r\n"),
        SPACED.replace("G1 ", "(E9) G1 (E7) "),
        re.sub(r"(G1.*)", r"N3 \1*71", SPACED),
        SPACED.replace("\nG1 X10", "\n\t g1X 10"),
    ],
)
def test_fm_172_the_same_gcode_in_any_spelling_is_the_same_filament(gcode: str) -> None:
    assert lengths(gcode) == {None: 3.5}


@pytest.mark.parametrize(
    "push",
    ["G1 X1 E1e0", "G1 X1.2e1 E1", "G1X1E+02", "G1 E1.2.3", "G1 E１", "G1 X1 E١"],
)
def test_fm_172_a_number_that_every_firmware_reads_otherwise_makes_the_sum_unknown(
    push: str,
) -> None:
    text = f"{SPACED}; CHANGE_LAYER\n{push}\n".encode()

    assert measure([text]) is None
    assert measure([text], 1) is not None, "what comes before it is known"


@pytest.mark.parametrize("sign", ["", "-"])
def test_a_length_beyond_all_numbers_is_unknown(sign: str) -> None:
    assert measure([f"{SPACED}G1 X1 E{sign}{'9' * 400}\n".encode()]) is None


@pytest.mark.parametrize("push", ["G1 X1 E{flush * 0.2}", "G1 E-[length]"])
def test_a_length_that_a_tool_left_unresolved_is_unknown(push: str) -> None:
    assert measure([f"{SPACED}{push}\n".encode()]) is None


@pytest.mark.parametrize("gcode", ["", "no G-code\n", "G5 X1 E1\n", f"{LAYER}M117 x\n"])
def test_fm_173_where_nothing_is_understood_nothing_is_known(gcode: str) -> None:
    assert measure([gcode.encode()]) is None
    assert measure([gcode.encode()], 1) is None


def test_before_the_first_layer_nothing_may_be_extruded() -> None:
    text = f"G28\nM83\n{SPACED}".encode()

    assert measure([text], 0) == ()
    assert measure([b"no G-code"], 0) is None


def test_a_file_that_has_changed_is_not_measured(path: Path) -> None:
    slicer.write(path, [SlicedPlate(layers=3)])
    digest = reader.fingerprint(path)[0]

    assert extrusion.extruded_through(path, 1, {1}, sha256=digest).keys() == {1}
    assert extrusion.extruded_through(path, 1, {1}, sha256="0" * 64) == {}


@pytest.mark.parametrize("ending", ["\n", ""])
def test_more_than_is_read_at_once(ending: str) -> None:
    line = "G1 X1 Y1 E.25 ; longer than most"
    gcode = f"{LAYER}{'\n'.join([line] * 40_000)}{ending}".encode()

    for blocks in ([gcode], [gcode[:700_001], gcode[700_001:]]):
        (found,) = measure(blocks) or ()
        assert found.millimetres == 10_000


def test_several_layers_are_measured_in_one_pass_as_each_alone() -> None:
    gcode = f"G1 E9\n{SPACED}T1\n{SPACED}; CHANGE_LAYER\nG1 X1 E4\n".encode()
    layers = (None, 0, 1, 2, 3, 99)
    passes = 0

    def blocks() -> Iterator[bytes]:
        nonlocal passes
        passes += 1
        for piece in batched(gcode, 7, strict=False):
            yield bytes(piece)

    found = measure_each(blocks(), layers)

    assert passes == 1
    assert found == {layer: measure(blocks(), layer) for layer in layers}
    assert len({repr(one) for one in found.values()}) == 4


def test_layers_before_an_unreadable_number_are_known() -> None:
    gcode = f"{SPACED}; CHANGE_LAYER\nG1 X1 E1e0\n; CHANGE_LAYER\nG1 X1 E1\n".encode()

    found = measure_each([gcode], {1, 2, None})

    assert found[1] is not None
    assert (found[2], found[None]) == (None, None)
