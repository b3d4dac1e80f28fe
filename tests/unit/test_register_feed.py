"""A publication of Open Referral into the register: counts add up, nothing is lost, nothing comes twice."""

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from data.register.open_referral_offers import degrees_of
from data.register.records import COMMAND_LINE, Actor, Organisation, Role, State
from data.register.store import Register, open_register
from geo.builds import Build, open_build
from geo.register_counts import COUNTED, Imported
from geo.register_import import Said, import_files
from tests.register_places import CHARITY, key
from tests.small_builds import make_areas, make_build
from tests.small_register import place_in
from views import cli

TODAY = date(2026, 11, 28)
ANALYST = Actor("analyst@example.org", Role.ANALYST)
Write = Callable[..., Path]


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    return make_build(tmp_path_factory.mktemp("feed") / "build", make_areas({"pop_0_17": [300.0] * 16}))


@pytest.fixture
def register(tmp_path: Path) -> Register:
    return open_register(tmp_path, f"sqlite:///{tmp_path / 'register.db'}")


def service(build: Build, number: int, area: int = 0, **others: Any) -> dict[str, Any]:  # noqa: ANN401
    """A service at a location of its own in the middle of an area."""
    where = place_in(build.areas, build.areas.frame.index[area])
    ((latitude, longitude),) = degrees_of([where])
    location = {
        "id": key(f"feed location {number}"),
        "name": f"Hall {number}",
        "latitude": latitude,
        "longitude": longitude,
    } | others.pop("location", {})
    made = {
        "id": key(f"feed service {number}"),
        "name": f"Club {number}",
        "status": "active",
        "last_modified": "2026-10-05T08:00:00Z",
        "organization": {
            "id": key("feed organisation"),
            "name": "Eastham Clubs",
            "description": "Clubs",
            "organization_identifiers": [{"identifier_scheme": "GB-CHC", "identifier": "7654321"}],
        },
        "service_at_locations": [{"id": key(f"feed at {number}"), "location": location}],
    }
    return made | others


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes services as a page of a publication."""

    def write_page(services: list[dict[str, Any]], name: str = "clubs.json") -> Path:
        path = tmp_path / name
        path.write_text(json.dumps({"contents": services}), encoding="utf-8")
        return path

    return write_page


def bring(register: Register, build: Build, path: Path, **said: Any) -> Imported:  # noqa: ANN401
    done = import_files(register, build, ANALYST, [path], Said(**said), today=TODAY)
    for file in done.files:
        assert file.read == sum(getattr(file, name) for name in COUNTED[1:])
    return done


def test_a_publication_comes_in_once_with_who_runs_it(register: Register, build: Build, write: Write) -> None:
    services = [
        service(build, 1),
        service(build, 2, area=5),
        service(build, 3, status="defunct"),
        service(build, 4, location={"latitude": 51.5, "longitude": -0.1}),
        service(build, 5, name="Refuge drop-in"),
        service(build, 6, location={"latitude": None, "addresses": [{"postal_code": "ZE3 9ZZ"}]}),
    ]
    path = write(services)
    done = bring(register, build, path, publisher="Eastham Council")
    assert done.total == dict(zip(COUNTED, (6, 2, 0, 0, 0, 3, 1), strict=True))
    assert [(row.row, row.reason.split(" outside ")[0]) for row in done.rejected] == [
        (3, "not active (“defunct”)"),
        (4, "more than 3,000 m"),
        (6, "the postcode is in no source"),
    ]
    (file,) = done.files
    assert (file.dated, file.dated_by) == (date(2026, 10, 5), "by the newest day in it")
    places = register.published()
    assert {place.name for place in places} == {"Hall 1", "Hall 2"}
    assert all(place.ward_code and place.organisation_id for place in places)
    assert [one.name for one in register.organisations()] == ["Eastham Clubs"]
    (held,) = register.queue(COMMAND_LINE)
    assert (held.state, bool(held.held)) == (State.SUBMITTED, True)

    revision = register.revision()
    again = bring(register, build, path, publisher="Eastham Council")
    assert again.total == dict(zip(COUNTED, (6, 0, 0, 2, 0, 3, 1), strict=True))
    assert register.revision() == revision
    assert register.published() == places


def test_a_newer_publication_changes_what_changed_and_adds_nothing_twice(
    register: Register, build: Build, write: Write
) -> None:
    bring(register, build, write([service(build, 1), service(build, 2, area=5)]))
    before = {place.name: place for place in register.published()}
    changed = service(build, 2, area=5, name="Chess club", last_modified="2026-11-01T08:00:00Z")
    done = bring(register, build, write([service(build, 1), changed]))
    assert (done.total["added"], done.total["updated"]) == (0, 1)
    after = {place.name: place for place in register.published()}
    assert {name: place.id for name, place in after.items()} == {n: p.id for n, p in before.items()}
    assert [one.name for one in after["Hall 2"].services] == ["Chess club"]


def test_the_same_place_told_twice_keeps_the_services_of_both(
    register: Register, build: Build, write: Write
) -> None:
    twin = {"name": "Hall 1"}
    services = [service(build, 1), service(build, 2, location=twin), service(build, 3, location=twin)]
    for day, names in (("2026-10-05", "Club 1|Club 2|Club 3"), ("2026-11-05", "Club 1|Club 2|Club 3|Late")):
        extra = [service(build, 4, location=twin, name="Late")] if "Late" in names else []
        moved = [one | {"last_modified": f"{day}T00:00:00Z"} for one in services + extra]
        bring(register, build, write(moved))
        (place,) = register.published()
        assert "|".join(sorted(one.name for one in place.services)) == names


def test_a_place_that_is_there_is_a_duplicate(register: Register, build: Build, write: Write) -> None:
    known = place_in(build.areas, build.areas.frame.index[0], "Eastham Library", "library", id=key("there"))
    draft = register.submit(COMMAND_LINE, known).place
    register.publish(COMMAND_LINE, draft.id, draft.version)
    done = bring(register, build, write([service(build, 1, location={"name": "Eastham Library"})]))
    assert (done.total["duplicates"], done.total["added"]) == (1, 0)
    assert len(register.published()) == 1
    assert register.organisations() == ()


@pytest.mark.parametrize(
    "there",
    [
        replace(CHARITY, version=0, name="Clubs of Eastham", identifier="7654321"),
        replace(CHARITY, version=0, name="EASTHAM CLUBS", scheme="", identifier=""),
    ],
)
def test_an_organisation_that_is_there_is_not_added_again(
    register: Register, build: Build, write: Write, there: Organisation
) -> None:
    register.save_organisation(COMMAND_LINE, there)
    bring(register, build, write([service(build, 1)]))
    assert [(one.id, one.name) for one in register.organisations()] == [(there.id, there.name)]
    assert register.published()[0].organisation_id == there.id


def test_an_older_publication_is_refused_whole(register: Register, build: Build, write: Write) -> None:
    bring(register, build, write([service(build, 1)]), dated=date(2026, 11, 1))
    older = write([service(build, 2, area=5)])
    with pytest.raises(ValueError, match="imported before"):
        bring(register, build, older, dated=date(2026, 10, 1))
    assert len(register.published()) == 1
    with pytest.raises(ValueError, match="still to come"):
        bring(register, build, older, dated=date(2027, 1, 1))


def test_a_folder_of_a_feed_comes_in_by_the_command(
    build: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "feed" / "services"
    folder.mkdir(parents=True)
    for number in (1, 2):
        text = json.dumps(service(build, number, area=number))
        (folder / f"{number}.json").write_text(text, encoding="utf-8")
    url = f"sqlite:///{tmp_path / 'by_command.db'}"
    monkeypatch.setenv("ATLAS_DATABASE_URL", url)
    command = ["atlas", "register", "import", str(folder.parent), "--build", str(build.path), "--json"]
    told = []
    for _ in range(2):
        monkeypatch.setattr(sys, "argv", command)
        with pytest.raises(SystemExit) as ended:
            cli.main()
        assert not ended.value.code
        told.append(json.loads(capsys.readouterr().out))
    assert [(one["read"], one["added"], one["unchanged"]) for one in told] == [(2, 2, 0), (2, 0, 2)]
    assert len(open_register(build.path, url).published()) == 2
    assert open_build(build.path).areas.content_hash == build.areas.content_hash
