"""Invented mailings for a simulated arXiv: a calendar of days, each with its papers, drawn from a seed.

A day has new papers, papers cross-listed from elsewhere, old papers that are cross-listed later, and replacements. Days
without a mailing are left out; a quiet day has a mailing, but nothing in the categories of the drills.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from digest.arxiv import NEW_YORK, possible
from tests.fakes.oai import FakeRecord
from tests.fakes.papers import FakePaper

Mailings = Mapping[date, tuple[FakePaper, ...]]

MONDAY = date(2031, 7, 7)
OUT = time(20)  # New York's hour, of the evening before, at which a mailing goes out


def weekdays(first: date, count: int) -> list[date]:
    """So many days from Monday to Friday, from a day on."""
    return [day for day in (first + timedelta(days=n) for n in range(count * 2)) if possible(day)][:count]


def out_at(day: date) -> datetime:
    """The moment at which the mailing of a day is there."""
    return datetime.combine(day - timedelta(days=1), OUT, NEW_YORK)


def noon(day: date) -> datetime:
    """Noon of a day in New York."""
    return datetime.combine(day, time(12), NEW_YORK)


def mailings(days: list[date], *, holidays: tuple[date, ...] = (), quiet: tuple[date, ...] = ()) -> Mailings:
    """The mailings of these days; of holidays there is none, quiet ones are empty. Same days, same papers."""
    made: dict[date, tuple[FakePaper, ...]] = {}
    known: list[FakePaper] = []
    for day in days:
        if day not in holidays:
            made[day] = () if day in quiet else _mailing(random.Random(day.toordinal()), day, known)  # noqa: S311
    return made


def _mailing(draw: random.Random, day: date, known: list[FakePaper]) -> tuple[FakePaper, ...]:
    """One mailing; `known` are the papers of earlier ones, in the order of their identifiers, and is added to."""
    number = sum(paper.id.startswith(f"{day:%y%m}.") for paper in known)
    places = (("eess.AS",), ("cs.SD",), ("eess.AS", "cs.SD"), ("cs.CL", "eess.AS"), ("cs.CL",))
    fresh = [_paper(draw, day, number + n, place) for n, place in enumerate(places * draw.choice((1, 2)), start=1)]
    moved = [_joined(paper) for paper in known[-5:] if paper.categories == ("cs.CL",) and draw.random() < 0.5]
    ours = [paper for paper in known if paper.categories[0] != "cs.CL"]
    old = [_replaced(paper, day) for paper in draw.sample(ours, min(2, len(ours)))]
    known[:] = [*{paper.id: paper for paper in (*known, *moved, *old, *fresh)}.values()]
    return (*fresh, *moved, *old)


def _paper(draw: random.Random, day: date, number: int, categories: tuple[str, ...]) -> FakePaper:
    subject = draw.choice(("speech", "speech", "music"))
    return FakePaper(
        id=f"{day:%y%m}.{number:05}",
        version=1,
        title=f"Invented {subject} {number}",
        authors=("Ada Example", "Bo Beispiel"),
        abstract=f"We propose {subject} number {number}. (Invented sample paper.)",
        categories=categories,
        kind="cross" if categories[0] == "cs.CL" else "new",
        submitted=submitted(day),
    )


def _joined(paper: FakePaper) -> FakePaper:
    """An old paper that somebody has put into another category."""
    return replace(paper, kind="cross", categories=(*paper.categories, "eess.AS"))


def _replaced(paper: FakePaper, day: date) -> FakePaper:
    version = paper.version + 1
    return replace(
        paper,
        kind="replace",
        version=version,
        submitted=submitted(day),
        abstract=f"{paper.abstract} Version {version}.",
    )


def submitted(day: date) -> str:
    """A moment that arXiv's schedule puts into the mailing of a day: noon of the last working day before."""
    before = next(each for each in (day - timedelta(days=n) for n in range(1, 5)) if possible(each))
    return f"{noon(before).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def records(made: Mailings, now: datetime) -> list[FakeRecord]:
    """What OAI-PMH knows of the mailings at a moment: each paper as it is now, with the day of its last change."""
    found: dict[str, FakeRecord] = {}
    for day in sorted(made):
        for paper in made[day] if out_at(day) <= now else ():
            known = found.get(paper.id)
            versions = known.submitted if known else ()
            more = (paper.submitted,) if paper.version > len(versions) else ()
            found[paper.id] = FakeRecord(paper, day, (*versions, *more))
    return list(found.values())
