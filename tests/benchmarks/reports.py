"""Reading reports: time per delta and per full report, and as multiples of parsing alone.

python -m tests.benchmarks.reports [--samples FOLDER]

Parsing alone is `orjson.loads` of the same bytes. With a folder of recordings
(`BAMBU_SAMPLES`) their messages are measured too.
"""

from argparse import ArgumentParser
from collections.abc import Callable, Iterable, Sequence
import os
from pathlib import Path
from time import process_time

import orjson

from custom_components.bambu_batch.bambu.report import Kind, Report
from tests.bambu.messages import NOW, SERIAL, ams, delta, dump, full, spool


def main(arguments: Sequence[str] = ()) -> None:
    """Print a line for each kind of message."""
    parser = ArgumentParser("python -m tests.benchmarks.reports", description=__doc__)
    parser.add_argument("--samples", type=Path, default=os.environ.get("BAMBU_SAMPLES"))
    options = parser.parse_args(arguments)
    print("message                      bytes   orjson.loads        read    ratio")
    for name, payload in _messages().items():
        print(_line(name, [payload], rounds=20_000))
    if options.samples:
        for log in sorted((options.samples / "mqtt").glob("*.log")):
            if payloads := _recorded(log):
                for kind, some in _by_kind(payloads).items():
                    print(_line(f"{log.stem[-22:]} {kind.name}", some, rounds=10))


def _messages() -> dict[str, bytes]:
    """What a printer sends most, in its usual size."""
    spools = [spool(slot, total_len=330000, xcam_info="0" * 24) for slot in range(4)]
    unused = {f"field_{number}": number for number in range(24)}
    return {
        "delta, temperatures": dump(
            delta(nozzle_temper=219.75, bed_temper=64.9375, wifi_signal="-48dBm")
        ),
        "delta, layer": dump(delta(layer_num=20, mc_percent=41)),
        "delta, active tray": dump(delta(ams={"tray_now": "2", "tray_tar": "2"})),
        "full": dump(full(ams=ams(*spools), **unused)),
    }


def _recorded(log: Path) -> list[bytes]:
    lines = log.read_bytes().splitlines()
    return [payload for line in lines if (payload := line.partition(b" :: ")[2])]


def _by_kind(payloads: Iterable[bytes]) -> dict[Kind, list[bytes]]:
    report, kinds = Report(SERIAL), dict[Kind, list[bytes]]()
    for payload in payloads:
        kinds.setdefault(report.receive(payload, NOW).kind, []).append(payload)
    return {kind: kinds[kind] for kind in (Kind.DELTA, Kind.FULL) if kind in kinds}


def _line(name: str, payloads: list[bytes], rounds: int) -> str:
    report = Report(SERIAL)
    report.receive(dump(full()), NOW)

    def parse() -> None:
        for payload in payloads:
            orjson.loads(payload)

    def read() -> None:
        for payload in payloads:
            report.receive(payload, NOW)

    parsing = _microseconds(parse, rounds) / len(payloads)
    reading = _microseconds(read, rounds) / len(payloads)
    size = sum(map(len, payloads)) // len(payloads)
    return (
        f"{name:27} {size:6} {parsing:11.2f} µs {reading:8.2f} µs "
        f"{reading / parsing:8.1f}"
    )


def _microseconds(work: Callable[[], None], rounds: int) -> float:
    """Best of five, in this process's own time."""
    best = float("inf")
    for _ in range(5):
        start = process_time()
        for _ in range(rounds // 5 or 1):
            work()
        best = min(best, (process_time() - start) / (rounds // 5 or 1))
    return best * 1e6


if __name__ == "__main__":
    import sys

    main(sys.argv[1:])
