"""The only door to our own files: days, seen papers, ledger, journal and pages. Every write is atomic.

    digests/2031/07/2031-07-08.md     what is read; made from the files below, again and again
    state/days/2031/07/2031-07-08.json  a collected day, whole: the seam between collecting and publishing
    state/seen/3107.tsv               papers by the month of their identifier: id, version, first and last day
    state/ledger.tsv                  a line a published day: what an index page needs
    state/journal/2031-07.jsonl       a line a run

The day's JSON is written first; whatever is lost after it is made again by the next run or by `render`.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import NamedTuple

from digest import codec
from digest.errors import PageError, StoreError
from digest.models import DayLine, Digest, Kind, Page, Run

LEDGER_HEAD = "day\tsource\tannounced\tmatched\n"
SEEN_HEAD = "id\tversion\tfirst_shown\n"
SHOWN_KINDS = frozenset({Kind.NEW, Kind.CROSS, Kind.OTHER})


class Seen(NamedTuple):
    """A paper's memory: the newest version we met, the day it was first shown as new or cross-listed."""

    version: int
    first_shown: date

    def joined(self, other: Seen) -> Seen:
        """What both know: two lines of one paper, also when git has joined two runs' lines."""
        return Seen(max(self.version, other.version), min(self.first_shown, other.first_shown))


