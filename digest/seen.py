"""Which papers were shown on which days: `state/seen/3107.tsv`, a file a month of identifiers.

    id          shown                  replaced
    3107.00101  2031-07-08,2031-07-10  2031-07-21

A paper is known by its identifier without version. Days on which it stood as new or cross-listed and days on which
it stood as replaced are kept apart, because a replacement must not hide a first announcement. Lines of one paper,
also those that git has joined, add up.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from digest.errors import StoreError
from digest.files import Files
from digest.models import REPLACED, Digest, Kind

HEAD = "id\tshown\treplaced\n"
FIRST = frozenset({Kind.NEW, Kind.CROSS})


class Days(NamedTuple):
    """A paper's days: as new or cross-listed, and as replaced."""

    shown: frozenset[date] = frozenset()
    replaced: frozenset[date] = frozenset()

    def joined(self, other: Days) -> Days:
        """What both know."""
        return Days(self.shown | other.shown, self.replaced | other.replaced)

    def without(self, day: date) -> Days:
        """As if the day had not been."""
        return Days(self.shown - {day}, self.replaced - {day})


class SeenPapers:
    """The memory of shown papers; a month's file is read when it is first asked for."""

    def __init__(self, files: Files) -> None:
        self.files = files
        self._months: dict[str, dict[str, Days]] = {}

    def first_shown(self, identifier: str) -> date | None:
        """When a paper was first shown as new or cross-listed."""
        return min(self._days(identifier).shown, default=None)

    def last_shown(self, identifier: str, before: date = date.max) -> date | None:
        """The last day before a day on which a page of ours had the paper, whatever its kind."""
        days = self._days(identifier)
        return max((day for day in days.shown | days.replaced if day < before), default=None)

    def remember(self, digest: Digest, before: Digest | None) -> None:
        """What the day shows now; what only an earlier edition showed is forgotten again.

        That edition is `before`, or one of a run that was killed before it could store the day: its papers are among
        the mailing's.
        """
        now = _shown(digest)
        earlier = {
            i for roll in digest.rolls if roll.kind in FIRST for i in roll.ids if digest.day in self._days(i).shown
        }
        changed = {i: self._days(i).without(digest.day) for i in (*(_shown(before) if before else {}), *earlier)}
        changed |= {i: self._days(i).without(digest.day).joined(days) for i, days in now.items()}
        for identifier, days in changed.items():
            self._month(_month_of(identifier))[identifier] = days
        for month in sorted(set(map(_month_of, changed))):
            self._write(month)

    def rebuild(self, digests: Iterable[Digest]) -> None:
        """Makes all of it again from the collected days."""
        self._months = {path.stem: {} for path in (self.files.root / "state/seen").glob("[0-9]*.tsv")}
        for digest in digests:
            for identifier, days in _shown(digest).items():
                known = self._months.setdefault(_month_of(identifier), {})
                known[identifier] = days.joined(known.get(identifier, Days()))
        for month in sorted(self._months):
            self._write(month)

    def _days(self, identifier: str) -> Days:
        return self._month(_month_of(identifier)).get(identifier, Days())

    def _month(self, month: str) -> dict[str, Days]:
        if month not in self._months:
            path = _path(month)
            known: dict[str, Days] = {}
            for number, row in enumerate(self.files.read(path).splitlines(), start=1):
                if f"{row}\n" != HEAD:
                    identifier, days = _parsed(row, f"{self.files.root / path}:{number}")
                    known[identifier] = days.joined(known.get(identifier, Days()))
            self._months[month] = known
        return self._months[month]

    def _write(self, month: str) -> None:
        known = sorted((identifier, days) for identifier, days in self._months[month].items() if any(days))
        rows = (f"{identifier}\t{_cell(days.shown)}\t{_cell(days.replaced)}\n" for identifier, days in known)
        self.files.write(_path(month), HEAD + "".join(rows))


def _shown(digest: Digest) -> dict[str, Days]:
    """The papers of a day, each with that day."""
    day = frozenset({digest.day})
    listings = (pick.listing for pick in digest.picks)
    return {x.paper.id: Days(replaced=day) if x.kind in REPLACED else Days(shown=day) for x in listings}


def _parsed(row: str, place: str) -> tuple[str, Days]:
    try:
        identifier, shown, replaced = row.split("\t")
        return identifier, Days(_dates(shown), _dates(replaced))
    except ValueError as error:
        raise StoreError(f"{place}: not a line of seen papers; restore the file with git") from error


def _dates(cell: str) -> frozenset[date]:
    return frozenset(map(date.fromisoformat, cell.split(","))) if cell else frozenset()


def _cell(days: frozenset[date]) -> str:
    return ",".join(map(str, sorted(days)))


def _path(month: str) -> str:
    return f"state/seen/{month}.tsv"


def _month_of(identifier: str) -> str:
    """3107.00101 -> 3107, hep-th/9901001 -> 9901: a run opens the files of the months it meets, not all."""
    head, _, tail = identifier.rpartition("/")
    return tail[:4] if head else identifier.partition(".")[0]
