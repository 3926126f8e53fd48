"""Verdicts on ends of G-code, written here line by line."""

from collections.abc import Callable

import pytest

from custom_components.bambu_batch.sliced.file import Swap
from custom_components.bambu_batch.sliced.swap import Recognition, recognise

BODY = "G1 X10 Y100 E1.5\nG1 X20 Y100 E1.5\n"
STOCK_A1 = (
    "G1 Z30 F600\nG1 X0 Y128 F18000\nM140 S0\nT255\nG1 X-48 Y180 F3600\nM18 X Y Z\n"
)
STOCK_P1 = "G1 Z35\nG1 Y245\nG1 Y265\nG1 Y-3\nG1 Y265\nM18\n"
STROKES = "G1 Y254\nG1 Y0\nG1 Y254\nG1 Y10\n"
CHANGE = "G1 Y262\nG91\nG380 S3 Z-20\nG380 S2 Z75\nG90\nG1 Y15\nG1 Y250\nG1 Y0\n"
PUSH = "G1 Z1\nG1 Y254\nG1 Y0\nG1 Y254\nG1 Y10\nG1 Y200\n"
MARK = ";start change plate\n"
PUSH_MARK = ";--- PUSH_OFF at Z=1\n"
END = "; EXECUTABLE_BLOCK_END\n"


def judge(
    end: str,
    *,
    model: str | None = "N2S",
    height: float | None = 30.0,
    jobs: int = 1,
    whole: bool = True,
) -> Recognition:
    return recognise(
        (BODY + end).encode(), whole=whole, model=model, height=height, jobs=jobs
    )


@pytest.mark.parametrize(
    ("end", "verdict"),
    [
        ("", Swap.NO),
        (STOCK_A1 + END, Swap.NO),
        (STOCK_A1 + MARK + CHANGE + END, Swap.YES),
        (STOCK_A1 + CHANGE + END, Swap.LIKELY),
        (STOCK_A1 + END + CHANGE, Swap.AFTER_END_BLOCK),
        (STOCK_A1 + END + MARK + CHANGE, Swap.YES),
        (STOCK_A1 + MARK + END, Swap.MARK_ONLY),
        (STOCK_A1 + MARK + CHANGE.replace("G", ";G") + END, Swap.MARK_ONLY),
        (STOCK_A1 + "M190 R28\n" + END, Swap.WEAK),
        (STOCK_A1 + "G28\n" + END, Swap.WEAK),
        (STOCK_A1 + END + "M190 R28\n", Swap.WEAK),
    ],
)
def test_bed_slingers(end: str, verdict: Swap) -> None:
    assert judge(end).swap is verdict


@pytest.mark.parametrize(
    ("end", "verdict"),
    [
        (STOCK_P1 + END, Swap.NO),
        (STOCK_P1 + "M190 S30\n" + END, Swap.WEAK),
        (STOCK_P1 + STROKES + END, Swap.NO),
        (STOCK_P1 + PUSH + END, Swap.LIKELY),
        (STOCK_P1 + MARK + PUSH + END, Swap.LIKELY),
        (STOCK_P1 + PUSH_MARK + PUSH + END, Swap.YES),
        (STOCK_P1 + "M190 S30\nG1 Z1\nG1 Y250\nG1 Y0\n" + END, Swap.LIKELY),
        ("G1 Z1\nG1 Y250\nG1 Y0\n" + END, Swap.NO),
        (STOCK_P1 + END + PUSH, Swap.AFTER_END_BLOCK),
        (STOCK_P1 + END + PUSH_MARK + PUSH, Swap.AFTER_END_BLOCK),
    ],
)
@pytest.mark.parametrize("model", ["C12", "BL-P001", "O1D", "something new", None])
def test_core_xy_and_unknown_models(end: str, verdict: Swap, model: str | None) -> None:
    assert judge(end, model=model).swap is verdict


@pytest.mark.parametrize(
    ("strokes", "waits", "z", "verdict"),
    [
        (4, False, 29.9, Swap.LIKELY),
        (3, False, 29.9, Swap.NO),
        (4, False, 30.0, Swap.NO),
        (2, True, 29.9, Swap.LIKELY),
        (1, True, 29.9, Swap.WEAK),
        (2, True, 30.0, Swap.WEAK),
    ],
)
def test_core_xy_counts_strokes_below_the_top_of_the_print(
    strokes: int, waits: bool, z: float, verdict: Swap
) -> None:
    travels = "".join(f"G1 Y{200 * (number % 2)}\n" for number in range(strokes + 1))
    wait = "M190 S30\n" if waits else ""

    assert judge(f"{wait}G1 Z{z}\n{travels}", model="C12").swap is verdict


