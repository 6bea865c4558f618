"""Pages as a reader sees them. What a fork may change: test_templates.py; hostile texts: test_hostile.py."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from itertools import pairwise, product
from pathlib import Path

import pytest

from digest import render
from digest.labels import LABELS
from digest.markdown import MATH_BUDGET, Markdown
from digest.models import DayLine, Digest, Filters, Kind, Note, Reason, State, Summary, Tally, Trust
from digest.render import Look, Renderer
from tests import gfm, make

NOWHERE = Path("no-such-folder")
LOOKS = list(product(("keywords", "sections", "table"), ("zh", "en")))
LINES = (
    DayLine(date(2031, 7, 8), State.PUBLISHED, "listing", 40, 3),
    DayLine(date(2031, 6, 30), State.PROVISIONAL, "rss", 35, 0),
    DayLine(date(2031, 7, 7), State.PUBLISHED, "my.own.source", 30, 2),
    DayLine(date(2031, 7, 4), State.EMPTY, "catchup"),
    DayLine(date(2031, 7, 3), State.OPEN, tries=2, reason="listing: the server answered 503"),
)


def page(day: Digest, style: str = "keywords", language: str = "zh", **look: str) -> str:
    """A day's page in one of our looks."""
    return Renderer(Look(style, language, **look), NOWHERE).day(day).text


def seen(day: Digest, style: str = "keywords", language: str = "zh") -> str:
    """The words of a day's page."""
    return gfm.seen(gfm.dom(page(day, style, language)))


def test_the_top_says_whether_the_day_is_whole() -> None:
    """arXiv's date, what was announced and matched in each category and in all, and whether all of it was read."""
    day = make.rich_digest()
    assert seen(day).startswith(
        "2031-07-08 星期二 · arXiv 每日论文 eess.AS 公布 40 篇，读到 40 篇，命中 5 篇；"
        "cs.SD 公布 30 篇，读到 30 篇，命中 2 篇；去重后 40 篇，命中 8 篇（新提交 1，交叉列出 2，"
        "后来的交叉列出 1，更新 3，公告类型未知 1），要点 2 篇（其中 1 篇存疑） "
        "来源：arXiv 列表页，读到的条目数与公布数一致 ✓"
    )
    assert seen(day, language="en").startswith(
        "2031-07-08 Tuesday · arXiv digest eess.AS: 40 announced, 40 read, 5 matched; cs.SD: 30 announced, 30 read, "
        "2 matched; together "
        "40 different papers, 8 matched (1 new, 2 cross-listed, 1 cross-listed later, 3 replaced, "
        "1 unknown kind of announcement), 2 summarised (1 of them doubtful) "
        "Source: arXiv's listing pages, as many papers read as announced ✓"
    )


def test_one_category_needs_no_sum() -> None:
    """With a single category its line is the whole proof; a day that was not read whole says so."""
    assert "\neess.AS 公布 40 篇，读到 40 篇，命中 **1** 篇（新提交 1）\\\n" in page(make.digest(make.pick()))
    short = make.digest(make.pick(), tallies=(Tally("eess.AS", 40, 38, 1),))
    assert "公布 40 条，只读到 38 条" in seen(short)


def test_the_filters_in_force() -> None:
    """Each topic's rules are named, in the order in which they work; no rules mean every paper."""
    filters = (
        Filters("语音", ("a b", "c"), ("music",), "x AND y", ("Ada",)),
        Filters("", exclude=("music",)),
        Filters("", ("a",)),
    )
    words = seen(make.digest(filters=filters))
    assert "语音：关键词 a b c；表达式 x AND y；作者 Ada；排除 music" in words
    assert "筛选条件：全部论文；排除 music 筛选条件：关键词 a" in words


@pytest.mark.parametrize(("style", "language"), LOOKS)
def test_a_day_without_a_match_says_so(style: str, language: str) -> None:
    """The counts stand there, the sentence is plain, and there is no empty section."""
    root = gfm.dom(page(make.digest(notes=()), style, language))
    expected = {
        "zh": "公布的 40 篇论文中，没有一篇符合以上筛选条件。",
        "en": "None of the 40 papers announced fits these filters.",
    }
    assert expected[language] in gfm.seen(root)
    assert [tag for tag, _ in gfm.skeleton(root) if re.fullmatch("h[1-6]", tag)] == ["h1"]


