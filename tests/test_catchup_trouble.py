"""The page of a past day: what is cut, contradicts itself, is of another day or is refused by arXiv is no mailing."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.errors import SourceError
from digest.sources import catchup
from tests.fakes import sample
from tests.fakes.pages import catchup_error, catchup_page, listing_page
from tests.fakes.server import FakeServer, Reply
from tests.test_catchup import DAY, NAMES, ids, many, page, past

ADDRESS = "/catchup/eess.AS/2031-07-08"
SECOND = f"{ADDRESS}?abs=True&page=2"


def _cut(old: str, new: str = "", count: int = 1) -> Callable[[str], str]:
    return lambda text: re.sub(old, new, text, count=count, flags=re.DOTALL)


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (_cut("showing 3 of 3", "showing 4 of 4"), "New shows 4 papers, 3 could be read"),
        (_cut("showing 3 of 3", "showing 2 of 3"), "New shows 2 papers, 3 could be read"),
        (_cut("showing 3 of 3", "showing first 3 of 9"), "3 papers announced, but 9 in the page's sections"),
        (_cut("<dt>.*?</dt>"), "2 papers but 3 descriptions"),
        (_cut("<dd>.*?</dd>"), "3 papers but 2 descriptions"),
        (_cut("<dt>.*?</dd>"), "New shows 3 papers, 2 could be read"),
        (_cut(r"\(showing 3 of 3 entries\)"), "has no count"),
        (_cut("Total of 3 entries", count=0), "says no total"),
        (_cut("Total of 3 entries", "Total of 4 entries"), "or more than one"),
        (_cut("Total of 3 entries", "Total of 2 entries", count=0), "2 papers announced, but 3 in"),
        (_cut("id='dlpage'"), "says no total"),
        (_cut("<dl id='articles'>.*</dl>"), "neither papers nor a word"),
        (_cut("dl id='articles'", "dl id='entries'"), "neither papers nor a word"),
        (_cut("/abs/3107.00001", "/abs/3107.00002"), "lists a paper twice"),
        (_cut('title="Abstract"', 'title="Paper"'), "without identifier"),
        (_cut("/abs/3107.00001", "/abs/../../x"), "not an arXiv identifier"),
        (_cut("list-title", "title"), "without identifier, title, authors or subjects"),
        (_cut(r"Audio and Speech Processing \(eess.AS\)</span>", "</span>"), "without categories"),
        (_cut("<p class='mathjax'>.*?</p>"), "without a place for its abstract"),
        (_cut("<h1>.*?</h1>"), "the page is of no day at all, not of 2031-07-08"),
        (_cut("08 Jul 2031</h1>", "09 Jul 2031</h1>"), "the page is of 2031-07-09, not of 2031-07-08"),
        (_cut("08 Jul 2031</h1>", "31 Jun 2031</h1>"), "of no day at all"),
        (_cut("08 Jul 2031</h1>", "08 Juli 2031</h1>"), "of no day at all"),
        (_cut("Catchup results for", "Showing new listings for"), "of no day at all"),
        (_cut("</html>"), "is cut"),
        (lambda _: "<html><head><title>503 Service Unavailable</title></head></html>", "of no day at all"),
        (lambda _: "Rate exceeded.", "no page at all"),
        (lambda _: "</html>", "is empty|of no day"),
        (lambda _: "", "no page at all"),
    ],
)  # fmt: skip
def test_a_page_that_is_not_whole_is_refused(damage: Callable[[str], str], words: str) -> None:
    """Whatever is missing or contradicts the page's own counts, the page is refused and the reason named."""
    whole = page(many(3)).decode()
    assert len(catchup.parse(whole.encode(), "eess.AS", DAY).listings) == 3
    damaged = damage(whole)
    assert damaged != whole
    with pytest.raises(SourceError, match=f"^eess.AS: .*({words})"):
        catchup.parse(damaged.encode(), "eess.AS", DAY)


@pytest.mark.parametrize(
    "damage",
    [
        _cut("Total of 0 entries", count=0),
        _cut("No updates for", "Nothing for"),
        _cut("<h1>.*?</h1>"),
        _cut("08 Jul 2031</h1>", "07 Jul 2031</h1>"),
        _cut("</html>"),
    ],
)
def test_an_empty_page_must_say_so(damage: Callable[[str], str]) -> None:
    """No papers are believed only with arXiv's words for it, a total of zero and the asked day."""
    whole = page([]).decode()
    damaged = damage(whole)
    assert damaged != whole
    with pytest.raises(SourceError):
        catchup.parse(damaged.encode(), "eess.AS", DAY)


