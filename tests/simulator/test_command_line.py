"""`python -m simulator`, its control channel and its announcements."""

import asyncio
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncGenerator, Awaitable, Callable
import json
from pathlib import Path
import signal
import socket
import ssl
import sys
from typing import Any

import pytest

from simulator import Farm, PrinterSpec
from simulator.__main__ import arguments as read_arguments
from simulator.control import Control, parse
from simulator.discovery import SERVICE

from .conftest import InThread

ROOT = Path(__file__).parents[2]
type Run = Callable[..., Awaitable[Process]]


@pytest.fixture
async def run(socket_enabled: None) -> AsyncGenerator[Run]:
    processes: list[Process] = []

    async def start(*arguments: str, module: str = "simulator") -> Process:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", module, *arguments, cwd=ROOT, stdout=PIPE, stderr=PIPE
        )
        processes.append(process)
        return process

    yield start
    for process in processes:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def line(process: Process) -> str:
    assert process.stdout
    async with asyncio.timeout(20):
        return (await process.stdout.readline()).decode()


async def ask(port: int, request: str) -> Any:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request.encode() + b"\n")
    answer = json.loads(await reader.readline())
    writer.close()
    await writer.wait_closed()
    assert answer["ok"], answer
    return answer["result"]


async def test_it_prints_ports_writes_a_journal_and_ends_with_0(
    run: Run, tmp_path: Path
) -> None:
    journal = tmp_path / "journal.jsonl"
    process = await run(
        "--printer",
        "N1,plates=3,serial=0300TEST0000001",
        "--printer",
        "N2S,access_code=11112222",
        "--speed",
        "100",
        "--json",
        "--control",
        "0",
        "--journal",
        str(journal),
    )
    ready = json.loads(await line(process))
    first, second = ready["printers"]
    assert (first["serial"], first["model"]) == ("0300TEST0000001", "N1")
    assert second["access_code"] == "11112222"
    assert first["certificate"].startswith("-----BEGIN CERTIFICATE-----")

    truth = await ask(ready["control"], "truth")
    assert (truth["plates_left"], truth["state"]) == (3, "IDLE")
    await ask(ready["control"], "press_pause printer=1")
    await ask(ready["control"], '{"do": "set_bed", "printer": 1, "args": [50]}')

    process.send_signal(signal.SIGTERM)
    await process.wait()
    assert process.returncode == 0
    entries = [json.loads(entry) for entry in journal.read_text().splitlines()]
    assert [entry["kind"] for entry in entries] == ["open", "open", "world", "world"]
    assert entries[2]["detail"] == {"act": "press_pause"}


async def test_it_ends_with_1_if_a_rule_was_broken(
    run: Run, in_thread: InThread
) -> None:
    process = await run("--json")
    ready = json.loads(await line(process))

    def provoke() -> None:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        tls.check_hostname = False
        tls.verify_mode = ssl.CERT_NONE
        socks = []
        for _ in range(2):
            raw = socket.create_connection(
                ("127.0.0.1", ready["printers"][0]["ftps_port"])
            )
            sock = tls.wrap_socket(raw)
            socks.append(sock)
            for command in (b"USER bblp\r\n", b"PASS 12345678\r\n"):
                sock.recv(100)
                sock.sendall(command)
            assert b"230" in sock.recv(100)
        for sock in socks:
            sock.close()

    await in_thread(provoke)
    process.send_signal(signal.SIGINT)
    _, errors = await process.communicate()
    assert process.returncode == 1
    assert b"parallel_ftps" in errors


async def test_people_get_lines(run: Run) -> None:
    process = await run("--printer", "N2S", "--control", "0")
    assert (await line(process)).startswith(
        "Bambu Lab A1 03900S000000001  127.0.0.1  MQTT "
    )
    assert (await line(process)).startswith("control port ")
    process.send_signal(signal.SIGINT)
    await process.wait()


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["--help"], 0, "--printer"),
        (["--printer", "N99"], 2, "is none of"),
        (["--printer", "N1,colour=red"], 2, "is none of"),
    ],
)
def test_the_options_are_explained(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    status: int,
    said: str,
) -> None:
    monkeypatch.setattr(sys, "argv", ["simulator", *arguments])
    with pytest.raises(SystemExit) as ended:
        read_arguments()

    assert ended.value.code == status
    assert said in "".join(capsys.readouterr())


