"""Everything that can go wrong, what it does to the run, and the exit code a script sees.

    DigestError
    ├── ConfigError        the configuration is refused, nothing was fetched or written      exit 2
    ├── PluginError        a name in the configuration leads to no source                    exit 2
    ├── StoreError         our own files cannot be read or written                           exit 1
    │   └── PageError      … a page could not be written; the collected day is kept          exit 4
    ├── RenderError        a template of the fork is broken; the collected day is kept       exit 4
    ├── PatternTimeoutError  a regular expression ran out of time: it is switched off, noted exit 0
    ├── ModelError         the model did not give a usable answer for one paper; it stays       exit 0
    ├── ChannelError       what was collected could not be delivered; it is kept               exit 4
    ├── WebError           one address could not be read
    │   └── StatusError      … because the server said so; carries the status
    └── SourceError        one source did not give a whole mailing: the next one is asked    exit 3

Exit 0 also means "nothing was announced". A traceback is always a bug.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath


class DigestError(Exception):
    """The root: one line that a person can act on."""

    exit_code = 1


@dataclass(frozen=True, slots=True, order=True)
class Complaint:
    """One mistake in a configuration: where it is, what it is, what to write instead."""

    line: int
    column: int
    message: str


class ConfigError(DigestError):
    """All mistakes of one configuration file at once."""

    exit_code = 2

    def __init__(self, path: PurePath | str, complaints: tuple[Complaint, ...]) -> None:
        self.path = str(path)
        self.complaints = tuple(sorted(complaints))
        super().__init__("\n".join(f"{self.path}:{c.line}:{c.column}: {c.message}" for c in self.complaints))


class PluginError(DigestError):
    """A plug-in's name leads nowhere, or to something that is none."""

    exit_code = 2


class StoreError(DigestError):
    """A file of ours is unreadable, or a folder cannot be written."""


class PageError(StoreError):
    """A page cannot be written."""

    exit_code = 4


class RenderError(DigestError):
    """A template cannot be rendered; says which one and where."""

    exit_code = 4


class PatternTimeoutError(DigestError):
    """A regular expression took longer than its time limit on one text."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        super().__init__(f"the regular expression {pattern} is too slow")


class WebError(DigestError):
    """An address could not be read: no connection, too slow, too large, a refused redirect, garbage."""


class StatusError(WebError):
    """The server answered with a status other than 200; `body` is the beginning of what it said."""

    def __init__(self, message: str, status: int, body: bytes = b"") -> None:
        self.status = status
        self.body = body
        super().__init__(message)


class ModelError(DigestError):
    """No usable answer for one paper; `kind` is a word of `refusals.SENTENCES`, `fatal` ends a run's asking."""

    def __init__(self, message: str, kind: str = "garbage", *, fatal: bool = False) -> None:
        self.kind = kind
        self.fatal = fatal
        self.answer: object = None  # what was answered and paid for, though it cannot be used
        self.exit_code = 2 if kind == "address" else 3  # a mistake of the configuration
        super().__init__(message)


class ChannelError(DigestError):
    """A place that digests are sent to refused them, or could not be reached."""

    exit_code = 4


class SourceError(DigestError):
    """A source answered, but not with a whole mailing that can be trusted."""

    exit_code = 3
