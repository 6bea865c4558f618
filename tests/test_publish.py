"""The workflow's last step, `.github/scripts/publish.sh`, against real git repositories."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[1] / ".github" / "scripts" / "publish.sh"
PAGE = "digests/2031/07/2031-07-08.md"


def git(folder: Path, *arguments: str) -> str:
    """Runs git with an identity of its own."""
    identity = ["-c", "user.name=Ada Example", "-c", "user.email=ada@example.org", "-c", "init.defaultBranch=main"]
    command = ["git", *identity, *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout.strip()


def write(folder: Path, path: str, text: str) -> None:
    """Writes a file with its folders."""
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_text(text, encoding="utf-8")


def publish(clone: Path, tmp_path: Path) -> subprocess.CompletedProcess[str]:
    """The script as the workflow calls it, without pauses."""
    environment = {"PATH": "/usr/bin:/bin:/usr/local/bin", "HOME": str(tmp_path), "PUBLISH_PAUSE": "0"}
    return subprocess.run(["sh", str(SCRIPT)], cwd=clone, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def clones(tmp_path: Path) -> tuple[Path, Path, Path]:
    """A bare repository with one commit and two clones of it."""
    origin, one, two = tmp_path / "origin.git", tmp_path / "one", tmp_path / "two"
    git(tmp_path, "init", "--bare", str(origin))
    git(tmp_path, "clone", str(origin), str(one))
    write(one, "config.yaml", "categories: [eess.AS]\n")
    git(one, "add", ".")
    git(one, "commit", "-m", "start")
    git(one, "push", "origin", "HEAD:main")
    git(tmp_path, "clone", str(origin), str(two))
    return origin, one, two


def test_nothing_to_commit(clones: tuple[Path, Path, Path], tmp_path: Path) -> None:
    """A run that wrote nothing makes no commit."""
    origin, one, _ = clones
    before = git(origin, "rev-parse", "main")
    assert publish(one, tmp_path).returncode == 0
    assert git(origin, "rev-parse", "main") == before


def test_only_our_paths_are_committed(clones: tuple[Path, Path, Path], tmp_path: Path) -> None:
    """Pages and state go in; other changed files stay out; the message is the date alone."""
    origin, one, _ = clones
    write(one, PAGE, "a page\n")
    write(one, "state/ledger.tsv", "day\n")
    write(one, "stray.txt", "not ours\n")
    assert publish(one, tmp_path).returncode == 0
    assert git(origin, "show", "--name-only", "--format=%s", "main").split("\n\n") == [
        "digest: update 2031-07-08",
        f"{PAGE}\nstate/ledger.tsv",
    ]


def test_two_writers_both_arrive(clones: tuple[Path, Path, Path], tmp_path: Path) -> None:
    """When the branch has moved the commit is rebased; nobody's work is lost and nothing is forced."""
    origin, one, two = clones
    write(two, "config.yaml", "categories: [cs.SD]\n")
    git(two, "commit", "-am", "edit")
    git(two, "push", "origin", "HEAD:main")
    write(one, PAGE, "a page\n")
    assert publish(one, tmp_path).returncode == 0
    assert git(origin, "log", "--format=%s", "main").splitlines() == ["digest: update 2031-07-08", "edit", "start"]


def test_a_conflict_leaves_the_remote_alone(clones: tuple[Path, Path, Path], tmp_path: Path) -> None:
    """Two different pages of one day: an error, no half rebase, the remote as it was."""
    origin, one, two = clones
    write(two, PAGE, "their page\n")
    git(two, "add", ".")
    git(two, "commit", "-m", "theirs")
    git(two, "push", "origin", "HEAD:main")
    before = git(origin, "rev-parse", "main")
    write(one, PAGE, "our page\n")
    done = publish(one, tmp_path)
    assert done.returncode != 0
    assert "::error" in done.stdout + done.stderr
    assert git(origin, "rev-parse", "main") == before
    assert not (one / ".git" / "rebase-merge").exists()
