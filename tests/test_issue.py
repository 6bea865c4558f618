"""The alarm as an issue: one, of our own, that opens, follows the diagnosis and closes; whatever GitHub answers."""

from __future__ import annotations

import json
import time
import traceback
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from digest.channels.issue import MARKER, Channel
from digest.errors import ChannelError
from tests.fakes.clock import Hours
from tests.fakes.github import REPOSITORY, TOKEN, FakeGitHub, github
from tests.fakes.server import FakeServer, Reply

TITLE, BODY, WELL = "Nothing published since 2031-07-07", "The source **listing** answered 503.", "Published again."
OURS = {"title": TITLE, "body": f"{MARKER}\n\n{BODY}"}


@pytest.fixture
def hub() -> Iterator[FakeGitHub]:
    with github() as fake:
        yield fake


@pytest.fixture
def hours() -> Hours:
    return Hours()


@pytest.fixture
def channel(hub: FakeGitHub, hours: Hours) -> Channel:
    return Channel(hours.web(), hub.url, REPOSITORY, TOKEN)


def states(hub: FakeGitHub) -> dict[int, str]:
    return {each["number"]: each["state"] for each in hub.issues}


# --- the life of an alarm ---


def test_an_alarm_opens_one_issue(hub: FakeGitHub, channel: Channel) -> None:
    """Title and text are as given, behind a marker that nobody sees."""
    assert channel.raise_alarm(TITLE, BODY) == "opened issue #1"
    assert {name: hub.issues[0][name] for name in OURS} == OURS
    assert MARKER.startswith("<!--")
    assert hub.calls == ["GET", "POST"]


def test_the_same_alarm_changes_nothing(hub: FakeGitHub, channel: Channel) -> None:
    """A diagnosis that stands there already is not written again, whatever line ends GitHub keeps it with."""
    channel.raise_alarm(TITLE, f"{BODY}\nSecond line.  \r\n")
    hub.issues[0]["body"] = hub.issues[0]["body"].replace("\n", "\r\n")
    assert channel.raise_alarm(f" {TITLE}\n", f"{BODY}\nSecond line.\n") == "issue #1 says so already"
    assert hub.calls == ["GET", "POST", "GET"]


@pytest.mark.parametrize(("title", "body"), [("Other title", BODY), (TITLE, "Other text.")])
def test_a_new_diagnosis_updates_the_issue(hub: FakeGitHub, channel: Channel, title: str, body: str) -> None:
    """No second issue is opened."""
    channel.raise_alarm(TITLE, BODY)
    assert channel.raise_alarm(title, body) == "updated issue #1"
    assert [(each["title"], each["body"]) for each in hub.issues] == [(title, f"{MARKER}\n\n{body}")]


def test_recovery_closes_it_with_a_comment(hub: FakeGitHub, channel: Channel) -> None:
    """Closed as completed, once; the next recovery finds nothing."""
    channel.raise_alarm(TITLE, BODY)
    assert channel.clear(WELL) == "closed issue #1"
    assert (hub.issues[0]["state"], hub.issues[0]["state_reason"]) == ("closed", "completed")
    assert hub.comments == {1: [WELL]}
    assert channel.clear(WELL) == "no issue is open"
    assert hub.calls[2:] == ["GET", "PATCH /1", "POST /1/comments", "GET"]


def test_the_next_alarm_is_a_new_issue(hub: FakeGitHub, channel: Channel) -> None:
    """A closed one stays closed: everybody who watches hears of the new one."""
    channel.raise_alarm(TITLE, BODY)
    channel.clear(WELL)
    assert channel.raise_alarm(TITLE, BODY) == "opened issue #2"
    assert states(hub) == {1: "closed", 2: "open"}


def test_a_lost_comment_leaves_it_closed(hub: FakeGitHub, channel: Channel) -> None:
    """Closing comes first, so that no run says it again and again."""
    channel.raise_alarm(TITLE, BODY)
    hub.answers["POST /comments"] = Reply(b"x", 500)
    with pytest.raises(ChannelError):
        channel.clear(WELL)
    assert channel.clear(WELL) == "no issue is open"


# --- which issue is ours ---


@pytest.mark.parametrize(
    "other",
    [
        {"user": {"type": "User"}},
        {"user": {"type": "User"}, "author_association": "CONTRIBUTOR"},
        {"user": None},
        {"user": "Bot", "author_association": {"OWNER": 1}},
        {"pull_request": {"url": "https://api.github.com/x"}},
        {"state": "closed"},
        {"body": f"A quote: {MARKER}"},
        {"body": None},
    ],
)
def test_what_is_not_ours_is_left_alone(hub: FakeGitHub, channel: Channel, other: dict[str, Any]) -> None:
    """Planted by a stranger, a pull request, closed, a quote: neither changed nor closed, and no alarm is held back."""
    hub.plant(**{**OURS, **other})
    before = dict(hub.issues[0])
    assert channel.clear(WELL) == "no issue is open"
    assert channel.raise_alarm(TITLE, BODY) == "opened issue #2"
    assert channel.clear(WELL) == "closed issue #2"
    assert hub.issues[0] == before


