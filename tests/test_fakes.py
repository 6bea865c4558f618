"""The stand-ins are trustworthy: the server does as told, the pages are arXiv's, and no test leaves this machine."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from lxml import etree

from tests import replay
from tests.fakes import pages, sample
from tests.fakes.feeds import feed_error
from tests.fakes.listing_page import AUTHORS_SHOWN, listing_page
from tests.fakes.papers import FakePaper, folded, greek, single, with_blank
from tests.fakes.server import FakeServer, Reply, serving

DAY = date(2031, 7, 8)
PAPERS = sample.papers()
CATEGORIES = replay.CATEGORIES


def get(url: str) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(url) as answer:  # noqa: S310 - a server of our own
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


# --- no network ---


@pytest.mark.parametrize("host", ["arxiv.org", "192.0.2.1", "2001:db8::1", "127.0.0.1.evil.example"])
def test_the_network_is_out_of_reach(strayed: list[str], host: str) -> None:
    """Looking a name up or connecting elsewhere fails at once, and fails the test that leaves it at that."""
    with pytest.raises(OSError, match="tests stay on this machine"):
        socket.create_connection((host, 443), timeout=1)
    with socket.socket() as there:
        for connect in (there.connect, there.connect_ex):
            with pytest.raises(OSError, match="tests stay on this machine"):
                connect((host, 443))
    assert strayed == [host] * 3
    strayed.clear()


INNER = """
import os, socket
def test_stray():
    try:
        socket.create_connection(("arxiv.org", 443))
    except OSError:
        pass
def test_settings():
    names = ("GITHUB_STEP_SUMMARY", "OPENAI_API_KEY", "DIGEST_NOW", "https_proxy", "ALL_PROXY")
    assert [name for name in names if name in os.environ] == []
"""


def test_the_fixtures_hold_for_every_test(tmp_path: Path) -> None:
    """A test that swallows the error of a stray request fails all the same; settings of the machine are gone."""
    (tmp_path / "test_inner.py").write_text(INNER, encoding="utf-8")
    settings = dict.fromkeys(("GITHUB_STEP_SUMMARY", "OPENAI_API_KEY", "DIGEST_NOW", "https_proxy", "ALL_PROXY"), "x")
    command = [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-p", "no:cacheprovider", "--rootdir", "."]
    done = subprocess.run(
        [*command, str(tmp_path)],
        cwd=Path(__file__).parents[1], env=os.environ | settings, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "2 passed, 1 error" in done.stdout
    assert "a test reached for arxiv.org" in done.stdout


# --- the server ---


def test_the_server_answers_as_told(server: FakeServer) -> None:
    """The whole address first, then the path, then `*`; otherwise 404. Every request is remembered."""
    server.answers = {"/a": Reply(b"path"), "/a?b=1": Reply(b"address", 503, {"X-Y": "z"})}
    assert get(f"{server.url}/a?b=1") == (503, b"address")
    assert get(f"{server.url}/a?b=2") == (200, b"path")
    assert get(f"{server.url}/c") == (404, b"no such page")
    server.answers["*"] = Reply(b"any")
    assert get(f"{server.url}/c") == (200, b"any")
    assert server.paths == ["/a?b=1", "/a?b=2", "/c", "/c"]
    assert server.requests[0][1]["host"] == server.url.removeprefix("http://")


def test_a_list_of_answers_is_given_in_turn(server: FakeServer) -> None:
    """One for each request; the last one stays."""
    server.answers["/"] = [Reply(b"1"), Reply(b"2"), Reply(b"3")]
    assert [get(f"{server.url}/")[1] for _ in range(4)] == [b"1", b"2", b"3", b"3"]


def test_an_answer_may_break_the_protocol(server: FakeServer) -> None:
    """`raw` writes to the socket itself."""
    server.answers["/"] = Reply(raw=lambda out: out.write(b"HTTP/1.1 200 OK\r\n\r\nbytes until the end"))
    assert get(f"{server.url}/") == (200, b"bytes until the end")


def test_the_server_ends_with_its_block() -> None:
    """Afterwards nobody listens."""
    with serving() as server:
        assert get(f"{server.url}/") == (404, b"no such page")
    with pytest.raises(urllib.error.URLError, match="refused"):
        get(server.url)


# --- the pages ---


def listing(papers: list[FakePaper], **more: int) -> str:
    return listing_page("eess.AS", DAY, papers, names=sample.names(), **more).decode()


def plain(number: int, kind: str = "new", **more: object) -> FakePaper:
    fields: dict[str, object] = {"title": "Title", "authors": ("Ada Example",), "abstract": "Text."} | more
    fields.setdefault("categories", ("eess.AS",))
    return FakePaper(f"3107.{number:05}", 1, kind=kind, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("skip", "headings"),
    [
        (0, ["New submissions (showing first 25 of 40 entries)"]),
        (
            25,
            [
                "New submissions (continued, showing last 15 of 40 entries)",
                "Replacement submissions (showing first 10 of 12 entries)",
            ],
        ),
        (50, ["Replacement submissions (continued, showing last 2 of 12 entries)"]),
    ],
)
def test_a_paged_listing_says_what_it_shows(skip: int, headings: list[str]) -> None:
    """arXiv's own words for a part of a section, and links to the other parts."""
    papers = [*(plain(n) for n in range(40)), *(plain(n, "replace") for n in range(40, 52))]
    page = listing(papers, skip=skip, show=25)
    assert re.findall(r"<h3>(\w+ submissions .*?)</h3>", page) == headings
    assert "Total of 52 entries" in page
    assert page.count("<dt>") == page.count("</dd>") == min(25, 52 - skip)


