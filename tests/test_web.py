"""The door to the network: polite, and patient within limits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest import __version__, web
from digest.errors import StatusError
from digest.web import FEEDS, PAGES, Web
from tests.fakes.clock import Hours
from tests.fakes.server import FakeServer, Reply

FINE = Reply(b"all of it")


@pytest.fixture
def hours() -> Hours:
    return Hours()


def get(door: Web, url: str, tries: int = web.TRIES) -> bytes:
    return door.get(url, lane=FEEDS, accept="text/plain", tries=tries)


# --- pace ---


@pytest.mark.parametrize(
    ("gap", "lanes", "slept"),
    [
        (None, [PAGES, PAGES, PAGES], [15, 15]),
        (None, [FEEDS, FEEDS], [3]),
        (None, [PAGES, FEEDS, PAGES], [15]),
        (0.5, [PAGES, PAGES, FEEDS, FEEDS], [0.5, 0.5]),
        (0, [PAGES, PAGES, FEEDS, FEEDS], []),
    ],
)
def test_each_lane_keeps_its_distance(
    server: FakeServer, hours: Hours, gap: float | None, lanes: list[str], slept: list[float]
) -> None:
    """15 s between pages and 3 s between feeds and API, independent of each other, unless `gap` says otherwise."""
    server.answers["/"] = FINE
    door = hours.web(gap=gap)
    for lane in lanes:
        assert door.get(f"{server.url}/", lane=lane, accept="*/*") == FINE.body
    assert hours.slept == slept
    assert door.requests_made == len(server.paths) == len(lanes)


def test_time_that_has_passed_counts(server: FakeServer, hours: Hours) -> None:
    """Only the rest of a pause is waited for."""
    server.answers["/"] = FINE
    door = hours.web()
    get(door, server.url)
    hours.now += 2
    get(door, server.url)
    hours.now += 60
    get(door, server.url)
    assert hours.slept == [1]


# --- trying again ---


@pytest.mark.parametrize("status", [406, 408, 429, 500, 502, 503, 504, 520, 522, 529])
def test_throttling_and_server_errors_are_tried_again(server: FakeServer, hours: Hours, status: int) -> None:
    """Twice in trouble, then fine: the body comes, after pauses that double."""
    server.answers["/"] = [Reply(b"x", status), Reply(b"x", status), FINE]
    assert get(hours.web(), server.url) == FINE.body
    assert hours.slept == [5, 10]


@pytest.mark.parametrize("status", [201, 204, 206, 300, 304, 400, 401, 403, 404, 410, 451])
def test_other_answers_are_final(server: FakeServer, hours: Hours, status: int) -> None:
    """A refusal is not asked again, and nothing but 200 is a page: also not a 304 that we never asked for."""
    reply = server.answers["/"] = Reply(b"" if status in {204, 304} else b"the reason", status)
    with pytest.raises(StatusError, match=f"answered {status}") as caught:
        get(hours.web(), server.url)
    assert (caught.value.status, caught.value.body) == (status, reply.body)
    assert (len(server.paths), hours.slept) == (1, [])


def test_patience_ends(server: FakeServer, hours: Hours) -> None:
    """After the last try the server's own error is raised; `tries` sets how many there are."""
    server.answers["/"] = Reply(b"busy", 503)
    with pytest.raises(StatusError, match="answered 503"):
        get(hours.web(), server.url)
    assert (len(server.paths), hours.slept) == (4, [5, 10, 20])
    with pytest.raises(StatusError):
        get(hours.web(), server.url, tries=1)
    assert len(server.paths) == 5


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("1", 5), ("0", 5), ("30", 30), (" 30 ", 30), ("120", 120), ("121", None), ("86400", None), ("9" * 20, None),
        ("9" * 400, None), ("-5", 5), ("NaN", 5), ("inf", 5), ("1.5", 5), ("soon", 5), ("", 5), ("٣٠", 5),
        ("Wed, 21 Oct 2099 07:28:00 GMT", None), ("Wed, 21 Oct 2015 07:28:00 GMT", 5),
        ("Wed, 21 Oct 99999999999 07:28:00 GMT", 5), ("Wed, 21 Oct 2015 07:28:00 +99999999999999", 5),
    ],
)  # fmt: skip
def test_retry_after_is_honoured_within_reason(
    server: FakeServer, hours: Hours, value: str, wait: float | None
) -> None:
    """A server's wish counts between our own pause and two minutes; who wants more is left alone at once."""
    encoded = value.encode().decode("latin-1")
    server.answers["/"] = [Reply(b"x", 429, {"Retry-After": encoded}), FINE]
    if wait is None:
        with pytest.raises(StatusError, match="slow down"):
            get(hours.web(), server.url)
    else:
        assert get(hours.web(), server.url) == FINE.body
    assert hours.slept == ([] if wait is None else [wait])


