"""Released demand: the protected figures of a shared build, as they may leave the council."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from data.errors import DisclosureError, SourceError
from data.provenance import Tier

RELEASED_FILE: Final = "released.parquet"
README_FILE: Final = "README.md"
FORMAT: Final = 1
COLUMNS: Final = ("level", "code", "name", "measure", "start", "months", "by", "category", "value", "status")
"""The columns of the released frame.

`level` is "area", "ward" or "council"; `measure` "referrals" or "children"; `start` the first month of the
period and `months` its length, 12 or 36; `by` is "", "source" or "need", and `category` the DfE code of it.
`value` is a whole number, missing where `status` is "suppressed". A child counts once in each small area
where it lived, so that children add up to wards and councils.
"""


@dataclass(frozen=True)
class Released:
    """Protected figures, with what a reader has to know of them.

    Attributes
    ----------
    frame
        The cells: see `COLUMNS`.
    facts
        Plain values: `controller`, `rule` in words, `round_to`, `released` (date), `ledger` (SHA-256 of the
        line of the ledger that it was entered in), `first` and `last` (months of the windows), `vintage`,
        `councils`, `cost` (how many cells of each table are withheld), `left_out` (tables that are not there,
        and why), `audit` (what came of the attack, in words).
    tier
        Always shared: only `models.disclosure.release` makes one.
    readme
        What the folder says of itself, in Markdown.
    """

    frame: pd.DataFrame
    facts: dict[str, Any]
    tier: Tier
    readme: str = ""

    def save(self, folder: Path) -> None:
        """Write the figures to one Parquet file, stamped with their tier, and what the folder says of itself.

        Raises
        ------
        DisclosureError
            When they are not shared.
        """
        if self.tier is not Tier.SHARED:
            raise DisclosureError(
                "Figures that have not been released are not written to a shared build.",
                "Publish the build with: atlas publish",
            )
        table = pa.Table.from_pandas(self.frame[list(COLUMNS)], preserve_index=False)
        stamp = json.dumps({"format": FORMAT, "tier": self.tier.value, "facts": self.facts})
        extra = {b"atlas_released": stamp.encode()}
        pq.write_table(
            table.replace_schema_metadata({**(table.schema.metadata or {}), **extra}),
            folder / RELEASED_FILE,
            compression="zstd",
        )
        if self.readme:
            (folder / README_FILE).write_text(self.readme, encoding="utf-8")

    @classmethod
    def open(cls, folder: Path) -> "Released | None":
        """Read what `save` wrote; None where a build is not a shared one.

        Raises
        ------
        SourceError
            When the file is damaged or of another version.
        """
        path = folder / RELEASED_FILE
        if not path.exists():
            return None
        try:
            said = json.loads((pq.read_schema(path).metadata or {})[b"atlas_released"])
            frame = pd.read_parquet(path)
            readme = folder / README_FILE
            words = readme.read_text(encoding="utf-8") if readme.is_file() else ""
        except (OSError, KeyError, ValueError, pa.ArrowException) as error:
            raise SourceError(
                f"{path} is damaged: {type(error).__name__}.", "Ask for the shared build again."
            ) from error
        if said.get("format") != FORMAT:
            raise SourceError(
                f"{path} has format {said.get('format')}; this version reads {FORMAT}.",
                "Ask for the shared build again.",
            )
        return cls(frame, said["facts"], Tier(said["tier"]), words)
