"""Broken sliced files without end: the reader must answer or refuse, and stay small.

python -m tests.fuzz.sliced --count 1000000         a seed and the outcomes are printed
python -m tests.fuzz.sliced --first 4711 --count 1  one input again; it is kept on failure
"""

from argparse import ArgumentParser
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import fields
from io import BytesIO
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import monotonic
from warnings import catch_warnings
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from custom_components.bambu_batch.sliced import extrusion, reader
from custom_components.bambu_batch.sliced.errors import SlicedError
from custom_components.bambu_batch.sliced.file import (
    FileFacts,
    Plate,
    PlateFacts,
    SlicedFile,
)
from simulator import slicer
from simulator.slicer import SlicedPlate
from simulator.slicer.picture import draw

MEMORY_LIMIT = 64
"""MiB above idle."""

_TOKENS = (
    b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"<plate>", b"</plate>", b"&b;", b"\0", b"\xff", b"\"", b"'",
    b"]]>", b"{", b"[[[[", b"null", b"1e999", b"-1", b"NaN", b"0", b"99999999999999999999", b",",
    b"\n", b"\r\n", b";swap\n", b"; CONFIG_BLOCK_START\n", b"; EXECUTABLE_BLOCK_END\n",
    b"; HEADER_BLOCK_START\n", b"G91\n", b"G1 Y200\n", b"G1 Y-200\n", b"M622 J1\n", b"M190 S30\n",
    b"G1 X1 E1\n", b"T1\n", b"M82\n", b"G92 E0\n", b"M73 L1\n", b"\xe2\x80\xae", b"PK\x01\x02",
)  # fmt: skip


def corpus() -> tuple[bytes, ...]:
    """Return small sliced files of every kind that our slicer can write."""
    image = draw("gear", ("#00AE42",), 16)
    plates = [
        SlicedPlate(layers=3, picture=image),
        SlicedPlate(
            index=8, name="Lid", layers=2, swap="pushoff", picture=image, packed=2
        ),
    ]
    with TemporaryDirectory() as folder:
        place = Path(folder)
        slicer.write(place / "a", plates)
        slicer.write(place / "b", plates[:1], style="orca", streamed=False, crlf=True)
        slicer.write(
            place / "c", plates[1:], style="studio-1.07", compression=ZIP_STORED
        )
        slicer.write(place / "d", [], unsliced=[1])
        return tuple((place / name).read_bytes() for name in "aabcd")


def mutant(random: Random, files: Sequence[bytes]) -> bytes:
    """Return one of the files, broken in one of several ways or several at once."""
    content = random.choice(files)
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        content = random.choice(_MUTATIONS)(random, content)
    return content


