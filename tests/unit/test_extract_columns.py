"""Columns of an extract are told by heading and content, and by what was said of them."""

from pathlib import Path

import extracts
import pandas as pd
import pytest

from data.errors import SourceError
from data.folder import read_folder
from data.referral_rows import READ, EventKind, Fate, Role
from data.sources.base import SourceKind
from data.sources.referral_columns import Columns, choose_columns
from data.sources.referral_names import role_by_name
from data.sources.referral_open import find_headings
from data.tables import Table, read_tables

HEADINGS = {
    "cine_referral_id": Role.EVENT,
    "Referral number": Role.EVENT,
    "cont_contact_id": Role.EVENT,
    "cine_person_id": Role.PERSON,
    "Child Unique ID": Role.PERSON,
    "LAchildID": Role.PERSON,
    "Mosaic ID": Role.PERSON,
    "Client number": Role.PERSON,
    "addr_address_postcode": Role.POSTCODE,
    "Home Postcode": Role.POSTCODE,
    "Post code": Role.POSTCODE,
    "Easting": Role.EASTING,
    "oseast1m": Role.EASTING,
    "Latitude": Role.LATITUDE,
    "lng": Role.LONGITUDE,
    "Grid reference": Role.GRID_REFERENCE,
    "LSOA code (2021)": Role.AREA_CODE,
    "lsoa21cd": Role.AREA_CODE,
    "cine_referral_source_code": Role.SOURCE,
    "Referral Source": Role.SOURCE,
    "Contact Source": Role.SOURCE,
    "cine_cin_primary_need_code": Role.NEED,
    "PrimaryNeedCode": Role.NEED,
    "Age of Child (Years)": Role.AGE,
    "pers_age_at_referral": Role.AGE,
    "addr_address_type": Role.ADDRESS_TYPE,
    "addr_address_start_date": Role.ADDRESS_FROM,
    "addr_address_end_date": Role.ADDRESS_TO,
    "Date of Birth": Role.BIRTH,
    "PersonBirthDate": Role.BIRTH,
    "pers_dob": Role.BIRTH,
    "UPN": Role.PUPIL_NUMBER,
    "NHS Number": Role.HEALTH_NUMBER,
    "Surname": Role.NAME,
    "Child's name": Role.NAME,
    "Forename": Role.NAME,
    "Allocated Worker": Role.WORKER,
    "Allocated Team": Role.WORKER,
    "cine_referral_team": Role.WORKER,
    "Case notes": Role.FREE_TEXT,
    "Reason for referral": Role.FREE_TEXT,
    "Address line 1": Role.ADDRESS,
    "Street": Role.ADDRESS,
    "UPRN": Role.ADDRESS,
    "Gender": None,
    "Ethnicity": None,
    "Referral NFA?": None,
    "LSOA name": None,
    "Age band": None,
    "Number of Referrals in Last 12 Months": None,
}


@pytest.mark.parametrize("name", HEADINGS)
def test_headings_name_their_role(name: str) -> None:
    assert role_by_name(name) is HEADINGS[name]
    assert role_by_name(name.upper()) is HEADINGS[name]


def choose(frame: pd.DataFrame, sheet: str | None = None, **said: object) -> Columns:
    return choose_columns(tuple(frame.columns), frame.astype("string"), sheet, **said)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("frame", "layout"),
    [(extracts.ssd(40), "Standard Safeguarding Dataset"), (extracts.annex(40), "Annex A")],
)
def test_each_layout_is_known_and_every_column_explained(frame: pd.DataFrame, layout: str) -> None:
    found = choose(frame)
    assert (found.layout, found.kind) == (layout, EventKind.REFERRAL)
    assert [c.name for c in found.columns] == list(frame.columns)
    assert all(c.why for c in found.columns if c.role is not Role.OTHER)
    wanted = {Role.PERSON, Role.DATE, Role.POSTCODE, Role.SOURCE, Role.AGE}
    assert wanted <= {c.role for c in found.columns}


@pytest.mark.parametrize(
    ("prefix", "id_", "date", "kind"),
    [
        ("cont", "cont_contact_id", "cont_contact_date", EventKind.CONTACT),
        ("cina", "cina_assessment_id", "cina_assessment_start_date", EventKind.ASSESSMENT),
        ("cine", "cine_referral_id", "cine_referral_date", EventKind.REFERRAL),
    ],
)
def test_the_tables_of_the_dataset_are_told_apart(prefix: str, id_: str, date: str, kind: EventKind) -> None:
    frame = extracts.ssd(40).rename(
        columns={"cine_referral_id": id_, "cine_person_id": f"{prefix}_person_id", "cine_referral_date": date}
    )
    frame = frame.drop(columns=[c for c in frame if c.startswith("cine_")] if prefix != "cine" else [])
    found = choose(frame)
    assert found.kind is kind
    assert found.of(Role.DATE) == date
    assert found.of(Role.EVENT) == id_


