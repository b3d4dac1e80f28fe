"""Read a p-median instance of the OR-Library: a graph of vertices, and how many of them are chosen.

The first line says how many vertices and edges there are and how many are chosen; then comes an edge a line,
as two vertices, counted from 1, and a length. Where an edge is there twice the later length stands.

Source: J. E. Beasley, OR-Library: distributing test problems by electronic mail, Journal of the Operational
Research Society 41, 1990; people.brunel.ac.uk/~mastjjb/jeb/orlib/pmedinfo.html.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from data.errors import SourceError

MOST_VERTICES: Final = 5_000
"""More would need a table of more than 200 MB of the ways between all of them."""

MOST_BYTES: Final = 50_000_000
"""No instance of the library is larger than 1 MB."""

SHAPE: Final = (
    "The first line says how many vertices and edges there are and how many vertices are chosen; "
    "then comes an edge a line: two vertices, counted from 1, and a length."
)
_SHOWN: Final = 5
_WHOLE: Final = re.compile(r"\d{1,9}")
_LENGTH: Final = re.compile(r"\d{1,9}(\.\d{1,9})?")


@dataclass(frozen=True, eq=False)
class MedianGraph:
    """A connected graph, and how many of its vertices are chosen.

    Attributes
    ----------
    vertices, chosen
        How many vertices there are, and how many are chosen.
    ends
        The two vertices of each edge, counted from 0: one row an edge, each edge once, the lower vertex
        first.
    length
        The length of each edge.
    """

    vertices: int
    chosen: int
    ends: npt.NDArray[np.intp]
    length: npt.NDArray[np.float64]


def read_orlib(file: Path) -> MedianGraph:
    """Read an instance.

    Raises
    ------
    SourceError
        When the file is not there, or is no such instance: with all that is wrong, and where.
    """
    lines = _lines_of(file)
    if not lines:
        raise SourceError(f"{file.name} is empty.", SHAPE)
    vertices, edges, chosen = _sizes_of(file, *lines[0])
    lengths: dict[tuple[int, int], float] = {}
    faults = []
    for number, line in lines[1:]:
        edge = _edge_of(line, vertices)
        if isinstance(edge, str):
            faults.append(f"line {number:,}: {edge}")
        else:
            one, other, length = edge
            lengths[min(one, other), max(one, other)] = length
    if len(lines) - 1 != edges:
        faults.append(f"there are {len(lines) - 1:,} edges, and the first line says {edges:,}")
    if faults:
        more = f"; and {len(faults) - _SHOWN:,} more" if len(faults) > _SHOWN else ""
        raise SourceError(f"{file.name} cannot be used: {'; '.join(faults[:_SHOWN])}{more}.", SHAPE)
    ends = np.array(list(lengths), dtype=np.intp).reshape(-1, 2) - 1
    _require_connected(file, vertices, ends)
    return MedianGraph(vertices, chosen, ends, np.array(list(lengths.values()), dtype=float))


def _lines_of(file: Path) -> list[tuple[int, str]]:
    """Return the lines of a file that are not empty, with their numbers."""
    try:
        with file.open("rb") as stream:
            content = stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise SourceError(
            f"{file} cannot be read: {error.strerror}.", "Look at its name and whether you may read it."
        ) from error
    if len(content) > MOST_BYTES:
        raise SourceError(f"{file.name} is larger than {MOST_BYTES / 1e6:,.0f} MB.", SHAPE)
    if not content.isascii() or b"\0" in content:
        raise SourceError(f"{file.name} is no plain text.", SHAPE)
    lines = content.decode("ascii").splitlines()
    return [(number, line) for number, line in enumerate(lines, start=1) if line.strip()]


def _sizes_of(file: Path, number: int, line: str) -> tuple[int, int, int]:
    """Return what the first line says."""
    cells = line.split()
    if len(cells) != 3 or not all(_WHOLE.fullmatch(cell) for cell in cells):
        raise SourceError(f"Line {number:,} of {file.name} is not three whole numbers.", SHAPE)
    vertices, edges, chosen = map(int, cells)
    if not 1 <= chosen <= vertices:
        raise SourceError(f"{file.name} says that {chosen:,} of {vertices:,} vertices are chosen.", SHAPE)
    if vertices > MOST_VERTICES:
        raise SourceError(
            f"{file.name} has {vertices:,} vertices, and more than {MOST_VERTICES:,} are not read.",
            "Take a smaller instance; those of the library have up to 900.",
        )
    return vertices, edges, chosen


def _edge_of(line: str, vertices: int) -> tuple[int, int, float] | str:
    """Return the vertices and the length of an edge, or what is wrong with it."""
    cells = line.split()
    if len(cells) != 3 or not all(_WHOLE.fullmatch(cell) for cell in cells[:2]):
        return "not two vertices and a length"
    one, other = int(cells[0]), int(cells[1])
    if not (1 <= one <= vertices and 1 <= other <= vertices):
        return f"a vertex that is not between 1 and {vertices:,}"
    if not _LENGTH.fullmatch(cells[2]):
        return "a length that is no number of 0 or more"
    return one, other, float(cells[2])


def _require_connected(file: Path, vertices: int, ends: npt.NDArray[np.intp]) -> None:
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    graph = coo_array((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(vertices, vertices))
    parts, part = connected_components(graph, directed=False)
    if parts > 1:
        apart = np.flatnonzero(part != part[0]) + 1
        raise SourceError(
            f"{len(apart):,} of {vertices:,} vertices of {file.name} cannot be reached from vertex 1: "
            f"{', '.join(map(str, apart[:_SHOWN]))}{' and more' if len(apart) > _SHOWN else ''}.",
            "Each vertex has to be connected with every other.",
        )
