"""Text from outside made clean, and made comparable. Pure.

`clean` is applied once, where foreign text enters; `Folded` is how terms see it.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cached_property

# Controls, non-characters, tag characters, bidirectional controls (they can turn the rest of a page around),
# soft hyphens and zero-width spaces (they hide words); ZWNJ and ZWJ stay, Persian and emoji need them.
_DROPPED = re.compile(
    "[\u0000-\u0008\u000e-\u001b\u007f-\u0084\u0086-\u009f\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060"
    "\u2066-\u2069\ufdd0-\ufdef\ufeff\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f]"
)
_SPACE = re.compile(r"[\s\u001c-\u001f\u0085\u2028\u2029\u3164]+")
_SURROGATE = re.compile("[\ud800-\udfff]")
_MARKS = re.compile(
    r"((?:[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]){8})"
    r"[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+"
)
_JOINERS = re.compile("[\u200c\u200d\ufe00-\ufe0f]{3,}")
_PARAGRAPH = re.compile(r"\n\s*\n|\n(?=[ \t]{2,})")


def clean(text: str) -> str:
    """One line of honest text: no controls, no direction tricks, white space folded, NFC."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    text = _DROPPED.sub("", _SURROGATE.sub("\ufffd", text))
    text = unicodedata.normalize("NFC", _SPACE.sub(" ", text).strip())
    return _JOINERS.sub("", _MARKS.sub(r"\1", text))


def paragraphs(text: str) -> str:
    """`clean`, keeping paragraph breaks as single newlines (arXiv marks them by a blank or an indented line)."""
    return "\n".join(filter(None, map(clean, _PARAGRAPH.split(text))))


def is_word(text: str) -> bool:
    """Whether a text has a letter or digit in it: a lone colon in a list of authors has none."""
    return any(map(str.isalnum, text))


_ACCENT = re.compile(
    r"""\{?\\(?:["'`^~=.]\s*(?:\{\\?[A-Za-z]\s*\}|\\[ij](?![A-Za-z])(?:\s(?=[a-z]))?|[A-Za-z])"""  # \"o \'{e} \'\i
    r"""|[uvHtcdbkr](?:\s*\{\\?[A-Za-z]{1,2}\s*\}|\s+\\?[A-Za-z])"""  # \v{s} \c c
    r"""|(?:aa|AA|ae|AE|oe|OE|ss|dh|DH|th|TH|ng|NG|o|O|l|L|i|j)(?![A-Za-z])(?:\{\}|\s(?=[a-z]))?)\}?"""  # \o \L{}
)
_ESCAPED = re.compile(r"\\([%&_#$])")
_TEX_MATH = re.compile(r"((?<!\\)\$\$.+?\$\$|(?<!\\)\$(?:\\.|[^$\\])+\$|\\\(.+?\\\)|\\\[.+?\\\])", re.DOTALL)


def from_tex(text: str) -> str:
    r"""Raw TeX of a feed -> Unicode: `Schr\"odinger`, `S{\o}ren`, `95\%`. Math between dollars is left as it is.

    Accents only, as arXiv's own pages do it; the library converts them one by one, so that what it does not know
    elsewhere in a text cannot be lost.
    """
    if "\\" not in text:
        return text
    return "".join(part if index % 2 else _without_tex(part) for index, part in enumerate(_TEX_MATH.split(text)))


def _without_tex(text: str) -> str:
    return _ESCAPED.sub(r"\1", _ACCENT.sub(lambda match: _accented(match[0]), text))


def _accented(piece: str) -> str:
    """One accent macro as a character; braces are dropped only in pairs."""
    from pylatexenc.latex2text import LatexNodes2Text  # noqa: PLC0415 - only feeds carry raw TeX

    opened, closed = piece.startswith("{"), piece.count("}") > piece.count("{", 1 if piece[0] == "{" else 0)
    if opened and not closed:
        return "{" + _accented(piece[1:])
    if closed and not opened:
        return _accented(piece[:-1]) + "}"
    converted: str = LatexNodes2Text().latex_to_text(piece).strip()
    return converted or piece


