"""The places of a build laid over its areas, with whom each kind serves and what its places supply."""

import pandas as pd

from geo.area_table import AreaTable
from geo.builds import Build
from geo.kind_reach import Served, reach_of_kind
from geo.overlay import Reaching, overlay_assets
from models.reach_supply import children_for, children_note, supply_of


def lay_places(areas: AreaTable, build: Build, reaching: Reaching = reach_of_kind) -> AreaTable:
    """Lay the places of a build over areas: see `geo.overlay.overlay_assets`.

    Parameters
    ----------
    areas
        The areas.
    build
        The build, with the places in force.
    reaching
        What finds who reaches a kind.
    """

    def serving(kind: str, ids: pd.Index) -> Served | None:
        column = children_for(kind, areas)
        if column is None:
            return None
        supply, note = supply_of(build, ids), children_note(kind, column)
        notes = (*supply.notes, note) if note else supply.notes
        return Served(column, areas.frame[column], supply.values, supply.unit, notes)

    return overlay_assets(areas, build, serving, reaching)
