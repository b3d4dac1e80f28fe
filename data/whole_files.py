"""Write a file whole or not at all: who reads it meanwhile, or is cut short, never sees half of it."""

import os
import tempfile
from pathlib import Path
from typing import Final

OWNER_ONLY: Final = 0o600


def write_whole(path: Path, text: str, mode: int = OWNER_ONLY) -> None:
    """Put a text in UTF-8 in the place of a file: see `write_whole_bytes`."""
    write_whole_bytes(path, text.encode(), mode)


def write_whole_bytes(path: Path, content: bytes, mode: int = OWNER_ONLY) -> None:
    """Put a content in the place of a file, and return once it is on the disk.

    Parameters
    ----------
    path
        The file, there or not; its folder is there.
    content
        What it is to hold.
    mode
        Who may read and write it.

    Raises
    ------
    OSError
        When it cannot be written; the file is then as it was.
    """
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    new = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        new.chmod(mode)
        new.replace(path)
    except BaseException:
        new.unlink(missing_ok=True)
        raise
