"""Documents of the history, packed: what many runs have in common is stored once.

The documents of two runs differ in little but ids and times: the plate's file, the trays and
the spools in them are the same for many. A document is packed (zlib) against two such texts,
its dictionary, which are rows of the same database: the first document with this plate's
file, and the first trays with these spools. They are found by what is in them, and are
never changed, like the runs that need them. zlib notices a wrong dictionary.
"""

from collections.abc import Iterable, Mapping
from hashlib import sha256
from itertools import batched
from typing import Any, NamedTuple
import zlib

import orjson
from sqlalchemy import Connection, func, insert, select

from .errors import StoreCorrupt
from .schema import common

BEST = 9
"""zlib's level."""
AT_ONCE = 500
"""Rows asked for by number."""


class Parts(NamedTuple):
    """The numbers of a run's two rows."""

    plate: int
    trays: int


class Common:
    """What the runs of one printer have in common, as seen by one transaction."""

    def __init__(self, connection: Connection, serial: str) -> None:
        self._connection = connection
        self._serial = serial
        self._numbers: dict[str, int] = {}
        self._texts: dict[int, bytes] = {}

    def parts(self, document: str, record: Mapping[str, Any]) -> Parts:
        """Return what belongs to the document of a run, also given as read; adds what is new."""
        run = record["run"]
        # what is left on a spool differs each time
        spools = [spool | {"left": None} for spool in run.get("spools", ())]
        trays = orjson.dumps([run.get("loaded"), spools])
        return Parts(
            self._number(orjson.dumps(record["plate_file"]), document.encode()),
            self._number(trays, trays),
        )

    def read(self, parts: Iterable[Parts]) -> None:
        """Read what will be needed, at once."""
        wanted = {number for both in parts for number in both} - self._texts.keys()
        for some in batched(wanted, AT_ONCE, strict=False):
            found = select(common.c.number, common.c.document).where(
                common.c.serial == self._serial, common.c.number.in_(some)
            )
            for number, packed in self._connection.execute(found):
                self._texts[number] = _whole(zlib.decompressobj(), packed)

    def pack(self, parts: Parts, document: str) -> bytes:
        """Return a packed document of a run of these parts."""
        packer = zlib.compressobj(BEST, zdict=self._dictionary(parts))
        return packer.compress(document.encode()) + packer.flush()

    def unpack(self, parts: Parts, packed: bytes) -> str:
        """Return what was packed. Raises StoreCorrupt."""
        unpacker = zlib.decompressobj(zdict=self._dictionary(parts))
        return _whole(unpacker, packed).decode()

    def _dictionary(self, parts: Parts) -> bytes:
        self.read([parts])
        try:
            return self._texts[parts.plate] + self._texts[parts.trays]
        except KeyError:
            raise StoreCorrupt("what runs have in common is missing") from None

    def _number(self, content: bytes, text: bytes) -> int:
        """Return the number of a content's row, which may have to be added with this text."""
        digest = sha256(content).hexdigest()
        if (number := self._numbers.get(digest)) is None:
            found = select(common.c.number).where(
                common.c.serial == self._serial, common.c.hash == digest
            )
            number = self._connection.scalar(found) or self._add(digest, text)
            self._numbers[digest] = number
        return number

    def _add(self, digest: str, text: bytes) -> int:
        newest = select(func.max(common.c.number)).where(
            common.c.serial == self._serial
        )
        number = (self._connection.scalar(newest) or 0) + 1
        self._connection.execute(
            insert(common).values(
                serial=self._serial,
                number=number,
                hash=digest,
                document=zlib.compress(text, BEST),
            )
        )
        return number


def _whole(unpacker: Any, packed: bytes) -> bytes:
    """Unpack all of it. Raises StoreCorrupt."""
    try:
        document: bytes = unpacker.decompress(packed)
    except zlib.error as err:
        raise StoreCorrupt("packed document") from err
    if not unpacker.eof:
        raise StoreCorrupt("half of a packed document")
    return document
