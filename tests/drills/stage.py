"""The folder of a drill: runs at given moments through the command line, and what two folders differ in."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from jinja2 import Environment

from digest import codec, ledger, web
from digest.models import DayLine, Digest
from tests.drills.arxiv import ArXiv
from tests.world import World

SECONDS = 10.0  # what one request may take; drills of slow servers take less
KINDS = "include: [speech]\nkinds: [new, cross, replace]\n"
REPOSITORY = Path(__file__).parents[2]
_SETTINGS = re.compile(r"GITHUB_.*|DIGEST_NOW|.*_PROXY", re.IGNORECASE)
_JOURNAL = re.compile(r"state/journal/[0-9-]+\.jsonl")
_NOT_KEPT = re.compile(r"\.cache/.*|config\.yaml")


class Said(NamedTuple):
    """What a command came to."""

    code: int
    out: str
    err: str


@dataclass
class Stage(World):
    """A folder with a configuration, before a simulated arXiv."""

    server: ArXiv
    seconds: float = SECONDS

    def at(self, moment: datetime, *arguments: str) -> Said:
        """A command at a moment, in this process, with requests that may take only a moment and no waiting."""
        self.server.now = moment
        out, err = io.StringIO(), io.StringIO()
        with _alone(moment, self.seconds), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = self.run(*arguments)
        return Said(code, out.getvalue(), err.getvalue())

    def start(self, moment: datetime, *arguments: str) -> subprocess.Popen[str]:
        """The same in a process of its own, not waited for."""
        self.server.now = moment
        kept = {name: value for name, value in os.environ.items() if not _SETTINGS.fullmatch(name)}
        return subprocess.Popen(
            [sys.executable, "-m", "digest", *arguments, "--config", str(self.root / "config.yaml")],
            cwd=REPOSITORY,
            env={**kept, "DIGEST_NOW": moment.isoformat()},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def copy(self, root: Path) -> Stage:
        """The same in another folder."""
        shutil.copytree(self.root, root)
        return Stage(root, self.server, self.seconds)

    def lines(self) -> dict[date, DayLine]:
        """The ledger, all years."""
        found: dict[date, DayLine] = {}
        for path in sorted((self.root / "state/ledger").glob("*.tsv")):
            found |= ledger.read(path.read_text(encoding="utf-8"))
        return found

    def stored(self) -> dict[date, Digest]:
        """The collected days."""
        texts = (path.read_text(encoding="utf-8") for path in sorted((self.root / "state/days").glob("*/*/*.json")))
        return {digest.day: digest for digest in (codec.loads(Digest, text) for text in texts)}

    def picked(self) -> dict[date, list[tuple[str, str]]]:
        """The chosen papers of each published day, identifier and kind; a day has its page when it stands here."""
        shown = {day for day, line in self.lines().items() if line.state in ledger.SHOWN}
        found = {day: digest for day, digest in self.stored().items() if day in shown}
        return {day: [(p.listing.paper.id, p.listing.kind.value) for p in found[day].picks] for day in sorted(found)}

    def pages(self) -> set[date]:
        """The days that have a page."""
        return {date.fromisoformat(path.stem) for path in (self.root / "digests").glob("*/*/????-??-??.md")}

    def journal(self) -> list[dict[str, object]]:
        """The journal's lines in the order in which they were written; each must be JSON."""
        paths = sorted((self.root / "state/journal").glob("[0-9]*.jsonl"))
        return [dict(json.loads(row)) for path in paths for row in path.read_text(encoding="utf-8").splitlines()]


def kept(root: Path) -> dict[str, bytes]:
    """Everything of a folder that two runs must agree on: no journal (it has times), no cache."""
    paths = {path.relative_to(root).as_posix(): path for path in root.rglob("*") if path.is_file()}
    return {
        name: path.read_bytes()
        for name, path in paths.items()
        if not _JOURNAL.fullmatch(name) and not _NOT_KEPT.fullmatch(name)
    }


def differences(one: Path, other: Path) -> list[str]:
    """The files that two folders do not have in common, byte for byte."""
    ours, theirs = kept(one), kept(other)
    return sorted(name for name in ours.keys() | theirs.keys() if ours.get(name) != theirs.get(name))


_compile = Environment.compile
_templates: dict[tuple[str | None, str], Any] = {}


def _compiled(self: Environment, source: str, name: str | None = None, *more: Any, **named: Any) -> Any:
    """A template, compiled once in this process: most of the time of a short run."""
    if (name, source) not in _templates:
        _templates[name, source] = _compile(self, source, name, *more, **named)
    return _templates[name, source]


@contextlib.contextmanager
def _alone(moment: datetime, seconds: float) -> Iterator[None]:
    """None of the machine's settings, the given moment, and a door to the network that never waits."""
    with pytest.MonkeyPatch.context() as patch:
        for name in filter(_SETTINGS.fullmatch, list(os.environ)):
            patch.delenv(name)
        patch.setenv("DIGEST_NOW", moment.isoformat())
        patch.setattr(Environment, "compile", _compiled)
        patch.setattr(web, "Web", partial(web.Web, deadline=seconds, sleep=lambda _: None))
        yield
