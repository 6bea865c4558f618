"""Digests -> pages. Pure: the same digest and the same templates give the same bytes.

A template in the fork's `templates/` wins over ours of the same name. Whatever a template puts out is escaped for
Markdown unless it is `Markdown` already, so that a forgotten filter cannot let foreign text act.
"""

from __future__ import annotations

import re
import traceback
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from operator import attrgetter
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jinja2
from jinja2 import compiler, nodes

from digest import arxiv, citation, markdown
from digest.errors import RenderError
from digest.labels import LABELS
from digest.markdown import Markdown, escaped, joined
from digest.models import DayLine, Digest, Kind, Page, Paper, Pick

SHOWN_AUTHORS = 8
README_START, README_END = "<!-- digest:start -->", "<!-- digest:end -->"

_CROSS = {Kind.CROSS, Kind.REPLACE_CROSS}
_REPLACED = {Kind.REPLACE, Kind.REPLACE_CROSS}
_FAULTS = (jinja2.TemplateError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
_IDENTIFIER = re.compile(r"(?<![\w./])(\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?![\w/])")


@dataclass(frozen=True, slots=True)
class Look:
    """How pages should read: the configuration's `style`, `language`, `header` and `footer`."""

    style: str = "keywords"
    language: str = "zh"
    header: str = ""
    footer: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """A section of a page: its heading and its numbered papers."""

    name: str
    picks: tuple[tuple[int, Pick], ...]


def page_path(day: date) -> str:
    """Where a day's page lies below the root: names that every system can hold."""
    return f"digests/{day:%Y/%m/%Y-%m-%d}.md"


def shipped_templates() -> Path:
    """Ours: beside the package in a checkout, inside it when installed."""
    inside = Path(__file__).parent / "templates"
    return inside if inside.is_dir() else Path(__file__).parent.parent / "templates"


class Renderer:
    """Pages from digests. `templates` is the fork's own folder; it need not exist."""

    def __init__(self, look: Look, templates: Path) -> None:
        self.look = look
        self.labels: Mapping[str, Markdown] = LABELS[look.language]
        self.templates = templates

    @cached_property
    def _environment(self) -> jinja2.Environment:
        return _environment((self.templates, shipped_templates()), {"L": self.labels, **self._own_functions()})

    def day(self, digest: Digest) -> Page:
        """The page of a day. Raises RenderError."""
        text = self._render(
            f"{self.look.style}.md.j2",
            digest=digest,
            by_topic=self._by_topic(digest),
            by_kind=self._by_kind(digest),
            notes=self._notes(digest),
            header=Markdown(self.look.header.strip()),
            footer=Markdown(self.look.footer.strip()),
        )
        return Page(page_path(digest.day), markdown.rationed(text))

    def month(self, lines: Iterable[DayLine], year: int, month: int) -> Page:
        """The index page of a month. Raises RenderError."""
        own = [line for line in lines if (line.day.year, line.day.month) == (year, month)]
        text = self._render(
            "month.md.j2", month=date(year, month, 1), lines=sorted(own, key=attrgetter("day"), reverse=True)
        )
        return Page(f"digests/{year}/{month:02}/README.md", text)

    def index(self, lines: Iterable[DayLine]) -> Page:
        """The index page of everything: a line a month, newest first. Raises RenderError."""
        months: dict[date, list[DayLine]] = defaultdict(list)
        for line in sorted(lines, key=attrgetter("day"), reverse=True):
            months[line.day.replace(day=1)].append(line)
        return Page("digests/README.md", self._render("index.md.j2", months=months))

    def _render(self, template: str, **context: Any) -> str:
        try:
            text = self._environment.get_template(template).render(context)
        except _FAULTS as error:
            raise RenderError(_described(error, template)) from error
        return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"

    def _own_functions(self) -> dict[str, Callable[..., Any]]:
        """What templates may call beside `_FUNCTIONS`, in the look's language."""
        return {
            "say": self._say,
            "weekday": lambda day: Markdown(self.labels["weekdays"].split()[day.weekday()]),
            "source_name": lambda name: self.labels.get(f"source_{name}", markdown.inline(name)),
            "kind": self._kind,
            "categories": self._categories,
            "counts": self._counts,
            "some_authors": self._some_authors,
            "why": self._why,
        }

    def _say(self, key: str, **values: Any) -> Markdown:
        """A sentence of the labels with its `{names}` filled in."""
        return Markdown(self.labels[key].format(**{name: escaped(value) for name, value in values.items()}))

    def _category(self, code: str) -> Markdown:
        """`Sound cs.SD`; a code that arXiv does not have stands alone."""
        row = arxiv.category(code)
        name = "" if row is None else row.name_zh if self.look.language == "zh" else row.name
        return markdown.inline(f"{name} {code}".strip())

    def _kind(self, pick: Pick) -> Markdown:
        """How the paper is announced: replaced by which version, cross-listed from which primary category."""
        kind, paper = pick.listing.kind, pick.listing.paper
        words = [] if kind in (_REPLACED | _CROSS) else [self.labels[kind]]
        if kind in _REPLACED:
            words.append(self._say("version", n=paper.version) if paper.version else self.labels["replaced"])
        if kind in _CROSS:
            primary = joined(map(self._category, paper.categories[:1]), "")
            words.append(self._say("primary", category=primary) if primary else self.labels["cross"])
        return joined(words, " · ")

    def _categories(self, pick: Pick) -> list[Markdown]:
        """The categories, but for a primary one that `kind` has named."""
        return list(map(self._category, pick.listing.paper.categories[pick.listing.kind in _CROSS :]))

    def _counts(self, picks: Iterable[Pick]) -> Markdown:
        """`10 new, 3 cross-listed`: the papers by kind, in arXiv's order."""
        found = Counter(self.labels[pick.listing.kind] for pick in picks)
        ordered = dict.fromkeys(self.labels[kind] for kind in Kind)
        counts = (self._say("count", kind=words, n=found[words]) for words in ordered if words in found)
        return joined(counts, self.labels["comma"])

    def _some_authors(self, paper: Paper) -> Markdown:
        names = joined(paper.authors[:SHOWN_AUTHORS], ", ")
        cut = len(paper.authors) > SHOWN_AUTHORS
        return self._say("some_authors", names=names, n=len(paper.authors)) if cut else names

    def _why(self, pick: Pick) -> Markdown:
        """The matched terms with the fields they were found in, each term once."""
        fields: dict[str, dict[str, None]] = defaultdict(dict)
        for reason in pick.reasons:
            fields[reason.term][self.labels[f"in_{reason.field}"]] = None
        opening, closing = self.labels["open"], self.labels["close"]
        found = ((markdown.code(term), joined(names, self.labels["pause"])) for term, names in fields.items())
        return Markdown(" · ".join(f"{term}{opening}{names}{closing}" for term, names in found))

    def _notes(self, digest: Digest) -> tuple[Markdown, ...]:
        """What the reader should know, a line a kind; identifiers lead to their papers."""
        details: dict[str, list[str]] = defaultdict(list)
        for note in digest.notes:
            details[f"note_{note.kind}" if f"note_{note.kind}" in self.labels else "note_other"].append(note.detail)
        semicolon = self.labels["semicolon"]
        return tuple(
            self._say(key, detail=joined(map(_with_links, found), semicolon)) for key, found in details.items()
        )

    def _by_topic(self, digest: Digest) -> tuple[Group, ...]:
        """The papers under the first topic that wants them, in the order of the topics."""
        names = [filters.name for filters in digest.filters]
        picks = sorted(digest.picks, key=lambda pick: names.index(pick.topics[0]) if pick.topics[0] in names else 0)
        return _grouped(picks, lambda pick: pick.topics[0] or self.labels["general"])

    def _by_kind(self, digest: Digest) -> tuple[Group, ...]:
        """The papers in the sections of arXiv's mailing."""
        picks = sorted(digest.picks, key=lambda pick: list(Kind).index(pick.listing.kind))
        return _grouped(picks, lambda pick: self.labels[f"section_{pick.listing.kind}"])


def _grouped(picks: Iterable[Pick], name: Callable[[Pick], str]) -> tuple[Group, ...]:
    groups: dict[str, list[tuple[int, Pick]]] = {}
    for number, pick in enumerate(picks, start=1):
        groups.setdefault(name(pick), []).append((number, pick))
    return tuple(Group(heading, tuple(members)) for heading, members in groups.items())


def _address(url: str) -> Markdown:
    return Markdown(quote(url, safe=":/"))


def _marks(pick: Pick, field: str) -> list[tuple[int, int]]:
    return [span for reason in pick.reasons if reason.field == field for span in reason.spans]


def _title(pick: Pick) -> Markdown:
    """The title with the matched words set off, leading to the abstract page."""
    paper = pick.listing.paper
    return markdown.link(paper.title or paper.id, _address(arxiv.abs_url(paper)), _marks(pick, "title"))


def _entry(pick: Pick) -> Markdown:
    """The title leading to its place in the page."""
    paper = pick.listing.paper
    return markdown.link(paper.title or paper.id, f"#{_address(paper.id)}")


def _with_links(detail: str) -> Markdown:
    """A note's detail in which each identifier leads to its abstract page."""
    pieces = enumerate(_IDENTIFIER.split(detail))
    return joined(Markdown(f"[{piece}](https://arxiv.org/abs/{piece})") if n % 2 else piece for n, piece in pieces)


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "anchor": lambda pick: _address(pick.listing.paper.id),
    "title": _title,
    "entry": _entry,
    "abstract_of": lambda pick: markdown.paragraphs(pick.listing.paper.abstract, _marks(pick, "abstract")),
    "abs_url": lambda pick: _address(arxiv.abs_url(pick.listing.paper)),
    "pdf_url": lambda pick: _address(arxiv.pdf_url(pick.listing.paper)),
    "html_url": lambda pick: _address(arxiv.html_url(pick.listing.paper)),
    "bibtex": lambda pick: markdown.fence(citation.bibtex(pick.listing.paper), "bibtex"),
    "codes": lambda terms: joined(map(markdown.code, terms), " "),
}


