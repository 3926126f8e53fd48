"""Which tray feeds which filament: loaded trays × needed filaments × models → payload."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import orjson
import pytest

from custom_components.bambu_batch.bambu.command import FIRST_SEQUENCE, project_file
from custom_components.bambu_batch.bambu.models import UrlForm, by_code
from custom_components.bambu_batch.bambu.project_file import Calibration, ProjectFile
from custom_components.bambu_batch.bambu.remote_name import remote_name
from custom_components.bambu_batch.bambu.status import Tray
from custom_components.bambu_batch.bambu.trays import decode
from custom_components.bambu_batch.production.context import Context
from custom_components.bambu_batch.production.equipment import Equipment
from custom_components.bambu_batch.production.filament import (
    Assignment,
    Unassigned,
    assign,
)
from custom_components.bambu_batch.production.fit import hold_of
from custom_components.bambu_batch.production.gate import Reason
from custom_components.bambu_batch.production.model import Hold, PrintSettings, Task

from .scene import AT_REST, Scene, plate_file
from .spools import EMPTY, UNTOLD, needs, trays

WHITE, BLACK, RED, GREY = "FFFFFF", "000000", "DE4343", "808080"
FOUR = {0: "PLA FFFFFF", 1: "PLA 000000", 2: "PLA DE4343", 3: "PETG 808080"}
"""An AMS lite as it usually is."""
NONE = (255, 255)
"""`ams_mapping2` of a slot that the plate does not use."""
EXTERNAL = (255, 0)


@dataclass(frozen=True, kw_only=True)
class Feeds:
    """The payload's `ams_mapping`, `ams_mapping2` as (ams_id, slot_id), and `use_ams`."""

    mapping: list[int]
    places: list[tuple[int, int]]
    use_ams: bool = True


@dataclass(frozen=True, kw_only=True)
class Lacks:
    """The task waits: this slot has no tray. `known` False: nobody knows yet."""

    slot: int | None
    known: bool = True


def case(
    name: str,
    needed: tuple[str, ...],
    loaded: dict[int, str] | None,
    expected: Feeds | Lacks,
    **more: Any,
) -> Any:
    """Return a row of the table. `more`: settings, `sensor`, `now`, `power`, `model`."""
    return pytest.param(needed, loaded, expected, more, id=name)


def feeds(mapping: list[int], *places: tuple[int, int], use_ams: bool = True) -> Feeds:
    return Feeds(mapping=mapping, places=list(places), use_ams=use_ams)


def lacks(slot: int | None) -> Lacks:
    return Lacks(slot=slot)


def unknown(slot: int | None) -> Lacks:
    return Lacks(slot=slot, known=False)


OUTSIDE = feeds([-1], EXTERNAL, use_ams=False)

