"""Where support could be placed, and where it is today, as a list says that somebody made."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

import geopandas as gpd
import pandas as pd

from data.asset_kinds import OTHER
from data.errors import SourceError, first_few
from data.provenance import Provenance
from data.sources.base import readable
from data.tables import to_number
from geo.builds import Build
from geo.places import Places, PlacesDraft
from geo.reach_assets import places_from_file
from models.candidate_buildings import one_each
from models.candidates import Candidates, completed
from models.placement_asked import Wanted
from models.words import number

AMOUNTS: Final = {"cost_gbp": "cost", "capacity": "number of children"}
"""The columns of a list of candidates that are numbers, and what they tell."""

AMOUNTS_OF_ONE: Final = {"cost_gbp": "max", "capacity": "min"}
"""Of what is told twice the higher cost and the smaller room count."""

POUNDS: Final = r"^\s*£\s*"
MOST_NAMED: Final = 3
MOST_AMOUNT: Final = 1e12
"""The largest amount that can be used: sums of larger ones would have no end."""


def candidates_from_file(path: Path, build: Build, wanted: Wanted) -> Candidates:
    """Read where support could be placed from a list, each building once.

    The list is a table of places in any layout that is recognised. It may tell what each costs a year (a
    column cost, or cost_gbp) and how many children there is room for (capacity); of a building that is told
    twice the higher cost and the smaller room count. Places that may be confidential are withheld.

    Parameters
    ----------
    path
        The list.
    build
        The build whose areas they lie in.
    wanted
        What is asked: the council decides which of them are candidates.

    Raises
    ------
    SourceError
        When the file is none of places, none of them lies in the areas that are looked at, or a cost or
        a number of children cannot be read.
    """
    made = places_from_file(path, build, otherwise=OTHER)
    name = readable(path.name)
    places = made.places.frame.join(_amounts_of(name, made.origins))
    inside = places["area_code"].notna()
    if wanted.council:
        inside &= places["la_code"].eq(wanted.council).fillna(False)
    if not inside.any():
        raise SourceError(
            f"No place of {name} lies in the areas that are looked at.",
            "Choose another council, or look at the postcodes or coordinates of its rows.",
        )
    kept = ["name", "kind", "postcode", "area_code", *AMOUNTS, "geometry"]
    found, merged = one_each(places.loc[inside, kept], apart=list(AMOUNTS))
    alike = places.loc[inside].groupby(lambda id_: merged.get(id_, id_)).agg(AMOUNTS_OF_ONE)
    found = found.assign(**{column: alike[column].reindex(found.index) for column in AMOUNTS})
    notes = (*_left_out(name, places.loc[~inside, "name"]), *_fates(name, made))
    return Candidates(
        completed(found, build),
        from_build=False,
        notes=notes,
        merged=merged,
        sources=tuple(made.places.provenance.values()),
    )


def existing_from_file(path: Path, build: Build, kind: str) -> tuple[Build, tuple[str, ...]]:
    """Return a build with the places of a list in the stead of its own of one kind, and what became of rows.

    All other places are those of the build: buildings that could house support are still known.

    Parameters
    ----------
    path
        The list; rows of other kinds than the one that is asked for are left out.
    build
        The build.
    kind
        What they are, where the list does not tell it: an id of `data/asset_kinds.toml`.

    Raises
    ------
    SourceError
        When the file is none of places, or holds none of the kind in or near the areas.
    """
    made = places_from_file(path, build, kind)
    own, told = build.places.frame, made.places.frame
    label_of = _labels_beside(build.places.provenance, made.places.provenance)
    mine = told[(told["kind"] == kind).to_numpy(dtype=bool)]
    if mine.empty:
        raise SourceError(
            f"No place of {readable(path.name)} that is meant lies in or near the areas.",
            "Look at the postcodes or coordinates of its rows.",
        )
    mine = mine.assign(file=mine["file"].map(label_of))
    others = own[(own["kind"] != kind).to_numpy(dtype=bool)]
    frame = gpd.GeoDataFrame(pd.concat([others, mine]).sort_index(), crs=own.crs)
    labels = set(frame["file"])
    theirs = {label_of[label]: pedigree for label, pedigree in made.places.provenance.items()}
    pedigrees = {**build.places.provenance, **theirs}
    places = Places(
        frame,
        {label: pedigree for label, pedigree in pedigrees.items() if label in labels},
        build.places.tier,
        build.places.with_unconfirmed,
    )
    return replace(build, places=places), tuple(_fates(readable(path.name), made))


def _labels_beside(own: Mapping[str, Provenance], told: Iterable[str]) -> dict[str, str]:
    """Return what each file of a list is called beside the build's own: by its name, unless one has that."""
    return {label: f"{label} (given as it is today)" if label in own else label for label in told}


def _amounts_of(name: str, origins: pd.DataFrame) -> pd.DataFrame:
    """Return what each place of a list costs and has room for, by its id; missing where nothing is said.

    Of a place that is told twice it is the higher cost and the smaller room.
    """
    read, faults = origins[["place_id"]].copy(), []
    for column, words in AMOUNTS.items():
        text = origins[column].astype("string").str.replace(POUNDS, "", regex=True)
        amounts = to_number(text)
        sound = amounts.le(MOST_AMOUNT) & (amounts.ge(0.0) if column == "cost_gbp" else amounts.gt(0.0))
        bad = origins[text.notna() & ~sound]
        if len(bad):
            first = bad.head(MOST_NAMED)
            named = ", ".join(
                f"“{cell}” in row {row:,}" for cell, row in zip(first[column], first["row"], strict=True)
            )
            some = f"{len(bad):,} of its rows {'tells' if len(bad) == 1 else 'tell'}"
            faults.append(f"{some} no {words} that can be used: {named}")
        read[column] = amounts
    if faults:
        raise SourceError(
            f"{name} cannot be used as it is: {'; '.join(faults)}.",
            "Write a cost in pounds a year as a number, and how many children there is room for.",
        )
    return read.groupby("place_id").agg(AMOUNTS_OF_ONE)


def _left_out(name: str, out: pd.Series) -> Iterator[str]:
    """Yield which places of a list are no candidates for where they lie."""
    if len(out):
        some = f"{number(len(out))} of {name} {'lies' if len(out) == 1 else 'lie'}"
        yield f"{some} outside the areas that are looked at: {first_few(out, MOST_NAMED)}."


def _fates(name: str, made: PlacesDraft) -> Iterator[str]:
    """Yield what became of the rows of a list that make up no place."""
    outside = sum(tally.outside for tally in made.tallies)
    if outside:
        yield f"{_rows(outside)} of {name} {'lies' if outside == 1 else 'lie'} too far outside the areas."
    aside = sum(tally.set_aside for tally in made.tallies)
    if aside:
        yield f"{_rows(aside)} of {name} {'is' if aside == 1 else 'are'} of no known kind, and left out."
    if len(made.rejected):
        why = first_few(made.rejected["reason"].dropna().unique(), MOST_NAMED)
        yield f"{_rows(len(made.rejected))} of {name} cannot be used: {why}."


def _rows(count: int) -> str:
    return f"{number(count)} {'row' if count == 1 else 'rows'}"
