"""Real days, replayed: `run` finds exactly the papers of each day's listing, by either source."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from digest import cli
from digest.errors import SourceError
from digest.sources import api, listing, rss
from digest.web import Web
from tests import replay
from tests.fakes.server import FakeServer, serving

pytestmark = replay.needs(replay.RECORDED)

DAYS = replay.days()
QUIET = {"2025-11-28": "2025-11-27", "2026-03-08": "2026-03-06"}  # a holiday and a Sunday: the mailing shown instead
LATER_CROSS_LIST = {"2026-01-21": {"2506.06252"}}  # of an own paper: the feed has it, the page leaves it out
SOURCES = pytest.mark.parametrize("source", ["listing", "rss"])
EVERYTHING = "categories: [eess.AS, cs.SD]\nkinds: [new, cross, late-cross, replace, replace-cross]\n"


def configure(folder: Path, server: FakeServer, source: str, keys: str = EVERYTHING) -> list[str]:
    """Writes the configuration of a test; the arguments that name it."""
    path = folder / "config.yaml"
    path.write_text(
        f"{keys}sources: [{source}]\napi: never\nrequest_interval: 0\n"
        f"endpoints: {{listing: {server.url}, rss: {server.url}, api: {server.url}/api/query,\n"
        f"  oai: {server.url}/oai}}\n",
        encoding="utf-8",
    )
    return ["--config", str(path)]


def exported(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """The stored papers, as the stable interface gives them."""
    capsys.readouterr()
    assert cli.main(["export", "--format", "jsonl", *arguments]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.fixture
def today(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """A recorded day, which the clock agrees with."""
    monkeypatch.setenv("DIGEST_NOW", f"{request.param}T12:00:00Z")
    return str(request.param)


@pytest.mark.parametrize("today", [day for day in DAYS if day not in QUIET], indirect=True)
@SOURCES
def test_a_day_has_exactly_its_papers(
    today: str, source: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The ids and kinds that a plain regular expression finds on the pages, in order, by the page and by the feed."""
    expected = [(paper.id, paper.kind) for paper in replay.shown(today)]
    with replay.replaying(today) as server:
        arguments = configure(tmp_path, server, source)
        assert cli.main(["run", *arguments]) == 0
    rows = exported(arguments, capsys)
    alone = LATER_CROSS_LIST.get(today, set()) if source == "rss" else set()
    assert {row["id"] for row in rows} - {identifier for identifier, _ in expected} == alone
    assert [(row["id"], row["kind"].removeprefix("late-")) for row in rows if row["id"] not in alone] == expected
    assert all(row["kind"] == "late-cross" for row in rows if row["id"] in alone)
    assert {row["day"] for row in rows} == {today}
    year, month, _ = today.split("-")
    page = (tmp_path / "digests" / year / month / f"{today}.md").read_text(encoding="utf-8")
    assert all(row["id"] in page for row in rows)
    wanted = {"listing": ["/list/eess.AS/new?show=2000", "/list/cs.SD/new?show=2000"], "rss": ["/rss/eess.AS+cs.SD"]}
    assert server.paths == wanted[source]


