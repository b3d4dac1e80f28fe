"""Patches of Greater Manchester: each hangs together, is of the size, and lies inside its council."""

from libpysal.graph import Graph

from geo.builds import Build
from geo.neighbours import neighbours_of
from models.type_patches import patches_of

ALIKE_BY = ["need_imd_score", "need_crime_score", "need_barriers_score"]


def test_greater_manchester_is_divided_whole(gm_build: Build) -> None:
    frame = gm_build.areas.frame
    beside: Graph = neighbours_of(frame.geometry)
    found = patches_of(frame[ALIKE_BY], beside, frame["pop_total"], within=frame["la_code"])
    assert found.frame["patch"].notna().all()
    assert set(found.table["fit"]) == {"fits"}
    sizes = frame["pop_total"].groupby(found.frame["patch"]).sum()
    assert sizes.between(5_000, 10_000).all()
    assert (frame["la_code"].groupby(found.frame["patch"]).nunique() == 1).all()
    for _, members in found.frame.groupby("patch"):
        assert beside.subgraph(members.index).n_components == 1
    assert found.alike > 0.8
