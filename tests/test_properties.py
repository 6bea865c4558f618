"""Sources: what arXiv announces is what is read, in every format; any other bytes are refused, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from digest import arxiv, text
from digest.errors import SourceError
from digest.models import Announcement, Kind, Listing, Paper
from digest.sources import api, catchup, listing, oai, rss
from digest.sources._arxivraw import Page
from digest.sources._markup import ListingPage
from tests.fakes import pages, sample
from tests.fakes.catchup_page import catchup_page
from tests.fakes.oai import FakeRecord, Repository
from tests.fakes.pages import FakePaper
from tests.fuzz.targets import Door
from tests.make import DAY
from tests.strategies import CATEGORIES, cuts, examples, mailings, spoiled

Mailing = tuple[date, tuple[FakePaper, ...]]
Form = Callable[[tuple[str, ...], date, tuple[FakePaper, ...]], bytes]
FORMS = pytest.mark.parametrize("form", [pages.rss, pages.atom], ids=["rss", "atom"])
NAMES = sample.names()
TWO = (
    FakePaper("3107.00001", 2, "R&D of $x<y$", ("Ada Example",), "First.\n  Second.", CATEGORIES, comment="5 pages"),
    FakePaper("3107.00002", 1, "语音增强", ("蔡示例", "Bo Beispiel"), "Speech.", ("cs.SD", "eess.AS"), "replace"),
)


def page(category: str, day: date, papers: tuple[FakePaper, ...]) -> bytes:
    return pages.listing_page(category, day, papers, names=NAMES)


def facts(paper: Paper) -> dict[str, Any]:
    """What every source tells of a paper."""
    names = ("id", "title", "authors", "abstract", "categories", "classes", "journal")
    return {name: getattr(paper, name) for name in names}


def meant(paper: FakePaper) -> dict[str, Any]:
    """The same of an invented paper."""
    categories, classes = arxiv.split_categories(paper.categories)
    return {
        "id": paper.id,
        "title": paper.title,
        "authors": tuple(name for name in paper.authors if text.is_word(name)),
        "abstract": "\n".join(paper.abstract.split("\n  ")),
        "categories": categories,
        "classes": classes,
        "journal": paper.journal,
    }


def by_id(papers: tuple[FakePaper, ...]) -> list[FakePaper]:
    return sorted(papers, key=lambda paper: paper.id)


def read_pages(day: date, papers: tuple[FakePaper, ...]) -> tuple[Listing, ...]:
    """Both categories' pages as one mailing, as the source joins them."""
    parts = [listing.parse(page(code, day, papers), code) for code in CATEGORIES]
    assert {part.day for part in parts} == {day}
    assert [len(part.listings) for part in parts] == [part.announced for part in parts]
    return arxiv.merge(item for part in parts for item in part.listings)


@given(mailings())
@examples(60)
def test_listing_pages_give_back_the_mailing(mailing: Mailing) -> None:
    """Every paper of a day with its kind, texts and version (which a page knows where there is an HTML version)."""
    day, papers = mailing
    read = sorted(read_pages(day, papers), key=lambda item: item.paper.id)
    assert [facts(item.paper) for item in read] == [meant(paper) for paper in by_id(papers)]
    for item, paper in zip(read, by_id(papers), strict=True):
        assert (item.kind, item.paper.comment, item.paper.html) == (Kind(paper.kind), paper.comment, paper.html)
        assert item.paper.version == (paper.version if paper.html else None)
        assert item.listed == tuple(code for code in CATEGORIES if code in paper.categories)


@given(mailings())
@examples(30)
def test_catchup_pages_give_back_the_mailing(mailing: Mailing) -> None:
    """A past day's page has the papers of that day's page of new papers, to the last letter."""
    day, papers = mailing
    for code in CATEGORIES:
        past = catchup.parse(catchup_page(code, day, papers, names=NAMES), code, day)
        new = listing.parse(page(code, day, papers), code)
        assert (past.day, past.announced) == (day, new.announced)
        assert [facts(item.paper) for item in past.listings] == [facts(item.paper) for item in new.listings]
        assert [item.kind for item in past.listings] == [item.kind for item in new.listings]


