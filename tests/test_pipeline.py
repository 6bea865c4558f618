"""A whole run against a local arXiv: which day, which source, what is kept, what is said."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.fakes.pages import rss
from tests.fakes.server import Reply, serving
from tests.world import CATEGORIES, NOON, TUESDAY, World, paper

PAGE = "digests/2031/07/2031-07-08.md"
PAPERS = [
    paper(1),
    paper(2, "Music only", categories=("cs.SD",)),
    paper(3, kind="cross", categories=("cs.CL", "eess.AS")),
]


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A local arXiv with a mailing of Tuesday, seen at Tuesday noon."""
    monkeypatch.setenv("DIGEST_NOW", NOON)
    with serving() as server:
        made = World(tmp_path, server)
        made.announce(TUESDAY, PAPERS)
        made.configure()
        yield made


def test_a_day_is_published(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """One run writes the page, the indexes and the state, with one request a category, and says where."""
    assert world.run() == 0
    assert "3 announced, 3 matched (from listing)" in capsys.readouterr().out
    assert world.server.paths == ["/list/eess.AS/new?show=2000", "/list/cs.SD/new?show=2000"]
    assert {
        PAGE,
        "digests/README.md",
        "digests/2031/README.md",
        "digests/2031/07/README.md",
        "state/ledger/2031.tsv",
    } <= set(world.files())
    assert "3107.00001" in world.text(PAGE)
    assert world.journal()[0] | {"at": ""} == {
        "at": "", "outcome": "published", "requests": 2, "notes": [], "asked": 0, "tokens": 0, "cost": 0.0,
            "currency": "",
        "days": [{
            "day": "2031-07-08", "outcome": "published", "detail": "3 announced, 3 matched (from listing)",
            "source": "listing", "announced": 3, "matched": 3,
        }],
    }  # fmt: skip


def test_a_second_run_gives_the_same_bytes(world: World) -> None:
    """A day that is done is not asked for again, and nothing is written, not even in the journal."""
    world.run()
    once, asked = world.files(), len(world.server.requests)
    for arguments in ((), (), ("run", "--date", "2031-07-08")):
        assert world.run(*arguments) == 0
    assert (world.files(), len(world.server.requests)) == (once, asked)


def test_rendering_again_gives_the_same_bytes(world: World) -> None:
    """`render` makes every page from the stored days, offline, byte for byte."""
    world.run()
    pages = world.files("digests")
    for path in pages:
        (world.root / path).unlink()
    world.server.requests.clear()
    assert world.run("render") == 0
    assert world.files("digests") == pages
    assert world.server.requests == []


def test_a_dry_run_writes_nothing(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """`--dry-run` says what would be and leaves no file."""
    assert world.run("run", "--dry-run") == 0
    assert "3 matched" in capsys.readouterr().out
    assert set(world.files()) == {"config.yaml"}


def test_the_feed_stands_in(world: World) -> None:
    """When the listing cannot be read the feed is used, completed by the API, and the page says so."""
    world.announce(TUESDAY, PAPERS, listing=False)
    assert world.run() == 0
    page = world.text(PAGE)
    assert "arXiv 订阅源" in page
    assert "503" in page
    assert "2031-07-08\tprovisional\trss\t3\t3\t0\t\n" in world.text("state/ledger/2031.tsv")
    assert [path.split("?")[0] for path in world.server.paths][-2:] == ["/rss/eess.AS+cs.SD", "/api/query"]


def test_without_the_api_the_day_is_complete(world: World) -> None:
    """A throttled API costs only what it alone knows; a note says so."""
    world.announce(TUESDAY, PAPERS, listing=False)
    world.server.answers["/api/query"] = Reply(b"Rate exceeded.", 429)
    assert world.run() == 0
    assert "3107.00003" in world.text(PAGE)
    assert "429" in world.text(PAGE)


@pytest.mark.parametrize(("api", "asked"), [("always", 1), ("never", 0), ("auto", 0)])
def test_the_api_is_asked_as_configured(world: World, api: str, asked: int) -> None:
    """After a listing page the API is asked only when it always should be."""
    world.configure(f"include: [speech]\napi: {api}\n")
    assert world.run() == 0
    assert sum("/api/" in path for path in world.server.paths) == asked


def test_no_source_is_exit_3(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """With every source down nothing is published, the reasons are named and journalled, the exit code is 3."""
    world.announce(TUESDAY, PAPERS, listing=False, rss=False)
    assert world.run() == 3
    assert "503" in capsys.readouterr().err
    assert not (world.root / "digests").exists()
    assert world.journal()[0]["outcome"] == "failed"


def test_a_worse_source_does_not_replace_a_better_one(world: World) -> None:
    """A day asked for again, its line lost, keeps what the listing said when only the feed can be had."""
    world.run()
    once = world.text(PAGE)
    ledger = world.root / "state/ledger/2031.tsv"
    ledger.write_text(ledger.read_text().replace("published", "provisional"))
    world.announce(TUESDAY, PAPERS, listing=False)
    assert world.run() == 0
    assert any("/rss/" in path for path in world.server.paths)
    assert world.text(PAGE) == once


def test_a_better_source_replaces_a_worse_one(world: World) -> None:
    """A day published from the feed gets the listing's comments when they can be had."""
    world.announce(TUESDAY, PAPERS, listing=False)
    world.run()
    world.announce(TUESDAY, PAPERS)
    world.run()
    assert "arXiv 列表页" in world.text(PAGE)


@pytest.mark.parametrize(
    ("now", "outcome", "said"),
    [
        ("2031-07-12T16:00:00Z", "nothing-announced", "weekends"),
        ("2031-07-09T16:00:00Z", "waiting", "Wednesday, 2031-07-09, is not there yet"),
        ("2031-07-09T00:30:00Z", "waiting", "Wednesday, 2031-07-09, is not there yet"),
    ],
)
@pytest.mark.parametrize("sources", ["listing, rss", "listing", "rss"])
def test_nothing_to_publish(  # noqa: PLR0917 - three fixtures and four values
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], now: str, outcome: str,
    said: str, sources: str,
) -> None:  # fmt: skip
    """At a weekend nothing was announced; on a weekday without a mailing the day stays open. Exit 0, no page."""
    monkeypatch.setenv("DIGEST_NOW", now)
    world.configure(f"include: [speech]\nsources: [{sources}]\n")
    day = date.fromisoformat(now[:10])
    world.server.answers["/rss/eess.AS+cs.SD"] = Reply(rss(CATEGORIES, day, ()))
    assert world.run() == 0
    assert said in capsys.readouterr().out
    assert not (world.root / "digests").exists()
    assert world.journal()[0]["outcome"] == outcome
    assert (world.root / "state/ledger").exists() is (outcome == "waiting")


def test_nothing_from_the_second_source_is_no_proof(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a weekday, a failed listing and an empty feed mean "not known yet": exit 3, and the next run tries again."""
    monkeypatch.setenv("DIGEST_NOW", "2031-07-09T16:00:00Z")
    world.announce(date(2031, 7, 9), [], listing=False)
    assert world.run() == 3


def test_a_stale_listing_is_not_believed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the page still shows yesterday but the feed has today's papers, today is published from the feed."""
    wednesday = TUESDAY + timedelta(days=1)
    listing = {path: reply for path, reply in world.server.answers.items() if path.startswith("/list")}
    world.announce(wednesday, [paper(7)])
    world.server.answers.update(listing)
    monkeypatch.setenv("DIGEST_NOW", "2031-07-09T16:00:00Z")
    assert world.run() == 0
    assert "3107.00007" in world.text("digests/2031/07/2031-07-09.md")


@pytest.mark.parametrize("now", ["2032-01-01T00:00:00Z", "2026-11-21T12:00:00Z"])
def test_arxivs_date_wins_over_a_wrong_clock(world: World, monkeypatch: pytest.MonkeyPatch, now: str) -> None:
    """A clock years off changes nothing: the page is written under arXiv's date."""
    monkeypatch.setenv("DIGEST_NOW", now)
    assert world.run() == 0
    assert (world.root / PAGE).exists()


@pytest.mark.parametrize(
    ("wanted", "code", "said"),
    [
        ("2031-07-08", 0, "3 announced"),
        ("2031-07-09", 0, "still to come"),
        ("2031-07-06", 0, "weekends"),
        ("2031-07-03", 3, "could not be read"),
    ],
)
def test_a_wanted_day(world: World, capsys: pytest.CaptureFixture[str], wanted: str, code: int, said: str) -> None:
    """`--date` gets that day or says why not: not announced yet, a weekend, or not to be had."""
    assert world.run("run", "--date", wanted) == code
    assert said in "".join(capsys.readouterr())


def test_no_match_is_a_page(world: World) -> None:
    """A day on which nothing fits is published with its counts and a sentence, not left out."""
    world.configure("include: [zeppelin]\n")
    assert world.run() == 0
    page = world.text(PAGE)
    assert "没有" in page
    assert "命中 0 篇" in page
    assert "3107.0" not in page
    assert "2031-07-08\tpublished\tlisting\t3\t0\t0\t\n" in world.text("state/ledger/2031.tsv")


def test_a_paper_is_new_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A paper listed again on a later day is named in a note, not shown as new a second time."""
    world.run()
    wednesday = TUESDAY + timedelta(days=1)
    world.announce(wednesday, [paper(1), paper(9)])
    monkeypatch.setenv("DIGEST_NOW", "2031-07-09T16:00:00Z")
    world.run()
    page = world.text("digests/2031/07/2031-07-09.md")
    assert 'id="3107.00001"' not in page
    assert "3107.00001" in page.rpartition("## ")[2]
    assert 'id="3107.00009"' in page


def test_the_readme_is_kept_up_when_asked(world: World) -> None:
    """`readme: true` puts the latest day between two markers and leaves the rest of README.md alone."""
    (world.root / "README.md").write_text("# Mine\n\n<!-- digest:start -->\nold\n<!-- digest:end -->\n\nafter\n")
    world.configure("include: [speech]\nreadme: true\n")
    world.run()
    readme = world.text("README.md")
    assert readme.startswith("# Mine\n")
    assert readme.endswith("after\n")
    assert "3107.00001" in readme
    assert "old" not in readme


def test_markers_with_windows_line_ends_are_found(world: World) -> None:
    """A README.md written on Windows gets no second block."""
    (world.root / "README.md").write_bytes(b"# Mine\r\n<!-- digest:start -->\r\nold\r\n<!-- digest:end -->\r\n")
    world.configure("include: [speech]\nreadme: true\n")
    world.run()
    assert world.text("README.md").count("<!-- digest:start -->") == 1
    assert "old" not in world.text("README.md")


def test_a_source_that_does_not_exist_writes_nothing(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """A misspelt source is a mistake of the configuration: exit 2 before anything is asked or written."""
    world.configure("sources: [lsting]\n")
    assert world.run() == 2
    assert "lsting" in capsys.readouterr().err
    assert (set(world.files()), world.server.requests) == ({"config.yaml"}, [])


def test_a_broken_template_keeps_the_day(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """A fork's broken template is exit 4 with file and line; the collected day is stored, and `render` finishes it."""
    template = world.root / "templates" / "keywords.md.j2"
    template.parent.mkdir()
    template.write_text("{% for x in %}")
    assert world.run() == 4
    assert "keywords.md.j2" in capsys.readouterr().err
    template.unlink()
    assert world.run("render") == 0
    assert "3107.00001" in world.text(PAGE)


def test_a_list_of_a_hundred_authors_may_be_cut(world: World) -> None:
    """The listing page shows at most 100 authors without a sign; the reader is told."""
    crowd = tuple(f"Ada Example {number}" for number in range(130))
    world.announce(TUESDAY, [replace(paper(4), authors=crowd)])
    world.run()
    assert "00004" in world.text(PAGE).rpartition("100 位作者")[2]
