"""The files of the Shortlist page: the ranked table, and what is asked as the command reads it too."""

import json
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import pandas as pd

from data.errors import SourceError
from data.shortlist_criteria import Asked, as_document, asked_from, criteria_from
from models.levels import Level
from models.shortlist import Shortlist
from models.shortlist_values import column_of
from views.reach_files import plain
from views.shortlist_address import write_criteria, write_sure
from views.shortlist_scene import ShortlistScene
from views.shortlist_words import sure_words
from views.tables import write_csv

FILE_HEAD: Final = (
    "# What a shortlist asks. Load it on the Shortlist page, or give it to the command:\n"
    "# atlas shortlist BUILD --criteria FILE\n\n"
)
FORMATS: Final = ("toml", "json")
LARGEST_FILE_MB: Final = 2


def ranks_to_csv(scene: ShortlistScene, found: Shortlist) -> bytes:
    """Write all that was compared, and what is out, as a CSV file that runs nothing."""
    codes = found.frame.index.append(pd.Index(found.out.index))
    frame, level = found.frame.reindex(codes), scene.level.value
    named = scene.data.frame.loc[codes]
    output: dict[str, pd.Series | str] = {
        f"{level}_code": pd.Series(codes, index=codes),
        f"{level}_name": named["name"],
        **({"ward_name": named["ward_name"]} if scene.level is Level.AREA else {}),
        "la_code": named["la_code"],
        "la_name": named["la_name"],
        "chosen": frame["chosen"].map({True: "yes", False: "no"}).fillna("out"),
        **{name: plain(frame[name]) for name in ("rank", "rank_low", "rank_high")},
        "rank_tier": plain(frame["tier"]),
        "chance_in_first": plain(frame["chance_top"].round(4)),
        **{name: plain(frame[name].round(2)) for name in ("value", "value_low", "value_high")},
        "why_out": found.out["words"].reindex(codes).fillna(""),
    }
    for criterion in found.asked.criteria:
        column = column_of(scene.data, criterion.indicator)
        output[column] = plain(named[column].astype("float64"))
        output[f"{column}_worth"] = plain(found.values[criterion.indicator].reindex(codes).round(4))
    return write_csv(pd.DataFrame({**output, **_told(scene, found)}, index=codes))


def _told(scene: ShortlistScene, found: Shortlist) -> dict[str, str]:
    """Return what ends each row: what was asked, and whose data it is."""
    columns = [column_of(scene.data, c.indicator) for c in found.asked.criteria]
    sources = [scene.data.provenance[c] for c in columns if c in scene.data.provenance]
    return {
        "first": str(found.asked.top),
        "criteria": write_criteria(found.asked.criteria),
        "weights_are_sure": sure_words(write_sure(found.asked)),
        "source": " ".join(dict.fromkeys(p.attribution or p.source for p in sources)),
        "tier": found.tier.value,
    }


def asked_to_toml(asked: Asked) -> bytes:
    """Write what is asked as a TOML file that `data.shortlist_criteria.criteria_from` reads back."""
    document = as_document(asked)
    tables = {name: document.pop(name) for name in ("spread", "budget") if name in document}
    criteria: list[Mapping[str, Any]] = document.pop("criterion")
    parts = [_lines(document)]
    parts += [f"[[criterion]]\n{_lines(entry)}" for entry in criteria]
    parts += [f"[{name}]\n{_lines(table)}" for name, table in tables.items()]
    return (FILE_HEAD + "\n".join(parts)).encode()


def _lines(table: Mapping[str, Any]) -> str:
    """Write the entries of one table; a table in it stands in one line."""
    return "".join(f"{name} = {_written(value)}\n" for name, value in table.items())


def _written(value: object) -> str:
    """Write a value as TOML: a text of JSON is one of TOML, too."""
    if isinstance(value, Mapping):
        inner = ", ".join(f"{json.dumps(str(key))} = {_written(one)}" for key, one in value.items())
        return f"{{ {inner} }}"
    return json.dumps(value, ensure_ascii=False)


def asked_in(content: bytes, name: str) -> Asked:
    """Read what a file asks that somebody loads.

    Raises
    ------
    SourceError
        When it is too large, is neither TOML nor JSON, or asks what cannot be asked: with every fault.
    """
    kind = Path(name).suffix.lower().removeprefix(".")
    if kind not in FORMATS:
        raise SourceError(
            "This is neither a .toml nor a .json file.", "Download the present criteria as a start."
        )
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"criteria.{kind}"
        path.write_bytes(content)
        document = criteria_from(path)
    return asked_from(document, "This file")
