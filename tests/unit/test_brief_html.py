"""A briefing as HTML: it runs and fetches nothing, says what it is on each page, and reads well aloud."""

import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from data.provenance import Tier
from models.briefing_sources import TIER_MEANS
from tests.small_briefs import made_brief
from tests.small_builds import HOSTILE
from tests.small_profiles import Elements
from views.brief_html import in_css, write_html

FETCHING = {"script", "link", "img", "iframe", "object", "embed", "video", "audio", "base", "form", "image"}
VOID = {"meta", "link", "br", "img"}


class Outline(HTMLParser):
    """What stands in what: the path of each element, and whether every element is closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.paths: list[tuple[str, ...]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.paths.append((*self.open, tag))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.paths.append((*self.open, tag))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def html() -> str:
    return write_html(made_brief())


def test_it_runs_nothing_and_asks_for_nothing(html: str) -> None:
    elements = Elements(html)
    assert not elements.names & FETCHING
    for tag, attributes in elements.tags:
        assert not [key for key in attributes if key.startswith("on")], tag
        for key in ("href", "src", "xlink:href"):
            assert (attributes.get(key) or "#").startswith("#"), tag
    assert all(address.startswith("#") for address in re.findall(r"url\(([^)]*)\)", html))
    assert "@import" not in html


def test_hostile_words_are_text_wherever_they_stand(html: str) -> None:
    assert HOSTILE not in html
    assert Elements(html).text.count(HOSTILE) > 10
    style = html[html.index("<style>") : html.index("</style>")]
    assert not {"<", ">"} & set(style.replace("<style>", ""))
    assert "window.hacked" not in style


def test_it_has_one_first_heading_and_nested_ones(html: str) -> None:
    levels = [int(tag[1]) for tag, _ in Elements(html).tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert 'lang="en-GB"' in html
    outline = Outline(html)
    assert outline.open == []
    assert all("main" in path or "header" in path for path in outline.paths if path[-1] in ("h1", "h2"))


def test_every_table_has_a_caption_and_its_headings_a_scope(html: str) -> None:
    outline, elements = Outline(html), Elements(html)
    tables = [path for path in outline.paths if path[-1] == "table"]
    assert len(tables) == len(made_brief().tables) == 3
    assert sum(path[-2:] == ("table", "caption") for path in outline.paths) == len(tables)
    assert {a.get("scope") for tag, a in elements.tags if tag == "th"} == {"col", "row"}
    rows = [path for path in outline.paths if path[-2:] == ("tbody", "tr")]
    heads = [path for path in outline.paths if path[-3:] == ("tbody", "tr", "th")]
    assert len(rows) == len(heads) == sum(len(table.shown) for table in made_brief().tables)


def test_every_map_is_one_picture_with_a_title_of_its_own(html: str) -> None:
    pictures = [a for tag, a in Elements(html).tags if tag == "svg"]
    assert len(pictures) == 2
    assert {a["role"] for a in pictures} == {"img"}
    names = [a["aria-labelledby"] for a in pictures]
    assert len(set(names)) == 2
    for name in names:
        assert re.search(rf'<title id="{name}">Map of four squares\.', html)


def test_every_figure_stands_in_it_as_it_is_printed(html: str) -> None:
    text = Elements(html).text
    for table in made_brief().tables:
        for row in table.shown:
            for cell in row:
                assert " ".join(cell.words.split()) in text or "\x00" in cell.words
    assert "hidden, small count" in text
    assert "no data" in text
    assert not re.search(r"\b(nan|None|NaN|undefined)\b", text)


@pytest.mark.parametrize("tier", Tier)
def test_its_tier_stands_at_the_head_of_every_page(tier: Tier) -> None:
    brief = made_brief(tier)
    html = write_html(brief)
    page = re.search(r"@top-left \{ content: (\".*?\")", html)
    assert page
    assert page[1] == in_css(f"{brief.imprint.tier_words}. Northmere is not a real place")
    text = Elements(html).text
    assert TIER_MEANS[tier] in text
    assert "Northmere is invented, and so is every figure of it." in text
    assert "is not a real place" not in Elements(write_html(made_brief(tier, ""))).text


def test_the_words_of_a_style_sheet_cannot_leave_it() -> None:
    written = in_css('"} </style><script>')
    assert re.fullmatch(r'"([A-Za-z0-9]|\\[0-9a-f]{6})*"', written)
    assert re.sub(r"\\([0-9a-f]{6})", lambda m: chr(int(m[1], 16)), written) == '""} </style><script>"'
