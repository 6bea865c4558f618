"""What must not happen to summaries: papers given up for the service's faults, keys told to others, endless budgets."""

from __future__ import annotations

import pytest

from tests.fakes import model as fake
from tests.fakes.model import KEY
from tests.test_summaries import COUNT, PAGE, Reading, answer, reading

__all__ = ["reading"]  # the fixture


@pytest.mark.parametrize("fault", ["TROUBLE", "NO_KEY"])
def test_trouble_of_the_service_gives_no_paper_up(
    reading: Reading, fault: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """However long a service is down or refuses the key: when it is well every paper is asked about."""
    reading.model.answer = getattr(fake, fault)
    for _ in range(6):
        assert reading.world.run() == 0
    reading.model.answer = answer
    assert reading.world.run() == 0
    assert {summary["status"] for summary in reading.summaries(capsys).values()} == {"ok"}


def test_a_key_goes_to_its_own_provider_alone(reading: Reading, monkeypatch: pytest.MonkeyPatch) -> None:
    """A preset's own variable is read, never another's: with only OPENAI_API_KEY set nothing is sent."""
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.delenv("DEEPSEEK_API_KEY", raising=False)
    reading.world.configure(f"include: [speech]\nllm:\n  preset: deepseek\n  model: {fake.FIRST_MODEL}\n")
    assert reading.world.run() == 0
    assert reading.world.text(PAGE).count('<a id="3107.') == COUNT
    assert "密钥缺失或被拒绝" in reading.world.text(PAGE)
    assert "DEEPSEEK_API_KEY" in reading.world.text(PAGE).replace("\\", "")


def test_a_budget_in_money_needs_a_price(reading: Reading, capsys: pytest.CaptureFixture[str]) -> None:
    """A limit that could not be kept is a mistake of the configuration, not a silence."""
    reading.configure(llm="  max_cost: 1/month\n")
    assert reading.world.run() == 2
    assert "no price of this model is known" in capsys.readouterr().err
    assert reading.model.requests == []


@pytest.mark.parametrize("prompt", [b"{{ nonsense }}", b"{{ 1 / 0 }}", "问题".encode("gbk"), b"{% if %}"])
def test_a_broken_prompt_costs_no_page(reading: Reading, prompt: bytes) -> None:
    """A fork's prompt that cannot be used: the page is there and says which one, not where the checkout lies."""
    template = reading.world.root / "templates" / "prompt.system.j2"
    template.parent.mkdir()
    template.write_bytes(prompt)
    assert reading.world.run() == 0
    page = reading.world.text(PAGE).replace("\\", "")
    assert page.count('<a id="3107.') == COUNT
    assert "templates/prompt.system.j2" in page
    assert str(reading.world.root) not in page
    assert reading.model.requests == []


def test_a_key_that_comes_back_is_shown_nowhere(reading: Reading, capsys: pytest.CaptureFixture[str]) -> None:
    """A server that writes the key it was sent into its answer: three stars stand in its place, everywhere."""
    reading.model.answer = lambda asked: answer(asked, summary=f"由密钥 {KEY} 生成的概要。")
    assert reading.world.run("-v") == 0
    assert reading.world.run("summarize", "3107.00003", "--show-answer") == 0
    assert {str(each["summary"]).count("***") for each in reading.summaries(capsys).values()} == {1}
    told = "".join(capsys.readouterr()) + "".join(data.decode() for data in reading.world.files().values())
    assert KEY not in told


@pytest.mark.parametrize(("llm", "asked"), [("max_papers: 3", 3), ("max_papers: 5/month", 5), ("max_tokens: 3001", 2)])
def test_a_batch_keeps_the_budget(reading: Reading, llm: str, asked: int, capsys: pytest.CaptureFixture[str]) -> None:
    """No more papers are handed in than the budget allows; the others are named, and each is counted once."""
    reading.world.configure()
    reading.world.run()
    reading.configure(llm=f"  {llm}\n")
    assert reading.world.run("summarize", "--batch") == 0
    said = capsys.readouterr().err
    assert f"{COUNT - asked} papers are left for another time" in said
    assert f"{asked} papers handed in" in said
    reading.configure()
    assert reading.world.run("summarize", "--batch") == 0
    statuses = [summary["status"] for summary in reading.summaries(capsys).values()]
    assert statuses == ["ok"] * asked + ["none"] * (COUNT - asked)
    runs = reading.world.journal()
    assert sum(run["asked"] for run in runs) == asked


@pytest.mark.parametrize("command", ["--batch", "--missing", "3107.00001"])
def test_who_asks_is_told_that_it_failed(reading: Reading, command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A command that is about summaries and got none does not end as if it had."""
    reading.world.configure()
    reading.world.run()
    reading.configure()
    reading.model.answer = fake.NO_KEY
    reading.model.key = "another-key-than-ours"
    assert reading.world.run("summarize", command) in {3, 4}
    assert "the provider refuses the key" in capsys.readouterr().err


def test_no_key_is_called_by_its_name(reading: Reading, monkeypatch: pytest.MonkeyPatch) -> None:
    """A service of one's own that wants a key and got none: the page says which variable is not set."""
    monkeypatch.delenv("TEST_KEY")
    reading.model.key = KEY
    assert reading.world.run() == 0
    assert "llm.api_key_env" in reading.world.text(PAGE).replace("\\", "")


@pytest.mark.parametrize(
    ("brief", "status"),
    [
        ("." * 60 + "x 这是一句话。", "ok"),
        ("大语言模型作为AI评审者时，本文指出其无法提供该领域的依据。", "ok"),
        ("N/A", "failed"),
        ("…… 无", "failed"),
    ],
)
def test_what_says_nothing(reading: Reading, brief: str, status: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Placeholders are no summaries, in no time; words about models and refusals are none of theirs."""
    reading.model.answer = lambda asked: answer(asked, brief=brief)
    assert reading.world.run() == 0
    found = {summary["status"] for summary in reading.summaries(capsys).values()}
    assert (found == {"failed"}) is (status == "failed")
