"""Places at a level above small areas, laid over values that were worked out without them.

Wards and councils take a second or more to work out, and the places of a register change many times a day:
only what they change is worked out again.
"""

from dataclasses import replace

import pandas as pd

from geo.area_table import AreaTable
from models.levels import Level, LevelData, level_data


def with_places(ground: LevelData, without: AreaTable, areas: AreaTable) -> LevelData:
    """Return the values of a level with those of places.

    Parameters
    ----------
    ground
        The values of the level without places.
    without
        The small areas that they were made of.
    areas
        The same small areas with columns of places laid over them.

    Returns
    -------
    LevelData
        As if all had been worked out at once.
    """
    if ground.level is Level.AREA:
        raise ValueError("The small areas have their places themselves.")
    held = set(without.indicators)
    weights = {areas.dictionary[column].denominator for column in areas.indicators if column not in held}
    alone = level_data(areas.without(held - weights), ground.level)
    made = [column for column in alone.status.columns if column not in held]
    return replace(
        ground,
        frame=pd.concat([ground.frame, alone.frame[made]], axis=1),
        status=pd.concat([ground.status, alone.status[made]], axis=1),
        provenance={**ground.provenance, **{column: alone.provenance[column] for column in made}},
        dictionary=areas.dictionary,
        caveats=tuple(dict.fromkeys((*ground.caveats, *alone.caveats))),
    )