def test_a_cut_page_is_refused_wherever_it_is_cut() -> None:
    """At every 200th byte, and at every byte of its end: never fewer papers, never a shorter abstract."""
    body = page(sample.papers(), "cs.SD")
    whole = catchup.parse(body, "cs.SD", DAY)
    ends = [*range(0, len(body), 200), *range(len(body) - 60, len(body))]
    refused = 0
    for end in ends:
        try:
            assert catchup.parse(body[:end], "cs.SD", DAY) == whole
        except SourceError:
            refused += 1
    assert len(ends) > 300
    assert refused >= len(ends) - 1  # the line break behind the last tag may be missing


@pytest.mark.parametrize("gap", [4_000, 40_000])
def test_a_page_with_its_middle_missing_is_refused(server: FakeServer, gap: int) -> None:
    """Papers lost under full counts, with a proper end, are noticed wherever the gap begins.

    A gap between two names of one long list of authors is the only one that shows nowhere.
    """
    body = page(sample.papers(), "cs.SD")
    whole = ids(catchup.parse(body, "cs.SD", DAY).listings)
    starts = range(body.index(b"<dt>"), body.rindex(b"</dl>") - gap, 500)
    refused = 0
    for start in starts:
        server.answers["*"] = Reply(body[:start] + body[start + gap :])
        try:
            assert ids(past(server, "cs.SD").listings) == whole
        except SourceError:
            refused += 1
    assert refused > 0.8 * len(starts) > 40


@pytest.mark.parametrize("other", [date(2031, 7, 7), date(2031, 7, 9), date(2030, 7, 8), date(2031, 8, 7)])
def test_another_day_is_refused(server: FakeServer, other: date) -> None:
    """A page that names another day, empty or not, is no answer to the question."""
    for papers in ([], many(2)):
        server.answers[ADDRESS] = Reply(catchup_page("eess.AS", other, papers, names=NAMES))
        with pytest.raises(SourceError, match=f"of {other}, not of 2031-07-08"):
            past(server, "eess.AS")


def test_the_page_of_new_papers_is_no_past_day() -> None:
    """arXiv's other page of the very same day is refused: it is found at another address."""
    with pytest.raises(SourceError, match="of no day at all"):
        catchup.parse(listing_page("eess.AS", DAY, many(2), names=NAMES), "eess.AS", DAY)


@pytest.mark.parametrize(
    ("second", "words"),
    [
        (Reply(b"gone", 404), "answered 404"),
        (Reply(page(many(40), show=25)), "40 papers announced, 25 on the pages"),
        (Reply(catchup_page("eess.AS", date(2031, 7, 9), many(40), names=NAMES, page=2, show=25)), "of 2031-07-09"),
        (Reply(page(many(39), number=2, show=25)), "40 papers announced, 25 on the pages"),
        (Reply(page(many(41), number=2, show=25)), "40 papers announced, 25 on the pages"),
        (Reply(page(many(50), number=2, show=25).replace(b"50 entries", b"40 entries")), "40 .* 50 on the pages"),
        (Reply(page(many(40), number=3, show=25)), "neither papers nor a word"),
        (Reply(page([])), "40 papers announced, 25 on the pages"),
        (Reply(page(many(40), number=2, show=25).replace(b"/abs/3107.00040", b"/abs/3107.00001")), "40 .* 39 on"),
    ],
    ids=[
        "missing",
        "again",
        "another day",
        "fewer",
        "more",
        "too many",
        "behind the end",
        "empty",
        "a paper of page one",
    ],
)
def test_a_day_with_a_page_missing_is_refused(server: FakeServer, second: Reply, words: str) -> None:
    """A second page that cannot be had, repeats the first or has another day or total leaves the day short."""
    server.answers[ADDRESS] = Reply(page(many(40), show=25))
    server.answers[SECOND] = second
    with pytest.raises(SourceError, match=words):
        past(server, "eess.AS")
    assert server.paths[:2] == [f"{ADDRESS}?abs=True", SECOND]
    assert len(server.paths) <= 3


def test_more_announced_than_shown_is_refused(server: FakeServer) -> None:
    """A section that is missing as a whole leaves the total short; two questions show that there is no more."""
    body = page([*many(3), *many(2, "replace", 4)])
    cut = re.sub(rb"<dl id='articles'>\s*<h3>Replacement.*?</dl>", b"", body, flags=re.DOTALL)
    server.answers[ADDRESS] = Reply(cut)
    with pytest.raises(SourceError, match="5 papers announced, 3 on the pages"):
        past(server, "eess.AS")
    assert len(server.paths) == 2