ONE_UNIT = [
    case("one colour in tray 3, as recorded", ("1 PETG",), FOUR, feeds([3], (0, 3))),
    case(
        "four colours, as recorded",
        ("1 PLA 0000FF", "2 PLA FFFFFF", "3 PLA 00FF00", "4 PLA FF0000"),
        {0: "PLA FFFFFF", 1: "PLA FF0000", 2: "PLA 00FF00", 3: "PLA 0000FF"},
        feeds([3, 0, 2, 1], (0, 3), (0, 0), (0, 2), (0, 1)),
    ),
    case("the nearest colour", ("1 PLA 202020",), FOUR, feeds([1], (0, 1))),
    case("white", ("1 PLA FFFFFF",), FOUR, feeds([0], (0, 0))),
    case("a light red is red", ("1 PLA FF8080",), FOUR, feeds([2], (0, 2))),
    case(
        "what looks near, not what counts near: yellow, not grey",
        ("1 PLA D9D900",),
        {0: "PLA BFBF80", 1: "PLA F2D24A"},
        feeds([1], (0, 1)),
    ),
    case(
        "dark blue is nearer to black than to bright blue",
        ("1 PLA 000030",),
        {0: "PLA 0000FF", 1: "PLA 000000"},
        feeds([1], (0, 1)),
    ),
    case(
        "clear is not white",
        ("1 PETG FFFFFF00",),
        {0: "PETG FFFFFFFF", 1: "PETG FFFFFF00"},
        feeds([1], (0, 1)),
    ),
    case(
        "only another colour", ("1 PLA 00FF00",), {0: "PLA 000000"}, feeds([0], (0, 0))
    ),
    case("no colour in the file", ("1 PLA -",), FOUR, feeds([0], (0, 0))),
    case(
        "no colour at the printer comes last",
        ("1 PLA FFFFFF",),
        {0: "PLA -", 1: "PLA 000000"},
        feeds([1], (0, 1)),
    ),
    case("small letters", ("1 pla FFFFFF",), FOUR, feeds([0], (0, 0))),
    case("another material only", ("1 ASA FFFFFF",), FOUR, lacks(1)),
    case("PLA-CF is no PLA", ("1 PLA-CF FFFFFF",), FOUR, lacks(1)),
    case("the file does not say which material", ("1 - FFFFFF",), FOUR, lacks(1)),
    case("the file does not say which filaments", (), FOUR, lacks(None)),
    case(
        "a spool of unknown material fits nothing",
        ("1 PLA FFFFFF",),
        {0: "- FFFFFF GFL99"},
        lacks(1),
    ),
    case(
        "two equal trays: the lower number",
        ("1 PLA FFFFFF",),
        {2: "PLA FFFFFF", 1: "PLA FFFFFF"},
        feeds([1], (0, 1)),
    ),
]

BRANDS = [
    case(
        "fm-097 the same code: colour breaks the tie",
        ("1 PLA 000000 GFA00",),
        {0: "PLA FFFFFF GFA00", 1: "PLA 101010 GFA00"},
        feeds([1], (0, 1)),
    ),
    case(
        "fm-098 matte is not basic though both are PLA",
        ("1 PLA FFFFFF GFA01",),
        {0: "PLA FFFFFF GFA00", 1: "PLA F0F0F0 GFA01"},
        feeds([1], (0, 1)),
    ),
    case(
        "fm-098 the code decides before the colour",
        ("1 PLA 000000 GFA05",),
        {0: "PLA 000000 GFA00", 1: "PLA FF0000 GFA05"},
        feeds([1], (0, 1)),
    ),
    case(
        "fm-098 no code at the printer: type and colour",
        ("1 PLA 000000 GFA05",),
        {0: "PLA FFFFFF", 1: "PLA 000000"},
        feeds([1], (0, 1)),
    ),
    case(
        "no code in the file: type and colour",
        ("1 PLA 000000",),
        {0: "PLA FFFFFF GFA00", 1: "PLA 000000 GFA01"},
        feeds([1], (0, 1)),
    ),
    case(
        "the same code of another material is no fit",
        ("1 PLA FFFFFF P8d19ba6",),
        {0: "PETG FFFFFF P8d19ba6"},
        lacks(1),
    ),
    case(
        "each code its own tray, whatever the colours",
        ("1 PLA FFFFFF GFA00", "2 PLA FFFFFF GFA01"),
        {0: "PLA FFFFFF GFA01", 1: "PLA 000000 GFA00"},
        feeds([1, 0], (0, 1), (0, 0)),
    ),
]

