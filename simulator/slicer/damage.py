"""Damaged sliced files: cut off, forged, or made to fill the memory."""

from pathlib import Path
import struct
from typing import Final
import zlib

_UNIT: Final = 1 << 20
_ENTRY: Final = b"PK\x01\x02"
_FIELDS: Final = {
    "flags": (8, "<H"),
    "compression": (10, "<H"),
    "crc": (16, "<I"),
    "compressed_size": (20, "<I"),
    "size": (24, "<I"),
    "external": (38, "<I"),
    "offset": (42, "<I"),
}
"""Place and form of the fields of an entry of the central directory (PKZIP APPNOTE 4.3.12)."""


def truncate(path: Path, share: float = 0.6) -> Path:
    """Keep only the first part of a file, as after a broken upload."""
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    return path


def claim(path: Path, member: str, **fields: int) -> Path:
    """Change what the central directory says of a member; `_FIELDS` has the names.

    Raises ValueError where there is no such member.
    """
    content = bytearray(path.read_bytes())
    name = member.encode()
    at = content.index(_ENTRY)
    while content[at + 46 :][: struct.unpack_from("<H", content, at + 28)[0]] != name:
        at = content.index(_ENTRY, at + 4)
    for field, value in fields.items():
        place, form = _FIELDS[field]
        struct.pack_into(form, content, at + place, value)
    path.write_bytes(content)
    return path


def bomb(
    path: Path, member: str = "Metadata/plate_1.gcode", *, gibibytes: int = 10
) -> Path:
    """Write a small ZIP with one member of many zeros, honestly stated (zip64)."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    unit = packer.compress(bytes(_UNIT)) + packer.flush(zlib.Z_FULL_FLUSH)
    count = gibibytes << 10
    size, packed = count * _UNIT, count * len(unit) + 2
    name = member.encode()
    sizes = struct.pack("<HHQQ", 1, 16, size, packed)
    shared = struct.pack(
        "<HHHHIIIHH", 0, 8, 0, 33, 0, *(2 * [0xFFFFFFFF]), len(name), len(sizes)
    )
    local = b"PK\x03\x04" + struct.pack("<H", 45) + shared + name + sizes
    entry = (
        _ENTRY
        + struct.pack("<HH", 45, 45)
        + shared
        + struct.pack("<HHHII", 0, 0, 0, 0, 0)
        + name
        + sizes
    )
    start = len(local) + packed
    end = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 1, 1, len(entry), start, 0)
    with path.open("wb") as file:
        file.write(local)
        for _ in range(count):
            file.write(unit)
        # an empty last block ends the stream
        file.write(b"\x03\x00" + entry + end)
    return path
