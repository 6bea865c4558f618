"""The channel `git` when its run is killed, wherever that is: the next one makes up for it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests import repositories
from tests.repositories import Place, clean, environment, git, push, write_day

ROOT = Path(__file__).parents[1]
DAY, EVE = "2031-07-08", "2031-07-07"


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No settings of whoever runs the tests."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.delenv("PUSH_TOKEN", raising=False)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A repository to push to."""
    return repositories.place(tmp_path)


PROGRAM = (
    "import sys\nfrom pathlib import Path\nfrom digest.channels import git\ngit.push(Path(sys.argv[1]), print, 0)\n"
)
WRAPPER = """#!/bin/sh
n=$(($(cat "{count}") + 1))
echo $n > "{count}"
[ $n -lt {at} ] || {{ kill -9 $PPID; exit 1; }}
exec {git} "$@"
"""


def killed_at(call: int, clone: Path, folder: Path) -> bool:
    """A push in a process of its own that is killed where it makes its n-th call of git; whether it came that far."""
    count = folder / "count"
    count.write_text("0")
    wrapper = folder / "bin" / "git"
    wrapper.parent.mkdir(exist_ok=True)
    wrapper.write_text(WRAPPER.format(count=count, at=call, git=shutil.which("git")), encoding="utf-8")
    wrapper.chmod(0o755)
    env = environment(folder)
    env["PATH"] = f"{wrapper.parent}:{env['PATH']}"
    command = [sys.executable, "-c", PROGRAM, str(clone)]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode in {0, -9}, done.stderr
    return done.returncode == -9


def test_killed_at_every_step(place: Place) -> None:
    """Wherever a run is killed, the next one ends with both days, each once, and nothing left lying about."""
    start, call = place.tip(), 0
    theirs = place.clone("theirs")
    write_day(theirs, EVE)
    place.commit(theirs, "theirs")
    behind = place.tip()
    killed = True
    while killed:
        call += 1
        git(place.origin, "update-ref", "refs/heads/main", start)
        clone = place.clone(f"clone{call}")
        git(place.origin, "update-ref", "refs/heads/main", behind)
        write_day(clone, DAY)
        killed = killed_at(call, clone, place.folder)
        push(clone)
        assert place.subjects() == ["digest: 2031-07-08 (55 announced, 3 matched)", "theirs", "start"], call
        assert place.days() == {EVE, DAY}
        assert git(clone, "status", "--porcelain") == ""
        assert git(clone, "rev-parse", "HEAD") == place.tip()
        assert clean(clone)
    assert call > 20
