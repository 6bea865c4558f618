"""All of arXiv's formats, filled with invented papers: what a test needs to play arXiv."""

from tests.fakes.feeds import api, atom, feed_error, rss
from tests.fakes.listing_page import listing_page
from tests.fakes.papers import FakePaper

__all__ = ["FakePaper", "api", "atom", "feed_error", "listing_page", "rss"]
