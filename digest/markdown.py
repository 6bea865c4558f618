"""Foreign text as GitHub's Markdown that shows exactly that text: nothing in it can act. Pure.

`Markdown` marks text that is safe to write; everything else is escaped where it is put out (see `render`).
The rules were proven on GitHub's own parser (tests/test_markdown.py); why each is needed is said beside it.
What GitHub's math can and cannot do: https://github.com/nschloe/github-math-bugs, github/markup #1688 and #1742.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

MAX_MATH = 600
MATH_BUDGET = 1900  # GitHub draws a page's formulas up to a cost of 2000: one for each, one more for each `{` in it


class Markdown(str):
    """Text that is Markdown already; `__html__` is how Jinja asks for that."""

    __slots__ = ()

    def __html__(self) -> str:
        """The text as it is."""
        return str(self)


_CUT = "<!-- -->"  # seen by nobody, and no mention, reference or address reaches over it
_ESCAPES = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    "{": "&#123;",  # `{{` and `{%` would be Liquid to GitHub Pages, `{:` an attribute list to kramdown
    "}": "&#125;",
    "@": f"@{_CUT}",  # the one thing that stops mentions and e-mail links
    "$": "<span>$</span>",  # GitHub's documented way to keep a dollar from opening math
    "#": f"#{_CUT}",
    ":": f":{_CUT}",
    "-": f"-{_CUT}",
    ".": f"{_CUT}.",
    **{char: f"\\{char}" for char in "\\`*_[]|~"},
}
_REACHING = (
    r"|(?<=www)\.|:(?=//)"  # addresses
    r"|#(?=\d)|(?<=GH)-(?=\d)"  # issue references
    r"|:(?=[\w+-]+(?::|$))"  # emoji; the second colon may be ours
)
_SPECIAL = re.compile(rf"[&<>{{}}@$\\`*_\[\]|~]{_REACHING}", re.IGNORECASE)
_SPECIAL_IN_HTML = re.compile(rf"[&<>{{}}@$]{_REACHING}", re.IGNORECASE)
_BLOCK_START = re.compile(r"^(?:([-+=#:])|(\d{1,9})([.)])(?=\s|$))")
# What would end a line, turn the page around or not be written at all; `text.clean` leaves none, other texts may.
_STRAY = re.compile("[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")

_MATH = re.compile(
    rf"\$\$(?P<display>[^$]{{1,{MAX_MATH}}})\$\$"
    rf"|\$(?![A-Z_]{{2,}}[^$]*\$\w)"  # $HOME/$USER
    rf"(?P<inline>(?=\S)(?:[^$\\]|\\.){{0,{MAX_MATH}}}?(?<=\S))\$(?!\d)"
    rf"|\\\((?P<round>.{{1,{MAX_MATH}}}?)\\\)|\\\[(?P<square>.{{1,{MAX_MATH}}}?)\\\]"
)
_MONEY = re.compile(r"\d[\d.,]*\s+[A-Za-z]{2,}\s")  # between $5 and 10$
_FORBIDDEN = re.compile(
    r"[`@]|\\#\d|(?i:GH-\d|://|www\.)|:(?!\d\d?:)[\w+-]+:"  # ends the code, or would act: GitHub looks into math too
    r"|\\\\\s*\*?\s*\["  # a row of any height
    r"|\\begin(?!\{(?:[pbBvV]?matrix|smallmatrix|array|cases|aligned|gathered|split)\})"
    r"|\\(?:href|url|html|require|class|style|cssId|data|action|toggle|tooltip|texttip|mathtip|mmlToken|enclose|verb"
    r"|include|input|special|immediate|write|openout|unicode|U?char|mathchar"  # acts, or reads
    r"|[a-zA-Z]*def|let|futurelet|global|(?:re)?new|Newextarrow|provide|Declare|catcode|csname|expandafter"
    r"|operatorname|label|[a-z]*ref|tag|cite"  # defines, or names
    r"|[rR]ule|Space|above(?:withdelims)?|atop(?:withdelims)?|genfrac|overbracket|underbracket|raise|lower|move|m?kern|[hvm]?skip|[hvm]?space|hfil|[hv]?phantom|smash|math[lrc]lap|[lrc]lap|mathchoice"
    r"|tiny|[lL]arge|LARGE|[hH]uge|font|(?:scale|resize|rotate|reflect|f|h|v|b)box|[a-zA-Z]*color)"  # draws
)
_TEXTUAL = re.compile(r"\\(?:text|mbox|begin)")
_OPERATOR = re.compile(r"\\operatorname\*?\s*\{([^{}]*)\}")
_TOKEN = re.compile(r"\\(?:[a-zA-Z]+|.)|[|<>]")
_TOKENS = {r"\|": r"\Vert ", "|": r"\vert ", r"\mbox": r"\text", "<": " < ", ">": " > "}
_WRITTEN = re.compile(r"\$`([^`\n]+)`\$")


def inline(text: str, marks: Iterable[tuple[int, int]] = ()) -> Markdown:
    """One line of text: escaped, honest math kept as GitHub's `` $`…`$ ``, the marked (start, end) pieces bold."""
    return Markdown("".join(piece for piece, _ in _pieces(text, marks)))