@pytest.mark.parametrize("zone", [UTC, None])
def test_retry_after_may_be_a_date(zone: Any) -> None:
    """An HTTP date means the seconds until then; one without a zone is read as UTC."""
    moment = datetime.now(UTC) + timedelta(seconds=60)
    wait = web.retry_after(format_datetime(moment if zone else moment.replace(tzinfo=None)))
    assert wait is not None
    assert 55 < wait <= 60


@given(st.text() | st.from_regex(r"\w{3}, \d+ \w{3} \d+ \d+:\d+:\d+ [+-]?\d*"))
def test_no_retry_after_is_an_accident(value: str) -> None:
    """Whatever stands in the header, the answer is a time or None."""
    wait = web.retry_after(value)
    assert wait is None or wait >= 0


@pytest.mark.parametrize(
    ("reply", "status", "words"),
    [
        (Reply(b"Rate exceeded."), 429, "asks us to slow down"),
        (Reply(b""), 200, "answered 200 and nothing else"),
        (Reply(b" \r\n\t"), 200, "and nothing else"),
    ],
    ids=["throttle", "empty", "blank"],
)
def test_a_200_without_a_page_is_a_failure(
    server: FakeServer, hours: Hours, reply: Reply, status: int, words: str
) -> None:
    """arXiv throttles with status 200 too, and an empty answer is not an empty day; both are tried again."""
    server.answers["/"] = reply
    with pytest.raises(StatusError, match=words) as caught:
        get(hours.web(), server.url)
    assert (caught.value.status, len(server.paths)) == (status, 4)


def test_a_page_about_throttling_is_a_page(server: FakeServer, hours: Hours) -> None:
    """The words mean a throttle only when they are all there is."""
    page = b"<html>" + b"." * 300 + b"Rate exceeded</html>"
    server.answers["/"] = Reply(page)
    assert get(hours.web(), server.url) == page


def test_pages_are_waited_for_longer(server: FakeServer, hours: Hours) -> None:
    """arXiv asks for 300 s while the counts of a listing disagree: worth waiting for the better source."""
    server.answers["/"] = [Reply(b"x", 503, {"Retry-After": "300"}), FINE]
    assert hours.web().get(server.url, lane=PAGES, accept="text/html") == FINE.body
    assert hours.slept == [300]


# --- who asks ---


@pytest.mark.parametrize(
    ("repository", "address"),
    [
        ("someone/my-digest", "+https://github.com/someone/my-digest"),
        ("", "a reader, by hand"),
        ("a/b/c", "a reader, by hand"),
        ("é/b", "a reader, by hand"),
        ("a/b\r\nX: y", "a reader, by hand"),
    ],
)
def test_we_say_who_we_are(
    server: FakeServer, hours: Hours, monkeypatch: pytest.MonkeyPatch, repository: str, address: str
) -> None:
    """Project, version and the fork's address go with every request, and what we accept."""
    monkeypatch.setenv("GITHUB_REPOSITORY", repository)
    server.answers["/"] = FINE
    get(hours.web(), server.url)
    headers = server.requests[0][1]
    assert headers["user-agent"] == f"arxiv-digest/{__version__} ({address})"
    assert headers["accept"] == "text/plain"


def test_no_request_is_conditional(server: FakeServer, hours: Hours) -> None:
    """arXiv's test of If-Modified-Since is the wrong way round, so that no validator is ever sent back."""
    validators = {"ETag": '"x"', "Last-Modified": "Tue, 08 Jul 2031 00:00:00 GMT"}
    server.answers["/"] = Reply(b"page", headers=validators)
    door = hours.web()
    for _ in range(3):
        get(door, server.url)
    assert not [name for _, headers in server.requests for name in headers if name.startswith("if-")]


def test_every_request_is_logged(server: FakeServer, hours: Hours) -> None:
    """The log has a line a request, also of those that failed, and says why another one is made."""
    server.answers = {"/a": Reply(b"", 302, {"Location": "/b"}), "/b": [Reply(b"x", 503), FINE]}
    get(hours.web(), f"{server.url}/a")
    url = server.url
    again = f"{url}/b: the server answered 503; trying again in 5 s"
    assert hours.said == [f"GET {url}/a", f"GET {url}/b", again, f"GET {url}/a", f"GET {url}/b"]
