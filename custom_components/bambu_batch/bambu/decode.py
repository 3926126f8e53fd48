"""From raw fields to attributes of a `PrinterStatus`, one field at a time.

Each field is read alone; what cannot be read is unknown, never an error (FM-080, FM-150).
"""

from collections.abc import Callable
from typing import Any

from . import trays
from .fields import (
    Json,
    Object,
    active_extruder,
    bits,
    flag,
    inner,
    integer,
    number,
    text,
    word,
)
from .status import Card, Hms, PrintState, Tray

type Changes = dict[str, Any]
"""Attributes of a `PrinterStatus` and their new values."""

type Trays = tuple[Tray, ...] | None

_UNSIGNED_REFUSED = 0x2000_0000
"""Bit of `fun`."""

_UNREADABLE = -1
"""In a field that can only veto: a value that allows nothing."""

_UNREADABLE_WORD = "?"

_IN_USE = frozenset({"tray_now", "tray_pre", "tray_tar", "version"})


def decode(document: Object, body: Object, known: Trays) -> Changes:
    """The attributes that the keys of a message affect; `known`: the trays before it."""
    changes: Changes = {}
    groups: list[_Group] = []
    for key, value in body.items():
        if (reader := _READERS.get(key)) is None:
            continue
        name, read = reader
        if name is not None:
            changes[name] = read(value)
        elif read not in groups:
            groups.append(read)
    for group in groups:
        # what newer firmware says in a group goes before the single field
        changes |= group(document, body, known)
    return changes


def _print_state(value: object) -> PrintState | None:
    if value is None:
        return None
    try:
        return PrintState(value.upper()) if type(value) is str else PrintState.UNKNOWN
    except ValueError:
        return PrintState.UNKNOWN


def _health(value: object) -> tuple[Hms, ...] | None:
    """The health list. One unreadable entry makes the whole list unknown: it may be a fatal one."""
    if type(value) is not list:
        return None
    entries = []
    for item in value:
        attr, code = word(inner(item, "attr")), word(inner(item, "code"))
        if attr is None or code is None:
            return None
        entries.append(Hms(attr, code))
    return tuple(entries)


def _veto(value: object) -> int | None:
    """A state that can only forbid a start: an unreadable value forbids it too."""
    if value is None:
        return None
    state = integer(value)
    return _UNREADABLE if state is None else state


def _word(value: object) -> str | None:
    """A word that can only forbid a start: an unreadable value still counts as one."""
    if value is None:
        return None
    return value if type(value) is str else _UNREADABLE_WORD


def _warning(value: object) -> bool | None:
    """A truth value that can only forbid a start: anything but a real false counts as true."""
    return None if value is None else value is not False


def _signed_only(value: object) -> bool | None:
    functions = bits(value)
    return None if functions is None else bool(functions & _UNSIGNED_REFUSED)


def _filament_switch(value: object) -> bool | None:
    state = integer(value)
    return bool(state) if state in (0, 1) else None


_SIGNALS = {f"{dbm}dBm": dbm for dbm in range(-149, 0)}
"""In most deltas: found faster than read."""


def _signal(value: object) -> int | None:
    """The printer's "-48dBm"; an unlikely number says nothing."""
    if type(value) is str and (signal := _SIGNALS.get(value)) is not None:
        return signal
    said = text(value)
    signal = None if said is None else integer(said.removesuffix("dBm"))
    return signal if signal is not None and -150 < signal < 0 else None


def _diameter(value: object) -> float | None:
    result = number(value)
    return result if result and result > 0 else None


