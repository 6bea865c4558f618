"""The feeds: both forms alike, read whole and exactly."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

import pytest

from digest.errors import SourceError
from digest.models import Announcement, Count, Kind, Paper
from digest.sources import listing, rss
from digest.web import Web
from tests.fakes import pages, sample
from tests.fakes.pages import FakePaper
from tests.fakes.server import FakeServer, Reply

DAY = date(2031, 7, 8)
BOTH = ("eess.AS", "cs.SD")
FORMS = pytest.mark.parametrize("form", [pages.rss, pages.atom], ids=["rss", "atom"])
Form = Callable[[Sequence[str], date, Sequence[FakePaper]], bytes]
RICH = FakePaper(
    id="3107.00101",
    version=2,
    title=r'R&D of <b>$x<y$</b> &lt;i&gt; with Schr\"odinger, 95\% & {\o}re; $\alpha$ <a href="/x">y</a>',
    authors=("Ada Example",),
    abstract="For $x<y$ and $k<n$ &amp; <script>alert(1)</script> we ask: a & b?\n  Second &#60; paragraph, http://x.example/?a=1&b=2",
    categories=("eess.AS", "cs.SD", "68T10"),
    journal=r"J. Invented \'Etudes & Co. 3 (2031)",
    doi="10.5555/a&b<c>(1)",
    tex_authors=(r"Ada \'Example (Dept. of Sound, Example University)", "Girish", r"{\L}ukasz O'Muster, Jr."),
)


def read(body: bytes, categories: tuple[str, ...] = BOTH) -> Announcement:
    return rss.parse(body, categories)


def one(form: Form, **changed: object) -> Paper:
    (item,) = read(form(BOTH, DAY, [replace(RICH, **changed)])).listings  # type: ignore[arg-type]
    return item.paper


# --- what a feed says ---


@FORMS
def test_every_field_is_read(form: Form) -> None:
    """Text is text: what looks like markup or entities stays as written, TeX accents become letters, math stays."""
    assert one(form) == Paper(
        id="3107.00101",
        title='R&D of <b>$x<y$</b> &lt;i&gt; with Schrödinger, 95% & øre; $\\alpha$ <a href="/x">y</a>',
        authors=("Ada Éxample", "Girish", "Łukasz O'Muster", "Jr."),
        abstract="For $x<y$ and $k<n$ &amp; <script>alert(1)</script> we ask: a & b?\n"
        "Second &#60; paragraph, http://x.example/?a=1&b=2",
        categories=("eess.AS", "cs.SD"),
        version=2,
        journal="J. Invented Études & Co. 3 (2031)",
        doi="10.5555/a&b<c>(1)",
        classes=("68T10",),
    )


def test_both_forms_say_the_same() -> None:
    """RSS 2.0 and Atom of the sample day are one announcement."""
    files = sample.files()
    assert read(files["rss.xml"]) == read(files["atom.xml"])


def test_a_feed_says_what_the_pages_say() -> None:
    """Same papers and text as on the listing pages; only a later cross-list of an own paper is the feed's alone."""
    files = sample.files()
    feed = {item.paper.id: item for item in read(files["rss.xml"]).listings}
    shown = {code: listing.parse(files[f"list_{code}_new.html"], code).listings for code in BOTH}
    paged = {item.paper.id: item for code in BOTH for item in shown[code]}
    own = {p.id for p in sample.papers() if p.kind == "cross" and p.categories[0] in BOTH}
    assert feed.keys() - paged.keys() == own
    for identifier, item in paged.items():
        ours, theirs = feed[identifier].paper, item.paper
        assert (ours.abstract, ours.categories) == (theirs.abstract, theirs.categories)
        assert ours.authors[:100] == theirs.authors[:100]
        assert ours.version is not None
        assert theirs.version in {None, ours.version}


