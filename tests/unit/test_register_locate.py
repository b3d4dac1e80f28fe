"""An added place is located by postcode or point, without a network, and told where it cannot be."""

import math
from pathlib import Path

import places
import pytest
from shapely import Point

from data.errors import RegisterError
from geo.builds import Build
from geo.register_locate import buffer_of, directory_of, locate_point, locate_postcode
from tests.small_builds import SIDE_M, make_build, varied_areas

KNOWN = places.postcodes()


def test_a_postcode_lies_in_its_area(elmshire: Build) -> None:
    row = KNOWN.iloc[0]
    for typed in (row["pcds"], row["pcds"].lower().replace(" ", ""), f"  {row['pcds']}. "):
        found = locate_postcode(typed, directory_of(elmshire), elmshire)
        assert (found.easting_m, found.northing_m, found.postcode) == (row.iloc[1], row.iloc[2], row["pcds"])
        assert found.inside
    area = elmshire.areas.frame.loc[found.area_code]
    assert (found.area_name, found.ward_code) == (area["area_name"], area["ward_code"])
    assert (found.ward_name, found.la_name) == (area["ward_name"], area["la_name"])


@pytest.mark.parametrize(
    ("typed", "message", "hint"),
    [
        ("  ", "There is no postcode", "point at the place"),
        ("Mill Lane", "is not a postcode", "Look at it again"),
        ("x" * 10_000, "is not a postcode", "Look at it again"),
        (KNOWN["pcds"][0].replace("1", "I", 1), "is not a postcode", f"Did you mean {KNOWN['pcds'][0]}"),
        ("BT1 1AA", "Northern Ireland", "Look at it again"),
        ("SW1A 1AA", "outside Ashby Vale, Oakmere", "3.0 km beyond the border"),
    ],
)
def test_what_cannot_be_located_is_told_with_what_to_do(
    elmshire: Build, typed: str, message: str, hint: str
) -> None:
    with pytest.raises(RegisterError) as told:
        locate_postcode(typed, directory_of(elmshire), elmshire)
    assert message in told.value.message
    assert hint in (told.value.hint or "")
    assert len(told.value.message) < 200


def test_a_point_is_inside_near_or_too_far(elmshire: Build) -> None:
    west, south, _, _ = elmshire.areas.frame.total_bounds
    inside = locate_point(west + 10, south + 10, elmshire)
    assert inside.inside
    assert inside.postcode == ""
    near = locate_point(west - buffer_of(elmshire) + 1, south + 10, elmshire)
    assert not near.inside
    assert (near.ward_code, near.la_name) == ("", "")
    with pytest.raises(RegisterError, match=r"This point lies 3\.0 km outside"):
        locate_point(west - buffer_of(elmshire) - 1, south + 10, elmshire)


@pytest.mark.parametrize("wrong", [math.nan, math.inf])
def test_what_is_no_point_is_refused(elmshire: Build, wrong: float) -> None:
    with pytest.raises(RegisterError, match="no point on the map"):
        locate_point(wrong, 1.0, elmshire)


def test_a_point_on_an_edge_lies_in_the_area_with_the_lower_code(tmp_path: Path) -> None:
    build = make_build(tmp_path / "squares", varied_areas())
    shapes = build.areas.frame.geometry
    west, south, *_ = shapes.total_bounds
    corner = Point(west + SIDE_M, south + SIDE_M)
    assert shapes.intersects(corner).sum() == 4
    assert locate_point(corner.x, corner.y, build).area_code == min(shapes.index[shapes.intersects(corner)])


def test_the_directory_is_read_once_a_build(elmshire: Build) -> None:
    assert directory_of(elmshire) is directory_of(elmshire)
    assert [source.path.name for source in directory_of(elmshire).sources] == ["postcodes.csv"]
