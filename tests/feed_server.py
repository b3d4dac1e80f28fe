"""The routes of the feed on a real server, in a thread, with a register of its own behind them."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import uvicorn
from starlette.applications import Starlette

from data.register.records import COMMAND_LINE, Place
from data.register.store import Register, open_register
from tests.register_places import CHARITY, SOURCE
from tests.small_builds import make_areas, make_build
from views.open_referral_routes import feed_routes


def make_register(folder: Path, places: tuple[Place, ...] = ()) -> Register:
    """A register beside a small build, with an organisation and what a file holds of some places."""
    make_build(folder / "build", make_areas({"pop_0_17": [300.0] * 16}))
    register = open_register(folder / "build", f"sqlite:///{folder / 'register.db'}")
    if places:
        register.save_organisation(COMMAND_LINE, replace(CHARITY, version=0))
        register.import_rows(COMMAND_LINE, SOURCE, [replace(p, contacts=(), services=()) for p in places])
    return register


@contextmanager
def running_feed(folder: Path) -> Iterator[str]:
    """Serve the feed of the register that `make_register` made in a folder; give its address."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ATLAS_BUILD", str(folder / "build"))
        patch.setenv("ATLAS_DATABASE_URL", f"sqlite:///{folder / 'register.db'}")
        listener = socket.create_server(("127.0.0.1", 0))  # who asks before it answers waits in its queue
        server = uvicorn.Server(uvicorn.Config(Starlette(routes=feed_routes()), log_level="warning"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}/openreferral"
        finally:
            server.should_exit = True
            thread.join(timeout=10)
            listener.close()
