"""What a fault does to a folder: Monday is there, Tuesday was missed, on Wednesday arXiv is not well; then it is again.

Each drill is played once in a process, however many ask for it.
"""

from __future__ import annotations

import atexit
import re
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from tests.drills.arxiv import Spoil, simulated
from tests.drills.faults import EVERY, FAULTS, STALL, Fault, down
from tests.drills.mailings import MONDAY, mailings, noon, weekdays
from tests.drills.stage import SECONDS, Said, Stage, differences, kept

DAYS = weekdays(MONDAY, 3)
MISSED, TODAY = DAYS[1:]
MODES = ("listing", "listing and feed", "past pages", "everything")
Picked = dict[date, list[tuple[str, str]]]


@dataclass(frozen=True)
class Outcome:
    """A drill: what the run with the fault said and left, and what the next run, without it, made of that."""

    said: Said
    recovered: Said
    journal: str  # the run's outcome
    states: dict[date, str]
    picked: Picked
    pages: set[date]
    expected: Picked
    untouched: bool  # what Monday has is as it was
    lost: list[str]  # files that differ from a world without the fault, in the end


def spoilt(fault: Fault, mode: str) -> dict[str, Spoil]:
    """What happens to each source. The feed is asked only when the listing is of no use, which then is down."""
    if mode == "listing":
        return {"listing": fault.of("listing")}
    if mode == "listing and feed":
        return {"listing": down, "rss": fault.of("rss")}
    if mode == "past pages":
        return {"catchup": fault.of("catchup")}
    return {source: fault.of(source) for source in EVERY}


@cache
def _world() -> tuple[Stage, Stage, Picked]:
    """Monday, published; and the same folder after a Wednesday without faults. Both last as long as the process."""
    stack = ExitStack()
    atexit.register(stack.close)
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    monday = Stage(folder / "monday", stack.enter_context(simulated(mailings(DAYS))))
    monday.root.mkdir()
    monday.configure()
    monday.at(noon(DAYS[0]))
    calm = monday.copy(folder / "calm")
    calm.at(noon(TODAY))
    return monday, calm, calm.picked()


@cache
def outcome(fault: Fault, mode: str) -> Outcome:
    """Plays a drill."""
    monday, calm, expected = _world()
    with tempfile.TemporaryDirectory() as folder:
        stage = monday.copy(Path(folder) / "drill")
        stage.seconds = STALL / 4 if fault.slow else SECONDS
        stage.server.faults = spoilt(fault, mode)
        said = stage.at(noon(TODAY))
        stage.server.faults = {}
        untouched = _monday(stage) == _monday(monday)
        states = {day: line.state.value for day, line in stage.lines().items()}
        picked, pages, journal = stage.picked(), stage.pages(), str(stage.journal()[-1]["outcome"])
        stage.seconds = SECONDS
        recovered = stage.at(noon(TODAY))
        lost = differences(calm.root, stage.root)
        return Outcome(said, recovered, journal, states, picked, pages, expected, untouched, lost)


def _monday(stage: Stage) -> dict[str, bytes]:
    return {name: text for name, text in kept(stage.root).items() if str(DAYS[0]) in name}


def anonymous(text: str) -> str:
    """A message without this machine's addresses and the drills' own deadline."""
    text = re.sub(r"http://127\.0\.0\.1:\d+", "https://arxiv.org", text)
    return text.replace("within 0 s", "in time")


def message(fault: Fault) -> str:
    """The first line that tells the user what is wrong; of what does no harm, what is said of the day."""
    mode, source = ("listing", "listing") if "listing" in fault.sources else ("listing and feed", "rss")
    told = (line.strip() for line in outcome(fault, mode).said.err.splitlines())
    found = next((line for line in told if line.startswith(f"{source}: ")), "")
    said = outcome(fault, "everything").said
    return anonymous(found or next(line for line in said.out.splitlines() if str(TODAY) in line))


def lost(fault: Fault) -> str:
    """What is missing when the fault has ended and a run has followed: in the worst of its drills."""
    worst = max((outcome(fault, mode).lost for mode in MODES), key=len)
    if worst and fault.shown and all("/2031-07-" in name for name in worst):
        return "nothing; the titles stay as they were sent"
    return f"{len(worst)} files differ: {', '.join(worst)}" if worst else "nothing"


def drills() -> list[tuple[Fault, str]]:
    """All of them."""
    return [(fault, mode) for fault in FAULTS for mode in MODES]
