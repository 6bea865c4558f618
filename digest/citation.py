"""A paper as BibTeX and RIS: one entry that nothing in the paper's text can end early. Pure.

https://info.arxiv.org/help/bib_feed.html (fields eprint, archivePrefix, primaryClass),
https://en.wikipedia.org/wiki/RIS_(file_format).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from digest import arxiv
from digest.markdown import formulas
from digest.models import Paper
from digest.text import fold

_TEX = {
    **{char: f"\\{char}" for char in "%&#_$"},
    "\\": r"\textbackslash{}",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
}
_SPECIAL = re.compile(r"[%&#_$\\^~]")
_ESCAPE = re.compile(r"\\.")
_BRACES = {r"\{": r"\lbrace ", r"\}": r"\rbrace "}  # BibTeX counts `\{` as a brace like any other


def bibtex(paper: Paper) -> str:
    """A `@misc` entry; identifiers of arXiv's in its own fields."""
    fields = {
        "title": _value(paper.title),
        "author": " and ".join(filter(None, map(_name, paper.authors))),
        "year": year(paper),
        "eprint": _value(paper.id),
        "archivePrefix": "arXiv",
        "primaryClass": _value("".join(paper.categories[:1])),
        "doi": _value(paper.doi),
        "note": _value(paper.comment),
        "url": arxiv.abs_url(paper),
    }
    lines = (f"  {name} = {{{value}}}" for name, value in fields.items() if value)
    return f"@misc{{{key(paper)},\n" + ",\n".join(lines) + "\n}"


def ris(paper: Paper) -> str:
    """A record of type UNPB."""
    tags = (
        ("TY", "UNPB"),
        ("TI", paper.title),
        *(("AU", name) for name in paper.authors),
        ("PY", year(paper)),
        ("AB", paper.abstract),
        ("N1", paper.comment),
        ("DO", paper.doi),
        ("UR", arxiv.abs_url(paper)),
        *(("KW", code) for code in paper.categories),
    )
    return "".join(f"{tag}  - {' '.join(value.split())}\n" for tag, value in tags if value.split()) + "ER  - \n"


def year(paper: Paper) -> str:
    """Of the first version; arXiv's identifiers begin with it."""
    if paper.submitted:
        return str(paper.submitted.year)
    head, _, tail = paper.id.rpartition("/")
    two = int((tail if head else paper.id)[:2])
    return str(1900 + two if head and two > 90 else 2000 + two)  # noqa: PLR2004 - arXiv began in 1991


def key(paper: Paper) -> str:
    """Family name, year and the first long word of the title, in plain letters: example2031quiet."""
    author = "".join(_plain_words(paper.authors[0])[-1:]) if paper.authors else ""
    word = next((word for word in _plain_words(paper.title) if len(word) > 3), "")  # noqa: PLR2004 - no articles
    return f"{author or 'arxiv'}{year(paper)}{word}" if author or word else f"arxiv{_digits(paper.id)}"


def bibliography(papers: Iterable[Paper]) -> Iterator[str]:
    """The papers' entries; one whose key is taken already has its identifier's digits added to it."""
    taken: set[str] = set()
    for paper in papers:
        own, entry = key(paper), bibtex(paper)
        yield entry.replace(f"{{{own},", f"{{{own}{_digits(paper.id)},", 1) if own in taken else entry
        taken.add(own)


def _digits(identifier: str) -> str:
    return re.sub("[^0-9]", "", identifier)


def _plain_words(text: str) -> list[str]:
    """The words in plain lower-case letters; what is not written in Latin letters is left out."""
    words = (re.sub("[^a-z]", "", word) for word in re.split(r"[\s\-]+", fold(text)))
    return [word for word in words if word]


def _value(text: str) -> str:
    """A field's text: honest math as it is, TeX's own signs escaped outside of it, braces in pairs or not at all."""
    text = " ".join(text.split())
    math = list(formulas(text))
    starts, ends = [start for start, _, _ in math], [end for _, end, _ in math]
    words = [text[a:b] for a, b in zip([0, *ends], [*starts, len(text)], strict=True)]
    if not _paired("".join(words)):
        words = [re.sub("[{}]", "", piece) for piece in words]
    escaped = [_SPECIAL.sub(lambda match: _TEX[match[0]], piece) for piece in words]
    inside = [f"${_ESCAPE.sub(lambda match: _BRACES.get(match[0], match[0]), tex)}$" for _, _, tex in math]
    return "".join(piece for pair in zip(escaped, [*inside, ""], strict=True) for piece in pair)


def _paired(text: str) -> bool:
    depth = 0
    for char in text:
        depth += (char == "{") - (char == "}")
        if depth < 0:
            return False
    return depth == 0


def _name(name: str) -> str:
    """A name that ` and ` or a comma in it cannot split."""
    value = _value(name)
    return f"{{{value}}}" if re.search(r",|\band\b|^others$", value, re.IGNORECASE) else value