class Store:
    """The files below a root."""

    def __init__(self, root: Path) -> None:
        self.root = root

    # --- days -----------------------------------------------------------------------------------------------------

    def save(self, digest: Digest) -> None:
        """Keeps a collected day, then what follows from it: seen papers and the ledger's line."""
        before = self.load(digest.day)
        self._write(self._day_file(digest.day), codec.dumps(digest))
        self._remember(digest, before)
        lines = {line.day: line for line in self.ledger()} | {digest.day: _line(digest)}
        self._write_ledger(lines[day] for day in sorted(lines))

    def rebuild(self) -> None:
        """Makes the ledger and the seen papers again from the stored days, which are the truth."""
        shards: dict[str, dict[str, Seen]] = {path.stem: {} for path in (self.root / "state/seen").glob("*.tsv")}
        lines: list[DayLine] = []
        for digest in self.days():
            lines.append(_line(digest))
            for identifier, seen in _shown(digest).items():
                known = shards.setdefault(_shard(identifier), {})
                known[identifier] = seen.joined(known.get(identifier, seen))
        for shard, known in shards.items():
            self._write_seen(shard, known)
        if lines:
            self._write_ledger(lines)

    def load(self, day: date) -> Digest | None:
        """A collected day, or None. Raises StoreError when its file cannot be understood."""
        path = self._day_file(day)
        text = self._read(path)
        if not text:
            return None
        try:
            return codec.loads(Digest, text)
        except ValueError as error:
            hint = f"restore it with git, or delete it and run again with --date {day}"
            raise StoreError(f"{path}: {error}; {hint}") from error

    def days(self, first: date = date.min, last: date = date.max) -> Iterator[Digest]:
        """The collected days of a range, oldest first."""
        for path in sorted((self.root / "state/days").glob("*/*/*.json")):
            with suppress(ValueError):
                day = date.fromisoformat(path.stem)
                if first <= day <= last and (digest := self.load(day)) is not None:
                    yield digest

    def ledger(self) -> tuple[DayLine, ...]:
        """The published days, oldest first. Raises StoreError for a line that cannot be read."""
        path = self.root / "state/ledger.tsv"
        lines: dict[date, DayLine] = {}
        for number, row in enumerate(self._read(path).splitlines()[1:], start=2):
            try:
                day, source, announced, matched = row.split("\t")
                line = DayLine(date.fromisoformat(day), source, int(announced), int(matched))
            except ValueError as error:
                raise StoreError(f"{path}:{number}: not a line of the ledger; restore the file with git") from error
            lines[line.day] = line
        return tuple(lines[day] for day in sorted(lines))

    def _write_ledger(self, lines: Iterable[DayLine]) -> None:
        rows = (f"{x.day}\t{x.source}\t{x.announced}\t{x.matched}\n" for x in lines)
        self._write(self.root / "state/ledger.tsv", LEDGER_HEAD + "".join(rows))

    def _day_file(self, day: date) -> Path:
        return self.root / "state/days" / f"{day:%Y/%m/%Y-%m-%d}.json"

    # --- seen papers ----------------------------------------------------------------------------------------------

    def first_shown(self, identifiers: Iterable[str]) -> dict[str, date]:
        """When papers were first shown as new or cross-listed; unknown ones are missing."""
        wanted = set(identifiers)
        found: dict[str, date] = {}
        for shard in {_shard(identifier) for identifier in wanted}:
            found |= {i: seen.first_shown for i, seen in self._seen(shard).items() if i in wanted}
        return found

    def _remember(self, digest: Digest, before: Digest | None) -> None:
        """What the day shows now; what only its earlier edition showed is forgotten again."""
        shown = _shown(digest)
        gone = (_shown(before) if before else {}).keys() - shown.keys()
        for shard in sorted({_shard(identifier) for identifier in (*shown, *gone)}):
            known = {i: s for i, s in self._seen(shard).items() if not (i in gone and s.first_shown == digest.day)}
            for identifier in [i for i in shown if _shard(i) == shard]:
                seen = shown[identifier]
                known[identifier] = seen.joined(known.get(identifier, seen))
            self._write_seen(shard, known)

    def _write_seen(self, shard: str, known: dict[str, Seen]) -> None:
        rows = (f"{i}\t{s.version or ''}\t{s.first_shown}\n" for i, s in sorted(known.items()))
        self._write(self._seen_file(shard), SEEN_HEAD + "".join(rows))

    def _seen(self, shard: str) -> dict[str, Seen]:
        path = self._seen_file(shard)
        known: dict[str, Seen] = {}
        for number, row in enumerate(self._read(path).splitlines()[1:], start=2):
            try:
                identifier, version, first = row.split("\t")
                seen = Seen(int(version or 0), date.fromisoformat(first))
                known[identifier] = seen.joined(known.get(identifier, seen))
            except ValueError as error:
                raise StoreError(f"{path}:{number}: not a line of seen papers; restore the file with git") from error
        return known

    def _seen_file(self, shard: str) -> Path:
        return self.root / "state/seen" / f"{shard}.tsv"

    # --- pages and journal ----------------------------------------------------------------------------------------

    def publish(self, pages: Iterable[Page]) -> tuple[str, ...]:
        """Writes pages whose text has changed; returns their paths. Raises PageError."""
        changed: list[str] = []
        try:
            for page in pages:
                if self._read(self.root / page.path) != page.text:
                    self._write(self.root / page.path, page.text)
                    changed.append(page.path)
        except StoreError as error:
            raise PageError(f"{error}; the day is kept, and `python -m digest render` writes its pages") from error
        return tuple(changed)

    def readme(self) -> str:
        """The fork's README.md, empty when there is none."""
        return self._read(self.root / "README.md")

    def journal(self, run: Run) -> None:
        """Adds a run's line."""
        path = self.root / f"state/journal/{run.at[:7]}.jsonl"
        line = json.dumps(codec.plain(asdict(run)), ensure_ascii=False)
        self._write(path, f"{self._read(path)}{line}\n")

    # --- the last mailing, for `explain`: a cache that is not kept in git ------------------------------------------

    def cached(self, name: str) -> str:
        """A text kept by `cache`, or empty."""
        return self._read(self.root / ".cache" / name)

    def cache(self, name: str, text: str) -> None:
        """Keeps a text that may be lost at any time."""
        self._write(self.root / ".cache" / name, text)

    # --- reading and writing --------------------------------------------------------------------------------------

    def _read(self, path: Path) -> str:
        try:
            return path.read_bytes().decode("utf-8")
        except (FileNotFoundError, NotADirectoryError):
            return ""
        except (OSError, UnicodeDecodeError) as error:
            raise StoreError(f"{path}: cannot be read ({error})") from error

    def _write(self, path: Path, text: str) -> None:
        """All or nothing: a reader sees the old file or the new one, also after a power cut."""
        temporary = ""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile("wb", dir=path.parent, prefix=".tmp-", delete=False) as file:
                temporary = file.name
                file.write(text.encode("utf-8", "replace"))
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).chmod(0o644)
            Path(temporary).replace(path)
        except OSError as error:
            with suppress(OSError):
                if temporary:
                    Path(temporary).unlink()
            raise StoreError(f"{path}: cannot be written ({error.strerror})") from error


def _line(digest: Digest) -> DayLine:
    return DayLine(digest.day, digest.source, digest.announced, digest.matched)


def _shown(digest: Digest) -> dict[str, Seen]:
    """The papers that a day shows as new or cross-listed, by identifier."""
    papers = (pick.listing.paper for pick in digest.picks if pick.listing.kind in SHOWN_KINDS)
    return {paper.id: Seen(paper.version or 0, digest.day) for paper in papers}


def _shard(identifier: str) -> str:
    """3107.00101 -> 3107, hep-th/9901001 -> 9901: a run opens the files of the months it meets, not all."""
    head, _, tail = identifier.rpartition("/")
    return tail[:4] if head else identifier.partition(".")[0]
