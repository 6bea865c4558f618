"""A web server on loopback that answers what a test tells it to, and remembers what it was asked."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Reply:
    """One answer; `raw` writes to the socket itself instead, for answers that break the protocol."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: Callable[[Any], None] | None = None


@dataclass
class FakeServer:
    """What a test sees: the address, the answers by path (without query, or with it), the requests made.

    An answer may be a list: one for each request, the last one for all that follow. Unknown paths get the answer of
    the path `*`, or a 404.
    """

    url: str = ""
    answers: dict[str, Reply | list[Reply]] = field(default_factory=dict)
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    @property
    def paths(self) -> list[str]:
        """The requests' paths with their queries, in order."""
        return [path for path, _ in self.requests]

    def reply(self, path: str, headers: dict[str, str]) -> Reply:
        """The answer to a request; remembers it."""
        self.requests.append((path, headers))
        names = (path, path.partition("?")[0], "*")
        found = next((self.answers[name] for name in names if name in self.answers), Reply(b"no such page", 404))
        if isinstance(found, list):
            return found.pop(0) if len(found) > 1 else found[0]
        return found


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is part of the tests."""


@contextmanager
def listening(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """The address of a server on a free port that answers through `handler`, for the length of a `with`."""
    server = _Server(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def serving(made: FakeServer | None = None) -> Iterator[FakeServer]:
    """A server for the length of a `with`; `made` is one that answers in its own way."""
    fake = made or FakeServer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            reply = fake.reply(self.path, {name.lower(): value for name, value in self.headers.items()})
            if reply.raw is not None:
                reply.raw(self.wfile)
                return
            self.send_response(reply.status)
            for name, value in {"Content-Length": str(len(reply.body)), **reply.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.body)

        def log_message(self, format: str, *args: object) -> None:
            """Stay silent."""

    with listening(Handler) as fake.url:
        yield fake