_FIELDS: dict[str, tuple[str, Callable[[object], object]]] = {
    "gcode_state": ("state", _print_state),
    "mc_print_stage": ("print_stage", _veto),
    "stg_cur": ("stage", integer),
    "print_type": ("print_type", text),
    "gcode_file": ("gcode_file", text),
    "subtask_name": ("subtask_name", text),
    "subtask_id": ("subtask_id", text),
    "task_id": ("task_id", text),
    "mc_percent": ("percent", integer),
    "mc_remaining_time": ("remaining_minutes", integer),
    "layer_num": ("layer", integer),
    "total_layer_num": ("total_layers", integer),
    "nozzle_diameter": ("nozzle_diameter", _diameter),
    "print_error": ("print_error", word),
    "hms": ("hms", _health),
    "fun": ("signed_commands_only", _signed_only),
    "g_st": ("legacy_state", _veto),
    "hw_switch_state": ("filament_in_extruder", _filament_switch),
    "wifi_signal": ("wifi_signal", _signal),
    "bed_temper": ("bed_temperature", number),
    "bed_target_temper": ("bed_target", number),
    "nozzle_temper": ("nozzle_temperature", number),
    "nozzle_target_temper": ("nozzle_target", number),
}
"""Key of the report: attribute of the status, and how to read it."""


def _card(document: Object, _: Object, __: Trays) -> Changes:
    """`home_flag` bits 8-9. `sdcard` can only deny a card, never vouch for one."""
    if document.get("sdcard") is False:
        return {"card": Card.ABSENT}
    home = word(document.get("home_flag"))
    states = (Card.ABSENT, Card.NORMAL, Card.ABNORMAL, Card.READ_ONLY)
    return {"card": None if home is None else states[home >> 8 & 3]}


def _upgrade(document: Object, _: Object, __: Trays) -> Changes:
    state = document.get("upgrade_state")
    told = (document.get("force_upgrade"), inner(state, "force_upgrade"))
    forced = {flag(value) for value in told if value is not None}
    return {
        "upgrade_state": integer(inner(state, "dis_state")),
        "upgrade_status": _word(inner(state, "status")),
        "inconsistent_firmware": _warning(inner(state, "consistency_request")),
        "forced_upgrade": True
        if True in forced
        else (False if forced == {False} else None),
    }


def _job(document: Object, _: Object, __: Trays) -> Changes:
    job = document.get("job")
    if job is not None and type(job) is not dict:
        return {"job_state": _UNREADABLE}
    return {"job_state": _veto(inner(job, "job_state"))}


def _spools(document: Object, body: Object, known: Trays) -> Changes:
    """Only those spools are read that the message may have changed: most say which tray is in use."""
    changes: Changes = {"tray_now": trays.in_use(document)}
    told = body.get("ams")
    if "ams" in body and not (type(told) is dict and _IN_USE.issuperset(told)):
        changes["trays"] = trays.decode(document)
    elif "vt_tray" in body or "vir_slot" in body:
        changes["trays"] = trays.with_external(known, document)
    return changes


def _device(document: Object, body: Object, _: Trays) -> Changes:
    """What newer firmware says about its hot ends: the trays that feed them, and packed temperatures.

    The document's older words for temperatures are stale then.
    """
    device = body.get("device")
    return {
        "tray_now": trays.in_use(document),
        **_unpacked(
            word(inner(device, "bed", "info", "temp")), "bed_temperature", "bed_target"
        ),
        **_unpacked(_nozzle(device), "nozzle_temperature", "nozzle_target"),
    }


def _unpacked(packed: int | None, current: str, target: str) -> Changes:
    """Low word: current, high word: target, both whole °C."""
    return (
        {}
        if packed is None
        else {current: float(packed & 0xFFFF), target: float(packed >> 16)}
    )


def _nozzle(device: Json) -> int | None:
    """The packed temperatures of the active extruder."""
    return word(inner(active_extruder(device), "temp"))


type _Group = Callable[[Object, Object, Trays], Changes]

_GROUPS: dict[str, _Group] = {
    "home_flag": _card,
    "sdcard": _card,
    "upgrade_state": _upgrade,
    "force_upgrade": _upgrade,
    "job": _job,
    "ams": _spools,
    "vt_tray": _spools,
    "vir_slot": _spools,
    "device": _device,
}
"""Key of the report: reader of several attributes, given the merged document, this message and the trays before."""

_READERS: dict[str, tuple[str | None, Callable[..., Any]]] = {
    **_FIELDS,
    **{key: (None, group) for key, group in _GROUPS.items()},
}
"""Both in one table: most keys of a delta are in neither."""
