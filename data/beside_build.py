"""A small file of JSON that stands beside a build and not in it: building anew leaves it as it is.

One writer at a time reads it and writes it whole. Who reads it meanwhile sees it before or after, never half.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

from filelock import FileLock

from data.errors import RegisterError, SourceError
from data.whole_files import write_whole

LOCK_WAIT_S: Final = 20.0
MOST_BYTES: Final = 3_000_000
_HALF_WRITTEN: Final = r"\.{}\.[a-z0-9_]{{8}}"
"""How a file is called that a writer was about to put in the place of another when it was ended."""


Entry = TypeVar("Entry")


def beside(build: Path, name: str) -> Path:
    """Return the file of a name that stands beside the folder of a build."""
    folder = build.resolve()
    return folder.with_name(f"{folder.name}.{name}.json")


@dataclass(frozen=True)
class BesideBuild:
    """A file beside a build.

    Attributes
    ----------
    path
        Where it stands.
    what
        What it holds, to follow "The": "saved plans".
    short
        The same in a word or two, to follow "as": "plans".
    format
        The number of its layout; a higher one was written by a later version of this tool.
    """

    path: Path
    what: str
    short: str
    format: int

    def read(self) -> Mapping[str, Any] | None:
        """Return what it holds; None where there is no such file.

        Raises
        ------
        SourceError
            When it is damaged, cannot be read, or was written by a later version.
        """
        try:
            with self.path.open("rb") as file:
                content = file.read(MOST_BYTES + 1)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise SourceError(
                f"{self.path.name} cannot be read: {error.strerror or error}.", "Check that you may read it."
            ) from error
        if len(content) > MOST_BYTES:
            raise self.damaged(f"it is larger than {MOST_BYTES // 1_000_000} MB")
        try:
            document = json.loads(content)
        except (ValueError, RecursionError) as error:
            raise self.unlike() from error
        made = document.get("format") if isinstance(document, dict) else None
        if isinstance(made, int) and made > self.format:
            raise SourceError(
                f"The {self.what} cannot be read: a later version of Prevention Atlas wrote "
                f"{self.path.name}.",
                "Update Prevention Atlas, or move the file away to begin anew. It is left as it is.",
            )
        if made != self.format:
            raise self.unlike()
        found: Mapping[str, Any] = document
        return found

    def read_list(self, name: str, entry_of: Callable[[Any], Entry]) -> tuple[Entry, ...]:
        """Return the entries of the list that it holds under a name; none where there is no such file.

        Parameters
        ----------
        name
            Under which the list stands.
        entry_of
            Makes an entry of what stands there; it raises a `ValueError`, `TypeError`, `KeyError` or
            `RegisterError` for what is none.

        Raises
        ------
        SourceError
            See `read`; and when an entry is none.
        """
        document = self.read()
        if document is None:
            return ()
        try:
            entries = document[name]
            if not isinstance(entries, list):
                raise TypeError(f"no list of {name}")
            return tuple(entry_of(entry) for entry in entries)
        except (ValueError, TypeError, KeyError, RegisterError) as error:
            raise self.unlike() from error

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Let one writer at a time read it and write it.

        Raises
        ------
        SourceError
            When another holds it for too long, or its folder cannot be written to.
        """
        lock = FileLock(self.path.with_name(f".{self.path.name}.lock"), timeout=LOCK_WAIT_S)
        try:
            lock.acquire()
        except OSError as error:  # a lock that does not come free in time is one too
            raise self._unwritten(error) from error
        try:
            yield
        finally:
            lock.release()

    def write(self, content: Mapping[str, Any]) -> None:
        """Put content in its place, by whoever is alone with it.

        Raises
        ------
        SourceError
            When it cannot be written, or is more than can be read again; the file is then as it was.
        """
        text = json.dumps({"format": self.format, **content}, indent=1, allow_nan=False)
        if len(text) >= MOST_BYTES:  # every sign of it is one byte
            raise SourceError(
                f"{self.path.name} would be larger than {MOST_BYTES // 1_000_000} MB.",
                "Take out what is not needed any more.",
            )
        name = re.compile(_HALF_WRITTEN.format(re.escape(self.path.name)))
        try:
            write_whole(self.path, f"{text}\n")
            for left in [file for file in self.path.parent.iterdir() if name.fullmatch(file.name)]:
                left.unlink()  # what a writer left that was ended: whoever is alone is the only one
        except OSError as error:
            raise self._unwritten(error) from error

    def damaged(self, why: str) -> SourceError:
        """Return the error that says that it is damaged."""
        return SourceError(
            f"The {self.what} cannot be read: {self.path.name} is damaged ({why}).",
            f"Put {self.path.name} back from a copy, or move it away to begin anew. It is left as it is.",
        )

    def unlike(self) -> SourceError:
        """Return the error that says that it holds something else."""
        return self.damaged(f"it does not read as {self.short}")

    def _unwritten(self, error: OSError) -> SourceError:
        return SourceError(
            f"{self.path.name} cannot be written: {error.strerror or error}.",
            "Check that the app may write beside its build, and that nobody else holds the file.",
        )
