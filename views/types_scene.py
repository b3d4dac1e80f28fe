"""What the Types page starts from: the build, its types and ways of working, and what is asked."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import pandas as pd
import streamlit as st

from data.errors import AtlasError
from data.type_overrides import Override
from geo.area_table import LARGE_PLACE, AreaTable
from geo.builds import Build
from models.levels import Level
from models.type_findings import TypeFindings, with_overrides
from models.type_frozen import FrozenTypes
from models.type_patches import Patches
from models.types import Types
from models.words import number, value_words
from views import finder, look, session, types_figures
from views.badges import Marking
from views.inside import WHY_INSIDE, types_stay_inside
from views.types_beside import Beside, read_beside
from views.types_state import NUMBERS, Show, Sought, choose_area, keep_choice, key_of

SHOW_WORDS: Final = {
    Show.TYPE: "Type",
    Show.MODEL: "Way of working",
    Show.PATCH: "Patch",
    Show.SURE: "How sure",
}
OFFERED_NUMBERS: Final = ("4", "5", "6", "7")
WIDTHS_PX: Final = {"k": 130, "council": 200}
OPENING: Final = Sought()
SELECTING: Final = finder.Selecting(key_of("area"), keep_choice, choose_area)


@dataclass(frozen=True, eq=False)
class TypesScene:
    """What the page starts from.

    Attributes
    ----------
    build, areas
        The build, and its area table with its places laid over it.
    found
        Its types and ways of working, with what people gave in the place of what was found.
    beside
        What stands beside it: what people gave, and the types that were kept.
    dark
        Whether the page is dark.
    sought, notices
        What is asked, and what of the address was not understood.
    """

    build: Build
    areas: AreaTable
    found: TypeFindings
    beside: Beside
    dark: bool
    sought: Sought = OPENING
    notices: tuple[str, ...] = ()

    @property
    def overrides(self) -> tuple[Override, ...]:
        """What people gave, with their reasons."""
        return self.beside.overrides

    @property
    def before(self) -> FrozenTypes | None:
        """The types of last time; None where none were kept."""
        return self.beside.before

    @cached_property
    def named(self) -> pd.DataFrame:
        """The small areas that are shown: `name, ward_name, la_code, la_name`, sorted by code."""
        frame = self.areas.frame[["area_name", "ward_name", "la_code", "la_name"]].sort_index()
        council = self.sought.council
        kept = frame[frame["la_code"].eq(council).fillna(False)] if council else frame
        return kept.rename(columns={"area_name": "name"})

    @cached_property
    def children(self) -> pd.DataFrame | None:
        """The children of each small area: `count`, and in `words`; None where nobody counted them."""
        data = session.data_at(self.build, Level.AREA)
        column = data.children_column(data.frame.index)
        if column is None:
            return None
        count = data.frame[column].astype("float64")
        pairs = zip(count, data.status[column].astype(str), strict=True)
        return pd.DataFrame({"count": count, "words": [value_words(*pair) for pair in pairs]})

    @cached_property
    def patches(self) -> Patches | AtlasError:
        """The patches of the build, or why there are none."""
        return types_figures.patches_for(self.build, self.found)

    @cached_property
    def colours_of_patches(self) -> pd.Series:
        """A colour for the patch of each area, as a number from 0."""
        return types_figures.patch_colours_for(self.build, self.found)

    @cached_property
    def held(self) -> str:
        """Why nothing of this leaves in a file; an empty text where it may."""
        return WHY_INSIDE if types_stay_inside(self.found.composites) else ""


def leading(types: Types | None) -> Show:
    """Return what a page opens with: types where there are kinds of place, else the ways of working."""
    return Show.MODEL if types is None or types.structure.one else Show.TYPE


def shows_of(types: Types | None) -> tuple[Show, ...]:
    """Return what a map can show, that which leads first."""
    possible = (Show.MODEL, Show.PATCH) if types is None else tuple(Show)
    lead = leading(types)
    return (lead, *(show for show in possible if show is not lead))


def find(build: Build, k: int | None) -> tuple[TypeFindings, Beside]:
    """Return the types of a build with what people gave, and what stands beside it.

    The first time takes a while, and the page says so.
    """
    beside = read_beside(build)
    before = beside.before
    if types_figures.is_ready(build, k, before):
        found = types_figures.findings_for(build, k, before)
    else:
        with st.spinner(waiting_words(build)):
            found = types_figures.findings_for(build, k, before)
    return with_overrides(found, beside.overrides), beside


def waiting_words(build: Build) -> str:
    """Say what is waited for, and about how long."""
    areas = len(build.areas.frame)
    return (
        f"Sorting {number(areas)} small areas into types, and trying how surely they come out again. The "
        f"first time takes {'a minute or more' if areas > LARGE_PLACE else 'some seconds'}."
    )


def show_head(marking: Marking) -> None:
    """Show the title with its badges."""
    look.show_header("Types", marking)
    look.show_overdue(marking)


def show_choices(scene: TypesScene) -> None:
    """Show what can be chosen in one row: what the map shows, how many types, council and area."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        shows = [show for show in SHOW_WORDS if show in shows_of(scene.found.types)]
        st.segmented_control(
            "Show",
            [show.value for show in shows],
            format_func=lambda value: SHOW_WORDS[Show(value)],
            required=True,
            key=key_of("show"),
            on_change=keep_choice,
        )
        if scene.found.types is not None:
            _choose("How many types", "k", number_words(scene, scene.found.types))
        councils = dict(
            scene.areas.frame.dropna(subset=["la_code"]).groupby("la_code")["la_name"].first().sort_values()
        )
        if len(councils) > 1:
            _choose("Council", "council", {"": f"All {len(councils)} councils", **councils})
        finder.show_finder(scene.named, Level.AREA, scene.sought.area, SELECTING)


def number_words(scene: TypesScene, types: Types) -> dict[str, str]:
    """Return the numbers of types that can be chosen, as they stand in an address, in words."""
    asked = scene.sought.k
    best = types.k if asked is None else types_figures.best_number(scene.build, scene.before)
    numbers = [text for text in NUMBERS if text in OFFERED_NUMBERS or text == str(asked)]
    return {"": "Best" if best is None else f"Best: {best}", **{text: text for text in numbers}}


def _choose(label: str, name: str, words: "dict[str, str]") -> None:
    say: Callable[[str], str] = words.__getitem__
    st.selectbox(
        label, list(words), format_func=say, key=key_of(name), on_change=keep_choice, width=WIDTHS_PX[name]
    )
