"""Laws of what is believed of a day: each of these is one line of the program that no other test would miss."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from digest import arxiv, holidays
from digest import ledger as rule
from digest.models import DayLine, State
from tests.fakes import oai
from tests.fakes.oai import Repository
from tests.fakes.pages import FakePaper, catchup_page
from tests.fakes.server import Reply, serving
from tests.september import record
from tests.world import CATEGORIES, DOWN, FRIDAY, NAMES, THURSDAY, TUESDAY, WEDNESDAY, World, noon, paper

NEXT_MONDAY, NEXT_TUESDAY = (TUESDAY + timedelta(days=n) for n in (6, 7))
EVENING = f"{WEDNESDAY}T00:43:00Z"  # Tuesday, 20:43 in New York
CROSS = ("cs.CL", "eess.AS")


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """Tuesday is published."""
    monkeypatch.setenv("DIGEST_NOW", noon(TUESDAY))
    with serving() as server:
        made = World(tmp_path, server)
        made.configure()
        made.announce(TUESDAY, [paper(8)])
        assert made.run() == 0
        server.requests.clear()
        yield made


@pytest.fixture
def _holiday(monkeypatch: pytest.MonkeyPatch) -> None:
    """Our calendar says that Wednesday has no mailing."""
    monkeypatch.setattr(holidays, "missing", lambda: {WEDNESDAY: "Invented Day"})


def states(world: World) -> dict[str, str]:
    """Each day's state."""
    rows = world.text("state/ledger/2031.tsv").splitlines()[1:]
    return {row.split("\t")[0][-2:]: row.split("\t")[1] for row in rows}


def page(world: World, day: date) -> str:
    """A day's page."""
    return world.text(f"digests/2031/07/{day}.md")


def fails(world: World, *days: date) -> None:
    """Past days whose pages answer 503."""
    world.server.answers |= {f"/catchup/{code}/{day}": DOWN for code in CATEGORIES for day in days}


# --- a known holiday: a wrong line of the calendar costs a request, never a day ---


