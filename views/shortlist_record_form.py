"""What people write in a draft: its name, a reason for each shape, and the equality view with its figures."""

from functools import partial
from typing import Final

import streamlit as st

from data.errors import AtlasError
from data.register.decision_checks import LONGEST_ANSWER, LONGEST_NAME, LONGEST_QUESTION, LONGEST_REASON
from data.register.decisions import EQUALITY, Choice, Decision
from models.explain import Explanation
from models.levels import Level
from models.shortlist_fairness import AGE, PROTECTED, Fairness, fairness_of
from models.words import Part, percent
from views import look
from views.profile_parts import STYLE
from views.shortlist_record_state import NAMED, hold_typed, keep_typed, with_typed
from views.shortlist_scene import ShortlistScene
from views.shortlist_who import MEANS, write_groups

REASONS: Final = (
    "A reason is owed for each that is in, and for those that are out and could as well be in. Name others "
    "that were talked about."
)
DUTY: Final = (
    "A public body has due regard to these questions before it decides (Equality Act 2010, section 149). "
    f"Protected characteristics are {', '.join([AGE, *PROTECTED])}."
)
MOST_NAMED: Final = 20
"""How many others can be named as considered."""


def show_form(scene: ShortlistScene, record: Decision) -> None:
    """Show what people write in a draft, as it was saved or as it was typed since."""
    _line(record, "name", "Name of the record", record.name, LONGEST_NAME)
    _lines(record, "question", "What had to be decided?", record.question, LONGEST_QUESTION)
    _line(record, "weights_by", "Who said the weights?", record.weights_by, LONGEST_NAME)
    st.subheader("Reasons", anchor=False)
    look.show_note(REASONS)
    _show_others(record)
    for choice in with_typed(record).choices:
        if choice.owes_reason or _is_in(record, choice.code):
            _show_choice(record, choice)
    st.subheader("Equality view", anchor=False)
    _show_fairness(scene, record)
    for key, asked in EQUALITY.items():
        _lines(record, f"equality_{key}", asked, record.equality.get(key, ""), LONGEST_ANSWER)
    _line(record, "equality_by", "Who filled in the equality view?", record.equality_by, LONGEST_NAME)


def fairness_for(scene: ShortlistScene, codes: list[str]) -> Fairness | None:
    """Say who lives in some of the shapes of the page; None where they are of another build, or are none."""
    within = scene.asked.within
    areas = scene.areas.select(within) if within else scene.areas
    try:
        return fairness_of(areas, codes, scene.level) if codes else None
    except AtlasError:
        return None  # shapes of another place or level: the sentences that were saved stand


def _show_fairness(scene: ShortlistScene, record: Decision) -> None:
    """Show who lives in those that are in, which the answers can lean on."""
    typed = with_typed(record)
    same_level = Level(record.level) is scene.level
    found = fairness_for(scene, [choice.code for choice in typed.chosen]) if same_level else None
    look.show_note(DUTY)
    if found is None:
        for words in record.fairness:
            look.show_note(words)
        return
    look.show_small_explanation(Explanation((Part(found.sentence),), found.caveats))
    with st.expander("Who lives in those that are in, beside all"):
        kinds = dict.fromkeys(found.frame["kind"])
        st.html(STYLE + "".join(write_groups(found, str(kind), scene.dark) for kind in kinds))
        look.show_note(MEANS)


def _show_others(record: Decision) -> None:
    """Let shapes be named that were considered and are out."""
    names = {choice.code: choice.name for choice in record.choices}
    out = [choice.code for choice in record.choices if not choice.chosen]
    saved = [choice.code for choice in record.choices if choice.considered]
    key = hold_typed(record, NAMED, saved)
    named = [code for code in st.session_state[key] if code in out]
    if named != st.session_state[key]:
        st.session_state[key] = named  # others are out since something else is asked
    st.multiselect(
        "Considered and out",
        sorted(out, key=lambda code: (names[code], code)),
        key=key,
        format_func=lambda code: names[code],
        max_selections=max(MOST_NAMED, len(saved)),
        on_change=partial(keep_typed, record, NAMED),
    )


def _is_in(record: Decision, code: str) -> bool:
    return any(choice.code == code and choice.chosen for choice in record.choices)


def _show_choice(record: Decision, choice: Choice) -> None:
    """Show one shape: whether it is in, and why."""
    mark, why = st.columns((1, 2), vertical_alignment="bottom")
    name = f"in_{choice.code}"
    label = f"{look.plain(choice.name)} is in"
    if choice.rank is not None:
        label += f" (rank {choice.rank}, chance {percent(choice.chance or 0.0)})"
    was = next(one.chosen for one in record.choices if one.code == choice.code)
    mark.checkbox(label, key=hold_typed(record, name, was), on_change=partial(keep_typed, record, name))
    with why:
        reason = f"why_{choice.code}"
        saved = next(one.reason for one in record.choices if one.code == choice.code)
        where = "in" if choice.chosen else "out"
        _line(record, reason, f"Why is {look.plain(choice.name)} {where}?", saved, LONGEST_REASON)


def _line(record: Decision, name: str, label: str, saved: str, most: int) -> None:
    st.text_input(
        label,
        key=hold_typed(record, name, saved),
        max_chars=most,
        on_change=partial(keep_typed, record, name),
    )


def _lines(record: Decision, name: str, label: str, saved: str, most: int) -> None:
    st.text_area(
        label,
        key=hold_typed(record, name, saved),
        max_chars=most,
        height=80,
        on_change=partial(keep_typed, record, name),
    )
