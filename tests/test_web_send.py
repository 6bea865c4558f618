"""The door to the network, outwards: JSON with a token, which goes to one address and is shown to nobody."""

from __future__ import annotations

import base64
import time
import traceback
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from digest import __version__, web
from digest.errors import StatusError, WebError
from digest.web import FEEDS, Web
from tests.fakes.clock import Hours
from tests.fakes.github import TOKEN, FakeGitHub, github
from tests.fakes.server import FakeServer, Reply

FINE = Reply(b"{}", 201)
CANARY = "canary/key+of&ours="


@pytest.fixture
def hub() -> Iterator[FakeGitHub]:
    with github() as fake:
        yield fake


@pytest.fixture
def hours() -> Hours:
    return Hours()


def send(door: Web, url: str, method: str = "POST", token: str = TOKEN) -> bytes:
    return door.send(method, f"{url}/x", token=token, data={"text": "é\ud800"}, headers={"Accept": "a/b"})


def forms(secret: str) -> set[str]:
    """How a secret looks in logs: plain, in base64 at any offset, in addresses, as Python writes it."""
    coded = {base64.b64encode(b"." * n + secret.encode())[4:-4].decode() for n in range(3)}
    return {secret, *coded, quote(secret), quote(secret, safe=""), repr(secret)[1:-1]}


# --- what is sent ---


def test_json_goes_out_signed(hub: FakeGitHub, hours: Hours) -> None:
    """Method, token, headers, our name and the data arrive, also text that is no honest Unicode."""
    hub.answers["POST"] = Reply(b'{"id": 1}', 201)
    door = hours.web()
    assert send(door, hub.url) == b'{"id": 1}'
    asked = hub.requests[0]
    assert (asked.method, asked.path, asked.data, door.requests_made) == ("POST", "/x", {"text": "é\ud800"}, 1)
    sent = {name: asked.headers[name] for name in ("authorization", "accept", "content-type")}
    assert sent == {"authorization": f"Bearer {TOKEN}", "accept": "a/b", "content-type": "application/json"}
    assert asked.headers["user-agent"].startswith(f"arxiv-digest/{__version__} ")


@pytest.mark.parametrize("reply", [Reply(b"", 200), Reply(b"x", 202), Reply(b"", 204)])
def test_any_2xx_is_fine(hub: FakeGitHub, hours: Hours, reply: Reply) -> None:
    """Who takes something in need not say anything."""
    hub.answers["PATCH"] = reply
    assert send(hours.web(), hub.url, "PATCH") == reply.body


