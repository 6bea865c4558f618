"""OAI-PMH in trouble: errors, broken harvests, malformed and hostile answers end in a SourceError, and soon."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.errors import SourceError
from digest.sources import _arxivraw, oai
from digest.web import Web
from tests.fakes.clock import Hours
from tests.fakes.oai import FakeRecord, Repository, serve
from tests.fakes.papers import FakePaper
from tests.fakes.server import FakeServer, Reply

DAY = date(2031, 7, 8)
PAPER = FakePaper("3107.00001", 1, "R&D of $x<y$", ("Ada Example",), "We ask: a & b?", ("eess.AS",))
RECORD = FakeRecord(PAPER, DAY, ("2031-07-07T14:00:00Z",))
ASKED = "verb=ListRecords&metadataPrefix=arXivRaw&set=eess:eess:AS&from=2031-07-08"


def records(count: int) -> list[FakeRecord]:
    return [replace(RECORD, paper=replace(PAPER, id=f"3107.{n:05}")) for n in range(1, count + 1)]


def body(count: int = 2) -> bytes:
    """A whole answer of one page."""
    return Repository(records(count)).answer(ASKED)


def quick(address: str, say: Callable[[str], None] = lambda _: None) -> oai.Source:
    return oai.Source(Web(gap=0, sleep=lambda _: None, say=say), address)


def past(server: FakeServer, repository: Repository) -> int:
    """How many papers a harvest finds."""
    return len(quick(serve(server, repository)).past(("eess.AS",), DAY).listings)


# --- what the server says ---


def test_no_records_is_an_answer() -> None:
    """`noRecordsMatch` is an empty page; other errors, which come with status 200 too, are failures."""
    page = oai.parse(Repository([]).answer(ASKED))
    assert (page.records, page.size, page.token) == ((), 0, "")


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("verb=ListRecords&metadataPrefix=arXivRaw&set=eess.AS", r"badArgument.*Set does not exist"),
        ("verb=ListRecords&metadataPrefix=marc", r"cannotDisseminateFormat"),
        ("verb=Nonsense", r"badVerb"),
        ("verb=ListRecords&resumptionToken=rubbish", r"badResumptionToken"),
    ],
)
def test_errors_are_told(query: str, words: str) -> None:
    """The code and the reason, in one line."""
    with pytest.raises(SourceError, match=f"OAI-PMH refuses: {words}"):
        oai.parse(Repository([]).answer(query))


def test_an_unknown_category_is_a_failed_source(server: FakeServer) -> None:
    """A set that arXiv does not have is an error, not an empty day."""
    with pytest.raises(SourceError, match="Set does not exist"):
        quick(serve(server, Repository([]))).past(("nosuch.XX",), DAY)


def test_an_expired_token_starts_the_harvest_again(server: FakeServer) -> None:
    """Tokens end at midnight UTC; the set is read from its beginning once more, and nothing is there twice."""
    said = Hours().said
    repository = Repository(records(5), page_size=2, forgets=1)
    found = quick(serve(server, repository), said.append).past(("eess.AS",), DAY)
    assert found.counts[0].parsed == len(found.listings) == 5
    assert ["from" in each for each in repository.asked] == [True, False, True, False, False]
    assert "badResumptionToken" in said[0]
    assert said[0].endswith("starting again")


def test_a_second_expired_token_is_a_failure(server: FakeServer) -> None:
    """Once is enough: the source fails, and what was half read is not kept."""
    repository = Repository(records(5), page_size=2, forgets=2)
    made = quick(serve(server, repository))
    with pytest.raises(SourceError, match="badResumptionToken"):
        made.past(("eess.AS",), DAY)
    assert len(repository.asked) == 4
    assert len(made.past(("eess.AS",), DAY).listings) == 5


def test_a_page_that_was_promised_and_is_not_there(server: FakeServer) -> None:
    """`noRecordsMatch` after a token is a harvest that broke off, never a short one."""
    address = serve(server, Repository([]))
    server.answers[f"/oai?{ASKED}"] = Reply(Repository(records(3), page_size=2).answer(ASKED))
    with pytest.raises(SourceError, match="no page after 2 records"):
        quick(address).past(("eess.AS",), DAY)


@pytest.mark.parametrize("count", [2, 0])
def test_a_repeated_token_ends_the_harvest(server: FakeServer, count: int) -> None:
    """A server that leads in a circle is left after the first round, with records on its pages or without."""
    page = body(count)
    circle = b"<ListRecords>%s<resumptionToken>again</resumptionToken></ListRecords>"
    inside = re.search(rb"<ListRecords>(.*)</ListRecords>", page, re.DOTALL)
    error = rb"<ListRecords>.*</ListRecords>|<error.*</error>"
    page = re.sub(error, lambda _: circle % (inside[1] if inside else b""), page, flags=re.DOTALL)
    server.answers["*"] = Reply(page)
    with pytest.raises(SourceError, match=f"in a circle after {2 * count} records"):
        quick(server.url).past(("eess.AS",), DAY)
    assert len(server.paths) == (2 if count else 1)


def test_an_endless_harvest_is_left(server: FakeServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tokens that are always new end at a bound that no real set reaches."""
    assert oai.MAX_PAGES == 500
    monkeypatch.setattr(oai, "MAX_PAGES", 5)
    assert past(server, Repository(records(5), page_size=1)) == 5
    with pytest.raises(SourceError, match="more than 5 pages"):
        past(server, Repository(records(6), page_size=1))


