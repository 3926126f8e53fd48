"""Announcements: anybody can send them, so little is believed."""

import asyncio
import socket
from typing import Any

import pytest

from custom_components.bambu_batch.bambu.discovery import Announcement, listen, parse

ALONE: dict[str, Any] = {"group": None, "ask": None}
"""Joins no group and searches for nothing."""


def notify(**headers: str) -> bytes:
    """An announcement as a printer sends it; an empty header is left out."""
    fields = {
        "HOST": "239.255.255.250:1990",
        "Server": "UPnP/1.0",
        "Location": "192.0.2.7",
        "NT": "urn:bambulab-com:device:3dprinter:1",
        "USN": "03000A000000001",
        "DevModel.bambu.com": "N1",
        "DevName.bambu.com": "Left of the window",
        "DevVersion.bambu.com": "01.07.02.00",
    } | {key.replace("_", "."): value for key, value in headers.items()}
    lines = [f"{key}: {value}" for key, value in fields.items() if value]
    return "\r\n".join(["NOTIFY * HTTP/1.1", *lines, "", ""]).encode()


def test_an_announcement_fills_in_address_and_names() -> None:
    assert parse(notify(), "198.51.100.1") == Announcement(
        host="192.0.2.7",
        serial="03000A000000001",
        model="N1",
        name="Left of the window",
        firmware="01.07.02.00",
        sender="198.51.100.1",
    )


def test_an_answer_to_a_search_is_as_good() -> None:
    data = notify(NT="", ST="urn:bambulab-com:device:3dprinter:1")
    data = data.replace(b"NOTIFY * HTTP/1.1", b"HTTP/1.1 200 OK")
    assert parse(data, "198.51.100.1") is not None


@pytest.mark.parametrize(
    "location",
    [
        "",
        "printer.local",
        "http://192.0.2.7/",
        "::x",
        "127.0.0.1",
        "0.0.0.0",
        "255.255.255.255",
        "239.255.255.250",
        "::1",
        "fe80::1%eth0",
        "fe80::1%[click](http://example.org)",
    ],
)
def test_without_an_address_the_senders_counts(location: str) -> None:
    found = parse(notify(Location=location), "198.51.100.1")
    assert found is not None
    assert found.host == "198.51.100.1"


def test_what_makes_no_sense_is_left_out() -> None:
    found = parse(
        notify(DevModel_bambu_com="Z9", DevName_bambu_com="", DevVersion_bambu_com="x"),
        "198.51.100.1",
    )
    assert found == Announcement("192.0.2.7", "03000A000000001", sender="198.51.100.1")


def test_names_are_cut_and_printable() -> None:
    found = parse(notify(DevName_bambu_com="x" * 500), "198.51.100.1")
    assert found is not None
    assert found.name == "x" * 100


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Drucker #2 (Küche), hinten", "Drucker #2 (Küche), hinten"),
        ("左边的打印机", "左边的打印机"),
        ("3DP-030-123", "3DP-030-123"),
        ("A1 v1.2", "A1 v1.2"),
        ("a\x07b", "a b"),
        ("a\u202eb", "a b"),
        ("[Update](http://example.org)", "Update (http example.org)"),
        ("![x](//example.org/x.png)", "x ( example.org x.png)"),
        ("<img src=x onerror=y>", "img src x onerror y"),
        ("www.example.org", "www example.org"),
        ("**now** `run` | ~~x~~", "now run x"),
        ("\u2028\u200b", None),
        ("[]", None),
    ],
)
def test_a_name_is_shown_without_what_dialogs_would_make_of_it(
    said: str, shown: str | None
) -> None:
    found = parse(notify(DevName_bambu_com=said), "198.51.100.1")
    assert found is not None
    assert found.name == shown


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe\x00",
        b"M-SEARCH * HTTP/1.1\r\n\r\n",
        notify(NT="upnp:rootdevice"),
        notify(USN=""),
        notify(USN="uuid:1234"),
        notify(USN="03000A00000000\u0661"),
        notify(Server="x" * 3000),
    ],
)
def test_other_texts_are_no_printers(data: bytes) -> None:
    assert parse(data, "198.51.100.1") is None


class TestListening:
    pytestmark = pytest.mark.usefixtures("socket_enabled")

    @pytest.fixture
    def port(self, socket_enabled: None) -> int:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.bind(("127.0.0.1", 0))
            port: int = sock.getsockname()[1]
            return port

    @staticmethod
    async def until(found: list[Announcement], count: int) -> None:
        async with asyncio.timeout(3):
            while len(found) < count:
                await asyncio.sleep(0.005)

    @staticmethod
    def send(port: int, *datagrams: bytes) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            for datagram in datagrams:
                sock.sendto(datagram, ("127.0.0.1", port))

    async def test_announcements_are_received_until_the_end(self, port: int) -> None:
        found: list[Announcement] = []
        stop = await listen(found.append, interface="127.0.0.1", port=port, **ALONE)
        assert stop is not None
        self.send(port, b"junk", notify(Location=""))
        await self.until(found, 1)
        assert found[0].host == "127.0.0.1"
        stop()
        await asyncio.sleep(0)
        self.send(port, notify())
        await asyncio.sleep(0.05)
        assert len(found) == 1

    async def test_errors_of_the_owner_do_not_end_it(
        self, port: int, caplog: pytest.LogCaptureFixture
    ) -> None:
        found: list[Announcement] = []

        def heard(announcement: Announcement) -> None:
            found.append(announcement)
            raise KeyError("of the owner")

        stop = await listen(heard, interface="127.0.0.1", port=port, **ALONE)
        assert stop is not None
        self.send(port, notify(), notify())
        await self.until(found, 2)
        stop()
        assert "of the owner" in caplog.text

    async def test_printers_are_asked_to_announce_themselves(self, port: int) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
            asked.bind(("127.0.0.1", 0))
            asked.settimeout(3)
            stop = await listen(
                lambda _: None,
                interface="127.0.0.1",
                port=port,
                group=None,
                ask=asked.getsockname(),
            )
            assert stop is not None
            search = await asyncio.to_thread(asked.recv, 2048)
            stop()
        assert search.startswith(b"M-SEARCH * HTTP/1.1\r\n")
        assert b"\r\nST: urn:bambulab-com:device:3dprinter:1\r\n" in search

    async def test_it_can_join_the_printers_group(self, port: int) -> None:
        stop = await listen(lambda _: None, interface="127.0.0.1", port=port, ask=None)
        assert stop is not None
        stop()

    async def test_the_port_is_shared(self, port: int) -> None:
        first = await listen(lambda _: None, interface="127.0.0.1", port=port, **ALONE)
        second = await listen(lambda _: None, interface="127.0.0.1", port=port, **ALONE)
        assert first is not None
        assert second is not None
        first()
        second()

    async def test_a_port_that_is_taken_does_no_harm(self, port: int) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
            other.bind(("127.0.0.1", port))  # not shared
            stop = await listen(
                lambda _: None, interface="127.0.0.1", port=port, **ALONE
            )
        assert stop is None
