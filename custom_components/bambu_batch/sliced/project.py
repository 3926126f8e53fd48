"""The JSON of a project: `plate_N.json` and `project_settings.config`."""

from collections.abc import Mapping
from dataclasses import dataclass
import json
from typing import Any, Final

import orjson

from ..bambu.models import by_name
from . import values

MAX_BYTES: Final = 1 << 20
"""Parsed JSON takes up to 25 times its size; real files have 60 kB."""

BEDS: Final[Mapping[str, str]] = {
    "cool plate": "cool_plate",
    "pc plate": "cool_plate",
    "engineering plate": "eng_plate",
    "high temp plate": "hot_plate",
    "textured pei plate": "textured_plate",
    "supertack plate": "supertack_plate",
    "bambu cool plate supertack": "supertack_plate",
    "cool plate (supertack)": "supertack_plate",
    "textured cool plate": "textured_cool_plate",
} | {
    code: code
    for code in (
        "cool_plate",
        "eng_plate",
        "hot_plate",
        "textured_plate",
        "supertack_plate",
        "textured_cool_plate",
    )
}
"""Both spellings of a bed, in lower case, by the code that the files use for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlateDetails:
    """What `plate_N.json` adds."""

    bed_type: str | None = None
    nozzle: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """What `project_settings.config` adds."""

    model: str | None = None
    nozzle: float | None = None
    bed_type: str | None = None
    own_end_gcode: bool = False
    """The user edited `machine_end_gcode`."""


def plate_details(data: bytes | None) -> PlateDetails:
    """Read `plate_N.json`; it may be missing, stale or anything else."""
    content = _object(data)
    return PlateDetails(
        bed_type=bed(content.get("bed_type")),
        nozzle=values.nozzle(content.get("nozzle_diameter")),
    )


def project(data: bytes | None) -> Project:
    """Read `project_settings.config`; it may be missing or anything else."""
    content = _object(data)
    nozzles = content.get("nozzle_diameter")
    edited = content.get("different_settings_to_system")
    return Project(
        model=_model(content.get("printer_model")),
        nozzle=values.nozzle(",".join(map(str, nozzles)))
        if isinstance(nozzles, list)
        else None,
        bed_type=bed(content.get("curr_bed_type")),
        own_end_gcode=isinstance(edited, list)
        and any("machine_end_gcode" in one for one in edited if isinstance(one, str)),
    )


def bed(value: object) -> str | None:
    """Return the code of a bed by either of its spellings."""
    return BEDS.get(value.strip().lower()) if isinstance(value, str) else None


def _model(value: object) -> str | None:
    printer = by_name(value) if isinstance(value, str) else None
    return printer.code if printer else None


def _object(data: bytes | None) -> dict[str, Any]:
    """Return the JSON object in `data`, an empty one for anything else."""
    if data is None:
        return {}
    try:
        content = orjson.loads(data)
    except orjson.JSONDecodeError:
        try:
            content = json.loads(data)  # takes more, NaN for example
        except ValueError, RecursionError:
            return {}
    return content if isinstance(content, dict) else {}
