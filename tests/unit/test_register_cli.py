"""The commands of the register: exit status, JSON alone on the output stream, and nothing lost by a slip."""

import json
from pathlib import Path

import pytest
from register_load import EDITOR, draft, source_of
from small_builds import make_build, varied_areas
from sqlalchemy import update

from data.plans import plans_file
from data.register import tables
from data.register.backup import open_backup
from data.register.engine import make_engine, register_url, writing
from data.register.records import Role
from data.register.store import Register, open_register
from data.type_overrides import overrides_file
from models.type_kept import kept_file
from tests.unit.conftest import Run


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a build."""
    folder = tmp_path_factory.mktemp("home")
    make_build(folder / "elmshire", varied_areas())
    return folder


@pytest.fixture
def build(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The build that the app shows, of which nothing is in a register."""
    monkeypatch.delenv("ATLAS_DATABASE_URL", raising=False)
    monkeypatch.setenv("ATLAS_BUILD", str(home / "elmshire"))
    for file in home.glob("*.*"):
        file.unlink()
    return home / "elmshire"


@pytest.fixture
def used(build: Path) -> Register:
    """Its register, with 25 places of a file and one that was submitted."""
    register = open_register(build)
    register.import_rows(EDITOR, *source_of("libraries"))
    register.submit(EDITOR, draft("one", 1))
    register.engine.dispose()
    return register


def test_migrate_makes_the_register_of_the_build_once(run: Run, build: Path) -> None:
    file = str(build.parent / "elmshire.register.db")
    status, out, err = run("register", "migrate", "--json")
    assert (status, err) == (0, "")
    assert json.loads(out) == {"register": file, "before": "", "after": "0002"}
    assert run("register", "migrate", "--build", build) == (
        0,
        f"The register was up to date, version 0002: {file}\n",
        "",
    )
    status, out, err = run("register", "migrate", "--build", build.parent)
    assert (status, out) == (1, "")
    assert "is not a build" in err


