"""A proxy that stands between browser and app and counts every byte of every connection, both ways.

A browser's own tools show WebSocket messages unpacked; what a network carries is counted here.
"""

import asyncio
import contextlib
import threading
from types import TracebackType
from typing import Self


class CountingProxy:
    """Forward a local port to another and count what passes. Use it as a context manager.

    Attributes
    ----------
    port
        The port to send the browser to.
    passed
        Bytes since the last `reset()`: requests, responses and WebSocket frames, as they are on the wire.
    """

    def __init__(self, target_port: int) -> None:
        self._target_port = target_port
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)
        self._listening = threading.Event()
        self.passed = 0
        self.port = 0

    def reset(self) -> None:
        """Count from 0 again."""
        self.passed = 0

    def __enter__(self) -> Self:
        self._thread.start()
        self._listening.wait()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._done.set)
        self._thread.join(timeout=10)

    async def _serve(self) -> None:
        self._loop, self._done = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._connect, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._listening.set()
        await self._done.wait()
        server.close()

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        app_reader, app_writer = await asyncio.open_connection("127.0.0.1", self._target_port)
        # A browser drops connections that it no longer needs, and the proxy all of them when it ends.
        with contextlib.suppress(ConnectionError, asyncio.CancelledError):
            await asyncio.gather(self._pass_on(reader, app_writer), self._pass_on(app_reader, writer))

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while chunk := await reader.read(65536):
                self.passed += len(chunk)
                writer.write(chunk)
                await writer.drain()
        finally:
            writer.close()
