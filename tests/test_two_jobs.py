"""The channel `git` as two jobs: one packs, the other admits and pushes, and the branch may move between them."""

from __future__ import annotations

from pathlib import Path

import pytest

from digest.channels import git as channel
from digest.errors import ChannelError
from tests import repositories
from tests.repositories import README, Place, git, hook, page, push, read, write, write_day

DAY, EVE = "2031-07-08", "2031-07-07"


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No settings of whoever runs the tests."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.delenv("PUSH_TOKEN", raising=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the first job puts its files."""
    return tmp_path / "handover"


def listed(folder: Path) -> set[str]:
    """The files below a folder."""
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A repository to push to."""
    (tmp_path / "repositories").mkdir()
    return repositories.place(tmp_path / "repositories")


def test_what_git_calls_new_or_changed_is_packed(place: Place, folder: Path) -> None:
    """New and changed files below our paths, as they are; nothing else, nothing that is ignored or a link."""
    first = place.folder / "first"
    write_day(first, EVE)
    write(first, ".gitignore", "*.tmp\n")
    place.commit(first)
    one = place.clone("one")
    write_day(one, DAY)
    write(one, "config.yaml", "categories: [cs.SD]\n")
    write(one, "digests/x.tmp", "ignored\n")
    (one / page(EVE)).unlink()
    (one / "digests/2031/07/link.md").symlink_to("/etc/hostname")
    packed = channel.pack(one, folder)
    assert packed == (
        "digests/2031/07/2031-07-08.md", "digests/README.md", "state/days/2031/07/2031-07-08.json",
        "state/journal/2031-07.jsonl", "state/ledger/2031.tsv", "state/seen/3107.tsv",
    )  # fmt: skip
    assert listed(folder) == {*packed, "base"}
    assert all((folder / path).read_bytes() == (one / path).read_bytes() for path in packed)


def test_nothing_is_packed_when_nothing_has_changed(place: Place, folder: Path) -> None:
    """Then there is no file in the folder, and nothing to hand over."""
    assert channel.pack(place.clone("one"), folder / "new") == ()
    assert not (folder / "new").exists()


def test_packing_outside_of_a_repository(tmp_path: Path, folder: Path) -> None:
    """Without git nothing can be told new."""
    with pytest.raises(ChannelError, match="clone your fork"):
        channel.pack(tmp_path, folder)


def test_the_two_jobs(place: Place, folder: Path) -> None:
    """One packs, the other admits and pushes: the same commit as from one place."""
    one, two = place.clone("one", "--depth=1"), place.clone("two", "--depth=1")
    write_day(one, DAY)
    packed = channel.pack(one, folder)
    assert channel.admit(two, folder) == packed
    assert push(two)[0] == "pushed to 'main': digest: 2031-07-08 (55 announced, 3 matched)"
    assert set(packed) <= set(place.files())
    assert "base" not in place.files()


def test_the_branch_moves_between_the_two_jobs(place: Place, folder: Path) -> None:
    """Another run's lines, and an owner's edits of README.md, that arrived meanwhile are not overwritten."""
    first = place.folder / "first"
    write(first, "README.md", README)
    place.commit(first)
    one = place.clone("one", "--depth=1")
    write_day(one, DAY)
    write(one, "README.md", README.replace("old", "new"))
    channel.pack(one, folder)
    write_day(first, EVE)
    write(first, "README.md", README.replace("about it", "about me"))
    place.commit(first, "meanwhile")
    two = place.clone("two", "--depth=1")
    channel.admit(two, folder)
    push(two)
    assert place.days() == {EVE, DAY}
    assert EVE in place.text("digests/README.md")
    assert place.text("README.md") == README.replace("about it", "about me").replace("old", "new")
    assert place.subjects()[:2] == ["digest: 2031-07-08 (55 announced, 3 matched)", "meanwhile"]


def test_the_same_page_written_between_the_two_jobs(place: Place, folder: Path) -> None:
    """A page that somebody else has published meanwhile is a conflict, not overwritten."""
    one, other = place.clone("one"), place.clone("other")
    write_day(one, DAY)
    channel.pack(one, folder)
    write(other, page(DAY), "their page\n")
    place.commit(other)
    two = place.clone("two", "--depth=1")
    channel.admit(two, folder)
    with pytest.raises(ChannelError, match="same place"):
        push(two)
    assert place.text(page(DAY)) == "their page\n"


def test_a_base_that_is_not_of_the_branch(place: Place, folder: Path) -> None:
    """A branch that was rewritten meanwhile, or a made-up base: nothing is taken in, the checkout stays."""
    two = place.clone("two")
    write(folder, page(DAY), "a page\n")
    stray = git(two, "commit-tree", "-m", "stray", "HEAD^{tree}")
    for base in (stray, "0" * 40):
        write(folder, "base", f"{base}\n")
        with pytest.raises(ChannelError, match="was rewritten"):
            channel.admit(two, folder)
    assert git(two, "rev-parse", "HEAD") == place.tip()
    assert git(two, "status", "--porcelain") == ""


def test_commits_that_were_never_pushed_are_kept(place: Place, folder: Path) -> None:
    """A checkout does not go back behind a person's own commits."""
    one = place.clone("one")
    write_day(one, DAY)
    channel.pack(one, folder)
    git(one, "commit", "--allow-empty", "--message", "mine")
    with pytest.raises(ChannelError, match="push them first"):
        channel.admit(one, folder)
    assert git(one, "log", "-1", "--format=%s") == "mine"


def test_hooks_do_not_run_when_a_checkout_goes_back(place: Place, folder: Path) -> None:
    """Nothing of a repository is run by taking a handover in."""
    one, two = place.clone("one"), place.clone("two")
    write_day(one, DAY)
    channel.pack(one, folder)
    write(two, "config.yaml", "categories: [cs.SD]\n")
    place.commit(two)
    hook(two / ".git", "post-checkout", f"touch {place.folder}/ran")
    channel.admit(two, folder)
    assert not (place.folder / "ran").exists()
    assert read(two, page(DAY)) == f"page of {DAY}\n"
