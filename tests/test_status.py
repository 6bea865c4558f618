"""`status`: the days as a calendar, what is open and why, what to do; the alarm's rule and words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from digest import alarm, status
from digest.models import DayLine, State
from tests.fakes.github import REPOSITORY, TOKEN, FakeGitHub, github
from tests.fakes.server import serving
from tests.world import TUESDAY, World, paper

MONDAY = date(2031, 7, 7)
NOW = datetime(2031, 7, 18, 16, tzinfo=UTC)  # Friday of the second week
FRIDAY = NOW.date()


def lines(**states: State) -> dict[date, DayLine]:
    """Days of July by name: d08=State.OPEN."""
    days = {date(2031, 7, int(name[1:])): state for name, state in states.items()}
    return {day: DayLine(day, state, tries=2, reason="catchup: 503") for day, state in days.items()}


KNOWN = lines(d08=State.PUBLISHED, d09=State.PROVISIONAL, d10=State.EMPTY, d11=State.OPEN, d14=State.PUBLISHED)


def test_the_calendar() -> None:
    """A line a week, a sign a day; nothing before our first day, and today is not missing yet."""
    assert list(status.calendar(KNOWN, date(2031, 7, 8), FRIDAY, 3)) == [
        "week of     Mon Tue Wed Thu Fri",
        "2031-07-07       ✓   ~   –   ✗",
        "2031-07-14   ✓   ?   ?   ?   ·",
        "✓ published  ~ published, to be confirmed  – nothing announced  ✗ open  ? missing  · not there yet",
    ]


def test_what_is_not_done_is_explained() -> None:
    """Open days with tries and reason; missing ones with the command that fills them."""
    assert list(status.details(KNOWN, MONDAY + timedelta(days=1), FRIDAY)) == [
        "2031-07-11 is open after 2 tries: catchup: 503",
        "missing: 3 days; to fill in, run: python -m digest backfill --from 2031-07-15 --to 2031-07-17",
    ]


@pytest.mark.parametrize(
    ("run", "words", "missing"),
    [
        ({}, "no run is on record", "Enable"),
        ({"at": "2031-07-17T16:00:00+00:00", "outcome": "published"}, "2031-07-17 16:00 UTC, published", "Enable"),
        ({"at": "2031-05-01T16:00:00+00:00", "outcome": "failed"}, "no run for 78 days. GitHub switches", "~"),
    ],
)
def test_the_last_run(run: dict[str, object], words: str, missing: str) -> None:
    """When it was; after a long silence, how to switch a schedule on again."""
    said = "\n".join(status.last_run(run, NOW))
    assert words in said
    assert missing not in said


def test_the_alarm_waits_for_two_expected_days() -> None:
    """One silent day is no alarm; two are, with each day's reason in a cell that it cannot leave."""
    assert alarm.alarm(KNOWN, (FRIDAY,), {}, "https://x.example") is None
    odd = {MONDAY: DayLine(MONDAY, State.OPEN, tries=3, reason="listing: `x` | <b>\n#1")}
    due = alarm.alarm(odd | KNOWN, (MONDAY, FRIDAY), {"at": "then", "outcome": "failed"}, "https://x.example/actions")
    assert due is not None
    assert "The newest published day is 2031-07-14." in due.body
    assert "| 2031-07-07 | 3 × `listing: ˋxˋ ¦ <b> #1` |" in due.body
    assert "| 2031-07-18 | no run has asked for it" in due.body
    assert "(`failed`). [All runs · 全部运行记录](https://x.example/actions)" in due.body


# --- the commands ---


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A world in which Tuesday is published and nothing after it."""
    monkeypatch.setenv("DIGEST_NOW", f"{TUESDAY}T16:00:00Z")
    with serving() as server:
        made = World(tmp_path, server)
        made.configure()
        made.announce(TUESDAY, [paper(8)])
        made.run()
        yield made


def test_status_needs_no_network(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The command reads our files alone and writes none."""
    monkeypatch.setenv("DIGEST_NOW", "2031-07-10T16:00:00Z")
    files, asked = world.files(), len(world.server.requests)
    capsys.readouterr()
    assert world.run("status", "--weeks", "1") == 0
    out = capsys.readouterr().out.splitlines()
    assert out[1] == "2031-07-07       ✓   ?   ·   ·"
    assert "missing: 1 day;" in out[3]
    assert out[-1] == "last run: 2031-07-08 16:00 UTC, published"
    assert (world.files(), len(world.server.requests)) == (files, asked)


def test_status_of_an_empty_folder(world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Before the first run there is nothing to complain about."""
    capsys.readouterr()
    assert world.run("status", "--root", str(tmp_path / "new")) == 0
    assert "no run is on record" in capsys.readouterr().out


@pytest.mark.parametrize("weeks", ["0", "-1", "x", "521", "٣"])
def test_weeks_are_a_number(world: World, weeks: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Anything else is refused in a sentence."""
    with pytest.raises(SystemExit):
        world.run("status", f"--weeks={weeks}")
    assert "is not a number of weeks from 1 to 520" in capsys.readouterr().err


def at(monkeypatch: pytest.MonkeyPatch, day: int) -> None:
    monkeypatch.setenv("DIGEST_NOW", f"2031-07-{day:02}T16:00:00Z")


def test_the_alarm_comes_and_goes(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Silent for one day and an evening: nothing. For two: an issue, closed when a day is published."""
    with github() as hub:
        _environment(monkeypatch, hub)
        for day, issues in ((9, 0), (10, 0), (11, 1)):
            at(monkeypatch, day)
            assert world.run("alarm") == 0
            assert len(hub.issues) == issues
        assert "2031-07-10" in hub.issues[0]["body"]
        world.announce(date(2031, 7, 11), [paper(11)])
        world.remember(date(2031, 7, 9), [paper(9)])
        world.remember(date(2031, 7, 10), [paper(10)])
        assert world.run() == 0
        assert world.run("alarm") == 0
        assert [issue["state"] for issue in hub.issues] == ["closed"]
    assert TOKEN not in "".join(capsys.readouterr())


def test_the_alarm_needs_its_environment(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Outside of GitHub Actions the command says what it needs: exit 2."""
    monkeypatch.delenv("GITHUB_TOKEN", raising=False)
    monkeypatch.delenv("GITHUB_REPOSITORY", raising=False)
    assert world.run("alarm") == 2
    assert "GITHUB_TOKEN" in capsys.readouterr().err


def _environment(monkeypatch: pytest.MonkeyPatch, hub: FakeGitHub) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
    monkeypatch.setenv("GITHUB_REPOSITORY", REPOSITORY)
    monkeypatch.setenv("GITHUB_API_URL", hub.url)
