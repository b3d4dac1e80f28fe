"""The settings of a place are read strictly, and written so that nothing is lost."""

import multiprocessing
import sys
import tomllib
from pathlib import Path

import pytest

from data.errors import SourceError
from data.indicators import Kind
from data.place_settings import (
    SETTINGS_FILE,
    ColumnSettings,
    FileSettings,
    PlaceSettings,
    read_place_settings,
    save_column_settings,
    save_file_settings,
)
from data.sources.base import SourceKind

WRITTEN_BY_HAND = """\
# Settings of Elmshire, agreed in March
council = "Oakmere"   # the one we work for
vintage = "2021"

[capacity]
library = 4           # most open on four days

[files."assets/offices.csv"]
# they say "advice", ask Sam
kind = "assets"
asset_kind = "advice"

[columns.own_burglary_ab12]
label = "Burglaries"

[files."old.csv"]
use = false
"""


def write(folder: Path, text: str) -> Path:
    path = folder / SETTINGS_FILE
    path.write_text(text, encoding="utf-8")
    return path


def message_of(folder: Path, text: str) -> str:
    write(folder, text)
    with pytest.raises(SourceError) as caught:
        read_place_settings(folder)
    assert caught.value.hint
    return caught.value.message


def test_a_folder_without_settings_has_the_defaults(tmp_path: Path) -> None:
    assert read_place_settings(tmp_path) == PlaceSettings()
    assert read_place_settings(tmp_path).asset_buffer_m == 3_000.0
    assert list(tmp_path.iterdir()) == []


def test_everything_that_can_be_said_is_read(tmp_path: Path) -> None:
    write(
        tmp_path,
        f"""council = "E06000901"
vintage = 2011
asset_buffer_m = 1500
[capacity]
library = 5
food = 0.5
[files."./a//b.csv"]
use = false
kind = "series"
asset_kind = "food"
sha256 = "{"AB" * 32}"
[columns.own_x]
label = "X"
meaning = "What X counts"
unit = "people"
kind = "rate"
polarity = "high_is_worse"
use = false
""",
    )
    found = read_place_settings(tmp_path)
    assert (found.council, found.vintage, found.asset_buffer_m) == ("E06000901", "2011", 1_500.0)
    assert found.capacity == {"library": 5.0, "food": 0.5}
    assert found.of_file("a/b.csv") == FileSettings(False, SourceKind.SERIES, "food", "ab" * 32)
    assert found.of_column("own_x") == ColumnSettings(
        "X", "What X counts", "people", Kind.RATE, "high_is_worse", False
    )
    assert found.of_file("other.csv") == FileSettings()
    assert found.of_column("own_y") == ColumnSettings()


def test_what_a_person_wrote_stays(tmp_path: Path) -> None:
    path = write(tmp_path, WRITTEN_BY_HAND)
    save_file_settings(tmp_path, "new.csv", FileSettings(use=False))
    save_column_settings(tmp_path, "own_burglary_ab12", ColumnSettings(label="Burglaries", kind=Kind.COUNT))
    text = path.read_text(encoding="utf-8")
    for line in WRITTEN_BY_HAND.splitlines():
        assert line in text
    assert text.startswith("# Settings of Elmshire, agreed in March\n")
    found = read_place_settings(tmp_path)
    assert found.council == "Oakmere"
    assert found.capacity == {"library": 4.0}
    assert found.files == {
        "assets/offices.csv": FileSettings(kind=SourceKind.ASSETS, asset_kind="advice"),
        "old.csv": FileSettings(use=False),
        "new.csv": FileSettings(use=False),
    }
    assert found.of_column("own_burglary_ab12").kind is Kind.COUNT


def test_a_setting_that_is_taken_back_leaves_no_trace_but_comments(tmp_path: Path) -> None:
    path = write(tmp_path, WRITTEN_BY_HAND)
    save_file_settings(tmp_path, "old.csv", FileSettings())
    save_file_settings(tmp_path, "assets/offices.csv", FileSettings())
    text = path.read_text(encoding="utf-8")
    assert "old.csv" not in text
    assert "ask Sam" in text
    assert read_place_settings(tmp_path).files == {}


