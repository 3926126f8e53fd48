"""One upload, step by step. Blocking: it runs in a worker thread."""

from collections.abc import Callable
from contextlib import suppress
import ftplib
import hashlib
import logging
import os
from pathlib import Path
import socket
import time

from . import ftps
from .access import Access, Timing
from .exceptions import (
    BambuError,
    CannotConnect,
    LocalFileChanged,
    NoStorage,
    StorageError,
    TransferCancelled,
)
from .ftps import DataHandshakeFailed, PrinterFTP
from .remote_name import FOLDER, remote_name, remote_path

_LOGGER = logging.getLogger(__name__)

_BLOCK = 64 * 1024
_NO_ROOM = ("552", "553")
"""Full; and: no card, or not writable. Our names are always legal."""


class Upload:
    """One upload with all its tries, in the worker thread."""

    def __init__(
        self,
        access: Access,
        timing: Timing,
        path: Path,
        name: str,
        *,
        clear: bool,
        tell: Callable[[int, int], None],
        stopped: Callable[[], bool],
    ) -> None:
        self._access = access
        self._timing = timing
        self._path = path
        self._name = name
        self._remote = remote_path(name)
        self._clear = clear
        self._tell = tell
        self._stopped = stopped
        self._size = 0
        self._begun = False
        """Something of ours may lie on the printer that is not whole."""

    def run(self) -> bool:
        """Raise what `Storage.upload` raises; return whether data had to go without TLS."""
        self._check_local_file()
        try:
            for pause in self._timing.ftps_pauses:
                try:
                    self._try()
                except NoStorage, LocalFileChanged, TransferCancelled:
                    raise
                except (StorageError, CannotConnect) as err:
                    _LOGGER.debug("Upload failed (%s), another try follows", err)
                    # Where plain data is refused, the next try speaks TLS again.
                    self._clear = isinstance(err, DataHandshakeFailed)
                    self._wait(pause)
                else:
                    return self._clear
            self._try()
        except BambuError:
            if self._begun:
                with (
                    suppress(BambuError),
                    ftps.session(self._access, self._timing) as ftp,
                ):
                    ftps.delete(ftp, self._remote)
            raise
        return self._clear

    def _check_local_file(self) -> None:
        """What is sent must be what the name stands for (FM-059)."""
        try:
            with self._path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
                self._size = os.fstat(file.fileno()).st_size
        except OSError as err:
            raise LocalFileChanged from err
        if remote_name(digest) != self._name:
            raise LocalFileChanged

    def _try(self) -> None:
        with ftps.session(self._access, self._timing, clear=self._clear) as ftp:
            with suppress(ftplib.error_perm):
                ftp.mkd(f"/{FOLDER}")
            if not self._begun and ftps.size(ftp, self._remote) == self._size:
                return  # there already: the name is the content's hash
            ftps.delete(ftp, self._remote)
            self._store(ftp)

    def _store(self, ftp: PrinterFTP) -> None:
        """Send the file; the size on the printer decides, whatever was replied."""
        failure: BambuError | OSError | None = None
        try:
            data = ftp.transfercmd(f"STOR {self._remote}")
        except ftplib.Error as err:
            reply = str(err)
        else:
            self._begun = True
            try:
                self._send(data)
            except (BambuError, OSError) as err:
                failure = err
            finally:
                # No farewell: a printer never answers close_notify (FM-043).
                data.close()
            reply = self._reply(ftp, failure)
        if isinstance(failure, BambuError) or reply[:3] in _NO_ROOM:
            self._remove(ftp)
            raise failure if isinstance(failure, BambuError) else NoStorage(reply[:3])
        if ftps.size(ftp, self._remote) != self._size:
            self._remove(ftp)
            raise StorageError(f"incomplete after {ftps.code_of(reply)}")
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

    def _send(self, data: socket.socket) -> None:
        limit = max(self._timing.ftps_floor, self._size / self._timing.ftps_slowest)
        deadline = time.monotonic() + limit
        sent, told = 0, time.monotonic()
        with self._path.open("rb") as file:
            while block := file.read(_BLOCK):
                if self._stopped():
                    raise TransferCancelled
                now = time.monotonic()
                if now > deadline:
                    raise StorageError("too slow")
                data.sendall(block)
                sent += len(block)
                if now - told >= self._timing.progress:
                    told = now
                    self._tell(sent, self._size)
        self._tell(sent, self._size)

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
