"""What place.toml says of extracts is checked, read, and written without losing a comment."""

from pathlib import Path

import pytest

from data.errors import SourceError
from data.place_settings import FileSettings, read_place_settings, save_file_settings
from data.referral_rows import EventKind, Role
from data.sources.base import SourceKind


def read(folder: Path, text: str) -> FileSettings:
    (folder / "place.toml").write_text(text)
    return read_place_settings(folder).of_file("x.csv")


def test_events_and_roles_are_read(tmp_path: Path) -> None:
    said = read(
        tmp_path, '[files."x.csv"]\nevents = "contacts"\nroles = { "My date" = "date", Other = "ignore" }\n'
    )
    assert said == FileSettings(events=EventKind.CONTACT, roles={"My date": Role.DATE, "Other": Role.OTHER})


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (
            'events = "referal"',
            'Line 3: events is "referal", which is none of contacts, referrals, assessments',
        ),
        ('roles = { A = "dates" }', 'Line 3: roles of "A" is "dates"'),
        ("roles = { A = 3 }", 'Line 3: roles of "A" is "3"'),
        ('roles = "date"', "Line 3: roles is not a table"),
        ('roles = { "" = "date" }', 'Line 3: roles of "" is not a text'),
        ('role = { A = "date" }', 'Line 3: there is no setting "role"; the nearest is "roles"'),
    ],
)
def test_faults_are_told_with_their_line(tmp_path: Path, line: str, fault: str) -> None:
    with pytest.raises(SourceError) as caught:
        read(tmp_path, f'# mine\n[files."x.csv"]\n{line}\n')
    assert fault in caught.value.message


@pytest.mark.parametrize(
    "before",
    [
        "",
        '# mine\n[files."x.csv"] # here\nuse = false # why\n',
        '# mine\n[files]\n"x.csv" = { roles = { A = "date" } } # here\n',
        '# mine\n[files."x.csv"]\nroles = { A = "date", C = "age" } # here\n',
        '# mine\n[files."x.csv".roles] # here\nA = "date" # why\nC = "age"\n',
    ],
)
def test_what_is_said_is_written_and_comments_stay(tmp_path: Path, before: str) -> None:
    (tmp_path / "place.toml").write_text(before)
    said = FileSettings(
        kind=SourceKind.REFERRALS, events=EventKind.REFERRAL, roles={"A": Role.POSTCODE, 'B "b"': Role.OTHER}
    )
    save_file_settings(tmp_path, "x.csv", said)
    text = (tmp_path / "place.toml").read_text()
    assert read_place_settings(tmp_path).of_file("x.csv") == said
    assert [word for word in ("# mine", "# here") if word in before] == [
        w for w in ("# mine", "# here") if w in text
    ]
    save_file_settings(tmp_path, "x.csv", FileSettings())
    assert read_place_settings(tmp_path).of_file("x.csv") == FileSettings()
