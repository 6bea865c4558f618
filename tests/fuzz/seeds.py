"""What a fuzz run starts from: the invented formats always, the recorded ones where they are beside the repository."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator
from dataclasses import replace

from digest import codec, ledger
from digest.models import DayLine, State
from tests import make
from tests.fakes import pages, sample
from tests.fakes.catchup_page import catchup_error, catchup_page
from tests.fakes.oai import FakeRecord, Repository
from tests.fakes.pages import FakePaper
from tests.fuzz.targets import CATEGORIES, DAY
from tests.replay import SHARED

LARGEST = 150_000  # bytes of a recorded seed: a larger one would be tried a few times a second only
RECORDED_SEEDS = 4  # of a target

_RICH = FakePaper(
    id="3107.00001",
    version=2,
    title="R&D of <b>naïve</b> $x<y$",
    authors=("Ada Éxample", "Girish", "The Invented Team"),
    abstract="First & foremost: https://code.example.org/x.\n  Second paragraph.",
    categories=("eess.AS", "cs.SD", "68T10"),
    comment="5 pages; see arXiv:3106.00002",
    journal="J. Invented Acoust. 3 (2031)",
    doi="10.5555/a&b",
    tex_title=r"Schr\"odinger and {\o}, 95\%",
    tex_authors=("Ada Example (Dept. of Sound, Example University)", r"Bj{\"o}rn Beispiel"),
)
_OLD = FakePaper("3107.00002", 1, "语音增强", ("蔡示例",), "Speech.", ("cs.SD", "eess.AS"), "replace", html=False)
PAPERS = (_RICH, _OLD)

_CONFIG = """\
categories: [eess.AS, cs.SD]
include: [speech enhancement, ASR, "enhanc*", '/wav2vec-?\\d/', 语音, "title:codec"]
expression: '("speech enhancement" OR denois*) AND (diffusion OR flow) ANDNOT music'
exclude: music
authors:
  - Ada Example
topics:
  - {name: 语音增强, include: [speech], kinds: [new, replace], limit: 3}
  - name: People
    authors: &people [Ada Example, "Li, Wei-Jun"]
style: sections
language: en
request_interval: 0.5
endpoints: {listing: "http://127.0.0.1:1"}
"""

_QUERIES = (
    '("speech enhancement" OR denois*) AND (diffusion OR flow) ANDNOT music',
    "title:(codec OR asr) AND NOT abstract:/text-to-\\w+/ OR author:\"Ada Example\"",
    "category:cs.* AND (kind:new OR kind:replace-cross) ANDNOT (语音 OR C++)",
)  # fmt: skip

_ANSWER = """{"brief": "任务：去混响；方法：以能量衰减训练，错误率降低 3.7%。", "summary": "用 41 小时语音。",
"contributions": [{"lead": "小", "text": "只有 3.1 M 参数，快 2 倍。"}, {"lead": "准", "text": "在 LibriSpeech 上。"}],
"keywords": ["语音"], "title_translated": "安静的房间"}"""
_NUMBERS = "$1.5^{+0.2}_{-0.1} \\times 10^{12}$ M; one in five, 12\\%, 20世纪80年代, 三分之一, 5-10 ms, 1 ± 2 kpc, https://a.example"
_REPLY = json.dumps({
    "id": "1", "choices": [{"index": 0, "message": {"role": "assistant", "content": _ANSWER}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 9, "completion_tokens": 8, "prompt_tokens_details": {"cached_tokens": 1}},
}).encode()  # fmt: skip

TOKENS = {
    "listing": ("<dl id='articles'>", "</dl>", "<dt>", "<dd>", "<h3>", "<div class=", 'title="Abstract"', "list-title"),
    "catchup": ("<dl id='articles'>", "</dl>", "<h1>Catchup results for", "Total of", "<dt>", "<dd>", "<div class="),
    "oai": ("<record>", "<header", "<datestamp>", "<version version=", "<date>", "<resumptionToken/>", "<error code="),
    "rss": ("<item>", "</item>", "<guid", "<title>", "&lt;", "&#x", "<![CDATA[", "Announce Type:", "Abstract:", "\\'"),
    "api": ("<entry>", "</entry>", "<id>", "<published>", "term=", "&amp;", "<author>", "v9", "Z</updated>"),
    "day": ('"picks":', '"listing":', '"kind":', "null", "true", "1e9", "[[", "{}", "\\ud800", '"change":'),
    "config": ("topics:", "- ", "&a", "*a", "!!", "<<:", "| ", "> ", "---", "include:", "limit:", "''", "[", "{"),
    "query": ("AND", "OR", "NOT ", "ANDNOT", "title:", "author:", "category:", "kind:", '"', "(", ")", "/", "*", "{9}"),
    "ledger": ("\t", "\n", "published", "open", "empty", "provisional", "expected", "2031-07-08", "\r", "\x0b"),
    "reply": (
        '"choices":',
        '"message":',
        '"content":',
        '"finish_reason":',
        '"usage":',
        "null",
        "1e9",
        "[]",
        '"error":',
    ),
    "answer": (
        '"brief":',
        '"contributions":',
        "<think>",
        "</think>",
        "```json",
        "×10^{",
        "\\pm",
        "百分之",
        "万",
        "倍",
        "%",
    ),
}
"""What a parser looks for, by target: the fuzzer would take long to find these by chance."""


_PATTERNS = {
    "listing": ("list_*.html",),
    "catchup": ("catchup_*.html",),
    "rss": ("rss_*.xml", "atom_*.xml"),
    "oai": ("oai*/*.xml",),
    "api": ("api_*.xml",),
}


def of(target: str) -> list[bytes]:
    """A target's seeds; the invented ones come first."""
    return [*invented(target), *recorded(target)]


