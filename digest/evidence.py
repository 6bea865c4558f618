"""The figures of a source as evidence: what it says, and what a reader may work out from it in one step.

A difference, a multiple, a relative change or a complement is one step; only numbers that stand near each other count.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import pairwise

from digest import counts
from digest.numerals import Form, Quantity, quantities
from digest.units import HINTS, MEASURED, ORDERS, PLAIN, RATIO, TIMES

NEAR = 4  # numbers this close to each other may be compared: "from 71.3 to 74.9"
CLOSE, LEAST = 2, 1.25  # and this close to be divided; what is less is told in per cent
HUGE = 10  # orders of magnitude that nobody writes as a multiple
EVERY, OWN, AS = "every", "own", "as "  # values of any unit; those without one; numbers as written with a kind of unit
_WORD = re.compile("[a-z]+(?:-[a-z]+)*")
_TO = re.compile(r"[^.0-9]{0,12}\b(?:to|vs\.?|versus|against|instead of)[ ](?:[a-z]{1,10} ){0,2}")
_AND = re.compile(r"[^.;:0-9]{1,90}\b(?:and|plus)\b[^.;:0-9]{0,20}")


def _compared(found: list[Quantity], far: int) -> Iterator[tuple[Form, Form]]:
    """The readings of one kind of numbers that stand at most so far from each other."""
    near = ((one, two) for n in range(1, far + 1) for one, two in zip(found, found[n:], strict=False))
    return ((a, b) for one, two in near for a in one.forms for b in two.forms if a.kind == b.kind)


class Figures:
    """The figures of a source, ready to be asked whether they bear out another."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.found = quantities(text)
        self._counted: dict[str, set[float]] = {}
        values: defaultdict[str, set[float]] = defaultdict(set)
        for each in self.found:
            values[EVERY].add(each.raw)
            for form in each.forms:
                values[form.kind].add(form.value)
                if form.kind not in MEASURED or (form.value >= 1 and float(form.value).is_integer()):
                    values[EVERY].add(form.value)  # 48k is said of 48 kHz, but 0.15 not of 150 mW
                values[AS + form.kind].add(each.raw)
            kinds = {form.kind for form in each.forms}
            if PLAIN in kinds and not kinds & {TIMES, "temperature"}:
                values[OWN].add(each.number)
        words = set(_WORD.findall(text.lower()))
        for word in HINTS.keys() & (words | {part for compound in words for part in compound.split("-")}):
            for value, kind in HINTS[word]:
                values[kind].add(value)
                values[EVERY].add(value)
        self._values = {kind: sorted(each) for kind, each in values.items()}

    def has(self, kind: str, low: float, high: float) -> bool:
        """Whether a value of a kind lies within the limits."""
        values = self._values.get(kind, [])
        at = bisect_left(values, low)
        return at < len(values) and values[at] <= high

    def mentions(self, number: float) -> bool:
        """Whether a number stands in the source, with whatever unit."""
        return self.has(EVERY, number, number)

    @cached_property
    def pairs(self) -> tuple[tuple[Form, Form], ...]:
        """Numbers of one kind that stand near each other."""
        found = [each for each in self.found if not each.named]
        return tuple(_compared(found, NEAR))

    @cached_property
    def differences(self) -> Figures:
        """The differences of near numbers, as figures of their kind."""
        return self._derived(
            (abs(a.value - b.value), a.kind) for a, b in self.pairs if a.kind != PLAIN or a.step == b.step
        )

    @cached_property
    def sums(self) -> Figures:
        """What neighbours come to together."""
        return self._derived((one.raw + two.raw, PLAIN) for one, two in pairwise(self.found))

    @cached_property
    def joint(self) -> Figures:
        """What two counts come to that are named together: `eight generic and five personal methods`."""
        counts = (pair for pair in pairwise(self.found) if all(each.whole and not each.named for each in pair))
        joined = ((a, b) for a, b in counts if _AND.fullmatch(self.text, a.end, b.start))
        return self._derived((a.raw + b.raw, PLAIN) for a, b in joined)

    @cached_property
    def changes(self) -> Figures:
        """Relative changes between near numbers: parts and multiples of a part."""
        kinds = ((a, b, RATIO if a.kind in MEASURED else OWN) for a, b in self.pairs)
        found = ((abs(a.value - b.value) / abs(c.value), k) for a, b, k in kinds for c in (a, b) if c.value)
        return self._derived(found)

    @cached_property
    def direct(self) -> Figures:
        """Relative changes said in one breath: `from 12.5 to 8.3`."""
        near = ((one, two) for one, two in pairwise(self.found) if _TO.fullmatch(self.text, one.end, two.start))
        return self._derived((abs(a.raw - b.raw) / c.raw, RATIO) for a, b in near for c in (a, b) if c.raw)

    @cached_property
    def multiples(self) -> Figures:
        """How many times one number is another near one; of parts and per cents, how often they go into a whole."""
        plain = [each for each in self.found if not each.named and not each.word]
        pairs = [(a.value, b.value) for a, b in _compared(plain, CLOSE) if a.value > 0 < b.value]
        found = [max(pair) / min(pair) for pair in pairs if max(pair) >= LEAST * min(pair)]
        found += [times - 1 for times in self._values.get(TIMES, [])]  # 2x as fast is faster by one time
        for part in self._values.get(RATIO, []):
            found += [1 + part, *([1 / part] if part else []), *([1 / (1 - part)] if part < 1 else [])]
        found += [1 / part for part in self._values.get(OWN, []) if 0 < part < 1]
        found += [10**order for order in self._values.get(ORDERS, []) if order < HUGE]
        return self._derived((each, TIMES) for each in found)

    @cached_property
    def parts(self) -> Figures:
        """Parts that are said as multiples: a third of it is 3 times less."""
        found = [part for times in self._values.get(TIMES, []) if times for part in (times, times - 1, 1 / times)]
        return self._derived((each, RATIO) for each in found)

    @cached_property
    def rests(self) -> Figures:
        """What is left of a whole."""
        found = [1 - part for part in self._values.get(RATIO, [])]
        found += [1 - 1 / times for times in self._values.get(TIMES, []) if times]
        return self._derived((each, RATIO) for each in found)

    @staticmethod
    def _derived(found: Iterable[tuple[float, str]]) -> Figures:
        made = Figures("")
        values: defaultdict[str, set[float]] = defaultdict(set)
        for value, kind in found:
            values[kind].add(value)
        made._values = {kind: sorted(each) for kind, each in values.items()}
        return made

    @cached_property
    def listed(self) -> frozenset[int]:
        """How many members the source's lists have: `A, B, and C` is three."""
        return counts.lists(self.text)

    def counted(self, noun: str) -> set[float]:
        """How many of a thing there are."""
        if noun not in self._counted:
            self._counted[noun] = counts.of(self.text, self.found, noun)
        return self._counted[noun]
