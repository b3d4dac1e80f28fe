"""The real app on a free port, and a real browser before it: for the browser tests and the benchmark."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

PROJECT = Path(__file__).parent.parent
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

QUIET = ("--server.headless", "true", "--logger.hideWelcomeMessage", "false")
"""No window is opened, and Streamlit says that it answers once it does."""


def find_chromium() -> str | None:
    """Return the path of the system's Chromium, or None."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((path for name in names if (path := shutil.which(name))), None)


_ENDED: list[int] = []
"""The ports of apps that have ended."""


def free_port() -> int:
    """Return a port that nobody listens on: that of an app that has ended, whose files a browser has."""
    while _ENDED:
        port = _ENDED.pop()
        with socket.socket() as probe, suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return port
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running_app(
    script: Path,
    environment: Mapping[str, str],
    *options: str,
    port: int | None = None,
    as_started: bool = False,
) -> Iterator[int]:
    """Run a Streamlit app until the block ends, and give the port it answers on.

    Parameters
    ----------
    script
        The app, such as `app.py`.
    environment
        Variables beside those in force, such as `ATLAS_BUILD`.
    options
        Further options of `streamlit run`.
    port
        The port to answer on; a free one where none is given.
    as_started
        Whether it runs as `make app` starts it; else no window is opened.
    """
    port = port or free_port()
    command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.port", str(port)]
    process = subprocess.Popen(
        [*command, "--server.fileWatcherType", "none", *(() if as_started else QUIET), *options],
        cwd=PROJECT,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        wait_until_it_answers(process, "Prevention Atlas is at" if as_started else "URL:")
        wait_until_it_listens(port)
        yield port
    finally:
        process.terminate()
        process.communicate(timeout=60)
        _ENDED.append(port)


def wait_until_it_answers(process: subprocess.Popen[str], says: str) -> None:
    """Read what the server prints until it says that it is there."""
    heard = []
    for line in process.stdout or ():
        heard.append(line)
        if says in line:
            return
    raise RuntimeError("The server did not start:\n" + "".join(heard))


def wait_until_it_listens(port: int) -> None:
    """Wait until somebody takes calls on a port: the app says where it is a moment before."""
    for _ in range(100):
        with socket.socket() as caller:
            if caller.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError(f"Nobody listens on port {port}.")
