"""The crash matrix: a run is killed at each point at which it changes files, then run again and compared.

`python -m tests.drills.matrix` kills at every point of every scenario; `--every 9` at each ninth and before all
renames; names of scenarios restrict it. Exit 1 when a file differs from the run that nobody disturbed.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from urllib.request import urlopen

from tests.drills.arxiv import ArXiv, simulated
from tests.drills.mailings import MONDAY, mailings, noon, weekdays
from tests.drills.saboteur import BEFORE, Point, Saboteur
from tests.drills.stage import KINDS, Stage, differences

DAYS = weekdays(MONDAY, 6)
FIRST, SECOND, LAST = noon(DAYS[0]), noon(DAYS[1]), noon(DAYS[4])
CRASHED = 70  # no exit code of ours
# Where a temporary file of a killed write may stay until the next write there; git ignores them.
REST = re.compile(r"state/journal/\.tmp-[0-9-]+\.jsonl")
README = "# Mine\n\n<!-- digest:start -->\nold\n<!-- digest:end -->\n\nafter\n"


class Step(NamedTuple):
    """A command at a moment, under a configuration."""

    moment: datetime
    arguments: tuple[str, ...] = ()
    config: str = KINDS


@dataclass(frozen=True)
class Scenario:
    """What was done before, undisturbed; the command that is killed; and what follows instead of the same again.

    `killed_before` is a part of the command's points, from 0 to 1, at which it is killed a first time.
    """

    name: str
    step: Step
    before: tuple[Step, ...] = ()
    after: tuple[Step, ...] = ()
    killed_before: float | None = None
    readme: bool = False
    unpaged: bool = False


_FILTERED = KINDS.replace("speech", "music")
_RANGE = ("backfill", "--from", str(DAYS[0]), "--to", str(DAYS[4]))
SCENARIOS = (
    Scenario("first run", Step(FIRST)),
    Scenario("second day", Step(SECOND), (Step(FIRST),)),
    Scenario("three missed days", Step(LAST), (Step(FIRST),)),
    Scenario("changed filters", Step(FIRST, config=_FILTERED), (Step(FIRST),)),
    Scenario("backfill of five days", Step(noon(DAYS[5]), _RANGE), (Step(noon(DAYS[5])),)),
    Scenario("render in another style", Step(SECOND, ("render",), f"{KINDS}style: sections\n"), (Step(LAST),)),
    Scenario("render of lost pages", Step(SECOND, ("render",)), (Step(FIRST), Step(SECOND)), unpaged=True),
    Scenario("readme: true", Step(SECOND, config=f"{KINDS}readme: true\n"), (Step(FIRST),), readme=True),
    Scenario("killed for the second time", Step(LAST), (Step(FIRST),), killed_before=0.5),
    Scenario("new filters after the kill", Step(FIRST), after=(Step(FIRST, config=_FILTERED),)),
    Scenario("render after the kill", Step(SECOND), (Step(FIRST),), after=(Step(SECOND, ("render",)), Step(SECOND))),
)


class Result(NamedTuple):
    """What came of a scenario: how many points there are, how many were tried, what differed, what stayed behind."""

    points: int
    tried: int
    wrong: tuple[str, ...]
    left: tuple[str, ...]


class Theatre:
    """Runs a scenario in folders below one, each command in a child of this process, before a server elsewhere."""

    def __init__(self, folder: Path, server: ArXiv) -> None:
        self.folder = folder
        self.server = server

    def play(self, scenario: Scenario, every: int) -> Result:
        """Kills at the points and compares."""
        start = self._set(scenario)
        plain = self._copied(start, "calm")
        points = self._points(plain, scenario.step)
        self._finish(plain, *scenario.after)
        if scenario.killed_before is not None:
            self._child(start, scenario.step, points[int(len(points) * scenario.killed_before)])
            points = self._points(self._copied(start, "counted"), scenario.step)
        renames = [point for point in points if point.call == "replace" and point.when == BEFORE]
        tried = [point for number, point in enumerate(points) if number % every == 0 or point in renames]
        wrong: list[str] = []
        left: set[str] = set()
        for point in tried:
            stage = self._copied(start, "killed")
            found = [*self._kill(stage, scenario.step, point), *self._made_up(stage, scenario, plain)]
            wrong += [f"{scenario.name}: {point}: {what}" for what in found]
            left |= _rests(stage)
        return Result(len(points), len(tried), tuple(wrong), tuple(sorted(left)))

    def _set(self, scenario: Scenario) -> Stage:
        stage = Stage(self.folder / "start", self.server)
        shutil.rmtree(stage.root, ignore_errors=True)
        stage.root.mkdir(parents=True)
        if scenario.readme:
            (stage.root / "README.md").write_text(README, encoding="utf-8")
        self._finish(stage, *scenario.before)
        if scenario.unpaged:
            shutil.rmtree(stage.root / "digests")
        return stage

    def _copied(self, stage: Stage, name: str) -> Stage:
        shutil.rmtree(self.folder / name, ignore_errors=True)
        return stage.copy(self.folder / name)

    def _points(self, stage: Stage, step: Step) -> list[Point]:
        """The points of a command, and the command done: told by the child through a file."""
        told = self.folder / "points"
        self._forked(stage, step, lambda _: None, told)
        rows = (row.split("\t") for row in told.read_text(encoding="utf-8").splitlines())
        return [Point(int(number), call, when) for number, call, when in rows]

    def _kill(self, stage: Stage, step: Step, point: Point) -> Iterator[str]:
        """Runs up to a point and not further."""
        status = self._child(stage, step, point)
        if not os.WIFSIGNALED(status) or os.WTERMSIG(status) != signal.SIGKILL:
            yield f"was not killed, but ended with status {status}"

    def _made_up(self, stage: Stage, scenario: Scenario, plain: Stage) -> Iterator[str]:
        """Goes on after a kill; what is not as if there had been none."""
        before = stage.journal()
        self._finish(stage, *(scenario.after or (scenario.step,)))
        if stage.journal()[: len(before)] != before:
            yield "the journal has lost a line"
        for name in differences(plain.root, stage.root):
            if name not in _rests(stage) or not REST.fullmatch(name):
                yield f"{name} differs"

    def _child(self, stage: Stage, step: Step, point: Point) -> int:
        def strike(reached: Point) -> None:
            if reached == point:
                os.kill(os.getpid(), signal.SIGKILL)

        return self._forked(stage, step, strike)

    def warm(self) -> None:
        """Does once what each child would do again: imports, templates. Its threads have ended when it returns."""
        stage = Stage(self.folder / "warm", self.server)
        stage.root.mkdir(parents=True)
        for arguments, more in (((), ""), (("render",), "style: sections\n")):
            stage.configure(KINDS + more)
            stage.at(FIRST, *arguments)

    def _finish(self, stage: Stage, *steps: Step) -> None:
        for step in steps:
            status = self._forked(stage, step, lambda _: None)
            if status:
                raise RuntimeError(f"an undisturbed {step.arguments or 'run'} ended with status {status}")

    def _forked(self, stage: Stage, step: Step, strike: Callable[[Point], None], told: Path | None = None) -> int:
        """A command in a child with everything imported already; its wait status."""
        stage.configure(step.config)
        with urlopen(f"{self.server.url}/now/{step.moment.isoformat()}") as answer:  # noqa: S310 - loopback
            answer.read()
        child = os.fork()
        if child:
            return os.waitpid(child, 0)[1]
        saboteur, code = Saboteur(strike), CRASHED
        try:
            with saboteur.at_work():
                code = stage.at(step.moment, *step.arguments).code
            if told is not None:
                rows = ("\t".join(map(str, point)) for point in saboteur.points)
                told.write_text("\n".join(rows), encoding="utf-8")
        finally:
            if code == CRASHED:
                traceback.print_exc()
            os._exit(code)


def _rests(stage: Stage) -> set[str]:
    """Temporary files."""
    return {path.relative_to(stage.root).as_posix() for path in stage.root.rglob(".tmp-*")}


@contextmanager
def server_elsewhere() -> Iterator[ArXiv]:
    """A simulated arXiv in a process of its own, for this one has to stay without threads; what stands for it here."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        with simulated(mailings(DAYS)) as arxiv:
            os.write(writer, arxiv.url.encode())
            os.close(writer)
            signal.pause()
    os.close(writer)
    try:
        yield ArXiv(url=os.read(reader, 1000).decode(), days=mailings(DAYS))
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def main(arguments: Sequence[str] | None = None) -> int:
    """Plays scenarios; exit 1 when something differed."""
    parser = argparse.ArgumentParser("python -m tests.drills.matrix", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="SCENARIO", help="only these")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="every Nth point, and before all renames")
    options = parser.parse_args(arguments)
    failed = False
    with tempfile.TemporaryDirectory() as folder, server_elsewhere() as server:
        theatre = Theatre(Path(folder), server)
        theatre.warm()
        for scenario in SCENARIOS:
            if options.names and scenario.name not in options.names:
                continue
            started = time.monotonic()
            result = theatre.play(scenario, options.every)
            print(
                f"{scenario.name}: {result.points} kill points, {result.tried} tried, {len(result.wrong)} differences"
                f" ({time.monotonic() - started:.1f} s)",
                flush=True,
            )
            for line in result.wrong:
                print(f"  {line}", file=sys.stderr)
            if result.left:
                print(f"  left behind until the next write: {', '.join(result.left)}")
            failed |= bool(result.wrong)
    return failed


if __name__ == "__main__":
    sys.exit(main())