_LETTERS = str.maketrans({"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ħ": "h", "Ħ": "H", "ı": "i",
                          "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "\u2212": "-"})  # fmt: skip
_VOICED = "\u3099\u309a"  # the marks that make か into が: another letter, not an accent
_MARK = {"Mn", "Me", "Cf"}  # accents, and what cannot be seen


class _Bare(dict[int, str]):
    """A `str.translate` table that learns: each character once, to its plain form(s).

    Characters that become another number of characters are remembered in `uneven`, since they move offsets.
    """

    def __init__(self) -> None:
        self.uneven: set[str] = set()

    def __missing__(self, code: int) -> str:
        char = chr(code)
        plain = _plain(char)
        if len(plain) != 1:
            self.uneven.add(char)
        self[code] = plain
        return plain


def _plain(char: str) -> str:
    """One character for comparison; as long as its lower-case form, so that both share their offsets."""
    if unicodedata.category(char) == "Pd":
        return "-"
    kept = (c for c in unicodedata.normalize("NFKD", char) if c in _VOICED or unicodedata.category(c) not in _MARK)
    plain = unicodedata.normalize("NFKC", "".join(kept)).translate(_LETTERS)
    folded = plain.casefold()
    return plain if len(plain) == len(folded) else folded


_BARE = _Bare()
_SQUEEZE = {ord("-"): None, ord(" "): None, ord("\n"): None}


def bare(text: str) -> str:
    """A text without accents, invisible characters and compatibility forms, with one kind of dash; capitals stay."""
    return text if text.isascii() else text.translate(_BARE)


def fold(text: str) -> str:
    """The form in which terms and texts meet: `bare`, in lower case."""
    return bare(text).casefold()


class Folded:
    """A text beside its folded form; `span` leads from a place in the folded form back to the text.

    `bare` and `plain` are the same with and without capitals, place by place.
    """

    __slots__ = ("__dict__", "bare", "plain", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.bare = bare(text)
        self.plain = self.bare.casefold()

    @cached_property
    def squeezed(self) -> str:
        """The folded form without hyphens and blanks: what every spelling of a term has in common."""
        return self.as_written.casefold()

    @cached_property
    def as_written(self) -> str:
        """The same with its capitals."""
        return self.bare.translate(_SQUEEZE)

    @cached_property
    def lower(self) -> str:
        """The text in lower case and nothing else, place by place (`İ` alone would become two characters)."""
        return lower(self.text)

    @cached_property
    def _origins(self) -> list[int] | None:
        """The place in the text of each folded character, and the text's end; None where they are the same."""
        if self.text.isascii() or _BARE.uneven.isdisjoint(self.text):
            return None
        return [at for at, char in enumerate(self.text) for _ in _BARE[ord(char)]] + [len(self.text)]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The (start, end) in the text of a non-empty piece of the folded form, with the accents that belong to it."""
        origins = self._origins
        return (start, end) if origins is None else (origins[start], max(origins[end], origins[end - 1] + 1))


def lower(text: str) -> str:
    """Lower case that keeps every character's place."""
    return text.replace("\u0130", "i").lower()


SHORTEST = 3  # letters of a word that can have a plural
_ONE_FORM = {"new", "news"}  # not each other's plural
_IRREGULAR = {
    "corp": "(?:us|ora|uses)", "spectr": "(?:um|a|ums)", "matri": "(?:x|ces|xes)", "vert": "(?:ex|ices|exes)",
    "ind": "(?:ex|ices|exes)", "criteri": "(?:on|a|ons)", "phenomen": "(?:on|a|ons)", "child": "(?:ren)?",
    "thes": "(?:is|es)",
}  # fmt: skip
_REGULAR = (  # (ending of the word as written, letters to cut, endings of all forms)
    (r"[^aeiou]y$", 1, "(?:y|ies)"),  # study
    (r"..ies$", 3, "(?:y|ies|ie)"),  # studies, movies
    (r".[sx]is$", 2, "(?:is|es)"),  # analysis, axis
    (r"(?:..[osz]|.x|.[cs]h)es$", 2, "(?:is|e?s|e)?"),  # analyses, losses, phrases, speeches, echoes
    (r"(?:ss|[xz]|[cs]h)$", 0, "(?:es)?"),  # loss, box, speech
    (r"[^aeiou]o$", 0, "(?:e?s)?"),  # echo
    (r"...s$", 1, "(?:s(?:es)?)?"),  # models, bias
    (r"s$", 0, "(?:es)?"),  # gas
)


def plural(word: str) -> tuple[str, str]:
    """(the part all forms share, a pattern of the endings) of an English word; other words have one form."""
    if not (word.isascii() and word.isalpha()) or len(word) < SHORTEST or word in _ONE_FORM:
        return word, ""
    for stem, endings in _IRREGULAR.items():
        if re.fullmatch(stem + endings, word):
            return stem, endings
    for ending, cut, endings in _REGULAR:
        if re.search(ending, word):
            return word[: len(word) - cut], endings
    return word, "s?"