def test_patience_and_statuses(server: FakeServer) -> None:
    """503 is waited for as long as the server asks; what stays broken is a SourceError."""
    hours = Hours()
    server.answers["/oai"] = [Reply(b"busy", 503, {"Retry-After": "42"}), Reply(body())]
    found = oai.Source(hours.web(), f"{server.url}/oai").past(("eess.AS",), DAY)
    assert (len(found.listings), hours.slept[0]) == (2, 42.0)
    for reply in (Reply(b"down", 503), Reply(b"", 200), Reply(b"no", 404), Reply(b"Rate exceeded.")):
        server.answers["/oai"] = reply
        with pytest.raises(SourceError, match="the server"):
            quick(f"{server.url}/oai").past(("eess.AS",), DAY)


def test_pages_of_one_harvest_are_three_seconds_apart(server: FakeServer) -> None:
    """arXiv's terms: one request in three seconds for feeds and APIs together."""
    hours = Hours()
    oai.Source(hours.web(), serve(server, Repository(records(3), page_size=1))).past(("eess.AS",), DAY)
    assert hours.slept == [3.0, 3.0]


# --- days that cannot be known ---


@pytest.mark.parametrize(
    ("now", "known"), [("2031-07-08T02:29:00Z", False), ("2031-07-08T02:30:00Z", True), ("2031-07-09T00:00:00Z", True)]
)
def test_a_mailing_that_is_not_there_yet(server: FakeServer, now: str, known: bool) -> None:
    """Announced at 20:00 New York time, here by 22:30: until then a day is a failure, not an empty or a short one."""
    repository = Repository(records(3), now=now)
    if known:
        assert past(server, repository) == 3
    else:
        with pytest.raises(SourceError, match=r"has the mailing of 2031-07-08 from about 22:30"):
            past(server, repository)


def test_days_before_the_service(server: FakeServer) -> None:
    """No record has a date before September 2005; such a day is refused without a request."""
    made = quick(serve(server, Repository([])))
    with pytest.raises(SourceError, match="no days before 2005-09-16"):
        made.past(("eess.AS",), date(2005, 9, 15))
    assert server.paths == []
    assert made.past(("eess.AS",), oai.EARLIEST).listings == ()


# --- answers that are not whole ---


def _without(pattern: bytes, put: bytes = b"") -> Callable[[bytes], bytes]:
    return lambda whole: re.sub(pattern, lambda _: put, whole, flags=re.DOTALL)


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (_without(rb"</OAI-PMH>"), "not whole"),
        (_without(rb"<OAI-PMH", b"<rss"), "not whole"),
        (_without(rb"OAI-PMH", b"rss"), "is not OAI-PMH, but 'rss'"),
        (_without(rb"ListRecords>", b"GetRecord>"), "neither records nor an error"),
        (_without(rb"<ListRecords>.*</ListRecords>"), "neither records nor an error"),
        (_without(rb"<responseDate>.*?</responseDate>"), "no date"),
        (_without(rb"12:00:00Z</resp", b"12:00:00</resp"), "without time zone"),
        (_without(rb"<metadata>.*?</metadata>"), "not arXivRaw"),
        (_without(rb"arXivRaw", b"arXiv"), "not arXivRaw"),
        (_without(rb"<id>.*?</id>"), "not an arXiv identifier"),
        (_without(rb"<id>3107", b"<id>../3107"), "not an arXiv identifier"),
        (_without(rb"<datestamp>2031-07-08", b"<datestamp>soon"), "cannot be read"),
        (_without(rb"<header>.*?</header>"), "cannot be read"),
        (_without(rb"<version .*?</version>"), "lacks title, authors"),
        (_without(rb'version="v1"', b'version="one"'), "version 'one'"),
        (_without(rb"Mon, 07 Jul 2031 14:00:00 GMT", b"yesterday"), "cannot be read"),
        (_without(rb"14:00:00 GMT", b"14:00:00 -0000"), "version 'v1'"),
        (_without(rb"07 Jul 2031", b"07 Jul 9999"), "version 'v1'"),
        (_without(rb"07 Jul 2031", b"07 Jul 1979"), "version 'v1'"),
        (_without(rb"<title>.*?</title>"), "lacks title"),
        (_without(rb"<title>.*?</title>", b"<title> </title>"), "lacks title"),
        (_without(rb"<authors>.*?</authors>"), "lacks title, authors"),
        (_without(rb"<abstract>.*?</abstract>"), "lacks title, authors, abstract"),
        (_without(rb"<categories>.*?</categories>", b"<categories/>"), "categories or versions"),
        (_without(rb"R&amp;D", b"R&D"), "not whole"),
        (_without(rb"R&amp;D", b"R\xff\xfeD"), "not whole"),
        (_without(rb"R&amp;D", b"R&#xD800;D"), "not whole"),
        (_without(rb"R&amp;D", b"R&unknown;D"), "not whole"),
        (_without(rb"R&amp;D", b"R\x00D"), "another document"),
        (lambda whole: whole.decode().encode("utf-16"), "another document"),
        (lambda whole: whole.decode().encode("utf-16-le"), "another document"),
        (lambda _: b"<!DOCTYPE html><html><body>503 Service Unavailable</body></html>", "another document"),
        (lambda _: b"<html><head><title>503</title></head></html>", "is not OAI-PMH, but 'html'"),
        (lambda _: b"Rate exceeded.", "not whole"),
        (lambda _: b"", "not whole"),
    ],
)  # fmt: skip
def test_an_answer_that_is_not_whole_is_refused(damage: Callable[[bytes], bytes], words: str) -> None:
    """Whatever is missing, contradictory or malformed, nothing of it is used and the reason is named."""
    whole = body()
    damaged = damage(whole)
    assert damaged != whole
    with pytest.raises(SourceError, match=words) as caught:
        oai.parse(damaged)
    assert "\n" not in str(caught.value)


