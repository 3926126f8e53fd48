"""The packets of one MQTT session: reports are taken out whole, paho gets the others.

paho asks for the first bytes of each packet one by one, and most of what it does with a report
is for subscriptions and callbacks that nobody here has: that was a third of reading a delta.
"""

import ssl
from typing import override

LARGEST_PACKET = 1 << 20
"""Bytes of one MQTT packet; a full report has some ten thousand."""
_RECORD = 1 << 14
"""Bytes of the largest TLS record: one read leaves nothing that the selector cannot see."""
_REPORT = 0x30
"""PUBLISH with QoS 0. The other two bits of these four say nothing that matters here."""
_KIND_AND_QOS = 0xF6


class PacketSocket(ssl.SSLSocket):
    """Gives paho nothing but whole packets. Every method raises OSError for a broken one."""

    _ahead: bytes = b""
    """Read, and neither taken nor offered yet."""
    _offered: bytes = b""
    """The rest of a packet that paho is to read."""

    def fill(self) -> bool:
        """Read what has arrived. False: the printer has ended the session."""
        try:
            data = super().recv(_RECORD)
        except ssl.SSLWantReadError, ssl.SSLWantWriteError:
            return True
        except ssl.SSLError:
            raise  # a broken record
        except OSError:
            return False  # reset, or the network is gone
        self._ahead += data
        return bool(data)

    def next_packet(self) -> bytes | None:
        """Take out the next packet if all of it is there, and return a report's payload.

        Any other one is offered to paho, and nothing is returned.
        """
        body = _body(self._ahead)
        if body is None:
            return None
        packet, self._ahead = self._ahead[: body.stop], self._ahead[body.stop :]
        is_report = packet[0] & _KIND_AND_QOS == _REPORT
        payload = _payload(packet[body.start :]) if is_report else b""
        self._offered = b"" if payload else packet
        return payload

    @override
    def recv(self, buflen: int = 1024, flags: int = 0) -> bytes:
        """Receive up to so many bytes of the packet that is offered."""
        if not self._offered:
            raise ssl.SSLWantReadError
        data, self._offered = self._offered[:buflen], self._offered[buflen:]
        return data

    @override
    def pending(self) -> int:
        """Return how many bytes can be had without waiting for the printer."""
        return len(self._ahead) + super().pending()


def _body(data: bytes) -> slice | None:
    """Return where the first packet's body is; None: not all of it has arrived.

    A packet is refused by its claimed length: nobody should make room for all of it first.
    """
    length = 0
    for place, byte in enumerate(data[1:5]):
        length |= (byte & 0x7F) << 7 * place
        if byte < 0x80:
            if length > LARGEST_PACKET:
                raise OSError("a packet too large")
            start = place + 2
            return slice(start, start + length) if len(data) >= start + length else None
    if len(data) >= 5:
        raise OSError("a packet without a length")
    return None


def _payload(body: bytes) -> bytes:
    """Return what follows a report's topic. We subscribe to one."""
    topic = 2 + int.from_bytes(body[:2])
    if not 2 < topic <= len(body):
        raise OSError("a report without a topic")
    return body[topic:]
