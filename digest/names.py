"""Whether the models, data sets and methods that a summary names in Latin letters stand in its source.

A name is known under every spelling of it (case, hyphens, plurals, `CIFAR-10/100`), by the initials of its long form
(`word error rate`: WER) and by its long form where the source has the initials.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cached_property, lru_cache

from digest.models import Doubt
from digest.units import UNITS
from digest.vocabulary import COMMON, LEAD_TO

_TOKEN = re.compile(
    r"(?<![A-Za-z0-9])(?:[A-Za-z][A-Za-z0-9]{0,60}|(?<![.,])[0-9]{1,4}(?![kKMBGT](?![A-Za-z0-9]))[A-Z][A-Za-z0-9]{0,20})(?:[-_.+/&@'^*][A-Za-z0-9]{1,40}){0,8}"
)
_PIECES = re.compile(r"[^A-Za-z0-9]+")
_CAMEL = re.compile(r"[A-Z]{2,}(?![a-z])|[A-Z]?[a-z]+|[A-Z]+(?=[A-Z][a-z])|[0-9]+|[A-Z]")
TWO, LENT = 2, 3  # letters that tell nothing; letters a word may lend
_LETTERS = re.compile(r"[A-Za-z]+")
_SHORT_FORM = re.compile("[A-Z][A-Z0-9]{1,3}")
_HAN_BEFORE = re.compile("[\u4e00-\u9fff]{3}(?<!方法|算法|基线|系统|基准)(?<!数据集)$")
_EPONYM = re.compile("[A-Z][a-z]{3,12}(?:ian|ean)s?")  # Laplacian, Hamiltonian, Euclidean
_CAPITALS = re.compile("[A-Z][A-Z0-9]{2,}")
_WORDS = re.compile("[a-z0-9]+")
_NO_LETTER, _ACCENT = re.compile(r"[\W_]+"), re.compile("[\u0300-\u036f]")
_LATIN_1, _HAN = re.compile("[ß-öø-ÿā-ž]"), re.compile("[\u4e00-\u9fff]")
_RISE, _INDEX = re.compile(r"[+@](?=[0-9])"), re.compile("[a-z][-+*/][0-9a-z]")  # CTR+8.18%, mAP@0.5; k-1
CAPITAL_NOUNS = frozenset(["de", "lb"])
_NOUN = re.compile("[A-Z][a-z]+(?:-[A-Z]?[a-z]+)*")
_ROMAN = re.compile(r"[IVX]+")
_SENTENCE = re.compile(r"(?:^|[.!?:;。!?:;、\n*\"“(\[-])[ ]*$")
_PARTICLES = frozenset(
    ["of", "the", "a", "an", "and", "for", "in", "on", "to", "with", "by", "from", "via", "as", "at", "is", "or"]
)
_PREFIXES = re.compile(
    "^(auto|hyper|multi|inter|intra|photo|electro|bio|neuro|micro|nano|trans|back|meta|semi|self|super|sub|over|under|cross"
    "|non|pre|post|spatio|geo|tele|video|audio|text|data|uni|bi|tri|un|re|de|co)([a-z]{3,})$"
)
SHORT, LONG, STEM = 4, 9, 5
MOST = 200  # different names of an answer that are looked at
MOST_LOOKUPS = 60  # names that need the slow ways; an answer with more is not worth them


@lru_cache(maxsize=4096)
def key(name: str) -> str:
    """What all spellings of a name have in common: its letters and digits, small, without accents."""
    return _NO_LETTER.sub("", unaccented(name).lower())


def unaccented(text: str) -> str:
    """A text with plain letters in the place of accented ones, as far as they have any."""
    return text if text.isascii() else _ACCENT.sub("", unicodedata.normalize("NFKD", text))


class Names:
    """The names of a source, ready to be asked for another."""

    def __init__(self, text: str) -> None:
        self.text = unaccented(text)
        self.low = self.text.lower()
        self.lookups = 0

    @cached_property
    def words(self) -> list[str]:
        """Every word in small letters, in reading order."""
        return _WORDS.findall(self.low)

    @cached_property
    def squeezed(self) -> str:
        """All letters and digits."""
        return _NO_LETTER.sub("", self.low)

    @cached_property
    def tokens(self) -> frozenset[str]:
        """Every word, whole name and part of a name, in small letters."""
        whole = [match[0] for match in _TOKEN.finditer(self.text)]
        pieces = {piece for name in whole for piece in _PIECES.split(name)}
        parts = [part for piece in pieces if not piece.islower() for part in _CAMEL.findall(piece)]
        parts += [glued[0] for glued in map(_CAPITALS.match, pieces) if glued]  # the RTSTdataset
        return frozenset(map(key, {*whole, *pieces, *parts, *self.words}))

    @cached_property
    def initials(self) -> tuple[str, ...]:
        """The first letters of all words in a row; without particles; with compounds (`multimodal`) taken apart."""
        content = [word for word in self.words if word not in _PARTICLES]
        apart = [piece for word in content for piece in (_PREFIXES.sub(r"\1 \2", word)).split()]
        return tuple("".join(word[0] for word in words) for words in (self.words, content, apart))

    @cached_property
    def stems(self) -> frozenset[str]:
        """The beginnings of all words."""
        return frozenset(word[:STEM] for word in self.tokens)

    def knows(self, name: str) -> bool:
        """Whether a name, or all its parts, stand in the source in some spelling."""
        if self._spelt(name):
            return True
        if re.search("[/+&]", name):
            return all(self.knows(part) or _dull(part) for part in re.split("[/+&]", name) if part)
        if re.search("[0-9]", name):
            joined = name.split("-")  # 2D-3D; not GPT-4
            return len(joined) > 1 and all(len(key(p)) >= TWO and _LETTERS.search(p) and self._spelt(p) for p in joined)
        parts = [part for part in _PIECES.split(name) if part]
        if len(parts) == 1:  # each part of `GraphCodeBERT` must be there
            camel = _CAMEL.findall(name)
            known = (key(part) in self.tokens or (len(part) > TWO and self._spelt(part)) for part in camel)
            return len(camel) > 1 and all(known)
        return all(_dull(part) or self._spelt(part) for part in parts)

    def _spelt(self, name: str) -> bool:
        """Whether one name stands in the source: as it is, in the plural, numbered, abbreviated or written out."""
        one = key(name)
        short = one.removesuffix("s") if len(one) > TWO else one
        if one in self.tokens or short in self.tokens or short + "s" in self.tokens or short in COMMON:
            return True
        long = len(short) > SHORT or (len(short) == SHORT and not short.isalpha())
        if long and short in self.squeezed:
            return True
        if (
            name.isupper()
            and len(name) > TWO
            and any(each.endswith(short) for each in self.tokens if len(each) <= len(short) + LENT)
        ):
            return True
        if (
            one.isalpha()
            and len(one) > STEM
            and not name.isupper()
            and one[:STEM] in self.stems
            and not re.search("[A-Z]", name[1:])
        ):
            return True
        bits = re.fullmatch("(?:int|fp|bf)([0-9]{1,2})", one)
        return (
            bool(bits and bits[1] in self.tokens)
            or self._numbered(name)
            or any(map(self._abbreviated, dict.fromkeys((one, short))))
        )

    def _numbered(self, name: str) -> bool:
        """`CIFAR-100` in `CIFAR-10 and 100`, `Llama3` in `Llama 2 and 3`: the name, and its number close behind."""
        match = re.fullmatch(r"([A-Za-z]{2,40})[-_ ]?([0-9]{1,4}(?:\.[0-9]{1,2})?[A-Za-z]?)", name)
        if not match:
            return False
        first, number = map(re.escape, (match[1].lower(), match[2].lower()))
        between = r"s?[-_ ]?[0-9.]{1,5}[a-z]?(?:,|/| and| or|&)[ ]?[0-9.a-z,/ &-]{0,24}?(?<![0-9.])"
        near = rf"{first}{between}{number}(?![0-9])"
        return bool(re.search(near, self.low))

    def _abbreviated(self, short: str) -> bool:
        """Whether a short form stands for words of the source."""
        lead = LEAD_TO.get(short)
        if lead and re.search(lead, self.low, re.I):
            return True
        letters = short.replace("2", "t").replace("4", "f")
        solid = re.fullmatch("([2-4]d)([a-z]{2,})", short)
        if solid:  # 3DGS
            return solid[1] in self.tokens and any(solid[2] in row for row in self.initials)
        if not letters.isalpha() or len(letters) > LONG:
            return False
        if len(letters) <= TWO:
            return letters == short
        return any(letters in row for row in self.initials) or self._prefixed(letters)

    def _prefixed(self, letters: str) -> bool:
        """`LoRA` of `low-rank adaptation`: each word in a row gives its first one to three letters."""
        self.lookups += 1
        if self.lookups > MOST_LOOKUPS:
            return False
        words = [word for word in self.words if word not in _PARTICLES]
        starts = [at for at, word in enumerate(words) if word[0] == letters[0]]
        return any(_begins(letters, words, at, 0) or _spread(letters, words, at) for at in starts)


def _begins(letters: str, words: list[str], at: int, used: int) -> bool:
    """Whether the words from `at` on give the letters, at least two words taking part."""
    if not letters:
        return used > 1
    if at >= len(words):
        return False
    return any(
        words[at].startswith(letters[:size]) and _begins(letters[size:], words, at + 1, used + 1)
        for size in range(1, min(LENT, len(letters)) + 1)
    )


def _spread(letters: str, words: list[str], at: int) -> bool:
    """Whether two words with one between them give the letters: `GALaxy evolution EXplorer`."""
    ahead = words[at + 2] if at + 2 < len(words) else ""
    halves = ((letters[:size], letters[size:]) for size in range(TWO, len(letters) - 1))
    return any(words[at].startswith(one) and ahead.startswith(two) for one, two in halves)


def _dull(word: str) -> bool:
    """Whether a part of a name says nothing by itself: small letters, a number, one or two letters."""
    return word.islower() or word.isdigit() or len(word) <= TWO or word.lower() in COMMON


def _is_name(word: str, answer: str, at: int, latin: bool) -> bool:
    """Whether a word names something: capitals or digits within, or a capital where no sentence begins."""
    if len(word) < TWO or (word.islower() and not (re.search("[0-9]", word) and len(word) > TWO)):
        return False
    if _ROMAN.fullmatch(word) or word in UNITS or word.removesuffix("s") in UNITS or word.lower() in COMMON:
        return False
    if (
        _EPONYM.fullmatch(word)
        or word.lstrip("0123456789") in UNITS
        or _measures(word)
        or _is_gloss(answer, at, at + len(word))
    ):
        return False
    if re.search(r"[A-Z0-9]", word[1:]):
        return not (
            latin
            and re.fullmatch(r"[A-Z][a-z]*(?:-[A-Za-z][a-z]*)+", word)
            and _SENTENCE.search(answer[max(0, at - 4) : at])
        )
    return not (latin and _SENTENCE.search(answer[max(0, at - 4) : at]))


def _measures(word: str) -> bool:
    """Whether a word is a unit to a power (`cm-3`, `W/m^2`) or mathematics (`log^4n`)."""
    pieces = [piece for piece in re.split(r"[-^*/+.0-9]+", word) if piece]
    return (
        all(piece in UNITS for piece in pieces)
        or bool(_INDEX.fullmatch(word))
        or ("^" in word and all(len(p) == 1 or p.islower() for p in pieces))
    )


def _is_gloss(answer: str, at: int, end: int) -> bool:
    """Whether capitals in brackets only repeat what Chinese words before them say: `建筑、工程和施工(AEC)`."""
    bracketed = answer[at - 1 : at] == "(" and answer[end : end + 1] == ")"
    return bracketed and bool(_SHORT_FORM.fullmatch(answer, at, end) and _HAN_BEFORE.search(answer, 0, at - 1))


def doubts(source: Names, answer: str, language: str = "") -> Iterator[tuple[int, Doubt]]:
    """(place, doubt) of each name of an answer, as `plain` gives it, that its source does not have."""
    answer = _LATIN_1.sub(lambda match: unaccented(match[0])[0], answer)  # Fréchet is a word of these letters
    latin = len(_LETTERS.findall(answer)) > len(_HAN.findall(answer))
    own, seen = Names(answer), set[str]()
    for match in _TOKEN.finditer(answer):
        name = _RISE.split(match[0].strip("'"))[0]
        if len(seen) > MOST:
            return
        if name in seen or not _is_name(match[0], answer, match.start(), latin):
            continue
        if language in CAPITAL_NOUNS and _NOUN.fullmatch(name):
            continue
        seen.add(name)
        if not (source.knows(name) or _written_out(source, answer, match) or _explained(own, name)):
            yield match.start(), Doubt("name", name, "the source does not name this")


def _written_out(source: Names, answer: str, match: re.Match[str]) -> bool:
    """Whether a word belongs to the long form (`Automatic Speech Recognition`) of initials that the source has."""
    around = answer[max(0, match.start() - 60) : match.end() + 60]
    for run in re.finditer(r"(?:[A-Za-z][a-z]{1,20}[ -]){1,6}[A-Za-z][a-z]{1,20}", around):
        if match[0] in run[0]:
            words = [word for word in re.split("[ -]", run[0]) if word.lower() not in _PARTICLES]
            initials = "".join(word[0] for word in words).lower()
            if any(initials[a:b] in source.tokens for a in range(len(initials)) for b in range(a + 2, len(initials) + 1)
                   if match[0].split("-")[0] in words[a:b]):  # fmt: skip
                return True
    return False


def _explained(own: Names, name: str) -> bool:
    """Whether the answer itself writes out the short form."""
    letters = key(name).removesuffix("s")
    return letters.isalpha() and TWO < len(letters) <= LONG and any(letters in row for row in own.initials)
