"""Past days, as many as you like: asked for one by one, oldest first, each written before the next is asked for.

What is there already is left alone, so that the same command goes on where it was stopped.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date, timedelta

from digest import arxiv, ledger
from digest.doors import Doors
from digest.errors import SourceError
from digest.models import State
from digest.options import Config
from digest.outcome import FAILED, DayOutcome, Result, journalled
from digest.pipeline import Runner
from digest.web import PAGE_GAP


def backfill(config: Config, doors: Doors, first: date, last: date) -> Result:
    """Fills a range of days. Raises DigestError for what stops the whole run."""
    with doors.store.files.locked(doors.say):
        runner = Runner(config, doors)
        days = todo(runner, first, last)
        if days:
            doors.say(f"{len(days)} day{'s' * (len(days) != 1)} to fill in{_estimate(len(days), _pauses(config))}")
        return journalled(doors, _filled(runner, days))


def todo(runner: Runner, first: date, last: date) -> tuple[date, ...]:
    """The days of a range that arXiv can have announced and that we do not have, oldest first.

    A day from a source without counts is asked for again while a better source still reaches it. Raises SourceError
    when no source reaches any of them.
    """
    last = min(last, arxiv.newest_mailing(runner.today))
    lines = runner.doors.store.lines(first, last) if first <= last else {}
    reaches = [archive.REACH for _, archive in runner.gatherer.past]
    counted = max(filter(None, reaches), default=timedelta(0))
    furthest = timedelta.max if None in reaches else counted

    def worth_it(day: date) -> bool:
        provisional = day in lines and lines[day].state is State.PROVISIONAL
        return runner.today - day <= (counted if provisional else furthest)

    due = ledger.due(lines, first, last)
    found = tuple(filter(worth_it, due))
    beyond = [day for day in due if day not in found and day not in lines]
    if beyond:
        message = f"{len(beyond)} days up to {beyond[-1]} lie further back than any of `past_sources` reaches"
        if not found:
            raise SourceError(message)
        runner.doors.say(message)
    return found


def _filled(runner: Runner, days: tuple[date, ...]) -> Iterator[DayOutcome]:
    started = time.monotonic()
    for number, day in enumerate(days, start=1):
        done = runner.settle(day)
        yield done
        left = len(days) - number
        spent = (time.monotonic() - started) / number
        runner.doors.say(f"[{number}/{len(days)}] {done.day}: {_brief(done)}{_estimate(left, spent)}")
        if left and runner.gatherer.exhausted(days[number], runner.today):
            runner.doors.say(f"the sources cannot be reached; {left} days are left, run the same command later")
            return


def _brief(done: DayOutcome) -> str:
    return "could not be read" if done.outcome == FAILED else done.detail.rstrip(".")


def _pauses(config: Config) -> float:
    """Seconds a day by politeness alone, with one page a category."""
    gap = PAGE_GAP if config.request_interval is None else config.request_interval
    return gap * len(config.asked)


def _estimate(days: int, seconds: float) -> str:
    total = days * seconds
    return "" if not days else f"; about {total / 60:.0f} min left" if total > 90 else f"; about {total:.0f} s left"  # noqa: PLR2004
