"""Many places from a spreadsheet: all that is wrong is told by row, and all are sent or none."""

import io
import uuid
import zipfile
from dataclasses import replace
from pathlib import Path

import openpyxl
import places
import pytest

from data.asset_kinds import asset_kinds
from data.errors import RegisterError
from data.postcodes import PostcodeDirectory
from data.register.records import Actor, Opening, Place, Role, State
from data.register.store import Register, open_register
from geo.builds import Build
from geo.register_locate import directory_of
from models import place_bulk
from models.place_bulk import Bulk, read_bulk, submit_all
from models.place_template import COLUMNS, make_template

EDITOR = Actor("editor", Role.EDITOR)
HEADER = [column.heading for column in COLUMNS]
CODES = places.postcodes()["pcds"]
BASE, ORGANISATION = str(uuid.uuid4()), str(uuid.uuid4())


@pytest.fixture
def register(tmp_path: Path) -> Register:
    return open_register(tmp_path / "build", f"sqlite:///{tmp_path / 'register.db'}")


def csv_of(*rows: list[object], header: list[str] = HEADER) -> bytes:
    lines = [header, *rows]
    return "\n".join(",".join(f'"{cell}"' for cell in row) for row in lines).encode()


def workbook_of(*rows: list[object]) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(make_template()))
    for row in rows:
        book["Places"].append(row)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def read(content: bytes, build: Build, others: tuple[Place, ...] = (), name: str = "places.xlsx") -> Bulk:
    return read_bulk(content, name, directory_of(build), build, BASE, ORGANISATION, others)


def row(
    name: str = "Mill Library", kind: str = "Library", postcode: str = CODES[0], **more: str
) -> list[object]:
    cells = {"Name": name, "Kind": kind, "Postcode": postcode, **more}
    return [cells.get(heading, "") for heading in HEADER]


