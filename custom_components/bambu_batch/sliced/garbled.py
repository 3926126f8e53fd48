"""Lines of G-code that firmwares read differently (FM-172).

`X188mm`, `XX188`, the same letter twice, two commands on one line, nested brackets, letters and
spaces that are not ASCII: one firmware skips them, another stops reading, a third obeys. We do not
guess.
"""

import re
from typing import Final

MOVES: Final = frozenset({"G0", "G1", "G2", "G3", "G380"})

_TEXTS: Final = frozenset({"M117", "M118", "M1002", "M1006"})
"""Commands that carry free text, names or a tune."""
_BRACKETS: Final = re.compile(r"\([^()]*\)")
_CHECKSUM: Final = re.compile(r"\*[0-9]+[ \t]*$")
_MARKS: Final = frozenset("()*")
_STRANGE: Final = re.compile(r"[^\t\x20-\x7e]")
_SECOND: Final = re.compile(r"[GgMm][ \t]*[0-9]")
_NUMBER: Final = (
    r"(?:[-+]?(?:[0-9]+\.?[0-9]*+|\.[0-9]++)(?![-+.0-9?])|[-+.0-9]*\?[-+.0-9?]*+)"
)
_VALUES: Final = re.compile(rf"[ \t?]*(?:[A-Za-z][ \t]*{_NUMBER}[ \t?]*)*+")
_WORDS: Final = re.compile(rf"[ \t?]*(?:[A-Za-z][ \t]*{_NUMBER}?[ \t?]*)*+")


def is_garbled(code: str, line: str, words: str) -> bool:
    """Tell whether anything but proper words follows the command `code` in `line`.

    `words` is what follows, without comments, and with a "?" for each template that some tool
    left unresolved. A move needs a number behind each letter, once.
    """
    if code in _TEXTS:
        return False
    ordered = _BRACKETS.sub(" ", line.rstrip("\r\n").partition(";")[0])
    bare = _CHECKSUM.sub("", ordered)
    if _STRANGE.search(bare) or not _MARKS.isdisjoint(bare) or _SECOND.search(words):
        return True
    if not code.startswith("G"):
        return False
    letters = [letter for letter in words.upper() if letter.isalpha()]
    exact = _VALUES if code in MOVES else _WORDS
    return len(letters) > len(set(letters)) or not exact.fullmatch(words.rstrip())
