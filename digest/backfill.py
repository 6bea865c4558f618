"""Past days, as many as you like: asked for one by one, oldest first, each written before the next is asked for.

What is there already is left alone, so that the same command goes on where it was stopped.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date, timedelta

from digest import arxiv, ledger
from digest.doors import Doors
from digest.models import State
from digest.options import Config
from digest.outcome import FAILED, DayOutcome, Result, journalled
from digest.pipeline import Runner
from digest.web import PAGE_GAP

PATIENCE = 2  # days in a row that no source could give, after which going on would only disturb


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

    A day from a source without counts is asked for again while a better source still reaches it.
    """
    last = min(last, arxiv.newest_mailing(runner.today))
    lines = runner.doors.store.lines(first, last) if first <= last else {}
    reaches = [archive.REACH for _, archive in runner.gatherer.past if archive.REACH is not None]
    reach = max(reaches, default=timedelta(0))

    def settled(day: date) -> bool:
        provisional = day in lines and lines[day].state is State.PROVISIONAL
        return provisional and runner.today - day > reach

    return tuple(day for day in ledger.due(lines, first, last) if not settled(day))


def _filled(runner: Runner, days: tuple[date, ...]) -> Iterator[DayOutcome]:
    started, failures = time.monotonic(), 0
    for number, day in enumerate(days, start=1):
        done = runner.settle(day)
        failures = failures + 1 if done.outcome == FAILED else 0
        yield done
        left = len(days) - number
        spent = (time.monotonic() - started) / number
        what = done.detail.partition(":")[0].rstrip(".")
        runner.doors.say(f"[{number}/{len(days)}] {done.day}: {what}{_estimate(left, spent)}")
        if failures >= PATIENCE and left:
            runner.doors.say(f"{failures} days in a row could not be read; {left} are left, run the same command later")
            return


def _pauses(config: Config) -> float:
    """Seconds a day by politeness alone, with one page a category."""
    gap = PAGE_GAP if config.request_interval is None else config.request_interval
    return gap * len(config.asked)


def _estimate(days: int, seconds: float) -> str:
    total = days * seconds
    return "" if not days else f"; about {total / 60:.0f} min left" if total > 90 else f"; about {total:.0f} s left"  # noqa: PLR2004
