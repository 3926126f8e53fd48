"""Which bytes are a picture."""

import pytest

from custom_components.bambu_batch.sliced.png import HEAD, is_picture
from simulator.slicer.picture import draw, placeholder, png


@pytest.mark.parametrize(
    ("image", "good"),
    [
        (draw("cube", ("#00AE42",), 16), True),
        (png(1, 2, bytes(10)), True),
        (png(2048, 2048, b""), True),
        (png(2049, 1, b""), False),
        (png(1, 2049, b""), False),
        (png(0, 5, b""), False),
        (placeholder(), False),
        (b"GIF89a" + bytes(40), False),
        (b"", False),
        (draw("cube", ("#00AE42",), 16)[: HEAD - 1], False),
    ],
)
def test_picture(image: bytes, good: bool) -> None:
    assert is_picture(image[:HEAD]) is good
