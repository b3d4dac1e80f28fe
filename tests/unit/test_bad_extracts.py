"""Bad extracts give counts and hints: never a traceback, and never a value of a row."""

import gzip
import logging
from collections.abc import Callable
from pathlib import Path

import extracts
import numpy as np
import pandas as pd
import places
import pytest

from data.folder import read_folder
from data.referral_rows import Extracts, Fate, NotRead, ReadFile, Role

SECRET = "Zebedee"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "place"
    made.mkdir()
    return made


def write(frame: pd.DataFrame, folder: Path, name: str = "x.csv") -> None:
    frame.to_csv(folder / name, index=False)


def the_file(found: Extracts) -> ReadFile:
    extracts.check_counts(found)
    assert found.not_read == ()
    (file,) = found.files
    return file


def the_fault(found: Extracts) -> NotRead:
    assert found.files == ()
    assert len(found.rows.area) == 0
    (fault,) = found.not_read
    assert fault.hint
    return fault


def test_mixed_forms_of_dates_are_refused_with_examples(folder: Path) -> None:
    frame = extracts.ssd(60)
    days = pd.to_datetime(frame["cine_referral_date"])
    frame["cine_referral_date"] = days.dt.strftime("%d/%m/%Y").where(
        frame.index < 30, days.dt.strftime("%m/%d/%Y")
    )
    write(frame, folder)
    fault = the_fault(extracts.read(folder))
    assert "mixes two forms of dates" in fault.reason
    assert "can only have the day first" in fault.reason
    assert "2024-04-03" in fault.hint


def test_serial_numbers_of_workbooks_are_read_and_noted(folder: Path) -> None:
    frame = extracts.ssd(50)
    days = pd.to_datetime(frame["cine_referral_date"])
    frame["cine_referral_date"] = (days - pd.Timestamp("1899-12-30")).dt.days.astype(str)
    write(frame, folder)
    found = extracts.read(folder)
    file = the_file(found)
    assert file.fates == {Fate.USED: 50}
    assert any("serial numbers" in note for note in file.notes)
    assert (file.first, file.last) == (days.min().date(), days.max().date())


def test_a_header_below_titles_is_found(folder: Path) -> None:
    body = extracts.annex(40).to_csv(index=False)
    (folder / "x.csv").write_text(f"Annex A extract\nRun by the system,on demand\n{body}")
    assert the_file(extracts.read(folder)).fates == {Fate.USED: 40}


def test_ids_under_the_heading_of_a_postcode_are_no_postcodes(folder: Path) -> None:
    frame = extracts.ssd(40)
    frame["addr_address_postcode"] = [f"{SECRET}{n}" for n in range(40)]
    write(frame, folder)
    found = extracts.read(folder)
    fault = the_fault(found)
    assert "no postcode" in fault.reason
    assert SECRET not in extracts.said(found)


def test_another_column_of_places_stands_in_for_a_false_postcode(folder: Path) -> None:
    frame = extracts.ssd(40).assign(lsoa_code=lambda f: extracts.AREAS[f.index % 4])
    frame["addr_address_postcode"] = frame["cine_person_id"]
    file = extracts.read_frame(frame, folder)
    assert file.fates == {Fate.USED: 40}
    assert any("addr_address_postcode" in note and "0%" in note for note in file.notes)


def test_rows_of_the_future_are_counted(folder: Path) -> None:
    frame = extracts.ssd(40)
    frame.loc[:4, "cine_referral_date"] = "2031-01-01"
    assert extracts.read_frame(frame, folder).fates == {Fate.USED: 35, Fate.FUTURE_DATE: 5}


def test_odd_ages_are_noted_and_used(folder: Path) -> None:
    frame = extracts.ssd(40)
    frame.loc[:5, "pers_age_at_referral"] = ["-1", "-1", "-40", "26", "99", "25"]
    file = extracts.read_frame(frame, folder)
    assert file.fates == {Fate.USED: 40}
    notes = " ".join(file.notes)
    assert "2 rows have children not yet born" in notes
    assert "1 rows have a negative age" in notes
    assert "2 rows have an age over 25" in notes


