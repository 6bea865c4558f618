"""The summaries of a day: known ones first, then the model (see `asking`); each answer is kept as it comes.

A paper never depends on its summary: what fails is said beside the paper, and asked again by later runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from functools import cached_property
from math import inf

from digest import answers, endpoint, prompts, render, summarize, verify
from digest.answers import Entry
from digest.asking import BUDGET, Asker
from digest.budget import Budget
from digest.doors import Doors
from digest.errors import ModelError, StoreError
from digest.models import Digest, Note, Paper, Pick, Summary, Trust
from digest.options import Config
from digest.spending import Spending

MAX_TRIES = 5  # runs that ask about one paper in vain


class Summarizer:
    """Adds summaries to days. Who insists asks also about the papers that were given up."""

    def __init__(self, config: Config, doors: Doors, *, insist: bool = False) -> None:
        self.options = config.llm
        self.doors = doors
        self.max_tries = inf if insist else MAX_TRIES
        self.endpoint = endpoint.of(config.llm)
        self.kept = answers.Answers(doors.store.files)
        folders = (doors.renderer.templates, render.shipped_templates())
        self.prompter = prompts.Prompter(folders, config.llm.language or config.language)

    @cached_property
    def asker(self) -> Asker:
        """Asks the model, within what may still be spent."""
        spent = Spending(*self.doors.store.journal.spent(self.doors.month))
        self.doors.spending.currency = self.endpoint.price.currency if self.endpoint.price else ""
        budget = Budget(self.options, self.endpoint.price, spent, self.doors.spending)
        return Asker(self.endpoint, self.prompter, budget, self.doors)

    def add(self, digest: Digest, *, ask: bool = True) -> Digest:
        """The digest with what is known, and with what the model says now; what it has already stays."""
        lacking = self.lacking(digest)
        if not self.options.wanted or not lacking:
            return digest
        try:
            found = {paper.id: self._known(paper) for paper in lacking}
        except ModelError as error:  # a prompt of the fork that cannot be used
            self.doors.say(str(error))
            failed = Entry("", Summary(Trust.FAILED, str(error)))
            found, ask = {paper.id: failed for paper in lacking}, False
        missing = [paper for paper in lacking if ask and self._open(found[paper.id])]
        if missing and (missing := self._not_out(missing)):
            found |= self._asked(missing)
        picks = tuple(_with(pick, found.get(pick.listing.paper.id)) for pick in digest.picks)
        return replace(digest, picks=picks, notes=(*_others(digest), *_notes(picks)))

    def _not_out(self, papers: list[Paper]) -> list[Paper]:
        """The papers that no batch asks about already; they would be paid twice."""
        try:
            out = self.kept.out()
        except StoreError:  # who collects the batch says so
            out = None
        return [paper for paper in papers if out is None or paper.id not in out.papers]

    def _asked(self, papers: list[Paper]) -> dict[str, Entry]:
        self.doors.say(f"asking {self.endpoint.name} about {len(papers)} papers")
        with closing(self.asker.all(papers)) as answered:
            found = {paper.id: self.keep(paper, summary) for paper, summary in answered}
        if reason := self.asker.stopped or (BUDGET if any(_unaffordable(entry) for entry in found.values()) else ""):
            self.doors.say(f"no more summaries are asked for in this run: {reason}")
        return found

    def lacking(self, digest: Digest) -> list[Paper]:
        """The papers of a stored day that show no summary."""
        return [pick.listing.paper for pick in digest.picks if _lacks(pick) and not digest.sample]

    def missing(self, digest: Digest) -> list[Paper]:
        """The papers of a stored day of which no summary is known, and that are worth asking about."""
        return [paper for paper in self.lacking(digest) if self._open(self._known(paper))]

    def unfinished(self, digest: Digest) -> bool:
        """Whether a stored day can have more summaries: what failed is worth another try, or is known by now."""
        failed = {pick.listing.paper.id for pick in digest.picks if pick.summary}
        papers = self.lacking(digest)
        return any(self.known(paper) or (paper.id in failed and self._open(self._known(paper))) for paper in papers)

    def one(self, paper: Paper, said: list[str]) -> Summary:
        """A paper's summary, asked for now; the raw answers are put into `said`. Raises ModelError."""
        if not self.asker.budget.allows(0):
            raise ModelError(BUDGET, kind="stopped")
        self.asker.budget.take()
        try:
            summary = self.asker.one(paper, said)
        finally:  # an answer that is of no use is paid for, too
            self._unsettle()
        self.keep(paper, summary)
        return summary

    def checks(self, answer: str, paper: Paper) -> Iterator[str]:
        """What is to be said of a raw answer: each doubt, or why it is none."""
        try:
            judged = summarize.judged(summarize.read(answer), paper, self.prompter.language)
        except ModelError as error:
            yield f"not usable: {error}"
            return
        yield from (f"doubtful {problem}" for problem in summarize.problems(judged.doubts))
        yield f"checked: {len(judged.doubts)} doubts"

    def known(self, paper: Paper) -> Summary | None:
        """The summary that is kept of a paper, if it is one."""
        entry = self._known(paper)
        return entry.summary if entry and entry.summary.status is not Trust.FAILED else None

    def key(self, paper: Paper) -> str:
        """What an answer about a paper depends on."""
        return answers.key(paper, self.endpoint.name, f"{self.prompter.language} {self.prompter.hash}")

    def _known(self, paper: Paper) -> Entry | None:
        return self.kept.find(paper.id, self.key(paper))

    def _open(self, entry: Entry | None) -> bool:
        return entry is None or (entry.summary.status is Trust.FAILED and entry.tries < self.max_tries)

    def keep(self, paper: Paper, summary: Summary) -> Entry:
        """Keeps an answer, or one more failure; what was never asked about (no `model`) is no failure of the paper."""
        before = self._known(paper)
        entry = Entry(self.key(paper), summary, (before.tries if before else 0) + 1)
        if summary.model:
            self.kept.keep(paper.id, entry)
            self._unsettle()
        return entry

    def _unsettle(self) -> None:
        """Notes what was spent so far, for a run that does not come to its line in the journal."""
        self.doors.store.journal.unsettle(self.doors.month, self.doors.spending)


def _unaffordable(entry: Entry) -> bool:
    return entry.summary.trouble == "budget"


def _lacks(pick: Pick) -> bool:
    return pick.summary is None or pick.failed


def _with(pick: Pick, entry: Entry | None) -> Pick:
    return replace(pick, summary=entry.summary) if entry and _lacks(pick) else pick


def _others(digest: Digest) -> tuple[Note, ...]:
    """The notes that are not about summaries."""
    return tuple(note for note in digest.notes if note.kind not in {"summaries", "orders"})


def _notes(picks: Iterable[Pick]) -> Iterator[Note]:
    """How many summaries are missing, and why; papers whose text tries to give orders."""
    failed: dict[str, list[str]] = {}
    for pick in picks:
        if pick.summary and pick.failed:
            failed.setdefault(pick.summary.reason, []).append(pick.listing.paper.id)
        if verify.orders(summarize.source_of(pick.listing.paper)):
            yield Note("orders", pick.listing.paper.id)
    for reason, identifiers in failed.items():
        yield Note("summaries", f"{len(identifiers)}: {reason}: {' '.join(identifiers)}")
