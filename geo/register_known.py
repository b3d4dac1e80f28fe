"""The places that a register holds, as far as the rows of a file have to be told from them."""

from collections.abc import Iterable
from typing import Final

import pandas as pd
import shapely

from data.register.records import DRAFTS, Place, Source, State
from geo.duplicates import ONE_POSTCODE_M, find_duplicates
from geo.plain_names import plain_name
from geo.register_editions import edition_key

_COMPARED: Final = ("name", "kind", "detail", "postcode", "easting_m", "northing_m")


class Known:
    """The places that a register holds, as far as rows have to be told from them.

    Parameters
    ----------
    places
        All of them, in every state.
    sources
        The files they were imported from.
    """

    def __init__(self, places: Iterable[Place], sources: Iterable[Source]) -> None:
        self.by_id: dict[str, Place] = {}
        self.hidden: set[tuple[str, str, str]] = set()
        self.editions = {source.id: edition_key(source) for source in sources}
        self.add(places)

    def add(self, places: Iterable[Place]) -> None:
        """Take in more places, as those of the file before."""
        for place in places:
            self.by_id[place.id] = place
            if place.withheld:
                self.hidden.add(hidden_key(place))

    def current(self, place_id: str) -> str | None:
        """Return the id of a place that is there, or of the one it was merged into; None if it is not."""
        seen = set[str]()
        while place_id in self.by_id and place_id not in seen:
            seen.add(place_id)
            if not self.by_id[place_id].merged_into:
                return place_id
            place_id = self.by_id[place_id].merged_into
        return None

    def told_before(self, rows: pd.DataFrame) -> list[bool]:
        """Say which rows, none of which is another, are the same as a place that is there.

        Parameters
        ----------
        rows
            `name, kind, detail, postcode, easting_m, northing_m`.
        """
        near = self.near(rows)
        if near.empty:
            return [False] * len(rows)
        own = pd.Series(range(len(rows)), index=rows.index).astype("string")
        records = rows.reset_index(drop=True).assign(
            file="rows", identifier=own.to_numpy(), establishment=pd.NA
        )
        kept = find_duplicates(pd.concat([near, records[near.columns]]))
        return [isinstance(root, str) for root in kept.iloc[len(near) :]]

    def near(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Return the places that rows may be the same as, as records for `find_duplicates`, index id."""
        kinds, postcodes = set(rows["kind"]), set(rows["postcode"].dropna())
        tree = shapely.STRtree(shapely.points(rows["easting_m"], rows["northing_m"]))
        able = [
            p
            for p in self.by_id.values()
            if p.kind in kinds and not p.merged_into and p.easting_m is not None and not _is_only_sent(p)
        ]
        points = shapely.points([p.easting_m for p in able], [p.northing_m for p in able])
        close = set(tree.query(points, predicate="dwithin", distance=ONE_POSTCODE_M)[0].tolist())
        chosen = [p for at, p in enumerate(able) if at in close or (p.postcode and p.postcode in postcodes)]
        frame = pd.DataFrame(
            [[getattr(p, column) or None for column in _COMPARED] for p in chosen],
            columns=list(_COMPARED),
            index=pd.Index([p.id for p in chosen], dtype=object),
        )
        text = dict.fromkeys(_COMPARED[:4], "string")
        frame = frame.astype({**text, "easting_m": float, "northing_m": float})
        none = pd.Series(pd.NA, index=frame.index, dtype="string")
        own = pd.Series(frame.index, index=frame.index, dtype="string")
        return frame.assign(file=none.fillna(""), identifier=own, establishment=none)


def _is_only_sent(place: Place) -> bool:
    """Say whether somebody sent a place and no editor took it: what a publisher lists is no repeat of that.

    Else a draft, or one that was turned down, would keep the publisher's own place off the map.
    """
    return place.state in (*DRAFTS, State.REJECTED) and not place.source_id


def hidden_key(place: Place) -> tuple[str, str, str]:
    """Return what tells a place whose location is withheld: its name, kind and ward."""
    return plain_name(place.name).core, place.kind, place.ward_code
