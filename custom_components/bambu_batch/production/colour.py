"""How different two colours look."""

from functools import cache
from math import dist, inf

type Lab = tuple[float, float, float, float]


def distance(one: str | None, other: str | None) -> float:
    """Return how different two colours (RRGGBB or RRGGBBAA) look; infinite where unknown.

    The straight distance in OKLab, where equal steps look equal (Björn Ottosson, "A
    perceptual color space for image processing", 2020): black to white is 1. How much light
    a filament lets through counts as a fourth direction.
    """
    first, second = _lab(one), _lab(other)
    return inf if first is None or second is None else dist(first, second)


@cache
def _lab(colour: str | None) -> Lab | None:
    try:
        channels = bytes.fromhex(colour or "")
    except ValueError:
        return None
    if len(channels) not in (3, 4):
        return None
    red, green, blue = (_linear(channel / 255) for channel in channels[:3])
    alpha = channels[3] / 255 if len(channels) == 4 else 1.0
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    mid = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * mid - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * mid + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * mid - 0.8086757660 * short,
        alpha,
    )


def _linear(channel: float) -> float:
    """Return the light of an sRGB channel (IEC 61966-2-1)."""
    if channel <= 0.04045:
        return channel / 12.92
    return float(((channel + 0.055) / 1.055) ** 2.4)
