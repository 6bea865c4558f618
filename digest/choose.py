"""Which papers, under which topic, seen before or not, how many. Pure: a judgement is returned with its reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from digest.errors import PatternTimeoutError
from digest.models import Announcement, Filters, Kind, Listing, Note, Pick, Tally
from digest.query import Document, Query, Reasons

REPLACED = frozenset({Kind.REPLACE, Kind.REPLACE_CROSS})


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


def pick(announcement: Announcement, topics: tuple[Topic, ...], first_shown: Mapping[str, date]) -> Choice:
    """The papers of a mailing that some topic wants, once each, in arXiv's order.

    `first_shown` maps an identifier to the day its paper was already shown as new or cross-listed; shown once, it
    is not news again, but it is named in a note. Nothing else disappears without a note either: papers over a
    topic's limit are counted, and a regular expression that is too slow is switched off and named.
    """
    notes: list[Note] = []
    picks: list[Pick] = []
    room = {topic.filters.name: topic.limit for topic in topics}
    over: dict[str, list[str]] = {}
    for listing in announcement.listings:
        verdicts, topics, slow = _judge_all(topics, Document(listing))
        notes += [Note("slow-pattern", pattern) for pattern in slow]
        chosen = [verdict for verdict in verdicts if verdict.chosen]
        if not chosen:
            continue
        shown = first_shown.get(listing.paper.id)
        if shown is not None and shown < announcement.day and listing.kind not in REPLACED:
            notes.append(Note("shown-before", f"{listing.paper.id} ({shown})"))
            continue
        kept = [verdict for verdict in chosen if _has_room(room, over, verdict.topic, listing)]
        if kept:
            picks.append(_as_pick(listing, kept))
    notes += [Note("over-limit", f"{name}: {' '.join(ids)}" if name else " ".join(ids)) for name, ids in over.items()]
    return Choice(tuple(picks), tuple(notes))


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


def _has_room(room: dict[str, int | None], over: dict[str, list[str]], topic: str, listing: Listing) -> bool:
    left = room[topic]
    if left is None:
        return True
    if left == 0:
        over.setdefault(topic, []).append(listing.paper.id)
        return False
    room[topic] = left - 1
    return True


def _as_pick(listing: Listing, verdicts: list[Verdict]) -> Pick:
    reasons = dict.fromkeys(reason for verdict in verdicts for reason in verdict.reasons)
    return Pick(listing, tuple(verdict.topic for verdict in verdicts), tuple(reasons))


def tallies(announcement: Announcement, picks: tuple[Pick, ...]) -> tuple[Tally, ...]:
    """The proof a page carries for each asked category."""
    return tuple(
        Tally(c.category, c.announced, c.parsed, sum(c.category in pick.listing.listed for pick in picks))
        for c in announcement.counts
    )
