"""What is said of criteria on the Shortlist page: which end counts, the move that is asked, and figures."""

from typing import Final

from data.indicators import Group, Indicator, Kind
from data.provenance import Status
from data.shortlist_criteria import Counts, Criterion, Curve, Direction
from models.nearness import is_minutes
from models.schemes import is_national_rank
from models.shortlist_values import Scale
from models.words import figure, joined, percent, sentence_case, value_words

QUESTION: Final = (
    "If you could move one of these from its worst to its best, which would you do first? Give it 100. "
    "How much is each of the others worth beside it?"
)
CURVE_WORDS: Final = {
    Curve.LINEAR: "In step: every unit counts the same",
    Curve.THRESHOLD: "From a line on: all or nothing",
    Curve.DIMINISHING: "Less and less: the first steps count most",
}
_ENDS: Final = {
    "rank": ("Better counts", "Worse counts"),
    "minutes": ("Further counts", "Nearer counts"),
    "count": ("More counts", "Fewer counts"),
    "score": ("Higher counts", "Lower counts"),
}
SURE_WORDS: Final = {
    "0": "Exactly as I said",
    "10": "As I said, give or take a tenth",
    "25": "As I said, give or take a quarter",
    "50": "As I said, give or take a half",
    Counts.ORDER.value: "Only their order",
    Counts.ANY.value: "Nothing: any weights will do",
}
"""How sure the weights are, as it stands in the address."""

GROUP_WORDS: Final = {
    Group.NEED: "Need",
    Group.DEMAND: "Referrals",
    Group.PEOPLE: "People",
    Group.ASSETS: "Places",
    Group.ACCESS: "Reach",
    Group.EVENTS: "Events",
    Group.OWN: "Own files",
}
"""What an indicator is about, where criteria are chosen."""


def sure_words(text: str) -> str:
    """Say how sure the weights are."""
    return SURE_WORDS.get(text) or f"As I said, give or take {text}%"


def direction_words(entry: Indicator, direction: Direction) -> str:
    """Say which end of an indicator counts towards being chosen."""
    if is_national_rank(entry):
        words = _ENDS["rank"]
    elif is_minutes(entry):
        words = _ENDS["minutes"]
    else:
        words = _ENDS["count" if entry.kind is Kind.COUNT else "score"]
    return words[direction is Direction.LESS]


def usual_direction(entry: Indicator) -> Direction:
    """Return the end of an indicator that counts until somebody says otherwise: that of higher need."""
    return Direction.LESS if entry.polarity == "low_is_worse" else Direction.MORE


def figure_words(entry: Indicator, value: float) -> str:
    """Write a figure of an indicator."""
    if entry.kind in (Kind.COUNT, Kind.RANK) and value != round(value) and abs(value) < 100:
        return figure(value)
    return value_words(value, Status.OBSERVED.value, entry)


def move_words(entry: Indicator, scale: Scale) -> str:
    """Say the move from worst to best that the swing is asked of.

    Examples
    --------
    >>> from data.indicators import indicators
    >>> entry = indicators()["need_idaci_rank"]
    >>> move_words(entry, Scale(Criterion(entry.id, 100, Direction.LESS), 30_100, 812))
    'from rank 30,100 to rank 812'
    """
    before = "rank " if is_national_rank(entry) else ""
    if scale.is_flat:
        return f"all have {before}{figure_words(entry, scale.worst)}, so that it tells nobody apart"
    worst, best = (f"{before}{figure_words(entry, value)}" for value in (scale.worst, scale.best))
    return joined(f"from {worst} to {best}", _unit(entry))


def shape_words(entry: Indicator, criterion: Criterion) -> str:
    """Say how value grows and what is out, where that is not the usual; an empty text where it is."""
    said = []
    at = "" if criterion.at is None else figure_words(entry, criterion.at)
    if criterion.curve is Curve.THRESHOLD:
        onwards = "from" if criterion.direction is Direction.MORE else "up to"
        said.append(f"counts in full {onwards} {at}, else not at all")
    if criterion.curve is Curve.DIMINISHING:
        said.append(f"{at} is worth half")
    if criterion.veto_below is not None:
        said.append(f"out below {figure_words(entry, criterion.veto_below)}")
    if criterion.veto_above is not None:
        said.append(f"out above {figure_words(entry, criterion.veto_above)}")
    return sentence_case("; ".join(said))


def _unit(entry: Indicator) -> str:
    """Return the unit that figures do not say themselves; nothing for scores, ranks and shares."""
    if entry.kind in (Kind.RANK, Kind.SCORE, Kind.DECILE, Kind.OTHER) or is_minutes(entry):
        return ""
    if entry.unit.startswith(("share", "rows", "as published")):
        return ""
    return entry.unit


def chance_words(chance: float) -> str:
    """Write a chance as a whole percentage, within a sentence."""
    return percent(float(chance))


def short_chance(chance: float) -> str:
    """Write a chance as a whole percentage in a table.

    Examples
    --------
    >>> short_chance(0.997), short_chance(0.62), short_chance(0.004), short_chance(0.0)
    ('>99%', '62%', '<1%', '0%')
    """
    return percent(float(chance)).replace("less than ", "<").replace("more than ", ">")


def range_words(low: float, high: float) -> str:
    """Write a range of ranks.

    Examples
    --------
    >>> range_words(2, 7), range_words(3, 3)
    ('2 to 7', 'always 3')
    """
    return f"always {low:,.0f}" if low == high else f"{low:,.0f} to {high:,.0f}"
