"""The channel `git`: what a run wrote is committed and pushed to the branch that is checked out, never with force.

    pack    the files that are new or changed, laid out in a folder: what the job with the keys hands over
    admit   the way back, in the job that may write: everything is checked before anything is taken in
    push    commit our paths, push; when the branch has moved, put our commits on top of it and push again

Nothing is installed where `admit` and `push` run: the standard library has to do. Moving our commits takes place in
a work tree of its own, so that a conflict, a kill or a person's unsaved work costs nobody anything.
Documentation: https://git-scm.com/docs/git-push, git-rebase, git-worktree
"""

from __future__ import annotations

import re
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path

from digest.channels import _handover
from digest.channels._repository import Git, author
from digest.errors import ChannelError

OURS = ("README.md", "digests", "state")
LINES = ("digests/**/README.md", "state/ledger/*.tsv", "state/seen/*.tsv", "state/journal/*.jsonl")
SUBJECT = "digest: "  # how our commits begin; by this a commit is known that a killed run left behind
TRIES = 5
NOTHING = "nothing to push"

# Written out, because the user's settings may say otherwise.
_PUSH = ("--quiet", "--no-verify", "--no-signed", "--no-follow-tags", "--recurse-submodules=no")
_FETCH = ("--quiet", "--no-tags", "--no-recurse-submodules", "--refmap=")
_REBASE = ("--quiet", "--merge", "--no-fork-point", "--no-autosquash")

_PUBLISHED = re.compile(
    r"(\d{4}-\d{2}-\d{2})\t(provisional|published)\t[^\t]*\t(\d{1,6})\t(\d{1,6})\t\d*\t.*", re.ASCII
)
_DECLINED = re.compile(r"\[remote rejected\].*(?:declined|denied|prohibited|refus|checked out)")
_NOT_ALLOWED = re.compile(r"error: 40[13]|Authentication failed|could not read (?:Username|Password)")
_ADVICE = {
    _DECLINED: "is the branch protected? Let the workflow push to it, or run it on a branch of its own",
    _NOT_ALLOWED: "may it write here? On GitHub: Settings, Actions, General, Workflow permissions",
}


def pack(root: Path, folder: Path) -> tuple[str, ...]:
    """Copies what git calls new or changed below our paths into a folder, for `admit`; returns the paths.

    With the files goes the commit they were made from. Raises ChannelError.
    """
    git = Git(root)
    git.verify()
    paths = _handover.files(root, _changed(git))
    try:
        for path in paths:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(root / path, folder / path)
        if paths:
            (folder / _handover.BASE).write_text(git("rev-parse", "HEAD") + "\n", encoding="ascii")
    except OSError as error:
        raise ChannelError(f"{folder}: the files cannot be handed over ({error.strerror})") from error
    return paths


def admit(root: Path, folder: Path) -> tuple[str, ...]:
    """Takes a handover into the checkout, all of it or nothing; returns the paths. Raises ChannelError.

    When the branch has moved since the files were made, the checkout goes back to the commit they were made from:
    `push` then brings them forward like any other commit, and nobody's lines are overwritten.
    """
    texts = _handover.opened(folder)
    base = texts.pop(_handover.BASE, "").strip()
    git = Git(root)
    behind = bool(base) and base != git.ask("rev-parse", "HEAD")
    if behind:
        _verify_base(git, base)
    if "README.md" in texts:
        _handover.check_readme(_readme(git, base) if behind else _text(root / "README.md"), texts["README.md"])
    if behind:
        git("checkout", "--quiet", "-B", git.branch(), base)
    _handover.place(root, texts)
    return tuple(texts)


def push(root: Path, say: Callable[[str], None], pause: float = 3.0) -> str:
    """Commits our paths and pushes; returns what came of it, in a line. Raises ChannelError, with the remote untouched.

    `pause` is the first wait between two tries, in seconds; the waits grow. A commit that an earlier run made and
    did not get through is pushed too.
    """
    git = Git(root)
    git = Git(root, author(git))
    branch = git.branch()
    message = _commit(git)
    if not message and not _left_behind(git, branch):
        return NOTHING
    tip = _deliver(git, branch, say, pause)
    if tip != git("rev-parse", "HEAD") and not git.agrees("checkout", "--quiet", "-B", branch, tip):
        say(f"'{branch}' is pushed; changed files of yours keep this checkout behind it: git pull --rebase --autostash")
    return f"pushed to '{branch}': {git('log', '-1', '--format=%s', tip)}"


