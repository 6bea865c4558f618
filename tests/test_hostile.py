"""Text that tries to act: a page shows it letter by letter, and nothing else of the page changes.

Each text stands in every field of a paper between two harmless ones. The page, read by GitHub's own parser, must have
the elements of a page of harmless papers of the same shape, and the same words with the text in its places.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from digest import arxiv, codec, render, text
from digest.models import (
    Contribution,
    DayLine,
    Digest,
    Doubt,
    Filters,
    Kind,
    Note,
    Paper,
    Reason,
    State,
    Summary,
    Trust,
)
from digest.render import Look, Renderer
from tests import gfm, make
from tests.test_citation import entries

SHARED = Path(__file__).parents[1].parent / "shared" / "hostile" / "papers.jsonl"
RENDERERS = [Renderer(Look(*look), Path("none")) for look in product(("keywords", "sections", "table"), ("zh", "en"))]

HOSTILE = (
    # HTML
    "<script>a(1)</script>", "</details></summary><b>out</b>", "<!-- hidden", "--> shown", "<img src=x onerror=a()>",
    "<a href='https://evil.example'>x</a>", "<?php echo 1 ?>", "<![CDATA[x]]>", "<!DOCTYPE x>", "<pre>", "</code></b>",
    "a <b c> d", "&lt;b&gt; &amp;amp; &#60;i&#62; &nbsp;", "<details><summary>fold", "<svg/onload=a()>", "<style>*{}",
    # Markdown blocks
    "# heading", "## ", "- item", "+ item", "* item", "1. item", "1984. A year", "7) seven", "> quote", "---", "- - -",
    "***", "___", "===", "=", "```", "~~~ x", "    indented", "| a | b | |---|---|", ":--|--:", "[x] done",
    ": definition", "[ref]: https://evil.example", "[^1]: note", "[^1]", "> [!WARNING]",
    # Markdown inlines
    "*a* **b** _c_ __d__", "~~gone~~ ~x~", "`code` ``co`de``", "[text](https://evil.example)", "](https://evil.example)",
    "![x](https://evil.example/x.png)", "x](#here)[y", "[PDF][1] [1]", "ends with \\", "\\\\ \\* \\[", "!bang [",
    # addresses, people, references, emoji
    "https://evil.example/x", "see http://a.example. www.b.example", "_www.c.example", "WWW.D.EXAMPLE", "ftp://e.example",
    "<https://f.example>", "mail me@evil.example now", "mailto:me@evil.example", "@octocat and @org/team", "x@y",
    "#1 and (#22) #x", "GH-33 gh-4 xGH-5", "octo/repo#44 octo@a5c3785ed8", "https://github.com/octo/repo/issues/5",
    ":smile: :heart_eyes: :+1: :a:b:", "12:30:45", "Fixes #6",
    # templates and other readers of the same file
    "{{ site.x }}", "{% raw %}", "{: .cls }", "{::comment}", "{{{x}}} {%- x -%}", "{# c #}", "${{ secrets.X }}", "^",
    f"{render.README_END}", f"{render.README_START} x", "](README.md) ](../../README.md)", "<<<<<<< HEAD", "'''\"\"\"",
    # math, BibTeX, CSV
    "$5 to $50", "$HOME/$PATH", "$x", "x$", "$$", "$`x`$", "$\\href{https://evil.example}{x}$", "$\\unicode{x41}$",
    "}, @article{evil, title={x}", "{ unbalanced", "} also", "50% & more_or #less ~ ^", "=cmd|' /C calc'!A0", "\\", "%",
    # invisible, wide and long
    "zero\u200bwidth \u202eright\u202c", "\u0000nul\u0007bell", "line\nbreak\r\nand\u2028more",
    "a\u0301" + "\u0301" * 30, "会议（录用） @某人 #12", "x" * 3000, "[" * 500, "<" * 500, "`" * 50 + " " + "`" * 49,
    "\\(" * 300, "$a" * 30,
)  # fmt: skip


def hostile_paper(raw: str) -> Paper:
    """A paper with the text in every field, cleaned as every source cleans it."""
    line = text.clean(raw)
    return make.paper(
        title=line,
        authors=tuple(filter(None, ("Ada Example", line, *[line] * 9))),
        abstract=text.paragraphs(f"{raw}\n\n{raw} in the middle {raw}"),
        comment=line,
        journal=line,
        doi=line,
        classes=tuple(filter(None, (line, "I.2.7"))),
        html=True,
    )


def shared_papers() -> Iterator[tuple[str, Paper, Kind]]:
    """The records of the folder beside the repository as a source would give them."""
    if not SHARED.exists():
        return
    for row in map(json.loads, SHARED.read_text(encoding="utf-8").splitlines()):
        try:
            identifier, version = arxiv.split_id(row["id"])
        except ValueError:
            identifier, version = "3107.00001", None  # no source lets such an identifier in
        categories, classes = arxiv.split_categories(row["categories"])
        fields: dict[str, Any] = {key: text.clean(row[key] or "") for key in ("title", "comment")}
        authors = tuple(name for name in map(text.clean, row["authors"]) if text.is_word(name))
        paper = make.paper(identifier, authors=authors, abstract=text.paragraphs(row["abstract"]), **fields)
        kind = Kind(row["announce_type"]) if row["announce_type"] in set(Kind) else Kind.OTHER
        yield row["why"], replace(paper, categories=categories, classes=classes, version=version), kind


class Twin:
    """A harmless paper of the same shape; each text became a word that leads back to it."""

    def __init__(self, paper: Paper) -> None:
        self.words: dict[str, str] = {}
        self.paper = replace(
            paper,
            title=self.word(paper.title or paper.id),
            authors=tuple(map(self.word, paper.authors)),
            abstract="\n".join(map(self.word, filter(None, paper.abstract.split("\n")))),
            classes=tuple(map(self.word, paper.classes)),
            comment=self.word(paper.comment),
            journal=self.word(paper.journal),
            doi=self.word(paper.doi),
        )

    def word(self, original: str) -> str:
        """A word for a text; none for none."""
        word = f"Word{len(self.words)}y" if original else ""
        self.words[word] = original
        return word

    def restored(self, seen: str) -> str:
        """What a page of the twin shows, with the texts in their places."""
        return re.sub(r"Word\d+y", lambda match: self.words[match[0]], seen)


def between(paper: Paper, kind: Kind, marked: bool) -> Digest:
    """A day with the paper between two harmless ones."""
    spans = ((0, 1), (3, 9), (7, 40)) if marked else ()
    reasons = tuple(Reason("x", field, spans) for field in ("title", "abstract"))
    others = [make.pick(make.paper(f"3107.1000{n}", title=f"Neighbour {n}"), kind) for n in (1, 2)]
    # With a summary, so that no look picks sentences of the abstract: a twin's would be other ones.
    return make.digest(others[0], make.pick(paper, kind, reasons=reasons, summary=make.SUMMARY), others[1])


def loose(seen: str) -> str:
    """What is seen without blanks and, where math can stand, in one spelling of its TeX."""
    for spelling, plain in ((r"\\vert(?![a-z])", "|"), (r"\\Vert(?![a-z])", r"\\|"), (r"\\[()\[\]]|[\s$]", "")):
        seen = re.sub(spelling, plain, seen)
    return seen


def check(paper: Paper, kind: Kind = Kind.NEW) -> None:
    """The paper's page has its harmless twin's elements and this paper's words, in every look."""
    twin = Twin(paper)
    for renderer in RENDERERS:
        page = renderer.day(between(paper, kind, marked=True)).text
        root, model = gfm.dom(page), gfm.dom(renderer.day(between(twin.paper, kind, marked=False)).text)
        assert gfm.skeleton(root) == gfm.skeleton(model)
        assert gfm.acts(root) == []
        assert not re.search(r"\{[{%:]|\n{3}", page)
        blocks = [] if renderer.look.style == "table" else [1, 1, 1]
        assert [len(entries(block.text_content())) for block in root.iter("pre")] == blocks
        shown, expected = gfm.seen(root), " ".join(twin.restored(gfm.seen(model)).split())
        assert loose(shown) == loose(expected)
        if not re.search(r"[$\\]", expected):
            assert shown == expected