SEVERAL_FILAMENTS = [
    case(
        "two colours do not share a tray",
        ("1 PLA FFFFFF", "2 PLA 000000"),
        {0: "PLA FFFFFF"},
        lacks(2),
    ),
    case(
        "the better pair goes first, whoever comes first",
        ("1 PLA 606060", "2 PLA 505050"),
        {0: "PLA 505050", 1: "PLA FFFFFF"},
        feeds([1, 0], (0, 1), (0, 0)),
    ),
    case(
        "the same filament twice shares a tray",
        ("1 PLA FFFFFF GFA00", "2 PLA FFFFFF GFA00"),
        {0: "PLA FFFFFF GFA00"},
        feeds([0, 0], (0, 0), (0, 0)),
    ),
    case(
        "two materials",
        ("1 PETG FFFFFF", "2 PLA FFFFFF"),
        FOUR,
        feeds([3, 0], (0, 3), (0, 0)),
    ),
    case("one of two materials", ("1 PLA FFFFFF", "2 ABS FFFFFF"), FOUR, lacks(2)),
    case("the first of two", ("1 ABS FFFFFF", "2 PLA FFFFFF"), FOUR, lacks(1)),
]

SLOTS = [
    case(
        "fm-144 filament 2 alone: one entry for each project slot",
        ("2 PLA DE4343",),
        FOUR,
        feeds([-1, 2], NONE, (0, 2)),
    ),
    case(
        "fm-144 filaments 2 and 5",
        ("2 PLA FFFFFF", "5 PETG 808080"),
        FOUR,
        feeds([-1, 0, -1, -1, 3], NONE, (0, 0), NONE, NONE, (0, 3)),
    ),
    case(
        "fm-144 filament 16 alone",
        ("16 PLA FFFFFF",),
        FOUR,
        feeds([-1] * 15 + [0], *[NONE] * 15, (0, 0)),
    ),
    case(
        "fm-112 empty slots shift nothing",
        ("1 PLA FFFFFF", "2 PLA 000000"),
        {0: EMPTY, 1: "PLA 000000", 2: EMPTY, 3: "PLA FFFFFF"},
        feeds([3, 1], (0, 3), (0, 1)),
    ),
    case(
        "fm-096 an emptied slot that still tells its last spool",
        ("1 PLA FFFFFF",),
        {0: EMPTY, 1: "PLA 000000"},
        feeds([1], (0, 1)),
    ),
    case("every slot empty", ("1 PLA",), {0: EMPTY, 1: EMPTY}, lacks(1)),
]

UNITS = [
    case(
        "the second unit",
        ("1 ABS FFFFFF",),
        FOUR | {6: "ABS FFFFFF"},
        feeds([6], (1, 2)),
        model="C12",
    ),
    case(
        "over two units",
        ("1 PLA FFFFFF", "2 ABS 000000"),
        FOUR | {4: "ABS FFFFFF", 7: "ABS 000000"},
        feeds([0, 7], (0, 0), (1, 3)),
        model="C11",
    ),
    case(
        "the fourth unit",
        ("1 PA 000000",),
        FOUR | {15: "PA 000000"},
        feeds([15], (3, 3)),
        model="BL-P001",
    ),
    case(
        "equal trays in two units: the lower number",
        ("1 PLA FFFFFF",),
        {5: "PLA FFFFFF", 2: "PLA FFFFFF"},
        feeds([2], (0, 2)),
        model="O1D",
    ),
    case(
        "a unit that is gone counts for nothing",
        ("1 ABS FFFFFF",),
        {4: "ABS FFFFFF"},
        feeds([4], (1, 0)),
        model="C12",
    ),
    case(
        "an HT alone",
        ("1 PA-CF 000000",),
        {128: "PA-CF 000000"},
        feeds([128], (128, 0)),
        model="N7",
    ),
    case(
        "an HT beside a unit",
        ("1 PLA FFFFFF", "2 PA-CF 000000"),
        FOUR | {128: "PA-CF 000000"},
        feeds([0, 128], (0, 0), (128, 0)),
        model="N7",
    ),
    case(
        "the second HT, filament 3",
        ("3 PA-CF 000000",),
        FOUR | {128: "PLA FFFFFF", 129: "PA-CF 000000"},
        feeds([-1, -1, 129], NONE, NONE, (129, 0)),
        model="O1S",
    ),
    case("an empty HT", ("1 PA-CF",), FOUR | {128: EMPTY}, lacks(1), model="N7"),
    case(
        "an A2L's lite",
        ("1 PETG 0ACC38",),
        {24: EMPTY, 25: "PETG 0ACC38", 26: EMPTY, 27: EMPTY},
        feeds([1], (16, 1)),
        model="N9",
    ),
    case(
        "an A2L's lite, two filaments",
        ("1 PLA FFFFFF", "2 PETG 0ACC38"),
        {24: "PETG 0ACC38", 27: "PLA FFFFFF"},
        feeds([3, 0], (16, 3), (16, 0)),
        model="N9",
    ),
    case(
        "an A2L's lite beside a unit",
        ("1 PLA FFFFFF", "2 PETG 0ACC38"),
        {1: "PLA FFFFFF", 26: "PETG 0ACC38"},
        feeds([1, 2], (0, 1), (16, 2)),
        model="N9",
    ),
    case("an A1 with its lite", ("1 PLA",), FOUR, feeds([0], (0, 0)), model="N2S"),
]

