"""Which papers are chosen, under which topic, and what the reader is told of those that are not."""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest import query
from digest.choose import Topic, Verdict, judge, pick, tallies
from digest.models import Announcement, Count, Filters, Kind, Listing, Note
from tests.make import DAY, paper

BOTH = frozenset({Kind.NEW, Kind.CROSS})


def topic(
    name: str = "", include: Iterable[str] = (), exclude: Iterable[str] = (), limit: int | None = None,
    kinds: frozenset[Kind] = BOTH,
) -> Topic:  # fmt: skip
    """A topic as the configuration makes it."""
    include, exclude = tuple(include), tuple(exclude)
    wanted = query.any_of(include) if include else None
    return Topic(Filters(name, include, exclude), wanted, query.any_of(exclude), kinds, limit)


def listing(
    number: int, abstract: str = "speech", kind: Kind = Kind.NEW, listed: tuple[str, ...] = ("eess.AS",)
) -> Listing:
    """An announced paper, 3107.00001 and on."""
    return Listing(paper(f"3107.{number:05}", title=f"Number {number}", abstract=abstract), kind, listed)


def mailing(*listings: Listing) -> Announcement:
    """A mailing with these papers."""
    return Announcement(DAY, "listing", listings, ())


def NOBODY(_: str) -> None:  # noqa: N802 - a constant in spirit
    """No paper has been shown before."""


def chosen(announcement: Announcement, *topics: Topic, shown: dict[str, date] | None = None) -> list[int]:
    """The numbers of the picked papers."""
    return [int(each.listing.paper.id[-5:]) for each in pick(announcement, topics, (shown or {}).get).picks]


@pytest.mark.parametrize(
    ("include", "exclude", "kind", "why", "terms"),
    [
        (["speech"], [], Kind.NEW, "chosen", ["speech"]),
        (["speech", "codec"], [], Kind.NEW, "chosen", ["speech", "codec"]),
        (["music"], [], Kind.NEW, "unmatched", []),
        (["speech"], ["codec"], Kind.NEW, "excluded", ["codec"]),
        (["speech"], ["music"], Kind.CROSS, "chosen", ["speech"]),
        (["speech"], ["speech"], Kind.NEW, "excluded", ["speech"]),
        (["music"], ["speech"], Kind.NEW, "unmatched", []),
        (["speech"], [], Kind.REPLACE, "kind", []),
        (["speech"], [], Kind.OTHER, "chosen", ["speech"]),
        ([], [], Kind.NEW, "chosen", []),
        ([], ["codec"], Kind.NEW, "excluded", ["codec"]),
    ],
)
def test_judge(include: list[str], exclude: list[str], kind: Kind, why: str, terms: list[str]) -> None:
    """A verdict says why a paper is in or out, and which terms say so."""
    document = query.Document(listing(1, "A speech codec.", kind))
    verdict = judge(topic("T", include, exclude), document)
    assert (verdict.topic, verdict.why, [reason.term for reason in verdict.reasons]) == ("T", why, terms)
    assert verdict.chosen is (why == "chosen")


def test_verdicts_are_values() -> None:
    """Two verdicts that say the same are equal, so that they can be compared and kept."""
    assert Verdict("T", "kind") == Verdict("T", "kind", ())


def test_a_paper_in_several_topics_is_one_pick() -> None:
    """It names all its topics in their order and each reason once."""
    choice = pick(
        mailing(listing(1, "speech codec"), listing(2, "codec")),
        (topic("Speech", ["speech"]), topic("All", ["codec", "speech"]), topic("Music", ["music"])),
        NOBODY,
    )
    assert [each.topics for each in choice.picks] == [("Speech", "All"), ("All",)]
    assert [reason.term for reason in choice.picks[0].reasons] == ["speech", "codec"]