@FORMS
@given(mailing=mailings())
@examples(40)
def test_feeds_give_back_the_mailing(form: Form, mailing: Mailing) -> None:
    """Every paper of a day with its kind, texts, version and DOI."""
    day, papers = mailing
    announcement = rss.parse(form(CATEGORIES, day, papers), CATEGORIES)
    read = sorted(announcement.listings, key=lambda item: item.paper.id)
    if papers or form is pages.rss:  # an Atom feed without papers names only the moment of its making
        assert announcement.day == day
    assert [facts(item.paper) for item in read] == [meant(paper) for paper in by_id(papers)]
    for item, paper in zip(read, by_id(papers), strict=True):
        assert (item.kind, item.paper.version, item.paper.doi) == (Kind(paper.kind), paper.version, paper.doi)


@FORMS
def test_letters_that_look_like_wrongly_read_utf8_stay(form: Form) -> None:
    """The library mends what it takes for a slip, such as a square Ångström; it must not."""
    paper = replace(TWO[0], title="5 Å² of CAFÉ»", abstract="Å³", authors=("Ä°",), journal="Ø²")
    (read,) = rss.parse(form(CATEGORIES, DAY, (paper,)), CATEGORIES).listings
    assert facts(read.paper) == meant(paper)


def ask(body: bytes, *identifiers: str) -> dict[str, Paper]:
    return api.Source(Door(body), "http://127.0.0.1").papers(identifiers)


@given(mailings())
@examples(40)
def test_the_api_gives_back_the_papers(mailing: Mailing) -> None:
    """Every paper that was asked for with its texts, version, comment, DOI and date."""
    _, papers = mailing
    assume(papers)
    read = ask(pages.api(papers), *(paper.id for paper in papers))
    assert read.keys() == {paper.id for paper in papers}
    for paper in papers:
        found = read[paper.id]
        assert facts(found) == meant(paper)
        assert (found.version, found.comment, found.doi) == (paper.version, paper.comment, paper.doi)
        assert str(found.updated) == paper.submitted[:10]


_SCHEMES = {"I.2.7": "acm-class", "68T10": "msc-class"}


def records(papers: tuple[FakePaper, ...], day: date, versions: int) -> tuple[FakeRecord, ...]:
    """The papers as arXivRaw has them: always with authors, classes apart from the categories."""
    moments = tuple(f"2031-0{month}-01T12:00:00+00:00" for month in range(1, versions + 1))
    found = []
    for paper in papers:
        codes, classes = arxiv.split_categories(paper.categories)
        plain = replace(paper, categories=codes, authors=paper.authors or ("Ada Example",))
        found.append(FakeRecord(plain, day, moments, classes=tuple((_SCHEMES[code], code) for code in classes)))
    return tuple(found)


@given(mailings(), st.integers(1, 6))
@examples(40)
def test_records_give_back_the_papers(mailing: Mailing, versions: int) -> None:
    """Every record with its texts, its day, and the number and date of each of its versions."""
    day, papers = max(mailing[0], oai.EARLIEST), mailing[1]
    papers = tuple(p for p in papers if not any(re.fullmatch("[IV]{2,}|[js]r", name, re.I) for name in p.authors))
    held = records(papers, day, versions)
    read = {record.id: record for record in oai.parse(Repository(held).answer(ALL_RECORDS)).records}
    assert read.keys() == {paper.id for paper in papers}
    for each in held:
        record, last = read[each.paper.id], read[each.paper.id].paper(versions)
        assert facts(last) | {"classes": ()} == meant(each.paper)
        assert last.classes == tuple(code for _, code in each.classes)
        assert (last.version, last.comment, last.doi) == (versions, each.paper.comment, each.paper.doi)
        assert (record.stamp, last.submitted, last.updated) == (day, date(2031, 1, 1), date(2031, versions, 1))
        assert [version.number for version in record.versions] == list(range(1, versions + 1))


# --- what is not whole ------------------------------------------------------------------------------------------------