def test_an_entry_has_all_that_arxiv_says() -> None:
    """One line of small facts, authors, comment and reference, why it is here, the abstract; BibTeX folded."""
    of = make.paper(version=2, html=True, doi="10.1/x", comment="5 pages", journal="J. 1", classes=("I.2.7", "68T10"))
    reasons = (Reason("room", "title"), Reason("ASR", "comment"), Reason("room", "abstract", ((10, 14),)))
    source = page(make.digest(make.pick(of, reasons=reasons)), language="en")
    assert source.partition("## Papers\n\n")[2].partition("```bibtex")[0] == (
        '### <a id="3107.00001"></a>1. [Quiet Rooms Without a Clean Reference](https://arxiv.org/abs/3107.00001v2)\n\n'
        "new · Audio and Speech Processing eess.AS · Sound cs.SD · [arXiv:3107.00001](https://arxiv.org/abs/3107.00001v2)"
        " · [PDF](https://arxiv.org/pdf/3107.00001v2) · [HTML](https://arxiv.org/html/3107.00001v2) · DOI 10.1/x\\\n"
        "Ada Example, Bo Beispiel\\\nComment: 5 pages\\\nJournal: J. 1\\\nACM/MSC classes: I.2.7, 68T10\\\n"
        "Matched: <code>room</code> (title, abstract) · <code>ASR</code> (comment)\n\n"
        "We remove <b>room</b> reverberation from speech. It works.\n\n<details><summary>BibTeX</summary>\n\n"
    )


def test_what_is_missing_leaves_no_trace() -> None:
    """A paper without version, authors, abstract and known categories has no empty lines, links or labels."""
    bare = make.paper("hep-th/9901001", version=None, authors=(), abstract="", categories=("x.YZ",))
    root = gfm.dom(page(make.digest(make.pick(bare, reasons=())), language="en"))
    assert [p.text_content() for p in root.iter("p")][-3:-1] == [
        "new · x.YZ · arXiv:hep-th/9901001 · PDF\n(no authors given)",
        "(no abstract)",
    ]
    assert "https://arxiv.org/pdf/hep-th/9901001" in [a.get("href") for a in root.iter("a")]


def test_long_lists_of_authors_are_folded() -> None:
    """Eight names and their number; the rest a click away. Eight alone are simply shown."""
    names = tuple(f"Name{n}" for n in range(9))
    root = gfm.dom(page(make.digest(make.pick(make.paper(authors=names)))))
    assert "Name7 等 9 位作者" in gfm.seen(root)
    assert [d.findtext("summary") for d in root.iter("details")] == ["全部 9 位作者", "BibTeX"]
    assert "等" not in seen(make.digest(make.pick(make.paper(authors=names[:8]))))


@pytest.mark.parametrize(
    ("kind", "version", "expected"),
    [
        (Kind.NEW, 1, "新提交 · 音频与语音处理 eess.AS · 声音 cs.SD · arXiv"),
        (Kind.CROSS, 1, "交叉列出（主类别 音频与语音处理 eess.AS） · 声音 cs.SD · arXiv"),
        (Kind.REPLACE, 3, "更新至 v3 · 音频与语音处理 eess.AS · 声音 cs.SD · arXiv"),
        (Kind.REPLACE, None, "更新 · 音频与语音处理 eess.AS · 声音 cs.SD · arXiv"),
        (Kind.REPLACE_CROSS, 2, "更新至 v2 · 交叉列出（主类别 音频与语音处理 eess.AS） · 声音 cs.SD · arXiv"),
        (Kind.OTHER, 1, "公告类型未知 · 音频与语音处理 eess.AS · 声音 cs.SD · arXiv"),
    ],
)
def test_how_a_paper_is_announced(kind: Kind, version: int | None, expected: str) -> None:
    """A cross-listed paper names where it comes from, a replaced one its new version."""
    assert expected in seen(make.digest(make.pick(make.paper(version=version), kind)))


def test_sections_are_those_of_the_mailing() -> None:
    """New, cross-listed, replaced, each with its number; the papers are numbered through."""
    root = gfm.dom(page(make.rich_digest(), "sections", "en"))
    assert [h.text for h in root.iter("h2")] == [
        "Contents", "New (1)", "Cross-listed (2)", "Cross-listed later (1)", "Replaced (3)", "Other (1)", "Notes",
    ]  # fmt: skip
    assert [h.text_content().split(".")[0] for h in root.iter("h3")] == list("12345678")
    assert "abstract" not in [h.getnext().tag for h in root.iter("h3")]
    folded = {str(d.findtext("summary")).partition(" (")[0] for d in root.iter("details")}
    assert folded == {"Abstract", "BibTeX", "All 12 authors", "Points"}


