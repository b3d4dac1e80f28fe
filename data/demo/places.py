"""The assets: hubs, libraries, clubs and the rest, each file in the layout of its real publisher.

The built-in gap: the estate on the edge of Marlhaven (Ravensholme, Larkbeck) has schools and little
else, and no family hub; the centre has a lot; the rural fringe has almost nothing.
"""

from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from data.demo import services
from data.demo.plan import Floats
from data.demo.sites import CENTRAL, SAINTS, Sites, as_points, distinct, slug, telephones, write_badly

HUB_COLUMNS: Final = ["name", "address", "postcode", "telephone", "unique_reference_number", "lon", "lat"]
HUBS: Final = ("Castle Quay", "Ferry Road", "Oakmere", "Cragwick Mills", "Fenbury Market")
CENTRES: Final = ("Hollin Bridge", "Aldwick Chase")
SPORTS_COLUMNS: Final = (
    "site_id", "site_name", "facility_type", "access_type", "street", "town", "postcode", "telephone",
    "website", "msoa_code", "lsoa_code", "lon", "lat",
)  # fmt: skip
TWICE_HUBS: Final = (0, 3)
"""Hubs whose youth sessions are listed among the youth clubs too."""
LIBRARIES: Final = (
    "Castle Quay", "Northgate", "Priory Fields", "Harbourside", "Oakmere", "Cragwick Mills", "Hollin Bridge",
    "Fenbury Market", "Aldwick Chase", "Thorpe Marl", "Whitmere Carrs",
)  # fmt: skip
WELL_OFF: Final = (0.08, 1.40, 1.50, 0.50, 1.40, 0.15)
HALLS: Final = (0.10, 1.90, 0.80, 1.00, 1.90, 0.12)
OLD_PLACES: Final = (0.12, 1.80, 0.80, 0.90, 2.00, 0.10)
"""How strongly each kind, in the order of ``plan.KINDS``, draws clubs and places of worship."""


@dataclass(frozen=True)
class Duplicate:
    """Two rows that are one place: the files and the names they go by."""

    file: str
    name: str
    other_file: str
    other_name: str


@dataclass(frozen=True)
class Assets:
    """The asset tables by file name, the duplicates built into them, and where the hubs are in EPSG:27700."""

    tables: dict[str, pd.DataFrame]
    duplicates: list[Duplicate]
    hubs: Floats


def family_hubs(sites: Sites) -> pd.DataFrame:
    """List family hubs and children's centres, one of them just over the border."""
    places = pd.concat([sites.pick_each(HUBS + CENTRES, CENTRAL), sites.beyond(1)], ignore_index=True)
    names = [f"{ward} Family Hub" for ward in HUBS] + [f"{ward} Children's Centre" for ward in CENTRES]
    return places.assign(
        name=[*names, "Eastmarch Family Hub"],
        telephone=telephones(len(places), sites.rng),
        unique_reference_number=[990_201 + k for k in range(len(places))],
    )


def libraries(sites: Sites) -> pd.DataFrame:
    """List libraries as points, two of them run by volunteers and one over the border."""
    places = pd.concat([sites.pick_each(LIBRARIES, CENTRAL), sites.beyond(1)], ignore_index=True)
    names = ["Marlhaven Central Library", *(f"{ward} Library" for ward in LIBRARIES[1:]), "Eastmarch Library"]
    run = [
        "Community run library" if ward in ("Thorpe Marl", "Harbourside") else "Local authority run library"
        for ward in places["ward"]
    ]
    frame = pd.DataFrame(
        {
            "Name": names,
            "Address": places["address"],
            "Postcode": places["postcode"],
            "Type": run,
            "Email": [f"{slug(name)}@northmere.example" for name in names],
            "Website": [f"https://www.northmere.example/libraries/{slug(name)}" for name in names],
            "Area name": places["area_name"],
            "Area code": places["area_code"],
        }
    )
    return as_points(frame, list(frame.columns), places)