# --- the commit -------------------------------------------------------------------------------------------------------


def _changed(git: Git) -> Iterator[str]:
    """Our paths that differ from the last commit, relative to the root, which may lie inside of the repository."""
    prefix = git("rev-parse", "--show-prefix")
    status = git("status", "--porcelain", "-z", "--no-renames", "--untracked-files=all", "--", *OURS)
    paths = (entry[3:].removeprefix(prefix) for entry in status.split("\0") if entry)
    return (path for path in paths if _handover.is_ours(path) or (path == "README.md" and _only_block(git)))


def _only_block(git: Git) -> bool:
    """Whether README.md differs in the digest's lines alone: a person's own edit is theirs to commit."""
    return _handover.only_block_differs(_readme(git, "HEAD"), _text(git.root / "README.md"))


def _commit(git: Git) -> str:
    """Commits our paths alone, whatever else is staged; returns the message, or nothing when nothing has changed."""
    paths = sorted(_changed(git))
    if not paths:
        return ""
    message = _message(git)
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", newline="", suffix=".paths") as file:
        file.write("\0".join(paths))
        file.flush()
        chosen = (f"--pathspec-from-file={file.name}", "--pathspec-file-nul")
        git("add", "--all", *chosen)
        if git.agrees("diff", "--cached", "--quiet", "HEAD"):
            return ""
        git("commit", "--quiet", "--no-verify", "--only", "--message", message, *chosen)
    return message


def _message(git: Git) -> str:
    """Dates and counts, read as such from what is new in the ledger: no other text can get into a commit message."""
    days: dict[date, tuple[int, int]] = {}
    for path in sorted((git.root / "state/ledger").glob("*.tsv")):
        before = git.ask("cat-file", "blob", f"HEAD:./state/ledger/{path.name}").split("\n")
        # Of two lines of one day the published one is true, and it sorts after the provisional one.
        for line in sorted(set(_text(path).split("\n")) - set(before)):
            if row := _PUBLISHED.fullmatch(line):
                with suppress(ValueError):
                    days[date.fromisoformat(row[1])] = int(row[3]), int(row[4])
    if not days:
        return f"{SUBJECT}update"
    first, last = min(days), max(days)
    announced, matched = (sum(counts) for counts in zip(*days.values(), strict=True))
    span, many = (f"{first}", "") if first == last else (f"{first} to {last}", f"{len(days)} days, ")
    return f"{SUBJECT}{span} ({many}{announced} announced, {matched} matched)"


def _left_behind(git: Git, branch: str) -> bool:
    """Whether a commit of ours has never reached the remote."""
    subjects = git.ask("log", "--format=%s", "HEAD", "--not", *git.known(branch)).splitlines()
    return any(subject.startswith(SUBJECT) for subject in subjects)


# --- the push ---------------------------------------------------------------------------------------------------------


def _deliver(git: Git, branch: str, say: Callable[[str], None], pause: float) -> str:
    """Pushes until it gets through; returns the commit that did. Raises ChannelError."""
    tip = git("rev-parse", "HEAD")
    for attempt in range(1, TRIES + 1):
        done = git.run("push", *_PUSH, "origin", f"{tip}:refs/heads/{branch}")
        if done.code == 0:
            return tip
        advice = next((words for pattern, words in _ADVICE.items() if pattern.search(done.why)), "")
        if advice or attempt == TRIES:
            tries = "" if advice else f" in {TRIES} tries"
            raise ChannelError(f"'{branch}' could not be pushed{tries}: {done.why}" + (advice and f"; {advice}"))
        say(f"try {attempt} of {TRIES} did not get through: {done.why}")
        time.sleep(pause * attempt)
        tip = _onto_remote(git, branch, tip)
    raise AssertionError("the last try returns or raises")


