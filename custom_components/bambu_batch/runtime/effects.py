"""Carrying out what the line wants done."""

from collections.abc import Callable

from ..bambu.connection import Connection
from ..bambu.status import PrinterStatus
from ..errors import failure
from ..production.effect import (
    Announce,
    AskFullReport,
    CancelUpload,
    DeleteRemote,
    Effect,
    Order,
    Record,
    SendOrder,
    StartPrint,
    Upload,
    WakeAt,
)
from ..production.model import Run
from .start_sender import Starts
from .transfers import Transfers


class Effects:
    """The effects of one line.

    `may_publish` is the last question before a start is sent, about the newest status (FM-001).
    """

    def __init__(
        self,
        connection: Connection,
        starts: Starts,
        transfers: Transfers,
        *,
        may_publish: Callable[[Run, PrinterStatus], bool],
        announce: Callable[[Announce], None],
    ) -> None:
        self._connection = connection
        self._starts = starts
        self._transfers = transfers
        self._may_publish = may_publish
        self._announce = announce

    def carry_out(self, effect: Effect) -> None:
        """Carry out one effect. Raises HomeAssistantError for an order without a connection."""
        match effect:
            case StartPrint(run=run):
                self._starts.start(
                    effect, lambda status: self._may_publish(run, status)
                )
            case Upload():
                self._transfers.upload(effect)
            case CancelUpload(name):
                self._transfers.cancel(name)
            case DeleteRemote():
                self._transfers.delete(effect)
            case SendOrder(order):
                self._send(order)
            case AskFullReport():
                self._connection.request_full_report()
            case Announce():
                self._announce(effect)
            case Record() | WakeAt():
                pass  # committed with the line; set as the worker's timer

    def _send(self, order: Order) -> None:
        send = {
            Order.PAUSE: self._connection.pause,
            Order.RESUME: self._connection.resume,
            Order.STOP: self._connection.stop_print,
            Order.CLOSE_ERROR: self._connection.clean_print_error,
        }
        if send[order]() is None:
            raise failure("not_sent")
