"""Uploads: the size on the printer decides, nothing is left behind, one at a time."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from functools import partial
import hashlib
import logging
from pathlib import Path
import threading
from typing import Any
from unittest.mock import patch

import pytest

from custom_components.bambu_batch.bambu import errors
from custom_components.bambu_batch.bambu.errors import BambuError
from custom_components.bambu_batch.bambu.outgoing import Part
from custom_components.bambu_batch.bambu.remote_name import remote_name
from custom_components.bambu_batch.bambu.storage import Storage, transfer_lock
from simulator import Fault, Printer

from .watch import FAST, access_to, happened

type Send = Callable[..., Coroutine[Any, Any, bool]]

CONTENT = bytes(range(256)) * 2000


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "part.gcode.3mf"
    path.write_bytes(CONTENT)
    return path


@pytest.fixture
def name() -> str:
    return remote_name(hashlib.sha256(CONTENT).hexdigest())


@pytest.fixture
async def storage(printer: Printer) -> Storage:
    return Storage(access_to(printer), timing=FAST)


@pytest.fixture
def send(storage: Storage, file: Path, name: str) -> Send:
    """Upload the part under its name; takes the options of `Storage.upload`."""
    return partial(storage.upload, file, name)


def on_card(printer: Printer) -> dict[str, int]:
    return dict(printer.truth.files)


async def test_an_upload_arrives_whole(
    printer: Printer, storage: Storage, send: Send, name: str
) -> None:
    await send()
    assert printer.card.files[f"/cache/{name}"].content == CONTENT
    assert await storage.size(name) == len(CONTENT)


@pytest.fixture
async def pauses(printer: Printer, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Pauses of the thread, each taken while nobody else may reach the file server."""
    taken: list[float] = []
    lock = transfer_lock(printer.serial)

    def pause(seconds: float) -> None:
        assert lock.locked()
        taken.append(seconds)

    monkeypatch.setattr("time.sleep", pause)
    return taken


async def test_the_printer_gets_a_moment_with_a_file_that_was_sent(
    printer: Printer, file: Path, name: str, pauses: list[float]
) -> None:
    storage = Storage(access_to(printer), timing=replace(FAST, ftps_settle=60))
    assert await storage.upload(file, name) is True
    assert pauses == [60]


async def test_a_file_that_was_there_needs_no_moment(
    printer: Printer, file: Path, name: str, pauses: list[float]
) -> None:
    """It is the check between two copies: every next start waits for it."""
    printer.world.put_file(f"/cache/{name}", CONTENT)
    storage = Storage(access_to(printer), timing=replace(FAST, ftps_settle=60))
    assert await storage.upload(file, name) is False
    assert pauses == []


async def test_fm_052_files_go_to_the_cache_only(
    printer: Printer, storage: Storage, send: Send, name: str
) -> None:
    await send()
    assert list(on_card(printer)) == [f"/cache/{name}"]
    await storage.delete(name)
    assert on_card(printer) == {}


async def test_progress_grows_to_the_whole(printer: Printer, send: Send) -> None:
    seen: list[tuple[int, int]] = []
    await send(on_progress=lambda sent, size: seen.append((sent, size)))
    await asyncio.sleep(0)
    assert [sent for sent, _ in seen] == sorted(sent for sent, _ in seen)
    assert len(seen) > 3
    assert seen[-1] == (len(CONTENT), len(CONTENT))


async def test_progress_comes_at_most_once_per_its_time(
    printer: Printer, file: Path, name: str
) -> None:
    seen: list[int] = []
    storage = Storage(access_to(printer), timing=replace(FAST, progress=60))
    await storage.upload(file, name, on_progress=lambda sent, _: seen.append(sent))
    await asyncio.sleep(0)
    assert seen == [len(CONTENT)]


async def test_what_is_there_is_not_sent_again(printer: Printer, send: Send) -> None:
    await send()
    await send()
    assert happened(printer, "upload") == 1


async def test_fm_163_what_is_there_but_cannot_be_read_is_sent_anew(
    printer: Printer, storage: Storage, file: Path, name: str
) -> None:
    printer.world.put_file(f"/cache/{name}", bytes(len(CONTENT)))
    assert await storage.upload(file, name, anew=True) is True
    assert printer.card.files[f"/cache/{name}"].content == CONTENT


