"""What of that which a shortlist was made of is another today, each by name in words."""

from collections.abc import Iterable
from typing import Final

from data.asset_kinds import asset_kinds
from data.errors import first_few
from data.register.decisions import Input
from models.decision import Basis, kinds_of
from models.levels import NEED_INDEX
from models.words import number, sentence_case

_NAMED: Final = 3
_LONGEST_STEP: Final = 240


def compare_inputs(then: Basis, now: Basis) -> tuple[str, ...]:
    """Name everything that a shortlist was made of and that is another now; nothing where all is the same.

    Parameters
    ----------
    then
        Of the record: see `models.decision.basis_of`.
    now
        Of what is asked by it on another build: see `models.decision.basis_on`.

    Returns
    -------
    tuple of str
        A sentence a change: another place, files with the figures that they give, methods and units, places
        by kind, the ways between them, codes, settings, the version of the tool, and last figures that are
        others although nothing else tells why.
    """
    pairs = [(one, _of(now.inputs, one.column)) for one in then.inputs]
    kept = [(one, other) for one, other in pairs if other is not None]
    lost = [one for one, other in pairs if other is None]
    files, told = _files(kept)
    methods, told_too = _methods(kept)
    places, kinds = _places(then, now)
    codes = _codes(then, now)
    told |= told_too | {one.column for one, _ in kept if set(kinds) & set(kinds_of([one.column]))}
    if codes:
        told |= {one.column for one, _ in kept}
    return (
        *_place(then, now),
        *(f"{one.label}: this build has no such figures." for one in lost),
        *files,
        *methods,
        *places,
        *codes,
        *_settings(then, now),
        *(
            f"{one.label}: the figures are others, though the files and what was done with them are the same."
            for one, other in kept
            if one.figures != other.figures and one.column not in told
        ),
    )


def _of(inputs: Iterable[Input], column: str) -> Input | None:
    return next((one for one in inputs if one.column == column), None)


def _place(then: Basis, now: Basis) -> list[str]:
    if then.place == now.place:
        return []
    return [
        f"The build: {now.place or 'one without a name'} instead of {then.place or 'one without a name'}."
    ]


def _files(kept: Iterable[tuple[Input, Input]]) -> tuple[list[str], set[str]]:
    """Say which files came in the place of which, once each with all that they give; and for what columns."""
    found: dict[tuple[str, str], list[Input]] = {}
    for then, now in kept:
        gone = [name for sha, name in then.files.items() if sha not in now.files]
        come = [name for sha, name in now.files.items() if sha not in then.files]
        pairs = {(name, name): None for name in come if name in gone}
        others = (_names(gone, come), _names(come, gone))
        for pair in (*pairs, *([others] if any(others) else [])):
            found.setdefault(pair, []).append(now)
    said = []
    for (gone_names, come_names), inputs in found.items():
        labels = "; ".join(one.label for one in inputs)
        if gone_names == come_names:
            said.append(f"{labels}: {come_names}, with other content.")
        elif not gone_names or not come_names:
            word = f"{come_names} too" if come_names else f"no longer {gone_names}"
            said.append(f"{labels}: {word}.")
        else:
            said.append(f"{labels}: {come_names} instead of {gone_names}.")
    return said, {one.column for inputs in found.values() for one in inputs}


def _names(files: Iterable[str], besides: Iterable[str]) -> str:
    """Name every file but those of which one of the same name is on the other side."""
    return ", ".join(name for name in dict.fromkeys(files) if name not in set(besides))


def _methods(kept: Iterable[tuple[Input, Input]]) -> tuple[list[str], set[str]]:
    """Say whose figures are worked out otherwise; steps that but name a file that changed say nothing new."""
    said, columns = [], set[str]()
    for then, now in kept:
        gone = [step for step in then.steps if step not in now.steps]
        come = [step for step in now.steps if step not in then.steps]
        if then.unit != now.unit:
            gone, come = [then.unit, *gone], [now.unit, *come]
        if not gone and not come:
            continue
        if then.files != now.files and then.unit == now.unit and _told_by_files(then, now, gone, come):
            continue
        columns.add(now.column)
        what = f"{now.label}: "
        if now.column == NEED_INDEX:
            what = f"Need weights or what they are given to changed. {what}"
        said.append(f"{what}{_step(come)} instead of {_step(gone)}.")
    return said, columns


