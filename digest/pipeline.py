"""The order of things: which days, from where, what is stored, rendered, written down; in which order.

A run fills what is open or missing, oldest day first, then does today. Each day ends with its line in the ledger;
whatever kills the run, the next one goes on from there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

from digest import arxiv, codec, freshness, ledger, pages
from digest.collect import collect, selection
from digest.doors import Doors
from digest.errors import StoreError
from digest.gather import LONGEST_PAUSE, Answer, Gatherer
from digest.models import Announcement, DayLine, Digest, Note, State
from digest.options import Config
from digest.outcome import FAILED, NOTHING, PUBLISHED, WAITING, DayOutcome, Result, journalled
from digest.store import line_of

CACHED = "announcement.json"

if TYPE_CHECKING:
    from digest.summaries import Summarizer


Work = Callable[["Runner"], Iterable[DayOutcome]]


class Runner:
    """One run."""

    def __init__(self, config: Config, doors: Doors, *, dry: bool = False, insist: bool = False) -> None:
        self.config = config
        self.doors = doors
        self.dry = dry
        self.insist = insist
        self.gatherer = Gatherer(config, doors)  # a source that does not exist stops the run before anything is written
        self.today = arxiv.expected_day(doors.now)
        if config.llm.wanted:
            self.summarizer.endpoint.verify()

    @cached_property
    def summarizer(self) -> Summarizer:
        """Asks the model; without one it is never made, nor anything imported for it."""
        from digest.summaries import Summarizer  # noqa: PLC0415 - 40 ms

        return Summarizer(self.config, self.doors, insist=self.insist)

    def days(self, wanted: date | None) -> Iterator[DayOutcome]:
        """Each day as it is done. Raises DigestError for what stops the whole run."""
        self.today = self._believed(wanted)
        if wanted is not None:
            yield self.settle(wanted, again=True)
            return
        newest = arxiv.newest_mailing(self.today)
        for day in self._due():
            if day < newest or newest != self.today:
                yield self.settle(day)
        if newest == self.today:
            yield self.settle(newest)
        else:
            yield self._no_mailing(self.today)
        yield from self._retried()  # after today's, which the budget is for
        shown = self.gatherer.newest_shown()
        line = self._line(shown) if shown else None
        if shown and line is not None and line.state is State.EMPTY:  # a mailing that came after all
            yield self.settle(shown, again=True)

    def _believed(self, wanted: date | None) -> date:
        """The newest day there can be, by the clock; or by arXiv's page where the clock cannot be right.

        The page wins when it is newer, or older than arXiv ever pauses (and not older than what we have).
        """
        newest = arxiv.newest_mailing(self.today)
        line = self._line(newest)
        done = (line is not None and line.state in ledger.SETTLED) or self.doors.store.load(newest) is not None
        weekend = newest != self.today and bool(self.doors.store.years())
        if wanted is not None or done or weekend:
            return self.today
        seen = self.gatherer.look()
        known = self.doors.store.newest()
        if seen is None or not seen.listings or (known is not None and known.day > seen.day):
            return self.today
        return seen.day if seen.day > self.today or self.today - seen.day > LONGEST_PAUSE else self.today

    def _due(self) -> tuple[date, ...]:
        """What is open or missing since the ledger's first day, as far back as `catch_up` reaches."""
        start = self.doors.store.first_day(self.today - self.config.catch_up_window)
        if start is None:
            return ()
        return ledger.due(self.doors.store.lines(start, self.today), start, self.today)

    def behind(self) -> tuple[date, ...]:
        """The days before the reach of `catch_up` that are missing since the last one that is there."""
        start = self.today - self.config.catch_up_window
        began = self.doors.store.first_day(start - timedelta(days=366))
        lines: dict[date, DayLine] = {}
        for year in (start.year, start.year - 1):
            lines |= self.doors.store.year(year)
            if any(day < start for day in lines):
                break
        return ledger.silent(lines, began, start - timedelta(days=1)) if began and began < start else ()

    def _line(self, day: date) -> DayLine | None:
        return self.doors.store.year(day.year).get(day)

    def _no_mailing(self, day: date) -> DayOutcome:
        """A day at a weekend; on a very first run, with the way to the newest mailing."""
        more = ""
        if self.doors.store.newest() is None and (seen := self.gatherer.look()) is not None:
            more = f" The newest mailing is of {seen.day}; to write it, run: python -m digest run --date {seen.day}"
        return DayOutcome(day, NOTHING, f"Nothing was announced for {day:%A}, {day}: {arxiv.why_silent(day)}.{more}")

    def settle(self, day: date, *, again: bool = False) -> DayOutcome:
        """One day from where it stands to its line in the ledger; what is there already is not asked for again.

        `again` asks for a day that is known to be empty, too.
        """
        line, stored = self._line(day), self.doors.store.load(day)
        if line is not None and line.state is State.EMPTY and not again and (ledger.settled(line) or day >= self.today):
            return DayOutcome(day, NOTHING, f"Nothing was announced for {day:%A}, {day}.")
        done = line is None or line.state in {State.OPEN, State.PUBLISHED}
        same = stored is not None and stored.selection == selection(self.config)
        if stored is not None and same and done:
            return self._published(stored)
        if not arxiv.possible(day):
            return self._no_mailing(day)
        if stored is not None and not same and not again and day < arxiv.newest_mailing(self.today):
            return self._published(stored, tries=ledger.CONFIRMATIONS)  # past days keep what they were chosen by
        answer = self.gatherer.ask(day, self.today, counted=same)
        if answer.found is None:
            return self._open(answer, line)
        if not answer.found.listings:
            return self._empty(answer)
        notes = (*answer.notes, *_gone(stored, answer.found))
        digest = collect(self.config, self.doors, answer.found, notes, late=answer.late)
        if stored is not None and self._knew_more(stored, digest):
            kept = f"; the stored day is kept, because {digest.source} knows less than {stored.source}"
            return self._published(stored, kept, line.tries + 1 if line else 0)
        if not self.dry:
            self.doors.store.save(digest)
            with suppress(StoreError):  # a cache is worth no failure
                self.doors.store.cache(CACHED, codec.dumps(answer.found))
        return self._published(digest)

    def _knew_more(self, stored: Digest, digest: Digest) -> bool:
        """Whether the stored day's source comes earlier in the order: a second run must not lose what it knew.

        New filters win over a better source: who has edited them wants to see what they do.
        """
        order = [*self.config.sources, *self.config.past_sources]
        known = stored.source in order and digest.source in order
        earlier = known and order.index(stored.source) < order.index(digest.source)
        proven = line_of(digest).state is State.PUBLISHED
        told_more = freshness.news(digest) - freshness.news(stored) or line_of(stored).state is State.PROVISIONAL
        return earlier and stored.selection == digest.selection and not (proven and told_more)

    def _published(self, digest: Digest, kept: str = "", tries: int = 0, *, ask: bool = True) -> DayOutcome:
        """The day's pages, then its line; `tries` counts in vain attempts to confirm a provisional day."""
        digest = self._summarised(digest, ask=ask)
        counts = f"{digest.announced} announced, {digest.matched} matched (from {digest.source}){kept}"
        notes = tuple(note.detail for note in digest.notes if note.kind == "source")
        if self.dry:
            self.doors.renderer.day(digest)
            return DayOutcome(digest.day, PUBLISHED, f"{counts}; a dry run, nothing written", digest, notes=notes)
        line = replace(line_of(digest), tries=tries)
        if digest.source in self.config.sources and not digest.late and self.gatherer.gap(digest.day):
            line = replace(line, state=State.PROVISIONAL)  # it could be the missing day's, under another date
        if line.state is State.PUBLISHED:
            line = replace(line, tries=0)
        self.doors.store.publish(pages.of_day(self.config, self.doors, digest, line))
        self.doors.store.mark(line)
        return DayOutcome(digest.day, PUBLISHED, counts, digest, pages.path(digest.day), notes)

    def _empty(self, answer: Answer) -> DayOutcome:
        """Nothing was announced. What only the calendar says is asked once more when the day is past."""
        day = answer.day
        if answer.proven:
            source = answer.found.source if answer.found else ""
            self._write_line(DayLine(day, State.EMPTY, source, tries=int(answer.late)))
        why = arxiv.why_silent(day)
        detail = f"Nothing was announced for {day:%A}, {day}{f': {why}' if why else ''}.{self._instead(answer)}"
        return DayOutcome(day, NOTHING, detail, notes=tuple(note.detail for note in answer.notes))

    def republish(self, digest: Digest, *, ask: bool = True) -> DayOutcome:
        """A stored day again, with what its summaries lack; without `ask` only those that are known by now."""
        line = self._line(digest.day)
        return self._published(digest, tries=line.tries if line else 0, ask=ask)

    def _summarised(self, digest: Digest, *, ask: bool = True) -> Digest:
        """The digest with its summaries. It is stored already: whatever happens to the model, no paper is lost."""
        if not self.config.llm.wanted:
            return digest
        summarised = self.summarizer.add(digest, ask=ask and not self.dry)
        if summarised != digest and not self.dry:
            self.doors.store.save(summarised)
        return summarised

    def _retried(self) -> Iterator[DayOutcome]:
        """The days of the last weeks whose summaries failed, asked again."""
        if not self.config.llm.wanted:
            return
        start = self.today - self.config.catch_up_window
        for day, line in self.doors.store.lines(start, self.today).items():
            recent = start <= day < self.today and line.state in ledger.SHOWN
            if recent and (stored := self.doors.store.load(day)) and self.summarizer.unfinished(stored):
                yield self.republish(stored)

    def _open(self, answer: Answer, line: DayLine | None) -> DayOutcome:
        """The day is not there; it stays open, with the reason."""
        day, notes = answer.day, tuple(note.detail for note in answer.notes)
        if line is not None and line.state is State.PROVISIONAL and (stored := self.doors.store.load(day)):
            return self._published(stored, "; no source with counts could confirm it", line.tries + answer.heard)
        if line is not None and line.state is State.PUBLISHED:
            said = "".join(f"\n  {note}" for note in notes)
            return DayOutcome(day, FAILED, f"{day} could not be read again; it is kept as it was:{said}", notes=notes)
        if day > self.today:
            return DayOutcome(day, NOTHING, f"Nothing was announced for {day:%A}, {day}, yet: it is still to come.")
        if answer.waiting:
            shown = f"; its newest mailing is of {answer.newest}" if answer.newest else ""
            reason = f"arXiv does not show it yet{shown}"
            more = self._instead(answer)
            detail = f"The mailing of {day:%A}, {day}, is not there yet; the next run asks again.{more}"
        else:
            reason = "; ".join(map(_brief, notes)) or "the sources of past days have failed, or do not reach so far"
            said = "".join(f"\n  {note}" for note in notes) or f" {reason}"
            detail = f"{day} could not be read; it stays open and the next run tries again:{said}"
        if answer.asked:
            self._write_line(ledger.failed(line, day, reason, tried=not answer.waiting))
        return DayOutcome(day, WAITING if answer.waiting else FAILED, detail, notes=notes)

    def _instead(self, answer: Answer) -> str:
        """What there is instead of the day."""
        newest = answer.newest
        if newest is None or newest == answer.day:
            return ""
        line = self._line(newest)
        there = line is not None and line.state in ledger.SHOWN
        next_ = "it is published already" if there else f"to write it, run: python -m digest run --date {newest}"
        return f" The newest mailing is of {newest}; {next_}."

    def _write_line(self, line: DayLine) -> None:
        if not self.dry:
            self.doors.store.publish(pages.indexes(self.doors, line))
            self.doors.store.mark(line)


