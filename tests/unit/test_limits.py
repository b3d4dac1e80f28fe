"""Limits: so many in a while for each client, of whom no address is kept."""

import pytest

from views import limits
from views.limits import Limit


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [1000.0]
    monkeypatch.setattr(limits.time, "monotonic", lambda: now[0])
    return now


def test_so_many_in_a_while_and_no_more(clock: list[float]) -> None:
    limit = Limit(2, 60)
    assert [limit.count("10.0.0.7") for _ in range(3)] == [True, True, False]
    assert limit.is_reached("10.0.0.7")
    assert limit.count("10.0.0.8")
    clock[0] += 59.9
    assert not limit.count("10.0.0.7")
    clock[0] += 0.2
    assert not limit.is_reached("10.0.0.7")
    assert limit.count("10.0.0.7")


def test_what_was_refused_does_not_count(clock: list[float]) -> None:
    limit = Limit(1, 60)
    limit.count("a")
    clock[0] += 59
    assert not limit.count("a")
    clock[0] += 2
    assert limit.count("a")


def test_no_address_is_kept() -> None:
    limit = Limit(1, 60)
    limit.count("10.0.0.7")
    assert "10.0.0.7" not in repr(vars(limit))
    assert b"10.0.0.7" not in b"".join(limit._times)


def test_however_many_clients_the_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_CLIENTS", 3)
    limit = Limit(1, 60)
    for client in range(10):
        limit.count(str(client))
    assert len(limit._times) == 3
