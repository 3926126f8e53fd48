"""The file server, tried with ftplib."""

import asyncio
from collections.abc import Awaitable, Callable
import ftplib
import ssl
from typing import Any

import pytest

from simulator import Fault, Printer, Rule

from .clients import Ftps, Mqtt
from .conftest import InThread, OpenPrinter, Upload

type Session = Callable[..., Awaitable[Any]]

DATA = bytes(range(256)) * 2000
PATH = "/cache/part.gcode.3mf"


@pytest.fixture
def session(in_thread: InThread) -> Session:
    """Log in, do something with the client in a thread, log out."""

    async def run(printer: Printer, do: Callable[[Ftps], Any]) -> Any:
        def work() -> Any:
            ftps = Ftps(printer).login_now()
            try:
                return do(ftps)
            finally:
                ftps.close()

        return await in_thread(work)

    return run


async def test_an_upload_can_be_measured_listed_read_and_deleted(
    printer: Printer, session: Session
) -> None:
    def work(ftps: Ftps) -> None:
        assert ftps.put(PATH, DATA).startswith("226")
        assert ftps.size(PATH) == len(DATA)
        assert ftps.sendcmd(f"MDTM {PATH}").startswith("213 20")
        assert ftps.nlst("/cache") == ["part.gcode.3mf"]
        listing: list[str] = []
        ftps.retrlines("LIST /cache", listing.append)
        assert str(len(DATA)) in listing[0]
        content = bytearray()
        ftps.retrbinary(f"RETR {PATH}", content.extend)
        assert content == DATA
        ftps.delete(PATH)
        assert ftps.nlst("/cache") == []

    await session(printer, work)
    assert printer.truth.files == {}
    assert [
        entry.kind for entry in printer.journal.of("upload", "download", "delete")
    ] == [
        "upload",
        "download",
        "delete",
    ]


@pytest.mark.parametrize("folder", ["/cache", "-a /cache", "-al /cache"])
async def test_options_of_a_listing_change_nothing(
    printer: Printer, session: Session, folder: str
) -> None:
    printer.card.put(PATH, DATA)

    def work(ftps: Ftps) -> None:
        lines: list[str] = []
        ftps.retrlines(f"LIST {folder}", lines.append)
        assert [line.split()[-1] for line in lines] == ["part.gcode.3mf"]
        assert ftps.nlst(folder) == ["part.gcode.3mf"]

    await session(printer, work)


@pytest.mark.parametrize(
    ("command", "reply"),
    [
        ("FEAT", "502"),
        ("REST 100", "502"),
        ("AVBL", "502"),
        ("SYST", "215"),
        ("PWD", '257 "/"'),
        ("CWD /cache", "250"),
        ("CWD /nowhere", "550"),
        ("MKD /cache", "550"),
        ("MKD /cache/new", "257"),
        ("MKD /no/where", "550"),
        ("RMD /model", "250"),
        ("RMD /nowhere", "550"),
        ("SIZE /cache/none", "550"),
        ("MDTM /cache/none", "550"),
        ("DELE /cache/none", "550"),
        ("RNFR /cache/none", "550"),
        ("RNTO /cache/none", "503"),
        ("RETR /cache/none", "550"),
        ("STOR /cache/a|b.3mf", "553"),
        ("STOR /nowhere/a.3mf", "553"),
        ("STOR /cache/../../a?.3mf", "553"),
        ("LIST", "425"),
        ("PROT C", "536"),
    ],
)
async def test_commands_are_answered_as_printers_do(
    printer: Printer, session: Session, command: str, reply: str
) -> None:
    def work(ftps: Ftps) -> str:
        try:
            return ftps.sendcmd(command)
        except ftplib.Error as err:
            return str(err)

    assert (await session(printer, work)).startswith(reply)


async def test_a_file_can_be_renamed(printer: Printer, session: Session) -> None:
    printer.card.put("/model/a.3mf", b"1")
    await session(printer, lambda ftps: ftps.rename("/model/a.3mf", "/cache/b.3mf"))

    assert printer.truth.files == {"/cache/b.3mf": 1}


