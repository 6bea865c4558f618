"""The data, one class a stage; the type says how far a paper has come. Nothing here does anything.

Dates are arXiv's announcement dates (`datetime.date`), never the machine's. Tuples are in arXiv's order.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Kind(StrEnum):
    """How a paper is announced; the order is arXiv's own order of a mailing."""

    NEW = "new"
    CROSS = "cross"
    LATE_CROSS = "late-cross"  # an old paper that was put into another category: arXiv itself says "cross" here too
    REPLACE = "replace"
    REPLACE_CROSS = "replace-cross"
    OTHER = "other"  # a word arXiv does not use today: kept and shown, never dropped


REPLACED = frozenset({Kind.REPLACE, Kind.REPLACE_CROSS})


@dataclass(frozen=True, slots=True)
class Paper:
    """What arXiv says of a paper, never what we think of it. Text is one line a paragraph, NFC, without markup."""

    id: str  # without version: 2507.03149, hep-th/9901001
    title: str
    authors: tuple[str, ...]
    abstract: str
    categories: tuple[str, ...]  # the first is the primary one
    version: int | None = None
    comment: str = ""
    journal: str = ""
    doi: str = ""
    classes: tuple[str, ...] = ()  # ACM and MSC codes
    html: bool = False  # arXiv is known to offer an HTML version
    submitted: date | None = None  # of version 1
    updated: date | None = None  # of this version


@dataclass(frozen=True, slots=True)
class Listing:
    """A paper as one mailing announces it; `listed` are the asked categories under which it stood."""

    paper: Paper
    kind: Kind
    listed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Count:
    """One category's proof: what arXiv says it announced (None: the source does not tell), and what was read."""

    category: str
    announced: int | None
    parsed: int


@dataclass(frozen=True, slots=True)
class Note:
    """Something that went differently than it should have, for the reader; `kind` is a key of the labels."""

    kind: str
    detail: str


@dataclass(frozen=True, slots=True)
class Announcement:
    """One mailing as one source saw it. Empty is valid: nothing was announced."""

    day: date
    source: str
    listings: tuple[Listing, ...]
    counts: tuple[Count, ...]
    notes: tuple[Note, ...] = ()  # what the source cannot tell

    @property
    def proven(self) -> bool:
        """Whether arXiv's own counts say that nothing is missing."""
        return all(count.announced is not None for count in self.counts)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a paper is in (or out): which term, in which field, where in the field's text (start, end)."""

    term: str
    field: str
    spans: tuple[tuple[int, int], ...] = ()


class Trust(StrEnum):
    """How far a summary can be relied on."""

    OK = "ok"
    DOUBTFUL = "doubtful"  # shown with its doubts
    FAILED = "failed"  # asked for, not got or not usable: `reason`
    NONE = "none"  # never asked for


@dataclass(frozen=True, slots=True)
class Doubt:
    """A word of a summary that its source does not bear out: what kind of word, the word, why."""

    kind: str
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Contribution:
    """One point: a bold lead and a sentence."""

    lead: str
    text: str


@dataclass(frozen=True, slots=True)
class Summary:
    """What a model says of a paper in the reader's language, plain text, and how far to trust it."""

    status: Trust
    reason: str = ""  # why there is none
    brief: str = ""  # one sentence: task, problem, method
    summary: str = ""
    contributions: tuple[Contribution, ...] = ()
    keywords: tuple[str, ...] = ()
    title: str = ""  # translated
    doubts: tuple[Doubt, ...] = ()
    model: str = ""
    tokens: int = 0  # of questions and answers, as the provider counts
    cost: float = 0.0  # 0 where no price is known
    currency: str = ""
    trouble: str = ""  # the kind of the reason, a word of `refusals.SENTENCES`


@dataclass(frozen=True, slots=True)
class Change:
    """What a replacement changed, measured against the text that an earlier day of ours shows."""

    since: date
    title: str = ""  # the old one, where it differs
    joined: tuple[str, ...] = ()  # authors
    left: tuple[str, ...] = ()
    comment: str = ""  # the new one, where it differs
    abstract: int = 0  # per cent of the words that are not in both


@dataclass(frozen=True, slots=True)
class Pick:
    """A chosen paper with the topics that want it and their reasons."""

    listing: Listing
    topics: tuple[str, ...]
    reasons: tuple[Reason, ...]
    change: Change | None = None  # of a replaced paper that we have shown before
    summary: Summary | None = None  # None: no model was asked

    @property
    def failed(self) -> bool:
        """Whether a summary was asked for in vain."""
        return self.summary is not None and self.summary.status is Trust.FAILED


@dataclass(frozen=True, slots=True)
class Filters:
    """A topic's rules as its owner wrote them, for the reader of a page."""

    name: str
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    expression: str = ""
    authors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tally:
    """A category's line at the top of a page."""

    category: str
    announced: int | None
    parsed: int
    matched: int


@dataclass(frozen=True, slots=True)
class Roll:
    """The identifiers of a mailing's papers of one kind, chosen or not: what tells a new mailing from an old one."""

    kind: Kind
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Digest:
    """A collected day: the stored seam between collecting and publishing."""

    day: date
    source: str
    announced: int  # different papers in the mailing
    tallies: tuple[Tally, ...]
    filters: tuple[Filters, ...]
    picks: tuple[Pick, ...]
    notes: tuple[Note, ...] = ()
    sample: bool = False
    over: int = 0  # papers that match but are over a limit
    rolls: tuple[Roll, ...] = ()
    late: bool = False  # filled in later, from a source of past days
    selection: str = ""  # a hash of the rules that chose the picks

    @property
    def matched(self) -> int:
        """How many papers of the mailing match, listed or not."""
        return len(self.picks) + self.over


class State(StrEnum):
    """What is known of an announcement day, from least to most; of two lines of one day the later state is true."""

    EXPECTED = "expected"  # arXiv's calendar has a mailing; nobody has asked for it yet
    OPEN = "open"  # asked for, not got: `reason` and `tries`
    EMPTY = "empty"  # proven to have no mailing, or none in these categories
    PROVISIONAL = "provisional"  # published from a source that gives no counts; a better one is asked again
    PUBLISHED = "published"


@dataclass(frozen=True, slots=True)
class DayLine:
    """An announcement day in the ledger: enough for an index page without opening the day."""

    day: date
    state: State
    source: str = ""
    announced: int = 0
    matched: int = 0
    tries: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A text to write at a path relative to the root, with `/` between its parts."""

    path: str
    text: str


@dataclass(frozen=True, slots=True)
class DayRun:
    """What a run came to for one day; `outcome` is published, nothing-announced, waiting or failed."""

    day: date
    outcome: str
    detail: str
    source: str = ""
    announced: int = 0
    matched: int = 0


@dataclass(frozen=True, slots=True)
class Run:
    """The journal's line: what a run did, in data."""

    at: str
    outcome: str  # published | nothing-announced | waiting | incomplete | failed
    requests: int
    days: tuple[DayRun, ...] = ()
    notes: tuple[str, ...] = ()
    asked: int = 0  # papers a model was asked about
    tokens: int = 0
    cost: float | None = 0.0  # None where no price is known
    currency: str = ""