@pytest.mark.parametrize("sheet", ["List 1", "List 3", "List 4"])
def test_the_lists_of_annex_a_tell_their_kind(sheet: str) -> None:
    kinds = {"List 1": EventKind.CONTACT, "List 3": EventKind.REFERRAL, "List 4": EventKind.ASSESSMENT}
    plain = extracts.annex(40).rename(columns={"Date of referral": "Date"})
    assert choose(plain, sheet).kind is kinds[sheet]


def test_what_is_not_kept_is_named(tmp_path: Path) -> None:
    frame = extracts.annex(40).assign(UPN="x", Surname="x", **{"NHS number": "x", "Case notes": "x"})
    file = extracts.read_frame(frame, tmp_path)
    wanted = {
        "dates of birth",
        "workers and teams",
        "unique pupil numbers",
        "names",
        "NHS numbers",
        "free text",
    }
    assert set(file.dropped) == wanted


def test_pupil_numbers_under_any_heading_are_named(tmp_path: Path) -> None:
    letters = "ABCDEFGHJKLMNPQRTUVWXYZ"
    digits = [f"{801_200_001_000 + n:012d}" for n in range(40)]
    numbers = [letters[sum(w * int(d) for w, d in enumerate(t, start=2)) % 23] + t for t in digits]
    file = extracts.read_frame(extracts.ssd(40).assign(key=numbers), tmp_path)
    assert file.dropped == ("unique pupil numbers",)
    assert not set(numbers) & set(extracts.said(extracts.read(tmp_path)).split("'"))


def test_a_place_is_told_by_its_values_where_no_heading_names_one() -> None:
    frame = extracts.ssd(40).rename(columns={"addr_address_postcode": "where"})
    assert choose(frame).of(Role.POSTCODE) == "where"
    assert choose(frame.assign(where=extracts.AREAS[0])).of(Role.AREA_CODE) == "where"
    assert choose(frame.assign(where="SJ 123 456")).of(Role.GRID_REFERENCE) == "where"


def test_the_home_comes_before_other_postcodes() -> None:
    frame = extracts.annex(40).assign(
        **{"GP postcode": "ZN1 1AA", "School Postcode": "ZN1 1AA", "Postcode": "ZN1 1AA"}
    )
    found = choose(frame[list(frame.columns[::-1])])
    assert found.of(Role.POSTCODE) == "Home Postcode"
    whys = {c.name: c.why for c in found.columns}
    assert "another place than the child's home" in whys["GP postcode"]
    assert whys["Postcode"] == "Home Postcode is taken for the postcode"


def test_a_number_that_repeats_is_none_of_the_event() -> None:
    frame = extracts.ssd(40).assign(cine_referral_id="1")
    found = choose(frame)
    assert found.of(Role.EVENT) is None
    assert "repeat too often" in found.columns[0].why


def test_half_a_point_is_no_place() -> None:
    frame = extracts.ssd(40).drop(columns="addr_address_postcode").assign(Easting="400500")
    found = choose(frame)
    assert not found.has_place
    assert found.columns[-1].why == "easting without its pair"


def test_a_table_without_child_and_place_is_refused() -> None:
    frame = extracts.ssd(40)[["cine_referral_id", "cine_referral_date"]]
    with pytest.raises(SourceError, match="no postcode, grid reference"):
        choose(frame)


def test_dates_of_other_things_are_no_events() -> None:
    frame = pd.DataFrame({"Child ID": range(40), "CP Plan Start Date": "2024-05-13", "Postcode": "ZN1 1AA"})
    with pytest.raises(
        SourceError, match="not those of contacts, referrals or assessments: CP Plan Start Date"
    ):
        choose(frame)


def test_the_only_column_of_dates_is_the_day() -> None:
    frame = pd.DataFrame({"Child ID": range(40), "when": "2024-05-13", "Postcode": "ZN1 1AA"})
    assert choose(frame).of(Role.DATE) == "when"
    assert (
        choose(frame.assign(then="2024-05-14").rename(columns={"then": "close date"})).of(Role.DATE) == "when"
    )


def test_headings_are_found_below_a_title() -> None:
    data = [["1", "2024-05-13", "ZN1 1AA"]] * 5
    rows = [["List of", "all that", "we have"], ["Child ID", "Date of referral", "Postcode"], *data]
    assert find_headings(rows) == 1
    assert find_headings(rows[1:]) == 0


# What place.toml says


