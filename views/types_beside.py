"""What stands beside a build for the Types page: what people gave, and the types that were kept.

A file that cannot be read is said, and the page goes on without it.
"""

from dataclasses import dataclass

from data.errors import AtlasError
from data.type_overrides import Override, read_overrides
from geo.builds import Build
from models.type_frozen import FrozenTypes
from models.type_kept import KeptTypes, read_kept
from models.words import joined


@dataclass(frozen=True)
class Beside:
    """What stands beside a build.

    Attributes
    ----------
    overrides
        What people gave, with their reasons.
    kept
        The types that were kept; None where none were.
    overrides_fault, kept_fault
        Why they cannot be read, in words; empty where they can.
    """

    overrides: tuple[Override, ...] = ()
    kept: KeptTypes | None = None
    overrides_fault: str = ""
    kept_fault: str = ""

    @property
    def before(self) -> FrozenTypes | None:
        """The types of last time, whose letters and names stay; None where none were kept."""
        return None if self.kept is None else self.kept.frozen

    @property
    def faults(self) -> tuple[str, ...]:
        """What cannot be read, and what the page does without it."""
        told = {
            "Nothing that was overruled is shown.": self.overrides_fault,
            "Letters and names are given as if no types were kept.": self.kept_fault,
        }
        return tuple(f"{fault} {without}" for without, fault in told.items() if fault)


def read_beside(build: Build) -> Beside:
    """Read what stands beside a build."""
    overrides: tuple[Override, ...] = ()
    kept, overrides_fault, kept_fault = None, "", ""
    try:
        overrides = read_overrides(build.path)
    except AtlasError as error:
        overrides_fault = words_of(error)
    try:
        kept = read_kept(build.path, build.areas.tier)
    except AtlasError as error:
        kept_fault = words_of(error)
    return Beside(overrides, kept, overrides_fault, kept_fault)


def words_of(error: AtlasError) -> str:
    """Return what is wrong and what to do, in one text."""
    return joined(error.message, error.hint or "")