def escaped(value: object) -> Markdown:
    """Any value as it may be put out: text that is safe already, which it says by `__html__`, is left as it is."""
    return Markdown(value) if hasattr(value, "__html__") else inline(str(value))


def joined(values: Iterable[object], separator: object = "") -> Markdown:
    """The values one after another, with a separator between."""
    return Markdown(escaped(separator).join(map(escaped, values)))


def link(text: str, address: str, marks: Iterable[tuple[int, int]] = ()) -> Markdown:
    """A line of text that leads to an address of ours; marked pieces are underlined, since a heading is bold already.

    GitHub draws no math in a link, so a formula interrupts it.
    """
    pieces = list(_pieces(text, marks, "ins"))
    if not any(words for _, words in pieces):
        return Markdown(f"[{_plain(text)}]({address})")
    return Markdown("".join(_linked(piece, address) if words else piece for piece, words in pieces))


def paragraphs(text: str, marks: Iterable[tuple[int, int]] = ()) -> Markdown:
    """Text whose newlines are paragraph breaks."""
    spans = tuple(marks)
    out: list[str] = []
    at = 0
    for line in text.split("\n"):
        out.append(inline(line, [(max(a - at, 0), min(b - at, len(line))) for a, b in spans]))
        at += len(line) + 1
    return Markdown("\n\n".join(out))


def code(text: str) -> Markdown:
    """A term as it was written, in code type."""
    return Markdown(f"<code>{_plain(text)}</code>")


def fence(text: str, language: str) -> Markdown:
    """A block of code that its content cannot close, nor mean anything to GitHub Pages."""
    longest = max(map(len, re.findall(r"`+", text)), default=0)
    ticks = "`" * max(3, longest + 1)
    return Markdown(f"{ticks}{language}\n{_apart(text)}\n{ticks}")


def html(text: str) -> Markdown:
    """A line of text inside of an HTML block such as `<summary>`, where Markdown is off."""
    line = " ".join(_STRAY.sub(" ", text).split())
    return Markdown(_SPECIAL_IN_HTML.sub(lambda match: _ESCAPES[match[0]], line))


def rationed(page: str) -> str:
    """A page whose formulas GitHub will all draw: after `MATH_BUDGET` they are shown as code, not as errors."""
    left = MATH_BUDGET

    def kept(formula: re.Match[str]) -> str:
        nonlocal left
        left -= 1 + formula[0].count("{")
        return formula[0] if left >= 0 else f"`{formula[1]}`"

    return _WRITTEN.sub(kept, page)


def formulas(text: str) -> Iterator[tuple[int, int, str]]:
    """(start, end, TeX) of each piece of math in a text that may stand as math."""
    at = 0
    while (match := _MATH.search(text, at)) is not None:
        tex = next(group for group in match.groups() if group is not None)
        honest = honest_math(tex)
        if honest:
            yield match.start(), match.end(), " ".join(tex.split())
        at = match.end() if honest else match.start() + 1


