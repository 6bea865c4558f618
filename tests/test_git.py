"""The channel `git`: what it commits, what it says, and what it leaves alone; against real repositories."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from digest.channels import git as channel
from digest.channels._repository import NOBODY, Git
from digest.errors import ChannelError
from tests import repositories
from tests.repositories import HEAD, Place, git, hook, page, push, write, write_day

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


def test_nothing_to_commit(place: Place) -> None:
    """A run that wrote nothing makes no commit."""
    before = place.tip()
    assert push(place.clone("one")) == ("nothing to push", [])
    assert place.tip() == before


def test_only_our_paths_are_committed(place: Place) -> None:
    """Pages and state go in; other files stay out, also those that a person has staged, and stay staged."""
    one = place.clone("one")
    write_day(one, DAY)
    write(one, "stray.txt", "not ours\n")
    write(one, "config.yaml", "categories: [cs.SD]\n")
    git(one, "add", "stray.txt")
    said, _ = push(one)
    assert said == "pushed to 'main': digest: 2031-07-08 (55 announced, 3 matched)"
    shown = git(place.origin, "show", "--name-only", "--format=", "main").splitlines()
    assert {path.partition("/")[0] for path in shown} == {"digests", "state"}
    assert git(one, "status", "--porcelain").splitlines() == [" M config.yaml", "A  stray.txt"]


def test_a_deleted_page_is_deleted(place: Place) -> None:
    """What is gone here is gone there."""
    one = place.clone("one")
    write_day(one, DAY)
    push(one)
    (one / page(DAY)).unlink()
    assert push(one)[0] == "pushed to 'main': digest: update"
    assert page(DAY) not in place.files()


def test_a_root_inside_of_the_repository(place: Place) -> None:
    """Paths are the root's own, wherever in a repository it lies."""
    one = place.clone("one")
    write_day(one / "mine", DAY)
    write(one, page(EVE), "of another root\n")
    push(one / "mine")
    assert f"mine/{page(DAY)}" in place.files()
    assert page(EVE) not in place.files()


ROW = "{}\t{}\tlisting\t{}\t{}\t0\t"


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([ROW.format(DAY, "published", 55, 3)], "digest: 2031-07-08 (55 announced, 3 matched)"),
        ([ROW.format(DAY, "provisional", 0, 0)], "digest: 2031-07-08 (0 announced, 0 matched)"),
        (
            [ROW.format(EVE, "published", 55, 3), ROW.format(DAY, "provisional", 55, 3)],
            "digest: 2031-07-07 to 2031-07-08 (2 days, 110 announced, 6 matched)",
        ),
        (
            [ROW.format(DAY, "published", 55, 3), ROW.format(DAY, "provisional", 1, 1)],
            "digest: 2031-07-08 (55 announced, 3 matched)",
        ),
        ([ROW.format(DAY, "open", 0, 0), ROW.format(EVE, "empty", 0, 0)], "digest: update"),
        (["2031-02-30\tpublished\tlisting\t5\t3\t0\t"], "digest: update"),
        (["2031-07-08\tpublished\tlisting\t٥٥\t3\t0\t"], "digest: update"),
        (["2031-07-08\tpublished\tlisting\t-5\t3\t0\t"], "digest: update"),
        (["2031-07-08 [skip ci]\tpublished\tlisting\t5\t3\t0\t"], "digest: update"),
        ([ROW.format(DAY, "published", 5, 3) + "\u2028" + ROW.format(EVE, "published", 5, 3)],
         "digest: 2031-07-08 (5 announced, 3 matched)"),
        ([ROW.format(DAY, "published", 5, 3).replace("listing", "x\u0085[skip ci]") + "@everyone closes #1"],
         "digest: 2031-07-08 (5 announced, 3 matched)"),
    ],
)  # fmt: skip
def test_messages_are_dates_and_counts(place: Place, rows: list[str], message: str) -> None:
    """A commit message is built from the ledger's new dates and counts; no other text can get into it."""
    one = place.clone("one")
    write(one, "state/ledger/2031.tsv", "\n".join([HEAD, *rows]) + "\n")
    push(one)
    assert git(place.origin, "log", "-1", "--format=%B", "main").strip() == message