UNKNOWN = [
    case("fm-118 no word of any tray yet", ("1 PLA",), None, unknown(1)),
    case(
        "fm-118 no word yet, whatever a person chose",
        ("1 PLA",),
        None,
        unknown(1),
        ams_mapping=(0,),
    ),
    case(
        "fm-095 no power is not empty",
        ("1 PLA",),
        {0: EMPTY, 1: EMPTY},
        unknown(1),
        power=False,
    ),
    case(
        "fm-095 zero bits and no word of power",
        ("1 PLA",),
        {0: EMPTY, 1: EMPTY},
        unknown(1),
        power=None,
    ),
    case(
        "fm-096 a place of which nothing is told may fit",
        ("1 ABS FFFFFF",),
        {0: "PLA FFFFFF", 1: UNTOLD},
        unknown(1),
    ),
    case(
        "a tray that is told is taken, whatever the others are",
        ("1 PLA FFFFFF",),
        {0: UNTOLD, 1: "PLA 000000"},
        feeds([1], (0, 1)),
    ),
    case(
        "fm-099 a second filament that nobody can know",
        ("1 PLA FFFFFF", "2 PLA 000000"),
        {0: UNTOLD, 1: "PLA 000000"},
        unknown(1),
    ),
]

CHOSEN = [
    case(
        "a person's tray, though another is nearer",
        ("1 PLA FFFFFF",),
        FOUR,
        feeds([2], (0, 2)),
        ams_mapping=(2,),
    ),
    case(
        "two filaments into one tray, if a person wants it",
        ("1 PLA FFFFFF", "2 PLA 000000"),
        FOUR,
        feeds([2, 2], (0, 2), (0, 2)),
        ams_mapping=(2, 2),
    ),
    case(
        "only what the plate uses is asked for",
        ("2 PLA 000000",),
        FOUR,
        feeds([-1, 1], NONE, (0, 1)),
        ams_mapping=(9, 1),
    ),
    case(
        "what a person left open is found among the rest",
        ("1 PLA FFFFFF", "2 PLA 000000"),
        FOUR,
        feeds([1, 2], (0, 1), (0, 2)),
        ams_mapping=(1,),
    ),
    case(
        "fm-100 the spool was changed: ASA instead of PETG",
        ("1 PETG 808080",),
        FOUR | {3: "ASA 808080", 2: "PETG 808080"},
        lacks(1),
        ams_mapping=(3,),
    ),
    case(
        "fm-100 the spool was taken out",
        ("1 PLA FFFFFF",),
        FOUR | {0: EMPTY},
        lacks(1),
        ams_mapping=(0,),
    ),
    case(
        "fm-100 the chosen place is not told",
        ("1 PLA FFFFFF",),
        {0: UNTOLD, 1: "PLA FFFFFF"},
        unknown(1),
        ams_mapping=(0,),
    ),
    case(
        "fm-145 a tray that is not there", ("1 PLA",), FOUR, lacks(1), ams_mapping=(4,)
    ),
    case("fm-145 no tray number", ("1 PLA",), FOUR, lacks(1), ams_mapping=(77,)),
    case(
        "fm-145 the unit of the chosen tray is gone",
        ("1 ABS FFFFFF",),
        FOUR,
        lacks(1),
        ams_mapping=(6,),
        model="C12",
    ),
    case(
        "fm-101 -1 is no external spool: a used filament must be fed",
        ("1 PLA FFFFFF",),
        FOUR | {254: "PLA FFFFFF"},
        lacks(1),
        ams_mapping=(-1,),
    ),
    case(
        "fm-102 a tray means the AMS, whatever use_ams still says",
        ("1 PLA FFFFFF",),
        FOUR,
        feeds([2], (0, 2)),
        ams_mapping=(2,),
        use_ams=False,
    ),
    case(
        "fm-102 the external spool means no AMS, whatever use_ams still says",
        ("1 PLA FFFFFF",),
        FOUR | {254: "PLA FFFFFF"},
        OUTSIDE,
        ams_mapping=(254,),
        use_ams=True,
    ),
]

