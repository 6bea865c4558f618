"""Every fault of a model's service against a day of a hundred papers, ten of which meet it.

`python -m tests.drills.answers` prints a row a fault; exit 1 when a paper is not on the page, when one without a
summary does not say why, or when the next run asks about anything but these.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import sys
import tempfile
from pathlib import Path

from digest import llm
from tests.fakes import model as fake
from tests.fakes.model import FakeModel, Question
from tests.fakes.server import serving
from tests.test_summaries import FAULTS, PAGE, answer
from tests.world import NOON, TUESDAY, World, paper

PAPERS, EVERY = 100, 10
SLOW = frozenset({"stall", "reset", "trouble"})  # waited for, or tried again and again


def number_of(question: Question) -> int:
    """Which paper is asked about."""
    return int(question.text.partition("number ")[2].partition(".")[0])


def played(name: str, folder: Path, model: FakeModel) -> tuple[str, bool]:
    """The row of a fault, and whether everything is as it should be."""
    ill = {f"3107.{number:05}" for number in range(EVERY, PAPERS + 1, EVERY)}
    with serving() as server:
        world = World(folder, server)
        world.announce(TUESDAY, [paper(number) for number in range(1, PAPERS + 1)])
        world.configure(
            f"include: [speech]\nllm:\n  base_url: {model.base_url}\n  model: {fake.FIRST_MODEL}\n"
            f"  api_key_env: DRILL_KEY\n  timeout: {0.5 if name in SLOW else 20}\n  concurrency: 8\n"
        )
        model.answer = lambda asked: FAULTS[name] if number_of(asked) % EVERY == 0 else answer(asked)
        first = quietly(world, "run")[0]
        page, failed = world.text(PAGE), without(world)
        model.answer, before = answer, len(model.chats)
        again = quietly(world, "run")[0]
        asked = {f"3107.{number_of(question):05}" for question in model.chats[before:]}
        left = without(world)
    there = page.count('<a id="3107.')
    explained = sum(bool(reason) for reason in failed.values())
    good = (first, again, there, explained) == (0, 0, PAPERS, len(ill)) and set(failed) == asked == ill and not left
    reason = next(iter(failed.values()), "")
    row = f"{name:<12} {there:>5} {len(failed):>7} {explained:>9} {len(asked):>5} {len(left):>5}  {reason[:60]}"
    return f"{row}{'' if good else '  WRONG'}", good


def without(world: World) -> dict[str, str]:
    """The papers that have no summary, with the reasons."""
    rows = map(json.loads, quietly(world, "export")[1].splitlines())
    return {row["id"]: row["summary"]["reason"] for row in rows if row["summary"]["status"] == "failed"}


def quietly(world: World, command: str) -> tuple[int, str]:
    """The exit code of a command, and what it printed."""
    with contextlib.redirect_stdout(io.StringIO()) as out:
        return world.run(command, "-q"), out.getvalue()


def main() -> int:
    """Plays them all."""
    os.environ |= {"DIGEST_NOW": NOON, "DRILL_KEY": fake.KEY}
    llm.FIRST_WAIT = 0.01
    print(f"{PAPERS} papers, every {EVERY}th meets the fault\nfault         page  failed explained  next  left  reason")
    wrong = 0
    for name in FAULTS:
        with tempfile.TemporaryDirectory() as folder, fake.serving() as model:
            row, good = played(name, Path(folder), model)
        print(re.sub(r"\s+$", "", row), flush=True)
        wrong += not good
    print(f"{len(FAULTS)} faults, {wrong} wrong")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
