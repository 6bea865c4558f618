"""The door to the network: what is damaged, endless, too large or leads elsewhere does not get through it."""

from __future__ import annotations

import gzip
import socket
import threading
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest

from digest import web
from digest.errors import WebError
from digest.web import FEEDS, Web
from tests.fakes.clock import Hours
from tests.fakes.server import FakeServer, Reply

FINE = Reply(b"all of it")


@pytest.fixture
def hours() -> Hours:
    return Hours()


def get(door: Web, url: str, tries: int = web.TRIES) -> bytes:
    return door.get(url, lane=FEEDS, accept="text/plain", tries=tries)


# --- limits ---


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "MAX_BYTES", 100_000)


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("zipped", [False, True])
def test_size_is_limited(server: FakeServer, hours: Hours, zipped: bool) -> None:
    """Exactly the limit is read, a byte more is refused for good, and zipping it does not help."""
    headers = {"Content-Encoding": "gzip"} if zipped else {}
    for size in (100_000, 100_001):
        body = gzip.compress(b"x" * size) if zipped else b"x" * size
        server.answers[f"/{size}"] = Reply(body, headers=headers)
    assert len(get(hours.web(), f"{server.url}/100000")) == 100_000
    with pytest.raises(WebError, match="larger than 100,000 bytes"):
        get(hours.web(), f"{server.url}/100001")
    assert server.paths == ["/100000", "/100001"]


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("status", [200, 302, 404])
def test_a_zip_bomb_takes_no_memory(server: FakeServer, hours: Hours, status: int) -> None:
    """50 MB of nothing in 50 KB are not unpacked, whatever the status of the answer."""
    headers = {"Content-Encoding": "gzip", "Location": "/"}
    server.answers["/"] = Reply(gzip.compress(bytes(50_000_000), 9), status, headers)
    get_ready = hours.web()
    tracemalloc.start()
    with pytest.raises(WebError, match="larger than"):
        get(get_ready, server.url)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10_000_000


def _written(*parts: bytes, pause: float = 0) -> Reply:
    """An answer written to the socket as it stands."""

    def write(out: Any) -> None:
        for part in parts:
            out.write(part)
            out.flush()
            time.sleep(pause)

    return Reply(raw=write)


HEAD = b"HTTP/1.1 200 OK\r\n"
ZIPPED = gzip.compress(b"all of it" * 100)


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (_written(HEAD + b"Content-Length: 1009\r\n\r\nall of it"), "broke off"),
        (_written(HEAD + b"Transfer-Encoding: chunked\r\n\r\n9\r\nall of it\r\n"), "broke off"),
        (_written(HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nall of it\r\n"), "broke off"),
        (_written(b""), "broke off"),
        (_written(b"\x00\x01\x02\r\n\r\n"), "broke off"),
        (Reply(b"notgzip", headers={"Content-Encoding": "gzip"}), "compression is broken"),
        (Reply(ZIPPED[:20] + b"\xff\xff" + ZIPPED[22:], headers={"Content-Encoding": "gzip"}), "compression is broken"),
    ],
    ids=["length", "chunk", "chunk size", "nothing", "no http", "no gzip", "broken gzip"],
)
def test_a_damaged_answer_is_tried_again_then_refused(
    server: FakeServer, hours: Hours, reply: Reply, words: str
) -> None:
    """An answer that breaks off or cannot be unpacked is never taken for a shorter one."""
    server.answers["/"] = [reply, FINE]
    assert get(hours.web(), server.url) == FINE.body
    server.answers["/"] = reply
    with pytest.raises(WebError, match=words):
        get(hours.web(), server.url, tries=1)


def test_more_than_announced_is_left_behind(server: FakeServer, hours: Hours) -> None:
    """What follows after the announced length belongs to nobody, and does not reach the next answer."""
    server.answers["/"] = [_written(HEAD + b"Content-Length: 3\r\n\r\nall of it"), FINE]
    door = hours.web()
    assert get(door, server.url) == b"all"
    assert get(door, server.url) == FINE.body


# --- time ---


@pytest.mark.parametrize(
    "reply",
    [
        _written(HEAD + b"Content-Length: 100\r\n\r\n", *[b"x"] * 20, pause=0.2),
        _written(*[b"H", b"T", b"T", b"P"] * 5, pause=0.2),
        _written(b"", pause=4),
    ],
    ids=["drip", "dripping head", "silence"],
)
def test_the_deadline_is_for_the_whole_answer(server: FakeServer, hours: Hours, reply: Reply) -> None:
    """A server that drips a byte now and then, or says nothing at all, cannot hold a run."""
    server.answers["/"] = reply
    begun = time.monotonic()
    with pytest.raises(WebError, match="no whole answer within 0 s"):
        get(hours.web(deadline=0.3), server.url, tries=2)
    assert 0.6 <= time.monotonic() - begun < 3
    assert len(server.paths) == 2


