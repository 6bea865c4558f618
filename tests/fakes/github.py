"""A GitHub on loopback, as far as issues go: it keeps them, refuses what GitHub refuses, and remembers who asked what.

https://docs.github.com/en/rest/issues/issues
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

from tests.fakes.server import Reply, listening

TOKEN = "ghs_invented"  # noqa: S105
REPOSITORY = "someone/my-digest"
BOT = {"login": "github-actions[bot]", "type": "Bot"}
_LIMITS = {"title": 256, "body": 65_536}


class Asked(NamedTuple):
    """One request; headers in lower case, `data` the JSON that came with it."""

    method: str
    path: str
    headers: dict[str, str]
    data: Any


@dataclass
class FakeGitHub:
    """What a test sees: the issues as GitHub's API shows them, the comments by number, the requests.

    `answers` go before the real ones: by method, or method and end of the path; a list as in `FakeServer`.
    """

    url: str = ""
    issues: list[dict[str, Any]] = field(default_factory=list)
    comments: dict[int, list[str]] = field(default_factory=dict)
    has_issues: bool = True
    may_write: bool = True
    answers: dict[str, Reply | list[Reply]] = field(default_factory=dict)
    requests: list[Asked] = field(default_factory=list)

    @property
    def calls(self) -> list[str]:
        """The requests in short: `GET`, `PATCH /7`, `POST /7/comments`."""
        return [f"{a.method} {urlsplit(a.path).path.partition('/issues')[2]}".strip() for a in self.requests]

    def plant(self, **more: Any) -> dict[str, Any]:
        """An issue that is there already, by the workflow's bot unless told otherwise."""
        issue = {
            "number": len(self.issues) + 1, "state": "open", "state_reason": None, "title": "t", "body": "b",
            "user": BOT, "author_association": "NONE", **more,
        }  # fmt: skip
        self.issues.append(issue)
        return issue

    def reply(self, asked: Asked) -> Reply:
        """The answer to a request; remembers it."""
        self.requests.append(asked)
        for name, found in self.answers.items():
            method, _, end = name.partition(" ")
            if method == asked.method and urlsplit(asked.path).path.endswith(end):
                return (found.pop(0) if len(found) > 1 else found[0]) if isinstance(found, list) else found
        return self._judged(asked)

    def _judged(self, asked: Asked) -> Reply:
        address = re.fullmatch(rf"/repos/{REPOSITORY}/issues(?:/(\d+))?(/comments)?", urlsplit(asked.path).path)
        if asked.headers.get("authorization") != f"Bearer {TOKEN}":
            return _said(401, "Bad credentials")
        if address is None:
            return _said(404, "Not Found")
        if asked.method == "GET":
            return self._listed({name: value[0] for name, value in parse_qs(urlsplit(asked.path).query).items()})
        if not self.has_issues:
            return _said(410, "Issues has been disabled in this repository.")
        if not self.may_write:
            return _said(403, "Resource not accessible by integration")
        if any(len(asked.data.get(name, "x")) not in range(1, most + 1) for name, most in _LIMITS.items()):
            return _said(422, "Validation Failed")
        return self._written(asked, address[1], bool(address[2]))

    def _listed(self, query: dict[str, str]) -> Reply:
        """As `state`, `sort`, `direction`, `per_page` and `page` say; the documented defaults where they do not."""
        assert query.get("sort", "created") == "created"
        rows = [each for each in self.issues if query.get("state", "open") in {each["state"], "all"}]
        rows.sort(key=lambda each: int(each["number"]), reverse=query.get("direction", "desc") == "desc")
        size = min(int(query.get("per_page", "30")), 100)
        start = (int(query.get("page", "1")) - 1) * size
        return Reply(json.dumps(rows[start : start + size]).encode())

    def _written(self, asked: Asked, number: str | None, comment: bool) -> Reply:
        if number is None:
            return Reply(json.dumps(self.plant(**asked.data)).encode(), 201)
        issue = next((each for each in self.issues if each["number"] == int(number)), None)
        if issue is None:
            return _said(404, "Not Found")
        if comment:
            self.comments.setdefault(int(number), []).append(asked.data["body"])
            return Reply(b'{"id": 1}', 201)
        issue.update(asked.data)
        return Reply(json.dumps(issue).encode())


def _said(status: int, message: str) -> Reply:
    return Reply(json.dumps({"message": message, "status": str(status)}).encode(), status)


@contextmanager
def github() -> Iterator[FakeGitHub]:
    """A GitHub for the length of a `with`."""
    fake = FakeGitHub()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"  # connections are kept, as GitHub does

        def _answer(self) -> None:
            sent = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            headers = {name.lower(): value for name, value in self.headers.items()}
            reply = fake.reply(Asked(self.command, self.path, headers, json.loads(sent) if sent else None))
            if reply.raw is not None:
                self.close_connection = True
                reply.raw(self.wfile)
                return
            self.send_response(reply.status)
            for name, value in {"Content-Length": str(len(reply.body)), **reply.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.body)

        do_GET = do_POST = do_PATCH = _answer  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:
            """Stay silent."""

    with listening(Handler) as fake.url:
        yield fake