@pytest.mark.parametrize("raw", HOSTILE, ids=range(len(HOSTILE)))
def test_own_texts_in_every_field(raw: str) -> None:
    """An invented text in all fields changes neither the page around it nor itself."""
    check(hostile_paper(raw))


@pytest.mark.skipif(not SHARED.exists(), reason=f"no {SHARED.name} beside the repository")
def test_shared_records() -> None:
    """Each record of the shared collection, as every kind of announcement it may have."""
    for why, paper, kind in shared_papers():
        try:
            check(paper, kind)
        except AssertionError as error:
            raise AssertionError(why) from error


@pytest.mark.parametrize("raw", HOSTILE, ids=range(len(HOSTILE)))
def test_a_models_words(raw: str) -> None:
    """What a model says is data as well, wherever it stands; so are the authors' own sentences."""

    def day(words: str) -> Digest:
        said = Summary(
            Trust.DOUBTFUL, brief=words, summary=words, contributions=(Contribution(words, words),) * 2,
            keywords=(words,), title=words, doubts=(Doubt("number", words, words),), model=words, tokens=9,
        )  # fmt: skip
        failed = Summary(Trust.FAILED, words)
        return make.digest(make.pick(summary=said), make.pick(make.paper("3107.00002"), summary=failed))

    for renderer in RENDERERS:
        root = gfm.dom(renderer.day(day(text.clean(raw))).text)
        assert gfm.skeleton(root) == gfm.skeleton(gfm.dom(renderer.day(day("Wordy")).text))
        assert gfm.acts(root) == []
        plain = make.digest(make.pick(make.paper(abstract=f"We propose {text.paragraphs(raw)} here.")))
        assert gfm.acts(gfm.dom(renderer.day(plain).text)) == []


