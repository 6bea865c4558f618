"""The invented day, 40 papers of Tuesday 2031-07-08, and the pages that the package brings to be tried offline.

After a change of `papers.json` or of the writers: `python -m tests.fakes.sample`.
"""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

from digest import arxiv
from tests.fakes import feeds
from tests.fakes.listing_page import listing_page
from tests.fakes.papers import FakePaper

DAY = datetime.date(2031, 7, 8)
CATEGORIES = ("eess.AS", "cs.SD")
NOTICE = "SAMPLE: invented papers, made for trying the digest; arXiv never issued these ids"

_ROOT = Path(__file__).parents[2]
_PAPERS = _ROOT / "tests" / "data" / "sample" / "papers.json"
_PACKAGED = _ROOT / "digest" / "data"


def _paper(row: dict[str, Any]) -> FakePaper:
    fields: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
    return FakePaper(**fields)


def papers() -> tuple[FakePaper, ...]:
    """The day's papers, by id."""
    return tuple(_paper(row) for row in json.loads(_PAPERS.read_text(encoding="utf-8")))


def names() -> dict[str, str]:
    """arXiv's names of its categories, by code."""
    return {row.code: row.name for row in arxiv.taxonomy().values()}


def _noticed(page: bytes) -> bytes:
    """The page with the notice as a comment under its first line, the declaration or the doctype."""
    first, rest = page.split(b"\n", 1)
    return b"\n".join((first, f"<!-- {NOTICE} -->".encode(), rest))


def files() -> dict[str, bytes]:
    """What `digest/data/sample` holds, by name."""
    day = papers()
    pages = {f"list_{code}_new.html": listing_page(code, DAY, day, names=names()) for code in CATEGORIES}
    pages |= {
        "rss.xml": feeds.rss(CATEGORIES, DAY, day),
        "atom.xml": feeds.atom(CATEGORIES, DAY, day),
        "api.xml": feeds.api(day),
    }
    return {name: _noticed(page) for name, page in pages.items()}


def main() -> None:
    """Write the files into the package."""
    folder = _PACKAGED / "sample"
    folder.mkdir(parents=True, exist_ok=True)
    for name, page in files().items():
        (folder / name).write_bytes(page)


if __name__ == "__main__":
    main()
