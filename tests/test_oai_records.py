"""Records of OAI-PMH: raw TeX and flat strings become papers; what arXiv's own server answers is read."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from digest import arxiv
from digest.errors import SourceError
from digest.models import Kind, Paper
from digest.sources import oai
from digest.sources._arxivraw import authors
from digest.web import Web
from tests import replay
from tests.fakes.oai import FakeRecord, Repository, serve
from tests.fakes.papers import FakePaper
from tests.fakes.server import FakeServer

RAW = FakeRecord(
    FakePaper(
        id="3107.00007",
        version=2,
        title="",
        tex_title="On Schr\\\"odinger's\n  Noise in $x_\\'e$",
        authors=("Ada Example",),
        tex_authors=(r"S{\o}ren Example (Dept. of Sound, A and B)", "Bo Beispiel and Cy Ejemplo, Jr."),
        abstract="",
        tex_abstract="  We wrap\nlines at eighty.\n  A second paragraph, 95\\% of $x<y$.\n",
        categories=("eess.AS", "cs.SD"),
        comment="5 pages,\n  R&D",
        journal="J. Ex\\'emple 1 (2031)",
        doi="10.1000/example",
    ),
    date(2031, 7, 8),
    ("2031-07-02T14:00:00Z", "2031-07-07T14:00:00Z"),
    classes=(("msc-class", "68T10, 94A12"), ("acm-class", "I.2.7; H.5.5")),
)


def test_a_paper_is_whole(server: FakeServer) -> None:
    """Raw TeX and wrapped lines become text; the dates are the versions', the version is the one of the day."""
    address = serve(server, Repository([RAW]))
    (item,) = oai.Source(Web(gap=0), address).past(("cs.SD",), RAW.stamp).listings
    assert item.kind is Kind.REPLACE_CROSS
    assert item.paper == Paper(
        id="3107.00007",
        title="On Schrödinger's Noise in $x_\\'e$",
        authors=("Søren Example", "Bo Beispiel", "Cy Ejemplo Jr."),
        abstract="We wrap lines at eighty.\nA second paragraph, 95% of $x<y$.",
        categories=("eess.AS", "cs.SD"),
        version=2,
        comment="5 pages, R&D",
        journal="J. Exémple 1 (2031)",
        doi="10.1000/example",
        classes=("I.2.7", "H.5.5", "68T10", "94A12"),
        submitted=date(2031, 7, 2),
        updated=date(2031, 7, 7),
    )


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ("Ada Example, Bo Beispiel and Cy Ejemplo", ("Ada Example", "Bo Beispiel", "Cy Ejemplo")),
        ("Ada Example, Bo Beispiel, and\n  Cy Ejemplo", ("Ada Example", "Bo Beispiel", "Cy Ejemplo")),
        ("Ada Example & Bo Beispiel", ("Ada Example", "Bo Beispiel")),
        ("Ada Example (1 and 2), Bo Beispiel (2) ((1) Here, (2) There and Then)", ("Ada Example", "Bo Beispiel")),
        ("EXAMPLE Collaboration: Ada Example", ("EXAMPLE Collaboration", "Ada Example")),
        ("Ada Example, Jr., Bo Beispiel, III", ("Ada Example Jr.", "Bo Beispiel III")),
        ("Anders Andersson, Alexandra Sand", ("Anders Andersson", "Alexandra Sand")),
        ("Ada Example, et al.", ("Ada Example",)),
        ("", ()),
    ],
)  # fmt: skip
def test_authors(names: str, expected: tuple[str, ...]) -> None:
    """One string becomes names as arXiv's own code splits it; affiliations and `et al.` are no names."""
    assert authors(names) == expected


# --- samples ---

SAMPLES = replay.SHARED / "arxiv" / "samples"


@replay.needs(SAMPLES)
def test_every_category_has_a_set_of_arxivs() -> None:
    """All categories that can be configured, also retired ones, lead to a set that arXiv's own server names."""
    page = (SAMPLES / "generated" / "oai-listsets.xml").read_text(encoding="utf-8")
    missing = [
        row.code for row in arxiv.taxonomy().values() if f"<setSpec>{oai.set_of(row.code)}</setSpec>" not in page
    ]
    assert missing == []


@replay.needs(SAMPLES)
@pytest.mark.parametrize(
    ("name", "count", "token"),
    [
        ("oai-ListRecords-arXivRaw-page1", 5, "2019-08-15%26until%3D2021-12-31%26skip%3D0"),
        ("oai-ListRecords-arXivRaw-page2", 5, "2020-07-17%26until%3D2021-12-31%26skip%3D0"),
        ("oai-ListRecords-arXivRaw-lastpage-emptytoken", 2, ""),
        ("oai-norecords", 0, ""),
    ],
)
def test_recorded_pages(name: str, count: int, token: str) -> None:
    """What arXiv's own code answers is read whole: every record with all its versions, and the way on."""
    body = (SAMPLES / "generated" / f"{name}.xml").read_bytes()
    page = oai.parse(body)
    assert (len(page.records), page.size, page.token.rpartition("from%3D")[2]) == (count, count, token)
    assert sum(len(each.versions) for each in page.records) == body.count(b"<version ")
    assert all(each.paper(1).title and each.paper(1).authors and each.paper(1).abstract for each in page.records)


OTHERS = [
    path
    for path in sorted((SAMPLES / "generated").glob("oai-*.xml")) + sorted((SAMPLES / "oai").glob("*.xml"))
    if "ListRecords-arXivRaw" not in path.name and "norecords" not in path.name
]


@replay.needs(SAMPLES)
@pytest.mark.parametrize("path", OTHERS, ids=lambda path: path.stem)
def test_recorded_answers_of_other_kinds(path: Path) -> None:
    """Another verb, another format, an error: refused with a reason, never an empty day."""
    with pytest.raises(SourceError, match=r"OAI-PMH"):
        oai.parse(path.read_bytes())


@replay.needs(SAMPLES)
def test_a_real_record_of_the_old_address() -> None:
    """Hard-wrapped text and a real date, under the verb that lists: the same reading."""
    (path,) = (SAMPLES / "oai").glob("*GetRecord-arXivRaw-1304.4214.xml")
    (found,) = oai.parse(path.read_bytes().replace(b"GetRecord>", b"ListRecords>")).records
    paper = found.paper(1)
    assert len(paper.authors) == 2
    assert "\n" not in paper.abstract + paper.comment
    assert tuple(oai.mailings(found)) == ((1, date(2013, 4, 16)),)
