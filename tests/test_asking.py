"""What is asked, what is kept, what it costs: the rules of a single question, also with a known price."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from digest import answers, summarize
from digest.answers import Answers, Entry
from digest.errors import ModelError
from digest.files import Files
from digest.models import Summary, Trust
from digest.prompts import Prompter
from digest.providers import Price
from digest.render import shipped_templates
from tests import make
from tests.fakes import model as fake
from tests.fakes.model import Question, Said
from tests.test_summaries import COUNT, PAGE, Reading, answer, reading
from tests.world import TUESDAY, paper

__all__ = ["reading"]  # the fixture
PRICE = "endpoint.providers.price"


@pytest.fixture
def priced(reading: Reading, monkeypatch: pytest.MonkeyPatch) -> Reading:
    """A model that costs 1 USD for a thousand tokens of either side, cached or not."""
    price = Price(1000.0, 1000.0, 1000.0, "USD", make.DAY)
    monkeypatch.setattr(f"digest.{PRICE}", lambda _where, _model: price)
    return reading


@pytest.mark.parametrize("span", ["run", "month"])
def test_a_budget_in_money_is_kept(priced: Reading, span: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The limit is not passed by more than what the first paper shows one to cost; the rest say why."""
    priced.model.answer = lambda asked: Said(answer(asked), usage={"prompt_tokens": 700, "completion_tokens": 300})
    priced.configure(llm=f"  max_cost: 4.5/{span}\n")
    assert priced.world.run() == 0
    assert "the budget is used up" in capsys.readouterr().err
    statuses = [summary["status"] for summary in priced.summaries(capsys).values()]
    assert statuses == ["ok"] * 4 + ["failed"] * (COUNT - 4)
    (run,) = priced.world.journal()
    assert (run["asked"], run["tokens"], run["cost"], run["currency"]) == (4, 4000, 4.0, "USD")
    assert "4000 tokens，约 4.0000 USD" in priced.world.text(PAGE)
    priced.world.run()
    assert len(priced.model.chats) == (4 if span == "month" else 8)


def test_without_a_price_the_cost_is_unknown(reading: Reading) -> None:
    """A journal does not say that something cost nothing."""
    reading.world.run()
    (run,) = reading.world.journal()
    assert run["cost"] is None
    assert run["tokens"]


def test_a_batch_costs_half(priced: Reading) -> None:
    """What is asked as a batch is on the bill at half the price."""
    priced.world.configure()
    priced.world.run()
    priced.configure()
    for _ in range(2):
        assert priced.world.run("summarize", "--batch") == 0
    run = priced.world.journal()[-1]
    assert run["tokens"]
    assert run["cost"] == pytest.approx(float(str(run["tokens"])) / 2000)


def test_a_cut_answer_gets_more_room_and_is_paid(priced: Reading) -> None:
    """An answer that was cut off is asked for once more with twice the room; both are on the bill."""

    def said(question: Question) -> Said | str:
        usage = {"prompt_tokens": 100, "completion_tokens": 100}
        room = question.body["max_tokens"]
        return Said(answer(question), "stop" if room > 1200 else "length", usage=usage)

    priced.model.answer = said
    assert priced.world.run() == 0
    assert sorted({question.body["max_tokens"] for question in priced.model.chats}) == [1200, 2400]
    (run,) = priced.world.journal()
    assert (run["asked"], run["tokens"]) == (COUNT, COUNT * 400)


def test_money_spent_in_vain_is_told(priced: Reading) -> None:
    """Answers of no use cost as much as others: the foot and the journal say so."""
    priced.configure(llm="  concurrency: 1\n")
    priced.model.answer = Said("prose", usage={"prompt_tokens": 50, "completion_tokens": 50})
    assert priced.world.run() == 0
    assert "没有得到可用的要点，共 1000 tokens，约 1.0000 USD" in priced.world.text(PAGE)


@pytest.mark.parametrize(
    ("first", "second", "kept"),
    [
        ("提升 77%。", "提升 88%，又 99%。", "77"),
        ("提升 77%，又 99%。", "提升 88%。", "88"),
        ("提升 77%。", "效果好。", "效果好"),
    ],
)
def test_the_better_answer_is_kept(reading: Reading, first: str, second: str, kept: str) -> None:
    """Of two answers the one with fewer doubts; the model is told what was wrong with the first."""

    def said(question: Question) -> str:
        repaired = len(question.messages) > 2
        if repaired:
            assert "77%" in question.messages[-1]["content"]
        return answer(question, summary=second if repaired else first)

    reading.model.answer = said
    reading.world.announce(TUESDAY, [paper(1)])
    assert reading.world.run() == 0
    assert kept in reading.world.text(PAGE).partition("</details>")[0]


