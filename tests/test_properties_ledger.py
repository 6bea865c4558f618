"""The ledger: lines of two runs make one truth, whatever their order; what is written comes back; settled days rest."""

from __future__ import annotations

from datetime import date, timedelta
from functools import reduce
from itertools import permutations

from hypothesis import example, given
from hypothesis import strategies as st

from digest import arxiv, ledger
from digest.models import DayLine, State
from tests.strategies import LINES, examples

FIRST = date(2031, 7, 1)
DAYS = st.dates(FIRST, FIRST + timedelta(days=20))
FEW = st.integers(0, 2)  # so that lines agree in some columns
WORDS = st.sampled_from(["", "rss", "listing", "503"])
STORED = st.builds(DayLine, DAYS, st.sampled_from(State), WORDS, FEW, FEW, FEW, WORDS)
LEDGERS = st.dictionaries(DAYS, STORED).map(lambda lines: {line.day: line for line in lines.values()})


def of_one_day(count: int) -> st.SearchStrategy[list[DayLine]]:
    """Lines of one day, as two or more runs may have written them."""
    line = st.builds(DayLine, st.just(FIRST), st.sampled_from(State), WORDS, FEW, FEW, FEW, WORDS)
    return st.lists(line, min_size=count, max_size=count)


@given(of_one_day(3))
@examples(200)
def test_joining_lines_has_no_order(lines: list[DayLine]) -> None:
    """Lines of one day join into the same one in whatever order and however often; it is one of them."""
    joined = {reduce(ledger.joined, order) for order in permutations(lines)}
    one, other, third = lines
    joined.add(ledger.joined(one, ledger.joined(other, third)))
    joined.add(reduce(ledger.joined, [*lines, *lines]))
    assert len(joined) == 1
    assert joined <= set(lines)
    assert ledger.joined(one, one) == one


@given(of_one_day(2))
@examples(100)
def test_joining_forgets_no_state(lines: list[DayLine]) -> None:
    """A day that one run has published is published, whatever the other run knew."""
    order = list(State)
    known = max(order.index(line.state) for line in lines)
    assert order.index(ledger.joined(*lines).state) == known


@given(LEDGERS)
@examples(100)
def test_what_is_written_is_read(lines: dict[date, DayLine]) -> None:
    """A ledger comes back whole and in the order of its days; written again it is the same text."""
    written = ledger.written(lines.values())
    read = ledger.read(written)
    assert read == lines
    assert list(read) == sorted(lines)
    assert ledger.written(read.values()) == written


@given(st.builds(DayLine, DAYS, st.sampled_from(State), LINES, FEW, FEW, FEW, st.text(max_size=400)))
@example(DayLine(FIRST, State.OPEN, reason="a\tb\nc\rd\x0be\x1cf\u2028g\x85h"))
@example(DayLine(FIRST, State.OPEN, reason="x" * 299 + " y"))
@examples(150)
def test_no_text_of_a_line_breaks_the_file(line: DayLine) -> None:
    """Whatever a server said, a reason with tabs and ends of lines too: one line is written, and one is read."""
    read = ledger.read(ledger.written([line]))
    assert [(each.day, each.state, each.tries) for each in read.values()] == [(line.day, line.state, line.tries)]
    assert ledger.read(ledger.written(read.values())) == read


@given(LEDGERS, LEDGERS, st.data())
@examples(100)
def test_joined_files_are_joined_ledgers(
    mine: dict[date, DayLine], theirs: dict[date, DayLine], data: st.DataObject
) -> None:
    """Two runs' files put into one, as git's union does, line by line in any order, are what both runs know."""
    rows = [*ledger.written(mine.values()).splitlines(), *ledger.written(theirs.values()).splitlines()]
    read = ledger.read("\n".join(data.draw(st.permutations(rows))))
    assert read.keys() == mine.keys() | theirs.keys()
    for day, line in read.items():
        assert line == ledger.joined(mine.get(day, theirs.get(day, line)), theirs.get(day, mine.get(day, line)))


ROWS = st.lists(st.sampled_from(["2031-07-08", "open", "published", "rss", "", "0", "-1", "9" * 5000, "x"]), max_size=8)


@given(st.text(max_size=60) | st.lists(ROWS.map("\t".join)).map("\n".join))
@examples(200)
def test_any_text_is_a_ledger_or_refused(source: str) -> None:
    """A text that is no ledger is a ValueError that names the line; one that is read can be written."""
    try:
        lines = ledger.read(source)
    except ValueError as refused:
        assert str(refused).startswith("line ")  # noqa: PT017 - most texts are refused, a few are read
        return
    assert ledger.read(ledger.written(lines.values())).keys() == lines.keys()


@given(LEDGERS, DAYS, DAYS)
@examples(200)
def test_due_days(lines: dict[date, DayLine], first: date, last: date) -> None:
    """Due are the days of the window that arXiv can have announced and that are not settled; each once, in order."""
    due = ledger.due(lines, first, last)
    assert list(due) == sorted(set(due))
    window = {first + timedelta(days=n) for n in range((last - first).days + 1)}
    settled = {day for day, line in lines.items() if ledger.settled(line)}
    assert all(lines[day].state in {State.PUBLISHED, State.EMPTY, State.PROVISIONAL} for day in settled)
    assert set(due) == {day for day in window if day.weekday() < 5} - settled


@given(LEDGERS, DAYS, DAYS)
@examples(100)
def test_silent_days_are_the_end_of_the_due_ones(lines: dict[date, DayLine], first: date, last: date) -> None:
    """Days of silence follow the last day of which something is known, and are due."""
    silent = ledger.silent(lines, first, last)
    assert set(silent) <= set(ledger.due(lines, first, last))
    assert all(arxiv.announces(day) for day in silent)
    assert all(lines[day].state in {State.OPEN, State.EXPECTED} for day in silent if day in lines)


@given(of_one_day(1), st.lists(st.text(max_size=20), max_size=4))
@examples(100)
def test_failures_are_counted_and_take_nothing_away(lines: list[DayLine], reasons: list[str]) -> None:
    """A day that was never had counts its tries; what is known of a day outlives any number of failures."""
    line = lines[0]
    for reason in reasons:
        line = ledger.failed(line, FIRST, reason)
    if lines[0].state is State.OPEN:
        assert (line.state, line.tries) == (State.OPEN, lines[0].tries + len(reasons))
    elif lines[0].state is not State.EXPECTED:
        assert line == lines[0]