def _gone(stored: Digest | None, found: Announcement) -> tuple[Note, ...]:
    """Papers that the day showed before, and that the mailing as we know it now does not have."""
    there = {listing.paper.id for listing in found.listings}
    shown = (pick.listing.paper.id for pick in stored.picks) if stored else ()
    gone = [identifier for identifier in shown if identifier not in there]
    return (Note("gone", " ".join(gone)),) if gone else ()


def _brief(note: str) -> str:
    """A note without addresses: what readers of a page and of the ledger need of it."""
    return re.sub(r"https?://\S+: ", "", note)


def run(
    config: Config, doors: Doors, wanted: date | None = None, *, dry: bool = False, first: Work | None = None
) -> Result:
    """Fills what is open, then does `wanted` or today. Raises DigestError for what stops the whole run.

    A dry run writes nothing; `first` is what a run that writes has to do before.
    """
    runner = Runner(config, doors, dry=dry)
    if dry:
        days = tuple(runner.days(wanted))
        for day in days:
            doors.tell(day)
        return Result(days)
    with doors.store.files.locked(doors.say):
        result = journalled(doors, chain(first(runner) if first else (), runner.days(wanted)))
    return replace(result, behind=() if wanted else runner.behind())


def complete(config: Config, doors: Doors, first: date, last: date) -> Result:
    """Asks for the summaries that stored days of a range lack. Raises DigestError for what stops the whole run."""
    runner = Runner(config, doors, insist=True)
    with doors.store.files.locked(doors.say):
        return journalled(doors, (runner.republish(digest) for digest in doors.store.days(first, last)))
