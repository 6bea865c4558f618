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


def test_a_broken_prompt_costs_no_page(reading: Reading) -> None:
    """A fork's prompt that cannot be used: the page is there and says what is wrong with the template."""
    template = reading.world.root / "templates" / "prompt.system.j2"
    template.parent.mkdir()
    template.write_text("{{ nonsense }}")
    assert reading.world.run() == 0
    assert "nonsense" in reading.world.text(PAGE)
    assert reading.model.requests == []


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