async def test_an_incomplete_file_of_that_name_is_replaced(
    printer: Printer, storage: Storage, send: Send, name: str
) -> None:
    printer.world.put_file(f"/cache/{name}", CONTENT[:5])
    await send()
    assert await storage.size(name) == len(CONTENT)


async def test_an_empty_file_can_be_sent(
    printer: Printer, storage: Storage, tmp_path: Path
) -> None:
    path = tmp_path / "empty"
    path.touch()
    await storage.upload(path, remote_name(hashlib.sha256(b"").hexdigest()))
    assert list(on_card(printer).values()) == [0]


async def test_fm_056_a_file_that_is_gone_is_deleted(
    storage: Storage, name: str
) -> None:
    await storage.delete(name)
    assert await storage.size(name) is None


@pytest.mark.parametrize("other", ["holiday.3mf", "../secret", ""])
async def test_fm_062_other_peoples_files_are_never_touched(
    printer: Printer, storage: Storage, file: Path, other: str
) -> None:
    for act in (storage.delete, storage.size):
        with pytest.raises(ValueError, match="ours"):
            await act(other)
    with pytest.raises(ValueError, match="ours"):
        await storage.upload(file, other)
    assert happened(printer, "ftps_login") == 0


class TestTheSizeDecides:
    @pytest.mark.parametrize("fault", [Fault.FTPS_426, Fault.FTPS_SLOW_226])
    async def test_fm_048_a_whole_file_is_whole_whatever_was_replied(
        self,
        printer: Printer,
        storage: Storage,
        send: Send,
        name: str,
        fault: Fault,
    ) -> None:
        printer.fault(fault, times=1)
        await send()
        assert happened(printer, "upload") == 1
        assert await storage.size(name) == len(CONTENT)

    @pytest.mark.parametrize(
        "fault",
        [
            Fault.FTPS_TRUNCATE,
            Fault.FTPS_TRUNCATE_SILENTLY,
            Fault.FTPS_DROP,
            Fault.FTPS_550,
        ],
    )
    async def test_fm_047_a_torn_file_is_sent_again(
        self, printer: Printer, send: Send, name: str, fault: Fault
    ) -> None:
        printer.fault(fault, times=1)
        await send()
        assert printer.card.files[f"/cache/{name}"].content == CONTENT

    @pytest.mark.parametrize(
        "fault",
        [
            Fault.FTPS_TRUNCATE,
            Fault.FTPS_TRUNCATE_SILENTLY,
            Fault.FTPS_DROP,
            Fault.FTPS_550,
        ],
    )
    async def test_fm_047_after_three_tries_it_fails_and_leaves_nothing(
        self, printer: Printer, send: Send, fault: Fault
    ) -> None:
        printer.fault(fault)
        with pytest.raises(errors.StorageError) as caught:
            await send()
        keys = {Fault.FTPS_550: "file_refused", Fault.FTPS_DROP: "transfer_failed"}
        assert caught.value.key == keys.get(fault, "transfer_incomplete")
        assert printer.host not in str(caught.value)
        assert on_card(printer) == {}
        if fault is not Fault.FTPS_550:
            assert happened(printer, "upload_begins") == 3

    async def test_fm_046_no_reply_is_no_success(
        self, printer: Printer, file: Path, name: str
    ) -> None:
        """Even though the file is whole: the printer still works on it."""
        storage = Storage(access_to(printer), timing=replace(FAST, ftps_reply=0.4))
        printer.fault(Fault.FTPS_HANG)
        with pytest.raises(errors.StorageError):
            await storage.upload(file, name)
        assert happened(printer, "upload_begins") == 3
        assert on_card(printer) == {}


