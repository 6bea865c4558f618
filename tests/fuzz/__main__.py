"""`python -m tests.fuzz [seconds] [target ...]`: fuzzes each reader, says what came of it; exit 1 on a finding.

atheris (https://pypi.org/project/atheris/) drives libFuzzer, whose arguments and exit codes are these:
https://llvm.org/docs/LibFuzzer.html#options. Without it the run is skipped.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

SECONDS = 10
SHOWN = 300  # bytes of an input that was found
MEMORY_MB, INPUT_SECONDS, LONGEST = 1024, 5, 160_000
GRACE = 120  # seconds for imports, for the seeds, and for one slow input
WHY = {70: "too slow", 71: "too much memory", 77: "crash"}
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Outcome:
    """What came of a target; `found` are the inputs that were saved."""

    target: str
    seeds: int
    executions: int
    per_second: int
    verdict: str
    found: tuple[Path, ...]
    said: str


def main(arguments: list[str]) -> int:
    """Runs the targets beside one another, one a processor."""
    if importlib.util.find_spec("atheris") is None:
        print("skipped: atheris is not installed")
        return 0
    from tests.fuzz.targets import TARGETS  # noqa: PLC0415 - what cannot run need not be imported

    seconds = int(arguments[0]) if arguments[:1] and arguments[0].isdigit() else SECONDS
    names = [name for name in arguments if not name.isdigit()] or list(TARGETS)
    if unknown := set(names) - set(TARGETS):
        print(f"no such target: {', '.join(sorted(unknown))}; there are {', '.join(TARGETS)}", file=sys.stderr)
        return 2
    folder = Path(tempfile.mkdtemp(prefix="digest-fuzz-"))
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        outcomes = list(pool.map(lambda name: fuzz(name, seconds, folder / name), names))
    print("\n".join(table(outcomes)))
    if any(outcome.verdict != "ok" for outcome in outcomes):
        return 1
    shutil.rmtree(folder)
    return 0


def fuzz(target: str, seconds: int, folder: Path) -> Outcome:
    """One target for some seconds, in a process of its own that starts from the seeds."""
    from tests.fuzz import seeds  # noqa: PLC0415

    corpus, found = folder / "corpus", folder / "found"
    corpus.mkdir(parents=True)
    found.mkdir()
    given = seeds.of(target)
    for number, seed in enumerate(given):
        (corpus / f"seed-{number}").write_bytes(seed)
    tokens = folder / "tokens"
    tokens.write_text("".join(f'"{_hex(token)}"\n' for token in seeds.TOKENS[target]), encoding="ascii")
    options = (
        f"-max_total_time={seconds}",
        f"-timeout={INPUT_SECONDS}",
        f"-rss_limit_mb={MEMORY_MB}",
        f"-max_len={LONGEST}",
        f"-artifact_prefix={found}/",
        f"-dict={tokens}",
        "-print_final_stats=1",
    )
    command = [sys.executable, "-m", "tests.fuzz.child", target, *options, str(corpus)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=seconds + GRACE, check=False)
    return outcome(target, len(given), done, tuple(sorted(found.iterdir())))


def _hex(token: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in token.encode())


def outcome(target: str, seeds: int, done: subprocess.CompletedProcess[bytes], found: tuple[Path, ...]) -> Outcome:
    """What libFuzzer's report comes to."""
    said = done.stderr.decode("utf-8", "replace") + done.stdout.decode("utf-8", "replace")
    numbers = dict(re.findall(r"stat::(\w+):\s+(\d+)", said))
    verdict = WHY.get(done.returncode, f"exit {done.returncode}") if done.returncode or found else "ok"
    per_second = int(numbers.get("average_exec_per_sec", 0))
    return Outcome(target, seeds, int(numbers.get("number_of_executed_units", 0)), per_second, verdict, found, said)


def table(outcomes: list[Outcome]) -> list[str]:
    """A line a target, and what was found below."""
    lines = [f"{'target':10} {'executions':>10} {'per second':>10} {'seeds':>5}  verdict"]
    lines += [f"{o.target:10} {o.executions:>10} {o.per_second:>10} {o.seeds:>5}  {o.verdict}" for o in outcomes]
    for each in outcomes:
        for path in each.found:
            data = path.read_bytes()
            lines.append(f"\n{each.target}: {path} ({len(data)} bytes)\n{data[:SHOWN]!r}")
        if each.verdict != "ok":
            lines.append(_reason(each.said))
    return lines


def _reason(said: str) -> str:
    """The exception of a report, or its end."""
    trace = re.search(r"=== Uncaught Python exception: ===\n(.*?)(?:\n\n|==\d+==)", said, re.DOTALL)
    return trace[1].strip() if trace else "\n".join(said.splitlines()[-15:])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