def test_saving_twice_is_saving_once(tmp_path: Path) -> None:
    save_file_settings(tmp_path, "a.csv", FileSettings(use=False))
    once = (tmp_path / SETTINGS_FILE).read_bytes()
    save_file_settings(tmp_path, "./a.csv", FileSettings(use=False))
    assert (tmp_path / SETTINGS_FILE).read_bytes() == once


@pytest.mark.parametrize(
    "text",
    [
        "",
        'council = "A"',
        "\ufeffcouncil = 'A'\r\n",
        'files = {"b.csv" = {use = false}}\n',
        '[files]\n"b.csv".use = false\n[columns]\n',
        '[files]\n"b.csv" = {use = false}\n',
        'files."b.csv".use = false\n[columns.own_x]\nlabel = """\nlong"""\n',
        "[files]\n",
    ],
)
def test_any_layout_of_the_file_can_be_added_to(tmp_path: Path, text: str) -> None:
    write(tmp_path, text)
    before = read_place_settings(tmp_path)
    save_file_settings(tmp_path, "a.csv", FileSettings(kind=SourceKind.ASSETS))
    after = read_place_settings(tmp_path)
    assert after.files == {**before.files, "a.csv": FileSettings(kind=SourceKind.ASSETS)}
    assert (after.council, after.columns) == (before.council, before.columns)


@pytest.mark.parametrize(
    "name",
    [
        "a b.csv",
        'say "no".csv',
        "[files.x].csv",
        "x]\n[columns.own_y]\nuse=false\n#.csv",
        "\x07bell.csv",
        "Überblick – März.csv",
        "a#b=c.csv",
        "back\\slash/x.csv",
        "<img src=x onerror=alert(1)>.csv",
        "sub/folder/../../x.csv".replace("..", "…"),
    ],
)
def test_any_file_name_comes_back_as_it_was(tmp_path: Path, name: str) -> None:
    save_file_settings(tmp_path, name, FileSettings(use=False))
    assert read_place_settings(tmp_path).files == {name: FileSettings(use=False)}
    assert read_place_settings(tmp_path).columns == {}


@pytest.mark.parametrize(
    "path", ["../x.csv", "a/../../x.csv", "/etc/passwd", "C:\\x.csv", "C:/x.csv", "", ".", "a\\b.csv"]
)
def test_a_path_stays_in_the_folder(tmp_path: Path, path: str) -> None:
    with pytest.raises(SourceError, match=r"path inside the folder|written with /"):
        save_file_settings(tmp_path, path, FileSettings(use=False))
    assert not (tmp_path / SETTINGS_FILE).exists()
    quoted = path.replace("\\", "\\\\")
    assert "Line 2: " in message_of(tmp_path, f'\n[files."{quoted}"]\nuse = false\n')


def test_a_name_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="rename the file"):
        save_file_settings(tmp_path, "broken\udcff.csv", FileSettings(use=False))
    assert not (tmp_path / SETTINGS_FILE).exists()


