"""The page of a past day: read whole and exactly, page by page, under the code that was asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest

from digest.models import Announcement, Count, Kind, Listing
from digest.sources import catchup, listing
from digest.web import PAGES, Web
from tests.fakes import sample
from tests.fakes.pages import FakePaper, catchup_page, listing_page
from tests.fakes.server import FakeServer, Reply

DAY = date(2031, 7, 8)
NAMES = sample.names() | {"eess.SY": "Systems and Control", "cs.LG": "Machine Learning"}


def page(papers: Sequence[FakePaper], category: str = "eess.AS", number: int = 1, show: int = 2000) -> bytes:
    """A page of the day."""
    return catchup_page(category, DAY, papers, names=NAMES, page=number, show=show)


def many(count: int, kind: str = "new", first: int = 1, category: str = "eess.AS") -> list[FakePaper]:
    """Plain papers with identifiers in a row."""
    return [
        FakePaper(f"3107.{number:05}", 1, f"Title {number}", ("Ada Example",), "Text.", (category,), kind)
        for number in range(first, first + count)
    ]


def ids(listings: Sequence[Listing]) -> list[str]:
    return [item.paper.id for item in listings]


def past(server: FakeServer, *categories: str) -> Announcement:
    return catchup.Source(Web(gap=0), server.url).past(categories, DAY)


# --- what a page says ---


@pytest.mark.parametrize("category", sample.CATEGORIES)
def test_a_past_day_reads_as_it_did_when_it_was_new(category: str) -> None:
    """Every field of every paper, its kind and the count are those of the page of new papers."""
    papers = sample.papers()
    new = listing.parse(listing_page(category, DAY, papers, names=NAMES), category)
    assert len(new.listings) > 20
    assert catchup.parse(page(papers, category), category, DAY) == new


def test_sections_are_kinds() -> None:
    """New, cross-listed and replaced papers, the last ones by whether the category is their primary one."""
    papers = [
        *many(2), *many(1, first=3, category="cs.SD"), *many(1, "replace", 4), *many(1, "replace", 5, "cs.SD"),
    ]  # fmt: skip
    papers = [replace(p, categories=(*p.categories, "eess.AS")) if p.categories != ("eess.AS",) else p for p in papers]
    read = catchup.parse(page(papers), "eess.AS", DAY)
    assert [item.kind for item in read.listings] == ["new", "new", "cross", "replace", "replace-cross"]


@pytest.mark.parametrize("following", [None, date(2031, 7, 9)])
def test_no_updates_is_an_empty_page(following: date | None) -> None:
    """A day without a mailing, or without papers in the category: the day, no papers, none announced."""
    body = catchup_page("eess.AS", DAY, [], names=NAMES, following=following)
    assert b"No updates for Tue, 08 Jul 2031." in body
    assert catchup.parse(body, "eess.AS", DAY) == listing.ListingPage(DAY, (), 0)


def test_the_next_day_is_not_this_one() -> None:
    """The link to the mailing after changes nothing of what is read."""
    with_link = catchup_page("eess.AS", DAY, many(2), names=NAMES, following=date(2031, 7, 9))
    assert b"Continue to the next day" in with_link
    assert catchup.parse(with_link, "eess.AS", DAY) == catchup.parse(page(many(2)), "eess.AS", DAY)


@pytest.mark.parametrize("day", [date(2031, 1, 1) + timedelta(days=number * 37) for number in range(12)])
def test_every_month_has_its_name(day: date) -> None:
    """The page's own words for a date, of every length."""
    body = catchup_page("eess.AS", day, many(1), names=NAMES)
    assert catchup.parse(body, "eess.AS", day).day == day


def test_a_category_may_have_any_name() -> None:
    """Words of a name that look like the page's own, or like markup, are no date."""
    names = NAMES | {"eess.AS": "Catchup results for Noise on Mon, 07 Jul 2031 & <b>Sound</b> on Wed"}
    body = catchup_page("eess.AS", DAY, many(1), names=names)
    assert catchup.parse(body, "eess.AS", DAY).day == DAY


def test_only_the_pages_own_words_count() -> None:
    """Days, totals and headings inside of a paper's text, or in a comment of the page, mean nothing."""
    said = "Catchup results for Sound on Mon, 07 Jul 2031. Total of 9 entries. No updates for us. <h3>New submissions"
    papers = [replace(many(1)[0], title=said, abstract=f"{said} (showing 9 of 9 entries)", comment=said)]
    body = page(papers).replace(b"<body>", f"<body><!-- {said} --><?pi {said}?>".encode())
    read = catchup.parse(body, "eess.AS", DAY)
    assert (read.announced, ids(read.listings), read.listings[0].paper.title) == (1, ["3107.00001"], said)


# --- fetching ---


class Lanes(Web):
    """Remembers in which lane a page was asked for."""

    lanes: tuple[str, ...] = ()

    def get(self, url: str, *, lane: str, accept: str, tries: int = 1) -> bytes:
        """Asks, and takes the lane down."""
        self.lanes += (lane,)
        return super().get(url, lane=lane, accept=accept, tries=tries)


