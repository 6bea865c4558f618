"""Stands between the program and the system calls that change files: counts them, and strikes at one of them.

A point is before or after a call; a write can also be struck in its middle, with half of the bytes in the file.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

BEFORE, HALF, AFTER = "before", "half of", "after"
CALLS = ("open", "write", "fsync", "close", "replace", "mkdir", "unlink")


class Point(NamedTuple):
    """A place in a run: the number of the call, the call, and when."""

    number: int
    call: str
    when: str

    def __str__(self) -> str:
        return f"{self.when} {self.call} {self.number}"


@dataclass
class Saboteur:
    """`strike` is called at each point; what it raises is what the call raises."""

    strike: Callable[[Point], None]
    points: list[Point] = field(default_factory=list)
    _files: set[int] = field(default_factory=set)
    _number: int = 0

    def _reached(self, call: str, when: str) -> None:
        point = Point(self._number, call, when)
        self.points.append(point)
        self.strike(point)

    def _wrapped(self, call: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*given: Any, **named: Any) -> Any:
            if not self._concerns(call, given):
                return real(*given, **named)
            self._number += 1
            self._reached(call, BEFORE)
            if call == "write":
                half = real(given[0], given[1][: len(given[1]) // 2])
                self._reached(call, HALF)
                done = half + real(given[0], given[1][half:])
            else:
                done = real(*given, **named)
            self._note(call, given, done)
            self._reached(call, AFTER)
            return done

        return wrapped

    def _concerns(self, call: str, given: tuple[Any, ...]) -> bool:
        """Whether it is a call that changes files: an open for writing, or one of what was opened so."""
        if call == "open":
            return bool(given[1] & (os.O_WRONLY | os.O_RDWR))
        return call not in {"write", "fsync", "close"} or given[0] in self._files

    def _note(self, call: str, given: tuple[Any, ...], done: Any) -> None:
        if call == "open":
            self._files.add(done)
        elif call == "close":
            self._files.discard(given[0])

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """The calls of this process, for the length of a `with`."""
        real = {call: getattr(os, call) for call in CALLS}
        try:
            for call in CALLS:
                setattr(os, call, self._wrapped(call, real[call]))
            yield
        finally:
            for call in CALLS:
                setattr(os, call, real[call])