@pytest.mark.parametrize("same_day", [True, False])
def test_one_child_four_hundred_times_is_odd(folder: Path, same_day: bool) -> None:
    frame = extracts.ssd(600)
    frame.loc[:399, "cine_person_id"] = f"{SECRET}1"
    days = pd.Timestamp("2023-04-01") + pd.to_timedelta(np.arange(400), unit="D")
    frame.loc[:399, "cine_referral_date"] = "2024-05-06" if same_day else days.strftime("%Y-%m-%d")
    write(frame, folder)
    found = extracts.read(folder)
    file = the_file(found)
    again = {Fate.USED: 201, Fate.REPEATED: 399}  # a child is not referred again on the day
    assert file.fates == (again if same_day else {Fate.USED: 600})
    assert any("one number of a child stands in 100 rows or more, the most in 400" in n for n in file.notes)
    assert SECRET not in extracts.said(found)


def test_the_same_file_twice_counts_once(folder: Path) -> None:
    write(extracts.ssd(50), folder, "a.csv")
    (folder / "b.csv.gz").write_bytes(gzip.compress((folder / "a.csv").read_bytes()))
    found = extracts.read(folder)
    extracts.check_counts(found)
    assert [f.fates for f in found.files] == [{Fate.USED: 50}, {Fate.REPEATED: 50}]


def test_a_file_without_numbers_twice_counts_once_and_keeps_siblings(folder: Path) -> None:
    frame = extracts.annex(50).drop(columns="Child Unique ID")
    frame = pd.concat([frame, frame.head(10)])  # a brother or sister of each of ten
    write(frame, folder, "a.csv")
    write(frame.sample(frac=1, random_state=3), folder, "b.csv")
    found = extracts.read(folder)
    extracts.check_counts(found)
    assert [f.fates for f in found.files] == [{Fate.USED: 60}, {Fate.REPEATED: 60}]
    assert all("no number of the child" in " ".join(f.notes) for f in found.files)


def test_no_column_of_dates_is_said(folder: Path) -> None:
    write(extracts.ssd(40).drop(columns="cine_referral_date"), folder)
    assert "no date of a contact" in the_fault(extracts.read(folder)).reason


def test_of_two_columns_of_dates_the_heading_tells(folder: Path) -> None:
    frame = extracts.ssd(40)
    frame.insert(0, "cine_close_date", "2025-01-01")
    frame.insert(1, "date entered", "2025-02-02")
    file = extracts.read_frame(frame, folder)
    roles = {c.name: c.role for c in file.columns}
    assert roles["cine_referral_date"] is Role.DATE
    assert roles["cine_close_date"] is Role.OTHER
    assert file.last is not None
    assert file.last.year < 2025 or file.last.month < 4


def test_two_columns_that_could_equally_be_the_day_are_asked_about(folder: Path) -> None:
    frame = pd.DataFrame({"Child ID": range(40), "Date A": "2024-05-13", "Date B": "2024-06-14"})
    write(frame.assign(postcode=extracts.POSTCODES[0]), folder)
    fault = the_fault(extracts.read(folder))
    assert "Date A, Date B" in fault.reason
    assert "place.toml" in fault.hint


@pytest.mark.parametrize("content", ["", "cine_referral_id,cine_person_id,cine_referral_date,postcode\n"])
def test_an_empty_file_and_a_mere_header_are_listed(folder: Path, content: str) -> None:
    write(extracts.ssd(3), folder, "sound.csv")
    (folder / "x.csv").write_text(content)
    found = read_folder(folder)
    (fault,) = found.unplaced
    assert "empty" in fault.reason or "no rows below" in fault.reason
    assert the_file(extracts.read(folder)).rows == 3


def test_another_encoding_is_read(folder: Path) -> None:
    frame = extracts.annex(40).rename(columns={"Allocated Worker": "Wörker name"})
    frame["Wörker name"] = "Zoë"
    for encoding in ("cp1252", "utf-16", "utf-8-sig"):
        frame.to_csv(folder / "x.csv", index=False, encoding=encoding)
        file = the_file(extracts.read(folder))
        assert file.fates == {Fate.USED: 40}
        assert "Wörker name" in [c.name for c in file.columns]


def test_ragged_rows_are_padded_and_noted(folder: Path) -> None:
    lines = extracts.ssd(40).to_csv(index=False).splitlines()
    lines[5] = lines[5].rsplit(",", 1)[0]
    lines[6] += ",,more"
    (folder / "x.csv").write_text("\n".join(lines))
    file = the_file(extracts.read(folder))
    assert file.fates == {Fate.USED: 39, Fate.NO_ADDRESS: 1}
    assert any("2 rows have more or fewer cells" in note for note in file.notes)


