"""Escaping, proven on GitHub's own parser: what comes out is the text, and nothing else. Math: tests/test_math.py."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from digest import markdown, text
from digest.markdown import Markdown
from tests import gfm
from tests.test_math import plain_tex

SIGNS = [
    *"\\`*_[](){}<>#+-.!|~$:=\"'&@^/%;,? \n\t0a1",
    "www.",
    "http://",
    "GH-1",
    "#1",
    "$x$",
    "\\(",
    "\\)",
    "`$",
    "中",
]
TEXTS = st.lists(st.one_of(st.sampled_from(SIGNS), st.characters())).map("".join)
LINES = TEXTS.map(text.clean).filter(bool)
OURS = {"body", "p", "span", "code"}


def drawn(source: str) -> str:
    """The words of one paragraph of Markdown that holds no element but ours."""
    root = gfm.dom(source)
    assert [tag for tag, _ in gfm.skeleton(root)] == ["body", "p"], source
    assert gfm.acts(root) == []
    return str(root[0].text_content())


def squeezed(raw: str) -> str:
    """A text as it is shown, without blanks: what cannot be seen is dropped or becomes a blank."""
    return "".join(text.clean(raw).replace("\ufffd", "").split())


@given(LINES)
@example("_www.example.org")
@example(":heart_eyes: :+1:")
@example("$`x`$ $x$$y$ R$^2$")
@example("x" + "\\" * 7)
@example("> [!NOTE]")
@example("[^1]: [x]: http://a.b")
def test_inline_shows_its_text(line: str) -> None:
    """Any line is one paragraph with exactly its words; formulas are shown as their TeX."""
    assert plain_tex(drawn(markdown.inline(line))) == plain_tex(line)


@given(TEXTS, st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40))))
def test_marks_change_no_words(raw: str, marks: list[tuple[int, int]]) -> None:
    """Marks may fall anywhere, overlap, split escapes and lie in formulas: the words stay, only `<b>` is added."""
    line = text.clean(raw) or "x"
    root = gfm.dom(markdown.inline(line, marks))
    assert {tag for tag, _ in gfm.skeleton(root)} <= OURS
    assert plain_tex(root[0].text_content()) == plain_tex(line)


@given(TEXTS)
def test_uncleaned_text_stays_a_line(raw: str) -> None:
    """A text that no source has cleaned, such as a server's error, is one paragraph of harmless words too."""
    words = markdown.inline(f"x{raw}")
    assert "\n" not in words
    drawn(words)


@given(LINES)
def test_link_leads_to_one_place(line: str) -> None:
    """A title of any text is a link to the address it is given, to no other, with its words."""
    root = gfm.dom(markdown.link(line, "https://arxiv.org/abs/3107.00001"))
    assert [(tag, attrs) for tag, attrs in gfm.skeleton(root) if tag not in OURS] == [
        ("a", {"href": "https://arxiv.org/abs/3107.00001"})
    ]
    assert plain_tex(root[0].text_content()) == plain_tex(line)


@given(TEXTS)
def test_code_shows_its_text(raw: str) -> None:
    """A term in code type is shown as it was written, dollars and all."""
    root = gfm.dom(f"Terms: {markdown.code(raw)}.")
    assert [tag for tag, _ in gfm.skeleton(root)] == ["body", "p", "code"]
    assert squeezed(root.find(".//code").text_content()) == squeezed(raw)


@given(TEXTS)
def test_html_shows_its_text(raw: str) -> None:
    """Inside of an HTML block, where Markdown is off, text is text too, and cannot end the block."""
    root = gfm.dom(f"<details><summary>x{markdown.html(raw)}x</summary>\n\nbody\n\n</details>")
    assert [tag for tag, _ in gfm.skeleton(root)] == ["body", "details", "summary", "p"]
    assert gfm.acts(root) == []
    assert squeezed(root.find(".//summary").text_content()) == squeezed(f"x{raw}x")


@given(TEXTS)
def test_fence_cannot_be_closed(raw: str) -> None:
    """Text in a block of code stays there, and is nothing to GitHub Pages."""
    line = text.clean(raw)
    fenced = markdown.fence(f"@misc{{x,\n  title = {{{line}}}\n}}", "bibtex")
    root = gfm.dom(f"before\n\n{fenced}\n\nafter")
    assert [tag for tag, _ in gfm.skeleton(root)] == ["body", "p", "pre", "code", "p"]
    assert not re.search(r"\{[{%:#]|\}\}", fenced)
    assert root.findtext(".//code").replace(" ", "") == f"@misc{{x,\ntitle={{{line}}}\n}}\n".replace(" ", "")


def test_fence_is_longer_than_any_in_it() -> None:
    """Also a line of backticks cannot close it."""
    assert markdown.fence("a\n`````\nb", "text") == "``````text\na\n`````\nb\n``````"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("plain words, (brackets) and 1.5% - no noise!", "plain words, (brackets) and 1.5% - no noise!"),
        ("a*b_c [d]", r"a\*b\_c \[d\]"),
        ("me@x.org", "me@<!-- -->x.org"),
        ("C# and #1", "C# and #<!-- -->1"),
        ("costs $5", "costs <span>$</span>5"),
        ("- no list", r"\- no list"),
        ("1984. A year", r"1984\. A year"),
        ("7)", r"7\)"),
        ("===", r"\==="),
        (": no definition", r"\: no definition"),
        ("    no code", " no code"),
        ("1.5 times", "1.5 times"),
        ("{{ x }}", "&#123;&#123; x &#125;&#125;"),
    ],
)
def test_the_source_stays_readable(line: str, expected: str) -> None:
    """Only what could act is escaped, so that the file reads well as it is."""
    assert markdown.inline(line) == expected


def test_marks_are_bold_and_in_links_underlined() -> None:
    """Overlapping and touching marks are one; in a link, which may be a heading, they are underlined."""
    assert markdown.inline("one two three", [(4, 6), (0, 3), (5, 7)]) == "<b>one</b> <b>two</b> three"
    assert markdown.inline("one two", [(0, 4), (4, 7)]) == "<b>one two</b>"
    assert markdown.link("one two", "#x", [(4, 7)]) == "[one <ins>two</ins>](#x)"
    assert markdown.inline("语音增强的新方法", [(0, 4)]) == "<b>语音增强</b>的新方法"


def test_paragraphs_keep_their_marks() -> None:
    """Newlines are breaks of paragraphs; a mark that crosses one is set in both."""
    assert markdown.paragraphs("one\n- two\nthree", [(0, 5), (12, 15)]) == "<b>one</b>\n\n<b>-</b> two\n\nth<b>ree</b>"


def test_what_is_markdown_already_is_left() -> None:
    """`escaped` and `joined` touch only what is not marked as safe."""
    assert markdown.joined([Markdown("**a**"), "*b*", 3], " | ") == r"**a** \| \*b\* \| 3"


def test_line_of_only_signs_is_still_a_link() -> None:
    """A title without a word leads somewhere too."""
    assert markdown.link("???", "#x") == "[???](#x)"
    assert markdown.link("$x$", "#x") == "[<span>$</span>x<span>$</span>](#x)"
