"""Providers and prices as data: whole, dated, and silent where nothing is known."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from digest import providers
from digest.dialect import MODES, Answer
from digest.llm import Model, Settings, Used
from digest.wire import check_address
from tests.fakes import model as fakes
from tests.fakes.model import FakeModel
from tests.test_llm import ASKED, SCHEMA

NAMES = ("openai", "deepseek", "qwen", "zhipu", "moonshot", "siliconflow", "gemini", "ollama", "vllm", "llama.cpp")
DATA = Path(providers.__file__).parent / "data"


@pytest.mark.parametrize("name", NAMES)
def test_the_providers_that_people_use_are_there(name: str) -> None:
    """By name, with an address that may be asked, a variable for the key, forms that exist, and a date."""
    preset = providers.preset(name)
    assert check_address(preset.base_url)
    local = "localhost" in preset.base_url
    assert bool(preset.key_variable) is bool(preset.model) is not local
    assert set(preset.modes) <= set(MODES)
    assert sorted(preset.modes, key=MODES.index) == list(preset.modes)
    assert date(2026, 1, 1) < preset.date


def test_names_lists_them_all() -> None:
    """In the order of the file."""
    assert set(NAMES) <= set(providers.names())
    assert providers.names()[0] == "openai"


def test_retired_models_are_no_examples() -> None:
    """`deepseek-chat` was switched off in July 2026."""
    assert providers.preset("deepseek").model not in {"deepseek-chat", "deepseek-reasoner"}


@pytest.mark.parametrize(
    ("name", "hint"), [("deepsek", "did you mean `deepseek`"), ("OpenAI", "`openai`"), ("zzz", "write one of openai, ")]
)
def test_an_unknown_name_gets_a_hint(name: str, hint: str) -> None:
    """The nearest name, or all of them."""
    with pytest.raises(ValueError, match="there is no provider") as caught:
        providers.preset(name)
    assert hint in str(caught.value)


@pytest.mark.parametrize("name", providers.names())
def test_a_preset_is_enough_to_ask(name: str) -> None:
    """Its first form and its own fields make a request that a provider with these forms takes at once."""
    preset = providers.preset(name)
    model_name = preset.model or "local"
    lacking = [f"json_{mode}" for mode in MODES[:2] if mode not in preset.modes]
    with fakes.serving(FakeModel("{}", models=[model_name], refuses=lacking)) as fake:
        settings = Settings(fake.base_url, model_name, fakes.KEY, preset.modes[0], extra_body=preset.extra_body)
        assert Model(settings).complete(ASKED, SCHEMA).mode == preset.modes[0]
        assert len(fake.chats) == 1
        assert preset.extra_body.items() <= fake.chats[0].body.items()


@pytest.mark.parametrize("name", providers.names())
def test_a_known_price_is_dated_and_sane(name: str) -> None:
    """A cached token is not dearer than a fresh one, and an answer not cheaper than a question."""
    preset = providers.preset(name)
    price = providers.price(name, preset.model)
    assert price is None or (0 <= price.cached <= price.input <= price.output and price.date > date(2026, 1, 1))


def test_there_are_prices() -> None:
    """At least five, each with the page it is from."""
    rows = [line for line in (DATA / "prices.tsv").read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    assert len(rows) > 5
    assert all(row.split("\t")[-1].startswith("https://") for row in rows[1:])


def test_a_price_is_found_by_name_and_by_address() -> None:
    """A preset's name, or any address on its host; capitals do not matter."""
    price = providers.price("deepseek", "deepseek-flash")
    assert price == providers.Price(0.3, 0.006, 1.2, "USD", date(2026, 10, 21))
    assert providers.price("https://api.deepseek.com/v1", "DeepSeek-Flash") == price


@pytest.mark.parametrize(
    ("where", "model"),
    [
        ("deepseek", "deepseek-unheard-of"), ("deepseek", ""), ("", "deepseek-flash"),
        ("https://api.deepseek.com.example.org", "deepseek-flash"),
        ("https://gateway.example.org/v1", "deepseek-flash"), ("http://localhost:11434/v1", "x"),
    ],
)  # fmt: skip
def test_an_unknown_price_is_none(where: str, model: str) -> None:
    """Another model, another host: nothing is guessed."""
    assert providers.price(where, model) is None


@pytest.mark.parametrize(
    "used", [Answer("", "", 1_000_000, 200_000, 400_000, "text"), Used(1_000_000, 200_000, 400_000)]
)
def test_cost(used: Answer | Used) -> None:
    """Fresh and cached tokens of the question and those of the answer, each at its price; of an answer or of a run."""
    price = providers.Price(2.0, 0.5, 10.0, "USD", date(2031, 7, 8))
    assert providers.cost(price, used) == pytest.approx(0.6 * 2.0 + 0.4 * 0.5 + 0.2 * 10.0)
