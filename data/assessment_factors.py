"""Factors at the end of an assessment: what the Department for Education's columns stand for, in words.

The columns are those of "Factors identified at the end of assessment" in the statistics of children in need,
which `data.sources.series` reads. One assessment can name several factors.
"""

from typing import Final

EPISODES: Final = "Episodes_with_assessment_factor"
"""Episodes of need whose assessment names at least one factor: what shares are out of."""

_WHOSE: Final = {
    "child": "of the child",
    "parent": "of a parent or carer",
    "person": "of another person at home",
}
_THREEFOLD: Final = {
    "Alcohol_Misuse": "Alcohol misuse",
    "Drug_Misuse": "Drug misuse",
    "Mental_Health": "Mental health",
    "Learning_Disability": "Learning disability",
    "Physical_Disability": "Physical disability",
}

FACTORS: Final = {
    **{f"{stem}_{who}": f"{label} {of}" for stem, label in _THREEFOLD.items() for who, of in _WHOSE.items()},
    "Domestic_Abuse_child": "Domestic abuse suffered by the child",
    "Domestic_Abuse_parent": "Domestic abuse suffered by a parent or carer",
    "Domestic_Abuse_person": "Domestic abuse suffered by another person at home",
    "Young_Carer": "Young carer",
    "Privately_fostered": "Private fostering",
    "Unaccompanied_asylum_seeker": "Unaccompanied asylum seeker",
    "Going_missing": "Going missing",
    "Child_sexual_exploitation": "Child sexual exploitation",
    "Child_criminal_exploitation": "Child criminal exploitation",
    "Trafficking": "Trafficking",
    "Gangs": "Gangs",
    "Socially_unacceptable_behaviour": "Socially unacceptable behaviour",
    "Self_harm": "Self-harm",
    "Neglect": "Neglect",
    "Emotional_Abuse": "Emotional abuse",
    "Physical_Abuse_unknown": "Physical abuse, by whom not recorded",
    "Physical_Abuse_child_on_child": "Physical abuse by another child",
    "Physical_Abuse_adult_on_child": "Physical abuse by an adult",
    "Sexual_Abuse_unknown": "Sexual abuse, by whom not recorded",
    "Sexual_Abuse_child_on_child": "Sexual abuse by another child",
    "Sexual_Abuse_adult_on_child": "Sexual abuse by an adult",
    "Female_Genital_Mutilation": "Female genital mutilation",
    "Faith_linked_abuse": "Abuse linked to faith or belief",
    "Other": "Another factor",
}
"""The factors by their published columns, in words that stand at the start of a sentence."""
