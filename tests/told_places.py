"""Asset files as their reader hands them over, and a directory of few postcodes, for Elmshire."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import places

from data.postcodes import Found, normalise
from data.provenance import Provenance
from data.sources.base import AssetSource, SourceKind
from geo.area_table import IDENTITY, AreaTable, make_status

TEXT = [
    *("name", "kind", "detail", "address", "postcode", "located_by", "identifier", "establishment"),
]
PEDIGREE = Provenance("File 7", "MHCLG", "OGL", "2025", "LSOA 2021", "f7.csv", "ab12", "(c)", ("joined",))


def record(
    name: str | None, x: float | None = None, y: float | None = None, **more: object
) -> dict[str, object]:
    """One row of an asset file: metres from Elmshire's corner, a library when nothing else is said."""
    east = None if x is None else places.WEST + x
    north = None if y is None else places.SOUTH + y
    by = "postcode" if x is None else "coordinates"
    return {"name": name, "kind": "library", "easting_m": east, "northing_m": north, "located_by": by, **more}


class FileSource(AssetSource):
    """An asset file that was never on disk."""

    sha256 = "cd34"


def source(
    file: str, rows: Sequence[dict[str, object]], rejected: Sequence[tuple[int, str, str]] = ()
) -> AssetSource:
    """An asset file with rows, and those that its reader rejected; a row is where it stands in the list."""
    numbers = ["sessions_a_week", "easting_m", "northing_m"]
    frame = pd.DataFrame(list(rows), columns=[*TEXT, *numbers])
    frame = frame.astype({**dict.fromkeys(TEXT, "string"), **dict.fromkeys(numbers, float)})
    return FileSource(
        path=Path("elmshire") / file,
        kind=SourceKind.ASSETS,
        entry="boundaries",
        edition="2025",
        area_kind=None,
        frame=frame,
        rows=len(frame) + len(rejected),
        rejected=pd.DataFrame(list(rejected), columns=["row", "value", "reason"]),
    )


class Directory:
    """A directory that knows some postcodes: metres from Elmshire's corner, and what became of each."""

    def __init__(self, known: dict[str, tuple[float, float, Found]] | None = None) -> None:
        self.known = known or {}
        self.asked: list[str] = []

    def locate(self, values: pd.Series) -> pd.DataFrame:
        postcode = normalise(values)
        rows = []
        for typed, whole in zip(values, postcode, strict=True):
            if pd.isna(typed) or pd.isna(whole):
                rows.append((None, None, Found.EMPTY if pd.isna(typed) else Found.MALFORMED))
                continue
            x, y, found = self.known.get(whole, (None, None, Found.UNKNOWN))
            rows.append(
                (None if x is None else places.WEST + x, None if y is None else places.SOUTH + y, found)
            )
        made = pd.DataFrame(rows, columns=["easting_m", "northing_m", "found"], index=values.index)
        return made.astype({"easting_m": float, "northing_m": float}).assign(
            postcode=postcode, source="a test"
        )

    def suggest(self, text: str, most: int = 3) -> list[str]:
        self.asked.append(text)
        return sorted(self.known)[:most]


def elmshire(**columns: object) -> AreaTable:
    """Elmshire's areas with a column of people unless others are named."""
    areas = places.small_areas()
    columns = columns or {"pop_0_17": 300.0}
    frame = areas[[*IDENTITY, "geometry"]].astype(dict.fromkeys(IDENTITY, "string")).assign(**columns)
    return AreaTable(frame, make_status(frame), dict.fromkeys([*columns, "geometry"], PEDIGREE), "2021")
