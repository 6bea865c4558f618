"""Which papers, under which topic, seen before or not, how many. Pure: a judgement is returned with its reasons."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from digest.errors import PatternTimeoutError
from digest.models import Announcement, Filters, Kind, Listing, Note, Pick, Tally
from digest.query import Document, Query, Reasons

AGAIN = frozenset({Kind.REPLACE, Kind.REPLACE_CROSS, Kind.LATE_CROSS})  # they are news of a known paper


@dataclass(frozen=True, slots=True)
class Topic:
    """A section of the digest: what its owner wrote, and the same compiled. Without `wanted` it takes everything."""

    filters: Filters
    wanted: Query | None
    unwanted: Query
    kinds: frozenset[Kind]
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a topic says of a paper: `why` is chosen, kind, excluded or unmatched."""

    topic: str
    why: str
    reasons: Reasons = ()

    @property
    def chosen(self) -> bool:
        """Whether the paper is in."""
        return self.why == "chosen"


@dataclass(frozen=True, slots=True)
class Choice:
    """The picks of a day, and what the reader has to know about how they came to be."""

    picks: tuple[Pick, ...]
    notes: tuple[Note, ...]
    over: tuple[Listing, ...] = ()  # they match, but no topic has room for them


def judge(topic: Topic, document: Document) -> Verdict:
    """One topic's verdict on one paper. An exclude term always wins. Raises PatternTimeoutError."""
    name = topic.filters.name
    kind = document.listing.kind
    if kind not in topic.kinds and kind is not Kind.OTHER:
        return Verdict(name, "kind")
    reasons: Reasons | None = () if topic.wanted is None else topic.wanted.match(document)
    if reasons is None:
        return Verdict(name, "unmatched")
    against = topic.unwanted.match(document)
    return Verdict(name, "chosen", reasons) if against is None else Verdict(name, "excluded", against)


def pick(
    announcement: Announcement,
    topics: tuple[Topic, ...],
    first_shown: Callable[[str], date | None],
    limit: int | None = None,
) -> Choice:
    """The papers of a mailing that some topic wants, once each, in arXiv's order.

    `first_shown` tells the day on which an identifier's paper was already shown as new or cross-listed; shown once, it
    is not news again, but it is named in a note. Nothing else disappears without a note either: later cross-lists
    that nobody asked for are named, papers over a topic's limit or the day's are counted, and a regular expression
    that is too slow is switched off and named.
    """
    notes: list[Note] = []
    picks: list[Pick] = []
    room = {topic.filters.name: topic.limit for topic in topics}
    over: list[Listing] = []
    for listing in announcement.listings:
        verdicts, topics, slow = _judge_all(topics, Document(listing))
        notes += [Note("slow-pattern", pattern) for pattern in slow]
        chosen = [verdict for verdict in verdicts if verdict.chosen]
        if not chosen:
            notes += _late_cross(topics, listing)
            continue
        shown = None if listing.kind in AGAIN else first_shown(listing.paper.id)
        if shown is not None and shown < announcement.day:
            notes.append(Note("shown-before", f"{listing.paper.id} ({shown})"))
        elif (limit is None or len(picks) < limit) and _has_room(room, chosen):
            picks.append(_as_pick(listing, chosen))
        else:
            over.append(listing)
    if over:
        notes.append(Note("over-limit", f"{len(over)}: {' '.join(listing.paper.id for listing in over)}"))
    return Choice(tuple(picks), tuple(notes), tuple(over))


def _late_cross(topics: tuple[Topic, ...], listing: Listing) -> list[Note]:
    """An old paper that is in one of our categories now, and would be in as a cross-list of a new one."""
    if listing.kind is not Kind.LATE_CROSS:
        return []
    verdicts, _, _ = _judge_all(topics, Document(replace(listing, kind=Kind.CROSS)))
    return [Note("late-cross", listing.paper.id)] if any(verdict.chosen for verdict in verdicts) else []


def _judge_all(topics: tuple[Topic, ...], document: Document) -> tuple[list[Verdict], tuple[Topic, ...], list[str]]:
    """The verdicts; the topics to go on with; the patterns that had to be switched off on the way."""
    slow: list[str] = []
    while True:
        try:
            return [judge(topic, document) for topic in topics], topics, slow
        except PatternTimeoutError as error:
            slow.append(error.pattern)
            topics = tuple(_without(topic, error.pattern) for topic in topics)


def _without(topic: Topic, pattern: str) -> Topic:
    wanted = None if topic.wanted is None else topic.wanted.without(pattern)
    return replace(topic, wanted=wanted, unwanted=topic.unwanted.without(pattern))


def _has_room(room: dict[str, int | None], chosen: list[Verdict]) -> bool:
    """Takes a place in the first topic that has one; that topic becomes the paper's first."""
    for at, verdict in enumerate(chosen):
        left = room[verdict.topic]
        if left is None or left > 0:
            room[verdict.topic] = None if left is None else left - 1
            chosen.insert(0, chosen.pop(at))
            return True
    return False


def _as_pick(listing: Listing, verdicts: list[Verdict]) -> Pick:
    reasons = dict.fromkeys(reason for verdict in verdicts for reason in verdict.reasons)
    return Pick(listing, tuple(verdict.topic for verdict in verdicts), tuple(reasons))


def tallies(announcement: Announcement, choice: Choice) -> tuple[Tally, ...]:
    """The proof a page carries for each asked category; papers over a limit count as matched."""
    matched = [*(pick.listing for pick in choice.picks), *choice.over]
    return tuple(
        Tally(c.category, c.announced, c.parsed, sum(c.category in listing.listed for listing in matched))
        for c in announcement.counts
    )
