"""arXiv's page of new papers, filled with invented ones: what the listing source reads, without the network.

The markup is arXiv's, oddities included (`<a href ="...`, mixed quotes, one `dl id='articles'` a section with the
heading inside, unquoted paging links, lists cut at 100 names); the header, the scripts and the footer are left out.
Same papers, same bytes. Format: https://arxiv.org/list/cs.SD/new.
"""

from __future__ import annotations

import datetime
import html
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import quote

from tests.fakes.papers import FakePaper, folded, greek, single

SHOW_VALUES = (25, 50, 100, 250, 500, 1000, 2000)
AUTHORS_SHOWN = 100

_PARTICLES = frozenset(("da", "de", "del", "della", "den", "der", "di", "la", "van", "von"))

_DOCUMENT = """<!DOCTYPE html>
<html lang="en">

<head>  <title>{title}</title>
  <meta name="viewport" content="width=device-width, initial-scale=1">
</head>

<body>
    <main>
      <div id="content">
{content}      </div>
    </main>
</body>

</html>
"""

_LISTING = """<div id='content-inner'>
<div id='dlpage'>
  <h1>{name}</h1>

<ul>
{index}</ul>

<p>See {recent} articles</p>
<h3>Showing new listings for {day:%A}, {day.day} {day:%B} {day.year}</h3>

{paging}



{sections}


{paging}
</div>
</div>"""

_ENTRY = """    <dt>
      <a name='item{number}'>[{number}]</a>
      <a href ="/abs/{id}" title="Abstract" id="{id}">
        arXiv:{id}
      </a>
{info}
        [{links}]
    </dt>
    <dd>
      <div class='meta'>
        <div class='list-title mathjax'><span class='descriptor'>Title:</span>
          {title}
        </div>
        <div class='list-authors'>{authors}</div>
{comment}

{journal}
        <div class='list-subjects'><span class='descriptor'>Subjects:</span>
          {subjects}
        </div>

        <p class='mathjax'>
          {abstract}
        </p>
      </div>
    </dd>
"""


class Section(NamedTuple):
    """A part of a listing page; `start` is the number of entries before it."""

    name: str
    anchor: str
    start: int
    papers: tuple[FakePaper, ...]

    @property
    def end(self) -> int:
        """The number of entries up to the end of this section."""
        return self.start + len(self.papers)


def escaped(text: str) -> str:
    return html.escape(text).replace("&quot;", "&#34;").replace("&#x27;", "&#39;")


def _link(text: str) -> str:
    scheme, _, rest = text.partition(":")
    if scheme == "arXiv":
        return f'<a href="https://arxiv.org/abs/{rest}" data-arxiv-id="{rest}" class="link-https">{text}</a>'
    rel = f'rel="external noopener nofollow" class="link-external link-{scheme}"'
    return f'<a href="{escaped(text)}" {rel}>this {scheme} URL</a>'


def _urlized(text: str) -> str:
    """Escaped text with "this https URL" where an address stood, its last punctuation outside; identifiers as links."""
    parts = re.split(r"(https?://[^\s<>\"{}]*[^\s<>\"{}.,;:!?)']|arXiv:\d{4}\.\d{4,5}(?:v\d+)?)", text)
    return "".join(_link(part) if number % 2 else escaped(part) for number, part in enumerate(parts))


def _surname_first(name: str) -> str:
    if single(name):
        return quote(name, safe="").replace("%20", "+")
    words = name.split()
    cut = next((number for number, word in enumerate(words) if number and word.lower() in _PARTICLES), len(words) - 1)
    family, initials = words[cut:], [word[0] for word in words[:cut]]
    return "+".join(quote(word, safe="'-") for word in family) + ",+" + "+".join(map(quote, initials))


def arranged(category: str, papers: Iterable[FakePaper]) -> list[Section]:
    """The three parts, empty ones too, each by id; among the replaced the category's own come first.

    A later cross-list of a category's own paper stands in none, as on arXiv.
    """
    carried = sorted((paper for paper in papers if category in paper.categories), key=lambda paper: paper.id)
    first = [paper for paper in carried if not paper.kind.startswith("replace")]
    new = tuple(paper for paper in first if paper.kind == "new" and paper.categories[0] == category)
    cross = tuple(paper for paper in first if paper.categories[0] != category)
    replaced = [paper for paper in carried if paper.kind.startswith("replace")]
    replaced.sort(key=lambda paper: paper.categories[0] != category)
    return [
        Section("New", "New submissions", 0, new),
        Section("Cross", "Cross-lists", len(new), cross),
        Section("Replacement", "Replacements", len(new) + len(cross), tuple(replaced)),
    ]


def _heading(section: Section, skip: int, show: int, shown: int) -> str:
    """arXiv's words for the part shown; by an oddity of theirs a cross section that ends its page says "first"."""
    continued = skip > section.start
    last = skip + show >= section.end + (section.name == "Cross")
    words = ("continued, " if continued else "") + "showing "
    if continued == last:
        words += "last " if last else "first "
    return f"{section.name} submissions ({words}{shown} of {len(section.papers)} entries)"


def _index(category: str, sections: Sequence[Section], skip: int, show: int) -> str:
    lines = []
    for section in sections:
        first = section.name == "New"
        paged = skip if first else section.start > show
        address = f"/list/{category}/new?skip={section.start // show * show}&amp;show={show}" if paged else ""
        item = 0 if first else section.start + 1
        lines.append(f'  <li><a href="{address}#item{item}">{section.anchor}</a></li>\n' if section.papers else "")
    return "".join(lines)


