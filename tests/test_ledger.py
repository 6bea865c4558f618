"""The ledger's lines: written and read, two of one day, which days are due."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from digest import arxiv, holidays, ledger
from digest.models import DayLine, State

MONDAY = date(2031, 7, 7)
TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = (MONDAY + timedelta(days=n) for n in range(1, 5))


def test_written_and_read() -> None:
    """Oldest first, tabs and line ends of a reason cannot break a line, long reasons are cut."""
    lines = [DayLine(TUESDAY, State.OPEN, tries=2, reason="a\tb\nc" + "x" * 500), DayLine(MONDAY, State.EMPTY, "oai")]
    text = ledger.written(lines)
    assert text.splitlines()[:2] == ["\t".join(ledger.COLUMNS), "2031-07-07\tempty\toai\t0\t0\t0\t"]
    read = ledger.read(text)
    assert read[MONDAY] == lines[1]
    assert read[TUESDAY].reason.startswith("a b c" + "x" * 200)
    assert ledger.written(read.values()) == text


@pytest.mark.parametrize(
    "row", ["", "x", "2031-07-07\tdone\t\t0\t0\t0\t", "2031-13-07\topen\t\t0\t0\t0\t", "2031-07-07\topen\t\t\t0\t0\t"]
)
def test_a_line_that_cannot_be_read_is_named(row: str) -> None:
    """The number of the line is in the error; nothing is guessed."""
    with pytest.raises(ValueError, match="line 2"):
        ledger.read(f"{ledger.HEAD}{row}\n")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (DayLine(MONDAY, State.PUBLISHED, "listing", 5, 1), DayLine(MONDAY, State.OPEN, tries=9, reason="down")),
        (DayLine(MONDAY, State.PUBLISHED, "listing", 5, 1), DayLine(MONDAY, State.PROVISIONAL, "rss", 6, 2)),
        (DayLine(MONDAY, State.PROVISIONAL, "rss", 5, 1), DayLine(MONDAY, State.EMPTY)),
        (DayLine(MONDAY, State.EMPTY), DayLine(MONDAY, State.OPEN, tries=1)),
        (DayLine(MONDAY, State.OPEN, tries=2), DayLine(MONDAY, State.OPEN, tries=1)),
    ],
)
def test_the_line_that_knows_more_counts(one: DayLine, other: DayLine) -> None:
    """Whichever of two runs wrote it first."""
    assert ledger.joined(one, other) == ledger.joined(other, one) == one


def test_what_is_due() -> None:
    """Everything from Monday to Friday that is not settled, oldest first."""
    lines = {
        MONDAY: DayLine(MONDAY, State.PUBLISHED), TUESDAY: DayLine(TUESDAY, State.OPEN, tries=1),
        WEDNESDAY: DayLine(WEDNESDAY, State.EMPTY, tries=1), THURSDAY: DayLine(THURSDAY, State.PROVISIONAL),
    }  # fmt: skip
    last = FRIDAY + timedelta(days=2)
    assert ledger.due(lines, MONDAY, last) == (TUESDAY, THURSDAY, FRIDAY)
    assert ledger.due(lines, FRIDAY, TUESDAY) == ()
    unconfirmed = lines | {WEDNESDAY: DayLine(WEDNESDAY, State.EMPTY)}
    assert WEDNESDAY in ledger.due(unconfirmed, MONDAY, last)


def test_a_published_day_does_not_open_again() -> None:
    """A failed second look at a provisional day leaves its line; a failed first one counts its tries."""
    provisional = DayLine(MONDAY, State.PROVISIONAL, "rss", 5, 1)
    assert ledger.failed(provisional, MONDAY, "down") == provisional
    once = ledger.failed(None, MONDAY, "down")
    assert (once.tries, ledger.failed(once, MONDAY, "later").tries) == (1, 2)
    assert ledger.failed(once, MONDAY, "later").reason == "later"


def test_silence() -> None:
    """The expected days since the last one that is done; weekends and known holidays are no silence."""
    lines = {TUESDAY: DayLine(TUESDAY, State.PUBLISHED), THURSDAY: DayLine(THURSDAY, State.OPEN, tries=1)}
    monday = MONDAY + timedelta(days=7)
    assert ledger.silent(lines, MONDAY, monday) == (WEDNESDAY, THURSDAY, FRIDAY, monday)
    assert ledger.silent({}, FRIDAY, monday) == (FRIDAY, monday)
    assert ledger.silent(lines | {monday: DayLine(monday, State.EMPTY)}, MONDAY, monday) == ()


def test_holidays_are_data() -> None:
    """An evening without a mailing is a missing date the day after: Thanksgiving 2026 is on Thursday, 26 November."""
    friday = date(2026, 11, 27)
    assert holidays.missing()[friday] == "Thanksgiving"
    assert (arxiv.possible(friday), arxiv.announces(friday), arxiv.why_silent(friday)) == (True, False, "Thanksgiving")
    assert arxiv.newest_expected(friday) == date(2026, 11, 26)
    assert ledger.state({}, friday) is State.EMPTY
    assert ledger.due({}, friday, friday) == (friday,), "asked all the same: the list may be wrong"


def test_every_year_of_the_list_is_whole() -> None:
    """A date once, in order, with a reason."""
    days = list(holidays.missing())
    assert days == sorted(set(days))
    assert all(holidays.missing().values())
