"""Real git repositories on disk: one that is pushed to, clones of it, and what a run writes in them."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from digest.channels import git as channel

HEAD = "day\tstate\tsource\tannounced\tmatched\ttries\treason"
RULES = Path(__file__).parents[1] / ".gitattributes"
README = "# Mine\n\nabout it\n\n<!-- digest:start -->\n\nold\n\n<!-- digest:end -->\n\nthe end\n"


def git(folder: Path, *arguments: str) -> str:
    """Runs git with an identity of its own; the output without the newline at its end."""
    settings = ["user.name=Ada Example", "user.email=ada@example.org", "init.defaultBranch=main", "gc.auto=0"]
    command = ["git", *(word for each in settings for word in ("-c", each)), *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.rstrip("\n")


def write(folder: Path, path: str, text: str) -> None:
    """Writes a file with its folders."""
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_bytes(text.encode())


def page(day: str) -> str:
    """Where a day's page lies."""
    return f"digests/{day[:4]}/{day[5:7]}/{day}.md"


def write_day(clone: Path, day: str, announced: int = 55, matched: int = 3, state: str = "published") -> None:
    """What a run writes for a day: its page, its data, its line in every file of lines and in the index."""
    write(clone, page(day), f"page of {day}\n")
    write(clone, f"state/days/{day[:4]}/{day[5:7]}/{day}.json", '{"v": 1}\n')
    add_line(clone, f"state/ledger/{day[:4]}.tsv", HEAD, f"{day}\t{state}\tlisting\t{announced}\t{matched}\t0\t")
    add_line(clone, "state/seen/3107.tsv", "id\tshown\treplaced", f"3107.{day[-2:]:0>5}\t{day}\t")
    add_line(clone, f"state/journal/{day[:7]}.jsonl", "", f'{{"day": "{day}"}}')
    add_line(clone, "digests/README.md", "# Index", f"- {day}")


def add_line(clone: Path, path: str, head: str, line: str) -> None:
    """Adds a line to a file, which begins with a header."""
    lines = set(read(clone, path).splitlines()[1 if head else 0 :]) | {line}
    write(clone, path, "\n".join([*([head] if head else []), *sorted(lines)]) + "\n")


def read(folder: Path, path: str) -> str:
    """A file's text, empty when there is none."""
    return (folder / path).read_text(encoding="utf-8") if (folder / path).exists() else ""


@dataclass
class Place:
    """The repository that is pushed to, in a folder where clones can be made."""

    folder: Path

    @property
    def origin(self) -> Path:
        """The bare repository."""
        return self.folder / "origin.git"

    def clone(self, name: str, *options: str) -> Path:
        """A new clone, as `actions/checkout` makes it when the option is `--depth=1`."""
        git(self.folder, "clone", *options, f"file://{self.origin}", name)
        return self.folder / name

    def commit(self, clone: Path, subject: str = "edit") -> None:
        """Commits everything in a clone and pushes it, as a person does."""
        git(clone, "add", "--all")
        git(clone, "commit", "--message", subject)
        git(clone, "push", "origin", "HEAD:main")

    def subjects(self) -> list[str]:
        """The commits of the remote's branch, newest first."""
        return git(self.origin, "log", "--format=%s", "main").splitlines()

    def tip(self) -> str:
        """The remote's newest commit."""
        return git(self.origin, "rev-parse", "main")

    def files(self) -> list[str]:
        """The files of the remote's branch."""
        return git(self.origin, "ls-tree", "-r", "--name-only", "main").splitlines()

    def text(self, path: str) -> str:
        """A file of the remote's branch."""
        return git(self.origin, "show", f"main:{path}") + "\n"

    def days(self) -> set[str]:
        """The days in the remote's ledger."""
        return {line[:10] for line in self.text("state/ledger/2031.tsv").splitlines() if line[:1].isdigit()}


def place(folder: Path) -> Place:
    """A repository with one commit, on its branch `main`."""
    made = Place(folder)
    git(folder, "init", "--bare", str(made.origin))
    first = made.clone("first")
    write(first, "config.yaml", "categories: [eess.AS]\n")
    write(first, ".gitattributes", RULES.read_text(encoding="utf-8"))
    made.commit(first, "start")
    return made


def push(clone: Path) -> tuple[str, list[str]]:
    """The channel's push without pauses: what it returns, what it says meanwhile."""
    said: list[str] = []
    return channel.push(clone, said.append, pause=0), said


def hook(origin: Path, name: str, script: str) -> None:
    """Puts a hook into a repository."""
    path = origin / "hooks" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)


def environment(folder: Path, **more: str) -> dict[str, str]:
    """For a program of its own: the user's git settings stay outside."""
    return {"PATH": os.environ["PATH"], "HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1", **more}


def clean(clone: Path) -> bool:
    """Whether nothing of a rebase is left in a clone."""
    left = [path for name in ("rebase-merge", "digest", "worktrees/*") for path in (clone / ".git").glob(name)]
    return left == [] and "prunable" not in git(clone, "worktree", "list", "--porcelain")
