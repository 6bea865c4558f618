"""What a person or a CI log sees: progress, warnings, errors, the job summary. Foreign text cannot act there.

Data goes to standard output, everything else to standard error.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from digest.errors import ConfigError, DigestError

if TYPE_CHECKING:
    from digest.outcome import DayOutcome, Result

MAX_ANNOTATIONS = 9  # GitHub shows ten a step
_HIDDEN = dict.fromkeys([*range(10), *range(11, 32), *range(127, 160), *range(0x202A, 0x202F), *range(0x2066, 0x206A)])


def harmless(text: str) -> str:
    """A text that cannot rewrite a terminal, nor be one of GitHub's `::commands::` (or the older `##[commands]`)."""
    text = re.sub(r"(?m)^(\s*:)(?=:)", "\\1\u200b", text.translate(_HIDDEN))
    return text.replace("##[", "##\u200b[")


@dataclass
class Console:
    """`level` is -1 (quiet), 0 or 1 (each request); progress overwrites itself on a terminal."""

    level: int = 0
    color: bool = True
    out: TextIO = field(default_factory=lambda: sys.stdout)
    err: TextIO = field(default_factory=lambda: sys.stderr)
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)
    _pending: bool = False

    @property
    def in_actions(self) -> bool:
        """Whether GitHub Actions reads along."""
        return self.environment.get("GITHUB_ACTIONS") == "true"

    def print(self, text: str) -> None:
        """A result, on standard output."""
        self._clear()
        print(harmless(text), file=self.out, flush=True)

    def say(self, text: str) -> None:
        """Progress: one line that is overwritten on a terminal, a line each elsewhere."""
        if self.level < 0:
            return
        text = harmless(text)
        if self.err.isatty() and self.level == 0 and not self.in_actions:
            self._clear()
            print(text.replace("\n", " ")[:100], end="", file=self.err, flush=True)
            self._pending = True
        else:
            print(text, file=self.err, flush=True)

    def detail(self, text: str) -> None:
        """What only `-v` shows."""
        if self.level > 0:
            print(harmless(text), file=self.err, flush=True)

    def warn(self, text: str) -> None:
        """Something allowed that is probably not meant."""
        self._clear()
        if self.in_actions:
            print(f"::warning::{_command_text(text)}", file=self.err, flush=True)
        elif self.level >= 0:
            print(f"{self._painted('warning:', 33)} {harmless(text)}", file=self.err, flush=True)

    def error(self, error: DigestError) -> None:
        """One clear message; in Actions also an annotation at the line it is about."""
        self._clear()
        print(f"{self._painted('error:', 31)} {harmless(str(error))}", file=self.err, flush=True)
        if not self.in_actions:
            return
        if isinstance(error, ConfigError):
            for mistake in error.complaints[:MAX_ANNOTATIONS]:
                place = f"file={_property(error.path)},line={mistake.line},col={mistake.column}"
                print(f"::error {place}::{_command_text(mistake.message)}", file=self.err, flush=True)
        else:
            print(f"::error::{_command_text(str(error))}", file=self.err, flush=True)

    def summary(self, text: str) -> None:
        """Adds Markdown to the job summary, if there is one."""
        path = self.environment.get("GITHUB_STEP_SUMMARY")
        if path:
            try:
                with Path(path).open("a", encoding="utf-8") as file:
                    file.write(text)
            except OSError as error:
                self.warn(f"the job summary could not be written: {error.strerror}")

    def _clear(self) -> None:
        if self._pending:
            print("\r\x1b[K", end="", file=self.err, flush=True)
            self._pending = False

    def _painted(self, text: str, code: int) -> str:
        plain = not self.color or "NO_COLOR" in self.environment or self.environment.get("TERM") == "dumb"
        return text if plain or not self.err.isatty() else f"\x1b[{code}m{text}\x1b[0m"


def _command_text(text: str) -> str:
    """https://docs.github.com/actions/reference/workflow-commands-for-github-actions: %, CR and LF are encoded."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _command_text(text).replace(":", "%3A").replace(",", "%2C")


def failure_summary(error: DigestError) -> str:
    """What stopped the run, in Markdown."""
    from digest import markdown  # noqa: PLC0415

    return f"### The run failed (exit code {error.exit_code})\n\n{markdown.fence(harmless(str(error)), 'text')}\n"


_HEADINGS = {
    "published": "published",
    "nothing-announced": "nothing was announced",
    "waiting": "not there yet",
    "failed": "could not be read, stays open",
}


def job_summary(result: Result) -> str:
    """The run in Markdown, a part a day: what became of it, counts a category, what went wrong."""
    return "\n".join(_day_summary(day) for day in result.days) + "\n"


def _day_summary(day: DayOutcome) -> str:
    from digest import markdown  # noqa: PLC0415

    nothing_fits = day.digest is not None and not day.digest.matched
    heading = f"{_HEADINGS[day.outcome]}{', no paper matched' if nothing_fits else ''}"
    lines = [f"### {day.day}: {heading}", "", markdown.inline(day.detail), ""]
    if day.digest:
        lines += ["| category | announced | read | matched |", "|:--|--:|--:|--:|"]
        lines += [f"| {t.category} | {_count(t.announced)} | {t.parsed} | {t.matched} |" for t in day.digest.tallies]
        lines += ["", *(f"- {note.kind}: {markdown.inline(note.detail)}" for note in day.digest.notes), ""]
    return "\n".join(lines)


def _count(announced: int | None) -> str:
    return "not told" if announced is None else str(announced)