@pytest.mark.parametrize(
    ("moves", "verdict"),
    [
        ("G1 Z40\nG91\nG1 Z-15\nG90\n", Swap.LIKELY),
        ("G1 Z20\nG91\nG1 Z15\nG90\n", Swap.LIKELY),
        ("G1 Z50\nG91\nG1 Z-15\nG90\n", Swap.NO),
        ("G1 Z50\nG91\nG1 Z-15\nG1 Z-15\nG90\n", Swap.LIKELY),
        ("G1 Z40\nG28 Z\nG91\nG1 Z-15\nG90\n", Swap.WEAK),
        ("G91\nG1 Z-15\nG90\n", Swap.NO),
    ],
)
def test_height_is_followed_through_relative_moves(moves: str, verdict: Swap) -> None:
    assert judge(moves + STROKES + STROKES, model="C12").swap is verdict


def test_core_xy_needs_the_height_of_the_print() -> None:
    assert judge(STOCK_P1 + PUSH, model="C12", height=None).swap is Swap.NO


@pytest.mark.parametrize(
    ("moves", "clears"),
    [
        (["Y250", "Y10", "Y250", "Y10"], True),
        (["Y250", "Y10", "Y250"], False),
        (["Y250", "Y0.5", "Y250"], True),
        (["Y250", "Y0.6", "Y250"], False),
        (["Y100", "Y41", "Y100", "Y41", "Y100"], False),
        (["Y100", "Y40", "Y100", "Y40"], True),
        (["Y200", "Y150", "Y100", "Y50", "Y1"], False),
        (["Y200", "Y200", "Y100", "Y100", "Y200", "Y200", "Y100"], True),
        (["Y0", "Y40", "Y40", "Y80", "Y0", "Y80"], True),
        # the way from the print to the first position does not count
        (["Y0", "Y80"], False),
    ],
)
def test_strokes(moves: list[str], clears: bool) -> None:
    end = "".join(f"G1 {move} F2000\n" for move in moves)

    assert (judge(end).swap is Swap.LIKELY) is clears


@pytest.mark.parametrize("support", ["M190 S30", "G380 S2 Z40"])
def test_two_strokes_with_support(support: str) -> None:
    end = "G1 Y200\nG1 Y20\nG1 Y200\n"

    assert judge(end).swap is Swap.NO
    assert judge(f"{support}\n{end}").swap is Swap.LIKELY


def test_relative_moves_arcs_and_forced_moves_travel_too() -> None:
    relative = "G1 Y200\nG91\nG1 Y-150\nG1 Y150\nG1 Y-150\nG90\n"
    others = "G0 Y200\nG2 Y20 I1 J1\nG380 S2 Y200\ng1 y20\n"

    assert judge(relative).swap is Swap.LIKELY
    assert judge(others).swap is Swap.LIKELY


def test_relative_moves_from_nowhere_prove_nothing() -> None:
    assert judge("G91\nG1 Y-150\nG1 Y150\nG1 Y-150\nG1 Y150\n").swap is Swap.NO


@pytest.mark.parametrize("order", ["G28 Y", "G28", "G28 T145"])
def test_homing_loses_the_place(order: str) -> None:
    end = f"G1 Y200\nG1 Y20\nG1 Y200\n{order}\nG1 Y20\n"

    assert "strokes=2" in judge(end).evidence


def test_homing_another_axis_does_not() -> None:
    end = "G1 Y200\nG1 Y20\nG28 X\nG28 Z P0 T300\nG92 E0\nG1 Y200\nG1 Y20\n"

    assert judge(end).swap is Swap.LIKELY


def test_moves_under_a_condition_prove_nothing() -> None:
    assert judge(f"M622 J1\n{CHANGE}M623\n").swap is Swap.NO
    assert judge(f"M622 J1\nM622 J1\nM623\n{CHANGE}M623\n").swap is Swap.NO
    assert judge(f"M622 J1\nM623\n{CHANGE}").swap is Swap.LIKELY
    assert judge(f"M622 J1\nM623\nM623\n{CHANGE}").swap is Swap.LIKELY
    assert judge(f"M622 J1\n{END}{CHANGE}").swap is Swap.NO
    assert judge(f"M622.1 S1\n{CHANGE}").swap is Swap.LIKELY, "that is no condition"


