"""What was read of referral extracts, what is kept of them and what was released, in words."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from data.place_faults import ROLE_IDS
from data.referral_rows import READ, EventKind, Fate, Role
from models.explain import Explanation
from models.words import Part, number, percent, sentence_case

Told = Mapping[str, Any]
"""What `report.json` says under `demand`."""

NOTHING_FINER: Final = (
    "Nothing finer is kept than the tables below: no row, no child’s number, no address. Source and need are "
    "never crossed, and never kept by small area."
)
FOR_ITS_OWNER: Final = (
    "The tables are marked {marking} and readable by their owner only. They are to be deleted after {day}: "
    "atlas purge does it."
)
HOW_TO_CORRECT: Final = (
    "A column that was taken for the wrong thing is corrected in place.toml, in the folder of the files. "
    "Then build again."
)
HOW_TO_PUBLISH: Final = (
    "Partners get a build of their own, which does not hold what it must not show. Small counts are hidden "
    "in it, and so is what would give them away; a release that its own audit does not pass is not written."
)
PUBLISH: Final = "atlas publish {build} --to {to} --controller {controller}"
ROLE_OF: Final = {role.value: role for role in Role}
ID_OF: Final = {role: id_ for id_, role in ROLE_IDS.items()}
READ_WORDS: Final = "read"
DROPPED_WORDS: Final = "recognised, not kept past the read"
IGNORED_WORDS: Final = "not needed, not kept"
ALSO_ROLES: Final = ("date", "postcode", "person", "source", "need", "area_code", "easting", "northing")


def describe_extracts(told: Told) -> Explanation:
    """Say how many rows of all extracts were used, and until when figures of them are kept."""
    rows, used = int(told["rows"]), int(told["used"])
    several = len(told["files"])
    files = f"{number(several)} {'extract' if several == 1 else 'extracts'}"
    if not several:
        head = (Part("No extract of referrals could be read", True), Part(": the reasons stand below."))
        return Explanation(head, ())
    share = f", {percent(used / rows)}" if rows else ""
    sentence = (
        Part(f"{number(used)} of {number(rows)} rows of {files} are used{share}", True),
        Part(": the others stand below by their reason."),
    )
    return Explanation(sentence, tuple(_kept_words(told)))


def _kept_words(told: Told) -> Iterable[str]:
    if not told.get("kept"):
        yield "Nothing is kept of them."
        return
    yield f"Whole months: {told['months']}."
    yield NOTHING_FINER
    yield FOR_ITS_OWNER.format(marking=told["marking"], day=day_words(told["delete_after"]))


def day_words(day: str) -> str:
    """Write a day.

    Examples
    --------
    >>> day_words("2028-01-02")
    '2 January 2028'
    """
    found = date.fromisoformat(day)
    return f"{found.day} {found:%B %Y}"


def list_columns(file: Told) -> list[dict[str, str]]:
    """Return the columns of an extract, what each was taken for and what becomes of it."""
    return [
        {
            "Column": str(column["name"]),
            "Taken for": str(column["role"]),
            "What becomes of it": becomes(str(column["role"])),
            "Told by": str(column["why"] or ""),
        }
        for column in file["columns"]
    ]


def becomes(role: str) -> str:
    """Say what becomes of a column by its role.

    Examples
    --------
    >>> becomes("postcode"), becomes("dates of birth"), becomes("not needed")
    ('read', 'recognised, not kept past the read', 'not needed, not kept')
    """
    if ROLE_OF.get(role) in READ:
        return READ_WORDS
    return IGNORED_WORDS if ROLE_OF.get(role) is Role.OTHER else DROPPED_WORDS


def list_fates(file: Told) -> list[dict[str, str]]:
    """Return how many rows met each fate; they add up to the rows of the file, which stand last."""
    fates = file["fates"]
    order = [fate.value for fate in Fate if fate.value in fates]
    listed = [{"What became of them": sentence_case(words), "Rows": f"{fates[words]:,}"} for words in order]
    return [*listed, {"What became of them": "All rows", "Rows": f"{int(file['rows']):,}"}]


def about_file(file: Told) -> dict[str, str]:
    """Return what is said of one extract, under labels."""
    apart = ", ".join(f"{words} {count:,}" for words, count in file["apart"].items())
    distorted = ", ".join(f"{area['name']} ({area['code']})" for area in file["distorted"])
    uncoded = ", ".join(f"{what} {count:,}" for what, count in file["uncoded"].items())
    days = [day_words(str(file[end])) for end in ("first", "last") if file.get(end)]
    said = {
        "Rows are": str(file["kind"]),
        "Layout": str(file["layout"]),
        "Dates": " to ".join(days),
        "Not kept past the read": ", ".join(file["dropped"]),
        "Postcodes withdrawn since, used": f"{file['terminated']:,}" if file["terminated"] else "",
        "At no family home, left out": apart,
        "Areas that those would have distorted": distorted,
        "Used, but of no known code": uncoded,
    }
    return {label: words for label, words in said.items() if words}


def list_tables(told: Told) -> list[dict[str, str]]:
    """Return the tables that are kept: what they count, and how fine."""
    return [
        {"Kept": sentence_case(str(t["words"])), "How fine": str(t["grain"])} for t in told.get("tables", ())
    ]


def kept_notes(told: Told) -> list[str]:
    """Return what has to be known of what is kept."""
    left_out = [f"{count:,} rows: {words}." for words, count in (told.get("left_out") or {}).items()]
    areas = ", ".join(f"{area['name']} ({area['code']})" for area in told.get("distorted") or ())
    distorted = [f"Areas that hold addresses of no family home: {areas}."] if areas else []
    tables = [str(note) for t in told.get("tables", ()) for note in t.get("notes", ())]
    councils = ", ".join(told.get("councils") or ())
    of = [f"Councils covered: {councils}. {told['rule']}"] if councils else []
    return list(dict.fromkeys([*of, *left_out, *distorted, *tables, *map(str, told.get("notes") or ())]))


def correction(file: Told) -> str:
    """Return what to write into `place.toml` to say what the columns of an extract are.

    It says what was found, so that only what is wrong needs to be changed.
    """
    kinds = ", ".join(kind.value for kind in EventKind)
    columns = [(str(c["name"]), ROLE_OF.get(str(c["role"]), Role.OTHER)) for c in file["columns"]]
    read = [(name, role) for name, role in columns if role in READ] or columns[:3]
    roles = "\n".join(f"{_quoted(name)} = {_quoted(ID_OF[role])}" for name, role in read)
    label = str(file["label"])
    return (
        f"[files.{_quoted(label)}]\nevents = {_quoted(str(file['kind']))}  # {kinds}\n\n"
        f"[files.{_quoted(label)}.roles]\n{roles}\n"
        f"# others that there are: {', '.join(id_ for id_ in ALSO_ROLES)}, …, ignore"
    )


def _quoted(text: str) -> str:
    plain = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{plain}"'


def describe_release(facts: Told) -> Explanation:
    """Say who released what by which rule, and how much had to be withheld."""
    tables = facts["cost"]["tables"].values()
    cells, withheld = (sum(int(table[name]) for table in tables) for name in ("cells", "withheld"))
    sentence = (
        Part(
            f"{facts['controller']} released these figures of referrals on {day_words(facts['released'])}",
            True,
        ),
        Part(f": {number(cells - withheld)} of {number(cells)} are shown, {number(withheld)} are hidden."),
    )
    return Explanation(sentence, tuple(str(words) for words in [facts.get("audit")] if words))


def list_cost(facts: Told) -> list[dict[str, str]]:
    """Return what suppression cost: of each table how many figures are hidden."""
    rows = []
    for name, table in facts["cost"]["tables"].items():
        cells, withheld = int(table["cells"]), int(table["withheld"])
        share = percent(withheld / cells) if cells else ""
        rows.append(
            {
                "Table": sentence_case(name),
                "Figures": f"{cells:,}",
                "Hidden": f"{withheld:,}",
                "Share hidden": share,
            }
        )
    return rows
