"""Reading what a printer reports: each delta, a full report, and the recorded jobs.

python -m tests.benchmarks.reports [--short]

The recorded jobs are those in the folder of samples (`BAMBU_SAMPLES`); without it a made one.
"""

from collections.abc import Callable, Iterable, Sequence
import json
import os
from pathlib import Path

from custom_components.bambu_batch.bambu.report import Report
from tests.bambu.messages import NOW, SERIAL, ams, delta, dump, full, spool

from .figure import Figure, Goal, Of, at_most
from .measure import cpu_seconds
from .table import show_alone

RECORDED = "the recorded A1 jobs, a message"
_SAMPLES = Path(__file__).parents[3] / "shared" / "samples"


def figures(short: bool) -> Iterable[Figure]:
    """Measure each kind of message."""
    rounds = 20 if short else 2_000
    for name, payload in _messages().items():
        goals = () if name == "full report" else (at_most(2, Of.REFERENCE),)
        yield _figure(f"{name} to status", [payload], rounds, *goals)
    yield _figure(RECORDED, recorded_job(short), 1, at_most(1 / 20, Of.PEER))


def recorded_job(short: bool) -> Sequence[bytes]:
    """Return the messages of the recorded jobs, oldest first."""
    folder = Path(os.environ.get("BAMBU_SAMPLES", _SAMPLES)) / "mqtt"
    recorded = [
        payload
        for log in sorted(folder.glob("openspoolman__A1*.log"))
        for one in log.read_bytes().splitlines()
        if (payload := one.partition(b" :: ")[2]).startswith(b'{"print"')
    ]
    if not recorded:
        recorded = [dump(full())]
        recorded += [
            dump(delta(layer_num=one // 5, mc_percent=one // 10, nozzle_temper=one / 3))
            for one in range(1_000)
        ]
    return recorded[:50] if short else recorded


def _messages() -> dict[str, bytes]:
    """What a printer sends most, in its usual size."""
    spools = [spool(slot, total_len=330000, xcam_info="0" * 24) for slot in range(4)]
    unused = {f"field_{number}": number for number in range(24)}
    return {
        "delta, temperatures,": dump(
            delta(nozzle_temper=219.75, bed_temper=64.9375, wifi_signal="-48dBm")
        ),
        "delta, layer,": dump(delta(layer_num=20, mc_percent=41)),
        "delta, active tray,": dump(delta(ams={"tray_now": "2", "tray_tar": "2"})),
        "full report": dump(full(ams=ams(*spools), **unused)),
    }


def _figure(name: str, payloads: Sequence[bytes], rounds: int, *goals: Goal) -> Figure:
    report = Report(SERIAL)
    report.receive(dump(full()), NOW)
    value = reference = float("inf")
    for _ in range(10):  # in turn: a machine that gets busy slows both
        read = _microseconds(lambda one: report.receive(one, NOW), payloads, rounds)
        value = min(value, read)
        reference = min(reference, _microseconds(json.loads, payloads, rounds))
    return Figure(
        name=name,
        value=value,
        unit="µs",
        beside="json.loads",
        reference=reference,
        goals=goals,
    )


def _microseconds(
    read: Callable[[bytes], object], payloads: Sequence[bytes], rounds: int
) -> float:
    def work() -> None:
        for payload in payloads:
            read(payload)

    return cpu_seconds(work, tries=1, rounds=rounds) / len(payloads) * 1e6


if __name__ == "__main__":
    show_alone(figures)
