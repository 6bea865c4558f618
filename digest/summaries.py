"""The summaries of a day: known ones first, then the model, a few papers at a time, within the budget.

A paper never depends on its summary: what fails is said beside the paper, and asked again by later runs.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import replace
from functools import cached_property

from digest import answers, providers, render, summarize, verify
from digest.answers import Entry
from digest.budget import Bill, Budget
from digest.dialect import Answer
from digest.doors import Doors
from digest.errors import Complaint, ConfigError, ModelError
from digest.llm import Model, Settings
from digest.models import Digest, Note, Paper, Pick, Summary, Trust
from digest.options import Config
from digest.spending import Spending

MAX_TRIES = 5  # runs that ask about one paper in vain
BUDGET = "the budget is used up"
ANSWER_TOKENS = 1200
OPENAI, USUAL_KEY = "https://api.openai.com/v1", "OPENAI_API_KEY"
# What a try of the paper is: others are trouble of the service, and no reason to give the paper up.
ABOUT_THE_PAPER = frozenset({"form", "garbage", "empty", "filtered", "too-long", "truncated", "refused", "language"})
REPAIRED = frozenset({"form", "garbage", "empty"})  # what telling the model may help against


class Summarizer:
    """Adds summaries to days. Nothing heavy is loaded before a model is asked."""

    def __init__(self, config: Config, doors: Doors) -> None:
        self.options = config.llm
        self.language = config.llm.language or config.language
        self.doors = doors
        self.kept = answers.Answers(doors.store.files)
        self.prompter = summarize.Prompter((doors.renderer.templates, render.shipped_templates()), self.language)
        self.preset = providers.preset(config.llm.preset) if config.llm.preset else None
        self.stopped = ""  # why no more questions are asked in this run
        self.price = providers.price(self.address, self.name) if config.llm.wanted else None

    def verify(self) -> None:
        """Raises ConfigError for what cannot be kept: a budget in money without a price, a model without a name."""
        if self.options.wanted and not self.name:
            raise ConfigError("config.yaml", (Complaint(1, 1, "`llm.model` is missing; write the model's name"),))
        if self.options.wanted and self.options.max_cost and self.price is None:
            message = "`llm.max_cost`: no price of this model is known; use `max_tokens` or `max_papers` instead"
            raise ConfigError("config.yaml", (Complaint(1, 1, message),))

    @cached_property
    def model(self) -> Model:
        """The model, made when the first question comes up. Raises ModelError without a key."""
        preset, options = self.preset, self.options
        first = preset.modes[0] if preset and options.mode == "auto" else options.mode
        settings = Settings(
            base_url=self.address,
            model=self.name,
            key=self._secret(),
            mode=first,
            timeout=options.timeout,
            extra_body={**(preset.extra_body if preset else {}), **(options.extra_body or {})},
            max_answer_tokens=ANSWER_TOKENS,
        )
        return Model(settings, log=self.doors.web.log, say=self.doors.say)

    def _secret(self) -> str:
        """The key, from the environment alone. Raises ModelError when it is needed and not there."""
        variable = self.options.api_key_env or (self.preset.key_variable if self.preset else USUAL_KEY)
        found = os.environ.get(variable, "") if variable else ""  # never another provider's: it would be told the key
        if variable and not found and not self.options.base_url:
            raise ModelError(
                f"there is no key: set {variable}, as a secret of the repository", "refused-key", fatal=True
            )
        return found

    @property
    def address(self) -> str:
        """Where the model is."""
        usual = self.preset.base_url if self.preset else os.environ.get("OPENAI_BASE_URL") or OPENAI
        return self.options.base_url or usual

    @property
    def name(self) -> str:
        """The model's name."""
        return self.options.model or (self.preset.model if self.preset else "")

    @cached_property
    def budget(self) -> Budget:
        """What may still be spent in this run and month."""
        month = Spending(*self.doors.store.spent(f"{self.doors.now:%Y-%m}"))
        return Budget(self.options, self.price, month, self.doors.spending)

    def add(self, digest: Digest, *, ask: bool = True) -> Digest:
        """The digest with what is known, and with what the model says now; what it has already stays."""
        lacking = [pick.listing.paper for pick in digest.picks if _lacks(pick)]
        if not self.options.wanted or digest.sample or not lacking:
            return digest
        try:
            found = {paper.id: self._known(paper) for paper in lacking}
        except ModelError as error:  # a prompt of the fork that cannot be used
            self.doors.say(str(error))
            failed = Entry("", Summary(Trust.FAILED, str(error)))
            found, ask = {paper.id: failed for paper in lacking}, False
        missing = [paper for paper in lacking if ask and self._open(found[paper.id])]
        if missing:
            self.doors.say(f"asking {self.name} about {len(missing)} papers")
        for paper, summary in self._asked(missing):
            found[paper.id] = self.keep(paper, summary)
        if missing and self.stopped:
            self.doors.say(f"no more summaries are asked for in this run: {self.stopped}")
        picks = tuple(_with(pick, found.get(pick.listing.paper.id)) for pick in digest.picks)
        return replace(digest, picks=picks, notes=(*_others(digest), *_notes(picks)))

    def missing(self, digest: Digest) -> list[Paper]:
        """The papers of a stored day that have no summary and are worth asking about."""
        lacking = (pick.listing.paper for pick in digest.picks if _lacks(pick) and not digest.sample)
        return [paper for paper in lacking if self._open(self._known(paper))]

    def judged(self, answer: Answer, paper: Paper) -> Summary:
        """A batch's answer as a checked summary, on the bill at half the price. Raises ModelError."""
        self.budget.take()
        bill = self.budget.bill()
        bill.count(answer)
        return self._billed(summarize.judged(summarize.read(answer.text), paper, self.language), bill, 0.5)

    def unfinished(self, digest: Digest) -> bool:
        """Whether a stored day lacks a summary that is worth another try."""
        lacking = (pick.listing.paper for pick in digest.picks if pick.summary and _lacks(pick))
        return any(self._open(self._known(paper)) for paper in lacking)

    def one(self, paper: Paper, said: list[str]) -> Summary:
        """A paper's summary, asked for now; the raw answers are put into `said`. Raises ModelError."""
        self.budget.take()
        summary = self._question(paper, said)
        self.keep(paper, summary)
        return summary

    def known(self, paper: Paper) -> Summary | None:
        """The summary that is kept of a paper, if it is one."""
        entry = self._known(paper)
        return entry.summary if entry and entry.summary.status is not Trust.FAILED else None

    def _key(self, paper: Paper) -> str:
        return answers.key(paper, self.name, f"{self.language} {self.prompter.hash}")

    def _known(self, paper: Paper) -> Entry | None:
        return self.kept.find(paper.id, self._key(paper))

    def _open(self, entry: Entry | None) -> bool:
        return entry is None or (entry.summary.status is Trust.FAILED and entry.tries < MAX_TRIES)

    def keep(self, paper: Paper, summary: Summary) -> Entry:
        """Keeps an answer, or one more failure; what was never asked about (no `model`) is no failure of the paper."""
        before = self._known(paper)
        entry = Entry(self._key(paper), summary, (before.tries if before else 0) + 1)
        if summary.model:
            self.kept.keep(paper.id, entry)
        return entry

    def _asked(self, papers: Iterable[Paper]) -> Iterator[tuple[Paper, Summary]]:
        """Each paper with its summary, in the order in which the answers come; a failure is a summary too."""
        waiting = deque(papers)
        running: dict[Future[Summary], Paper] = {}
        with ThreadPoolExecutor(self.options.concurrency) as pool:
            while waiting or running:
                while waiting and len(running) < self.options.concurrency and self._may_ask(len(running)):
                    self.budget.take()
                    paper = waiting.popleft()
                    running[pool.submit(self._answered, paper)] = paper
                if not running:
                    break
                for done in wait(running, return_when=FIRST_COMPLETED).done:
                    yield running.pop(done), done.result()
        reason = self.stopped or BUDGET
        for paper in waiting:
            yield paper, Summary(Trust.FAILED, reason, trouble="stopped" if self.stopped else "budget")

    def _may_ask(self, running: int) -> bool:
        return not self.stopped and self.budget.allows(running)

    def _answered(self, paper: Paper) -> Summary:
        """A paper's summary, or why there is none. Runs in a thread."""
        try:
            return self._question(paper, [])
        except ModelError as error:
            if error.fatal:
                self.stopped = str(error)
            asked = self.name if error.kind in ABOUT_THE_PAPER else ""
            return Summary(Trust.FAILED, str(error), model=asked, trouble=error.kind)

    def _question(self, paper: Paper, said: list[str]) -> Summary:
        """Asks, checks, and asks once more when something is wrong. Raises ModelError."""
        messages, bill = self.prompter.messages(paper), self.budget.bill()
        first, trouble = self._tried(messages, paper, bill, said)
        if isinstance(trouble, ModelError) and (trouble.kind not in REPAIRED or not said):
            raise trouble
        if first is None or first.doubts:
            problems = [str(trouble)] if first is None else summarize.problems(first.doubts)
            again = self.prompter.repair(messages, said[-1], problems)
            try:
                second, trouble = self._tried(again, paper, bill, said)
            except ModelError as error:
                if first is None:
                    raise
                self.stopped, second = str(error), None  # what was paid for before is kept
            first = _better(first, second)
        if first is None:
            raise trouble or ModelError("the model gave no usable answer", kind="form")
        return self._billed(first, bill)

    def _billed(self, summary: Summary, bill: Bill, share: float = 1.0) -> Summary:
        """The summary with its price. Raises ModelError for one that nobody could use."""
        if not summarize.usable(summary):
            raise ModelError(f"the answer is of no use: {summary.doubts[0].why}", kind="language")
        currency = self.price.currency if self.price else ""
        cost = round(bill.cost * share, 6)
        return replace(summary, model=self.name, tokens=bill.tokens, cost=cost, currency=currency)

    def _tried(
        self, messages: summarize.Messages, paper: Paper, bill: Bill, said: list[str]
    ) -> tuple[Summary | None, ModelError | None]:
        """One question: the checked answer, or what was wrong with it."""
        try:
            answer = bill.count(self._complete(messages, bill))
            said.append(answer.text)
            return summarize.judged(summarize.read(answer.text), paper, self.language), None
        except ModelError as error:
            if isinstance(error.answer, Answer):
                bill.count(error.answer)
            if error.fatal:
                raise
            return None, error

    def _complete(self, messages: summarize.Messages, bill: Bill) -> Answer:
        """The answer; once more with more room when it was cut."""
        try:
            return self.model.complete(messages, summarize.SCHEMA)
        except ModelError as error:
            if error.kind != "truncated":
                raise
            if isinstance(error.answer, Answer):
                bill.count(error.answer)
            return self.model.complete(messages, summarize.SCHEMA, max_answer_tokens=2 * ANSWER_TOKENS)