def test_templates_that_a_tool_left_unresolved_move_nothing() -> None:
    assert judge(STROKES.replace("Y", "Y{max_y - 1}")).swap is Swap.NO


def test_words_in_the_settings_mean_nothing() -> None:
    settings = (
        "; CONFIG_BLOCK_START\n; notes = swap\n;swap start\nG1 Y254\nG1 Y0\nG1 Y254\n"
        "; CONFIG_BLOCK_END\n"
    )

    assert judge(STOCK_A1 + settings).swap is Swap.NO
    assert judge(STOCK_A1 + settings + MARK + CHANGE).swap is Swap.YES


@pytest.mark.parametrize(
    "line",
    [
        "; printing object swap id:1",
        "; OBJECT: swapmod",
        ";swapped",
        "M117 ;swap",
        "; swap start plate load only",
        "; ==== A1 PLATE_GRAB_ONLY ====",
    ],
)
def test_lines_that_are_no_marks(line: str) -> None:
    assert judge(f"{line}\n").swap is Swap.NO


ROPE = (
    "G0 Y186.5\nG0 Z186\nG0 X188\nG0 Z180\nG0 Y150\nG0 Y-6\nG0 Z186\nG0 X170\nG0 Z180\n"
    "G0 Y150\nG0 Y15\nG0 Y186.5\nG0 Y5\nG0 Y100\n"
)
LIFT = "G0 Z175\nG0 Y182\nG0 Z186\nG0 Y120\nG0 Y-4 Z175\nG0 Y145\nG0 Y25\nG0 Y186.5\nG0 Y3\n"
LOAD_MINI = "G90\nG28\nG0 Z30\nG0 X-10\nG0 Y-6\nG0 Y150\nG0 Y100\nG0 Y186.5\nG0 Y-6\nG0 Y5\nG0 Y100\n"
LOAD_A1 = (
    "G91\nG380 S2 Z50\nG380 S3 Z-20\nG90\nG28 XY\nG0 X-10\nG0 Y0\nG0 Y170\nG0 Y43\nG0 Y266\n"
    "G0 Y20\nG0 Y0\nG0 Y5\n"
)


@pytest.mark.parametrize(
    ("line", "system", "moves", "model"),
    [
        (";swap", "swapmod_kit", LIFT, "N1"),
        (";swap start ", "swapmod_kit", LIFT, "N1"),
        (";swap start / v 02-00", "swapmod_kit", LIFT, "N1"),
        ("; swap end", "swapmod_kit", LIFT, "N1"),
        (";swap swapmod-stl-a1m start", "swapmod_stl", ROPE, "N1"),
        (";swap-s start 1", "swapmod_stl", ROPE, "N1"),
        ("; clearbed printer:A1 temp:30", "swaplist", PUSH, "N2S"),
        ("; autoeject printer:P1S", "swaplist", PUSH, "C12"),
        ("; ==== A1M PLATE_SWAP_FULL ====", "swaplist", LIFT, "N1"),
        ("; ==== A1 PLATE_SWAP_FULL ====", "swaplist", CHANGE, "N2S"),
        ("; === swapmod: JOBOX", "swaplist", CHANGE, "N2S"),
        ("; === swapmod: SWAPLIST", "swaplist", LIFT, "N1"),
        (";--- PUSH_OFF at Z=12.5", "swaplist", PUSH, "N1"),
        (";========start plate change====", "jobox", CHANGE, "N2S"),
        (";========Starting to change plates", "print_looper", CHANGE, "N2S"),
        (";start change plate", "a1_swap_mod_packer", CHANGE, "N2S"),
        (";Chitu PlateCycler C1M plate change", "plate_cycler", LIFT, "N1"),
        ("; Auto Build Plate Changer sequence", "auto_build_plate_changer", LIFT, "N1"),
        (";Made by FactorianDesigns, watch the video", "factorian", PUSH, "N1"),
        (";======= Cool Down Done, Start Push Off ====", "factorian", PUSH, "N2S"),
        ("; === Looprint ===", "looprint", PUSH, "N1"),
        ("; --- AUTO SWEEP START ---", "auto_sweep", PUSH, "BL-P001"),
    ],
)
def test_a_system_is_known_by_its_mark_and_by_what_it_does(
    line: str, system: str, moves: str, model: str
) -> None:
    moves = (
        moves if model != "N1" else moves.replace("Y254", "Y180").replace("Y200", "Y90")
    )
    found = judge(f"{line}\r\n{moves}", model=model)

    assert found.swap is Swap.YES
    assert f"mark={system}" in found.evidence
    assert judge(f"{line}\n{STROKES}", model="N2S").swap is not Swap.YES


