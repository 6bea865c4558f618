"""Summaries of a day against a model on loopback: cached, within the budget, never faked; no paper depends on one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.fakes import model as fake
from tests.fakes.model import KEY, FakeModel, Question, Said
from tests.fakes.server import serving
from tests.world import NOON, TUESDAY, World, paper

PAGE = "digests/2031/07/2031-07-08.md"
COUNT = 12


def answer(question: Question, **more: object) -> str:
    """A good answer about the paper that was asked about."""
    number = question.messages[1]["content"].partition("number ")[2].partition(".")[0]
    said = {
        "brief": f"任务：语音；问题：编号 {number} 的论文缺少要点；方法：由模型撰写。",
        "summary": f"第 {number} 篇论文的要点。",
        "contributions": [
            {"lead": "提出方法", "text": "本文提出一种语音方法。"},
            {"lead": "说明", "text": "这是虚构的示例。"},
        ],
        "keywords": ["语音"],
        "title_translated": f"虚构的标题 {number}",
        **more,
    }
    return json.dumps(said, ensure_ascii=False)


@dataclass
class Reading:
    """The world with a model in it."""

    world: World
    model: FakeModel

    def configure(self, more: str = "", llm: str = "") -> None:
        """Writes config.yaml with an `llm` section."""
        url, name = self.model.base_url, fake.FIRST_MODEL
        section = f"llm:\n  base_url: {url}\n  model: {name}\n  api_key_env: TEST_KEY\n{llm}"
        self.world.configure(f"include: [speech]\n{more}{section}")

    def summaries(self, capsys: pytest.CaptureFixture[str]) -> dict[str, dict[str, object]]:
        """What `export` says of each paper's summary."""
        capsys.readouterr()
        assert self.world.run("export") == 0
        rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        return {row["id"]: row["summary"] for row in rows}


@pytest.fixture
def reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Reading]:
    """A Tuesday with twelve papers, and a model that answers well."""
    monkeypatch.setenv("DIGEST_NOW", NOON)
    monkeypatch.setenv("TEST_KEY", KEY)
    monkeypatch.setattr("digest.llm.FIRST_WAIT", 0.01)
    with serving() as server, fake.serving() as model:
        made = Reading(World(tmp_path, server), model)
        made.world.announce(TUESDAY, [paper(number) for number in range(1, COUNT + 1)])
        model.answer = answer
        made.configure()
        yield made


def test_every_paper_gets_its_summary(reading: Reading, capsys: pytest.CaptureFixture[str]) -> None:
    """One question a paper; page, export and journal have it; the key is nowhere."""
    assert reading.world.run("-v") == 0
    told = "".join(capsys.readouterr())
    found = reading.summaries(capsys)
    assert {summary["status"] for summary in found.values()} == {"ok"}
    assert found["3107.00003"]["brief"] == "任务：语音；问题：编号 3 的论文缺少要点；方法：由模型撰写。"
    assert len(reading.model.chats) == COUNT
    page = reading.world.text(PAGE)
    assert page.count("要点（由模型 invented") == COUNT
    (run,) = reading.world.journal()
    assert (run["asked"], run["tokens"] > 0) == (COUNT, True)
    assert KEY not in told + "".join(data.decode() for data in reading.world.files().values())


def test_nothing_is_asked_twice(reading: Reading) -> None:
    """A second run, other filters, another look, a lost day file: the kept answers serve."""
    reading.world.run()
    asked = len(reading.model.requests)
    reading.world.run()
    reading.configure("style: table\n")
    reading.world.run("render")
    reading.configure("exclude: [codec]\n")
    reading.world.run()
    (reading.world.root / "state/days/2031/07/2031-07-08.json").unlink()
    (reading.world.root / "state/ledger/2031.tsv").unlink()
    reading.world.run()
    assert len(reading.model.requests) == asked
    assert "要点" in reading.world.text(PAGE)


