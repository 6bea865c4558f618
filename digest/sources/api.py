"""arXiv's API, for what the other sources lack: versions, dates, DOI and comments. Best effort, one request.

https://info.arxiv.org/help/api/user-manual.html. Since 2026 it answers 429, 406 or 503 even to polite clients, so
that nothing may depend on it. The `arxiv` package speaks the protocol; its HTTP session has no timeout and takes a
page of HTML for "no papers", so that the answer is fetched through our own door and counted.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from digest import text
from digest.arxiv import split_categories, split_id
from digest.errors import SourceError, WebError
from digest.models import Paper
from digest.web import FEEDS, Web

if TYPE_CHECKING:
    import arxiv

NAME = "api"
MAX_IDS = 400  # what an address of about 5,000 characters holds
TRIES = 2  # a throttled API stays so for minutes to hours


def parse(results: Iterable[arxiv.Result]) -> dict[str, Paper]:
    """The API's entries by identifier. Raises SourceError for an entry that is none (arXiv's error entry)."""
    papers: dict[str, Paper] = {}
    for result in results:
        try:
            identifier, version = split_id(result.entry_id)
        except ValueError as error:
            raise SourceError(f"the API answered with an error: {text.clean(result.summary)[:200]}") from error
        categories, classes = split_categories((result.primary_category, *result.categories))
        papers[identifier] = Paper(
            id=identifier,
            title=text.clean(result.title),
            authors=tuple(text.clean(author.name) for author in result.authors),
            abstract=text.paragraphs(result.summary),
            categories=categories,
            version=version,
            comment=text.clean(result.comment or ""),
            journal=text.clean(result.journal_ref or ""),
            doi=text.clean(result.doi or ""),
            classes=classes,
            submitted=result.published.date(),
            updated=result.updated.date(),
        )
    return papers


def completed(paper: Paper, known: Paper | None) -> Paper:
    """A paper with what the API adds; what the mailing said stays as it was announced."""
    if known is None or (paper.version and known.version and paper.version != known.version):
        return paper
    return replace(
        paper,
        version=paper.version or known.version,
        comment=paper.comment or known.comment,
        journal=paper.journal or known.journal,
        doi=paper.doi or known.doi,
        submitted=known.submitted,
        updated=known.updated,
    )


class Source:
    """Looks papers up by identifier."""

    def __init__(self, web: Web, base: str) -> None:
        self.web = web
        self.base = base

    def papers(self, identifiers: tuple[str, ...]) -> dict[str, Paper]:
        """What the API knows of these papers, by identifier; unknown ones are missing. Raises SourceError."""
        import arxiv  # noqa: PLC0415 - 60 ms that only runs with a lookup pay

        asked = identifiers[:MAX_IDS]
        client = arxiv.Client(page_size=len(asked), delay_seconds=0, num_retries=0)
        client.query_url_format = f"{self.base}?{{}}"
        client._session = _Door(self.web)  # its only way in; a test fails when it is closed
        try:
            found = parse(client.results(arxiv.Search(id_list=list(asked), max_results=len(asked))))
        except (WebError, arxiv.ArxivError, ValueError, OverflowError) as error:
            raise SourceError(f"the API could not be read: {str(error)[:300]}") from error
        if not found:
            raise SourceError("the API knows none of the papers; an empty answer is not trusted")
        return found


class _Door:
    """What the package takes for its HTTP session: our paced one, for one request."""

    def __init__(self, web: Web) -> None:
        self.web = web
        self.entered = False

    def get(self, url: str, headers: Any = None) -> SimpleNamespace:  # noqa: ARG002 - the package names itself there
        """The answer in the form the package looks at."""
        if self.entered:
            raise WebError("the API announces more papers than were asked for")
        self.entered = True
        body = self.web.get(url, lane=FEEDS, accept="application/atom+xml", tries=TRIES)
        if not _whole(body):
            raise WebError("the API did not answer with a whole feed")
        return SimpleNamespace(status_code=200, content=body)


def _whole(body: bytes) -> bool:
    """Whether it is a well-formed feed without declared entities: the package mends what is broken, so that a text
    would end at a stray `&`, and expands entities in attributes.
    """
    from lxml import etree  # noqa: PLC0415 - only runs with a lookup pay

    try:
        root = etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        return False
    return root.getroottree().docinfo.internalDTD is None and etree.QName(root).localname == "feed"
