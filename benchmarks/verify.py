"""`python -m benchmarks.verify`: what the checks of a summary find on the labelled pairs, and what 10,000 pairs cost.

`labelled.jsonl` was looked at while the rules were written; `held_out.jsonl` was written after them, to change nothing.
"""

from __future__ import annotations

import json
import time
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

from digest import verify

DATA = Path(__file__).parents[1] / "tests" / "data" / "verify"
SETS = ("labelled", "held_out")
KINDS = {
    "digit": "changed digit",
    "unit": "changed unit",
    "baseline": "invented baseline",
    "dataset": "wrong data set",
    "negation": 'dropped "not"',
}
NUMERIC = ("digit", "unit")
PAIRS = 10_000
SIZE, FIELDS = 4, 5  # labelled pairs that make one of the usual size


class Pair(NamedTuple):
    """A source and an answer; `kind` and `wrong` say which error was planted; `hard`: right, not literal."""

    source: str
    answer: str
    language: str
    kind: str
    wrong: str
    hard: bool


def pairs(name: str) -> list[Pair]:
    """The pairs of one set."""
    rows = map(json.loads, (DATA / f"{name}.jsonl").read_text(encoding="utf-8").splitlines())
    return [Pair(**{field: row[field] for field in Pair._fields}) for row in rows]


class Score(NamedTuple):
    """How many pairs there are of a kind, and how many have the planted words (clean ones: any) doubted."""

    planted: int
    found: int


def found(pair: Pair) -> bool:
    """Whether a doubt touches the planted words; on a clean pair, whether there is any doubt."""
    doubts = verify.check(pair.source, pair.answer, pair.language)
    return any(not pair.kind or doubt.text in pair.wrong or _touches(doubt.text, pair.wrong) for doubt in doubts)


def _touches(doubted: str, wrong: str) -> bool:
    """Whether a doubt's text and the planted words share a number or a name."""
    return any(len(word) > 1 and word in doubted for word in wrong.replace("%", "").split()) or wrong in doubted


def scores(name: str) -> dict[str, Score]:
    """The score of each kind of error; the empty kind is the clean pairs."""
    by_kind: defaultdict[str, list[bool]] = defaultdict(list)
    for pair in pairs(name):
        by_kind[pair.kind].append(found(pair))
    return {kind: Score(len(each), sum(each)) for kind, each in by_kind.items()}


def _row(several: list[Pair]) -> str:
    """Some pairs as one, as the command takes it in."""
    answers = [pair.answer for pair in several] * 2
    return json.dumps({"source": " ".join(pair.source for pair in several), "answer": answers[:FIELDS]})


def seconds(count: int = PAIRS) -> float:
    """CPU seconds for so many pairs of the usual size (1,000 characters of abstract, an answer of 5 fields)."""
    every = [pair for name in SETS for pair in pairs(name)]
    rows = [_row(every[index % len(every) :][:SIZE] or every[:SIZE]) for index in range(count)]
    start = time.process_time()
    assert sum(1 for _ in verify.lines(rows)) == count
    return time.process_time() - start


def main() -> None:
    """Prints the tables and the cost."""
    for name in SETS:
        score = scores(name)
        hard = sum(pair.hard for pair in pairs(name))
        print(f"\n{name}: {sum(each.planted for each in score.values())} pairs\n{'kind of error':<20} planted  found")
        for kind, label in KINDS.items():
            each = score[kind]
            print(f"{label:<20} {each.planted:7}  {each.found:5}  {each.found / each.planted:6.1%}")
        clean = score[""]
        alarms = f"{clean.found / clean.planted:6.1%} false alarms; {hard} are right in other words"
        print(f"{'clean':<20} {clean.planted:7}  {clean.found:5}  {alarms}")
    print(f"\n{PAIRS:,} pairs of the usual size: {seconds():.1f} s CPU (30 asked)")


if __name__ == "__main__":
    main()
