"""A broker that misbehaves on purpose, for the edges of a session."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from custom_components.bambu_batch.bambu.connection_settings import ConnectionSettings
from simulator import certificate

SERIAL = "03000A000000009"
ACCEPTED = bytes([0x20, 2, 0, 0])

type Behaviour = Callable[
    [asyncio.StreamReader, asyncio.StreamWriter], Awaitable[object]
]


@asynccontextmanager
async def broker(behave: Behaviour) -> AsyncIterator[ConnectionSettings]:
    """Serve TLS; `behave` is called when a client has sent its CONNECT."""
    credentials = certificate.make(SERIAL)
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        tasks.add(task)
        try:
            await reader.read(1)
            await behave(reader, writer)
        except OSError, asyncio.CancelledError:
            pass
        finally:
            writer.transport.abort()

    server = await asyncio.start_server(
        serve, "127.0.0.1", 0, ssl=credentials.server_context()
    )
    try:
        port = server.sockets[0].getsockname()[1]
        yield ConnectionSettings(
            "127.0.0.1",
            "12345678",
            SERIAL,
            mqtt_port=port,
            certificate=credentials.certificate,
        )
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await server.wait_closed()
