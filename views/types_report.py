"""What the command line says of kinds of place: lines for people, an object for programs, a file of areas."""

from collections.abc import Mapping
from math import isfinite
from typing import Any, Final

import pandas as pd

from models.type_drift import Drift
from models.type_findings import usual_model
from models.type_inputs import label_of
from models.type_letters import names_for
from models.type_structure import Structure
from models.types import Types
from models.words import number, percent
from views.console import count
from views.inside import types_stay_inside
from views.tables import write_csv
from views.types_answers import Answers

Plain = str | float | bool | None
"""What stands in a cell of JSON."""

INSIDE: Final = "They rest on referrals: keep them inside the council."
CSV_COLUMNS: Final = (
    *("area_code", "area_name", "ward_code", "ward_name", "la_code", "la_name"),
    *("type", "type_name", "second", "margin", "share", "between"),
    *("model", "model_name", "fits", "by_rule", "reason", "next", "distance", "why", "made_of", "tier"),
)
CSV_START: Final = f"\ufeff{','.join(CSV_COLUMNS)}\r\n".encode()
"""What every file of areas begins with."""


def describe_types(found: Answers) -> dict[str, Any]:
    """Return what was found as one object of plain values; what is not known is null.

    Returns
    -------
    dict
        `build`, `made` and `tier` (of the build: what an internal one says stays inside the council); `k`,
        how many types, null where rules stand alone, and `alone`, why they do;

        - `structure`: `answer`, "one" where types are slices of a gradient and "several" where they stand for
          kinds of place; `kinds` that the gap statistic finds, the `chance` that a cloud without kinds
          stands out as much, and `gap` and `error` by number of types. Null where none was looked for;
        - `sizes`, `silhouette` and `stability` (the mean adjusted Rand index of the bootstraps) at that `k`,
          `by_k` the same for 2 to 10, and `chosen`, why so many;
        - `assignments`, the type of each area that has one, and `second`, its second type; `between`, the
          areas that lie between the two;
        - `models`, the way of working of every area, or "not_enough_data" or "no_rule"; `overruled`, where
          somebody gave another than the rule; `model_sizes`, `model_names`;
        - `names` of the types by letter; `types`, one each: its name, how many areas and children, its
          portrait, its usual way of working, and how surely it comes out again (`jaccard`);
        - `agreement` of types and rules; `left_out`, which composites and rules were not used, and why;
        - `drift` from the last run, where a model was given; `sentence` and `caveats` in words; `seconds`.
    """
    types, model, frame = found.types, found.model, found.frame
    placed = frame[frame["type"].notna()]
    models = found.models
    return {
        "build": str(found.build.path),
        "made": found.build.report.get("made"),
        "tier": found.composites.tier.value,
        "k": None if model is None else model.k,
        "alone": found.alone or None,
        "structure": None if types is None else _structure(types.structure),
        "sizes": _sizes(found),
        "silhouette": None if types is None else _figure(types.by_k.at[types.k, "silhouette"]),
        "stability": None if types is None else _figure(types.by_k.at[types.k, "stability"]),
        "assignments": {str(code): str(letter) for code, letter in placed["type"].items()},
        "models": {str(code): str(id_) for code, id_ in models.frame["model"].items()},
        "seconds": _figure(found.seconds, 3),
        "names": dict(found.names),
        "chosen": None if types is None else types.chosen,
        "by_k": [] if types is None else _by_k(types),
        "second": {str(code): str(letter) for code, letter in placed["second"].dropna().items()},
        "between": [str(code) for code in placed.index[placed["between"].astype(bool)]],
        "types": [_type(found, letter) for letter in found.names],
        "model_names": {id_: models.label_of(id_) for id_ in models.counts},
        "model_sizes": models.counts,
        "overruled": _overruled(found),
        "agreement": _agreement(found),
        "left_out": {"composites": dict(_left_out(found)), "rules": list(models.left_out)},
        "drift": None if found.drift is None else _drift(found, found.drift),
        "sentence": found.sentence,
        "caveats": caveats_of(found),
    }


def caveats_of(found: Answers) -> list[str]:
    """Return what has to be known of types and ways of working."""
    types = found.types
    said = {f"{label_of(id_)} is not used. {reason}" for id_, reason in _left_out(found).items()}
    made = [] if types is None else [caveat for caveat in types.caveats if caveat not in said]
    inside = [INSIDE] if types_stay_inside(found.composites) else []
    return [*found.notes, *inside, *made, *found.models.caveats]


def types_lines(found: Answers) -> list[tuple[str, list[str]]]:
    """Return what stands below the sentence, as titles with lines."""
    agreement = found.agreement
    left_out = [f"{label_of(id_)}: {reason}" for id_, reason in _left_out(found).items()]
    drift = [found.drift.sentence] if found.drift is not None else []
    return [
        ("Types", [_type_line(found, letter) for letter in found.names]),
        ("How many types, and how sure", _how_sure(found.types)),
        ("Ways of working, by rule", _model_lines(found)),
        ("Rules beside types", [] if agreement is None else [agreement.sentence, *agreement.caveats]),
        ("Beside the last run", [*drift, *([found.kept_words] if found.kept_words else [])]),
        ("Left out", [*left_out, *found.models.left_out]),
        ("What has to be known", caveats_of(found)),
        ("What they are made of", [f"{label_of(k)}: {v}" for k, v in found.composites.sources.items()]),
    ]