@pytest.mark.parametrize(
    ("mark", "load", "model"),
    [
        (";swap-s start plate load only - v05", LOAD_MINI, "N1"),
        ("; swap start plate load only / v 02-00", LOAD_MINI, "N1"),
        ("; ==== A1 PLATE_GRAB_ONLY ====", LOAD_A1, "N2S"),
        ("; ==== A1 JOBOX GRAB_ONLY ====", LOAD_A1, "N2S"),
        (";ini swapmod-stl-a1m start", LOAD_MINI, "N1"),
        (";swap ini code", LOAD_MINI, "N1"),
    ],
)
def test_fm_180_a_load_is_no_swap_however_its_end_is_marked(
    mark: str, load: str, model: str
) -> None:
    end = {"N1": ";swap-s end\n;swap end\n", "N2S": MARK + "; === swapmod: JOBOX\n"}[
        model
    ]

    assert judge(f"{mark}\n{load}{end}", model=model).swap is Swap.MARK_ONLY
    assert judge(f"{end}{load}", model=model).swap is not Swap.YES, "strokes alone"
    assert judge(f"{END}{mark}\n{load}{end}", model=model).swap is not Swap.YES


@pytest.mark.parametrize(
    "word",
    [
        "; load only",
        ";plate_load_only",
        "; Grab-only sequence",
        "M400 ; only load the first plate",
        "G4 P1 (loading only)",
        "; load a plate, without ejecting one",
        "; no eject",
    ],
)
def test_fm_180_a_word_of_loading_only_rules_out_yes_beside_a_real_swap(
    word: str,
) -> None:
    found = judge(f";swap-s start 1\n{ROPE}{word}\n;swap-s end\n", model="N1")

    assert found.swap is Swap.LIKELY
    assert "loads_only" in found.evidence
    assert judge(f"{word}\n{BODY};swap-s end\n{ROPE}", model="N1").swap is Swap.YES


@pytest.mark.parametrize(
    "broken",
    [
        ROPE.replace("X170", "X160"),
        ROPE.replace("X188", "X180"),
        ROPE.replace("Z180", "Z184"),
        ROPE.replace("Z186", "Z182"),
        ROPE.replace("G0 X188", "G0 X170").replace(
            "G0 X170\nG0 Z180\nG0 Y150\nG0 Y15", "G0 Y15"
        ),
        LIFT,
    ],
)
def test_the_swapmod_s_rope_is_pulled_twice_or_not_at_all(broken: str) -> None:
    assert judge(f";swap-s end\n{ROPE}", model="N1").swap is Swap.YES
    assert judge(f";swap-s end\n{broken}", model="N1").swap is Swap.LIKELY


@pytest.mark.parametrize(
    "broken",
    [
        LIFT.replace("Z186", "Z184"),
        LIFT.replace("Z175\nG0 Y182", "Z183\nG0 Y182"),
        LIFT.replace("Y182", "Y170"),
        LIFT.replace("Y-4 Z175", "Y60 Z175")
        .replace("Y25", "Y60")
        .replace("Y3\n", "Y55\n"),
        ROPE,
    ],
)
def test_a_lifted_plate_stays_behind_when_the_bed_goes_back(broken: str) -> None:
    assert judge(f";swap\n{LIFT}", model="N1").swap is Swap.YES
    assert judge(f";swap\n{broken}", model="N1").swap is not Swap.YES


@pytest.mark.parametrize(
    "broken",
    [
        CHANGE.replace("Y262", "Y258"),
        CHANGE.replace("Z-20", "Z-4").replace("Z75", "Z4"),
        CHANGE.replace("Y15", "Y60").replace("Y0", "Y60"),
        CHANGE.replace("G1 Y262\nG91", "G91").replace("G90\n", "G90\nG1 Y262\n"),
    ],
)
def test_a_plate_is_hooked_with_the_bed_in_front(broken: str) -> None:
    assert judge(MARK + CHANGE).swap is Swap.YES
    assert judge(MARK + broken).swap is not Swap.YES


