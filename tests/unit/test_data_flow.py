"""The data-flow sheet says what is stored, and is made from it."""

from dataclasses import replace
from pathlib import Path

import pytest

from data.errors import DisclosureError
from geo.builds import open_build, save_build
from geo.demand import SCHEMAS
from models.data_flow import data_flow_sheet, kept_table
from models.release_rule import release_plan
from tests.small_builds import make_areas, make_build
from tests.small_releases import demand_of, places_of, random_counts


def test_every_stored_table_and_every_released_one_is_named(tmp_path: Path) -> None:
    areas = make_areas({"pop_0_17": [300.0] * 16})
    build = make_build(tmp_path / "build", areas)
    demand = demand_of(places_of(16, 4), random_counts(1, 16, 2.0, 36))
    save_build(tmp_path / "internal", replace_parts(build, demand))
    sheet = data_flow_sheet(open_build(tmp_path / "internal"))
    assert all(f"| {name} |" in sheet for name in SCHEMAS)
    assert all(f"demand_{name}.parquet" in sheet for name in SCHEMAS)
    assert all(table.words in sheet for table in release_plan().tables)
    assert "2099-01-01" in sheet
    assert "OFFICIAL-SENSITIVE" in sheet
    assert str(tmp_path) not in sheet
    assert demand.files[0] not in sheet


def replace_parts(build, demand):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """The parts of a build with a demand."""
    from geo.builds import BuildParts

    names = ("areas", "outlines", "places", "starts", "series", "events")
    return BuildParts(**{n: getattr(build, n) for n in names}, report={}, demand=demand)


def test_the_share_in_ones_is_that_of_the_table() -> None:
    demand = demand_of(places_of(16, 4), random_counts(1, 16, 2.0, 36))
    table = demand.tables["ward_need"]
    ones = (table["referrals"] == 1).sum() / table["referrals"].sum()
    assert kept_table(demand).loc["ward_need", "in_ones"] == pytest.approx(ones)
    assert kept_table(demand).loc["periods", "grain"] == "referrals: months"
    empty = replace(demand, tables={**demand.tables, "ward_need": table.iloc[:0]})
    assert str(kept_table(empty).loc["ward_need", "in_ones"]) == "nan"


def test_a_build_without_counts_has_no_sheet(tmp_path: Path) -> None:
    build = make_build(tmp_path / "build", make_areas({"pop_0_17": [300.0] * 8}))
    with pytest.raises(DisclosureError, match="no data of children"):
        data_flow_sheet(build)
