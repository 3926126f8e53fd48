"""Pictures from untrusted files."""

from typing import Final

HEAD: Final = 24
"""Bytes that are needed to judge a picture."""
_MAX_EDGE: Final = 2048


def is_picture(head: bytes) -> bool:
    """Tell whether a PNG of sensible size begins here. 1×1 is a placeholder of some tools."""
    if len(head) < HEAD or not head.startswith(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"):
        return False
    edges = (int.from_bytes(head[16:20]), int.from_bytes(head[20:24]))
    return all(1 <= edge <= _MAX_EDGE for edge in edges) and edges != (1, 1)
