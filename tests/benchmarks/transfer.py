"""Files on their way to a printer: speed, processor time, bytes, and the wait between two plates.

python -m tests.benchmarks.transfer [--short]

The printer is a process of its own. Beside our upload: curl's, of the same file to the same printer,
with its start and its login, as in ours, and by the same cipher.

curl does not know what it sends. Ours takes the SHA-256 of every byte on its way, so that a file
which was changed since it was inspected is never complete on a printer. Where the processor has
instructions for it, that hash alone is half of all that curl does, and no other in `hashlib` takes
less: hence the second row, beside curl and that hash together.
"""

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256
import json
from pathlib import Path
from random import Random
from resource import RUSAGE_CHILDREN, getrusage
import shutil
import subprocess
import sys
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any, NamedTuple

from custom_components.bambu_batch.bambu.connection_settings import (
    ConnectionSettings,
    Timing,
)
from custom_components.bambu_batch.bambu.remote_name import remote_name
from custom_components.bambu_batch.bambu.storage import Storage
from custom_components.bambu_batch.sliced.slim import slim_copy
from demo.home_assistant import HomeAssistant
from demo.scene import add_printer
from simulator import Farm, Printer, PrinterSpec, slicer
from simulator.journal import Entry

from .figure import Figure, Of, at_least, at_most
from .measure import cpu_seconds, percentile
from .table import show_alone

_MIB = 1 << 20
_CODE = "12345678"
_TIMING = Timing(ftps_settle=0)
_COOLDOWNS = (0, 5)
_COPIES = 6


class _Took(NamedTuple):
    seconds: float
    cpu: float


def figures(short: bool) -> Iterable[Figure]:
    """Measure one upload beside curl's, a slim copy, and starts in a row."""
    with TemporaryDirectory(prefix="bambu-batch-transfer-") as name:
        folder = Path(name)
        with _printer() as printer:
            yield from _uploads(printer, folder, (1 if short else 200) * _MIB)
            yield from _slim(folder, short=short)
        if not short:
            yield from _starts(folder / "home")


@contextmanager
def _printer() -> Iterator[ConnectionSettings]:
    """A simulated printer in a process of its own."""
    program = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "simulator",
            "--json",
            "--quiet",
            "--printer",
            f"N1,access_code={_CODE}",
        ],
        stdout=subprocess.PIPE,
    )
    try:
        assert program.stdout is not None
        told: Any = json.loads(program.stdout.readline())
        printer = told["printers"][0]
        yield ConnectionSettings(
            host=printer["host"],
            access_code=_CODE,
            serial=printer["serial"],
            mqtt_port=printer["mqtt_port"],
            ftps_port=printer["ftps_port"],
            certificate=printer["certificate"],
        )
    finally:
        program.terminate()
        program.wait()


