"""arXiv's OAI-PMH service, filled with invented records: sets, dates, pages, tokens and errors as the real one's.

Oddities included: errors with status 200, http namespaces, tokens that are encoded once and want it twice, a page with
a token that repeats the next page's `from`, an empty token at the end of a harvest of several pages, raw TeX.
Protocol: https://www.openarchives.org/OAI/openarchivesprotocol.html; https://info.arxiv.org/help/oa/index.html.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from email.utils import format_datetime
from typing import NamedTuple
from urllib.parse import parse_qs, parse_qsl, quote, unquote, urlencode
from xml.sax.saxutils import escape, quoteattr

from tests.fakes.papers import FakePaper
from tests.fakes.server import FakeServer, Reply

SETS = {
    "cs.CL": "cs:cs:CL", "cs.NA": "cs:cs:NA", "cs.SD": "cs:cs:SD", "eess.AS": "eess:eess:AS",
    "hep-th": "physics:hep-th", "math.NA": "math:math:NA", "physics.optics": "physics:physics:optics",
}  # fmt: skip
_PLAIN = {"verb", "metadataPrefix", "set", "from", "until"}
_ILLEGAL = "The request includes illegal arguments. Reason:"


@dataclass(frozen=True, slots=True)
class FakeRecord:
    """A paper, the day of its last change, and when each of its versions was submitted (ISO, UTC).

    The paper's own version, kind and date are not looked at.
    """

    paper: FakePaper
    stamp: date
    submitted: tuple[str, ...]
    deleted: bool = False
    classes: tuple[tuple[str, str], ...] = ()  # ("msc-class", "68T10")

    @property
    def sets(self) -> list[str]:
        """The sets it is in."""
        return [SETS[code] for code in self.paper.categories]


class _Refused(NamedTuple):
    code: str
    reason: str


@dataclass
class Repository:
    """The records, and how they are given out."""

    records: Sequence[FakeRecord]
    page_size: int = 1300
    now: str = "2031-12-31T12:00:00Z"
    forgets: int = 0  # so many tokens are refused as expired, one after the other
    asked: list[dict[str, str]] = field(default_factory=list)  # the arguments of all requests

    def answer(self, query: str) -> bytes:
        """The answer to a request's query."""
        pairs = parse_qsl(query, keep_blank_values=True)
        arguments = dict(pairs)
        self.asked.append(arguments)
        refused = _refusal(pairs)
        if refused is None and "resumptionToken" in arguments:
            plain, skip = self._resumed(arguments["resumptionToken"])
            refused = None if plain else _Refused("badResumptionToken", "The resumptionToken is invalid or expired.")
        else:
            plain, skip = arguments, 0
        if refused:
            return self._envelope({}, f"    <error code='{refused.code}'>{refused.reason}</error>\n")
        found = self._found(plain)[skip:]
        if not found:
            return self._envelope(plain, "    <error code='noRecordsMatch'>The list is empty.</error>\n")
        return self._page(found, plain, skip, resumed="resumptionToken" in arguments)

    def _resumed(self, token: str) -> tuple[dict[str, str], int]:
        """The arguments that a token stands for, and how many records to leave out; nothing when it is no good."""
        if self.forgets > 0:
            self.forgets -= 1
            return {}, 0
        stood_for = {name: values[0] for name, values in parse_qs(unquote(token)).items()}
        skip = stood_for.pop("skip", "")
        return (stood_for, int(skip)) if skip.isdigit() and stood_for.keys() <= _PLAIN else ({}, 0)

    def _found(self, plain: dict[str, str]) -> list[FakeRecord]:
        first = date.fromisoformat(plain.get("from", "2005-09-16"))
        last = date.fromisoformat(plain.get("until", "9999-12-31"))
        found = [each for each in self.records if first <= each.stamp <= last and _within(each, plain.get("set", ""))]
        return sorted(found, key=lambda each: (each.stamp, each.paper.id))

    def _page(self, found: Sequence[FakeRecord], plain: dict[str, str], skip: int, *, resumed: bool) -> bytes:
        shown, over = found[: self.page_size], found[self.page_size :]
        token = "                    <resumptionToken/>\n" if resumed else ""
        if over:
            day = shown[-1].stamp
            left_out = skip + len(shown)
            if day != shown[0].stamp:
                plain, left_out = {**plain, "from": day.isoformat()}, sum(each.stamp == day for each in shown)
            stands_for = quote(urlencode({**plain, "until": plain.get("until", "2032-01-01"), "skip": left_out}))
            token = f"    <resumptionToken expirationDate='2032-01-01T00:00:00Z'>{stands_for}</resumptionToken>\n"
        records = "".join(map(_record, shown))
        return self._envelope(plain, f"    <ListRecords>\n{records}{token}    </ListRecords>\n")

    def _envelope(self, plain: dict[str, str], inside: str) -> bytes:
        echo = "".join(f" {name}={quoteattr(value)}" for name, value in plain.items())
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/" \n'
            '         xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"\n'
            '         xsi:schemaLocation="http://www.openarchives.org/OAI/2.0/ '
            'http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd">\n'
            f"    <responseDate>{self.now}</responseDate>\n"
            f"    <request{echo}>http://oaipmh.arxiv.org/oai</request>\n\n{inside}</OAI-PMH>"
        ).encode()


