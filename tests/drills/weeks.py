"""Weeks in which things go wrong by draw: at the end every day is there, once, as if nothing had happened.

`python -m tests.drills.weeks 1 2 3` plays the weeks of these seeds, `--days 365` a year of each; exit 1 when a day was
lost, doubled, or has other papers than without faults.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import NamedTuple

from digest.arxiv import NEW_YORK
from digest.models import State
from tests.drills import faults
from tests.drills.arxiv import ArXiv, Spoil, simulated
from tests.drills.mailings import MONDAY, Mailings, mailings, noon, weekdays
from tests.drills.stage import KINDS, Stage

CRONS = ((-1, time(20, 43)), (0, time(1, 17)))  # the workflow's: days from the mailing's own day, New York's time
DAYS = 10

# What a draw may do to the sources during a run, and how often (in a hundred).
SPOILT: tuple[tuple[str, int, dict[str, Spoil]], ...] = (
    ("well", 45, {}),
    ("listing down", 8, {"listing": faults.down}),
    ("feed down", 5, {"rss": faults.down}),
    ("listing and feed down", 8, {"listing": faults.down, "rss": faults.down}),
    ("all down", 6, dict.fromkeys(("listing", "rss", "catchup", "api", "oai"), faults.down)),
    ("listing of yesterday", 6, {"listing": faults.yesterday}),
    ("a feed of yesterday's under today's date", 6, {"listing": faults.down, "rss": faults.redated}),
    ("half a listing", 5, {"listing": faults.half}),
    ("half a feed", 5, {"listing": faults.down, "rss": faults.half}),
    ("past pages down", 6, {"catchup": faults.down}),
)


class Event(NamedTuple):
    """A run that takes place: when, what is wrong then, and whether another one starts at the same time."""

    moment: datetime
    trouble: str
    spoilt: dict[str, Spoil]
    twice: bool

    def __str__(self) -> str:
        return f"{self.moment:%a %d %H:%M} {self.trouble}{' (two at once)' if self.twice else ''}"


@dataclass(frozen=True)
class Pattern:
    """What one seed draws."""

    days: tuple[date, ...]
    mailings: Mailings
    skipped: date
    events: tuple[Event, ...]

    @property
    def end(self) -> datetime:
        """When the last run takes place, without faults."""
        return noon(self.days[-1])


def drawn(seed: int, count: int = DAYS) -> Pattern:
    """The pattern of a seed: a mailing and its two runs for each day, a holiday nobody knew of, a quiet day."""
    draw = random.Random(seed)  # noqa: S311 - a drawing of lots, no secret
    days = weekdays(MONDAY, count + 1)
    # Not the last day: that there is no mailing today can only be told tomorrow.
    holiday, quiet, skipped = draw.sample(days[2:-1], 3)
    events: list[Event] = []
    for day in days[1:]:
        for offset, hour in CRONS:
            if day != skipped and draw.random() >= 0.2:  # a fifth of the crons never comes
                late = timedelta(minutes=draw.choice((0, 0, 4, 35, 190, 400)))
                moment = datetime.combine(day + timedelta(days=offset), hour, NEW_YORK) + late
                (name, _, spoilt), *_ = draw.choices(SPOILT, [weight for _, weight, _ in SPOILT])
                events.append(Event(moment, name, spoilt, draw.random() < 0.12))
    made = mailings(days, holidays=(holiday,), quiet=(quiet,))
    return Pattern(tuple(days), made, skipped, tuple(sorted(events, key=lambda event: event.moment)))


def played(pattern: Pattern, stage: Stage) -> list[str]:
    """Goes through the weeks; what went wrong beyond what the faults explain."""
    stage.at(noon(pattern.days[0]))
    wrong: list[str] = []
    for event in pattern.events:
        stage.server.faults = dict(event.spoilt)
        codes = _twice(stage, event) if event.twice else [stage.at(event.moment)[::2]]
        wrong += [f"{event}: exit {code}, {err[-300:]}" for code, err in codes if code not in {0, 3, 4}]
        wrong += [f"{event}: a traceback" for _, err in codes if "Traceback" in err]
    stage.server.faults = {}
    last = stage.at(pattern.end)
    return wrong + ([f"the last run: exit {last.code}, {last.err[-300:]}"] if last.code else [])


def _twice(stage: Stage, event: Event) -> list[tuple[int, str]]:
    """Two processes at once in one folder."""
    running = [stage.start(event.moment) for _ in range(2)]
    texts = [process.communicate(timeout=120)[1] for process in running]
    return [(process.returncode, text) for process, text in zip(running, texts, strict=True)]


def undisturbed(pattern: Pattern, stage: Stage) -> None:
    """The same weeks with a run a day and no faults."""
    for day in pattern.days:
        stage.at(noon(day))


def judged(pattern: Pattern, stage: Stage, calm: Stage) -> list[str]:
    """What the weeks with faults lack, or have too much, against those without."""
    ours, theirs, lines = stage.picked(), calm.picked(), stage.lines()
    full = {day for day in pattern.days if pattern.mailings.get(day)}
    wrong = [
        f"{day}: {_difference(ours.get(day), theirs.get(day))}" for day in full if ours.get(day) != theirs.get(day)
    ]
    wrong += [f"{day}: a page, but no mailing" for day in sorted(stage.pages() - full)]
    wrong += [f"{day}: no page" for day in sorted(full - stage.pages())]
    for day in sorted(set(pattern.days) - full):
        if day not in lines or lines[day].state is not State.EMPTY:
            wrong.append(f"{day}: not empty in the ledger, but {lines.get(day)}")
    return sorted(wrong)


def _difference(ours: list[tuple[str, str]] | None, theirs: list[tuple[str, str]] | None) -> str:
    if ours is None or theirs is None:
        return f"{'not' if ours is None else 'only'} published with faults"
    missing, more = set(theirs) - set(ours), set(ours) - set(theirs)
    return f"missing {sorted(missing)}, too much {sorted(more)}"


def play(seed: int, folder: Path, count: int = DAYS) -> tuple[Pattern, list[str]]:
    """The weeks of a seed, with and without faults, and what differs."""
    pattern = drawn(seed, count)
    with simulated(pattern.mailings) as server:
        stages = [_opened(folder / f"{seed}-{name}", server) for name in ("faults", "calm")]
        wrong = played(pattern, stages[0])
        undisturbed(pattern, stages[1])
        return pattern, wrong + judged(pattern, *stages)


def _opened(root: Path, server: ArXiv) -> Stage:
    stage = Stage(root, server)
    root.mkdir(parents=True)
    stage.configure(KINDS)
    return stage


def main(arguments: Sequence[str] | None = None) -> int:
    """Plays seeds and prints their patterns."""
    parser = argparse.ArgumentParser("python -m tests.drills.weeks", description=__doc__)
    parser.add_argument("seeds", nargs="*", type=int, default=list(range(1, 11)), metavar="SEED")
    parser.add_argument("--days", type=int, default=None, metavar="N", help=f"how many calendar days ({DAYS} weekdays)")
    options = parser.parse_args(arguments)
    count = DAYS if options.days is None else options.days * 5 // 7
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        for seed in options.seeds:
            pattern, wrong = play(seed, Path(folder), count)
            print(f"seed {seed}: {len(pattern.events)} runs, {pattern.skipped} skipped, {len(wrong)} differences")
            if count == DAYS or wrong:
                print("".join(f"  {event}\n" for event in pattern.events), end="")
            print("".join(f"  WRONG {line}\n" for line in wrong), end="", flush=True)
            failed |= bool(wrong)
    return failed


if __name__ == "__main__":
    sys.exit(main())
