"""Two records of one place side by side: which stays, what is kept of both, and what nobody chose."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import RegisterError
from data.register.records import Contact, Place, Service, State
from models.register_merge import FIELDS, Row, Side, lay_beside, merge_places, order_pair

OLD = datetime(2026, 1, 1, tzinfo=UTC)
LISTED = Place(
    "a",
    4,
    State.PUBLISHED,
    "Mill Pantry",
    "food",
    address="1 Mill Lane",
    postcode="ZE1 1AA",
    easting_m=400_000.0,
    northing_m=300_000.0,
    located_by="coordinates",
    ward_code="E05000001",
    ward_name="Mill",
    last_confirmed=date(2026, 2, 1),
    created_at=OLD,
    source_id="f",
    source_key="17",
)
SENT = Place(
    "b",
    1,
    State.SUBMITTED,
    "The Mill Lane Community Pantry",
    "community_centre",
    organisation_id="o",
    address="Mill Lane",
    postcode="ZE1 1AB",
    easting_m=400_040.0,
    northing_m=300_000.0,
    located_by="postcode",
    website="https://pantry.example",
    created_at=datetime(2025, 1, 1, tzinfo=UTC),
    services=(Service("s", "Weekly pantry", "food"),),
    contacts=(Contact("c", phone="01632 960001"),),
)


def row(field: str, stays: Place = LISTED, goes: Place = SENT) -> Row:
    (found,) = [row for row in lay_beside(stays, goes) if row.field == field]
    return found


def test_the_published_record_stays_else_the_older() -> None:
    assert order_pair(SENT, LISTED) == order_pair(LISTED, SENT) == (LISTED, SENT)
    newer = replace(LISTED, id="c", state=State.SUBMITTED)
    assert order_pair(newer, SENT) == (SENT, newer)
    untold = replace(SENT, id="d", created_at=None)
    assert order_pair(untold, SENT) == (SENT, untold)


def test_what_nobody_chose_is_the_fuller() -> None:
    defaults = {row.field: row.default for row in lay_beside(LISTED, SENT)}
    assert defaults == {
        "name": Side.GOES,
        "kind": Side.STAYS,
        "organisation_id": Side.GOES,
        "address": Side.STAYS,
        "point": Side.STAYS,
        "website": Side.GOES,
        "services": Side.GOES,
        "contacts": Side.GOES,
    }
    assert row("name", goes=replace(SENT, name="THE MILL LANE PANTRY")).default is Side.STAYS
    assert (
        row("name", stays=replace(LISTED, name="MILL PANTRY"), goes=replace(SENT, name="Mill")).default
        is Side.GOES
    )


def test_what_differs_is_marked_and_only_what_both_say_is_to_choose() -> None:
    assert row("name").differs
    assert row("name").to_choose
    assert row("website").differs
    assert not row("website").to_choose
    assert not row("kind", goes=replace(SENT, kind="food")).differs
    assert row("name").sides == (Side.STAYS, Side.GOES)
    assert Side.BOTH in row("services", stays=replace(LISTED, services=SENT.services)).sides
    assert "detail" not in {row.field for row in lay_beside(LISTED, SENT)}


def test_a_merge_keeps_the_id_the_version_and_the_source_of_what_stays() -> None:
    kept = merge_places(LISTED, SENT)
    assert (kept.id, kept.version, kept.state) == ("a", 4, State.PUBLISHED)
    assert (kept.source_id, kept.source_key, kept.last_confirmed) == ("f", "17", date(2026, 2, 1))
    assert kept.name == SENT.name
    assert (kept.address, kept.postcode, kept.easting_m) == ("1 Mill Lane", "ZE1 1AA", 400_000.0)
    assert (kept.services, kept.contacts) == (SENT.services, SENT.contacts)


def test_what_is_chosen_is_kept_and_an_address_goes_with_its_postcode() -> None:
    both = replace(LISTED, services=(Service("s0", "Parcels", "food"),))
    kept = merge_places(
        both, SENT, {"address": Side.GOES, "point": Side.GOES, "name": Side.STAYS, "services": Side.BOTH}
    )
    assert (kept.name, kept.address, kept.postcode) == ("Mill Pantry", "Mill Lane", "ZE1 1AB")
    assert (kept.easting_m, kept.located_by, kept.ward_name) == (400_040.0, "postcode", "")
    assert [service.id for service in kept.services] == ["s0", "s"]


def test_a_place_is_confidential_when_either_record_is() -> None:
    secret = replace(SENT, confidential=True, address="", postcode="", easting_m=None, northing_m=None)
    assert merge_places(LISTED, secret).confidential
    assert merge_places(replace(LISTED, confidential=True), SENT).confidential
    assert not merge_places(LISTED, SENT).confidential


@pytest.mark.parametrize(
    ("stays", "goes"),
    [(LISTED, LISTED), (LISTED, replace(SENT, held="a word")), (replace(LISTED, held="a word"), SENT)],
)
def test_a_record_is_not_merged_with_itself_nor_while_it_is_held(stays: Place, goes: Place) -> None:
    with pytest.raises(RegisterError):
        merge_places(stays, goes)


@given(st.dictionaries(st.sampled_from(sorted(FIELDS)), st.sampled_from([Side.STAYS, Side.GOES])))
def test_every_field_kept_is_that_of_one_of_the_two(chosen: dict[str, Side]) -> None:
    kept = merge_places(LISTED, SENT, chosen)
    for field, attributes in FIELDS.items():
        values = [tuple(getattr(place, name) for name in attributes) for place in (kept, LISTED, SENT)]
        assert values[0] in values[1:]
        if field in chosen:
            assert values[0] == values[1 if chosen[field] is Side.STAYS else 2]