def test_what_is_said_of_columns_comes_first(tmp_path: Path) -> None:
    frame = extracts.ssd(40).rename(columns={"addr_address_postcode": "b", "cine_referral_date": "a"})
    frame = frame.assign(postcode=extracts.ELSEWHERE, cine_referral_date="2020-01-01")
    frame.to_csv(tmp_path / "x.csv", index=False)
    (tmp_path / "place.toml").write_text(
        '[files."x.csv"]\nevents = "assessments"\n'
        'roles = { a = "date", b = "postcode", postcode = "ignore" }\n'
    )
    found = extracts.read(tmp_path)
    (file,) = found.files
    assert (file.kind, file.fates) == (EventKind.ASSESSMENT, {Fate.USED: 40})
    assert file.first is not None
    assert file.first.year >= 2023
    assert {c.name: c.why for c in file.columns}["b"] == "place.toml says so"
    assert {c.name: c.role for c in file.columns}["postcode"] is Role.OTHER


def test_a_column_that_is_not_there_is_noted(tmp_path: Path) -> None:
    extracts.ssd(40).to_csv(tmp_path / "x.csv", index=False)
    (tmp_path / "place.toml").write_text('[files."x.csv"]\nroles = { cine_person_ids = "person" }\n')
    (file,) = extracts.read(tmp_path).files
    assert any('which is not there; the nearest is "cine_person_id"' in note for note in file.notes)


@pytest.mark.parametrize("said", ['kind = "referrals"', 'events = "referrals"', 'roles = { key = "person" }'])
def test_a_table_without_a_telling_heading_can_be_said_to_be_one(tmp_path: Path, said: str) -> None:
    frame = extracts.ssd(40)[["cine_person_id", "cine_referral_date", "addr_address_postcode"]]
    frame.set_axis(["key", "date", "code"], axis=1).to_csv(tmp_path / "x.csv", index=False)
    assert not read_folder(tmp_path).of_kind(SourceKind.REFERRALS)
    (tmp_path / "place.toml").write_text(f'[files."x.csv"]\n{said}\n')
    (source,) = read_folder(tmp_path).of_kind(SourceKind.REFERRALS)
    assert (source.rows, source.why) == (40, "place.toml says so")
    assert extracts.read(tmp_path).files[0].fates == {Fate.USED: 40}


def test_every_role_that_is_read_has_a_place() -> None:
    assert Role.NAME not in READ
    assert {Role.DATE, Role.POSTCODE, Role.ADDRESS_TO} <= set(READ)


# Workbooks


def test_dates_and_numbers_of_a_workbook_are_read(tmp_path: Path) -> None:
    frame = extracts.annex(40)
    days = pd.to_datetime(frame["Date of referral"], dayfirst=True)
    typed = frame.assign(
        **{"Date of referral": days, "Child Unique ID": frame["Child Unique ID"].astype("int64")}
    )
    typed.to_excel(tmp_path / "x.xlsx", index=False)
    frame.to_csv(tmp_path / "y.csv", index=False)
    found = extracts.read(tmp_path)
    extracts.check_counts(found)
    assert [f.fates for f in found.files] == [{Fate.USED: 40}, {Fate.REPEATED: 40}]
    assert (found.files[0].first, found.files[0].last) == (days.min().date(), days.max().date())


def test_headings_below_other_rows_of_a_sheet_are_found(tmp_path: Path) -> None:
    body = extracts.annex(40)
    titles = pd.DataFrame([["x"] * 8, list(body.columns)], columns=body.columns)
    pd.concat([titles, body]).to_excel(tmp_path / "x.xlsx", index=False, header=["t"] * 8)
    found = extracts.read(tmp_path)
    assert found.files[0].fates == {Fate.USED: 40}


def test_a_workbook_is_parsed_once_for_its_sheets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pd.ExcelWriter(tmp_path / "x.xlsx") as book:
        for number in (1, 3, 4):
            plain = extracts.annex(20).rename(columns={"Date of referral": "Date"})
            plain.to_excel(book, sheet_name=f"List {number}", index=False)
    sources = read_folder(tmp_path).sources
    parsed = []

    def count(path: Path) -> list[Table]:
        parsed.append(path)
        return read_tables(path)

    monkeypatch.setattr("data.sources.referral_open.read_tables", count)
    found = extracts.read_extracts(sources, extracts.Directory(), extracts.TODAY, areas=extracts.AREAS)
    assert [f.kind for f in found.files] == [EventKind.CONTACT, EventKind.REFERRAL, EventKind.ASSESSMENT]
    assert len(parsed) == 1


def test_rows_of_no_kind_count_as_referrals_and_that_is_said(tmp_path: Path) -> None:
    frame = extracts.annex(40).rename(columns={"Date of referral": "Date", "Referral NFA?": "NFA"})
    file = extracts.read_frame(frame, tmp_path)
    assert file.kind is EventKind.REFERRAL
    assert any("count as referrals" in note for note in file.notes)
    assert not any(
        "count as referrals" in note for note in extracts.read_frame(extracts.annex(9), tmp_path).notes
    )
