"""The same event counts once over all files, in any order of rows; addresses are joined as on the day."""

from pathlib import Path

import extracts
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.referral_rows import KINDS, EventKind, Fate
from data.sources.referral_dates import NO_DAY
from data.sources.referral_repeats import Keys, find_repeats

CONTACT = KINDS.index(EventKind.CONTACT)
ROW = st.tuples(
    st.integers(0, 2), st.integers(0, 2), st.sampled_from([10, 11, NO_DAY]), st.integers(0, 2),
    st.integers(0, 3), st.integers(0, 1), st.integers(0, 1), st.integers(0, 1), st.integers(0, 2),
)  # fmt: skip
NAMES = ("file", "kind", "day", "person", "event", "source", "need", "area", "fate")
TYPES = (np.int16, np.int8, np.int32, np.uint64, np.uint64, np.int8, np.int8, np.int32, np.int8)


def keys_of(frame: pd.DataFrame) -> Keys:
    arrays = {n: frame[n].to_numpy().astype(t) for n, t in zip(NAMES, TYPES, strict=True)}
    return Keys(**arrays, dated=arrays["day"] != NO_DAY)


def count_plainly(rows: list[dict[str, int]]) -> int:
    """Count the rows that are left, one event after another, with plain dictionaries."""
    rank = ("fate", "day", "area", "source", "need", "file")
    left = sorted(rows, key=lambda r: [r[n] for n in rank])
    for whose in (by_event, by_child):
        seen, kept = set(), []
        for row in left:
            key = whose(row)
            if key is None or key not in seen:
                kept.append(row)
            seen.add(key)
        left = kept
    nameless = [r for r in left if not r["person"] and not r["event"] and r["day"] != NO_DAY]
    most: dict[tuple[int, ...], dict[int, int]] = {}
    for row in nameless:
        key = tuple(row[n] for n in ("day", "kind", "area", "fate", "source", "need"))
        files = most.setdefault(key, {})
        files[row["file"]] = files.get(row["file"], 0) + 1
    return len(left) - len(nameless) + sum(max(files.values()) for files in most.values())


def by_event(row: dict[str, int]) -> tuple[int, ...] | None:
    if not row["event"]:
        return None
    return row["event"], row["person"], row["kind"], 0 if row["person"] else row["day"]


def by_child(row: dict[str, int]) -> tuple[int, ...] | None:
    if not row["person"] or row["day"] == NO_DAY:
        return None
    return row["person"], row["day"], row["kind"], row["source"] if row["kind"] == CONTACT else -1


@given(st.lists(ROW, max_size=25), st.randoms())
def test_repeats_are_those_that_a_plain_count_finds(rows: list[tuple[int, ...]], order: object) -> None:
    frame = pd.DataFrame(rows, columns=list(NAMES))
    repeated = find_repeats(keys_of(frame))
    assert int((~repeated).sum()) == count_plainly(frame.to_dict("records"))
    turned = frame.sample(frac=1, random_state=len(rows))
    kept = [
        f[~r].sort_values(list(NAMES)).to_numpy().tolist()
        for f, r in ((frame, repeated), (turned, find_repeats(keys_of(turned))))
    ]
    assert kept[0] == kept[1]


def test_the_row_that_can_be_used_is_kept(tmp_path: Path) -> None:
    frame = extracts.ssd(40)
    spoilt = frame.head(10).assign(addr_address_postcode="XXX", cine_referral_id="R9")
    spoilt["cine_referral_id"] += spoilt.index.astype(str)
    file = extracts.read_frame(pd.concat([spoilt, frame]), tmp_path)
    assert file.fates == {Fate.USED: 40, Fate.REPEATED: 10}


def test_contacts_of_one_day_from_two_sources_are_two(tmp_path: Path) -> None:
    frame = extracts.ssd(40).rename(columns=lambda name: name.replace("cine_", "cont_"))
    frame = frame.rename(
        columns={"cont_referral_id": "cont_contact_id", "cont_referral_date": "cont_contact_date"}
    )
    frame = frame.assign(cont_referral_source_code="6")
    other = frame.head(10).assign(
        cont_referral_source_code="2A", cont_contact_id=lambda f: f["cont_contact_id"] + "x"
    )
    same = frame.head(5).assign(cont_contact_id=lambda f: f["cont_contact_id"] + "y")
    file = extracts.read_frame(pd.concat([frame, other, same]), tmp_path)
    assert (file.kind, file.fates) == (EventKind.CONTACT, {Fate.USED: 50, Fate.REPEATED: 5})


def test_siblings_at_one_address_are_each_counted(tmp_path: Path) -> None:
    frame = extracts.ssd(40).assign(cine_referral_date="2024-05-06", addr_address_postcode="ZN1 1AA")
    assert extracts.read_frame(frame, tmp_path).fates == {Fate.USED: 40}