def test_topics_are_in_their_owners_order() -> None:
    """A paper stands under the first topic that wants it, and names the others."""
    root = gfm.dom(page(make.rich_digest(), language="en"))
    assert [h.text for h in root.iter("h2")] == ["Contents", "Speech", "Rooms", "Other terms", "Notes"]
    assert "Also in: Speech" in gfm.seen(root)
    alone = make.digest(make.pick(topics=("Rooms",)), filters=(Filters("Rooms", ("x",)),))
    assert [h.text for h in gfm.dom(page(alone)).iter("h2")] == ["目录", "Rooms"]


@pytest.mark.parametrize(("style", "language"), LOOKS)
def test_contents_lead_to_every_paper(style: str, language: str) -> None:
    """The contents have a line a paper, in the page's order, and each leads to an anchor; a table is its own."""
    root = gfm.dom(page(make.rich_digest(), style, language))
    anchors = [f"#{a.get('id')}" for a in root.iter("a") if a.get("id")]
    links = [a.get("href") for li in root.iter("li") for a in li.iter("a") if a.get("href")]
    assert links[: len(anchors)] == anchors or style == "table"
    assert len(anchors) == len(set(anchors)) == 8


def test_replaced_papers_are_short() -> None:
    """In the list of keywords an abstract is open, but folded where the paper is only a new version."""
    assert "<summary>摘要</summary>" not in page(make.digest(make.pick()))
    replaced = page(make.digest(make.pick(kind=Kind.REPLACE)))
    assert "<summary>摘要</summary>" in replaced
    assert "(#3107.00001) · 更新\n" in replaced


def test_notes_say_what_went_wrong() -> None:
    """A line a kind of note, with all its details; identifiers lead to their papers."""
    notes = (
        Note("shown-before", "3107.00009 (2031-07-07)"),
        Note("source", "listing: HTTP 503"),
        Note("shown-before", "hep-th/9901001 (2031-07-04)"),
    )
    source = page(make.digest(make.pick(), notes=notes), language="en")
    assert source.partition("## Notes\n\n")[2].partition("\n\n---")[0] == (
        "- Shown on an earlier day and not again: [3107.00009](https://arxiv.org/abs/3107.00009) (2031-07-07); "
        "[hep-th/9901001](https://arxiv.org/abs/hep-th/9901001) (2031-07-04)\n"
        "- A source did not give this day, the next one did: listing: HTTP 503"
    )


def test_much_math_is_not_drawn_to_the_end() -> None:
    """GitHub would put an error in the place of what is over its limit for a page; TeX as code can be read."""
    heavy = make.pick(make.paper(abstract=r"$\frac{a}{b}$ " * 800))
    source = page(make.digest(heavy))
    assert source.count("$`") == MATH_BUDGET // 3
    assert source.count(r" `\frac{a}{b}`") == 800 - MATH_BUDGET // 3


def test_sample_days_are_marked() -> None:
    """Invented papers are never taken for real ones."""
    assert "虚构" in seen(make.digest(sample=True))
    assert "虚构" not in seen(make.digest())


def test_index_pages() -> None:
    """A month tells what became of each day, a year and the first page list months, newest first, with links."""
    renderer = Renderer(Look(language="en"), NOWHERE)
    month, year, index = renderer.month(LINES, 2031, 7), renderer.year(LINES, 2031), renderer.index(LINES, [2030, 2031])
    assert (month.path, index.path) == ("digests/2031/07/README.md", "digests/README.md")
    assert month.text == (
        "# 2031-07 · arXiv digest\n\n| Day | Announced | Matched | Source |\n|:--|--:|--:|:--|\n"
        "| [2031-07-08](2031-07-08.md) Tuesday | 40 | 3 | arXiv's listing pages |\n"
        "| [2031-07-07](2031-07-07.md) Monday | 30 | 2 | my.own.source |\n"
        "| 2031-07-04 Friday | | | nothing announced |\n"
        "| 2031-07-03 Thursday | | | **not read**: listing: the server answered 503 |\n\n"
        "[This year](../README.md) · [All days](../../README.md)\n"
    )
    table = "| Month | Days | Announced | Matched |\n|:--|--:|--:|--:|\n"
    assert (year.path, year.text) == (
        "digests/2031/README.md",
        f"# 2031 · arXiv digest\n\n{table}| [2031-07](07/README.md) | 2 | 70 | 5 |\n"
        "| [2031-06](06/README.md) | 1 | 35 | 0 |\n\n[All days](../README.md)\n",
    )
    assert index.text == (
        "# arXiv digest\n\nNewest: **[2031-07-08](2031/07/2031-07-08.md) Tuesday**, 3 matched\n\n"
        f"{table}| [2031-07](2031/07/README.md) | 2 | 70 | 5 |\n| [2031-06](2031/06/README.md) | 1 | 35 | 0 |\n\n"
        "Other years: [2030](2030/README.md)\n"
    )
    assert gfm.skeleton(gfm.dom(index.text)).count(("tr", {})) == 3
    assert "Newest" not in renderer.index([], []).text


