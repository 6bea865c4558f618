"""What can be plugged in, on one screen, and how a name in config.yaml becomes an object.

A plug-in is one module: its file name is its name (`digest/sources/rss.py` is `rss`), a dotted name loads a module
of your own. There is no registry. A source module has a class `Source` that fits the protocol below.
"""

from __future__ import annotations

import importlib
from typing import Protocol, cast

from digest.errors import PluginError
from digest.models import Announcement
from digest.options import Endpoints
from digest.web import Web


class Source(Protocol):
    """Where a mailing can be read."""

    def fetch(self, categories: tuple[str, ...]) -> Announcement:
        """The mailing the source shows now, whole, whatever its day. Raises SourceError."""


def source(name: str, web: Web, endpoints: Endpoints) -> Source:
    """The source of a name, at its address in `endpoints` (the listing's when there is none of that name).

    Raises PluginError for a name that leads nowhere; an error inside of a plug-in is not mistaken for that.
    """
    path = name if "." in name else f"digest.sources.{name}"
    try:
        module = importlib.import_module(path)
    except ModuleNotFoundError as error:
        if not f"{path}.".startswith(f"{error.name}."):
            raise
        hint = "`sources:` takes listing, rss, or a module of yours"
        raise PluginError(f"there is no source `{name}`; {hint}") from error
    made = getattr(module, "Source", None)
    if made is None or not hasattr(made, "fetch"):
        raise PluginError(f"`{name}` cannot be read as a source: it has no class `Source` with a method `fetch`")
    return cast("Source", made(web, getattr(endpoints, name, endpoints.listing)))
