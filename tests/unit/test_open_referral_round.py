"""What is written as Open Referral is read back as it was, for any places that a register can hold."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import hypothesis.strategies as st
from hypothesis import given

from data.asset_kinds import asset_kinds
from data.register.fields import ACCESSIBILITY, check_place
from data.register.open_referral_files import feed_files, write_feed_folder, zip_feed
from data.register.open_referral_offers import stand_in
from data.register.open_referral_pages import make_feed
from data.register.open_referral_read import OpenReferral, read_open_referral
from data.register.records import Contact, Opening, Organisation, Place, Service, State
from data.register.screen import screen_import
from tests.register_places import CHARITY, EVERYTHING, SOURCE, STALE_MONTHS, TODAY

WORDS = st.text("abcdefghij ÅÉß漢字'()&-=+@<", min_size=1, max_size=30).map(lambda text: f"Q{text}".strip())
IDS = st.uuids(version=4).map(str)
TIMES = st.tuples(st.integers(0, 23), st.integers(0, 59)).map(lambda t: f"{t[0]:02d}:{t[1]:02d}")
OPENINGS = st.builds(Opening, st.integers(0, 6), TIMES, TIMES).filter(lambda o: o.opens < o.closes)
AGES = st.lists(st.integers(0, 120) | st.none(), min_size=2, max_size=2).filter(
    lambda ages: None in ages or ages[0] <= ages[1]  # type: ignore[operator]
)
SERVICES = st.builds(
    lambda ages, **others: Service(minimum_age=ages[0], maximum_age=ages[1], **others),
    ages=AGES,
    id=IDS,
    name=WORDS,
    kind=st.sampled_from(list(asset_kinds())),
    description=WORDS | st.just(""),
    cost=WORDS.map(lambda text: f"£2 {text}") | st.just(""),
    free=st.none() | st.booleans(),
    accessibility=st.sets(st.sampled_from(list(ACCESSIBILITY))).map(tuple),
    openings=st.lists(OPENINGS, max_size=6).map(tuple),
    opening_note=WORDS | st.just(""),
)
CONTACTS = st.builds(
    Contact,
    id=IDS,
    role=WORDS | st.just(""),
    phone=st.sampled_from(["01632 960001", "01632 960002", ""]),
    email=st.sampled_from(["hello@example.org", "desk@example.org"]),
    consent=st.booleans(),
)
PLACES = st.builds(
    Place,
    id=IDS,
    version=st.just(1),
    state=st.just(State.PUBLISHED),
    name=WORDS,
    kind=st.sampled_from(list(asset_kinds())),
    detail=WORDS | st.just(""),
    organisation_id=st.sampled_from([CHARITY.id, ""]),
    address=st.tuples(WORDS, WORDS).map(lambda parts: f"1 {parts[0]}, {parts[1]} Town"),
    postcode=st.sampled_from(["ZE1 1AA", "M1 1AE", ""]),
    easting_m=st.floats(250_000, 550_000).map(lambda v: round(v, 2)),
    northing_m=st.floats(150_000, 550_000).map(lambda v: round(v, 2)),
    located_by=st.just("coordinates"),
    website=st.sampled_from(["https://example.org/a?b=c", ""]),
    last_confirmed=st.dates(date(2020, 1, 1), TODAY),
    updated_at=st.just(datetime(2026, 1, 1, tzinfo=UTC)),
    services=st.lists(SERVICES, max_size=3, unique_by=lambda s: s.id).map(tuple),
    contacts=st.lists(CONTACTS, max_size=3, unique_by=lambda c: (c.role, c.phone, c.email)).map(tuple),
)


def travel(places: tuple[Place, ...], folder: Path) -> OpenReferral:
    """Write places as files and read the files."""
    write_feed_folder(make_feed(places, (CHARITY,), (SOURCE,), TODAY, STALE_MONTHS), folder)
    return read_open_referral(folder, TODAY)


def plain(place: Place) -> dict[str, object]:
    """What must come back: all but identifiers, who wrote it, and what the standard has no field for."""
    services = [replace(service, id="", sessions_a_week=None) for service in place.services]
    contacts = [(c.role, c.phone, c.email) for c in place.contacts if c.consent]
    return {
        "texts": (place.name, place.kind, place.detail, place.address, place.postcode, place.website),
        "confirmed": place.last_confirmed,
        "services": sorted(services, key=repr),
        "contacts": sorted(contacts),
        "held": bool(place.held),
    }


@given(st.lists(PLACES, min_size=1, max_size=3, unique_by=(lambda p: p.id, lambda p: p.name)))
def test_places_come_back_as_they_were(drafted: list[Place]) -> None:
    places = tuple(check_place(place) for place in drafted)
    with TemporaryDirectory() as folder:
        found = travel(places, Path(folder))
    assert found.rejected == ()
    assert found.notes == ()
    assert found.read == len(places)
    held = [replace(p, held=screen_import(p, CHARITY.name if p.organisation_id else "")) for p in places]
    before, after = ({p.name: plain(p) for p in some} for some in (held, found.places))
    assert after == before
    for place in found.places:
        original = next(p for p in places if p.name == place.name)
        assert bool(place.organisation_id) == bool(original.organisation_id)
        assert place.easting_m is not None
        assert place.northing_m is not None
        assert abs(place.easting_m - (original.easting_m or 0)) < 1
        assert abs(place.northing_m - (original.northing_m or 0)) < 1


def test_a_second_reading_has_the_same_identifiers(tmp_path: Path) -> None:
    first, second = (travel(EVERYTHING, tmp_path / name) for name in ("first", "second"))
    assert first == second
    assert len({place.id for place in first.places}) == 3


def test_who_runs_a_place_comes_back(tmp_path: Path) -> None:
    found = travel(EVERYTHING, tmp_path)
    assert found.organisations == (replace(CHARITY, id=found.organisations[0].id, version=0),)
    running = {place.name: place.organisation_id for place in found.places}
    assert running == {
        "Eastham Library": "",
        "Old Town Hall": "",
        "Mill Lane Pantry": found.organisations[0].id,
    }


def test_a_zip_file_and_a_folder_say_the_same(tmp_path: Path) -> None:
    feed = make_feed(EVERYTHING, (CHARITY,), (SOURCE,), TODAY, STALE_MONTHS)
    at = datetime(2026, 11, 28, 12, tzinfo=UTC)
    packed = zip_feed(feed, at)
    assert packed == zip_feed(feed, at)
    (tmp_path / "feed.zip").write_bytes(packed)
    assert read_open_referral(tmp_path / "feed.zip", TODAY) == travel(EVERYTHING, tmp_path / "folder")


def test_what_was_read_is_written_the_same_again(tmp_path: Path) -> None:
    """Once a place has been through the standard, going through it again loses nothing more."""
    once = travel(EVERYTHING, tmp_path / "once")
    feed = make_feed(once.places, once.organisations, (), TODAY, STALE_MONTHS)
    write_feed_folder(feed, tmp_path / "twice")
    again = read_open_referral(tmp_path / "twice", TODAY)
    assert sorted((plain(p) for p in again.places), key=str) == sorted(
        (plain(p) for p in once.places), key=str
    )


def test_each_kind_of_file_alone_tells_the_places(tmp_path: Path) -> None:
    """Services, or services at locations: one record, a list of records, or a page of whole records."""
    feed = make_feed(EVERYTHING, (CHARITY,), (SOURCE,), TODAY, STALE_MONTHS)
    files = dict(feed_files(feed))
    for name in ("services", "service_at_locations"):
        whole = [json.loads(text) for file, text in files.items() if file.startswith(f"{name}/")]
        told = {
            "page": {"contents": whole},
            "list": whole,
            "pages": [{"contents": whole}, {"contents": whole}],
        }
        for form, content in told.items():
            path = tmp_path / f"{name}_{form}.json"
            path.write_text(json.dumps(content), encoding="utf-8")
            assert {p.name for p in read_open_referral(path, TODAY).places} == {
                "Eastham Library",
                "Mill Lane Pantry",
                "Old Town Hall",
            }
    (tmp_path / "one.json").write_bytes(next(text for file, text in files.items() if "services/" in file))
    assert len(read_open_referral(tmp_path / "one.json", TODAY).places) == 1


def test_a_stand_in_is_told_by_its_identifier_alone() -> None:
    assert stand_in("Example Council").id != stand_in("").id
    assert isinstance(stand_in(""), Organisation)
