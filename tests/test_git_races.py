"""The channel `git` when it is not alone: other writers, conflicts, rewritten branches."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from digest.channels import git as channel
from digest.errors import ChannelError
from tests import repositories
from tests.repositories import README, Place, clean, git, hook, page, push, read, write, write_day

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


def test_two_writers_both_arrive(place: Place) -> None:
    """Two runs from the same commit end with both days in every file; nothing is forced, the checkout follows."""
    one, two = place.clone("one"), place.clone("two")
    write_day(one, EVE)
    write_day(two, DAY)
    push(one)
    _, said = push(two)
    assert len(said) == 1
    assert place.subjects() == [
        "digest: 2031-07-08 (55 announced, 3 matched)",
        "digest: 2031-07-07 (55 announced, 3 matched)",
        "start",
    ]
    assert place.days() == {EVE, DAY}
    assert {page(EVE), page(DAY)} <= set(place.files())
    for path in ("digests/README.md", "state/journal/2031-07.jsonl", "state/seen/3107.tsv"):
        assert EVE in place.text(path)
        assert DAY in place.text(path)
    assert "<<<<" not in place.text("digests/README.md") + place.text("state/ledger/2031.tsv")
    assert git(two, "rev-parse", "HEAD") == place.tip() == git(two, "rev-parse", "origin/main")
    assert git(two, "status", "--porcelain") == ""
    assert clean(two)


def test_a_shallow_checkout_can_do_the_same(place: Place) -> None:
    """GitHub's checkout has one commit and no history: enough to go on top of another's."""
    two = place.clone("two", "--depth=1")
    one = place.clone("one")
    write_day(one, EVE)
    push(one)
    write_day(two, DAY)
    push(two)
    assert place.days() == {EVE, DAY}


def test_three_writers_and_a_person(place: Place) -> None:
    """Rounds of three runs at the same time, a person's edits between: everything arrives in the end."""
    clones = [place.clone(f"writer{n}") for n in range(3)]
    person = place.clone("person")
    days = iter([f"2031-07-{n:02}" for n in range(1, 10)])
    failed: list[str] = []

    def run(clone: Path) -> None:
        try:
            channel.push(clone, lambda _: None, pause=0.1)
        except ChannelError as error:
            failed.append(str(error))

    for number in range(3):
        for clone in clones:
            write_day(clone, next(days))
        threads = [threading.Thread(target=run, args=(clone,)) for clone in clones]
        for thread in threads:
            thread.start()
        git(person, "pull", "--rebase", "origin", "main")
        write(person, "config.yaml", f"categories: [cs.SD] # {number}\n")
        git(person, "commit", "--all", "--message", f"edit {number}")
        for thread in threads:
            thread.join()
        git(person, "pull", "--rebase", "origin", "main")
        git(person, "push", "origin", "HEAD:main")
    assert failed == []
    assert place.days() == {f"2031-07-{n:02}" for n in range(1, 10)}
    assert sorted(place.subjects())[-4:] == ["edit 0", "edit 1", "edit 2", "start"]
    assert len(place.subjects()) == 13


def test_the_same_day_twice(place: Place) -> None:
    """Two runs that wrote the same are no conflict; the second commit has nothing to add and vanishes."""
    one, two = place.clone("one"), place.clone("two")
    for clone in (one, two):
        write_day(clone, DAY)
        said, _ = push(clone)
        assert said == "pushed to 'main': digest: 2031-07-08 (55 announced, 3 matched)"
    assert len(place.subjects()) == 2
    assert git(two, "rev-parse", "HEAD") == place.tip()


def test_a_conflict_leaves_all_as_it_was(place: Place) -> None:
    """Two different pages of one day: an error that names it, the remote as it was, and the checkout as it was."""
    one, two = place.clone("one"), place.clone("two")
    write(two, page(DAY), "their page\n")
    place.commit(two)
    before = place.tip()
    write(one, page(DAY), "our page\n")
    write(one, "config.yaml", "categories: [cs.SD]\n")
    with pytest.raises(ChannelError, match=r"changed in the same place .*2031-07-08\.md.* nothing was pushed"):
        push(one)
    assert place.tip() == before
    assert read(one, page(DAY)) == "our page\n"
    assert git(one, "status", "--porcelain") == " M config.yaml"
    assert git(one, "symbolic-ref", "--short", "HEAD") == "main"
    assert clean(one)


def test_unsaved_work_of_a_person_is_left_alone(place: Place) -> None:
    """The checkout follows the branch when it can; where a changed file is in the way it says so and stays."""
    one, two = place.clone("one"), place.clone("two")
    write(two, "config.yaml", "categories: [cs.SD]\n")
    place.commit(two)
    write(one, "config.yaml", "categories: [hep-th]\n")
    write_day(one, DAY)
    _, said = push(one)
    assert "git pull --rebase" in said[-1]
    assert read(one, "config.yaml") == "categories: [hep-th]\n"
    assert place.text("config.yaml") == "categories: [cs.SD]\n"
    assert place.days() == {DAY}
    assert push(one)[0] == "pushed to 'main': digest: 2031-07-08 (55 announced, 3 matched)"
    assert len(place.subjects()) == 3