def test_a_cut_answer_is_refused_wherever_it_is_cut() -> None:
    """At every byte: never fewer records, never a shorter abstract."""
    whole = body()
    for end in range(len(whole)):
        with pytest.raises(SourceError):
            oai.parse(whole[:end])


@given(st.data())
def test_damaged_bytes_are_read_or_refused(data: st.DataObject) -> None:
    """Any bytes anywhere in an answer: a page, or a SourceError; no other way out."""
    whole = bytearray(body())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(whole) - 1))
        whole[at : at + data.draw(st.integers(0, 30))] = data.draw(st.binary(max_size=8))
    with suppress(SourceError):
        assert oai.parse(bytes(whole)).size <= 3


@given(st.binary(max_size=200))
def test_any_bytes_are_refused(rubbish: bytes) -> None:
    """What is no answer at all is a SourceError."""
    with pytest.raises(SourceError):
        oai.parse(rubbish)


def test_a_control_character_does_not_cost_the_harvest() -> None:
    """XML forbids it, but a record may have slipped through arXiv's checks; it is left out."""
    damaged = body().replace(b"R&amp;D", b"R\x01&amp;\x0b\x1fD")
    assert oai.parse(damaged).records == oai.parse(body()).records


# --- attacks ---

LAUGHS = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))
ATTACKS = {
    "billion laughs": b'<!DOCTYPE x [<!ENTITY l0 "ha">' + LAUGHS + b'<!ENTITY c "&l9;">]>',
    "quadratic blow-up": b'<!DOCTYPE x [<!ENTITY c "' + b"a" * 200_000 + b'">]>',
    "a file": b'<!DOCTYPE x [<!ENTITY c SYSTEM "FILE">]>',
    "an address": b'<!DOCTYPE x [<!ENTITY c SYSTEM "HTTP/secret">]>',
    "a parameter entity": b'<!DOCTYPE x [<!ENTITY % p SYSTEM "HTTP/more.dtd"> %p; <!ENTITY c "x">]>',
    "an outer definition": b'<!DOCTYPE x SYSTEM "HTTP/more.dtd"><?c c?>',
    "hidden by a control character": b'<!DOC\x01TYPE x [<!ENTI\x02TY c "ha">]>',
}


@pytest.fixture
def attack(server: FakeServer, tmp_path: Path) -> Callable[[str], bytes]:
    """An answer with one of the attacks in it, and the means it wants: a secret file and a server."""
    secret = tmp_path / "secret"
    secret.write_text("a well kept secret", encoding="utf-8")
    server.answers["*"] = Reply(b"a well kept secret")

    def made(name: str) -> bytes:
        head = ATTACKS[name].replace(b"FILE", secret.as_uri().encode()).replace(b"HTTP", server.url.encode())
        return body().replace(b"R&amp;D", b"&c;" * 2000).replace(b"<OAI-PMH", head + b"<OAI-PMH", 1)

    return made


@pytest.mark.parametrize("name", ATTACKS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-7", "cp037"])
def test_entities_are_refused(server: FakeServer, attack: Callable[[str], bytes], name: str, encoding: str) -> None:
    """No declaration is read, however it is written down; no file is opened and nothing is asked for."""
    body = attack(name).decode().replace('encoding="UTF-8"', f'encoding="{encoding.removesuffix("-sig")}"')
    with pytest.raises(SourceError, match=r"another document|not whole") as caught:
        oai.parse(body.encode(encoding))
    assert "secret" not in str(caught.value)
    assert server.paths == []


@pytest.mark.parametrize("name", sorted(ATTACKS))
def test_the_parser_would_not_expand_them_either(
    server: FakeServer, attack: Callable[[str], bytes], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second lock: with the first one open nothing is expanded, read or fetched."""
    monkeypatch.setattr(_arxivraw, "_DECLARES", re.compile(rb"(?!)"))
    try:
        read = repr(oai.parse(attack(name)))
    except SourceError as error:
        read = str(error)
    assert "secret" not in read
    assert len(read) < 30_000
    assert server.paths == []