def invented(target: str) -> Iterator[bytes]:
    """What needs no recordings."""
    return _INVENTED[target]()


def recorded(target: str) -> list[bytes]:
    """The smallest of the recordings; none where they are missing."""
    if target == "config":
        cases = SHARED / "hostile" / "config_cases.jsonl"
        lines = cases.read_text(encoding="utf-8").splitlines() if cases.exists() else []
        return [json.loads(line)["yaml"].encode() for line in lines]
    found = (path for pattern in _PATTERNS.get(target, ()) for path in (SHARED / "arxiv").rglob(pattern))
    sized = sorted((path.stat().st_size, path) for path in found)
    return [path.read_bytes() for size, path in sized if size <= LARGEST][:RECORDED_SEEDS]


def _listings() -> Iterator[bytes]:
    for category in CATEGORIES:
        yield pages.listing_page(category, DAY, PAPERS, names=sample.names())
    yield pages.listing_page("eess.AS", DAY, (), names=sample.names())


def _past_days() -> Iterator[bytes]:
    for papers in (PAPERS, ()):
        yield catchup_page("eess.AS", DAY, papers, names=sample.names())
    yield catchup_error("Invalid value for date")


def _records() -> Iterator[bytes]:
    moments = ("2031-07-03T12:00:00+00:00", "2031-07-07T17:59:59+00:00")
    plain = [replace(paper, categories=CATEGORIES) for paper in PAPERS]
    records = [FakeRecord(paper, DAY, moments, classes=(("msc-class", "68T10"),)) for paper in plain]
    for size in (1300, 1):
        yield Repository(records, page_size=size).answer("verb=ListRecords&metadataPrefix=arXivRaw")
    yield Repository([]).answer("verb=ListRecords&metadataPrefix=arXivRaw")
    yield Repository([]).answer("verb=Nothing")


def _feeds() -> Iterator[bytes]:
    for form in (pages.rss, pages.atom):
        yield form(CATEGORIES, DAY, PAPERS)
        yield form(CATEGORIES, DAY, ())
    yield pages.feed_error("eess.AS+nosuch.SD", "Bad archive")


def _answers() -> Iterator[bytes]:
    for text in (_ANSWER, f"<think>x</think>```json\n{_ANSWER}\n```", _NUMBERS):
        yield text.encode()


def _replies() -> Iterator[bytes]:
    yield _REPLY


def _ledgers() -> Iterator[bytes]:
    lines = (DayLine(DAY + datetime.timedelta(days=n), state, "rss", 5, n, n) for n, state in enumerate(State))
    yield ledger.written(lines).encode()


_INVENTED = {
    "listing": _listings,
    "catchup": _past_days,
    "rss": _feeds,
    "oai": _records,
    "api": lambda: iter((pages.api(PAPERS), pages.api(()))),
    "day": lambda: iter((codec.dumps(make.rich_digest()).encode(), codec.dumps(make.digest()).encode())),
    "config": lambda: iter((_CONFIG.encode(),)),
    "query": lambda: (query.encode() for query in _QUERIES),
    "ledger": _ledgers,
    "reply": _replies,
    "answer": _answers,
}