@pytest.mark.parametrize(
    ("push", "verdict"),
    [
        ("G1 Y254\nG1 Z1\nG1 Y0\nG1 Y254\nG1 Y0\n", Swap.YES),
        ("G1 Z1\nG1 Y254\nG1 Y10\nG1 Y254\nG1 Y10\n", Swap.YES),
        ("G1 Z31\nG1 Y254\nG1 Y0\nG1 Y254\nG1 Y0\n", Swap.LIKELY),
        ("G1 Z1\nG1 Y140\nG1 Y0\nG1 Y140\nG1 Y0\n", Swap.LIKELY),
        ("G1 Z1\nG1 Y254\nG1 Y20\nG1 Y254\nG1 Y20\n", Swap.LIKELY),
        ("G1 Y254\nG1 Y100\nG1 Z1\nG1 Y0\nG1 Y120\nG1 Y0\n", Swap.LIKELY),
        ("G1 Z1\nG1 Y254\nG1 Y100 Z40\nG1 Y0\nG1 Y120\nG1 Y0\n", Swap.LIKELY),
    ],
)
def test_a_part_is_pushed_off_below_its_top_and_over_the_whole_plate(
    push: str, verdict: Swap
) -> None:
    assert judge("G1 Z50\n" + PUSH_MARK + push).swap is verdict


def test_the_height_of_the_print_is_read_from_its_last_layer_where_nobody_says_it() -> (
    None
):
    def end(z: float) -> Recognition:
        tail = f"G1 Z2\n{BODY}{PUSH_MARK}G1 Z{z}\nG1 Y254\nG1 Y0\nG1 Y254\nG1 Y0\n"
        return recognise(tail.encode(), whole=True, model="N2S", height=None, jobs=1)

    assert end(1).swap is Swap.YES
    assert end(3).swap is Swap.LIKELY


def test_a_changer_s_motion_counts_only_on_the_printer_that_it_is_made_for() -> None:
    assert judge(MARK + CHANGE, model="N9").swap is Swap.LIKELY
    assert judge(f";swap\n{LIFT}", model="N2S").swap is Swap.LIKELY


@pytest.mark.parametrize(
    "spell",
    [
        lambda text: text.replace(" ", ""),
        lambda text: text.replace("G0", "G00"),
        lambda text: text.replace("G0", "N2 G0"),
        lambda text: text.replace("G0", "N2G0").replace("\n", "*71\n"),
        str.lower,
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("\n", " (Y50) ; Y50\n"),
        lambda text: text.replace("G0 ", "(start) G0 (Y9) "),
        lambda text: text.replace("Y", "Y "),
    ],
)
def test_fm_172_a_swap_is_seen_in_any_spelling(spell: Callable[[str], str]) -> None:
    load = spell(LOAD_MINI)

    assert judge(f";swap-s end\n{spell(ROPE)}", model="N1").swap is Swap.YES
    assert judge(f";swap\n{spell(LIFT)}", model="N1").swap is Swap.YES
    assert judge(f"{spell(BODY)}{STOCK_A1}").swap is Swap.NO
    assert judge(f";swap-s end\n{load}", model="N1").swap is Swap.LIKELY


@pytest.mark.parametrize("number", ["1.82e2", "182e0", "1.82E+02", "18.2.0"])
def test_fm_172_a_number_that_not_every_firmware_reads_alike_is_not_guessed(
    number: str,
) -> None:
    for text in (LIFT.replace("182", number), f"{LIFT}G0 Y{number}\n"):
        assert judge(f";swap\n{text}", model="N1").swap is Swap.UNKNOWN
    assert judge(f"G1 X1 Y1 E{number}\n{MARK}{CHANGE}").swap is Swap.YES
    assert judge(f"{MARK}{CHANGE}G1 X1 Y1 E{number}\n").swap is not Swap.YES


def test_a_file_of_which_no_line_is_understood_is_unknown() -> None:
    def of(text: str) -> Swap:
        tail = text.encode()
        return recognise(tail, whole=True, model="N1", height=9.0, jobs=1).swap

    assert of("@home\n@move 1\n") is Swap.UNKNOWN
    assert of("; only a comment\n\n") is Swap.NO


