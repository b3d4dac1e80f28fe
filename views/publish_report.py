"""What the command line says of a release: for the council's own eyes."""

from typing import Any

from models.publish import Published


def describe_published(made: Published) -> dict[str, Any]:
    """Return what became of a release as plain values."""
    cost = made.release.cost
    return {
        "out": str(made.path),
        "ledger": str(made.ledger),
        "ledger_sha256": made.ledger_hash,
        "release": made.release.entry.id,
        "controller": made.release.entry.controller,
        "rule": made.release.released.facts["rule"],
        "attacked": made.release.audit.attacked,
        "audit": made.release.audit.sentence,
        "audit_seconds": round(made.release.audit.seconds, 2),
        "withheld_small": cost["small"],
        "withheld_beside": cost["beside"],
        "cost": cost,
        "left_out": [*made.release.left_out, *made.left_out],
    }


def published_lines(made: Published) -> list[tuple[str, list[str]]]:
    """Return what became of a release as titles with lines."""
    cost = made.release.cost
    tables = [
        f"{name}: {said['small']:,} small and {said['beside']:,} beside them of {said['cells']:,} "
        f"({said['share_withheld']:.1%} of what is counted)"
        for name, said in cost["tables"].items()
        if said["small"] or said["beside"]
    ]
    proved = (
        "no cheaper pattern protects as well"
        if cost["gap"] == 0
        else f"no pattern that protects as well is cheaper by more than {cost['gap']:.1%}"
    )
    return [
        (
            f"Withheld ({cost['small']:,} small, {cost['beside']:,} beside them)",
            [*tables, f"Withheld beside the small ones: {proved}."],
        ),
        ("Audit", [made.release.audit.sentence]),
        ("Left out", [*made.release.left_out, *made.left_out]),
        ("Ledger", [f"{made.release.entry.id} is entered in {made.ledger}", made.ledger_hash]),
    ]
