"""A spool as Spoolman describes it.

Weights are grams of filament. Fields of Spoolman's API, `spoolman/api/v1/models.py` of 0.26:
unknown ones are left out, a spool's own price and weight come before its filament's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
import re
from typing import Any, Final, Self, override

from .answer import number as finite, parse, text
from .errors import NoAnswer

_COLOUR: Final = re.compile(r"#?[0-9A-Fa-f]{6}")


@dataclass(frozen=True, slots=True)
class Account:
    """Which spool of which Spoolman: its number, and when it was registered there.

    The number alone is not enough: another Spoolman, or an emptied one, counts from 1 too.
    """

    number: int
    registered: datetime

    @override
    def __str__(self) -> str:
        return f"{self.number}@{self.registered.isoformat()}"

    @classmethod
    def parse(cls, written: str) -> Self:
        """Return the account of a text."""
        number, _, registered = written.partition("@")
        return cls(int(number), datetime.fromisoformat(registered))


@dataclass(frozen=True, slots=True, kw_only=True)
class SpoolmanSpool:
    """One spool. None = unknown."""

    account: Account
    name: str
    """As people call it: number, vendor, filament."""
    used: float
    """Grams taken from it."""
    left: float | None = None
    net_grams: float | None = None
    """Grams on a full one."""
    price: float | None = None
    """Of a full one, in Spoolman's currency."""
    vendor: str | None = None
    material: str | None = None
    colour: str | None = None
    """RRGGBB"""
    tag: str | None = None
    """RFID, upper case, from the extra field `tag` that most programs for Bambu Lab use."""

    @property
    def number(self) -> int:
        """Spoolman's own."""
        return self.account.number


def read_spool(data: Any) -> SpoolmanSpool:
    """Return the spool in Spoolman's JSON. Raises NoAnswer if it is not one."""
    try:
        filament = data["filament"]
        vendor = text((filament.get("vendor") or {}).get("name"))
        material = text(filament.get("material"))
        number, price = int(data["id"]), data.get("price")
        words = (f"#{number}", vendor, text(filament.get("name")) or material)
        return SpoolmanSpool(
            account=Account(number, _moment(data["registered"])),
            name=" ".join(word for word in words if word),
            used=finite(data["used_weight"]),
            left=_number(data.get("remaining_weight")),
            net_grams=_number(data.get("initial_weight") or filament.get("weight")),
            price=_number(filament.get("price") if price is None else price),
            vendor=vendor,
            material=material,
            colour=_colour(filament.get("color_hex")),
            tag=_tag(data.get("extra") or {}),
        )
    except (
        AttributeError,
        KeyError,
        OverflowError,
        TypeError,
        ValueError,
    ) as err:
        raise NoAnswer(type(err).__name__) from None


def _moment(told: str) -> datetime:
    """Return a time to the second; without a zone it is UTC."""
    moment = datetime.fromisoformat(told).replace(microsecond=0)
    return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)


def _number(value: Any) -> float | None:
    return None if value is None else finite(value)


def _colour(value: Any) -> str | None:
    found = _COLOUR.match(text(value) or "")
    return found[0].removeprefix("#").upper() if found else None


def _tag(extra: Mapping[str, Any]) -> str | None:
    """Return the tag; extra fields are JSON inside of JSON."""
    try:
        tag = text(parse(extra.get("tag") or "null"))
    except ValueError:
        return None
    return tag.upper() if tag else None
