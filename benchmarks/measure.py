"""Whole processes, by the operating system's own accounting."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[1]
RUNS = 7
FLAT = 1.10  # what grows by less is called flat

# A process of its own and small, because a child's peak memory begins with that of the process it was started from.
LAUNCHER = """
import json, os, sys, time
quiet = [(os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_WRONLY, 0o600) for fd in (1, 2)]
start = time.perf_counter()
pid = os.posix_spawn(sys.executable, [sys.executable, *sys.argv[1:]], os.environ, file_actions=quiet)
_, status, usage = os.wait4(pid, 0)
wall = time.perf_counter() - start
print(json.dumps([status, usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024]))
"""

# Runs `python -m digest` and hears of every file it opens and every folder it lists below the first argument.
WATCHER = """
import json, os, runpy, sys
root, report, *sys.argv[1:] = sys.argv[1:]
found = {"read": 0, "bytes": 0, "written": 0, "listed": 0}
def hear(event, arguments):
    if event not in {"open", "os.scandir", "os.listdir"} or not isinstance(arguments[0], (str, os.PathLike)):
        return
    path = os.path.abspath(arguments[0])
    if not path.startswith(root):
        return
    if event != "open":
        found["listed"] += 1
    elif arguments[2] & (os.O_WRONLY | os.O_RDWR):
        found["written"] += 1
    elif os.path.exists(path):
        found["read"] += 1
        found["bytes"] += os.stat(path).st_size
sys.addaudithook(hear)
try:
    runpy.run_module("digest", run_name="__main__", alter_sys=True)
finally:
    with open(report, "w") as file:
        json.dump(found, file)
"""


@dataclass(frozen=True)
class Cost:
    """CPU and wall seconds, peak memory in MB."""

    cpu: float
    wall: float
    memory: float


@dataclass(frozen=True)
class Files:
    """What a run does below its root: files read, their bytes, files written, folders listed."""

    read: int
    bytes: int
    written: int
    listed: int


def process(
    arguments: Sequence[str], *, environment: Mapping[str, str] | None = None, new: Path | None = None, runs: int = RUNS
) -> Cost:
    """The median cost of running Python with these arguments, after one run that is not counted.

    `new` is a folder that each run finds removed: a day that is there already is not done again.
    """
    costs = []
    for _ in range(runs + 1):
        if new is not None and new.exists():
            shutil.rmtree(new)
        costs.append(once(arguments, environment or {}))
    return middle(costs[1:])


def middle(costs: Sequence[Cost]) -> Cost:
    """The median of each figure."""
    return Cost(*map(median, zip(*map(astuple, costs), strict=True)))


def once(arguments: Sequence[str], environment: Mapping[str, str]) -> Cost:
    """The cost of one run. Raises RuntimeError when it fails."""
    variables = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    variables.pop("PYTHONDONTWRITEBYTECODE", None)  # a user's second run has its modules compiled
    command = [sys.executable, "-S", "-c", LAUNCHER, *arguments]
    done = subprocess.run(command, env=variables, capture_output=True, text=True, check=True)
    status, cpu, wall, memory = json.loads(done.stdout)
    if status:
        raise RuntimeError(f"{' '.join(arguments)} ended with status {status}")
    return Cost(cpu, wall, memory)


def watched(root: Path, arguments: Sequence[str], environment: Mapping[str, str]) -> Files:
    """The files below a root that one run of `python -m digest` opens."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        once(["-c", WATCHER, f"{root}{os.sep}", str(report), *arguments], environment)
        return Files(**json.loads(report.read_text(encoding="utf-8")))


def line(name: str, cost: Cost, floor: Cost | None = None, floor_name: str = "") -> None:
    """Prints a row, with the ratio to a floor."""
    print(f"{name:<52} {cost.cpu:6.3f} s CPU {cost.wall:6.3f} s wall {cost.memory:5.0f} MB")
    if floor:
        ratio = cost.cpu / floor.cpu
        print(f"  {floor_name:<50} {floor.cpu:6.3f} s CPU {'':15} {floor.memory:5.0f} MB   {ratio:.2f} x its CPU")
