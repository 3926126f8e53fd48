"""What can go wrong between us and a printer. Each class says who has to act."""


class BambuError(Exception):
    """Base of all errors of this package. `key` is the translation key."""

    key = "unknown"


class CannotConnect(BambuError):
    """Nothing answers at this address, or it does not speak TLS or MQTT."""

    key = "cannot_connect"


class InvalidAuth(BambuError):
    """The printer refuses the access code (it changes when LAN mode is toggled)."""

    key = "invalid_auth"


class WrongSerial(BambuError):
    """Another printer answers at this address."""

    key = "wrong_serial"


class SerialUnknown(BambuError):
    """The certificate names no serial and nobody gave one: ask for it."""

    key = "serial"


class NoReport(BambuError):
    """The login works but the printer stays silent: LAN mode off, or another serial (FM-076)."""

    key = "no_report"


class FtpsFailed(BambuError):
    """MQTT works, the file transfer does not."""

    key = "ftps_failed"


class CertificateChanged(BambuError):
    """The printer shows another certificate than the pinned one; no secret was sent."""

    key = "certificate_changed"


class StorageError(BambuError):
    """A file operation on the printer failed; another try may succeed."""

    key = "transfer_failed"


class DataNotEncrypted(StorageError):
    """A data connection without TLS: the printer cannot do it, or somebody in between breaks it."""

    key = "data_not_encrypted"


class TransferSlow(StorageError):
    """Nothing came for too long, or too little in the time: the network, or a failing card."""

    key = "transfer_slow"


class TransferIncomplete(StorageError):
    """Less is on the printer than was sent."""

    key = "transfer_incomplete"


class DataPortBusy(StorageError):
    """The printer opens no data connection (425)."""

    key = "data_port_busy"


class FileRefused(StorageError):
    """The printer does not take the file (550)."""

    key = "file_refused"


class NoStorage(StorageError):
    """No card, or one that refuses to be written."""

    key = "no_storage"


class StorageFull(NoStorage):
    """The card is full (552)."""

    key = "storage_full"


class LocalFileChanged(StorageError):
    """The file to send is not the one its remote name stands for, or is gone."""

    key = "file_changed"


class TransferCancelled(StorageError):
    """The transfer was stopped on request; nothing of it is left on the printer."""

    key = "transfer_cancelled"
