"""What is fuzzed: each reader of foreign bytes, what it may raise, and what must hold of what it gives.

A target says nothing when all is well; any exception that it lets through, also a failed `assert`, is a finding.
Importing this module imports every reader with its libraries, so that the fuzzer can see into them.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import PurePath
from typing import Any

import feedparser  # noqa: F401 - to be seen into
import pylatexenc.latex2text  # noqa: F401 - to be seen into

from digest import arxiv, codec, config, dialect, ledger, query, summarize, verify
from digest.errors import ConfigError, ModelError, PatternTimeoutError, SourceError
from digest.models import Digest, Kind, Listing, Paper, Summary
from digest.query import Document, QueryError
from digest.sources import api, catchup, listing, oai, rss
from digest.web import Web

CATEGORIES = ("eess.AS", "cs.SD")
DAY = date(2031, 7, 8)
PAPER = Paper(
    id="3107.00001",
    title="Quiet Rooms Without a Clean Reference",
    authors=("Ada Éxample", "Bo Beispiel"),
    abstract="We remove room reverberation from speech (text-to-speech, ASR).\nIt works; 语音 too.",
    categories=CATEGORIES,
)
DOCUMENT = Document(Listing(PAPER, Kind.NEW, CATEGORIES))

Check = Callable[[bytes], None]


class Door(Web):
    """A door to the network behind which one answer waits."""

    def __init__(self, body: bytes) -> None:
        super().__init__(gap=0)
        self.body = body

    def get(self, url: str, **_: Any) -> bytes:  # noqa: ARG002 - Web's signature
        """The answer, whatever is asked."""
        self.requests_made += 1
        return self.body


def _sound(paper: Paper) -> None:
    """A paper that may be stored: its identifier is one, its texts are clean lines, it has a category."""
    assert arxiv.split_id(paper.id) == (paper.id, None)
    assert paper.categories
    for line in (paper.title, paper.comment, paper.journal, paper.doi, *paper.authors, *paper.abstract.split("\n")):
        assert line == " ".join(line.split())
        line.encode("utf-8")


def _listing(data: bytes) -> None:
    with suppress(SourceError):
        page = listing.parse(data, "eess.AS")
        assert len({item.paper.id for item in page.listings}) == len(page.listings)
        for item in page.listings:
            _sound(item.paper)


def _catchup(data: bytes) -> None:
    with suppress(SourceError):
        for item in catchup.parse(data, "eess.AS", DAY).listings:
            _sound(item.paper)


def _oai(data: bytes) -> None:
    with suppress(SourceError):
        page = oai.parse(data)
        assert len(page.records) <= page.size
        for record in page.records:
            assert all(oai.mailings(record))
            for version in record.versions:
                _sound(record.paper(version.number))


def _rss(data: bytes) -> None:
    with suppress(SourceError):
        announcement = rss.parse(data, CATEGORIES)
        assert len({item.paper.id for item in announcement.listings}) == len(announcement.listings)
        for item in announcement.listings:
            _sound(item.paper)


def _api(data: bytes) -> None:
    with suppress(SourceError):
        for paper in api.Source(Door(data), "http://127.0.0.1").papers(("3107.00001", "3107.00002")).values():
            arxiv.split_id(paper.id)
            codec.dumps(paper).encode("utf-8")


def _day(data: bytes) -> None:
    with suppress(ValueError):  # UnicodeDecodeError is one
        digest = codec.loads(Digest, data.decode("utf-8"))
        assert codec.loads(Digest, codec.dumps(digest)) == digest


def _config(data: bytes) -> None:
    try:
        found = config.parse(data, PurePath("config.yaml"))  # type: ignore[arg-type]
    except ConfigError as refused:
        if not refused.complaints or not all(c.line > 0 and c.column > 0 and c.message for c in refused.complaints):
            raise
        return
    config.warnings(found)
    for topic in config.topics(found):
        with suppress(PatternTimeoutError):
            _ = topic.wanted is None or topic.wanted.match(DOCUMENT)


def _query(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    try:
        found = query.parse(text)
    except QueryError as refused:
        if not 0 <= refused.at <= len(text):
            raise
        return
    with suppress(PatternTimeoutError):
        for reason in found.match(DOCUMENT) or ():
            assert all(start < end <= len(DOCUMENT.field(reason.field).text) for start, end in reason.spans)


def _ledger(data: bytes) -> None:
    with suppress(ValueError):
        lines = ledger.read(data.decode("utf-8"))
        assert ledger.read(ledger.written(lines.values())).keys() == lines.keys()


def _reply(data: bytes) -> None:
    with suppress(ModelError):
        answer, trouble = dialect.read(data, "schema")
        assert trouble or answer.text
        assert min(answer.prompt_tokens, answer.answer_tokens, answer.cached_tokens) >= 0


def _answer(data: bytes) -> None:
    """A model's text as a summary of a paper, and as the paper itself."""
    text = data.decode("utf-8", "replace")
    with suppress(ModelError):
        made = summarize.judged(summarize.read(text), PAPER, "zh")
        assert made.brief == " ".join(made.brief.split())
        assert codec.loads(Summary, codec.dumps(made)) == made
    for doubt in verify.check(text, text[::2]):
        doubt.text.encode("utf-8")


TARGETS: dict[str, Check] = {
    "listing": _listing,
    "catchup": _catchup,
    "rss": _rss,
    "oai": _oai,
    "api": _api,
    "day": _day,
    "config": _config,
    "query": _query,
    "ledger": _ledger,
    "reply": _reply,
    "answer": _answer,
}