BY_HAND = [
    case(
        f"fm-166 {material} from the tray that a person chose",
        (f"1 {material} FFFFFF",),
        FOUR | {1: spool},
        feeds([1], (0, 1)),
        ams_mapping=(1,),
    )
    for material, spool in (
        ("PLA+", "PLA 000000"),
        ("BioFusion", "PLA 000000"),
        ("-", "PLA 000000"),
        ("PLA", "- 000000"),
        ("PLA", "PLA+ 000000"),
        ("pla", "PLA 000000"),
    )
] + [
    case("fm-166 by itself PLA+ is no PLA", ("1 PLA+ FFFFFF",), FOUR, lacks(1)),
    case(
        "fm-166 a chosen tray has to be loaded, whatever the material",
        ("1 PLA+ FFFFFF",),
        FOUR | {1: EMPTY},
        lacks(1),
        ams_mapping=(1,),
    ),
    case(
        "fm-166 and be known to be loaded",
        ("1 PLA+ FFFFFF",),
        {1: UNTOLD, 0: "PLA FFFFFF"},
        unknown(1),
        ams_mapping=(1,),
    ),
    case(
        "fm-166 PLA+ from outside, by a person's word",
        ("1 PLA+ FFFFFF",),
        {254: "PLA FFFFFF"},
        OUTSIDE,
        use_ams=False,
    ),
    case("fm-166 nobody's word", ("1 PLA+ FFFFFF",), {254: "PLA FFFFFF"}, lacks(1)),
    case(
        "fm-166 an empty holder feeds no PLA+ either",
        ("1 PLA+ FFFFFF",),
        {254: "PLA FFFFFF"},
        lacks(1),
        use_ams=False,
        sensor=False,
    ),
    case(
        "fm-166 unlisted filaments, chosen",
        (),
        FOUR,
        feeds([1], (0, 1)),
        ams_mapping=(1,),
    ),
    case(
        "fm-166 unlisted filaments, several chosen",
        (),
        FOUR,
        feeds([-1, 2], NONE, (0, 2)),
        ams_mapping=(-1, 2, -1),
    ),
    case(
        "fm-166 unlisted filaments, an empty tray chosen",
        (),
        FOUR | {1: EMPTY},
        lacks(None),
        ams_mapping=(1,),
    ),
    case(
        "fm-166 unlisted filaments, a tray chosen that is not told",
        (),
        {1: UNTOLD},
        unknown(None),
        ams_mapping=(1,),
    ),
    case(
        "fm-166 unlisted filaments, a tray chosen that is not there",
        (),
        FOUR,
        lacks(None),
        ams_mapping=(9,),
    ),
    case(
        "fm-166 unlisted filaments, none chosen",
        (),
        FOUR,
        lacks(None),
        ams_mapping=(-1,),
    ),
    case(
        "fm-166 unlisted filaments from outside",
        (),
        FOUR | {254: "PLA FFFFFF"},
        OUTSIDE,
        use_ams=False,
    ),
    case(
        "fm-166 unlisted filaments from outside, by the mapping",
        (),
        FOUR | {254: "PLA FFFFFF"},
        OUTSIDE,
        ams_mapping=(254,),
    ),
    case(
        "fm-166 unlisted filaments and an empty holder",
        (),
        {254: "PLA FFFFFF"},
        lacks(1),
        use_ams=False,
        sensor=False,
    ),
]

