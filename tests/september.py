"""A month of an invented arXiv, September 2031, that is asked for in October; and what a run leaves of it."""

from __future__ import annotations

from datetime import date, timedelta

from tests.fakes.oai import FakeRecord
from tests.fakes.pages import FakePaper
from tests.world import CATEGORIES, World, paper

WEEKDAYS = [day for n in range(30) if (day := date(2031, 9, 1) + timedelta(days=n)).weekday() < 5]
HOLIDAY = date(2031, 9, 2)  # of which our calendar knows nothing
NOW = "2031-10-07T16:00:00Z"  # a Tuesday, noon in New York
ASKED = [f"/catchup/{category}/{day}?abs=True" for day in WEEKDAYS for category in CATEGORIES]
FILL = ("backfill", "--from", "2031-09-01", "--to", "2031-09-30")


def announced(day: date) -> list[FakePaper]:
    """A day's three papers; none on the holiday."""
    number = day.day * 10
    return [] if day == HOLIDAY else [
        paper(number), paper(number + 1, categories=("cs.SD",)),
        paper(number + 2, kind="cross", categories=("cs.CL", "eess.AS")),
    ]  # fmt: skip


def remembering(world: World) -> World:
    """A world whose arXiv has pages of September's days, and of no others."""
    for day in WEEKDAYS:
        world.remember(day, announced(day))
    world.configure()
    return world


def record(number: int, day: date) -> FakeRecord:
    """A paper submitted in the last hours before a day's deadline, and never changed since it was announced."""
    back = 3 if day.weekday() == 0 else 1
    return FakeRecord(paper(number), day, (f"{day - timedelta(days=back)}T14:00:00Z",))


def ledger(world: World) -> dict[str, list[str]]:
    """The ledger's lines by day."""
    rows = [line.split("\t") for line in world.text("state/ledger/2031.tsv").splitlines()[1:]]
    return {day: rest for day, *rest in rows}


def kept(world: World) -> dict[str, bytes]:
    """All that a run leaves, but for the journal, which has a line for each run, and what is no part of the digest."""
    return {path: data for path, data in world.files().items() if not path.startswith(("state/journal", ".cache"))}
