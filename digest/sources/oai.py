"""arXiv's OAI-PMH service: days of any age, told from the dates of every paper's versions.

https://info.arxiv.org/help/oa/index.html. A record is found under the day of its last change, so that asking for one
day misses every paper that was replaced or edited since. Instead one harvest reads all that changed since the day,
and arXiv's own schedule (https://info.arxiv.org/help/availability.html) tells which mailing each version was in. The
text is the current version's. Nothing is counted by arXiv here, and later cross-lists cannot be told from edits.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from digest import arxiv
from digest.errors import SourceError, WebError
from digest.models import Announcement, Count, Kind, Listing, Note
from digest.sources._arxivraw import BrokenOffError, Page, Record, parse
from digest.web import FEEDS, Web

__all__ = ["EARLIEST", "NAME", "WINDOW", "Source", "mailings", "parse", "scheduled", "set_of"]

NAME = "oai"
EARLIEST = date(2005, 9, 16)  # no record was changed before
WINDOW = timedelta(days=92)  # the days that one harvest answers for
HELD = timedelta(days=14)  # a moderated paper may come so much later than the schedule says
DEADLINE, OLD_DEADLINE, MOVED = 14, 16, 2017  # New York's hour, the one of old, the year since when
FILLED = time(22, 30)  # New York's, of the evening of a mailing: it is announced at 20:00, and here by then
LAST_LISTED = 5  # arXiv lists no later version
MAX_PAGES = 500  # of 1,300 records and more

_OWN_GROUPS = frozenset({"cs", "econ", "eess", "math", "q-bio", "q-fin", "stat"})  # all other archives are physics


def set_of(category: str) -> str:
    """The set of a category: `cs:cs:SD`, `physics:hep-th`, `physics:astro-ph:GA`; of an alias its other name's."""
    row = arxiv.category(category)
    archive, _, subject = (row.current or row.code if row else category).partition(".")
    group = archive if archive in _OWN_GROUPS else "physics"
    return ":".join(filter(None, (group, archive, subject)))


def scheduled(submitted: datetime) -> date:
    """The day of the mailing that a submission of this moment goes into, if no moderator holds it.

    A mailing takes what came before the last deadline, which is at 14:00 New York time from Monday to Friday.
    """
    here = submitted.astimezone(arxiv.NEW_YORK)
    hour = DEADLINE if here.year >= MOVED else OLD_DEADLINE
    deadline = here.date() + timedelta(days=here.hour >= hour)
    while deadline.weekday() >= arxiv.SATURDAY:
        deadline += timedelta(days=1)
    day = deadline + timedelta(days=1)
    while not arxiv.announces(day):
        day += timedelta(days=1)
    return day


def mailings(record: Record) -> Iterator[tuple[int, date]]:
    """Each version's number and the days that its mailing can have: that of arXiv's schedule, and of the last one the
    record's own date soon after it.

    That date tells when a moderator let a paper go, or else of an edit: a paper on both days is better than on none. A
    date before the schedule's is the mailing's, as no version is public before.
    """
    *_, last = record.versions
    for version in record.versions:
        day = scheduled(version.submitted)
        meant = version is last and version.submitted.date() < record.stamp <= day + HELD
        dated = meant and arxiv.announces(record.stamp)
        if not dated or record.stamp >= day:
            yield version.number, day
        if dated and record.stamp != day:
            yield version.number, record.stamp


