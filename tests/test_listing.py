"""The page of new papers: read whole and exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from digest import text
from digest.models import Count, Kind, Listing, Paper
from digest.sources import listing
from digest.web import Web
from tests.fakes import sample
from tests.fakes.pages import FakePaper, listing_page
from tests.fakes.server import FakeServer, Reply

DAY = date(2031, 7, 8)
NAMES = sample.names()
CROWD = tuple(f"Ada Example{number}" for number in range(120))
RICH = FakePaper(
    id="3107.00101",
    version=2,
    title=r'Sound & <b>Vision</b>: $\alpha$-Voice, "naïve" 中文',
    authors=("Ada Example", "Bo O'Muster", "Łucja Müller-Beispiel", "The Invented Team"),
    abstract="We hear $x<y$ & more, cf. arXiv:3001.00001v2.\n  "
    "See https://demo.example.org/a?b=c&d=e, or not: 5\\% less.",
    categories=("eess.AS", "cs.SD", "cs.LG"),
    comment="5 pages; code: https://code.example.org/x_y.",
    journal="J. Invented Acoust. 3 (2031) 1-9",
)


def page(
    papers: Sequence[FakePaper], category: str = "eess.AS", *, day: date = DAY, skip: int = 0, show: int = 2000
) -> bytes:
    return listing_page(category, day, papers, skip=skip, show=show, names=NAMES)


def many(count: int, kind: str = "new", first: int = 1, category: str = "eess.AS") -> list[FakePaper]:
    """Plain papers with identifiers in a row."""
    return [
        FakePaper(f"3107.{number:05}", 1, f"Title {number}", ("Ada Example",), "Text.", (category,), kind)
        for number in range(first, first + count)
    ]


def ids(listings: Sequence[Listing]) -> list[str]:
    return [item.paper.id for item in listings]


# --- what a page says ---


def test_every_field_is_read() -> None:
    """Text without markup, addresses instead of "this https URL", paragraphs kept, codes instead of names."""
    (item,) = listing.parse(page([RICH]), "eess.AS").listings
    assert item == Listing(
        Paper(
            id="3107.00101",
            title='Sound & <b>Vision</b>: $α$-Voice, "naïve" 中文',
            authors=RICH.authors,
            abstract="We hear $x<y$ & more, cf. arXiv:3001.00001v2.\n"
            "See https://demo.example.org/a?b=c&d=e, or not: 5% less.",
            categories=("eess.AS", "cs.SD", "cs.LG"),
            version=2,
            comment="5 pages; code: https://code.example.org/x_y.",
            journal="J. Invented Acoust. 3 (2031) 1-9",
            html=True,
        ),
        Kind.NEW,
        ("eess.AS",),
    )


@pytest.mark.parametrize(
    ("changed", "field", "value"),
    [
        ({"html": False}, "html", False),
        ({"html": False}, "version", None),
        ({"version": 12}, "version", 12),
        ({"comment": ""}, "comment", ""),
        ({"comment": "see http://x.example/a, https://y.example"}, "comment", "see http://x.example/a, https://y.example"),
        ({"comment": "a http://Three.js-based page"}, "comment", "a Three.js-based page"),
        ({"journal": ""}, "journal", ""),
        ({"abstract": ""}, "abstract", ""),
        ({"authors": ()}, "authors", ()),
        ({"authors": ("Girish", ":", "Bo B.")}, "authors", ("Girish", "Bo B.")),
        ({"authors": CROWD[:101]}, "authors", CROWD[:101]),
        ({"authors": CROWD}, "authors", CROWD[:100]),
        ({"categories": ("eess.AS", "eess.SY", "cs.SY")}, "categories", ("eess.AS", "eess.SY")),
        ({"categories": ("eess.AS", "68T10", "H.5.5")}, "classes", ("68T10", "H.5.5")),
        ({"title": "0"}, "title", "0"),
        ({"title": "a\u202eb\u200b c\ufffe"}, "title", "ab c"),
        ({"id": "hep-th/3101001"}, "id", "hep-th/3101001"),
    ],
)  # fmt: skip
def test_fields_in_their_variety(changed: dict[str, object], field: str, value: object) -> None:
    """What a paper lacks is empty, not an error; what it has in excess is kept as the page shows it."""
    (item,) = listing.parse(page([replace(RICH, **changed)]), "eess.AS").listings  # type: ignore[arg-type]
    assert getattr(item.paper, field) == value


@pytest.mark.parametrize("category", sample.CATEGORIES)
def test_the_sample_page_is_read_whole(category: str) -> None:
    """40 papers of every kind: ids, versions, titles, abstracts, categories as they were invented, in arXiv's order."""
    read = listing.parse(sample.files()[f"list_{category}_new.html"], category)
    known = {paper.id: paper for paper in sample.papers()}
    shown = [
        p
        for p in sample.papers()
        if category in p.categories and not (p.kind == "cross" and p.categories[0] == category)
    ]
    assert (read.day, read.announced, len(read.listings)) == (sample.DAY, len(shown), len(shown))
    assert set(ids(read.listings)) == {paper.id for paper in shown}
    for item in read.listings:
        paper = known[item.paper.id]
        assert item.paper.version == (paper.version if paper.html else None)
        assert item.paper.categories == paper.categories
        assert item.paper.abstract.split() == text.from_tex(paper.abstract).split()
        primary = paper.categories[0] == category
        replaced = {True: Kind.REPLACE, False: Kind.REPLACE_CROSS}[primary]
        assert item.kind == (replaced if paper.kind.startswith("replace") else Kind.NEW if primary else Kind.CROSS)


