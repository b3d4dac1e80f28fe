"""The template of a spreadsheet of places: its columns, an example, and the kinds to choose from."""

import io
from dataclasses import dataclass
from typing import Any, Final

from data.asset_kinds import asset_kinds
from data.register.fields import ACCESSIBILITY
from data.register.submitting import MOST_SUBMITTED

EXAMPLE: Final = "EXAMPLE"
"""How the name of the row begins that shows how to fill in the others."""

NEEDED: Final = ("Name", "Kind", "Postcode")
SHEET: Final = "Places"


@dataclass(frozen=True)
class Column:
    """A column of the template: its heading, others it may have, what the example holds, what it is for."""

    heading: str
    example: str
    help: str
    width: int = 18
    other_headings: frozenset[str] = frozenset()


COLUMNS: Final = (
    Column(
        "Name",
        f"{EXAMPLE}: Mill Lane Family Hub",
        "Needed. What the place is called.",
        34,
        frozenset({"nameofplace", "nameoftheplace", "placename", "place"}),
    ),
    Column("Kind", "Family hub", "Needed. Choose from the list.", 30, frozenset({"type", "whatkindofplace"})),
    Column("Postcode", "ZE1 1AA", "Needed. It says where the place is.", 12, frozenset({"postalcode"})),
    Column("Address", "12 Mill Lane, Oakmere", "Number, street and town.", 30),
    Column(
        "What happens there",
        "Play sessions, and help for new parents",
        "In a sentence or two.",
        40,
        frozenset({"description", "whatitoffers", "services"}),
    ),
    Column("Youngest age", "0", "A whole number; leave it empty where all ages are welcome.", 14),
    Column("Oldest age", "4", "A whole number; leave it empty where all ages are welcome.", 12),
    Column("Cost", "Free", "Free, or what it costs.", 16, frozenset({"price", "whatitcosts"})),
    Column(
        "When it is open",
        "Monday to Friday 9:30 to 16:00",
        "Days and times, as you would say them.",
        34,
        frozenset({"openingtimes", "openinghours", "opening"}),
    ),
    Column("Sessions a week", "5", "A number, if it is known.", 16),
    Column(
        "Phone or email",
        "",
        "How to reach it. Shown to nobody unless the next column says yes.",
        26,
        frozenset({"contact", "phone", "email", "telephone"}),
    ),
    Column(
        "May everyone see the phone or email?",
        "no",
        "Yes only if whose they are agreed.",
        34,
        frozenset({"mayweshowit", "consent", "mayeveryoneseethephoneoremailyesorno"}),
    ),
    Column("Who to ask for", "", "A name; shown only with that consent.", 18, frozenset({"contactname"})),
    Column(
        "Accessibility", "step-free entrance, baby changing", "From the list, with commas between them.", 34
    ),
    Column("Website", "", "Its address on the web.", 26, frozenset({"web", "url", "link"})),
)


def make_template() -> bytes:
    """Return the template as an XLSX workbook: headings, an example, and sheets that say what to write.

    Every cell is text: nothing in it is a formula.
    """
    import xlsxwriter

    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        bold = book.add_format({"bold": True, "bottom": 1})
        grey = book.add_format({"italic": True, "font_color": "#5f6b7a"})
        text = book.add_format({"num_format": "@"})
        _write_places(book.add_worksheet(SHEET), bold, grey, text)
        _write_kinds(book.add_worksheet("Kinds"), bold)
        _write_help(book.add_worksheet("How to fill it in"), bold)
    return buffer.getvalue()


def _write_places(sheet: Any, bold: Any, grey: Any, text: Any) -> None:  # noqa: ANN401
    for at, column in enumerate(COLUMNS):
        sheet.set_column(at, at, column.width, text)
        sheet.write_string(0, at, column.heading, bold)
        sheet.write_string(1, at, column.example, grey)
    sheet.freeze_panes(1, 1)
    last, kind = MOST_SUBMITTED + 1, _place_of("Kind")
    kinds = len(asset_kinds())
    sheet.data_validation(1, kind, last, kind, {"validate": "list", "source": f"=Kinds!$A$2:$A${kinds + 1}"})
    yes = _place_of("May everyone see the phone or email?")
    sheet.data_validation(1, yes, last, yes, {"validate": "list", "source": ["yes", "no"]})


def _write_kinds(sheet: Any, bold: Any) -> None:  # noqa: ANN401
    sheet.set_column(0, 0, 44)
    sheet.write_string(0, 0, "Kinds to choose from", bold)
    for row, kind in enumerate(asset_kinds().values(), start=1):
        sheet.write_string(row, 0, f"{kind.singular[:1].upper()}{kind.singular[1:]}")


def _write_help(sheet: Any, bold: Any) -> None:  # noqa: ANN401
    sheet.set_column(0, 0, 38)
    sheet.set_column(1, 1, 90)
    lines = [(column.heading, column.help) for column in COLUMNS]
    lines += [
        ("Rows", f"One for each place, {MOST_SUBMITTED} at most. The example row is passed over."),
        ("Accessibility", ", ".join(ACCESSIBILITY.values())),
        ("What not to write", "Nothing about children or families, and no address that is to stay secret."),
    ]
    sheet.write_string(0, 0, "Column", bold)
    sheet.write_string(0, 1, "What to write", bold)
    for row, (heading, words) in enumerate(lines, start=1):
        sheet.write_string(row, 0, heading)
        sheet.write_string(row, 1, words)


def _place_of(heading: str) -> int:
    return next(at for at, column in enumerate(COLUMNS) if column.heading == heading)