def test_what_was_paid_for_is_kept_when_the_repair_fails(reading: Reading, capsys: pytest.CaptureFixture[str]) -> None:
    """A key that runs out between question and repair: the first answer stays, with its doubts."""
    reading.world.announce(TUESDAY, [paper(1)])
    plain = 2  # messages of a question that is no repair
    reading.model.answer = lambda asked: (
        answer(asked, summary="提升 77%。") if len(asked.messages) == plain else fake.NO_BALANCE
    )
    assert reading.world.run() == 0
    assert [summary["status"] for summary in reading.summaries(capsys).values()] == ["doubtful"]


def test_an_answer_belongs_to_version_model_and_question(tmp_path: Path) -> None:
    """Another version, another model, another prompt: another question."""
    kept = Answers(Files(tmp_path))
    first = make.paper(version=1)
    kept.keep(first.id, Entry(answers.key(first, "one", "zh abc"), Summary(Trust.OK, brief="好")))
    assert kept.find(first.id, answers.key(make.paper(version=1), "one", "zh abc")) is not None
    for version, model, question in ((2, "one", "zh abc"), (1, "two", "zh abc"), (1, "one", "en abc"), (1, "one", "")):
        assert kept.find(first.id, answers.key(make.paper(version=version), model, question)) is None


@pytest.mark.parametrize("name", ["system", "paper", "repair"])
def test_each_prompt_is_a_part_of_the_question(tmp_path: Path, name: str) -> None:
    """A fork that edits one of its prompts asks anew."""
    shipped = shipped_templates()
    text = (shipped / f"prompt.{name}.j2").read_text(encoding="utf-8")
    (tmp_path / f"prompt.{name}.j2").write_text(f"{text}\nBe kind.", encoding="utf-8")
    assert Prompter((tmp_path, shipped), "zh").hash != Prompter((shipped,), "zh").hash


GOOD = '{"brief": "提出一种去混响的方法。"}'


@pytest.mark.parametrize(
    "said",
    [
        f"<think>hm</think>{GOOD}", f"thoughts without a beginning</think>\n{GOOD}", f"```json\n{GOOD}\n```",
        f"```\n{GOOD}```", f"Here it is:\n{GOOD}\nI hope it helps.",
        '{"brief": "提出一种去混响的方法。",}', f"[THINK]x[/THINK]  {GOOD}",
    ],
)  # fmt: skip
def test_answers_are_read_tolerantly(said: str) -> None:
    """Thoughts, fences, words around, trailing commas."""
    assert summarize.read(said).brief == "提出一种去混响的方法。"


POINTS = ', "contributions": [{"lead": "一", "text": "一点。"}, {"lead": "二", "text": "两点。"}]'
NONE = (
    "抱歉，我无法提供该论文的摘要。", "请求超时，请重试。", "生成失败", "Rate limit exceeded", "Error", "Error: 500",
    "N/A", "An error occurred while processing your request.", "one sentence: the task, the problem, the method",
    "服务器繁忙，请稍后再试。", "I'm sorry, but I cannot help with that.", "request timed out", "暂无",
)  # fmt: skip


@pytest.mark.parametrize("points", ["", POINTS])
@pytest.mark.parametrize("brief", NONE)
def test_no_error_is_a_summary(brief: str, points: str) -> None:
    """Refusals, error messages, placeholders and the prompt's own words are none, whatever stands beside them."""
    with pytest.raises(ModelError):
        summarize.read(f'{{"brief": {json.dumps(brief)}{points}}}')


@pytest.mark.parametrize(
    "brief",
    ["生成失败轨迹可以用来训练机器人策略，本文提出一种利用它们的方法，并在三个任务上验证其有效性，结果显示成功率有所提升，代价很小，也不需要任何人工标注或者奖励函数，只用一台机器。",
     "Error rates of recognisers fall when rooms are known; the network learns them from clapping."],
)  # fmt: skip
def test_papers_about_errors_have_summaries(brief: str) -> None:
    """Words about failures and errors are none of them."""
    assert summarize.read(json.dumps({"brief": brief})).brief == brief


def test_many_blank_lines_cost_no_time() -> None:
    """An answer of nothing but a fence and blank lines is refused at once."""
    with pytest.raises(ModelError):
        summarize.read("```json" + "\n" * 90_000)
