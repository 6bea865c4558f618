"""Laws of what is written and when: each of these is one line of the program that no other test would miss."""

from __future__ import annotations

import os
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.fakes.server import Reply, serving
from tests.world import CATEGORIES, NOON, TUESDAY, World, paper

MONDAY, WEDNESDAY = TUESDAY - timedelta(days=1), TUESDAY + timedelta(days=1)
PAGE, DAY = "digests/2031/07/2031-07-08.md", "state/days/2031/07/2031-07-08.json"
LEDGER, SEEN = "state/ledger/2031.tsv", "state/seen/3107.tsv"
WAITING = "another run is writing here; waiting for it"


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A local arXiv with a mailing of Tuesday, seen at Tuesday noon; it remembers Monday's."""
    monkeypatch.setenv("DIGEST_NOW", NOON)
    with serving() as server:
        made = World(tmp_path, server)
        made.announce(TUESDAY, [paper(8), paper(9, "Invented codec", "cross", ("cs.CL", "eess.AS"))])
        made.remember(MONDAY, [paper(7)])
        made.configure()
        yield made


# --- one after the other ---


@contextmanager
def blocked(world: World, path: str) -> Iterator[None]:
    """A file that cannot be written: a folder stands where its temporary file would be opened."""
    folder, _, name = path.rpartition("/")
    obstacle = world.root / folder / f".tmp-{name}"
    obstacle.mkdir(parents=True)
    yield
    obstacle.rmdir()


@pytest.mark.parametrize(
    ("failing", "code", "there", "missing"),
    [
        (SEEN, 1, set(), {DAY, PAGE, LEDGER}),
        (DAY, 1, {SEEN}, {PAGE, LEDGER}),
        (PAGE, 4, {SEEN, DAY}, {LEDGER}),
        ("digests/README.md", 4, {SEEN, DAY, PAGE}, {LEDGER}),
        (LEDGER, 1, {SEEN, DAY, PAGE, "digests/README.md", "digests/2031/07/README.md"}, set()),
    ],
)
def test_the_order_of_a_days_files(world: World, failing: str, code: int, there: set[str], missing: set[str]) -> None:
    """Seen papers, the day, its pages, its line: what comes after a file that cannot be written is not there."""
    with blocked(world, failing):
        assert world.run() == code
    written = set(world.files())
    assert there <= written
    assert not (missing | {failing}) & written
    assert world.run() == 0
    assert {SEEN, DAY, PAGE, LEDGER} <= set(world.files())


