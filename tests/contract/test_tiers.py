"""Only the release makes anything shared; writers stamp their tier, and a shared build refuses internal."""

import ast
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from data.errors import DisclosureError
from data.provenance import Tier
from geo.builds import Build, BuildParts, open_build, save_build
from geo.released import Released
from models.classes import classify
from models.levels import Level, level_data
from models.publish import publish
from models.release_rule import release_plan
from tests.small_builds import make_areas, make_build
from tests.small_releases import areas_with, demand_of, places_of, random_counts
from views import tables

PROJECT = Path(__file__).parent.parent.parent
MAKER = PROJECT / "models" / "disclosure.py"
MODULES = sorted(p for layer in ("data", "geo", "models", "views") for p in (PROJECT / layer).rglob("*.py"))
PARTS = (
    "areas",
    "outlines",
    "places",
    "starts",
    "series",
    "events",
    "report",
    "demand",
    "released",
)


def uses_of_shared(path: Path) -> list[ast.Attribute]:
    """Where a module names `Tier.SHARED` other than to compare with it."""
    text = path.read_text(encoding="utf-8")
    if "SHARED" not in text:  # What is not written there need not be looked for in its tree.
        return []
    tree = ast.parse(text)
    compared = {
        id(part) for node in ast.walk(tree) if isinstance(node, ast.Compare) for part in ast.walk(node)
    }
    keys = {id(key) for node in ast.walk(tree) if isinstance(node, ast.Dict) for key in node.keys}
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr == "SHARED" and id(node) not in compared | keys
    ]


def test_one_module_alone_makes_anything_shared() -> None:
    makers = {p for p in MODULES if p.name != "provenance.py" and uses_of_shared(p)}
    assert makers == {MAKER}


def test_a_tier_is_made_of_text_by_readers_of_files_alone() -> None:
    """`Tier("shared")` would be another way: it stands where a file is opened that says so itself."""
    readers = set()
    for path in MODULES:
        text = path.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(text)) if "Tier" in text else ():
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Tier":
                assert not isinstance(node.args[0], ast.Constant), path
                readers.add(path.relative_to(PROJECT).as_posix())
    assert readers <= {
        "data/register/decision_json.py",
        "geo/area_table.py",
        "geo/places.py",
        "geo/demand.py",
        "geo/released.py",
        "models/type_frozen.py",
    }


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[Build, Build]:
    """An internal build and the shared one made of it."""
    folder = tmp_path_factory.mktemp("tiers")
    areas = make_areas({"pop_0_17": [300.0] * 24, "need_imd_rank": [float(n * 900 + 1) for n in range(24)]})
    demand = demand_of(places_of(24, 8), random_counts(4, 24, 0.9, 36))
    plain = make_build(folder / "plain", areas)
    kept = {n: getattr(plain, n) for n in ("outlines", "places", "starts", "series", "events", "report")}
    save_build(folder / "internal", BuildParts(areas=areas_with(areas, demand), demand=demand, **kept))
    internal = open_build(folder / "internal")
    publish(internal, folder / "shared", "Eastham", plan=replace(release_plan(), seconds=2.0))
    return internal, open_build(folder / "shared")


INTERNAL_PARTS: dict[str, Callable[[Build, Build], dict[str, object]]] = {
    "areas": lambda internal, _: {"areas": internal.areas},
    "places": lambda internal, _: {"places": internal.places},
    "demand": lambda internal, _: {"demand": internal.demand},
    "report": lambda internal, _: {"report": internal.report},
    "report with demand": lambda _, shared: {"report": {**shared.report, "demand": {}}},
    "no release": lambda *_: {"released": None},
    "unreleased figures": lambda _, shared: {"released": internal_figures(shared)},
}


def internal_figures(shared: Build) -> Released:
    assert shared.released is not None
    return replace(shared.released, tier=Tier.INTERNAL)


@pytest.mark.parametrize("part", INTERNAL_PARTS)
def test_a_shared_build_refuses_an_internal_part(
    both: tuple[Build, Build], tmp_path: Path, part: str
) -> None:
    internal, shared = both
    kept = {name: getattr(shared, name) for name in PARTS}
    with pytest.raises(DisclosureError, match="atlas publish"):
        save_build(tmp_path / "out", BuildParts(**{**kept, **INTERNAL_PARTS[part](internal, shared)}))
    assert not (tmp_path / "out").exists()


def test_what_was_published_can_be_saved_again(both: tuple[Build, Build], tmp_path: Path) -> None:
    _, shared = both
    save_build(tmp_path / "out", BuildParts(**{name: getattr(shared, name) for name in PARTS}))
    again = open_build(tmp_path / "out")
    assert again.areas.content_hash == shared.areas.content_hash
    assert again.released is not None
    pd.testing.assert_frame_equal(again.released.frame, both[1].released.frame)  # type: ignore[union-attr]


def test_figures_that_were_not_released_are_not_written(both: tuple[Build, Build], tmp_path: Path) -> None:
    with pytest.raises(DisclosureError):
        internal_figures(both[1]).save(tmp_path)
    assert not list(tmp_path.iterdir())


def test_every_writer_stamps_the_tier(both: tuple[Build, Build]) -> None:
    for build, tier in zip(both, ("internal", "shared"), strict=True):
        stamps = {
            "areas.parquet": b"atlas",
            "places.parquet": b"atlas_places",
        }
        stamps |= {f"{p.name}": b"atlas_demand" for p in build.path.glob("demand_*.parquet")}
        stamps |= {f"{p.name}": b"atlas_released" for p in build.path.glob("released.parquet")}
        assert len(stamps) == (7 if tier == "internal" else 3)
        for name, key in stamps.items():
            said = (pq.read_schema(build.path / name).metadata or {})[key].decode()
            assert f'"tier": "{tier}"' in said, name
        data = level_data(build.areas, Level.AREA)
        assert data.tier.value == tier
        assert level_data(build.areas, Level.WARD).tier.value == tier
        csv = tables.places_to_csv(build.places.frame, build.places.provenance, build.areas.tier)
        assert b"tier" in csv


def test_a_download_is_a_slice_of_its_own_tier(both: tuple[Build, Build]) -> None:
    for build, tier in zip(both, ("internal", "shared"), strict=True):
        data = level_data(build.areas, Level.AREA)
        entry = build.areas.dictionary["demand_referrals_12m"]
        text = tables.to_csv(classify(data, entry), data).decode("utf-8-sig")
        assert tier in text
        lines = text.splitlines()
        assert all(line.rstrip().endswith(tier) or tier in line for line in lines[1:])