@pytest.mark.parametrize(("style", "language"), LOOKS)
def test_the_source_is_tidy(style: str, language: str) -> None:
    """No blank line twice, none at the ends, no stray blanks, headings in order, lists without holes."""
    source = page(make.rich_digest(), style, language, header="*hello*", footer="bye")
    prose = re.sub(r"```.*?```", "code", source, flags=re.DOTALL)
    assert not re.search(r"\n{3}|[ \t]\n|\S {2,}|^\s", prose)
    assert source.endswith("</sub>\n")
    root = gfm.dom(source)
    levels = [int(tag[1]) for tag, _ in gfm.skeleton(root) if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert root.find(".//li/p") is None


@pytest.mark.parametrize(("style", "language"), LOOKS)
def test_same_digest_same_bytes(style: str, language: str) -> None:
    """A page depends on the digest, the look and the templates alone."""
    assert page(make.rich_digest(), style, language) == page(make.rich_digest(), style, language)


@pytest.mark.parametrize("language", LABELS)
def test_every_word_is_used_and_there(language: str) -> None:
    """Both languages have the same words; every one of them is on some page, and none hides a method of a mapping."""
    used: set[str] = set()

    class Recorder(Mapping[str, Markdown]):
        def __getitem__(self, key: str) -> Markdown:
            used.add(key)
            return LABELS[language][key]

        def __iter__(self) -> Iterator[str]:
            return iter(LABELS[language])

        def __len__(self) -> int:
            return len(LABELS[language])

    assert LABELS["zh"].keys() == LABELS["en"].keys()
    assert not LABELS["zh"].keys() & set(dir(dict))
    rich = make.rich_digest()
    troubles = [key.removeprefix("trouble_") for key in LABELS["en"] if key.startswith("trouble_")]
    failed = make.digest(
        *(
            make.pick(summary=Summary(Trust.FAILED, "x", trouble=kind, model="invented-1", tokens=9))
            for kind in troubles
        ),
        notes=(Note("summaries", "2"),),
    )
    uncounted = make.digest(make.pick(), source="rss", sample=True, tallies=(Tally("x", None, 1, 0),))
    late = (replace(rich, late=True, source=source) for source in ("catchup", "oai"))
    days = (rich, failed, uncounted, replace(rich, source="sample"), *late)
    short = make.digest(tallies=(Tally("x", 2, 1, 0),))
    one = make.digest(make.pick())
    cut = replace(one, over=3)
    for style in ("keywords", "sections", "table"):
        renderer = Renderer(Look(style, language), NOWHERE)
        renderer.labels = Recorder()
        for day in (*days, short, one, cut, make.digest(), replace(make.digest(), notes=rich.notes)):
            renderer.day(day)
        renderer.month(
            [*LINES, DayLine(date(2031, 7, 2), State.EXPECTED), replace(LINES[0], state=State.PROVISIONAL)], 2031, 7
        )
        renderer.month([DayLine(date(2031, 7, 1), State.OPEN)], 2031, 7)
        renderer.year(LINES, 2031)
        renderer.index(LINES, [2030])
        hiding = Renderer(Look(style, language, doubts="hide"), NOWHERE)
        hiding.labels = Recorder()
        hiding.day(rich)
    assert LABELS[language].keys() - used == set()


def test_every_note_has_its_words() -> None:
    """Each kind of note that the program can leave is explained, not just printed."""
    sources = "".join(path.read_text(encoding="utf-8") for path in Path(render.__file__).parent.rglob("*.py"))
    kinds = set(re.findall(r'Note\(\s*"([\w-]+)"', sources))
    assert len(kinds) > 4
    assert {f"note_{kind}" for kind in kinds} <= LABELS["en"].keys()
