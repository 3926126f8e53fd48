"""Reading sliced files of 1, 30 and 300 MB of G-code: time and memory.

python -m tests.benchmarks.sliced_3mf [--short]

Beside an inspection the least that has to be done: unpacking the same G-code and taking its MD5.
Beside a file's facts: reading as much of the same members with `zipfile`.
"""

from collections.abc import Callable, Iterable, Iterator
from hashlib import md5
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from zipfile import ZipFile

from custom_components.bambu_batch.sliced import extrusion, gcode, members, reader
from custom_components.bambu_batch.sliced.container import opened
from custom_components.bambu_batch.sliced.swap import recognise
from simulator import slicer

from .figure import Figure, Of, at_most
from .measure import cpu_seconds, peak_megabytes
from .table import show_alone

_ENOUGH: Final = 30.0
"""Megabytes from which on the G-code is nearly all of the work."""


def figures(short: bool) -> Iterable[Figure]:
    """Measure a file of each size."""
    with TemporaryDirectory() as folder:
        for size in (0.1,) if short else (1.0, 30.0, 300.0):
            path = Path(folder) / "part.gcode.3mf"
            slicer.write(path, [slicer.SlicedPlate(megabytes=size, layers=200)])
            yield from _file(path, size)


def _file(path: Path, size: float) -> Iterable[Figure]:
    name = f"a file of {size:g} MB"
    tries = 7 if size < 100 else 3
    digest = reader.fingerprint(path)[0]
    least, *spent = _side_by_side(
        tries,
        lambda: unpack(path),
        lambda: reader.read(path),
        lambda: inspect(path),
        lambda: extrusion.extruded_through(path, 1, {20, None}, sha256=digest),
    )
    for what, seconds, limit in zip(
        ("read", "read and extrusion in one pass", "extrusion of a run"),
        spent,
        (1 / 0.7, 1 / 0.35, None),
        strict=True,
    ):
        yield Figure(
            name=f"{name}: {what}",
            value=seconds * 1000,
            unit="ms",
            beside="unpack + MD5",
            reference=least * 1000,
            goals=(at_most(limit, Of.REFERENCE),)
            if limit is not None and size >= _ENOUGH
            else (),
        )
    yield Figure(
        name=f"{name}: facts",
        value=cpu_seconds(lambda: reader.facts(path), tries=9, rounds=9) * 1000,
        unit="ms",
        beside="zipfile alone",
        reference=cpu_seconds(lambda: look(path), tries=9, rounds=9) * 1000,
        goals=(at_most(1),),
    )
    yield Figure(
        name=f"{name}: its plates",
        value=cpu_seconds(lambda: reader.plate_numbers(path), rounds=9) * 1000,
        unit="ms",
        goals=(at_most(1),),
    )
    yield Figure(
        name=f"{name}: peak memory", value=peak_megabytes(reader.read, path), unit="MiB"
    )


def _side_by_side(tries: int, *works: Callable[[], object]) -> list[float]:
    """Return the shortest time of each, all in turn: a machine that is busy for a while slows all."""
    rounds = [[cpu_seconds(work, tries=1) for work in works] for _ in range(tries)]
    return [min(times) for times in zip(*rounds, strict=True)]


def inspect(path: Path) -> extrusion.Measured:
    """Do all that a file can be asked while its only G-code is unpacked once."""
    measurement = extrusion.Measurement({None})

    def fed(blocks: Iterable[bytes]) -> Iterator[bytes]:
        for block in blocks:
            measurement.feed(block)
            yield block

    with opened(path) as archive:
        scan = gcode.scan(fed(archive.blocks(members.gcode(archive, 1))))
        recognise(
            scan.tail,
            whole=scan.size == len(scan.tail),
            model="N1",
            height=gcode.header(scan.head, scan.tail).height,
            jobs=scan.jobs,
        )
        archive.sha256()
    return measurement.result()


def look(path: Path) -> None:
    """Do the least for facts: the small members, and the heads of G-code and picture."""
    with ZipFile(path) as archive:
        for member in ("slice_info.config", "model_settings.config", "plate_1.json"):
            archive.read(f"Metadata/{member}")
        for member in ("plate_1.gcode", "plate_1.png"):
            with archive.open(f"Metadata/{member}") as stream:
                stream.read(gcode.SHORT_HEAD)


def unpack(path: Path) -> str:
    """Do the least: unpack the G-code and digest it."""
    digest = md5(usedforsecurity=False)
    with ZipFile(path) as archive, archive.open("Metadata/plate_1.gcode") as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


if __name__ == "__main__":
    show_alone(figures)
