"""Schools as in Get Information about Schools, and childcare as in Ofsted's management information."""

from typing import Final

import numpy as np
import pandas as pd

from data.demo import plan
from data.demo.sites import SAINTS, STREET_FIRST, Sites, distinct, telephones

LA_CODE: Final = "990"
NEIGHBOUR_LA_CODE: Final = "991"
NURSERIES: Final = (0.40, 1.30, 1.50, 0.45, 1.00, 0.45)
BY_CHILDREN: Final = (0.90, 0.80, 1.00, 0.70, 1.00, 1.00)
PHASES: Final[dict[str, tuple[int, int, int, str, str]]] = {
    "Nursery": (3, 2, 4, "Local authority nursery school", "Local authority maintained schools"),
    "Primary": (54, 4, 11, "Community school", "Local authority maintained schools"),
    "Secondary": (9, 11, 18, "Academy converter", "Academies"),
    "Not applicable": (4, 4, 19, "Community special school", "Special schools"),
    "16 plus": (1, 16, 19, "Further education", "Colleges"),
}
"""For each phase: how many, youngest and oldest age, type and group."""
CLOSED: Final = [8, 21, 33, 47]
"""Rows, counted from 0, of schools that have closed."""


def school_names(phase: str, wards: list[str], rng: np.random.Generator) -> list[str]:
    """Name the schools of a phase after saints, wards or streets."""
    ends = {
        "Nursery": "Nursery School",
        "Secondary": "Academy",
        "Not applicable": "School",
        "16 plus": "Sixth Form College",
    }
    names = []
    for k, ward in enumerate(wards):
        if phase == "Primary" and k % 3 == 0:
            names.append(f"{SAINTS[k // 3 % len(SAINTS)]} Church of England Primary School")
        else:
            stem = STREET_FIRST[int(rng.integers(0, len(STREET_FIRST)))] if k % 3 == 1 else ward
            names.append(f"{stem} {ends.get(phase, 'Primary School')}")
    return distinct(names)


def one_phase(sites: Sites, phase: str, idaci: pd.Series, first_urn: int) -> pd.DataFrame:
    """Make the rows of one phase, with free school meals in keeping with the area's IDACI rate."""
    count, low, high, kind, group = PHASES[phase]
    rng, where = sites.rng, sites.pick(count, BY_CHILDREN)
    if phase == "Secondary":
        where = pd.concat([sites.pick_nearest(plan.ESTATE_HEART), where.iloc[1:]], ignore_index=True)
    each = {"Nursery": 90, "Primary": 330, "Secondary": 1150, "Not applicable": 110, "16 plus": 1600}[phase]
    capacity = (each * rng.uniform(0.6, 1.5, count)).astype(np.int64) // 15 * 15
    meals = 4.0 + 62.0 * idaci.reindex(where["lsoa21"]).to_numpy() * rng.uniform(0.7, 1.2, count)
    return where.assign(
        urn=[str(first_urn + k) for k in range(count)],
        name=school_names(phase, where["ward"].tolist(), rng),
        kind=kind,
        group=group,
        status="Open",
        phase=phase,
        low=low,
        high=high,
        capacity=capacity,
        pupils=(capacity * rng.uniform(0.72, 1.04, count)).astype(np.int64),
        meals=[f"{share:.1f}" for share in meals],
    )


def schools(sites: Sites, idaci: pd.Series) -> pd.DataFrame:
    """Make the whole extract: open, closed and closing schools, and three over the border, sorted by URN."""
    parts = [one_phase(sites, phase, idaci, 990_001 + 100 * k) for k, phase in enumerate(PHASES)]
    over = one_phase(sites, "Nursery", idaci, 990_901)
    away = sites.beyond(len(over))
    over = over.assign(**{key: away[key].to_numpy() for key in away.columns}, phase="Primary", low=4, high=11)
    over["name"] = [f"{plan.NEIGHBOUR_NAME} {side} Primary School" for side in ("West", "Park", "Dene")]
    over["kind"] = "Community school"
    frame = pd.concat([*parts, over], ignore_index=True)
    frame["pupils"], frame["closed_on"] = frame["pupils"].astype(str), ""
    frame.loc[CLOSED, "pupils"] = ""
    frame.loc[CLOSED, ["status", "closed_on"]] = ["Closed", "31-08-2023"]
    frame.loc[40, "status"] = "Open, but proposed to close"
    return publish(frame, sites)