def test_a_quotation_mark_that_is_never_closed_is_said(folder: Path) -> None:
    lines = extracts.ssd(40).to_csv(index=False).splitlines()
    lines[20] = f'"{SECRET}{lines[20]}'
    (folder / "x.csv").write_text("\n".join(lines))
    found = extracts.read(folder)
    fault = the_fault(found)
    assert "near line 21" in fault.reason
    assert "never closed" in fault.reason
    assert SECRET not in extracts.said(found)


def test_inches_in_a_cell_open_nothing(folder: Path) -> None:
    lines = extracts.ssd(40).assign(note="calm").to_csv(index=False).splitlines()
    lines[9] = lines[9].replace("calm", '5" cut on the arm')
    (folder / "x.csv").write_text("\n".join(lines) + "\n")
    assert the_file(extracts.read(folder)).fates == {Fate.USED: 40}


def test_where_a_child_is_placed_is_no_home(folder: Path) -> None:
    frame = extracts.annex(40).rename(columns={"Home Postcode": "Placement postcode"})
    write(frame, folder)
    fault = the_fault(extracts.read(folder))
    assert "Placement postcode" in fault.reason
    assert "another place than the child's home" in fault.reason


def test_nothing_but_placeholders_is_counted(folder: Path) -> None:
    frame = extracts.ssd(40)
    frame["addr_address_postcode"] = np.resize(["XXX XXX", "nopostcode", "NFA", "unknown", "000"], 40)
    file = extracts.read_frame(frame, folder)
    assert file.fates == {Fate.PLACEHOLDER: 40}
    assert any("no row can be used" in note for note in file.notes)


def test_american_dates_are_read_where_they_prove_themselves(folder: Path) -> None:
    frame = extracts.ssd(60)
    days = pd.to_datetime(frame["cine_referral_date"])
    frame["cine_referral_date"] = days.dt.strftime("%m/%d/%Y")
    file = extracts.read_frame(frame, folder)
    assert (file.first, file.last) == (days.min().date(), days.max().date())
    assert any("the month before the day" in note for note in file.notes)


def test_dates_that_nothing_tells_are_refused(folder: Path) -> None:
    frame = extracts.ssd(40).assign(cine_referral_date="03/04/2024")
    write(frame, folder)
    fault = the_fault(extracts.read(folder))
    assert "03/04/2024" in fault.reason


def test_the_lists_of_a_workbook_are_each_read_or_said_why_not(folder: Path) -> None:
    plain = extracts.annex(20)
    contacts = plain.rename(
        columns={"Date of referral": "Date of Contact", "Referral Source": "Contact Source"}
    )
    assessed = plain.rename(columns={"Date of referral": "Continuous Assessment Start Date"})
    looked_after = plain.rename(
        columns={"Date of referral": "Date Started to be Looked After", "Home Postcode": "Placement postcode"}
    )
    sheets = {
        "List 1": (["Contacts"], contacts),
        "List 3": ([], plain),
        "List 4": ([], assessed),
        "List 8": ([], looked_after),
    }
    places.write_workbook(folder / "annex.xlsx", sheets)
    found = extracts.read(folder)
    extracts.check_counts(found)
    kinds = {f.source.part: (f.kind.value, f.layout, f.fates) for f in found.files}
    assert kinds == {
        "List 1": ("contacts", "Annex A", {Fate.USED: 20}),
        "List 3": ("referrals", "Annex A", {Fate.USED: 20}),
        "List 4": ("assessments", "Annex A", {Fate.USED: 20}),
    }
    assert [(n.source.part, "no contacts" in n.reason) for n in found.not_read] == [("List 8", True)]


def test_hostile_text_does_no_harm(folder: Path) -> None:
    frame = extracts.ssd(40)
    frame["<script>alert(1)</script>"] = f"=cmd|{SECRET}"
    frame["note"] = f"\x1b[31m\x07{SECRET}"
    frame.loc[3, "note"] = SECRET * 150_000
    frame.loc[4, "addr_address_postcode"] = f"=HYPERLINK({SECRET})" * 5_000
    frame.loc[5, "cine_referral_source_code"] = f"<b>{SECRET}</b>"
    frame.loc[6, "cine_referral_date"] = f"{SECRET}" * 9_000
    write(frame, folder)
    found = extracts.read(folder)
    file = the_file(found)
    assert file.fates == {Fate.USED: 38, Fate.MALFORMED: 1, Fate.BAD_DATE: 1}
    assert file.uncoded == {"source": 1}
    assert SECRET not in extracts.said(found)