@pytest.mark.parametrize("association", ["OWNER", "MEMBER", "COLLABORATOR"])
def test_an_issue_by_the_owner_is_ours(hub: FakeGitHub, channel: Channel, association: str) -> None:
    """The program may be run by hand with the token of someone who works here."""
    hub.plant(**OURS, user={"type": "User"}, author_association=association)
    assert channel.raise_alarm(TITLE, BODY) == "issue #1 says so already"


def test_of_two_the_older_is_kept(hub: FakeGitHub, channel: Channel) -> None:
    """Two runs at once may open two; the next run sees to it, whether it raises or clears."""
    for _ in range(3):
        hub.plant(**OURS)
    assert channel.raise_alarm(TITLE, "new") == "updated issue #1"
    assert states(hub) == {1: "open", 2: "closed", 3: "closed"}
    hub.plant(**OURS)
    assert channel.clear(WELL) == "closed issue #1"
    assert (set(states(hub).values()), hub.comments) == ({"closed"}, {1: [WELL]})


@pytest.mark.parametrize(("newer", "pages"), [(98, 1), (99, 2), (250, 3)])
def test_all_pages_are_looked_at(hub: FakeGitHub, channel: Channel, newer: int, pages: int) -> None:
    """The alarm is found behind newer issues and pull requests."""
    hub.plant(**OURS)
    for number in range(newer):
        hub.plant(**({"pull_request": {}} if number % 2 else {}))
    assert channel.raise_alarm(TITLE, BODY) == "issue #1 says so already"
    assert len(hub.requests) == pages


def test_pages_end(hub: FakeGitHub, channel: Channel) -> None:
    """A list without an end is left after a thousand entries, the newest of all."""
    hub.answers["GET"] = Reply(json.dumps([{"number": 1}] * 100).encode())
    assert channel.clear(WELL) == "no issue is open"
    queries = [parse_qs(urlsplit(asked.path).query) for asked in hub.requests]
    assert [query.pop("page") for query in queries] == [[str(page)] for page in range(1, 11)]
    wanted = {"state": ["open"], "sort": ["created"], "direction": ["desc"], "per_page": ["100"]}
    assert [query for query in queries if query != wanted] == []


# --- what GitHub may answer ---


def test_requests_are_as_github_wants_them(hub: FakeGitHub, channel: Channel) -> None:
    """Version and form of the API are named, and the token is a bearer's, in each request."""
    channel.raise_alarm(TITLE, BODY)
    channel.clear(WELL)
    sent = {
        tuple(a.headers[name] for name in ("accept", "x-github-api-version", "authorization")) for a in hub.requests
    }
    assert sent == {("application/vnd.github+json", "2022-11-28", f"Bearer {TOKEN}")}


LIMIT = Reply(b'{"message": "You have exceeded a secondary rate limit."}', 403)
ANSWERS = [
    (Reply(b"x", 401), "the token is not valid"),
    (Reply(b"x", 403), "`permissions: issues: write`"),
    (Reply(b"x", 404), "`permissions: issues: write`"),
    (Reply(b"x", 410), "Settings → General → Features → Issues"),
    (Reply(b"x", 422), "tries again later"),
    (Reply(b"x", 429), "tries again later"),
    (Reply(b"x", 429, {"Retry-After": "1"}), "tries again later"),
    (Reply(b"x", 403, {"X-RateLimit-Remaining": "0"}), "tries again later"),
    (Reply(b"x", 403, {"Retry-After": "9999"}), "tries again later"),
    (LIMIT, "tries again later"),
    (Reply(b"x", 400), "GitHub has trouble"),
    (Reply(b"x", 500), "GitHub has trouble"),
    (Reply(b"x", 502), "GitHub has trouble"),
    (Reply(b"x", 301, {"Location": "/elsewhere"}), "refused a redirect"),
    (Reply(b"<html>", 200), "not JSON"),
    (Reply(b"", 200), "not JSON"),
    (Reply(b"\xff\xfe\xff", 200), "not JSON"),
    (Reply(b"[" * 100_000, 200), "not JSON"),
    (Reply(b"9" * 5000, 200), "not JSON"),
    (Reply(raw=lambda _: None), "broke off"),
    (Reply(raw=lambda _: time.sleep(1)), "no whole answer within"),
]


