"""What can go wrong with Spoolman. `key` is the translation key of each.

Texts never carry the address: it may hold a password.
"""


class SpoolmanError(Exception):
    """Something was not done."""

    key = "spoolman_cannot_connect"
    may_be_done = False
    """The request may have taken effect all the same."""


class Unreachable(SpoolmanError):
    """No connection: nothing was sent."""


class NoAnswer(SpoolmanError):
    """The connection broke, or the answer did not come, or was not Spoolman's."""

    may_be_done = True


class Denied(SpoolmanError):
    """Something in front of Spoolman wants a user name and a password, as part of the address."""

    key = "spoolman_denied"


class NotSpoolman(SpoolmanError):
    """Something else answers."""

    key = "spoolman_not_found"


class Refused(SpoolmanError):
    """Spoolman does not take this request."""

    key = "spoolman_refused"


class NoSuchSpool(SpoolmanError):
    """Spoolman has no spool of this number."""

    key = "spoolman_no_such_spool"
