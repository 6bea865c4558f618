"""What a run came to, day by day: three honest outcomes and a fourth for patience; and its line in the journal."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from digest.doors import Doors
from digest.errors import DigestError, StoreError
from digest.models import DayRun, Digest, Run

PUBLISHED, NOTHING, WAITING, FAILED = "published", "nothing-announced", "waiting", "failed"
INCOMPLETE = "incomplete"


@dataclass(frozen=True, slots=True)
class DayOutcome:
    """What a run came to for one day; `page` is the path of its page."""

    day: date
    outcome: str
    detail: str
    digest: Digest | None = None
    page: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """A run's days, oldest first, the last one being the day that was asked for."""

    days: tuple[DayOutcome, ...]
    behind: tuple[date, ...] = ()  # expected days that are missing and too far back for a run to fill

    @property
    def outcome(self) -> str:
        """The run in a word; incomplete when some days are there and one could not be read."""
        found = {day.outcome for day in self.days}
        if FAILED in found:
            return INCOMPLETE if PUBLISHED in found else FAILED
        last = self.days[-1].outcome if self.days else NOTHING  # a range that is there already
        return PUBLISHED if PUBLISHED in found and last != WAITING else last

    @property
    def exit_code(self) -> int:
        """0, 3 when nothing could be read, 4 when something could not."""
        return {INCOMPLETE: 4, FAILED: 3}.get(self.outcome, 0)


def journalled(doors: Doors, days: Iterable[DayOutcome]) -> Result:
    """The days as they are done, with the run's line in the journal, also when the run fails."""
    done: list[DayOutcome] = []
    try:
        for day in days:
            done.append(day)
            doors.tell(day)
    except (DigestError, KeyboardInterrupt) as error:
        with suppress(StoreError):  # a full disk is the error to tell, not that it could not be written down
            outcome = INCOMPLETE if any(day.outcome == PUBLISHED for day in done) else FAILED
            doors.store.journal.add(_line(doors, outcome, done, [str(error) or "stopped"]))
        raise
    result = Result(tuple(done))
    if doors.store.files.written or doors.web.requests_made:  # a run with nothing to do leaves no trace
        doors.store.journal.add(_line(doors, result.outcome, done, []))
    return result


def _line(doors: Doors, outcome: str, done: Iterable[DayOutcome], notes: list[str]) -> Run:
    return Run(
        at=doors.now.isoformat(timespec="seconds"),
        outcome=outcome,
        requests=doors.web.requests_made,
        days=tuple(_day_run(day) for day in done),
        notes=(*(note for day in done for note in day.notes), *notes),
        asked=doors.spending.asked,
        tokens=doors.spending.tokens,
        cost=round(doors.spending.cost, 6) if doors.spending.currency or not doors.spending.tokens else None,
        currency=doors.spending.currency,
    )


def _day_run(done: DayOutcome) -> DayRun:
    digest = done.digest
    if digest is None:
        return DayRun(done.day, done.outcome, done.detail)
    return DayRun(done.day, done.outcome, done.detail, digest.source, digest.announced, digest.matched)
