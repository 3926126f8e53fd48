"""What differs from printer model to model, as one table: all that a new model needs here is a row.

Plain data that every room may read. Codes, groups and which way the bed moves: Bambu Studio's `resources/printers`.
Serial prefixes: ha-bambulab and bambu-printer-manager, those of five characters Bambuddy. Boards: recordings. Forms of
the url: other projects' trials. Stock travel: Bambu Studio's end G-code, 21 variants. Reach: the files of all known
changers. None: nobody has shown it.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


class UrlForm(StrEnum):
    """How `project_file` names an uploaded file. A wrong form reads as a card fault (FM-140)."""

    SDCARD = "file:///sdcard/cache/{name}"
    FTP = "ftp:///cache/{name}"


class StorageKind(StrEnum):
    """Where an upload lands."""

    CARD = "card"
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """One row of the table."""

    code: str
    name: str
    serial_prefixes: tuple[str, ...] = ()
    board: str | None = None
    """`hw_ver` of the module `esp32`. AP05 alone does not tell an A1 from an A1 mini."""
    url_form: UrlForm | None = None
    """None: unknown, so nothing can be started."""
    storage: StorageKind
    group: str
    """G-code is interchangeable only inside one group."""
    bed_moves: Literal["y", "z"]
    """"y": the bed itself travels in Y, and a plate changer can stand in its way; "z": it only lifts."""
    stock_y: tuple[float, float] | None = None
    """How far stock end G-code goes in Y, mm."""
    reach_y: float | None = None
    """Farther in Y than any known changer drives this bed, mm; what goes beyond is made for another."""


_CARD, _INTERNAL = StorageKind.CARD, StorageKind.INTERNAL
_SDCARD, _FTP = UrlForm.SDCARD, UrlForm.FTP

MODELS: tuple[Model, ...] = (
    Model(code="N1", name="A1 mini", serial_prefixes=("030",), board="AP05", url_form=_SDCARD, storage=_CARD, group="A1 mini",
          bed_moves="y", stock_y=(-1.0, 182.0), reach_y=190.0),
    Model(code="N2S", name="A1", serial_prefixes=("039",), board="AP05", url_form=_SDCARD, storage=_CARD, group="A1",
          bed_moves="y", stock_y=(-1.0, 258.0), reach_y=270.0),
    Model(code="N9", name="A2L", serial_prefixes=("26A19",), storage=_CARD, group="A2L", bed_moves="y"),
    Model(code="C11", name="P1P", serial_prefixes=("01S",), board="AP04", url_form=_SDCARD, storage=_CARD, group="X1", bed_moves="z"),
    Model(code="C12", name="P1S", serial_prefixes=("01P",), board="AP04", url_form=_SDCARD, storage=_CARD, group="X1", bed_moves="z"),
    Model(code="N7", name="P2S", serial_prefixes=("22E",), url_form=_FTP, storage=_INTERNAL, group="P2S", bed_moves="z"),
    Model(code="BL-P001", name="X1 Carbon", serial_prefixes=("00M",), url_form=_SDCARD, storage=_CARD, group="X1", bed_moves="z"),
    Model(code="BL-P002", name="X1", serial_prefixes=("00W",), url_form=_SDCARD, storage=_CARD, group="X1", bed_moves="z"),
    Model(code="C13", name="X1E", serial_prefixes=("03W",), url_form=_SDCARD, storage=_CARD, group="X1", bed_moves="z"),
    Model(code="N6", name="X2D", storage=_INTERNAL, group="X2D", bed_moves="z"),
    Model(code="O1S", name="H2S", serial_prefixes=("093",), url_form=_FTP, storage=_INTERNAL, group="H2S", bed_moves="z"),
    Model(code="O1D", name="H2D", serial_prefixes=("094",), url_form=_FTP, storage=_INTERNAL, group="H2D", bed_moves="z"),
    Model(code="O1C", name="H2C", url_form=_FTP, storage=_INTERNAL, group="H2C", bed_moves="z"),
    Model(code="O1C2", name="H2C", serial_prefixes=("31B8B",), url_form=_FTP, storage=_INTERNAL, group="H2C", bed_moves="z"),
    Model(code="O1E", name="H2D Pro", storage=_INTERNAL, group="H2D", bed_moves="z"),
)  # fmt: skip


def by_code(code: str | None) -> Model | None:
    """The row of a model code such as "N1"."""
    return next((model for model in MODELS if model.code == code), None)


def by_serial(serial: str) -> Model | None:
    """The row whose prefix a serial has; no prefix is the beginning of another."""
    return next((m for m in MODELS if serial.startswith(m.serial_prefixes)), None)


def by_name(name: str) -> Model | None:
    """The row of a product's name such as "Bambu Lab A1 mini". Dashes and case do not count ("X1-Carbon")."""
    wanted = _plain(name)
    return next((m for m in MODELS if _plain(f"Bambu Lab {m.name}") == wanted), None)


def accepts(printer: str | None, sliced_for: str | None) -> bool:
    """Whether a printer of one model code may print G-code made for another; unknown is never yes."""
    mine, theirs = by_code(printer), by_code(sliced_for)
    return mine is not None and theirs is not None and mine.group == theirs.group


def _plain(name: str) -> str:
    return "".join(filter(str.isalnum, name.casefold()))
