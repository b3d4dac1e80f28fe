"""The command `atlas decisions`: the records of decisions of a build, and whether each is as it was saved."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from views.console import JsonOption, fail, plain, print_json, say, show_list
from views.register_of import build_of, register_engine

if TYPE_CHECKING:
    from data.register.decisions import Decision


def decisions(
    build: Annotated[Path, typer.Argument(help="The build in whose register they are.")],
    as_json: JsonOption = False,
) -> None:
    """List the records of decisions, and say of each whether it was tampered with."""
    from data.provenance import Tier
    from data.register.records import COMMAND_LINE
    from data.register.store import Register

    register = Register(register_engine(build_of(build)))
    records = {
        record.id: register.decision_versions(COMMAND_LINE, record.id, Tier.INTERNAL)
        for record in register.decisions(COMMAND_LINE, Tier.INTERNAL)
    }
    described = [describe_record(versions) for versions in records.values()]
    touched = [one for one in described if not one["untouched"]]
    if as_json:
        print_json({"records": described, "untouched": not touched})
    elif not described:
        say("No decision was recorded yet.")
    for one in described if not as_json else ():
        show_list(plain(f"{one['name']}: {one['state']}"), record_lines(one))
    if touched:
        fail(
            f"{len(touched)} of {len(described)} records are not as they were saved.",
            "Look further with: atlas register verify. Put a backup back with: atlas register restore.",
        )


def describe_record(versions: "tuple[Decision, ...]") -> dict[str, Any]:
    """Describe a record by its versions, as plain values."""
    from data.register.decision_chain import what_is_touched
    from data.register.decision_json import data_hash

    newest = versions[-1]
    touched = what_is_touched(versions)
    return {
        "id": newest.id,
        "name": newest.name,
        "state": newest.state.value,
        "tier": newest.tier.value,
        "version": newest.version,
        "made_by": newest.made_by,
        "made_at": newest.made_at.isoformat() if newest.made_at else None,
        "in": {choice.code: choice.name for choice in newest.chosen},
        "data": data_hash(newest),
        "sha256": newest.sha256,
        "successor_of": newest.successor_of or None,
        "reason": newest.reason or None,
        "untouched": not touched,
        "faults": list(touched),
    }


def record_lines(described: dict[str, Any]) -> list[str]:
    """Say in lines what `describe_record` describes."""
    lines = [
        f"In: {', '.join(described['in'].values())}" if described["in"] else "Nothing is in.",
        f"Record {described['id']}",
        f"Version {described['version']}, saved by {described['made_by']} at {described['made_at']}",
        f"Hash {described['sha256']}, of data {described['data']}",
    ]
    lines += [f"Withdrawn: {described['reason']}"] if described["reason"] else []
    return [*lines, *(f"TAMPERED WITH: {fault}" for fault in described["faults"])]
