"""Who serves models that speak OpenAI's protocol, and what they cost: data with dates, from files beside the package.

Both go out of date: a preset's model is an example, a price is what it was on its date, and an unknown one is None.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

_DATA = Path(__file__).parent / "data"
MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Preset:
    """A provider by name: where it is, which variable holds its key (none for a local one), what works with it."""

    name: str
    base_url: str
    key_variable: str
    model: str  # an example; empty where it depends on what you have loaded
    modes: tuple[str, ...]  # of `dialect.MODES`, best first
    extra_body: Mapping[str, Any]
    date: date


@dataclass(frozen=True, slots=True)
class Price:
    """What a million tokens cost, as published on a date."""

    input: float
    cached: float
    output: float
    currency: str
    date: date


class Used(Protocol):
    """Tokens, of one answer or of a run; those from a cache are among those of the prompt."""

    @property
    def prompt_tokens(self) -> int:
        """Of the question."""

    @property
    def answer_tokens(self) -> int:
        """Of the answer."""

    @property
    def cached_tokens(self) -> int:
        """Of the question, kept from an earlier one."""


def preset(name: str) -> Preset:
    """The provider of a name. Raises ValueError with the names there are."""
    found = _presets()
    if name not in found:
        near = difflib.get_close_matches(name.lower(), found, n=1)
        hint = f"did you mean `{near[0]}`?" if near else f"write one of {', '.join(found)}, or give its `base_url`"
        raise ValueError(f"there is no provider `{name[:40]}`; {hint}")
    return found[name]


def names() -> tuple[str, ...]:
    """The providers with a preset."""
    return tuple(_presets())


def price(where: str, model: str) -> Price | None:
    """What a model costs at a provider (the name of a preset, or a base URL); None when that is not known."""
    host = urlsplit(where).hostname
    of = (one.name for one in _presets().values() if where == one.name or (host and _host(one) == host))
    return next((_prices()[name, model.lower()] for name in of if (name, model.lower()) in _prices()), None)


def cost(price: Price, used: Used) -> float:
    """What tokens cost, in the price's currency."""
    fresh = used.prompt_tokens - used.cached_tokens
    return (fresh * price.input + used.cached_tokens * price.cached + used.answer_tokens * price.output) / MILLION


def _host(of: Preset) -> str | None:
    return urlsplit(of.base_url).hostname


@cache
def _presets() -> dict[str, Preset]:
    return {
        row["name"]: Preset(
            row["name"], row["base_url"], row["key"], row["model"], tuple(row["modes"].split(",")),
            json.loads(row["extra"]), date.fromisoformat(row["date"]),
        )
        for row in _rows("providers.tsv")
    }  # fmt: skip


@cache
def _prices() -> dict[tuple[str, str], Price]:
    return {
        (row["provider"], row["model"].lower()): Price(
            float(row["input"]), float(row["cached"]), float(row["output"]), row["currency"],
            date.fromisoformat(row["date"]),
        )
        for row in _rows("prices.tsv")
    }  # fmt: skip


def _rows(name: str) -> Iterator[dict[str, str]]:
    """The rows of a table as mappings; the first line that is no comment names the columns."""
    lines = [line for line in (_DATA / name).read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    heads, *rows = (line.split("\t") for line in lines)
    return (dict(zip(heads, row, strict=True)) for row in rows)
