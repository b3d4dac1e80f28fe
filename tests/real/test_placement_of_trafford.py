"""Where two more family hubs would go in Trafford, against every pair counted from the published files."""

from dataclasses import dataclass, replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest

from geo.builds import Build
from models.placement import Placed, place
from models.placement_asked import Objective, Wanted
from models.placement_words import explain_placed

pytestmark = pytest.mark.real

MINUTES = 20.0
REACH_M = MINUTES * 4_800 / 60 / 1.3
AREAS_OF_ENGLAND = 33_755
TRAFFORD = "E08000009"
PAIR = Wanted("family_hub", sites=2, minutes=MINUTES, buildings=("library", "school"))
PAIR_FAIR = replace(PAIR, objective=Objective.FAIR)

Floats = npt.NDArray[np.float64]
Marks = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Counted:
    """Homes and buildings as the files have them: one row a building and one column a start in `near`."""

    names: list[str]
    near: Marks
    today: Marks
    children: Floats
    higher: Floats

    def pairs(self, weight: Floats) -> Floats:
        """What every two buildings bring within reach that is not there today."""
        new = self.near * (weight * ~self.today)
        alone = new.sum(axis=1)
        return alone[:, None] + alone - new @ self.near.T


def points(rows: pd.DataFrame) -> Floats:
    """Eastings and northings of rows with longitude and latitude."""
    there = gpd.GeoSeries.from_xy(rows["lon"], rows["lat"], crs=4326).to_crs(27700)
    return np.column_stack([there.x, there.y])


def within(there: Floats, homes: Floats) -> Marks:
    """Say of each place and home whether they are near enough, each pair measured."""
    apart = np.hypot(*(there[:, None, axis] - homes[:, axis] for axis in (0, 1)))
    return np.asarray(apart <= REACH_M)


@pytest.fixture(scope="module")
def counted(trafford_build: Build, greater_manchester: Path) -> Counted:
    """The published libraries and schools of Trafford, children's centres, children and ranks."""
    assets = greater_manchester / "assets"
    libraries = pd.read_csv(assets / "gm_libraries.csv").query("area_code == @TRAFFORD")
    schools = pd.read_csv(assets / "trafford_schools_and_colleges.csv")
    buildings = pd.concat([libraries, schools])[["name", "lon", "lat"]]
    hubs = pd.read_csv(assets / "trafford_childrens_centres.csv")
    ages = pd.read_csv(greater_manchester / "population" / "mid-year_2024_population_estimates_lsoa.csv")
    by_age = ages.query("sex == 'Persons'").set_index("area_code")[[str(age) for age in range(18)]]
    ranks = pd.read_csv(
        greater_manchester / "deprivation" / "File_3_IoD2025_Supplementary_Indices_IDACI_and_IDAOPI.csv"
    ).set_index("LSOA code (2021)")
    rank = ranks.filter(like="(IDACI) Rank").iloc[:, 0]
    starts = trafford_build.starts
    homes = np.column_stack([starts.geometry.x, starts.geometry.y])
    children = starts["weight"] * starts["area_code"].map(by_age.sum(axis=1))
    deprived = starts["area_code"].map(rank) <= 2 * AREAS_OF_ENGLAND / 5
    return Counted(
        names=buildings["name"].tolist(),
        near=within(points(buildings), homes),
        today=within(points(hubs), homes).any(axis=0),
        children=children.to_numpy(dtype=float),
        higher=children.where(deprived, 0.0).to_numpy(dtype=float),
    )


def gained(counted: Counted, placed: Placed, weight: Floats) -> float:
    """What the chosen buildings, looked up by name in the files, bring within reach."""
    rows = [counted.names.index(name) for name in placed.sites["name"]]
    return float(weight[counted.near[rows].any(axis=0) & ~counted.today].sum())


def test_no_other_pair_of_buildings_reaches_more_children(trafford_build: Build, counted: Counted) -> None:
    placed = place(trafford_build, PAIR)
    best = counted.pairs(counted.children).max()
    assert placed.answer is not None
    assert placed.answer.proven
    assert gained(counted, placed, counted.children) == pytest.approx(best)
    assert placed.figures.gained == pytest.approx(best)


def test_no_other_pair_is_fairer(trafford_build: Build, counted: Counted) -> None:
    placed = place(trafford_build, PAIR_FAIR)
    whole, part = counted.children.sum(), counted.higher.sum()
    even = counted.children / whole + counted.higher / part
    assert gained(counted, placed, even) == pytest.approx(counted.pairs(even).max())


def test_its_sentence_is_that_of_a_hand_count(trafford_build: Build, counted: Counted) -> None:
    placed = place(trafford_build, PAIR_FAIR)
    more, higher = (gained(counted, placed, weight) for weight in (counted.children, counted.higher))
    whole, before = counted.children.sum(), counted.children[counted.today].sum()
    first, second = placed.sites["name"]
    told = explain_placed(placed, trafford_build)
    assert told.text == (
        f"{first} and {second} would bring a family hub or children’s centre within 20 minutes’ walk of "
        f"{round(more):,} more children, taking reach from {before / whole:.0%} to "
        f"{(before + more) / whole:.0%}. {round(higher):,} of them live in England’s two most deprived "
        "fifths."
    )
    assert (
        told.caveats[0] == f"Proven best pair of {len(placed.problem.candidates.frame)} candidate buildings."
    )
    assert told.caveats[1] == "Straight-line distance × 1.3 at 4.8 km/h."
