"""Whether a mailing is new, judged by identifiers: dates are what stale answers get wrong. Pure.

A feed's date is computed when it is rendered (https://github.com/arXiv/arxiv-feed, feed/utils.py), so that
yesterday's entries can stand under today's date; arXiv never announces one paper as new twice.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from digest import arxiv
from digest.models import Announcement, Digest, Kind, Listing, Roll

_FIRST = (Kind.NEW, Kind.CROSS)


def rolls(announcement: Announcement) -> tuple[Roll, ...]:
    """The mailing's identifiers by kind, to be kept with the day."""
    ids: dict[Kind, list[str]] = defaultdict(list)
    for listing in announcement.listings:
        ids[listing.kind].append(listing.paper.id)
    return tuple(Roll(kind, tuple(ids[kind])) for kind in Kind if kind in ids)


def _ids(digest: Digest, *kinds: Kind) -> frozenset[str]:
    return frozenset(each for roll in digest.rolls if roll.kind in kinds for each in roll.ids)


def news(digest: Digest) -> frozenset[str]:
    """The papers that a day announced as new."""
    return _ids(digest, Kind.NEW)


def trouble(seen: Announcement, before: Digest | None, stored: Digest | None) -> str:
    """Why a mailing is not believed, in words; empty when it is.

    `before` is the last day we have of before, `stored` is what we have of the mailing's own day.
    """
    return (_stale(seen, before) if before else "") or (_shrunk(seen, stored) if stored else "")


def _stale(seen: Announcement, before: Digest) -> str:
    """A category whose new papers are all on the earlier day, or a mailing that is that day's altogether."""
    earlier = _ids(before, Kind.NEW)
    for count in seen.counts:
        new = {x.paper.id for x in seen.listings if x.kind is Kind.NEW and count.category in x.listed}
        if new and new <= earlier:
            return f"{count.category} shows the papers of {before.day} again, under the date {seen.day}"
    same = bool(seen.listings) and all(x.paper.id in _ids(before, *_alike(x.kind)) for x in seen.listings)
    return f"the mailing of {before.day} again, under the date {seen.day}" if same else ""


def _alike(kind: Kind) -> tuple[Kind, ...]:
    """The kinds under which a mailing's kind is kept: cross-lists are told apart only then."""
    return (Kind.CROSS, Kind.LATE_CROSS) if kind is Kind.CROSS else (kind,)


def _shrunk(seen: Announcement, stored: Digest) -> str:
    """New papers of the stored day that are not there any more, if the same categories were asked."""
    if {tally.category for tally in stored.tallies} != {count.category for count in seen.counts}:
        return ""
    gone = _ids(stored, Kind.NEW) - {listing.paper.id for listing in seen.listings}
    some = ", ".join(sorted(gone)[:3]) + ("…" if len(gone) > 3 else "")  # noqa: PLR2004 - enough to see
    return f"new papers that were shown before are gone ({len(gone)}): {some}" if gone else ""


def told_apart(seen: Announcement, before: Digest | None) -> Announcement:
    """The mailing with later cross-lists marked as such; arXiv calls them `cross`, as those of new papers.

    An identifier is assigned when a paper is announced, one after the other: what is not above all of the earlier
    day's is no first announcement (https://info.arxiv.org/help/availability.html). A version above 1 tells it too.
    """
    newest = max(map(arxiv.age, _ids(before, *_FIRST) if before else ()), default=(False, ""))

    def late(listing: Listing) -> bool:
        old = (listing.paper.version or 1) > 1 or arxiv.age(listing.paper.id) <= newest
        return listing.kind is Kind.CROSS and old

    listings = (replace(x, kind=Kind.LATE_CROSS) if late(x) else x for x in seen.listings)
    return replace(seen, listings=tuple(sorted(listings, key=arxiv.order)))
