"""Pictures of plates, drawn here: no font, no library, a few thousand bytes."""

from collections.abc import Callable
from functools import cache
from math import atan2, cos, hypot, pi
import struct
from typing import Final
from zlib import compress, crc32

OUTLINES: Final[dict[str, Callable[[float], float]]] = {
    "cube": lambda angle: 0.62 / max(abs(cos(angle)), abs(cos(angle - pi / 2))),
    "disc": lambda angle: 0.75,
    "ring": lambda angle: 0.78,
    "star": lambda angle: 0.52 + 0.26 * cos(5 * angle),
    "gear": lambda angle: 0.78 if cos(12 * angle) > 0 else 0.64,
}
"""Radius by angle of each shape, 1 = half of the plate's edge."""

_HOLES: Final = {"ring": 0.42, "gear": 0.22}
_CLEAR = bytes(4)


@cache
def draw(shape: str, colours: tuple[str, ...], size: int = 256) -> bytes:
    """Return a PNG of `size`² pixels: the shape in bands of its colors over a plate's grid."""
    outline, hole = OUTLINES[shape], _HOLES.get(shape, 0.0)
    bands = [_rgb(colour) for colour in colours] or [(128, 128, 128)]
    rows = bytearray()
    for row in range(size):
        rows.append(0)
        y = (2 * row + 1) / size - 1
        for column in range(size):
            x = (2 * column + 1) / size - 1
            rows += _pixel(x, y, outline, hole, bands, size)
    return png(size, size, bytes(rows))


def png(width: int, height: int, rows: bytes) -> bytes:
    """Return an RGBA PNG; `rows` holds one filter byte (0) and 4 bytes a pixel per row."""
    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            _chunk(b"IHDR", header),
            _chunk(b"IDAT", compress(rows, 9)),
            _chunk(b"IEND", b""),
        )
    )


def placeholder() -> bytes:
    """Return the 1×1 PNG that some tools write in place of a picture."""
    return png(1, 1, b"\0" + _CLEAR)


def _pixel(
    x: float,
    y: float,
    outline: Callable[[float], float],
    hole: float,
    bands: list[tuple[int, int, int]],
    size: int,
) -> bytes:
    distance = hypot(x, y)
    reach = outline(atan2(y, x))
    if hole <= distance <= reach:
        height = min(max((reach - y) / (2 * reach), 0.0), 0.999)
        red, green, blue = bands[int(height * len(bands))]
        edge = min(reach - distance, distance - hole if hole else 1.0) * size / 2
        light = (1.08 - 0.28 * (x + y) / 2) * (0.6 if edge < 2 else 1.0)
        return bytes(
            (*(min(int(part * light), 255) for part in (red, green, blue)), 255)
        )
    if max(abs(x), abs(y)) > 0.96:
        return _CLEAR
    on_grid = min((x + 1) * 5 % 1, (y + 1) * 5 % 1) < 10 / size
    return b"\x5a\x5f\x66\xff" if on_grid else b"\x40\x44\x4a\xff"


def _rgb(colour: str) -> tuple[int, int, int]:
    red, green, blue = bytes.fromhex(colour.removeprefix("#")[:6])
    return red, green, blue


def _chunk(kind: bytes, data: bytes) -> bytes:
    return (
        struct.pack(">I", len(data))
        + kind
        + data
        + struct.pack(">I", crc32(kind + data))
    )
