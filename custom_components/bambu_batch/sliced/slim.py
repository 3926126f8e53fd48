"""The slim copy of a sliced file: what a printer needs to print one plate of it.

It has the members that Bambu Studio itself sends for one plate (`Plater::send_gcode` saves with
SkipModel and SkipAuxiliary): the plate's G-code, all configuration and pictures, no mesh. Their
compressed bytes are moved as they are stored, in their order; only the headers around them are
written anew. So the same file and plate always give the same bytes, and nothing is unpacked.

Only where the archive is plain and says everything twice in the same words; else there is no
slim copy, and the whole file is sent.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
import os
import re
import struct
from typing import BinaryIO, Final, NamedTuple, Self
import zlib

MAX_MEMBERS: Final = 5000
MAX_DIRECTORY: Final = 1 << 20
"""Bytes of the central directory, which is held in memory."""
MAX_MODEL: Final = 64 * 1024
"""Bytes of a `3dmodel.model` without meshes; real ones have 1 to 6 kB."""

_LOCAL: Final = struct.Struct("<4s5H3L2H")
_CENTRAL: Final = struct.Struct("<4s6H3L5H2L")
_END: Final = struct.Struct("<4s4H2LH")
_LOCATOR: Final = struct.Struct("<4sLQL")
_EXTRA: Final = struct.Struct("<2H")
_SIZES: Final = struct.Struct("<2Q")

_DESCRIPTOR: Final = 0x8
"""Flag: the sizes follow the data."""
_KNOWN_FLAGS: Final = _DESCRIPTOR | 0x800 | 0x6
"""With UTF-8 names and the levels of deflate. Others mean encryption, or what nobody writes."""
_METHODS: Final = (0, 8)
_ZIP64: Final = 0x0001
_OVERRULING: Final = frozenset({_ZIP64, 0x7075})
"""Extra fields of sizes beyond 4 GB, and of another name."""
_FULL: Final = 0xFFFFFFFF

_MODEL: Final = "3d/3dmodel.model"
_LEFT_OUT: Final = ("3d/", "auxiliaries/")
_GCODE: Final = re.compile(r"metadata/plate_(\d+)\.gcode(?:\.md5)?")
_NO_MODEL: Final = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<model unit="millimeter" '
    b'xmlns="http://schemas.microsoft.com/3dmanufacturing/core/2015/02">'
    b"<resources/><build/></model>\n"
)
"""Stands for a model with meshes: the file's relationships name one."""


@dataclass(frozen=True, slots=True)
class SlimCopy:
    """A smaller file, made of pieces of another one."""

    pieces: tuple[tuple[bytes, int, int], ...]
    """Some bytes, and a range of the file that follows them; ranges rise."""
    end: bytes
    """What follows the last piece: without it the copy is no ZIP."""


class _OddError(Exception):
    """The archive is not plain."""


def slim_copy(file: BinaryIO, plate: int) -> SlimCopy | None:
    """Return the slim copy for a plate; None: there is nothing to leave out, or no certain way.

    Raises OSError. Whoever changes what comes out has to change `remote_name.SLIM_FORMAT`.
    """
    try:
        members = _members(file)
        kept = [*_needed(members, plate)]
        if len(kept) == len(members) and all(member in members for member in kept):
            return None
        return _assemble(file, kept)
    except _OddError, struct.error, UnicodeDecodeError:
        return None


class _Member(NamedTuple):
    """One entry of the central directory."""

    made_by: int
    version: int
    flags: int
    method: int
    time: int
    date: int
    crc: int
    packed: int
    size: int
    internal: int
    external: int
    offset: int
    name: bytes
    limit: int
    """Where the next thing in the file begins."""
    content: bytes = b""
    """Takes the place of what is in the file."""

    @property
    def plain(self) -> str:
        """Return the name as Studio compares it."""
        return self.name.decode().replace("\\", "/").lower()

    def replaced(self, content: bytes) -> Self:
        """Return the member with another content, stored."""
        return self._replace(
            method=0,
            flags=self.flags & ~0x6,
            crc=zlib.crc32(content),
            packed=len(content),
            size=len(content),
            content=content,
        )

    @property
    def _said_twice(self) -> tuple[int, ...]:
        """What its header and its entry of the directory have in common."""
        return (
            self.version,
            self.flags & ~_DESCRIPTOR,
            self.method,
            self.time,
            self.date,
            self.crc,
            self.packed,
            self.size,
            len(self.name),
        )

    def local(self) -> bytes:
        """Return a header with everything in it."""
        return (
            _LOCAL.pack(
                b"PK\3\4",
                *self._said_twice,
                0,
            )
            + self.name
        )

    def central(self, offset: int) -> bytes:
        """Return its entry of a directory in which it begins at `offset`."""
        return (
            _CENTRAL.pack(
                b"PK\1\2",
                self.made_by,
                *self._said_twice,
                0,
                0,
                0,
                self.internal,
                self.external,
                offset,
            )
            + self.name
        )