def _better(first: Summary | None, second: Summary | None) -> Summary | None:
    """The answer with fewer doubts; the corrected one when there are as many."""
    if first is None or second is None:
        return first or second
    ranks = [(not summarize.usable(each), len(each.doubts)) for each in (first, second)]
    return second if ranks[1] <= ranks[0] else first


def _lacks(pick: Pick) -> bool:
    return pick.summary is None or pick.summary.status is Trust.FAILED


def _with(pick: Pick, entry: Entry | None) -> Pick:
    return replace(pick, summary=entry.summary) if entry and _lacks(pick) else pick


def _others(digest: Digest) -> tuple[Note, ...]:
    """The notes that are not about summaries."""
    return tuple(note for note in digest.notes if note.kind not in {"summaries", "orders"})


def _notes(picks: Iterable[Pick]) -> Iterator[Note]:
    """How many summaries are missing, and why; papers whose text tries to give orders."""
    failed: dict[str, list[str]] = {}
    for pick in picks:
        summary = pick.summary
        if summary is not None and summary.status is Trust.FAILED:
            failed.setdefault(summary.reason, []).append(pick.listing.paper.id)
        if verify.orders(summarize.source_of(pick.listing.paper)):
            yield Note("orders", pick.listing.paper.id)
    for reason, identifiers in failed.items():
        yield Note("summaries", f"{len(identifiers)}: {reason}: {' '.join(identifiers)}")
