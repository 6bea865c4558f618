"""arXiv's feed of the day, RSS 2.0 or Atom: one request for all categories.

https://info.arxiv.org/help/rss.html. It knows versions, but no comments and no dates; its text is raw TeX. A feed
that is cut, malformed or an error in disguise is refused as a whole.
"""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from digest import arxiv, text
from digest.errors import SourceError, StatusError, WebError
from digest.models import Announcement, Count, Kind, Listing, Paper
from digest.web import FEEDS, Web

NAME = "rss"
MAX_ENTRIES = 2000  # at this size arXiv cuts the feed, new papers first, without a word

_DESCRIPTION = re.compile(
    r"arXiv:(?P<id>\S+)\s+Announce Type:\s*(?P<kind>\S+)\s+Abstract:[ \t]*(?P<abstract>.*)", re.DOTALL
)
_ENTITIES = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_AFFILIATION = re.compile(r"\s\((?:[^()]|\([^()]*\))*\)")  # one that is never closed stays part of the name
_MISTAKEN = re.compile("(?<=[\u00c2-\u00f4])(?=[\u0080-\u00bf])")  # the library would make `5 Å²` a `5 Ų`
_UTF8 = {"content-type": "application/xml; charset=utf-8"}  # whatever the feed says of itself
# What feedparser raises where an element stands in a strange place, and in its second parser, for what is no XML.
_STUMBLES = (ArithmeticError, AssertionError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)


def parse(body: bytes, categories: tuple[str, ...]) -> Announcement:
    """A feed's bytes -> the mailing it shows. Raises SourceError for anything but a whole, dated feed of papers."""
    import feedparser  # noqa: PLC0415 - 50 ms that only days without a listing page pay

    if _ENTITIES.search(body) or not body.strip():
        raise SourceError("the feed is empty, or declares entities; arXiv's do neither")
    # A stream, because bytes are taken for the name of a file when there is one.
    stream = io.BytesIO(_guarded(body))
    try:
        feed = feedparser.parse(stream, response_headers=_UTF8, sanitize_html=False, resolve_relative_uris=False)
    except _STUMBLES as error:
        raise SourceError(f"the feed is not whole ({type(error).__name__}: {error})") from error
    title = str(feed.feed.get("title", ""))
    if title.startswith("Feed error"):
        raise SourceError(_error_text(feed.feed))
    if feed.bozo or feed.version not in {"rss20", "atom10"} or not _closed(body):
        raise SourceError(f"the feed is not whole ({feed.get('bozo_exception') or feed.version or 'not a feed'})")
    if len(feed.entries) >= MAX_ENTRIES:
        raise SourceError(f"the feed is full ({MAX_ENTRIES} papers), so arXiv has cut it; ask for fewer categories")
    listings = arxiv.merge(_listing(entry, categories) for entry in feed.entries)
    counts = tuple(Count(code, None, sum(code in item.listed for item in listings)) for code in categories)
    return Announcement(_day(feed), NAME, listings, counts)


def _guarded(body: bytes) -> bytes:
    """The feed with a sign that `text.clean` drops wherever the library would see wrongly read UTF-8.

    Raises SourceError for what is not UTF-8: in UTF-16 the library would find declarations that we cannot see.
    """
    try:
        read = body.decode("utf-8")
    except UnicodeDecodeError:
        read = "\0"
    if "\0" in read:
        raise SourceError("the feed is not whole (it is not UTF-8 text)")
    return _MISTAKEN.sub("\u2060", read).encode()


def _closed(body: bytes) -> bool:
    return body.rstrip().endswith((b"</rss>", b"</feed>"))


def _error_text(head: Mapping[str, Any]) -> str:
    reason = str(head.get("description") or head.get("subtitle") or head.get("title"))
    return f"arXiv refuses the categories: {text.clean(reason)[:300]}"


