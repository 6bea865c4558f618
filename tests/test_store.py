"""Our own files: atomic, sharded, readable, and loud when damaged."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from digest.errors import PageError, StoreError
from digest.models import DayLine, Digest, Kind, Page, Run
from digest.store import Store
from tests.test_codec import DIGEST, PICK

NEXT = date(2031, 7, 9)


def with_kind(kind: Kind, identifier: str = "3107.00101", day: date = DIGEST.day) -> Digest:
    """The digest with its one paper announced as `kind`."""
    paper = replace(PICK.listing.paper, id=identifier, version=2)
    return replace(DIGEST, day=day, picks=(replace(PICK, listing=replace(PICK.listing, paper=paper, kind=kind)),))


def snapshot(root: Path) -> dict[str, bytes]:
    """All files below a folder."""
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_a_day_comes_back(tmp_path: Path) -> None:
    """Saved days are loaded by date, in order, and by range; others are None."""
    store = Store(tmp_path)
    later = replace(DIGEST, day=NEXT)
    store.save(later)
    store.save(DIGEST)
    assert store.load(DIGEST.day) == DIGEST
    assert store.load(date(2031, 7, 10)) is None
    assert [digest.day for digest in store.days()] == [DIGEST.day, NEXT]
    assert [digest.day for digest in store.days(NEXT, NEXT)] == [NEXT]


def test_saving_again_changes_no_byte(tmp_path: Path) -> None:
    """The same day twice is the same files."""
    Store(tmp_path).save(DIGEST)
    once = snapshot(tmp_path)
    Store(tmp_path).save(DIGEST)
    assert snapshot(tmp_path) == once
    assert "state/days/2031/07/2031-07-08.json" in once


def test_the_ledger_has_a_line_a_day(tmp_path: Path) -> None:
    """Days stand in order, once, with their counts."""
    store = Store(tmp_path)
    for day in (NEXT, DIGEST.day, DIGEST.day):
        store.save(replace(DIGEST, day=day))
    assert store.ledger() == (DayLine(DIGEST.day, "listing", 2, 1), DayLine(NEXT, "listing", 2, 1))


def test_first_shown_is_the_earliest_day(tmp_path: Path) -> None:
    """Publishing a later day, or an earlier one afterwards, keeps the earliest."""
    store = Store(tmp_path)
    for day in (NEXT, DIGEST.day, date(2031, 7, 10)):
        store.save(with_kind(Kind.NEW, day=day))
    assert store.first_shown(["3107.00101", "3107.99999"]) == {"3107.00101": DIGEST.day}


def test_a_paper_taken_off_a_day_is_forgotten(tmp_path: Path) -> None:
    """After a run with other filters the day no longer shows a paper, so that it may be news on a later day."""
    store = Store(tmp_path)
    store.save(with_kind(Kind.NEW))
    store.save(replace(DIGEST, picks=()))
    assert store.first_shown(["3107.00101"]) == {}
    store.save(with_kind(Kind.NEW))
    store.save(replace(DIGEST, day=NEXT, picks=()))
    assert store.first_shown(["3107.00101"]) == {"3107.00101": DIGEST.day}


@pytest.mark.parametrize("survived", range(1, 4))
def test_what_a_kill_left_out_is_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, survived: int) -> None:
    """The day is written first; ledger and seen papers lost by a kill after any write come back by `rebuild`."""
    whole, torn = tmp_path / "whole", tmp_path / "torn"
    Store(whole).save(with_kind(Kind.NEW))
    write, left = Store._write, [survived]

    def killed(self: Store, path: Path, text: str) -> None:
        if not left[0]:
            raise KeyboardInterrupt
        left[0] -= 1
        write(self, path, text)

    with monkeypatch.context() as patched:
        patched.setattr(Store, "_write", killed)
        with suppress(KeyboardInterrupt):
            Store(torn).save(with_kind(Kind.NEW))
    Store(torn).rebuild()
    assert snapshot(torn) == snapshot(whole)


def test_writes_replace_files(tmp_path: Path) -> None:
    """A file is exchanged as a whole: who has the old one open, or linked, keeps the old text."""
    store = Store(tmp_path)
    store.publish([Page("a.md", "old")])
    (tmp_path / "link").hardlink_to(tmp_path / "a.md")
    store.publish([Page("a.md", "new")])
    assert (tmp_path / "link").read_text() == "old"


def test_a_page_that_cannot_be_written_keeps_the_day(tmp_path: Path) -> None:
    """Only the publishing failed: exit code 4."""
    (tmp_path / "digests").write_text("in the way")
    with pytest.raises(PageError) as caught:
        Store(tmp_path).publish([Page("digests/a.md", "a")])
    assert caught.value.exit_code == 4


def test_lines_that_git_has_joined_are_understood(tmp_path: Path) -> None:
    """After a union merge of two runs a day or a paper may stand twice and out of order."""
    Store(tmp_path).save(with_kind(Kind.NEW))
    for name, line in (("ledger.tsv", "2031-07-07\tlisting\t9\t1\n"), ("seen/3107.tsv", "3107.00101\t1\t2031-07-07\n")):
        with (tmp_path / "state" / name).open("a", encoding="utf-8") as file:
            file.write(line)
    assert [line.day.day for line in Store(tmp_path).ledger()] == [7, 8]
    assert Store(tmp_path).first_shown(["3107.00101"]) == {"3107.00101": date(2031, 7, 7)}


@pytest.mark.parametrize(("kind", "known"), [(Kind.CROSS, True), (Kind.OTHER, True), (Kind.REPLACE, False)])
def test_replaced_papers_are_not_first_shown(tmp_path: Path, kind: Kind, known: bool) -> None:
    """Only a paper shown as new or cross-listed counts as shown."""
    Store(tmp_path).save(with_kind(kind))
    assert bool(Store(tmp_path).first_shown(["3107.00101"])) is known


@pytest.mark.parametrize(("identifier", "file"), [("3107.00101", "3107.tsv"), ("hep-th/9901001", "9901.tsv")])
def test_seen_papers_are_kept_by_month(tmp_path: Path, identifier: str, file: str) -> None:
    """A run opens the months it meets, not the whole history."""
    Store(tmp_path).save(with_kind(Kind.NEW, identifier))
    assert [path.name for path in (tmp_path / "state/seen").iterdir()] == [file]


@pytest.mark.parametrize(
    ("path", "text", "read"),
    [
        ("state/ledger.tsv", "day\tsource\tannounced\tmatched\n2031-07-08\tlisting\t2\n", Store.ledger),
        ("state/seen/3107.tsv", "id\tversion\tfirst_shown\nx\n", lambda store: store.first_shown(["3107.00101"])),
        ("state/days/2031/07/2031-07-08.json", '{"day": "2031-', lambda store: store.load(DIGEST.day)),
        ("state/ledger.tsv", "\udcff", Store.ledger),
    ],
)
def test_a_damaged_file_is_named(tmp_path: Path, path: str, text: str, read: object) -> None:
    """A torn file is an error that says which and what to do; it is not taken for an empty one."""
    target = tmp_path / path
    target.parent.mkdir(parents=True)
    target.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(StoreError, match=target.name):
        read(Store(tmp_path))  # type: ignore[operator]


def test_only_changed_pages_are_written(tmp_path: Path) -> None:
    """Publishing tells what changed, and leaves the rest alone."""
    store = Store(tmp_path)
    pages = [Page("digests/a.md", "a\n"), Page("digests/b.md", "b\n")]
    assert store.publish(pages) == ("digests/a.md", "digests/b.md")
    assert store.publish([pages[0], Page("digests/b.md", "c\n")]) == ("digests/b.md",)


def test_the_journal_grows(tmp_path: Path) -> None:
    """A line a run, by month."""
    for _ in range(2):
        Store(tmp_path).journal(
            Run("2031-07-08T02:00:00+00:00", "published", DIGEST.day, "listing", 2, 1, 2, ("a\nb",))
        )
    assert len((tmp_path / "state/journal/2031-07.jsonl").read_text().splitlines()) == 2


def test_an_unwritable_place_is_an_error_without_debris(tmp_path: Path) -> None:
    """A file where a folder is needed stops the write with the path in the message; nothing half is left."""
    (tmp_path / "digests").write_text("in the way")
    with pytest.raises(StoreError, match="cannot be written"):
        Store(tmp_path).publish([Page("digests/a.md", "a")])
    assert snapshot(tmp_path) == {"digests": b"in the way"}


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the disk is full the old text stays whole and no temporary file remains."""
    store = Store(tmp_path)
    store.publish([Page("a.md", "old")])

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreError, match="No space left"):
        store.publish([Page("a.md", "new")])
    assert snapshot(tmp_path) == {"a.md": b"old"}


def test_files_can_be_read_by_others(tmp_path: Path) -> None:
    """Pages are not private to the user that ran the program."""
    Store(tmp_path).publish([Page("a.md", "a")])
    assert (tmp_path / "a.md").stat().st_mode & 0o777 == 0o644