async def test_kept_keys_outlive_the_process(run: Run, tmp_path: Path) -> None:
    certificates = []
    for _ in range(2):
        process = await run("--json", "--keys", str(tmp_path))
        certificates.append(
            json.loads(await line(process))["printers"][0]["certificate"]
        )
        process.send_signal(signal.SIGTERM)
        await process.wait()

    assert certificates[0] == certificates[1]


async def test_the_shell_can_send_requests(run: Run) -> None:
    process = await run("--json", "--control", "0")
    port = json.loads(await line(process))["control"]
    fault = (str(port), "fault", "half_open", "times=2")
    good = await run(*fault, module="simulator.control")
    bad = await run(str(port), "nonsense", module="simulator.control")
    output, _ = await good.communicate()
    assert (good.returncode, json.loads(output)["ok"]) == (0, True)
    output, _ = await bad.communicate()
    assert (bad.returncode, json.loads(output)["error"]) == (
        1,
        "ValueError: unknown: nonsense",
    )


def test_requests_have_two_forms() -> None:
    assert parse("fault half_open times=2") == {
        "do": "fault",
        "args": ["half_open"],
        "times": 2,
    }
    assert parse('{"do": "truth", "printer": 1}') == {"do": "truth", "printer": 1}


async def test_everything_can_be_asked_for_from_outside(
    socket_enabled: None, tmp_path: Path
) -> None:
    file = tmp_path / "a.3mf"
    file.write_bytes(b"1234")
    async with Farm([PrinterSpec(), PrinterSpec(model="N2S")], speed=1000) as farm:
        control = Control(farm)

        def ask_now(request: str) -> Any:
            answer = json.loads(control.answer(request))
            assert answer["ok"], answer
            return answer["result"]

        ask_now(f"put_file /cache/a.3mf from={file}")
        assert ask_now("truth")["files"] == {"/cache/a.3mf": 4}
        ask_now('{"do": "set_spools", "args": [{"material": "ABS"}, null, null, null]}')
        assert farm.printers[0].machine.report["ams"]["tray_exist_bits"] == "1"
        ask_now('{"do": "set_hms", "args": [[1, 65536]]}')
        assert farm.printers[0].machine.report["hms"][0]["code"] == 65536
        ask_now("fault silent")
        ask_now("heal")
        ask_now("speed 50")
        assert farm.clock.speed == 50
        assert ask_now("violations") == []
        assert ask_now("journal printer=03900A000000002")[0]["kind"] == "open"
        assert len(ask_now("printers")) == 2
        for wrong in (
            "",
            "stop",
            "_boot",
            "truth printer=9",
            "fault nonsense",
            "{",
            "reboot x=1",
        ):
            assert not json.loads(control.answer(wrong))["ok"]


async def test_printers_announce_themselves_and_answer_a_search(
    socket_enabled: None,
) -> None:
    heard: asyncio.Queue[str] = asyncio.Queue()

    class Ear(asyncio.DatagramProtocol):
        def datagram_received(self, data: bytes, addr: tuple[str | Any, int]) -> None:
            heard.put_nowait(data.decode())

    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(Ear, local_addr=("127.0.0.1", 0))
    port = transport.get_extra_info("sockname")[1]
    try:
        async with Farm(
            [PrinterSpec(name="Left")], announce_to=("127.0.0.1", port)
        ) as farm:
            async with asyncio.timeout(5):
                notice = await heard.get()
            assert farm.announcer
            search = (
                f'M-SEARCH * HTTP/1.1\r\nMAN: "ssdp:discover"\r\nST: {SERVICE}\r\n\r\n'
            )
            transport.sendto(search.encode(), ("127.0.0.1", farm.announcer.port))
            async with asyncio.timeout(5):
                answer = await heard.get()
            farm.printers[0].world.power_off()
            farm.announcer.announce()
    finally:
        transport.close()

    headers = dict(row.split(": ", 1) for row in notice.splitlines()[1:] if row)
    assert notice.startswith("NOTIFY * HTTP/1.1\r\n")
    assert headers["NT"] == SERVICE
    assert headers["USN"] == "03000A000000001"
    assert headers["DevModel.bambu.com"] == "N1"
    assert headers["DevName.bambu.com"] == "Left"
    assert headers["Location"] == "127.0.0.1"
    assert answer.startswith("HTTP/1.1 200 OK\r\n")
    assert f"ST: {SERVICE}" in answer
    assert heard.empty()
