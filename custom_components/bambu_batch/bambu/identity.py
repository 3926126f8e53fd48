"""Who answers at an address: the printer's certificate, its serial, and the pin.

The certificate's CN is the serial. It is read once, at set-up, and then is the only one that OpenSSL trusts, so
that a stranger fails in the handshake, before the access code is sent. This works with version 1 leaves, and
with expired and incomplete chains.
"""

import hashlib
import re
import socket
import ssl

from cryptography import x509
from cryptography.x509.oid import NameOID

from .errors import CannotConnect, CertificateChanged

_NO_CHECK_TIME = 0x20_0000
"""OpenSSL's X509_V_FLAG_NO_CHECK_TIME, which `ssl` has no name for."""

_SERIAL = re.compile(r"[0-9A-Z]{10,20}")


def read_certificate(host: str, port: int, seconds: float) -> str:
    """Return the PEM of the certificate shown at an address. Blocking; sends no secret.

    Raises `CannotConnect`.
    """
    context = _client_context()
    context.verify_mode = ssl.CERT_NONE
    try:
        with (
            socket.create_connection((host, port), timeout=seconds) as plain,
            context.wrap_socket(plain) as secure,
        ):
            certificate = secure.getpeercert(binary_form=True)
    except (
        OSError,
        ValueError,
    ) as err:  # a name that cannot be encoded is a ValueError
        raise CannotConnect from err
    if not certificate:
        raise CannotConnect
    return ssl.DER_cert_to_PEM_cert(certificate)


def answers(host: str, port: int, certificate: str, seconds: float) -> bool:
    """Tell whether the printer of a pinned certificate (PEM) answers at an address. Blocking; sends no secret.

    More exactly: its key answers. Somebody who only relays everything looks the same, so this is never
    a reason to send anything there in the clear (FM-159).
    """
    try:
        context = pinned_context(certificate)
        with (
            socket.create_connection((host, port), timeout=seconds) as plain,
            context.wrap_socket(plain),
        ):
            return True
    except CertificateChanged, OSError, ValueError:
        return False


def serial_of(certificate: str) -> str | None:
    """Return the serial that a certificate (PEM) names, in upper case; None where it names none."""
    try:
        subject = x509.load_pem_x509_certificate(certificate.encode()).subject
    except ValueError:
        return None
    names = subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    serials = (str(name.value).upper() for name in names)
    return next(filter(is_serial, serials), None)


def is_serial(text: str) -> bool:
    """Whether a text can be a serial; it becomes part of a topic."""
    return _SERIAL.fullmatch(text) is not None


def fingerprint(certificate: str) -> str:
    """Return a certificate's SHA-256 as people compare it: "AB:CD:…"."""
    digest = hashlib.sha256(ssl.PEM_cert_to_DER_cert(certificate)).digest()
    return digest.hex(":").upper()


def same(one: str, other: str) -> bool:
    """Whether two PEM texts hold the same certificate."""
    try:
        return ssl.PEM_cert_to_DER_cert(one) == ssl.PEM_cert_to_DER_cert(other)
    except ValueError:
        return False


def pinned_context(certificate: str | None) -> ssl.SSLContext:
    """Return a TLS context that trusts this one certificate (PEM) and nothing else.

    The host name is not checked: the certificate names the serial. Raises `CertificateChanged` where there is
    no usable pin: without one no secret may be sent.
    """
    context = _client_context()
    context.verify_mode = ssl.CERT_REQUIRED
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN | _NO_CHECK_TIME
    try:
        context.load_verify_locations(cadata=certificate or "")
    except (ssl.SSLError, ValueError) as err:
        raise CertificateChanged from err
    return context


def _client_context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    # Printers truncate or fail with 1.3 (FM-049).
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.check_hostname = False
    return context
