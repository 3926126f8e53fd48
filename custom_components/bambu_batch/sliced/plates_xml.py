"""The `<plate>` elements of `slice_info.config` and `model_settings.config`.

Read as a stream: a tree of a few hostile megabytes would take hundreds. Straight from expat, which
knows no entities but XML's own five once a document type is refused.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, NoReturn
from xml.parsers import expat

MAX_BYTES: Final = 4 << 20
"""Ten thousand objects of a plate are a megabyte; most real files have a few kB."""
_MAX_TAG: Final = 1 << 16
"""A hostile start tag takes thirty times its size."""
MAX_PLATES: Final = 1000
MAX_ITEMS: Final = 10_000
"""Filaments of all plates together. Objects are not kept: nobody needs them (FM-171)."""
_MAX_KEYS: Final = 100
_MAX_DEPTH: Final = 32


class UnsafeXmlError(Exception):
    """The document declares a type or entities."""


class _BeyondMeasureError(ValueError):
    """More or deeper than any slicer writes."""


@dataclass(slots=True)
class PlateElement:
    """One `<plate>`: its `<metadata key value>` and the attributes of its other children."""

    values: dict[str, str] = field(default_factory=dict)
    filaments: list[Mapping[str, str]] = field(default_factory=list)


def by_number(plates: list[PlateElement], key: str) -> dict[str, PlateElement]:
    """Return the plates by the value of `key`; numbers that occur twice are left out."""
    numbers = [plate.values.get(key, "").strip() for plate in plates]
    often = Counter(numbers)
    pairs = zip(numbers, plates, strict=True)
    return {number: plate for number, plate in pairs if often[number] == 1}


def parse(data: bytes) -> list[PlateElement]:
    """Return the plates, none where the document is not well-formed, or larger than any slicer writes.

    Studio does not escape a filament's type, so a real file may be malformed. Raises
    `UnsafeXmlError`.
    """
    if any(len(tag) > _MAX_TAG for tag in data.split(b"<")):
        return []
    found = _Plates()
    parser = expat.ParserCreate(namespace_separator="}")
    parser.StartDoctypeDeclHandler = _refuse
    parser.StartElementHandler = found.start
    parser.EndElementHandler = found.end
    try:
        parser.Parse(data, True)
    except expat.ExpatError, LookupError, ValueError:
        return []
    return found.plates


def _refuse(*_declaration: object) -> NoReturn:
    raise UnsafeXmlError


class _Plates:
    """Receives the parser's events and keeps what is needed."""

    def __init__(self) -> None:
        self.plates: list[PlateElement] = []
        self._plate: PlateElement | None = None
        self._depth = 0
        self._plate_depth = 0
        self._items = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise _BeyondMeasureError
        if self._plate is None:
            if tag == "plate":
                self._begin_plate()
        elif self._depth == self._plate_depth + 1:
            self._child(self._plate, tag, attributes)

    def end(self, _tag: str) -> None:
        if self._depth == self._plate_depth:
            self._plate = None
        self._depth -= 1

    def _begin_plate(self) -> None:
        if len(self.plates) >= MAX_PLATES:
            raise _BeyondMeasureError
        self._plate = PlateElement()
        self._plate_depth = self._depth
        self.plates.append(self._plate)

    def _child(
        self, plate: PlateElement, tag: str, attributes: Mapping[str, str]
    ) -> None:
        match tag:
            case "metadata":
                self._keep(plate.values, attributes)
            case "filament":
                self._items += 1
                if self._items > MAX_ITEMS:
                    raise _BeyondMeasureError
                plate.filaments.append(dict(attributes))

    def _keep(self, values: dict[str, str], attributes: Mapping[str, str]) -> None:
        key, value = attributes.get("key"), attributes.get("value")
        if key is not None and value is not None and len(values) < _MAX_KEYS:
            values[key] = value
