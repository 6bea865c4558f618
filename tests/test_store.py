"""Our own files: atomic, sharded, readable, and loud when damaged."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from digest.errors import PageError, StoreError
from digest.models import DayLine, Digest, Kind, Page, Run, State
from digest.store import Store, line_of
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
    """Days stand in order, once, with their state and counts, a file a year; the newest page is found."""
    store = Store(tmp_path)
    lines = [DayLine(NEXT, State.OPEN, tries=1, reason="a\tb\n"), line_of(DIGEST), line_of(DIGEST)]
    for line in (*lines, DayLine(date(2032, 1, 5), State.EMPTY, "catchup")):
        store.mark(line)
    again = Store(tmp_path)
    known = {DIGEST.day: line_of(DIGEST), NEXT: DayLine(NEXT, State.OPEN, tries=1, reason="a b")}
    assert (again.year(2031), again.years(), again.first_day()) == (known, (2031, 2032), DIGEST.day)
    assert list(again.lines(NEXT, date(2032, 1, 1))) == [DIGEST.day, NEXT, date(2032, 1, 5)]
    assert again.newest() == line_of(DIGEST)
    assert line_of(DIGEST) == DayLine(DIGEST.day, State.PUBLISHED, "listing", 2, 1)
    uncounted = replace(DIGEST, tallies=(replace(DIGEST.tallies[0], announced=None),))
    assert line_of(uncounted).state is State.PROVISIONAL


def test_the_day_before_is_the_last_published_one(tmp_path: Path) -> None:
    """An open day in between, or the turn of the year, does not hide it; the day itself does not count."""
    store = Store(tmp_path)
    store.save(DIGEST)
    store.mark(line_of(DIGEST))
    store.mark(DayLine(NEXT, State.OPEN))
    assert store.before(date(2032, 1, 2)) == DIGEST
    assert store.before(DIGEST.day) is None


def test_first_shown_is_the_earliest_day(tmp_path: Path) -> None:
    """Publishing a later day, or an earlier one afterwards, keeps the earliest."""
    store = Store(tmp_path)
    for day in (NEXT, DIGEST.day, date(2031, 7, 10)):
        store.save(with_kind(Kind.NEW, day=day))
    assert [store.seen.first_shown(f"3107.{n}") for n in ("00101", "99999")] == [DIGEST.day, None]


def test_a_paper_taken_off_a_day_is_forgotten(tmp_path: Path) -> None:
    """After a run with other filters the day no longer shows a paper, so that it may be news on a later day."""
    store = Store(tmp_path)
    store.save(with_kind(Kind.NEW))
    store.save(replace(DIGEST, picks=()))
    assert store.seen.first_shown("3107.00101") is None
    store.save(with_kind(Kind.NEW))
    store.save(replace(DIGEST, day=NEXT, picks=()))
    assert store.seen.first_shown("3107.00101") == DIGEST.day


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
    """After a union merge of two runs a day or a paper may stand twice and out of order: both lines count."""
    store = Store(tmp_path)
    store.save(with_kind(Kind.NEW))
    store.mark(line_of(DIGEST))
    more = (
        ("ledger/2031.tsv", "2031-07-08\topen\t\t0\t0\t3\tdown\n2031-07-07\tpublished\tlisting\t9\t1\t0\t\n"),
        ("seen/3107.tsv", "3107.00101\t2031-07-07\t\n3107.00101\t\t2031-07-20\n"),
    )
    for name, lines in more:
        with (tmp_path / "state" / name).open("a", encoding="utf-8") as file:
            file.write(lines)
    again = Store(tmp_path)
    assert [(day.day, line.state) for day, line in again.year(2031).items()] == [(7, "published"), (8, "published")]
    assert again.seen.first_shown("3107.00101") == date(2031, 7, 7)
    assert again.seen.last_shown("3107.00101") == date(2031, 7, 20)
    assert again.seen.last_shown("3107.00101", date(2031, 7, 20)) == date(2031, 7, 8)


@pytest.mark.parametrize(("kind", "known"), [(Kind.CROSS, True), (Kind.OTHER, True), (Kind.REPLACE, False)])
def test_replaced_papers_are_not_first_shown(tmp_path: Path, kind: Kind, known: bool) -> None:
    """Only a paper shown as new or cross-listed counts as shown; a replaced one is remembered all the same."""
    Store(tmp_path).save(with_kind(kind))
    seen = Store(tmp_path).seen
    assert bool(seen.first_shown("3107.00101")) is known
    assert seen.last_shown("3107.00101") == DIGEST.day


def test_everything_is_made_again_from_the_days(tmp_path: Path) -> None:
    """`rebuild` restores ledger and seen papers; what is known of days without a page stays."""
    store = Store(tmp_path)
    store.save(with_kind(Kind.NEW))
    store.save(with_kind(Kind.REPLACE, "3105.00001", NEXT))
    for line in (line_of(DIGEST), DayLine(date(2031, 7, 4), State.EMPTY), line_of(replace(DIGEST, day=NEXT))):
        store.mark(line)
    whole = snapshot(tmp_path)
    (tmp_path / "state/seen/3107.tsv").write_text("id\tshown\treplaced\n3107.00999\t2031-01-01\t\n")
    (tmp_path / "state/seen/3105.tsv").unlink()
    ledger = tmp_path / "state/ledger/2031.tsv"
    ledger.write_text("".join(row for row in ledger.read_text().splitlines(True) if "07-08" not in row))
    Store(tmp_path).rebuild()
    assert snapshot(tmp_path) == whole


@pytest.mark.parametrize(("identifier", "file"), [("3107.00101", "3107.tsv"), ("hep-th/9901001", "9901.tsv")])
def test_seen_papers_are_kept_by_month(tmp_path: Path, identifier: str, file: str) -> None:
    """A run opens the months it meets, not the whole history."""
    Store(tmp_path).save(with_kind(Kind.NEW, identifier))
    assert [path.name for path in (tmp_path / "state/seen").iterdir()] == [file]


@pytest.mark.parametrize(
    ("path", "text", "read"),
    [
        ("state/ledger/2031.tsv", "2031-07-08\tpublished\tlisting\t2\n", lambda store: store.year(2031)),
        ("state/ledger/2031.tsv", "2031-07-08\tdone\tlisting\t2\t1\t0\t\n", lambda store: store.year(2031)),
        ("state/seen/3107.tsv", "id\tshown\treplaced\nx\n", lambda store: store.seen.first_shown("3107.00101")),
        ("state/days/2031/07/2031-07-08.json", '{"day": "2031-', lambda store: store.load(DIGEST.day)),
        ("state/ledger/2031.tsv", "\udcff", lambda store: store.year(2031)),
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
        Store(tmp_path).journal.add(Run("2031-07-08T02:00:00+00:00", "published", 2, notes=("a\nb",)))
    assert len((tmp_path / "state/journal/2031-07.jsonl").read_text().splitlines()) == 2
    assert Store(tmp_path).journal.last()["requests"] == 2


@pytest.mark.parametrize("text", ["", "{", "[]", "{}\n", '{"at": "2031"}\nrubbish'])
def test_a_journal_that_cannot_be_read_is_no_trouble(tmp_path: Path, text: str) -> None:
    """Nothing depends on the journal: it is for people."""
    (tmp_path / "state/journal").mkdir(parents=True)
    (tmp_path / "state/journal/2031-07.jsonl").write_text(text)
    assert Store(tmp_path).journal.last() == {}


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
