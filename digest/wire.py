"""One request to a chat endpoint through the `openai` package, bounded in size and in time, with the key in one place.

The library builds and sends a request. The answer is read here: the library alone waits ten minutes for a byte, follows
redirects, and raises exceptions that hold the request, and with it the key. https://github.com/openai/openai-python
"""

from __future__ import annotations

import ipaddress
import logging
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from digest import refusals
from digest.errors import ModelError
from digest.web import retry_after, user_agent

if TYPE_CHECKING:
    import httpx2
    import openai

    Send = Callable[[openai.OpenAI], object]

MAX_BYTES = 1_000_000  # of an answer
CONNECT_SECONDS = 10.0
DEADLINES = 3  # a whole answer may take so many timeouts
_SENT = frozenset({"host", "accept", "content-type", "content-length", "transfer-encoding", "user-agent"})
_LOGGERS = re.compile(r"(?:openai|httpx2|httpcore2)(?:\.|$)")
_BROKEN = "the answer broke off"
_TROUBLES = {
    "ConnectError": "no connection could be made",
    "ReadError": _BROKEN,
    "RemoteProtocolError": _BROKEN,
    "ProxyError": "the proxy does not let us through",
}
_NEAR = re.compile(r"localhost|[^.]+|.+\.(?:local|lan|internal|home\.arpa)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Heard:
    """What came back: the kind of trouble (empty: a success), the status (0: none), the body, the seconds to wait."""

    kind: str
    status: int = 0
    body: bytes = b""
    after: float | None = None
    detail: str = ""

    @property
    def said(self) -> str:
        """All words of a refusal, with any secrets in them."""
        return refusals.words(self.body)


@dataclass(eq=False)
class Wire:
    """The way to one endpoint; the first request loads the library. Raises ModelError for a bad address or key."""

    base_url: str = field(repr=False)
    key: str = field(repr=False)
    timeout: float

    def __post_init__(self) -> None:
        self.host = check_address(self.base_url)
        self.key = self.key.strip()
        if not re.fullmatch("[!-~]*", self.key):
            raise ModelError("the key has characters in it that no key has", "address", fatal=True)
        self._lock = threading.Lock()
        self._client: openai.OpenAI | None = None
        self._calls: set[_Call] = set()

    def ask(self, send: Send, limit: int) -> Heard:
        """One try within the deadline; a late one is abandoned and ends at the next piece that arrives."""
        call = _Call(self._opened(), send, limit)
        self._calls.add(call)
        call.start()
        if not call.over.wait(DEADLINES * self.timeout):
            call.abandoned = True
        self._calls.discard(call)
        return Heard("timeout") if call.abandoned else call.heard

    def close(self) -> None:
        """Ends the waiting of all who ask."""
        for call in list(self._calls):
            call.abandoned = True
            call.over.set()

    def _opened(self) -> openai.OpenAI:
        with self._lock:
            if self._client is None:
                self._client = self._made()
            return self._client

    def _made(self) -> openai.OpenAI:
        import openai  # noqa: PLC0415 - 0.7 s that only a run with questions pays

        for name in filter(_LOGGERS.match, list(logging.root.manager.loggerDict)):
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)  # at DEBUG they show requests
        seconds = openai.Timeout(self.timeout, connect=min(CONNECT_SECONDS, self.timeout))
        http = openai.DefaultHttpx2Client(
            timeout=seconds,
            follow_redirects=False,
            event_hooks={"request": [self._signed], "response": [_read]},
            trust_env=self.base_url.startswith("https:"),  # no proxy on the way to this machine or its neighbours
        )
        names = {"User-Agent": user_agent()}
        return openai.OpenAI(
            api_key="unused", admin_api_key="", base_url=self.base_url, max_retries=0, timeout=seconds,
            default_headers=names, http_client=http,
        )  # fmt: skip

    def _signed(self, request: httpx2.Request) -> None:
        """Leaves what a request needs: organization, project, own headers of the environment are not for all hosts."""
        for name in {name.lower() for name in request.headers} - _SENT:
            del request.headers[name]
        request.headers["Accept-Encoding"] = "identity"  # so that a limit in bytes is one
        request.headers["Connection"] = "close"  # an answer takes seconds; nothing stays open for someone to close
        if self.key:
            request.headers["Authorization"] = f"Bearer {self.key}"


