"""The only door to the network: pace, retries, limits, deadlines, redirects, and who we say we are.

A request is a GET, or JSON with a token. It is bounded in time as a whole (a server that drips a byte a second resets
every socket timeout), in size, and in where it may be redirected to. Clock and sleep are passed in for the tests.
"""

from __future__ import annotations

import os
import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urljoin, urlsplit

from digest import __version__
from digest.errors import StatusError, WebError

if TYPE_CHECKING:
    import requests

OK = 200
FORBIDDEN, TOO_MANY, TROUBLE = 403, 429, 500
RETRIED = frozenset({406, 408, TOO_MANY, *range(TROUBLE, 600)})  # 406 is how arXiv throttles since 2026
REDIRECTS = frozenset({301, 302, 303, 307, 308})
MAX_REDIRECTS = 3
MAX_BYTES = 20_000_000
THROTTLES = frozenset({406, TOO_MANY})
PIECE = 65_536  # bytes read at a time
THROTTLE = b"Rate exceeded"  # arXiv says so also with status 200, in an answer of a few words
FEW_WORDS = 200
CONNECT_SECONDS, READ_SECONDS = 10, 30
DEADLINE_SECONDS = 90.0  # one try, all in all
TRIES = 4
REPEATED = frozenset({"GET", "PATCH"})  # what is sent once more: doing it twice does no more than once
FIRST_WAIT = 5.0

PAGE_GAP = 15.0  # arXiv's robots.txt: Crawl-delay: 15
API_GAP = 3.0  # https://info.arxiv.org/help/api/tou.html: one request in three seconds for feeds and APIs together
SERVICE_GAP = 1.0  # https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api
PAGES, FEEDS, SERVICES = "pages", "feeds", "services"
_GAPS = {PAGES: PAGE_GAP, FEEDS: API_GAP, SERVICES: SERVICE_GAP}
# A server that asks for more patience is left alone for this run; pages ask for 300 s while arXiv's counts disagree.
_MAX_WAIT = {PAGES: 310.0, FEEDS: 120.0, SERVICES: 120.0}


def user_agent() -> str:
    """Project, version and, where it is known, the fork that is asking."""
    repository = os.environ.get("GITHUB_REPOSITORY", "")
    known = re.fullmatch(r"[\w.-]+/[\w.-]+", repository, re.ASCII)
    return f"arxiv-digest/{__version__} ({f'+https://github.com/{repository}' if known else 'a reader, by hand'})"


