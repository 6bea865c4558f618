"""The API: asked once, for what the other sources lack; whatever it answers, the digest does not depend on it."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import arxiv
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.errors import SourceError, WebError
from digest.models import Paper
from digest.sources import api
from digest.web import Web
from tests.fakes import pages, sample
from tests.fakes.pages import FakePaper
from tests.fakes.server import FakeServer, Reply

RICH = FakePaper(
    id="3107.00101",
    version=3,
    title="R&D of <b>naïve</b> $x<y$",
    authors=("Ada Éxample", "Girish", "The Invented Team"),
    abstract="First & foremost.\n  Second paragraph.",
    categories=("eess.AS", "eess.SY", "cs.SY", "68T10"),
    comment="5 pages; https://code.example.org/x",
    journal="J. Invented Acoust. 3 (2031)",
    doi="10.5555/a&b",
    submitted="2031-07-06T23:59:59Z",
)


class Canned(Web):
    """A door behind which one answer waits."""

    def __init__(self, body: bytes) -> None:
        super().__init__(gap=0)
        self.body = body

    def get(self, url: str, **_: Any) -> bytes:  # noqa: ARG002 - Web's signature
        """The answer, whatever is asked."""
        self.requests_made += 1
        return self.body


def ask(server: FakeServer, reply: Reply, *identifiers: str) -> dict[str, Paper]:
    server.answers["/api/query"] = reply
    return api.Source(Web(gap=0), f"{server.url}/api/query").papers(identifiers)


def test_every_field_is_read(server: FakeServer) -> None:
    """What the API knows of a paper, classes apart from categories, with the dates of version 1 and this one."""
    found = ask(server, Reply(pages.api([RICH])), RICH.id)
    assert found == {
        RICH.id: Paper(
            id=RICH.id,
            title=RICH.title,
            authors=RICH.authors,
            abstract="First & foremost.\nSecond paragraph.",
            categories=("eess.AS", "eess.SY"),
            version=3,
            comment=RICH.comment,
            journal=RICH.journal,
            doi=RICH.doi,
            classes=("68T10",),
            submitted=date(2031, 7, 1),
            updated=date(2031, 7, 6),
        )
    }


def test_one_request_names_all_papers_and_their_number(server: FakeServer) -> None:
    """`max_results` is the number of ids, or arXiv answers ten; we introduce ourselves, not the package."""
    papers = sample.papers()
    found = ask(server, Reply(pages.api(papers)), *(paper.id for paper in papers))
    assert set(found) == {paper.id for paper in papers}
    ((path, headers),) = server.requests
    query = parse_qs(urlsplit(path).query)
    assert query["id_list"] == [",".join(paper.id for paper in papers)]
    assert query["max_results"] == ["40"]
    assert headers["user-agent"].startswith("arxiv-digest/")
    assert headers["accept"] == "application/atom+xml"


def test_the_number_of_ids_is_limited(server: FakeServer) -> None:
    """A list that no address could hold is cut; the rest goes without."""
    ask(server, Reply(pages.api([RICH])), *(f"3107.{n:05}" for n in range(1000)))
    asked = parse_qs(urlsplit(server.paths[0]).query)["id_list"][0].split(",")
    assert len(asked) == api.MAX_IDS
    assert len(server.paths[0]) < 8000


def test_unknown_papers_are_missing(server: FakeServer) -> None:
    """arXiv drops ids it does not know without a word; those it knows are used."""
    assert list(ask(server, Reply(pages.api([RICH])), "3107.00100", RICH.id)) == [RICH.id]


ERROR = pages.api([RICH]).replace(b"http://arxiv.org/abs/3107.00101v3", b"https://arxiv.org/api/errors#incorrect_id")


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (Reply(ERROR), "answered with an error: First & foremost"),
        (Reply(ERROR.replace(b"<published>", b"<x>").replace(b"</published>", b"</x>")), "knows none"),
        (Reply(ERROR, 400), "answered 400"),
        (Reply(b"<html><body>503 Service Unavailable</body></html>"), "not answer with a whole feed"),
        (Reply(b"<!DOCTYPE html><html><body><feed></body></html>"), "not answer with a whole feed"),
        (Reply(pages.api([RICH])[:-100]), "not answer with a whole feed"),
        (Reply(pages.api([])), "knows none of the papers"),
        (Reply(b"<feed></feed>"), "knows none of the papers"),
        (Reply(pages.api([RICH]).replace(b"2031-07-06T23", b"2031-13-06T23")), "could not be read"),
        (Reply(pages.api([RICH]).replace(b"2031-07-06T23:59:59Z", b"0001-01-01T00:00:00+23:00")), "could not be read"),
        (Reply(pages.api([RICH]).replace(b"Results>1<", b"Results>900<")), "more papers than were asked for"),
        (Reply(b""), "answered 200 and nothing else"),
        (Reply(b"Rate exceeded."), "asks us to slow down"),
        (Reply(b"x", 301, {"Location": "https://evil.example/"}), "refused a redirect"),
    ],
)
def test_an_answer_without_papers_is_an_error(server: FakeServer, reply: Reply, words: str) -> None:
    """The package takes most of these for "no papers"; we say what was wrong, and ask no second page."""
    with pytest.raises(SourceError, match=words):
        ask(server, reply, RICH.id, "3107.00102")
    assert len(server.paths) <= api.TRIES


@pytest.mark.parametrize("status", [429, 406, 503])
def test_a_throttled_api_is_soon_left_alone(server: FakeServer, status: int) -> None:
    """Two tries, then the digest goes without; a block of hours is not waited for."""
    with pytest.raises(SourceError, match=f"could not be read: .*{status}"):
        ask(server, Reply(b"x", status), RICH.id)
    assert len(server.paths) == 2
    server.requests.clear()
    with pytest.raises(SourceError):
        ask(server, Reply(b"x", status, {"Retry-After": "300"}), RICH.id)
    assert len(server.paths) == 1


@given(st.binary(max_size=200).map(lambda junk: b"<feed" + junk + b"</feed>") | st.binary(max_size=200))
def test_rubbish_is_an_error(junk: bytes) -> None:
    """Bytes that are no answer end in SourceError, nothing else."""
    with pytest.raises(SourceError):
        api.Source(Canned(junk), "http://127.0.0.1/").papers(("3107.00101",))


WHOLE = pages.api([RICH, FakePaper("3107.00102", 1, "T", ("A B",), "Text.", ("cs.SD",))])


@given(st.integers(0, len(WHOLE)), st.integers(0, 200), st.binary(max_size=20))
def test_a_damaged_answer_is_an_error_or_read(start: int, length: int, junk: bytes) -> None:
    """An answer with a piece replaced by rubbish never ends in anything but SourceError or papers."""
    door = Canned(WHOLE[:start] + junk + WHOLE[start + length :])
    try:
        found = api.Source(door, "http://127.0.0.1/").papers(("3107.00101", "3107.00102"))
    except SourceError:
        return
    assert 1 <= len(found) <= 2
    assert door.requests_made == 1


def test_the_package_still_fetches_through_its_session() -> None:
    """Our door stands where the package keeps its HTTP session; a version that fetches otherwise fails here."""
    asked: list[str] = []

    def get(url: str, **_: Any) -> SimpleNamespace:
        asked.append(url)
        return SimpleNamespace(status_code=200, content=pages.api([RICH]))

    client = arxiv.Client(num_retries=0, delay_seconds=0)
    assert hasattr(client, "_session")
    client._session = SimpleNamespace(get=get)
    client.query_url_format = "http://127.0.0.1/?{}"
    (result,) = client.results(arxiv.Search(id_list=[RICH.id], max_results=1))
    assert result.entry_id.endswith("3107.00101v3")
    assert asked[0].startswith("http://127.0.0.1/?")


def test_a_closed_door_is_an_error() -> None:
    """What the web raises reaches the caller as a SourceError with its reason."""

    class Closed(Web):
        def get(self, url: str, **_: Any) -> bytes:
            raise WebError(f"{url}: closed")

    with pytest.raises(SourceError, match=r"could not be read: .*: closed"):
        api.Source(Closed(), "http://127.0.0.1/").papers(("3107.00101",))


OURS = Paper("3107.00101", "Title", ("A B",), "Text.", ("cs.SD",))
KNOWN = Paper(
    "3107.00101", "Other title", ("B A",), "Other.", ("cs.LG",), 2, "5 pages", "J. X", "10.5555/x",
    submitted=date(2031, 7, 1), updated=date(2031, 7, 6),
)  # fmt: skip
DATES = {"submitted": KNOWN.submitted, "updated": KNOWN.updated}


@pytest.mark.parametrize(
    ("own", "gained"),
    [
        ({}, {"version": 2, "comment": "5 pages", "journal": "J. X", "doi": "10.5555/x", **DATES}),
        ({"version": 2}, {"comment": "5 pages", "journal": "J. X", "doi": "10.5555/x", **DATES}),
        ({"comment": "ours", "journal": "ours", "doi": "ours"}, {"version": 2, **DATES}),
        ({"version": 1}, {}),
    ],
    ids=["all", "same version", "own facts", "other version"],
)
def test_the_mailing_is_completed_never_corrected(own: dict[str, Any], gained: dict[str, Any]) -> None:
    """Title, authors, abstract and categories stay as announced; facts of another version are not taken."""
    base = Paper(OURS.id, OURS.title, OURS.authors, OURS.abstract, OURS.categories, **own)
    expected = Paper(OURS.id, OURS.title, OURS.authors, OURS.abstract, OURS.categories, **(own | gained))
    assert api.completed(base, KNOWN) == expected
    assert api.completed(base, None) is base
