"""What models have answered, kept as text: `state/summaries/3107/3107.00101.json`, a small file a paper.

`state/batch.json` says which batch is out, and the papers it asks about.

An answer is known by version, model and the hash of the question, so that reruns, backfills, other looks and other
profiles ask nothing twice. A failure is kept too, with the number of tries.
"""

from __future__ import annotations

from dataclasses import dataclass

from digest import codec
from digest.errors import StoreError
from digest.files import Files
from digest.models import Paper, Summary

OUT = "state/batch.json"


@dataclass(frozen=True, slots=True)
class Entry:
    """One answer, or the newest failure after `tries`."""

    key: str
    summary: Summary
    tries: int = 0


@dataclass(frozen=True, slots=True)
class _Sheet:
    entries: tuple[Entry, ...]


def key(paper: Paper, model: str, question: str) -> str:
    """What an answer depends on beside the identifier."""
    return f"v{paper.version or 0} {model} {question}"


@dataclass(frozen=True, slots=True)
class Out:
    """A batch that was handed in and not yet collected."""

    batch: str
    asked: tuple[tuple[str, str], ...]  # papers with the keys of their answers

    @property
    def papers(self) -> frozenset[str]:
        """Whom it asks about."""
        return frozenset(paper for paper, _ in self.asked)


class Answers:
    """The kept answers below a root."""

    def __init__(self, files: Files) -> None:
        self.files = files

    def find(self, identifier: str, wanted: str) -> Entry | None:
        """The answer of a key. What cannot be understood is asked again: a damaged file costs an answer, not a page."""
        return next((entry for entry in self._sheet(identifier).entries if entry.key == wanted), None)

    def keep(self, identifier: str, entry: Entry) -> None:
        """Keeps an answer in place of an earlier one of the same key."""
        others = (known for known in self._sheet(identifier).entries if known.key != entry.key)
        sheet = _Sheet(tuple(sorted((*others, entry), key=lambda each: each.key)))
        self.files.write(_path(identifier), codec.dumps(sheet))

    def out(self) -> Out | None:
        """The batch that is out. Raises StoreError."""
        source = self.files.read(OUT)
        try:
            return codec.loads(Out, source) if source.strip() else None
        except ValueError as error:
            message = f"{self.files.root / OUT}: cannot be read; restore it with git, or delete it"
            raise StoreError(message) from error

    def send(self, out: Out | None) -> None:
        """Keeps which batch is out; None when it is collected."""
        self.files.write(OUT, codec.dumps(out) if out else "")

    def _sheet(self, identifier: str) -> _Sheet:
        source = self.files.read(_path(identifier))
        try:
            return codec.loads(_Sheet, source) if source else _Sheet(())
        except ValueError:
            return _Sheet(())


def _path(identifier: str) -> str:
    """3107.00101 -> 3107/3107.00101.json, hep-th/9901001 -> 9901/hep-th_9901001.json."""
    head, _, tail = identifier.rpartition("/")
    month = tail[:4] if head else identifier.partition(".")[0]
    return f"state/summaries/{month}/{identifier.replace('/', '_')}.json"
