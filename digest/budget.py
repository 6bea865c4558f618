"""What summaries may cost, a run and a month, and what they have cost. Counted before a question is asked.

Tokens are the provider's own counts; what a question will take is judged by those before it.
"""

from __future__ import annotations

from typing import Literal

from digest.dialect import Answer
from digest.llm_options import LlmOptions, limit
from digest.providers import MILLION, Price, cost
from digest.spending import Spending

FIRST_GUESS = 1500  # tokens of a paper, question and answer, until there is an average
Span = Literal["run", "month"]


class Bill:
    """What one paper costs, while it is asked about."""

    def __init__(self, price: Price | None, total: Spending, share: float = 1.0) -> None:
        self.price = price
        self.total = total
        self.share = share  # of the price, that is to be paid
        self.tokens = 0
        self.cost = 0.0

    def count(self, answer: Answer) -> Answer:
        """Puts an answer on the bill."""
        tokens = answer.prompt_tokens + answer.answer_tokens or FIRST_GUESS  # some servers do not count
        money = self.share * cost(self.price, answer) if self.price else 0.0
        self.tokens += tokens
        self.cost += money
        self.total.add(0, tokens, money)
        return answer


class Budget:
    """The limits of the configuration against what was spent before in this month, and in this run."""

    def __init__(self, options: LlmOptions, price: Price | None, month: Spending, run: Spending) -> None:
        self.options = options
        self.price = price
        self.month = month
        self.run = run

    @property
    def untried(self) -> bool:
        """Whether tokens or money are limited, and nothing shows yet what a paper takes of them."""
        return bool(self.options.max_tokens or self.options.max_cost) and not self.run.tokens

    def take(self) -> None:
        """Counts one more paper, before it is asked about: threads begin when they please."""
        self.run.add(1, 0, 0.0)

    def _guess(self) -> float:
        """What a paper may cost, as long as nothing is known."""
        return FIRST_GUESS * (self.price.input + self.price.output) / 2 / MILLION if self.price else 0.0

    def bill(self, share: float = 1.0) -> Bill:
        """A bill for one more paper, at a share of the price."""
        return Bill(self.price, self.run, share)

    def allows(self, running: int) -> bool:
        """Whether one more paper fits beside those that are being asked about."""
        run = self.run
        papers = max(run.asked - running, 1)
        tokens, money = (run.tokens / papers or FIRST_GUESS), (run.cost / papers or self._guess())
        spans: tuple[tuple[Span, Spending], ...] = (("run", Spending()), ("month", self.month))
        return all(
            run.asked + before.asked + 1 <= limit(self.options.max_papers, span)
            and run.tokens + before.tokens + tokens * (running + 1) <= limit(self.options.max_tokens, span)
            and run.cost + before.cost + money * (running + 1) <= limit(self.options.max_cost, span)
            and (limit(self.options.max_cost, span) > 0)
            for span, before in spans
        )
