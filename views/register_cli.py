"""The commands of the register: `atlas register import`, `migrate`, `backup`, `restore`, `verify`, `invite`.

Each works on the register of a build, which stands beside it, or on that of `ATLAS_DATABASE_URL`.
"""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from views.console import JsonOption, count, fail, plain, print_json, say, show_list
from views.invite_cli import invitations, invite, revoke
from views.register_export_cli import export
from views.register_import_cli import import_places, start
from views.register_of import BuildOption, build_of, register_engine

if TYPE_CHECKING:
    from data.register.verify import Check

register = typer.Typer(
    help="Keep the register of places: import, export, migrate, back up, restore, verify, invite."
)


@register.command()
def migrate(build: BuildOption = None, as_json: JsonOption = False) -> None:
    """Make the tables of the register, or bring those of an earlier version up to date."""
    from data.register.engine import describe
    from data.register.migrations import ensure_current, version_of

    engine = register_engine(build)
    before = version_of(engine)
    ensure_current(engine)
    after = version_of(engine)
    if as_json:
        print_json({"register": describe(engine), "before": before, "after": after})
        return
    done = "was up to date" if before == after else ("was brought up to date" if before else "was made")
    say(f"The register {done}, version {after}: {describe(engine)}")


@register.command()
def backup(
    file: Annotated[Path, typer.Argument(help="A new file; it holds contacts and confidential locations.")],
    build: BuildOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write the register as it is now into one file, while others go on using it."""
    from data.plans import plans_file
    from data.register.backup import back_up
    from data.type_overrides import overrides_file
    from models.type_kept import kept_file

    made = back_up(register_engine(build), file)
    if as_json:
        print_json({"file": str(made.path), "revision": made.revision, "rows": made.rows})
        return
    say(f"{_describe(made.rows)} at revision {made.revision:,} are in {made.path}")
    say("Keep it as safe as the register itself. The key of invitation links is not in it.")
    not_in_it = {
        "Saved plans of where to place support": plans_file,
        "Overruled names and ways of working": overrides_file,
        "Types that were kept": kept_file,
    }
    for what, file_of in not_in_it.items():
        path = file_of(build_of(build))
        if path.is_file():
            say(f"{what} are not in it either: keep a copy of {path}")


@register.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A file that atlas register backup made.")],
    yes: Annotated[bool, typer.Option("--yes", help="Replace what the register holds.")] = False,
    keep: Annotated[
        Path | None, typer.Option(help="A new file for what is there now; else one beside the build.")
    ] = None,
    build: BuildOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put a backup back in place of all that the register holds, and keep a backup of what was there."""
    from data.register.backup import open_backup
    from data.register.records import COMMAND_LINE
    from data.register.restore import restore as put_back

    if not yes:
        rows = _describe(open_backup(file).rows)
        raise typer.BadParameter(
            f"the backup holds {rows}, which would replace all that the register holds. Nothing was changed; "
            "say --yes to go on.",
            param_hint="--yes",
        )
    home = build_of(build).resolve()
    kept = keep or home.parent / f"{home.name}.before-restore-{datetime.now():%Y%m%d-%H%M%S}.zip"
    done = put_back(register_engine(build), COMMAND_LINE, file, kept)
    if as_json:
        print_json(
            {
                "file": str(file),
                "revision": done.revision,
                "rows": done.backup.rows,
                "kept": None if done.kept is None else str(done.kept.path),
                "aside": None if done.aside is None else str(done.aside),
            }
        )
        return
    say(f"{_describe(done.backup.rows)} were put back; the register is at revision {done.revision:,}.")
    if done.kept is not None:
        say(f"What was there is in {done.kept.path}")
    if done.aside is not None:
        say(f"What was there was damaged, and is in {done.aside}")
    say("Restart the app, so that it forgets what it has read.")


@register.command()
def verify(build: BuildOption = None, as_json: JsonOption = False) -> None:
    """Look whether the register is sound, its history whole and every record as the history says."""
    from data.register.engine import describe
    from data.register.verify import verify as look_over

    engine = register_engine(build)
    checks = look_over(engine)
    wrong = [check for check in checks if not check.passed]
    if as_json:
        print_json(
            {"register": describe(engine), "passed": not wrong, "checks": [{**vars(c)} for c in checks]}
        )
    elif not checks:
        say(f"Nothing was written yet: {describe(engine)}")
    else:
        show_list(f"Checks of {plain(describe(engine))}", [line for c in checks for line in _lines(c)])
    if wrong:
        fail(
            f"{count(len(wrong), 'check')} of {len(checks)} found something wrong.",
            "Put a backup back with: atlas register restore, or look at what is named.",
        )


register.command()(export)
register.command("import")(import_places)
register.command()(start)
register.command()(invite)
register.command()(invitations)
register.command()(revoke)


def _describe(rows: Mapping[str, int]) -> str:
    """Say what a backup holds, in the words of those who use the register."""
    told = {"place": "place", "organisation": "organisation", "invitation": "invitation", "history": "change"}
    return ", ".join(count(rows[table], noun) for table, noun in told.items())


def _lines(check: "Check") -> list[str]:
    """Say how a check went, with the first things that are wrong."""
    if check.passed:
        return [f"{check.name}: yes ({check.looked_at:,} looked at)"]
    more = check.wrong - len(check.faults)
    faults = [f"  {fault}" for fault in check.faults] + ([f"  and {more:,} more"] if more else [])
    return [f"{check.name}: NO, {check.wrong:,} wrong", *faults]
