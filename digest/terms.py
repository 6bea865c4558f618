"""One term of a filter and how it is found in a text. Pure.

A term of words ignores case, accents, the difference between hyphen, blank and nothing, and English plurals.
What decides first is one substring test per term and text; only a hit is looked at closely, so a hundred terms
cost about what a bare scan costs (`make bench`).
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar, Protocol

from digest.errors import PatternTimeoutError
from digest.text import Folded, bare, fold, lower, plural

PATTERN_SECONDS = 0.25  # how long one regular expression may look at one text
MAX_TERM = 500  # characters
MAX_REPEATS = 100_000  # what the counts of a regular expression may multiply to: it is unrolled before it can be timed
MIN_PIECE = 3  # letters a blank may split off a word: `data set` is `dataset`, `in form` is not `inform`

Spans = tuple[tuple[int, int], ...]

_SCRIPTS = "\u2e80-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"  # without blanks
_RANGES = tuple(zip(_SCRIPTS[::3], _SCRIPTS[2::3], strict=True))
_LETTER = rf"[^\W_{_SCRIPTS}]"
_WORD = re.compile(rf"{_LETTER}{{2,}}\*|{_LETTER}+|[^\s\w-]|[_{_SCRIPTS}]")  # `A*` and `C*` are names
_PREFIX = re.compile(rf"(?<={_LETTER}{{2}})\*(?=$|[^\w*])")
_SEPARATOR = "[- \n]*"


class TermError(ValueError):
    """A term that cannot be used, with what to write instead; `at` is the offset of the trouble in it."""

    def __init__(self, message: str, at: int = 0) -> None:
        self.at = at
        super().__init__(message)


class Term(Protocol):
    """What a filter is made of."""

    @property
    def source(self) -> str:
        """The term as its owner wrote it."""

    @property
    def key(self) -> str:
        """What a text must hold, folded and squeezed, before it is worth a closer look."""

    def find(self, text: Folded) -> Spans:
        """Where the term stands in the text, as (start, end) of the unfolded text; empty when it does not."""


@dataclass(frozen=True)
class Substring:
    """The plain rule of older digests: anywhere, also inside of words; case is ignored and nothing else."""

    source: str
    key: ClassVar[str] = ""

    @cached_property
    def _lower(self) -> str:
        return lower(_PREFIX.sub("", self.source))

    def find(self, text: Folded) -> Spans:
        """Every occurrence."""
        if self._lower not in text.lower:
            return ()
        return tuple(match.span() for match in re.finditer(re.escape(self._lower), text.lower))


@dataclass(frozen=True)
class Words:
    """Whole words in a row; a word in capitals is matched as written, a word ending in `*` by its beginning.

    Characters of scripts that are written without blanks are words of their own, found anywhere.
    """

    source: str
    key: str = field(init=False, compare=False)
    _words: tuple[str, ...] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        words = tuple(_WORD.findall(bare(self.source)))
        object.__setattr__(self, "_words", words)
        object.__setattr__(self, "key", max((_parts(word)[0] for word in words), key=len))

    @cached_property
    def _names(self) -> tuple[str, ...]:
        """The words in capitals."""
        return tuple(_singular(word) for word in self._words if _capitals(word))

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        """The usual spellings, over the folded text; a group for each word in capitals."""
        return re.compile(_SEPARATOR.join(map(_word_pattern, self._words)))

    @cached_property
    def _joined(self) -> str:
        """All words in one, without its plural ending; nothing for a term that has no other spelling."""
        if "*" in self.source or (self._names and len(self._words) > 1):
            return ""
        return "".join((*map(fold, self._words[:-1]), _parts(self._words[-1])[0]))

    @cached_property
    def _apart(self) -> re.Pattern[str]:
        """The term with a hyphen or blank anywhere inside its words: `data set`, `GPT-4`."""
        return re.compile("[- ]?".join(map(re.escape, self._joined)) + _parts(self._words[-1])[1])

    def find(self, text: Folded) -> Spans:
        """Every occurrence as whole words."""
        if self.key not in text.squeezed or not all(name in text.as_written for name in self._names):
            return ()
        found = [*self._usual(text)]
        if self._joined and len(found) < text.squeezed.count(self._joined) > text.plain.count(self._joined):
            found = sorted({*found, *self._unusual(text)})
        return tuple(found)

    def _usual(self, text: Folded) -> Iterator[tuple[int, int]]:
        for match in self._pattern.finditer(text.plain):
            if _stands_alone(text.plain, match) and (not self._names or self._as_written(text, match)):
                yield text.span(*match.span())

    def _as_written(self, text: Folded, match: re.Match[str]) -> bool:
        written = (text.bare[slice(*match.span(group))] for group in range(1, len(self._names) + 1))
        return all(word in {name, f"{name}s"} for word, name in zip(written, self._names, strict=True))

    def _unusual(self, text: Folded) -> Iterator[tuple[int, int]]:
        own = {*map(fold, self._words)}
        for match in self._apart.finditer(text.plain):
            written = text.bare[slice(*match.span())].replace("-", "")
            as_written = all(written.replace(" ", "") in {name, f"{name}s"} for name in self._names)
            strange = [piece for piece in fold(written).split(" ") if piece not in own]
            if as_written and _is_whole(strange) and _stands_alone(text.plain, match):
                yield text.span(*match.span())


def _is_whole(pieces: list[str]) -> bool:
    """Whether pieces make one word: `data set`, `gpt 4`, `text to speech`; not `in form`."""
    ends = {*pieces[:1], *pieces[-1:]}
    return len(pieces) <= 1 or all(len(end) >= MIN_PIECE or end.isdigit() for end in ends)


@dataclass(frozen=True)
class Pattern:
    """A regular expression, case ignored, with a time limit: the `regex` library can be stopped, `re` cannot."""

    source: str  # with its slashes
    key: ClassVar[str] = ""

    @cached_property
    def _compiled(self) -> object:
        import regex  # noqa: PLC0415 - 15 ms that only those pay who write one

        return regex.compile(self.source[1:-1], regex.IGNORECASE)

    def check(self) -> None:
        """Raises TermError with the place when the expression cannot be compiled."""
        import regex  # noqa: PLC0415

        counts = re.findall(r"\{(?:\d*,)?(\d{1,9})", self.source)
        if math.prod(max(1, int(count)) for count in counts) > MAX_REPEATS:
            raise TermError("the regular expression repeats more than it can in time; write smaller counts")
        try:
            _ = self._compiled
        except (regex.error, ValueError) as error:
            at = getattr(error, "pos", None) or 0
            why = getattr(error, "msg", "it cannot be read")
            raise TermError(
                f"`{self.source[:60]}` is not a valid regular expression: {why}; correct it", at + 1
            ) from error

    def find(self, text: Folded) -> Spans:
        """Every non-empty match; raises PatternTimeoutError when one text takes too long."""
        import regex  # noqa: PLC0415

        pattern = self._compiled
        assert isinstance(pattern, regex.Pattern)  # noqa: S101 - for the type checker
        try:
            found = [m.span() for m in pattern.finditer(text.text, timeout=PATTERN_SECONDS)]
        except TimeoutError as error:
            raise PatternTimeoutError(self.source) from error
        return tuple(span for span in found if span[0] < span[1])


@dataclass(frozen=True)
class Person:
    """A followed author: full names in any order, initials of given names, with or without accents and hyphens."""

    source: str
    key: ClassVar[str] = ""

    @cached_property
    def _name(self) -> tuple[str, ...]:
        return _name(self.source)

    def find(self, text: Folded) -> Spans:
        """Which of the authors, given as one text with `; ` between them, are this person."""
        if self._name[-1] not in text.squeezed and self._name[0] not in text.squeezed:
            return ()
        authors = re.finditer(r"[^;\s][^;]*", text.text)
        return tuple(author.span() for author in authors if _same_person(self._name, _name(author[0])))


def _name(text: str) -> tuple[str, ...]:
    """`Li, Wei-Jun Jr.` -> (weijun, li)."""
    family, comma, given = fold(text).partition(",")
    whole = re.sub(r"(?<=[^\W_]{2})-(?=[^\W_]{2})", "", f"{given} {family}" if comma else family)
    return tuple(word for word in re.findall(r"[^\W_]+", whole) if word not in {"jr", "sr", "ii", "iii"}) or ("",)


def _same_person(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    orders = ("".join(one), "".join((*one[1:], one[0])))
    if sorted(one) == sorted(other) or "".join(other) in orders:
        return True
    (*given, family), (*other_given, other_family) = one, other
    if family != other_family or not given or not other_given:
        return False
    pairs = list(zip(given, other_given, strict=False))
    return all(a == b or (min(len(a), len(b)) == 1 and a[0] == b[0]) for a, b in pairs)


@dataclass(frozen=True)
class Word:
    """One of a field's values as a whole: a category (`cs.SD`, `cs.*`), a kind (`new`), a part of a name."""

    source: str
    key: ClassVar[str] = ""

    def find(self, text: Folded) -> Spans:
        """The values that are this one."""
        wanted = fold(self.source)
        head = wanted[:-1] if wanted.endswith("*") else None
        values = re.finditer(r"[^\s;]+", text.plain)
        found = (v for v in values if v[0] == wanted or (head is not None and v[0].startswith(head)))
        return tuple(text.span(*value.span()) for value in found)


