"""Digests -> pages. Pure: the same digest and the same templates give the same bytes.

A template in the fork's `templates/` wins over ours of the same name. Whatever a template puts out is escaped for
Markdown unless it is `Markdown` already, so that a forgotten filter cannot let foreign text act.
"""

from __future__ import annotations

import re
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

from digest import arxiv, citation, markdown, templating
from digest.errors import RenderError
from digest.labels import LABELS
from digest.ledger import SHOWN
from digest.markdown import Markdown, escaped, joined
from digest.models import DayLine, Digest, Kind, Page, Paper, Pick

SHOWN_AUTHORS = 8
README_START, README_END = "<!-- digest:start -->", "<!-- digest:end -->"

_CROSS = {Kind.CROSS, Kind.LATE_CROSS, Kind.REPLACE_CROSS}
_REPLACED = {Kind.REPLACE, Kind.REPLACE_CROSS}
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
        functions = {**_FUNCTIONS, "shown_authors": SHOWN_AUTHORS, "L": self.labels, **self._own_functions()}
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
            "changes": self._changes,
            "state": self._state,
            "late": self._late,
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
            label = "late_primary" if kind is Kind.LATE_CROSS else "primary"
            words.append(self._say(label, category=primary) if primary else self.labels[kind])
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

    def _state(self, line: DayLine) -> Markdown:
        """What became of a day, for its line in the month."""
        name = self.labels.get(f"source_{line.source}", markdown.inline(line.source))
        return name if line.state == "published" else self._say(f"state_{line.state}", source=name, reason=line.reason)

    def _late(self, digest: Digest) -> Markdown:
        """That a day was filled in later, from where, and what that source cannot tell."""
        name = self.labels.get(f"source_{digest.source}", markdown.inline(digest.source))
        more = self.labels.get(f"late_{digest.source}", Markdown(""))
        return joined([self._say("late", source=name), more])

    def _changes(self, pick: Pick) -> Markdown:
        """What is new in a replaced paper, in words; empty when we never showed the version before."""
        change = pick.change
        if change is None:
            return Markdown("")
        found = [
            self._say("change_title", title=change.title) if change.title else "",
            self._say("change_joined", names=joined(change.joined, ", ")) if change.joined else "",
            self._say("change_left", names=joined(change.left, ", ")) if change.left else "",
            self.labels["change_comment"] if change.comment else "",
            self._say("change_abstract", n=change.abstract) if change.abstract else "",
        ]
        words = joined(filter(None, found), self.labels["comma"]) or self.labels["change_none"]
        return Markdown(f"{self._say('changes', day=change.since)}{self.labels['colon']}{words}")

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