def test_the_template_has_an_example_that_is_passed_over_and_no_formula() -> None:
    book = openpyxl.load_workbook(io.BytesIO(make_template()))
    assert book.sheetnames == ["Places", "Kinds", "How to fill it in"]
    cells = [cell for sheet in book for line in sheet.iter_rows() for cell in line if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert [cell.value for cell in book["Places"][1]] == HEADER
    assert str(book["Places"]["A2"].value).startswith("EXAMPLE")
    assert len(book["Kinds"]["A"]) == len(asset_kinds()) + 1


@pytest.mark.parametrize("write", [workbook_of, csv_of])
def test_a_row_becomes_a_draft(elmshire: Build, write: object) -> None:
    more = {
        "Address": "1 Mill Lane",
        "What happens there": "Reading",
        "Youngest age": "5",
        "Oldest age": "11",
        "Cost": "free",
        "When it is open": "Mon 9am-5pm",
        "Sessions a week": "2",
        "Phone or email": "01632 960123",
        "May everyone see the phone or email?": "Yes",
        "Who to ask for": "Ann",
        "Accessibility": "Step-free entrance; baby changing",
        "Website": "mill.example",
    }
    found = read(write(row(**more)), elmshire)  # type: ignore[operator]
    assert found.faults == ()
    assert found.ready
    assert found.rows == (3 if write is workbook_of else 2,)
    (draft,) = found.drafts
    assert (draft.name, draft.kind, draft.state) == ("Mill Library", "library", State.SUBMITTED)
    assert (draft.postcode, draft.ward_name, draft.organisation_id) == (CODES[0], "Ward A", ORGANISATION)
    (service,) = draft.services
    assert (service.minimum_age, service.maximum_age, service.free) == (5, 11, True)
    assert (service.openings, service.sessions_a_week) == ((Opening(0, "09:00", "17:00"),), 2.0)
    assert service.accessibility == ("step_free", "baby_change")
    (contact,) = draft.contacts
    assert (contact.name, contact.phone, contact.consent) == ("Ann", "01632 960123", True)


def test_every_fault_is_told_with_its_row_and_column(elmshire: Build) -> None:
    rows = [
        row(),
        row(
            "",
            "pub",
            "ZE1 1A",
            **{"Youngest age": "five", "Accessibility": "lift", "Website": "javascript:x"},
        ),
        row("Mill library", "libraries", CODES[0].lower()),
        row("Far", "library", "SW1A 1AA", **{"May everyone see the phone or email?": "perhaps"}),
        row("Old", "library", CODES[1], **{"Youngest age": "9", "Oldest age": "3"}),
    ]
    found = read(csv_of(*rows), elmshire, name="places.csv")
    assert {(fault.row, fault.column) for fault in found.faults} == {
        (3, "Name"),
        (3, "Kind"),
        (3, "Postcode"),
        (3, "Youngest age"),
        (3, "Accessibility"),
        (3, "Website"),
        (4, "Name"),
        (5, "Postcode"),
        (5, "May everyone see the phone or email?"),
        (6, "Oldest age"),
    }
    assert found.rows == (2,)
    assert not found.ready
    told = {(fault.row, fault.column): fault for fault in found.faults}
    assert told[4, "Name"].what == "This is the same place as row 2."
    assert told[3, "Kind"].hint.startswith("Use family hub")
    assert "map" not in told[3, "Postcode"].hint
    assert all(len(fault.what) < 200 for fault in found.faults)


def test_nothing_is_sent_while_anything_is_wrong(register: Register, elmshire: Build) -> None:
    found = read(csv_of(row(), row("", "library")), elmshire)
    with pytest.raises(RegisterError, match="nothing was sent"):
        submit_all(register, EDITOR, found)
    assert register.revision() == 0


def test_all_are_sent_once_however_often(register: Register, elmshire: Build) -> None:
    contact = {"Phone or email": "01632 960123", "May everyone see the phone or email?": "yes"}
    content = csv_of(row(**contact), row("Brambley Refuge", "other place", CODES[5]))
    receipts = submit_all(
        register, EDITOR, replace(read(content, elmshire), drafts=_without_org(content, elmshire))
    )
    assert [receipt.place.name for receipt in receipts] == ["Mill Library", "Brambley Refuge"]
    assert receipts[1].place.held
    assert receipts[1].place.easting_m is None
    revision = register.revision()
    again = submit_all(
        register, EDITOR, replace(read(content, elmshire), drafts=_without_org(content, elmshire))
    )
    assert [receipt.place.id for receipt in again] == [receipt.place.id for receipt in receipts]
    assert register.revision() == revision


def test_when_the_register_refuses_one_none_is_sent(register: Register, elmshire: Build) -> None:
    first, second = _without_org(csv_of(row(), row("Quay", "library", CODES[5])), elmshire)
    found = Bulk((first, replace(second, name="x" * 300)), (2, 3), (), {})
    with pytest.raises(RegisterError, match="longer than 200"):
        submit_all(register, EDITOR, found)
    assert register.everything(EDITOR) == ()


def test_more_than_may_be_sent_at_once_are_refused_by_the_store_too(register: Register) -> None:
    with pytest.raises(RegisterError, match="501 places are more than"):
        register.submit_many(EDITOR, [Place("", 0, State.SUBMITTED, "x", "library")] * 501)
    with pytest.raises(RegisterError, match="you may not"):
        register.submit_many(Actor("", Role.VIEWER), [])


def test_a_row_that_is_there_already_is_told(elmshire: Build) -> None:
    there = read(csv_of(row("The Mill Library")), elmshire).drafts[0]
    found = read(csv_of(row(), row("Quay", "library", CODES[9])), elmshire, (replace(there, id="there"),))
    assert found.ready
    assert list(found.alike) == [2]
    assert found.alike[2].place.id == "there"


def test_columns_that_are_not_of_the_template_are_named(elmshire: Build) -> None:
    header = ["Type", "Place name", "Postal code", "Secret"]
    content = csv_of(["library", "Mill", CODES[0], "x"], header=header)
    found = read(content, elmshire)
    assert found.ready
    assert found.notes == ("Columns that are not of the template are not read: Secret.",)


def test_hostile_text_is_text(elmshire: Build) -> None:
    found = read(csv_of(row("<script>alert(1)</script>", "library", CODES[0], Address="=1+1")), elmshire)
    assert found.drafts[0].name == "<script>alert(1)</script>"
    assert found.drafts[0].address == "=1+1"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is empty"),
        (b"PK\x03\x04 no workbook", "is damaged"),
        (b"\x1f\x8b\x08", "is packed"),
        (b"x" * (place_bulk.MOST_BYTES + 1), "larger than 2 MB"),
        (b"a,b\n1,2\n", "no columns Name, Kind and Postcode"),
        (csv_of(["A", "library", "ZE1 1AA", "1"], header=["Name", "Kind", "Postcode", "Child ID"]), "people"),
        (csv_of(row("EXAMPLE: a place")), "no row with a place"),
        (csv_of(*([row()] * 501)), "501 rows; 500 may be sent"),
        (b"<html><body>", "is a web page"),
    ],
)
def test_what_is_no_spreadsheet_of_places_is_told(elmshire: Build, content: bytes, told: str) -> None:
    with pytest.raises(RegisterError, match=told) as error:
        read(content, elmshire, name="bulk.csv")
    assert error.value.hint


