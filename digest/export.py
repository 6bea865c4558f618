"""Stored days in the formats other programs read. Pure: picks in, text out, a piece a paper.

`jsonl` is a stable interface: one object a paper with day, id, version, kind, title, authors, categories, comment,
abstract, url, topics, reasons, summary.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from digest import arxiv, citation
from digest.models import Digest, Paper, Pick, Summary, Trust

COLUMNS = (
    "day", "id", "version", "kind", "title", "authors", "categories", "comment", "abstract", "url", "topics", "reasons",
    "summary",
)  # fmt: skip


def record(digest: Digest, pick: Pick) -> dict[str, Any]:
    """A paper as plain data; the keys are `COLUMNS`."""
    paper = pick.listing.paper
    return {
        "day": digest.day.isoformat(),
        "id": paper.id,
        "version": paper.version,
        "kind": str(pick.listing.kind),
        "title": paper.title,
        "authors": list(paper.authors),
        "categories": list(paper.categories),
        "comment": paper.comment,
        "abstract": paper.abstract,
        "url": arxiv.abs_url(paper),
        "topics": [topic for topic in pick.topics if topic],
        "reasons": [{"term": reason.term, "field": reason.field} for reason in pick.reasons],
        "summary": _summary(pick.summary or Summary(Trust.NONE)),
    }


def _summary(of: Summary) -> dict[str, Any]:
    """A summary as plain data; `status` is ok, doubtful, failed or none."""
    return {
        "status": str(of.status),
        "reason": of.reason,
        "brief": of.brief,
        "summary": of.summary,
        "contributions": [{"lead": point.lead, "text": point.text} for point in of.contributions],
        "keywords": list(of.keywords),
        "title_translated": of.title,
        "doubts": [{"kind": doubt.kind, "text": doubt.text, "why": doubt.why} for doubt in of.doubts],
        "model": of.model,
        "tokens": of.tokens,
    }


def as_jsonl(days: Iterable[Digest]) -> Iterator[str]:
    """A JSON object a line."""
    for digest, pick in _picks(days):
        yield json.dumps(record(digest, pick), ensure_ascii=False) + "\n"


def as_json(days: Iterable[Digest]) -> Iterator[str]:
    """One JSON list."""
    yield json.dumps([record(*each) for each in _picks(days)], ensure_ascii=False, indent=1) + "\n"


def as_csv(days: Iterable[Digest]) -> Iterator[str]:
    """A table with a header; lists are joined by `; `. No cell can be taken for a formula."""
    yield _row(COLUMNS)
    for digest, pick in _picks(days):
        yield _row(_cell(value) for value in record(digest, pick).values())


def as_bibtex(days: Iterable[Digest]) -> Iterator[str]:
    """An entry a paper, each paper once however many days it stands in."""
    for entry in citation.bibliography(_once(days)):
        yield f"{entry}\n\n"


def as_ris(days: Iterable[Digest]) -> Iterator[str]:
    """A record a paper, each paper once."""
    for paper in _once(days):
        yield f"{citation.ris(paper)}\n"


FORMATS: dict[str, Callable[[Iterable[Digest]], Iterator[str]]] = {
    "jsonl": as_jsonl,
    "json": as_json,
    "csv": as_csv,
    "bibtex": as_bibtex,
    "ris": as_ris,
}


def _picks(days: Iterable[Digest]) -> Iterator[tuple[Digest, Pick]]:
    return ((digest, pick) for digest in days for pick in digest.picks)


def _once(days: Iterable[Digest]) -> Iterator[Paper]:
    seen: set[str] = set()
    for _, pick in _picks(days):
        paper = pick.listing.paper
        if paper.id not in seen:
            seen.add(paper.id)
            yield paper


def _cell(value: Any) -> str:
    if isinstance(value, list):
        value = "; ".join(f"{v['term']} ({v['field']})" if isinstance(v, dict) else str(v) for v in value)
    if isinstance(value, dict):
        value = value["brief"]  # of a summary: a cell has room for a sentence
    text = "" if value is None else str(value)
    # A spreadsheet runs what begins like a formula, also in full width; the apostrophe is its own mark for "text".
    return f"'{text}" if text.lstrip()[:1] in tuple("=+-@＝＋－＠") else text


def _row(cells: Iterable[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(cells)
    return line.getvalue()