@pytest.mark.parametrize(
    ("end", "verdict"),
    [
        (STOCK_A1, Swap.PACKED_NO_FINAL_EJECT),
        (STOCK_A1 + MARK, Swap.PACKED_NO_FINAL_EJECT),
        (STOCK_A1 + "M190 S30\n", Swap.PACKED_NO_FINAL_EJECT),
        (STOCK_A1 + CHANGE, Swap.LIKELY),
        (STOCK_A1 + MARK + CHANGE, Swap.YES),
    ],
)
def test_packed_jobs(end: str, verdict: Swap) -> None:
    found = judge(end, jobs=2)

    assert found.swap is verdict
    assert "jobs=2" in found.evidence


def test_only_what_follows_the_last_extrusion_counts() -> None:
    assert judge(MARK + CHANGE + BODY + STOCK_A1).swap is Swap.NO
    assert judge(MARK + CHANGE + "G1 X5 E+.5\n" + STOCK_A1).swap is Swap.NO
    assert judge(MARK + CHANGE + "G1 X5 Y100 E0\n").swap is Swap.YES
    # retracting while moving and pushing without moving are no printing
    assert judge(MARK + CHANGE + "G1 X5 Y100 E-.8\nG1 E5\n").swap is Swap.YES


def test_an_end_longer_than_what_was_kept_is_unknown() -> None:
    tail = (MARK + CHANGE).encode()

    assert (
        recognise(tail, whole=False, model="N2S", height=30.0, jobs=1).swap
        is Swap.UNKNOWN
    )


def test_gcode_that_prints_nothing_clears_nothing() -> None:
    tail = (MARK + CHANGE).encode()

    assert recognise(tail, whole=True, model="N2S", height=30.0, jobs=1).swap is Swap.NO


def test_evidence_tells_where_it_was_seen() -> None:
    found = judge(
        STOCK_A1
        + END
        + MARK
        + "M190 S30\nG28\nG1 Y264\nG1 Z50\nG380 S2 Z9\n"
        + STROKES.replace("Y0", "Y-2").replace("Y254", "Y264")
    )

    assert found.evidence == (
        "mark=a1_swap_mod_packer",
        "behind_end:strokes=3",
        "behind_end:hook",
        "behind_end:sweep",
        "behind_end:y=-2",
        "behind_end:y=264",
        "behind_end:M190",
        "behind_end:G28",
        "behind_end:G380",
    )


@pytest.mark.parametrize(("model", "low", "high"), [("N1", -1, 182), ("N2S", -1, 258)])
def test_evidence_names_positions_beyond_those_of_stock_gcode(
    model: str, low: int, high: int
) -> None:
    def seen(*positions: float) -> tuple[str, ...]:
        moves = "".join(f"G1 Y{position}\n" for position in positions)
        return tuple(
            one for one in judge(moves, model=model).evidence if one.startswith("y=")
        )

    assert seen(low, high) == ()
    assert seen(low - 0.5, high + 0.5) == (f"y={low - 0.5:g}", f"y={high + 0.5:g}")


def test_endless_lines_are_read_in_bounds() -> None:
    line = "; " + "=" * 200_000 + "swap\n"
    extruding = "G1 X1" + " " * 200_000 + "E1\n"

    assert judge(line + extruding + CHANGE).swap is Swap.LIKELY


BED = "G1 Y200\nG1 Y20\nG1 Y200\nG1 Y20\n"


@pytest.mark.parametrize("order", ["M2", "M30", "M112", "N7 m112"])
def test_what_follows_the_end_of_the_program_is_never_carried_out(order: str) -> None:
    assert judge(f"{order}\n{BED}").swap is Swap.NO
    assert judge(BED).swap is not Swap.NO


@pytest.mark.parametrize(
    "order",
    [
        *("G20", "G92 X0 Y0", "G92 Z5", "G92", "G92.1", "G52 X100", "G10 L2 P1 X-100"),
        *("G10 L20 X0", "M206 X-100", "G68 R90", "G51 X2", "M290 Z100", "M428"),
        *("G53", "G54", "G59", "G59.1", "M851 Z-3", "M92 X80", "M218 T1 X9", "g54"),
    ],
)
def test_moves_by_another_measure_are_unknown(order: str) -> None:
    assert judge(f"{order}\n{BED}").swap is Swap.UNKNOWN
    assert judge(f";swap-s end\n{order}\n{ROPE}", model="N1").swap is Swap.UNKNOWN


@pytest.mark.parametrize("order", ["G10", "G11", "G92 E0", "M206", "M851", "G21"])
def test_orders_that_shift_no_axis_change_no_verdict(order: str) -> None:
    assert judge(f";swap-s end\n{order}\n{ROPE}", model="N1").swap is Swap.YES