def types_to_csv(found: Answers) -> bytes:
    """Write every area as a row of a CSV file that a spreadsheet opens without running anything."""
    frame, models = found.frame, found.models.frame
    areas = found.build.areas.frame.loc[frame.index]
    output = {
        "area_code": frame.index.to_series(),
        **{name: areas[name] for name in ("area_name", "ward_code", "ward_name", "la_code", "la_name")},
        "type": frame["type"],
        "type_name": frame["type"].map(dict(found.names)),
        "second": frame["second"],
        "margin": frame["margin"].round(4),
        "share": frame["share"].round(4) if "share" in frame else "",
        "between": _yes(frame["between"]).where(frame["type"].notna(), ""),
        "model": models["model"],
        "model_name": models["model"].map(found.models.label_of),
        "fits": _yes(models["fits"]),
        "by_rule": models["by_rule"],
        "reason": models["reason"],
        "next": models["next"],
        "distance": models["distance"].round(1),
        "why": models["why"],
        "made_of": "; ".join(label_of(id_) for id_ in found.composites.frame),
        "tier": found.composites.tier.value,
    }
    return write_csv(pd.DataFrame(output, index=frame.index)[list(CSV_COLUMNS)])


def _yes(values: pd.Series) -> pd.Series:
    return values.map({True: "yes", False: "no"})


def _left_out(found: Answers) -> Mapping[str, str]:
    """Return why a composite is not used, by id."""
    return found.composites.left_out if found.types is None else found.types.left_out


def _structure(structure: Structure) -> dict[str, Any]:
    return {
        "answer": "one" if structure.one else "several",
        "kinds": structure.k,
        "chance": _figure(structure.chance),
        "sentence": structure.sentence,
        "gap": {str(k): _figure(value) for k, value in structure.gap.items()},
        "error": {str(k): _figure(value) for k, value in structure.error.items()},
    }


def _by_k(types: Types) -> list[dict[str, Plain]]:
    return [
        {"k": int(k), **{name: _figure(value) for name, value in row.items()}}
        for k, row in types.by_k.iterrows()
    ]


def _sizes(found: Answers) -> dict[str, int]:
    counts = found.frame["type"].value_counts()
    return {letter: int(counts.get(letter, 0)) for letter in found.names}


def _type(found: Answers, letter: str) -> dict[str, Any]:
    portrait, usual = found.portraits.get(letter), usual_model(found.models, found.frame["type"], letter)
    return {
        "type": letter,
        "name": found.names[letter],
        "areas": 0 if portrait is None else portrait.areas,
        "children": None if portrait is None else _figure(portrait.children, 1),
        "portrait": [] if portrait is None else list(portrait.sentences),
        "usual_model": None if usual is None else usual.id,
        "jaccard": None if found.types is None else _figure(found.types.jaccard[letter]),
    }


def _overruled(found: Answers) -> dict[str, dict[str, str]]:
    frame = found.models.frame
    return {
        str(code): {"model": str(row["model"]), "by_rule": str(row["by_rule"]), "reason": str(row["reason"])}
        for code, row in frame[frame["reason"] != ""].iterrows()
    }


def _agreement(found: Answers) -> dict[str, Any] | None:
    agreement = found.agreement
    if agreement is None:
        return None
    return {
        "share": _figure(agreement.share),
        "rand": _figure(agreement.rand),
        "cramers_v": _figure(agreement.cramers_v),
        "mutual": _figure(agreement.mutual),
        "parted": len(agreement.parted),
        "table": {
            str(letter): {str(id_): int(areas) for id_, areas in row.items()}
            for letter, row in agreement.table.iterrows()
        },
        "sentence": agreement.sentence,
    }


def _drift(found: Answers, drift: Drift) -> dict[str, Any]:
    return {
        "sentence": drift.sentence,
        "large": drift.large,
        "apart": _figure(drift.apart),
        "kept": found.kept_words,
        "composites": _table(drift.frame),
        "sizes": _table(drift.sizes),
    }


def _table(frame: pd.DataFrame) -> dict[str, dict[str, Plain]]:
    return {
        str(key): {str(name): _figure(value) for name, value in row.items()} for key, row in frame.iterrows()
    }


def _type_line(found: Answers, letter: str) -> str:
    told = _type(found, letter)
    usual = found.models.label_of(told["usual_model"]) if told["usual_model"] else "none"
    children = "" if told["children"] is None else f", {number(told['children'])} children"
    again = "" if told["jaccard"] is None else f"; comes out again {told['jaccard']:.2f} of 1"
    areas = count(told["areas"], "area")
    title = told["name"] if told["name"] == names_for([letter], {})[letter] else f"{letter}  {told['name']}"
    return f"{title}: {areas}{children}; usual way of working: {usual}{again}"


def _how_sure(types: Types | None) -> list[str]:
    """Say why so many types, and how sure each number of types is."""
    if types is None:
        return []
    lines = [
        f"{k} types{' (these)' if k == types.k else ''}: come out again {row['stability']:.2f} of 1, "
        f"silhouette {row['silhouette']:.2f}, the smallest with {count(int(row['smallest']), 'area')}"
        for k, row in types.by_k.iterrows()
    ]
    return [types.chosen, *lines]


def _model_lines(found: Answers) -> list[str]:
    models = found.models
    whole, overruled = len(models.frame), int((models.frame["reason"] != "").sum())
    lines = [
        f"{models.label_of(id_)}: {count(areas, 'area')} ({percent(areas / whole)})"
        for id_, areas in models.counts.items()
    ]
    return [*lines, *([f"Given by people in the place of a rule: {number(overruled)}"] if overruled else [])]


def _figure(value: float, digits: int = 4) -> float | None:
    """Return a rounded number, None where it is missing or has no end."""
    return round(float(value), digits) if pd.notna(value) and isfinite(value) else None
