"""The page of new papers: what is cut, contradicts itself or is no page at all is refused."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.errors import SourceError
from digest.sources import listing
from digest.web import Web
from tests.fakes import sample
from tests.fakes.pages import FakePaper, listing_page
from tests.fakes.server import FakeServer, Reply

DAY = date(2031, 7, 8)
NAMES = sample.names()


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


def fetch(server: FakeServer, *categories: str) -> None:
    listing.Source(Web(gap=0), server.url).fetch(categories)


def _cut(old: str, new: str = "") -> Callable[[str], str]:
    return lambda text: re.sub(old, new, text, count=1, flags=re.DOTALL)


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (_cut("showing 3 of 3", "showing 4 of 4"), "New shows 4 papers, 3 could be read"),
        (_cut("showing 3 of 3", "showing 2 of 3"), "New shows 2 papers, 3 could be read"),
        (_cut("<dt>.*?</dt>"), "2 papers but 3 descriptions"),
        (_cut("<dd>.*?</dd>"), "3 papers but 2 descriptions"),
        (_cut("<dt>.*?</dd>"), "New shows 3 papers, 2 could be read"),
        (_cut(r"\(showing 3 of 3 entries\)"), "has no count"),
        (_cut("<h3>Showing new listings[^<]*</h3>"), "names no date"),
        (_cut("8 July 2031", "31 June 2031"), "names no date"),
        (_cut("8 July 2031", "8 Juli 2031"), "names no date"),
        (_cut("Showing new listings for", "Catchup results for"), "names no date"),
        (_cut("<dl id='articles'>.*</dl>"), "neither papers nor a word"),
        (_cut("dl id='articles'", "dl id='entries'"), "neither papers nor a word"),
        (_cut("/abs/3107.00001", "/abs/3107.00002"), "lists a paper twice"),
        (_cut('title="Abstract"', 'title="Paper"'), "without identifier"),
        (_cut("/abs/3107.00001", "/abs/../../x"), "not an arXiv identifier"),
        (_cut("list-title", "title"), "without identifier, title, authors or subjects"),
        (_cut("list-subjects", "subjects"), "without identifier, title, authors or subjects"),
        (_cut(r"Audio and Speech Processing \(eess.AS\)</span>", "</span>"), "without categories"),
        (_cut("</html>"), "is cut"),
        (lambda _: "<html><head><title>503 Service Unavailable</title></head></html>", "names no date"),
        (lambda _: "Rate exceeded.", "no page at all"),
        (lambda _: "</html>", "eess.AS"),
        (lambda _: "", "no page at all"),
    ],
)  # fmt: skip
def test_a_page_that_is_not_whole_is_refused(damage: Callable[[str], str], words: str) -> None:
    """Whatever is missing or contradicts the page's own counts, the page is refused and the reason named."""
    whole = page(many(3)).decode()
    assert len(listing.parse(whole.encode(), "eess.AS").listings) == 3
    damaged = damage(whole)
    assert damaged != whole
    with pytest.raises(SourceError, match=words):
        listing.parse(damaged.encode(), "eess.AS")