RELEASED = [
    case(
        "fm-166 released: the tray whose name begins alike",
        ("1 PLA+ FFFFFF",),
        FOUR,
        feeds([0], (0, 0)),
        released=True,
    ),
    case(
        "fm-166 released: the only loaded one",
        ("1 BioFusion FFFFFF",),
        {0: "PETG FFFFFF", 1: EMPTY},
        feeds([0], (0, 0)),
        released=True,
    ),
    case(
        "fm-166 released: which of several, only a person can say",
        ("1 BioFusion FFFFFF",),
        {0: "PETG FFFFFF", 1: "ABS FFFFFF"},
        lacks(1),
        released=True,
    ),
    case(
        "fm-166 released: two filaments never become one",
        ("1 PLA+ FFFFFF", "2 PLA+ 000000"),
        {0: "PLA FFFFFF"},
        lacks(2),
        released=True,
    ),
    case(
        "fm-166 released: another material stays another",
        ("1 PETG FFFFFF",),
        {0: "PLA FFFFFF"},
        lacks(1),
        released=True,
    ),
    case(
        "fm-166 released: nothing is loaded",
        ("1 PLA+ FFFFFF",),
        {0: EMPTY},
        lacks(1),
        released=True,
    ),
    case(
        "fm-166 released: from outside without an AMS",
        ("1 PLA+ FFFFFF",),
        {254: "PLA FFFFFF"},
        OUTSIDE,
        released=True,
    ),
    case(
        "fm-166 released: unlisted filaments from the only loaded tray",
        (),
        {0: EMPTY, 2: "PLA FFFFFF"},
        feeds([2], (0, 2)),
        released=True,
    ),
    case(
        "fm-166 released: unlisted filaments from one of several",
        (),
        FOUR,
        lacks(None),
        released=True,
    ),
    case(
        "fm-166 released: unlisted filaments without an AMS",
        (),
        {254: "PLA FFFFFF"},
        OUTSIDE,
        released=True,
    ),
]

