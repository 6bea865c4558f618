"""arXiv's feeds and API answers, filled with invented papers: what the other sources read, without the network.

Oddities included: a blank before single names, no `author` in Atom, API answers in no useful order. Same papers, same
bytes. Formats: https://info.arxiv.org/help/rss.html, https://info.arxiv.org/help/api/user-manual.html.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from email.utils import format_datetime
from xml.sax.saxutils import escape, quoteattr
from zoneinfo import ZoneInfo

from tests.fakes.papers import KINDS, FakePaper, folded, greek, with_blank

_NEW_YORK = ZoneInfo("America/New_York")
_ERROR_DAY = datetime.date(2031, 7, 8)  # an error feed is dated like any other; nobody asks for the day
_SKIP_DAYS = "    <skipDays>\n      <day>Saturday</day>\n      <day>Sunday</day>\n    </skipDays>\n"
_XML = "<?xml version='1.0' encoding='UTF-8'?>\n"
_ARXIV = 'xmlns:arxiv="http://arxiv.org/schemas/atom"'
_DC = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'
_ATOM = "http://www.w3.org/2005/Atom"


def _midnight(day: datetime.date) -> datetime.datetime:
    return datetime.datetime(day.year, day.month, day.day, tzinfo=_NEW_YORK)


def _built(day: datetime.date) -> datetime.datetime:
    return datetime.datetime(day.year, day.month, day.day, 4, tzinfo=datetime.UTC)


def _asked(categories: Sequence[str], papers: Iterable[FakePaper]) -> list[FakePaper]:
    """The papers of a query in the feed's order, each with the kind that this query gives it."""
    kinds = {"new": ("cross", "new"), "replace": ("replace-cross", "replace")}
    kinds |= {"cross": ("cross", "cross"), "replace-cross": kinds["replace"]}
    found = [
        replace(paper, kind=kinds[paper.kind][paper.categories[0] in categories])
        for paper in papers
        if set(categories) & set(paper.categories)
    ]
    return sorted(found, key=lambda paper: (KINDS.index(paper.kind), paper.id))


def _description(paper: FakePaper) -> str:
    abstract = paper.tex_abstract or paper.abstract
    return f"arXiv:{paper.id}v{paper.version} Announce Type: {paper.kind} \nAbstract: {abstract}"


def _extensions(paper: FakePaper, indent: str, *, doi_first: bool) -> str:
    """What both feeds say in arXiv's and Dublin Core's elements. Licences are shared out by the last digit."""
    places = [("DOI", paper.doi), ("journal_reference", paper.journal)]
    published = [f"<arxiv:{name}>{escape(text)}</arxiv:{name}>" for name, text in places if text]
    free = int(paper.id[-1]) % 2
    licence = "creativecommons.org/licenses/by/4.0/" if free else "arxiv.org/licenses/nonexclusive-distrib/1.0/"
    creator = ", ".join(map(with_blank, paper.tex_authors or paper.authors))
    lines = [
        f"<arxiv:announce_type>{paper.kind}</arxiv:announce_type>",
        f"<dc:rights>http://{licence}</dc:rights>",
        *(published if doi_first else reversed(published)),
        f"<dc:creator>{escape(creator)}</dc:creator>",
    ]
    return "".join(f"{indent}{line}\n" for line in lines)


def _channel(query: str, *, title: str, description: str, day: datetime.date, rest: str, editor: str) -> bytes:
    address = escape(f"http://rss.arxiv.org/rss/{query}")
    return (
        f'{_XML}<rss {_ARXIV} {_DC} xmlns:atom="{_ATOM}" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
        f' version="2.0">\n  <channel>\n    <title>{escape(title)}</title>\n    <link>{address}</link>\n'
        f"    <description>{escape(description)}</description>\n"
        f'    <atom:link href="{address}" rel="self" type="application/rss+xml"/>\n'
        "    <docs>http://www.rssboard.org/rss-specification</docs>\n    <language>en-us</language>\n"
        f"    <lastBuildDate>{format_datetime(_built(day))}</lastBuildDate>\n"
        f"    <managingEditor>{editor}</managingEditor>\n"
        f"    <pubDate>{format_datetime(_midnight(day))}</pubDate>\n{rest}  </channel>\n</rss>\n"
    ).encode()


def _item(paper: FakePaper, day: datetime.date) -> str:
    categories = "".join(f"      <category>{code}</category>\n" for code in paper.categories)
    return (
        f"    <item>\n      <title>{escape(paper.tex_title or paper.title)}</title>\n"
        f"      <link>https://arxiv.org/abs/{paper.id}</link>\n"
        f"      <description>{escape(_description(paper))}</description>\n"
        f'      <guid isPermaLink="false">oai:arXiv.org:{paper.id}v{paper.version}</guid>\n{categories}'
        f"      <pubDate>{format_datetime(_midnight(day))}</pubDate>\n"
        f"{_extensions(paper, '      ', doi_first=True)}    </item>\n"
    )


def rss(categories: Sequence[str], day: datetime.date, papers: Iterable[FakePaper]) -> bytes:
    """The RSS feed of a query; no paper at all gives the feed of a weekend."""
    items = "".join(_item(paper, day) for paper in _asked(categories, papers))
    title = f"{', '.join(categories)} updates on"
    return _channel(
        "+".join(categories),
        title=f"{title} arXiv.org",
        description=f"{title} the arXiv.org e-print archive.",
        day=day,
        rest=_SKIP_DAYS + items,
        editor="rss-help@arxiv.org",
    )