@pytest.mark.parametrize(
    ("asked", "kinds"),
    [
        (BOTH, ["new", "new", "cross", "replace", "replace-cross"]),
        (("eess.AS",), ["new", "cross", "cross", "replace", "replace-cross"]),
        (("cs.SD",), ["new", "replace-cross"]),
    ],
)
@FORMS
def test_kinds_depend_on_the_question(form: Form, asked: tuple[str, ...], kinds: list[str]) -> None:
    """A paper is new when its primary category is asked for; arXiv's order is new, cross, replace, replace-cross."""
    papers = [
        replace(RICH, id="3107.00001", categories=("eess.AS",)),
        replace(RICH, id="3107.00002", categories=("cs.SD", "eess.AS")),
        replace(RICH, id="3107.00003", categories=("cs.CL", "eess.AS"), kind="cross"),
        replace(RICH, id="3001.00004", categories=("eess.AS", "cs.SD"), kind="replace"),
        replace(RICH, id="3001.00005", categories=("cs.CL", "eess.AS"), kind="replace-cross"),
    ]
    found = read(form(asked, DAY, papers), asked)
    assert [item.kind for item in found.listings] == kinds


@FORMS
def test_an_unknown_kind_is_kept(form: Form) -> None:
    """A word that arXiv does not use today loses no paper."""
    body = form(BOTH, DAY, [RICH])
    for word in (b"revival", b"Withdrawn_2"):
        (item,) = read(
            body.replace(b"Type: new", b"Type: " + word).replace(b"_type>new<", b"_type>" + word + b"<")
        ).listings
        assert (item.kind, item.paper.id) == (Kind.OTHER, "3107.00101")
    (item,) = read(re.sub(rb"<arxiv:announce_type>.*?</arxiv:announce_type>", b"", body)).listings
    assert item.kind is Kind.NEW


@FORMS
def test_categories_of_a_paper_and_of_the_question(form: Form) -> None:
    """A paper stands under each asked category that it carries, under either code of an alias; counts say how many."""
    papers = [RICH, replace(RICH, id="3107.00102", categories=("eess.SY", "cs.SY"))]
    found = read(form((*BOTH, "eess.SY"), DAY, papers), (*BOTH, "cs.SY"))
    assert [item.listed for item in found.listings] == [BOTH, ("cs.SY",)]
    assert found.counts == (Count("eess.AS", None, 1), Count("cs.SD", None, 1), Count("cs.SY", None, 1))


@FORMS
@pytest.mark.parametrize("version", [1, 2, 12])
def test_the_version_is_the_guids(form: Form, version: int) -> None:
    """Links in a feed have no version, the identifier of an entry has."""
    assert one(form, version=version).version == version


@pytest.mark.parametrize(
    ("names", "authors"),
    [
        ("Ada Example, Bo B.", ("Ada Example", "Bo B.")),
        (" Girish,  Tongyi Fun Team", ("Girish", "Tongyi Fun Team")),
        ("Ada E (X, Y), Bo (Z)", ("Ada E", "Bo")),
        ("Ada E (Dept. (of X, Y), Z), Bo", ("Ada E", "Bo")),
        ("Ada E (X, Y (Z)), Bo (1), Cy", ("Ada E", "Bo", "Cy")),
        ("Ada E (never closed, Bo, Cy", ("Ada E (never closed", "Bo", "Cy")),
        ("Ada E), Bo, (X, Cy", ("Ada E)", "Bo", "(X", "Cy")),
        ("MOSI. AI,  :, Donghua Muster", ("MOSI. AI", "Donghua Muster")),
        (r"Kua-\'a-h\`i, Micha\l{} H{\"o}lder, Fran\c{c}ois", ("Kua-á-hì", "Michał Hölder", "François")),
        (r"Haji\v{c} (\v{C}VUT, Praha), {\O}re", ("Hajič", "Øre")),
        ("", ()),
        (" (" * 50_000, (" (" * 50_000,)[:0]),
    ],
)
def test_authors_are_split_outside_parentheses(names: str, authors: tuple[str, ...]) -> None:
    """One string becomes names: without affiliations, and without losing a name to a parenthesis nobody closes."""
    assert rss.split_authors(names) == authors


