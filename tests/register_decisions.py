"""Records of decisions for the tests of the register and of its pages. Nothing in them is real."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from register_made import new_id
from sqlalchemy import Connection, Engine

from data.provenance import Tier
from data.register.decisions import EQUALITY, Choice, Decision, Input
from data.register.engine import append_only_lifted, writing

WARDS = ("Elmton East", "Elmton West", "Millbrook", "Ashdown")


def some_choices() -> tuple[Choice, ...]:
    """Two wards in, one that was considered and one that was not, each with its reason where one is owed."""
    return tuple(
        Choice(
            code=f"E0599000{number}",
            name=name,
            council="Elmshire",
            rank=number,
            value=90.0 - 10.1 * number,
            chance=(0.97, 0.61, 0.4, 0.02)[number - 1],
            tier=(1, 2, 2, 3)[number - 1],
            listed=number <= 2,
            chosen=number <= 2,
            considered=number == 3,
            reason=("the most need", "need, and no hub near", "it has a hub already", "")[number - 1],
        )
        for number, name in enumerate(WARDS, 1)
    )


def a_decision(**values: object) -> Decision:
    """A complete draft as the page would hand it in."""
    draft = Decision(
        new_id(),
        0,
        "Two wards for the family hubs",
        "ward",
        Tier.INTERNAL,
        question="Where do the two hubs of next year go?",
        criteria={"level": "ward", "top": 2, "criteria": [{"indicator": "need_idaci_rank", "swing": 100.0}]},
        weights={"need_idaci_rank": 1.0},
        weights_by="The board, 12 October",
        top=2,
        choices=some_choices(),
        inputs=(
            Input(
                "need_idaci_rank",
                "Children in low-income families",
                "Indices of Deprivation",
                "Elmshire",
                "2025",
                "File_7.csv",
                "a" * 64,
                {"a" * 64: "File_7.csv (2025)"},
                "average rank",
                ("Averaged by ward.",),
                "f" * 64,
            ),
        ),
        areas="b" * 64,
        places={"family_hub": "c" * 64},
        travel="d" * 64,
        place_counts={"family_hub": 3},
        settings={"weightings drawn": 10_000, "seed": 0},
        place="elmshire",
        built="2026-11-29T19:58:07+00:00",
        app="0.1.0",
        sentence="Elmton East is first in every weighting.",
        equality={key: f"An answer to {key}." for key in EQUALITY},
        equality_by="R. Ashdown",
    )
    return replace(draft, **values)


@contextmanager
def tampering(engine: Engine) -> Iterator[Connection]:
    """Give a connection of somebody who takes away what guards the versions, and puts it back."""
    with writing(engine) as connection, append_only_lifted(connection):
        yield connection