def test_the_settings_say_where_the_register_is(
    run: Run, build: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ATLAS_DATABASE_URL", f"sqlite:///{tmp_path / 'own.db'}")
    assert run("register", "migrate")[0] == 0
    assert (tmp_path / "own.db").is_file()
    assert not list(build.parent.glob("*.db"))
    monkeypatch.setenv("ATLAS_DATABASE_URL", "mysql://u:hush@h/d")
    status, out, err = run("register", "migrate")
    assert (status, out) == (1, "")
    assert "not one of SQLite or PostgreSQL" in err
    assert "hush" not in err


def test_a_backup_goes_back_only_when_that_is_said(run: Run, used: Register, build: Path) -> None:
    file = build.parent / "backup.zip"
    status, out, _ = run("register", "backup", file, "--json")
    made = json.loads(out)
    assert (status, made["file"], made["revision"], made["rows"]["place"]) == (0, str(file), 27, 26)
    used.submit(EDITOR, draft("two", 2))
    status, out, err = run("register", "restore", file)
    assert (status, out) == (2, "")
    assert "26 places" in err
    assert "Nothing was changed" in err
    assert used.revision() == 28
    status, out, err = run("register", "restore", file, "--yes", "--json")
    done = json.loads(out)
    assert (status, err, done["revision"], done["aside"]) == (0, "", 28, None)
    assert len(used.everything(EDITOR)) == 26
    kept = Path(done["kept"])
    assert kept.name.startswith("elmshire.before-restore-")
    assert open_backup(kept).rows["place"] == 27
    status, out, err = run("register", "restore", kept, "--yes", "--keep", build.parent / "again.zip")
    assert (status, err) == (0, "")
    assert "27 places, 0 organisations, 0 invitations, 28 changes were put back" in out
    assert "Restart the app" in out
    used.engine.dispose()


def test_a_backup_that_is_none_is_refused_and_none_is_replaced(run: Run, used: Register, build: Path) -> None:
    file = build.parent / "backup.zip"
    file.write_bytes(b"PK and no more")
    for words in (("backup", file), ("restore", file, "--yes"), ("restore", file)):
        status, out, err = run("register", *words)
        assert (status, out) == (1, "")
        assert "HINT: " in err
    assert file.read_bytes() == b"PK and no more"
    assert used.revision() == 27
    used.engine.dispose()


def test_verify_says_what_it_looked_at_and_what_is_wrong(run: Run, used: Register) -> None:
    status, out, err = run("register", "verify")
    assert (status, err) == (0, "")
    assert "every record is as the history says: yes (27 looked at)" in out
    with writing(used.engine) as connection:
        connection.execute(update(tables.place).values(name="[bold]x[/bold]"))
    used.engine.dispose()
    status, out, err = run("register", "verify")
    assert status == 1
    assert "every record is as the history says: NO, 26 wrong" in out
    assert "and 21 more" in out
    assert "1 check of 10 found something wrong" in err
    status, out, err = run("register", "verify", "--json")
    told = json.loads(out)
    assert (status, told["passed"], len(told["checks"])) == (1, False, 10)
    assert [check["wrong"] for check in told["checks"] if check["faults"]] == [26]


def test_a_backup_says_what_is_not_in_it(run: Run, used: Register, build: Path) -> None:
    _, out, _ = run("register", "backup", build.parent / "backup.zip")
    assert "The key of invitation links is not in it." in out
    assert "not in it either" not in out
    beside = [file_of(build) for file_of in (plans_file, overrides_file, kept_file)]
    for path in beside:
        path.touch()
    _, out, _ = run("register", "backup", build.parent / "another.zip")
    for path in beside:
        assert f"not in it either: keep a copy of {path}" in out
    used.engine.dispose()


def test_a_register_outlives_its_build(run: Run, used: Register, build: Path) -> None:
    used.engine.dispose()
    kept = build.rename(build.with_name("kept"))
    try:
        assert run("register", "verify", "--build", build)[0] == 0
        assert run("register", "backup", build.parent / "backup.zip", "--build", build)[0] == 0
        assert run("register", "verify", "--build", build.with_name("another"))[0] == 1
    finally:
        kept.rename(build)


def test_verify_of_nothing_is_said_and_makes_nothing(run: Run, build: Path) -> None:
    status, out, _ = run("register", "verify")
    assert status == 0
    assert "Nothing was written yet" in out
    status, out, err = run("register", "backup", build.parent / "backup.zip")
    assert (status, out) == (1, "")
    assert "There is no register" in err
    assert not list(build.parent.glob("*.*"))


def test_an_invitation_is_told_once_listed_and_withdrawn(
    run: Run, build: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Nobody was invited yet" in run("register", "invitations")[1]
    monkeypatch.setenv("ATLAS_PUBLIC_URL", "https://atlas.example.org/")
    status, out, err = run("register", "invite", "Mill Trust", "--days", 30, "--label", "Food team", "--json")
    made = json.loads(out)
    assert (status, err, made["organisation"]) == (0, "", "Mill Trust")
    address, token = made["link"].rsplit("/", 1)
    assert address == "https://atlas.example.org/atlas/invitation"
    register = Register(make_engine(register_url(build)))
    guest = register.guest(token)
    assert (guest.role, guest.invitation_id) == (Role.PARTNER, made["id"])
    assert run("register", "invite", "mill trust")[0] == 0, "the name of one that is there"
    assert [organisation.name for organisation in register.organisations()] == ["Mill Trust"]
    listed = json.loads(run("register", "invitations", "--json")[1])["invitations"]
    assert [(one["organisation"], one["label"]) for one in listed] == [
        ("Mill Trust", ""),
        ("Mill Trust", "Food team"),
    ]
    assert token not in json.dumps(listed)
    assert json.loads(run("register", "revoke", made["id"], "--json")[1])["id"] == made["id"]
    out = run("register", "invitations")[1]
    assert "withdrawn on" in out
    assert "holds until" in out
    status, _, err = run("register", "revoke", "none")
    assert status == 1
    assert "There is no invitation none" in err
    assert run("register", "invite", "Mill Trust", "--days", 1000)[0] == 1
    assert run("register", "invite")[0] == 2
    register.engine.dispose()


def test_what_people_wrote_is_printed_as_text(run: Run, build: Path) -> None:
    status, out, _ = run("register", "invite", "[bold]Mill[/bold] \x1b[31mTrust")
    assert status == 0
    assert "[bold]Mill[/bold]" in out
    assert "\x1b[31m" not in out
