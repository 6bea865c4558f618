"""Why a paper is in or out, in words: every topic's verdict, with the present configuration."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from digest import arxiv, choose, codec
from digest import config as configuration
from digest.choose import Topic, Verdict
from digest.doors import Doors
from digest.errors import PatternTimeoutError, SourceError, StoreError
from digest.models import Announcement, Kind, Listing, Reason
from digest.options import Config
from digest.pipeline import CACHED
from digest.query import Document
from digest.sources.api import Source as Api

RECENT_DAYS = 30


def explain(config: Config, doors: Doors, identifier: str) -> Iterator[str]:
    """Lines for a person. Raises SourceError when the paper is neither stored nor to be had from arXiv's API."""
    listing, known_from = find(config, doors, identifier)
    paper = listing.paper
    yield f"{arxiv.abs_url(paper)}  {paper.title}"
    kind = "kind not known" if listing.kind is Kind.OTHER else f"announced as {listing.kind}"
    yield f"{kind}; {', '.join(paper.categories)}; known from {known_from}"
    if not any(arxiv.same_category(code, asked) for code in paper.categories for asked in config.asked):
        yield f"OUT: only {', '.join(config.asked)} are read, and it is in none of them"
        return
    if shown_by := [note for note in _notes(doors) if identifier in note]:
        yield f"not on the page of its day, which says why: {'; '.join(shown_by)}"
    document = Document(listing)
    for topic in configuration.topics(config):
        yield from _told(topic, document)


def _notes(doors: Doors) -> list[str]:
    """What the newest stored day says of papers that match but are not listed."""
    newest = doors.store.newest()
    digest = doors.store.load(newest.day) if newest else None
    return [f"{note.kind} {note.detail}" for note in (digest.notes if digest else ())]


def find(config: Config, doors: Doors, identifier: str) -> tuple[Listing, str]:
    """The paper in a stored day that shows it, in the last mailing read here, or from the API."""
    newest = doors.store.newest()
    recent = [newest.day - timedelta(days=n) for n in range(RECENT_DAYS)] if newest else []
    for day in filter(None, (*recent, doors.store.seen.last_shown(identifier))):
        digest = doors.store.load(day)
        for pick in digest.picks if digest else ():
            if pick.listing.paper.id == identifier:
                return pick.listing, f"the digest of {day}"
    for listing in _last_mailing(doors):
        if listing.paper.id == identifier:
            return listing, "the last mailing read here (not in its digest)"
    known = Api(doors.web, config.endpoints.api).papers((identifier,))
    if identifier not in known:
        raise SourceError(f"arXiv's API does not know {identifier}")
    return Listing(known[identifier], Kind.OTHER, ()), "arXiv's API"


def _last_mailing(doors: Doors) -> tuple[Listing, ...]:
    text = doors.store.cached(CACHED)
    try:
        return codec.loads(Announcement, text).listings if text else ()
    except (ValueError, StoreError):
        return ()  # a cache of an older version is no loss


def _told(topic: Topic, document: Document) -> Iterator[str]:
    name = f"topic {topic.filters.name}" if topic.filters.name else "your filters"
    try:
        verdict = choose.judge(topic, document)
    except PatternTimeoutError as error:
        yield f"{name}: undecided: {error}"
        return
    yield f"{name}: {'IN' if verdict.chosen else 'OUT'}: {_why(topic, verdict, document)}"
    lead = "" if verdict.chosen else "excluded by "
    for reason in verdict.reasons:
        yield f"  {lead}{reason.term} in {reason.field}: {_quoted(reason, document)}"


def _why(topic: Topic, verdict: Verdict, document: Document) -> str:
    wanted = (*topic.filters.include, *filter(None, [topic.filters.expression]), *topic.filters.authors)
    if verdict.chosen:
        if not wanted:
            return "these filters take every paper"
        return "it matches" if verdict.reasons else f"it fulfils {topic.filters.expression}"
    return {
        "kind": f"announced as {document.listing.kind}, and kinds are {', '.join(sorted(topic.kinds))}",
        "excluded": "it has an exclude term, which always wins",
        "unmatched": f"it fulfils none of these: {', '.join(wanted)}",
    }[verdict.why]


def _quoted(reason: Reason, document: Document) -> str:
    """The place in the text, with some words around it."""
    text = document.field(reason.field).text
    if not reason.spans:
        return text[:60]
    start, end = reason.spans[0]
    return f"…{text[max(0, start - 30) : start]}[{text[start:end]}]{text[end : end + 30]}…".replace("\n", " ")