def honest_math(tex: str) -> bool:
    """Whether TeX is short, closed in itself, and without commands that draw, define or link; and not money."""
    bare = re.sub(r"\\.", "", tex)
    if not tex.strip(" \\") or tex.endswith("\\") or len(tex) > MAX_MATH or not _closed(tex, bare):
        return False
    if re.search("[$%#]", bare) or ("&" in bare and r"\begin" not in tex):
        return False
    barred = "|" in tex and _TEXTUAL.search(tex)  # a bar in words or between columns has no other spelling
    return not (barred or _MONEY.match(tex) or _FORBIDDEN.search(_OPERATOR.sub("", tex)))


def _closed(tex: str, bare: str) -> bool:
    """Whether braces, brackets of a growing size and environments come in pairs."""
    depth = 0
    for char in bare:
        depth += (char == "{") - (char == "}")
        if depth < 0:
            return False
    names = re.findall(r"\\(left|right|begin|end)(?![a-zA-Z])", tex)
    return depth == 0 and names.count("left") == names.count("right") and names.count("begin") == names.count("end")


def _pieces(text: str, marks: Iterable[tuple[int, int]], tag: str = "b") -> Iterator[tuple[str, bool]]:
    """The text as pieces of Markdown; True for those that are words, False for formulas and what stands between."""
    text = _STRAY.sub(" ", text)
    merged = _merged(marks)
    at = 0
    for start, end, tex in formulas(text):
        if at < start:
            yield _marked(text, (at, start), merged, tag), _has_words(text[at:start])
        # GitHub does not see math directly after a letter or after other math.
        follows = text[start - 1 : start].isalnum() or 0 < at == start
        yield f"{'<span></span>' if follows else ''}$`{_github(tex)}`$", False
        at = end
    if at < len(text):
        yield _marked(text, (at, len(text)), merged, tag), _has_words(text[at:])


def _has_words(text: str) -> bool:
    return any(map(str.isalnum, text))


def _linked(piece: str, address: str) -> str:
    words = piece.strip()
    before, _, after = piece.partition(words)
    return f"{before}[{words}]({address}){after}"


def _merged(marks: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Overlapping and touching pieces as one."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(marks):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _marked(text: str, piece: tuple[int, int], marks: list[tuple[int, int]], tag: str) -> str:
    """A plain piece (start, end) of the text with the marks that fall into it."""
    parts: list[str] = []
    at, end = piece
    for a, b in marks:
        a, b = max(a, at), min(b, end)  # noqa: PLW2901 - a mark cut to the piece
        if a < b:
            parts += [_escaped(text[at:a]), f"<{tag}>", _escaped(text[a:b]), f"</{tag}>"]
            at = b
    marked = "".join((*parts, _escaped(text[at:end])))
    return _at_line_start(marked) if piece[0] == 0 else marked


def _plain(text: str) -> str:
    """A line of its own without math and marks."""
    return _at_line_start(_escaped(" ".join(_STRAY.sub(" ", text).split())))


def _escaped(text: str) -> str:
    return _SPECIAL.sub(lambda match: _ESCAPES[match[0]], text)


def _at_line_start(markdown: str) -> str:
    """With an escape before what is a list, a heading, a rule or an indented block at the start of a line only."""
    line = markdown.lstrip()
    escaped = _BLOCK_START.sub(lambda m: f"\\{m[1]}" if m[1] else f"{m[2]}\\{m[3]}", line)
    return f" {escaped}" if len(line) < len(markdown) else escaped


def _github(tex: str) -> str:
    r"""The same formula without what GitHub stumbles over: `|` ends a table's cell even in code, `<` next to a letter
    is taken for a tag, and `\operatorname` and `\mbox` are not allowed.
    """
    tex = _OPERATOR.sub(r"\\mathop{\\mathrm{\1}}", tex)
    return " ".join(_apart(_TOKEN.sub(lambda token: _TOKENS.get(token[0], token[0]), tex)).split())


def _apart(text: str) -> str:
    """Two braces in a row are Liquid to GitHub Pages; TeX and BibTeX do not mind a blank between them."""
    return re.sub(r"\{(?=[{%#:])", "{ ", re.sub(r"\}(?=\})", "} ", text))