OUT = [
    case(
        "fm-103 the external spool without any AMS",
        ("1 PLA FFFFFF",),
        {254: "PLA FFFFFF"},
        OUTSIDE,
    ),
    case(
        "fm-103 the external spool of newer firmware",
        ("1 PLA FFFFFF",),
        {255: "PLA FFFFFF"},
        OUTSIDE,
        model="C12",
    ),
    case(
        "fm-103 the external spool for filament 3",
        ("3 PLA FFFFFF",),
        {254: "PLA FFFFFF"},
        feeds([-1, -1, -1], NONE, NONE, EXTERNAL, use_ams=False),
    ),
    case(
        "the external spool beside an AMS lite, by a person's word",
        ("1 TPU FFFFFF",),
        FOUR | {254: "TPU FFFFFF"},
        OUTSIDE,
        use_ams=False,
    ),
    case(
        "fm-101 beside an AMS it is never used by itself",
        ("1 TPU FFFFFF",),
        FOUR | {254: "TPU FFFFFF"},
        lacks(1),
    ),
    case(
        "use_ams without any AMS",
        ("1 PLA FFFFFF",),
        {254: "PLA FFFFFF"},
        lacks(1),
        use_ams=True,
    ),
    case(
        "another material outside",
        ("1 PETG FFFFFF",),
        {254: "PLA FFFFFF"},
        lacks(1),
        use_ams=False,
    ),
    case(
        "an undeclared spool outside, by a person's word",
        ("1 PLA FFFFFF",),
        {254: "-"},
        OUTSIDE,
        use_ams=False,
    ),
    case(
        "an undeclared spool outside is nobody's word",
        ("1 PLA FFFFFF",),
        {254: "-"},
        lacks(1),
    ),
    case(
        "fm-146 an empty holder prints in the air",
        ("1 PLA FFFFFF",),
        FOUR | {254: "PLA FFFFFF"},
        lacks(1),
        use_ams=False,
        sensor=False,
    ),
    case(
        "fm-146 no word of filament in the extruder",
        ("1 PLA FFFFFF",),
        {254: "PLA FFFFFF"},
        unknown(1),
        sensor=None,
    ),
    case(
        "fm-146 what is in the extruder comes from the AMS",
        ("1 PLA FFFFFF",),
        FOUR | {254: "PLA FFFFFF"},
        lacks(1),
        use_ams=False,
        now=2,
    ),
    case(
        "two filaments and one external spool",
        ("1 PLA FFFFFF", "2 PLA 000000"),
        {254: "PLA FFFFFF"},
        lacks(2),
    ),
    case(
        "one filament from outside, one from the AMS",
        ("1 PLA FFFFFF", "2 PLA 000000"),
        FOUR | {254: "PLA FFFFFF"},
        lacks(2),
        ams_mapping=(254, 1),
    ),
    case("a printer without any place for spools", ("1 PLA FFFFFF",), {}, lacks(1)),
]

TABLE = [
    *ONE_UNIT,
    *BRANDS,
    *SEVERAL_FILAMENTS,
    *SLOTS,
    *UNITS,
    *UNKNOWN,
    *CHOSEN,
    *BY_HAND,
    *RELEASED,
    *OUT,
]


def task(needed: tuple[str, ...], **settings: Any) -> Task:
    return Task(
        task_id="1",
        name="Clip",
        plate_file=plate_file(filaments=needs(*needed)),
        copies=1,
        settings=PrintSettings(**settings),
    )


def payload(found: Assignment, model: str) -> Any:
    """Return what would be sent for this assignment."""
    row = by_code(model)
    job = ProjectFile(
        run_id=1,
        subtask_name="Clip_1",
        remote_name=remote_name("a" * 64),
        gcode="Metadata/plate_1.gcode",
        # a model whose form is unknown is never started; its mapping is known all the same
        url_form=row.url_form if row and row.url_form else UrlForm.SDCARD,
        ams_mapping=found.trays,
        use_ams=found.use_ams,
        bed_leveling=Calibration.ON,
        flow_calibration=Calibration.ON,
        vibration_calibration=False,
        timelapse=False,
    )
    return orjson.loads(project_file(FIRST_SEQUENCE, job).payload)["print"]


@pytest.mark.parametrize(("needed", "loaded", "expected", "more"), TABLE)
def test_mapping(
    needed: tuple[str, ...],
    loaded: dict[int, str] | None,
    expected: Feeds | Lacks,
    more: dict[str, Any],
) -> None:
    settings = {k: more[k] for k in ("use_ams", "ams_mapping") if k in more}
    model = more.get("model", "N1")
    status = replace(
        AT_REST,
        model=model,
        trays=trays(loaded, power=more.get("power", True)),
        filament_in_extruder=more.get("sensor", True),
        tray_now=more.get("now", 255),
    )
    one = task(needed, **settings)
    if more.get("released"):
        one = replace(one, released=frozenset({Hold.FILAMENT_MISSING}))
    found = assign(one, Context(status=status).equipment)
    if isinstance(found, Unassigned):
        slot = found.filament.slot if found.filament else None
        assert Lacks(slot=slot, known=found.known) == expected
        return
    sent = payload(found, model)
    assert expected == Feeds(
        mapping=sent["ams_mapping"],
        places=[(p["ams_id"], p["slot_id"]) for p in sent["ams_mapping2"]],
        use_ams=sent["use_ams"],
    )
    assert found.external is not found.use_ams


