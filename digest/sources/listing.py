"""arXiv's own page of new papers, one a category: the source with everything a digest shows, self-dated and
self-counted.

https://arxiv.org/list/eess.AS/new; the markup is that of arXiv's published server code
(https://github.com/arXiv/arxiv-browse, templates/list). robots.txt allows /list with 15 s between pages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import quote

from lxml import etree

from digest import arxiv, text
from digest.errors import SourceError, StatusError, WebError
from digest.models import Announcement, Count, Kind, Listing, Paper
from digest.web import PAGES, Web

NAME = "listing"
PAGE_SIZE = 2000  # the page accepts 25, 50, 100, 250, 500, 1000 and 2000
MAX_PAGES = 10

_DATE = re.compile(r"Showing new listings for \w+, (\d{1,2} \w+ \d{4})")
_SECTION = re.compile(
    r"(New|Cross|Replacement) submissions \((?:continued, )?showing (?:first |last )?(\d{1,6}) of (\d{1,6}) entries"
)
_TOTAL = re.compile(r"Total of (\d{1,6}) entries")
_KINDS = {"New": Kind.NEW, "Cross": Kind.CROSS, "Replacement": Kind.REPLACE}
_CODE = re.compile(r"\(([^()\s]+)\)\s*$")


@dataclass(frozen=True, slots=True)
class ListingPage:
    """One page: its date, its papers, and how many the whole category announces (over all pages)."""

    day: date
    listings: tuple[Listing, ...]
    announced: int


def parse(body: bytes, category: str) -> ListingPage:
    """A page's bytes -> its papers. Raises SourceError for a page that is not whole."""
    if b"</html>" not in body[-500:]:
        raise SourceError(f"{category}: the page is cut, or no page at all")
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise SourceError(f"{category}: the page is not HTML ({error})") from error
    if root is None:
        raise SourceError(f"{category}: the page is empty")
    day = _day(root, category)
    sections = [_section(block, category) for block in root.iter("dl") if block.get("id") == "articles"]
    if not sections and "No updates today" not in _all_text(root):
        raise SourceError(f"{category}: the page has neither papers nor a word that there are none")
    listings = tuple(listing for part, _ in sections for listing in part)
    if len({listing.paper.id for listing in listings}) != len(listings):
        raise SourceError(f"{category}: the page lists a paper twice")
    total = _TOTAL.search(" ".join(_all_text(div) for div in root.iter("div") if div.get("class") == "paging"))
    return ListingPage(day, listings, int(total[1]) if total else sum(count for _, count in sections))


def _day(root: etree._Element, category: str) -> date:
    """The page's own date, the only one there is."""
    found = next(filter(None, (_DATE.search(text.clean(_all_text(h3))) for h3 in root.iter("h3"))), None)
    try:
        return datetime.strptime(found[1] if found else "", "%d %B %Y").date()
    except ValueError as error:
        raise SourceError(f"{category}: the page names no date; it is not a page of new listings") from error


def _section(block: etree._Element, category: str) -> tuple[tuple[Listing, ...], int]:
    """A `<dl>`: its papers, which must be as many as its heading says, and the section's own total."""
    heading = _SECTION.search(text.clean(" ".join(map(_all_text, block.iter("h3")))))
    if heading is None:
        raise SourceError(f"{category}: a section of the page has no count")
    listings: list[Listing] = []
    for dt, dd in _entries(block, category):
        listings.append(_listing(dt, dd, _KINDS[heading[1]], category))
    if len(listings) != int(heading[2]):
        raise SourceError(f"{category}: {heading[1]} shows {heading[2]} papers, {len(listings)} could be read")
    return tuple(listings), int(heading[3])


def _entries(block: etree._Element, category: str) -> Iterator[tuple[etree._Element, etree._Element]]:
    terms, definitions = list(block.iter("dt")), list(block.iter("dd"))
    if len(terms) != len(definitions):
        raise SourceError(f"{category}: {len(terms)} papers but {len(definitions)} descriptions; the page is cut")
    return zip(terms, definitions, strict=True)


