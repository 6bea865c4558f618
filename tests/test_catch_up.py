"""Days that a run did not see: found in the ledger, filled oldest first, never under another date, never twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.fakes.pages import listing_page, rss
from tests.fakes.server import Reply, serving
from tests.world import CATEGORIES, DOWN, FRIDAY, NAMES, THURSDAY, TUESDAY, WEDNESDAY, World, noon, paper

MONDAY = TUESDAY + timedelta(days=6)


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """Tuesday is published; the days after it have mailings of one paper each, numbered by the day of the month."""
    monkeypatch.setenv("DIGEST_NOW", noon(TUESDAY))
    with serving() as server:
        made = World(tmp_path, server)
        made.configure()
        made.announce(TUESDAY, [paper(8)])
        assert made.run() == 0
        for day in (WEDNESDAY, THURSDAY, FRIDAY):
            made.announce(day, [paper(day.day)])
        server.requests.clear()
        yield made


def ledger(world: World) -> dict[str, str]:
    """Each day's state."""
    rows = world.text("state/ledger/2031.tsv").splitlines()[1:]
    return {row.split("\t")[0][-2:]: row.split("\t")[1] for row in rows}


def page(world: World, day: date) -> str:
    """A day's page."""
    return world.text(f"digests/2031/07/{day}.md")


