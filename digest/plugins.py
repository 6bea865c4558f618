"""What can be plugged in, on one screen, and how a name in config.yaml becomes an object.

A plug-in is one module: its file name is its name (`digest/sources/rss.py` is `rss`), a dotted name loads a module
of your own. There is no registry. A source module has a class `Source` that fits one of the protocols below.
"""

from __future__ import annotations

import importlib
from datetime import date, timedelta
from typing import Any, Protocol, cast

from digest.errors import PluginError
from digest.models import Announcement
from digest.options import Endpoints
from digest.web import Web


class Source(Protocol):
    """Where the newest mailing can be read (`sources:`)."""

    def fetch(self, categories: tuple[str, ...]) -> Announcement:
        """The mailing the source shows now, whole, whatever its day. Raises SourceError."""


class Archive(Protocol):
    """Where the mailing of a past day can be read (`past_sources:`)."""

    REACH: timedelta | None  # how far back; None: any day, but without arXiv's own counts

    def past(self, categories: tuple[str, ...], day: date) -> Announcement:
        """The mailing of that day, whole; empty when it can be told that there was none. Raises SourceError."""


def source(name: str, web: Web, endpoints: Endpoints) -> Source:
    """The source of a name, at its address in `endpoints` (the listing's when there is none of that name).

    Raises PluginError for a name that leads nowhere; an error inside of a plug-in is not mistaken for that.
    """
    return cast("Source", _made(name, "fetch", web, endpoints))


def archive(name: str, web: Web, endpoints: Endpoints) -> Archive:
    """The source of past days of a name, as `source`. Raises PluginError."""
    return cast("Archive", _made(name, "past", web, endpoints))


def _made(name: str, method: str, web: Web, endpoints: Endpoints) -> Any:
    path = name if "." in name else f"digest.sources.{name}"
    try:
        module = importlib.import_module(path)
    except ModuleNotFoundError as error:
        if not f"{path}.".startswith(f"{error.name}."):
            raise
        hint = "`sources:` takes listing, rss, or a module of yours; `past_sources:` takes catchup, oai, or yours"
        raise PluginError(f"there is no source `{name}`; {hint}") from error
    made = getattr(module, "Source", None)
    if made is None or not hasattr(made, method):
        raise PluginError(f"`{name}` cannot be read as a source: it has no class `Source` with a method `{method}`")
    return made(web, getattr(endpoints, name, endpoints.listing))
