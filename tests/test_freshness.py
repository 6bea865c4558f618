"""A mailing is new when its identifiers are: dates prove nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from digest import freshness
from digest.models import Announcement, Count, Kind, Listing, Roll, Tally
from tests import make

DAY = date(2031, 7, 9)


def listing(identifier: str, kind: Kind = Kind.NEW, *listed: str, version: int | None = 1) -> Listing:
    """A paper of a mailing."""
    return Listing(make.paper(identifier, version=version), kind, listed or ("eess.AS",))


def mailing(*listings: Listing) -> Announcement:
    """A mailing of two categories."""
    counts = tuple(Count(code, 1, 1) for code in ("eess.AS", "cs.SD"))
    return Announcement(DAY, "rss", listings, counts)


BEFORE = make.digest(rolls=(Roll(Kind.NEW, ("3107.00001", "3107.00002")), Roll(Kind.REPLACE, ("3101.00001",))))


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        (mailing(listing("3107.00003")), ""),
        (mailing(listing("3107.00001"), listing("3107.00002")), "eess.AS shows the papers of 2031-07-08 again"),
        (mailing(listing("3107.00003"), listing("3107.00001", Kind.NEW, "cs.SD")), "cs.SD shows the papers"),
        (mailing(listing("3107.00001"), listing("3107.00003")), ""),
        (mailing(listing("3107.00001", Kind.REPLACE)), ""),
        (mailing(listing("3107.00001", Kind.CROSS)), ""),
        (mailing(listing("3101.00001", Kind.REPLACE)), "the mailing of 2031-07-08 again"),
        (mailing(listing("3101.00001", Kind.REPLACE), listing("3101.00002", Kind.REPLACE)), ""),
        (mailing(), ""),
    ],
)
def test_stale(seen: Announcement, said: str) -> None:
    """One stale category spoils the mailing; a paper replaced or cross-listed the day after is no sign of staleness."""
    assert said in freshness.trouble(seen, BEFORE, None)
    assert bool(freshness.trouble(seen, BEFORE, None)) is bool(said)
    assert freshness.trouble(seen, None, None) == ""


def test_shrunk() -> None:
    """New papers that were there and are not any more; a replacement that has gone is arXiv's own affair."""
    tallies = tuple(Tally(code, 1, 1, 0) for code in ("eess.AS", "cs.SD"))
    stored = replace(BEFORE, day=DAY, tallies=tallies)
    assert freshness.trouble(mailing(listing("3107.00001"), listing("3107.00002")), None, stored) == ""
    assert freshness.trouble(mailing(listing("3107.00002")), None, replace(stored, tallies=tallies[:1])) == ""
    said = freshness.trouble(mailing(listing("3107.00002")), None, stored)
    assert said == "new papers that were shown before are gone (1): 3107.00001"


def test_rolls_are_the_mailing() -> None:
    """Every identifier by its kind, in arXiv's order."""
    seen = mailing(listing("3107.00002"), listing("3107.00003", Kind.CROSS), listing("3107.00001"))
    assert freshness.rolls(seen) == (Roll(Kind.NEW, ("3107.00002", "3107.00001")), Roll(Kind.CROSS, ("3107.00003",)))


@pytest.mark.parametrize(
    ("seen", "kind"),
    [
        (listing("3107.00003", Kind.CROSS), Kind.CROSS),
        (listing("3107.00003", Kind.CROSS, version=None), Kind.CROSS),
        (listing("3107.00003", Kind.CROSS, version=2), Kind.LATE_CROSS),
        (listing("3107.00002", Kind.CROSS), Kind.LATE_CROSS),
        (listing("3012.12345", Kind.CROSS), Kind.LATE_CROSS),
        (listing("hep-th/9901001", Kind.CROSS), Kind.LATE_CROSS),
        (listing("3012.12345", Kind.NEW), Kind.NEW),
        (listing("3012.12345", Kind.REPLACE), Kind.REPLACE),
    ],
)
def test_later_cross_lists(seen: Listing, kind: Kind) -> None:
    """A cross-list of a paper older than the last mailing is a later one; a late announcement stays new."""
    assert freshness.told_apart(mailing(seen), BEFORE).listings[0].kind is kind


def test_without_history_only_the_version_tells() -> None:
    """On a first run nothing is known of the day before."""
    old = mailing(listing("3012.12345", Kind.CROSS), listing("3012.12346", Kind.CROSS, version=3))
    assert [each.kind for each in freshness.told_apart(old, None).listings] == [Kind.CROSS, Kind.LATE_CROSS]