def test_sections_are_kinds() -> None:
    """New, cross-listed and replaced papers, the last ones by whether the category is their primary one."""
    papers = [
        *many(2), *many(1, first=3, category="cs.SD"), *many(1, "replace", 4), *many(1, "replace", 5, "cs.SD"),
    ]  # fmt: skip
    papers = [replace(p, categories=(*p.categories, "eess.AS")) if p.categories != ("eess.AS",) else p for p in papers]
    read = listing.parse(page(papers), "eess.AS")
    assert [item.kind for item in read.listings] == ["new", "new", "cross", "replace", "replace-cross"]


def test_an_alias_is_the_same_category() -> None:
    """A paper whose primary category has two codes is at home under both."""
    body = page([replace(RICH, kind="replace", categories=("eess.SY", "cs.SY"))], "eess.SY")
    assert listing.parse(body, "cs.SY").listings[0].kind is Kind.REPLACE


def test_no_updates_is_an_empty_page() -> None:
    """A page without papers that says so has the date of the mailing before, and nothing else."""
    assert listing.parse(page([]), "eess.AS") == listing.ListingPage(DAY, (), 0)


@pytest.mark.parametrize(
    ("skip", "heading", "shown"),
    [
        (0, "(showing first 25 of 40 entries)", (25, 0)),
        (25, "(continued, showing last 15 of 40 entries)", (15, 7)),
    ],
)
def test_a_part_of_a_listing_knows_the_whole(skip: int, heading: str, shown: tuple[int, int]) -> None:
    """A paged listing gives what this page shows, and how many papers all pages announce."""
    body = page([*many(40), *many(7, "replace", 41)], skip=skip, show=25)
    assert heading in body.decode()
    read = listing.parse(body, "eess.AS")
    kinds = [item.kind for item in read.listings]
    assert ((kinds.count(Kind.NEW), kinds.count(Kind.REPLACE)), read.announced) == (shown, 47)


# --- fetching ---


def test_one_request_a_category(server: FakeServer) -> None:
    """The whole day of each category in one page, with proof of the counts; a paper in both is one paper."""
    both = replace(RICH, id="3107.00300", categories=("cs.SD", "eess.AS"))
    papers = [*many(2), *many(3, first=200, category="cs.SD"), both]
    for category in ("eess.AS", "cs.SD"):
        server.answers[f"/list/{category}/new"] = Reply(page(papers, category))
    found = listing.Source(Web(gap=0), server.url).fetch(("eess.AS", "cs.SD"))
    assert server.paths == ["/list/eess.AS/new?show=2000", "/list/cs.SD/new?show=2000"]
    assert (found.day, found.source, found.counts) == (DAY, "listing", (Count("eess.AS", 3, 3), Count("cs.SD", 4, 4)))
    assert ids(found.listings) == [p.id for p in papers]
    assert (found.listings[-1].kind, found.listings[-1].listed) == (Kind.NEW, ("eess.AS", "cs.SD"))
    assert {headers["accept"] for _, headers in server.requests} == {"text/html"}


def test_a_paged_listing_is_followed(server: FakeServer) -> None:
    """When the server shows less at a time than there is, the rest is asked for."""
    papers = [*many(40), *many(17, "replace", 41)]
    for skip in (0, 25, 50):
        query = f"skip={skip}&show=2000" if skip else "show=2000"
        server.answers[f"/list/eess.AS/new?{query}"] = Reply(page(papers, skip=skip, show=25))
    found = listing.Source(Web(gap=0), server.url).fetch(("eess.AS",))
    assert ids(found.listings) == [p.id for p in papers]
    assert (found.counts, len(server.paths)) == ((Count("eess.AS", 57, 57),), 3)
