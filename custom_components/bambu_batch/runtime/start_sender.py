"""Sending the start of a print, once, and reading the printer's answer."""

from collections.abc import Callable
import logging

from homeassistant.core import callback

from ..bambu.codes import SIGNATURE_REFUSED
from ..bambu.connection import Connection, ProjectFile, Reply
from ..bambu.models import by_code
from ..bambu.project_file import Calibration
from ..bambu.status import PrinterStatus
from ..production.effect import StartPrint
from ..production.event import StartDeferred, StartImpossible, StartRefused, World
from ..production.model import AUTO, Calibrate

_LOGGER = logging.getLogger(__name__)


class Starts:
    """The starts of one printer. `happened` gets the outcome of each that does not become a print."""

    def __init__(
        self, connection: Connection, *, happened: Callable[[World], None]
    ) -> None:
        self._connection = connection
        self._happened = happened
        self._sent: tuple[str, int] | None = None
        self.refusal: Reply | None = None
        """How the printer refused the newest start, if it did."""

    @callback
    def start(self, effect: StartPrint, guard: Callable[[PrinterStatus], bool]) -> None:
        """Send a start, if the guard still allows it.

        An error leaves open whether the printer got it: then the run's window decides (I2).
        """
        run_id = effect.run.run_id
        try:
            job = _job(effect, self._connection.status)
        except ValueError as err:
            _LOGGER.error("This start cannot be sent: %s", err)
            self._happened(StartImpossible(run_id))
            return
        try:
            sequence_id = self._connection.start_print(job, guard)
        except Exception:
            _LOGGER.exception("Unexpected error while sending a start")
            return
        if sequence_id is None:
            self._happened(StartDeferred(run_id))
        else:
            self.refusal = None
            self._sent = (sequence_id, run_id)

    @callback
    def replied(self, reply: Reply) -> None:
        """Read the printer's echo of a command."""
        if self._sent is None or reply.sequence_id != self._sent[0]:
            return
        if reply.accepted is not False:
            return
        _, run_id = self._sent
        self._sent = None
        self.refusal = reply
        _LOGGER.warning(
            "The printer refused to start a print: %s %s",
            reply.error_code,
            reply.reason,
        )
        signature = reply.error_code == SIGNATURE_REFUSED
        self._happened(
            StartRefused(run_id, signature=signature, code=reply.error_code or 0)
        )


def _job(effect: StartPrint, status: PrinterStatus) -> ProjectFile:
    """Return the command's content. Raises ValueError if the printer would misread it."""
    model = by_code(status.model)
    if model is None or model.url_form is None:
        raise ValueError("it is not known how this model takes a print")
    run, settings = effect.run, effect.settings
    return ProjectFile(
        run_id=run.run_id,
        subtask_name=run.name,
        remote_name=effect.remote_name,
        gcode=effect.plate_file.gcode,
        url_form=model.url_form,
        ams_mapping=run.mapping,
        use_ams=effect.use_ams,
        bed_leveling=_calibration(settings.bed_leveling),
        flow_calibration=_calibration(settings.flow_calibration),
        vibration_calibration=settings.vibration_calibration,
        timelapse=settings.timelapse,
        md5=effect.plate_file.md5 or "",
    )


def _calibration(setting: Calibrate) -> Calibration:
    return Calibration.AUTO if setting == AUTO else Calibration(setting)
