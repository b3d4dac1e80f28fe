"""A small build with four kinds of place, found fast, and the Types page on it without a browser."""

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
import pytest
from kinds_apart import kinds_apart
from streamlit.testing.v1 import AppTest

from data.register.records import Role
from geo.area_table import AreaTable
from geo.builds import Build
from models import type_structure
from models.operating_models import operating_models_of
from models.type_findings import TypeFindings, TypesPrepared, findings_of, following, with_overrides
from models.type_frozen import FrozenTypes
from models.type_ground import ground_of
from tests.page_of import page_of
from tests.small_builds import make_areas, make_build
from tests.small_types import composites_with
from views import types_figures
from views.sign_in import ROLE_KEY
from views.types_beside import Beside
from views.types_scene import TypesScene

AREAS: Final = 96
AREA: Final = "E01000005"
COUNCILS: Final = {"E08000001": "Eastham", "E08000002": "Westham"}


def type_areas() -> AreaTable:
    """So many areas in two councils, with children and a rank."""
    return make_areas(
        {
            "pop_0_17": [200.0 + n for n in range(AREAS)],
            "pop_total": [1_500.0] * AREAS,
            "need_imd_rank": [float(n * 300 + 1) for n in range(AREAS)],
        },
        councils=COUNCILS,
    )


@cache
def prepared_types() -> TypesPrepared:
    """What types of any number are taken from, and a way of working by rule for each area."""
    frame = kinds_apart(AREAS, 4, 5.0, seed=4)[0]
    reached = np.linspace(5.0, 95.0, AREAS)
    composites = composites_with(
        {name: list(column) for name, column in frame.items()}, {"within_reach_percent": list(reached)}
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            type_structure, "REFERENCES", 2
        )  # clouds take longest, and two of them tell of no kinds
        ground = ground_of(composites, draws=4)
    structure = replace(ground.structure, one=False, k=4, chance=0.01)
    ground = replace(ground, structure=structure)
    return TypesPrepared(type_areas(), composites, operating_models_of(composites), ground, "")


@cache
def type_findings() -> TypeFindings:
    """What is found of these areas in four types."""
    return findings_of(prepared_types(), 4)


def type_scene(folder: Path, beside: Beside | None = None, found: TypeFindings | None = None) -> TypesScene:
    """The scene of the page on a build of these areas."""
    areas = type_areas()
    build: Build = make_build(folder, areas)
    beside = beside or Beside()
    found = with_overrides(found or type_findings(), beside.overrides)
    return TypesScene(build, areas, found, beside, False)


def types_page(build: Path, monkeypatch: pytest.MonkeyPatch, role: Role, **choices: str) -> AppTest:
    """The Types page on a build of these areas in four types, opened in a role: it has yet to run."""

    def prepare(*_: object, before: FrozenTypes | None = None) -> TypesPrepared:
        return prepared_types() if before is None else following(prepared_types(), before)

    monkeypatch.setattr(types_figures, "prepare_findings", prepare)
    page = page_of("types", build, monkeypatch, k="4", **choices)
    page.session_state[ROLE_KEY] = role.value
    return page
