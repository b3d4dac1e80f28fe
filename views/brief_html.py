"""A briefing as one HTML document: it runs nothing, asks for nothing, and prints to clean A4."""

import re
from collections.abc import Iterable
from html import escape
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from models.briefing import VARIES, Brief, BriefMap, MapClass, Sentence, Table
from models.briefing_figures import Form, Printed
from models.briefing_sources import TIER_MEANS, Imprint, day_words
from views.brief_maps import draw_svg, fill_of
from views.legends import ink_on
from views.look import HATCH

HERE: Final = Path(__file__).parent
WIDE_TABLE: Final = 7
"""A table of so many columns or more is set in smaller type."""

WHOLE_ROWS: Final = 14
"""A table of so many rows or fewer stands on one page."""

_PLAIN: Final = re.compile(r"[A-Za-z0-9]")


def write_html(brief: Brief) -> str:
    """Write a briefing as a whole HTML document.

    Parameters
    ----------
    brief
        The briefing.
    """
    environment = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals |= {"part": write_sentence, "table": write_table, "map": write_map}
    return environment.get_template("brief.html").render(
        brief=brief,
        imprint=brief.imprint,
        tier_means=TIER_MEANS[brief.imprint.tier],
        made=day_words(brief.imprint.made),
        head=Markup(in_css(head_words(brief.imprint))),
        foot=Markup(in_css(f"{brief.title}. Prevention Atlas, {day_words(brief.imprint.made)}")),
    )


def head_words(imprint: Imprint) -> str:
    """Return what stands at the head of every page: who may see it, and that a place is invented."""
    return ". ".join(words for words in (imprint.tier_words, imprint.invented_words) if words)


def in_css(text: str) -> str:
    r"""Write a text as the content of a style sheet: all but plain letters and digits by their number.

    Examples
    --------
    >>> print(in_css('a"</style>'))
    "a\000022\00003c\00002fstyle\00003e"
    """
    return '"' + "".join(c if _PLAIN.fullmatch(c) else f"\\{ord(c):06x}" for c in text) + '"'


def write_sentence(sentence: Sentence) -> Markup:
    """Write a sentence with what is bold in it."""
    return Markup("").join(
        Markup("<strong>{}</strong>").format(part.text) if part.bold else escape_text(part.text)
        for part in sentence
    )


def escape_text(text: str) -> Markup:
    """Return a text in which nothing is markup."""
    return Markup(escape(text))


def write_table(table: Table, under: str = "") -> Markup:
    """Write a table with its caption, a heading a column and a heading a row.

    Parameters
    ----------
    table
        The table.
    under
        The heading that it stands under: a caption that says the same is for screen readers alone.
    """
    heads = "".join(
        f'<th scope="col"{_right(column.form)}>{escape(column.title)}{_unit(column.form, column.unit)}</th>'
        for column in table.columns
    )
    forms = [column.form for column in table.columns]
    rows = "".join(_row(row, forms) for row in table.shown)
    note = " ".join(words for words in (table.note, table.more_words) if words)
    noted = f'<p class="small">{escape(note)}</p>' if note else ""
    wide = " wide" if len(table.columns) >= WIDE_TABLE else ""
    kept = " kept" if len(table.shown) <= WHOLE_ROWS else ""
    same = ' class="unseen"' if table.title == under else ""
    name = escape(table.title, quote=True)
    return Markup(
        f'<div class="table{wide}{kept}" tabindex="0" role="region" aria-label="{name}"><table>'
        f"<caption{same}>{escape(table.title)}</caption><thead><tr>{heads}</tr></thead>"
        f"<tbody>{rows}</tbody></table></div>{noted}"
    )


def _row(row: list[Printed], forms: list[Form]) -> str:
    first, *others = row
    cells = "".join(
        f"<td{_right(form, cell.value is not None)}>{escape(cell.words)}</td>"
        for cell, form in zip(others, forms[1:], strict=True)
    )
    return f'<tr><th scope="row">{escape(first.words)}</th>{cells}</tr>'


def _right(form: Form, whole: bool = False) -> str:
    """Return what sets figures to the right; those that are numbers on one line."""
    if form is Form.TEXT:
        return ""
    return ' class="n whole"' if whole else ' class="n"'


def _unit(form: Form, unit: str) -> str:
    """Write the unit of a column under its heading, where it says more than its figures do."""
    shown = unit and form is not Form.TEXT and unit != VARIES
    return f' <span class="unit">{escape(unit)}</span>' if shown else ""


def write_map(drawn: BriefMap, name: str) -> Markup:
    """Write a map as a figure with its caption and its legend."""
    picture = draw_svg(drawn, name)
    if not picture:
        return Markup("")
    legend = "".join(_entry(entry) for entry in drawn.classes)
    marks = "".join(f"<li>{_sign(look)} {escape(words)}</li>" for look, words in drawn.marks_words)
    note = f'<p class="small">{escape(drawn.note)}</p>' if drawn.note else ""
    return Markup(
        f"<figure>{picture}<figcaption><strong>{escape(drawn.title)}.</strong> "
        f'{escape(drawn.legend_title)}<ul class="legend">{legend}{marks}</ul>{note}</figcaption></figure>'
    )


def _entry(entry: MapClass) -> str:
    count = f": {entry.count:,}" if entry.count is not None else ""
    fill = fill_of(entry)
    grounds = {
        "hatch": f"repeating-linear-gradient(135deg,{HATCH.ink} 0 1px,{HATCH.paper} 1px 4.2px)",
        "dots": f"radial-gradient({HATCH.ink} 1px,{HATCH.paper} 1.3px) 0 0/4px 4px",
        "stripes": f"repeating-linear-gradient(45deg,{HATCH.ink} 0 1px,{fill} 1px 4.2px)",
    }
    style = f"background:{grounds.get(entry.pattern, fill)};color:{ink_on(fill)}"
    box = f'<span class="box" style="{style}">{escape(entry.mark)}</span>'
    return f"<li>{box} {escape(entry.label)}{count}</li>"


def _sign(look: str) -> str:
    signs = {"chosen": "●", "today": "■", "closed": "□"}
    return f'<span aria-hidden="true" class="{look}">{signs[look]}</span>'


def map_names(brief: Brief) -> Iterable[str]:
    """Yield a name for each map of a briefing, in their order."""
    count = sum(len(section.maps) for section in brief.filled)
    return (f"map-{at}" for at in range(1, count + 1))