def test_a_cut_page_is_refused_wherever_it_is_cut() -> None:
    """At every hundredth of its length, and at every byte of its end: never fewer papers, never a shorter abstract."""
    body = sample.files()["list_cs.SD_new.html"]
    whole = listing.parse(body, "cs.SD")
    for end in [*range(0, len(body), len(body) // 100), *range(len(body) - 60, len(body))]:
        try:
            assert listing.parse(body[:end], "cs.SD") == whole
        except SourceError:
            continue


def test_only_the_headings_and_links_of_the_page_count() -> None:
    """Dates, counts, identifiers and headings inside of a paper's text, or in a comment of the page, mean nothing."""
    said = "Showing new listings for Monday, 1 January 2029. Total of 9 entries. No updates today. <h3>New submissions"
    papers = [
        replace(many(1)[0], title=said, abstract=f"{said} (showing 9 of 9 entries) arXiv:3101.00001", comment=said)
    ]
    body = page(papers).replace(b"<body>", f"<body><!-- {said} --><?pi {said}?>".encode())
    read = listing.parse(body, "eess.AS")
    assert (read.day, read.announced, len(read.listings)) == (DAY, 1, 1)
    assert (read.listings[0].paper.id, read.listings[0].paper.title) == ("3107.00001", said)


@given(st.binary(max_size=300).map(lambda junk: junk + b"</html>") | st.binary(max_size=300))
def test_rubbish_is_refused(junk: bytes) -> None:
    """Bytes that are no page end in SourceError, nothing else."""
    with pytest.raises(SourceError):
        listing.parse(junk, "eess.AS")


WHOLE = page([*many(1), *many(2, "replace", 200)])


@given(
    st.integers(0, len(WHOLE)),
    st.integers(0, 400),
    st.binary(max_size=20) | st.sampled_from([b"<", b"<dl>", b"9" * 5000, b"\0"]),
)
def test_a_damaged_page_is_refused_or_read(start: int, length: int, junk: bytes) -> None:
    """A page with a piece replaced by rubbish ends in SourceError, or is read without a paper more."""
    try:
        read = listing.parse(WHOLE[:start] + junk + WHOLE[start + length :], "eess.AS")
    except SourceError:
        return
    assert len({item.paper.id for item in read.listings}) == len(read.listings) <= 3


@pytest.mark.parametrize(
    "hostile",
    [
        "<div>" * 100_000,
        '<!DOCTYPE html [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>' + "&b;" * 1000,
        '<!DOCTYPE html [<!ENTITY x SYSTEM "{file}">]>&x;',
        '<xi:include href="{file}" parse="text"/>',
        "<p " + "a='b' " * 100_000 + ">",
        "x" * 5_000_000,
    ],
    ids=["deep", "bomb", "external", "include", "attributes", "long"],
)
def test_hostile_markup_costs_little_and_opens_nothing(hostile: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    """No file is read for a page, no entity multiplies, and a monster takes a moment only."""
    secret = tmp_path_factory.mktemp("secret") / "file"
    secret.write_text("a well kept secret", encoding="utf-8")
    paper = replace(many(1)[0], abstract="MARK")
    body = page([paper]).replace(b"MARK", hostile.replace("{file}", secret.as_uri()).encode())
    begun = time.process_time()
    try:
        shown = repr(listing.parse(body, "eess.AS"))
    except SourceError as error:
        shown = str(error)
    assert "secret" not in shown
    assert time.process_time() - begun < 2


@pytest.mark.parametrize("trouble", ["missing", "again", "another day", "shrunk"])
def test_a_listing_with_a_page_missing_is_refused(server: FakeServer, trouble: str) -> None:
    """A page that cannot be had, repeats another, or is of another day leaves the listing short, and it is refused."""
    first = page(many(40), show=25)
    second = {
        "missing": Reply(b"gone", 404),
        "again": Reply(first),
        "another day": Reply(page(many(40), day=date(2031, 7, 9), skip=25, show=25)),
        "shrunk": Reply(page(many(39), skip=25, show=25)),
    }
    server.answers["/list/eess.AS/new"] = Reply(first)
    server.answers["/list/eess.AS/new?skip=25&show=2000"] = second[trouble]
    with pytest.raises(SourceError, match=r"40 papers announced, \d+ on the pages|answered 404"):
        fetch(server, "eess.AS")
    assert len(server.paths) <= 3


def test_more_announced_than_shown_is_refused(server: FakeServer) -> None:
    """The total above the list counts too, not only the sections' own numbers."""
    server.answers["/list/eess.AS/new"] = Reply(page(many(3)).replace(b"Total of 3 entries", b"Total of 4 entries"))
    with pytest.raises(SourceError, match="4 papers announced, 3 on the pages"):
        fetch(server, "eess.AS")


def test_pages_of_different_days_are_refused(server: FakeServer) -> None:
    """A category that still shows yesterday would lose its day: the days are named, the next source is asked."""
    for category, day in (("eess.AS", DAY), ("cs.SD", date(2031, 7, 7))):
        server.answers[f"/list/{category}/new"] = Reply(page(many(1), category, day=day))
    with pytest.raises(SourceError, match=r"different days \(eess.AS 2031-07-08, cs.SD 2031-07-07\)"):
        fetch(server, "eess.AS", "cs.SD")


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (Reply(b"no", 404), "answered 404; does arXiv have the category eess.AS"),
        (Reply(b"no", 400), "does arXiv have the category"),
        (Reply(b"no", 403), "answered 403$"),
        (Reply(b"<html><body>503 Service Unavailable</body></html>"), "names no date"),
        (Reply(b"", 302, {"Location": "https://evil.example/"}), "refused a redirect"),
    ],
)
def test_a_failed_page_is_a_failed_source(server: FakeServer, reply: Reply, words: str) -> None:
    """Whatever the web brings instead of a page becomes a SourceError that says what it was."""
    server.answers["/list/eess.AS/new"] = reply
    with pytest.raises(SourceError, match=words):
        fetch(server, "eess.AS")