def test_what_unpacks_to_far_more_is_refused(elmshire: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(place_bulk, "MOST_UNPACKED", 1_000)
    with pytest.raises(RegisterError, match="too large inside"):
        read(make_template(), elmshire)


@pytest.mark.parametrize("corner", ["XFD1048576", "A2100000", "ZZZZZZZZ4", "AAA3000"])
def test_one_word_far_away_does_not_take_all_memory(elmshire: Build, corner: str) -> None:
    sheet = f'<row r="4"><c r="{corner}" t="inlineStr"><is><t>x</t></is></c></row></sheetData>'
    with pytest.raises(RegisterError, match=r"far below or beside its table|is nowhere") as error:
        read(changed(workbook_of(row()), b"</sheetData>", sheet.encode()), elmshire)
    assert error.value.hint


def test_styled_cells_without_content_are_let_be(elmshire: Build) -> None:
    sheet = b'<row r="1048576"><c r="XFD1048576" s="1"/></row></sheetData>'
    assert len(read(changed(workbook_of(row()), b"</sheetData>", sheet), elmshire).drafts) == 1


def test_a_workbook_that_says_it_is_smaller_than_it_is_is_refused(elmshire: Build) -> None:
    content = bytearray(workbook_of(row()))
    at = content.rindex(b"PK\x01\x02", 0, content.rindex(b"xl/worksheets/sheet1.xml"))
    content[at + 24 : at + 28] = (10).to_bytes(4, "little")
    with pytest.raises(RegisterError, match="damaged or locked"):
        read(bytes(content), elmshire)


def changed(workbook: bytes, old: bytes, new: bytes) -> bytes:
    """Write the first sheet of a workbook otherwise."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as before, zipfile.ZipFile(written, "w") as after:
        for name in before.namelist():
            part = before.read(name)
            first = name == "xl/worksheets/sheet1.xml"
            after.writestr(name, part.replace(old, new) if first else part)
    return written.getvalue()


def test_postcodes_are_looked_up_in_the_directory_that_is_given(elmshire: Build) -> None:
    found = read_bulk(csv_of(row()), "a.csv", PostcodeDirectory(), elmshire, BASE)
    assert [fault.column for fault in found.faults] == ["Postcode"]


def _without_org(content: bytes, build: Build) -> tuple[Place, ...]:
    return tuple(replace(draft, organisation_id="") for draft in read(content, build).drafts)
