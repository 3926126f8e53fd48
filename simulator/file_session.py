"""One client's FTP conversation."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime
from posixpath import basename, dirname
import ssl
from typing import Protocol

from . import upload
from .card import File, resolve
from .data_channel import BLOCK, DataChannel, NotReusedError
from .faults import Fault
from .tls import TlsStream


class Printer(upload.Printer, Protocol):
    """What the file server asks its printer."""

    host: str
    ftps_user: str
    access_code: str
    session_reuse_required: bool

    def file_event(self, event: str, path: str, **detail: object) -> None:
        """Take note of an upload, a deletion, a download."""


class FileSession:
    """The control connection, after its TLS handshake."""

    def __init__(
        self,
        printer: Printer,
        stream: TlsStream,
        context: ssl.SSLContext,
        on_login: Callable[[bool], None],
    ) -> None:
        """`on_login` gets for each attempt whether it was accepted."""
        self.logged_in = False
        self._printer = printer
        self._stream = stream
        self._context = context
        self._on_login = on_login
        self._user = ""
        self._folder = "/"
        self._protected = False
        self._rename_from = ""
        self._channel: DataChannel | None = None
        self._commands: dict[str, Callable[[str], Awaitable[None]]] = {
            "USER": self._user_name,
            "PASS": self._password,
            "PBSZ": self._say_ok,
            "PROT": self._protect,
            "TYPE": self._say_ok,
            "MODE": self._say_ok,
            "STRU": self._say_ok,
            "NOOP": self._say_ok,
            "SYST": self._system,
            "PWD": self._where,
            "CWD": self._change_folder,
            "PASV": self._passive,
            "EPSV": self._extended_passive,
            "MKD": self._make_folder,
            "RMD": self._remove_folder,
            "SIZE": self._size,
            "MDTM": self._modified,
            "DELE": self._delete,
            "RNFR": self._rename_source,
            "RNTO": self._rename_target,
            "LIST": self._list,
            "NLST": self._name_list,
            "RETR": self._retrieve,
            "STOR": self._store,
        }

    async def run(self) -> None:
        """Serve until the client disconnects, which ends a transfer too."""
        lines: asyncio.Queue[bytes] = asyncio.Queue()
        work = asyncio.create_task(self._work(lines))
        try:
            while line := await self._stream.read_line():
                lines.put_nowait(line)
        finally:
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)
            if self._channel:
                self._channel.close()

    async def _work(self, lines: asyncio.Queue[bytes]) -> None:
        try:
            await self._reply("220 (simulated printer)")
            while True:
                line = (await lines.get()).decode(errors="replace").strip()
                command, _, argument = line.partition(" ")
                if command.upper() == "QUIT":
                    await self._reply("221 Goodbye.")
                    return
                await self._answer(command.upper(), argument)
        except ConnectionAbortedError:
            self._stream.reset()
        finally:
            self._stream.close()

    async def _answer(self, command: str, argument: str) -> None:
        handler = self._commands.get(command)
        if handler is None:  # FEAT and REST are among these
            await self._reply("502 Command not implemented.")
        elif not self.logged_in and command not in {"USER", "PASS", "PBSZ", "PROT"}:
            await self._reply("530 Please login with USER and PASS.")
        else:
            await handler(argument)

    async def _reply(self, text: str) -> None:
        await self._stream.write(f"{text}\r\n".encode())

    def _path(self, name: str) -> str:
        return resolve(self._folder, name)

    # Login and small talk

    async def _user_name(self, argument: str) -> None:
        self._user = argument
        await self._reply("331 Please specify the password.")

    async def _password(self, argument: str) -> None:
        printer = self._printer
        self.logged_in = (self._user, argument) == (
            printer.ftps_user,
            printer.access_code,
        ) and not printer.faults.happens(Fault.FTPS_REFUSE_LOGIN)
        self._on_login(self.logged_in)
        await self._reply(
            "230 Login successful." if self.logged_in else "530 Login incorrect."
        )

    async def _say_ok(self, _: str) -> None:
        await self._reply("200 OK.")

    async def _protect(self, argument: str) -> None:
        private, faults = argument.upper() == "P", self._printer.faults
        clear = Fault.FTPS_CLEAR_DATA in faults or Fault.FTPS_TAKES_CLEAR_DATA in faults
        if private or clear:
            self._protected = private
            await self._reply("200 PROT now " + ("Private." if private else "Clear."))
        else:
            await self._reply("536 Requested PROT level not supported.")

    async def _system(self, _: str) -> None:
        await self._reply("215 UNIX Type: L8")

    # Folders and names

    async def _where(self, _: str) -> None:
        await self._reply(f'257 "{self._folder}" is the current directory')

    async def _change_folder(self, argument: str) -> None:
        if (path := self._path(argument)) in self._printer.card.folders:
            self._folder = path
            await self._reply("250 Directory successfully changed.")
        else:
            await self._reply("550 Failed to change directory.")

    async def _make_folder(self, argument: str) -> None:
        folders, path = self._printer.card.folders, self._path(argument)
        if path in folders or dirname(path) not in folders:
            await self._reply("550 Create directory operation failed.")
        else:
            folders.add(path)
            await self._reply(f'257 "{path}" created')

    async def _remove_folder(self, argument: str) -> None:
        card, path = self._printer.card, self._path(argument)
        if path not in card.folders or card.children(path):
            await self._reply("550 Remove directory operation failed.")
        else:
            card.folders.discard(path)
            await self._reply("250 Remove directory operation successful.")

    async def _size(self, argument: str) -> None:
        path = self._path(argument)
        if (file := self._printer.card.find(path)) is not None:
            self._printer.file_event("size", path)
        await self._reply(
            f"213 {len(file.content)}" if file else "550 Could not get file size."
        )

    async def _modified(self, argument: str) -> None:
        file = self._printer.card.find(self._path(argument))
        await self._reply(
            f"213 {file.modified:%Y%m%d%H%M%S}" if file else "550 Could not get time."
        )

    async def _delete(self, argument: str) -> None:
        path = self._path(argument)
        if self._printer.card.find(path) is None:
            await self._reply("550 Delete operation failed.")
            return
        del self._printer.card.files[path]
        self._printer.file_event("delete", path)
        await self._reply("250 Delete operation successful.")

    async def _rename_source(self, argument: str) -> None:
        self._rename_from = self._path(argument)
        found = self._printer.card.find(self._rename_from) is not None
        await self._reply(
            "350 Ready for RNTO." if found else "550 RNFR command failed."
        )

    async def _rename_target(self, argument: str) -> None:
        file = self._printer.card.files.pop(self._rename_from, None)
        if file is None:
            await self._reply("503 RNFR required first.")
            return
        path = self._path(argument)
        self._printer.card.files[path] = file
        self._printer.file_event("rename", path, source=self._rename_from)
        await self._reply("250 Rename successful.")

    # Transfers

    async def _passive(self, _: str) -> None:
        port = await self._listen()
        host = self._printer.host.replace(".", ",")
        await self._reply(
            f"227 Entering Passive Mode ({host},{port >> 8},{port & 255})."
        )

    async def _extended_passive(self, _: str) -> None:
        await self._reply(
            f"229 Entering Extended Passive Mode (|||{await self._listen()}|)"
        )

    async def _listen(self) -> int:
        if self._channel:
            self._channel.close()
        self._channel = DataChannel()
        return await self._channel.listen(self._printer.host)

    async def _open(self) -> DataChannel | None:
        """Send 150 and open the data connection; None if that failed, which is answered here."""
        channel, self._channel = self._channel, None
        if channel is None:
            await self._reply("425 Use PORT or PASV first.")
            return None
        await self._reply("150 Ok to send data.")
        context = self._context if self._protected else None
        try:
            if context and Fault.FTPS_CLEAR_DATA in self._printer.faults:
                raise ConnectionResetError
            reuse = self._printer.session_reuse_required
            await channel.open(context, reuse_required=reuse)
        except NotReusedError:
            self._printer.file_event("ftps_session_not_reused", "")
            reply = "522 SSL connection failed: session reuse required."
        except OSError:
            reply = "425 Failed to establish connection."
        except asyncio.CancelledError:
            channel.close()
            raise
        else:
            return channel
        channel.close()
        await self._reply(reply)
        return None

    async def _list(self, argument: str) -> None:
        card, lines = self._printer.card, []
        for path in card.children(self._path(_without_options(argument))):
            file = card.files.get(path)
            kind, size = ("-", len(file.content)) if file else ("d", 0)
            date = file.modified if file else datetime(1980, 1, 1, tzinfo=UTC)
            name = basename(path)
            lines.append(
                f"{kind}rwxr-xr-x 1 103 107 {size:>10} {date:%b %d  %Y} {name}\r\n"
            )
        await self._send("".join(lines).encode())

    async def _name_list(self, argument: str) -> None:
        names = (
            basename(path)
            for path in self._printer.card.children(
                self._path(_without_options(argument))
            )
        )
        await self._send("".join(f"{name}\r\n" for name in names).encode())

    async def _retrieve(self, argument: str) -> None:
        path = self._path(argument)
        if (file := self._printer.card.find(path)) is None:
            await self._reply("550 Failed to open file.")
            return
        self._printer.file_event("download", path)
        await self._send(bytes(file.content))

    async def _send(self, content: bytes) -> None:
        if channel := await self._open():
            with suppress(OSError):
                for start in range(0, len(content), BLOCK):
                    await channel.write(content[start : start + BLOCK])
            channel.finish()
            await self._reply("226 Transfer complete.")

    async def _store(self, argument: str) -> None:
        printer, path = self._printer, self._path(argument)
        if refusal := upload.refusal(printer, path):
            await self._reply(refusal)
            return
        if (channel := await self._open()) is None:
            return
        printer.file_event("upload_begins", path)
        file = printer.card.files[path] = File(uploading=True)
        try:
            reply = await upload.receive(printer, channel, file)
        except BaseException:
            file.truncated = not file.whole
            raise
        finally:
            channel.close()
            file.uploading = False
            printer.file_event(
                "upload", path, size=len(file.content), truncated=file.truncated
            )
        await self._reply(reply)


def _without_options(argument: str) -> str:
    """Drop the options before a folder, as in `-a /`: printers ignore them."""
    words = argument.split(" ")
    while words and words[0].startswith("-"):
        del words[0]
    return " ".join(words)