@pytest.mark.parametrize("order", ["G29", "G38.2 Z0", "G27", "G61"])
def test_a_pull_counts_only_where_the_head_is_known_to_be(order: str) -> None:
    text = ROPE.replace("G0 X188\n", f"G0 X188\n{order}\n")

    assert judge(f";swap-s end\n{text}", model="N1").swap is Swap.LIKELY


PULL = "G0 X188\n"
GARBLED = [
    *("G0 X１８８", "G0 X١٨٨", "G0 X¹⁸⁸", "G0 X₁₈₈", "G0\u00a0X188", "\u00a0G0 X188"),
    *("G0 X188mm", "G0 X188m", "G0 XX188", "G0 X100 X188", "G0 X188 X100", "G0 X1 88"),
    *("G0 X188,0", "G0 X=188", "G0 X--188", "G0 X0xBC", "G0 X188*2 F5000", "G0 X188)"),
    *("(a (b) G0 X188)", "(a; b) G0 X188", "G0 X188 (start", "M400\x0bG0 X188"),
    *("G0 Z186 F2000 G0 X188", "G90 G0 X188", "M400 G0 X188", "M400G0X188", "G90 M2"),
    *(";c\rG0 X100", "G0 X188 ;c\rG0 X100", "G0 X188 F", "G9١", "G0 X188\x00"),
]


@pytest.mark.parametrize("line", GARBLED)
def test_fm_172_a_line_that_is_not_exactly_a_command_and_its_words_is_unknown(
    line: str,
) -> None:
    for text in (ROPE.replace(PULL, f"{line}\n"), f"{ROPE}{line}\n"):
        if line.startswith("\u00a0"):
            text = text.replace(line, f"G4 P1\n{line}")
        assert judge(f";swap-s end\n{text}", model="N1").swap is Swap.UNKNOWN


@pytest.mark.parametrize(
    "line",
    [
        *("G28 X Y", "M18 X Y Z", "M17 R", "M620 S0A", "G1 X20 Y{max_y} F9000"),
        *("G1 X20 Y[max_y] ; to (the front", "M117 G0 X2", "M117 装 １", "T255 ; 好"),
        *("M1002 judge_flag g29_before_print_flag", "M1006 A0 B10 L100 C0 D10 M60 E0"),
        *("G1 X+20. Y.5 F9", "G3 X20 Y9 I1.2 J0 P1  F42000", "G1 X-48\tF2000\t;left"),
        *("{if spiral_mode}", "G1 X20 F9 ; G0 X1 G0 X2", "M73.2   R1.0 ;Reset"),
    ],
)
def test_lines_of_slicers_and_tools_are_no_riddle(line: str) -> None:
    assert judge(f";swap-s end\n{ROPE}{line}\n", model="N1").swap is Swap.YES


@pytest.mark.parametrize("lifted", ["G0 Y-5\n", "G0 Y-5\nG0 Y145\nG0 Y3\n"])
def test_a_plate_is_changed_only_once_the_bed_came_again_for_the_next(
    lifted: str,
) -> None:
    text = "G0 Z175\nG0 Y-5\nG0 Y186.5\nG0 Z186\n" + lifted

    assert judge(f";swap\n{text}", model="N1").swap is Swap.LIKELY
    assert judge(f";swap\n{text}G0 Y180\nG0 Y3\n", model="N1").swap is Swap.YES
    hooked = CHANGE.replace("G1 Y250\nG1 Y0", "G1 Y90\nG1 Y0\nG1 Y90")
    assert judge(MARK + hooked).swap is Swap.LIKELY


@pytest.mark.parametrize(
    "mark",
    [";swap-s start plate load", ";swap-s start load 1", ";swap-s end - plate loaded"],
)
def test_fm_180_a_mark_that_names_a_load_rules_out_yes(mark: str) -> None:
    swap = f";swap-s start 1\n{ROPE}"

    for text in (
        f"{mark}\n{ROPE}",
        f"{swap}{mark}\n{LOAD_MINI}",
        f"{swap}{END}{mark}\n",
    ):
        assert judge(text, model="N1").swap is Swap.LIKELY


def test_fm_180_a_message_on_the_display_is_heard_like_a_comment() -> None:
    text = f";swap-s start 1\n{ROPE}M117 load only\n"

    assert judge(text, model="N1").swap is Swap.LIKELY
