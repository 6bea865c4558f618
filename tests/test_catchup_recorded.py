"""Pages of past days as arXiv made them: they read as their day's page of new papers; our invented ones are alike."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from digest.errors import SourceError
from digest.models import Count, Kind, Listing
from digest.sources import catchup, listing
from digest.web import Web
from tests import replay
from tests.fakes import sample
from tests.fakes.pages import FakePaper, catchup_error, catchup_page
from tests.fakes.server import serving

pytestmark = replay.needs(replay.RECORDED)

NAME = re.compile(r"catchup_([A-Za-z.]+)_(\d{4}-\d\d-\d\d)")
PAGES = sorted(path for path in replay.RECORDED.glob("*catchup_*.html") if NAME.search(path.name))
ERRORS = sorted(replay.RECORDED.glob("error_catchup_*.html"))
EVENING = "2026-01-22T02"
QUIET = {"2025-11-28", "2026-03-08"}  # a holiday and a Sunday


def asked(path: Path) -> tuple[str, date]:
    """The category and the day a recorded page is of."""
    found = NAME.search(path.name)
    assert found
    return found[1], date.fromisoformat(found[2])


def read(path: Path) -> listing.ListingPage:
    return catchup.parse(path.read_bytes(), *asked(path))


def listed(category: str, day: str) -> tuple[Listing, ...]:
    """The day's page of new papers."""
    return listing.parse(replay.body("list", category, day), category).listings


DAYS = [(category, day) for category in replay.CATEGORIES for day in replay.days()]


def test_every_day_is_recorded() -> None:
    """The tests below see two categories of twelve days, an evening, an older day and six refusals."""
    assert (len(DAYS), len(PAGES), len(ERRORS)) == (24, 27, 6)


@pytest.mark.parametrize(("category", "day"), DAYS)
def test_a_past_day_has_the_papers_of_its_own_page(category: str, day: str) -> None:
    """Every field, kind and count as on the page of new papers; nothing on a day without a mailing."""
    page = read(replay.RECORDED / f"catchup_{category}_{day}.html")
    assert str(page.day) == day
    assert page.listings == (() if day in QUIET else listed(category, day))
    assert page.announced == len(page.listings)


@pytest.mark.parametrize("day", replay.days())
def test_a_past_day_is_a_whole_mailing(day: str) -> None:
    """Both categories from arXiv's own addresses, two requests; ids and kinds a plain regular expression finds too."""
    with replay.replaying(day) as server:
        found = catchup.Source(Web(gap=0), server.url).past(replay.CATEGORIES, date.fromisoformat(day))
    assert server.paths == [f"/catchup/{category}/{day}?abs=True" for category in replay.CATEGORIES]
    expected = [] if day in QUIET else replay.shown(day)
    assert [(item.paper.id, item.kind) for item in found.listings] == [(paper.id, paper.kind) for paper in expected]
    assert (str(found.day), found.proven) == (day, True)
    assert [count.category for count in found.counts] == list(replay.CATEGORIES)
    assert all(
        count == Count(count.category, *[sum(count.category in item.listed for item in found.listings)] * 2)
        for count in found.counts
    )


def test_in_the_evening_tomorrow_is_there() -> None:
    """From 20:00 New York the next day's page is the page of new papers, in every field."""
    with replay.replaying(EVENING) as server:
        page = listing.Source(Web(gap=0), server.url).fetch(("eess.AS",))
        past = catchup.Source(Web(gap=0), server.url).past(("eess.AS",), page.day)
    assert str(past.day) == "2026-01-22"
    assert (past.listings, past.counts) == (page.listings, page.counts)
    assert len(past.listings) == 34


def test_in_the_evening_a_day_has_its_papers_current_texts() -> None:
    """The same papers of the same kinds; where the next mailing changed one, its text and version are the new ones."""
    evening = read(replay.RECORDED / f"evening_catchup_eess.AS_2026-01-21_{EVENING}.html").listings
    morning = listed("eess.AS", "2026-01-21")
    assert [(item.paper.id, item.kind) for item in evening] == [(item.paper.id, item.kind) for item in morning]
    changed = [(new.paper, old.paper) for new, old in zip(evening, morning, strict=True) if new != old]
    tomorrow = listing.parse((replay.RECORDED / f"evening_list_eess.AS_new_{EVENING}.html").read_bytes(), "eess.AS")
    replaced = {item.paper.id: item.paper for item in tomorrow.listings}
    assert len(changed) == 4
    assert sum(new.version != old.version for new, old in changed) == 2
    assert sum(new == replaced.get(new.id) for new, _ in changed) >= 2