class TestNoRoom:
    @pytest.mark.parametrize("fault", [Fault.FTPS_552, Fault.FTPS_553])
    async def test_a_card_that_is_full_or_gone_is_not_tried_again(
        self, printer: Printer, send: Send, fault: Fault
    ) -> None:
        printer.fault(fault)
        with pytest.raises(errors.NoStorage) as caught:
            await send()
        full = fault is Fault.FTPS_552
        assert caught.value.key == ("storage_full" if full else "no_storage")
        assert happened(printer, "ftps_login") == 1

    async def test_a_card_that_becomes_full_keeps_no_torn_file(
        self, printer: Printer, send: Send
    ) -> None:
        printer.card.capacity = len(CONTENT) // 2
        with pytest.raises(errors.NoStorage):
            await send()
        assert on_card(printer) == {}

    async def test_without_a_card_there_is_no_storage(
        self, printer: Printer, send: Send
    ) -> None:
        printer.world.set_card(present=False)
        with pytest.raises(errors.NoStorage):
            await send()


class TestLogin:
    async def test_it_works(self, printer: Printer, storage: Storage) -> None:
        await storage.login()
        assert happened(printer, "ftps_login") == 1

    @pytest.mark.parametrize(
        ("fault", "error"),
        [
            (Fault.FTPS_REFUSE_LOGIN, errors.InvalidAuth),
            (Fault.REFUSE_CONNECTIONS, errors.CannotConnect),
            (Fault.STALL, errors.CannotConnect),
        ],
    )
    async def test_what_can_be_wrong(
        self, printer: Printer, storage: Storage, fault: Fault, error: type[BambuError]
    ) -> None:
        printer.fault(fault)
        with pytest.raises(error):
            await storage.login()

    async def test_a_wrong_code_is_not_tried_again(
        self, printer: Printer, send: Send
    ) -> None:
        printer.world.change_access_code("87654321")
        with pytest.raises(errors.InvalidAuth):
            await send()
        assert happened(printer, "ftps_login") == 0

    async def test_another_certificate_gets_no_code(
        self, printer: Printer, storage: Storage
    ) -> None:
        printer.world.change_certificate()
        with pytest.raises(errors.CertificateChanged):
            await storage.login()
        assert happened(printer, "ftps_login") == 0

    async def test_a_printer_that_comes_back_gets_its_file(
        self, printer: Printer, file: Path, name: str
    ) -> None:
        timing = replace(FAST, ftps_pauses=(0.3, 0.3))
        printer.fault(Fault.REFUSE_CONNECTIONS)
        upload = asyncio.create_task(
            Storage(access_to(printer), timing=timing).upload(file, name)
        )
        await asyncio.sleep(0.1)
        printer.heal()
        await upload
        assert happened(printer, "upload") == 1


class TestClearData:
    """A printer that speaks no TLS on data connections, which has never been recorded."""

    async def test_fm_158_nothing_goes_in_the_clear_and_the_cause_is_told(
        self, printer: Printer, send: Send
    ) -> None:
        printer.fault(Fault.FTPS_CLEAR_DATA)
        with pytest.raises(errors.DataNotEncrypted) as caught:
            await send()
        assert caught.value.key == "data_not_encrypted"
        assert on_card(printer) == {}
        assert happened(printer, "upload_begins") == 0

    async def test_it_goes_in_the_clear_where_its_owner_allows_it(
        self, printer: Printer, file: Path, name: str
    ) -> None:
        printer.fault(Fault.FTPS_CLEAR_DATA)
        storage = Storage(access_to(printer), timing=FAST, plain_data=lambda: True)
        await storage.upload(file, name)
        assert printer.card.files[f"/cache/{name}"].content == CONTENT

    async def test_fm_158_what_was_allowed_once_is_not_remembered(
        self, printer: Printer, file: Path, name: str
    ) -> None:
        printer.fault(Fault.FTPS_CLEAR_DATA)
        allowed = [True]
        storage = Storage(
            access_to(printer), timing=FAST, plain_data=lambda: allowed[0]
        )
        await storage.upload(file, name)
        await storage.delete(name)
        allowed[0] = False
        with pytest.raises(errors.DataNotEncrypted):
            await storage.upload(file, name)

    async def test_a_printer_that_speaks_tls_gets_tls_whatever_is_allowed(
        self, printer: Printer, file: Path, name: str
    ) -> None:
        """The simulator refuses plain data: it would have to be tried first."""
        printer.fault(Fault.FTPS_TRUNCATE, times=1)
        storage = Storage(access_to(printer), timing=FAST, plain_data=lambda: True)
        await storage.upload(file, name)
        assert happened(printer, "ftps_login") == 2

    async def test_a_printer_that_learned_tls_gets_it_again(
        self, printer: Printer, file: Path, name: str
    ) -> None:
        printer.fault(Fault.FTPS_CLEAR_DATA)
        timing = replace(FAST, ftps_pauses=(0.3, 0.02))
        storage = Storage(access_to(printer), timing=timing, plain_data=lambda: True)
        sending = asyncio.create_task(storage.upload(file, name))
        await printer.until(lambda p: happened(p, "ftps_login") == 1)
        await asyncio.sleep(0.1)
        printer.heal()  # plain data is refused from now on
        await sending
        assert happened(printer, "ftps_login") == 3


