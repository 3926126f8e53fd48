"""Comments that say that a changer only loads a plate, and takes none off (FM-180).

A word for loading near a word for "only", or a word for clearing near a negation, whatever stands
between them: `PLATE_GRAB_ONLY`, `load (only)`, `eject: off`. So does the mark of
a SwapMod that names a load (`;swap-s start plate load only` is its maker's).
"""

import re
from typing import Final
from unicodedata import normalize

_LONGEST: Final = 1000

_LOAD: Final = (
    r"(?:plate ?)?(?:load(?:s|ed|er|ing)?|grab\w*|pick\w*|fetch\w*|insert\w*|tak(?:e|es|ing)|get(?:s|ting)?"
    r"|plates? in|laden|einlegen)"
)
_ONLY: Final = r"(?:only|just|without|w o|not?(?! #)|nothing|never|skip\w*|nur|ohne)"
_CLEAR: Final = r"(?:eject|swap|clear|push|chang)\w*"
_DENIED: Final = (
    r"(?:no(?! #)|not|nothing|never|without|w o|skip\w*|disabl\w*|turn(?:ed)? off)"
)
_OFF: Final = r"(?:off|disabled|skip\w*|not?(?! #)|none|never|nothing|without)"
_BETWEEN: Final = r"(?: \S+){0,3} "
_LOADS_ONLY: Final = re.compile(
    rf"\b{_LOAD}{_BETWEEN}{_ONLY}\b"
    rf"|\b{_ONLY}{_BETWEEN}{_LOAD}\b"
    rf"|\b{_DENIED}(?: \w+){{0,2}} {_CLEAR}"
    r"|\b(?:eject|swap|clear|chang)\w*(?: plates?)?(?: is| are| was)? " + _OFF + r"\b"
    r"|\bpush\w*(?: is| are| was)? (?!off\b)" + _OFF + r"\b"
    r"|(?:load|grab|pick|fetch|insert|take|get)(?:ing|s)?only|only(?:load|grab|pick|fetch)"
    r"|\bnoeject"
    r"|^(?:ini(?:tial)? swapmod|swap ini\b|ini end\b)"
    r"|^swap (?:s|start|end|swapmod)\b.*\bload"
    r"|^plate load(?:ing)?(?: #)?$"
    r"|[仅僅只].{0,6}[装裝载載取]|[装裝载載取].{0,6}[仅僅只]"
)
_HUMPS: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_DIGITS: Final = re.compile(r"\d+")
_BETWEEN_WORDS: Final = re.compile(r"[^\w#]+|_+")


def loads_only(comment: str) -> bool:
    """Tell whether a comment says that a plate is only loaded: nothing is cleared."""
    apart = _HUMPS.sub(" ", normalize("NFKC", comment[:_LONGEST]))
    text = apart.casefold().replace("#", " ")
    words = _BETWEEN_WORDS.sub(" ", _DIGITS.sub(" # ", text)).strip()
    return bool(_LOADS_ONLY.search(re.sub(" +", " ", words)))