PAGE = page("eess.AS", DAY, TWO)
FEED = pages.rss(CATEGORIES, DAY, TWO)
ATOM = pages.atom(CATEGORIES, DAY, TWO)
ANSWER = pages.api(TWO)
PAST = catchup_page("eess.AS", DAY, TWO, names=NAMES)
ALL_RECORDS = "verb=ListRecords&metadataPrefix=arXivRaw"
RECORDS = Repository(records(TWO, DAY, 2)).answer(ALL_RECORDS)
READERS: dict[str, tuple[bytes, Callable[[bytes], object]]] = {
    "listing": (PAGE, lambda body: listing.parse(body, "eess.AS")),
    "rss": (FEED, lambda body: rss.parse(body, CATEGORIES)),
    "atom": (ATOM, lambda body: rss.parse(body, CATEGORIES)),
    "catchup": (PAST, lambda body: catchup.parse(body, "eess.AS", DAY)),
    "oai": (RECORDS, oai.parse),
    "api": (ANSWER, lambda body: ask(body, *(paper.id for paper in TWO))),
}
EACH = pytest.mark.parametrize("name", READERS)
JUNK = (b"<", b"&", b"]]>", b"<dl>", b"9" * 5000, b"\0", b"\xff\xfe", b"<!DOCTYPE x>", b"&#xD800;", b"</feed>")


def identifiers(read: object) -> set[str]:
    """The papers of what a source gave."""
    if isinstance(read, dict):
        return set(read)
    if isinstance(read, Page):
        return {record.id for record in read.records}
    assert isinstance(read, Announcement | ListingPage)
    return {item.paper.id for item in read.listings}


@EACH
@given(data=st.data())
@examples(60)
def test_a_cut_body_is_refused_or_whole(name: str, data: st.DataObject) -> None:
    """Wherever an answer is cut, it is refused, or nothing of it was lost but blanks."""
    body, read = READERS[name]
    try:
        found = read(data.draw(cuts(body)))
    except SourceError:
        return
    assert found == read(body)


@EACH
@given(data=st.data())
@examples(60)
def test_a_spoiled_body_is_refused_or_read(name: str, data: st.DataObject) -> None:
    """An answer with a piece replaced by junk is refused, or read without a paper that arXiv has not announced."""
    body, read = READERS[name]
    with_trouble = data.draw(spoiled(body, JUNK))
    try:
        found = identifiers(read(with_trouble))
    except SourceError:
        return
    assert len(found) <= len(TWO)


@EACH
@given(body=st.binary(max_size=400) | st.text(max_size=200).map(str.encode))
@example(b"</html>")
@example(b"\xff\xfe<\0?\0")
@examples(60)
def test_any_bytes_are_refused(name: str, body: bytes) -> None:
    """Bytes that are no answer of arXiv end in SourceError, never in anything else."""
    with pytest.raises(SourceError):
        READERS[name][1](body)


@given(mailings(), st.data())
@examples(50)
def test_counts_find_a_lost_or_doubled_paper(mailing: Mailing, data: st.DataObject) -> None:
    """A page on which an entry is missing or stands twice, its counts unchanged, is refused."""
    day, papers = mailing
    assume(papers)
    category = "eess.AS" if any("eess.AS" in paper.categories for paper in papers) else "cs.SD"
    body = page(category, day, papers)
    entry = data.draw(st.sampled_from(re.findall(rb"    <dt>.*?    </dd>\n", body, re.DOTALL)))
    spoilt = body.replace(entry, data.draw(st.sampled_from([b"", entry * 2])), 1)
    with pytest.raises(SourceError):
        listing.parse(spoilt, category)


# --- XML declarations -------------------------------------------------------------------------------------------------

ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32")


@pytest.mark.parametrize("name", ["rss", "atom", "api", "oai"])
@given(encoding=st.sampled_from(ENCODINGS), size=st.integers(1, 600), times=st.integers(1, 400))
@example(encoding="utf-16", size=600, times=100_000)
@examples(25)
def test_no_entity_is_expanded(name: str, encoding: str, size: int, times: int) -> None:
    """A body that declares entities is refused before any is expanded, however it is encoded."""
    body, read = READERS[name]
    whole = re.sub(r"""encoding=['"]UTF-8['"]""", "", body.decode())
    bomb = whole.replace("?>\n", f'?>\n<!DOCTYPE x [\n<!ENTITY c "{"A" * size}">\n]>\n', 1).replace(
        "R&amp;D", "é" + "&c;" * times
    )
    with pytest.raises(SourceError) as refused:
        read(bomb.encode(encoding))
    assert "AAAA" not in str(refused.value)
    assert "amplification" not in str(refused.value)