def _onto_remote(git: Git, branch: str, tip: str) -> str:
    """Our commits on top of the remote branch, as a new tip. Raises ChannelError for a conflict.

    Only the commits that the remote never had: a branch that was rewritten does not get its old ones back. What the
    remote had is read from the tracking reference, so the fetch leaves that alone (`--refmap=`); a push moves it.
    """
    if not git.agrees("fetch", *_FETCH, "origin", _ref(branch)):
        return tip  # perhaps the network: the next push will tell
    remote = git("rev-parse", "FETCH_HEAD")
    if git.agrees("merge-base", "--is-ancestor", remote, tip):
        return tip
    own = git("rev-list", "--reverse", tip, "--not", remote, *git.known(branch)).split()
    return _rebased(git, tip, own[0], remote) if own else remote


def _rebased(git: Git, tip: str, first: str, remote: str) -> str:
    """The commits from `first` to `tip` on top of `remote`; those that bring nothing new any more are left out."""
    parent = git.ask("rev-parse", "--verify", "--quiet", f"{first}^")
    with _workshop(git, tip, _rules(git, parent, tip)) as inside:
        done = inside.run("rebase", *_REBASE, "--onto", remote, *([parent] if parent else ["--root"]))
        if done.code == 0:
            return inside("rev-parse", "HEAD")
        both = inside.ask("diff", "--name-only", "-z", "--diff-filter=U").split("\0")
        if not both[0]:
            raise ChannelError(f"what was collected could not be put on top of the branch: {done.why}")
        raise ChannelError(
            f"the branch changed in the same place while the digest was written ({ascii(both[0])[1:-1]}); nothing was "
            "pushed. On GitHub run the workflow again; in a checkout of yours: git pull --rebase"
        )


@contextmanager
def _workshop(git: Git, tip: str, rules: str) -> Iterator[Git]:
    """A second work tree for the length of a `with`; what a killed run left of an earlier one is cleared away."""
    folder = Path(git("rev-parse", "--absolute-git-dir")) / "digest"
    tree, attributes = folder / "tree", folder / "attributes"
    shutil.rmtree(folder, ignore_errors=True)
    try:
        folder.mkdir()
        attributes.write_text(rules, encoding="utf-8")
        git("worktree", "add", "--quiet", "--force", "--detach", str(tree), tip)
        yield Git(tree, (*git.settings, f"core.attributesFile={attributes}"))
    except OSError as error:
        raise ChannelError(f"{folder}: cannot be written ({error.strerror})") from error
    finally:
        git.run("worktree", "remove", "--force", "--force", str(tree))
        shutil.rmtree(folder, ignore_errors=True)


def _rules(git: Git, before: str, after: str) -> str:
    """How two runs' files are joined, for a repository whose own `.gitattributes` does not say.

    README.md's block is joined too, where nothing else differs: never lines that a person wrote.
    """
    block = _handover.only_block_differs(_readme(git, before), _readme(git, after))
    prefix = git("rev-parse", "--show-prefix")
    return "".join(f"/{prefix}{path} merge=union\n" for path in (*LINES, *(["README.md"] if block else [])))


# --- small things -----------------------------------------------------------------------------------------------------


def _verify_base(git: Git, base: str) -> None:
    """That a handover may be taken in at its base: a commit of this branch, from which nothing unsaved is left."""
    branch = git.branch()
    if git.ask("rev-parse", "--is-shallow-repository") == "true":
        git("fetch", *_FETCH, "--unshallow", "origin", _ref(branch))
    if not git.agrees("merge-base", "--is-ancestor", base, "HEAD"):
        raise ChannelError(f"'{branch}' was rewritten while the digest was written; nothing was pushed, run it again")
    if git("rev-list", "--max-count=1", "HEAD", "--not", *git.known(branch)):
        raise ChannelError(f"'{branch}' has commits that were never pushed: push them first")


def _ref(branch: str) -> str:
    return f"refs/heads/{branch}"


def _readme(git: Git, commit: str) -> str:
    return git.ask("cat-file", "blob", f"{commit}:./README.md")


def _text(path: Path) -> str:
    """A file's text; nothing when there is none. Raises ChannelError."""
    try:
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""
    except OSError as error:
        raise ChannelError(f"{path}: cannot be read ({error.strerror})") from error
