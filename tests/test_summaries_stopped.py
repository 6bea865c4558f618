"""When the asking stops: a model that is of no use, a person who presses Ctrl-C, a kill; what was paid for is known."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from digest.llm import IN_A_ROW
from tests.fakes import model as fake
from tests.fakes.model import Question, Said
from tests.test_summaries import COUNT, PAGE, Reading, answer, reading
from tests.world import TUESDAY, paper

__all__ = ["reading"]  # the fixture
MANY = 6  # questions before something happens


@pytest.mark.parametrize("useless", ["Here is a summary.", '{"brief": ""}', '{"brief": 7}', ""])
def test_a_model_of_no_use_is_not_asked_to_the_end(
    reading: Reading, useless: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Answers in prose cost money for nothing: after a few the run stops, says so, and all papers are there."""
    reading.configure(llm="  concurrency: 1\n")
    reading.model.answer = Said(useless)
    assert reading.world.run() == 0
    assert f"{IN_A_ROW} papers in a row got no summary" in capsys.readouterr().err
    assert len(reading.model.chats) <= 2 * IN_A_ROW
    page = reading.world.text(PAGE)
    assert page.count('<a id="3107.') == COUNT
    assert page.count("要点暂缺") == COUNT
    assert page.count("本次运行已停止提问") >= COUNT - IN_A_ROW
    reading.model.answer = answer
    assert reading.world.run() == 0
    assert {summary["status"] for summary in reading.summaries(capsys).values()} == {"ok"}


def test_a_filter_that_likes_no_paper_stops_nothing(reading: Reading) -> None:
    """What a content filter refuses tells nothing of the next paper: every one is asked about."""
    reading.model.answer = fake.RISK
    assert reading.world.run() == 0
    assert len(reading.model.chats) == COUNT


def test_who_asks_for_the_missing_gets_them(reading: Reading, capsys: pytest.CaptureFixture[str]) -> None:
    """A paper that daily runs have given up is asked about once more by `summarize --missing`."""
    reading.model.answer = lambda asked: fake.RISK if "number 4." in asked.text else answer(asked)
    for _ in range(6):
        reading.world.run()
    reading.model.answer, before = answer, len(reading.model.chats)
    reading.world.run()
    assert len(reading.model.chats) == before
    assert reading.world.run("summarize", "--missing") == 0
    assert len(reading.model.chats) == before + 1
    assert {summary["status"] for summary in reading.summaries(capsys).values()} == {"ok"}


def after(count: int, happens: Callable[[], object]) -> Callable[[Question], Said | str]:
    """A model that answers `count` questions, then lets something happen and answers no more."""
    asked: list[Question] = []
    lock = threading.Lock()

    def said(question: Question) -> Said | str:
        with lock:
            asked.append(question)
            number = len(asked)
        if number == count + 1:
            happens()
        return answer(question) if number <= count else fake.STALL

    return said


def interrupt() -> None:
    """Ctrl-C."""
    signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)


