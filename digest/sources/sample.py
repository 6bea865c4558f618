"""The invented day that ships with the package, for `demo`: arXiv's real formats, read by the real parsers.

It is never asked when a real source fails.
"""

from __future__ import annotations

from importlib import resources
from urllib.parse import unquote, urlsplit

from digest.errors import WebError
from digest.models import Announcement
from digest.sources import listing
from digest.web import Web

NAME = "sample"
CATEGORIES = ("eess.AS", "cs.SD")


class SampleWeb(Web):
    """A door that leads to the bundled pages instead of the network."""

    def get(self, url: str, *, lane: str, accept: str, tries: int = 1) -> bytes:  # noqa: ARG002 - Web's signature
        """The bundled page of a listing's address."""
        category = unquote(urlsplit(url).path).split("/")[-2]
        file = resources.files("digest") / "data" / "sample" / f"list_{category}_new.html"
        if not file.is_file():
            raise WebError(f"the sample has no page for {category}; it has {' and '.join(CATEGORIES)}")
        return file.read_bytes()


class Source:
    """Reads the bundled listing pages."""

    def __init__(self, web: Web, base: str) -> None:
        self.web = SampleWeb(gap=0, log=web.log)
        self.base = base

    def fetch(self, categories: tuple[str, ...]) -> Announcement:
        """The sample's mailing. Raises SourceError for a category that is not in it."""
        found = listing.Source(self.web, self.base).fetch(categories)
        return Announcement(found.day, NAME, found.listings, found.counts)
