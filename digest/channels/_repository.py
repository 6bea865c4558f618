"""Real git, called so that it can neither hang nor give anything away.

Every call has a time limit and ends with all that it started; no call asks a person; hooks, signing and background
work of the user's own settings stay out. The token is in the environment alone: on no command line, in no file, and
in nothing that git says. Documentation: https://git-scm.com/docs/git, https://git-scm.com/docs/gitcredentials
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from digest.errors import ChannelError

SECONDS = 120.0  # one call, also one that sends and receives
BOT = ("github-actions[bot]", "41898282+github-actions[bot]@users.noreply.github.com")
NOBODY = ("arxiv-digest", "arxiv-digest@localhost")
TIMED_OUT = 124  # the exit code of timeout(1)
MAX_WORDS = 300  # characters of what git says

# How to reach a server and who commits; other variables could point git at another repository or make it print secrets.
_KEPT = re.compile(r"GIT_(?:SSH|SSL_|ASKPASS|CONFIG|AUTHOR_|COMMITTER_|EXEC_PATH|HTTP_)")
_TELLING = re.compile(r"\[(?:remote )?rejected\]|^(?:fatal|error): (?!failed to push)")
_SETTINGS = (
    f"core.hooksPath={os.devnull}",
    "core.fsmonitor=false",
    "commit.gpgSign=false",
    "gc.auto=0",
    "maintenance.auto=false",
    "rebase.updateRefs=false",
)
# Run by git itself, which gives it `get`; the shell that runs it reads the token from the environment.
_HELPER = '!f() { test "$1" = get && printf "username=x-access-token\\npassword=%s\\n" "$PUSH_TOKEN"; }; f'


class Done(NamedTuple):
    """How a call of git ended."""

    code: int
    out: str
    err: str

    @property
    def why(self) -> str:
        """The one line that says what went wrong, without secrets and control characters."""
        lines = [line for line in self.err.splitlines() if line.strip() and not line.startswith("hint:")]
        telling = [line for line in lines if _TELLING.search(line)]
        return _harmless((telling or lines or [f"git ended with {self.code}"])[-1])


class Git:
    """git in one folder; `settings` are added to its configuration for these calls alone."""

    def __init__(self, root: Path, settings: tuple[str, ...] = (), seconds: float = SECONDS) -> None:
        self.root = root
        self.settings = settings
        self.seconds = seconds

    def __call__(self, *arguments: str) -> str:
        """What a call prints, without the newline at its end. Raises ChannelError when it fails."""
        done = self.run(*arguments)
        if done.code != 0:
            raise ChannelError(f"git {arguments[0]}: {done.why}")
        return done.out.removesuffix("\n")

    def ask(self, *arguments: str) -> str:
        """What a call prints, or nothing when it fails: for questions that may have no answer."""
        done = self.run(*arguments)
        return "" if done.code else done.out.removesuffix("\n")

    def agrees(self, *arguments: str) -> bool:
        """Whether a call ends well: for questions of yes and no."""
        return self.run(*arguments).code == 0

    def run(self, *arguments: str) -> Done:
        """A call, however it ends; one that takes too long is stopped. Raises ChannelError when there is no git."""
        settings = (word for each in (*_SETTINGS, *_credentials(), *self.settings) for word in ("-c", each))
        command = ["git", "-C", str(self.root), *settings, *arguments]
        pipe = subprocess.PIPE
        try:
            # A session of its own: nothing in it can ask at the terminal, and all of it can be stopped at once.
            process = subprocess.Popen(  # noqa: S603 - no shell; the arguments are ours
                command, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe, env=_environment(), start_new_session=True
            )
        except FileNotFoundError as error:
            raise ChannelError("git is not installed: https://git-scm.com/downloads") from error
        try:
            out, err = process.communicate(timeout=self.seconds)
        except subprocess.TimeoutExpired:
            return Done(TIMED_OUT, "", f"fatal: no end after {self.seconds:.0f} s")
        finally:
            _stop(process)
        return Done(process.returncode, os.fsdecode(out), os.fsdecode(err))

    def known(self, branch: str) -> tuple[str, ...]:
        """What the remote had when it was last heard of, for `rev-list --not`."""
        tracked = f"refs/remotes/origin/{branch}"
        return (tracked,) if self.agrees("rev-parse", "--verify", "--quiet", tracked) else ("--remotes=origin",)

    def verify(self) -> None:
        """Raises ChannelError when this is no repository."""
        done = self.run("rev-parse", "--git-dir")
        if done.code:
            raise ChannelError(f"{self.root}: git finds no repository here; clone your fork and run there ({done.why})")

    def branch(self) -> str:
        """The branch that is checked out, in a repository with a remote. Raises ChannelError that says what to do."""
        self.verify()
        branch = self.ask("symbolic-ref", "--quiet", "--short", "HEAD")
        if not branch:
            raise ChannelError("no branch is checked out: run the workflow on a branch, not on a tag")
        if not self.agrees("remote", "get-url", "origin"):
            raise ChannelError("there is nowhere to push: `git remote add origin …` names the place")
        return branch


def author(git: Git) -> tuple[str, ...]:
    """Who commits, as settings: the bot on GitHub, else the user as git knows them, else a name of ours."""
    if os.environ.get("GITHUB_ACTIONS") == "true":
        name, address = BOT
    elif git.agrees("-c", "user.useConfigOnly=true", "var", "GIT_COMMITTER_IDENT"):
        return ()
    else:
        name, address = NOBODY
    return (f"user.name={name}", f"user.email={address}")


def _credentials() -> tuple[str, ...]:
    """PUSH_TOKEN for GitHub's server only; the empty value drops helpers that could write it to a disk."""
    if not os.environ.get("PUSH_TOKEN"):
        return ()
    key = f"credential.{os.environ.get('GITHUB_SERVER_URL') or 'https://github.com'}.helper"
    return (f"{key}=", f"{key}={_HELPER}")


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_") or _KEPT.match(name)}
    # English, because it is read; paths as they are written; no questions.
    return kept | {"LC_ALL": "C", "GIT_LITERAL_PATHSPECS": "1", "GIT_TERMINAL_PROMPT": "0", "GCM_INTERACTIVE": "never"}


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Ends a call that has not ended, with everything it started; also when a person interrupts."""
    if process.poll() is not None:
        return
    if sys.platform == "win32":
        process.kill()
    else:
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def _harmless(words: str) -> str:
    token = os.environ.get("PUSH_TOKEN")
    words = words.replace(token, "***") if token else words
    words = re.sub(r"://[^/@\s]+@", "://", words)  # a password inside of an address
    words = re.sub(r"\b([0-9a-f]{10})[0-9a-f]{30,54}\b", r"\1", words)  # a commit
    return "".join(each if each.isprintable() else " " for each in words).strip()[:MAX_WORDS]