def community_centres(sites: Sites) -> pd.DataFrame:
    """List community centres and village halls by easting and northing; two have lost them."""
    places = sites.pick(44, HALLS)
    rural = places["ward"].isin(["Northmoor", "Whitmere Carrs", "Gannet Point", "Thorpe Marl", "Keldhead"])
    ends = [
        "Village Hall" if r else ("Community Centre", "Community Hall", "Neighbourhood Centre")[k % 3]
        for k, r in enumerate(rural)
    ]
    stems = [street.split(" ", 1)[1] for street in places["street"]]
    frame = pd.DataFrame(
        {
            "ID": [f"CC{k + 1:04d}" for k in range(len(places))],
            "Name": distinct([f"{stem} {end}" for stem, end in zip(stems, ends, strict=True)]),
            "Type": ends,
            "Address": places["address"],
            "Postcode": write_badly(places["postcode"].tolist(), sites.rng),
            "Easting": places["x"].astype(str),
            "Northing": places["y"].astype(str),
            "Opening times": [
                ("Mon-Fri 9am - 9pm", "By arrangement", "Daily 8am - 10pm")[k % 3] for k in range(len(places))
            ],
        }
    )
    frame.loc[[7, 29], ["Easting", "Northing"]] = ""
    return frame


def youth_clubs(sites: Sites, hubs: pd.DataFrame) -> pd.DataFrame:
    """List youth clubs and uniformed groups; two sessions are held at places listed elsewhere."""
    places = sites.pick(34, WELL_OFF)
    kinds = ("Youth club", "Scouts", "Guides", "Cadets", "Youth theatre", "Detached youth work")
    category = [kinds[k % 6] for k in range(len(places))]
    names = [f"{place} {kind}" for place, kind in zip(places["ward"], category, strict=True)]
    frame = places.assign(
        name=distinct(names),
        category=category,
        age_range=["8-13" if k % 2 else "11-19" for k in range(len(places))],
    )
    twin = hubs.iloc[list(TWICE_HUBS)].assign(category="Youth club", age_range="11-19")
    return pd.concat([frame, twin], ignore_index=True)[
        ["name", "category", "address", "postcode", "age_range"]
    ]


def sports_facilities(sites: Sites) -> pd.DataFrame:
    """List sports facilities by longitude and latitude, three over the border."""
    places = pd.concat([sites.pick(40, WELL_OFF), sites.beyond(3)], ignore_index=True)
    kinds = (
        "Sports hall",
        "Swimming pool",
        "Outdoor tennis courts",
        "Grass pitches",
        "Health and fitness gym",
        "Artificial grass pitch",
    )
    ends = ("Sports Centre", "Pool", "Tennis Club", "Recreation Ground", "Gym", "Sports Ground")
    names = [f"{town_part(place)} {ends[k % 6]}" for k, place in enumerate(places["street"])]
    return places.assign(
        site_id=[9_900_001 + k for k in range(len(places))],
        site_name=distinct(names),
        facility_type=[kinds[k % 6] for k in range(len(places))],
        access_type=[
            ("Pay and Play", "Sports Club / Community Association", "Free Public Access")[k % 3]
            for k in range(len(places))
        ],
        telephone=[
            "NA" if k % 5 == 0 else phone for k, phone in enumerate(telephones(len(places), sites.rng))
        ],
        website="NA",
        lsoa_code=places["lsoa21"],
        msoa_code=places["msoa21"],
    )[list(SPORTS_COLUMNS)]


def town_part(street: str) -> str:
    """Take the first word of a street's name."""
    return street.split(" ", 2)[1]


def worship(sites: Sites) -> pd.DataFrame:
    """Draw places of worship as building outlines; a third are unnamed, some have a second building."""
    places = sites.pick(64, OLD_PLACES)
    ends = ("Church", "Methodist Chapel", "Baptist Church", "Church Hall", "Mosque", "Gospel Hall")
    rows, shapes = [], []
    for k, (x, y) in enumerate(zip(places["x"].tolist(), places["y"].tolist(), strict=True)):
        stem = SAINTS[k % len(SAINTS)] if k % 6 in (0, 3) else str(places["ward"].iloc[k])
        name = "Unknown" if k % 3 == 1 else f"{stem} {ends[k % 6]}"
        for part in range(2 if k % 8 == 0 else 1):
            rows.append(
                {
                    "DISTNAME": name,
                    "BUILDGTHEM": "Religious Buildings",
                    "CLASSIFICA": "Place Of Worship",
                    "FEATCODE": 15025,
                }
            )
            shapes.append(building(x + 45.0 * part, y - 20.0 * part, sites.rng))
    frame = gpd.GeoDataFrame(rows, geometry=shapes, crs="EPSG:27700")
    frame.insert(0, "ID", [identifier(sites.rng) for _ in range(len(frame))])
    return frame.assign(area_code=places["area_code"].iloc[0], area_name=places["area_name"].iloc[0])