@pytest.mark.parametrize(
    ("limits", "numbers", "notes"),
    [
        ((None, None), [1, 2, 3, 4], []),
        ((2, 0), [1, 2], [Note("over-limit", "2: 3107.00003 3107.00004")]),
        ((1, None), [1, 3], [Note("over-limit", "2: 3107.00002 3107.00004")]),
        ((0, 1), [3], [Note("over-limit", "3: 3107.00001 3107.00002 3107.00004")]),
    ],
)
def test_limit(limits: tuple[int | None, int | None], numbers: list[int], notes: list[Note]) -> None:
    """A topic takes its first papers up to its limit; those for which no topic has room are counted and named."""
    day = mailing(listing(1), listing(2), listing(3, "speech codec"), listing(4))
    topics = topic("A", ["speech"], limit=limits[0]), topic("B", ["codec"], limit=limits[1])
    choice = pick(day, topics, NOBODY)
    assert chosen(day, *topics) == numbers
    assert list(choice.notes) == notes


def test_limit_of_the_day() -> None:
    """A day's limit holds over all topics together; a paper over it counts as matched."""
    topics = topic("A", ["speech"]), topic("B", ["codec"])
    choice = pick(mailing(listing(1), listing(2, "codec"), listing(3)), topics, NOBODY, 1)
    assert [each.listing.paper.id for each in choice.picks] == ["3107.00001"]
    assert choice.notes == (Note("over-limit", "2: 3107.00002 3107.00003"),)
    assert len(choice.over) == 2


def test_a_limit_counts_what_stands_under_the_topic() -> None:
    """A paper shown under one topic takes no place of another that wants it too."""
    topics = topic("A", ["speech"], limit=1), topic("B", ["codec"], limit=1)
    choice = pick(mailing(listing(1, "speech codec"), listing(2, "speech codec")), topics, NOBODY)
    assert [each.topics for each in choice.picks] == [("A", "B"), ("B", "A")]


@pytest.mark.parametrize(
    ("kind", "shown", "again"),
    [
        (Kind.NEW, DAY - timedelta(days=1), False),
        (Kind.CROSS, DAY - timedelta(days=9), False),
        (Kind.CROSS, DAY, True),
        (Kind.CROSS, DAY + timedelta(days=1), True),
        (Kind.CROSS, None, True),
        (Kind.LATE_CROSS, DAY - timedelta(days=1), True),
        (Kind.REPLACE, DAY - timedelta(days=1), True),
        (Kind.REPLACE_CROSS, DAY - timedelta(days=1), True),
    ],
)
def test_shown_before(kind: Kind, shown: date | None, *, again: bool) -> None:
    """A paper is news once: later cross-lists only leave a note; a replacement, and the same day again, are shown."""
    seen = {"3107.00001": shown} if shown else {}
    choice = pick(mailing(listing(1, kind=kind)), (topic(kinds=frozenset(Kind), limit=1),), seen.get)
    assert len(choice.picks) == again
    assert choice.notes == (() if again else (Note("shown-before", f"3107.00001 ({shown})"),))


def test_a_later_cross_list_is_no_news_unless_wanted() -> None:
    """An old paper put into our category is left out with a note that names it, but only where its words fit."""
    day = mailing(listing(1, kind=Kind.LATE_CROSS), listing(2, "music", Kind.LATE_CROSS))
    choice = pick(day, (topic("", ["speech"]),), NOBODY)
    assert (choice.picks, choice.notes) == ((), (Note("late-cross", "3107.00001"),))
    wanted = pick(day, (topic("", ["speech"], kinds=frozenset({Kind.LATE_CROSS})),), NOBODY)
    assert ([each.listing.paper.id for each in wanted.picks], wanted.notes) == (["3107.00001"], ())


def test_shown_before_takes_no_room() -> None:
    """A paper that is not shown again does not use up a topic's limit, and an unwanted one gets no note."""
    day = mailing(listing(1), listing(2, "music"), listing(3))
    shown = dict.fromkeys(("3107.00001", "3107.00002"), date(2031, 7, 1))
    choice = pick(day, (topic("", ["speech"], limit=1),), shown.get)
    assert [each.listing.paper.id for each in choice.picks] == ["3107.00003"]
    assert choice.notes == (Note("shown-before", "3107.00001 (2031-07-01)"),)


