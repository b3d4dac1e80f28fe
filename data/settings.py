"""Every setting of the tool, read from the environment, with its default."""

import math
import os
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PROJECT = Path(__file__).parent.parent

Steps = tuple[tuple[float, float], ...]
"""Minutes, and the weight of places up to so far away, nearest first."""


def read_steps(text: object) -> object:
    """Read steps of minutes and weights as `ATLAS_REACH_STEPS` has them.

    Examples
    --------
    >>> read_steps("10:1, 20:0.68, 30:0.22")
    ((10.0, 1.0), (20.0, 0.68), (30.0, 0.22))

    Raises
    ------
    ValueError
        When a step is no pair of numbers, the minutes do not rise, or the weights do not fall from at most
        1 to more than 0.
    """
    if not isinstance(text, str):
        return text
    try:
        steps = tuple((float(end), float(weight)) for end, weight in (s.split(":") for s in text.split(",")))
    except ValueError:
        raise ValueError("write minutes and weights as 10:1,20:0.68,30:0.22") from None
    ends, weights = [end for end, _ in steps], [weight for _, weight in steps]
    if not all(math.isfinite(end) for end in ends) or any(b <= a for a, b in pairwise([0.0, *ends])):
        raise ValueError("the minutes of the steps have to rise from more than 0")
    if not 0 < weights[-1] <= weights[0] <= 1 or any(b >= a for a, b in pairwise(weights)):
        raise ValueError("the weights of the steps have to fall from at most 1 to more than 0")
    return steps


class Settings(BaseSettings):
    """Settings named `ATLAS_...` in the environment."""

    model_config = SettingsConfigDict(env_prefix="ATLAS_", env_ignore_empty=True)

    build: Path | None = Field(
        default=None,
        description="The build that the app shows; the demonstration borough when it is not set.",
    )
    builds: Path = Field(
        default=PROJECT / "builds", description="Where builds are put when no --out names a place."
    )
    access_log: Path | None = Field(
        default=None,
        description="The log of who opened which internal page; access.log among the builds when not set.",
    )
    keep_demand_days: int = Field(
        default=400, ge=1, description="How many days a build may keep counts of referrals."
    )
    ledger: Path | None = Field(
        default=None,
        description="The ledger that atlas publish writes; else ledger.jsonl beside the shared build.",
    )
    database_url: str | None = Field(
        default=None,
        description="Where the register of places is, as SQLAlchemy writes it: postgresql+psycopg://...; "
        "else a SQLite file beside the build.",
        repr=False,
    )
    stale_months: int = Field(
        default=12, ge=1, description="After how many months without confirmation a place is stale."
    )
    walk_kmh: float = Field(default=4.8, gt=0, le=20, description="How fast people walk, in km an hour.")
    pram_kmh: float = Field(
        default=4.0, gt=0, le=20, description="How fast people walk with a pram, in km an hour."
    )
    detour: float = Field(
        default=1.3,
        ge=1,
        le=5,
        description="How many times as long as the straight line a walk is, where no road network is known.",
    )
    reach_min: float = Field(
        default=15, gt=0, le=60, description="How many minutes away a place is within reach."
    )
    reach_steps: Annotated[Steps, NoDecode, BeforeValidator(read_steps)] = Field(
        default=((10.0, 1.0), (20.0, 0.68), (30.0, 0.22)),
        description="How much places count by how many minutes they are away, such as 10:1,20:0.68,30:0.22.",
    )
    invitation_days: int = Field(
        default=90, ge=1, le=366, description="How long an invitation of a partner organisation holds."
    )
    secret_key: str | None = Field(
        default=None,
        min_length=32,
        description="What signs invitation links; else a key made once, in register.key among the builds.",
        repr=False,
    )
    open_form: bool = Field(
        default=False, description="Whether anyone who can open the app may submit a place to the editors."
    )
    open_form_an_hour: int = Field(
        default=20, ge=1, description="How many places may be submitted by the open form in an hour."
    )
    public_url: str | None = Field(
        default=None, description="The address under which partners reach the app, for the links it makes."
    )
    roles: Path | None = Field(
        default=None, description="A TOML file that says which role each person who signs in has."
    )
    role_claim: str | None = Field(
        default=None, description="The claim of the sign-in that names a person's roles, such as roles."
    )
    max_file_mb: int = Field(default=500, description="The largest file that is read, in megabytes.")
    max_unpacked_mb: int = Field(
        default=2000, description="The most that a compressed file may unpack to, in megabytes."
    )
    max_extract_mb: int = Field(
        default=4000,
        description="The largest extract of records of children that is streamed, unpacked, in megabytes.",
    )


def settings() -> Settings:
    """Return the settings in force: read again once a variable of the environment has changed."""
    mine = ((name, value) for name, value in os.environ.items() if name.upper().startswith("ATLAS_"))
    return _read(tuple(sorted(mine)))


@lru_cache(maxsize=8)
def _read(environment: tuple[tuple[str, str], ...]) -> Settings:
    return Settings()
