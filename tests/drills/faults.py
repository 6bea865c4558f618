"""The catalogue of what an arXiv that is not well may answer, as data: a name, words, and how it changes a reply."""

from __future__ import annotations

import gzip
import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from tests.drills.arxiv import Asked, Spoil
from tests.fakes.pages import catchup_error, feed_error
from tests.fakes.server import Reply

EVERY = ("listing", "rss", "catchup", "api", "oai")
PAGES = ("listing", "catchup")
STALL = 1.0  # seconds; longer than the deadline that the drills of slow servers have
BIG = 100_000_000
FAR = "Wed, 21 Oct 2099 07:28:00 GMT"
ERROR_PAGE = b"<html><head><title>503</title></head><body>503 Service Unavailable</body></html>\n"
_ENTRY = re.compile(rb"    <dt>.*?</dd>\n|    <item>.*?</item>\n|        <record>.*?</record>\n\n", re.DOTALL)
_COUNTS = re.compile(rb" \((?:continued, )?showing [^)]*\)|Total of \d+ entries(?: for [^<\n]*)?")
_TITLE = re.compile(rb"Invented (?=speech|music)")
_BOMB = b'<!DOCTYPE lolz [<!ENTITY l0 "lol">' + b"".join(
    b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10)
) + b"]>\n"  # fmt: skip


@dataclass(frozen=True)
class Fault:
    """One fault. `sources` are those whose answers it changes; the others do not answer at all meanwhile.

    `unseen` are sources of which nobody could tell it, for they announce no counts: what they give is provisional and
    asked for again. `shown` are those that pass it on as arXiv's own words. `slow` ones get a short deadline.
    """

    name: str
    words: str
    spoil: Spoil
    sources: tuple[str, ...] = EVERY
    unseen: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    slow: bool = False

    def of(self, source: str) -> Spoil:
        """What it does to a source."""
        return self.spoil if source in self.sources else down


def _status(status: int, body: bytes = b"<html>no</html>", **headers: str) -> Spoil:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _: Reply(body, status, named)


def _body(change: Callable[[bytes], bytes]) -> Spoil:
    """A good reply with another body."""
    return lambda asked: replace(asked.whole, body=change(asked.whole.body))


def _raw(head: str, pieces: Iterable[bytes], pause: float = 0.0) -> Reply:
    """Bytes on the wire, piece by piece, whatever the protocol says about it."""

    def write(out: Any) -> None:
        out.write(f"HTTP/1.0 200 OK\r\n{head}\r\n".encode())
        out.flush()
        for piece in pieces:
            time.sleep(pause)
            out.write(piece)
            out.flush()

    return Reply(raw=write)


down = _status(503)


def yesterday(asked: Asked) -> Reply:
    """The answer of the mailing before, under its own date."""
    return asked.before


def redated(asked: Asked) -> Reply:
    """The papers of the mailing before under today's date: what a feed rendered too early is."""
    body = asked.before.body
    for form in (b"%d %B %Y", b"%d %b %Y", b"%A", b"%a, "):
        old, new = (f"{day:{form.decode()}}".lstrip("0").encode() for day in (asked.day_before, asked.day))
        body = body.replace(old, new)
    return replace(asked.before, body=body)