def building(x: float, y: float, rng: np.random.Generator) -> shapely.Polygon:
    """Draw a nave with a porch at an angle, corners rounded to a tenth of a metre."""
    plain = np.array(
        [[-12, -6], [12, -6], [12, 6], [-4, 6], [-4, 10], [-9, 10], [-9, 6], [-12, 6]], dtype=np.float64
    )
    angle, size = rng.uniform(0.0, np.pi), rng.uniform(0.7, 1.5)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    return shapely.Polygon(np.round(size * plain @ turn + np.array([x, y]), 1))


def identifier(rng: np.random.Generator) -> str:
    """Draw an identifier in the form that Ordnance Survey gives to features."""
    digits = "".join(f"{n:X}" for n in rng.integers(0, 16, 32).tolist())
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def bus_stops(sites: Sites) -> pd.DataFrame:
    """List bus stops in facing pairs, at least 260 m from the next pair, few in the country."""
    homes = sites.homes.iloc[sites.rng.permutation(len(sites.homes))[:900]]
    points, kept = homes[["x", "y"]].to_numpy(dtype=np.float64), list[int]()
    for k, point in enumerate(points):
        if not kept or np.hypot(*(points[kept] - point).T).min() > 260.0:
            kept.append(k)
    chosen = sites.address(homes.iloc[np.repeat(kept, 2)])
    street = [name.split(" ", 1)[1] for name in chosen["street"]]
    frame = chosen.assign(
        atco_code=[f"9990ZN{k + 1:05d}" for k in range(len(chosen))],
        common_name=[f"{name} (opposite)" if k % 2 else name for k, name in enumerate(street)],
        street=street,
    )
    return frame[["atco_code", "common_name", "street", "area_code", "area_name", "lon", "lat"]]


def list_twice(halls: pd.DataFrame, library: pd.Series) -> pd.DataFrame:
    """Enter a library among the community centres as well, a few metres off and under another name."""
    twin = {
        "Name": "Cragwick Library and Community Hub",
        "Type": "Community Centre",
        "Address": library["Address"],
        "Postcode": library["Postcode"],
        "Easting": str(int(library.geometry.x) + 6),
        "Northing": str(int(library.geometry.y) - 4),
    }
    halls.loc[11, list(twin)] = list(twin.values())
    return halls


def all_places(sites: Sites) -> Assets:
    """Make every asset file but schools, childcare and greenspace."""
    hubs, shelves = family_hubs(sites), libraries(sites)
    library = shelves.iloc[LIBRARIES.index("Cragwick Mills")]
    tables: dict[str, pd.DataFrame] = {
        "family_hubs_and_childrens_centres": hubs[HUB_COLUMNS],
        "libraries": shelves,
        "community_centres": list_twice(community_centres(sites), library),
        "youth_clubs_and_uniformed_groups": youth_clubs(sites, hubs),
        "general_practices": services.general_practices(sites),
        "pharmacies": services.pharmacies(sites),
        "food_banks": services.food_banks(sites),
        "sports_facilities": sports_facilities(sites),
        "places_of_worship": worship(sites),
        "advice_and_employment": services.advice(sites),
        "mental_health_services": services.mental_health(sites),
        "bus_stops": bus_stops(sites),
    }
    youth, hub_file = "youth_clubs_and_uniformed_groups", "family_hubs_and_childrens_centres"
    twice = [str(hubs["name"].iloc[k]) for k in TWICE_HUBS]
    duplicates = [
        Duplicate(
            "libraries", str(library["Name"]), "community_centres", "Cragwick Library and Community Hub"
        ),
        Duplicate(
            "food_banks", str(tables["food_banks"]["Name"].iloc[0]), "food_banks", "St. Olaves Foodbank"
        ),
        *(Duplicate(hub_file, name, youth, name) for name in twice),
    ]
    return Assets(tables, duplicates, hubs[["x", "y"]].to_numpy(dtype=np.float64))
