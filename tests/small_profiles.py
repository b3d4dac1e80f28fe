"""Small areas that know enough for a whole profile, and profiles of them without a build."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from html.parser import HTMLParser

import geopandas as gpd
import pandas as pd

from geo.aggregate import LevelTable, aggregate_whole
from geo.area_table import AreaTable, make_status
from geo.nearest import nearest_by_kind
from geo.places import Places
from models.levels import CODE_COLUMNS, Level, LevelData, level_data
from models.need import overlay_need
from models.need_ranks import Need, domains_of, measure_need, with_need
from models.profile_setting import LIES_IN, Setting, settings_of
from models.profile_sheet import Sheet, make_sheet
from tests.small_builds import COUNCILS, make_areas, parts_of, provenance
from tests.small_places import varied_places, with_places

ENGLAND = 33_755
STEMS = (
    "imd",
    "idaci",
    "income",
    "education",
    "cyp",
    "adult_skills",
    "health",
    "crime",
    "barriers",
    "living",
)
COUNT = 32


def ranked_values(count: int = COUNT) -> dict[str, list[float | None]]:
    """National ranks, tenths, children and people of areas: each index orders them in its own way."""
    values: dict[str, list[float | None]] = {}
    for step, stem in enumerate(STEMS):
        order = [(n * (2 * step + 3) + step) % count for n in range(count)]
        ranks = [1.0 + at * (ENGLAND - 1) // max(count - 1, 1) for at in order]
        values[f"need_{stem}_rank"] = list(ranks)
        values[f"need_{stem}_decile"] = [float(-(-rank * 10 // ENGLAND)) for rank in ranks]
    values["pop_total"] = [1_500.0 + 10 * n for n in range(count)]
    values["pop_0_17"] = [250.0 + (n * 37) % 210 for n in range(count)]
    values["pop_0_4"] = [60.0 + n for n in range(count)]
    values["pop_iod_total"] = [1_400.0 + (n * 71) % 900 for n in range(count)]
    values["pop_iod_0_15"] = [200.0 + (n * 53) % 190 for n in range(count)]
    return values


def profiled_areas(
    localities: Mapping[str, slice] | None = None,
    without: tuple[str, ...] = (),
    councils: Mapping[str, str] | None = None,
    **options: object,
) -> AreaTable:
    """Make areas with every index, by default in two councils.

    Parameters
    ----------
    localities
        The rows of each locality, by its name.
    without
        Beginnings of columns to leave out.
    councils
        Council names by code.
    options
        Further options of `make_areas`; `values` takes the place of some columns.
    """
    values = {**ranked_values(), **options.pop("values", {})}  # type: ignore[dict-item]
    kept = {column: cells for column, cells in values.items() if not column.startswith(without or ("-",))}
    areas = make_areas(kept, councils=councils or COUNCILS, **options)  # type: ignore[arg-type]
    return with_localities(areas, localities) if localities else areas


def with_localities(areas: AreaTable, localities: Mapping[str, slice]) -> AreaTable:
    """Put rows of areas into localities of these names."""
    names = pd.Series(pd.NA, index=areas.frame.index, dtype="string")
    for name, rows in localities.items():
        names.iloc[rows] = name
    columns = pd.DataFrame({"locality_code": names, "locality_name": names})
    frame = gpd.GeoDataFrame(areas.frame.join(columns), crs=areas.frame.crs)
    status = areas.status.join(make_status(columns))
    pedigrees = dict.fromkeys(columns.columns, provenance("Localities"))
    return replace(areas, frame=frame, status=status, provenance={**areas.provenance, **pedigrees})


def renamed(areas: AreaTable, name: str, *columns: str) -> AreaTable:
    """Give all areas, wards or councils one name."""
    return replace(areas, frame=areas.frame.assign(**dict.fromkeys(columns, name)))


def laid_over(areas: AreaTable) -> AreaTable:
    """Lay libraries, family hubs and combined need over areas."""
    count = len(areas.frame)
    return overlay_need(
        with_places(
            areas,
            {"library": [2.0, *[0.0] * (count - 1)], "family_hub": [1.0] * count},
            {"library": [5.0 + n for n in range(count)], "family_hub": [12.0 + n for n in range(count)]},
            {
                "library": [1.0] * 11 + [0.0] * (count - 11),
                "family_hub": [1.0] * 4 + [0.0] * (count - 4),
            },
        )
    )


@dataclass(frozen=True)
class Same:
    """A table told from others by which one it is, so that what is made of it is made once."""

    table: AreaTable

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and self.table is other.table

    def __hash__(self) -> int:
        return id(self.table)


@lru_cache(maxsize=16)
def data_once(same: Same, level: Level) -> LevelData:
    """The values of a level, made once."""
    return level_data(same.table, level)


@lru_cache(maxsize=16)
def whole_once(same: Same) -> LevelTable:
    """The whole of a table, made once."""
    return aggregate_whole(same.table)


def ranked_at(areas: AreaTable, level: Level) -> tuple[LevelData, Need | None]:
    """The values of a level with need ranked, where there is combined need."""
    data = data_once(Same(areas), level)
    if not domains_of(data):
        return data, None
    need = measure_need(data)
    return with_need(data, need), need


def above_of(areas: AreaTable, level: Level) -> dict[Level, LevelData]:
    """The values of what a level lies in, where the areas know it."""
    known = [upper for upper in LIES_IN.get(level, ()) if areas.frame[CODE_COLUMNS[upper]].notna().any()]
    return {upper: data_once(Same(areas), upper) for upper in known}


def settings_in(areas: AreaTable, level: Level, code: str) -> list[Setting]:
    """What a shape lies in."""
    return settings_of(areas, above_of(areas, level), whole_once(Same(areas)), level, code)


def sheet_of(areas: AreaTable, level: Level, code: str, places: gpd.GeoDataFrame | None = None) -> Sheet:
    """The profile of one shape of areas that places and need have been laid over."""
    data, need = ranked_at(areas, level)
    return make_sheet(
        areas,
        data,
        code,
        need,
        above_of(areas, level),
        whole_once(Same(areas)),
        _near(areas, code, varied_places(areas) if places is None else places)
        if level is Level.AREA
        else None,
    )


def _near(areas: AreaTable, code: str, places: gpd.GeoDataFrame) -> pd.DataFrame:
    build = parts_of(areas, Places(places, {file: provenance(file) for file in places["file"].unique()}))
    return nearest_by_kind(build, code, 10_000.0)


class Elements(HTMLParser):
    """The elements of a piece of HTML as a browser reads it, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        """Note a text."""
        self.texts.append(data)

    @property
    def names(self) -> set[str]:
        """The names of the elements."""
        return {tag for tag, _ in self.tags}

    @property
    def text(self) -> str:
        """All text, one space between words."""
        return " ".join(" ".join(self.texts).split())
