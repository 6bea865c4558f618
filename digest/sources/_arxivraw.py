"""What arXiv's OAI-PMH service answers, in its format arXivRaw: a page of records, each with all its versions' dates.

https://info.arxiv.org/help/oa/index.html. Pure. An answer that is cut, malformed, an error or an attack is refused as
a whole; OAI-PMH's own errors come with the status 200.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from lxml import etree

from digest import arxiv, text
from digest.errors import SourceError
from digest.models import Paper
from digest.sources.rss import split_authors

_YEARS = range(1980, 2200)
_CONTROLS = bytes(set(range(1, 32)) - set(b"\t\n\r"))  # XML allows none of them; one must not cost a whole harvest
_DECLARES = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_BETWEEN = re.compile(r",?\s(?:and|&)\s|:")
_SUFFIX = re.compile(r",\s*((?:Jr|Sr)\.?|[IV]{2,})(?=\s*(?:[,(]|$))")
_OTHERS = re.compile(r"et\.? al\.?", re.IGNORECASE)
_NEEDED = {"title", "authors", "categories", "abstract"}


class BrokenOffError(SourceError):
    """The server forgot where a harvest stood; it may be started again."""


class Version(NamedTuple):
    """A version's number and when it was submitted."""

    number: int
    submitted: datetime


@dataclass(frozen=True, slots=True)
class Record:
    """A paper as arXivRaw has it: the day of its last change, all versions, and the elements' raw text by name."""

    id: str
    stamp: date
    versions: tuple[Version, ...]
    fields: Mapping[str, str]

    def paper(self, number: int) -> Paper:
        """The paper at one of its versions; the text is the current one."""
        of = next(version for version in self.versions if version.number == number)
        return Paper(
            id=self.id,
            title=self._line("title"),
            authors=authors(self.fields["authors"]),
            abstract=text.paragraphs(text.from_tex(self.fields["abstract"])),
            categories=self.categories,
            version=number,
            comment=self._line("comments"),
            journal=self._line("journal-ref"),
            doi=text.clean(self.fields.get("doi", "")),
            classes=arxiv.split_categories(self.fields.get(name, "") for name in ("acm-class", "msc-class"))[1],
            submitted=self.versions[0].submitted.date(),
            updated=of.submitted.date(),
        )

    @property
    def categories(self) -> tuple[str, ...]:
        """arXiv's codes, the primary one first."""
        return arxiv.split_categories(self.fields["categories"].split())[0]

    def _line(self, name: str) -> str:
        return text.clean(text.from_tex(text.clean(self.fields.get(name, ""))))


class Page(NamedTuple):
    """One answer: its records, how many it has with the deleted ones, the next page's token (or ""), its moment."""

    records: tuple[Record, ...]
    size: int
    token: str
    answered: datetime


def parse(body: bytes) -> Page:
    """An answer's bytes -> its records; none at all is valid. Raises SourceError for whatever else the server says."""
    root = _root(body)
    error = root.find("{*}error")
    block = root.find("{*}ListRecords")
    if error is not None and error.get("code") != "noRecordsMatch":
        raise _refusal(str(error.get("code")), text.clean(error.text or "")[:300])
    if error is None and block is None:
        raise SourceError("OAI-PMH answers with neither records nor an error")
    elements = [] if block is None else block.findall("{*}record")
    records = tuple(_record(each) for each in elements if not _deleted(each))
    token = "" if block is None else block.findtext("{*}resumptionToken", "").strip()
    try:
        answered = datetime.fromisoformat(root.findtext("{*}responseDate", "").strip())
    except ValueError as trouble:
        raise SourceError("the answer of OAI-PMH has no date") from trouble
    if answered.tzinfo is None:
        raise SourceError("the answer of OAI-PMH has a date without time zone")
    return Page(records, len(elements), token, answered)


def _root(body: bytes) -> etree._Element:
    """The answer's XML. What could declare an entity is refused before it is parsed, so that none is ever expanded."""
    body = body.translate(None, _CONTROLS)
    if _DECLARES.search(body) or b"\0" in body:
        raise SourceError("the answer of OAI-PMH is another document, or declares entities")
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        body.decode()
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise SourceError(f"the answer of OAI-PMH is not whole ({text.clean(str(error))[:200]})") from error
    if etree.QName(root).localname != "OAI-PMH":
        raise SourceError(f"the answer is not OAI-PMH, but {etree.QName(root).localname[:40]!r}")
    return root


def _refusal(code: str, reason: str) -> SourceError:
    kind = BrokenOffError if code == "badResumptionToken" else SourceError
    return kind(f"OAI-PMH refuses: {code[:40]}, {reason}")


def _deleted(element: etree._Element) -> bool:
    header = element.find("{*}header")
    return header is not None and header.get("status") == "deleted"


def _record(element: etree._Element) -> Record:
    raw = element.find("{*}metadata/{*}arXivRaw")
    if raw is None:
        raise SourceError("a record of OAI-PMH is not arXivRaw")
    try:
        fields = {etree.QName(child).localname: "".join(map(str, child.itertext())) for child in raw}
        identifier, _ = arxiv.split_id(fields.get("id", ""))
        stamp = date.fromisoformat(element.findtext("{*}header/{*}datestamp", "").strip())
        versions = tuple(sorted(_version(each) for each in raw.iterfind("{*}version")))
    except (ValueError, OverflowError) as error:
        raise SourceError(f"a record of OAI-PMH cannot be read: {text.clean(str(error))[:200]}") from error
    record = Record(identifier, stamp, versions, fields)
    if not fields.keys() >= _NEEDED or not versions or not fields["title"].strip() or not record.categories:
        raise SourceError(f"{identifier}: the record of OAI-PMH lacks title, authors, abstract, categories or versions")
    return record


def _version(element: etree._Element) -> Version:
    name, stamp = str(element.get("version")), element.findtext("{*}date", "")
    when = parsedate_to_datetime(stamp)
    if not re.fullmatch(r"v[1-9]\d{0,3}", name, re.ASCII) or when.tzinfo is None or when.year not in _YEARS:
        raise ValueError(f"version {name!r} of {stamp!r}")
    return Version(int(name[1:]), when.astimezone(UTC))


def authors(names: str) -> tuple[str, ...]:
    """arXivRaw's one string of names -> the names, as arXiv splits it: at commas, colons, `and`; `Jr.` stays."""
    listed = _SUFFIX.sub(r" \1", _BETWEEN.sub(", ", text.clean(names)))
    return tuple(name for name in split_authors(listed) if not _OTHERS.fullmatch(name))
