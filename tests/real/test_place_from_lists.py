"""`atlas place` on Trafford with its published schools and libraries as a list of candidates."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from geo.builds import Build
from views import cli

pytestmark = pytest.mark.real

LISTS = ("trafford_schools_and_colleges.csv", "gm_libraries.csv")

Ask = Callable[..., dict[str, Any]]


@pytest.fixture
def ask(trafford_build: Build, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Ask:
    """Ask for two hubs within 15 minutes, and give the one object that is printed."""

    def call(*arguments: object) -> dict[str, Any]:
        told = map(str, ("atlas", "place", trafford_build.path, "--minutes", 15, "--json", *arguments))
        monkeypatch.setattr(sys, "argv", list(told))
        with pytest.raises(SystemExit) as ended:
            cli.main()
        assert not ended.value.code
        return json.loads(capsys.readouterr().out)

    return call


@pytest.fixture
def candidates(greater_manchester: Path, tmp_path: Path) -> Path:
    """The published schools of Trafford and libraries of Greater Manchester as one list."""
    columns = ["name", "type", "postcode", "lon", "lat"]
    lists = [pd.read_csv(greater_manchester / "assets" / name)[columns] for name in LISTS]
    pd.concat(lists).to_csv(tmp_path / "candidates.csv", index=False)
    return tmp_path / "candidates.csv"


def test_a_list_gives_what_the_same_buildings_of_the_build_give(ask: Ask, candidates: Path) -> None:
    by_list, by_build = ask("--candidates", candidates), ask("--buildings", "library,school")
    assert by_list["proven"]
    assert by_list["candidates"] == by_build["candidates"] > 100
    assert by_list["objective"] == by_list["bound"] == by_build["objective"] > by_list["before"] > 0
    assert by_list["coverage_by_quintile"] == by_build["coverage_by_quintile"]
    assert [site["name"] for site in by_list["sites"]] == [site["name"] for site in by_build["sites"]]
    assert len(by_list["sites"]) == 2


def test_how_many_pupils_a_published_list_tells_is_not_how_many_a_hub_has_room_for(
    ask: Ask, greater_manchester: Path
) -> None:
    schools = greater_manchester / "assets" / LISTS[0]
    assert pd.read_csv(schools)["capacity"].median() > 100
    assert ask("--candidates", schools)["objective"] == ask("--buildings", "school")["objective"]
