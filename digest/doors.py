"""The ways out, and the moment a run believes it is; passed in, so that tests can stand in for each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from digest.render import Renderer
from digest.spending import Spending
from digest.store import Store
from digest.web import Web


@dataclass(frozen=True)
class Doors:
    """Network, files, templates, clock; `say` gets progress in words, `tell` each day's outcome as it is done."""

    web: Web
    store: Store
    renderer: Renderer
    now: datetime
    say: Callable[[str], None]
    tell: Callable[[Any], None] = lambda _: None
    spending: Spending = field(default_factory=Spending)

    @property
    def month(self) -> str:
        """The month of the run, as the journal calls it: `2031-07`."""
        return f"{self.now:%Y-%m}"
