"""A plate's G-code in one pass: digest, head, tail, number of jobs; and what its head says.

Only head and tail are read line by line: they hold everything we need, and the middle may have
300 MB.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import md5
import re
import sys
from typing import Final

from . import values
from .marks import JOB_STARTS

HEAD: Final = 64 * 1024
SHORT_HEAD: Final = 16 * 1024
"""Where all slicers have put the header; some tools write a start G-code before it."""
TAIL: Final = 512 * 1024
_LONGEST_MARK_LINE: Final = 4096

_HEADER: Final = re.compile(rb"^; ?HEADER_BLOCK_START", re.MULTILINE)
_HEADER_END: Final = b"HEADER_BLOCK_END"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """What one pass over a plate's G-code finds."""

    md5: str
    """Upper-case hex."""
    size: int
    head: bytes
    """The first 64 KiB."""
    tail: bytes
    """The last 512 KiB."""
    jobs: int
    """How often the G-code starts a print from the beginning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """Facts that the G-code states itself, used where the other members do not."""

    seconds: int | None = None
    grams: float | None = None
    height: float | None = None
    """mm"""


def scan(blocks: Iterable[bytes]) -> Scan:
    """Read a G-code block by block; memory does not grow with its length."""
    digest = md5(usedforsecurity=False)
    size = 0
    head = b""
    tail = b""
    starts: Counter[str] = Counter()
    rest = b"\n"
    for block in blocks:
        digest.update(block)
        size += len(block)
        if len(head) < HEAD:
            head += block[: HEAD - len(head)]
        tail = block[-TAIL:] if len(block) >= TAIL else (tail + block)[-TAIL:]
        # the line that the piece before began, then whole lines
        first, last = block.find(b"\n"), block.rfind(b"\n")
        if first >= 0:
            starts.update(_starts(rest + block[:first]))
            starts.update(_starts(block, first, last))
        rest = block[last:] if first >= 0 else rest + block if rest else b""
        if len(rest) > _LONGEST_MARK_LINE:
            rest = b""
    starts.update(_starts(rest))
    return Scan(
        md5=digest.hexdigest().upper(),
        size=size,
        head=head,
        tail=tail,
        jobs=_jobs(starts),
    )


def _starts(text: bytes, start: int = 0, end: int = sys.maxsize) -> Iterator[str]:
    for found in JOB_STARTS.finditer(text, start, end):
        yield found.lastgroup or ""


def header(head: bytes, tail: bytes = b"") -> Header:
    """Read the header block, and OrcaSlicer's totals at the end."""
    start = _HEADER.search(head)
    end = head.find(_HEADER_END, start.end()) if start else -1
    if start is None or end < 0:
        return Header()
    text = head[start.end() : end].decode(errors="replace")
    footer = tail[-HEAD:].decode(errors="replace")
    total = _value(text, "total estimated time")
    weight = _value(text, r"total filament weight \[g\]")
    return Header(
        seconds=values.duration(total) if total else None,
        grams=_sum(weight) or _sum(_value(footer, r"total filament used \[g\]")),
        height=values.number(_value(text, "max_z_height"), 0.01, 1000.0),
    )


def _jobs(starts: Counter[str]) -> int:
    between = starts.pop("change", 0)
    least = 2 if starts.pop("combiner", 0) else 1
    return max(least, between + 1, *starts.values())


def _value(text: str, name: str) -> str | None:
    """Return what stands behind "name:" or "name =" in a comment, up to ";" or the line's end."""
    found = re.search(rf"^;(?:.*;)? *{name} *[:=]([^;\n]*)", text, re.MULTILINE)
    return found[1].strip() if found else None


def _sum(weights: str | None) -> float | None:
    """Return the sum of "1.2,3.4" in grams; None if any part is unreadable or all are 0."""
    if weights is None:
        return None
    parts = [values.number(part, 0.0, values.MAX_GRAMS) for part in weights.split(",")]
    known = [part for part in parts if part is not None]
    total = round(sum(known), 2)
    return total if len(known) == len(parts) and total > 0 else None
