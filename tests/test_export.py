"""Exports, read back by the programs they are for."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest import export, text
from digest.models import Digest, Kind, Reason
from tests import make
from tests.test_citation import entries

KEYS = [
    "day", "id", "version", "kind", "title", "authors", "categories", "comment", "abstract", "url", "topics", "reasons",
    "summary",
]  # fmt: skip


def days() -> list[Digest]:
    """Two days that share a paper; the first has all a record can hold."""
    full = make.paper(title='A "quoted", 中文 title', comment="5 pages", abstract="One.\nTwo.", version=2)
    reasons = (Reason("speech", "title", ((0, 1),)), Reason("Ada", "author"))
    again = make.pick(full, Kind.REPLACE)
    other = make.pick(make.paper("hep-th/9901001", authors=(), version=None))
    return [make.digest(make.pick(full, topics=("Rooms", ""), reasons=reasons)), make.digest(again, other)]


def test_jsonl_is_as_promised() -> None:
    """A line a paper, with exactly the keys that others rely on, in their order."""
    first, *more = [json.loads(line) for line in "".join(export.as_jsonl(days())).splitlines()]
    assert len(more) == 2
    assert list(first) == KEYS
    assert first == {
        "day": "2031-07-08",
        "id": "3107.00001",
        "version": 2,
        "kind": "new",
        "title": 'A "quoted", 中文 title',
        "authors": ["Ada Example", "Bo Beispiel"],
        "categories": ["eess.AS", "cs.SD"],
        "comment": "5 pages",
        "abstract": "One.\nTwo.",
        "url": "https://arxiv.org/abs/3107.00001v2",
        "topics": ["Rooms"],
        "reasons": [{"term": "speech", "field": "title"}, {"term": "Ada", "field": "author"}],
        "summary": {
            "status": "none",
            "reason": "",
            "brief": "",
            "summary": "",
            "contributions": [],
            "keywords": [],
            "title_translated": "",
            "doubts": [],
            "model": "",
            "tokens": 0,
        },
    }
    assert (more[1]["version"], more[1]["url"]) == (None, "https://arxiv.org/abs/hep-th/9901001")


def test_json_is_the_same_as_one_list() -> None:
    """JSON and JSON Lines hold the same records."""
    lines = [json.loads(line) for line in export.as_jsonl(days())]
    assert json.loads("".join(export.as_json(days()))) == lines


def test_csv_comes_back() -> None:
    """A row a paper below a header; lists are joined, what is unknown is empty."""
    rows = list(csv.DictReader(io.StringIO("".join(export.as_csv(days())))))
    assert list(rows[0]) == KEYS
    assert (rows[0]["title"], rows[0]["abstract"]) == ('A "quoted", 中文 title', "One.\nTwo.")
    assert (rows[0]["authors"], rows[0]["reasons"]) == ("Ada Example; Bo Beispiel", "speech (title); Ada (author)")
    assert (rows[2]["version"], rows[2]["authors"]) == ("", "")


@given(st.text(), st.text())
def test_any_text_survives_csv(title: str, author: str) -> None:
    """Quotes, commas and breaks of lines come back; no cell begins as a formula of a spreadsheet does."""
    title, author = text.clean(title), text.clean(author)
    day = make.digest(make.pick(make.paper(title=title, authors=(author,))))
    [row] = csv.DictReader(io.StringIO("".join(export.as_csv([day])), newline=""))
    assert not any(cell.lstrip().startswith(tuple("=+-@＝＋－＠")) for cell in row.values())
    assert row["title"] in (title, f"'{title}")
    assert row["authors"] in (author, f"'{author}")


@pytest.mark.parametrize("opening", [*"=+-@", "＝", "\t=", " ="])
def test_formulas_are_text(opening: str) -> None:
    """What a spreadsheet would run is marked as text by its own sign for it."""
    day = make.digest(make.pick(make.paper(title=f"{opening}1+1", comment="harmless - not a formula")))
    [row] = csv.DictReader(io.StringIO("".join(export.as_csv([day]))))
    assert (row["title"], row["comment"]) == (f"'{opening}1+1", "harmless - not a formula")


def test_citations_have_each_paper_once() -> None:
    """BibTeX and RIS name a paper once, however many days it stands in."""
    found = entries("".join(export.as_bibtex(days())))
    assert [fields["eprint"] for _, fields in found] == ["3107.00001", "hep-th/9901001"]
    assert "".join(export.as_ris(days())).count("TY  - UNPB") == 2


def test_pieces_come_one_by_one() -> None:
    """An export of years is not built in memory: the first piece needs no more than the first day."""

    def endless() -> Iterator[Digest]:
        yield days()[0]
        raise AssertionError("asked for too much")

    for name in ("jsonl", "csv", "bibtex", "ris"):
        assert next(export.FORMATS[name](endless()))


def test_nothing_stored_is_a_valid_export() -> None:
    """Without days every format is still what it says it is."""
    assert {name: "".join(write([])) for name, write in export.FORMATS.items()} == {
        "jsonl": "",
        "json": "[]\n",
        "csv": ",".join(KEYS) + "\n",
        "bibtex": "",
        "ris": "",
    }