@pytest.mark.usefixtures("_holiday")
def test_a_wrong_holiday_on_the_day_itself(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that still shows the day before settles no holiday: an hour later its mailing is there, and is read."""
    monkeypatch.setenv("DIGEST_NOW", noon(WEDNESDAY))
    assert world.run() == 0
    assert states(world) == {"08": "published"}
    world.announce(WEDNESDAY, [paper(9)])
    assert world.run() == 0
    assert states(world) == {"08": "published", "09": "published"}


@pytest.mark.usefixtures("_holiday")
def test_a_wrong_holiday_that_is_past(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The word of a source without counts settles none either; arXiv's page of that day does, when it can be had."""
    oai.serve(world.server, Repository([record(10, THURSDAY)], now=noon(THURSDAY)))
    world.announce(THURSDAY, [paper(10)])
    fails(world, WEDNESDAY)
    monkeypatch.setenv("DIGEST_NOW", noon(THURSDAY))
    assert world.run() == 0
    assert "Nothing was announced for Wednesday, 2031-07-09: Invented Day" in capsys.readouterr().out
    assert states(world) == {"08": "published", "10": "published"}
    world.remember(WEDNESDAY, [paper(9)])
    assert world.run() == 0
    assert "3107.00009" in page(world, WEDNESDAY)


@pytest.mark.usefixtures("_holiday")
def test_a_right_holiday_is_asked_for_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """arXiv's own page of the day settles it: the next run asks nothing."""
    world.remember(WEDNESDAY, [])
    world.announce(THURSDAY, [paper(10)])
    monkeypatch.setenv("DIGEST_NOW", noon(THURSDAY))
    world.run()
    assert states(world)["09"] == "empty"
    world.server.requests.clear()
    assert world.run() == 0
    assert world.server.requests == []


@pytest.mark.usefixtures("_holiday")
def test_the_evening_before_a_known_holiday(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """At 20:43 the newest day is tomorrow whatever the calendar says: the page that shows it is read that evening."""
    world.announce(WEDNESDAY, [paper(9)])
    monkeypatch.setenv("DIGEST_NOW", EVENING)
    assert arxiv.expected_day(datetime.fromisoformat(EVENING)) == WEDNESDAY
    assert world.run() == 0
    assert "3107.00009" in page(world, WEDNESDAY)
    assert "事后补录" not in page(world, WEDNESDAY)


# --- a source of past days that fails twice in a row ---


def missed(world: World, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A run on the Tuesday after, for four missed days: those that the catch-up pages were asked for."""
    world.announce(NEXT_TUESDAY, [paper(15)])
    monkeypatch.setenv("DIGEST_NOW", noon(NEXT_TUESDAY))
    world.run()
    asked = (path.partition("?")[0][-2:] for path in world.server.paths if "/catchup/" in path)
    return list(dict.fromkeys(map(int, asked)))


@pytest.fixture
def week(world: World) -> World:
    """arXiv remembers the four days after Tuesday."""
    for day in (WEDNESDAY, THURSDAY, FRIDAY, NEXT_MONDAY):
        world.remember(day, [paper(day.day)])
    return world


def test_two_failures_in_a_row(week: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not asked again in that run; the next run asks it again."""
    fails(week, WEDNESDAY, THURSDAY)
    assert missed(week, monkeypatch) == [9, 10]
    assert [day for day, state in states(week).items() if state == "open"] == ["09", "10", "11", "14"]
    week.remember(WEDNESDAY, [paper(9)])
    week.remember(THURSDAY, [paper(10)])
    week.server.requests.clear()
    assert missed(week, monkeypatch) == [9, 10, 11, 14]
    assert set(states(week).values()) == {"published"}


def test_a_success_between_two_failures(week: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A failure, a success, a failure: it is still asked."""
    fails(week, WEDNESDAY, FRIDAY)
    assert missed(week, monkeypatch) == [9, 10, 11, 14]
    assert states(week) == {
        "08": "published", "09": "open", "10": "published", "11": "open", "14": "published", "15": "published",
    }  # fmt: skip


def test_a_days_own_defect_is_no_failure(week: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three days whose pages disagree with their own counts stay open alone: the fourth is asked for and read."""
    for day in (WEDNESDAY, THURSDAY, FRIDAY):
        body = catchup_page("eess.AS", day, [paper(day.day)], names=NAMES)
        assert body.count(b"Total of 1 entries") == 2
        short = Reply(body.replace(b"Total of 1 entries", b"Total of 2 entries"))
        week.server.answers[f"/catchup/eess.AS/{day}"] = short
    assert missed(week, monkeypatch) == [9, 10, 11, 14]
    assert [day for day, state in states(week).items() if state == "open"] == ["09", "10", "11"]
    assert "2 papers announced, 1 on the pages" in week.text("state/ledger/2031.tsv")


# --- emptiness ---


def test_two_witnesses_do_not_empty_a_stored_day(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A day of which we have papers, none of them new, stays when page and feed both show nothing any more."""
    world.announce(WEDNESDAY, [paper(9, kind="cross", categories=CROSS)])
    monkeypatch.setenv("DIGEST_NOW", noon(WEDNESDAY))
    world.run()
    before = page(world, WEDNESDAY)
    world.configure("include: [speech, codec]\n")
    world.announce(WEDNESDAY, [])
    assert world.run() == 3
    assert "kept as it was" in capsys.readouterr().err
    assert states(world)["09"] == "published"
    assert page(world, WEDNESDAY) == before


def test_an_empty_day_that_fails_is_still_empty(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second look at an empty day that cannot be had leaves its line, and is had by the next run."""
    world.announce(WEDNESDAY, [])
    monkeypatch.setenv("DIGEST_NOW", noon(WEDNESDAY))
    world.run()
    world.announce(THURSDAY, [paper(10)])
    fails(world, WEDNESDAY)
    monkeypatch.setenv("DIGEST_NOW", noon(THURSDAY))
    assert world.run() == 4
    assert states(world) == {"08": "published", "09": "empty", "10": "published"}
    world.remember(WEDNESDAY, [paper(9)])
    assert world.run() == 0
    assert "3107.00009" in page(world, WEDNESDAY)


@pytest.mark.parametrize("state", State)
def test_what_a_failure_opens(state: State) -> None:
    """Only a day that nothing is known of; one that is published, provisional or empty keeps its line as it is."""
    line = DayLine(TUESDAY, state, "listing", 5, 1, tries=1)
    kept = state in {State.PUBLISHED, State.PROVISIONAL, State.EMPTY}
    for tried in (True, False):
        opened = DayLine(TUESDAY, State.OPEN, tries=1 + tried, reason="down")
        assert rule.failed(line, TUESDAY, "down", tried=tried) == (line if kept else opened)


def test_a_mailing_that_came_after_all(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A day settled as empty whose entries arXiv's page shows later is read in the run that sees them."""
    world.remember(WEDNESDAY, [])
    monkeypatch.setenv("DIGEST_NOW", noon(THURSDAY))
    assert world.run() == 0
    assert "2031-07-09\tempty\tcatchup\t0\t0\t1" in world.text("state/ledger/2031.tsv")
    world.announce(WEDNESDAY, [paper(9)])
    assert world.run() == 0
    assert states(world) == {"08": "published", "09": "published", "10": "open"}
    assert "3107.00009" in page(world, WEDNESDAY)


# --- a clock that cannot be right ---


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        ("2031-07-07", {"08": "published", "21": "open"}),  # older than what we have: a cached page
        ("2031-07-08", {"08": "published"}),  # what we have: the clock is wrong, and nothing is to be done
        ("2031-07-09", {"08": "published", "09": "published"}),  # the page is right
        ("2031-07-14", {"08": "published", "21": "open"}),  # a week: arXiv may have paused
    ],
)
def test_the_clock_or_the_page(
    world: World, monkeypatch: pytest.MonkeyPatch, shown: str, expected: dict[str, str]
) -> None:
    """On what the clock calls 21 July, arXiv's page wins if it is more than a week old and not older than ours."""
    world.configure("include: [speech]\ncatch_up: 0d\n")
    day = date.fromisoformat(shown)
    world.announce(day, [paper(day.day)])
    monkeypatch.setenv("DIGEST_NOW", "2031-07-21T16:00:00Z")
    assert world.run() == 0
    assert states(world) == expected
    pages = {Path(path).stem[-2:] for path in world.files("digests/2031/07")} - {"ME"}
    assert pages == {day for day, state in expected.items() if state == "published"}


# --- two sources, one day ---


def read(world: World, papers: Sequence[FakePaper], *, listing: bool) -> str:
    """Wednesday's page after a run in which arXiv has these papers."""
    world.announce(WEDNESDAY, papers, listing=listing)
    assert world.run() == 0
    return page(world, WEDNESDAY)


def test_new_filters_win_over_a_better_source(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who has edited the filters sees what they do, though only the feed can be had; with the same ones it is kept."""
    monkeypatch.setenv("DIGEST_NOW", noon(WEDNESDAY))
    papers = [paper(9), paper(10, "Invented codec")]
    assert 'id="3107.00009"' in read(world, papers, listing=True)
    world.configure("include: [codec]\n")
    changed = read(world, papers, listing=False)
    assert ('id="3107.00009"' in changed, 'id="3107.00010"' in changed) == (False, True)
    assert states(world)["09"] == "provisional"


def test_the_same_source_replaces_its_own_word(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A feed's day, asked for again while only the feed can be had, has what the feed has now."""
    monkeypatch.setenv("DIGEST_NOW", noon(WEDNESDAY))
    assert 'id="3107.00010"' not in read(world, [paper(9)], listing=False)
    assert 'id="3107.00010"' in read(world, [paper(9), paper(10)], listing=False)
    assert states(world)["09"] == "provisional"