class _Compiler(compiler.CodeGenerator):
    """Jinja's own, but for `a ~ b`, which would escape for HTML."""

    def visit_Concat(self, node: nodes.Concat, frame: compiler.Frame) -> None:  # noqa: N802 - Jinja's name
        self.write("environment.joined((")
        for part in node.nodes:
            self.visit(part, frame)
            self.write(", ")
        self.write("))")


class _Environment(jinja2.Environment):
    code_generator_class = _Compiler
    joined = staticmethod(joined)


def _environment(folders: tuple[Path, ...], functions: Mapping[str, Any]) -> jinja2.Environment:
    environment = _Environment(
        loader=jinja2.FileSystemLoader(list(dict.fromkeys(folders))),
        undefined=jinja2.StrictUndefined,
        autoescape=True,  # keeps what a macro made apart from plain text; `finalize` does the escaping
        finalize=escaped,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    for name in ("forceescape", "tojson", "urlize", "xmlattr"):  # they would pass HTML off as Markdown
        del environment.filters[name]
    environment.filters.update(join=joined, e=escaped, escape=escaped, html=markdown.html)
    environment.globals.update(_FUNCTIONS, shown_authors=SHOWN_AUTHORS, **functions)
    return environment


def _described(error: Exception, template: str) -> str:
    """The template's file and line in which an error arose, and what it is."""
    if isinstance(error, jinja2.TemplateSyntaxError):
        return f"{error.filename or error.name}:{error.lineno}: {error.message}"
    frames = reversed(traceback.extract_tb(error.__traceback__))
    place = next((f"{frame.filename}:{frame.lineno}" for frame in frames if frame.filename.endswith(".j2")), template)
    return f"{place}: {str(error) or type(error).__name__}"


def in_readme(readme: str, page: Page) -> Page:
    """README.md with the page's text between the two markers; they are added at the end when missing.

    A marker counts only on a line of its own, where no text of a paper can stand.
    """
    links = page.text.replace("](README.md)", f"]({page.path.rpartition('/')[0]}/README.md)", 1)
    links = links.replace("](../../README.md)", "](digests/README.md)", 1)
    block = f"{README_START}\n\n{links.strip()}\n\n{README_END}"
    start, end = rf"^{README_START}\r?$", rf"^{README_END}\r?$"
    found = re.search(rf"{start}(?:(?!{start}).)*?{end}", readme, re.DOTALL | re.MULTILINE)
    if found is None:
        return Page("README.md", f"{readme.rstrip()}\n\n{block}\n".lstrip("\n"))
    return Page("README.md", f"{readme[: found.start()]}{block}{readme[found.end() :]}")
