"""A simulated arXiv on loopback: it answers for the moment it is told, from a calendar of invented mailings.

The page of new papers changes at 20:00 New York time, the feed at midnight, where it is empty without a mailing
(https://info.arxiv.org/help/availability.html, https://info.arxiv.org/help/rss.html). Each source can be made to
misbehave. `/now/<moment>` turns its clock from another process.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qs, unquote, urlsplit

from digest.arxiv import NEW_YORK
from tests.drills.mailings import MONDAY, Mailings, noon, out_at, records
from tests.fakes import oai, pages
from tests.fakes.papers import FakePaper
from tests.fakes.server import FakeServer, Reply, serving
from tests.world import NAMES

SOURCES = {"list": "listing", "rss": "rss", "catchup": "catchup", "api": "api", "oai": "oai"}


@dataclass(frozen=True)
class Asked:
    """A request with the answers that a fault may use: today's, and the one of the mailing before."""

    source: str
    url: str
    whole: Reply
    before: Reply
    day: date  # which the whole answer is of
    day_before: date


Spoil = Callable[[Asked], Reply]


@dataclass
class ArXiv(FakeServer):
    """The server: `now` is its clock, `faults` what happens to the answers of a source."""

    days: Mailings = field(default_factory=dict)
    now: datetime = field(default_factory=lambda: noon(MONDAY))
    faults: dict[str, Spoil] = field(default_factory=dict)

    def reply(self, path: str, headers: dict[str, str]) -> Reply:
        """The answer to a request, spoilt if its source is to misbehave."""
        self.requests.append((path, headers))
        kind, _, rest = path.lstrip("/").partition("/")
        if kind == "now":
            self.now = datetime.fromisoformat(unquote(rest))
            return Reply(b"ok")
        source = SOURCES.get(kind.partition("?")[0])
        if source is None:
            return Reply(b"no such page", 404)
        whole = self._answer(path, self.now)
        if source not in self.faults:
            return whole
        return self.faults[source](self._asked(source, path, whole))

    def newest(self, now: datetime) -> date:
        """The newest mailing that is out at a moment."""
        return max(day for day in self.days if out_at(day) <= now)

    def mailing(self, day: date, now: datetime) -> tuple[FakePaper, ...]:
        """The papers of a day; none before they are out, and on a day without a mailing."""
        return self.days.get(day, ()) if out_at(day) <= now else ()

    def _asked(self, source: str, path: str, whole: Reply) -> Asked:
        named = re.search(r"/catchup/[^/]+/([0-9-]{10})", path)
        day = date.fromisoformat(named[1]) if named else self.newest(self.now)
        before = max((each for each in self.days if each < day), default=day)
        earlier = path.replace(str(day), str(before)) if named else path
        return Asked(source, self.url + path, whole, self._answer(earlier, noon(before)), day, before)

    def _answer(self, path: str, now: datetime) -> Reply:
        parts, query = urlsplit(path).path.strip("/").split("/"), urlsplit(path).query
        if parts[0] == "list":
            day = self.newest(now)
            return _html(pages.listing_page(parts[1], day, self.mailing(day, now), names=NAMES))
        if parts[0] == "rss":
            today = now.astimezone(NEW_YORK).date()
            return _xml(pages.rss(parts[1].split("+"), today, self.mailing(today, now)))
        if parts[0] == "catchup":
            return self._catchup(parts[1], date.fromisoformat(parts[2]), now)
        if parts[0] == "api":
            wanted = parse_qs(query)["id_list"][0].split(",")
            known = {paper.id: paper for day in sorted(self.days) for paper in self.mailing(day, now)}
            return _xml(pages.api([known[each] for each in wanted if each in known]))
        stamp = f"{now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
        return _xml(oai.Repository(records(self.days, now), now=stamp).answer(query))

    def _catchup(self, category: str, day: date, now: datetime) -> Reply:
        if day > now.astimezone(NEW_YORK).date() + timedelta(days=1):
            return Reply(pages.catchup_error("Invalid date: later than today"), 400)
        return _html(pages.catchup_page(category, day, self.mailing(day, now), names=NAMES))


def _html(body: bytes) -> Reply:
    return Reply(body, headers={"Content-Type": "text/html; charset=utf-8"})


def _xml(body: bytes) -> Reply:
    return Reply(body, headers={"Content-Type": "application/xml; charset=utf-8"})


@contextmanager
def simulated(days: Mailings) -> Iterator[ArXiv]:
    """A simulated arXiv with these mailings, for the length of a `with`."""
    arxiv = ArXiv(days=days)
    with serving(arxiv):
        yield arxiv