def test_a_day_that_was_missed_is_read_later() -> None:
    """Two days after, with the link to the next mailing: what it announces is there, and a section may be absent."""
    page = read(replay.RECORDED / "catchup_cs.SD_2026-01-19_seen_2026-01-21.html")
    kinds = [item.kind for item in page.listings]
    assert (str(page.day), page.announced, kinds.count(Kind.NEW), len(kinds)) == ("2026-01-19", 8, 5, 8)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_recorded_page_is_of_no_other_day(path: Path) -> None:
    """The day before, asked of the same page, is refused."""
    category, day = asked(path)
    with pytest.raises(SourceError, match=f"is of {day}, not of"):
        catchup.parse(path.read_bytes(), category, date.fromordinal(day.toordinal() - 1))


@pytest.mark.parametrize("name", ["list_cs.SD_new", "list_cs.SD_recent", "abs_2601.12222", "catchup_cs.SD_noabs"])
def test_arxivs_other_pages_are_no_past_day(name: str) -> None:
    """A page of another kind is refused, also the past day without abstracts (arXiv leaves them out unless asked)."""
    with pytest.raises(SourceError, match=r"of no day at all|without a place for its abstract"):
        catchup.parse((replay.RECORDED / f"{name}_2026-01-21.html").read_bytes(), "cs.SD", date(2026, 1, 21))


@pytest.mark.parametrize("path", ERRORS, ids=lambda path: path.stem)
def test_arxivs_refusals_say_why(path: Path) -> None:
    """Each of them is a failed source with arXiv's own reason; one request, never an empty day."""
    with serving() as server:
        _, server.answers["*"] = replay.response(path)
        with pytest.raises(
            SourceError, match=r"answered 400; arXiv says: Invalid (date|abs value|subject)\b"
        ) as caught:
            catchup.Source(Web(gap=0), server.url).past(replay.CATEGORIES, date(2026, 1, 21))
    assert re.sub(r"\W", "", str(caught.value)).endswith(re.sub(r"&#39;|\W", "", reason(path)))
    assert len(server.paths) == 1


# --- the invented pages are arXiv's ---


def reason(path: Path) -> str:
    """The heading of an error page as its bytes have it."""
    return path.read_text(encoding="utf-8").partition("<h1>")[2].partition("</h1>")[0]


def main(body: bytes) -> list[str]:
    """The part of a page that is not header or footer, line by line, without the papers on it."""
    inner = re.findall(r"<main>.*?</main>", body.decode(), re.DOTALL)[0]
    return re.sub(r"    <dt>.*?</dd>\n", "", inner, flags=re.DOTALL).splitlines()


def invented(page: listing.ListingPage, category: str) -> list[FakePaper]:
    """As many papers of each kind as a page has."""
    homes = {True: ("cs.LG", category), False: (category,)}
    return [
        FakePaper(f"3107.{number:05}", 1, "T", ("Ada Example",), "A", homes["cross" in item.kind], str(item.kind))
        for number, item in enumerate(page.listings)
    ]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_our_pages_are_arxivs_line_by_line(path: Path) -> None:
    """Around as many papers of each kind, a fake page has the very bytes of the recorded one, empty days too."""
    category, day = asked(path)
    body = path.read_bytes()
    onward = re.search(rf"/catchup/{category}/(\S+)\?abs=True&amp;page=1\">Continue", body.decode())
    following = date.fromisoformat(onward[1]) if onward else None
    papers = invented(read(path), category)
    ours = catchup_page(category, day, papers, names=sample.names(), following=following)
    assert main(ours) == main(body)


@pytest.mark.parametrize("path", ERRORS, ids=lambda path: path.stem)
def test_our_refusals_are_arxivs_line_by_line(path: Path) -> None:
    """The error page has the very bytes of the recorded one, its title too."""
    said = reason(path).replace("&#39;", "'")
    body, ours = path.read_bytes(), catchup_error(said)
    assert main(ours) == main(body)
    titles = [re.findall(rb"<title>.*?</title>", each) for each in (ours, body)]
    assert titles[0] == titles[1]
