"""Composites of our choice, without a build, for the tests of types and operating models."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from data.provenance import Tier
from models.composites import COMPOSITES, Composites, place_among

Cells = Mapping[str, Sequence[float | None]]


def codes_of(count: int) -> pd.Index:
    """The codes of so many areas, as `tests.small_builds.make_areas` gives them."""
    return pd.Index([f"E0100{n:04}" for n in range(count)], name="area_code")


def composites_with(frame: Cells | None = None, measures: Cells | None = None) -> Composites:
    """Composites of the values given, or of measures alone.

    Parameters
    ----------
    frame
        Values by composite; the places among them are added to the measures.
    measures
        Measures by name; they come before places of the same name.
    """
    count = len(next(iter((frame or measures or {}).values())))
    index = codes_of(count)
    values = pd.DataFrame({k: pd.Series(v, index, dtype="float64") for k, v in (frame or {}).items()}, index)
    given = {k: pd.Series(v, index, dtype="float64") for k, v in (measures or {}).items()}
    places = {f"{id_}_place": place_among(values[id_]) for id_ in values}
    return Composites(
        frame=values,
        left_out={c.id: "Not given." for c in COMPOSITES if c.id not in values},
        sources=dict.fromkeys(values, "Given."),
        tier=Tier.INTERNAL,
        measures=pd.DataFrame({**places, **given}, index),
        within=dict.fromkeys(values, "these areas"),
        weights=pd.Series(np.arange(count) % 7 + 100.0, index),
    )
