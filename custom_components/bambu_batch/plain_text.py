"""Keeps characters that cannot be seen out of names: two names must not look the same."""

import re
from typing import Final

_JOINERS: Final = "\\u200c\\u200d\\ufe00-\\ufe0f\\U000e0100-\\U000e01ef"
"""Needed inside Persian and Hindi words, combined emoji, and variants of a character."""
_FLAG: Final = (
    "\\U0001f3f4[\\U000e0030-\\U000e0039\\U000e0061-\\U000e007a]{3,6}\\U000e007f"
)
"""England's, Scotland's: written as a flag and letters that are not shown."""
_UNSEEN: Final = re.compile(
    rf"(?P<flag>{_FLAG})"
    rf"|\A[\s{_JOINERS}]*[{_JOINERS}]"  # nothing before it to join
    r"|[\x00-\x1f\x7f-\x9f\u2028\u2029"  # controls, ends of lines
    r"\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"  # no characters
    r"\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c"  # another direction
    # What Unicode's Default_Ignorable_Code_Point has besides joiners, and annotations.
    r"\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b\u2060-\u2065\u206a-\u206f\u3164"
    r"\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    r"\U000e0000-\U000e00ff\U000e01f0-\U000e0fff]"
)


def is_plain_text(text: str) -> bool:
    """Tell whether every character of a text can be seen, and none reverses others."""
    return seen(text) == text


def seen(text: str, mark: str = "\N{REPLACEMENT CHARACTER}") -> str:
    """Return a text with a mark for each character that could not be seen."""
    return _UNSEEN.sub(lambda found: found["flag"] or mark, text)
