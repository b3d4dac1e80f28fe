"""The briefing of a shortlist, offered on its page."""

from functools import partial

from models.shortlist import Shortlist
from views.brief_buttons import show_brief_buttons
from views.briefs import STAYS, brief_of_shortlist
from views.shortlist_scene import ShortlistScene
from views.shortlist_state import key_of


def show_downloads(scene: ShortlistScene, found: Shortlist) -> None:
    """Offer the briefing of a shortlist in each form.

    It has none of the figures that stay inside, and says on every page who may see it.
    """
    make = partial(brief_of_shortlist, scene.build, scene.areas, scene.data, found)
    title = f"shortlist of {scene.level.plural}"
    show_brief_buttons(make, title, key_of("brief"), STAYS if scene.held else "")