@pytest.mark.parametrize("how", ["wrong code", "fault", "no login"])
async def test_a_login_may_be_refused(
    printer: Printer, in_thread: InThread, how: str
) -> None:
    if how == "fault":
        printer.fault(Fault.FTPS_REFUSE_LOGIN, times=1)

    def work() -> None:
        ftps = Ftps(printer).open()
        try:
            if how == "no login":
                ftps.sendcmd("SIZE /cache")
            ftps.sendcmd("USER bblp")
            ftps.sendcmd("PASS 00000000" if how == "wrong code" else "PASS 12345678")
        finally:
            ftps.close()

    with pytest.raises(ftplib.error_perm, match="530"):
        await in_thread(work)


async def test_the_file_server_alone_may_refuse_connections(
    printer: Printer, in_thread: InThread
) -> None:
    printer.fault(Fault.FTPS_REFUSE_CONNECTIONS, times=1)

    with pytest.raises(OSError):
        await in_thread(Ftps(printer).login_now)
    async with Mqtt(printer) as client:
        assert client.connack == 0
    (await in_thread(Ftps(printer).login_now)).close()


async def test_data_connections_must_resume_the_control_session(
    printer: Printer, open_printer: OpenPrinter, session: Session
) -> None:
    def work(ftps: Ftps) -> None:
        ftps.reuse = False
        ftps.put(PATH, DATA)

    with pytest.raises((ftplib.Error, OSError)):
        await session(printer, work)
    assert printer.journal.of("ftps_session_not_reused")
    assert PATH not in printer.truth.files

    relaxed = await open_printer(session_reuse_required=False)
    await session(relaxed, work)
    assert relaxed.truth.files == {PATH: len(DATA)}


async def test_close_notify_is_never_answered(
    printer: Printer, session: Session
) -> None:
    def work(ftps: Ftps) -> None:
        with ftps.transfercmd(f"STOR {PATH}") as conn:
            assert isinstance(conn, ssl.SSLSocket)
            conn.sendall(DATA)
            conn.settimeout(0.2)
            with pytest.raises(TimeoutError):
                conn.unwrap()
        assert ftps.voidresp().startswith("226")

    await session(printer, work)
    assert printer.truth.files == {PATH: len(DATA)}


async def test_only_one_client_at_a_time(printer: Printer, in_thread: InThread) -> None:
    def work() -> None:
        first = Ftps(printer).login_now()
        first.quit()
        second = Ftps(printer).login_now()
        second.close()
        third = Ftps(printer).login_now()
        assert not printer.journal.violations
        fourth = Ftps(printer).login_now()
        third.close()
        fourth.close()

    await in_thread(work)
    assert [entry.rule for entry in printer.journal.violations] == [Rule.PARALLEL_FTPS]


@pytest.mark.printer(upload_rate=1, speed=10)
async def test_a_client_that_leaves_in_the_middle_ends_its_transfer(
    printer: Printer, in_thread: InThread
) -> None:
    def work() -> None:
        ftps = Ftps(printer).login_now()
        conn = ftps.transfercmd(f"STOR {PATH}")
        conn.sendall(DATA)
        ftps.close()
        conn.close()
        Ftps(printer).login_now().close()

    await in_thread(work)
    await printer.until(lambda printer: bool(printer.journal.of("upload")))
    assert printer.journal.of("upload")[0].detail["truncated"]
    assert not printer.journal.violations


@pytest.mark.printer(upload_rate=100, speed=20)
async def test_uploads_take_their_time(printer: Printer, upload: Upload) -> None:
    began = printer.clock.now()
    await upload(printer, PATH, DATA)

    assert printer.clock.now() - began >= len(DATA) / 1000 / 100


