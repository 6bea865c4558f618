"""arXiv's own rules: identifiers, categories, addresses, and which mailing belongs to which moment.

Sources: https://info.arxiv.org/help/arxiv_identifier.html, https://arxiv.org/category_taxonomy,
https://info.arxiv.org/help/availability.html.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from digest import holidays
from digest.models import Kind, Listing, Paper
from digest.taxonomy import CATEGORIES

NEW_YORK = ZoneInfo("America/New_York")
MAILING_HOUR = 20  # a mailing goes out at 20:00 New York time, Sunday to Thursday, dated the next day
SATURDAY = 5

_ID = re.compile(
    r"(?:oai:)?(?:arxiv(?:\.org)?:)?(?:https?://(?:www\.|export\.)?arxiv\.org/(?:abs|pdf|html)/)?"
    r"(?:(?P<id>\d{4}\.\d{4,6})|(?P<archive>[a-z-]+)(?:\.[a-z-]{2,})?/(?P<number>\d{7}))"
    r"(?:v(?P<version>[1-9]\d{0,3}))?(?:\.pdf)?(?:[?#]\S*)?",
    re.IGNORECASE | re.ASCII,
)
_CATEGORY = re.compile(r"[a-z][a-z-]*(?:\.[A-Za-z][A-Za-z-]+)?")


class Category(NamedTuple):
    """A row of arXiv's taxonomy; `current` is the code that replaced a retired one or stands for an alias."""

    code: str
    name: str
    name_zh: str
    current: str


def split_id(text: str) -> tuple[str, int | None]:
    """An identifier in any of its spellings -> (id without version, version).

    Raises ValueError for what is not an arXiv identifier, so that nothing else reaches a path or an address.
    """
    match = _ID.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text[:60]!r} is not an arXiv identifier (2507.03149, hep-th/9901001)")
    version = match["version"]
    return match["id"] or f"{match['archive'].lower()}/{match['number']}", int(version) if version else None


@cache
def taxonomy() -> dict[str, Category]:
    """All codes, also the retired ones, by lower-case code."""
    rows = (Category(*line.split("|")) for line in CATEGORIES.splitlines())
    return {row.code.lower(): row for row in rows}


def category(code: str) -> Category | None:
    """The taxonomy's row for a code in any case; None when arXiv has no such category."""
    return taxonomy().get(code.strip().lower())


def near(code: str) -> tuple[str, ...]:
    """Up to three categories that a wrong code may have meant: those that begin so, or of a similar name."""
    import difflib  # noqa: PLC0415 - only a mistake needs it

    wrong = code.strip().lower()
    known = [row for row in taxonomy().values() if not row.current]
    within = [row.code for row in known if wrong and row.code.lower().startswith(wrong)]
    similar = difflib.get_close_matches(wrong, [row.code.lower() for row in known], 3, 0.6)
    return tuple(within[:3] or (taxonomy()[one].code for one in similar))


def split_categories(codes: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Codes as a source mixes them -> (arXiv categories, ACM/MSC classes), each once, in order."""
    known: dict[str, None] = {}
    classes: dict[str, None] = {}
    for code in (part.strip() for text in codes for part in re.split(r"[;,]", text)):
        if code:
            (known if _CATEGORY.fullmatch(code) else classes)[code] = None
    return tuple(known), tuple(classes)


def same_category(one: str, other: str) -> bool:
    """Whether two codes name one category: `cs.SY` and `eess.SY` do."""
    return _canonical(one) == _canonical(other)


def _canonical(code: str) -> str:
    row = category(code)
    return (row.current or row.code) if row else code


def order(listing: Listing) -> tuple[int, str]:
    """The sort key of a mailing: new, cross, replace, replace-cross, each by identifier."""
    return list(Kind).index(listing.kind), listing.paper.id


def merge(listings: Iterable[Listing]) -> tuple[Listing, ...]:
    """One listing a paper: the strongest kind wins, all categories it was listed under are kept."""
    best: dict[str, Listing] = {}
    for item in listings:
        known = best.get(item.paper.id)
        if known is None:
            best[item.paper.id] = item
            continue
        first = min(known, item, key=order)
        listed = tuple(dict.fromkeys((*known.listed, *item.listed)))
        best[item.paper.id] = Listing(first.paper, first.kind, listed)
    return tuple(sorted(best.values(), key=order))


def abs_url(paper: Paper) -> str:
    """The abstract page, of this version where it is known."""
    return f"https://arxiv.org/abs/{paper.id}{_version(paper)}"


def pdf_url(paper: Paper) -> str:
    """The PDF, of this version where it is known."""
    return f"https://arxiv.org/pdf/{paper.id}{_version(paper)}"


def html_url(paper: Paper) -> str:
    """The HTML version; arXiv does not make one for every paper (`Paper.html`)."""
    return f"https://arxiv.org/html/{paper.id}{_version(paper)}"


def _version(paper: Paper) -> str:
    return f"v{paper.version}" if paper.version else ""


def possible(day: date) -> bool:
    """Whether arXiv could send a mailing of that date at all: Monday to Friday."""
    return day.weekday() < SATURDAY


def announces(day: date) -> bool:
    """Whether arXiv's calendar has a mailing of that date: no weekend, and no holiday that is known."""
    return possible(day) and day not in holidays.missing()


def why_silent(day: date) -> str:
    """Why the calendar has no mailing of that date; empty when it has one."""
    return holidays.missing().get(day, "") if possible(day) else "arXiv has no mailing at weekends"


def expected_day(now: datetime) -> date:
    """The newest date a mailing can carry at this moment: New York's date, or the next one after 20:00.

    `now` must carry a time zone. On a Saturday it is Saturday, which has no mailing (see `announces`).
    """
    here = now.astimezone(NEW_YORK)
    tomorrow = here.date() + timedelta(days=1)
    return tomorrow if here.hour >= MAILING_HOUR and possible(tomorrow) else here.date()


def newest_mailing(day: date) -> date:
    """The last date up to `day` that a mailing can carry."""
    return next(each for each in (day - timedelta(days=n) for n in range(7)) if possible(each))


def newest_expected(day: date) -> date:
    """The last date up to `day` that arXiv's calendar has a mailing of: the one its pages should show."""
    return next(each for each in (day - timedelta(days=n) for n in range(30)) if announces(each))


def age(identifier: str) -> tuple[bool, str]:
    """The sort key of identifiers in the order in which arXiv gave them: they are assigned at announcement."""
    return "/" not in identifier, identifier.rpartition("/")[2]