def test_the_message_counts_what_is_new(place: Place) -> None:
    """Days that were in the ledger before are not counted again; a day that has become better is."""
    one = place.clone("one")
    write_day(one, "2031-07-03")
    write_day(one, EVE, 40, 1, "provisional")
    push(one)
    ledger = repositories.read(one, "state/ledger/2031.tsv")
    write(
        one,
        "state/ledger/2031.tsv",
        ledger.replace(f"{EVE}\tprovisional\tlisting\t40", f"{EVE}\tpublished\tlisting\t41"),
    )
    write_day(one, DAY)
    assert push(one)[0].endswith("digest: 2031-07-07 to 2031-07-08 (2 days, 96 announced, 4 matched)")


def test_the_bot_commits_on_github(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """On GitHub the commit is the bot's; the address is the one that GitHub shows as the bot."""
    one = place.clone("one")
    write_day(one, DAY)
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    push(one)
    who = "github-actions[bot] <41898282+github-actions[bot]@users.noreply.github.com>"
    assert git(place.origin, "log", "-1", "--format=%an <%ae>|%cn <%ce>", "main") == f"{who}|{who}"


def test_a_user_commits_as_themselves(place: Place) -> None:
    """Elsewhere the user's own name is kept where git knows one; it is never guessed from the machine."""
    one = place.clone("one")
    write_day(one, EVE)
    push(one)
    git(one, "config", "user.name", "Bo Beispiel")
    git(one, "config", "user.email", "bo@example.org")
    write_day(one, DAY)
    push(one)
    authors = git(place.origin, "log", "-2", "--format=%an <%ae>", "main").splitlines()
    assert authors == ["Bo Beispiel <bo@example.org>", "{} <{}>".format(*NOBODY)]


def test_settings_of_the_machine_do_not_break_it(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Failing hooks, signing without a key, odd defaults, variables that point elsewhere: it pushes all the same."""
    one, two = place.clone("one"), place.clone("two")
    for name in ("pre-commit", "commit-msg", "prepare-commit-msg", "pre-push", "pre-rebase", "post-checkout"):
        hook(one / ".git", name, "exit 1")
    settings = {
        "commit.gpgSign": "true", "gpg.program": "false", "push.gpgSign": "true", "push.default": "nothing",
        "status.short": "true", "status.renames": "copies", "core.quotePath": "true", "push.followTags": "true",
        "rebase.autoStash": "true", "rebase.updateRefs": "true", "rebase.forkPoint": "true", "color.ui": "always",
        "commit.verbose": "true", "core.autocrlf": "input", "diff.noprefix": "true", "log.showSignature": "true",
    }  # fmt: skip
    for name, value in settings.items():
        git(one, "config", name, value)
    git(one, "-c", "tag.gpgSign=false", "tag", "-a", "-m", "mine", "v1")
    write_day(two, EVE)
    place.commit(two)
    write_day(one, DAY)
    monkeypatch.setenv("GIT_DIR", str(two / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", "elsewhere")
    assert "pushed" in push(one)[0]
    monkeypatch.delenv("GIT_DIR")
    monkeypatch.delenv("GIT_INDEX_FILE")
    assert place.days() == {EVE, DAY}
    assert git(place.origin, "tag") == ""


def test_a_branch_that_is_new_to_the_remote(place: Place) -> None:
    """The branch that is checked out is the one that is pushed; no other one moves."""
    one = place.clone("one")
    before = place.tip()
    git(one, "switch", "--create", "daily/eess")
    write_day(one, DAY)
    assert push(one)[0].startswith("pushed to 'daily/eess'")
    assert git(place.origin, "ls-tree", "--name-only", "daily/eess", page(DAY)) == page(DAY)
    assert place.tip() == before


# --- what goes wrong --------------------------------------------------------------------------------------------------


def test_no_repository(tmp_path: Path) -> None:
    """A folder that is none says what to do."""
    (tmp_path / "plain").mkdir()
    with pytest.raises(ChannelError, match="clone your fork"):
        push(tmp_path / "plain")


def test_no_git(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without git says what to do."""
    one = place.clone("one")
    monkeypatch.setenv("PATH", str(place.folder))
    with pytest.raises(ChannelError, match=r"git is not installed: https://git-scm\.com"):
        push(one)


def test_nowhere_to_push(place: Place) -> None:
    """Without a remote nothing is committed either."""
    one = place.clone("one")
    git(one, "remote", "remove", "origin")
    write_day(one, DAY)
    with pytest.raises(ChannelError, match="git remote add origin"):
        push(one)
    assert git(one, "log", "--format=%s") == "start"


def test_a_detached_head(place: Place) -> None:
    """A checkout of a tag has no branch to push to."""
    one = place.clone("one")
    git(one, "checkout", "--detach")
    write_day(one, DAY)
    with pytest.raises(ChannelError, match="not on a tag"):
        push(one)


def test_a_protected_branch(place: Place) -> None:
    """A server that declines is not asked five times; the message says why it may have, and not its secrets."""
    hook(place.origin, "pre-receive", f"echo asked >> {place.folder}/asked; exit 1")
    one = place.clone("one")
    write_day(one, DAY)
    with pytest.raises(
        ChannelError, match=r"remote rejected.*declined.*Is the branch protected\?|is the branch protected"
    ):
        push(one)
    assert (place.folder / "asked").read_text() == "asked\n"
    assert place.subjects() == ["start"]


def test_a_remote_that_stays_away(place: Place) -> None:
    """Five tries, then an error; the commit stays and the next push takes it along."""
    one = place.clone("one")
    write_day(one, DAY)
    moved = place.origin.rename(place.folder / "away.git")
    said: list[str] = []
    with pytest.raises(ChannelError, match="'main' could not be pushed in 5 tries: fatal: "):
        channel.push(one, said.append, pause=0)
    assert [words[:10] for words in said] == [f"try {n} of 5" for n in range(1, 5)]
    moved.rename(place.origin)
    assert push(one)[0] == "pushed to 'main': digest: 2031-07-08 (55 announced, 3 matched)"


def test_a_call_that_hangs_is_ended(place: Place) -> None:
    """A call has a time limit, and what it has started ends with it."""
    hook(place.origin, "pre-receive", f"sleep 60; touch {place.folder}/woke")
    one = place.clone("one")
    write_day(one, DAY)
    git(one, "add", "--all")
    git(one, "commit", "--message", "mine")
    done = Git(one, seconds=1).run("push", "origin", "HEAD:refs/heads/main")
    assert "no end after 1 s" in done.why
    assert subprocess.run(["pgrep", "-f", str(place.origin)], capture_output=True, check=False).stdout == b""


def test_errors_are_one_plain_line(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a server says reaches the log without control characters and passwords, and not at any length."""
    monkeypatch.setenv("PUSH_TOKEN", "s3cret-token")
    one = place.clone("one")
    git(one, "remote", "set-url", "origin", "https://ada:pa55@127.0.0.1:1/s3cret-token.git")
    why = Git(one).run("fetch", "origin").why
    assert "pa55" not in why
    assert "s3cret" not in why
    assert "127.0.0.1" in why
    hook(place.origin, "pre-receive", r"printf '\033[31m::error::no\n%0400d' 1 >&2; exit 1")
    git(one, "remote", "set-url", "origin", str(place.origin))
    write_day(one, DAY)
    with pytest.raises(ChannelError) as caught:
        push(one)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 600


def test_needs_the_standard_library_only() -> None:
    """The job that may write installs nothing."""
    program = "import digest.channels.git"
    done = subprocess.run([sys.executable, "-S", "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
