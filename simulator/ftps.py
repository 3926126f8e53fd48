"""The printer's file server: implicit FTPS on its own port.

Own code instead of a library: pyftpdlib answers close_notify, knows FEAT and REST and
replies 226 by itself, while a printer does none of that (and its faults lie there).
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime
from posixpath import basename, dirname
import ssl
from typing import Protocol

from .card import Card, File, resolve
from .clock import Clock
from .faults import Fault, Faults
from .tls import TlsStream

_BLOCK = 64 * 1024


class Owner(Protocol):
    """What the file server asks its printer."""

    card: Card
    clock: Clock
    faults: Faults
    ftps_user: str
    access_code: str
    upload_rate: float | None
    """kB per simulated second; None: no limit."""
    session_reuse_required: bool

    def may_connect(self) -> bool:
        """False: the connection is dropped before the handshake."""

    def stalls(self) -> bool:
        """True: the connection is accepted and then left alone."""

    def ftps_connected(self, clients: int) -> None:
        """Take note of a login, and of how many are logged in now."""

    def file_event(self, event: str, path: str, **detail: object) -> None:
        """Take note of an upload, a deletion, a download."""


class FileServer:
    """Listens on loopback for one printer."""

    def __init__(self, owner: Owner, context: ssl.SSLContext) -> None:
        """Nothing is opened before `start`."""
        self.owner = owner
        self.context = context
        self.host = "127.0.0.1"
        self.port = 0
        self._server: asyncio.Server | None = None
        self._connections: dict[asyncio.Task[None], TlsStream] = {}
        self.clients: set[_Connection] = set()
        """Those who are logged in."""

    async def start(self, host: str, port: int) -> None:
        """Listen; port 0 takes a free one. Raises `OSError`."""
        self.host = host
        self._server = await asyncio.start_server(self._accept, host, port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Close everything; returns when no task is left."""
        if self._server:
            self._server.close()
        self.drop()
        tasks = list(self._connections)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._server:
            await self._server.wait_closed()

    def drop(self) -> None:
        """Drop every connection."""
        for stream in self._connections.values():
            stream.reset()

    async def _accept(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        task = asyncio.current_task()
        assert task
        stream = self._connections[task] = TlsStream(reader, writer, self.context)
        try:
            if not self.owner.may_connect():
                stream.reset()
            elif self.owner.stalls():
                await stream.hang_up()
            else:
                await self._serve(stream)
        except OSError, TimeoutError, asyncio.CancelledError:
            pass
        finally:
            del self._connections[task]
            stream.close()
            with suppress(OSError):
                await writer.wait_closed()

    async def _serve(self, stream: TlsStream) -> None:
        async with asyncio.timeout(30):
            await stream.handshake()
        connection = _Connection(self, stream)
        try:
            await connection.run()
        finally:
            self.clients.discard(connection)
            connection.close()


class _Connection:
    """One client's control connection."""

    def __init__(self, server: FileServer, stream: TlsStream) -> None:
        self._server = server
        self._owner = server.owner
        self._stream = stream
        self._user = ""
        self._logged_in = False
        self._folder = "/"
        self._protected = False
        self._rename_from = ""
        self._listener: asyncio.Server | None = None
        self._data: (
            asyncio.Future[tuple[asyncio.StreamReader, asyncio.StreamWriter]] | None
        ) = None
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
        """Serve until the client leaves; its leaving ends a transfer, too."""
        lines: asyncio.Queue[bytes] = asyncio.Queue()
        work = asyncio.create_task(self._work(lines))
        try:
            while line := await self._stream.read_line():
                lines.put_nowait(line)
        finally:
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)

    async def _work(self, lines: asyncio.Queue[bytes]) -> None:
        try:
            await self._reply("220 (simulated printer)")
            await self._answer(lines)
        finally:
            self._stream.close()

    async def _answer(self, lines: asyncio.Queue[bytes]) -> None:
        while True:
            word, _, argument = (
                (await lines.get()).decode(errors="replace").strip().partition(" ")
            )
            word = word.upper()
            if word == "QUIT":
                await self._reply("221 Goodbye.")
                return
            handler = self._commands.get(word)
            if handler is None:  # among others FEAT and REST
                await self._reply("502 Command not implemented.")
            elif not self._logged_in and word not in {"USER", "PASS", "PBSZ", "PROT"}:
                await self._reply("530 Please login with USER and PASS.")
            else:
                await handler(argument)

    def close(self) -> None:
        """Close what belongs to data connections."""
        if self._listener:
            self._listener.close()
        if self._data and not self._data.cancel() and not self._data.cancelled():
            self._data.result()[1].transport.abort()

    async def _reply(self, text: str) -> None:
        await self._stream.write(f"{text}\r\n".encode())

    def _path(self, name: str) -> str:
        return resolve(self._folder, name)

    # Login and small talk

    async def _user_name(self, argument: str) -> None:
        self._user = argument
        await self._reply("331 Please specify the password.")

    async def _password(self, argument: str) -> None:
        self._logged_in = (
            self._user == self._owner.ftps_user
            and argument == self._owner.access_code
            and not self._owner.faults.happens(Fault.FTPS_REFUSE_LOGIN)
        )
        if self._logged_in:
            self._server.clients.add(self)
            self._owner.ftps_connected(len(self._server.clients))
        else:
            self._owner.file_event("ftps_login_refused", "")
        await self._reply(
            "230 Login successful." if self._logged_in else "530 Login incorrect."
        )

    async def _say_ok(self, _: str) -> None:
        await self._reply("200 OK.")

    async def _protect(self, argument: str) -> None:
        private = argument.upper() == "P"
        if private or Fault.FTPS_CLEAR_DATA in self._owner.faults:
            self._protected = private
            await self._reply("200 PROT now " + ("Private." if private else "Clear."))
        else:
            await self._reply("536 Requested PROT level not supported.")

    async def _system(self, _: str) -> None:
        await self._reply("215 UNIX Type: L8")

    async def _where(self, _: str) -> None:
        await self._reply(f'257 "{self._folder}" is the current directory')

    # Folders and names

    async def _change_folder(self, argument: str) -> None:
        if (path := self._path(argument)) in self._owner.card.folders:
            self._folder = path
            await self._reply("250 Directory successfully changed.")
        else:
            await self._reply("550 Failed to change directory.")

    async def _make_folder(self, argument: str) -> None:
        path = self._path(argument)
        if (
            path in self._owner.card.folders
            or dirname(path) not in self._owner.card.folders
        ):
            await self._reply("550 Create directory operation failed.")
        else:
            self._owner.card.folders.add(path)
            await self._reply(f'257 "{path}" created')

    async def _remove_folder(self, argument: str) -> None:
        path = self._path(argument)
        if path not in self._owner.card.folders or self._owner.card.children(path):
            await self._reply("550 Remove directory operation failed.")
        else:
            self._owner.card.folders.discard(path)
            await self._reply("250 Remove directory operation successful.")

    async def _size(self, argument: str) -> None:
        file = self._owner.card.find(self._path(argument))
        await self._reply(
            f"213 {len(file.content)}" if file else "550 Could not get file size."
        )

    async def _modified(self, argument: str) -> None:
        file = self._owner.card.find(self._path(argument))
        await self._reply(
            f"213 {file.modified:%Y%m%d%H%M%S}" if file else "550 Could not get time."
        )

    async def _delete(self, argument: str) -> None:
        path = self._path(argument)
        if self._owner.card.find(path) is None:
            await self._reply("550 Delete operation failed.")
            return
        del self._owner.card.files[path]
        self._owner.file_event("delete", path)
        await self._reply("250 Delete operation successful.")

    async def _rename_source(self, argument: str) -> None:
        self._rename_from = self._path(argument)
        found = self._owner.card.find(self._rename_from) is not None
        await self._reply(
            "350 Ready for RNTO." if found else "550 RNFR command failed."
        )

    async def _rename_target(self, argument: str) -> None:
        file = self._owner.card.files.pop(self._rename_from, None)
        if file is None:
            await self._reply("503 RNFR required first.")
            return
        self._owner.card.files[path := self._path(argument)] = file
        self._owner.file_event("rename", path, source=self._rename_from)
        await self._reply("250 Rename successful.")

    # Data connections

    async def _passive(self, _: str) -> None:
        port = await self._listen()
        host = self._server.host.replace(".", ",")
        await self._reply(
            f"227 Entering Passive Mode ({host},{port >> 8},{port & 255})."
        )

    async def _extended_passive(self, _: str) -> None:
        await self._reply(
            f"229 Entering Extended Passive Mode (|||{await self._listen()}|)"
        )

    async def _listen(self) -> int:
        self.close()
        data = self._data = asyncio.get_running_loop().create_future()

        def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            if data.done():
                writer.transport.abort()
            else:
                data.set_result((reader, writer))

        self._listener = await asyncio.start_server(
            accept, self._server.host, 0, limit=_BLOCK
        )
        port: int = self._listener.sockets[0].getsockname()[1]
        return port

    async def _open_data(self) -> _Data | None:
        """Say 150 and open the data connection; says itself what went wrong."""
        if self._data is None or self._listener is None:
            await self._reply("425 Use PORT or PASV first.")
            return None
        await self._reply("150 Ok to send data.")
        try:
            async with asyncio.timeout(30):
                reader, writer = await self._data
                self._listener.close()
                data = _Data(reader, writer)
                if self._protected:
                    if Fault.FTPS_CLEAR_DATA in self._owner.faults:
                        raise ConnectionAbortedError
                    data.tls = TlsStream(reader, writer, self._server.context)
                    await data.tls.handshake()
        except OSError, TimeoutError:
            self.close()
            await self._reply("425 Failed to establish connection.")
            return None
        if (
            data.tls
            and self._owner.session_reuse_required
            and not data.tls.session_reused
        ):
            self._owner.file_event("ftps_session_not_reused", "")
            data.abort()
            await self._reply("522 SSL connection failed: session reuse required.")
            return None
        return data

    async def _list(self, argument: str) -> None:
        lines = []
        for path in self._owner.card.children(self._path(argument)):
            file = self._owner.card.files.get(path)
            kind, size = ("-", len(file.content)) if file else ("d", 0)
            date = file.modified if file else datetime(1980, 1, 1, tzinfo=UTC)
            name = basename(path)
            lines.append(
                f"{kind}rwxr-xr-x 1 103 107 {size:>10} {date:%b %d  %Y} {name}\r\n"
            )
        await self._send("".join(lines).encode())

    async def _name_list(self, argument: str) -> None:
        names = (
            basename(path) for path in self._owner.card.children(self._path(argument))
        )
        await self._send("".join(f"{name}\r\n" for name in names).encode())

    async def _retrieve(self, argument: str) -> None:
        path = self._path(argument)
        if (file := self._owner.card.find(path)) is None:
            await self._reply("550 Failed to open file.")
            return
        self._owner.file_event("download", path)
        await self._send(bytes(file.content))

    async def _send(self, content: bytes) -> None:
        if data := await self._open_data():
            with suppress(OSError):
                for start in range(0, len(content), _BLOCK):
                    await data.write(content[start : start + _BLOCK])
            data.close()
            await self._reply("226 Transfer complete.")

    async def _store(self, argument: str) -> None:
        owner, path = self._owner, self._path(argument)
        for fault, reply in (
            (Fault.FTPS_550, "550 Permission denied."),
            (Fault.FTPS_552, "552 Requested file action aborted. Exceeded storage."),
            (Fault.FTPS_553, "553 Could not create file."),
        ):
            if owner.faults.happens(fault):
                await self._reply(reply)
                return
        name = basename(path)
        illegal = set(name) & set('<>:"?*\\|') or name != name.rstrip(". ")
        if illegal or dirname(path) not in owner.card.folders or not owner.card.present:
            await self._reply("553 Could not create file.")
            return
        if (data := await self._open_data()) is None:
            return
        owner.file_event("upload_begins", path)
        file = owner.card.files[path] = File(uploading=True)
        try:
            reply = await self._receive(data, file)
        except BaseException:
            file.truncated = True
            raise
        finally:
            data.abort()
            file.uploading = False
            owner.file_event(
                "upload", path, size=len(file.content), truncated=file.truncated
            )
        await self._reply(reply)

    async def _receive(self, data: _Data, file: File) -> str:
        """Take a file; returns the reply."""
        owner, faults = self._owner, self._owner.faults
        drop = faults.number(Fault.FTPS_DROP, 0)
        began = owner.clock.now()
        while block := await data.read():
            file.content += block
            if drop is not None and len(file.content) >= drop:
                del file.content[int(drop) :]
                file.truncated = True
                self._stream.reset()
                raise ConnectionAbortedError
            if (
                owner.card.capacity is not None
                and owner.card.used > owner.card.capacity
            ):
                file.truncated = True
                return "552 Requested file action aborted. Exceeded storage."
            if owner.upload_rate:
                await owner.clock.until(
                    began + len(file.content) / 1000 / owner.upload_rate
                )
        await data.ended()
        if faults.happens(Fault.FTPS_HANG):
            await asyncio.Event().wait()
        if late := faults.number(Fault.FTPS_SLOW_226, 30):
            await owner.clock.sleep(late)
        for fault, answer in (
            (Fault.FTPS_TRUNCATE, "426 Failure reading network stream."),
            (Fault.FTPS_TRUNCATE_SILENTLY, "226 Transfer complete."),
        ):
            kept = faults.number(fault, len(file.content) // 2)
            if kept is not None:
                del file.content[int(kept) :]
                file.truncated = True
                return answer
        if faults.happens(Fault.FTPS_426):
            return "426 Failure reading network stream."
        return "226 Transfer complete."


class _Data:
    """One data connection, clear unless `tls` is set."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.tls: TlsStream | None = None
        self._reader = reader
        self._writer = writer

    async def read(self) -> bytes:
        if self.tls:
            return await self.tls.read()
        return await self._reader.read(_BLOCK)

    async def write(self, content: bytes) -> None:
        if self.tls:
            await self.tls.write(content)
        else:
            self._writer.write(content)
            await self._writer.drain()

    async def ended(self) -> None:
        """Wait for the end of TCP: a close_notify is never answered (FM-043)."""
        if self.tls:
            await self.tls.hang_up()

    def close(self) -> None:
        if self.tls:
            self.tls.finish()
        else:
            self._writer.close()

    def abort(self) -> None:
        self._writer.transport.abort()