def check(path: Path) -> str:
    """Read the file with every function of the reader; return the outcome."""
    try:
        file = reader.read(path)
    except SlicedError as err:
        outcome, told = err.key, err.placeholders
    else:
        outcome, told = "read", {}
        _check_file(file)
        _check_facts(reader.facts(path), file)
    assert all(value.isprintable() for value in told.values())
    with suppress(SlicedError):
        reader.facts(path)
    with suppress(SlicedError):
        for plate in reader.plate_numbers(path)[:3]:
            image = reader.picture(path, plate)
            assert image is None or image.startswith(b"\x89PNG")
            extrusion.extruded(path, plate, 2)
    return outcome


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the long form."""
    parser = ArgumentParser("python -m tests.fuzz.sliced", description=__doc__)
    parser.add_argument("--count", type=int, default=10_000, help="inputs to try")
    parser.add_argument("--first", type=int, default=0, help="seed of the first")
    options = parser.parse_args(arguments)
    files = corpus()
    outcomes: Counter[str] = Counter()
    started = monotonic()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "mutant.3mf"
        check(_written(path, files[0]))
        idle = _resident()
        for seed in range(options.first, options.first + options.count):
            content = mutant(Random(seed), files)
            try:
                outcomes[check(_written(path, content))] += 1
            except BaseException:
                kept = Path(f"mutant-{seed}.3mf")
                kept.write_bytes(content)
                print(f"seed {seed} broke the reader; kept as {kept}")
                raise
            if seed % 50_000 == 49_999:
                print(f"{seed + 1} … {dict(outcomes)}", flush=True)
            if seed % 1000 == 0 and _resident() - idle > MEMORY_LIMIT:
                print(f"seed {seed}: {_resident() - idle:.0f} MiB above idle")
                return 1
        grown = _resident() - idle
    for outcome, number in outcomes.most_common():
        print(f"{number:9} {outcome}")
    seconds = monotonic() - started
    print(f"{options.count} inputs from seed {options.first} in {seconds:.0f} s")
    print(f"at most {grown:.0f} MiB above idle")
    return 0


def _check_file(file: SlicedFile) -> None:
    assert file.plates
    assert len({plate.index for plate in file.plates}) == len(file.plates)
    for plate in file.plates:
        _check_plate(plate)


def _check_facts(facts: FileFacts, file: SlicedFile) -> None:
    """Check that a quick reading tells nothing else than a whole one."""
    for quick, plate in zip(facts.plates, file.plates, strict=True):
        for field in fields(PlateFacts):
            said = getattr(quick, field.name)
            assert said in (None, getattr(plate, field.name)), field.name


def _check_plate(plate: Plate) -> None:
    assert plate.seconds is None or 0 < plate.seconds <= 60 * 86400
    assert plate.grams is None or plate.grams > 0
    assert plate.nozzle is None or 0.1 <= plate.nozzle <= 2
    assert plate.filaments is None or plate.filaments
    assert plate.packed >= 1
    assert plate.name is None or plate.name.isprintable()


def _written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def _resident() -> float:
    """Return the peak memory of this process, in MiB."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) / 1024


def _flip(random: Random, content: bytes) -> bytes:
    broken = bytearray(content)
    for _ in range(random.choice((1, 1, 2, 8, 64))):
        if broken:
            broken[random.randrange(len(broken))] = random.randrange(256)
    return bytes(broken)


def _flip_directory(random: Random, content: bytes) -> bytes:
    """Break what the central directory says: names, sizes, offsets, flags."""
    start = content.find(b"PK\x01\x02")
    if start < 0:
        return _flip(random, content)
    return content[:start] + _flip(random, content[start:])


def _cut(random: Random, content: bytes) -> bytes:
    at, to = sorted(random.randrange(len(content) + 1) for _ in range(2))
    return random.choice((content[:at], content[at:], content[:at] + content[to:]))


def _noise(random: Random, _content: bytes) -> bytes:
    return random.randbytes(random.randrange(300))


def _insert(random: Random, content: bytes) -> bytes:
    at = random.randrange(len(content) + 1)
    return (
        content[:at] + random.choice(_TOKENS) * random.choice((1, 1, 40)) + content[at:]
    )


def _inside(random: Random, content: bytes) -> bytes:
    """Break the content of a member and make a sound ZIP of it again."""
    try:
        with ZipFile(BytesIO(content)) as archive:
            members = {info.filename: archive.read(info) for info in archive.infolist()}
    except Exception:  # noqa: BLE001 - an earlier mutation broke the ZIP itself
        return content
    if not members:
        return content
    for _ in range(random.choice((1, 2, 5))):
        name = random.choice(list(members))
        how = random.choice((_flip, _insert, _insert, _insert, _cut, _noise))
        members[name] = how(random, members[name])
    if random.random() < 0.1:
        members.pop(random.choice(list(members)))
    made = BytesIO()
    with (
        catch_warnings(action="ignore"),  # two of one name are meant
        ZipFile(made, "w", random.choice((ZIP_STORED, ZIP_DEFLATED))) as archive,
    ):
        for name, data in members.items():
            info = ZipInfo("x")
            info.filename = name if random.random() > 0.02 else _rename(random, name)
            archive.writestr(info, data)
    return made.getvalue()


def _rename(random: Random, name: str) -> str:
    return random.choice(
        (f"../{name}", name.upper(), name.replace("/", "\\"), f"/{name}", "", name[1:])
    )


_MUTATIONS: tuple[Callable[[Random, bytes], bytes], ...] = (
    _flip,
    _flip_directory,
    _flip_directory,
    _cut,
    _noise,
    _insert,
    *(6 * (_inside,)),
)


if __name__ == "__main__":
    raise SystemExit(main())
