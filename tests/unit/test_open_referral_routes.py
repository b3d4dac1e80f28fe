"""The feed over a real server: every address, every page, who may read it, and what it says of mistakes."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from data.errors import RegisterError
from data.register.fields import check_place
from data.register.open_referral_terms import service_id_of
from data.register.records import COMMAND_LINE, Place
from data.register.store import Register
from tests.feed_server import make_register, running_feed
from tests.register_places import LIBRARY, PANTRY, SECRET, hostile_places, key
from views import open_referral_routes

MANY = tuple(
    replace(LIBRARY, id=key(f"many {n}"), name=f"Library {n:03}", source_key=str(n)) for n in range(118)
)
HIDDEN = replace(PANTRY, id=key("hidden"), name=SECRET[0], address=SECRET[1], services=(), contacts=())
LISTS = ("services", "service_at_locations", "organizations", "taxonomies", "taxonomy_terms")


def kept(place: Place) -> bool:
    """Whether the register keeps a place as it is typed."""
    try:
        check_place(place)
    except RegisterError:
        return False
    return True


def hostile() -> list[Place]:
    """Hostile text wherever the register takes text."""
    bare = {"postcode": "", "website": "", "contacts": ()}
    return [place for typed in hostile_places() if kept(place := replace(typed, **bare))]  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Register:
    folder = tmp_path_factory.mktemp("feed")
    made = make_register(folder, MANY)
    for place in (PANTRY, *hostile()):
        draft = made.submit(COMMAND_LINE, place).place
        if not draft.held:
            made.publish(COMMAND_LINE, draft.id, draft.version)
    secret = made.submit(COMMAND_LINE, HIDDEN).place
    made.publish(COMMAND_LINE, secret.id, secret.version, confidential=True)
    made.submit(COMMAND_LINE, replace(HIDDEN, id=key("held"), name="Rowan House refuge"))
    made.submit(COMMAND_LINE, replace(HIDDEN, id=key("draft"), name="Rowan House"))
    return made


@pytest.fixture(scope="module")
def feed(register: Register) -> Iterator[httpx.Client]:
    folder = Path(str(register.engine.url.database)).parent
    with running_feed(folder) as address, httpx.Client(base_url=f"{address}/", timeout=30) as client:
        yield client


def pages(feed: httpx.Client, name: str, **query: int) -> list[dict[str, Any]]:
    """Every item of a list, page by page."""
    found: list[dict[str, Any]] = []
    number, last = 0, False
    while not last:
        number += 1
        page = feed.get(name, params={"page": number, **query}).raise_for_status().json()
        assert page["page_number"] == number
        last = page["last_page"]
        found += page["contents"]
    assert (page["total_pages"], page["total_items"]) == (number, len(found))
    return found


def test_the_feed_says_which_standard_it_follows(feed: httpx.Client) -> None:
    for address in ("", str(feed.base_url).rstrip("/")):
        told = feed.get(address).raise_for_status().json()
        assert told["version"] == "HSDS-UK-3.0"
        assert told["sources"][0]["licence"]


@pytest.mark.parametrize("name", LISTS)
def test_every_item_of_every_page_has_a_record_of_its_own(feed: httpx.Client, name: str) -> None:
    items = pages(feed, name, per_page=40)
    assert len({item["id"] for item in items}) == len(items) > 0
    for item in items[:: max(1, len(items) // 7)]:
        record = feed.get(f"{name}/{item['id']}").raise_for_status().json()
        assert record["id"] == item["id"]


def test_all_published_services_are_told_and_no_others(feed: httpx.Client, register: Register) -> None:
    names = {item["name"] for item in pages(feed, "services")}
    assert {place.name for place in MANY} | {"Weekly pantry", "Money advice"} <= names
    assert len(pages(feed, "services")) == sum(max(1, len(p.services)) for p in register.published())


def test_nothing_of_a_confidential_place_is_told_anywhere(feed: httpx.Client) -> None:
    answers = [feed.get(name, params={"per_page": 1000}).text for name in LISTS]
    answers += [feed.get("services", params={"search": word}).text for word in SECRET]
    for place_id in (HIDDEN.id, key("held"), key("draft")):
        for answer in (feed.get(f"services/{service_id_of(place_id)}"), feed.get(f"services/{place_id}")):
            assert answer.status_code == 404
            answers.append(answer.text)
    assert not [word for word in SECRET for text in answers if word in text]


def test_hostile_text_is_told_as_text_in_json(feed: httpx.Client) -> None:
    found = feed.get("services", params={"search": "<script>"})
    assert found.headers["content-type"] == "application/json"
    assert found.headers["x-content-type-options"] == "nosniff"
    assert found.json()["contents"][0]["name"] == '<script>alert("x")</script>'
    assert feed.get("services", params={"search": "=HYPERLINK"}).json()["total_items"] == 1


def test_any_page_of_the_web_may_read_it(feed: httpx.Client) -> None:
    for answer in (
        feed.get("services"),
        feed.get("nothing"),
        feed.get("services?page=x"),
        feed.post("services"),
    ):
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "set-cookie" not in answer.headers
    asked = feed.options(
        "services", headers={"Origin": "https://x.example", "Access-Control-Request-Method": "GET"}
    )
    assert asked.status_code == 204
    assert asked.headers["access-control-allow-methods"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_it_can_only_be_read(feed: httpx.Client, method: str) -> None:
    answer = feed.request(method, "services", json={"id": 1})
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS"
    assert answer.json()["error"] == "The feed can only be read."


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("nothing", 404),
        ("services/nothing", 404),
        (f"services/{key('nothing')}", 404),
        ("%2e%2e%2fetc%2fpasswd", 404),
        ("services?page=99", 404),
        ("services?page=0", 400),
        ("services?per_page=100000", 400),
        ("services?modified_after=soon", 400),
        ("service_at_locations?postcode=ZZ99%209ZZ&proximity=100", 400),
    ],
)
def test_mistakes_are_told_in_json(feed: httpx.Client, path: str, status: int) -> None:
    answer = feed.get(path)
    assert answer.status_code == status
    assert answer.json()["error"]
    assert answer.headers["cache-control"] == "no-store"
    if status == 400:
        assert answer.json()["hint"]


def test_head_is_get_without_a_body(feed: httpx.Client) -> None:
    head, get = feed.head("services"), feed.get("services")
    assert head.content == b""
    assert head.headers["etag"] == get.headers["etag"]
    assert head.headers["content-length"] == str(len(get.content))


def test_a_reader_that_has_it_is_not_sent_it_again_until_it_changes(
    feed: httpx.Client, register: Register
) -> None:
    first = feed.get("services")
    assert first.headers["cache-control"] == "public, no-cache"
    again = feed.get(
        "services", headers={"If-None-Match": f'"other", {first.headers["etag"].removeprefix("W/")}'}
    )
    assert (again.status_code, again.content) == (304, b"")
    place = register.find(COMMAND_LINE, MANY[0].id)
    register.retire(COMMAND_LINE, place.id, place.version, "It closed.")
    later = feed.get("services", headers={"If-None-Match": first.headers["etag"]})
    assert later.status_code == 200
    assert later.json()["total_items"] == first.json()["total_items"] - 1


def test_where_a_postcode_is_comes_from_the_directory(
    feed: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(open_referral_routes, "find_postcode", lambda text: (382_000.0, 401_000.0))
    near = feed.get("service_at_locations", params={"postcode": "ZE1 2BB", "proximity": "50"}).json()
    assert {item["location"]["name"] for item in near["contents"]} >= {"Mill Lane Pantry"}
    assert "Library 001" not in {item["location"]["name"] for item in near["contents"]}


def test_a_register_that_nobody_wrote_is_an_empty_feed(tmp_path: Path) -> None:
    make_register(tmp_path)
    with running_feed(tmp_path) as address:
        page = httpx.get(f"{address}/services").raise_for_status().json()
    assert (page["total_items"], page["empty"], page["contents"]) == (0, True, [])
    assert not (tmp_path / "register.db").exists()
