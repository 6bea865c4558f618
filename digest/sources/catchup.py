"""arXiv's page of a past day, one a category: the source for days that were missed, up to 90 days back, self-dated and
self-counted like the page of new papers.

https://arxiv.org/catchup/eess.AS/2026-01-21?abs=True; the rules and the markup are those of arXiv's published server
code (https://github.com/arXiv/arxiv-browse, controllers/catchup_page.py, templates/catchup.html). robots.txt allows
/catchup with 15 s between pages. A paper's text is that of its current version, not of the one announced that day.
"""

from __future__ import annotations

import html
import re
from datetime import date, timedelta
from urllib.parse import quote

from lxml import etree

from digest import text
from digest.errors import SourceError, StatusError, WebError
from digest.models import Announcement
from digest.sources import _markup
from digest.sources._markup import ListingPage
from digest.web import PAGES, Web

NAME = "catchup"
BAD_REQUEST = 400  # a day too old, or not yet begun; a category that arXiv does not have
LONGEST_REASON = 120

_DAY = re.compile(r"Catchup results for .+ on \w+, (\d{1,2} \w+ \d{4})$")
_TOTAL = re.compile(r"Total of (\d{1,6}) entries")
_REASON = re.compile(r"<(title|h1)>(.*?)</\1>", re.DOTALL)


def parse(body: bytes, category: str, day: date) -> ListingPage:
    """A page's bytes -> its papers. Raises SourceError for a page that is not whole, or not of that day."""
    root = _markup.tree(body, category)
    shown = _markup.day_of(root.iter("h1"), _DAY, "%d %b %Y")
    if shown != day:
        raise SourceError(f"{category}: the page is of {shown or 'no day at all'}, not of {day}")
    listings, in_sections = _markup.papers(root, category, "No updates for")
    totals = set(_TOTAL.findall(_around(root)))
    if len(totals) != 1:
        raise SourceError(f"{category}: the page says no total, or more than one")
    announced = int(totals.pop())
    if in_sections > announced:
        raise SourceError(f"{category}: {announced} papers announced, but {in_sections} in the page's sections")
    return ListingPage(day, listings, announced)


def _around(root: etree._Element) -> str:
    """The page's own words: its text outside of the lists, where no paper can count for it."""
    inside = (child for page in root.iter("div") if page.get("id") == "dlpage" for child in page)
    return " ".join(f"{'' if child.tag == 'dl' else _markup.all_text(child)} {child.tail or ''}" for child in inside)


def _reason(error: StatusError) -> str:
    """What arXiv's page says about a question it refuses; empty where it says nothing."""
    if error.status != BAD_REQUEST:
        return ""
    said = (text.clean(html.unescape(words)) for _, words in _REASON.findall(error.body.decode("utf-8", "replace")))
    reason = next(filter(None, said), "")
    return f"; arXiv says: {reason[:LONGEST_REASON]}" if reason else ""


class Source:
    """Reads `/catchup/<category>/<day>` of each category."""

    REACH: timedelta | None = timedelta(days=90)

    def __init__(self, web: Web, base: str) -> None:
        self.web = web
        self.base = base

    def past(self, categories: tuple[str, ...], day: date) -> Announcement:
        """The mailing of a past day. Raises SourceError when a page is missing, cut, or of another day.

        An empty one is no proof before the day's mailing has gone out: the page says "No updates" then, too.
        """
        return _markup.mailing(NAME, day, {category: self._category(category, day) for category in categories})

    def _category(self, category: str, day: date) -> ListingPage:
        return _markup.whole(category, lambda number, _: self._page(category, day, number))

    def _page(self, category: str, day: date, number: int) -> ListingPage:
        further = f"&page={number}" if number > 1 else ""
        url = f"{self.base}/catchup/{quote(category)}/{day}?abs=True{further}"
        try:
            return parse(self.web.get(url, lane=PAGES, accept="text/html"), category, day)
        except StatusError as error:
            raise SourceError(f"{error}{_reason(error)}") from error
        except WebError as error:
            raise SourceError(str(error)) from error
