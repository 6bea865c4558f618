"""The only door to our own files: days, ledger, seen papers, journal and pages.

    digests/2031/07/2031-07-08.md     what is read; made from the files below, again and again
    state/days/2031/07/2031-07-08.json  a collected day, whole: the seam between collecting and publishing
    state/ledger/2031.tsv             a line an announcement day: what is known of it (see `ledger`)
    state/seen/3107.tsv               which papers were shown when (see `seen`)
    state/journal/2031-07.jsonl       a line a run (see `journal`)

A day is written in this order: seen papers, the day, its pages, its line in the ledger. The line is what makes it
done; a run that was killed before finds the day open and does the rest again. No run opens more of these files than
its own days need, however many there are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path

from digest import codec, ledger
from digest.errors import PageError, StoreError
from digest.files import Files
from digest.journal import Journal
from digest.models import DayLine, Digest, Page, State
from digest.seen import SeenPapers


class Store:
    """The files below a root. What was read of ledger and seen papers is kept for the store's life."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.files = Files(root)
        self.seen = SeenPapers(self.files)
        self.journal = Journal(self.files)
        self._years: dict[int, dict[date, DayLine]] = {}

    # --- days -----------------------------------------------------------------------------------------------------

    def save(self, digest: Digest) -> None:
        """Keeps a collected day, and which papers it shows. Its line in the ledger is written by `mark`."""
        self.seen.remember(digest, self.load(digest.day))
        self.files.write(_day_file(digest.day), codec.dumps(digest))

    def load(self, day: date) -> Digest | None:
        """A collected day, or None. Raises StoreError when its file cannot be understood."""
        path = _day_file(day)
        source = self.files.read(path)
        if not source:
            return None
        try:
            return codec.loads(Digest, source)
        except ValueError as error:
            hint = f"restore it with git, or delete it and run again with --date {day}"
            raise StoreError(f"{self.root / path}: {error}; {hint}") from error

    def days(self, first: date = date.min, last: date = date.max) -> Iterator[Digest]:
        """The collected days of a range, oldest first."""
        for path in sorted((self.root / "state/days").glob("*/*/*.json")):
            with suppress(ValueError):
                day = date.fromisoformat(path.stem)
                if first <= day <= last and (digest := self.load(day)) is not None:
                    yield digest

    def before(self, day: date) -> Digest | None:
        """The last published day before a day, of its own year or the one before."""
        for year in (day.year, day.year - 1):  # the earlier file is opened in the first days of a year alone
            shown = [each for each, line in self.year(year).items() if each < day and line.state in ledger.SHOWN]
            if shown:
                return self.load(max(shown))
        return None

    # --- the ledger -----------------------------------------------------------------------------------------------

    def year(self, year: int) -> dict[date, DayLine]:
        """A year's lines, oldest first. Raises StoreError for a line that cannot be read."""
        if year not in self._years:
            path = f"state/ledger/{year}.tsv"
            try:
                lines = ledger.read(self.files.read(path))
            except ValueError as error:
                raise StoreError(f"{self.root / path}: {error}; restore the file with git") from error
            self._years[year] = {day: lines[day] for day in sorted(lines)}
        return self._years[year]

    def years(self) -> tuple[int, ...]:
        """The years that have lines, oldest first; no file is opened."""
        names = (path.stem for path in (self.root / "state/ledger").glob("[0-9]*.tsv"))
        return tuple(sorted(int(name) for name in names if re.fullmatch(r"[0-9]{4}", name)))

    def lines(self, first: date, last: date) -> dict[date, DayLine]:
        """The lines of the years that a range touches."""
        return {day: line for year in range(first.year, last.year + 1) for day, line in self.year(year).items()}

    def first_day(self, since: date = date.min) -> date | None:
        """The oldest day of the ledger; `since` where it began in a year before, whose file is not opened then."""
        years = self.years()
        if years and years[0] < since.year:
            return since
        first = next((min(lines) for lines in map(self.year, years) if lines), None)
        return first and max(first, since)

    def newest(self) -> DayLine | None:
        """The newest day with a page."""
        found = (line for year in reversed(self.years()) for line in reversed(self.year(year).values()))
        return next((line for line in found if line.state in ledger.SHOWN), None)

    def mark(self, line: DayLine) -> None:
        """Writes a day's line: the last step of a day, after which it is done."""
        lines = self.year(line.day.year) | {line.day: line}
        self._years[line.day.year] = {day: lines[day] for day in sorted(lines)}
        self.files.write(f"state/ledger/{line.day.year}.tsv", ledger.written(lines.values()))

    # --- everything again -----------------------------------------------------------------------------------------

    def rebuild(self) -> None:
        """Makes seen papers and the ledger's lines of published days again from the collected days, the truth."""
        self.seen.rebuild(self.days())
        lines = {day: line for year in self.years() for day, line in self.year(year).items()}
        lines = {day: line for day, line in lines.items() if line.state not in ledger.SHOWN}
        lines |= {digest.day: line_of(digest) for digest in self.days()}
        for year in sorted({day.year for day in lines} | set(self.years())):
            self._years[year] = {day: lines[day] for day in sorted(lines) if day.year == year}
            self.files.write(f"state/ledger/{year}.tsv", ledger.written(self._years[year].values()))

    # --- pages --------------------------------------------------------------------------------------------------

    def publish(self, pages: Iterable[Page]) -> tuple[str, ...]:
        """Writes pages whose text has changed; returns their paths. Raises PageError."""
        try:
            return tuple([page.path for page in pages if self.files.write(page.path, page.text)])
        except StoreError as error:
            raise PageError(f"{error}; the day is kept, and `python -m digest render` writes its pages") from error

    def readme(self) -> str:
        """The fork's README.md, empty when there is none."""
        return self.files.read("README.md")

    # --- the last mailing, for `explain`: a cache that is not kept in git ------------------------------------------

    def cached(self, name: str) -> str:
        """A text kept by `cache`, or empty."""
        return self.files.read(f".cache/{name}")

    def cache(self, name: str, content: str) -> None:
        """Keeps a text that may be lost at any time."""
        self.files.write(f".cache/{name}", content)


def line_of(digest: Digest) -> DayLine:
    """A collected day's line in the ledger: provisional where arXiv's counts are not known."""
    proven = all(tally.announced is not None for tally in digest.tallies)
    state = State.PUBLISHED if proven else State.PROVISIONAL
    return DayLine(digest.day, state, digest.source, digest.announced, digest.matched)


def _day_file(day: date) -> str:
    return f"state/days/{day:%Y/%m/%Y-%m-%d}.json"