def _halved(body: bytes) -> bytes:
    entries = _ENTRY.findall(body)
    for entry in entries[len(entries) // 2 :]:
        body = body.replace(entry, b"", 1)
    return body


half = _body(_halved)


def _cut(asked: Asked) -> Reply:
    body = asked.whole.body
    return _raw(f"Content-Length: {len(body)}\r\n", [body[: len(body) // 2]])


def _drip(asked: Asked) -> Reply:
    body = asked.whole.body
    return _raw(f"Content-Length: {len(body)}\r\n", (body[n : n + 1] for n in range(20)), STALL / 10)


def _stall(asked: Asked) -> Reply:
    return _raw(f"Content-Length: {len(asked.whole.body)}\r\n", [b"<"], STALL)


def _big(_: Asked) -> Reply:
    piece = b"<p>" * 300_000
    return _raw(f"Content-Length: {BIG}\r\n", (piece for _ in range(BIG // len(piece))))


def _to(where: str) -> Spoil:
    return lambda asked: Reply(b"", 302, {"Location": where or asked.url})


def _no_gzip(asked: Asked) -> Reply:
    return replace(asked.whole, headers={"Content-Encoding": "gzip"})


@cache
def _packed() -> bytes:
    return gzip.compress(bytes(BIG))


def _unpacked(_: Asked) -> Reply:
    return Reply(_packed(), headers={"Content-Encoding": "gzip"})


def _refused(asked: Asked) -> Reply:
    if asked.source == "rss":
        return Reply(feed_error("eess.AS+cs.SD", "Invalid archive or subject class"), 400)
    return Reply(catchup_error("Invalid category"), 400)


def _doubled(body: bytes) -> bytes:
    return _ENTRY.sub(lambda found: found[0] * 2, body, count=1)


def _in_title(more: bytes) -> Spoil:
    return _body(lambda body: _TITLE.sub(b"Invented " + more, body))


def _bombed(body: bytes) -> bytes:
    head, end, rest = body.partition(b"\n")
    start = head + end if head.startswith(b"<?xml") else b""
    rest = body[len(start) :].removeprefix(b"<!DOCTYPE html>\n")
    return start + _BOMB + rest


FAULTS = (
    Fault("stall", "the answer begins and never goes on", _stall, slow=True),
    Fault("drip", "a byte at a time", _drip, slow=True),
    Fault("hang-up", "the connection is closed without a word", lambda _: Reply(raw=lambda _: None)),
    Fault("truncated", "half of the announced bytes", _cut),
    Fault("cut", "half of a page as if it were whole", _body(lambda body: body[: len(body) // 2])),
    Fault("403", "status 403", _status(403)),
    Fault("404", "status 404", _status(404)),
    Fault("406", "status 406, by which arXiv throttles", _status(406)),
    Fault("410", "status 410", _status(410)),
    Fault("429", "status 429", _status(429)),
    Fault("429-soon", "status 429, Retry-After in seconds", _status(429, Retry_After="7")),
    Fault("429-day", "status 429, Retry-After of a day", _status(429, Retry_After="86400")),
    Fault("429-date", "status 429, Retry-After a date far away", _status(429, Retry_After=FAR)),
    Fault("429-junk", "status 429, Retry-After that says nothing", _status(429, Retry_After="-5, soon, NaN")),
    Fault("500", "status 500", _status(500)),
    Fault("503", "status 503", down),
    Fault("503-later", "status 503, Retry-After in seconds", _status(503, Retry_After="30")),
    Fault("522", "status 522 of a cache in between", _status(522)),
    Fault("refused", "status 400 with arXiv's own error page", _refused),
    Fault("elsewhere", "a redirect to another host", _to("https://example.com/list")),
    Fault("look-alike", "a redirect to a host that looks like arXiv's", _to("https://arxiv.org.example.com/list")),
    Fault("circle", "a redirect to itself", _to("")),
    Fault("no-gzip", "said to be gzip, but is not", _no_gzip),
    Fault("empty", "an empty 200", _status(200, b"")),
    Fault("blank", "a 200 of blanks", _status(200, b" \n" * 400)),
    Fault("throttle-200", "a 200 that says `Rate exceeded.`", _status(200, b"Rate exceeded.")),
    Fault("error-page", "a 200 with an error page", _status(200, ERROR_PAGE)),
    Fault("yesterday", "the answer of the mailing before", yesterday),
    Fault("redated", "the papers of the mailing before under today's date", redated, sources=("rss",)),
    Fault("half", "half of the papers, all counts", half, unseen=("rss", "oai")),
    Fault("no-counts", "no counts", _body(lambda body: _COUNTS.sub(b"", body))),
    Fault("doubled", "a paper twice", _body(_doubled)),
    Fault("bomb", "entities that grow to gigabytes", _body(_bombed)),
    Fault("100-mb", "a body of 100 MB", _big),
    Fault("gzip-bomb", "a short answer that unpacks to 100 MB", _unpacked),
    Fault("no-utf-8", "bytes in the titles that are not UTF-8", _in_title(b"\xff\xfe\xc3"), shown=PAGES),
    Fault("control", "control characters in the titles", _in_title(b"\x00\x08\x1b[2J"), shown=PAGES),
)  # fmt: skip
