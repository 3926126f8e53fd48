"""Why a file is not accepted. Each class names one translated text that says what to do."""

from typing import ClassVar


class SlicedError(Exception):
    """Base of all errors of this package.

    `key` is the translation key, `placeholders` the text's values; all of them are printable.
    """

    key: ClassVar[str]

    def __init__(self, **placeholders: str) -> None:
        super().__init__(f"{self.key}: {placeholders}")
        self.placeholders = placeholders


class FileNotReadable(SlicedError):
    """Missing, not a regular file, or not readable: `file`."""

    key = "file_not_readable"


class FileChanging(SlicedError):
    """Written to while it was read: `file`. Another try later may succeed."""

    key = "file_changing"


class FileTooLarge(SlicedError):
    """Larger than any print: `file`, `limit` in MiB."""

    key = "file_too_large"


class NotAZip(SlicedError):
    """Not a ZIP, or one whose end is cut off: `file`."""

    key = "not_a_zip"


class NotSliced(SlicedError):
    """A 3MF without G-code: `file`."""

    key = "not_sliced"


class NoSuchPlate(SlicedError):
    """The file has no such sliced plate: `file`, `plate`, `plates`."""

    key = "no_such_plate"


class ReadingTooLong(SlicedError):
    """Made so that reading it takes a minute of work: `file`."""

    key = "reading_too_long"


class OddMemberName(SlicedError):
    """The G-code's member has a name by which a printer does not find it: `file`, `member`."""

    key = "odd_member_name"


class FileDamaged(SlicedError):
    """A member cannot be unpacked or is not what the ZIP promises: `file`, `member`."""

    key = "file_damaged"


class TooManyMembers(SlicedError):
    """More members than any slicer writes: `file`, `limit`."""

    key = "too_many_members"


class MemberTooLarge(SlicedError):
    """A member that is read would unpack to more than any print needs: `file`, `member`, `limit` in MiB."""

    key = "member_too_large"


class UnsafeMember(SlicedError):
    """A member's name leads out of the archive or is a link: `file`, `member`."""

    key = "unsafe_member"


class DuplicateMember(SlicedError):
    """Two members of one name; nobody can say which would be printed: `file`, `member`."""

    key = "duplicate_member"


class EncryptedMember(SlicedError):
    """A member is encrypted: `file`, `member`."""

    key = "encrypted_member"


class UnsafeXml(SlicedError):
    """A member declares a document type or entities: `file`, `member`."""

    key = "unsafe_xml"
