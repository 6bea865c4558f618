"""What summaries cost: wall time against the ideal of so many questions at once, tokens, money a month."""

from __future__ import annotations

import json
import math
from pathlib import Path

from benchmarks.invented import invented
from benchmarks.measure import once
from digest import prompts, providers
from digest.models import Paper
from digest.render import shipped_templates
from tests.fakes import model as fake
from tests.fakes.server import FakeServer
from tests.world import NOON, TUESDAY, World

PAPERS, AT_ONCE, LATENCY = 100, 8, 2.0
A_DAY, DAYS = 40, 22  # papers a day and mailings a month
ROWS = (
    ("openai", "gpt-6-luna"), ("deepseek", "deepseek-flash"), ("qwen-intl", "qwen3.8-flash"),
    ("moonshot-intl", "kimi-k2.6"), ("gemini", "gemini-3.5-flash-lite"),
)  # fmt: skip
ANSWER = {
    "brief": "任务：语音增强；问题：训练需要成对的干净语音；方法：以混响的能量衰减作为自监督目标。",
    "summary": "不需要干净参考即可去除混响，在实录数据上优于有监督的基线。",
    "contributions": [
        {"lead": "无需干净参考", "text": "以晚期混响的能量衰减作为训练信号，不再需要成对数据。"},
        {"lead": "小而快", "text": "模型小，可在单个处理器核心上实时运行。"},
        {"lead": "效果", "text": "在真实房间的录音上，感知质量与识别率都有提升。"},
    ],
    "keywords": ["语音增强", "去混响", "自监督学习"],
    "title_translated": "安静的房间：无需干净参考的去混响",
}


def many_papers(server: FakeServer, folder: Path) -> None:
    """A hundred papers, two seconds an answer, eight at once; then the same run again."""
    world = World(folder / "summaries", server)
    world.root.mkdir()
    world.announce(TUESDAY, invented(PAPERS, 5))
    text = json.dumps(ANSWER, ensure_ascii=False)
    with fake.serving() as model:
        model.answer, model.latency = text, LATENCY
        world.configure(
            f"llm:\n  base_url: {model.base_url}\n  model: {fake.FIRST_MODEL}\n  api_key_env: BENCH_KEY\n"
            f"  concurrency: {AT_ONCE}\n"
        )
        arguments = ["-m", "digest", "run", "-q", "--config", str(world.root / "config.yaml")]
        environment = {"DIGEST_NOW": NOON, "BENCH_KEY": fake.KEY}
        first = once(arguments, environment)
        asked = len(model.requests)
        again = once(arguments, environment)
        repeated = len(model.requests) - asked
    ideal = math.ceil(PAPERS / AT_ONCE) * LATENCY
    print(
        f"{PAPERS} summaries, {LATENCY:.0f} s each, {AT_ONCE} at once: {first.wall:.2f} s wall, {first.cpu:.2f} s CPU"
    )
    print(f"  ideal {ideal:.0f} s: {first.wall / ideal:.3f} x (1.15 asked); {asked} requests; CPU 2 s asked")
    print(f"  the same run again: {repeated} requests, {again.wall:.2f} s")


def money(_: FakeServer, __: Path) -> None:
    """Tokens a paper by characters, and what forty papers a day cost a month at five providers."""
    paper = invented(1, 5)[0]
    question = prompts.Prompter((shipped_templates(),), "zh").messages(
        Paper(paper.id, paper.title, paper.authors, paper.abstract, paper.categories)
    )
    fixed, own = _tokens(question[0]["content"]), _tokens(question[1]["content"])
    answer = _tokens(json.dumps(ANSWER, ensure_ascii=False))
    print(f"tokens a paper, by characters: {fixed} fixed + {own} of the paper asked, {answer} answered")
    for provider, name in ROWS:
        price = providers.price(provider, name)
        if price is not None:
            cost = A_DAY * DAYS * (fixed * price.cached + own * price.input + answer * price.output) / providers.MILLION
            print(f"  {provider} {name:<24} {cost:8.3f} {price.currency} a month ({A_DAY} papers a day), {price.date}")


def _tokens(text: str) -> int:
    """A token is about four characters of English or one of Chinese."""
    wide = sum(ord(char) > 0x2E80 for char in text)
    return round((len(text) - wide) / 4 + wide)
