"""What the heading of a column of an extract says: its role, and whose layout it is of."""

import re
from collections.abc import Mapping
from typing import Final

from data.referral_rows import EventKind, Role
from data.sources.wording import words

_PERSON: Final = (
    r"(?:la ?|ssd ?)?(?:child|childs|child s|children s|pupil|person|client|service user|young person)"
)
_SYSTEMS: Final = r"(?:mosaic|lcs|liquidlogic|eclipse|swift|ics|care ?first)"

ELSEWHERE: Final = re.compile(
    r"\b(?:placement|placed|school|nursery|gp|surgery|provider|referrer|referring|worker|team|office|agency"
    r"|professional|organisation|establishment|carer|previous|old|former)\b"
)
"""Words that make an address one that is not the child's home."""

PATTERNS: Final[tuple[tuple[Role, re.Pattern[str]], ...]] = tuple(
    (role, re.compile(pattern))
    for role, pattern in (
        (Role.PUPIL_NUMBER, r"\b(?:upn|unique pupil number)\b"),
        (Role.HEALTH_NUMBER, r"\bnhs ?(?:number|no|num|id)\b"),
        (
            Role.BIRTH,
            r"\b(?:date of birth|dob|d o b|born|birth ?dates?|person ?birth ?date|birth ?month|month of birth"
            r"|expected(?: delivery)? date|edd|person expected)\b",
        ),
        (Role.AGE, r"\bage\b(?! ?(?:group|band|range))"),
        (Role.SOURCE, r"\bsource\b|\breferralsource\b|\breferred by\b|^referrer(?: type)?$"),
        (Role.NEED, r"\b(?:primary|presenting|main|category of)? ?needs?\b(?: code)?|\bprimaryneedcode\b"),
        (
            Role.WORKER,
            r"\b(?:worker|social worker|team|manager|practitioner|assessor|allocated|key ?worker)\b"
            r"|\b(?:completed|authorised|taken|recorded|entered) by\b",
        ),
        (
            Role.NAME,
            r"\b(?:sur|fore|first|last|middle|given|family|full|preferred|maiden|known as) ?names?\b"
            rf"|^names?$|\balias(?:es)?\b|\b{_PERSON} name\b|^name of\b"
            r"|\b(?:mother|father|parent|carer)s? ?(?:s )?name\b"
            r"|\bpers (?:forename|surname)\b",
        ),
        (
            Role.FREE_TEXT,
            r"\b(?:notes?|comments?|details?|descriptions?|narrative|summary|free ?text|analysis|story"
            r"|remarks|reasons?|concerns?)\b",
        ),
        (
            Role.ADDRESS_TYPE,
            r"\baddress type\b|\b(?:type|kind) of (?:address|accommodation)\b|\baccommodation(?: type)?$",
        ),
        (Role.ADDRESS_FROM, r"\baddress (?:start|from|valid from|effective)\b"),
        (Role.ADDRESS_TO, r"\baddress (?:end|to|valid to|until)\b"),
        (Role.POSTCODE, r"\bpost ?codes?\b|\bpostal code\b|^pcds?$|\bzip\b"),
        (Role.GRID_REFERENCE, r"\bgrid ?ref(?:erence)?s?\b|\bos ?grid\b|^ngr$|\bosgr\b"),
        (Role.EASTING, r"\b(?:os)?eastings?\b|^x(?: coord(?:inate)?)?$|^oseast1m$"),
        (Role.NORTHING, r"\b(?:os)?northings?\b|^y(?: coord(?:inate)?)?$|^osnrth1m$"),
        (Role.LATITUDE, r"\blat(?:itude)?\b"),
        (Role.LONGITUDE, r"\b(?:lon|lng|long)\b|\blongitude\b"),
        (
            Role.AREA_CODE,
            r"\blsoa ?(?:20)?(?:11|21)?(?: ?cd| code)?\b(?!.*\b(?:nm|name)\b)"
            r"|\bsmall area code\b|^area code$",
        ),
        (
            Role.ADDRESS,
            r"\baddress\b|\b(?:street|house (?:name|number|no)|flat|town|city|county|uprn|locality)\b",
        ),
        (
            Role.PERSON,
            rf"\b{_PERSON}(?: unique| record)? (?:id|ids|identifier|ref|reference|number|no)\b"
            rf"|\bunique {_PERSON} (?:id|identifier|number|reference)\b"
            r"|\b(?:lachild|child|person|client|pupil)id\b"
            rf"|\b{_SYSTEMS} (?:id|number|no|ref|reference)\b|^[a-z0-9]{{4}} person id$",
        ),
        (
            Role.EVENT,
            r"\b(?:referral|assessment|event) (?:unique )?(?:id|ref|reference|number|no|identifier)\b"
            r"|\bcontact (?:unique )?(?:id|ref|reference|identifier)\b"
            r"|\b(?:referral|contact|assessment)id\b|^(?:id|ref|reference|urn|row id)$",
        ),
    )
)
"""Roles by heading; the first that fits counts, so what must not be kept comes before what is read."""