def _refusal(pairs: list[tuple[str, str]]) -> _Refused | None:
    """What is wrong with a request, as arXiv sees it."""
    arguments = dict(pairs)
    if arguments.get("verb") != "ListRecords":
        return _Refused("badVerb", "This repository answers ListRecords alone.")
    if len(arguments) != len(pairs):
        return _Refused("badArgument", f"{_ILLEGAL} an argument is repeated")
    if "resumptionToken" in arguments:
        alone = arguments.keys() == {"verb", "resumptionToken"}
        return None if alone else _Refused("badArgument", f"{_ILLEGAL} no other than the token")
    if not {"verb", "metadataPrefix"} <= arguments.keys() <= _PLAIN:
        return _Refused("badArgument", f"{_ILLEGAL} one is missing, or one too many")
    if arguments["metadataPrefix"] != "arXivRaw":
        return _Refused("cannotDisseminateFormat", "Did not recognize requested format")
    known = {name.rsplit(":", n)[0] for name in SETS.values() for n in range(3)}
    if arguments.get("set", "cs") not in known:
        return _Refused("badArgument", f"{_ILLEGAL} Set does not exist")
    if date.fromisoformat(arguments.get("from", "2005-09-16")) < date(2005, 9, 16):
        return _Refused("badArgument", f"{_ILLEGAL} start date too early")
    return None


def _within(record: FakeRecord, asked: str) -> bool:
    return not asked or any(f"{name}:".startswith(f"{asked}:") for name in record.sets)


def _record(record: FakeRecord) -> str:
    status = ' status="deleted"' if record.deleted else ""
    sets = "".join(f"            <setSpec>{name}</setSpec>\n" for name in record.sets)
    metadata = "" if record.deleted else f"            <metadata>\n{_raw(record)}            </metadata>\n"
    return (
        f"        <record>\n                <header{status}>\n"
        f"        <identifier>oai:arXiv.org:{record.paper.id}</identifier>\n"
        f"        <datestamp>{record.stamp}</datestamp>\n{sets}    </header>\n\n{metadata}        </record>\n\n"
    )


def _raw(record: FakeRecord) -> str:
    parts = "".join(f"        <{name}>{escape(value)}</{name}>\n" for name, value in _fields(record) if value)
    return (
        '        <arXivRaw xmlns="http://arxiv.org/OAI/arXivRaw/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        'xsi:schemaLocation="http://arxiv.org/OAI/arXivRaw/ https://oaipmh.arxiv.org/OAI/arXivRaw.xsd">\n'
        f"        <id>{record.paper.id}</id>\n        <submitter>{escape(record.paper.authors[0])}</submitter>\n"
        f"{''.join(_versions(record))}{parts}    </arXivRaw>\n"
    )


def _versions(record: FakeRecord) -> Iterator[str]:
    for number, moment in enumerate(record.submitted, 1):
        stamp = format_datetime(datetime.fromisoformat(moment), usegmt=True)
        yield (
            f'            <version version="v{number}">\n                <date>{stamp}</date>\n'
            "                <size>31kb</size>\n                    <source_type>D</source_type>\n"
            "            </version>\n"
        )


def _fields(record: FakeRecord) -> Iterator[tuple[str, str]]:
    paper = record.paper
    yield "title", paper.tex_title or paper.title
    yield "authors", ", ".join(paper.tex_authors or paper.authors)
    yield "categories", " ".join(paper.categories)
    yield "comments", paper.comment
    yield from record.classes
    yield "journal-ref", paper.journal
    yield "doi", paper.doi
    yield "license", "http://creativecommons.org/licenses/by/4.0/"
    yield "abstract", paper.tex_abstract or paper.abstract


class _Answers(dict[str, Reply | list[Reply]]):
    """A fake server's answers, of which those below one path are made when they are asked for."""

    def __init__(self, others: dict[str, Reply | list[Reply]], path: str, repository: Repository) -> None:
        super().__init__(others)
        self.path = path
        self.repository = repository

    def __contains__(self, name: object) -> bool:
        return super().__contains__(name) or str(name).startswith(f"{self.path}?")

    def __getitem__(self, name: str) -> Reply | list[Reply]:
        if super().__contains__(name):
            return super().__getitem__(name)
        return Reply(self.repository.answer(name.partition("?")[2]), headers={"Content-Type": "text/xml"})


def serve(server: FakeServer, repository: Repository, path: str = "/oai") -> str:
    """Puts a repository on a server beside its other answers; its address."""
    server.answers = _Answers(server.answers, path, repository)
    return server.url + path
