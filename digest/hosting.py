"""Commands about the repository that a digest lives in: hand over, push, raise the alarm.

`push` and `pack` need the standard library alone: nothing is installed in the job that may write.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from digest.commands import now_of, root_of
from digest.console import Console
from digest.errors import Complaint, ConfigError, StoreError

if TYPE_CHECKING:
    from digest.alarm import Alarm


def push(options: argparse.Namespace, console: Console) -> int:
    """Commits and pushes; with `--from`, only what passes the checks of a handover."""
    from digest.channels import git  # noqa: PLC0415 - with the standard library alone: nothing is installed there

    root: Path = getattr(options, "root", Path.cwd())
    if options.handover is not None:
        console.say(f"{len(git.admit(root, options.handover))} files checked and taken in")
    console.print(git.push(root, console.say))
    return 0


def pack(options: argparse.Namespace, console: Console) -> int:
    """Copies what is new into a folder."""
    from digest.channels import git  # noqa: PLC0415

    count = len(git.pack(getattr(options, "root", Path.cwd()), options.handover))
    console.print(f"{count} files packed into {options.handover}")
    return 0


def alarm(options: argparse.Namespace, console: Console) -> int:
    """Opens, updates or closes the issue of a digest that has stopped. Raises ConfigError without a token.

    Needs no configuration: a mistake in it may be why the digest has stopped.
    """
    from digest import alarm as rule  # noqa: PLC0415
    from digest.channels.issue import Channel  # noqa: PLC0415
    from digest.web import Web  # noqa: PLC0415

    repository, token = os.environ.get("GITHUB_REPOSITORY", ""), os.environ.get("GITHUB_TOKEN", "")
    if not (repository and token):
        message = "set GITHUB_REPOSITORY (owner/name) and GITHUB_TOKEN; the workflow does so by itself"
        raise ConfigError("environment", (Complaint(1, 1, message),))
    due = _due_alarm(options, f"{os.environ.get('GITHUB_SERVER_URL', 'https://github.com')}/{repository}/actions")
    api = os.environ.get("GITHUB_API_URL", "https://api.github.com")
    channel = Channel(Web(log=console.detail, say=console.say), api, repository, token)
    console.print(channel.raise_alarm(due.title, due.body) if due else channel.clear(rule.RECOVERED))
    return 0


def _due_alarm(options: argparse.Namespace, link: str) -> Alarm | None:
    """The alarm of the stored days; damaged files are one, too."""
    from digest import alarm as rule  # noqa: PLC0415
    from digest import arxiv  # noqa: PLC0415
    from digest import status as view  # noqa: PLC0415
    from digest.store import Store  # noqa: PLC0415

    store, now = Store(root_of(options)), now_of()
    try:
        began, today = store.first_day(), arxiv.expected_day(now)
        lines = store.lines(began or today, today)
        return rule.alarm(lines, view.silence(lines, began, now), store.journal.last(), link)
    except StoreError as error:
        return rule.damaged(str(error), link)