DATES: Final[Mapping[EventKind, tuple[re.Pattern[str], ...]]] = {
    EventKind.REFERRAL: (
        re.compile(
            r"\bdate of referral\b|\breferral date\b|\bdate referred\b|\breferred on\b|\bcinreferraldate\b"
        ),
        re.compile(
            r"\b(?:referral|referred)\b.*\b(?:date|on|received|start)\b|\bdate\b.*\breferr(?:al|ed)\b"
        ),
    ),
    EventKind.CONTACT: (
        re.compile(r"\bdate of contact\b|\bcontact date\b|\bcontacted on\b"),
        re.compile(r"\bcontact(?:ed)?\b.*\b(?:date|on|received|start)\b|\bdate\b.*\bcontact(?:ed)?\b"),
    ),
    EventKind.ASSESSMENT: (
        re.compile(
            r"\bassessment\b.*\bstart\b.*\bdate\b|\bassessment (?:actual )?start\b"
            r"|\bassessmentactualstartdate\b"
        ),
        re.compile(
            r"\bdate of assessment\b|\bassessment date\b|\bassessment\b.*\bdate\b|\bdate\b.*\bassessment\b"
        ),
    ),
}
"""Headings of the day of an event, by kind, the surest first."""

ANY_DATE: Final = (
    re.compile(
        r"^date$|^(?:event|start|received|created|raised|opened|recorded) ?(?:date|on)$"
        r"|^date (?:received|opened)$"
    ),
    re.compile(r"\bdates?\b|\bday\b|\b(?:received|created|raised|opened|recorded) on\b"),
)
NOT_ITS_DAY: Final = re.compile(
    r"\b(?:clos(?:ed?|ure|ing)|end(?:ed)?|complet(?:ed?|ion)|authoris(?:ed|ation)|decision|due|review|last|next"
    r"|expected|outcome|death|left|ceased|until|to|updated|modified|extract(?:ed)?|exported?|printed|run)\b"
)
OTHER_EVENTS: Final = re.compile(
    r"\b(?:strategy|section 47|s47|icpc|conference|cpp?|child protection|plan|cin start|looked after|cla"
    r"|placement|accommodation|care leaver|adopt(?:ion|er)?|early help|episode commenced|disability)\b"
)
"""Words in the heading of a date that is of something that is not counted here."""

_SSD: Final = re.compile(r"^(?:cine|cont|cina|addr|pers) ")
_PREFIXES: Final = {"cine": EventKind.REFERRAL, "cont": EventKind.CONTACT, "cina": EventKind.ASSESSMENT}
_LISTS: Final = {1: EventKind.CONTACT, 3: EventKind.REFERRAL, 4: EventKind.ASSESSMENT}


def spellings(name: str) -> tuple[str, str]:
    """Return a heading as plain words, parted at its capitals (PersonBirthDate) and not (LAchildID)."""
    return words(name), words(name.lower())


def fits(pattern: re.Pattern[str], name: str) -> bool:
    """Say whether a heading fits a pattern in either spelling."""
    return any(map(pattern.search, spellings(name)))


def role_by_name(name: str) -> Role | None:
    """Return the role that a heading names; None where it names none, or a date.

    Examples
    --------
    >>> role_by_name("Home Postcode"), role_by_name("addr_address_type"), role_by_name("Gender")
    (<Role.POSTCODE: 'postcode'>, <Role.ADDRESS_TYPE: 'kind of address'>, None)
    """
    return next((role for role, pattern in PATTERNS if fits(pattern, name)), None)


def kind_by_prefix(header: tuple[str, ...]) -> EventKind | None:
    """Return the kind that the prefixes of the Standard Safeguarding Dataset tell; None in other layouts."""
    first = {plain.split(" ", 1)[0] for name in header if _SSD.match(plain := words(name))}
    return next((kind for prefix, kind in _PREFIXES.items() if prefix in first), None)


def kind_by_sheet(sheet: str | None) -> EventKind | None:
    """Return the kind that the sheet of an Annex A workbook is of: "List 3" holds referrals."""
    found = re.fullmatch(r"(?:annex a )?list (\d{1,2})(?: .*)?", words(sheet or ""))
    return _LISTS.get(int(found[1])) if found else None


def is_annex_list(sheet: str | None) -> bool:
    """Say whether a sheet is a list of an Annex A workbook."""
    return bool(re.match(r"(?:annex a )?list \d{1,2}\b", words(sheet or "")))


def layout_of(header: tuple[str, ...], sheet: str | None) -> str:
    """Name the layout that headings are of, in words."""
    plain = [words(name) for name in header]
    if sum(bool(_SSD.match(name)) for name in plain) >= 2:
        return "Standard Safeguarding Dataset"
    if "child unique id" in plain or is_annex_list(sheet):
        return "Annex A"
    if "lachild id" in plain or "lachildid" in [words(name.lower()) for name in header]:
        return "Children in need census"
    return "a table of its own"