def test_the_table_is_as_long_as_promised() -> None:
    assert len(TABLE) >= 60


def with_trays(trays: tuple[Tray, ...] | None) -> Equipment:
    """Return an A1 mini with these trays."""
    return Context(status=replace(AT_REST, trays=trays)).equipment


@pytest.mark.parametrize(
    ("needed", "loaded", "mapping"),
    [
        (("1 PLA FFFFFF",), {2: "PLA FFFFFF", 0: "PLA FFFFFF"}, (0,)),
        (("1 PLA -",), {3: "PLA 000000", 1: "PLA FFFFFF"}, (1,)),
        (
            ("1 PLA FFFFFF", "2 PETG 000000"),
            {0: "PLA FFFFFF", 2: "PETG 000000", 1: "PETG 000000"},
            (0, 1),
        ),
    ],
)
def test_fm_097_of_equal_trays_the_lower_number_is_taken(
    needed: tuple[str, ...], loaded: dict[int, str], mapping: tuple[int, ...]
) -> None:
    found = assign(task(needed), with_trays(trays(loaded)))
    assert isinstance(found, Assignment)
    assert found.trays == mapping


def test_fm_107_a_spool_swapped_in_an_unused_slot_changes_nothing() -> None:
    needed = task(("1 PLA FFFFFF",))
    before = assign(needed, with_trays(trays(FOUR)))
    after = assign(needed, with_trays(trays(FOUR | {3: "ABS 123456"})))
    assert before == after


def test_fm_117_what_holds_the_task_is_what_the_start_asks() -> None:
    scene = Scene()
    scene.reports(trays=trays(FOUR))
    scene.queue(filaments=needs("1 ABS FFFFFF"))
    assert (
        hold_of(scene.line.tasks[0], scene.context.equipment) is Hold.FILAMENT_MISSING
    )
    assert Reason.FILAMENT_MISSING in scene.reasons
    scene.reports(trays=trays(FOUR | {3: "ABS FFFFFF"}))
    assert hold_of(scene.line.tasks[0], scene.context.equipment) is None
    assert Reason.FILAMENT_MISSING not in scene.reasons


RECORDED = {
    "bambu-rs__pushall-n1-idle.json": (("2 PETG D6ABFF80 GFG01",), [-1, 2]),
    "habambulab__MOCK-A1.json": (("1 PLA 0ACC38 GFL99",), [3]),
    "habambulab__MOCK-A2L.json": (("1 PETG 0ACC38",), [25]),
    "habambulab__MOCK-X1CMULTIAMS.json": (
        ("1 PA-CF 000000", "2 ABS FF6A13", "4 PLA 000000"),
        [128, 9, -1, 0],
    ),
    "habambulab__MOCK-H2D.json": (("1 PETG FFFFFF GFG02",), [2]),
    "habambulab__MOCK-P2S.json": (("1 PLA 000000 GFL99",), [2]),
}


@pytest.mark.parametrize("name", RECORDED)
def test_trays_of_real_printers_are_mapped(samples: Path, name: str) -> None:
    needed, mapping = RECORDED[name]
    report = _with_trays(orjson.loads((samples / "mqtt" / name).read_bytes()))
    assert report is not None
    found = assign(task(needed), with_trays(decode(report)))
    assert isinstance(found, Assignment)
    assert list(found.trays) == mapping


def _with_trays(value: Any) -> Any:
    """Return the object that has the trays, wherever the recording keeps it."""
    if not isinstance(value, dict):
        return None
    if isinstance(value.get("ams"), dict):
        return value
    return next(filter(None, map(_with_trays, value.values())), None)
