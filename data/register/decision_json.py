"""A record of a decision as text, the same on every database, and the hash that chains its versions."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Row

from data.provenance import Tier
from data.register.decisions import Choice, Decision, DecisionState, Input
from data.register.records import Role

_BESIDE: Final = (
    "id",
    "version",
    "state",
    "tier",
    "made_by",
    "role",
    "made_at",
    "previous",
    "sha256",
    "fault",
)
"""What stands in columns of its own, or is said by the store."""
_CONTENT: Final = tuple(f.name for f in fields(Decision) if f.name not in _BESIDE)
_CHOICE: Final = tuple(f.name for f in fields(Choice))
_INPUT: Final = tuple(f.name for f in fields(Input))
_BY_NAME: Final = ("criteria", "weights", "places", "place_counts", "settings", "equality")
UNREADABLE: Final = "(cannot be read)"
"""What a record is called whose content is no longer what was written."""


def canonical(value: Any) -> str:  # noqa: ANN401
    """Write plain values as JSON in the one way that is hashed: keys sorted, no white space.

    Raises
    ------
    ValueError
        When a number is none that JSON can hold.

    Examples
    --------
    >>> canonical({"b": 0.1, "a": ["é"]})
    '{"a":["é"],"b":0.1}'
    """
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def content_to_text(decision: Decision) -> str:
    """Write what a record says, without what its columns say."""
    written: dict[str, Any] = {name: getattr(decision, name) for name in _CONTENT}
    written["choices"] = [{name: getattr(choice, name) for name in _CHOICE} for choice in decision.choices]
    written["inputs"] = [
        {name: getattr(one, name) for name in _INPUT} | {"steps": list(one.steps), "files": dict(one.files)}
        for one in decision.inputs
    ]
    for name in _BY_NAME:
        written[name] = dict(written[name])
    return canonical(written)


def sealed(decision: Decision) -> Decision:
    """Return a version with its own hash, of all that it says, who said it when, and the hash before it.

    The chain is that of Haber and Stornetta (1991), How to time-stamp a digital document: a version cannot be
    changed, or another put in its place, unless all that came later are made anew too.
    """
    return replace(decision, sha256=_hash(_row_of(decision)))


def decision_row(decision: Decision) -> dict[str, Any]:
    """Return the row of a version."""
    return _row_of(decision) | {"sha256": decision.sha256}


def _row_of(decision: Decision) -> dict[str, Any]:
    return {
        "id": decision.id,
        "version": decision.version,
        "state": decision.state.value,
        "tier": decision.tier.value,
        "made_by": decision.made_by,
        "role": decision.role.value,
        "made_at": decision.made_at,
        "content": content_to_text(decision),
        "previous": decision.previous,
    }


def _hash(row: Mapping[str, Any]) -> str:
    hashed = {**row, "made_at": row["made_at"].isoformat()}
    hashed.pop("sha256", None)
    return hashlib.sha256(canonical(hashed).encode("utf-8", "surrogatepass")).hexdigest()


def decision_of(row: Row[Any]) -> Decision:
    """Read a version. What is not as it was written, by its hash or at all, is told in `fault`.

    Nothing is raised: a record that was tampered with stays in its list, and is shown as what it is.
    """
    values = dict(row._mapping)
    try:
        values["made_at"] = _moment(values["made_at"])
        told = _read(values)
        is_same = _hash(values) == values["sha256"]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return _unreadable(values)
    return told if is_same else replace(told, fault=_fault(told.version))


def _moment(value: Any) -> datetime:  # noqa: ANN401
    """Read the time of a version from a text in UTC, where after tampering anything may stand."""
    return datetime.fromisoformat(value).replace(tzinfo=UTC)


def _fault(version: int) -> str:
    return f"Version {version} is not what was saved: its hash is another."


def _read(values: Mapping[str, Any]) -> Decision:
    if not isinstance(values["version"], int):
        raise TypeError(f"{type(values['version']).__name__} is no number of a version")
    content = json.loads(values["content"])
    said: dict[str, Any] = {name: content[name] for name in _CONTENT}
    said["choices"] = tuple(Choice(**{name: one[name] for name in _CHOICE}) for one in content["choices"])
    said["inputs"] = tuple(
        Input(
            **{name: one[name] for name in _INPUT}
            | {"steps": tuple(one["steps"]), "files": dict(one["files"])}
        )
        for one in content["inputs"]
    )
    for name in ("caveats", "fairness"):
        said[name] = tuple(map(str, said[name]))
    for name in _BY_NAME:
        said[name] = dict(said[name])
    return Decision(**said, **_columns(values))


def _unreadable(values: Mapping[str, Any]) -> Decision:
    states, roles = [s.value for s in DecisionState], [r.value for r in Role]
    texts = {name: str(values[name]) for name in ("id", "made_by", "previous", "sha256")}
    version = values["version"] if isinstance(values["version"], int) else 0
    made_at = values["made_at"]
    known = {
        **texts,
        "version": version,
        "made_at": made_at if isinstance(made_at, datetime) else None,
        "state": values["state"] if values["state"] in states else DecisionState.DRAFT.value,
        "role": values["role"] if values["role"] in roles else Role.VIEWER.value,
        "tier": values["tier"] if values["tier"] == Tier.SHARED.value else Tier.INTERNAL.value,
    }
    return Decision(name=UNREADABLE, level="", fault=_fault(version), **_columns(known))


def _columns(values: Mapping[str, Any]) -> dict[str, Any]:
    plain = {name: values[name] for name in ("id", "version", "made_by", "made_at", "previous", "sha256")}
    return plain | {
        "state": DecisionState(values["state"]),
        "tier": Tier(values["tier"]),
        "role": Role(values["role"]),
    }


def data_hash(decision: Decision) -> str:
    """Return the SHA-256 of all that a record was made on: its inputs, the area table and the places."""
    inputs = [[one.column, one.sha256, one.figures, list(one.steps)] for one in decision.inputs]
    rests_on = [inputs, decision.areas, dict(decision.places), decision.travel]
    return hashlib.sha256(canonical(rests_on).encode("utf-8", "surrogatepass")).hexdigest()
