"""The charts of the Place support page: what they draw is what their tables and their words say."""

import re

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from models.placement_curve import FALLS, Curve, curve_text, curve_words
from models.words import number
from views.place_charts import write_gains, write_gains_legend, write_steps
from views.place_curve import PARTS, top_of, write_curve

TOTAL = 1_000.0
WITHIN = "within 15 minutes’ walk of a library"


def curve_through(children: list[float], unproven: tuple[int, ...] = (), first: int = 0) -> Curve:
    """A curve through so many children, from a first number of sites on."""
    index = pd.RangeIndex(first, first + len(children), name="sites")
    reached = pd.Series(children, index, dtype=float)
    proven = ~index.isin(unproven)
    frame = pd.DataFrame(
        {"children": reached, "share": reached / TOTAL, "extra": reached.diff(), "proven": proven}
    )
    return Curve(frame, TOTAL)


CURVE = curve_through([100, 310.4, 450, 520], unproven=(3,))


def text_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_the_curve_marks_the_chosen_number_and_tells_all_in_its_name() -> None:
    html = write_curve(CURVE, (1, 0.3104), WITHIN, dark=False)
    name = re.search(r'role=img aria-label="([^"]*)"', html)
    assert name
    assert name[1] == (
        f"Share of children {WITHIN} by number of new sites. 0: 10%, 1: 31%, 2: 45%, 3: 52%. Chosen: 1, 31%."
    )
    assert "<b " in html
    assert text_of(html).endswith("0 1 2 3")
    assert html.count("border-radius:50%") == 5
    assert html.count("background:#FFFFFF") == 1


def test_what_is_not_proven_is_said_in_the_table() -> None:
    assert rows_of(write_steps(CURVE, 1)) == [
        "New sites Within reach Share Added by the last Choice",
        "0 100 10% – proven best",
        "1, chosen 310 31% 210 proven best",
        "2 450 45% 140 proven best",
        "3 520 52% 70 best found",
    ]
    assert CURVE.unproven == (3,)


def test_the_words_tell_what_the_last_site_adds_and_what_one_more_would() -> None:
    assert curve_words(CURVE, 2) == "The last of the two sites adds 140 children; one more would add 70."
    assert curve_words(CURVE, 1) == "One more would add 140 children."
    assert curve_words(CURVE, 3) == "The last of the three sites adds 70 children."
    assert curve_words(curve_through([5.0], first=2), 2) == ""


def test_fewer_children_with_more_sites_are_told_as_fewer() -> None:
    falling = curve_through([100, 450, 309.5, 289.5, 330])
    assert falling.falls
    assert not CURVE.falls
    assert curve_words(falling, 2) == (
        f"Two sites reach 140 fewer children than one; with one more, 20 fewer would be within reach. {FALLS}"
    )
    assert curve_words(falling, 1) == (f"With one more, 140 fewer children would be within reach. {FALLS}")
    assert curve_words(falling, 3) == (
        f"Three sites reach 20 fewer children than two; one more would add 40. {FALLS}"
    )
    assert [row.split()[3] for row in rows_of(write_steps(falling, 0))[2:]] == ["350", "−140", "−20", "40"]
    assert "polygon" in write_curve(falling, (2, 0.31), WITHIN, dark=False)


def test_a_curve_of_one_number_and_of_many_is_drawn() -> None:
    assert "polygon" in write_curve(curve_through([10], first=3), (3, 0.01), WITHIN, dark=True)
    many = write_curve(curve_through([float(n) for n in range(31)]), (30, 0.03), WITHIN, dark=True)
    assert text_of(many).endswith("0 5 10 15 20 25 30")


@given(st.lists(st.floats(0, TOTAL), min_size=1, max_size=31).map(sorted))
def test_every_spot_is_inside_the_plot(children: list[float]) -> None:
    curve = curve_through(children)
    chosen = len(children) - 1
    html = write_curve(curve, (chosen, children[-1] / TOTAL), WITHIN, dark=False)
    spots = re.findall(r"left:([\d.]+)%;bottom:([\d.]+)%;width", html)
    assert len(spots) == len(children) + 1
    assert all(0 <= float(part) <= 100 for spot in spots for part in spot)
    assert top_of(children[-1] / TOTAL) in PARTS
    assert curve_text(curve, WITHIN).count("%") >= len(children)
    steps = np.diff(children)
    assert all(number(step) in write_steps(curve, chosen) for step in steps)


FIFTHS = pd.DataFrame(
    {
        "children": [200.0, 100.0, np.nan, 0.0, 50.0, 8.0],
        "before": [50.0, 0.0, np.nan, 0.0, 50.0, 4.0],
        "after": [150.0, 25.0, np.nan, 0.0, 50.0, 6.0],
    },
    index=pd.array([1, 2, 3, 4, 5, pd.NA], dtype="Int64"),
)


def rows_of(html: str) -> list[str]:
    return [text_of(row) for row in re.findall(r"<tr>.*?</tr>", html)]


def bars_of(html: str) -> list[list[float]]:
    bars = [re.findall(r"width:([\d.]+)%;background", row) for row in html.split("<tr>")]
    return [[float(width) for width in bar] for bar in bars if bar]


def test_who_gains_is_told_by_fifth_and_its_bars_fill_their_width() -> None:
    html = write_gains(FIFTHS, dark=False)
    assert rows_of(html) == [
        "Fifth Today With new Added",
        "Most deprived 25% 75% 100",
        "Second 0% 25% 25",
        "Middle Not known",
        "Fourth nobody",
        "Least deprived 100% 100% 0",
        "Not known 50% 75% 2",
    ]
    assert bars_of(html) == [[25, 50, 0, 25], [0, 25, 0, 75], [100, 0, 0, 0], [50, 25, 0, 25]]
    assert text_of(write_gains_legend(FIFTHS, dark=False)) == "within reach today added out of reach"


def test_where_a_place_closes_it_is_said_who_loses() -> None:
    fewer = FIFTHS.assign(after=[20.0, 25.0, np.nan, 0.0, 50.0, 6.0])
    html = write_gains(fewer, dark=True)
    assert rows_of(html)[:3] == [
        "Fifth Today With new Change",
        "Most deprived 25% 10% −30",
        "Second 0% 25% +25",
    ]
    assert bars_of(html)[0] == [10, 0, 15, 75]
    assert "no longer within reach" in text_of(write_gains_legend(fewer, dark=True))
