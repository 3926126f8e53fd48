"""Verdicts on ends of G-code, written here line by line."""

import pytest

from custom_components.bambu_batch.sliced.file import Swap
from custom_components.bambu_batch.sliced.swap import Recognition, recognise

BODY = "G1 X10 Y100 E1.5\nG1 X20 Y100 E1.5\n"
STOCK_A1 = (
    "G1 Z30 F600\nG1 X0 Y128 F18000\nM140 S0\nT255\nG1 X-48 Y180 F3600\nM18 X Y Z\n"
)
STOCK_P1 = "G1 Z35\nG1 Y245\nG1 Y265\nG1 Y-3\nG1 Y265\nM18\n"
CHANGE = "G1 Y254\nG1 Y0\nG1 Y254\nG1 Y10\n"
PUSH = "G1 Z1\nG1 Y254\nG1 Y0\nG1 Y254\nG1 Y10\nG1 Y200\n"
MARK = ";start change plate\n"
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
        (STOCK_A1 + MARK + CHANGE.replace("G1", ";G1") + END, Swap.MARK_ONLY),
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
        (STOCK_P1 + CHANGE + END, Swap.NO),
        (STOCK_P1 + PUSH + END, Swap.LIKELY),
        (STOCK_P1 + MARK + PUSH + END, Swap.YES),
        (STOCK_P1 + "M190 S30\nG1 Z1\nG1 Y250\nG1 Y0\n" + END, Swap.LIKELY),
        ("G1 Z1\nG1 Y250\nG1 Y0\n" + END, Swap.NO),
        (STOCK_P1 + END + PUSH, Swap.AFTER_END_BLOCK),
        (STOCK_P1 + END + MARK + PUSH, Swap.AFTER_END_BLOCK),
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
    assert judge(moves + CHANGE + CHANGE, model="C12").swap is verdict


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


@pytest.mark.parametrize("order", ["G28 Y", "G28", "G28 T145", "G92 Y0"])
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


def test_templates_that_a_tool_left_unresolved_move_nothing() -> None:
    assert judge(CHANGE.replace("Y", "Y{max_y - 1}")).swap is Swap.NO


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


@pytest.mark.parametrize(
    ("line", "system"),
    [
        (";swap", "swapmod_kit"),
        (";swap start ", "swapmod_kit"),
        ("; swap end", "swapmod_kit"),
        (";swap swapmod-stl-a1m start", "swapmod_stl"),
        (";swap-s start 1", "swapmod_stl"),
        ("; clearbed printer:A1 temp:30", "swaplist"),
        ("; autoeject printer:P1S", "swaplist"),
        ("; ==== A1M PLATE_SWAP_FULL ====", "swaplist"),
        ("; === swapmod: JOBOX", "swaplist"),
        (";--- PUSH_OFF at Z=12.5", "swaplist"),
        (";========start plate change====", "jobox"),
        (";========Starting to change plates", "print_looper"),
        (";start change plate", "a1_swap_mod_packer"),
        (";Chitu PlateCycler C1M plate change", "plate_cycler"),
        ("; Auto Build Plate Changer sequence", "auto_build_plate_changer"),
        (";Made by FactorianDesigns, watch the video", "factorian"),
        (";======= Cool Down Done, Start Push Off ====", "factorian"),
        ("; === Looprint ===", "looprint"),
        ("; --- AUTO SWEEP START ---", "auto_sweep"),
    ],
)
def test_marks_of_known_systems(line: str, system: str) -> None:
    found = judge(f"{line}\r\n{CHANGE}")

    assert found.swap is Swap.YES
    assert f"mark={system}" in found.evidence


def test_a_change_that_reaches_beyond_the_bed_is_another_printers() -> None:
    found = judge(MARK + "G1 Y100\nG1 Y265\nG1 Y-2\nG1 Y265\n", model="N1")

    assert found.swap is Swap.LIKELY
    assert "beyond_reach" in found.evidence


@pytest.mark.parametrize(("model", "reach"), [("N1", 190), ("N2S", 270)])
def test_as_far_as_the_bed_goes_it_is_its_own(model: str, reach: int) -> None:
    def change(far: float) -> str:
        return MARK + f"G1 Y0\nG1 Y{far}\nG1 Y0\nG1 Y{far}\n"

    assert judge(change(reach), model=model).swap is Swap.YES
    assert judge(change(reach + 0.5), model=model).swap is Swap.LIKELY


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
        + "M190 S30\nG28\nG380 S2 Z9\n"
        + CHANGE.replace("Y0", "Y-2").replace("Y254", "Y264")
    )

    assert found.evidence == (
        "mark=a1_swap_mod_packer",
        "behind_end:strokes=3",
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
