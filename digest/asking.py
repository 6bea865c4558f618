"""Asking a model about papers: a few at a time, within the budget, each answer checked and repaired once.

A failure is an answer too: a summary that says why there is none.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import replace
from functools import cached_property

from digest import summarize
from digest.budget import Bill, Budget
from digest.dialect import Answer
from digest.doors import Doors
from digest.endpoint import ANSWER_TOKENS, Endpoint
from digest.errors import ModelError
from digest.llm import IN_A_ROW, Model
from digest.models import Paper, Summary, Trust
from digest.prompts import Prompter

MISTAKES = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, RecursionError)
BUDGET = "the budget is used up"
BATCHED = 0.5  # of the price, for what is asked as a batch
REPAIRED = frozenset({"form", "garbage", "empty"})  # what telling the model may help against
# What a try of the paper is: others are trouble of the service, and no reason to give the paper up.
ABOUT_THE_PAPER = REPAIRED | {"filtered", "too-long", "truncated", "refused", "language"}
ONLY_THE_PAPER = frozenset({"filtered", "too-long"})  # and tells nothing of how the next one will do


class Asker:
    """One run's questions. Nothing heavy is loaded before the first."""

    def __init__(self, endpoint: Endpoint, prompter: Prompter, budget: Budget, doors: Doors) -> None:
        self.endpoint, self.prompter, self.budget, self.doors = endpoint, prompter, budget, doors
        self.stopped = ""  # why no more questions are asked in this run
        self._in_vain = 0  # papers in a row

    @cached_property
    def model(self) -> Model:
        """The model, made when the first question comes up. Raises ModelError without a key."""
        return Model(self.endpoint.settings, log=self.doors.web.log, say=self.doors.say)

    def all(self, papers: Iterable[Paper]) -> Generator[tuple[Paper, Summary]]:
        """Each paper with its summary, in the order in which the answers come. When it is closed, nobody waits."""
        waiting = deque(papers)
        running: dict[Future[Summary], Paper] = {}
        at_once = self.endpoint.options.concurrency
        pool = ThreadPoolExecutor(at_once)
        try:
            while waiting or running:
                while waiting and len(running) < at_once and self._may_ask(len(running)):
                    self.budget.take()
                    paper = waiting.popleft()
                    running[pool.submit(self._answered, paper)] = paper
                if not running:
                    break
                for done in wait(running, return_when=FIRST_COMPLETED).done:
                    yield running.pop(done), self._noted(done.result())
        finally:
            if running:
                self.model.close()
            pool.shutdown(cancel_futures=True)
        reason = self.stopped or BUDGET
        for paper in waiting:
            yield paper, Summary(Trust.FAILED, reason, trouble="stopped" if self.stopped else "budget")

    def _may_ask(self, running: int) -> bool:
        return not self.stopped and not (running and self.budget.untried) and self.budget.allows(running)

    def _noted(self, summary: Summary) -> Summary:
        """Counts what was in vain; a model that answers nothing of use time after time is not asked to the end."""
        vain = summary.status is Trust.FAILED and summary.trouble not in ONLY_THE_PAPER
        self._in_vain = self._in_vain + 1 if vain else 0
        if self._in_vain >= IN_A_ROW and not self.stopped:
            self.stopped = f"{IN_A_ROW} papers in a row got no summary, for the last {summary.reason}"
        return summary

    def _answered(self, paper: Paper) -> Summary:
        """A paper's summary, or why there is none. Runs in a thread."""
        bill = self.budget.bill()
        try:
            return self._one(paper, [], bill)
        except ModelError as error:
            if error.fatal:
                self.stopped = str(error)
            asked = self.endpoint.name if error.kind in ABOUT_THE_PAPER else ""
            failed = Summary(Trust.FAILED, str(error), model=asked, trouble=error.kind)
        except MISTAKES as error:  # of ours, which one odd text has brought to light; the others go on
            reason = f"this program made a mistake over it ({type(error).__name__}: {error})"
            failed = Summary(Trust.FAILED, reason[:200], model=self.endpoint.name, trouble="mistake")
        return self._priced(failed, bill)

    def one(self, paper: Paper, said: list[str]) -> Summary:
        """A paper's summary; raw answers go into `said`. Raises ModelError."""
        return self._one(paper, said, self.budget.bill())

    def _one(self, paper: Paper, said: list[str], bill: Bill) -> Summary:
        """Asks, checks, and asks once more when something is wrong. Raises ModelError."""
        messages = self.prompter.messages(paper)
        first, trouble = self._tried(messages, paper, bill, said)
        if trouble and (trouble.kind not in REPAIRED or not said):
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

    def batched(self, answer: Answer, paper: Paper) -> Summary:
        """A batch's answer as a checked summary, on the bill at its price; it was taken when it was handed in."""
        bill = self.budget.bill(BATCHED)
        bill.count(answer)
        return self._billed(summarize.judged(summarize.read(answer.text), paper, self.prompter.language), bill)

    def _billed(self, summary: Summary, bill: Bill) -> Summary:
        """The summary with its price. Raises ModelError for one that nobody could use."""
        if not summarize.usable(summary):
            raise ModelError(f"the answer is of no use: {summary.doubts[0].why}", kind="language")
        return self._priced(replace(summary, model=self.endpoint.name), bill)

    def _priced(self, summary: Summary, bill: Bill) -> Summary:
        price = self.endpoint.price
        return replace(summary, tokens=bill.tokens, cost=round(bill.cost, 6), currency=price.currency if price else "")

    def _tried(
        self, messages: summarize.Messages, paper: Paper, bill: Bill, said: list[str]
    ) -> tuple[Summary | None, ModelError | None]:
        """One question: the checked answer, or what was wrong with it."""
        try:
            answer = self._complete(messages, bill)
            said.append(answer.text)
            return summarize.judged(summarize.read(answer.text), paper, self.prompter.language), None
        except ModelError as error:
            if error.fatal:
                raise
            return None, error

    def _complete(self, messages: summarize.Messages, bill: Bill, room: int = ANSWER_TOKENS) -> Answer:
        """The answer; once more with more room when it was cut. Cut or not, it is paid for."""
        try:
            return bill.count(self.model.complete(messages, summarize.SCHEMA, max_answer_tokens=room))
        except ModelError as error:
            if isinstance(error.answer, Answer):
                bill.count(error.answer)
            if error.kind != "truncated" or room > ANSWER_TOKENS:
                raise
        return self._complete(messages, bill, 2 * ANSWER_TOKENS)


def _better(first: Summary | None, second: Summary | None) -> Summary | None:
    """The answer with fewer doubts; the corrected one when there are as many."""
    if first is None or second is None:
        return first or second
    ranks = [(not summarize.usable(each), len(each.doubts)) for each in (first, second)]
    return second if ranks[1] <= ranks[0] else first