def test_swapped_coordinates_are_mended(folder: Path) -> None:
    frame = extracts.ssd(40).drop(columns="addr_address_postcode")
    frame["latitude"], frame["longitude"] = -1.9985, 52.6001
    file = extracts.read_frame(frame, folder)
    assert file.fates == {Fate.USED: 40}
    assert any("wrong way round" in note for note in file.notes)


def test_a_nul_byte_is_left_out(folder: Path) -> None:
    text = extracts.ssd(20_000).to_csv(index=False).encode()
    (folder / "x.csv").write_bytes(text[:-30] + b"\x00" + text[-30:])
    assert the_file(extracts.read(folder)).fates == {Fate.USED: 20_000}
    (folder / "x.csv").write_bytes(b"\x00" + text)
    (fault,) = read_folder(folder).unplaced
    assert "binary" in fault.reason


def test_huge_ids_are_told_apart(folder: Path) -> None:
    frame = extracts.ssd(40)
    frame["cine_person_id"] = [f"{10**30}{n}" for n in range(40)]
    frame["cine_referral_id"] = [f"{'9' * 5_000}{n}" for n in range(40)]
    frame["cine_referral_date"] = "2024-05-06"
    assert extracts.read_frame(frame, folder).fates == {Fate.USED: 40}


def test_of_columns_of_one_name_the_first_counts(folder: Path) -> None:
    frame = extracts.ssd(40)
    frame["again"] = extracts.ELSEWHERE
    text = frame.to_csv(index=False).replace("again", "addr_address_postcode", 1)
    (folder / "x.csv").write_text(text)
    file = the_file(extracts.read(folder))
    assert file.fates == {Fate.USED: 40}
    assert file.columns[-1].name == "addr_address_postcode (2)"
    assert file.columns[-1].why == "addr_address_postcode is taken for the postcode"


def test_a_first_row_of_data_is_never_shown(folder: Path) -> None:
    lines = extracts.ssd(40).assign(name=SECRET).to_csv(index=False).splitlines()[1:]
    (folder / "x.csv").write_text("\n".join(lines))
    (folder / "place.toml").write_text('[files."x.csv"]\nkind = "referrals"\n')
    found = extracts.read(folder)
    assert "first row looks like data" in the_fault(found).reason
    assert SECRET not in extracts.said(found)


def test_a_damaged_file_does_not_stop_the_others(folder: Path) -> None:
    packed = gzip.compress(extracts.ssd(30_000).to_csv(index=False).encode())
    (folder / "a.csv.gz").write_bytes(packed)
    write(extracts.ssd(20, start=50_000), folder, "b.csv")
    found = read_folder(folder)
    (folder / "a.csv.gz").write_bytes(packed[: len(packed) // 2])
    sources = found.sources
    result = extracts.read_extracts(sources, extracts.Directory(), extracts.TODAY, areas=extracts.AREAS)
    assert next(n.reason for n in result.not_read).startswith("is a damaged gzip file")
    assert [f.rows for f in result.files] == [20]


def test_no_value_of_a_row_is_said_or_logged(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    frame = extracts.annex(60)
    frame["Child Unique ID"] = [f"{SECRET}{n}" for n in range(60)]
    frame["Allocated Worker"] = SECRET
    frame.loc[:20, "Referral Source"] = SECRET
    frame.loc[:3, "Home Postcode"] = f"{SECRET} road"
    frame.loc[4:5, "Date of referral"] = SECRET
    write(frame, folder)
    frame.to_excel(folder / "y.xlsx", index=False)
    write(frame.assign(**{"Home Postcode": SECRET}), folder, "z.csv")
    found = extracts.read(folder)
    assert len(found.files) == 2
    assert len(found.not_read) == 1
    assert SECRET not in extracts.said(found) + caplog.text


FAULTS: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "no rows of use": lambda f: f.assign(addr_address_postcode=extracts.ELSEWHERE),
    "blank dates": lambda f: f.assign(cine_referral_date=None),
    "blank postcodes": lambda f: f.assign(addr_address_postcode=None),
    "blank ids": lambda f: f.assign(cine_person_id=None, cine_referral_id=None),
    "times": lambda f: f.assign(cine_referral_date=f["cine_referral_date"] + "T10:11:12Z"),
    "only three columns": lambda f: f[["cine_person_id", "cine_referral_date", "addr_address_postcode"]],
}


@pytest.mark.parametrize("fault", FAULTS)
def test_every_row_has_one_fate_whatever_is_wrong(folder: Path, fault: str) -> None:
    frame = FAULTS[fault](extracts.ssd(40))
    assert extracts.read_frame(frame, folder).rows == 40