def test_all_faults_are_told_at_once_with_their_lines_and_the_nearest_name(tmp_path: Path) -> None:
    message = message_of(
        tmp_path,
        """councl = "A"
vintage = "2001"
asset_buffer_m = -1

[files."a.csv"]
us = false
kind = "asets"
asset_kind = "librery"
sha256 = "12"

[columns."Own X"]
polarity = "bad"
label = ""

[capacity]
libary = 5
food = 0
""",
    )
    for words in (
        'Line 1: there is no setting "councl"; the nearest is "council".',
        'Line 2: vintage is "2001", which is none of 2011, 2021',
        "Line 3: asset_buffer_m is not a number of metres from 0 to 50,000.",
        'Line 6: there is no setting "us"; the nearest is "use".',
        'the nearest is "assets".',
        'the nearest is "library".',
        "Line 9: sha256 is not a SHA-256",
        'Line 11: "Own X" is not the id of a column.',
        "Line 12: polarity is",
        "Line 13: label is not a text in quotation marks.",
        'Line 16: there is no kind of place "libary"; the nearest is "library".',
        'Line 17: capacity of "food" is not a number of sessions a week, above 0 and at most 1,000.',
    ):
        assert words in message


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('council = "A"\nvintage = \n', "line 2"),
        ("files = 3", "Line 1: files is not a table"),
        ('[files]\n"a.csv" = true', "Line 2: "),
        ("asset_buffer_m = true", "not a number of metres"),
        ("asset_buffer_m = nan", "not a number of metres"),
        ("vintage = true", "none of"),
        ("capacity = 5", "Line 1: capacity is not a table; write [capacity]"),
        ("[capacity]\nlibrary = true", "not a number of sessions"),
        ("[capacity]\nlibrary = nan", "not a number of sessions"),
        ('[capacity]\nlibrary = "5"', "not a number of sessions"),
        ("[capacity.library]\nsessions = 5", "not a number of sessions"),
        ("[capacity]\nlibrary = 1001", "at most 1,000"),
        ("[capacity]\nq = 5", "there are family_hub, school"),
        ('[files."a.csv"]\nuse = "false"', "neither true nor false"),
        ('[files."a.csv"]\nuse = false\n[files."./a.csv"]\nuse = true', "named twice"),
        ('[columns.own_a]\nkind = "rank"', "none of count, rate, score, other"),
        ('[columns.own_a]\nlabel = "a\\u0007"', "cannot be shown"),
        (f'[columns.own_a]\nlabel = "{"a" * 501}"', "longer than 500"),
    ],
)
def test_what_has_no_meaning_is_refused(tmp_path: Path, text: str, words: str) -> None:
    assert words in message_of(tmp_path, text)


def test_a_file_that_is_no_text_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / SETTINGS_FILE).write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SourceError, match="not UTF-8"):
        read_place_settings(tmp_path)
    (tmp_path / SETTINGS_FILE).write_bytes(b"#" * 1_000_001)
    with pytest.raises(SourceError, match="larger than 1 MB"):
        read_place_settings(tmp_path)


def test_a_wrong_value_is_not_saved_and_a_broken_file_not_overwritten(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="none of"):
        save_file_settings(tmp_path, "a.csv", FileSettings(asset_kind="castle"))
    with pytest.raises(SourceError, match="id of a column"):
        save_column_settings(tmp_path, "Own", ColumnSettings(use=False))
    path = write(tmp_path, "not toml")
    with pytest.raises(SourceError, match="is not TOML"):
        save_file_settings(tmp_path, "a.csv", FileSettings(use=False))
    assert path.read_text(encoding="utf-8") == "not toml"


def test_settings_of_files_that_are_gone_are_named(tmp_path: Path) -> None:
    write(tmp_path, '[files."libaries.csv"]\nuse = false\n[files."b.csv"]\nuse = false\n')
    (words,) = read_place_settings(tmp_path).strangers(["libraries.csv", "b.csv"])
    assert "libaries.csv" in words
    assert 'the nearest is "libraries.csv"' in words


def test_a_folder_that_cannot_be_written_is_a_message(tmp_path: Path) -> None:
    (tmp_path / "gone").write_text("a file, not a folder", encoding="utf-8")
    with pytest.raises(SourceError, match="cannot be written"):
        save_file_settings(tmp_path / "gone", "a.csv", FileSettings(use=False))


def _save_many(folder: str, writer: int) -> None:
    for number in range(6):
        save_file_settings(Path(folder), f"{writer}/{number}.csv", FileSettings(use=False))
        save_column_settings(Path(folder), f"own_{writer}_{number}", ColumnSettings(unit="people"))


def test_writers_at_once_lose_nothing_and_readers_never_see_half(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(sys.modules["__main__"], "__file__", raising=False)  # a page that a test ran as main
    write(tmp_path, WRITTEN_BY_HAND)
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_save_many, args=(str(tmp_path), n)) for n in range(3)]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        read_place_settings(tmp_path)
        tomllib.loads((tmp_path / SETTINGS_FILE).read_text(encoding="utf-8"))
    for writer in writers:
        writer.join()
        assert writer.exitcode == 0
    found = read_place_settings(tmp_path)
    assert len(found.files) == 2 + 18
    assert len(found.columns) == 1 + 18
    assert {p.name for p in tmp_path.iterdir()} <= {SETTINGS_FILE, f".{SETTINGS_FILE}.lock"}
