"""What the Types page starts from: the build, its types and ways of working, and what is asked."""

from dataclasses import dataclass

from data.type_overrides import Override
from geo.area_table import AreaTable
from geo.builds import Build
from models.type_findings import TypeFindings
from models.type_frozen import FrozenTypes


@dataclass(frozen=True, eq=False)
class TypesScene:
    """What the page starts from.

    Attributes
    ----------
    build, areas
        The build, and its area table with its places laid over it.
    found
        Its types and ways of working, with what people gave in the place of what was found.
    overrides
        What people gave, with their reasons.
    before
        The types of last time; None where none were kept.
    dark
        Whether the page is dark.
    """

    build: Build
    areas: AreaTable
    found: TypeFindings
    overrides: tuple[Override, ...]
    before: FrozenTypes | None
    dark: bool
