"""The journal, `state/journal/2031-07.jsonl`: a line a run, with what it did and what it spent.

What a run has spent so far stands in `.cache/spending.json` until its line does, so that a run that is killed is not
forgotten: the next one on the same machine goes on with it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime

from digest import codec
from digest.errors import StoreError
from digest.files import Files
from digest.models import Run
from digest.spending import Spending

UNSETTLED = ".cache/spending.json"
Sums = tuple[int, int, float]  # papers asked about, tokens, money


class Journal:
    """The runs below a root."""

    def __init__(self, files: Files) -> None:
        self.files = files

    def add(self, run: Run) -> None:
        """Adds a run's line, with which its spending is settled."""
        path = f"state/journal/{run.at[:7]}.jsonl"
        known = self.files.read(path)
        line = json.dumps(codec.plain(asdict(run)), ensure_ascii=False)
        self.files.write(path, f"{known}{'' if known.endswith(chr(10)) or not known else chr(10)}{line}\n")
        if self.files.read(UNSETTLED):
            self.files.write(UNSETTLED, "")

    def last(self) -> dict[str, object]:
        """The newest run as data; empty when there is none that can be read."""
        newest = max((self.files.root / "state/journal").glob("[0-9]*.jsonl"), default=None)
        runs = list(_readable(self.files.read(f"state/journal/{newest.name}"))) if newest else []
        return max(runs, key=_moment, default={})

    def spent(self, month: str) -> Sums:
        """What the runs of a month (`2031-07`) have spent. Raises StoreError when that cannot be found out."""
        path = f"state/journal/{month}.jsonl"
        try:
            runs = [dict(json.loads(row)) for row in self.files.read(path).splitlines() if row.strip()]
            asked, tokens = (sum(int(run.get(name, 0)) for run in runs) for name in ("asked", "tokens"))
            return asked, tokens, sum(float(run.get("cost") or 0) for run in runs)
        except (ValueError, TypeError) as error:
            where = self.files.root / path
            raise StoreError(f"{where}: cannot be read, so what was spent is not known; restore it with git") from error

    def unsettle(self, month: str, spending: Spending) -> None:
        """Keeps what a run has spent so far."""
        self.files.write(UNSETTLED, json.dumps([month, spending.asked, spending.tokens, spending.cost]))

    def unsettled(self, month: str) -> Sums:
        """What a run of this month had spent when it was killed."""
        try:
            of, asked, tokens, cost = json.loads(self.files.read(UNSETTLED) or "null")
            return (int(asked), int(tokens), float(cost)) if of == month else (0, 0, 0.0)
        except (ValueError, TypeError):
            return 0, 0, 0.0


def _readable(text: str) -> Iterator[dict[str, object]]:
    """The runs of a month's file; a line that cannot be read is no trouble of the others."""
    for row in text.splitlines():
        try:
            run = dict(json.loads(row))
            _moment(run)
        except (ValueError, TypeError, KeyError):
            continue
        yield run


def _moment(run: dict[str, object]) -> datetime:
    return datetime.fromisoformat(str(run["at"])).astimezone(UTC)