def _require(holds: object) -> None:
    if not holds:
        raise _OddError


def _read(file: BinaryIO, offset: int, size: int) -> bytes:
    file.seek(offset)
    found = file.read(size)
    _require(len(found) == size)
    return found


def _members(file: BinaryIO) -> list[_Member]:
    """Return the archive's members in the order in which they lie in the file."""
    end = file.seek(0, os.SEEK_END) - _END.size
    _require(end >= 0)
    mark, disk, first_disk, here, count, size, start, comment = _END.unpack(
        _read(file, end, _END.size)
    )
    _require(mark == b"PK\5\6" and disk == first_disk == comment == 0)
    _require(here == count <= MAX_MEMBERS and size <= MAX_DIRECTORY)
    _require(start + size == end)  # also no: something before the archive
    directory = _read(file, start, size)
    # In an entry's comment: whoever knows files beyond 4 GB reads another directory.
    _require(directory[-_LOCATOR.size :][:4] != b"PK\6\7")
    members = sorted(_entries(directory, count), key=lambda m: m.offset)
    _require(len({member.plain for member in members}) == len(members))
    nexts = [*(member.offset for member in members[1:]), start]
    return [
        member._replace(limit=limit)
        for member, limit in zip(members, nexts, strict=True)
    ]


def _entries(directory: bytes, count: int) -> Iterator[_Member]:
    at = 0
    for _ in range(count):
        mark, *fields = _CENTRAL.unpack_from(directory, at)
        names, extras, comments, disk = fields[9:13]
        at += _CENTRAL.size
        name = directory[at : at + names]
        extra = directory[at + names : at + names + extras]
        at += names + extras + comments
        member = _Member._make([*fields[:9], *fields[13:], name, 0, b""])
        _require(mark == b"PK\1\2" and disk == 0)
        _require(not member.flags & ~_KNOWN_FLAGS and member.method in _METHODS)
        _require(_FULL not in (member.packed, member.size, member.offset))
        _require(member.method or member.packed == member.size)
        _require(name.isascii() or member.flags & 0x800)
        _require(name and b"\0" not in name)
        _require(not _OVERRULING & _fields(extra).keys())
        yield member
    _require(at == len(directory))


def _fields(extra: bytes) -> dict[int, bytes]:
    """Return the extra fields by their numbers."""
    fields: dict[int, bytes] = {}
    at = 0
    while at < len(extra):
        number, size = _EXTRA.unpack_from(extra, at)
        at += _EXTRA.size + size
        fields[number] = extra[at - size : at]
    return fields


def _needed(members: list[_Member], plate: int) -> Iterator[_Member]:
    """Yield what is sent of the members. Unknown ones are: a printer may want them."""
    gcode = f"Metadata/plate_{plate}.gcode"
    _require(any(member.name == gcode.encode() for member in members))
    models = [member for member in members if member.plain.startswith("3d/")]
    meshes = len(models) > 1 or any(one.size > MAX_MODEL for one in models)
    for member in members:
        plain = member.plain
        found = _GCODE.fullmatch(plain)
        if plain == _MODEL:
            yield member.replaced(_NO_MODEL) if meshes else member
        elif found:
            if int(found[1]) == plate:
                yield member
        elif not plain.startswith(_LEFT_OUT):
            yield member


def _data(file: BinaryIO, member: _Member) -> tuple[int, int]:
    """Return where a member's compressed bytes lie, if its own header says the same."""
    header = _read(file, member.offset, _LOCAL.size)
    mark, _, flags, method, _, _, crc, packed, size, names, extras = _LOCAL.unpack(
        header
    )
    rest = _read(file, member.offset + _LOCAL.size, names + extras)
    if packed == size == _FULL:
        size, packed = _SIZES.unpack(_fields(rest[names:]).get(_ZIP64, b""))
    stated, told = (crc, packed, size), (member.crc, member.packed, member.size)
    left_open = flags & _DESCRIPTOR and stated == (0, 0, 0)
    _require(mark == b"PK\3\4" and (flags, method) == (member.flags, member.method))
    _require(stated == told or left_open)
    _require(rest[:names] == member.name)
    start = member.offset + _LOCAL.size + names + extras
    _require(start + member.packed <= member.limit)
    return start, start + member.packed


def _assemble(file: BinaryIO, members: list[_Member]) -> SlimCopy:
    pieces: list[tuple[bytes, int, int]] = []
    directory, offset, last = b"", 0, 0
    for member in members:
        directory += member.central(offset)
        if member.content:
            head, start, stop = member.local() + member.content, last, last
        else:
            head, (start, stop) = member.local(), _data(file, member)
        pieces.append((head, start, stop))
        offset += len(head) + stop - start
        last = stop
    _require(offset + len(directory) < _FULL)
    _require(all(one[2] <= other[1] for one, other in pairwise(pieces)))
    count = len(members)
    end = _END.pack(b"PK\5\6", 0, 0, count, count, len(directory), offset, 0)
    return SlimCopy(tuple(pieces), directory + end)