def _told_by_files(then: Input, now: Input, gone: list[str], come: list[str]) -> bool:
    """Say whether steps differ by nothing but what names their files and sources."""
    if len(gone) != len(come):
        return False
    blank_then, blank_now = (_without_sources(one, steps) for one, steps in ((then, gone), (now, come)))
    return blank_then == blank_now


def _without_sources(one: Input, steps: Iterable[str]) -> list[str]:
    names = sorted(
        {*one.files.values(), *one.file.split(", "), one.vintage, one.source}, key=len, reverse=True
    )
    plain = []
    for step in steps:
        for name in names:
            step = step.replace(name, "…") if name else step
        plain.append(step)
    return plain


def _step(steps: list[str]) -> str:
    words = "; ".join(steps) or "as it stands in its file"
    return words if len(words) <= _LONGEST_STEP else f"{words[: _LONGEST_STEP - 1]}…"


def _places(then: Basis, now: Basis) -> tuple[list[str], list[str]]:
    """Say how many places of each kind there are more or fewer, and where they or the ways are others."""
    changed = [kind for kind in then.places if then.places[kind] != now.places.get(kind)]
    words = [_kind_words(kind, then, now) for kind in changed]
    said = [f"Places: {'; '.join(words)}."] if words else []
    if then.travel and now.travel and then.travel != now.travel:
        said.append("Ways: the roads, the travel times or where people set out from are others.")
        changed = list(then.places)
    return said, changed


def _kind_words(kind: str, then: Basis, now: Basis) -> str:
    known = asset_kinds().get(kind)
    more = now.place_counts.get(kind, 0) - then.place_counts.get(kind, 0)
    singular, plural = (known.singular, known.plural) if known else (kind, kind)
    if more:
        what = singular if abs(more) == 1 else plural
        return f"{number(abs(more))} {'more' if more > 0 else 'fewer'} {what}"
    return f"as many {plural} as then, but others, elsewhere or with other sessions"


def _codes(then: Basis, now: Basis) -> list[str]:
    if then.level is not now.level:
        return [f"What is compared: {now.level.plural} instead of {then.level.plural}."]
    gone = sorted(set(then.codes) - set(now.codes))
    come = [] if then.not_listed else sorted(set(now.codes) - set(then.codes))
    said = []
    if gone:
        names = first_few([then.codes[code] or code for code in gone], _NAMED)
        said.append(f"{_count(len(gone), then)} of then {_are(len(gone))} not in this build: {names}")
    if come:
        names = first_few([now.codes[code] or code for code in come], _NAMED)
        said.append(f"{_count(len(come), now)} {_are(len(come))} new: {names}")
    if not said:
        return []
    renamed = {then.codes[code] for code in gone} & {now.codes[code] for code in come}
    if renamed:
        said.append(f"{_count(len(renamed), now)} {_has(len(renamed))} another code under the same name")
    return [f"{sentence_case('; '.join(said))}."]


def _count(count: int, basis: Basis) -> str:
    return f"{number(count)} {basis.level.singular if count == 1 else basis.level.plural}"


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _has(count: int) -> str:
    return "has" if count == 1 else "have"


def _settings(then: Basis, now: Basis) -> list[str]:
    said = [
        f"{sentence_case(name)}: {now.settings.get(name, 'not said')} instead of "
        f"{then.settings.get(name, 'not said')}."
        for name in dict.fromkeys([*then.settings, *now.settings])
        if then.settings.get(name) != now.settings.get(name)
    ]
    if then.app != now.app:
        said.append(f"Prevention Atlas: version {now.app or 'unknown'} instead of {then.app or 'unknown'}.")
    return said