def test_the_page_has_arxivs_oddities() -> None:
    """A blank before `=`, no version but in the HTML link, lists of authors cut at 100 (101 are still shown)."""
    page = listing([plain(1, authors=tuple(f"Ada Example{n}" for n in range(102)))])
    assert '<a href ="/abs/3107.00001" title="Abstract" id="3107.00001">' in page
    assert re.findall(r"3107\.00001v\d", page) == ["3107.00001v1"]
    assert page.count("searchtype=author") == AUTHORS_SHOWN
    assert listing([plain(1, authors=("Ada Example",) * 101)]).count("searchtype=author") == 101
    assert "No updates today." in listing([])


def test_a_later_cross_list_is_not_on_its_own_page() -> None:
    """An own paper that is cross-listed later stands on the feed, not on the page of its primary category."""
    later = [plain(1, "cross", categories=("eess.AS", "cs.SD"))]
    assert "No updates today." in listing(later)
    assert pages.rss(("eess.AS",), DAY, later).count(b"<item>") == 1


def test_texts_are_spelled_as_each_format_has_them() -> None:
    """Greek letters on pages, TeX in feeds; addresses hidden on pages; a blank before single names in feeds."""
    paper = plain(1, title=r"$\alpha$ & co", comment="at https://x.example/y.", authors=("Girish",), tex_title="TeX")
    page, feed = listing([paper]), pages.rss(("eess.AS",), DAY, [paper]).decode()
    assert "$α$ &amp; co" in page
    assert '<a href="https://x.example/y" ' in page
    assert ">this https URL</a>." in page
    assert "<title>TeX</title>" in feed
    assert "<dc:creator> Girish</dc:creator>" in feed
    assert greek(r"\tau-Voice, \alphabet") == r"τ-Voice, \alphabet"
    assert [single(name) for name in ("Girish", "A Team", "Ada B")] == [True, True, False]
    assert with_blank("Ada B") == "Ada B"
    assert folded(("cs.SY", "eess.SY")) == ["eess.SY"]


def test_an_error_feed_has_no_items() -> None:
    """It is well-formed, has a title and a date, and no paper: what a careless reader takes for a quiet day."""
    root = etree.fromstring(feed_error("eess.AS+nosuch.SD", "Bad archive 'nosuch'."))
    assert root.findtext("channel/title", "").startswith("Feed error for query")
    assert root.findall("channel/item") == []


# --- the formats are arXiv's ---

Shape = set[tuple[str, str, str]]
DOI = {("item", "DOI", ""), ("entry", "DOI", ""), ("entry", "doi", ""), ("entry", "link", "href rel title")}
EXTRA = DOI | {("p", "br", "")}  # documented by arXiv, in no recorded response
RARE = {("div", "a", "class href")}  # links of addresses at arXiv itself; no fake writes them


def shape(root: etree._Element) -> Shape:
    """What a document is made of: each element under its parent, with the names of its attributes."""
    nodes = root.iter(etree.Element)
    return {(_name(node.getparent()), _name(node), " ".join(sorted(map(str, node.attrib)))) for node in nodes}


def _name(node: etree._Element | None) -> str:
    return "" if node is None else str(node.tag).rpartition("}")[2]


def entries(page: bytes) -> Shape:
    """The shape of the lists on a page of new papers."""
    lists = etree.fromstring(page, etree.HTMLParser(encoding="utf-8")).iter("dl")
    return set().union(*map(shape, lists))


@replay.needs(replay.RECORDED)
@pytest.mark.parametrize("form", ["rss", "atom", "api"])
def test_feeds_have_the_shape_of_recorded_ones(form: str) -> None:
    """Same elements, same nesting, same attributes as arXiv's on all its recorded days; nothing more, nothing less."""
    made = {"rss": pages.rss(CATEGORIES, DAY, PAPERS), "atom": pages.atom(CATEGORIES, DAY, PAPERS)}
    files = replay.RECORDED.glob("api_20*.xml" if form == "api" else f"{form}_eess.AS+cs.SD_*.xml")
    real = set().union(*(shape(etree.parse(file).getroot()) for file in files))
    ours = shape(etree.fromstring(made.get(form, pages.api(PAPERS))))
    assert (ours - real - EXTRA, real - ours) == (set(), set())


@replay.needs(replay.RECORDED)
def test_listings_have_the_shape_of_recorded_ones() -> None:
    """Nothing inside of the lists that arXiv's pages do not have, and nothing but a rarity missing."""
    linked = replace(PAPERS[0], abstract="See https://x.example/y.")
    ours = set().union(*(entries(listing_page(c, DAY, [linked, *PAPERS], names=sample.names())) for c in CATEGORIES))
    real = set().union(*(entries(path.read_bytes()) for path in replay.RECORDED.glob("*list_*_new*.html")))
    assert (ours - real - EXTRA, real - ours - RARE) == (set(), set())
