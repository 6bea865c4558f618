"""`backfill` of days whose pages arXiv does not show any more, or cannot show now: the second source, and open days."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.fakes import oai
from tests.fakes.oai import Repository
from tests.fakes.server import Reply, serving
from tests.september import ASKED, FILL, NOW, WEEKDAYS, announced, ledger, record, remembering
from tests.world import World

OLD = ("backfill", "--from", "2031-06-02", "--to", "2031-06-30")  # the pages reach back to 9 July
OLD_DAYS = [day for n in range(29) if (day := date(2031, 6, 2) + timedelta(days=n)).weekday() < 5]


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A local arXiv that remembers September."""
    monkeypatch.setenv("DIGEST_NOW", NOW)
    with serving() as server:
        yield remembering(World(tmp_path, server))


@pytest.fixture
def repository(world: World) -> Repository:
    """An OAI-PMH service with a paper for each weekday of June and the beginning of July."""
    july = [date(2031, 7, day) for day in (7, 8, 9, 10, 11)]
    made = Repository([record(number, day) for number, day in enumerate([*OLD_DAYS, *july], start=1)], now=NOW)
    oai.serve(world.server, made)
    return made


@pytest.mark.usefixtures("repository")
@pytest.mark.parametrize(("language", "said"), [("zh", "该来源不给出公告类型与公布数"), ("en", "neither the kind")])
def test_days_that_arxivs_pages_do_not_reach(world: World, language: str, said: str) -> None:
    """A harvest a category answers for a whole month; its pages say what that source cannot tell."""
    world.configure(f"include: [speech]\nlanguage: {language}\n")
    assert world.run(*OLD) == 0
    assert [path.partition("set=")[2] for path in world.server.paths] == [
        "eess:eess:AS&from=2031-06-02", "cs:cs:SD&from=2031-06-02",
    ]  # fmt: skip
    assert {day: line[:4] for day, line in ledger(world).items()} == {
        str(day): ["provisional", "oai", "1", "1"] for day in OLD_DAYS
    }
    assert all(said in world.text(f"digests/2031/06/{day}.md") for day in OLD_DAYS)
    once = world.files()
    world.server.requests.clear()
    assert world.run(*OLD) == 0
    assert (world.files(), world.server.requests) == (once, [])


@pytest.mark.usefixtures("repository")
def test_the_border_of_ninety_days(world: World) -> None:
    """Of one range the days that arXiv's pages reach come from there, the older ones from OAI-PMH."""
    for day in (9, 10, 11):
        world.remember(date(2031, 7, day), announced(date(2031, 7, day)))
    assert world.run("backfill", "--from", "2031-07-07", "--to", "2031-07-11") == 0
    assert {day: line[:2] for day, line in ledger(world).items()} == {
        "2031-07-07": ["provisional", "oai"], "2031-07-08": ["provisional", "oai"],
        "2031-07-09": ["published", "catchup"], "2031-07-10": ["published", "catchup"],
        "2031-07-11": ["published", "catchup"],
    }  # fmt: skip
    assert sum("/catchup/" in path for path in world.server.paths) == 6


def test_no_source_answers(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """After two days in a row it stops, says so plainly, and the days stay open with their reason; exit 3."""
    world.server.answers["/oai"] = Reply(b"down", 503)
    assert world.run(*OLD) == 3
    out, err = capsys.readouterr()
    assert "the sources cannot be reached; 19 days are left, run the same command later" in err
    assert "Traceback" not in out + err
    lines = ledger(world)
    assert {day: line[0] for day, line in lines.items()} == {"2031-06-02": "open", "2031-06-03": "open"}
    assert all("503" in line[5] and line[4] == "1" for line in lines.values())
    assert not (world.root / "digests").exists()
    assert len(world.server.requests) <= 2 * 4
    capsys.readouterr()
    world.run("status", "--weeks", "20")
    shown = capsys.readouterr().out
    assert re.search(r"2031-06-02 is open after 1 try: .*503", shown)
    assert "backfill --from 2031-06-04" in shown


def test_a_source_that_is_well_again(world: World, request: pytest.FixtureRequest) -> None:
    """The same command later begins with the open days and fills all of the month."""
    world.server.answers["/oai"] = Reply(b"down", 503)
    world.run(*OLD)
    del world.server.answers["/oai"]
    request.getfixturevalue("repository")
    assert world.run(*OLD) == 0
    assert {line[0] for line in ledger(world).values()} == {"provisional"}
    assert list(ledger(world)) == list(map(str, OLD_DAYS))


def test_days_that_fail_between_others(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """A single day that cannot be read stays open and does not stop the others: exit 4; later it alone is asked for."""
    world.server.answers["/oai"] = Reply(b"down", 503)
    page, bad = f"/catchup/eess.AS/{WEEKDAYS[6]}", Reply(b"down", 503)
    good, world.server.answers[page] = world.server.answers[page], bad
    assert world.run(*FILL) == 4
    states = [line[0] for line in ledger(world).values()]
    assert (states.count("open"), states.count("published"), states.count("empty")) == (1, 20, 1)
    assert str(WEEKDAYS[6]) in capsys.readouterr().err
    world.server.answers[page] = good
    world.server.requests.clear()
    assert world.run(*FILL) == 0
    assert world.server.paths == ASKED[12:14]


@pytest.mark.usefixtures("repository")
def test_a_day_from_the_second_source_is_confirmed_later(world: World, repository: Repository) -> None:
    """While arXiv's pages still reach a day that OAI-PMH gave, the next run asks them again, for that day alone."""
    day = WEEKDAYS[6]
    repository.records = [*repository.records, record(day.day * 10, day)]
    page = f"/catchup/eess.AS/{day}"
    good, world.server.answers[page] = world.server.answers[page], Reply(b"down", 503)
    assert world.run(*FILL) == 0
    assert ledger(world)[str(day)][:2] == ["provisional", "oai"]
    world.server.answers[page] = good
    world.server.requests.clear()
    assert world.run(*FILL) == 0
    assert world.server.paths == ASKED[12:14]
    assert ledger(world)[str(day)][:2] == ["published", "catchup"]


def test_one_source_and_no_other(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """With arXiv's pages as the only source of past days, an older day stays open and says why."""
    world.configure("include: [speech]\npast_sources: [catchup]\n")
    assert world.run("backfill", "--from", "2031-06-02", "--to", "2031-06-02") == 3
    assert "1 days up to 2031-06-02 lie further back" in capsys.readouterr().err
    assert world.server.requests == []


@pytest.mark.usefixtures("repository")
def test_a_day_that_is_never_confirmed(world: World, repository: Repository) -> None:
    """What OAI-PMH gave is kept while arXiv's own page stays away, which alone is asked again, once a run."""
    day = WEEKDAYS[6]
    repository.records = [*repository.records, record(day.day * 10, day)]
    world.server.answers[f"/catchup/eess.AS/{day}"] = Reply(b"gone", 404)
    asked = []
    for _ in range(5):
        world.server.requests.clear()
        assert world.run(*FILL) == 0
        asked.append(len(world.server.requests))
    assert asked == [43 + 2, 1, 1, 1, 1]
    assert f'id="{record(day.day * 10, day).paper.id}"' in world.text(f"digests/2031/09/{day}.md")
    assert ledger(world)[str(day)][:2] == ["provisional", "oai"]
