"""The briefing of a record of a decision: the decision, and the shortlist that its criteria give today."""

from collections.abc import Sequence

from data.errors import RegisterError
from data.register.decision_chain import what_is_touched
from data.register.decisions import Decision
from geo.area_table import AreaTable
from geo.builds import Build
from models.brief_decision import DecisionFacts, changes_told
from models.briefing import Brief
from models.decision import basis_of, basis_on
from models.decision_wards import side_by_side
from models.levels import LevelData
from models.shortlist import Shortlist
from views.briefs import brief_of_shortlist, held_criteria


def require_as_saved(record: Decision) -> None:
    """Refuse a version whose content is not what was saved: what it asked cannot be told from it.

    Raises
    ------
    RegisterError
        When it is not.
    """
    if record.fault:
        raise RegisterError(
            f"There is no briefing of a record that was tampered with. {record.fault}",
            "Look with: atlas register verify. Put a backup back with: atlas register restore.",
        )


def brief_of_record(
    versions: Sequence[Decision], build: Build, areas: AreaTable, data: LevelData, found: Shortlist
) -> Brief:
    """Return the briefing of a shortlist with the record of what was decided on it: see `decision_of`."""
    return brief_of_shortlist(build, areas, data, found, decision_of(versions, build, areas, data, found))


def decision_of(
    versions: Sequence[Decision], build: Build, areas: AreaTable, data: LevelData, found: Shortlist
) -> DecisionFacts:
    """Return what a briefing says of the record of a decision.

    Parameters
    ----------
    versions
        Every version of the record as the reader may see it, the oldest first.
    build, areas
        The build, and its small areas with places laid over them.
    data
        The values of the level, with all that is laid over them.
    found
        The shortlist that the criteria of the record give on this build.

    Raises
    ------
    RegisterError
        When the newest version is not what was saved.
    """
    record = versions[-1]
    require_as_saved(record)
    now = basis_on(data, found.asked, build, areas)
    return DecisionFacts(
        versions=tuple(versions),
        touched=what_is_touched(versions),
        changes=changes_told(basis_of(record), now, held_criteria(data, found)),
        beside=side_by_side(record, found).sentence,
    )