@dataclass
class Web:
    """One paced session; `gap` (seconds) overrides the polite pauses.

    `log` hears of every request, `say` of every wait that a person would wonder about.
    """

    gap: float | None = None
    deadline: float = DEADLINE_SECONDS
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    log: Callable[[str], None] = lambda _: None
    say: Callable[[str], None] = lambda _: None
    requests_made: int = 0
    _last: dict[str, float] = field(default_factory=dict)
    _session: requests.Session | None = None

    def get(self, url: str, *, lane: str, accept: str, tries: int = TRIES) -> bytes:
        """The body at an address. Raises WebError; StatusError for an answer that is not 200.

        `lane` (PAGES or FEEDS) is what shares a pause. Throttling and server errors are tried again.
        """
        return self._patiently(lane, tries, lambda: self._follow(url, lane, accept))

    def send(
        self, method: str, url: str, *, token: str, data: Mapping[str, object] | None, headers: Mapping[str, str]
    ) -> bytes:
        """The answer, maybe empty, to JSON sent with a token. Raises WebError; StatusError for one that is not 2xx.

        No redirect is followed, and nothing is repeated that may have arrived and would be there twice.
        """
        options = {"headers": headers, "json": data, "auth": _bearer(url, token)}
        tries = 2 if method in REPEATED else 1
        return self._patiently(SERVICES, tries, lambda: _accepted(url, self._bounded(SERVICES, method, url, options)))

    def _patiently(self, lane: str, tries: int, ask: Callable[[], bytes]) -> bytes:
        for attempt in range(1, tries + 1):
            try:
                return ask()
            except _TryAgainError as error:
                wait = self._wait(lane, error.after, attempt)
                if attempt == tries or wait is None:
                    raise error.reason from error
                self.say(f"{error.reason}; trying again in {wait:.0f} s")
                self.sleep(wait)
        raise AssertionError("tries is at least 1")

    def _wait(self, lane: str, after: float | None, attempt: int) -> float | None:
        """Seconds to wait; None when the server asks for more patience than a run has."""
        pause = FIRST_WAIT * 2 ** (attempt - 1) if self.gap is None else self.gap
        if after is not None and after > _MAX_WAIT[lane]:
            return None
        return min(max(after or 0.0, pause), _MAX_WAIT[lane])

    def _follow(self, url: str, lane: str, accept: str) -> bytes:
        for _ in range(MAX_REDIRECTS + 1):
            answer = self._bounded(lane, "GET", url, {"headers": {"Accept": accept}})
            if answer.status not in REDIRECTS:
                return _judged(url, answer)
            url = _redirected(url, answer.headers.get("location", ""))
        raise WebError(f"{url}: more than {MAX_REDIRECTS} redirects")

    def _pace(self, lane: str) -> None:
        gap = _GAPS[lane] if self.gap is None else self.gap
        if lane in self._last:
            rest = self._last[lane] + gap - self.clock()
            if rest > 0:
                self.sleep(rest)
        self._last[lane] = self.clock()

    def _bounded(self, lane: str, method: str, url: str, options: Mapping[str, Any]) -> _Answer:
        """One paced request within the deadline, no redirect followed; a late one is abandoned with its session."""
        self._pace(lane)
        self.requests_made += 1
        self.log(f"{method} {url}")
        call = _Call(self._opened(), method, url, options)
        call.start()
        call.join(self.deadline)
        if call.is_alive():
            call.abandoned = True
            self._session = None
            raise _TryAgainError(WebError(f"{url}: no whole answer within {self.deadline:.0f} s"))
        if call.error is not None:
            raise call.error
        return call.answer

    def _opened(self) -> requests.Session:
        if self._session is None:
            import requests  # noqa: PLC0415 - 90 ms that only commands with a network pay

            self._session = requests.Session()
            self._session.headers["User-Agent"] = user_agent()
            # Redirects are ours; the library would read their whole body and stumble over a malformed address.
            self._session.get_redirect_target = lambda resp: None  # type: ignore[method-assign] # noqa: ARG005
        return self._session


class _TryAgainError(Exception):
    """Carries the error to raise when no try is left, and the server's Retry-After in seconds."""

    def __init__(self, reason: WebError, after: float | None = None) -> None:
        self.reason = reason
        self.after = after
        super().__init__(str(reason))


class _Answer(NamedTuple):
    """What a server said; the names of headers are in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes


class _Call(threading.Thread):
    """One request in a thread of its own, which keeps its outcome to itself: `answer` or `error`, read after `join`.

    An abandoned call ends at the next piece that arrives; nobody looks at it any more.
    """

    answer: _Answer  # not set after a bug, whose traceback the thread has shown

    def __init__(self, session: requests.Session, method: str, url: str, options: Mapping[str, Any]) -> None:
        super().__init__(daemon=True)
        self.error: WebError | _TryAgainError | None = None
        self.abandoned = False
        self._of = session, method, url, options

    def run(self) -> None:
        """Fetches; called by `start`."""
        import requests  # noqa: PLC0415
        import urllib3  # noqa: PLC0415

        url = self._of[2]
        try:
            self.answer = self._fetched()
        except WebError as error:
            self.error = error
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            plain = WebError(f"{url}: {_plainly(error)}")
            self.error = plain if isinstance(error, ValueError) else _TryAgainError(plain)  # an impossible address

    def _fetched(self) -> _Answer:
        session, method, url, options = self._of
        limits: dict[str, Any] = {"timeout": (CONNECT_SECONDS, READ_SECONDS), "stream": True, "allow_redirects": False}
        with session.request(method, url, **limits, **options) as response:
            body = bytearray()
            for piece in response.iter_content(PIECE):
                body += piece
                if len(body) > MAX_BYTES:
                    raise WebError(f"{url}: the answer is larger than {MAX_BYTES:,} bytes")
                if self.abandoned:
                    break
            names = {name.lower(): value for name, value in response.headers.items()}
            return _Answer(response.status_code, names, bytes(body))


def _plainly(error: Exception) -> str:
    """The kind of trouble, without the library's nested representations."""
    words = (
        (r"NameResolution|getaddrinfo|Name or service", "the name could not be resolved (is the network there?)"),
        (r"SSL|CERTIFICATE", "the secure connection could not be made"),
        (r"refused", "the connection was refused"),
        (r"timed out|Timeout", "no answer in time"),
        (r"decod|gzip|incorrect header", "the answer's compression is broken"),
        (r"IncompleteRead|Chunk|broken|closed|reset|aborted", "the answer broke off"),
    )
    text = f"{type(error).__name__} {error}"
    return next((plain for pattern, plain in words if re.search(pattern, text)), type(error).__name__)


