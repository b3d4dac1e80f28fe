"""The briefing of a shortlist with the record that is open, offered below that record."""

from functools import partial
from typing import Final

from data.errors import AtlasError
from data.register.decisions import Decision
from data.register.records import Actor
from data.shortlist_criteria import asked_from
from models.levels import Level
from views import look, shortlist_figures, shortlist_plans
from views.brief_buttons import show_brief_buttons
from views.brief_of_record import brief_of_record
from views.briefs import STAYS
from views.inside import why_inside
from views.register_session import current_register
from views.shortlist_scene import ShortlistScene
from views.shortlist_state import key_of

LABEL: Final = "Briefing with this record"
SAVED: Final = "It is of the version that is saved, and of what the record’s own criteria give today."
TYPES_FIRST: Final = (
    "A briefing with this record takes types or ways of working, which are not made yet on this page: make "
    "them under “Compare”."
)


def show_record_brief(scene: ShortlistScene, actor: Actor, record: Decision) -> None:
    """Offer the briefing of a record that is as it was saved, in each form."""
    if record.fault:
        return
    try:
        asked = asked_from(record.criteria, "The record")
        versions = current_register().decision_versions(actor, record.id, scene.build.areas.tier)
    except AtlasError as error:
        look.show_note(f"There is no briefing with this record. {error.message}")
        return
    if shortlist_figures.needs_types(asked.criteria) and scene.types is None:
        look.show_note(TYPES_FIRST)
        return
    wanted = [criterion.indicator for criterion in asked.criteria]
    data = shortlist_plans.data_with_plans(scene.build, Level(asked.level), scene.types, wanted)
    found = shortlist_figures.shortlist_for(scene.build, asked, scene.types, data)
    if isinstance(found, AtlasError):
        look.show_note(f"There is no briefing with this record: today it gives no shortlist. {found.message}")
        return
    held = why_inside(data, [data.dictionary[name] for name in wanted])
    make = partial(brief_of_record, versions, scene.build, scene.areas, data, found)
    note = f"{SAVED} {STAYS}" if held else SAVED
    show_brief_buttons(make, f"decision {record.name}", key_of("brief_record"), note, label=LABEL)
