"""Whole processes, by the operating system's own accounting."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[1]
RUNS = 7

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


@dataclass(frozen=True)
class Cost:
    """CPU and wall seconds, peak memory in MB."""

    cpu: float
    wall: float
    memory: float


def process(arguments: Sequence[str], *, environment: dict[str, str] | None = None, runs: int = RUNS) -> Cost:
    """The median cost of running Python with these arguments, after one run that is not counted."""
    costs = [_once(arguments, environment or {}) for _ in range(runs + 1)][1:]
    return Cost(*(median(getattr(cost, name) for cost in costs) for name in ("cpu", "wall", "memory")))


def _once(arguments: Sequence[str], environment: dict[str, str]) -> Cost:
    variables = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    variables.pop("PYTHONDONTWRITEBYTECODE", None)  # a user's second run has its modules compiled
    command = [sys.executable, "-S", "-c", LAUNCHER, *arguments]
    done = subprocess.run(command, env=variables, capture_output=True, text=True, check=True)
    status, cpu, wall, memory = json.loads(done.stdout)
    if status:
        raise RuntimeError(f"{' '.join(arguments)} ended with status {status}")
    return Cost(cpu, wall, memory)


def line(name: str, cost: Cost, floor: Cost | None = None, floor_name: str = "") -> None:
    """Prints a row, with the ratio to a floor."""
    print(f"{name:<52} {cost.cpu:6.3f} s CPU {cost.wall:6.3f} s wall {cost.memory:5.0f} MB")
    if floor:
        ratio = cost.cpu / floor.cpu
        print(f"  {floor_name:<50} {floor.cpu:6.3f} s CPU {'':15} {floor.memory:5.0f} MB   {ratio:.2f} x its CPU")