def test_the_line_of_an_open_day_comes_after_its_pages(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A day that cannot be read is in the month's page before it is in the ledger."""
    world.run()
    world.announce(WEDNESDAY, [], listing=False, rss=False)
    monkeypatch.setenv("DIGEST_NOW", f"{WEDNESDAY}T16:00:00Z")
    with blocked(world, "digests/2031/07/README.md"):
        assert world.run() == 4
    assert "2031-07-09" not in world.text(LEDGER)
    with blocked(world, LEDGER):
        assert world.run() == 1
    assert "2031-07-09" in world.text("digests/2031/07/README.md")


def test_an_open_day_that_is_stored_is_finished_without_a_request(world: World) -> None:
    """It failed, it was collected, its page could not be written: the next run makes the page and asks nothing."""
    papers = [paper(8)]
    world.announce(TUESDAY, papers, listing=False, rss=False)
    assert world.run() == 3
    world.announce(TUESDAY, papers)
    with blocked(world, PAGE):
        assert world.run() == 4
    assert "2031-07-08\topen" in world.text(LEDGER)
    world.server.requests.clear()
    assert world.run() == 0
    assert world.server.requests == []
    assert "2031-07-08\tpublished\tlisting\t1\t1\t0\t\n" in world.text(LEDGER)
    assert "3107.00008" in world.text(PAGE)


# --- one at a time ---


@contextmanager
def another_run(root: Path, at_its_end: Callable[[], object]) -> Iterator[None]:
    """Holds the lock for some moments, then calls `at_its_end` and gives it back.

    It is held as a reader would: only who wants it alone has to wait.
    """
    fcntl = pytest.importorskip("fcntl")
    (root / ".cache").mkdir(exist_ok=True)
    descriptor = os.open(root / ".cache/lock", os.O_RDWR | os.O_CREAT)
    fcntl.flock(descriptor, fcntl.LOCK_SH)

    def end() -> None:
        at_its_end()
        os.close(descriptor)

    timer = threading.Timer(0.5, end)
    timer.start()
    yield
    timer.join()


ONE_DAY = ("--from", str(MONDAY), "--to", str(MONDAY))


@pytest.mark.parametrize("command", [("run",), ("backfill", *ONE_DAY), ("summarize", "--missing"), ("render",)])
def test_one_run_at_a_time(world: World, capsys: pytest.CaptureFixture[str], command: tuple[str, ...]) -> None:
    """While another run holds the lock nothing is asked or written; it is said once; then the command goes on."""
    if command[0] in {"render", "summarize"}:
        world.run()
        (world.root / PAGE).unlink()
    world.configure("include: [speech]\nllm: {base_url: http://127.0.0.1:9, model: invented, max_papers: '0'}\n")
    before = set(world.files()) | {".cache/lock"}
    world.server.requests.clear()
    capsys.readouterr()
    meanwhile: list[tuple[set[str], int]] = []
    with another_run(world.root, lambda: meanwhile.append((set(world.files()), len(world.server.requests)))):
        assert world.run(*command) == (4 if command[0] == "summarize" else 0)  # 4: there is no budget
    assert meanwhile == [(before, 0)]
    assert capsys.readouterr().err.count(WAITING) == 1
    assert set(world.files()) > before


@pytest.mark.parametrize("command", [("run",), ("backfill", *ONE_DAY)])
def test_what_the_other_run_did_stays(
    world: World, tmp_path_factory: pytest.TempPathFactory, command: tuple[str, ...]
) -> None:
    """Files are read when the lock is ours, not before: the other run's days are there, no line of them is lost."""
    other = World(tmp_path_factory.mktemp("other"), world.server)
    other.configure()
    assert (other.run(), other.run("backfill", *ONE_DAY)) == (0, 0)
    world.server.requests.clear()
    with another_run(world.root, lambda: shutil.copytree(other.root, world.root, dirs_exist_ok=True)):
        assert world.run(*command) == 0
    assert world.server.requests == []
    assert world.files() == other.files()


# --- what makes today be read again ---


def edited(world: World, old: str, new: str) -> bytes:
    """The bytes of Tuesday's page after a run with one setting changed, which is the only one after the first."""
    world.run()
    path = world.root / "config.yaml"
    source = path.read_text(encoding="utf-8")
    assert old in source
    path.write_text(source.replace(old, new), encoding="utf-8")
    world.server.requests.clear()
    assert world.run() == 0
    return (world.root / PAGE).read_bytes()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("categories: [eess.AS, cs.SD]", "categories: [eess.AS]"),
        ("include: [speech]", "include: [codec]"),
        ("include: [speech]", "include: [speech]\nexclude: [codec]"),
        ("include: [speech]", "include: [speech]\nauthors: [Bo Beispiel]"),
        ("include: [speech]", "include: [speech]\nmatch: substring"),
        ("include: [speech]", "include: [speech]\nlimit: 1"),
        ("include: [speech]", "include: [speech]\nkinds: [new]"),
        ("include: [speech]", "topics: [{name: A, include: [speech]}]"),
    ],
)
def test_what_chooses_makes_today_be_read_again(world: World, old: str, new: str) -> None:
    """Each setting that decides which papers are chosen; a third run asks nothing."""
    edited(world, old, new)
    assert any("/list/eess.AS/new" in path for path in world.server.paths)
    world.server.requests.clear()
    assert world.run() == 0
    assert world.server.requests == []


@pytest.mark.parametrize("topic", ["{name: A, kinds: [new]}", "{name: A, limit: 1}", "{name: B}"])
def test_what_chooses_in_a_topic(world: World, topic: str) -> None:
    """The same of a section's own rules."""
    world.configure("topics: [{name: A}]\n")
    edited(world, "{name: A}", topic)
    assert any("/list/eess.AS/new" in path for path in world.server.paths)