SLOW = "/(a|aa)+$/"
TRAP = "a" * 40 + "!"


@pytest.mark.parametrize(
    ("include", "exclude", "numbers"),
    [
        ([SLOW, "speech"], [], [1, 3]),
        (["speech", SLOW], [], [1, 3]),
        (["speech"], [SLOW], [1, 3]),
        ([SLOW], [], []),
        ([], [SLOW], [1, 2, 3]),
        (["/sp..ch/"], [SLOW], [1, 3]),
    ],
)
def test_slow_pattern_is_switched_off(include: list[str], exclude: list[str], numbers: list[int]) -> None:
    """A pattern that is too slow is noted once and found nowhere from then on; all other terms go on."""
    day = mailing(listing(1), *(listing(n, TRAP) for n in (2,)), listing(3, f"speech {TRAP}"))
    begun = time.perf_counter()
    choice = pick(day, (topic("A", include, exclude), topic("B", ["nowhere", SLOW])), NOBODY)
    assert time.perf_counter() - begun < 2
    assert [int(each.listing.paper.id[-5:]) for each in choice.picks] == numbers
    assert choice.notes == (Note("slow-pattern", SLOW),)


def test_several_slow_patterns() -> None:
    """Each is switched off and named for itself."""
    other = "/(?:a|aa)+b/"
    choice = pick(mailing(listing(1, TRAP), listing(2)), (topic("", [SLOW, other, "speech"]),), NOBODY)
    assert choice.notes == (Note("slow-pattern", SLOW), Note("slow-pattern", other))
    assert [each.listing.paper.id for each in choice.picks] == ["3107.00002"]


WORDS = ["speech", "music", "codec"]
PAPERS = st.lists(st.tuples(st.lists(st.sampled_from(WORDS)).map(" ".join), st.sampled_from(Kind)), max_size=12)
TOPICS = st.lists(
    st.builds(
        topic,
        st.just(""),
        st.lists(st.sampled_from(WORDS), max_size=2),
        st.lists(st.sampled_from(WORDS), max_size=1),
        st.none() | st.integers(0, 4),
        st.frozensets(st.sampled_from(Kind)),
    ),
    min_size=1, max_size=1,
)  # fmt: skip


@given(PAPERS, TOPICS)
def test_laws_of_picking(papers: list[tuple[str, Kind]], topics: list[Topic]) -> None:
    """Order is kept, each paper comes once, excluded always wins, and what is over the limit is noted, not lost."""
    day = mailing(*(listing(n, text, kind) for n, (text, kind) in enumerate(papers)))
    choice = pick(day, tuple(topics), NOBODY)
    (only,) = topics
    ids = [each.listing.paper.id for each in choice.picks]
    wanted = [item.paper.id for item in day.listings if judge(only, query.Document(item)).chosen]
    noted = [id_ for note in choice.notes for id_ in note.detail.split()[1:]]
    assert sorted(ids + noted) == wanted
    assert [each.paper.id for each in choice.over] == noted
    assert ids == sorted(set(ids))
    assert only.limit is None or len(ids) <= only.limit
    assert not any(word in each.listing.paper.abstract for each in choice.picks for word in only.filters.exclude)


def test_tallies() -> None:
    """Each asked category shows what was announced, read and matched under it."""
    day = Announcement(
        DAY,
        "listing",
        (listing(1, listed=("eess.AS", "cs.SD")), listing(2, "music"), listing(3, listed=("cs.SD",))),
        (Count("eess.AS", 79, 2), Count("cs.SD", 30, 2), Count("cs.CL", 0, 0)),
    )
    for limit in (None, 1):
        choice = pick(day, (topic("", ["speech"], limit=limit),), NOBODY)
        shown = [(t.category, t.announced, t.parsed, t.matched) for t in tallies(day, choice)]
    assert shown == [("eess.AS", 79, 2, 1), ("cs.SD", 30, 2, 2), ("cs.CL", 0, 0, 0)]
