"""Both servers of one printer, behind one certificate."""

from . import ftps, mqtt
from .certificate import Credentials
from .ftps import FileServer
from .mqtt import Broker


class Servers:
    """The MQTT broker and the file server."""

    def __init__(
        self, clients: mqtt.Owner, files: ftps.Printer, credentials: Credentials
    ) -> None:
        """`clients` and `files` decide what the two servers do. Nothing is opened yet."""
        self._context = credentials.server_context()
        self.certificate = credentials.certificate
        """The leaf that new connections are shown, PEM."""
        self.broker = Broker(clients, self._context)
        self.files = FileServer(files, self._context)

    async def start(self, host: str, mqtt_port: int, ftps_port: int) -> None:
        """Open both; port 0 takes a free one. Raises `OSError`."""
        await self.broker.start(host, mqtt_port)
        await self.files.start(host, ftps_port)

    async def stop(self) -> None:
        """Close both."""
        await self.files.stop()
        await self.broker.stop()

    def show(self, credentials: Credentials) -> None:
        """Show another certificate on new connections."""
        credentials.load_into(self._context)
        self.certificate = credentials.certificate

    def drop(self) -> None:
        """Drop every connection."""
        self.broker.drop()
        self.files.drop()
