"""Years of published days, invented, written through the store as so many runs would have left them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from itertools import groupby
from pathlib import Path

from benchmarks.invented import FIRST, FRESH, RARE, REVISED, identifier, wanted, weekdays
from digest import config as configuration
from digest import pages
from digest.collect import selection
from digest.doors import Doors
from digest.models import DayLine, DayRun, Digest, Filters, Kind, Listing, Paper, Pick, Reason, Roll, Run, Tally
from digest.render import Look, Renderer
from digest.store import Store, line_of
from digest.web import Web
from tests.fakes.pages import FakePaper
from tests.world import CATEGORIES


def grow(folder: Path, count: int, last: date) -> None:
    """Writes so many published days, the last one being `last`, with all that belongs to them."""
    chosen = selection(configuration.read(folder / "config.yaml"))
    doors = Doors(Web(), Store(folder), Renderer(Look(), folder / "templates"), datetime.now(UTC), lambda _: None)
    for _, month in groupby(weekdays(count, last), lambda day: (day.year, day.month)):
        lines = [_published(doors, collected(day, chosen)) for day in month]
        doors.store.publish(pages.indexes(doors, lines[-1]))


def _published(doors: Doors, digest: Digest) -> DayLine:
    """What a run writes of a day, but for the indexes."""
    line = line_of(digest)
    doors.store.save(digest)
    doors.store.publish([doors.renderer.day(digest)])
    doors.store.mark(line)
    at = datetime.combine(digest.day, time(2, 30), UTC).isoformat()
    done = DayRun(
        digest.day, "published", f"{digest.announced} announced", digest.source, digest.announced, line.matched
    )
    doors.store.journal.add(Run(at, "published", 2, (done,)))
    return line


def collected(day: date, chosen: str) -> Digest:
    """A day of 55 announced papers, of which 8 are shown, one of them cross-listed and two replaced."""
    picks = tuple(map(_pick, wanted(day)))
    old = [identifier(day.fromordinal(day.toordinal() - 7), number) for number in REVISED]
    fresh = [identifier(day, number) for number in range(FRESH)]
    rolls = (
        Roll(Kind.NEW, tuple(fresh[:FIRST])),
        Roll(Kind.CROSS, tuple(fresh[FIRST:])),
        Roll(Kind.REPLACE, tuple(old)),
    )
    return Digest(
        day=day,
        source="listing",
        announced=len(fresh) + len(old),
        tallies=tuple(Tally(code, 40, 40, len(picks)) for code in CATEGORIES),
        filters=(Filters("", (RARE,)),),
        picks=picks,
        rolls=rolls,
        selection=chosen,
    )


def _pick(of: FakePaper) -> Pick:
    text = of.abstract
    paper = Paper(of.id, of.title, of.authors, text, of.categories, of.version, of.comment, html=True)
    span = (len(text) - len(RARE), len(text))
    return Pick(Listing(paper, Kind(of.kind), ("eess.AS",)), ("",), (Reason(RARE, "abstract", (span,)),))
