"""arXiv's own page of new papers, one a category: the source with everything a digest shows, self-dated and
self-counted.

https://arxiv.org/list/eess.AS/new; the markup is that of arXiv's published server code
(https://github.com/arXiv/arxiv-browse, templates/list). robots.txt allows /list with 15 s between pages.
"""

from __future__ import annotations

import re
from urllib.parse import quote

from digest.errors import SourceError, StatusError, WebError
from digest.models import Announcement
from digest.sources import _markup
from digest.sources._markup import ListingPage
from digest.web import PAGES, Web

__all__ = ["NAME", "ListingPage", "Source", "parse"]

NAME = "listing"

_DATE = re.compile(r"Showing new listings for \w+, (\d{1,2} \w+ \d{4})")
_TOTAL = re.compile(r"Total of (\d{1,6}) entries")


def parse(body: bytes, category: str) -> ListingPage:
    """A page's bytes -> its papers. Raises SourceError for a page that is not whole."""
    root = _markup.tree(body, category)
    day = _markup.day_of(root.iter("h3"), _DATE, "%d %B %Y")
    if day is None:
        raise SourceError(f"{category}: the page names no date; it is not a page of new listings")
    listings, announced = _markup.papers(root, category, "No updates today")
    paging = " ".join(_markup.all_text(div) for div in root.iter("div") if div.get("class") == "paging")
    total = _TOTAL.search(paging)
    return ListingPage(day, listings, int(total[1]) if total else announced)


class Source:
    """Reads `/list/<category>/new` of each category."""

    def __init__(self, web: Web, base: str) -> None:
        self.web = web
        self.base = base

    def fetch(self, categories: tuple[str, ...]) -> Announcement:
        """The mailing the pages show now. Raises SourceError when a page is missing, cut, or of another day."""
        pages = {category: self._category(category) for category in categories}
        days = {page.day for page in pages.values()}
        if len(days) != 1:
            shown = ", ".join(f"{category} {page.day}" for category, page in pages.items())
            raise SourceError(f"the categories' pages are of different days ({shown})")
        return _markup.mailing(NAME, days.pop(), pages)

    def _category(self, category: str) -> ListingPage:
        return _markup.whole(category, lambda _, skip: self._page(category, skip))

    def _page(self, category: str, skip: int) -> ListingPage:
        start = f"skip={skip}&" if skip else ""
        url = f"{self.base}/list/{quote(category)}/new?{start}show={_markup.PAGE_SIZE}"
        try:
            return parse(self.web.get(url, lane=PAGES, accept="text/html"), category)
        except StatusError as error:
            hint = f"; does arXiv have the category {category}?" if error.status in {400, 404} else ""
            raise SourceError(f"{error}{hint}") from error
        except WebError as error:
            raise SourceError(str(error)) from error
