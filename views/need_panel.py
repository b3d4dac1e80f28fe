"""The weights of combined need on a page: a slider a domain, kept in the address."""

from collections.abc import Mapping

import streamlit as st

from data.need_weights import MOST_WEIGHT, Domain, Weights, write_weights
from models.levels import LevelData
from models.need_ranks import domains_of, usable_weights
from views import look
from views.state import keep_choice


def show_weights(data: LevelData, weights: Weights) -> None:
    """Show a slider for the weight of each domain, one click away, and a way back to the standard ones."""
    domains = domains_of(data)
    if not domains:
        return
    own = usable_weights(data, weights)
    now = dict(own) or slider_weights({d.id: d.weight for d in domains})
    for domain in domains:
        st.session_state[_key(domain)] = round(now.get(domain.id, 0.0))
    total = sum(now.get(d.id, 0.0) for d in domains)
    with st.expander(
        f"Weights of need: {'yours' if own else 'standard'}", icon=":material/tune:", key="weighing"
    ):
        look.show_note(
            "How much each domain counts towards need. What matters is each weight beside the others. These "
            "are judgements: no data can say what they should be."
        )
        for domain in domains:
            share = now.get(domain.id, 0.0) / total
            st.slider(
                f"{domain.label}: {share:.0%} of need",
                0,
                MOST_WEIGHT,
                key=_key(domain),
                on_change=_keep,
                args=([d.id for d in domains],),
            )
        st.button("Back to the standard weights", on_click=_forget, disabled=not own)


def slider_weights(weights: Mapping[str, float]) -> dict[str, float]:
    """Bring the weights of a file, in whatever unit, to what sliders can show: 100 together, none above 50.

    Examples
    --------
    >>> slider_weights({"a": 0.3, "b": 0.3, "c": 0.4}), slider_weights({"a": 90, "b": 10})
    ({'a': 30.0, 'b': 30.0, 'c': 40.0}, {'a': 50.0, 'b': 5.555555555555555})
    """
    most = max(weights.values())
    scale = min(100 / sum(weights.values()), MOST_WEIGHT / most)
    return {id_: weight * scale for id_, weight in weights.items()}


def _key(domain: Domain) -> str:
    return f"weight_{domain.id}"


def _keep(ids: list[str]) -> None:
    """Take the weights from the sliders; all at nothing would be no need at all, and is not taken."""
    weights = {id_: float(st.session_state[f"weight_{id_}"]) for id_ in ids}
    if any(weights.values()):
        st.session_state["weights"] = write_weights(weights)
    keep_choice()


def _forget() -> None:
    st.session_state["weights"] = ""
    keep_choice()