# The interrupt may strike in the library, between opening a file and the block that closes it.
@pytest.mark.filterwarnings("ignore:Exception ignored in. <_io.FileIO:pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("concurrency", [1, 4])
def test_ctrl_c_waits_for_nobody(reading: Reading, concurrency: int, capsys: pytest.CaptureFixture[str]) -> None:
    """A person who stops a run is not kept waiting for answers; what has come is kept, and on the bill."""
    reading.configure(llm=f"  concurrency: {concurrency}\n  timeout: 3600\n")
    reading.model.answer = after(MANY, interrupt)
    assert reading.world.run() == 130
    assert capsys.readouterr().err.endswith("stopped\n")
    (run,) = reading.world.journal()
    kept = list((reading.world.root / "state/summaries/3107").glob("3107.*.json"))
    assert MANY - concurrency < len(kept) <= MANY
    assert len(kept) <= run["asked"] <= MANY + concurrency
    asked: set[str] = set()

    def well(question: Question) -> str:
        asked.add(question.text)
        return answer(question)

    reading.model.answer = well
    assert reading.world.run() == 0
    assert len(asked) == COUNT - len(kept)
    assert {summary["status"] for summary in reading.summaries(capsys).values()} == {"ok"}


def killed(reading: Reading, count: int) -> None:
    """A run that is killed by the system after so many answers."""
    command = [sys.executable, "-m", "digest", "run", "--config", str(reading.world.root / "config.yaml")]
    reading.model.answer = after(count, lambda: os.kill(child.pid, signal.SIGKILL))
    child = subprocess.Popen(command, cwd=Path(__file__).parents[1], stderr=subprocess.DEVNULL)
    assert child.wait() == -signal.SIGKILL


def test_a_killed_run_is_on_the_bill(reading: Reading, capsys: pytest.CaptureFixture[str]) -> None:
    """What a killed run has spent counts against the month's budget, and against that of the run that goes on."""
    reading.configure(llm=f"  concurrency: 1\n  max_papers: {MANY + 2}\n")
    killed(reading, MANY)
    assert not (reading.world.root / "state/journal").exists()
    reading.model.answer = answer
    assert reading.world.run() == 0
    (run,) = reading.world.journal()
    assert run["asked"] == MANY + 2
    statuses = [summary["status"] for summary in reading.summaries(capsys).values()]
    assert statuses.count("ok") == MANY + 2
    assert reading.world.run() == 0  # the next one has its own budget, for the rest
    assert {summary["status"] for summary in reading.summaries(capsys).values()} == {"ok"}


def test_a_single_paper_is_on_the_bill(reading: Reading) -> None:
    """What `summarize ID` spends, with an answer of use or not, stands in the journal with the next run that asks."""
    reading.configure(llm="  max_papers: 4\n")
    reading.world.run()
    for useless in (False, True):
        reading.model.answer = Said("prose") if useless else answer
        assert reading.world.run("summarize", "3107.00007", "--show-answer") == (3 if useless else 0)
    reading.model.answer = answer
    reading.configure()
    reading.world.run()
    runs = reading.world.journal()
    assert [run["asked"] for run in runs] == [4, 2 + COUNT - 5]


def handed_in(reading: Reading, *states: str) -> None:
    """A day that was published without a model, whose summaries are asked for as a batch."""
    reading.world.configure()
    reading.world.run()
    reading.configure()
    reading.model.batch_states = states
    assert reading.world.run("summarize", "--batch") == 0


def test_a_daily_run_collects_a_batch(reading: Reading, capsys: pytest.CaptureFixture[str]) -> None:
    """What was handed in is collected by whichever run comes then; nothing is asked again or paid twice."""
    handed_in(reading, "in_progress", "completed")
    assert reading.world.run() == 0
    assert "in_progress; a later run collects it" in capsys.readouterr().err
    assert reading.world.run() == 0
    assert {summary["status"] for summary in reading.summaries(capsys).values()} == {"ok"}
    assert reading.model.chats == []
    runs = reading.world.journal()
    assert [run["asked"] for run in runs].count(COUNT) == 1
    assert "要点暂缺" not in reading.world.text(PAGE)


@pytest.mark.parametrize("pending", ["[]", "{broken", '{"batch": "gone", "asked": [["3107.00001", "v1"]]}'])
def test_a_batch_in_trouble_stops_no_run(reading: Reading, pending: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A batch that is not known, or a file that cannot be read, is told; the day is there, and nothing paid twice."""
    reading.world.root.joinpath("state").mkdir()
    reading.world.root.joinpath("state/batch.json").write_text(pending)
    assert reading.world.run() == 0
    assert "the batch could not be collected" in capsys.readouterr().err
    left = {name for name, summary in reading.summaries(capsys).items() if summary["status"] != "ok"}
    assert left == ({"3107.00001"} if "gone" in pending else set())


def test_what_is_known_by_now_reaches_its_page(reading: Reading, monkeypatch: pytest.MonkeyPatch) -> None:
    """A summary that failed on Tuesday and was asked for by hand stands on Tuesday's page after Wednesday's run."""
    reading.model.answer = lambda asked: fake.RISK if "number 4." in asked.text else answer(asked)
    reading.world.run()
    assert "要点暂缺" in reading.world.text(PAGE)
    reading.model.answer = answer
    assert reading.world.run("summarize", "3107.00004") == 0
    before = len(reading.model.chats)
    reading.world.announce(TUESDAY.replace(day=9), [paper(20)])
    monkeypatch.setenv("DIGEST_NOW", "2031-07-09T16:00:00Z")
    assert reading.world.run() == 0
    assert "要点暂缺" not in reading.world.text(PAGE)
    assert len(reading.model.chats) == before + 1


def test_a_batch_answers_what_it_was_asked(reading: Reading, capsys: pytest.CaptureFixture[str]) -> None:
    """Answers that come for another model, or another version of a paper, than is shown now are no answers to these."""
    handed_in(reading, "completed")
    url = reading.model.base_url
    reading.world.configure(
        f"include: [speech]\nllm: {{base_url: '{url}', model: invented-2, api_key_env: TEST_KEY}}\n"
    )
    assert reading.world.run("summarize", "--batch") == 0
    assert {summary["status"] for summary in reading.summaries(capsys).values()} == {"none"}
    assert not (reading.world.root / "state/summaries").exists()


def test_a_batch_that_is_collected_twice_over(reading: Reading, capsys: pytest.CaptureFixture[str]) -> None:
    """A run that was killed between keeping the answers and writing the pages: the next one writes them."""
    handed_in(reading, "completed", "completed")
    pending = reading.world.root / "state/batch.json"
    kept, day = pending.read_text(), reading.world.root / "state/days/2031/07/2031-07-08.json"
    before = day.read_text()
    assert reading.world.run("summarize", "--batch") == 0
    pending.write_text(kept)
    day.write_text(before)
    assert reading.world.run("summarize", "--batch") == 0
    assert {summary["status"] for summary in reading.summaries(capsys).values()} == {"ok"}
    runs = reading.world.journal()
    assert sum(run["asked"] for run in runs) == COUNT
