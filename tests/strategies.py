"""Values that tests of properties draw, and how many of them.

The normal run draws the same few examples on every machine; `HYPOTHESIS_PROFILE=deep` draws thirty times as many,
others each time. Reference: https://hypothesis.readthedocs.io/en/latest/reference/strategies.html.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import date, timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from digest import arxiv, text
from digest.models import Change, Digest, Filters, Kind, Listing, Note, Paper, Pick, Reason, Roll, Tally
from tests.fakes.pages import FakePaper

CATEGORIES = ("eess.AS", "cs.SD")
DEEPER = 30
DEEP = os.environ.get("HYPOTHESIS_PROFILE") == "deep"


def examples(count: int) -> settings:
    """How many examples a property is tried on: so many, and in a deep run thirty times as many, others each time."""
    return settings(
        max_examples=count * (DEEPER if DEEP else 1),
        derandomize=not DEEP,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        print_blob=DEEP,
    )


DAYS = st.dates(date(1999, 1, 1), date(2099, 12, 31))
MAILING_DAYS = DAYS.filter(arxiv.announces)
LINES = st.text(st.characters(exclude_categories=["Cs"]), max_size=30).map(text.clean)
FEW_LINES = st.lists(LINES, max_size=3).map(tuple)

# --- mailings as arXiv would hold them: only text that every format carries unchanged (no TeX, nothing it would link)

_SIGNS = st.characters(exclude_categories=["Cs", "Cc", "Cf", "Cn"], exclude_characters="\\")
_PLAIN = st.lists(
    _SIGNS | st.sampled_from([*"<>&\"';$%#-é语 ", "&lt;", "&amp;lt;", "]]>", "<b>"]), min_size=1, max_size=20
)
_SENTENCES = _PLAIN.map("".join).map(text.clean).filter(lambda line: line and "://" not in line)
_NAMES = st.lists(st.text(st.characters(categories=["Lu", "Ll", "Lo"]), min_size=1, max_size=9), min_size=1, max_size=3)
_CODES = st.lists(st.sampled_from(["eess.AS", "cs.SD", "cs.CL", "physics.optics", "hep-th"]), unique=True)


@st.composite
def fake_papers(draw: st.DrawFn, number: int) -> FakePaper:
    """An invented paper in one of `CATEGORIES` at least; its kind is what the combined feed would say."""
    codes = draw(_CODES.filter(lambda codes: set(codes) & set(CATEGORIES)))
    kind = "new" if codes[0] in CATEGORIES else "cross"
    replaced = {"new": "replace", "cross": "replace-cross"}
    return FakePaper(
        id=f"3107.{number:05}",
        version=draw(st.integers(1, 99)),
        title=draw(_SENTENCES),
        authors=tuple(draw(st.lists(_NAMES.map(" ".join).map(text.clean), max_size=3))),
        abstract="\n  ".join(draw(st.lists(_SENTENCES, min_size=1, max_size=3))),
        categories=(*codes, *draw(st.sampled_from([(), ("68T10",), ("I.2.7", "68T10")]))),
        kind=draw(st.sampled_from([kind, replaced[kind]])),
        comment=draw(st.just("") | _SENTENCES),
        journal=draw(st.just("") | _SENTENCES),
        doi=draw(st.sampled_from(["", "10.5555/a&b<c"])),
        html=draw(st.booleans()),
        submitted=f"{draw(st.dates(date(2031, 1, 1), date(2031, 7, 8)))}T12:00:00Z",
    )


@st.composite
def mailings(draw: st.DrawFn) -> tuple[date, tuple[FakePaper, ...]]:
    """A day and its papers, in no order."""
    numbers = draw(st.lists(st.integers(1, 99_999), unique=True, max_size=5))
    return draw(MAILING_DAYS), tuple(draw(fake_papers(number)) for number in numbers)


# --- collected days ---------------------------------------------------------------------------------------------------

_SPANS = st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99)), max_size=3).map(tuple)
_KINDS = st.sampled_from(Kind)
_PAPERS = st.builds(
    Paper,
    id=LINES,
    title=LINES,
    authors=FEW_LINES,
    abstract=LINES,
    categories=FEW_LINES,
    version=st.none() | st.integers(1, 99),
    comment=LINES,
    classes=FEW_LINES,
    html=st.booleans(),
    submitted=st.none() | DAYS,
)
_CHANGES = st.builds(Change, since=DAYS, title=LINES, joined=FEW_LINES, abstract=st.integers(0, 100))
_PICKS = st.builds(
    Pick,
    st.builds(Listing, _PAPERS, _KINDS, FEW_LINES),
    FEW_LINES,
    st.lists(st.builds(Reason, LINES, LINES, _SPANS), max_size=2).map(tuple),
    st.none() | _CHANGES,
)
_COUNTS = st.integers(0, 9999)


def _few(strategy: st.SearchStrategy[object]) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(strategy, max_size=2).map(tuple)


DIGESTS: st.SearchStrategy[Digest] = st.builds(
    Digest,
    day=DAYS,
    source=LINES,
    announced=_COUNTS,
    tallies=_few(st.builds(Tally, LINES, st.none() | _COUNTS, _COUNTS, _COUNTS)),
    filters=_few(st.builds(Filters, LINES, FEW_LINES, FEW_LINES, LINES, FEW_LINES)),
    picks=_few(_PICKS),
    notes=_few(st.builds(Note, LINES, LINES)),
    sample=st.booleans(),
    over=_COUNTS,
    rolls=_few(st.builds(Roll, _KINDS, FEW_LINES)),
)


def cuts(body: bytes) -> st.SearchStrategy[bytes]:
    """A body that ends too early, at any byte."""
    return st.integers(0, len(body) - 1).map(lambda end: body[:end])


def spoiled(body: bytes, junk: Sequence[bytes]) -> st.SearchStrategy[bytes]:
    """A body of which any piece is replaced by junk."""

    def put(start: int, length: int, piece: bytes) -> bytes:
        return body[:start] + piece + body[start + length :]

    return st.builds(
        put, st.integers(0, len(body)), st.integers(0, 400), st.binary(max_size=20) | st.sampled_from(junk)
    )


def nearby(day: date) -> st.SearchStrategy[date]:
    """A date within a month."""
    return st.integers(-30, 30).map(lambda days: day + timedelta(days=days))
