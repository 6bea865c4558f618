"""A clock that a test turns, for a door to the network that need not wait."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from digest.web import Web


@dataclass
class Hours:
    """A clock that only goes on when somebody sleeps; keeps what a door says, too."""

    now: float = 1000.0
    slept: list[float] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        """Let the time pass."""
        self.slept.append(seconds)
        self.now += seconds

    def web(self, **more: Any) -> Web:
        """A door on this clock."""
        return Web(clock=lambda: self.now, sleep=self.sleep, log=self.said.append, say=self.said.append, **more)
