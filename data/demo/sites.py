"""Where things stand: addresses drawn from postcodes, more often where the kind of place draws them."""

from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from data.demo import plan, postcodes, writers
from data.demo.codes import Borough
from data.demo.plan import Floats

STREET_FIRST: Final = (
    "Mill", "Church", "Station", "Chapel", "Victoria", "Albert", "Quarry", "Harbour", "Priory", "Manor",
    "School", "Bridge", "Marsh", "Beacon", "Foundry", "Tannery", "Orchard", "Meadow", "Heron", "Plover",
    "Rowan", "Alder", "Hawthorn", "Larch", "Garth", "Kiln", "Ropery", "Sexton", "Wharf", "Fell", "Dyke",
    "Carr", "Saltern", "Gannet",
)  # fmt: skip
STREET_LAST: Final = ("Road", "Street", "Lane", "Avenue", "Close", "Way", "Terrace", "Drive", "Row", "Grove")
SAINTS: Final = (
    "St Olave's", "St Hilda's", "St Aidan's", "St Bede's", "St Cuthbert's", "St Oswald's", "Holy Trinity",
    "All Saints", "St Mary's", "St Wilfrid's", "St Chad's", "Sacred Heart", "St Botolph's", "Christ Church",
    "St Helen's", "St Zoë's",
)  # fmt: skip

NEAR_M: Final = 700.0
"""Within how many metres homes count when what serves a ward is placed where many live."""
CENTRAL: Final = (0.08, 3.00, 0.60, 0.05, 0.70, 0.40)
"""How strongly each kind, in the order of ``plan.KINDS``, draws what stands in town centres."""


def name_streets(homes: pd.DataFrame, rng: np.random.Generator) -> list[str]:
    """Give the postcodes of each output area one or two street names."""
    first = rng.integers(0, len(STREET_FIRST), (2, len(homes)))
    last = rng.integers(0, len(STREET_LAST), (2, len(homes)))
    lead = homes.groupby("oa21")["oa21"].transform("cumcount") == 0
    block = lead.cumsum().to_numpy() - 1
    side = (homes.groupby("oa21").cumcount() % 2).to_numpy()
    names = zip(first[side, block].tolist(), last[side, block].tolist(), strict=True)
    return [f"{STREET_FIRST[a]} {STREET_LAST[b]}" for a, b in names]