def _judged(url: str, answer: _Answer) -> bytes:
    """The body of a good answer; raises for any other. An empty 200 is a failure, not an empty day."""
    status, headers, body = answer
    throttled = status == OK and len(body) < FEW_WORDS and THROTTLE in body
    if status == OK and body.strip() and not throttled:
        return body
    slower = throttled or status in THROTTLES
    said = f"asks us to slow down ({status})" if slower else f"answered {status}"
    message = f"{url}: the server {said}" + ("" if body.strip() else " and nothing else")
    error = StatusError(message, 429 if throttled else status, body[:2000])
    if status == OK or status in RETRIED:
        raise _TryAgainError(error, retry_after(headers.get("retry-after", "")))
    raise error


def _accepted(url: str, answer: _Answer) -> bytes:
    """The body of a 2xx; raises for any other. GitHub's limits, a 403 with one of two headers, are raised as 429."""
    status, headers, body = answer
    if status in range(OK, 300):
        return body
    if status in REDIRECTS:
        raise WebError(f"{url}: refused a redirect ({status}), for a token is sent nowhere else")
    spent = status == FORBIDDEN and ("retry-after" in headers or headers.get("x-ratelimit-remaining") == "0")
    slower = spent or status == TOO_MANY
    said = f"asks us to slow down ({status})" if slower else f"answered {status}"
    error = StatusError(f"{url}: the server {said}", TOO_MANY if slower else status, body[:2000])
    if status >= TROUBLE or (slower and "retry-after" in headers):
        raise _TryAgainError(error, retry_after(headers.get("retry-after", "")))
    raise error


def _bearer(url: str, token: str) -> Callable[[requests.PreparedRequest], requests.PreparedRequest]:
    """What signs a request, past any password that the machine keeps for the host. Raises WebError."""
    word = token.strip()
    if not re.fullmatch("[!-~]+", word):
        raise WebError(f"{url}: the token is empty, or has characters in it that no token has")
    if not re.match(r"https://|http://(?:127\.0\.0\.1|localhost|\[::1])(?::\d+)?/", url):
        raise WebError(f"{url}: a token is sent over https only")

    def signed(request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {word}"
        return request

    return signed


def retry_after(value: str) -> float | None:
    """Seconds of a Retry-After header, whole numbers or an HTTP date; None for anything else."""
    if re.fullmatch(r"[0-9]+", value.strip()):
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
        return max(0.0, (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() - time.time())
    except (ValueError, OverflowError):
        return None


def _redirected(url: str, location: str) -> str:
    """Where to go on: the same host, or another of arXiv's over https; anything else is refused."""
    try:
        target = urljoin(url, location)
        old, new = urlsplit(url), urlsplit(target)
    except ValueError as error:
        raise WebError(f"{url}: refused a redirect to {location[:200]!r}") from error
    same = new.netloc == old.netloc and new.scheme in {old.scheme, "https"}
    # The characters are checked because libraries disagree about where a host with a backslash ends.
    ours = new.scheme == "https" and re.fullmatch(r"(?:[a-z0-9-]+\.)*arxiv\.org", new.netloc, re.IGNORECASE)
    if not location or not (same or ours):
        raise WebError(f"{url}: refused a redirect to {target[:200]!r}")
    return target