def feed_error(query: str, reason: str) -> bytes:
    """What comes with status 400: a feed without items whose title says so. `query` as asked: "eess.AS+nosuch.SD"."""
    return _channel(
        query,
        title=f"Feed error for query: http://rss.arxiv.org/rss/{query}",
        description=reason,
        day=_ERROR_DAY,
        rest="",
        editor="rss-help.arxiv.org",
    )


def _atom_entry(paper: FakePaper, day: datetime.date) -> str:
    categories = "".join(f'    <category term="{code}"/>\n' for code in paper.categories)
    return (
        f"  <entry>\n    <id>oai:arXiv.org:{paper.id}v{paper.version}</id>\n"
        f"    <title>{escape(paper.tex_title or paper.title)}</title>\n"
        f"    <updated>{_built(day):%Y-%m-%dT%H:%M:%S}.417263+00:00</updated>\n"
        f'    <link href="https://arxiv.org/abs/{paper.id}" rel="alternate" type="text/html"/>\n'
        f"    <summary>{escape(_description(paper))}</summary>\n{categories}"
        f"    <published>{_midnight(day).isoformat()}</published>\n"
        f"{_extensions(paper, '    ', doi_first=False)}  </entry>\n"
    )


def atom(categories: Sequence[str], day: datetime.date, papers: Iterable[FakePaper]) -> bytes:
    """The Atom feed of a query: the same as RSS in other elements, without any `author`."""
    address = f"http://rss.arxiv.org/atom/{'+'.join(categories)}"
    title = f"{', '.join(categories)} updates on"
    entries = "".join(_atom_entry(paper, day) for paper in _asked(categories, papers))
    return (
        f'{_XML}<feed {_ARXIV} {_DC} xmlns="{_ATOM}" xml:lang="en-us">\n  <id>{address}</id>\n'
        f"  <title>{title} arXiv.org</title>\n  <updated>{_built(day):%Y-%m-%dT%H:%M:%S}.395198+00:00</updated>\n"
        f'  <link href="{address}" rel="self" type="application/atom+xml"/>\n'
        f"  <subtitle>{title} the arXiv.org e-print archive.</subtitle>\n{entries}</feed>\n"
    ).encode()


# --- export.arxiv.org/api/query?id_list=... ---


def _first_submitted(paper: FakePaper) -> str:
    """When version 1 came: as given, or for a later version a day made up from the identifier."""
    if paper.version == 1:
        return paper.submitted
    digits = re.sub(r"\D", "", paper.id)
    return f"20{digits[:2]}-{digits[2:4]}-{int(digits[4:]) // 1000 % 28 + 1:02}T09:30:00Z"


def _api_details(paper: FakePaper) -> Iterator[str]:
    """What follows the abstract, in arXiv's order; what a paper lacks is left out."""
    yield from (
        f'<category term="{code}" scheme="http://arxiv.org/schemas/atom"/>' for code in folded(paper.categories)
    )
    yield f"<published>{_first_submitted(paper)}</published>"
    if paper.comment:
        yield f"<arxiv:comment>{escape(greek(paper.comment))}</arxiv:comment>"
    yield f'<arxiv:primary_category term="{paper.categories[0]}"/>'
    if paper.journal:
        yield f"<arxiv:journal_ref>{escape(paper.journal)}</arxiv:journal_ref>"
    for name in paper.authors:
        yield f"<author>\n      <name>{escape(with_blank(name))}</name>\n    </author>"
    if paper.doi:
        yield f"<arxiv:doi>{escape(paper.doi)}</arxiv:doi>"
        yield f'<link rel="related" href={quoteattr("https://doi.org/" + paper.doi)} title="doi"/>'


def _api_entry(paper: FakePaper) -> str:
    versioned = f"{paper.id}v{paper.version}"
    details = "".join(f"    {line}\n" for line in _api_details(paper))
    return (
        f"  <entry>\n    <id>http://arxiv.org/abs/{versioned}</id>\n    <title>{escape(greek(paper.title))}</title>\n"
        f"    <updated>{paper.submitted}</updated>\n"
        f'    <link href="https://arxiv.org/abs/{versioned}" rel="alternate" type="text/html"/>\n'
        f'    <link href="https://arxiv.org/pdf/{versioned}" rel="related" type="application/pdf" title="pdf"/>\n'
        f"    <summary>{escape(greek(paper.abstract))}</summary>\n{details}  </entry>\n"
    )


def api(papers: Sequence[FakePaper]) -> bytes:
    """The answer to an `id_list` of these papers; in an order of its own, as the real one."""
    ids, count = ",".join(paper.id for paper in papers), len(papers)
    entries = "".join(_api_entry(paper) for paper in sorted(papers, key=lambda paper: paper.id[::-1]))
    query = f"search_query=&amp;start=0&amp;max_results={count}&amp;id_list={ids}"
    return (
        f'{_XML}<feed xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" {_ARXIV} xmlns="{_ATOM}">\n'
        "  <id>https://arxiv.org/api/1nVentedPapersOnly0fThisDay</id>\n"
        f"  <title>arXiv Query: search_query=&amp;id_list={ids}&amp;start=0&amp;max_results={count}</title>\n"
        "  <updated>2031-07-08T04:00:15Z</updated>\n"
        f'  <link href="https://arxiv.org/api/query?{query}" type="application/atom+xml"/>\n'
        f"  <opensearch:itemsPerPage>{count}</opensearch:itemsPerPage>\n"
        f"  <opensearch:totalResults>{count}</opensearch:totalResults>\n"
        f"  <opensearch:startIndex>0</opensearch:startIndex>\n{entries}</feed>\n"
    ).encode()
