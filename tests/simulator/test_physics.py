"""Heat behaves as recorded; files are judged by what they make the bed do."""

import asyncio
from collections.abc import Callable
from pathlib import Path
import re
import zipfile

import pytest

from simulator import print_file
from simulator.bed_motion import clears_plate
from simulator.clock import Clock
from simulator.physics import Physics
from simulator.print_file import BadFileError
from simulator.slicer import clearing


class Hands(Clock):
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        super().__init__(1)
        self.time = 0.0

    def now(self) -> float:
        return self.time


async def test_the_bed_cools_as_the_recorded_one() -> None:
    clock = Hands()
    bed = Physics(clock, None).bed
    bed.temperature = 63.5
    clock.time += 125

    assert bed.temperature == pytest.approx(56.2, abs=0.5)


async def test_the_nozzle_cools_as_the_recorded_one() -> None:
    clock = Hands()
    nozzle = Physics(clock, None).nozzle
    nozzle.temperature = 207
    clock.time += 125

    assert nozzle.temperature == pytest.approx(133.6, abs=3)


async def test_a_heater_reaches_its_target_and_stays() -> None:
    clock = Hands()
    bed = Physics(clock, None).bed
    bed.target = 65
    clock.time += 10
    assert 23 < bed.temperature < 65
    clock.time += 1000
    assert bed.temperature == 65
    bed.target = 40
    clock.time += 10000
    assert bed.temperature == 40
    bed.target = 0
    clock.time += 10000
    assert bed.temperature == 23


async def test_a_change_of_speed_wakes_those_who_wait() -> None:
    clock = Clock(0.001)
    waiting = asyncio.create_task(clock.sleep(10))
    await asyncio.sleep(0.01)
    assert not waiting.done()
    clock.speed = 100000
    async with asyncio.timeout(10):
        await waiting


async def test_the_changer_gives_a_plate_until_it_is_empty() -> None:
    physics = Physics(Hands(), 1)
    physics.plate_occupied = True
    physics.swap()
    assert (physics.plate_present, physics.plates_left) == (True, 0)
    assert not physics.plate_occupied
    physics.swap()
    assert (physics.plate_present, physics.plates_left) == (False, 0)


@pytest.mark.parametrize("model", ["N1", "N2S"])
@pytest.mark.parametrize("absolute", [False, True])
@pytest.mark.parametrize(
    "swap", [None, "load_only", "swapmod", "swapmod_kit", "jobox", "pushoff"]
)
def test_the_slicers_files_clear_their_plate_or_not(
    sliced: Callable[..., bytes], model: str, swap: str | None, absolute: bool
) -> None:
    content = sliced(
        model=model, swap=swap, absolute_extrusion=absolute, layers=20, seconds=600
    )
    plate = print_file.read(content, "Metadata/plate_1.gcode")

    assert plate.clears_plate == (swap not in (None, "load_only"))
    assert (plate.seconds, plate.layers, plate.model) == (600, 20, model)
    assert (plate.filaments, plate.materials) == ((1,), ("PLA",))


def test_every_real_file_is_read_and_judged(samples: Path) -> None:
    clearing = set()
    for path in sorted((samples / "3mf").glob("*.3mf")):
        if not zipfile.is_zipfile(path):
            continue
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
        for name in names:
            if re.fullmatch(r"Metadata/plate_\d+\.gcode", name):
                content = path.read_bytes()
                plate = print_file.read(content, name)
                if plate.model not in {"N1", "N2S"}:
                    plate = print_file.read(content, name, core_xy=True)
                assert plate.seconds > 60
                if plate.clears_plate:
                    clearing.add(path.name.partition(".")[0])

    assert clearing == {
        "tool__a1swapmodpacker_x1_A1",
        "tool__balin77_A1M_swaplist",
        "tool__balin77_A1_jobox",
        "tool__balin77_A1_jobox_stripped",
        "tool__factorian_pushoff_x2_A1",
        "tool__own_unmarked_pushoff_A1",
        "tool__own_unmarked_pushoff_P1S",
        "tool__swapmod_kit_x2_A1mini",
    }


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"; G-code"])
def test_a_file_that_is_not_a_3mf_cannot_be_printed(content: bytes) -> None:
    with pytest.raises(BadFileError) as refused:
        print_file.read(content, "Metadata/plate_1.gcode")
    assert refused.value.code == 0x05004003


def test_marks_alone_move_no_plates() -> None:
    text = (
        "G1 X1 Y1 E1\n;swap\n;start change plate\n;G1 Y0\n;G1 Y180\n;G1 Y0\n;G1 Y180\n"
    )
    assert not clears_plate(text)


@pytest.mark.parametrize(
    "line",
    [
        *(
            "G0 X188mm",
            "G0 XX188",
            "G0 X1 X188",
            "G0\u00a0X188",
            "G0 X１８８",
            "G0 X١٨٨",
        ),
        *(
            "G0 Z186 G0 X188",
            "M400 G0 X188",
            "(a (b) G0 X188)",
            "G0 X188 F",
            ";\rG0 X1",
        ),
        *("G20", "G92 Z0", "G52 X9", "G10 L2 X9", "G54", "G68 R9", "M206 X9", "M428"),
    ],
)
def test_what_nobody_can_read_clears_nothing(line: str) -> None:
    for swap in (clearing.SWAPMOD, clearing.SWAPMOD_KIT):
        assert clears_plate(f"{swap}G28\nM117 G0 １\nG1 X{{max}} F9\n")
        assert not clears_plate(f"{line}\n{swap}")
    assert clears_plate(f"{line}\nG1 X1 Y1 E1\n{clearing.SWAPMOD}"), "printed since"


@pytest.mark.parametrize("order", ["M2", "M30", "M112"])
def test_nothing_moves_once_the_program_has_ended(order: str) -> None:
    assert not clears_plate(f"{order}\n{clearing.SWAPMOD}")
    assert clears_plate(f"M622 J1\n{order}\nM623\n{clearing.SWAPMOD}")


def test_a_lifted_plate_is_changed_once_the_bed_came_for_the_next() -> None:
    lifted = "G0 Z175\nG0 Y186.5\nG0 Z186\nG0 Y-5\n"

    assert not clears_plate(lifted)
    assert not clears_plate(lifted + "G0 Y145\nG0 Y-5\n")
    assert clears_plate(lifted + "G0 Y180\nG0 Y-5\n")
