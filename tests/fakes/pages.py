"""All of arXiv's formats, filled with invented papers: what a test needs to play arXiv."""

from tests.fakes.catchup_page import catchup_error, catchup_page
from tests.fakes.feeds import api, atom, feed_error, rss
from tests.fakes.listing_page import listing_page
from tests.fakes.papers import FakePaper

__all__ = ["FakePaper", "api", "atom", "catchup_error", "catchup_page", "feed_error", "listing_page", "rss"]