def test_one_request_a_category(server: FakeServer) -> None:
    """The whole day of each category in one page, with proof of the counts; a paper in both is one paper."""
    both = replace(many(1, first=300)[0], categories=("cs.SD", "eess.AS"))
    papers = [*many(2), *many(3, first=200, category="cs.SD"), both]
    for category in ("eess.AS", "cs.SD"):
        server.answers[f"/catchup/{category}/2031-07-08?abs=True"] = Reply(page(papers, category))
    web = Lanes(gap=0)
    found = catchup.Source(web, server.url).past(("eess.AS", "cs.SD"), DAY)
    assert server.paths == ["/catchup/eess.AS/2031-07-08?abs=True", "/catchup/cs.SD/2031-07-08?abs=True"]
    assert (found.day, found.source, found.counts) == (DAY, "catchup", (Count("eess.AS", 3, 3), Count("cs.SD", 4, 4)))
    assert ids(found.listings) == [p.id for p in papers]
    assert (found.listings[-1].kind, found.listings[-1].listed) == (Kind.NEW, ("eess.AS", "cs.SD"))
    assert (found.notes, found.proven, web.lanes) == ((), True, (PAGES, PAGES))
    assert {headers["accept"] for _, headers in server.requests} == {"text/html"}


def test_a_day_without_a_mailing_is_empty_and_proven(server: FakeServer) -> None:
    """No papers, and arXiv's own word for it: zero of zero in every category, one request each."""
    for category in ("eess.AS", "cs.SD"):
        server.answers[f"/catchup/{category}/2031-07-08"] = Reply(page([], category))
    counts = (Count("eess.AS", 0, 0), Count("cs.SD", 0, 0))
    found = past(server, "eess.AS", "cs.SD")
    assert found == Announcement(DAY, "catchup", (), counts)
    assert (found.proven, len(server.paths)) == (True, 2)


def test_one_category_may_have_none(server: FakeServer) -> None:
    """A mailing without papers in one of the categories is whole."""
    server.answers["/catchup/eess.AS/2031-07-08"] = Reply(page(many(2)))
    server.answers["/catchup/cs.SD/2031-07-08"] = Reply(page(many(2), "cs.SD"))
    found = past(server, "eess.AS", "cs.SD")
    assert (len(found.listings), found.counts) == (2, (Count("eess.AS", 2, 2), Count("cs.SD", 0, 0)))


@pytest.mark.parametrize(("show", "sizes"), [(2000, (1990, 2013)), (25, (40, 17)), (25, (40, 10))])
def test_a_long_day_is_read_page_by_page(server: FakeServer, show: int, sizes: tuple[int, int]) -> None:
    """arXiv's 2000 papers a page, or fewer should it choose so: all of them, in order, and no page too many."""
    papers = [*many(sizes[0]), *many(sizes[1], "replace", sizes[0] + 1)]
    pages = -(-len(papers) // show)
    address = "/catchup/eess.AS/2031-07-08?abs=True"
    addresses = [address, *(f"{address}&page={number}" for number in range(2, pages + 1))]
    for number, each in enumerate(addresses, 1):
        server.answers[each] = Reply(page(papers, number=number, show=show))
    found = past(server, "eess.AS")
    assert (server.paths, pages) == (addresses, {2000: 3, 25: pages}[show])
    assert ids(found.listings) == [p.id for p in papers]
    assert found.counts == (Count("eess.AS", len(papers), len(papers)),)


def test_an_alias_keeps_the_name_it_was_asked_by(server: FakeServer) -> None:
    """arXiv leads from `cs.SY` on to `eess.SY`: the page is read, and its papers are at home under the asked code."""
    there = {"Location": "/catchup/eess.SY/2031-07-08?page=1&abs=True"}
    papers = [
        replace(paper, categories=categories, kind=kind)
        for paper, categories, kind in zip(
            many(3),
            [("eess.SY", "cs.SY"), ("cs.LG", "eess.SY", "cs.SY"), ("eess.SY", "cs.SY")],
            ["new", "new", "replace"],
            strict=True,
        )
    ]
    server.answers["/catchup/cs.SY/2031-07-08?abs=True"] = Reply(b"", 301, there)
    server.answers["/catchup/eess.SY/2031-07-08?page=1&abs=True"] = Reply(page(papers, "eess.SY"))
    found = past(server, "cs.SY")
    assert len(server.paths) == 2
    assert found.counts == (Count("cs.SY", 3, 3),)
    assert [(item.kind, item.listed) for item in found.listings] == [
        (Kind.NEW, ("cs.SY",)),
        (Kind.CROSS, ("cs.SY",)),
        (Kind.REPLACE, ("cs.SY",)),
    ]


def test_it_reaches_ninety_days_back() -> None:
    """What a caller need not ask for: arXiv refuses what is older."""
    assert timedelta(days=90) == catchup.Source.REACH
