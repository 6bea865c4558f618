"""Text in an issue: a page of a repository may say `@name`, an issue that says it sends that person a mail."""

from __future__ import annotations

import re
from urllib.parse import unquote

import cmarkgfm
import lxml.etree
import lxml.html
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from digest import markdown
from digest.channels.issue import MARKER, quiet
from tests import gfm

CALLS = re.compile(r"@\w|#\d|(?<![a-z0-9])gh-\d|/(?:issues|pull|discussions)/\d", re.IGNORECASE)


def calls(text: str) -> list[str]:
    """What GitHub would act upon in an issue: in its texts once comments are gone, and where its links lead."""
    html = cmarkgfm.markdown_to_html_with_extensions(text, gfm.OPTIONS, gfm.EXTENSIONS)
    root = lxml.html.document_fromstring(f"<body>{html}")
    lxml.etree.strip_tags(root, lxml.etree.Comment)
    links = [unquote(value) for element in root.iter() for value in element.attrib.values()]
    return [found for piece in [*root.itertext(), *links] for found in CALLS.findall(str(piece))]


ACTING = [
    "@ada", "x @ada/team y", "(@ada)", "a@b.example", "@<!-- -->ada", r"\@ada", "&#64;ada", "&#x40;ada", "&commat;ada",
    "&#064;ada", "#1", "o/r#12", "#<!-- -->1", r"\#1", "&#35;1", "&num;1", "#&#49;", "GH-1", "gh-12", r"GH\-1",
    "GH-<!-- -->1", "GH<!-- -->-1", "G<!-- -->H-1", "&#71;H-1", "GH&#45;1", "GH-&#x31;",
    "https://github.com/o/r/issues/1", "www.github.com/o/r/pull/2", "[x](https://github.com/o/r/discussions/3)",
    r"[x](https://github.com/o/r/issues\/1)", "[x](https://github.com/o/r/iss&#117;es/1)", "<https://github.com/o/r/pull/1>",
    "[x](https://github.com/o/r/issues&sol;1)", "[x](https://github.com/o/r/issues/%31)",
]  # fmt: skip


@pytest.mark.parametrize("text", ACTING)
def test_nothing_calls(text: str) -> None:
    """Each of these would act in an issue, and does not once it is quiet."""
    assert calls(text)
    assert calls(quiet(text)) == []


PLAIN = [
    "# Title\n\n- one\n- two", "**a** &amp; b &lt;c&gt; &#123;", "`x`", "[x](https://a.example/runs/1)", "2031-07-08",
    "high-5", "5 > 3 #hash", "<details>\n\nx\n\n</details>", MARKER,
]  # fmt: skip


@pytest.mark.parametrize("text", PLAIN)
def test_what_does_not_act_stays_as_it_is(text: str) -> None:
    """Headings, lists, entities, links and dates are untouched."""
    assert quiet(text) == text


@pytest.mark.parametrize("text", ["@ada and a@b.example", "o/r#12, GH-1", "see github.com/o/r/issues/1", "\\@ada"])
def test_quiet_text_reads_the_same(text: str) -> None:
    """What is put in between has no width."""
    assert quiet(text).replace("\u200b", "") == text


PIECES = st.sampled_from(
    [*ACTING, *"@#&;<>-!\\`*_[]()Gh1x /%a.\n\u200b", "<!--", "-->", "amp;", "#x", "issues", "<b>", "</b>"]
)


@given(st.lists(PIECES, max_size=8).map("".join))
@example("&amp;#64;ada")
@example("&&#35;#1")
def test_no_mixture_calls(text: str) -> None:
    """However the pieces are put together, quiet text calls nobody, and is not changed any more."""
    assert calls(quiet(text)) == []
    assert quiet(quiet(text)) == quiet(text)


@given(st.lists(PIECES, max_size=8).map("".join))
def test_escaped_text_becomes_quiet_too(text: str) -> None:
    """Text that was escaped for pages holds by comments, which fall away in issues; it reads the same afterwards."""
    written = markdown.inline(text)
    assert calls(quiet(written)) == []
    assert gfm.seen(gfm.dom(quiet(written))).replace("\u200b", "") == gfm.seen(gfm.dom(written)).replace("\u200b", "")
