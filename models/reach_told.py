"""Whom a sentence on reach is about: children or areas, where they are, and what their wards are called."""

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from geo.area_table import AreaTable
from models.levels import CODE_COLUMNS, Level
from models.reach import REACHED, Reach
from models.reach_phrases import AREAS, Near, People, children_of
from models.words import where, who


@dataclass(frozen=True, eq=False)
class Told:
    """Whom a sentence on reach is about.

    Attributes
    ----------
    reach
        The reach of the areas that are told of.
    areas
        The table of all areas.
    level
        What is named: wards, localities or councils; wards where it is small areas.
    """

    reach: Reach
    areas: AreaTable
    level: Level

    @classmethod
    def of(cls, reach: Reach, areas: AreaTable, council: str, level: Level) -> "Told":
        """Tell of one council, or of all areas when it is empty."""
        wanted = Level.WARD if level is Level.AREA else level
        if not council:
            return cls(reach, areas, wanted)
        mine = areas.frame["la_code"].eq(council).fillna(False).to_numpy(dtype=bool)
        return cls(reach.of(areas.frame.index[mine]), areas, wanted)

    @cached_property
    def near(self) -> Near:
        """What near is."""
        return Near(self.reach.asked, self.reach.costs.means)

    @cached_property
    def measured(self) -> pd.Series:
        """Say of each area whether ways from any of its homes are known."""
        starts = self.reach.costs.starts["area_code"]
        index = self.reach.areas.index
        return pd.Series(index.isin(starts[self.reach.measured].unique()), index)

    @cached_property
    def has_children(self) -> bool:
        """Whether children are known in any area of which reach is."""
        return bool(self.reach.areas["children_out"].notna().any())

    @cached_property
    def people(self) -> People:
        """Whom the sentences count: children, or small areas where no children are known."""
        column = self.reach.children_column
        return children_of(who(self.areas.dictionary[column])) if column and self.has_children else AREAS

    @cached_property
    def frame(self) -> pd.DataFrame:
        """One row an area: how many there are, `all`, how many are out of reach, `out`, and its fifth.

        Both are missing where one of them is not known. An area counts as out of reach when more than half
        of its homes are.
        """
        mine = self.reach.areas
        if self.has_children:
            counts = pd.DataFrame({"all": mine["children"], "out": mine["children_out"]})
        else:
            counts = pd.DataFrame({"all": 1.0, "out": mine["gap"].ne(REACHED).astype(float)})
        told = self.reach.known & counts["out"].notna()
        return counts.where(told).assign(fifth=mine["fifth"])

    @cached_property
    def councils(self) -> pd.Series:
        """The name of each area's council, by area code."""
        return self.areas.frame.loc[self.reach.areas.index, "la_name"]

    @cached_property
    def where(self) -> str:
        """Where they live, if that has to be said: in the one council, or in those where reach is known."""
        named = self.areas.frame.loc[self.reach.areas.index, ["la_code", "la_name"]]
        told = named[self.reach.known.to_numpy()]
        councils, all_of_them = told["la_code"].nunique(), named["la_code"].nunique()
        if councils <= 1:
            return where(told)
        return "" if councils == all_of_them else f"{where(told)} where that is known"

    @cached_property
    def keys(self) -> pd.Series:
        """What each area is part of, among what is named, by area code: small areas where one has no ward."""
        codes = self.reach.areas.index
        column = CODE_COLUMNS[self.level]
        if column not in self.areas.frame or self.areas.frame.loc[codes, column].isna().any():
            return pd.Series(codes, codes, dtype="object")
        return self.areas.frame.loc[codes, column].astype("object")

    @cached_property
    def names(self) -> pd.DataFrame:
        """What is named: `name`, and `council`, empty where all is in one; by code."""
        by_area = self.keys.index.equals(pd.Index(self.keys))
        prefix = "area" if by_area else CODE_COLUMNS[self.level].removesuffix("_code")
        named = self.areas.frame.loc[self.keys.index]
        councils = named["la_name"].astype("object")
        several = self.level is Level.WARD and councils[self.reach.known.to_numpy()].nunique() > 1
        frame = pd.DataFrame(
            {
                "name": named[f"{prefix}_name"].astype("object").fillna(self.keys),
                "council": councils.fillna("") if several else "",
            },
            index=self.keys.index,
        )
        return frame.groupby(self.keys.to_numpy(), sort=True).first()

    def name(self, code: object, with_ward: bool = True) -> str:
        """Name what is in `keys`: a ward with its council where there are several."""
        name, council = self.names.loc[code, ["name", "council"]]
        by_area = self.keys.index.equals(pd.Index(self.keys))
        noun = " ward" if with_ward and self.level is Level.WARD and not by_area else ""
        return f"{name}{noun}{f' in {council}' if council else ''}"