def _listing(dt: etree._Element, dd: etree._Element, kind: Kind, category: str) -> Listing:
    link = next((a for a in dt.iter("a") if a.get("title") == "Abstract"), None)
    try:
        identifier, _ = arxiv.split_id(str(link.get("href")).removeprefix("/abs/")) if link is not None else ("", None)
    except ValueError as error:
        raise SourceError(f"{category}: {str(error)[:200]}") from error
    parts = {str(div.get("class")).partition(" ")[0]: div for div in dd.iter("div")}
    if not identifier or not parts.keys() >= {"list-title", "list-authors", "list-subjects"}:
        raise SourceError(f"{category}: a paper without identifier, title, authors or subjects; the page has changed")
    categories, classes = _subjects(parts["list-subjects"])
    html = next((str(a.get("href")) for a in dt.iter("a") if a.get("title") == "View HTML"), "")
    version = re.search(r"v(\d{1,4})$", html)
    if kind is Kind.REPLACE and not arxiv.same_category(categories[0], category):
        kind = Kind.REPLACE_CROSS
    paper = Paper(
        id=identifier,
        title=_text(parts["list-title"]),
        authors=_authors(parts["list-authors"]),
        abstract=_abstract(dd),
        categories=categories,
        version=int(version[1]) if version else None,
        comment=_text(parts.get("list-comments")),
        journal=_text(parts.get("list-journal-ref")),
        classes=classes,
        html=bool(html),
    )
    return Listing(paper, kind, (category,))


def _all_text(element: etree._Element) -> str:
    return "".join(map(str, element.itertext()))


def _content(element: etree._Element | None) -> str:
    """The text of a part without its label; links that read "this https URL" give their address."""
    if element is None:
        return ""
    parts: list[str] = [element.text or ""]
    for child in element:
        if child.get("class") != "descriptor":
            parts.append("\n\n" if child.tag == "br" else _link_text(child))
        parts.append(child.tail or "")
    return "".join(parts)


def _link_text(element: etree._Element) -> str:
    """What the author wrote; arXiv also links bare names (`Three.js`), which have no path and get `http://`."""
    inner = _all_text(element)
    if not re.fullmatch(r"this \S+ URL", inner.strip()):
        return inner
    address = str(element.get("href", inner))
    bare = re.fullmatch(r"http://([^/?#]+)", address)
    return bare[1] if bare else address


def _authors(element: etree._Element) -> tuple[str, ...]:
    names = (text.clean(_all_text(a)) for a in element.iter("a"))
    return tuple(name for name in names if text.is_word(name))


def _text(element: etree._Element | None) -> str:
    return text.clean(text.from_tex(text.clean(_content(element))))


def _abstract(dd: etree._Element) -> str:
    element = next((p for p in dd.iter("p") if "mathjax" in str(p.get("class"))), None)
    if element is None:
        raise SourceError("a paper without a place for its abstract; the page has changed")
    return text.paragraphs(text.from_tex(_content(element)))


def _subjects(element: etree._Element) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """`Sound (cs.SD); Multimedia (cs.MM)` -> the codes."""
    names = text.clean(_content(element)).split(";")
    codes = [match[1] if (match := _CODE.search(name)) else name for name in names]
    categories, classes = arxiv.split_categories(codes)
    if not categories:
        raise SourceError("a paper without categories; the page has changed")
    return categories, classes


class Source:
    """Reads `/list/<category>/new` of each category."""

    def __init__(self, web: Web, base: str) -> None:
        self.web = web
        self.base = base

    def fetch(self, categories: tuple[str, ...]) -> Announcement:
        """The mailing the pages show now. Raises SourceError when a page is missing, cut, or of another day."""
        pages = [self._category(category) for category in categories]
        days = {page.day for page in pages}
        if len(days) != 1:
            shown = ", ".join(f"{c} {page.day}" for c, page in zip(categories, pages, strict=True))
            raise SourceError(f"the categories' pages are of different days ({shown})")
        counts = tuple(Count(c, page.announced, len(page.listings)) for c, page in zip(categories, pages, strict=True))
        listings = arxiv.merge(listing for page in pages for listing in page.listings)
        return Announcement(days.pop(), NAME, listings, counts)

    def _category(self, category: str) -> ListingPage:
        page = self._page(category, 0)
        for _ in range(MAX_PAGES):
            if len(page.listings) >= page.announced:
                break
            more = self._page(category, len(page.listings))
            known = {listing.paper.id for listing in page.listings}
            fresh = tuple(listing for listing in more.listings if listing.paper.id not in known)
            if more.day != page.day or not fresh:
                break
            page = ListingPage(page.day, page.listings + fresh, page.announced)
        if len(page.listings) != page.announced:
            raise SourceError(f"{category}: {page.announced} papers announced, {len(page.listings)} on the pages")
        return page

    def _page(self, category: str, skip: int) -> ListingPage:
        start = f"skip={skip}&" if skip else ""
        url = f"{self.base}/list/{quote(category)}/new?{start}show={PAGE_SIZE}"
        try:
            return parse(self.web.get(url, lane=PAGES, accept="text/html"), category)
        except StatusError as error:
            hint = f"; does arXiv have the category {category}?" if error.status in {400, 404} else ""
            raise SourceError(f"{error}{hint}") from error
        except WebError as error:
            raise SourceError(str(error)) from error
