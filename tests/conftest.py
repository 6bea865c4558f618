"""What every test gets: no network beyond this machine and none of its settings; and, on request, a server to ask."""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import settings

from tests.fakes.server import FakeServer, serving

# The same examples on every machine, however slow it is, and no folder of them left behind.
settings.register_profile("tests", deadline=None, derandomize=True, database=None)
settings.load_profile("tests")

_SETTINGS = re.compile(r"GITHUB_.*|OPENAI_.*|DIGEST_NOW|.*_PROXY", re.IGNORECASE)


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Clears what the machine, the runner or a shell may have set."""
    for name in filter(_SETTINGS.fullmatch, list(os.environ)):
        monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def strayed(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Makes real network impossible: the hosts that were tried; a test fails that leaves any in the list."""
    hosts: list[str] = []

    def guard(host: object) -> None:
        if isinstance(host, str) and not re.fullmatch(r"127(\.\d+){3}|::1|localhost", host):
            hosts.append(host)
            raise socket.gaierror(f"Name or service not known: tests stay on this machine, not {host}")

    def connect(real: Any) -> Any:
        def guarded(self: socket.socket, address: Any) -> Any:
            guard(address[0] if isinstance(address, tuple) else None)
            return real(self, address)

        return guarded

    def look_up(host: Any, *rest: Any, **more: Any) -> Any:
        guard(host)
        return real_look_up(host, *rest, **more)

    real_look_up = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    for name in ("connect", "connect_ex"):
        monkeypatch.setattr(socket.socket, name, connect(getattr(socket.socket, name)))
    yield hosts
    if hosts:
        pytest.fail(f"a test reached for {', '.join(hosts)}")


@pytest.fixture
def server() -> Iterator[FakeServer]:
    """A server on this machine that answers what the test tells it to."""
    with serving() as fake:
        yield fake
