"""Small invented values: each test says only what it is about."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import Any

from digest.models import (
    Change,
    Contribution,
    Digest,
    Doubt,
    Filters,
    Kind,
    Listing,
    Note,
    Paper,
    Pick,
    Reason,
    Summary,
    Tally,
    Trust,
)  # fmt: skip

DAY = datetime.date(2031, 7, 8)


def paper(identifier: str = "3107.00001", **fields: Any) -> Paper:
    """A harmless paper."""
    plain = Paper(
        id=identifier,
        title="Quiet Rooms Without a Clean Reference",
        authors=("Ada Example", "Bo Beispiel"),
        abstract="We remove room reverberation from speech. It works.",
        categories=("eess.AS", "cs.SD"),
        version=1,
    )
    return replace(plain, **fields)


def pick(of: Paper | None = None, kind: Kind = Kind.NEW, **fields: Any) -> Pick:
    """A chosen paper, `Pick(...)` fields by name."""
    listing = Listing(of or paper(), kind, ("eess.AS",))
    return replace(Pick(listing, ("",), (Reason("reverberation", "abstract", ((15, 28),)),)), **fields)


def digest(*picks: Pick, **fields: Any) -> Digest:
    """A day of one category with these papers."""
    plain = Digest(
        day=DAY,
        source="listing",
        announced=40,
        tallies=(Tally("eess.AS", 40, 40, len(picks)),),
        filters=(Filters("", ("reverberation",)),),
        picks=picks,
    )
    return replace(plain, **fields)


def rich_digest() -> Digest:
    """A day with everything a page can show: each kind, topics, long and missing fields, each note."""
    many = tuple(f"Author Number{n}" for n in range(12))
    full = paper(
        "3107.00002", authors=many, comment="5 pages", journal="J. Inv. 1", doi="10.1/x", classes=("I.2.7",), html=True
    )
    bare = paper("3107.00003", authors=(), abstract="", categories=(), version=None)
    picks = (
        pick(topics=("Rooms", "Speech"), summary=SUMMARY),
        pick(
            full, Kind.CROSS, topics=("Speech",), summary=DOUBTFUL, reasons=tuple(Reason("x", f"{f}") for f in FIELDS)
        ),
        pick(paper("3105.00004", version=3), Kind.REPLACE, topics=("Rooms",), change=CHANGE),
        pick(bare, Kind.REPLACE, topics=("",), reasons=()),
        pick(paper("3105.00005", version=2), Kind.REPLACE_CROSS, topics=("Rooms",), change=Change(DAY)),
        pick(paper("3105.00008"), Kind.LATE_CROSS, topics=("Rooms",)),
        pick(paper("3107.00006", categories=()), Kind.CROSS, topics=("Rooms",)),
        pick(paper("3107.00007"), Kind.OTHER, topics=("Rooms",), summary=Summary(Trust.FAILED, "timeout")),
    )
    filters = (
        Filters("Speech", ("x",), ("music",)),
        Filters("Rooms", expression="(a OR b)", authors=("Ada Example",)),
        Filters(""),
    )
    tallies = (Tally("eess.AS", 40, 40, 5), Tally("cs.SD", 30, 30, 2))
    return digest(*picks, filters=filters, tallies=tallies, notes=tuple(Note(kind, "3107.00009 was") for kind in NOTES))


FIELDS = ("title", "abstract", "author", "category", "comment", "kind")
REASONS = tuple(Reason("x", field) for field in FIELDS)
SUMMARY = Summary(
    Trust.OK,
    brief="任务：去混响；问题：缺少干净参考；方法：自监督",
    summary="无需干净参考即可去混响",
    contributions=(Contribution("无需参考", "以能量衰减为训练信号"),),
    keywords=("去混响",),
    title="安静的房间",
    model="invented-1",
    tokens=900,
    cost=0.0012,
)
DOUBTS = ("number", "unit", "name", "url", "language", "markup", "copy", "length", "a-kind-of-tomorrow")
DOUBTFUL = replace(SUMMARY, status=Trust.DOUBTFUL, doubts=tuple(Doubt(kind, "79.4%", "odd") for kind in DOUBTS))
CHANGE = Change(DAY, "An *old* title", ("Cy New",), ("Di Gone",), "accepted", 12)
NOTES = (
    "gone",
    "summaries",
    "orders",
    "late-cross",
    "oai-unexplained",
    "source",
    "api",
    "slow-pattern",
    "shown-before",
    "over-limit",
    "cut-authors",
    "a-kind-of-tomorrow",
)
