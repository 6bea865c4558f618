"""Digests -> pages. Pure: the same digest and the same templates give the same bytes.

A template in the fork's `templates/` wins over ours of the same name. Whatever a template puts out is escaped for
Markdown unless it is `Markdown` already, so that a forgotten filter cannot let foreign text act.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from operator import attrgetter
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jinja2

from digest import arxiv, citation, markdown, templating
from digest.errors import RenderError
from digest.labels import LABELS
from digest.ledger import SHOWN
from digest.markdown import Markdown, joined
from digest.models import DayLine, Digest, Kind, Page, Pick
from digest.phrases import SHOWN_AUTHORS, Phrases

README_START, README_END = "<!-- digest:start -->", "<!-- digest:end -->"

_IDENTIFIER = re.compile(r"(?<![\w./])(\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?![\w/])")


@dataclass(frozen=True, slots=True)
class Look:
    """How pages should read: the configuration's `style`, `language`, `header` and `footer`."""

    style: str = "keywords"
    language: str = "zh"
    header: str = ""
    footer: str = ""
    doubts: str = "mark"


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

    @property
    def phrases(self) -> Phrases:
        """The words of the look's language."""
        return Phrases(self.labels, hide=self.look.doubts == "hide")

    @cached_property
    def _environment(self) -> jinja2.Environment:
        functions = {**_FUNCTIONS, "shown_authors": SHOWN_AUTHORS, "L": self.labels, **self.phrases.functions()}
        return templating.environment((self.templates, shipped_templates()), functions)

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
        """The index page of a month: what became of each day. Raises RenderError."""
        own = [line for line in lines if (line.day.year, line.day.month) == (year, month)]
        text = self._render(
            "month.md.j2", month=date(year, month, 1), lines=sorted(own, key=attrgetter("day"), reverse=True)
        )
        return Page(f"digests/{year}/{month:02}/README.md", text)

    def year(self, lines: Iterable[DayLine], year: int) -> Page:
        """The index page of a year: a line a month. Raises RenderError."""
        months = _by_month(line for line in lines if line.day.year == year)
        return Page(f"digests/{year}/README.md", self._render("year.md.j2", year=year, months=months))

    def index(self, lines: Iterable[DayLine], years: Iterable[int]) -> Page:
        """The first page: the newest day, the months of the newest year, the way to the others. Raises RenderError."""
        months = _by_month(lines)
        newest = next((line for days in months.values() for line in days if line.state in SHOWN), None)
        own = newest.day.year if newest else 0
        others = sorted(set(years) - {own}, reverse=True)
        text = self._render("index.md.j2", months=months, newest=newest, others=others)
        return Page("digests/README.md", text)

    def _render(self, template: str, **context: Any) -> str:
        try:
            text = self._environment.get_template(template).render(context)
        except templating.FAULTS as error:
            raise RenderError(templating.described(error, template)) from error
        return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"

    def _notes(self, digest: Digest) -> tuple[Markdown, ...]:
        """What the reader should know, a line a kind; identifiers lead to their papers."""
        details: dict[str, list[str]] = defaultdict(list)
        for note in digest.notes:
            details[f"note_{note.kind}" if f"note_{note.kind}" in self.labels else "note_other"].append(note.detail)
        if "note_summaries" in details:  # told in the page's language
            details["note_summaries"] = list(self.phrases.not_summarised(digest.picks)) or details["note_summaries"]
        semicolon = self.labels["semicolon"]
        return tuple(
            self.phrases.say(key, detail=joined(map(_with_links, found), semicolon)) for key, found in details.items()
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


def _by_month(lines: Iterable[DayLine]) -> dict[date, list[DayLine]]:
    """A month's first day to its days, newest first."""
    months: dict[date, list[DayLine]] = defaultdict(list)
    for line in sorted(lines, key=attrgetter("day"), reverse=True):
        months[line.day.replace(day=1)].append(line)
    return months


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


def _own_words(pick: Pick) -> tuple[str, ...]:
    """The abstract's own sentences that say what is new."""
    from digest import extract  # noqa: PLC0415 - 8 ms that the look `keywords` has no need of

    return extract.own_words(pick.listing.paper.abstract)


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "anchor": lambda pick: _address(pick.listing.paper.id),
    "title": _title,
    "entry": _entry,
    "abstract_of": lambda pick: markdown.paragraphs(pick.listing.paper.abstract, _marks(pick, "abstract")),
    "abs_url": lambda pick: _address(arxiv.abs_url(pick.listing.paper)),
    "pdf_url": lambda pick: _address(arxiv.pdf_url(pick.listing.paper)),
    "html_url": lambda pick: _address(arxiv.html_url(pick.listing.paper)),
    "bibtex": lambda pick: markdown.fence(citation.bibtex(pick.listing.paper), "bibtex"),
    "own_words": _own_words,
    "codes": lambda terms: joined(map(markdown.code, terms), " "),
}


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