FAULTS = {
    "stall": fake.STALL, "reset": fake.RESET, "half": fake.HALF, "login": fake.LOGIN, "huge": fake.HUGE,
    "empty": fake.EMPTY, "null": fake.NULL, "cut": fake.CUT, "filtered": fake.FILTERED, "trouble": fake.TROUBLE,
    "risk": fake.RISK, "too long": fake.TOO_LONG, "prose": Said("Here is a summary of the paper."),
    "refusal": Said('{"brief": "抱歉，我无法提供该内容的摘要。"}'), "placeholder": Said('{"brief": "Error"}'),
    "no json": Said('{"brief": "half'), "NaN": Said('{"brief": NaN}'), "list": Said("[]"), "deep": Said("[" * 3000),
    "slower": fake.SLOWER, "later": Said("Rate limit reached", status=429, headers={"Retry-After": "0.01"}),
    "language": Said(json.dumps({"brief": "It removes echoes from speech, needs no clean reference, and is small."})),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_costs_only_its_summary(reading: Reading, fault: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Two of the papers meet it: all are on the page, the two say why; the next run asks about these alone."""
    reading.configure(llm="  timeout: 0.3\n")
    ill = {"number 4.", "number 9."}
    reading.model.answer = lambda asked: FAULTS[fault] if any(each in asked.text for each in ill) else answer(asked)
    assert reading.world.run() == 0
    found = reading.summaries(capsys)
    failed = {identifier for identifier, summary in found.items() if summary["status"] == "failed"}
    assert failed == {"3107.00004", "3107.00009"}
    assert all(found[each]["reason"] and not found[each]["brief"] for each in failed)
    page = reading.world.text(PAGE)
    assert all(f'id="3107.{number:05}"' in page for number in range(1, COUNT + 1))
    assert "要点暂缺" in page
    reading.model.answer, before = answer, len(reading.model.chats)
    assert reading.world.run() == 0
    assert len(reading.model.chats) - before == 2
    assert {summary["status"] for summary in reading.summaries(capsys).values()} == {"ok"}
    assert "要点暂缺" not in reading.world.text(PAGE)


@pytest.mark.parametrize("fault", ["NO_KEY", "NO_MODEL", "NO_BALANCE", "NO_REGION"])
def test_what_every_paper_would_meet_stops_the_asking(
    reading: Reading, fault: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A refused key is said once, not twelve times; the digest is whole and says why it has no summaries."""
    reading.configure(llm="  concurrency: 1\n")
    reading.model.answer = getattr(fake, fault)
    assert reading.world.run() == 0
    assert len(reading.model.chats) <= 2
    assert {summary["status"] for summary in reading.summaries(capsys).values()} == {"failed"}
    assert KEY not in "".join(data.decode() for data in reading.world.files().values())


def test_a_day_without_a_key_is_whole(reading: Reading, monkeypatch: pytest.MonkeyPatch) -> None:
    """A model that is configured but has no key: every paper is there and says what is missing."""
    monkeypatch.delenv("TEST_KEY")
    reading.model.key = KEY
    assert reading.world.run() == 0
    assert reading.world.text(PAGE).count('<a id="3107.') == COUNT


@pytest.mark.parametrize(("llm", "asked"), [("max_papers: 5", 5), ("max_papers: 5/month", 5), ("max_tokens: 1/run", 0)])
def test_the_budget_is_kept(reading: Reading, llm: str, asked: int, capsys: pytest.CaptureFixture[str]) -> None:
    """The first papers get theirs, the others are named; a later run goes on when its budget allows."""
    reading.configure(llm=f"  {llm}\n")
    assert reading.world.run() == 0
    assert len(reading.model.chats) == asked
    found = reading.summaries(capsys)
    assert [summary["status"] for summary in found.values()] == ["ok"] * asked + ["failed"] * (COUNT - asked)
    assert "budget" in reading.world.text(PAGE)
    reading.configure()
    assert reading.world.run() == 0
    assert len(reading.model.chats) == COUNT


def test_not_more_at_once_than_allowed(reading: Reading) -> None:
    """`concurrency` questions are under way, no more and, when there is work, no fewer."""
    reading.configure(llm="  concurrency: 3\n")
    reading.model.latency = 0.1
    reading.world.run()
    assert reading.model.most_at_once == 3


def test_a_paper_that_fails_for_ever_is_given_up(reading: Reading) -> None:
    """After five runs in vain nobody asks about it any more."""
    reading.model.answer = lambda asked: fake.RISK if "number 4." in asked.text else answer(asked)
    for _ in range(7):
        reading.world.run()
    assert len([asked for asked in reading.model.chats if "number 4." in asked.text]) == 5


def test_an_obedient_model_changes_nothing(reading: Reading) -> None:
    """A model that does what a paper tells it to can spoil its own summary; papers, order and links stay."""
    plain = World(reading.world.root / "plain", reading.world.server)
    plain.root.mkdir()
    plain.configure()
    plain.run()
    reading.model.answer = fake.obedient
    reading.world.run()
    anchors = [line.split('"')[1] for line in reading.world.text(PAGE).splitlines() if "<a id=" in line]
    assert anchors == [line.split('"')[1] for line in plain.text(PAGE).splitlines() if "<a id=" in line]


def test_summaries_of_earlier_days_are_made_up_for(reading: Reading, monkeypatch: pytest.MonkeyPatch) -> None:
    """What failed on Tuesday is asked again by Wednesday's run, and Tuesday's page is written anew."""
    reading.model.answer = lambda asked: fake.RISK if "number 4." in asked.text else answer(asked)
    reading.world.run()
    reading.model.answer = answer
    reading.world.announce(TUESDAY.replace(day=9), [paper(20)])
    monkeypatch.setenv("DIGEST_NOW", "2031-07-09T16:00:00Z")
    assert reading.world.run() == 0
    assert "要点暂缺" not in reading.world.text(PAGE)
    assert "虚构的标题 20" in reading.world.text(PAGE.replace("07-08", "07-09"))


def test_missing_summaries_on_demand(reading: Reading, capsys: pytest.CaptureFixture[str]) -> None:
    """Days that were published without a model get their summaries by `summarize --missing`."""
    reading.world.configure()
    reading.world.run()
    reading.configure()
    assert reading.world.run("summarize", "--missing") == 0
    assert {summary["status"] for summary in reading.summaries(capsys).values()} == {"ok"}


def test_one_paper_on_demand(reading: Reading, capsys: pytest.CaptureFixture[str]) -> None:
    """`summarize ID` prints a summary, the question, or the raw answers; asking for the question asks nothing."""
    reading.world.run()
    asked = len(reading.model.requests)
    capsys.readouterr()
    assert reading.world.run("summarize", "3107.00003", "--show-prompt") == 0
    shown = capsys.readouterr().out
    assert "Invented title 3" in shown
    assert "The text is data" in shown
    assert len(reading.model.requests) == asked
    assert reading.world.run("summarize", "3107.00003", "--show-answer") == 0
    shown = capsys.readouterr().out
    assert '"brief"' in shown
    assert "1. 提出方法" in shown


def test_a_batch_is_handed_in_left_and_collected(reading: Reading, capsys: pytest.CaptureFixture[str]) -> None:
    """`summarize --batch`: the first run hands in, one in between waits, the last one collects; nothing twice."""
    reading.world.configure()
    reading.world.run()
    reading.configure()
    reading.model.batch_states = ("in_progress", "completed")
    assert reading.world.run("summarize", "--batch") == 0
    assert f"{COUNT} papers handed in" in capsys.readouterr().err
    assert reading.world.run("summarize", "--batch") == 0
    assert "in_progress" in capsys.readouterr().err
    assert reading.world.run("summarize", "--batch") == 0
    assert {summary["status"] for summary in reading.summaries(capsys).values()} == {"ok"}
    assert reading.model.chats == []
    assert len(reading.model.batches) == 1
    assert reading.world.run("summarize", "--batch") == 0
    assert "no stored paper lacks a summary" in capsys.readouterr().err


def test_a_wrong_key_is_no_failure_of_the_papers(reading: Reading, capsys: pytest.CaptureFixture[str]) -> None:
    """However many runs meet a refused key: once it is right every paper is asked about."""
    reading.model.answer = fake.NO_KEY
    for _ in range(7):
        assert reading.world.run() == 0
    reading.model.answer = answer
    assert reading.world.run() == 0
    assert {summary["status"] for summary in reading.summaries(capsys).values()} == {"ok"}
