"""Figures over time of the councils of a build, of their region and of England."""

import pandas as pd

from data.codes import latest_council_code
from data.sources.base import Source

COLUMNS = ["file", "period", "level", "area_code", "area_name", "measure", "value", "marker"]


def gather_series(sources: list[Source], councils: pd.Index) -> tuple[pd.DataFrame, list[Source]]:
    """Bring together the series of the build's councils and of the places they are compared with.

    Parameters
    ----------
    sources
        Files of figures over time: `frame` with `period, level, area_name, measure, value, marker`, index
        `area_code`. A marker stands where the publisher gives no number: it is kept, and is never 0.
    councils
        Codes of the build's councils.

    Returns
    -------
    tuple of DataFrame, list of Source
        The rows of those councils and of every region and country, and the files that hold such a council.
    """
    here = set(latest_council_code(pd.Series(councils)))
    parts, used = [], []
    for source in sorted(sources, key=lambda s: s.label):
        frame = source.frame.rename_axis("area_code").reset_index()
        mine = latest_council_code(frame["area_code"]).isin(here)
        if mine.any():
            wider = frame["area_code"].str.match(r"(?:E92|E12)").fillna(False).astype(bool)
            parts.append(frame[mine | wider].assign(file=source.label)[COLUMNS])
            used.append(source)
    empty = pd.DataFrame({name: pd.Series(dtype="string") for name in COLUMNS}).astype({"value": "float64"})
    return pd.concat([empty, *parts], ignore_index=True) if parts else empty, used
