"""A printer's certificate: CN is the serial, signed by a certificate authority of its own.

An A1 mini sends an X.509 version 1 leaf followed by the authority's certificate.
`cryptography` writes version 3 only, so version 1 is cut out of it here.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
import functools
from pathlib import Path
import ssl
import tempfile

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

_PEM = serialization.Encoding.PEM
_SHA256_WITH_RSA = bytes.fromhex("300d06092a864886f70d01010b0500")


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a TLS server needs, as PEM texts."""

    certificate: str
    """The leaf alone: what a client pins."""
    chain: str
    """The leaf and its issuer, as sent."""
    key: str

    def server_context(self) -> ssl.SSLContext:
        """A context that speaks TLS 1.2 at most, as the printers do."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        self.load_into(context)
        return context

    def load_into(self, context: ssl.SSLContext) -> None:
        """Show this certificate on every new connection."""
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "printer.pem")
            file.touch(mode=0o600)
            file.write_text(self.chain + self.key)
            context.load_cert_chain(file)


@functools.cache
def _key(owner: str) -> rsa.RSAPrivateKey:
    """One key for each owner and process: making one takes a tenth of a second."""
    del owner
    return rsa.generate_private_key(65537, 2048)


def make(serial: str, *, version: int = 1, generation: int = 0) -> Credentials:
    """Credentials for a serial. Another generation has another key and certificate."""
    authority, leaf = _key("authority"), _key(f"{serial} {generation}")
    issuer = _name("Simulated printers CA")
    now = datetime.now(UTC).replace(microsecond=0)
    builder = (
        x509.CertificateBuilder()
        .issuer_name(issuer)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=3650))
    )
    root = (
        builder.subject_name(issuer)
        .public_key(authority.public_key())
        .serial_number(1)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(authority, hashes.SHA256())
    )
    certificate = (
        builder.subject_name(_name(serial))
        .public_key(leaf.public_key())
        .serial_number(x509.random_serial_number())
        .sign(authority, hashes.SHA256())
    )
    if version == 1:
        certificate = _version_1(certificate, authority)
    pem = certificate.public_bytes(_PEM).decode()
    return Credentials(
        certificate=pem,
        chain=pem + root.public_bytes(_PEM).decode(),
        key=leaf.private_bytes(
            _PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode(),
    )


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _version_1(
    certificate: x509.Certificate, key: rsa.RSAPrivateKey
) -> x509.Certificate:
    """Drop the version field, which makes it version 1, and sign again."""
    body = _content(certificate.tbs_certificate_bytes)
    # [0] EXPLICIT INTEGER 2 stands first; leaving it out means version 1.
    body = _sequence(body.removeprefix(bytes.fromhex("a003020102")))
    signature = key.sign(body, padding.PKCS1v15(), hashes.SHA256())
    bits = b"\x00" + signature
    return x509.load_der_x509_certificate(
        _sequence(body + _SHA256_WITH_RSA + b"\x03" + _length(len(bits)) + bits)
    )


def _content(der: bytes) -> bytes:
    return der[2 + (der[1] & 0x7F if der[1] & 0x80 else 0) :]


def _sequence(content: bytes) -> bytes:
    return b"\x30" + _length(len(content)) + content


def _length(length: int) -> bytes:
    if length < 0x80:
        return bytes([length])
    octets = length.to_bytes((length.bit_length() + 7) // 8)
    return bytes([0x80 | len(octets)]) + octets
