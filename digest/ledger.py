"""The ledger of announcement days: a line a day, what is known of it, and which days a run has to fill. Pure.

    day         state      source   announced  matched  tries  reason
    2031-07-07  published  listing  55         3        0
    2031-07-08  open                0          0        2      listing: the server answered 503

Two lines of one day (git joins the lines of two runs) are one: the one that knows more. Days without a line are
expected when arXiv's calendar has a mailing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from datetime import date, timedelta

from digest import arxiv, text
from digest.models import DayLine, State

COLUMNS = tuple(field.name for field in fields(DayLine))
HEAD = "\t".join(COLUMNS) + "\n"
MAX_REASON = 300
SETTLED = frozenset({State.PUBLISHED, State.EMPTY})
CONFIRMATIONS = 3  # how often a provisional day is asked for again
SHOWN = frozenset({State.PUBLISHED, State.PROVISIONAL})  # they have a page

Lines = Mapping[date, DayLine]


def read(source: str) -> dict[date, DayLine]:
    """The lines of a ledger's text by day. Raises ValueError that names the line which cannot be read."""
    lines: dict[date, DayLine] = {}
    for number, row in enumerate(source.splitlines(), start=1):
        if f"{row}\n" != HEAD:
            line = _line(row, number)
            lines[line.day] = joined(lines.get(line.day, line), line)
    return lines


def _line(row: str, number: int) -> DayLine:
    try:
        day, state, source, announced, matched, tries, reason = row.split("\t")
        counts = int(announced), int(matched), int(tries)
        return DayLine(date.fromisoformat(day), State(state), source, *counts, reason=reason)
    except ValueError as error:
        raise ValueError(f"line {number} is not a line of the ledger") from error


def written(lines: Iterable[DayLine]) -> str:
    """The text of a ledger, oldest day first."""
    rows = ("\t".join(_cell(getattr(line, name)) for name in COLUMNS) for line in sorted(lines, key=_day))
    return HEAD + "".join(f"{row}\n" for row in rows)


def _cell(value: object) -> str:
    return text.clean(str(value))[:MAX_REASON].strip()


def _day(line: DayLine) -> date:
    return line.day


def joined(one: DayLine, other: DayLine) -> DayLine:
    """Of two lines of one day the one that knows more; the order in which lines are joined does not matter."""
    return max(one, other, key=_rank)


def _rank(line: DayLine) -> tuple[object, ...]:
    rank = list(State).index(line.state)
    return rank, line.tries, line.announced, line.matched, line.source, line.reason


def state(lines: Lines, day: date) -> State:
    """What is known of a day."""
    return lines[day].state if day in lines else State.EXPECTED if arxiv.announces(day) else State.EMPTY


def days(first: date, last: date) -> Iterator[date]:
    """The dates from first to last that a mailing can carry."""
    each = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return filter(arxiv.possible, each)


def due(lines: Lines, first: date, last: date) -> tuple[date, ...]:
    """The days of a range that are to be asked for, oldest first.

    That are all that arXiv can have announced and that are not settled. Known holidays are among them: the calendar
    may be wrong, and one question settles them.
    """
    return tuple(day for day in days(first, last) if day not in lines or not settled(lines[day]))


def settled(line: DayLine) -> bool:
    """Whether there is nothing more to ask: known for sure, or asked often enough for a confirmation.

    What was empty on the day itself is asked once more when it is past: both witnesses may have been stale.
    """
    enough = {State.PUBLISHED: 0, State.EMPTY: 1, State.PROVISIONAL: CONFIRMATIONS}
    return line.state in enough and line.tries >= enough[line.state]


def failed(line: DayLine | None, day: date, reason: str, *, tried: bool = True) -> DayLine:
    """The line of a day that could not be had; one that is published already keeps its page and its line.

    Without `tried` it was just not there yet, which is no try.
    """
    if line is not None and line.state in SHOWN | SETTLED:
        return line
    return DayLine(day, State.OPEN, tries=(line.tries if line else 0) + tried, reason=_cell(reason))


def silent(lines: Lines, first: date, last: date) -> tuple[date, ...]:
    """The days at the end of a range on which arXiv's calendar has a mailing and we have nothing."""
    known = [day for day, line in lines.items() if line.state in SHOWN | SETTLED and day <= last]
    start = max(known) + timedelta(days=1) if known else first
    return tuple(day for day in days(max(first, start), last) if arxiv.announces(day))
