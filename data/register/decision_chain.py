"""Whether a record of a decision is as it was saved: by the hashes of its versions, and by the history."""

from collections.abc import Sequence

from sqlalchemy import Connection, select

from data.register import tables
from data.register.deciding import ENTITY, decision_line, read_every
from data.register.decisions import Decision


def what_is_touched(versions: Sequence[Decision]) -> tuple[str, ...]:
    """Say what of a record is not as it was saved; nothing where all is.

    Parameters
    ----------
    versions
        Every version of one record, as `Register.decision_versions` returns them, in any order.

    Returns
    -------
    tuple of str
        A sentence for each version whose content has another hash, that does not follow from the one before
        it, or that is missing.
    """
    ordered = sorted(versions, key=lambda version: version.version)
    said: list[str] = []
    before = ""
    for number, version in enumerate(ordered, 1):
        if version.fault:
            said.append(version.fault)
        if version.version != number:
            said.append(f"Version {number} is missing.")
            break
        if version.previous != before:
            said.append(f"Version {version.version} does not follow from the one before it.")
        before = version.sha256
    return tuple(said)


def is_untouched(versions: Sequence[Decision]) -> bool:
    """Say whether every version of a record is as it was saved, and follows from the one before it."""
    return bool(versions) and not what_is_touched(versions)


def check_decisions(connection: Connection) -> tuple[int, list[str]]:
    """Look whether each version of a record is what was hashed, follows the one before, and has its line.

    Returns
    -------
    tuple of int and list of str
        At how many versions it looked, and what is wrong. A chain that was made anew from some version on is
        sound in itself: the history tells it.
    """
    history = tables.history
    wanted = select(history.c.entity_id, history.c.version, history.c.after).where(history.c.entity == ENTITY)
    lines = {(line.entity_id, line.version): line.after for line in connection.execute(wanted)}
    faults, looked_at = [], 0
    for decision_id, versions in read_every(connection).items():
        looked_at += len(versions)
        faults += [f"decision {decision_id}: {said}" for said in what_is_touched(versions)]
        faults += [
            f"decision {decision_id}: version {version.version} is not what the history says"
            for version in versions
            if lines.pop((decision_id, version.version), None) != decision_line(version)
        ]
    faults += [f"decision {lost}: version {version} is not there" for lost, version in sorted(lines)]
    return looked_at, faults
