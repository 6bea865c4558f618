"""`backfill` over an invented month: what is asked, what is written, how it is stopped and goes on."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from digest import backfill, config
from digest.doors import Doors
from digest.render import Look, Renderer
from digest.store import Store
from tests.fakes.clock import Hours
from tests.fakes.server import Reply, serving
from tests.september import ASKED, FILL, HOLIDAY, NOW, WEEKDAYS, announced, kept, ledger, remembering
from tests.world import CATEGORIES, World

ROOT = Path(__file__).parents[1]


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A local arXiv that remembers September."""
    monkeypatch.setenv("DIGEST_NOW", NOW)
    with serving() as server:
        yield remembering(World(tmp_path, server))


# --- a whole month ---


def test_one_request_a_category_and_day(world: World) -> None:
    """22 weekdays, 44 requests, oldest day first; none for weekends. What is asked is written."""
    assert world.run(*FILL) == 0
    assert len(WEEKDAYS) == 22
    assert world.server.paths == ASKED


def test_the_second_run_asks_nothing_and_changes_nothing(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """Every day is settled, the holiday too: no request, no byte, not even in the journal."""
    world.run(*FILL)
    once = world.files()
    world.server.requests.clear()
    capsys.readouterr()
    assert world.run(*FILL) == 0
    assert (world.files(), world.server.requests) == (once, [])
    assert "Nothing to fill in: no day from 2031-09-01 to 2031-09-30 is open or missing." in capsys.readouterr().out


def test_every_day_is_there_afterwards(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """A page a day but for the holiday; the ledger, the month's page and `status` show what became of each."""
    world.run(*FILL)
    pages = {Path(path).stem for path in world.files("digests/2031/09")} - {"README"}
    lines = ledger(world)
    assert pages == {str(day) for day in WEEKDAYS if day != HOLIDAY}
    assert all("Invented title" in world.text(f"digests/2031/09/{day}.md") for day in pages)
    assert lines.pop(str(HOLIDAY)) == ["empty", "catchup", "0", "0", "1", ""]
    assert lines == {day: ["published", "catchup", "3", "3", "0", ""] for day in pages}
    month = world.text("digests/2031/09/README.md")
    assert re.findall(r"^\| \[(\S+)\]\(\1\.md\)", month, re.MULTILINE) == sorted(pages, reverse=True)
    assert re.findall(rf"^\| {HOLIDAY} .*", month, re.MULTILINE) == [f"| {HOLIDAY} 星期二 | | | 无公告 |"]
    assert "2031-09" in world.text("digests/2031/README.md")
    capsys.readouterr()
    assert world.run("status", "--weeks", "6") == 0
    shown = capsys.readouterr().out
    assert [line.split()[1:] for line in shown.splitlines() if line.startswith("2031-09-01")] == [list("✓–✓✓✓")]
    assert not re.search(r"2031-09.* open|missing.*2031-09", shown)


@pytest.mark.parametrize(
    ("language", "said", "source", "texts"),
    [
        ("zh", "事后补录", "arXiv 补看页（catchup）", "现行版本"),
        ("en", "Filled in later", "arXiv's catch-up pages", "today's versions"),
    ],
)
def test_a_page_says_that_it_was_filled_in_later(
    world: World, language: str, said: str, source: str, texts: str
) -> None:
    """Every page names its source in the sentence, in the page's language, and that texts are today's."""
    world.configure(f"include: [speech]\nlanguage: {language}\n")
    world.run(*FILL)
    pages = [data.decode() for path, data in world.files("digests/2031/09").items() if "README" not in path]
    sentences = [line for page in pages for line in page.splitlines() if said in line]
    assert len(sentences) == len(pages) == 21
    assert all(source in line and texts in line for line in sentences)


def test_progress(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """How many days there are and, day by day, what came and how long it will take; results alone go to the output."""
    world.run(*FILL)
    out, err = capsys.readouterr()
    assert "22 days to fill in" in err
    told = re.findall(r"^\[(\d+)/22\] (\S+): (.*)$", err, re.MULTILINE)
    assert [(int(number), day) for number, day, _ in told] == list(enumerate(map(str, WEEKDAYS), start=1))
    assert all(re.search(r"; about \d+ s left$", words) for *_, words in told[:-1])
    assert "left" not in told[-1][2]
    assert "3 announced, 3 matched" in told[0][2]
    assert told[1][2].startswith(f"Nothing was announced for Tuesday, {HOLIDAY}; about")
    assert [line for line in out.splitlines() if line.startswith("[")] == []
    assert out.count("3 announced, 3 matched (from catchup)") == 21


def test_the_pauses_are_arxivs(world: World) -> None:
    """Without a setting there are 15 seconds between two pages, which the estimate at the beginning is made of."""
    path = world.configure()
    path.write_text(path.read_text().replace("request_interval: 0\n", ""))
    clock, said = Hours(), list[str]()
    look = Renderer(Look(), world.root / "templates")
    doors = Doors(clock.web(), Store(world.root), look, datetime(2031, 10, 7, 16, tzinfo=UTC), said.append)
    result = backfill.backfill(config.read(path), doors, WEEKDAYS[0], WEEKDAYS[-1])
    assert (len(result.days), result.exit_code) == (22, 0)
    assert sum(clock.slept) == 15 * (44 - 1)
    assert said[0] == "22 days to fill in; about 11 min left"


# --- stopped, and going on ---


def stopping(world: World, at: int, stop: Callable[[], None]) -> dict[str, Reply | list[Reply]]:
    """Has the local arXiv call `stop` instead of answering the n-th request of the month; the answers of before."""
    path, before = ASKED[at], dict(world.server.answers)
    world.server.answers[path] = Reply(raw=lambda _: stop())
    return before


def goes_on(world: World, whole: dict[str, bytes], at: int) -> None:
    """The same command asks for the pages of the day it was at and of those after it; at its end all is there."""
    world.server.requests.clear()
    assert world.run(*FILL) == 0
    assert world.server.paths == ASKED[at // 2 * 2 :]
    assert kept(world) == whole


@pytest.fixture
def whole(tmp_path_factory: pytest.TempPathFactory, world: World) -> dict[str, bytes]:
    """What the month comes to when nobody stops it."""
    other = World(tmp_path_factory.mktemp("whole"), world.server)
    other.configure()
    assert other.run(*FILL) == 0
    world.server.requests.clear()
    return kept(other)


@pytest.mark.parametrize("at", [0, 12, 13, 43])
def test_interrupted(world: World, whole: dict[str, bytes], capsys: pytest.CaptureFixture[str], at: int) -> None:
    """Ctrl-C at a page of the first, the seventh or the last day ends the command; the next one goes on there."""
    answers = stopping(world, at, lambda: os.kill(os.getpid(), signal.SIGINT))
    assert world.run(*FILL) == 130
    assert capsys.readouterr().err.endswith("stopped\n")
    done = ledger(world) if at >= 2 else {}
    assert list(done) == [str(day) for day in WEEKDAYS[: at // 2]]
    world.server.answers = answers
    goes_on(world, whole, at)


@pytest.mark.parametrize("at", [12, 13])
def test_killed(world: World, whole: dict[str, bytes], at: int) -> None:
    """The same for a process that is killed: nothing half is left, no lock stays, no done day is asked for again."""
    answers = stopping(world, at, lambda: child.kill())  # noqa: PLW0108 - there is no child yet
    command = [sys.executable, "-m", "digest", *FILL, "--config", str(world.root / "config.yaml")]
    child = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    assert child.wait(60) == -signal.SIGKILL
    assert world.server.paths == ASKED[: at + 1]
    world.server.answers = answers
    goes_on(world, whole, at)


# --- ranges ---


def test_from_after_to(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """A range that ends before it begins is a mistake that is named; nothing is asked or written."""
    assert world.run("backfill", "--from", "2031-09-30", "--to", "2031-09-01") == 2
    assert "--from 2031-09-30 is after --to 2031-09-01" in capsys.readouterr().err
    assert (set(world.files()), world.server.requests) == ({"config.yaml"}, [])


def test_days_to_come_are_left_out(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A range that reaches into the future ends with the newest mailing, which the day's own page gives."""
    monkeypatch.setenv("DIGEST_NOW", "2031-09-10T16:00:00Z")
    world.announce(date(2031, 9, 10), announced(date(2031, 9, 10)))
    assert world.run("backfill", "--from", "2031-09-08", "--to", "2041-09-30") == 0
    past = [path for path in ASKED if "2031-09-08" in path or "2031-09-09" in path]
    assert world.server.paths == [*past, *(f"/list/{category}/new?show=2000" for category in CATEGORIES)]
    assert {day: line[1] for day, line in ledger(world).items()} == {
        "2031-09-08": "catchup", "2031-09-09": "catchup", "2031-09-10": "listing",
    }  # fmt: skip
    assert "事后补录" not in world.text("digests/2031/09/2031-09-10.md")


@pytest.mark.parametrize(("first", "last"), [("2031-11-03", "2031-12-31"), ("2031-09-06", "2031-09-07")])
def test_a_range_without_a_mailing(world: World, capsys: pytest.CaptureFixture[str], first: str, last: str) -> None:
    """The future alone, or a weekend: nothing to fill, exit 0, nothing asked or written."""
    assert world.run("backfill", "--from", first, "--to", last) == 0
    assert "Nothing to fill" in capsys.readouterr().out
    assert ([path for path in world.files() if path != ".cache/lock"], world.server.requests) == (["config.yaml"], [])


def test_a_longer_range_asks_for_what_is_missing(world: World) -> None:
    """Of a range that covers done days only the others are asked for."""
    world.run("backfill", "--from", "2031-09-08", "--to", "2031-09-19")
    world.server.requests.clear()
    assert world.run(*FILL) == 0
    done = {str(date(2031, 9, day)) for day in range(8, 20)}
    assert world.server.paths == [path for path in ASKED if path[-19:-9] not in done]
