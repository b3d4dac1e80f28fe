"""Check the council figures of a build against the publisher's own."""

from typing import Any

import pandas as pd

from data.codes import latest_council_code
from data.sources.base import Source
from geo.area_table import AreaTable

SHARE = "_worst_decile_share"


def compare_with_published(areas: AreaTable, sources: list[Source]) -> list[dict[str, Any]]:
    """Compare the share of each council's small areas in England's worst tenth with the published share.

    Parameters
    ----------
    areas
        The area table. Only councils whose every small area has a figure are compared.
    sources
        Published council summaries: `frame` with `<stem>_worst_decile_share`, index council code.

    Returns
    -------
    list of dict
        For each index and file: `column`, `file`, `councils` compared and the `largest_difference`, as a
        share of 1. A build that cuts a council short differs, and shows it here.
    """
    if not sources or areas.frame["la_code"].isna().all():
        return []
    ours = areas.aggregate("council")
    now = ours.frame.set_axis(pd.Index(latest_council_code(ours.frame.index.to_series())))
    found = []
    for source in sources:
        theirs = source.frame.set_axis(pd.Index(latest_council_code(source.frame.index.to_series())))
        for column in (c for c in theirs.columns if c.endswith(SHARE) and c in now.columns):
            rank = f"{column.removesuffix(SHARE)}_rank"
            same = areas.provenance.get(rank)
            if same is None or same.vintage != source.edition:
                continue
            both = pd.concat([now[column], theirs[column]], axis=1, keys=["ours", "theirs"]).dropna()
            if len(both):
                gap = float((both["ours"] - both["theirs"]).abs().max())
                found.append(
                    {
                        "column": column,
                        "file": source.label,
                        "councils": len(both),
                        "largest_difference": round(gap, 4),
                    }
                )
    return found
