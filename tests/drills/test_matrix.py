"""The crash matrix, a part of it: `python -m tests.drills.matrix` is the whole."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.drills.matrix import SCENARIOS, Scenario
from tests.drills.saboteur import Point, Saboteur
from tests.drills.stage import REPOSITORY

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs a system that can copy a process")


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda each: each.name)
def test_a_killed_run_is_made_up_for(scenario: Scenario) -> None:
    """Wherever a run is killed, the next one leaves every file as if that had not happened."""
    command = [sys.executable, "-m", "tests.drills.matrix", "--every", "41", scenario.name]
    played = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=120, check=False)
    told = re.fullmatch(r".*: (\d+) kill points, (\d+) tried, 0 differences .*\n(  left behind .*\n)?", played.stdout)
    assert told, played.stdout + played.stderr
    assert int(told[1]) >= int(told[2]) > 1
    assert played.returncode == 0, played.stderr


def test_the_saboteur_counts(tmp_path: Path) -> None:
    """A write has a point before, in its middle and after; the calls of other files are left alone."""
    saboteur = Saboteur(lambda _: None)
    with saboteur.at_work():
        file = os.open(tmp_path / "a", os.O_WRONLY | os.O_CREAT)
        os.write(file, b"abcd")
        os.close(file)
        os.close(os.open(tmp_path / "a", os.O_RDONLY))
    assert [str(point) for point in saboteur.points] == [
        "before open 1", "after open 1", "before write 2", "half of write 2", "after write 2", "before close 3",
        "after close 3",
    ]  # fmt: skip
    assert (tmp_path / "a").read_bytes() == b"abcd"


def test_the_saboteur_strikes(tmp_path: Path) -> None:
    """In the middle of a write, half of the bytes are there."""

    def strike(point: Point) -> None:
        if point.when == "half of":
            raise OSError

    with Saboteur(strike).at_work(), pytest.raises(OSError):  # noqa: PT011 - it has no words
        os.write(os.open(tmp_path / "a", os.O_WRONLY | os.O_CREAT), b"abcd")
    assert (tmp_path / "a").read_bytes() == b"ab"