@pytest.mark.parametrize("raw", HOSTILE, ids=range(len(HOSTILE)))
def test_names_terms_and_notes(raw: str) -> None:
    """Also the fork's own names and terms, and what a server said in an error, are shown as they are."""

    def day(words: str) -> Digest:
        filters = tuple(Filters(name, (words,), (words,), words, (words,)) for name in (words, "Other"))
        reasons = (Reason(words, "title"), Reason(words, "comment"))
        picks = [make.pick(make.paper(f"3107.0000{n}"), topics=(words, "Other"), reasons=reasons) for n in (1, 2)]
        other = make.pick(make.paper("3107.00003"), topics=("Other", words))
        notes = (Note("source", f"rss: {words}"), Note("unheard-of", words))
        return make.digest(*picks, other, filters=filters, notes=notes, source=words)

    line = text.clean(raw)
    for renderer in RENDERERS:
        root, model = gfm.dom(renderer.day(day(line)).text), gfm.dom(renderer.day(day("Wordy")).text)
        assert gfm.skeleton(root) == gfm.skeleton(model)
        assert gfm.acts(root) == []
        assert loose(gfm.seen(root)) == loose(gfm.seen(model).replace("Wordy", line))


@pytest.mark.parametrize("raw", HOSTILE, ids=range(len(HOSTILE)))
def test_index_pages(raw: str) -> None:
    """A source's name is all that an index page shows of a ledger's text."""
    line = DayLine(make.DAY, State.PUBLISHED, text.clean(raw), 40, 3)
    for renderer in RENDERERS:
        for page, model in (
            (renderer.month([line], 2031, 7), renderer.month([replace(line, source="x")], 2031, 7)),
            (renderer.index([line], [2031]), renderer.index([replace(line, source="x")], [2031])),
        ):
            assert gfm.skeleton(gfm.dom(page.text)) == gfm.skeleton(gfm.dom(model.text))
            assert gfm.acts(gfm.dom(page.text)) == []


def test_links_are_ours() -> None:
    """A page of all texts together leads to arXiv, to itself and to the index pages, and nowhere else."""
    picks = [make.pick(replace(hostile_paper(raw), id=f"3107.{n:05}")) for n, raw in enumerate(HOSTILE)]
    ours = re.compile(r"https://arxiv\.org/(abs|pdf|html)/3107\.\d{5}v1|#3107\.\d{5}|README\.md|\.\./\.\./README\.md")
    for renderer in RENDERERS:
        root = gfm.dom(renderer.day(make.digest(*picks)).text)
        assert [h for h in (a.get("href") for a in root.iter("a")) if h and not ours.fullmatch(h)] == []
        entry = "tbody/tr" if renderer.look.style == "table" else "h3"
        assert len(root.findall(f".//{entry}")) == len(HOSTILE)
        assert {a.get("id") for a in root.iter("a")} - {None} == {pick.listing.paper.id for pick in picks}


def test_an_odd_identifier_cannot_leave_its_address() -> None:
    """Should a stored file carry an identifier that no source gives, its links still end where they should."""
    odd = make.pick(make.paper("31) [x](https://evil.example) <b>\"'", submitted=make.DAY))
    root = gfm.dom(RENDERERS[0].day(make.digest(odd)).text)
    assert {tag for tag, _ in gfm.skeleton(root)} <= {tag for tag, _ in gfm.skeleton(plain_root())}
    assert all(
        a.get("href", "https://arxiv.org/").startswith(("https://arxiv.org/", "#", "README", ".."))
        for a in root.iter("a")
    )


def plain_root() -> Any:
    """The tree of a harmless day."""
    return gfm.dom(RENDERERS[0].day(make.digest(make.pick())).text)


@pytest.mark.parametrize("raw", HOSTILE, ids=range(len(HOSTILE)))
def test_readme_markers(raw: str) -> None:
    """However often it is written, the README keeps what its owner wrote around the digest, and one digest."""
    page = RENDERERS[0].day(make.digest(make.pick(hostile_paper(raw))))
    start, end = render.README_START, render.README_END
    owner = f"# Mine\n\n`{start}` opens.\n\n{start}\nearlier\n{end}\n\nAlso mine.\n"
    once = render.in_readme(owner, page)
    assert render.in_readme(once.text, page) == once
    assert once.text.startswith(f"# Mine\n\n`{start}` opens.\n\n{start}\n\n# 2031")
    assert once.text.endswith(f"{end}\n\nAlso mine.\n")
    assert "earlier" not in once.text


def test_stored_day() -> None:
    """A stored day comes back as it was."""
    day = make.digest(*(make.pick(hostile_paper(raw)) for raw in HOSTILE))
    assert codec.loads(Digest, codec.dumps(day)) == day
