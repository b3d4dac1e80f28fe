"""The data-flow sheet of a build, for a data-protection impact assessment: made from what is stored."""

from typing import Any, Final

import pandas as pd

from data.errors import DisclosureError
from data.referral_rows import READ
from geo.builds import DEMAND_FILES, Build
from geo.demand import MARKING, MOST_IN_ONES, SCHEMAS, Demand, Grain
from geo.released import RELEASED_FILE
from models.release_rule import ReleasePlan, release_plan

_HOLDS: Final = {
    "periods": "events of each small area: contacts, referrals, assessments, one total each",
    "windows": "referrals and distinct children of each small area over 12 and 36 months",
    "ward_source": "referrals of each ward by source of referral",
    "ward_need": "referrals of each ward by primary need",
    "rereferrals": "referrals of each ward, and how many came within 12 months of an earlier one",
}
_COUNTED: Final = {
    "periods": "count",
    "windows": "referrals",
    "ward_source": "referrals",
    "ward_need": "referrals",
    "rereferrals": "referrals",
}
_GRAIN: Final = {
    Grain.MONTH: "months",
    Grain.QUARTER: "quarters",
    Grain.YEAR: "years",
    Grain.WHOLE: "the whole time",
}


def data_flow_sheet(build: Build, plan: ReleasePlan | None = None) -> str:
    """Return the data-flow sheet of a build in Markdown: what is read, kept, dropped, where, and what leaves.

    Parameters
    ----------
    build
        An internal build with counts of referrals.
    plan
        What is published, and by which rule; `data/release.toml` when not given.

    Raises
    ------
    DisclosureError
        When the build holds no counts.
    """
    demand = build.demand
    if demand is None:
        raise DisclosureError(
            "This build holds no counts of referrals, so no data of children flow through it.",
            "Build a folder that has referral extracts.",
        )
    parts = [
        _head(build, demand),
        _section("What is read", _read_lines(build.report)),
        _section("What is dropped while reading", _dropped_lines(build.report)),
        _kept(demand),
        _section("Where it is, and who may see it", _where_lines(build, demand)),
        _section("What leaves the council", _leaving_lines(plan or release_plan())),
    ]
    return "\n".join(parts)


def kept_table(demand: Demand) -> pd.DataFrame:
    """Return the stored tables: what each holds, how fine it is, its rows, and its share in cells of 1.

    Returns
    -------
    pandas.DataFrame
        Index name of the table; `holds`, `grain`, `columns`, `rows`, `in_ones` (the share of its events that
        sit in cells of 1, missing where there are none).
    """
    rows = []
    for name, columns in SCHEMAS.items():
        table = demand.tables[name]
        counts = table[_COUNTED[name]].fillna(0)
        total = counts.sum()
        rows.append(
            {
                "table": name,
                "holds": _HOLDS[name],
                "grain": _grain_words(demand, name),
                "columns": ", ".join(columns),
                "rows": len(table),
                "in_ones": float((counts == 1).sum() / total) if total else float("nan"),
            }
        )
    return pd.DataFrame(rows).set_index("table")


def _grain_words(demand: Demand, name: str) -> str:
    grains = {
        key.partition(":")[2]: _GRAIN[grain]
        for key, grain in demand.grains.items()
        if key == name or key.startswith(f"{name}:")
    }
    if name == "windows":
        return "12 and 36 months"
    return "; ".join(f"{kind}: {words}" if kind else words for kind, words in sorted(grains.items()))


def _head(build: Build, demand: Demand) -> str:
    places = ", ".join(build.report.get("councils", demand.councils))
    lines = [
        "# Data-flow sheet: referrals to children's social care",
        "",
        f"Made from what is stored in the build of {demand.made.isoformat()} for {places}.",
        f"The tables are marked {MARKING}. They hold counts, and no row, name, number or address of a child.",
        "",
    ]
    return "\n".join(lines)


def _section(title: str, lines: list[str]) -> str:
    return "\n".join([f"## {title}", "", *(f"- {line}" for line in lines), ""])


def _read_lines(report: dict[str, Any]) -> list[str]:
    roles = ", ".join(role.value for role in READ)
    return [
        f"Extracts of the council's own case system, {_count_files(report)}, from the folder of the build.",
        f"Columns that are used, where an extract has them: {roles}.",
        "Rows are read in memory, placed in a small area, counted and forgotten. Children are told apart by "
        "salted hashes; the salt is thrown away with the reading.",
    ]


def _count_files(report: dict[str, Any]) -> str:
    number = len(report.get("demand", {}).get("files", []))
    return {0: "as many as the folder holds", 1: "1 file"}.get(number, f"{number:,} files")


def _dropped_lines(report: dict[str, Any]) -> list[str]:
    """Say what was recognised and not kept: the report of the reading names it by kind."""
    files = report.get("demand", {}).get("files", [])
    found = sorted({str(kind) for file in files for kind in file.get("dropped", [])})
    seen = [f"Recognised in these extracts and dropped: {', '.join(found)}."] if found else []
    return [
        *seen,
        "Names, dates of birth, unique pupil numbers, NHS numbers, free text, workers and addresses are "
        "never kept past the reading of a row.",
    ]


def _kept(demand: Demand) -> str:
    table = kept_table(demand)
    rows = [
        f"| {name} | {row.holds} | {row.grain} | {row.rows:,} | "
        f"{'none' if pd.isna(row.in_ones) else f'{row.in_ones:.1%}'} |"
        for name, row in zip(table.index, table.itertuples(), strict=True)
    ]
    lines = [
        "## What is kept, and nothing finer",
        "",
        "| table | holds | fine to | rows | of its events in cells of 1 |",
        "| --- | --- | --- | --- | --- |",
        *rows,
        "",
        f"At most {MOST_IN_ONES:.0%} of a table's events may sit in cells of 1: else it is kept over longer "
        "times. Source and need are never crossed, and neither is held by small area.",
        "",
    ]
    return "\n".join(lines)


def _where_lines(build: Build, demand: Demand) -> list[str]:
    return [
        f"In the folder {build.path.name} of the internal build, in {', '.join(DEMAND_FILES)} and in the "
        "columns of areas.parquet that begin with demand_. The folder is open to its owner only.",
        "Who opens a page with internal figures is logged, with the day and the page, without figures.",
        f"To be deleted after {demand.delete_after.isoformat()}: atlas purge does so, and they are not shown "
        "from then on.",
    ]


def _leaving_lines(plan: ReleasePlan) -> list[str]:
    return [
        f"Only by atlas publish, to a folder of its own: {RELEASED_FILE}, and columns made from it.",
        *(f"{table.words}." for table in plan.tables),
        plan.rule.words,
        "Before anything is written the release is attacked with all that an outsider knows, earlier "
        "releases included; a release that fails is not written.",
        "A ledger holds which cells each release published or withheld, and never a count.",
    ]
