"""GitHub issues, for the alarm: one is open while nothing is published, and closed when digests appear again.

The workflow's own token is enough, in a job with `permissions: issues: write`.
List, create, update: https://docs.github.com/en/rest/issues/issues; comment: https://docs.github.com/en/rest/issues/comments.
What acts in an issue's text:
https://docs.github.com/en/get-started/writing-on-github/working-with-advanced-formatting/autolinked-references-and-urls
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from digest.errors import ChannelError, StatusError, WebError
from digest.web import Web

NAME = "issue"
API = "https://api.github.com"
MARKER = "<!-- arxiv-digest: staleness alarm -->"
HEADERS = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}
MAX_TITLE, MAX_BODY = 256, 65_536  # characters; GitHub answers 422 to more
PAGE, MAX_PAGES = 100, 10
OURS = ("OWNER", "MEMBER", "COLLABORATOR")  # who may run the program by hand, with a token of their own
GONE = 410

_TOKEN = "the token may not write issues here; give the workflow's job `permissions: issues: write`"  # noqa: S105
_ADVICE = {
    401: "the token is not valid (any more); give the step `GITHUB_TOKEN: ${{ github.token }}`",
    403: f"{_TOKEN}, and see that the repository is not archived",
    404: f"{_TOKEN}, and see that the repository's name is right",
    GONE: "issues are switched off, as in every new fork; switch them on in Settings → General → Features → Issues",
    422: "the text was refused; the next run tries again later",
    429: "too many requests for now; the next run tries again later",
}


class Issue(NamedTuple):
    """An open alarm."""

    number: int
    title: str
    body: str


class _IssuesOffError(ChannelError):
    """The repository has no issues, so that none is open either."""


# --- what acts in an issue ---

_GAP = "\u200b"  # a zero-width space; in issues a comment between does nothing, and mail quotes the inside of code
_ACTS = re.compile(
    r"(?P<entity>&(?:#\d+|#x[\da-f]+|[a-z]\w*);)"
    rf"|@(?!{_GAP})"  # mentions
    # References, of which a comment may hide a part: #1, GH-1, and addresses, which leave a line in that other issue.
    r"|(?:#|(?:(?<![a-z\d])gh|>h?)\\?-|/(?:issues|pull|discussions)\\?/)(?=[\d<%])",
    re.IGNORECASE,
)


def quiet(text: str) -> str:
    """Markdown in which nothing notifies a person or appears in another issue; it reads the same. Twice is as once.

    Addresses of issues lead nowhere any more, nor do those with `@`, or `#` before a digit.
    """
    return _ACTS.sub(_quieted, text)


def _quieted(match: re.Match[str]) -> str:
    entity = match["entity"]
    if entity is None:
        return match[0] + _GAP
    disguise = re.fullmatch(r"[@#/\w-]", html.unescape(entity), re.ASCII)
    return f"&amp;{entity[1:].replace('#', f'#{_GAP}')}" if disguise else entity


# --- the alarm among the issues ---


def parse(answer: bytes) -> tuple[int, tuple[Issue, ...]]:
    """How many entries a page of the list has, and the alarms among them. Raises ChannelError."""
    rows = _json(answer)
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ChannelError("GitHub's list of issues has a form that is not known")
    alarms = (Issue(_number(row), str(row.get("title")), row["body"]) for row in rows if _is_alarm(row))
    return len(rows), tuple(alarms)


def _is_alarm(row: Mapping[str, Any]) -> bool:
    """Whether an entry is an alarm of ours: no pull request, our marker first, and not planted by a stranger."""
    user, body = row.get("user"), row.get("body")
    bot = isinstance(user, dict) and user.get("type") == "Bot"
    trusted = bot or row.get("author_association") in OURS
    return "pull_request" not in row and isinstance(body, str) and body.startswith(MARKER) and trusted


def _json(answer: bytes) -> Any:
    try:
        return json.loads(answer)
    except (ValueError, RecursionError) as error:
        raise ChannelError("GitHub's answer is not JSON") from error


def _number(row: Any) -> int:
    number = row.get("number") if isinstance(row, dict) else None
    if type(number) is not int or number < 1:
        raise ChannelError("GitHub's answer is not an issue: it has no number")
    return number


def _cut(text: str, limit: int) -> str:
    text = quiet(text).replace("\r\n", "\n").strip()
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


class Channel:
    """The one issue of a repository (`owner/name`) that says why nothing is published. Raises ChannelError."""

    def __init__(self, web: Web, base: str, repository: str, token: str) -> None:
        if not re.fullmatch(r"[\w-]+/(?!\.\.?$)[\w.-]+", repository, re.ASCII):
            raise ChannelError(f"`{repository[:200]}` is not a repository; it is written `owner/name`")
        self.web = web
        self._issues = f"{(base or API).rstrip('/')}/repos/{repository}/issues"
        self._token = token

    def raise_alarm(self, title: str, body: str) -> str:
        """Opens the issue, or brings the open one up to date; says which. `body` is Markdown. Raises ChannelError."""
        alarm = {
            "title": _cut(" ".join(title.split()), MAX_TITLE),
            "body": f"{MARKER}\n\n{_cut(body, MAX_BODY - len(MARKER) - 2)}",
        }
        alarms = self._open()
        if not alarms:
            return f"opened issue #{_number(_json(self._ask('POST', '', alarm)))}"
        first, *others = alarms
        same = alarm == {"title": first.title, "body": first.body.replace("\r\n", "\n").rstrip()}
        if not same:
            self._ask("PATCH", f"/{first.number}", alarm)
        self._close(others, "not_planned")
        return f"issue #{first.number} says so already" if same else f"updated issue #{first.number}"

    def clear(self, text: str) -> str:
        """Closes the issue with a comment, in Markdown; says what was done. Raises ChannelError."""
        try:
            alarms = self._open()
        except _IssuesOffError:
            return "no issue is open: the repository has none"
        if not alarms:
            return "no issue is open"
        self._close(alarms, "completed")
        number = alarms[0].number
        self._ask("POST", f"/{number}/comments", {"body": _cut(text, MAX_BODY)})  # last: a closed one says it only once
        return f"closed issue #{number}"

    def _open(self) -> list[Issue]:
        """The alarms that are open: one, or none, or more when two runs began at once; the oldest first."""
        found: dict[int, Issue] = {}
        for page in range(1, MAX_PAGES + 1):
            query = f"?state=open&sort=created&direction=desc&per_page={PAGE}&page={page}"
            size, alarms = parse(self._ask("GET", query))
            found |= {alarm.number: alarm for alarm in alarms}
            if size < PAGE:
                break
        return [found[number] for number in sorted(found)]

    def _close(self, alarms: Iterable[Issue], reason: str) -> None:
        for alarm in alarms:
            self._ask("PATCH", f"/{alarm.number}", {"state": "closed", "state_reason": reason})

    def _ask(self, method: str, path: str, data: Mapping[str, object] | None = None) -> bytes:
        """One request below the repository's issues. Raises ChannelError with what to do."""
        try:
            return self.web.send(method, self._issues + path, token=self._token, data=data, headers=HEADERS)
        except StatusError as error:
            kind = _IssuesOffError if error.status == GONE else ChannelError
            raise kind(f"the issue on GitHub: {_advice(error)}") from error
        except WebError as error:
            raise ChannelError(f"the issue on GitHub: {error}") from error


def _advice(error: StatusError) -> str:
    """What to do about an answer; a limit may be said in words only."""
    status = 429 if b"rate limit" in error.body.lower() else error.status
    return f"{_ADVICE.get(status, 'GitHub has trouble; the next run tries again')} ({error.status})"
