"""Reading sliced files of 1, 30 and 300 MB of G-code: time, memory, and the extrusion parser.

python -m tests.benchmarks.sliced_3mf [--sizes 1 30]

Times are the process's own, so that a busy machine does not show, and are also told as multiples
of the least that has to be done in the same run: unpacking the same G-code and taking its MD5.
"""

from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from hashlib import md5
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from zipfile import ZipFile

from custom_components.bambu_batch.sliced import extrusion, reader
from simulator import slicer

SIZES = (1.0, 30.0, 300.0)
"""MB of G-code."""


def main(arguments: Sequence[str] = ()) -> None:
    """Print a line for each size."""
    parser = ArgumentParser(
        "python -m tests.benchmarks.sliced_3mf", description=__doc__
    )
    parser.add_argument(
        "--sizes", type=float, nargs="+", default=SIZES, help="MB of G-code"
    )
    options = parser.parse_args(arguments)
    print("G-code       read   × unpack+MD5   peak memory   list of plates   extrusion")
    with TemporaryDirectory() as folder:
        for size in options.sizes:
            path = Path(folder) / "part.gcode.3mf"
            slicer.write(path, [slicer.SlicedPlate(megabytes=size, layers=200)])
            print(measure(path, repeat=3 if size < 100 else 1))


def measure(path: Path, *, repeat: int) -> str:
    """Return the figures of one file as a line."""
    size = sum(
        info.file_size
        for info in ZipFile(path).infolist()
        if info.filename.endswith(".gcode")
    )
    least = best(lambda: unpack(path), repeat)
    read = best(lambda: reader.read(path), repeat)
    listed = best(lambda: reader.plate_numbers(path), 5)
    pushed = best(lambda: extrusion.extruded(path, 1), repeat)
    peak = memory(lambda: reader.read(path))
    return (
        f"{size / 1e6:5.0f} MB {read * 1e3:7.0f} ms {read / least:10.2f} {peak:15.1f} MB "
        f"{listed * 1e3:13.2f} ms {size / 1e6 / pushed:8.0f} MB/s"
    )


def unpack(path: Path) -> str:
    """Do the least: unpack the G-code and digest it."""
    digest = md5(usedforsecurity=False)
    with ZipFile(path) as archive, archive.open("Metadata/plate_1.gcode") as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def best(work: Callable[[], object], repeat: int) -> float:
    """Return the shortest time of some tries, in seconds."""
    times = []
    for _ in range(repeat):
        start = process_time()
        work()
        times.append(process_time() - start)
    return min(times)


def memory(work: Callable[[], object]) -> float:
    """Return by how many MB the process grew at its peak (Linux)."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    before = _status("VmRSS")
    work()
    return (_status("VmHWM") - before) / 1024


def _status(field: str) -> int:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{field}:"))


if __name__ == "__main__":
    import sys

    main(sys.argv[1:])
