"""What the machine does to a run: a full disk, a folder that cannot be written, a wrong clock, another run."""

from __future__ import annotations

import errno
import os
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from digest.models import State
from tests.drills.arxiv import simulated
from tests.drills.mailings import MONDAY, mailings, noon, weekdays
from tests.drills.saboteur import BEFORE, HALF, Point, Saboteur
from tests.drills.stage import Stage, differences

DAYS = weekdays(MONDAY, 3)
TODAY = noon(DAYS[1])


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """A folder in which Monday is published."""
    with simulated(mailings(DAYS)) as server:
        made = Stage(tmp_path / "stage", server)
        made.root.mkdir()
        made.configure()
        made.at(noon(DAYS[0]))
        yield made


@pytest.fixture
def calm(stage: Stage, tmp_path: Path) -> Stage:
    """The same after an undisturbed Tuesday."""
    made = stage.copy(tmp_path / "calm")
    assert made.at(TODAY).code == 0
    return made


def points(stage: Stage, folder: Path) -> list[Point]:
    """Where Tuesday's run changes files."""
    saboteur, copied = Saboteur(lambda _: None), stage.copy(folder)
    with saboteur.at_work():
        copied.at(TODAY)
    return saboteur.points


@pytest.mark.parametrize("for_good", [True, False], ids=["stays full", "for a moment"])
def test_a_full_disk(stage: Stage, calm: Stage, tmp_path: Path, for_good: bool) -> None:
    """Full at any write: one clear line, exit 1 or, for a page, 4; after that the next run leaves no difference."""
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    writes = [point for point in points(stage, tmp_path / "counted") if point.call == "write" and point.when == HALF]
    assert len(writes) > 8
    codes: set[int] = set()
    for point in writes:
        tried = stage.copy(tmp_path / f"full-{point.number}")

        def strike(reached: Point, at: Point = point) -> None:
            if reached == at or (for_good and reached.call == "write" and reached.number > at.number):
                raise full

        with Saboteur(strike).at_work():
            said = tried.at(TODAY)
        codes.add(said.code)
        unharmed = said.code == 0 and not for_good  # it was the cache, which is worth no failure
        assert unharmed or said.code in {1, 4}
        assert unharmed or "cannot be written (No space left on device)" in said.err
        assert "Traceback" not in said.err
        assert not list(tried.root.rglob(".tmp-*"))
        assert tried.at(TODAY).code == 0
        assert differences(calm.root, tried.root) == []
    assert 1 in codes


def test_a_small_disk(stage: Stage, calm: Stage, tmp_path: Path) -> None:
    """The same on a real file system of few blocks, where the machine lets us make one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "none", str(disk)]
    if os.name == "nt" or os.geteuid() or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root can make a small disk, and not everywhere")
    try:
        small = stage.copy(disk / "stage")
        room = os.statvfs(disk)
        ballast = disk / "ballast"
        ballast.write_bytes(bytes(room.f_bavail * room.f_bsize - 12_288))
        said = small.at(TODAY)
        assert said.code in {1, 4}
        assert "No space left on device" in said.err
        ballast.unlink()
        assert small.at(TODAY).code == 0
        assert differences(calm.root, small.root) == []
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_a_folder_that_cannot_be_written(stage: Stage, calm: Stage) -> None:
    """Exit 1 with the path, nothing asked of arXiv; when it can be written again nothing is missing."""

    def strike(point: Point) -> None:
        if point.when == BEFORE and point.call in {"open", "mkdir", "replace"}:
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    asked = len(stage.server.requests)
    with Saboteur(strike).at_work():
        said = stage.at(TODAY)
    assert said.code == 1
    assert f"{stage.root}/.cache/lock: cannot be written (Read-only file system)" in said.err
    assert len(stage.server.requests) == asked
    assert stage.at(TODAY).code == 0
    assert differences(calm.root, stage.root) == []


@pytest.mark.parametrize("days", [-400, -1, 1, 400])
def test_a_wrong_clock(stage: Stage, calm: Stage, monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    """Papers stand under arXiv's date, whatever the machine's; with the right time again nothing is missing."""
    real = Stage.run

    def run(self: Stage, *arguments: str) -> int:
        monkeypatch.setenv("DIGEST_NOW", (TODAY + timedelta(days=days)).isoformat())
        return real(self, *arguments)

    with monkeypatch.context() as patch:
        patch.setattr(Stage, "run", run)
        assert stage.at(TODAY).code in {0, 3, 4}
    assert stage.pages() <= set(DAYS[:2])
    assert stage.picked().items() <= calm.picked().items()
    assert stage.at(TODAY).code == 0
    assert stage.picked() == calm.picked()
    for each in (stage, calm):
        assert each.at(noon(DAYS[2])).code == 0
    assert stage.picked() == calm.picked()
    assert {day: line.state for day, line in stage.lines().items()} == dict.fromkeys(DAYS, State.PUBLISHED)


def test_two_runs_at_once(stage: Stage, calm: Stage) -> None:
    """Two processes in one folder: both end well, the day is there once."""
    running = [stage.start(TODAY) for _ in range(2)]
    said = [process.communicate(timeout=60) for process in running]
    assert [process.returncode for process in running] == [0, 0], said
    assert differences(calm.root, stage.root) == []
    assert len(stage.journal()) == 2  # Monday's run and one of Tuesday's
    assert sum(path.startswith("/list/") for path in stage.server.paths) == 2 * 3  # Monday, the calm Tuesday, this one