def term(source: str, *, substring: bool = False) -> Term:
    """The term a person wrote: `enhanc*`, `text to speech`, `ASR`, `/wav2vec-?\\d/`, 语音.

    Raises TermError with what to write instead.
    """
    source = source.strip()
    if len(source) > MAX_TERM:
        raise TermError(f"a term of {len(source)} characters is longer than {MAX_TERM}; shorten it")
    if len(source) > 2 and source[0] == source[-1] == "/":  # noqa: PLR2004 - two slashes and something in between
        pattern = Pattern(source)
        pattern.check()
        return pattern
    if source.startswith("re:"):
        raise TermError(f"a regular expression stands between slashes: `/{source[3:40]}/`")
    source = re.sub(rf"(?<=[{_SCRIPTS}])\*", "", unicodedata.normalize("NFC", " ".join(source.split())))
    if not fold(source).strip("- *"):
        raise TermError("an empty term would match every paper; write a word, for example `speech`")
    if "*" in re.sub(rf"(?<={_LETTER})\*(?=$|[^\w*])", "", source):
        raise TermError(f"`*` can only end a word; write `enhanc*`, not `{source}`", source.index("*"))
    return Substring(source) if substring else Words(source)


def _capitals(word: str) -> bool:
    """ASR, TTS2, LLMs: written as it is because it is a name."""
    letters = [c for c in _singular(word) if c.isalpha()]
    return "".join(letters).isupper() and word[-1:] != "*" and len(word) > 1


def _singular(word: str) -> str:
    """`LLMs` -> `LLM`; other words as they are."""
    return word[:-1] if word[-1:] == "s" and len(word) > 2 and word[:-1].isupper() else word  # noqa: PLR2004


def _word_pattern(word: str) -> str:
    stem, endings = _parts(word)
    return f"({re.escape(stem)}{endings})" if _capitals(word) else re.escape(stem) + endings


def _parts(word: str) -> tuple[str, str]:
    """(what all forms of a term's word share, folded; a pattern of their endings)."""
    if word.endswith("*") and word != "*":
        return fold(word[:-1]), f"{_LETTER}*"
    return (fold(_singular(word)), "s?") if _capitals(word) else plural(fold(word))


def _stands_alone(text: str, match: re.Match[str]) -> bool:
    """Whether a match is not a piece of a longer word; CJK characters do not join Latin words."""
    start, end = match.span()
    before, after = text[start - 1 : start], text[end : end + 1]
    if not (before.isalnum() or after.isalnum()):
        return True
    return not (_joins(before) and _joins(match[0][0])) and not (_joins(after) and _joins(match[0][-1]))


def _joins(char: str) -> bool:
    return char.isalnum() and not any(first <= char <= last for first, last in _RANGES)