class Sites:
    """The addresses of the borough, each used at most once."""

    def __init__(
        self, borough: Borough, kinds: pd.DataFrame, directory: pd.DataFrame, rng: np.random.Generator
    ) -> None:
        homes = postcodes.usable(directory).sort_values(["oa21", "pcds"], ignore_index=True)
        areas = borough.areas.set_index("code").loc[homes["lsoa21"]]
        homes["ward"], homes["town"] = areas["ward_name"].to_numpy(), areas["town"].to_numpy()
        homes["street"] = name_streets(homes, rng)
        self.homes = homes.rename(columns={"pcds": "postcode", "oseast1m": "x", "osnrth1m": "y"})
        self.kinds = kinds.loc[homes["lsoa21"]].to_numpy()
        self.borough = borough
        self.rng = rng
        self.free = np.ones(len(homes), dtype=bool)
        points = shapely.points(homes[["oseast1m", "osnrth1m"]].to_numpy(dtype=np.float64))
        around = shapely.STRtree(points).query(points, predicate="dwithin", distance=NEAR_M)
        self.homes_near = np.bincount(around[0], minlength=len(homes)).astype(np.float64)

    def pick(self, count: int, appeal: tuple[float, ...], ward: str = "") -> pd.DataFrame:
        """Pick addresses at random by each kind's appeal; with ``ward``, there alone and where many live."""
        weight = (self.kinds @ np.asarray(appeal)) ** 1.5 * self.free
        if ward:
            weight = weight * (self.homes["ward"] == ward).to_numpy() * self.homes_near**4
        chosen = self.rng.choice(len(weight), count, replace=False, p=weight / weight.sum())
        self.free[chosen] = False
        return self.address(self.homes.iloc[np.sort(chosen)])

    def pick_nearest(self, place: tuple[float, float]) -> pd.DataFrame:
        """Pick the free address nearest to a place of the plan, in kilometres."""
        metres = np.hypot(*(self.homes[["x", "y"]].to_numpy() - plan.to_bng((place,))).T)
        chosen = int(np.argmin(np.where(self.free, metres, np.inf)))
        self.free[chosen] = False
        return self.address(self.homes.iloc[[chosen]])

    def pick_each(self, wards: tuple[str, ...], appeal: tuple[float, ...]) -> pd.DataFrame:
        """Pick one address in each ward, in the order given."""
        return pd.concat([self.pick(1, appeal, ward) for ward in wards], ignore_index=True)

    def address(self, homes: pd.DataFrame) -> pd.DataFrame:
        """Make addresses: place within 12 m of the postcode, number, street and town."""
        shifted = homes[["x", "y"]].to_numpy() + self.rng.integers(-8, 9, (len(homes), 2))
        numbers = self.rng.integers(1, 140, len(homes)).tolist()
        streets = [f"{n} {street}" for n, street in zip(numbers, homes["street"], strict=True)]
        frame = pd.DataFrame(
            {key: homes[key].to_numpy() for key in ("postcode", "ward", "town", "lsoa21", "msoa21")}
        )
        frame["street"] = streets
        frame["address"] = [f"{street}, {town}" for street, town in zip(streets, homes["town"], strict=True)]
        return locate(frame, shifted.astype(np.float64))

    def beyond(self, count: int) -> pd.DataFrame:
        """Pick places within 3 km of the borough inland; their postcodes are not in its file."""
        low, high = np.reshape(self.borough.council.bounds, (2, 2))
        points = np.round(self.rng.uniform(low - 2400.0, high + 2400.0, (600, 2)))
        away = shapely.distance(shapely.points(points), self.borough.council)
        landward = points[:, 0] < plan.ORIGIN[0] + 14_500.0
        points = points[(away > 250.0) & (away < 2600.0) & landward][:count]
        units = self.rng.integers(0, len(postcodes.LETTERS), (count, 2)).tolist()
        codes = [
            f"ZN9 {k % 9 + 1}{postcodes.LETTERS[a]}{postcodes.LETTERS[b]}" for k, (a, b) in enumerate(units)
        ]
        street = [
            f"{n} {STREET_FIRST[n % len(STREET_FIRST)]} Road"
            for n in self.rng.integers(1, 90, count).tolist()
        ]
        frame = pd.DataFrame(
            {"postcode": codes, "ward": "", "town": plan.NEIGHBOUR_NAME, "lsoa21": "", "msoa21": ""}
        )
        frame["street"] = street
        frame["address"] = [f"{line}, {plan.NEIGHBOUR_NAME}" for line in street]
        return locate(frame, points)


def locate(frame: pd.DataFrame, points: Floats) -> pd.DataFrame:
    """Add whole-metre eastings and northings, and longitudes and latitudes as text."""
    places = writers.to_lon_lat(points)
    return frame.assign(
        x=points[:, 0].astype(np.int64),
        y=points[:, 1].astype(np.int64),
        lon=[f"{lon:.6f}" for lon in places[:, 0]],
        lat=[f"{lat:.6f}" for lat in places[:, 1]],
        area_name=np.where(frame["ward"] == "", plan.NEIGHBOUR_NAME, plan.COUNCIL_NAME),
        area_code=np.where(frame["ward"] == "", plan.NEIGHBOUR_CODE, plan.COUNCIL_CODE),
    )


def telephones(count: int, rng: np.random.Generator) -> list[str]:
    """Draw numbers from the range that Ofcom keeps for fiction."""
    return [f"01632 960{n:03d}" for n in rng.integers(0, 1000, count).tolist()]


def as_points(frame: pd.DataFrame, columns: list[str], places: pd.DataFrame) -> gpd.GeoDataFrame:
    """Turn some columns of a frame into points at their places."""
    points = shapely.points(places[["x", "y"]].to_numpy(dtype=np.float64))
    return gpd.GeoDataFrame(frame[columns], geometry=points, crs="EPSG:27700")


def write_badly(codes: list[str], rng: np.random.Generator) -> list[str]:
    """Write a few postcodes the way people type them: unspaced, in lower case, or not at all."""
    changes = {0: lambda code: code.replace(" ", ""), 1: str.lower, 2: lambda code: ""}
    draws = rng.integers(0, 24, len(codes)).tolist()
    return [changes[draw](code) if draw in changes else code for draw, code in zip(draws, codes, strict=True)]


def slug(name: str) -> str:
    """Make the tail of a web address from a name."""
    return "".join(c if c.isalnum() else "-" for c in name.lower().replace("'", "")).strip("-")


def distinct(names: list[str]) -> list[str]:
    """Tell namesakes apart by a trailing numeral, as second branches are."""
    seen: dict[str, int] = {}
    out = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        out.append(name if seen[name] == 1 else f"{name} {seen[name]}")
    return out