def test_a_late_answer_reaches_nobody(server: FakeServer, hours: Hours) -> None:
    """What comes after the deadline is dropped; the requests after it have connections of their own."""
    late, calls = threading.Event(), set(threading.enumerate())

    def hesitate(out: Any) -> None:
        late.wait(5)
        out.write(HEAD + b"Content-Length: 4\r\n\r\nlate")

    server.answers["/"] = [Reply(raw=hesitate), Reply(b"second"), Reply(b"third")]
    door = hours.web(deadline=1)
    assert get(door, server.url) == b"second"
    left = [thread for thread in threading.enumerate() if type(thread).__name__ == "_Call" and thread not in calls]
    late.set()
    for thread in left:
        thread.join(5)
    assert get(door, server.url) == b"third"
    assert (len(left), left[0].daemon, left[0].is_alive(), door.requests_made) == (1, True, False, 3)


def _closed_port() -> str:
    with socket.socket() as there:
        there.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{there.getsockname()[1]}"


@pytest.mark.parametrize(
    ("address", "words"),
    [
        (lambda _: _closed_port(), "the connection was refused"),
        (lambda url: url.replace("http:", "https:"), "the secure connection could not be made"),
        (lambda _: "http://nowhere.invalid/", "the name could not be resolved"),
    ],
    ids=["refused", "no tls", "no name"],
)
def test_trouble_on_the_way_is_named(
    server: FakeServer, hours: Hours, strayed: list[str], address: Callable[[str], str], words: str
) -> None:
    """What went wrong before an answer is said in plain words, after all tries."""
    with pytest.raises(WebError, match=words):
        get(hours.web(), address(server.url))
    assert hours.slept == [5, 10, 20]
    strayed.clear()


@pytest.mark.parametrize("address", ["http://", "gopher://127.0.0.1/", "http://[::1", "http://127.0.0.1:99999/", "x"])
def test_an_impossible_address_is_not_tried_again(hours: Hours, address: str) -> None:
    """Waiting does not mend an address."""
    with pytest.raises(WebError):
        get(hours.web(), address)
    assert hours.slept == []


# --- redirects ---


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_on_the_host_are_followed(server: FakeServer, hours: Hours, status: int) -> None:
    """Three of them, relative or whole, each as polite as any request."""
    server.answers = {
        "/a": Reply(b"", status, {"Location": "b"}),
        "/b": Reply(b"moved", status, {"Location": "/c?d=e"}),
        "/c": Reply(b"moved", status, {"Location": f"{server.url}/f"}),
        "/f": FINE,
    }
    assert get(hours.web(), f"{server.url}/a") == FINE.body
    assert (server.paths, hours.slept) == (["/a", "/b", "/c?d=e", "/f"], [3, 3, 3])


def test_a_redirect_loop_ends(server: FakeServer, hours: Hours) -> None:
    """The fourth redirect is one too many, and not tried again."""
    server.answers["/"] = Reply(b"", 302, {"Location": "/"})
    with pytest.raises(WebError, match="more than 3 redirects"):
        get(hours.web(), server.url)
    assert len(server.paths) == 4


@pytest.mark.parametrize(
    "location",
    [
        "https://evil.example/x", "http://evil.example/x", "//evil.example/x", "https://arxiv.org.evil.example/",
        "https://notarxiv.org/", "http://arxiv.org/list", "https://user:word@arxiv.org/", "https://arxiv.org:8443/",
        "https://evil.example\\.arxiv.org/", "https://evil.example\\@arxiv.org/", "https://evil.example#.arxiv.org/",
        "ftp://127.0.0.1/", "file:///etc/hostname", "http://[", "https://[::1", "javascript:1", "", "\xff\xfe",
    ],
)  # fmt: skip
def test_redirects_elsewhere_are_refused(server: FakeServer, hours: Hours, location: str) -> None:
    """Only the same host, or arXiv's own over https: no other host in any disguise, no password, no other scheme."""
    server.answers["/x"] = Reply(b"", 302, {"Location": location})
    with pytest.raises(WebError, match=r"refused a redirect|answered 404"):
        get(hours.web(), f"{server.url}/x")
    assert all(path == "/x" or location == "\xff\xfe" for path in server.paths)


def test_a_redirect_to_another_host_of_arxiv_is_followed(server: FakeServer, hours: Hours, strayed: list[str]) -> None:
    """arxiv.org sends feeds to rss.arxiv.org; that is arXiv too."""
    server.answers["/rss"] = Reply(b"", 301, {"Location": "https://rss.arxiv.org/rss/cs.SD"})
    with pytest.raises(WebError, match=r"https://rss\.arxiv\.org/rss/cs\.SD: the name could not be resolved"):
        get(hours.web(), f"{server.url}/rss", tries=1)
    assert set(strayed) == {"rss.arxiv.org"}
    strayed.clear()


@pytest.mark.parametrize(
    ("old", "location", "ends"),
    [
        ("https://arxiv.org/a", "http://arxiv.org/b", None),
        ("https://arxiv.org/a", "https://export.arxiv.org/b", "https://export.arxiv.org/b"),
        ("http://mirror.example/a", "https://mirror.example/b", "https://mirror.example/b"),
    ],
)
def test_a_redirect_never_leaves_encryption(old: str, location: str, ends: str | None) -> None:
    """From http to https is fine, the way back is not."""
    if ends is None:
        with pytest.raises(WebError, match="refused"):
            web._redirected(old, location)
    else:
        assert web._redirected(old, location) == ends