def test_the_machines_passwords_are_not_used(
    hub: FakeGitHub, hours: Hours, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    """A netrc file with a password for the host does not replace the token."""
    (tmp_path / "netrc").write_text("default login someone password other\n", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    hub.answers["POST"] = FINE
    send(hours.web(), hub.url)
    assert hub.requests[0].headers["authorization"] == f"Bearer {TOKEN}"


def test_writes_keep_their_distance(hub: FakeGitHub, hours: Hours) -> None:
    """A second between them, as GitHub asks; the pauses for arXiv are their own."""
    hub.answers = {"POST": FINE, "GET": Reply(b"page")}
    door = hours.web()
    send(door, hub.url)
    door.get(hub.url, lane=FEEDS, accept="*/*")
    send(door, hub.url)
    assert hours.slept == [1]


def test_the_token_stays_with_its_request(hub: FakeGitHub, hours: Hours) -> None:
    """What is fetched afterwards, even from the same host, goes without."""
    hub.answers = {"POST": FINE, "GET": Reply(b"page")}
    door = hours.web()
    send(door, hub.url)
    door.get(hub.url, lane=FEEDS, accept="*/*")
    assert "authorization" not in hub.requests[1].headers


# --- what is repeated ---


@pytest.mark.parametrize(
    "trouble", [Reply(b"x", 502), Reply(raw=lambda _: None), Reply(b"x", 429, {"Retry-After": "7"})]
)
@pytest.mark.parametrize("method", ["GET", "PATCH"])
def test_what_may_be_there_twice_is_sent_again(hub: FakeGitHub, hours: Hours, method: str, trouble: Reply) -> None:
    """Reading and changing are tried once more, after a pause."""
    hub.answers[method] = [trouble, Reply(b"{}")]
    assert send(hours.web(), hub.url, method) == b"{}"
    hub.answers[method] = trouble
    with pytest.raises(WebError):
        send(hours.web(), hub.url, method)
    assert (len(hub.requests), set(hours.slept) <= {5, 7}) == (4, True)


@pytest.mark.parametrize(
    "trouble",
    [
        *[Reply(b"x", status, {"Retry-After": "1"}) for status in (403, 429, 500, 502, 503)],
        Reply(raw=lambda _: None),
        Reply(raw=lambda out: out.write(b"HTTP/1.1 201 Created\r\nContent-Length: 9\r\n\r\n{")),
        Reply(raw=lambda _: time.sleep(1)),
    ],
)
def test_a_post_that_may_have_arrived_is_not_repeated(hub: FakeGitHub, hours: Hours, trouble: Reply) -> None:
    """Nothing is there twice because an answer was lost."""
    hub.answers["POST"] = trouble
    with pytest.raises(WebError):
        send(hours.web(deadline=0.3), hub.url)
    assert (len(hub.requests), hours.slept) == (1, [])


# --- what comes back ---


@pytest.mark.parametrize("status", [300, 304, 400, 401, 403, 404, 410, 422])
def test_a_refusal_is_final(hub: FakeGitHub, hours: Hours, status: int) -> None:
    """The status and the beginning of what the server said are kept for the caller."""
    reply = hub.answers["GET"] = Reply(b"" if status == 304 else b"reason" * 1000, status)
    with pytest.raises(StatusError, match=f"answered {status}") as caught:
        send(hours.web(), hub.url, "GET")
    assert (caught.value.status, caught.value.body) == (status, reply.body[:2000])
    assert len(hub.requests) == 1


@pytest.mark.parametrize(
    ("status", "headers", "tries"),
    [
        (403, {"X-RateLimit-Remaining": "0"}, 1),
        (429, {}, 1),
        (403, {"Retry-After": "30"}, 2),
        (429, {"Retry-After": "30"}, 2),
        (403, {"Retry-After": "3600"}, 1),
    ],
)
def test_limits_are_429(hub: FakeGitHub, hours: Hours, status: int, headers: dict[str, str], tries: int) -> None:
    """GitHub says its limits with 403 as well; without a time to wait for, or a long one, it is left alone."""
    hub.answers["GET"] = Reply(b"x", status, headers)
    with pytest.raises(StatusError, match="asks us to slow down") as caught:
        send(hours.web(), hub.url, "GET")
    assert (caught.value.status, len(hub.requests)) == (429, tries)
    assert hours.slept == [30] * (tries - 1)


def test_the_answer_has_limits(hub: FakeGitHub, hours: Hours, monkeypatch: pytest.MonkeyPatch) -> None:
    """Size and time are bounded as for everything else."""
    monkeypatch.setattr(web, "MAX_BYTES", 1000)
    hub.answers["POST"] = Reply(b"x" * 1001)
    with pytest.raises(WebError, match="larger than 1,000 bytes"):
        send(hours.web(), hub.url)
    hub.answers["POST"] = Reply(raw=lambda _: time.sleep(2))
    begun = time.monotonic()
    with pytest.raises(WebError, match="no whole answer within 0 s"):
        send(hours.web(deadline=0.3), hub.url)
    assert time.monotonic() - begun < 1.5


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("method", ["GET", "POST", "PATCH"])
def test_no_redirect_gets_the_token(
    hub: FakeGitHub, server: FakeServer, hours: Hours, method: str, status: int
) -> None:
    """Neither another host nor another path of the same is asked."""
    for target in (f"{server.url}/y", "/y"):
        hub.answers[method] = Reply(b"moved", status, {"Location": target})
        with pytest.raises(WebError, match=rf"refused a redirect \({status}\)"):
            send(hours.web(), hub.url, method)
    assert (server.requests, [asked.path for asked in hub.requests]) == ([], ["/x", "/x"])


# --- the token is a secret ---


@pytest.mark.parametrize(
    "token", ["", " \n", f"{CANARY}\nX-Other: y", f"{CANARY}\x00", f"a {CANARY}", f"{CANARY}é", "令牌"]
)
def test_what_no_token_is_is_refused(hub: FakeGitHub, hours: Hours, token: str) -> None:
    """Control characters, blanks inside, other alphabets: one sentence, no request, nothing of it shown."""
    with pytest.raises(WebError, match="the token is empty, or has characters in it that no token has") as caught:
        send(hours.web(), hub.url, token=token)
    assert hub.requests == []
    assert CANARY not in "".join(traceback.format_exception(caught.value))


def test_a_line_end_is_forgiven(hub: FakeGitHub, hours: Hours) -> None:
    """A token that was read from a file ends with a newline."""
    hub.answers["POST"] = FINE
    send(hours.web(), hub.url, token=f" {TOKEN}\r\n")
    assert hub.requests[0].headers["authorization"] == f"Bearer {TOKEN}"


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org",
        "http://localhost:80@example.org",
        "http://localhost.example.org",
        "ftp://localhost",
        "",
        "x",
    ],
)
def test_a_token_travels_encrypted(hours: Hours, url: str) -> None:
    """Only https, or this machine itself; a host in disguise is not tried."""
    with pytest.raises(WebError, match="over https only"):
        send(hours.web(), url)
    assert hours.said == []


def test_https_is_tried(hours: Hours, strayed: list[str]) -> None:
    """Any host over https is; a malformed one is an error in words."""
    with pytest.raises(WebError, match="the name could not be resolved"):
        send(hours.web(), "https://api.example.org")
    assert set(strayed) == {"api.example.org"}
    strayed.clear()
    with pytest.raises(WebError):
        send(hours.web(), "https://[::1")


def _echoed(status: int) -> Reply:
    return Reply("".join(forms(CANARY)).encode(), status)


@pytest.mark.parametrize(
    "reply",
    [
        FINE, *[_echoed(status) for status in (200, 401, 403, 422, 429, 500)],
        Reply(b"", 302, {"Location": f"/{CANARY}"}),
        Reply(raw=lambda out: out.write(CANARY.encode() + b"\r\n\r\n")),
        Reply(b"not gzip", headers={"Content-Encoding": "gzip"}),
        Reply(raw=lambda _: time.sleep(1)),
    ],
)  # fmt: skip
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_token_is_never_shown(
    hub: FakeGitHub, hours: Hours, capfd: pytest.CaptureFixture[str], method: str, reply: Reply
) -> None:
    """Not in the log, an error, its causes, their representations, nor on the screen, whatever the server does."""
    hub.answers[method] = reply
    door = hours.web(deadline=0.3)
    shown = [repr(door)]
    try:
        send(door, hub.url, method, token=CANARY)
    except WebError as error:
        shown += [repr(error), *traceback.format_exception(error)]
    assert hub.requests[0].headers["authorization"] == f"Bearer {CANARY}"
    everything = "\n".join([*shown, *hours.said, *capfd.readouterr(), repr(door)])
    assert [form for form in forms(CANARY) if form in everything] == []
    assert f"{method} {hub.url}/x" in hours.said