@pytest.mark.parametrize(
    ("setting", "seen"),
    [
        ("style: table", True), ("language: en", True), ("header: Hello", True), ("footer: Bye", True),
        ("readme: true", False), ("api: always", False), ("catch_up: 3d", False), ("sources: [rss, listing]", False),
    ],
)  # fmt: skip
def test_what_does_not_choose_asks_nothing(world: World, setting: str, seen: bool) -> None:
    """A page's look is changed from the stored day; where papers come from changes nothing of a day that is there."""
    world.run()
    once = world.text(PAGE).encode()
    changed = edited(world, "include: [speech]\n", f"include: [speech]\n{setting}\n")
    assert world.server.requests == []
    assert (changed != once) is seen


# --- which day is the newest ---

NEW_YEAR = date(2032, 1, 6)  # a Tuesday


@pytest.fixture
def january(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """The sixth of January is published, with README.md."""
    monkeypatch.setenv("DIGEST_NOW", f"{NEW_YEAR}T17:00:00Z")
    world.configure("include: [speech]\nreadme: true\n")
    world.announce(NEW_YEAR, [paper(6)])
    assert world.run() == 0
    return world


@pytest.mark.parametrize("old", [date(2031, 12, 30), date(2032, 1, 5)])
def test_a_backfilled_day_is_not_the_newest(january: World, capsys: pytest.CaptureFixture[str], old: date) -> None:
    """README.md stays the newest day's and digests/README.md names it, with the months of its year; `render` agrees."""
    readme = january.text("README.md")
    january.remember(old, [paper(30)])
    assert january.run("backfill", "--from", str(old), "--to", str(old)) == 0
    assert "3107.00030" in january.text(f"digests/{old:%Y/%m}/{old}.md")
    assert january.text("README.md") == readme
    assert "3107.00006" in readme
    names(january, NEW_YEAR)
    assert ("[2031](2031/README.md)" in january.text("digests/README.md")) is (old.year == 2031)
    assert january.run("render") == 0
    assert capsys.readouterr().out.endswith(" 0 changed\n")


def names(world: World, newest: date) -> None:
    """The first page leads to the newest day, to the months of its year, and to those of no other one."""
    index = world.text("digests/README.md")
    assert re.findall(r"\((\S+-\d\d\.md)\)", index) == [f"{newest:%Y/%m}/{newest}.md"]
    assert {year for year, _ in re.findall(r"\((\d{4})/(\d\d)/README", index)} == {str(newest.year)}


def test_an_open_day_of_old_is_not_the_newest(january: World) -> None:
    """A day of last year that cannot be read changes its own month, not the first page's months."""
    january.server.answers |= {f"/catchup/{code}/2031-12-30": Reply(b"down", 503) for code in CATEGORIES}
    assert january.run("backfill", "--from", "2031-12-30", "--to", "2031-12-30") == 3
    names(january, NEW_YEAR)


def test_a_year_of_open_days_is_not_the_newest(january: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A day filled in before the newest one shows that one's year, though a later year has begun with an open day."""
    monkeypatch.setenv("DIGEST_NOW", "2033-01-03T17:00:00Z")
    january.announce(date(2033, 1, 3), [], listing=False, rss=False)
    january.run("run", "--date", "2033-01-03")
    assert "2033-01-03\topen" in january.text("state/ledger/2033.tsv")
    monkeypatch.setenv("DIGEST_NOW", f"{NEW_YEAR}T17:00:00Z")
    january.remember(date(2032, 1, 5), [paper(5)])
    assert january.run("backfill", "--from", "2032-01-05", "--to", "2032-01-05") == 0
    names(january, NEW_YEAR)


@pytest.mark.parametrize("following", [date(2032, 1, 7), date(2033, 1, 3)])
def test_the_next_day_takes_over(january: World, monkeypatch: pytest.MonkeyPatch, following: date) -> None:
    """README.md and digests/README.md follow the newest day, into a new year too, and README.md its new look."""
    monkeypatch.setenv("DIGEST_NOW", f"{following}T17:00:00Z")
    january.announce(following, [paper(7)])
    assert january.run("run", "--date", str(following)) == 0
    assert "3107.00007" in january.text("README.md")
    names(january, following)
    january.configure("include: [speech]\nreadme: true\nheader: Invented header\n")
    assert january.run("run", "--date", str(following)) == 0
    assert "Invented header" in january.text("README.md")