def _pages(category: str, skip: int, show: int, total: int) -> Iterator[str]:
    for start in range(0, total, show):
        text = f"{start + 1}-{min(start + show, total)}"
        address = f"/list/{category}/new?skip={start}&amp;show={show}"
        yield f"<span>{text}</span>" if start == skip else f"<a href={address}>{text}</a>"


def _choice(category: str, skip: int, show: int | None, word: str) -> str:
    if show is None:
        return f'          <span style="color: #454545">{word}</span>\n'
    address = f"/list/{category}/new?skip={skip}&amp;show={show}"
    return f'          <a href={address} rel="nofollow">\n      {word}</a>\n'


def _paging(category: str, skip: int, show: int, total: int) -> str:
    """The count, the links to the other pages, and to shorter and longer ones; nothing for an empty listing."""
    if not total:
        return "  "
    pages = ":      " + "\n      ".join(_pages(category, skip, show, total)) + "\n" if show < total else ""
    fewer = max((value for value in SHOW_VALUES if value < show), default=None)
    more = min((value for value in SHOW_VALUES if show < value < total), default=None)
    longest = SHOW_VALUES[-1] if show < total else None
    choices = " |\n".join(
        _choice(category, skip, value, word) for word, value in (("fewer", fewer), ("more", more), ("all", longest))
    )
    return (
        f"      <div class='paging'>Total of {total} entries {pages}\n    </div>\n"
        f"    <div class='morefewer'>Showing up to {show} entries per page:\n{choices}\n    </div>\n"
    )


def _links(paper: FakePaper) -> str:
    seen = f"https://arxiv.org/html/{paper.id}v{paper.version}"
    links = [
        f'<a href="/pdf/{paper.id}" title="Download PDF" id="pdf-{paper.id}" aria-labelledby="pdf-{paper.id}">pdf</a>',
        f'<a href="{seen}" title="View HTML" id="html-{paper.id}" aria-labelledby="html-{paper.id}" '
        'rel="noopener noreferrer" target="_blank">html</a>',
        f'<a href="/format/{paper.id}" title="Other formats" id="oth-{paper.id}" '
        f'aria-labelledby="oth-{paper.id}">other</a>',
    ]
    return ", ".join(links if paper.html else (links[0], links[2]))


def _author_links(paper: FakePaper) -> str:
    """Search links, cut without a sign at 100 names; one name over is still shown."""
    shown = paper.authors if len(paper.authors) <= AUTHORS_SHOWN + 1 else paper.authors[:AUTHORS_SHOWN]
    search = f"https://arxiv.org/search/{paper.categories[0].partition('.')[0]}?searchtype=author&amp;query="
    return ", ".join(f'<a href="{search}{escaped(_surname_first(name))}">{escaped(name)}</a>' for name in shown)


def _subjects(paper: FakePaper, names: Mapping[str, str]) -> str:
    first, *others = (f"{escaped(names.get(code, code))} ({code})" for code in folded(paper.categories))
    return "; ".join([f'<span class="primary-subject">{first}</span>', *others])


def _field(css: str, label: str, text: str) -> str:
    if not text:
        return ""
    return f"\n        <div class='{css}'><span class='descriptor'>{label}:</span>\n          {text}\n        </div>\n"


def _info(paper: FakePaper, section: str) -> str:
    notes = {"Cross": f"(cross-list from {paper.categories[0]})", "Replacement": "(replaced)"}
    return f"          {notes[section]}\n" if section in notes else "      "


def _entry(number: int, section: str, paper: FakePaper, names: Mapping[str, str]) -> str:
    return _ENTRY.format(
        number=number,
        id=paper.id,
        info=_info(paper, section),
        links=_links(paper),
        title=escaped(greek(paper.title)),
        authors=_author_links(paper),
        comment=_field("list-comments mathjax", "Comments", _urlized(greek(paper.comment))),
        journal=_field("list-journal-ref", "Journal-ref", escaped(paper.journal)),
        subjects=_subjects(paper, names),
        abstract=re.sub(r"\n\s*", "\n<br>", _urlized(paper.abstract)),
    )


def _block(section: Section, skip: int, show: int, names: Mapping[str, str]) -> str:
    numbered = list(enumerate(section.papers, section.start + 1))
    shown = [(number, paper) for number, paper in numbered if skip < number <= skip + show]
    if not shown:
        return ""
    entries = "".join(_entry(number, section.name, paper, names) for number, paper in shown)
    heading = _heading(section, skip, show, len(shown))
    return f"      <dl id='articles'>\n    <h3>{heading}</h3>\n\n\n{entries}</dl>\n"


def blocks(sections: Iterable[Section], skip: int, show: int, names: Mapping[str, str]) -> list[str]:
    """The lists of the parts that a page shows."""
    return [block for section in sections if (block := _block(section, skip, show, names))]


def document(title: str, content: str) -> bytes:
    """A page of arXiv's around its content."""
    return _DOCUMENT.format(title=title, content=content).encode()


def listing_page(
    category: str,
    day: datetime.date,
    papers: Iterable[FakePaper],
    *,
    skip: int = 0,
    show: int = 2000,
    names: Mapping[str, str],
) -> bytes:
    """/list/<category>/new: the papers that carry the category; `names` maps codes to arXiv's names for them."""
    sections = arranged(category, papers)
    recent = f"recent-{category}"
    name = escaped(names.get(category, category))
    content = _LISTING.format(
        name=name,
        recent=f'<a id="{recent}" aria-labelledby="{recent}" href="/list/{category}/recent">recent</a>',
        day=day,
        index=_index(category, sections, skip, show),
        paging=_paging(category, skip, show, sections[-1].end),
        sections="\n".join(blocks(sections, skip, show, names)) or "    <p>No updates today.</p>\n",
    )
    return document(f"{name}  ", content)
