"""Composites of invented areas for the tests of types."""

import numpy as np
import pandas as pd

from data.provenance import Tier
from models.composites import COMPOSITES, Composites

IDS = [composite.id for composite in COMPOSITES]


def composites_from(frame: pd.DataFrame) -> Composites:
    """A frame as the composites of an internal build."""
    weights = pd.Series(1.0, index=frame.index, name="weight")
    return Composites(frame, {}, {}, Tier.INTERNAL, pd.DataFrame(index=frame.index), {}, weights)


def kinds_apart(areas: int, kinds: int, apart: float, seed: int) -> tuple[pd.DataFrame, pd.Series]:
    """Areas of several kinds around middles that lie `apart` spreads from one another on average."""
    rng = np.random.default_rng(seed)
    middles = np.linalg.qr(rng.normal(size=(len(IDS), len(IDS))))[0][:kinds] * apart / np.sqrt(2)
    kind = np.arange(areas) % kinds
    values = middles[kind] + rng.normal(size=(areas, len(IDS)))
    index = pd.Index([f"E01{at:06d}" for at in range(areas)], name="area_code")
    return pd.DataFrame(values, index=index, columns=IDS), pd.Series(kind, index=index)