def test_pages_without_end_are_left(server: FakeServer) -> None:
    """A server that announces ever more pages is asked ten times."""
    papers = many(99)
    for number in range(1, 20):
        further = f"&page={number}" if number > 1 else ""
        server.answers[f"{ADDRESS}?abs=True{further}"] = Reply(page(papers, number=number, show=5))
    with pytest.raises(SourceError, match="99 papers announced, 50 on the pages"):
        past(server, "eess.AS")
    assert len(server.paths) == 10


# --- what arXiv refuses ---

TOO_OLD = "Invalid date: 2031-07-08. Catchup only allowed for past 90 days"
TOO_NEW = "Invalid date: 2031-07-08. Can't request date later than today"
UNKNOWN = "Invalid subject. Subject must be an archive, category or 'grp_physics'"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (catchup_error(TOO_OLD), f"; arXiv says: {TOO_OLD}"),
        (catchup_error(TOO_NEW), f"; arXiv says: {TOO_NEW}"),
        (catchup_error(UNKNOWN), f"; arXiv says: {UNKNOWN}"),
        (catchup_error(TOO_OLD).replace(b"<title>" + TOO_OLD.encode(), b"<title>"), f"; arXiv says: {TOO_OLD}"),
        (catchup_error("a\u202eb\n\n\tc\x00" + "d" * 500), f"; arXiv says: ab c{'d' * 116}"),
        (b"<h1>" + b"no end " * 1000, ""),
        (b"<title>\xff\xfe</title>", "; arXiv says: \ufffd\ufffd"),
        (b"<title> </title>", ""),
        (b"no", ""),
        (b"", " and nothing else"),
    ],
)
def test_a_refused_day_says_why(server: FakeServer, body: bytes, said: str) -> None:
    """arXiv's own reason, from the title or the heading of its page, in one short clean line; asked once."""
    server.answers["*"] = Reply(body, 400)
    with pytest.raises(SourceError) as caught:
        past(server, "eess.AS", "cs.SD")
    assert str(caught.value) == f"{server.url}{ADDRESS}?abs=True: the server answered 400{said}"
    assert len(server.paths) == 1


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (Reply(catchup_error("Not here"), 404), "answered 404$"),
        (Reply(b"no", 403), "answered 403$"),
        (Reply(catchup_error(TOO_OLD)), "of no day at all"),
        (Reply(b"<html><body>503 Service Unavailable</body></html>"), "of no day at all"),
        (Reply(b"", 302, {"Location": "https://evil.example/"}), "refused a redirect"),
        (Reply(b"", 301, {"Location": ADDRESS}), "more than 3 redirects"),
    ],
)
def test_a_failed_page_is_a_failed_source(server: FakeServer, reply: Reply, words: str) -> None:
    """Whatever the web brings instead of a page becomes a SourceError that says what it was."""
    server.answers["*"] = reply
    with pytest.raises(SourceError, match=words):
        past(server, "eess.AS")


def test_one_category_that_fails_fails_the_day(server: FakeServer) -> None:
    """A mailing is whole in all of its categories or it is none."""
    server.answers[ADDRESS] = Reply(page(many(2)))
    server.answers["/catchup/cs.SD/2031-07-08"] = Reply(b"gone", 404)
    with pytest.raises(SourceError, match=r"cs.SD.*answered 404"):
        past(server, "eess.AS", "cs.SD")


# --- rubbish ---


@given(st.binary(max_size=300).map(lambda junk: junk + b"</html>") | st.binary(max_size=300))
def test_rubbish_is_refused(junk: bytes) -> None:
    """Bytes that are no page end in SourceError, nothing else."""
    with pytest.raises(SourceError):
        catchup.parse(junk, "eess.AS", DAY)


WHOLE = page([*many(1), *many(2, "replace", 200)])


@given(
    st.integers(0, len(WHOLE)),
    st.integers(0, 400),
    st.binary(max_size=20) | st.sampled_from([b"<", b"<dl>", b"</div>", b"9" * 5000, b"\0"]),
)
def test_a_damaged_page_is_refused_or_read(start: int, length: int, junk: bytes) -> None:
    """A page with a piece replaced by rubbish ends in SourceError, or is read without a paper more."""
    try:
        read = catchup.parse(WHOLE[:start] + junk + WHOLE[start + length :], "eess.AS", DAY)
    except SourceError:
        return
    assert len({item.paper.id for item in read.listings}) == len(read.listings) <= 3
