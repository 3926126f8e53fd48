"""One upload, step by step. Blocking: it runs in a worker thread."""

from collections.abc import Callable
from contextlib import suppress
import ftplib
from functools import partial
import logging
from pathlib import Path
import socket
import time

from . import ftps
from .connection_settings import ConnectionSettings, Timing
from .errors import (
    BambuError,
    CannotConnect,
    DataNotEncrypted,
    LocalFileChanged,
    NoStorage,
    StorageError,
    TransferCancelled,
    TransferIncomplete,
    TransferSlow,
)
from .ftps import PrinterFTP
from .outgoing import Outgoing, Part
from .remote_name import FOLDER, remote_path

_LOGGER = logging.getLogger(__name__)


class FileUpload:
    """One upload with all its tries, in the worker thread."""

    def __init__(
        self,
        settings: ConnectionSettings,
        timing: Timing,
        path: Path,
        name: str,
        *,
        part: Part | None,
        size: int | None,
        anew: bool,
        plain: bool,
        tell: Callable[[int, int], None],
        stopped: Callable[[], bool],
    ) -> None:
        self._settings = settings
        self._timing = timing
        self._open = partial(Outgoing, path, name, part, size)
        self._remote = remote_path(name)
        self._plain = plain
        self._in_clear = False
        """TLS has failed on a data connection of this upload, and plain data is allowed."""
        self._tell = tell
        self._stopped = stopped
        self._begun = anew
        """An incomplete or damaged file of ours may be on the printer."""

    def run(self) -> bool:
        """Tell whether it had to be sent. Raises what `Storage.upload` raises."""
        with self._open() as file:
            sent = self._with_more_tries(file)
        if sent:
            # Within the printer's lock: whoever asks for the file next waits too.
            time.sleep(self._timing.ftps_settle)
        return sent

    def _with_more_tries(self, file: Outgoing) -> bool:
        try:
            for pause in self._timing.ftps_pauses:
                try:
                    return self._try(file)
                except NoStorage, LocalFileChanged, TransferCancelled:
                    raise
                except (StorageError, CannotConnect) as err:
                    _LOGGER.debug("Upload failed (%s), another try follows", err)
                    # Only where its owner allows it (FM-158), and where plain data
                    # is refused, the next try speaks TLS again.
                    self._in_clear = self._plain and isinstance(err, DataNotEncrypted)
                    self._wait(pause)
            return self._try(file)
        except BambuError:
            if self._begun:
                with (
                    suppress(BambuError),
                    ftps.session(self._settings, self._timing) as ftp,
                ):
                    ftps.delete(ftp, self._remote)
            raise

    def _try(self, file: Outgoing) -> bool:
        with ftps.session(self._settings, self._timing, clear=self._in_clear) as ftp:
            there = ftps.size(ftp, self._remote)
            if there == file.size and not self._begun:
                return False  # the name is the content's hash
            if there is not None:
                ftps.delete(ftp, self._remote)
            with suppress(ftplib.error_perm):
                ftp.mkd(f"/{FOLDER}")
            self._store(ftp, file)
            return True

    def _store(self, ftp: PrinterFTP, file: Outgoing) -> None:
        """Send the file; the size on the printer decides, whatever was replied."""
        failure: BambuError | OSError | None = None
        self._begun = True  # a printer creates the file before the data connection
        try:
            data = ftp.transfercmd(f"STOR {self._remote}")
        except ftplib.Error as err:
            reply = str(err)
        else:
            try:
                self._send(data, file)
            except (BambuError, OSError) as err:
                failure = err
            finally:
                # No TLS shutdown: a printer never answers close_notify (FM-043).
                data.close()
            reply = self._reply(ftp, failure)
        refusal = ftps.refused(reply)
        if isinstance(failure, BambuError):
            self._remove(ftp)
            raise failure
        if isinstance(refusal, NoStorage):
            self._remove(ftp)
            raise refusal
        if ftps.size(ftp, self._remote) != file.size:
            self._remove(ftp)
            raise refusal or TransferIncomplete(f"after {ftps.code_of(reply)}")
        self._begun = False

    def _reply(self, ftp: PrinterFTP, failure: BambuError | OSError | None) -> str:
        """Read what the printer says to the transfer. Silence is no success (FM-046)."""
        timing = self._timing
        if failure is None:
            return ftp.reply(timing.ftps_reply, self._stopped)
        cancelled = isinstance(failure, TransferCancelled)
        try:
            return ftp.reply(
                timing.ftps_socket, self._stopped if not cancelled else lambda: False
            )
        except (OSError, EOFError) as err:
            raise failure from err

    def _send(self, data: socket.socket, file: Outgoing) -> None:
        """Send the file, as long as nobody stops it and it is fast enough."""
        limit = max(self._timing.ftps_floor, file.size / self._timing.ftps_slowest)
        deadline = time.monotonic() + limit
        sent, told = 0, time.monotonic()
        for block in file.blocks():
            if self._stopped():
                raise TransferCancelled
            now = time.monotonic()
            if now > deadline:
                raise TransferSlow("too slow")
            data.sendall(block)
            sent += len(block)
            if now - told >= self._timing.progress:
                told = now
                self._tell(sent, file.size)
        self._tell(sent, file.size)

    def _remove(self, ftp: PrinterFTP) -> None:
        with suppress(*ftplib.all_errors):
            ftps.delete(ftp, self._remote)
            self._begun = False

    def _wait(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if self._stopped():
                raise TransferCancelled
            time.sleep(min(left, 0.2))
