"""The name of a file of ours on a printer: one function for upload, start and delete (FM-054)."""

PREFIX = "bbm_"
"""Files without it are not ours and are never deleted (FM-062)."""

FOLDER = "cache"
"""Never the root: a 3MF left there starts by itself at power-on (FM-052)."""

SLIM_FORMAT = 1
"""1 to 9; another one for every change of what `sliced/slim.py` makes of the same file and plate."""

_SUFFIX = ".gcode.3mf"
_HASH_DIGITS = 32


def remote_name(sha256: str, plate: int | None = None) -> str:
    """ASCII, from the file's SHA-256 (hex): users' names never reach a printer (FM-012, FM-057).

    With a plate: the name of its slim copy. Its bytes follow from the file, the plate and the format,
    so these are its name: no two contents share one, and it is known before anything is sent.
    """
    if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
        raise ValueError("not a SHA-256 in lower-case hex digits")
    # No hash has an "s" in it: a whole file and a slim copy never share a name either.
    slim = "" if plate is None else f"s{SLIM_FORMAT}{plate:04d}"
    return f"{PREFIX}{sha256[: _HASH_DIGITS - len(slim)]}{slim}{_SUFFIX}"


def is_ours(name: str) -> bool:
    """Whether a name is one that `remote_name` makes."""
    digits = name.removeprefix(PREFIX).removesuffix(_SUFFIX)
    return (
        name == f"{PREFIX}{digits}{_SUFFIX}"
        and len(digits) == _HASH_DIGITS
        and digits.isalnum()
    )


def remote_path(name: str) -> str:
    """Path of such a file in the printer's file server."""
    if not is_ours(name):
        raise ValueError("not a file of ours")
    return f"/{FOLDER}/{name}"