class TestLocalFile:
    @pytest.mark.parametrize(
        "changed", [CONTENT + b"x", CONTENT[:-1], b"x" + CONTENT[1:], b""]
    )
    async def test_fm_059_another_file_of_that_name_is_never_whole_on_the_printer(
        self, printer: Printer, send: Send, file: Path, changed: bytes
    ) -> None:
        file.write_bytes(changed)
        with pytest.raises(errors.LocalFileChanged) as caught:
            await send()
        assert caught.value.key == "file_changed"
        assert happened(printer, "upload_begins") == 1  # not tried again
        assert on_card(printer) == {}
        sent = [entry.detail["size"] for entry in printer.journal.of("upload")]
        assert max(sent) < max(len(changed), 1)

    async def test_fm_059_a_file_that_changes_on_its_way_is_taken_back(
        self, printer: Printer, send: Send, file: Path
    ) -> None:
        def change(sent: int, _: int) -> None:
            file.write_bytes(bytes(len(CONTENT)))

        printer.machine.upload_rate = len(CONTENT) / 1000 / 20
        with pytest.raises(errors.LocalFileChanged):
            await send(on_progress=change)
        assert on_card(printer) == {}

    async def test_fm_059_a_file_of_another_size_is_not_even_begun(
        self, printer: Printer, send: Send, file: Path
    ) -> None:
        file.write_bytes(CONTENT + b"x")
        with pytest.raises(errors.LocalFileChanged):
            await send(size=len(CONTENT))
        assert happened(printer, "ftps_login") == 0

    async def test_the_file_is_read_once(
        self, printer: Printer, send: Send, file: Path
    ) -> None:
        """A pass before the first byte is sent keeps a slow disk busy twice."""
        reads: list[int] = []
        real = Path.open

        def counted(path: Path, *args: Any, **kwargs: Any) -> Any:
            if path == file:
                reads.append(1)
            return real(path, *args, **kwargs)

        with patch.object(Path, "open", counted):
            await send()
        assert len(reads) == 1

    async def test_fm_064_a_missing_file_or_a_folder_is_not_sent(
        self, storage: Storage, tmp_path: Path, name: str
    ) -> None:
        for path in (tmp_path / "missing", tmp_path):
            with pytest.raises(errors.LocalFileChanged):
                await storage.upload(path, name)


@dataclass(frozen=True)
class Pieces:
    pieces: tuple[tuple[bytes, int, int], ...]
    end: bytes