def _uploads(printer: ConnectionSettings, folder: Path, size: int) -> Iterable[Figure]:
    file = folder / "part.gcode.3mf"
    file.write_bytes(Random(7).randbytes(_MIB) * (size // _MIB))
    ours, theirs = [], []
    for _ in range(3):  # in turns: what else the machine does, both feel
        ours.append(_our_upload(printer, file))
        if shutil.which("curl"):
            theirs.append(_curl_upload(printer, file, folder))
    curl = _best(theirs) if theirs else None
    ours_best = _best(ours)
    yield Figure(
        name="upload: speed",
        value=size / _MIB / ours_best.seconds,
        unit="MiB/s",
        beside="curl",
        reference=curl and size / _MIB / curl.seconds,
        goals=(at_least(0.95, Of.REFERENCE),),
    )
    spent = ours_best.cpu * 1000 / (size / _MIB)
    sent = curl and curl.cpu * 1000 / (size / _MIB)
    content = file.read_bytes()
    hashed = cpu_seconds(lambda: sha256(content)) * 1000 / (size / _MIB)
    yield Figure(
        name="upload: processor time",
        value=spent,
        unit="ms/MiB",
        beside="curl",
        reference=sent,
        goals=(at_most(1.2, Of.REFERENCE),),
    )
    yield Figure(
        name="upload: processor time, beside the same work",
        value=spent,
        unit="ms/MiB",
        beside="curl and a SHA-256",
        reference=sent and sent + hashed,
        goals=(at_most(1.2, Of.REFERENCE),),
    )
    yield Figure(
        name="upload: its hash, which curl does not take",
        value=hashed,
        unit="ms/MiB",
        beside="curl",
        reference=sent,
    )


def _best(took: list[_Took]) -> _Took:
    return _Took(min(one.seconds for one in took), min(one.cpu for one in took))


def _our_upload(printer: ConnectionSettings, file: Path) -> _Took:
    with file.open("rb") as content:
        name = remote_name(sha256(content.read()).hexdigest())

    async def upload() -> _Took:
        storage = Storage(printer, timing=_TIMING)
        begun, worked = perf_counter(), process_time()
        await storage.upload(file, name)
        took = _Took(perf_counter() - begun, process_time() - worked)
        await storage.delete(name)
        return took

    return asyncio.run(upload())


def _curl_upload(printer: ConnectionSettings, file: Path, folder: Path) -> _Took:
    pem = folder / "printer.pem"
    pem.write_text(printer.certificate or "")
    begun, before = perf_counter(), getrusage(RUSAGE_CHILDREN)
    subprocess.run(
        [
            "curl",
            "--silent",
            "--fail",
            "--insecure",
            "--tls-max",
            "1.2",
            "--user",
            f"bblp:{printer.access_code}",
            "--upload-file",
            file,
            f"ftps://{printer.host}:{printer.ftps_port}/cache/curl.3mf",
            "--quote",
            "-DELE /cache/curl.3mf",
        ],
        check=True,
    )
    took, after = perf_counter() - begun, getrusage(RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return _Took(took, cpu)


def _slim(folder: Path, *, short: bool) -> Iterable[Figure]:
    """A file as a project leaves it: two plates, meshes and photographs."""
    file, noise = folder / "project.gcode.3mf", Random(7)
    plates = [
        slicer.SlicedPlate(index=number, megabytes=0.1 if short else 10)
        for number in (1, 2)
    ]
    slicer.write(
        file,
        plates,
        extra=[
            ("3D/Objects/object_1.model", noise.randbytes(_MIB // 4)),
            ("Auxiliaries/Model Pictures/photo.jpg", noise.randbytes(_MIB)),
        ],
    )
    with file.open("rb") as opened:
        copy = slim_copy(opened, 1)
        assert copy is not None
        sent = len(copy.end) + sum(len(h) + stop - a for h, a, stop in copy.pieces)
        begun, rounds = process_time(), 20
        for _ in range(rounds):
            slim_copy(opened, 1)
        cpu = (process_time() - begun) / rounds
    yield Figure(
        name="bytes sent of a project with two plates",
        value=sent / 1000,
        unit="kB",
        beside="whole file",
        reference=file.stat().st_size / 1000,
        goals=(at_most(0.95, Of.REFERENCE),),
    )
    yield Figure(name="finding out what to send", value=cpu * 1000, unit="ms")


def _starts(folder: Path) -> Iterable[Figure]:
    for cooldown, gaps in asyncio.run(_gaps(folder)).items():
        name = f"next start, cooldown {cooldown} s, file on the card"
        yield Figure(
            name=f"{name}: p50 beyond it",
            value=percentile(gaps, 50) * 1000,
            unit="ms",
            goals=(at_most(200),),
        )


async def _gaps(folder: Path) -> dict[int, list[float]]:
    """Return by cooldown how long after it the next start came, in seconds."""
    hass = HomeAssistant(folder)
    hass.media.mkdir(parents=True)
    plate = slicer.SlicedPlate(name="clip", seconds=120, swap="swapmod")
    slicer.write(hass.media / "clip.gcode.3mf", [plate])
    specs = [PrinterSpec(cooldown_seconds=one) for one in _COOLDOWNS]
    gaps: dict[int, list[float]] = {one: [] for one in _COOLDOWNS}
    async with Farm(specs, speed=100) as farm, hass:
        for printer, cooldown in zip(farm.printers, _COOLDOWNS, strict=True):
            await add_printer(hass.client, printer, cooldown)
            _listen(printer, cooldown, gaps[cooldown])
            entities = await hass.client.entities_of(printer.serial)
            queue = entities["queue"]
            task = {"file": "clip.gcode.3mf", "copies": _COPIES}
            await hass.client.act("bambu_batch.enqueue", task, entity_id=queue)
            await hass.client.act("bambu_batch.confirm_plate_clear", entity_id=queue)
            running = entities["queue_running"]
            await hass.client.act("switch.turn_on", entity_id=running)
        async with asyncio.timeout(240):
            while any(len(one) < _COPIES - 1 for one in gaps.values()):
                await asyncio.sleep(0.5)
    return gaps


def _listen(printer: Printer, cooldown: int, gaps: list[float]) -> None:
    def note(entry: Entry) -> None:
        finished = printer.lifecycle.finished_at
        if entry.kind == "start" and finished is not None:
            gaps.append(asyncio.get_running_loop().time() - finished - cooldown)

    printer.journal.listen(note)


if __name__ == "__main__":
    show_alone(figures)
