"""arXiv as it was on a recorded day: responses kept beside the repository, given out at arXiv's own paths.

The recordings hold papers of real people and are no part of the repository; where they are not, what needs them is
skipped and says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.fakes.server import FakeServer, Reply, serving

SHARED = Path(__file__).parents[1].parent / "shared"
RECORDED = SHARED / "arxiv" / "recorded"
CATEGORIES = ("eess.AS", "cs.SD")

_OURS = {"server", "date", "content-length", "connection", "transfer-encoding"}


def needs(path: Path) -> pytest.MarkDecorator:
    """Skips a test where the shared data is missing, with the reason."""
    return pytest.mark.skipif(
        not path.exists(), reason=f"{path.relative_to(SHARED.parent)} is not beside the repository"
    )


def days() -> list[str]:
    """The recorded days, oldest first."""
    return sorted(path.stem.rpartition("_")[2] for path in RECORDED.glob("list_eess.AS_new_????-??-??.html"))


def body(what: str, of: str, day: str) -> bytes:
    """A recorded body, as `list`, `eess.AS`, `2026-01-21`."""
    names = {"list": f"list_{of}_new_{day}.html", "api": f"api_{day}.xml"}
    return (RECORDED / names.get(what, f"{what}_{of}_{day}.xml")).read_bytes()


def response(path: Path) -> tuple[str, Reply]:
    """A recorded file's address on arXiv and the response with its status and headers."""
    asked, status, *lines = path.with_name(f"{path.name}.headers").read_text(encoding="utf-8").splitlines()
    pairs = (line.partition(": ")[::2] for line in lines)
    headers = {name: value for name, value in pairs if name and name.lower() not in _OURS}
    return asked.removeprefix("# GET "), Reply(path.read_bytes(), int(status.split()[1]), headers)


@contextmanager
def replaying(moment: str) -> Iterator[FakeServer]:
    """A server that answers as arXiv did on a day (`2026-01-21`) or in an evening (`2026-01-22T02`); all else is a 404.

    The API gives the day's papers whatever the order and form of the question.
    """
    with serving() as server:
        for path in RECORDED.glob(f"*_{moment}.*ml"):
            address, found = response(path)
            server.answers["/api/query" if path.stem == f"api_{moment}" else address] = found
        yield server


class Shown(NamedTuple):
    """A paper on a recorded page, read by a plain regular expression: nothing of ours takes part."""

    id: str
    kind: str


def shown(day: str) -> list[Shown]:
    """The day's papers under both categories, the strongest kind of each, in arXiv's order."""
    kinds = ["new", "cross", "replace", "replace-cross"]
    found: dict[str, int] = {}
    for category in CATEGORIES:
        page = body("list", category, day).decode()
        for section, text in re.findall(r"<h3>(New|Cross|Replacement) submissions.*?</h3>(.*?)</dl>", page, re.DOTALL):
            entry = r'href ="/abs/([^"]+)" title="Abstract".*?primary-subject">[^<]*\(([^)]+)\)</span>'
            for identifier, primary in re.findall(entry, text, re.DOTALL):
                kind = {"New": 0, "Cross": 1, "Replacement": 2 + (primary != category)}[section]
                found[identifier] = min(kind, found.get(identifier, kind))
    return [Shown(identifier, kinds[kind]) for kind, identifier in sorted((kind, name) for name, kind in found.items())]
