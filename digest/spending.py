"""What a run has spent on a model; nothing heavy, for every run has one."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field


@dataclass
class Spending:
    """Papers asked about, tokens, money. Threads add to it."""

    asked: int = 0
    tokens: int = 0
    cost: float = 0.0
    currency: str = ""  # empty where no price is known
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def add(self, asked: int, tokens: int, money: float) -> None:
        """Adds a question."""
        with self._lock:
            self.asked += asked
            self.tokens += tokens
            self.cost += money
