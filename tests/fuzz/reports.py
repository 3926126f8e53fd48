"""Fuzzes the decoding of reports: broken bytes, odd values, fields that never end.

python -m tests.fuzz.reports [--count 1000000] [--seed 0]

Whatever comes in, nothing may be raised, every attribute keeps its type, and memory stays small.
"""

from argparse import ArgumentParser
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import fields
from random import Random
from resource import RUSAGE_SELF, getrusage
from time import perf_counter
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

import orjson

from custom_components.bambu_batch.bambu.report import Kind, Report
from custom_components.bambu_batch.bambu.status import PrinterStatus
from tests.bambu.messages import NOW, SERIAL, ams, delta, full, spool

MEMORY = 64
"""MB that decoding may need above what the process had before."""
_CONNECTION = 500
"""Messages of one connection."""

_DEVICE = {
    "bed": {"info": {"temp": 4587590}, "state": 2},
    "extruder": {"state": 2, "info": [{"id": 0, "temp": 16056565}, {"id": 1}]},
}
_FULL = full(
    device=_DEVICE,
    job={"job_state": 0},
    vir_slot=[{"id": "254"}, {"id": "255"}],
    fun="100d122002fbd",
    g_st=1,
    hms=[{"attr": 0x0300_0100, "code": 0x0001_0007}],
)
_VERSION = {
    "command": "get_version",
    "module": [{"name": "ota", "product_name": "Bambu Lab A1", "sw_ver": "01.07"}],
}
_ECHO = {"command": "project_file", "sequence_id": "40001", "result": "success"}
_SEEDS: tuple[dict[str, Any], ...] = (
    {"print": _FULL},
    {"print": full()},
    {"print": delta(bed_temper=40.5, wifi_signal="-48dBm")},
    {"print": delta(gcode_state="RUNNING", stg_cur=0, layer_num=4, mc_percent=9)},
    {"print": delta(ams=ams(*(spool(slot) for slot in range(4))))},
    {"print": delta(device=_DEVICE)},
    {"print": delta(hms=[{"attr": 1, "code": 2}], print_error=302022662)},
    {"print": _ECHO},
    {"info": _VERSION},
    {"system": {"command": "ledctrl", "result": "success"}},
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Fuzz, print what was seen, return an exit code."""
    parser = ArgumentParser("python -m tests.fuzz.reports", description=__doc__)
    parser.add_argument("--count", type=int, default=1_000_000, help="messages")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    before, start = _megabytes(), perf_counter()
    kinds = fuzz(options.count, options.seed)
    seconds, grown = perf_counter() - start, _megabytes() - before
    print(
        f"{options.count} messages in {seconds:.0f} s, memory +{grown:.0f} MB:",
        ", ".join(f"{kind.name} {count}" for kind, count in kinds.most_common()),
    )
    return int(grown > MEMORY)


def fuzz(count: int, seed: int) -> Counter[Kind]:
    """Decode so many broken messages; raises whatever decoding raises."""
    random, kinds = Random(seed), Counter[Kind]()
    check = _type_check()
    report = Report(SERIAL)
    for number in range(count):
        if number % _CONNECTION == 0:
            report = Report(SERIAL)
            report.receive(orjson.dumps(_SEEDS[0]), NOW)
        payload = message(random)
        try:
            kinds[report.receive(payload, NOW).kind] += 1
            check(report.status)
            if number % 20 == 0:
                _compare(report)
        except Exception:
            print(f"seed {seed}, message {number}: {payload!r}")
            raise
    return kinds


_OF_MESSAGES = {
    "received",
    "gap",
    "model",
    "firmware",
    "signed_commands_only",
    "total_layers",
    "bed_temperature",
    "bed_target",
    "nozzle_temperature",
    "nozzle_target",
}
"""Attributes that depend on the messages, not only on what they were merged to."""


def _compare(report: Report) -> None:
    """Check that reading delta by delta gives the same as reading the merged report."""
    whole = report.document | {"command": "push_status", "msg": 0}
    try:
        payload = orjson.dumps({"print": whole})
    except TypeError:  # a number beyond 64 bits
        return
    fresh = Report(SERIAL)
    if not report.status.complete or fresh.receive(payload, NOW).kind is not Kind.FULL:
        return
    for field in fields(PrinterStatus):
        if field.name not in _OF_MESSAGES:
            one, other = (getattr(r.status, field.name) for r in (report, fresh))
            if one != other:
                raise ValueError(
                    f"{field.name}: {one!r} by deltas, {other!r} as a whole"
                )


def message(random: Random) -> bytes:
    """One broken message."""
    content = orjson.loads(orjson.dumps(random.choice(_SEEDS)))
    for _ in range(random.choice((0, 1, 1, 2, 5))):
        _change(random, content)
    try:
        payload = orjson.dumps(content)
    except TypeError:  # a number beyond 64 bits, or nested too deeply
        payload = repr(content).replace("'", '"').encode(errors="replace")
    while random.random() < 0.3:
        payload = random.choice(_BYTES)(random, payload)
    return payload


def _change(random: Random, content: dict[str, Any]) -> None:
    """Change one value somewhere."""
    place: Any = content
    while True:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        if not keys:
            break
        key = random.choice(keys)
        inner = place[key]
        if isinstance(inner, dict | list) and inner and random.random() < 0.85:
            place = inner
            continue
        if isinstance(place, dict) and random.random() < 0.15:
            place[random.choice(_KEYS)] = _value(random)
        elif random.random() < 0.1:
            del place[key]
        else:
            place[key] = _value(random)
        break


def _value(random: Random) -> Any:
    value = random.choice(_VALUES)
    if callable(value):
        return value(random)
    return value


def _nested(random: Random) -> Any:
    value: Any = {}
    for _ in range(random.choice((3, 20, 200))):
        value = {random.choice(_KEYS): value} if random.random() < 0.8 else [value]
    return value


_KEYS = sorted({key for seed in _SEEDS for body in seed.values() for key in body})
_VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, 1, -1, 2**31, -(2**31), 2**63, 2**64 - 1, 1e308, -0.5),
    *("", "0", "1", "255", "f", "nan", "inf", "1e999", "-1", "9" * 30, "1_0", "\u0663"),
    *("IDLE", "FINISH", "RUNNING", "PAUSED", "push_status", "success", "fail"),
    *("&amp;", "&#x110000;", "&#xd800;", "\x00", "\ud7ff", "\U0010ffff", "x" * 5000),
    *([], {}, [[]], [{}], [None], {"": None}, [0] * 500),
    lambda random: random.getrandbits(70),
    lambda random: random.random() * 10 ** random.randrange(300),
    lambda random: random.randbytes(20).decode("latin-1"),
    _nested,
)


def _flip(random: Random, payload: bytes) -> bytes:
    broken = bytearray(payload)
    for _ in range(random.choice((1, 1, 3, 20))):
        if broken:
            broken[random.randrange(len(broken))] = random.randrange(256)
    return bytes(broken)


def _cut(random: Random, payload: bytes) -> bytes:
    return payload[: random.randrange(len(payload) + 1)]


def _insert(random: Random, payload: bytes) -> bytes:
    at = random.randrange(len(payload) + 1)
    piece = random.choice(
        (b"\xff", b"{", b"[" * 2000, b'"', b"NaN", b"\\ud800", b"1e999", b"\n", b",")
    )
    return payload[:at] + piece + payload[at:]


_BYTES: tuple[Callable[[Random, bytes], bytes], ...] = (_flip, _cut, _insert)


def _type_check() -> Callable[[PrinterStatus], None]:
    """Return a check that every attribute is of the type that it is declared with."""
    hints = get_type_hints(PrinterStatus)
    allowed: dict[str, tuple[type, ...]] = {}
    for field in fields(PrinterStatus):
        hint = hints[field.name]
        parts = get_args(hint) if isinstance(hint, UnionType) else (hint,)
        plain = tuple(get_origin(part) or part for part in parts)
        allowed[field.name] = (*plain, int) if float in plain else plain

    def check(status: PrinterStatus) -> None:
        for name, types in allowed.items():
            value = getattr(status, name)
            if type(value) not in types:
                raise TypeError(f"{name}: {value!r}")
        hash(status)
        repr(status).encode()

    return check


def _megabytes() -> float:
    """The largest size of this process so far."""
    return getrusage(RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    raise SystemExit(main())