@pytest.mark.parametrize("today", sorted(QUIET), indirect=True)
@SOURCES
def test_a_day_without_a_mailing_is_quiet(
    today: str, source: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The page still shows the mailing before, the feed nothing: it is said, nothing is written, and all is well."""
    with replay.replaying(today) as server:
        arguments = configure(tmp_path, server, source)
        assert cli.main(["run", *arguments]) == 0
        said = capsys.readouterr().out
        assert re.search(r"nothing", said, re.IGNORECASE)
        assert today in said
        assert not (tmp_path / "digests").exists()
        assert exported(arguments, capsys) == []
        if source == "listing":
            assert QUIET[today] in said
            assert cli.main(["run", "--date", QUIET[today], *arguments]) == 0
            assert [row["id"] for row in exported(arguments, capsys)] == [paper.id for paper in replay.shown(today)]


def test_the_command_does_it_too(tmp_path: Path) -> None:
    """`python -m digest` as a reader starts it, on the largest day."""
    day = "2026-01-21"
    with replay.replaying(day) as server:
        arguments = configure(tmp_path, server, "listing, rss")
        environment = os.environ | {"DIGEST_NOW": f"{day}T12:00:00Z"}
        root = Path(__file__).parents[1]
        command = [sys.executable, "-m", "digest", "run", *arguments]
        done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, len(server.paths)) == (0, 2), done.stderr
    assert f"{len(replay.shown(day))} announced" in done.stdout


SEED = next(replay.SHARED.glob("seeds/001_*.txt"), Path("none"))


@pytest.mark.parametrize("today", ["2025-07-08"], indirect=True)
@SOURCES
def test_the_first_seed(today: str, source: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its ten keywords as substrings give its papers in its order: 29 of 36, the recording lacks the others."""
    seed = SEED.read_text(encoding="utf-8")
    wanted = re.findall(r"Arxiv link:\*\* https://arxiv.org/abs/(\S+)", seed)
    (words,) = re.findall(r"Keyword list: (\[.*\])", seed)
    keys = f"categories: [eess.AS]\nmatch: substring\ninclude: {json.dumps(ast.literal_eval(words))}\n"
    page = replay.body("list", "eess.AS", today).decode()
    there = [identifier for identifier in wanted if f'href ="/abs/{identifier}" title="Abstract"' in page]
    with replay.replaying(today) as server:
        arguments = configure(tmp_path, server, source, keys)
        assert cli.main(["run", *arguments]) == 0
    assert (len(wanted), len(there)) == (36, 29)
    assert [row["id"] for row in exported(arguments, capsys)] == there


@pytest.mark.parametrize("day", DAYS)
def test_the_feeds_agree(day: str) -> None:
    """Atom says what RSS says; a category's own feed has the papers of its own page, and kinds as there."""
    both = [
        rss.parse(replay.body(form, "+".join(replay.CATEGORIES), day), replay.CATEGORIES) for form in ("rss", "atom")
    ]
    assert both[0] == both[1]
    for category in replay.CATEGORIES if day not in QUIET else ():
        feed = rss.parse(replay.body("rss", category, day), (category,)).listings
        page = listing.parse(replay.body("list", category, day), category).listings
        kinds = {item.paper.id: item.kind for item in feed}
        assert kinds.items() >= {item.paper.id: item.kind for item in page}.items()
        assert len(kinds) - len(page) == (day == "2026-01-21" and category == "eess.AS")


@pytest.mark.parametrize("day", [day for day in DAYS if day not in QUIET])
def test_the_api_knows_the_day(day: str) -> None:
    """One lookup answers for every paper of the feed, with the version announced."""
    feed = rss.parse(replay.body("rss", "+".join(replay.CATEGORIES), day), replay.CATEGORIES)
    papers = {item.paper.id: item.paper for item in feed.listings}
    with replay.replaying(day) as server:
        found = api.Source(Web(gap=0), f"{server.url}/api/query").papers(tuple(papers))
    assert len(server.paths) == 1
    assert {name: paper.version for name, paper in found.items()} == {name: p.version for name, p in papers.items()}
    assert all(paper.submitted and paper.updated and paper.authors for paper in found.values())


def test_in_the_evening_the_page_is_ahead_of_the_feed() -> None:
    """From 20:00 New York the page shows tomorrow's mailing, the feed today's until midnight: each knows its day."""
    with replay.replaying("2026-01-22T02") as server:
        page = listing.Source(Web(gap=0), server.url).fetch(("eess.AS",))
        feed = rss.Source(Web(gap=0), server.url).fetch(replay.CATEGORIES)
    assert (str(page.day), str(feed.day)) == ("2026-01-22", "2026-01-21")
    assert not {item.paper.id for item in page.listings if item.kind == "new"} & {
        item.paper.id for item in feed.listings
    }


ERRORS = sorted(path.name for path in replay.RECORDED.glob("error_*") if path.suffix != ".headers")


@pytest.mark.parametrize("name", ERRORS)
def test_every_recorded_error_is_an_error(name: str) -> None:
    """arXiv's own refusals, some of which look like a feed without papers, are never an empty day."""
    with serving() as server:
        _, server.answers["*"] = replay.response(replay.RECORDED / name)
        web = Web(gap=0)
        for source in (listing.Source(web, server.url), rss.Source(web, server.url)):
            with pytest.raises(SourceError, match=r"answered [45]\d\d|arXiv refuses the categories"):
                source.fetch(("eess.AS",))
        with pytest.raises(SourceError):
            api.Source(web, server.url).papers(("2601.12222",))


@pytest.mark.parametrize("name", ["abs_2601.12222", "list_cs.SD_recent", "catchup_cs.SD_noabs", "catchup_cs.SD"])
def test_arxivs_other_pages_are_no_listing(name: str) -> None:
    """A page of another kind is refused, also when it has papers on it."""
    with pytest.raises(SourceError, match="names no date"):
        listing.parse((replay.RECORDED / f"{name}_2026-01-21.html").read_bytes(), "cs.SD")


def test_a_recorded_part_of_a_listing() -> None:
    """arXiv's own second page of 25: what it shows, and how many there are."""
    body = (replay.RECORDED / "list_cs.SD_new_skip25_show25_2026-01-21.html").read_bytes()
    part = listing.parse(body, "cs.SD")
    whole = listing.parse(replay.body("list", "cs.SD", "2026-01-21"), "cs.SD")
    assert part.listings == whole.listings[25:50]
    assert part.announced == len(whole.listings)