def test_commits_of_a_person_are_never_lost(place: Place) -> None:
    """What a person has committed and not pushed goes along, below our commit; alone it is not pushed."""
    one, two = place.clone("one"), place.clone("two")
    write(one, "config.yaml", "categories: [cs.SD]\n")
    git(one, "commit", "--all", "--message", "mine")
    assert push(one)[0] == "nothing to push"
    write_day(two, EVE)
    push(two)
    write_day(one, DAY)
    push(one)
    assert place.subjects()[:2] == ["digest: 2031-07-08 (55 announced, 3 matched)", "mine"]
    assert place.text("config.yaml") == "categories: [cs.SD]\n"


def test_a_rewritten_branch_stays_rewritten(place: Place) -> None:
    """A commit that was taken off the branch does not come back with ours."""
    two = place.clone("two")
    write(two, "secret.txt", "oops\n")
    place.commit(two, "a mistake")
    one = place.clone("one")
    git(two, "reset", "--hard", "HEAD~1")
    write(two, "config.yaml", "categories: [cs.SD]\n")
    git(two, "commit", "--all", "--message", "instead")
    git(two, "push", "--force", "origin", "HEAD:main")
    write_day(one, DAY)
    push(one)
    assert place.subjects() == ["digest: 2031-07-08 (55 announced, 3 matched)", "instead", "start"]
    assert "secret.txt" not in place.files()


def test_a_left_behind_commit_is_pushed(place: Place) -> None:
    """A commit of a run that was killed before its push arrives with the next one, also when that writes nothing."""
    one = place.clone("one")
    write_day(one, EVE)
    git(one, "add", "--all")
    git(one, "commit", "--message", "digest: 2031-07-07 (55 announced, 3 matched)")
    assert push(one)[0] == "pushed to 'main': digest: 2031-07-07 (55 announced, 3 matched)"
    assert place.days() == {EVE}
    assert push(one)[0] == "nothing to push"


def test_blocks_of_readme_are_joined(place: Place) -> None:
    """Two runs that both show their day in README.md both arrive; the next run makes the block anew."""
    first = place.folder / "first"
    write(first, "README.md", README)
    place.commit(first)
    one, two = place.clone("one"), place.clone("two")
    for clone, day in ((one, EVE), (two, DAY)):
        write(clone, "README.md", README.replace("old", f"page of {day}"))
        push(clone)
    text = place.text("README.md")
    assert (text.count("<!-- digest:start -->"), text.count("<!-- digest:end -->")) == (1, 1)
    assert EVE in text
    assert DAY in text


def test_lines_of_a_person_in_readme_are_a_conflict(place: Place) -> None:
    """What a person wrote in README.md is not ours to commit, nor to join with what somebody else wrote there."""
    first = place.folder / "first"
    write(first, "README.md", README)
    place.commit(first)
    one, two = place.clone("one"), place.clone("two")
    write(two, "README.md", README.replace("about it", "about theirs"))
    place.commit(two)
    write(one, "README.md", README.replace("about it", "about ours"))
    assert push(one)[0] == channel.NOTHING
    assert "about ours" in (one / "README.md").read_text()


def test_a_race_at_the_server_is_tried_again(place: Place) -> None:
    """Somebody who pushes between our fetch and our push costs a try, not the day."""
    one, two = place.clone("one"), place.clone("two")
    write_day(two, EVE)
    git(two, "add", "--all")
    git(two, "commit", "--message", "theirs")
    git(two, "push", "origin", "HEAD:refs/heads/waiting")
    theirs = git(two, "rev-parse", "HEAD")
    # The first push of ours meets a branch that moves while it is being received.
    hook(
        place.origin,
        "pre-receive",
        f"env -u GIT_QUARANTINE_PATH git update-ref refs/heads/main {theirs} 2>&1; rm hooks/pre-receive",
    )
    write_day(one, DAY)
    _, said = push(one)
    assert len(said) >= 1
    assert place.days() == {EVE, DAY}


def test_a_repository_without_a_commit(tmp_path: Path) -> None:
    """The very first commit is pushed like any other, also where the remote has begun without us."""
    made = Place(tmp_path)
    git(tmp_path, "init", "--bare", str(made.origin))
    for name, day in (("one", EVE), ("two", DAY)):
        git(tmp_path, "init", name)
        git(tmp_path / name, "remote", "add", "origin", str(made.origin))
        write(tmp_path / name, ".gitattributes", repositories.RULES.read_text(encoding="utf-8"))
        git(tmp_path / name, "symbolic-ref", "HEAD", "refs/heads/main")
        write_day(tmp_path / name, day)
        push(tmp_path / name)
    assert len(made.subjects()) == 2
    assert {page(EVE), page(DAY)} <= set(made.files())
