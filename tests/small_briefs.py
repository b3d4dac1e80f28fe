"""A briefing made by hand, with every form of figure, a map of every pattern, and hostile words."""

from dataclasses import replace
from datetime import date

import geopandas as gpd
import numpy as np
import shapely

from data.provenance import Tier
from geo.builds import Build
from models.briefing import Brief, BriefMap, Column, MapClass, Mark, Section, Table, plain_sentence, table_of
from models.briefing_figures import HIDDEN, Form, words_cell
from models.briefing_sources import Imprint, Source
from models.words import Part
from tests.small_builds import HOSTILE, outlines_of

FORMULA = '=HYPERLINK("http://evil.example","press")'
FORMULAS = (
    FORMULA,
    "+1+1",
    "-2+3",
    "@SUM(1)",
    "\t=1+1",
    "=cmd|' /C calc'!A0",
    "http://evil.example/",
    "{=1}",
)
AMOUNTS = (0.0, 1.0, 12.5, 999.49, 1_234_567.0, 0.004, 0.5, 0.087, -3.25)
LONG = 60
"""So many rows go over a page."""


def every_form() -> Table:
    """A column of each form, with a row for each amount, one hidden and one missing."""
    forms = list(Form)[1:]
    columns = (
        Column("Row"),
        *(Column(form.value, form, f"unit of {form.value}", "Means it.") for form in forms),
    )
    rows = [(f"Amount {at}", *(amount for _ in forms)) for at, amount in enumerate(AMOUNTS)]
    rows += [("Hidden", *(HIDDEN for _ in forms)), ("Missing", *(np.nan for _ in forms))]
    return table_of("Every form", columns, rows, "Read from left to right.")


def hostile_table() -> Table:
    """A table of words that a spreadsheet or a browser could take for something else."""
    columns = (Column(HOSTILE), Column("=1+1"), Column("Number", Form.WHOLE))
    rows = [(words, HOSTILE, words_cell("4,687")) for words in (*FORMULAS, HOSTILE, "nul\x00 and \x1b[31m")]
    return table_of(f"[Hostile]: */\\? {HOSTILE}", columns, rows, HOSTILE)


def long_table(rows: int = LONG) -> Table:
    """A table that goes over a page, of which a document has all but the last few rows."""
    columns = (
        Column("Ward"),
        Column("Rank", Form.WHOLE, f"of {rows}"),
        Column("Share", Form.PERCENT, "share"),
    )
    return table_of("A long table", columns, [(f"Ward {n}", n, n / rows) for n in range(rows)], "", rows - 5)


def small_map() -> BriefMap:
    """Four squares: one plain, one hidden, one without data and one striped, with marks and an outline."""
    squares = [shapely.box(400_000 + 1_000 * n, 400_000, 401_000 + 1_000 * n, 401_500) for n in range(4)]
    frame = gpd.GeoDataFrame(
        {"class": ["4", "s", "m", "x"], "label": [HOSTILE, "Hidden", "Gone", "$x_1$"]},
        index=["W1", "W2", "W3", "W4"],
        geometry=squares,
        crs="EPSG:27700",
    )
    return BriefMap(
        title=f"Squares {HOSTILE}",
        alt=f"Map of four squares. {HOSTILE}",
        classes=(
            MapClass("4", "highest", "need", 4, "1", count=1),
            MapClass("s", HIDDEN, pattern="hatch", count=1),
            MapClass("m", "no data", pattern="dots", count=1),
            MapClass("x", "between", "kinds", 2, "C", "stripes", 1),
        ),
        shapes=frame,
        legend_title="Combined need",
        note="Counts are squares.",
        lines=((frame[["geometry"]], 1.0),),
        chosen=("W1",),
        marks=(
            Mark(400_500, 400_500, "chosen", "1"),
            Mark(402_500, 400_700, "today"),
            Mark(403_000, 401_000, "closed"),
        ),
        marks_words=(("chosen", "new"), ("today", "today"), ("closed", "closes")),
        bounds_m=(399_800.0, 399_800.0, 404_200.0, 401_700.0),
    )


def made_brief(tier: Tier = Tier.INTERNAL, invented: str = "Northmere") -> Brief:
    """The briefing."""
    imprint = Imprint(tier, date(2026, 11, 29), date(2026, 11, 1), "ab" * 32, "0.1.0", invented)
    return Brief(
        title=f"Aldwick {HOSTILE}",
        subtitle=f"Ward in {HOSTILE}",
        imprint=imprint,
        headline=((Part("High need:", True), Part(f" ranked 1 of 20 wards. {HOSTILE}")),),
        sections=(
            Section("Where it is", maps=(small_map(), replace(small_map(), title="The same again"))),
            Section("Figures", (plain_sentence(HOSTILE),), (every_form(), hostile_table())),
            Section("A long table", tables=(long_table(),)),
            Section("Empty"),
            Section("A list", listed=(HOSTILE, FORMULA)),
        ),
        method=("Worked out by hand.", HOSTILE),
        caveats=("It is made up.", FORMULA),
        sources=(
            Source(
                "Figures", HOSTILE, "A publisher", "OGL v3.0", "2025", "Contains made up data. Thank you."
            ),
            Source("Maps", "Boundaries", "Another", "OGL v3.0", "2024", "Contains made up data. And maps."),
        ),
        left_out=f"Left out {HOSTILE}.",
    )


def outlined(build: Build) -> Build:
    """The same build with the outlines of its wards and councils."""
    return replace(build, outlines=outlines_of(build.areas))