@dataclass(frozen=True, slots=True)
class Harvest:
    """What is kept of a set: the versions that were announced within the window, and what was changed without one."""

    start: date
    asked: datetime
    announced: dict[date, list[tuple[Record, int]]] = field(default_factory=lambda: defaultdict(list))
    edited: dict[date, list[str]] = field(default_factory=lambda: defaultdict(list))

    def covers(self, day: date) -> bool:
        """Whether the day is within the window."""
        return timedelta(0) <= day - self.start <= WINDOW

    def add(self, record: Record) -> None:
        """Takes of a record what the window needs."""
        days = tuple(mailings(record))
        for number, day in days:
            if number <= LAST_LISTED and self.covers(day):
                self.announced[day].append((record, number))
        if self.covers(record.stamp) and not any(day <= record.stamp <= day + HELD for _, day in days):
            self.edited[record.stamp].append(record.id)

    def listings(self, day: date, category: str, asked: tuple[str, ...]) -> tuple[Listing, ...]:
        """The day's papers, of several versions the latest."""
        found = sorted(self.announced.get(day, ()), key=lambda each: -each[1])
        return arxiv.merge(Listing(r.paper(number), _kind(r, number, asked), (category,)) for r, number in found)


def _kind(record: Record, number: int, asked: tuple[str, ...]) -> Kind:
    own = any(arxiv.same_category(record.categories[0], code) for code in asked)
    if number == 1:
        return Kind.NEW if own else Kind.CROSS
    return Kind.REPLACE if own else Kind.REPLACE_CROSS


class Source:
    """Harvests each category's set once for the days of a window, and keeps it."""

    REACH: timedelta | None = None

    def __init__(self, web: Web, base: str) -> None:
        self.web = web
        self.base = base
        self._kept: dict[str, Harvest] = {}

    def past(self, categories: tuple[str, ...], day: date) -> Announcement:
        """The mailing of a day, as far as today's records tell. Raises SourceError.

        The first day asks for all that changed since; days of the next three months are then answered from memory.
        """
        if day < EARLIEST:
            raise SourceError(f"OAI-PMH has no days before {EARLIEST}")
        harvests = [self._harvest(category, day) for category in categories]
        parts = [h.listings(day, category, categories) for h, category in zip(harvests, categories, strict=True)]
        counts = tuple(Count(c, None, len(part)) for c, part in zip(categories, parts, strict=True))
        edited = {identifier for harvest in harvests for identifier in harvest.edited.get(day, ())}
        notes = (Note("oai-unexplained", str(len(edited))),) if edited else ()
        return Announcement(day, NAME, arxiv.merge(item for part in parts for item in part), counts, notes)

    def _harvest(self, category: str, day: date) -> Harvest:
        name = set_of(category)
        if name not in self._kept or not self._kept[name].covers(day):
            self._kept[name] = self._gathered(category, day)
        found = self._kept[name]
        if found.asked < datetime.combine(day - timedelta(days=1), FILLED, arxiv.NEW_YORK):
            raise SourceError(
                f"OAI-PMH has the mailing of {day} from about {FILLED:%H:%M} New York time the day before"
            )
        return found

    def _gathered(self, category: str, day: date) -> Harvest:
        try:
            return self._read(category, day)
        except BrokenOffError as error:
            self.web.say(f"{NAME}: {category}, {error}; starting again")
            return self._read(category, day)

    def _read(self, category: str, day: date) -> Harvest:
        """All pages of a set, from a day on."""
        page = self._page(metadataPrefix="arXivRaw", set=set_of(category), **{"from": day.isoformat()})
        harvest, tokens, size = Harvest(day, page.answered), set[str](), 0
        for _ in range(MAX_PAGES):
            size += page.size
            for record in page.records:
                harvest.add(record)
            if not page.token:
                return harvest
            if page.token in tokens or not page.size:
                raise SourceError(f"{category}: OAI-PMH leads in a circle after {size} records")
            tokens.add(page.token)
            page = self._page(resumptionToken=page.token)
            if not page.size:
                raise BrokenOffError(f"OAI-PMH has no page after {size} records, but promised one")
            self.web.say(f"{NAME}: {category}, {size + page.size} records so far")
        raise SourceError(f"{category}: OAI-PMH has more than {MAX_PAGES} pages")

    def _page(self, **asked: str) -> Page:
        url = f"{self.base}?{urlencode({'verb': 'ListRecords', **asked}, safe=':')}"
        try:
            return parse(self.web.get(url, lane=FEEDS, accept="text/xml, application/xml"))
        except WebError as error:
            raise SourceError(str(error)) from error