def _day(feed: Any) -> date:
    """The mailing's date: of the channel (RSS), of the entries (Atom), or, for an empty Atom feed, of its making."""
    stamps = {str(entry.get("published", "")) for entry in feed.entries} - {""}
    own = feed.feed.get("published") or ("" if feed.entries else feed.feed.get("updated", ""))
    days = {_new_york(str(each)) for each in stamps | {own} if each or not stamps}
    if len(days) != 1:
        raise SourceError(f"the feed's entries are of {len(days)} different days")
    return days.pop()


def _new_york(stamp: str) -> date:
    try:
        when = datetime.fromisoformat(stamp) if re.match(r"\d{4}-", stamp) else parsedate_to_datetime(stamp)
        if when.tzinfo is None:
            raise SourceError(f"the feed's date {stamp[:40]!r} has no time zone")
        return when.astimezone(arxiv.NEW_YORK).date()
    except (ValueError, OverflowError) as error:
        raise SourceError(f"the feed's date {stamp[:40]!r} cannot be read") from error


def _listing(entry: Mapping[str, Any], asked: tuple[str, ...]) -> Listing:
    found = _DESCRIPTION.fullmatch(str(entry.get("summary", "")).strip())
    if found is None:
        raise SourceError(f"an entry of the feed has no announce type: {str(entry.get('title', ''))[:60]!r}")
    try:
        identifier, version = arxiv.split_id(str(entry.get("id", "")))
        described, shown = arxiv.split_id(found["id"])
    except ValueError as error:
        raise SourceError(str(error)[:200]) from error
    categories, classes = arxiv.split_categories(str(tag["term"] or "") for tag in entry.get("tags", ()))
    if described != identifier or not categories:
        raise SourceError(f"the feed's entry {identifier} describes {described} in {len(categories)} categories")
    kind = str(entry.get("arxiv_announce_type", found["kind"]))
    paper = Paper(
        id=identifier,
        title=text.clean(text.from_tex(text.clean(str(entry.get("title", ""))))),
        authors=split_authors(text.clean(str(entry.get("author", "")))),
        abstract=text.paragraphs(text.from_tex(found["abstract"])),
        categories=categories,
        version=version or shown,
        journal=text.clean(text.from_tex(text.clean(str(entry.get("arxiv_journal_reference", ""))))),
        doi=text.clean(str(entry.get("arxiv_doi", ""))),
        classes=classes,
    )
    return Listing(paper, Kind(kind) if kind in set(Kind) else Kind.OTHER, _listed(categories, asked))


def _listed(categories: Iterable[str], asked: tuple[str, ...]) -> tuple[str, ...]:
    own = tuple(categories)
    return tuple(code for code in asked if any(arxiv.same_category(code, other) for other in own))


def split_authors(names: str) -> tuple[str, ...]:
    """One string of names -> the names: split at commas outside parentheses, affiliations left out, TeX converted."""
    cleaned = (text.clean(text.from_tex(name)) for name in _AFFILIATION.sub(" ", names).split(","))
    return tuple(name for name in cleaned if text.is_word(name))


class Source:
    """Reads `/rss/<category>+<category>…`."""

    def __init__(self, web: Web, base: str) -> None:
        self.web = web
        self.base = base

    def fetch(self, categories: tuple[str, ...]) -> Announcement:
        """The mailing the feed shows now. Raises SourceError."""
        url = f"{self.base}/rss/{'+'.join(categories)}"
        try:
            return parse(self.web.get(url, lane=FEEDS, accept="application/rss+xml, application/xml"), categories)
        except StatusError as error:
            raise SourceError(_refusal(error)) from error
        except WebError as error:
            raise SourceError(str(error)) from error


def _refusal(error: StatusError) -> str:
    """What an error feed (status 400) says, in one line."""
    reason = re.search(rb"<(?:description|subtitle)>([^<]+)<", error.body)
    said = text.clean(html.unescape(reason[1].decode("utf-8", "replace"))) if reason else ""
    return f"arXiv refuses the categories: {said[:300]}" if said else str(error)
