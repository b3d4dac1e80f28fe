"""What is told of types in one shape, with what people gave: for a page, its print and a briefing."""

from geo.builds import Build
from models.levels import Level
from models.profile_types import TypesHere, types_here
from models.type_findings import TypeFindings, with_overrides
from views import session, types_figures
from views.types_beside import read_beside
from views.types_classes import sureness_of


def findings_in_force(build: Build) -> TypeFindings:
    """Return the types of a build with what people gave; the first time this takes a while."""
    beside = read_beside(build)
    return with_overrides(types_figures.findings_for(build, None, beside.before), beside.overrides)


def find_types_here(build: Build, level: Level, code: str) -> TypesHere:
    """Return what is told of types in one shape, with what people gave; the first time this takes a while."""
    found = findings_in_force(build)
    sure = None if found.types is None else sureness_of(found.types)
    return types_here(found, sure, session.areas_of(build), level, code)
