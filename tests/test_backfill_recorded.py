"""`backfill` over months of which some days are recorded: the digests hold the papers of those days' own pages."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from digest import cli
from digest.models import Kind
from digest.sources import listing
from digest.store import Store
from digest.web import Web
from tests import replay
from tests.fakes.server import FakeServer, Reply, serving

pytestmark = replay.needs(replay.RECORDED)

DAYS = replay.days()
MONTHS = sorted({day[:7] for day in DAYS})
SILENT = "2025-11-28"  # a recorded holiday, whose page says that there are no updates
SUNDAY = "2026-03-08"
EVERYTHING = "categories: [eess.AS, cs.SD]\nkinds: [new, cross, late-cross, replace, replace-cross]\n"


def weekdays(month: str) -> list[date]:
    """The days of a month (`2026-01`) that a mailing can carry."""
    year, number = map(int, month.split("-"))
    days = (date(year, number, each) for each in range(1, calendar.monthrange(year, number)[1] + 1))
    return [day for day in days if day.weekday() < 5]


def silent(category: str, day: date) -> Reply:
    """The recorded page of a day without a mailing, with another day's date on it."""
    known = date.fromisoformat(SILENT)
    address, found = replay.response(replay.RECORDED / f"catchup_{category}_{SILENT}.html")
    body = found.body.decode()
    assert f"{known:%a, %d %b %Y}" in body
    assert SILENT in address
    body = body.replace(f"{known:%a, %d %b %Y}", f"{day:%a, %d %b %Y}").replace(SILENT, str(day))
    return replace(found, body=body.encode())


@contextmanager
def remembering(month: str) -> Iterator[FakeServer]:
    """arXiv's pages of a month's days: the recorded ones as they are, for all others that there was nothing."""
    with serving() as server:
        for category in replay.CATEGORIES:
            for day in weekdays(month):
                path = replay.RECORDED / f"catchup_{category}_{day}.html"
                found = replay.response(path)[1] if path.is_file() else silent(category, day)
                server.answers[f"/catchup/{category}/{day}?abs=True"] = found
        yield server


def configured(folder: Path, server: FakeServer) -> list[str]:
    """Writes the configuration of a test; the arguments that name it."""
    path = folder / "config.yaml"
    endpoints = f"{{listing: {server.url}, rss: {server.url}, api: {server.url}/api/query, oai: {server.url}/oai}}"
    path.write_text(f"{EVERYTHING}request_interval: 0\nendpoints: {endpoints}\n", encoding="utf-8")
    return ["--config", str(path)]


def fill(month: str, server: FakeServer, folder: Path) -> int:
    """The command over a whole month."""
    days = weekdays(month)
    return cli.main(["backfill", "--from", f"{month}-01", "--to", str(days[-1]), *configured(folder, server)])


@pytest.fixture
def month(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """A month with a recorded day, ten days after its end."""
    now = weekdays(str(request.param))[-1] + timedelta(days=10)
    monkeypatch.setenv("DIGEST_NOW", f"{now}T16:00:00Z")
    return str(request.param)


@pytest.mark.parametrize("month", MONTHS, indirect=True)
def test_a_month_has_the_papers_of_its_days(month: str, tmp_path: Path) -> None:
    """Of each recorded day exactly the papers that a plain regular expression finds on its page, in every field.

    One request a category and weekday, and none the second time; days without a mailing are settled as such.
    """
    with remembering(month) as server:
        assert fill(month, server, tmp_path) == 0
        assert server.paths == [f"/catchup/{c}/{day}?abs=True" for day in weekdays(month) for c in replay.CATEGORIES]
        server.requests.clear()
        assert fill(month, server, tmp_path) == 0
        assert server.paths == []
    store = Store(tmp_path)
    recorded = {day for day in DAYS if day.startswith(month)} - {SILENT, SUNDAY}
    assert {str(digest.day) for digest in store.days()} == recorded
    for day in recorded:
        same_papers(store, day)
    states = {str(day): line.state for day, line in store.year(int(month[:4])).items()}
    assert states == {str(day): "published" if str(day) in recorded else "empty" for day in weekdays(month)}


def same_papers(store: Store, day: str) -> None:
    """Asserts that a stored day is that of the day's page of new papers."""
    digest = store.load(date.fromisoformat(day))
    assert digest
    assert (digest.late, digest.source) == (True, "catchup")
    shown = {each.id: each.kind for each in replay.shown(day)}
    found = {pick.listing.paper.id: pick.listing.kind for pick in digest.picks}
    assert {identifier: kind.removeprefix("late-") for identifier, kind in found.items()} == shown
    with replay.replaying(day) as server:
        listed = listing.Source(Web(gap=0), server.url).fetch(replay.CATEGORIES)
    papers = {each.paper.id: each.paper for each in listed.listings}
    assert {pick.listing.paper.id: pick.listing.paper for pick in digest.picks} == papers
    assert {roll.kind for roll in digest.rolls} <= set(Kind)
    page = store.files.read(f"digests/{day[:4]}/{day[5:7]}/{day}.md")
    assert all(re.search(rf'id="{re.escape(identifier)}"', page) for identifier in papers)


@pytest.mark.parametrize("month", ["2026-01"], indirect=True)
def test_a_refusal_of_arxivs_leaves_the_day_open(
    month: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A page that arXiv says is too old is asked for once; the day stays open with arXiv's own reason."""
    refused = replay.response(replay.RECORDED / "error_catchup_older_than_90_days.html")[1]
    with remembering(month) as server:
        server.answers["/catchup/eess.AS/2026-01-21?abs=True"] = refused
        assert fill(month, server, tmp_path) == 4
        assert server.paths.count("/catchup/eess.AS/2026-01-21?abs=True") == 1
    line = Store(tmp_path).year(2026)[date(2026, 1, 21)]
    assert (line.state, line.tries) == ("open", 1)
    assert "arXiv says: Invalid date" in line.reason
    assert "2026-01-21 could not be read" in capsys.readouterr().err
