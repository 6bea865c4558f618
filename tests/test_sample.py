"""The invented day that comes with the package: arXiv's formats, made by the fakes, read by the real parsers."""

from __future__ import annotations

import re
from collections import Counter
from importlib import resources
from pathlib import Path

import pytest

from digest.errors import SourceError
from digest.models import Kind
from digest.sources import rss
from digest.sources.sample import CATEGORIES, Source
from digest.web import Web
from tests.fakes import sample as fake

PACKAGED = Path(str(resources.files("digest"))) / "data" / "sample"


def test_the_packaged_files_are_the_generated_ones() -> None:
    """`python -m tests.fakes.sample` writes what is checked in, byte for byte, marked as a sample."""
    files = fake.files()
    assert {path.name for path in PACKAGED.iterdir() if path.suffix in {".html", ".xml"}} == set(files)
    for name, body in files.items():
        assert (PACKAGED / name).read_bytes() == body
        assert fake.NOTICE.encode() in body[:300]


def test_the_generator_writes_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command makes the folder and all files of it."""
    monkeypatch.setattr(fake, "_PACKAGED", tmp_path)
    monkeypatch.setattr(fake, "files", lambda: {"a.xml": b"a"})
    fake.main()
    assert (tmp_path / "sample" / "a.xml").read_bytes() == b"a"


@pytest.mark.parametrize("base", ["https://arxiv.org", "https://mirror.example/of/arxiv"])
def test_the_sample_is_a_mailing(base: str) -> None:
    """40 papers of all four kinds, from bundled pages, whatever the address."""
    web = Web()
    found = Source(web, base).fetch(CATEGORIES)
    assert (found.day, found.source, web.requests_made) == (fake.DAY, "sample", 0)
    assert {item.paper.id for item in found.listings} == {paper.id for paper in fake.papers()}
    assert set(Counter(item.kind for item in found.listings)) == set(Kind) - {Kind.OTHER, Kind.LATE_CROSS}
    assert all(count.announced == count.parsed for count in found.counts)


def test_the_sample_shows_what_is_awkward() -> None:
    """Several versions, comments, math, accents, Chinese, a long list of authors, a withdrawn paper: one of each."""
    papers = [item.paper for item in Source(Web(), "").fetch(CATEGORIES).listings]
    everything = " ".join(f"{p.title} {p.abstract} {' '.join(p.authors)}" for p in papers)
    assert {p.version for p in papers} >= {1, 2, 3, 4}
    assert re.search(r"\$[^$]+\$", everything)
    assert re.search("[éöñł]", everything)
    assert re.search("[\u4e00-\u9fff]", everything)
    assert max(len(p.authors) for p in papers) == 100
    assert any("withdrawn" in p.comment for p in papers)
    assert any("https://" in p.comment for p in papers)
    assert all("(Invented sample paper.)" in p.abstract for p in papers)


def test_the_sample_feed_agrees() -> None:
    """The bundled feed announces the same papers in the same order."""
    feed = rss.parse((PACKAGED / "rss.xml").read_bytes(), CATEGORIES)
    found = Source(Web(), "").fetch(CATEGORIES)
    assert {item.paper.id for item in feed.listings} == {item.paper.id for item in found.listings}
    assert feed.day == found.day


@pytest.mark.parametrize("category", ["cs.CL", "..", "eess.AS/../x"])
def test_other_categories_are_not_in_it(category: str) -> None:
    """The sample has two categories, and opens no other file."""
    with pytest.raises(SourceError, match="the sample has no page for"):
        Source(Web(), "").fetch((category,))