def publish(frame: pd.DataFrame, sites: Sites) -> pd.DataFrame:
    """Put schools into the columns of the published extract, in its order."""
    local = frame["area_code"] == plan.COUNCIL_CODE
    wards = sites.borough.wards.set_index("name")["code"]
    return pd.DataFrame(
        {
            "URN": frame["urn"],
            "LA (code)": np.where(local, LA_CODE, NEIGHBOUR_LA_CODE),
            "LA (name)": frame["area_name"],
            "EstablishmentNumber": [str(2000 + k) for k in range(len(frame))],
            "EstablishmentName": frame["name"],
            "TypeOfEstablishment (name)": frame["kind"],
            "EstablishmentTypeGroup (name)": frame["group"],
            "EstablishmentStatus (name)": frame["status"],
            "OpenDate": "01-09-1974",
            "CloseDate": frame["closed_on"],
            "PhaseOfEducation (name)": frame["phase"],
            "StatutoryLowAge": frame["low"],
            "StatutoryHighAge": frame["high"],
            "Gender (name)": "Mixed",
            "SchoolCapacity": frame["capacity"],
            "NumberOfPupils": frame["pupils"],
            "PercentageFSM": frame["meals"],
            "Street": frame["street"],
            "Locality": "",
            "Town": frame["town"],
            "Postcode": frame["postcode"],
            "TelephoneNum": telephones(len(frame), sites.rng),
            "DistrictAdministrative (code)": frame["area_code"],
            "DistrictAdministrative (name)": frame["area_name"],
            "AdministrativeWard (code)": frame["ward"].map(wards).fillna(""),
            "AdministrativeWard (name)": frame["ward"],
            "Easting": frame["x"],
            "Northing": frame["y"],
            "MSOA (code)": frame["msoa21"],
            "LSOA (code)": frame["lsoa21"],
        }
    )


def childcare(sites: Sites) -> pd.DataFrame:
    """List childcare providers; the names and addresses of childminders are withheld, as Ofsted does."""
    groups = sites.pick(58, NURSERIES)
    minders = sites.pick(46, (0.50, 0.50, 1.50, 0.60, 0.80, 1.20))
    ends = ("Day Nursery", "Pre-school", "Nursery", "Playgroup")
    stems = [street.split(" ", 2)[1] for street in groups["street"]]
    names = distinct([f"{stem} {ends[k % 4]}" for k, stem in enumerate(stems)]) + ["REDACTED"] * len(minders)
    frame = pd.concat([groups, minders], ignore_index=True)
    is_group = np.arange(len(frame)) < len(groups)
    return pd.DataFrame(
        {
            "Provider URN": [f"EY990{k + 1:03d}" for k in range(len(frame))],
            "Provider name": names,
            "Provider type": np.where(is_group, "Childcare on non-domestic premises", "Childminder"),
            "Provider status": np.where(np.arange(len(frame)) % 29 == 28, "Suspended", "Active"),
            "Provider address line 1": np.where(is_group, frame["street"], "REDACTED"),
            "Provider town": np.where(is_group, frame["town"], "REDACTED"),
            "Provider postcode": np.where(is_group, frame["postcode"], "REDACTED"),
            "Local authority": plan.COUNCIL_NAME,
            "Registered places": np.where(is_group, sites.rng.integers(20, 96, len(frame)), 6),
            "Most recent full inspection: overall effectiveness": [
                ("Good", "Good", "Outstanding", "Requires improvement")[k % 4] for k in range(len(frame))
            ],
        }
    )
