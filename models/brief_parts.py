"""Tables that briefings of several kinds have: shares of a whole, and what referrals are told apart by."""

from collections.abc import Sequence

from models.briefing import Column, Table, table_of
from models.briefing_figures import HIDDEN, Form
from models.demand_mix import Share


def share_table(title: str, shares: Sequence[Share], what: str, source: str = "") -> Table:
    """Return how many of a whole are of each sort, with the share of each.

    Parameters
    ----------
    title
        What the sorts are: the heading of the first column and the caption.
    shares
        The sorts, in order; a count that is hidden is said to be.
    what
        What is counted.
    source
        Where the figures came from.
    """
    columns = (
        Column(title),
        Column(f"Number of {what}", Form.WHOLE, what, f"How many {what}", source),
        Column("Share", Form.PERCENT, f"share of {what}", f"Out of all {what} that are known", source),
    )
    rows = [
        (one.label, HIDDEN if one.count is None else one.count, HIDDEN if one.share is None else one.share)
        for one in shares
    ]
    return table_of(title, columns, rows)


def mix_table(title: str, shares: Sequence[Share], source: str = "") -> Table:
    """Return what referrals were told apart by, over 36 months."""
    return share_table(f"{title}, over 36 months", shares, "referrals", source)
