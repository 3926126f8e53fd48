"""Reading sliced files of 1, 30 and 300 MB of G-code: time, memory, and the extrusion parser.

python -m tests.benchmarks.sliced_3mf [--short]

Beside them the least that has to be done: unpacking the same G-code and taking its MD5.
"""

from collections.abc import Iterable
from hashlib import md5
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

from custom_components.bambu_batch.sliced import extrusion, reader
from simulator import slicer

from .figure import Figure, at_most
from .measure import cpu_seconds, peak_megabytes
from .table import show_alone


def figures(short: bool) -> Iterable[Figure]:
    """Measure a file of each size."""
    with TemporaryDirectory() as folder:
        for size in (0.1,) if short else (1.0, 30.0, 300.0):
            path = Path(folder) / "part.gcode.3mf"
            slicer.write(path, [slicer.SlicedPlate(megabytes=size, layers=200)])
            yield from _file(
                path, f"a file of {size:g} MB", tries=3 if size < 100 else 1
            )


def _file(path: Path, name: str, tries: int) -> Iterable[Figure]:
    least = cpu_seconds(lambda: unpack(path), tries=tries) * 1000
    for what, work in (
        ("read", lambda: reader.read(path)),
        ("extrusion", lambda: extrusion.extruded(path, 1)),
        (
            "extrusion through 3 layers",
            lambda: extrusion.extruded_through(path, 1, {20, 100, None}),
        ),
    ):
        yield Figure(
            name=f"{name}: {what}",
            value=cpu_seconds(work, tries=tries) * 1000,
            unit="ms",
            beside="unpack + MD5",
            reference=least,
        )
    yield Figure(
        name=f"{name}: facts",
        value=cpu_seconds(lambda: reader.facts(path)) * 1000,
        unit="ms",
        goals=(at_most(1),),
    )
    yield Figure(
        name=f"{name}: its plates",
        value=cpu_seconds(lambda: reader.plate_numbers(path)) * 1000,
        unit="ms",
        goals=(at_most(1),),
    )
    yield Figure(
        name=f"{name}: peak memory", value=peak_megabytes(reader.read, path), unit="MiB"
    )


def unpack(path: Path) -> str:
    """Do the least: unpack the G-code and digest it."""
    digest = md5(usedforsecurity=False)
    with ZipFile(path) as archive, archive.open("Metadata/plate_1.gcode") as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


if __name__ == "__main__":
    show_alone(figures)
