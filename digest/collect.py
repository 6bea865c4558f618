"""A mailing -> its digest: what is chosen, what the API and earlier days add, and all that the reader should know."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from digest import changes, choose, freshness
from digest import config as configuration
from digest.doors import Doors
from digest.errors import SourceError
from digest.models import REPLACED, Announcement, Digest, Note, Pick
from digest.options import Config
from digest.sources.api import Source as Api
from digest.sources.api import completed

CUT_AUTHORS = 100  # arXiv's pages show no more, without a sign
CUTTING = frozenset({"listing", "catchup", "sample"})


def collect(
    config: Config, doors: Doors, announcement: Announcement, notes: tuple[Note, ...] = (), *, late: bool = False
) -> Digest:
    """The digest of a mailing; `late` when a source of past days gave it."""
    topics = configuration.topics(config)
    announcement = freshness.told_apart(announcement, doors.store.before(announcement.day))
    choice = choose.pick(announcement, topics, doors.store.seen.first_shown, config.limit)
    picks, more = _completed(config, doors, announcement.source, choice.picks)
    return Digest(
        day=announcement.day,
        source=announcement.source,
        announced=len(announcement.listings),
        tallies=choose.tallies(announcement, choice),
        filters=tuple(topic.filters for topic in topics),
        picks=tuple(_changed(doors, announcement, pick, late=late) for pick in picks),
        notes=(*notes, *announcement.notes, *choice.notes, *more, *_cut_authors(announcement.source, picks)),
        sample=announcement.source == "sample",
        over=len(choice.over),
        rolls=freshness.rolls(announcement),
        late=late,
        selection=selection(config),
    )


def selection(config: Config) -> str:
    """A short hash of all that decides which papers are chosen: another one means that a day is to be chosen anew."""
    topics = configuration.topics(config)
    rules = [(topic.filters, sorted(topic.kinds), topic.limit) for topic in topics]
    return hashlib.sha256(repr((config.asked, config.match, config.limit, rules)).encode()).hexdigest()[:12]


def _completed(
    config: Config, doors: Doors, source: str, picks: tuple[Pick, ...]
) -> tuple[tuple[Pick, ...], tuple[Note, ...]]:
    """The picks with what the API knows more; without it they stay as they are and a note says so."""
    wanted = config.api == "always" or (config.api == "auto" and source == "rss")
    if not wanted or not picks or source == "sample":
        return picks, ()
    doors.say(f"asking the API about {len(picks)} papers")
    try:
        known = Api(doors.web, config.endpoints.api).papers(tuple(pick.listing.paper.id for pick in picks))
    except SourceError as error:
        return picks, (Note("api", str(error)),)
    papers = [completed(pick.listing.paper, known.get(pick.listing.paper.id)) for pick in picks]
    listings = [replace(pick.listing, paper=paper) for pick, paper in zip(picks, papers, strict=True)]
    return tuple(replace(pick, listing=listing) for pick, listing in zip(picks, listings, strict=True)), ()


def _changed(doors: Doors, announcement: Announcement, pick: Pick, *, late: bool) -> Pick:
    """A replaced paper with what is new in it, where an earlier day of ours shows the text before."""
    if pick.listing.kind not in REPLACED or late:
        return pick
    identifier = pick.listing.paper.id
    since = doors.store.seen.last_shown(identifier, announcement.day)
    stored = doors.store.load(since) if since else None
    if since is None or stored is None or stored.late:  # a late day has the text of later
        return pick
    old = next((each.listing.paper for each in stored.picks if each.listing.paper.id == identifier), None)
    return replace(pick, change=changes.between(old, pick.listing.paper, since)) if old else pick


def _cut_authors(source: str, picks: tuple[Pick, ...]) -> tuple[Note, ...]:
    cut = [p.listing.paper.id for p in picks if source in CUTTING and len(p.listing.paper.authors) == CUT_AUTHORS]
    return (Note("cut-authors", " ".join(cut)),) if cut else ()