def test_a_child_is_the_same_in_every_file(tmp_path: Path) -> None:
    frame = extracts.ssd(40)
    later = frame.assign(
        cine_referral_date="2025-05-05", cine_referral_id=lambda f: "L" + f["cine_referral_id"]
    )
    frame.to_csv(tmp_path / "a.csv", index=False)
    later.to_csv(tmp_path / "b.csv", index=False)
    rows = extracts.read(tmp_path).rows
    assert (len(rows.person), len(np.unique(rows.person))) == (80, 40)


# Addresses over time


def write_dataset(folder: Path, addresses: pd.DataFrame, rows: int = 40) -> pd.DataFrame:
    events = extracts.ssd(rows).drop(columns="addr_address_postcode")
    events.to_csv(folder / "ssd_cin_episodes.csv", index=False)
    addresses.to_csv(folder / "ssd_address.csv", index=False)
    return events


def moves(events: pd.DataFrame, seed: int) -> pd.DataFrame:
    """One to three addresses a child, with gaps, overlaps and open ends."""
    rng = np.random.default_rng(seed)
    rows = []
    for child in events["cine_person_id"]:
        for _ in range(rng.integers(1, 4)):
            start = pd.Timestamp("2023-01-01") + pd.Timedelta(days=int(rng.integers(0, 700)))
            end = start + pd.Timedelta(days=int(rng.integers(10, 500)))
            rows.append(
                (child, "HOME", start, end if rng.random() < 0.7 else None, rng.choice(extracts.POSTCODES))
            )
    names = ["person_id", "address_type", "address_start_date", "address_end_date", "address_postcode"]
    return pd.DataFrame(rows, columns=[f"addr_{name}" for name in names])


@pytest.mark.parametrize("seed", range(4))
def test_the_address_is_that_of_the_day(tmp_path: Path, seed: int) -> None:
    addresses = moves(extracts.ssd(40), seed)
    events = write_dataset(tmp_path, addresses)
    found = extracts.read(tmp_path)
    extracts.check_counts(found)
    wanted: dict[int, int] = {}
    for event in events.itertuples():
        day = pd.Timestamp(event.cine_referral_date)
        own = addresses[addresses["addr_person_id"] == event.cine_person_id]
        holds = (own["addr_address_start_date"] <= day) & ~(own["addr_address_end_date"] < day)
        if holds.any():
            latest = own[holds].sort_values("addr_address_start_date").iloc[-1]
            area = extracts.HOMES[latest["addr_address_postcode"]]
            wanted[area] = wanted.get(area, 0) + 1
    (file,), (table,) = found.files, found.addresses
    assert pd.Series(found.rows.area).value_counts().to_dict() == wanted
    assert file.fates.get(Fate.NO_ADDRESS, 0) == 40 - sum(wanted.values())
    assert (table.rows, table.joined, found.not_read) == (len(addresses), sum(wanted.values()), ())


def test_a_home_comes_before_a_placement_of_the_same_day(tmp_path: Path) -> None:
    events = extracts.ssd(40)
    homes = pd.DataFrame(
        {
            "addr_person_id": events["cine_person_id"],
            "addr_address_type": "HOME",
            "addr_address_start_date": "2020-01-01",
            "addr_address_end_date": None,
            "addr_address_postcode": "ZN1 1AA",
        }
    )
    placed = homes.assign(addr_address_type="Placement", addr_address_start_date="2023-01-01")
    write_dataset(tmp_path, pd.concat([homes.head(30), placed.assign(addr_address_postcode="ZN2 1AA")]))
    (file,) = extracts.read(tmp_path).files
    assert file.fates == {Fate.USED: 30, Fate.APART: 10}
    assert file.apart == {"placement": 10}


def test_events_without_addresses_and_addresses_without_events_are_said(tmp_path: Path) -> None:
    write_dataset(tmp_path, moves(extracts.ssd(40), 1))
    (tmp_path / "ssd_address.csv").rename(tmp_path / "kept.txt")
    (tmp_path / "kept.txt").unlink()
    (fault,) = extracts.read(tmp_path).not_read
    assert "ssd_address" in fault.hint
    moves(extracts.ssd(40), 1).to_csv(tmp_path / "ssd_address.csv", index=False)
    (tmp_path / "ssd_cin_episodes.csv").unlink()
    (fault,) = extracts.read(tmp_path).not_read
    assert "to join them to" in fault.reason


def test_an_address_that_ended_before_the_day_is_not_used(tmp_path: Path) -> None:
    frame = extracts.ssd(40).assign(addr_address_start_date="2020-01-01", addr_address_end_date=None)
    frame.loc[:9, "addr_address_end_date"] = "2021-01-01"
    moved = frame.head(4).assign(addr_address_end_date=None, addr_address_start_date="2021-01-02")
    file = extracts.read_frame(pd.concat([frame, moved]), tmp_path)
    assert file.fates == {Fate.USED: 34, Fate.NO_ADDRESS: 6, Fate.REPEATED: 4}
    assert any("10 rows have an address that was not the child's on the day" in note for note in file.notes)
