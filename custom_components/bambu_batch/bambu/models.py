"""What differs from model to model, as one table.

Codes, groups and movement as in Bambu Studio's `resources/printers`; serial prefixes as ha-bambulab,
bambu-printer-manager and (those of five characters) Bambuddy know them; url forms from other projects' trials. None means: nobody has shown it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from .fields import Object, text


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
    url_form: UrlForm | None = None
    """None: unknown, so nothing can be started."""
    storage: StorageKind
    group: str
    """G-code is interchangeable only inside one group."""
    bed_moves: str
    """"y": a plate changer on the bed's way is possible; "z": a lifting bed."""
    supported: bool = False
    """The whole protocol is carried out for it; the others go by the table only."""


_CARD, _INTERNAL = StorageKind.CARD, StorageKind.INTERNAL
_SDCARD, _FTP = UrlForm.SDCARD, UrlForm.FTP

MODELS: tuple[Model, ...] = (
    Model(
        code="N1", name="A1 mini", serial_prefixes=("030",), url_form=_SDCARD,
        storage=_CARD, group="A1 mini", bed_moves="y", supported=True,
    ),
    Model(
        code="N2S", name="A1", serial_prefixes=("039",), url_form=_SDCARD,
        storage=_CARD, group="A1", bed_moves="y", supported=True,
    ),
    Model(code="N9", name="A2L", serial_prefixes=("26A19",), storage=_CARD, group="A2L", bed_moves="y"),
    Model(
        code="C11", name="P1P", serial_prefixes=("01S",), url_form=_SDCARD,
        storage=_CARD, group="X1", bed_moves="z",
    ),
    Model(
        code="C12", name="P1S", serial_prefixes=("01P",), url_form=_SDCARD,
        storage=_CARD, group="X1", bed_moves="z",
    ),
    Model(
        code="N7", name="P2S", serial_prefixes=("22E",), url_form=_FTP,
        storage=_INTERNAL, group="P2S", bed_moves="z",
    ),
    Model(
        code="BL-P001", name="X1 Carbon", serial_prefixes=("00M",), url_form=_SDCARD,
        storage=_CARD, group="X1", bed_moves="z",
    ),
    Model(
        code="BL-P002", name="X1", serial_prefixes=("00W",), url_form=_SDCARD,
        storage=_CARD, group="X1", bed_moves="z",
    ),
    Model(
        code="C13", name="X1E", serial_prefixes=("03W",), url_form=_SDCARD,
        storage=_CARD, group="X1", bed_moves="z",
    ),
    Model(code="N6", name="X2D", storage=_INTERNAL, group="X2D", bed_moves="z"),
    Model(
        code="O1S", name="H2S", serial_prefixes=("093",), url_form=_FTP,
        storage=_INTERNAL, group="H2S", bed_moves="z",
    ),
    Model(
        code="O1D", name="H2D", serial_prefixes=("094",), url_form=_FTP,
        storage=_INTERNAL, group="H2D", bed_moves="z",
    ),
    Model(code="O1C", name="H2C", url_form=_FTP, storage=_INTERNAL, group="H2C", bed_moves="z"),
    Model(
        code="O1C2", name="H2C", serial_prefixes=("31B8B",), url_form=_FTP,
        storage=_INTERNAL, group="H2C", bed_moves="z",
    ),
    Model(code="O1E", name="H2D Pro", storage=_INTERNAL, group="H2D", bed_moves="z"),
)  # fmt: skip


def _plain(name: str) -> str:
    return "".join(filter(str.isalnum, name.casefold().replace("bambu lab", "")))


_BY_CODE = {model.code: model for model in MODELS}
_BY_NAME = {_plain(model.name): model for model in reversed(MODELS)}
_BY_PREFIX = {prefix: model for model in MODELS for prefix in model.serial_prefixes}

_ESP32_BOARDS = {"AP04": ("C11", "C12"), "AP05": ("N1", "N2S")}
"""AP05 alone does not tell an A1 from an A1 mini: `project_name` must agree."""


def by_code(code: str | None) -> Model | None:
    """The row of a model code such as "N1"."""
    return _BY_CODE.get(code) if code else None


def by_serial(serial: str) -> Model | None:
    """The row that a serial's first characters belong to: five of new families, three of the others."""
    return _BY_PREFIX.get(serial[:5]) or _BY_PREFIX.get(serial[:3])


def by_modules(modules: Iterable[Object]) -> Model | None:
    """The row that the answer to `get_version` tells: the product name first, then the board."""
    named = {text(module.get("name")): module for module in modules}
    if (ota := named.get("ota")) and (name := text(ota.get("product_name"))):
        return _BY_NAME.get(_plain(name))
    if board := named.get("esp32"):
        code = text(board.get("project_name"))
        if code in _ESP32_BOARDS.get(text(board.get("hw_ver")) or "", ()):
            return by_code(code)
    return None


def accepts(printer: str | None, sliced_for: str | None) -> bool:
    """Whether a printer of one model code may print G-code made for another; unknown is never yes."""
    mine, theirs = by_code(printer), by_code(sliced_for)
    return mine is not None and theirs is not None and mine.group == theirs.group