class TestPart:
    """Only pieces of the file are sent."""

    PLATE = 3
    MIDDLE = len(CONTENT) // 2
    CUT = Pieces(((b"head", 10, 20), (b"", MIDDLE, len(CONTENT) - 5)), b"end")
    SENT = b"head" + CONTENT[10:20] + CONTENT[MIDDLE:-5] + b"end"

    @pytest.fixture
    def name(self) -> str:
        return remote_name(hashlib.sha256(CONTENT).hexdigest(), self.PLATE)

    @pytest.fixture
    def part(self) -> Part:
        return Part(self.PLATE, lambda file: self.CUT)

    async def test_the_pieces_arrive_and_their_size_is_the_files(
        self, printer: Printer, send: Send, name: str, part: Part
    ) -> None:
        seen: list[tuple[int, int]] = []
        assert await send(
            part=part,
            size=len(CONTENT),
            on_progress=lambda sent, size: seen.append((sent, size)),
        )
        await asyncio.sleep(0)
        assert printer.card.files[f"/cache/{name}"].content == self.SENT
        assert seen[-1] == (len(self.SENT), len(self.SENT))
        assert not await send(part=part)
        assert happened(printer, "upload") == 1

    async def test_fm_047_torn_pieces_are_sent_again(
        self, printer: Printer, send: Send, name: str, part: Part
    ) -> None:
        printer.fault(Fault.FTPS_TRUNCATE, times=1)
        await send(part=part)
        assert printer.card.files[f"/cache/{name}"].content == self.SENT

    async def test_where_nothing_can_be_left_out_the_whole_file_is_sent(
        self, printer: Printer, send: Send, name: str
    ) -> None:
        await send(part=Part(self.PLATE, lambda file: None))
        assert printer.card.files[f"/cache/{name}"].content == CONTENT

    @pytest.mark.parametrize("at", [0, 15, 100, MIDDLE, len(CONTENT) - 1])
    async def test_fm_059_a_byte_that_is_not_even_sent_must_be_the_same(
        self, printer: Printer, send: Send, file: Path, part: Part, at: int
    ) -> None:
        """The name promises the file, and the pieces were cut out by what it said."""
        other = bytearray(CONTENT)
        other[at] ^= 1
        file.write_bytes(other)
        with pytest.raises(errors.LocalFileChanged):
            await send(part=part, size=len(CONTENT))
        assert on_card(printer) == {}
        sent = [entry.detail["size"] for entry in printer.journal.of("upload")]
        assert max(sent) < len(self.SENT)

    async def test_fm_059_pieces_of_another_moments_file_are_taken_back(
        self, printer: Printer, send: Send
    ) -> None:
        """It was cut while somebody wrote to it, and is right again by now."""
        cuts = iter([Pieces(((b"", 0, 9),), b"end"), self.CUT])
        with pytest.raises(errors.LocalFileChanged):
            await send(part=Part(self.PLATE, lambda file: next(cuts)))
        assert on_card(printer) == {}

    async def test_another_plates_name_is_refused(
        self, printer: Printer, send: Send
    ) -> None:
        with pytest.raises(errors.LocalFileChanged):
            await send(part=Part(4, lambda file: self.CUT))
        assert on_card(printer) == {}


