"""What arXiv's page of new papers and its page of a past day have in common: the lists of papers and their counts.

The markup is that of arXiv's published server code (https://github.com/arXiv/arxiv-browse, templates/list). A page is
believed only where it is whole: what contradicts its own counts is no mailing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from lxml import etree

from digest import arxiv, text
from digest.errors import SourceError
from digest.models import Announcement, Count, Kind, Listing, Paper

PAGE_SIZE = 2000  # papers; arXiv shows no more at a time
MAX_PAGES = 10

_SECTION = re.compile(
    r"(New|Cross|Replacement) submissions \((?:continued, )?showing (?:first |last )?(\d{1,6}) of (\d{1,6}) entries"
)
_KINDS = {"New": Kind.NEW, "Cross": Kind.CROSS, "Replacement": Kind.REPLACE}
_CODE = re.compile(r"\(([^()\s]+)\)\s*$")


@dataclass(frozen=True, slots=True)
class ListingPage:
    """One page: its date, its papers, and how many the whole category announces (over all pages)."""

    day: date
    listings: tuple[Listing, ...]
    announced: int


def tree(body: bytes, category: str) -> etree._Element:
    """A page's bytes -> its elements. Raises SourceError for a page without its end, and for what is none."""
    if b"</html>" not in body[-500:]:
        raise SourceError(f"{category}: the page is cut, or no page at all")
    if not _is_text(body):
        raise SourceError(f"{category}: the page is not UTF-8 text")
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise SourceError(f"{category}: the page is not HTML ({error})") from error
    if root is None:
        raise SourceError(f"{category}: the page is empty")
    return root


def _is_text(body: bytes) -> bool:
    """Whether the bytes are UTF-8 without NUL; the parser would take anything, and titles would be garbled for good."""
    try:
        return "\0" not in body.decode("utf-8")
    except UnicodeDecodeError:
        return False


def day_of(headings: Iterator[etree._Element], words: re.Pattern[str], form: str) -> date | None:
    """The date in the first heading that has the words; `form` is its form for `strptime`. None when there is none."""
    found = next(filter(None, (words.search(text.clean(all_text(each))) for each in headings)), None)
    try:
        return datetime.strptime(found[1] if found else "", form).date()
    except ValueError:
        return None


def papers(root: etree._Element, category: str, none: str) -> tuple[tuple[Listing, ...], int]:
    """The papers of all sections, and how many the sections announce over all pages.

    Raises SourceError for a section that is not whole, a paper twice, and no section without the words `none`.
    """
    sections = [_section(block, category) for block in root.iter("dl") if block.get("id") == "articles"]
    if not sections and none not in all_text(root):
        raise SourceError(f"{category}: the page has neither papers nor a word that there are none")
    listings = tuple(listing for part, _ in sections for listing in part)
    if len({listing.paper.id for listing in listings}) != len(listings):
        raise SourceError(f"{category}: the page lists a paper twice")
    return listings, sum(count for _, count in sections)


def whole(category: str, ask: Callable[[int, int], ListingPage]) -> ListingPage:
    """All pages of a category as one; `ask` gives the page of a number (from 1), `skip` papers into the list.

    Raises SourceError when the pages do not have what the first one announces.
    """
    page = ask(1, 0)
    for number in range(2, MAX_PAGES + 1):
        if len(page.listings) >= page.announced:
            break
        more = ask(number, len(page.listings))
        known = {listing.paper.id for listing in page.listings}
        fresh = tuple(listing for listing in more.listings if listing.paper.id not in known)
        if (more.day, more.announced) != (page.day, page.announced) or not fresh:
            break
        page = ListingPage(page.day, page.listings + fresh, page.announced)
    if len(page.listings) != page.announced:
        raise SourceError(f"{category}: {page.announced} papers announced, {len(page.listings)} on the pages")
    return page


def mailing(source: str, day: date, pages: dict[str, ListingPage]) -> Announcement:
    """The categories' whole pages of one day -> the mailing, with the proof of their counts."""
    counts = tuple(Count(category, page.announced, len(page.listings)) for category, page in pages.items())
    return Announcement(day, source, arxiv.merge(item for page in pages.values() for item in page.listings), counts)


def _section(block: etree._Element, category: str) -> tuple[tuple[Listing, ...], int]:
    """A `<dl>`: its papers, which must be as many as its heading says, and the section's own total."""
    heading = _SECTION.search(text.clean(" ".join(map(all_text, block.iter("h3")))))
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
    categories, classes = _subjects(parts["list-subjects"], category)
    html = next((str(a.get("href")) for a in dt.iter("a") if a.get("title") == "View HTML"), "")
    version = re.search(r"v(\d{1,4})$", html)
    if kind is Kind.REPLACE and not arxiv.same_category(categories[0], category):
        kind = Kind.REPLACE_CROSS
    paper = Paper(
        id=identifier,
        title=_text(parts["list-title"]),
        authors=_authors(parts["list-authors"]),
        abstract=_abstract(dd, category),
        categories=categories,
        version=int(version[1]) if version else None,
        comment=_text(parts.get("list-comments")),
        journal=_text(parts.get("list-journal-ref")),
        classes=classes,
        html=bool(html),
    )
    return Listing(paper, kind, (category,))


def all_text(element: etree._Element) -> str:
    """The text of an element and of all within it."""
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
    inner = all_text(element)
    if not re.fullmatch(r"this \S+ URL", inner.strip()):
        return inner
    address = str(element.get("href", inner))
    bare = re.fullmatch(r"http://([^/?#]+)", address)
    return bare[1] if bare else address


def _authors(element: etree._Element) -> tuple[str, ...]:
    names = (text.clean(all_text(a)) for a in element.iter("a"))
    return tuple(name for name in names if text.is_word(name))


def _text(element: etree._Element | None) -> str:
    return text.clean(text.from_tex(text.clean(_content(element))))


def _abstract(dd: etree._Element, category: str) -> str:
    element = next((p for p in dd.iter("p") if "mathjax" in str(p.get("class"))), None)
    if element is None:
        raise SourceError(f"{category}: a paper without a place for its abstract; the page has changed")
    return text.paragraphs(text.from_tex(_content(element)))


def _subjects(element: etree._Element, category: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """`Sound (cs.SD); Multimedia (cs.MM)` -> the codes."""
    names = text.clean(_content(element)).split(";")
    codes = [match[1] if (match := _CODE.search(name)) else name for name in names]
    categories, classes = arxiv.split_categories(codes)
    if not categories:
        raise SourceError(f"{category}: a paper without categories; the page has changed")
    return categories, classes