class _HeardError(Exception):
    """Takes the way out of the library, past whatever it would make of an answer; carries nothing."""


class _Call(threading.Thread):
    """One request in a thread of its own; `heard` is read when it is `over`: garbage after a bug, which is shown."""

    def __init__(self, client: openai.OpenAI, send: Send, limit: int) -> None:
        super().__init__(daemon=True)
        self.heard = Heard("garbage")
        self.abandoned = False
        self.over = threading.Event()
        self.limit = limit
        self._of = client, send

    def run(self) -> None:
        """Asks; called by `start`."""
        try:
            self._ask()
        finally:
            self.over.set()

    def _ask(self) -> None:
        import openai  # noqa: PLC0415

        client, send = self._of
        try:
            send(client)
        except _HeardError:
            pass  # the usual way
        except openai.APITimeoutError:
            self.heard = Heard("timeout")
        except openai.APIConnectionError as error:
            self.heard = Heard("network", detail=_TROUBLES.get(type(error.__cause__).__name__, ""))
        except (openai.OpenAIError, ValueError) as error:  # a text that is no Unicode, an answer in no encoding
            self.heard = Heard("garbage", detail=type(error).__name__)


def _read(response: httpx2.Response) -> None:
    """Reads an answer instead of the library, for the call in whose thread this is."""
    call = cast("_Call", threading.current_thread())
    body = bytearray()
    for piece in response.iter_bytes():
        body += piece
        if len(body) > call.limit or call.abandoned:
            break
    status, whole = response.status_code, bytes(body[: call.limit])
    if status in range(200, 300):
        over = len(body) > call.limit
        call.heard = Heard("garbage", detail=f"more than {call.limit:,} bytes") if over else Heard("", status, whole)
    else:
        kind = refusals.verdict(status, refusals.words(whole))
        call.heard = Heard(kind, status, whole, _after(response))
    raise _HeardError


def _after(response: httpx2.Response) -> float | None:
    """Seconds of the headers that say when to come back; None for none, or for anything but a number or a date."""
    for name, unit in (("retry-after-ms", 1000), ("retry-after", 1)):
        value = response.headers.get(name, "").strip()
        if re.fullmatch(r"[0-9]{1,12}(?:\.[0-9]{1,9})?", value):
            return float(value) / unit
    return retry_after(response.headers.get("retry-after", ""))


def check_address(base_url: str) -> str:
    """The host of an address to which a key and texts may go: https, or http in the own network. Raises ModelError."""
    try:
        parts = urlsplit(base_url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port = "", None
    if not host or port == 0 or not re.fullmatch(r"https?://[!-~]+", base_url) or re.search(r"[\\?#]", base_url):
        raise _refused("is not an address; write for example `https://api.openai.com/v1`")
    if "@" in parts.netloc:
        raise _refused("has a user name or password in it; remove it, and put the key into its variable")
    if _metadata(host):
        raise _refused("is an address of the machine's own service network, where no model is")
    if parts.scheme != "https" and not _near(host):
        raise _refused("begins with http:, and a key is sent over https only (http is for your own network)")
    return host


def _refused(why: str) -> ModelError:
    return ModelError(f"the model's base URL {why}", "address", fatal=True)


def _metadata(host: str) -> bool:
    """Whether a host is link-local, as the service is that gives out a cloud machine's own credentials."""
    try:
        return ipaddress.ip_address(host).is_link_local
    except ValueError:
        return host == "metadata.google.internal"


def _near(host: str) -> bool:
    """Whether a host is this machine or one of its neighbours."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return _NEAR.fullmatch(host) is not None
    return address.is_loopback or address.is_private
