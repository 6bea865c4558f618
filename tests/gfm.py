"""A page as GitHub's own parser reads it (cmark-gfm, all extensions, raw HTML left in), and what can be seen in it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import cmarkgfm
import lxml.html
from cmarkgfm.cmark import Options
from lxml.html import HtmlElement

EXTENSIONS = ["table", "autolink", "strikethrough", "tasklist"]
OPTIONS = Options.CMARK_OPT_UNSAFE | Options.CMARK_OPT_FOOTNOTES


def dom(text: str) -> HtmlElement:
    """The page's tree. `tagfilter` would hide what we look for, so it may have nothing to do."""
    html = cmarkgfm.markdown_to_html_with_extensions(text, OPTIONS, EXTENSIONS)
    assert html == cmarkgfm.markdown_to_html_with_extensions(text, OPTIONS, [*EXTENSIONS, "tagfilter"])
    root = lxml.html.fragment_fromstring(html, create_parent="body")
    for element in list(root.iter("code", "span")):
        _unwrap_math(element)
    _join_links(root)
    return root


def _unwrap_math(element: HtmlElement) -> None:
    """GitHub draws `$<code>x</code>$` as a formula, here it is the text `$x$`; `<span>$</span>` is a dollar."""
    if element.tag == "span":
        assert element.text in {"$", None}
        assert not element.attrib
    elif not (_before(element).endswith("$") and (element.tail or "").startswith("$")):
        return
    element.drop_tag()


def _before(element: HtmlElement) -> str:
    """The text directly before an element."""
    previous = element.getprevious()
    return (previous.tail if previous is not None else element.getparent().text) or ""


def _join_links(root: HtmlElement) -> None:
    """A link that was interrupted by formulas is one link: its later parts lose their tag."""
    for link in list(root.iter("a")):
        previous = next(link.itersiblings("a", preceding=True), None)
        if previous is not None and link.get("href") and previous.get("href") == link.get("href"):
            link.drop_tag()


def skeleton(root: HtmlElement) -> list[tuple[str, dict[str, str]]]:
    """The elements with their attributes, in order; marks set off words and are no part of it."""
    found = (element for element in root.iter() if isinstance(element.tag, str))
    return [(element.tag, dict(element.attrib)) for element in found if element.tag not in {"b", "ins"}]


def text_nodes(root: HtmlElement) -> Iterator[str]:
    """The pieces of text as GitHub's filters for mentions, references and emoji see them: not those of code blocks."""
    for element in root.iter():
        if (
            isinstance(element.tag, str)
            and element.tag != "pre"
            and (element.getparent().tag if element is not root else "") != "pre"
        ):
            yield element.text or ""
        if element is not root:
            yield element.tail or ""


def seen(root: HtmlElement) -> str:
    """What a reader sees, white space folded, without code blocks and comments."""
    for block in list(root.iter("pre")):
        block.drop_tree()
    return " ".join(str(root.text_content()).split())


ACTIVE = re.compile(r"@\w|#\d|GH-\d|:(?!\d\d?:)[\w+-]+:|://|www\.", re.IGNORECASE)


def acts(root: HtmlElement) -> list[str]:
    """The pieces of text in which GitHub would find a mention, a reference, an address or an emoji."""
    return [node for node in text_nodes(root) if ACTIVE.search(node)]
