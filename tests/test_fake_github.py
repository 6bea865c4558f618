"""The stand-in for GitHub's issues is as strict as GitHub where the program relies on it."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from digest.errors import StatusError
from tests.fakes.clock import Hours
from tests.fakes.github import REPOSITORY, TOKEN, FakeGitHub, github


@pytest.fixture
def hub() -> Iterator[FakeGitHub]:
    with github() as fake:
        yield fake


@pytest.fixture
def hours() -> Hours:
    return Hours()


def test_the_fake_refuses_as_github_does(hub: FakeGitHub, hours: Hours) -> None:
    """A wrong token, a read-only one, another repository, too much text, an issue that does not exist."""

    def status(path: str, token: str = TOKEN, **data: str) -> int:
        with pytest.raises(StatusError) as caught:
            hours.web().send("POST", f"{hub.url}/repos/{path}", token=token, data=data, headers={})
        return caught.value.status

    assert status(f"{REPOSITORY}/issues", token="other") == 401  # noqa: S106
    assert status("other/repository/issues") == 404
    assert status(f"{REPOSITORY}/issues/7/comments", body="x") == 404
    assert [status(f"{REPOSITORY}/issues", **data) for data in ({"title": ""}, {"body": "x" * 65_537})] == [422, 422]
    hub.may_write = False
    assert status(f"{REPOSITORY}/issues", title="x") == 403
    hub.has_issues = False
    assert status(f"{REPOSITORY}/issues", title="x") == 410
    assert hub.issues == []


def test_the_fake_pages_as_github_does(hub: FakeGitHub, hours: Hours) -> None:
    """Open ones, the newest first, thirty a page unless asked otherwise, a hundred at most."""
    for number in range(150):
        hub.plant(state="closed" if number == 149 else "open")

    def numbers(query: str) -> list[int]:
        url = f"{hub.url}/repos/{REPOSITORY}/issues{query}"
        return [row["number"] for row in json.loads(hours.web().send("GET", url, token=TOKEN, data=None, headers={}))]

    assert numbers("") == list(range(149, 119, -1))
    assert numbers("?per_page=500&page=2&direction=asc&state=all") == list(range(101, 151))