@pytest.mark.parametrize(("month", "offset"), [(7, "-0400"), (1, "-0500")])
def test_the_day_is_new_yorks(month: int, offset: str) -> None:
    """Midnight in New York is the mailing's day in summer and in winter, however the stamp spells the zone."""
    day = date(2031, month, 8)
    body = pages.rss(BOTH, day, [RICH])
    assert offset.encode() in body
    assert read(body).day == day
    utc = b"0%d:00:00 +0000" % (4 if month == 7 else 5)
    assert read(body.replace(b"00:00:00 " + offset.encode(), utc)).day == day


@FORMS
def test_an_empty_feed_is_an_empty_day(form: Form) -> None:
    """No entries: arXiv announced nothing, or not yet; the day is the feed's."""
    nothing = (Count("eess.AS", None, 0), Count("cs.SD", None, 0))
    assert read(form(BOTH, DAY, [])) == Announcement(DAY, "rss", (), nothing)


@FORMS
def test_an_entry_twice_is_one_paper(form: Form) -> None:
    """The stronger kind wins when a feed lists a paper again."""
    body = form(BOTH, DAY, [RICH])
    entry = re.search(rb"<(item|entry)>.*</\1>", body, re.DOTALL)
    assert entry is not None
    crossed = entry[0].replace(b"Type: new", b"Type: cross").replace(b"_type>new<", b"_type>cross<")
    (item,) = read(body.replace(entry[0], crossed + entry[0])).listings
    assert item.kind is Kind.NEW


# --- fetching ---


def _answering(server: FakeServer, reply: Reply, asked: tuple[str, ...] = BOTH) -> rss.Source:
    server.answers[f"/rss/{'+'.join(asked)}"] = reply
    return rss.Source(Web(gap=0), server.url)


def test_one_request_for_all_categories(server: FakeServer) -> None:
    """The categories are joined by a literal plus, which arXiv needs, in the order of the configuration."""
    source = _answering(server, Reply(pages.rss(BOTH, DAY, sample.papers())))
    assert source.fetch(BOTH) == read(sample.files()["rss.xml"])
    assert server.paths == ["/rss/eess.AS+cs.SD"]
    assert server.requests[0][1]["accept"] == "application/rss+xml, application/xml"


@pytest.mark.parametrize("charset", ["gb2312", "iso-8859-1", "utf-16"])
def test_a_wrong_charset_does_not_garble(server: FakeServer, charset: str) -> None:
    """arXiv's text is UTF-8, whatever a header or the declaration claims."""
    body = pages.rss(BOTH, DAY, [replace(RICH, title="naïve 中文")])
    for one_of in (body, body.replace(b"encoding='UTF-8'", f"encoding='{charset}'".encode())):
        source = _answering(server, Reply(one_of, headers={"Content-Type": f"application/xml; charset={charset}"}))
        assert source.fetch(BOTH).listings[0].paper.title == "naïve 中文"


@pytest.mark.parametrize("status", [400, 200])
@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        (("eess.AS", "nosuch.SD"), "Bad archive 'nosuch'. Valid archive names are: cs, eess & more."),
        (("cs.SDD",), "Bad subject class 'SDD'. Valid subject classes for the archive 'cs' are: cs.AI, cs.SD."),
    ],
)
def test_an_error_feed_names_the_bad_category(
    server: FakeServer, status: int, asked: tuple[str, ...], reason: str
) -> None:
    """arXiv's refusal is a feed without papers; its reason is told, it is never an empty day."""
    source = _answering(server, Reply(pages.feed_error("+".join(asked), reason), status), asked)
    with pytest.raises(SourceError, match=re.escape(f"arXiv refuses the categories: {reason}")):
        source.fetch(asked)
    assert len(server.paths) == 1


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (Reply(b"no such page", 404), "answered 404"),
        (Reply(b"", 404), "answered 404 and nothing else"),
        (Reply(b"<html><body>503 Service Unavailable</body></html>"), "not whole"),
        (Reply(b"", 302, {"Location": "https://evil.example/"}), "refused a redirect"),
    ],
)
def test_a_failed_feed_is_a_failed_source(server: FakeServer, reply: Reply, words: str) -> None:
    """Whatever the web brings instead of a feed becomes a SourceError that says what it was."""
    with pytest.raises(SourceError, match=words):
        _answering(server, reply).fetch(BOTH)
