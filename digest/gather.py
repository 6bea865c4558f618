"""What the sources say of a day: asked in their order until one has it whole and fresh.

A source that does not have it is a note, never a shorter day. "Nothing was announced" needs proof: arXiv's calendar, a
page of a past day that says so, or two sources that agree.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from itertools import count

from digest import arxiv, freshness, ledger, plugins
from digest.doors import Doors
from digest.errors import SourceError, WebError
from digest.models import Announcement, Digest, Note
from digest.options import Config

PATIENCE = 2  # failures in a row of a source of past days
LONGEST_PAUSE = timedelta(days=7)  # arXiv has never gone longer without a mailing
WITNESSES = 2  # sources that must agree that an expected day is empty


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of asking: a mailing to publish, one without entries (nothing was announced), or none.

    `late` says that a source of past days had it. `newest` is what the sources show instead; `waiting` says that
    they are well and just do not have the day yet.
    """

    day: date
    found: Announcement | None = None
    late: bool = False
    proven: bool = True  # False: only the calendar says that nothing was announced
    waiting: bool = False
    newest: date | None = None
    notes: tuple[Note, ...] = ()
    asked: bool = True  # False: no source could be asked, out of reach or given up
    heard: bool = True  # False: none of them answered


class Gatherer:
    """The sources of one run. One of past days that failed twice in a row is left alone for the rest of it."""

    def __init__(self, config: Config, doors: Doors) -> None:
        self.config = config
        self.doors = doors
        made = partial(plugins.source, web=doors.web, endpoints=config.endpoints)
        self.current = [(name, made(name)) for name in config.sources]
        archived = partial(plugins.archive, web=doors.web, endpoints=config.endpoints)
        self.past = [(name, archived(name)) for name in config.past_sources]
        self._failures: Counter[str] = Counter()
        self._unasked = iter(self.current)
        self._known: list[Announcement] = []  # what the current sources have answered
        self._notes: list[Note] = []

    def look(self) -> Announcement | None:
        """What the first source that answers shows now; asked once a run."""
        return next(self._shown(), None)

    def exhausted(self, day: date, today: date) -> bool:
        """Whether every source that reaches a past day has been given up."""
        reaching = (name for name, archive in self.past if archive.REACH is None or today - day <= archive.REACH)
        return all(self._failures[name] >= PATIENCE for name in reaching)

    def newest_shown(self) -> date | None:
        """The newest day that the current sources have shown entries of, if they were asked."""
        return max((seen.day for seen in self._known if seen.listings), default=None)

    def ask(self, day: date, today: date, *, counted: bool = False) -> Answer:
        """The mailing of a day; `today` is the newest one that can be there.

        `counted` asks no source of past days that has no counts: it could not confirm what we have.
        """
        before, stored, gap = self.doors.store.before(day), self.doors.store.load(day), self.gap(day)
        notes: list[Note] = []
        empty: list[Announcement] = []
        newest: date | None = None
        heard = False
        for seen, late in self._answers(day, today, notes, counted=counted):
            heard = True
            newest = max(newest or seen.day, seen.day) if seen.listings else newest
            trouble = _trouble(seen, before, stored, late=late) if seen.day == day else ""
            if gap and seen.day == day and seen.listings and not (late or seen.proven):
                trouble = f"{gap} is missing, and without counts its papers cannot be told from those of {day}"
            if trouble:
                self._note(notes, seen.source, trouble)
            elif seen.day == day and seen.listings:
                return Answer(day, seen, late, newest=newest, notes=tuple(notes))
            elif seen.day == day:
                empty.append(seen)
            told = late and day < today and bool(empty) and (empty[-1].proven or self._beyond_counts(day, today))
            told = told and not any(known.day == day and known.listings for known in self._known)
            if _nothing(day, empty, stored, told=told):
                proven = told or len(empty) >= WITNESSES
                silence = Announcement(day, seen.source, (), ())
                return Answer(day, silence, late, proven, newest=newest, notes=tuple(notes))
        failing = [note.detail.partition(":")[0] for note in notes]
        waiting = day >= today and self.config.sources[0] not in failing
        asked = bool(notes or empty or newest)
        return Answer(day, waiting=waiting, newest=newest, notes=tuple(notes), asked=asked, heard=heard)

    def _beyond_counts(self, day: date, today: date) -> bool:
        """Whether no source of past days that counts reaches the day, so that another one's word has to do."""
        return all(archive.REACH is None or today - day > archive.REACH for _, archive in self.past)

    def gap(self, day: date) -> date | None:
        """The expected day just before, if we do not have it: without it a stale feed cannot be recognised."""
        previous = arxiv.newest_expected(day - timedelta(days=1))
        began = self.doors.store.first_day(previous)
        line = self.doors.store.year(previous.year).get(previous)
        known = line is not None and line.state in ledger.SHOWN | ledger.SETTLED
        return None if known or began is None or began > previous else previous

    def _answers(
        self, day: date, today: date, notes: list[Note], *, counted: bool
    ) -> Iterator[tuple[Announcement, bool]]:
        """What each source that may have the day shows, and whether it is a source of past days.

        The current ones first when the newest mailing should be that of the day; last when it may still be.
        """
        recent = day >= arxiv.newest_expected(today)
        if recent:
            yield from self._newest(notes)
        if day < today:
            yield from self._archived(day, today, notes, counted=counted)
        if not recent and today - day < LONGEST_PAUSE:
            yield from self._newest(notes)

    def _newest(self, notes: list[Note]) -> Iterator[tuple[Announcement, bool]]:
        told = 0
        for seen in self._shown():
            notes += self._notes[told:]
            told = len(self._notes)
            yield seen, False
        notes += self._notes[told:]

    def _archived(
        self, day: date, today: date, notes: list[Note], *, counted: bool
    ) -> Iterator[tuple[Announcement, bool]]:
        for name, archive in self.past:
            beyond = counted if archive.REACH is None else today - day > archive.REACH
            if beyond or self._failures[name] >= PATIENCE:
                continue
            self.doors.say(f"asking {name} for {', '.join(self.config.asked)} of {day}")
            try:
                seen = archive.past(self.config.asked, day)
            except SourceError as error:
                self._failures[name] += isinstance(error.__cause__, WebError)  # a day's own defect is no reason
                self._note(notes, name, str(error))
            else:
                self._failures[name] = 0
                yield seen, True

    def _shown(self) -> Iterator[Announcement]:
        """What the current sources show, each asked once a run and not before it is needed."""
        for place in count():
            if place == len(self._known) and not self._fetched():
                return
            yield self._known[place]

    def _fetched(self) -> bool:
        """Asks the next source that answers; False when none is left."""
        for name, source in self._unasked:
            self.doors.say(f"asking {name} for {', '.join(self.config.asked)}")
            try:
                self._known.append(source.fetch(self.config.asked))
            except SourceError as error:
                self._note(self._notes, name, str(error))
            else:
                return True
        return False

    def _note(self, notes: list[Note], name: str, trouble: str) -> None:
        notes.append(Note("source", f"{name}: {trouble}"))
        self.doors.say(f"{name}: {trouble}")


def _trouble(seen: Announcement, before: Digest | None, stored: Digest | None, *, late: bool) -> str:
    """Why the day's mailing is not believed. What arXiv's counts prove wins over what only a feed has shown."""
    proven = stored is not None and all(tally.announced is not None for tally in stored.tallies)
    outdone = seen.proven and not proven
    return freshness.trouble(seen, None if late else before, None if late or outdone else stored)


def _nothing(day: date, empty: list[Announcement], stored: Digest | None, *, told: bool) -> bool:
    """Whether what was said so far proves that nothing was announced; `told`: by a source that can tell."""
    if stored is not None and stored.rolls:
        return False
    return not arxiv.announces(day) or told or len(empty) >= WITNESSES


def check(config: Config, gatherer: Gatherer) -> list[tuple[str, str, bool]]:
    """Asks each source of today once; (name, what it said, whether it can be used)."""
    results: list[tuple[str, str, bool]] = []
    for name, source in gatherer.current:
        try:
            seen = source.fetch(config.asked)
        except SourceError as error:
            results.append((name, str(error), False))
        else:
            counts = ", ".join(f"{each.category} {each.parsed}" for each in seen.counts)
            results.append((name, f"shows {seen.day} ({counts})", True))
    return results
