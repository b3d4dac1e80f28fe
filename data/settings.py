"""Every setting of the tool, read from the environment, with its default."""

from functools import cache
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

PROJECT = Path(__file__).parent.parent


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
    max_file_mb: int = Field(default=500, description="The largest file that is read, in megabytes.")
    max_unpacked_mb: int = Field(
        default=2000, description="The most that a compressed file may unpack to, in megabytes."
    )
    max_extract_mb: int = Field(
        default=4000,
        description="The largest extract of records of children that is streamed, unpacked, in megabytes.",
    )


@cache
def settings() -> Settings:
    """Return the settings in force."""
    return Settings()
