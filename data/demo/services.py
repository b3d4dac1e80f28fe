"""The services: surgeries, pharmacies, food banks and advice, most of them known by postcode only."""

from typing import Final

import pandas as pd

from data.demo.sites import CENTRAL, Sites, distinct, slug, telephones, write_badly

PRACTICES: Final = (0.15, 1.80, 1.00, 0.25, 1.30, 0.50)
PHARMACIES: Final = (0.20, 2.20, 1.00, 0.12, 1.30, 0.50)
HARD_UP: Final = (0.35, 2.50, 0.15, 0.02, 1.30, 0.40)
"""How strongly each kind of neighbourhood, in the order of ``plan.KINDS``, draws food banks."""


def general_practices(sites: Sites) -> pd.DataFrame:
    """List general practices by postcode only."""
    places = sites.pick(25, PRACTICES)
    ends = ("Medical Centre", "Surgery", "Health Centre", "Medical Practice", "Group Practice")
    names = [f"{street.split(' ', 1)[1]} {ends[k % 5]}" for k, street in enumerate(places["street"])]
    return places.assign(name=distinct(names), telephone=telephones(len(places), sites.rng))[
        ["name", "address", "postcode", "telephone"]
    ]


def pharmacies(sites: Sites) -> pd.DataFrame:
    """List pharmacies by postcode, with opening hours and the pharmacy's own code."""
    places = sites.pick(36, PHARMACIES)
    ends = ("Pharmacy", "Chemist", "Late Night Pharmacy")
    week, saturday = "09:00-13:00,14:00-18:00", "09:00-12:30"
    wards = sites.borough.wards.set_index("name")["code"]
    names = distinct(
        [f"{street.split(' ', 1)[1]} {ends[k % 7 % 3]}" for k, street in enumerate(places["street"])]
    )
    frame = pd.DataFrame(
        {"pharmacy_name": names, "address": places["address"], "postcode": places["postcode"]}
    )
    for day in ("monday", "tuesday", "wednesday", "thursday", "friday"):
        frame[f"opening_hours_{day}"] = week
    return frame.assign(
        opening_hours_saturday=[saturday if k % 4 else "CLOSED" for k in range(len(frame))],
        opening_hours_sunday=["10:00-16:00" if k % 9 == 0 else "CLOSED" for k in range(len(frame))],
        organisation_data_service_code=[f"FZ{k:03d}" for k in range(1, len(frame) + 1)],
        health_and_wellbeing_board=places["area_name"],
        ward_code=places["ward"].map(wards),
        ward_name=places["ward"],
        la_code=places["area_code"],
        la_name=places["area_name"],
    )


def food_banks(sites: Sites) -> pd.DataFrame:
    """List food banks by postcode only, one of them twice under two spellings."""
    places = sites.pick(9, HARD_UP)
    hosts = ("Citadel", "Chapel", "Pantry", "Larder")
    names = [f"{town} {hosts[k % 4]} Food Bank" for k, town in enumerate(places["town"])]
    names[0] = "St Olave's Food Bank"
    times = ("Wednesday 10am - 4pm", "Monday and Thursday 12noon - 2pm", "Friday 9:30am - 12noon")
    frame = pd.DataFrame(
        {
            "Name": distinct(names),
            "Referral method": [
                "Not known" if k % 3 else "Voucher from an agency" for k in range(len(places))
            ],
            "Opening times": [times[k % 3] for k in range(len(places))],
            "Address": places["address"],
            "Postcode": write_badly(places["postcode"].tolist(), sites.rng),
            "Contact": "",
            "Website": [f"https://{slug(name)}.example" for name in names],
            "Area name": places["area_name"],
            "Area code": places["area_code"],
        }
    )
    frame.loc[[0, 1], "Postcode"] = places["postcode"].iloc[:2].to_list()
    twin = frame.iloc[[0]].assign(
        Name="St. Olaves Foodbank", Postcode=frame["Postcode"].iloc[0].replace(" ", "")
    )
    return pd.concat([frame, twin], ignore_index=True)


def advice(sites: Sites) -> pd.DataFrame:
    """List advice and employment services, mostly central."""
    named = (
        ("Marlhaven Jobcentre", "Jobcentre Plus", "Castle Quay"),
        ("Cragwick Jobcentre", "Jobcentre Plus", "Cragwick Mills"),
        ("Fenbury Jobcentre", "Jobcentre Plus", "Fenbury Market"),
        ("Northmere Citizens Advice", "Advice", "Castle Quay"),
        ("Cragwick Advice Centre", "Advice", "Cragwick Mills"),
        ("Harbourside Law and Money Centre", "Debt and legal advice", "Harbourside"),
        ("St Olave's Welfare Rights", "Advice", "St Olave's"),
        ("Northmere Adult Learning", "Adult learning", "Castle Quay"),
        ("Hollin Bridge Work Club", "Employment support", "Hollin Bridge"),
        ("Fenbury Outreach Advice", "Advice", "Fenbury Market"),
    )
    places = sites.pick_each(tuple(ward for _, _, ward in named), CENTRAL)
    frame = places.assign(name=[name for name, _, _ in named], type=[kind for _, kind, _ in named])
    return frame[["name", "type", "address", "postcode", "area_name", "area_code", "lon", "lat"]]


def mental_health(sites: Sites) -> pd.DataFrame:
    """List mental health services by postcode only."""
    places = sites.pick(11, CENTRAL)
    about = (
        ("Open Door", "Counselling for young people aged 11 to 25"),
        ("Steady", "Peer support groups for parents"),
        ("The Listening Room", "Walk-in listening service"),
        ("Marl Minds", "Support for people with mood disorders and their families"),
    )
    return pd.DataFrame(
        {
            "name": [f"{about[k % 4][0]} {ward}" for k, ward in enumerate(places["ward"])],
            "description": [about[k % 4][1] for k in range(len(places))],
            "address": places["address"],
            "postcode": places["postcode"],
            "telephone": telephones(len(places), sites.rng),
            "website": [f"https://{slug(about[k % 4][0])}.example" for k in range(len(places))],
        }
    )
