"""Sources of referral and primary needs: the codes of the children in need census, and their words."""

from typing import Final

SOURCES: Final = {
    "1A": "Family member, relative or carer",
    "1B": "Acquaintance, neighbour or child minder",
    "1C": "The child",
    "1D": "Other individual",
    "2A": "School",
    "2B": "Education service",
    "3A": "GP",
    "3B": "Health visitor",
    "3C": "School nurse",
    "3D": "Other primary health service",
    "3E": "Accident and emergency",
    "3F": "Other health service",
    "4": "Housing",
    "5A": "Council: social care",
    "5B": "Council: other service",
    "5C": "Another council",
    "6": "Police",
    "7": "Other legal agency",
    "8": "Other",
    "9": "Anonymous",
    "10": "Unknown",
}
"""Source of referral by code; the number of a code is its place here."""

NEEDS: Final = {
    "N1": "Abuse or neglect",
    "N2": "Child's disability or illness",
    "N3": "Parent's disability or illness",
    "N4": "Family in acute stress",
    "N5": "Family dysfunction",
    "N6": "Socially unacceptable behaviour",
    "N7": "Low income",
    "N8": "Absent parenting",
    "N9": "Cases other than children in need",
    "N0": "Not stated",
}
"""Primary need by code; the number of a code is its place here."""
