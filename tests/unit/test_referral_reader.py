"""Records of children are known by their headings, counted, and never kept."""

import gzip
import logging
from pathlib import Path

import pandas as pd
import places
import pytest
from reading import read_csv

from data.sources import referrals
from data.sources.base import SourceKind
from data.sources.referrals import is_child_level
from data.tables import Table, read_tables

SECRET = "Zebedee"
CHILD_LEVEL = [
    ["cine_referral_id", "cine_person_id", "cine_referral_date", "addr_address_postcode"],
    ["pers_person_id", "pers_sex", "pers_ethnicity"],
    ["addr_person_id", "addr_address_postcode"],
    ["Child Unique ID", "Gender", "Ethnicity", "Date of Birth", "Date of referral"],
    ["LAchildID", "CINreferralDate", "ReferralSource"],
    ["UPN", "Attendance"],
    ["NHS Number", "Clinic"],
    ["Ref", "DOB", "Ward"],
    ["Child's date of birth", "Score"],
    ["PersonBirthDate", "Team"],
    ["Surname", "Forename", "Postcode"],
    ["ChildID", "Postcode"],
    ["Client number", "Team"],
    ["Pupil name", "School"],
    ["Referral date", "Postcode"],
    ["Date referred", "Home address"],
    ["Date of referral", "Age of Child (Years)", "Referral source"],
    ["Placement postcode", "Cost"],
]
PUBLISHED = [
    ["time_period", "new_la_code", "la_name", "referral_count", "referral_child_count"],
    ["pcds", "dointr", "doterm", "oseast1m", "osnrth1m", "lsoa21"],
    [
        "URN",
        "EstablishmentName",
        "OpenDate",
        "HeadFirstName",
        "HeadLastName",
        "NumberOfPupils",
        "PercentageFSM",
    ],
    ["registered_charity_number", "charity_name", "date_of_registration", "charity_contact_postcode"],
    ["practice_code", "practice_name", "practice_postcode", "registered_patients"],
    ["Name", "Referral method", "Opening times", "Address", "Postcode", "Contact"],
    ["AREFNO", "date", "sex", "ageband", "lon", "lat"],
    ["month", "la_code", "contacts", "referrals", "child_protection_plans"],
    ["Provider URN", "Registered person URN", "Registered person reference number", "Provider postcode"],
    ["pharmacy_name", "address", "postcode", "la_name"],
    ["LSOA code (2021)", "Dependent Children aged 0-15: mid 2022"],
    ["name", "unique_reference_number", "lowest_admission_age", "gender", "postcode"],
]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "file"


def annex(rows: int = 60) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Child Unique ID": [f"{SECRET}-{n}" for n in range(rows)],
            "Date of Birth": "2015-04-03",
            "Date of referral": "2024-05-06",
            "Note": f'a "quoted"\n{SECRET}, on two lines',
        }
    )


@pytest.mark.parametrize("header", CHILD_LEVEL, ids=lambda h: h[0])
def test_headings_of_records_are_known(header: list[str]) -> None:
    assert is_child_level(header)
    assert is_child_level([name.upper() for name in header[::-1]])


@pytest.mark.parametrize("header", PUBLISHED, ids=lambda h: h[0])
def test_published_tables_are_not_caught(header: list[str]) -> None:
    assert not is_child_level(header)


def test_rows_are_counted_and_none_is_kept(
    path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(table: Table) -> pd.DataFrame:
        raise AssertionError("the rows were loaded into a frame")

    monkeypatch.setattr(Table, "frame", property(refuse))
    caplog.set_level(logging.DEBUG)
    source = read_csv(annex(), path, referrals)
    assert (source.kind, source.area_kind, source.rows) == (SourceKind.REFERRALS, None, 60)
    assert source.frame.empty
    assert source.rejected.empty
    assert referrals.NOTE in source.notes
    assert SECRET not in f"{source.notes}{source.why}{source.own}{source.frame}{source}{caplog.text}"


def test_a_packed_file_is_counted(path: Path) -> None:
    path.write_bytes(gzip.compress(annex().to_csv(index=False).encode()))
    source = referrals.recognise(read_tables(path)[0])
    assert source is not None
    assert source.rows == 60


def test_every_list_of_a_workbook_is_caught(path: Path) -> None:
    sheets = {"List 1": (["Annex A", "Contacts"], annex(3)), "List 3": ([], annex(5))}
    places.write_workbook(path, sheets)
    found = [s for t in read_tables(path) if (s := referrals.recognise(t))]
    assert [(s.part, s.rows) for s in found] == [("List 1", 3), ("List 3", 5)]


def test_headings_below_a_title_are_found(path: Path) -> None:
    title = pd.DataFrame([["x"] * 4, list(annex().columns), *annex(3).to_numpy().tolist()])
    source = read_csv(
        title.set_axis(["Report", "made by", "the system", "on demand"], axis=1), path, referrals
    )
    assert source.why == "a row below its header has headings of records of children"


def test_pupil_and_nhs_numbers_are_known_under_any_heading(path: Path) -> None:
    letters = "ABCDEFGHJKLMNPQRTUVWXYZ"

    def pupil(n: int) -> str:
        digits = f"{n:012d}"
        return letters[sum(w * int(d) for w, d in enumerate(digits, start=2)) % 23] + digits

    def patient(n: int) -> str | None:
        digits = f"{n:09d}"
        check = (11 - sum((10 - i) * int(d) for i, d in enumerate(digits)) % 11) % 11
        return None if check == 10 else f"{digits}{check}"

    patients = [p for n in range(400_000_000, 400_000_030) if (p := patient(n))][:20]
    pupils = [pupil(801_200_001_000 + n) for n in range(20)]
    for column in (patients, pupils):
        source = read_csv(pd.DataFrame({"key": column, "team": "North"}), path, referrals)
        assert not any(value in f"{source.why}{source.notes}" for value in column)
    wrong = [value[:-1] + str((int(value[-1]) + 1) % 10) for value in patients]
    pd.DataFrame({"phone": wrong, "team": "North"}).to_csv(path, index=False)
    assert referrals.recognise(read_tables(path)[0]) is None


def test_small_area_tables_are_not_caught(path: Path) -> None:
    for frame in (
        places.indices(places.small_areas()),
        places.lookup(places.small_areas()),
        places.postcodes(),
    ):
        frame.to_csv(path, index=False)
        assert referrals.recognise(read_tables(path)[0]) is None


@pytest.mark.parametrize(
    "header",
    [
        ["Mosaic ref", "Need"],
        ["D.O.B", "Addr postcode"],
        ["name", "born", "lon", "lat"],
        ["ref", "referral date", "LSOA"],
        ["ref", "date referred", "Easting", "Northing"],
    ],
)
def test_headings_that_people_write_are_known(header: list[str]) -> None:
    assert is_child_level(header)