class TestCancelling:
    @pytest.fixture
    def slow(self, printer: Printer) -> None:
        """The whole file, more than all buffers hold, would take about six seconds."""
        printer.machine.upload_rate = len(self.LARGE) / 1000 / 6
        printer.clock.speed = 1

    LARGE = bytes(24 << 20)

    @pytest.fixture
    def file(self, tmp_path: Path) -> Path:
        path = tmp_path / "large.gcode.3mf"
        path.write_bytes(self.LARGE)
        return path

    @pytest.fixture
    def name(self) -> str:
        return remote_name(hashlib.sha256(self.LARGE).hexdigest())

    @pytest.mark.usefixtures("slow")
    async def test_fm_050_a_cancelled_upload_ends_its_thread_first(
        self, printer: Printer, storage: Storage, send: Send, name: str
    ) -> None:
        upload = asyncio.create_task(send())
        await printer.until(lambda p: happened(p, "upload_begins") == 1)
        upload.cancel()
        waiting = asyncio.create_task(storage.size(name))
        with pytest.raises(asyncio.CancelledError):
            await upload
        assert not [t for t in threading.enumerate() if "upload" in t.name]
        assert await waiting is None
        assert on_card(printer) == {}
        assert happened(printer, "upload") == 1

    @pytest.mark.usefixtures("slow")
    async def test_fm_050_cancelling_again_does_not_free_the_printer_earlier(
        self, printer: Printer, send: Send
    ) -> None:
        upload = asyncio.create_task(send())
        await printer.until(lambda p: happened(p, "upload_begins") == 1)
        lock = transfer_lock(printer.serial)
        while not upload.done():
            upload.cancel()
            assert lock.locked()
            await asyncio.sleep(0.01)
        assert happened(printer, "upload") == 1
        assert not lock.locked()

    @pytest.mark.usefixtures("slow")
    async def test_fm_050_the_lock_is_the_printers_and_outlives_a_reload(
        self, printer: Printer, send: Send, name: str
    ) -> None:
        upload = asyncio.create_task(send())
        await printer.until(lambda p: happened(p, "upload_begins") == 1)
        upload.cancel()
        reloaded = Storage(access_to(printer), timing=FAST)
        await reloaded.size(name)  # the simulator objects to two at once
        assert upload.done()

    @pytest.mark.usefixtures("slow")
    async def test_the_flag_is_asked_before_each_block(
        self, printer: Printer, send: Send
    ) -> None:
        cancelled = threading.Event()
        upload = asyncio.create_task(send(cancelled=cancelled.is_set))
        await printer.until(lambda p: happened(p, "upload_begins") == 1)
        cancelled.set()
        with pytest.raises(errors.TransferCancelled) as caught:
            await upload
        assert caught.value.key == "transfer_cancelled"
        assert on_card(printer) == {}

    async def test_waiting_for_the_reply_can_be_cancelled(
        self, printer: Printer, file: Path, name: str
    ) -> None:
        cancelled = threading.Event()
        timing = replace(FAST, ftps_reply=60, ftps_socket=60)
        printer.fault(Fault.FTPS_HANG)
        upload = asyncio.create_task(
            Storage(access_to(printer), timing=timing).upload(
                file, name, cancelled=cancelled.is_set
            )
        )
        path = f"/cache/{name}"
        await printer.until(lambda p: p.truth.files.get(path) == len(self.LARGE))
        cancelled.set()
        with pytest.raises(errors.TransferCancelled):
            await upload
        assert on_card(printer) == {}

    async def test_a_pause_between_tries_can_be_cancelled(
        self, printer: Printer, file: Path, name: str
    ) -> None:
        cancelled = threading.Event()
        storage = Storage(access_to(printer), timing=replace(FAST, ftps_pauses=(60,)))
        printer.fault(Fault.FTPS_550)
        upload = asyncio.create_task(
            storage.upload(file, name, cancelled=cancelled.is_set)
        )
        await printer.until(lambda p: happened(p, "ftps_login") == 1)
        cancelled.set()
        with pytest.raises(errors.TransferCancelled):
            await upload

    @pytest.mark.usefixtures("slow")
    async def test_a_transfer_that_is_too_slow_is_given_up(
        self, printer: Printer, file: Path, name: str
    ) -> None:
        timing = replace(FAST, ftps_floor=0.05, ftps_slowest=1e9, ftps_pauses=())
        with pytest.raises(errors.StorageError, match="too slow"):
            await Storage(access_to(printer), timing=timing).upload(file, name)
        assert on_card(printer) == {}


@pytest.mark.parametrize("greeting", [b"220 plain FTP\r\n", b"", b"\x16\x03\x01"])
async def test_a_server_without_tls_cannot_be_connected(
    printer: Printer, greeting: bytes
) -> None:
    async def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(greeting)
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        storage = Storage(access_to(printer, ftps_port=port), timing=FAST)
        with pytest.raises(errors.CannotConnect):
            await storage.login()


async def test_one_transfer_at_a_time(
    printer: Printer, storage: Storage, send: Send, name: str, tmp_path: Path
) -> None:
    """The simulator itself objects to two FTPS connections at once."""
    second = tmp_path / "second"
    second.write_bytes(b"second")
    other = remote_name(hashlib.sha256(b"second").hexdigest())
    await asyncio.gather(send(), storage.upload(second, other), storage.size(name))
    assert len(on_card(printer)) == 2


async def test_secrets_and_paths_stay_out_of_the_log(
    printer: Printer,
    send: Send,
    file: Path,
    name: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG, "custom_components.bambu_batch.bambu")
    printer.fault(Fault.FTPS_DROP, times=1)
    await send()
    assert "another try" in caplog.text
    ours = "".join(r.getMessage() for r in caplog.records if "bambu" in r.name)
    for secret in (printer.access_code, printer.serial, printer.host, str(file)):
        assert secret not in ours


async def test_an_answer_that_is_not_a_number_is_an_error(
    printer: Printer, storage: Storage, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_number(*_: object) -> Callable[[], None]:
        raise ValueError("not a number")

    monkeypatch.setattr("ftplib.FTP.size", no_number)
    with pytest.raises(errors.StorageError):
        await storage.size(name)