@pytest.mark.parametrize(("reply", "words"), ANSWERS)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_trouble_is_one_sentence(hub: FakeGitHub, hours: Hours, method: str, reply: Reply, words: str) -> None:
    """Whatever GitHub answers to a question or to a new issue: one line that says what to do."""
    hub.answers[method] = reply
    with pytest.raises(ChannelError, match=words) as caught:
        Channel(hours.web(deadline=0.3), hub.url, REPOSITORY, TOKEN).raise_alarm(TITLE, BODY)
    assert "\n" not in str(caught.value)
    assert TOKEN not in "".join(traceback.format_exception(caught.value))
    assert hub.issues == []


ALARM = {**OURS, "user": {"type": "Bot"}}
ODD = [{}, "x", 7, None, [1], ["x"], [None], [[]], [ALARM], [{**ALARM, "number": "1"}], [{**ALARM, "number": True}],
       [{**ALARM, "number": 0}]]  # fmt: skip


@pytest.mark.parametrize("odd", ODD)
def test_an_odd_list_is_an_error(hub: FakeGitHub, channel: Channel, odd: Any) -> None:
    """JSON of another shape is not taken for "no issue is open", which would open one more each time."""
    hub.answers["GET"] = Reply(json.dumps(odd).encode())
    with pytest.raises(ChannelError, match=r"a form that is not known|has no number"):
        channel.raise_alarm(TITLE, BODY)
    with pytest.raises(ChannelError, match=r"a form that is not known|has no number"):
        channel.clear(WELL)


@pytest.mark.parametrize("odd", [{}, [], None, {"number": None}])
def test_an_odd_new_issue_is_an_error(hub: FakeGitHub, channel: Channel, odd: Any) -> None:
    """Opened is what has a number."""
    hub.answers["POST"] = Reply(json.dumps(odd).encode(), 201)
    with pytest.raises(ChannelError, match="no number"):
        channel.raise_alarm(TITLE, BODY)


@pytest.mark.parametrize("listing", [Reply(b"[]"), Reply(b"x", 410)])
def test_a_fork_without_issues(hub: FakeGitHub, channel: Channel, listing: Reply) -> None:
    """The default of a fork: an alarm says where to switch them on, and a good day is not disturbed."""
    hub.has_issues, hub.answers["GET"] = False, listing
    with pytest.raises(ChannelError, match="as in every new fork; switch them on in Settings"):
        channel.raise_alarm(TITLE, BODY)
    assert channel.clear(WELL).startswith("no issue is open")


def test_the_token_stays_with_github(hub: FakeGitHub, server: FakeServer, channel: Channel) -> None:
    """Sent on to another host at any step, nothing is asked there."""
    hub.plant(**OURS)
    for method in ("PATCH", "POST", "GET"):
        hub.answers = {method: Reply(b"", 307, {"Location": f"{server.url}/repos"})}
        with pytest.raises(ChannelError, match="refused a redirect"):
            channel.raise_alarm(TITLE, method) if method == "PATCH" else channel.clear(WELL)
    assert server.requests == []


@pytest.mark.parametrize(
    "name", ["", "me", "me/", "/x", "a/b/c", "me/..", "me/.", "../x", "a b/c", "é/x", "me/x\n", "a/b?c"]
)
def test_a_repository_has_an_owner_and_a_name(hours: Hours, name: str) -> None:
    """Nothing else reaches an address."""
    with pytest.raises(ChannelError, match="is not a repository"):
        Channel(hours.web(), "", name, TOKEN)


def test_without_an_address_it_is_github(hours: Hours, strayed: list[str]) -> None:
    """The address is for GitHub's servers in companies; most leave it out."""
    with pytest.raises(ChannelError, match=f"https://api.github.com/repos/{REPOSITORY}/issues"):
        Channel(hours.web(), "", REPOSITORY, TOKEN).clear(WELL)
    assert set(strayed) == {"api.github.com"}
    strayed.clear()


# --- the texts ---


def test_texts_are_cut_to_githubs_limits(hub: FakeGitHub, channel: Channel) -> None:
    """Title, text and comment may be of any length: what is over is cut, and cut the same way each time."""
    channel.raise_alarm("é" * 300, "@" * 70_000)
    assert (len(hub.issues[0]["title"]), len(hub.issues[0]["body"])) == (256, 65_536)
    assert channel.raise_alarm("é" * 300, "@" * 70_000) == "issue #1 says so already"
    channel.clear("x" * 70_000)
    assert hub.comments[1][0] == "x" * 65_535 + "…"


def test_texts_are_made_quiet(hub: FakeGitHub, channel: Channel) -> None:
    """Nobody is called, wherever the name stands."""
    channel.raise_alarm("@one", "@two")
    channel.clear("@three")
    written = (hub.issues[0]["title"], hub.issues[0]["body"], hub.comments[1][0])
    assert [text.count("@\u200b") for text in written] == [1, 1, 1]