def test_missed_days_are_filled_oldest_first(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """After three days without a run each has its page under its own date; one request a category and day."""
    monkeypatch.setenv("DIGEST_NOW", noon(FRIDAY))
    assert world.run() == 0
    assert ledger(world) == dict.fromkeys(("08", "09", "10", "11"), "published")
    for day in (WEDNESDAY, THURSDAY, FRIDAY):
        assert f"3107.000{day.day:02}" in page(world, day)
    assert [path.split("?")[0] for path in world.server.paths] == [
        "/list/eess.AS/new", "/list/cs.SD/new", "/catchup/eess.AS/2031-07-09", "/catchup/cs.SD/2031-07-09",
        "/catchup/eess.AS/2031-07-10", "/catchup/cs.SD/2031-07-10",
    ]  # fmt: skip
    assert [each["day"] for each in world.journal()[-1]["days"]] == ["2031-07-09", "2031-07-10", "2031-07-11"]


def test_a_day_filled_in_later_says_so(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page names the source and what it cannot tell; a day read in time does not."""
    monkeypatch.setenv("DIGEST_NOW", noon(THURSDAY))
    world.announce(THURSDAY, [paper(10)])
    world.run()
    assert "事后补录" in page(world, WEDNESDAY)
    assert "catchup" in page(world, WEDNESDAY)
    assert "事后补录" not in page(world, THURSDAY)


def test_the_newest_missed_day_is_read_at_the_weekend(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """On Saturday arXiv's page still shows Friday, which is read from there as if it were in time."""
    monkeypatch.setenv("DIGEST_NOW", noon(FRIDAY + timedelta(days=1)))
    assert world.run() == 0
    assert set(ledger(world).values()) == {"published"}
    assert "事后补录" not in page(world, FRIDAY)


@pytest.mark.parametrize(
    ("catch_up", "days"), [("14d", {"08", "09", "10", "11"}), ("1d", {"08", "10", "11"}), ("0d", {"08", "11"})]
)
def test_how_far_back(world: World, monkeypatch: pytest.MonkeyPatch, catch_up: str, days: set[str]) -> None:
    """`catch_up` bounds how many days back a run looks; older ones stay for `backfill`, and `status` names them."""
    world.configure(f"include: [speech]\ncatch_up: {catch_up}\n")
    monkeypatch.setenv("DIGEST_NOW", noon(FRIDAY))
    assert world.run() == 0
    assert set(ledger(world)) == days


def test_a_first_run_fills_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who has just begun gets the newest day, not two weeks."""
    monkeypatch.setenv("DIGEST_NOW", noon(TUESDAY))
    with serving() as server:
        fresh = World(tmp_path, server)
        fresh.configure()
        fresh.announce(TUESDAY, [paper(8)])
        fresh.run()
        assert len(server.requests) == 2


def test_what_cannot_be_read_stays_open(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A missed day that no source gives is exit 4 beside a published one, open with reason and tries."""
    for code in CATEGORIES:
        world.server.answers[f"/catchup/{code}/2031-07-09"] = DOWN
    monkeypatch.setenv("DIGEST_NOW", noon(THURSDAY))
    world.announce(THURSDAY, [paper(10)])
    for tries in (1, 2):
        assert world.run() == 4
        assert f"2031-07-09\topen\t\t0\t0\t{tries}\tcatchup: " in world.text("state/ledger/2031.tsv")
    assert "2031-07-09 could not be read; it stays open" in capsys.readouterr().err
    assert "503" in world.text("digests/2031/07/README.md")
    assert world.journal()[-1]["outcome"] == "incomplete"
    world.remember(WEDNESDAY, [paper(9)])
    assert world.run() == 0
    assert ledger(world)["09"] == "published"
    assert "503" not in world.text("digests/2031/07/README.md")


def test_an_unlisted_holiday(world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A weekday without a mailing waits, exit 0; the next day its catch-up page proves that there was none."""
    world.announce(TUESDAY, [paper(8)])
    world.server.answers["/rss/eess.AS+cs.SD"] = Reply(rss(CATEGORIES, WEDNESDAY, []))
    monkeypatch.setenv("DIGEST_NOW", noon(WEDNESDAY))
    assert world.run() == 0
    assert "not there yet" in capsys.readouterr().out
    assert ledger(world)["09"] == "open"
    world.remember(WEDNESDAY, [])
    world.announce(THURSDAY, [paper(10)])
    monkeypatch.setenv("DIGEST_NOW", noon(THURSDAY))
    assert world.run() == 0
    assert ledger(world) == {"08": "published", "09": "empty", "10": "published"}
    assert not (world.root / "digests/2031/07/2031-07-09.md").exists()
    assert "无公告" in world.text("digests/2031/07/README.md")


def test_two_sources_prove_an_empty_day(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page and a feed of the day, both without entries, settle it for the day; once past it is asked once more."""
    world.announce(WEDNESDAY, [])
    monkeypatch.setenv("DIGEST_NOW", noon(WEDNESDAY))
    assert world.run() == 0
    assert ledger(world)["09"] == "empty"
    world.server.requests.clear()
    assert world.run() == 0
    assert world.server.requests == []
    world.announce(THURSDAY, [paper(10)])
    monkeypatch.setenv("DIGEST_NOW", noon(THURSDAY))
    for requests in (4, 4):
        assert world.run() == 0
        assert len(world.server.requests) == requests


def test_an_empty_page_against_a_full_feed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that says "no updates" on a day when the feed has entries is not believed."""
    world.announce(WEDNESDAY, [paper(9)])
    for code in CATEGORIES:
        world.server.answers[f"/list/{code}/new"] = Reply(listing_page(code, WEDNESDAY, [], names=NAMES))
    monkeypatch.setenv("DIGEST_NOW", noon(WEDNESDAY))
    assert world.run() == 0
    assert ledger(world)["09"] == "provisional"
    assert "3107.00009" in page(world, WEDNESDAY)


def test_yesterdays_listing_under_todays_date(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The date has moved, the papers have not: the next source is asked, and the page says why."""
    world.announce(WEDNESDAY, [paper(9)])
    for code in CATEGORIES:
        world.server.answers[f"/list/{code}/new"] = Reply(listing_page(code, WEDNESDAY, [paper(8)], names=NAMES))
    monkeypatch.setenv("DIGEST_NOW", noon(WEDNESDAY))
    assert world.run() == 0
    assert "3107.00009" in page(world, WEDNESDAY)
    assert "shows the papers of 2031-07-08 again" in page(world, WEDNESDAY)
    assert 'id="3107.00008"' not in page(world, WEDNESDAY)


def test_a_feed_whose_date_moved(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the listing down, yesterday's entries under today's date are no mailing: exit 3, the day stays open."""
    world.announce(WEDNESDAY, [paper(8)], listing=False)
    monkeypatch.setenv("DIGEST_NOW", noon(WEDNESDAY))
    assert world.run() == 3
    assert ledger(world)["09"] == "open"
    world.announce(WEDNESDAY, [paper(9)])
    assert world.run() == 0
    assert "3107.00009" in page(world, WEDNESDAY)


def test_a_listing_that_shrank(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """With other filters the day is read again; when arXiv shows fewer papers than before, the day stays as it was."""
    world.announce(WEDNESDAY, [paper(9), paper(10)])
    monkeypatch.setenv("DIGEST_NOW", noon(WEDNESDAY))
    world.run()
    before = world.files("digests")
    world.configure("include: [speech, codec]\n")
    world.announce(WEDNESDAY, [paper(9)])
    assert world.run() == 3
    assert {path: text for path, text in world.files("digests").items() if "README" not in path} == {
        path: text for path, text in before.items() if "README" not in path
    }
    world.announce(WEDNESDAY, [paper(9), paper(10), paper(11)])
    assert world.run() == 0
    assert "3107.00011" in page(world, WEDNESDAY)


def test_a_feeds_day_is_confirmed_later(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A day that only the feed had is published at once, and read again from a source that proves it."""
    world.announce(WEDNESDAY, [paper(9)], listing=False)
    monkeypatch.setenv("DIGEST_NOW", noon(WEDNESDAY))
    world.run()
    assert ledger(world)["09"] == "provisional"
    world.remember(WEDNESDAY, [paper(9), paper(10)])
    world.announce(THURSDAY, [paper(11)])
    monkeypatch.setenv("DIGEST_NOW", noon(THURSDAY))
    assert world.run() == 0
    assert ledger(world) == {"08": "published", "09": "published", "10": "published"}
    assert "3107.00010" in page(world, WEDNESDAY)


def test_a_feeds_day_stays_when_nothing_better_comes(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A catch-up page that says there was nothing takes nothing away, and is asked three times: exit 0."""
    world.announce(WEDNESDAY, [paper(9)], listing=False)
    monkeypatch.setenv("DIGEST_NOW", noon(WEDNESDAY))
    world.run()
    once = page(world, WEDNESDAY)
    world.announce(THURSDAY, [paper(11)])
    monkeypatch.setenv("DIGEST_NOW", noon(THURSDAY))
    world.remember(WEDNESDAY, [])
    for _ in range(3):
        assert world.run() == 0
        assert page(world, WEDNESDAY) == once
    assert ledger(world)["09"] == "provisional"
    assert sum("/oai" in path for path in world.server.paths) == 0, "it has no counts and could not confirm anything"
    world.server.requests.clear()
    assert world.run() == 0
    assert world.server.requests == [], "asked often enough"


def test_a_feed_needs_the_day_before(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """With Wednesday missing, a feed under Thursday's date may be Wednesday's: it is not believed, the day waits."""
    world.announce(THURSDAY, [paper(9)], listing=False)
    for code in CATEGORIES:
        world.server.answers[f"/catchup/{code}/2031-07-09"] = DOWN
    monkeypatch.setenv("DIGEST_NOW", noon(THURSDAY))
    assert world.run() == 3
    assert ledger(world) == {"08": "published", "09": "open", "10": "open"}
    assert "2031-07-09 is missing" in world.text("state/ledger/2031.tsv")
    world.announce(THURSDAY, [paper(10)])
    world.remember(WEDNESDAY, [paper(9)])
    assert world.run() == 0
    assert ("3107.00009" in page(world, WEDNESDAY), "3107.00010" in page(world, THURSDAY)) == (True, True)


def test_what_only_the_feed_had_is_named(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """What arXiv's counts prove replaces a feed's day; a paper that is not in it any more is named."""
    world.announce(WEDNESDAY, [paper(9), paper(10)], listing=False)
    monkeypatch.setenv("DIGEST_NOW", noon(WEDNESDAY))
    world.run()
    world.announce(WEDNESDAY, [paper(9), paper(11)])
    assert world.run() == 0
    assert "arXiv 的列表中却没有：[3107.00010]" in page(world, WEDNESDAY)
    assert 'id="3107.00011"' in page(world, WEDNESDAY)


def test_a_day_collected_before_a_kill_is_finished_without_a_request(world: World) -> None:
    """The ledger's line is the last step: without it the stored day's pages are made, and nothing is asked."""
    whole = world.files()
    (world.root / "state/ledger/2031.tsv").unlink()
    for path in world.files("digests"):
        (world.root / path).unlink()
    assert world.run() == 0
    assert world.server.requests == []
    assert {p: t for p, t in world.files().items() if "journal" not in p} == {
        p: t for p, t in whole.items() if "journal" not in p
    }


def test_new_cross_listed_later_replaced(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three different things: a later cross-list is named but no news, a replacement says what it changed."""
    world.configure("include: [speech]\nkinds: [new, cross, replace]\n")
    old = paper(8, "A title of old", "replace")
    changed = replace(old, version=2, comment="accepted at INVENTED 2031")
    cross = paper(2, "Older than Tuesday", "cross", ("cs.CL", "eess.AS"))
    world.announce(WEDNESDAY, [paper(9), cross, changed])
    monkeypatch.setenv("DIGEST_NOW", noon(WEDNESDAY))
    assert world.run() == 0
    text = page(world, WEDNESDAY)
    assert 'id="3107.00002"' not in text
    assert "不算新论文，未列出：[3107.00002]" in text
    assert "与 2031-07-08 所列版本相比：标题原为「Invented title 8」，备注已更新" in text
    world.configure("include: [speech]\nkinds: [new, late-cross]\n")
    world.run()
    assert 'id="3107.00002"' in page(world, WEDNESDAY)
    assert "后来的交叉列出" in page(world, WEDNESDAY)


def test_the_evening_shows_the_next_day(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """After 20:00 in New York the page is already that of tomorrow; today, if missed, comes from its catch-up page."""
    monkeypatch.setenv("DIGEST_NOW", f"{THURSDAY}T00:43:00Z")  # Wednesday, 20:43
    world.announce(THURSDAY, [paper(10)])
    assert world.run() == 0
    assert ledger(world) == dict.fromkeys(("08", "09", "10"), "published")
    assert "事后补录" in page(world, WEDNESDAY)


def test_before_the_evening_page_is_out(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """At 20:05 the page may still show today's mailing; tomorrow waits, and nothing is published twice."""
    world.announce(WEDNESDAY, [paper(9)])
    monkeypatch.setenv("DIGEST_NOW", f"{THURSDAY}T00:05:00Z")
    assert world.run() == 0
    assert ledger(world) == {"08": "published", "09": "published", "10": "open"}


def test_entries_win_over_a_page_that_says_none(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A catch-up page that says there was nothing is not believed against what arXiv's own page shows."""
    monkeypatch.setenv("DIGEST_NOW", noon(THURSDAY))
    world.announce(WEDNESDAY, [paper(9)])
    world.remember(WEDNESDAY, [])
    assert world.run() == 0
    assert "3107.00009" in page(world, WEDNESDAY)


def test_a_year_that_begins_without_a_page(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first page keeps naming the newest day, and `render` agrees."""
    world.configure("include: [speech]\ncatch_up: 0d\n")
    monkeypatch.setenv("DIGEST_NOW", "2031-12-31T17:00:00Z")
    world.announce(date(2031, 12, 31), [paper(99)])
    assert world.run() == 0
    monkeypatch.setenv("DIGEST_NOW", "2032-01-01T17:00:00Z")
    assert world.run() == 0
    index = world.text("digests/README.md")
    assert "最新一期：**[2031-12-31]" in index
    world.run("render")
    assert world.text("digests/README.md") == index
