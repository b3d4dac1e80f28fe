"""The columns of reach: how near the nearest place is, who has one near, and what there is for each child."""

from enum import StrEnum
from typing import Final

from data.asset_kinds import AssetKind
from data.indicators import Group, Indicator, Kind
from data.settings import settings
from geo.travel import Means
from geo.travel_words import journey_words

PREFIX: Final = "access_"

MINUTES_OF: Final = "minutes’ {}"
"""The unit of minutes, with what the journey is called: "minutes’ walk"."""

SHARE_OF: Final = "share of homes "
"""How the unit of a share begins, before what is within reach: "within 15 minutes’ walk"."""

PLACES: Final = "places"
"""What supply is counted in where nothing is known of it but that there is a place."""


class ReachColumn(StrEnum):
    """What a column of reach tells of a kind of place. Its text is the end of the column's name."""

    MINUTES = "min"
    SHARE = "share"
    PER_1K = "per_1k"

    def of(self, kind: str) -> str:
        """Return the column of a kind.

        Examples
        --------
        >>> ReachColumn.MINUTES.of("library")
        'access_library_min'
        """
        return f"{PREFIX}{kind}_{self.value}"


def read_column(column: str) -> tuple[str, ReachColumn]:
    """Return the kind that a column of reach is about, and what it tells of it.

    Examples
    --------
    >>> read_column("access_family_hub_per_1k")
    ('family_hub', <ReachColumn.PER_1K: 'per_1k'>)
    """
    what = next(what for what in ReachColumn if column.endswith(f"_{what.value}"))
    return column.removeprefix(PREFIX).removesuffix(f"_{what.value}"), what


def minutes_indicator(
    kind: AssetKind, means: Means, method: str, children: str | None, caveat: str
) -> Indicator:
    """Describe how far away the nearest place of a kind is.

    Parameters
    ----------
    kind
        The kind.
    means, method
        What travel is measured by, and that in a sentence.
    children
        The column of children that averages are weighted by.
    caveat
        What is said beside every figure.
    """
    unit = MINUTES_OF.format(journey_words(means))
    return _indicator(
        kind,
        ReachColumn.MINUTES,
        f"Nearest {kind.singular}: {unit}",
        f"{unit[:1].upper()}{unit[1:]} from the area's homes to the nearest {kind.singular}: half of the "
        "homes have no further to go",
        unit,
        children,
        caveat,
        method,
    )


def share_indicator(
    kind: AssetKind, means: Means, method: str, children: str | None, caveat: str
) -> Indicator:
    """Describe the share of homes that have a place of a kind within reach: see `minutes_indicator`."""
    within = within_words(means)
    return _indicator(
        kind,
        ReachColumn.SHARE,
        f"Homes near {kind.plural}: share {within}",
        f"Share of the area's homes that have one or more {kind.plural} {within}",
        f"{SHARE_OF}{within}",
        children,
        caveat,
        method,
    )


def per_1k_indicator(kind: AssetKind, method: str, children: str, unit: str, caveat: str) -> Indicator:
    """Describe what there is of a kind for each 1,000 children who reach it.

    Parameters
    ----------
    kind, method, children, caveat
        As in `minutes_indicator`.
    unit
        What supply is counted in: "places", or "sessions a week".
    """
    plural = f"{kind.plural[:1].upper()}{kind.plural[1:]}"
    label = f"{plural} for each 1,000 children within reach"
    return _indicator(
        kind,
        ReachColumn.PER_1K,
        label if unit == PLACES else f"{label}: {unit}",
        f"What {kind.plural} supply, in {unit}, shared out among all children who reach them, the near ones "
        "counting for more, and added up over those that an area reaches; for each 1,000 children",
        f"{unit} for each 1,000 children",
        children,
        caveat,
        method,
    )


def _indicator(
    kind: AssetKind,
    what: ReachColumn,
    label: str,
    meaning: str,
    unit: str,
    children: str | None,
    caveat: str,
    method: str,
) -> Indicator:
    """Return a column of reach: an average over children, of which less is worse but for minutes."""
    far = what is ReachColumn.MINUTES
    return Indicator(
        id=what.of(kind.id),
        label=label,
        meaning=meaning,
        unit=unit,
        polarity="high_is_worse" if far else "low_is_worse",
        kind=Kind.RATE,
        denominator=children,
        published_name=None,
        group=Group.ACCESS,
        caveat=caveat,
        method=method,
        known_by=ReachColumn.SHARE.of(kind.id) if far else None,
    )


def within_words(means: Means) -> str:
    """Say how far is within reach: "within 15 minutes’ walk"."""
    unit = MINUTES_OF.format(journey_words(means))
    return f"within {settings().reach_min:g} {unit}"