@pytest.mark.parametrize(
    ("fault", "value", "reply", "size"),
    [
        (Fault.FTPS_426, None, "426", len(DATA)),
        (Fault.FTPS_TRUNCATE, 1000, "426", 1000),
        (Fault.FTPS_TRUNCATE, None, "426", len(DATA) // 2),
        (Fault.FTPS_TRUNCATE_SILENTLY, 7 * 65536, "226", 7 * 65536),
        (Fault.FTPS_550, None, "550", None),
        (Fault.FTPS_552, None, "552", None),
        (Fault.FTPS_553, None, "553", None),
        (Fault.FTPS_SLOW_226, 100, "226", len(DATA)),
    ],
)
async def test_uploads_go_wrong_on_demand_and_only_once(
    printer: Printer,
    session: Session,
    upload: Upload,
    fault: Fault,
    value: int | None,
    reply: str,
    size: int | None,
) -> None:
    printer.fault(fault, times=1, value=value)

    def work(ftps: Ftps) -> str:
        try:
            return ftps.put(PATH, DATA)
        except ftplib.Error as err:
            return str(err)

    assert (await session(printer, work)).startswith(reply)
    assert printer.truth.files.get(PATH) == size
    await upload(printer, PATH, DATA)
    assert printer.truth.files[PATH] == len(DATA)


async def test_226_may_never_come(printer: Printer, session: Session) -> None:
    printer.fault(Fault.FTPS_HANG, times=1)

    def work(ftps: Ftps) -> None:
        assert ftps.sock
        ftps.voidcmd("TYPE I")
        with ftps.transfercmd(f"STOR {PATH}") as conn:
            conn.sendall(DATA)
        ftps.sock.settimeout(0.3)
        ftps.voidresp()

    with pytest.raises(TimeoutError):
        await session(printer, work)
    await printer.until(lambda printer: printer.truth.files == {PATH: len(DATA)})


async def test_the_connection_may_die_in_the_middle(
    printer: Printer, session: Session
) -> None:
    printer.fault(Fault.FTPS_DROP, times=1, value=100_000)

    with pytest.raises((OSError, EOFError)):
        await session(printer, lambda ftps: ftps.put(PATH, DATA))
    await printer.until(lambda printer: bool(printer.journal.of("upload")))
    assert printer.truth.files == {PATH: 100_000}


async def test_a_full_card_ends_the_upload(printer: Printer, session: Session) -> None:
    printer.card.capacity = 100_000

    with pytest.raises((ftplib.Error, OSError)):
        await session(printer, lambda ftps: ftps.put(PATH, DATA))
    await printer.until(lambda printer: bool(printer.journal.of("upload")))
    assert printer.truth.files[PATH] < len(DATA)


async def test_some_printers_want_clear_data(
    printer: Printer, session: Session
) -> None:
    printer.fault(Fault.FTPS_CLEAR_DATA)

    def private(ftps: Ftps) -> None:
        ftps.put(PATH, DATA)

    def clear(ftps: Ftps) -> None:
        ftps.sendcmd("PROT C")
        ftps._prot_p = False
        ftps.put(PATH, DATA)
        content = bytearray()
        ftps.retrbinary(f"RETR {PATH}", content.extend)
        assert content == DATA

    with pytest.raises((ftplib.Error, OSError)):
        await session(printer, private)
    await session(printer, clear)
    assert printer.truth.files == {PATH: len(DATA)}


async def test_files_in_the_root_are_a_violation(
    printer: Printer, upload: Upload
) -> None:
    await upload(printer, "/part.3mf", DATA)

    assert [entry.rule for entry in printer.journal.violations] == [Rule.FILE_IN_ROOT]


@pytest.mark.printer(speed=10)
async def test_the_running_jobs_file_must_be_left_alone(
    printer: Printer, upload: Upload, session: Session, sliced: Callable[..., bytes]
) -> None:
    await upload(printer, PATH, sliced())
    async with Mqtt(printer) as client:
        await client.ready()
        client.start("part.gcode.3mf")
        await printer.until(lambda printer: printer.truth.job is not None)
    await session(printer, lambda ftps: ftps.delete(PATH))

    assert [entry.rule for entry in printer.journal.violations] == [
        Rule.FILE_IN_USE_TOUCHED
    ]


async def test_without_a_card_there_are_no_files(
    printer: Printer, session: Session
) -> None:
    printer.card.put(PATH, DATA)
    printer.world.set_card(present=False)

    def work(ftps: Ftps) -> None:
        with pytest.raises(ftplib.error_perm, match="550"):
            ftps.size(PATH)
        with pytest.raises(ftplib.error_perm, match="553"):
            ftps.put(PATH, DATA)

    await session(printer, work)


@pytest.mark.printer(upload_rate=1, speed=1)
async def test_closing_in_the_middle_of_an_upload_is_quick(
    printer: Printer, in_thread: InThread
) -> None:
    ftps = Ftps(printer)

    def begin() -> Any:
        ftps.login_now()
        conn = ftps.transfercmd(f"STOR {PATH}")
        conn.sendall(DATA[:1000])
        return conn

    conn = await in_thread(begin)
    began = asyncio.get_running_loop().time()
    await printer.stop()
    assert asyncio.get_running_loop().time() - began < 5
    conn.close()
    ftps.close()
