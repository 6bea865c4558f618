"""Reading quantities out of running text, English or Chinese: `1.3 million`, `130万`, `twelve`, `三分之一`, `48 kHz`.

A quantity has several readings where the text allows several (`4 K` is four thousand or four kelvin).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from digest.units import DIGITS, PARTS, PLAIN, POINTS, RATIO, SCALES, SUFFIXES, TIMES, UNITS, WORDS

ROUGH = 0.03  # how roughly parts are spoken of
MOST_NUMBERS = 20_000  # of a text that are read
TEN, BASES = 10.0, frozenset({2.0, 3.0, 5.0})  # whose powers are written as such
MOST_DIGITS = 30  # a longer run of digits measures nothing


class Form(NamedTuple):
    """One reading in base units: how much, how much one step of its last written digit is, of what."""

    value: float
    step: float
    kind: str


class Quantity(NamedTuple):
    """A number as a text writes it, at (start, end) of the text as `plain` gives it."""

    start: int
    end: int
    raw: float  # without scale and unit
    number: float  # with its scale
    forms: tuple[Form, ...]
    unit: str = ""  # as written
    word: bool = False  # written in words or Chinese numerals
    named: bool = False  # a piece of a name: GPT-4, 3D, wav2vec2

    @property
    def whole(self) -> bool:
        """A bare whole number, which counts things or numbers them."""
        first = self.forms[0]
        return not self.unit and self.raw == first.value and self.raw == int(self.raw) and first.step >= 1


def _either(words: list[str]) -> str:
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))


_ENGLISH = [word for word in UNITS if word.isascii() and word[0].isalpha()]
_SIGNS = [word for word in UNITS if word not in {*_ENGLISH, "×"}]
_CHINESE = "零〇一二两三四五六七八九十百千万亿"
_DIGITAL = (
    r"(?:[0-9]{1,3}(?:,[0-9]{3}){1,9}(?:\.[0-9]{1,30})?|[0-9]{1,9999}(?:\.[0-9]{1,30})?|(?<![0-9A-Za-z])\.[0-9]{1,30})"
)
_SPANS = [word for word in _ENGLISH if UNITS[word][0] == "time" and len(word) > 2]  # noqa: PLR2004 - a millisecond
_TENS, _ONES = [w for w in WORDS if w.endswith("ty")], [w for w in WORDS if not w.endswith("ty")]
_WORDY = (
    rf"(?<![A-Za-z])(?:(?:{_either(_TENS)})(?:[- ](?:{_either(_ONES[1:10])})(?![a-z]))?|{_either(_ONES)}"
    r"|half[ ]an?(?=[ ](?:million|billion|hour|day|year|minute|dozen))"
    rf"|an?(?=[ ](?:hundred|thousand|million|billion|trillion|dozen|{_either(_SPANS)})(?![a-z])))(?![a-z])"
)
_NUMBER = re.compile(
    rf"""(?:(?P<digits>{_DIGITAL})
            (?:[ ]?[×x*·][ ]?10[ ]?\^[ ]?\(?(?P<power>[-+]?[0-9]{{1,3}})\)?|[eE](?P<e>[-+]?[0-9]{{1,3}})(?![\w.]))?
            (?:\^(?P<raised>[-+]?[0-9]{{1,3}}(?:\.[0-9]{{1,2}})?))?
          |(?P<chinese>[{_CHINESE}]{{1,20}}(?:点[零一二三四五六七八九]{{1,9}})?)
          |(?P<words>(?i:{_WORDY})))
        (?:(?P<suffix>(?:[ ]?[kKMB]|[GT])(?:(?=(?:Hz|bps)?(?![A-Za-z0-9_⊙☉太]))(?!Hz|bps))|[mb]n(?![a-z]))
          |(?P<scale>(?:[ -]?(?:{_either([s for s in SCALES if s.isascii()])})s?(?![a-z])){{1,3}}
            |[ ]?(?:多|余)?(?:{_either([s for s in SCALES if not s.isascii()])})(?!分[位点之])))?
        (?P<more>\+|[ ]?(?:多|余|几)(?!样|种|余))?
        (?P<unit>[ -]?(?:[xX](?![A-Za-z0-9])(?![ ]?[0-9])|×(?![ ]?[0-9]))
          |[ -]?(?:个)?(?:{_either(_SIGNS)})(?![期围边体文线然空级代龄轻])
          |[ -]?(?:{_either(_ENGLISH)})(?:s|es)?(?![A-Za-z0-9^]))?""",
    re.VERBOSE,
)
_FRACTION = re.compile(
    rf"([{_CHINESE}0-9]{{1,6}})分之([{_CHINESE}0-9.]{{1,6}})"
    r"|(?<![\w./-])([0-9]{1,4})/([0-9]{1,4})(?![\w/]|\.[0-9])"
)
_MAYBE_PART = re.compile("[hH]al[fv]|[Tt]hird|[Qq]uarter|[a-z](?:th|ths)\\b")
_PART = re.compile(rf"\b(an?|{_either(_ONES)}|[0-9]{{1,2}})[- ]({_either(list(PARTS))})\b", re.IGNORECASE)
_NUMBER_WORD = _either([*_ONES, *_TENS, "hundred", "thousand", "million"])
_LONG_WORDS = re.compile(
    rf"\b(?:{_either(_ONES[1:])})[- ](?:hundred|thousand|million)(?:(?:[- ]| and )(?:{_NUMBER_WORD})){{1,8}}\b", re.I
)
_FIGURE = r"[0-9][0-9,]{0,9}"
_OUT_OF = re.compile(
    rf"\b({_either(_ONES[1:])}|{_FIGURE}) (?:in|of|out of)(?: every| the| all)? ({_either(list(WORDS))}|{_FIGURE})\b",
    re.IGNORECASE,
)
_FACTOR = re.compile(
    r"(?:factors? of|speed-?ups? of|acceleration of|ratio of|(?<![0-9 ])×)"
    r"(?: (?:up to|about|around|over|nearly|almost|roughly|at least|more than))?[ ~]?$",
    re.IGNORECASE,
)
_RANGE = re.compile(r"[ ]?(?:-|~|±|to|到|至|,?[ ]?and|,?[ ]?or|和|与|→|vs\.?|versus)[ ]?|[、/,][ ]?")
_VAGUE = re.compile(r"[数几上成近多若][ ]?$")
_HYPHEN = re.compile(r"(?<![0-9])[A-Za-z]-$")  # GPT-4; not the range 2x-3x
_YEAR_FROM, _YEAR_TO = 1900, 2100


def quantities(text: str) -> list[Quantity]:
    """Every number of a text that `plain` gave, in reading order, fractions before the numbers they are made of."""
    found = [
        *_fractions(text),
        *_spelt(text),
        *filter(None, (_read(text, match) for match in islice(_NUMBER.finditer(text), MOST_NUMBERS))),
    ]
    return _ranges(text, sorted(found, key=lambda each: (each.start, -each.end)))


def _read(text: str, match: re.Match[str]) -> Quantity | None:
    """A number with its scale and unit; None for what only looks like one (`十分`, `万一`, `数百`)."""
    raw = _amount(match)
    start = match.start()
    if raw is None or (match["chinese"] and _VAGUE.search(text, max(0, start - 2), start)):
        return None
    exponent = match["power"] or match["e"]
    scale = _power(exponent) if exponent else _scale(match)
    digits = match["digits"] or ""
    last = 10.0 ** -len(digits.partition(".")[2]) if raw == int(raw) or digits else 0.1
    last = raw if match["raised"] and digits == "10" else last  # a power of ten is as rough as itself
    unit = (match["unit"] or "").strip(" -")
    unit = "" if match["words"] and unit == "point" else unit  # a two-point function
    forms = [Form(raw * scale * factor, last * scale * factor, kind) for factor, kind in _meanings(unit, raw)]
    if match["suffix"] == " K":
        forms.append(Form(raw, last, "temperature"))
    if not unit and _FACTOR.search(text, max(0, start - 30), start):
        forms.append(Form(raw * scale, last * scale, TIMES))
    return Quantity(
        start, match.end(), raw, raw * scale, tuple(forms), unit, not digits, bool(digits) and _named(text, match)
    )


def _amount(match: re.Match[str]) -> float | None:
    if match["chinese"]:
        return chinese(match["chinese"])
    if match["words"]:
        return _worded(match["words"].lower())
    if len(match["digits"]) > MOST_DIGITS:
        return None
    base = float(match["digits"].replace(",", ""))
    return _raised(base, match["raised"]) if match["raised"] else base


def _raised(base: float, exponent: str) -> float:
    """10^6 and 2^16; another base's power of a power is no number that anybody means."""
    if base == TEN:
        return _power(exponent)
    return float(base ** float(exponent)) if base in BASES and re.fullmatch("[0-9]{1,2}", exponent) else base


def _power(exponent: str) -> float:
    """A power of ten; an absurd one is a very large or very small number."""
    return float(10.0 ** max(-99.0, min(99.0, float(exponent))))


def _worded(words: str) -> float:
    if words in WORDS:
        return WORDS[words]
    if words.startswith("half"):
        return 0.5
    return sum(WORDS.get(word, 1 if word in {"a", "an"} else 0) for word in re.split("[- ]", words))


def _scale(match: re.Match[str]) -> float:
    scale = SUFFIXES.get((match["suffix"] or "").strip(), 1.0)
    written = (match["scale"] or "").strip(" -多余")
    if written in SCALES:
        return SCALES[written]
    for word in re.split("[- ]", written):
        scale *= SCALES.get(word, SCALES.get(word.removesuffix("s"), 1.0))
    return scale


def _meanings(unit: str, raw: float) -> Iterator[tuple[float, str]]:
    """(factor, kind) of each reading of a written unit."""
    bare = unit.removeprefix("个") if unit not in UNITS else unit
    kind, factor = (
        UNITS.get(bare) or UNITS.get(bare.removesuffix("s")) or UNITS.get(bare.removesuffix("es"), (PLAIN, 1.0))
    )
    if unit in {"x", "X"}:
        kind = TIMES
    year = _YEAR_FROM <= raw <= _YEAR_TO and unit in {"年", "s"}
    yield (1.0, PLAIN) if year else (factor, kind)
    if kind == RATIO and unit in POINTS:
        yield 1.0, PLAIN


def _named(text: str, match: re.Match[str]) -> bool:
    """Whether digits belong to a name: a letter stands before them, or one that is no unit behind."""
    before, after = text[max(0, match.start() - 2) : match.start()], text[match.end() : match.end() + 1]
    glued = before[-1:].isascii() and (before[-1:].isalpha() or before[-1:] in {"_", "@", "|"})
    hyphened = _HYPHEN.search(text, max(0, match.start() - 4), match.start())
    return (
        glued
        or bool(hyphened)
        or (after.isascii() and after.isalpha() and match[0][-1:].isascii())
        or bool(re.match(r"\.[0-9]", text[match.end() : match.end() + 2]))
    )


def chinese(numeral: str) -> float | None:
    """The value of a Chinese numeral: 二十三, 十二万, 三点五. None for an idiom (万一, 三五) or a bare 百万."""
    whole, _, decimals = numeral.partition("点")
    if (whole[:1] not in DIGITS and whole[:1] != "十") or set(numeral) - set(_CHINESE) - {"点"}:
        return None
    if len(whole) > 1 and all(char in DIGITS for char in whole):
        return float("".join(str(DIGITS[char]) for char in whole)) if len(whole) == 4 else None  # noqa: PLR2004 - a year
    total, section, digit = 0.0, 0.0, 0.0
    for char in whole:
        if char in DIGITS:
            digit = DIGITS[char]
        elif char in "十百千":
            section += (digit or 1) * {"十": 10, "百": 100, "千": 1000}[char]
            digit = 0
        else:
            total, section, digit = (total + section + digit) * SCALES[char], 0.0, 0.0
    return total + section + digit + (float("0." + "".join(str(DIGITS[char]) for char in decimals)) if decimals else 0)


def _spelt(text: str) -> Iterator[Quantity]:
    """`one thousand two hundred and four`."""
    for match in _LONG_WORDS.finditer(text) if "hundred" in text or "thousand" in text else ():
        total = section = 0.0
        for word in re.split("[- ]", match[0].lower()):
            if word == "hundred":
                section *= SCALES[word]
            elif word in SCALES:
                total, section = total + section * SCALES[word], 0.0
            else:
                section += WORDS.get(word, 0.0)
        value = total + section
        yield Quantity(match.start(), match.end(), value, value, (Form(value, 1.0, PLAIN),), word=True)


def _fractions(text: str) -> Iterator[Quantity]:
    for match in _FRACTION.finditer(text) if "/" in text or "分之" in text else ():
        below, above = (match[1], match[2]) if match[1] else (match[4], match[3])
        yield from _part(match, above, _value(below))
    for match in _PART.finditer(text) if _MAYBE_PART.search(text) else ():
        yield from _part(match, match[1], float(PARTS.get(match[2].lower(), 0)))
    for match in _OUT_OF.finditer(text) if " in " in text or " of " in text else ():
        yield from _part(match, match[1], _value(match[2]))


def _part(match: re.Match[str], above: str, whole: float) -> Iterator[Quantity]:
    """A part of a whole; `a third` is also said of 33.1 %."""
    share = _value(above.lower()) / whole if whole else 0.0
    if share > 0:
        step = share * ROUGH
        yield Quantity(
            match.start(), match.end(), share, share, (Form(share, step, RATIO), Form(share, step, PLAIN)), "/"
        )


def _value(text: str) -> float:
    """A number in digits, or in English or Chinese words; 0 for what is none."""
    text = text.lower().replace(",", "")
    if re.fullmatch(r"[0-9]+(?:\.[0-9]+)?", text):
        return float(text)
    return WORDS.get(text, 1.0 if text in {"a", "an"} else 0.0) or chinese(text) or 0.0


def _ranges(text: str, found: list[Quantity]) -> list[Quantity]:
    """In `5-10 ms`, `2到3万` and `4, 8 and 16 dB` the last number's scale and unit are also those before it."""
    for index in range(len(found) - 2, -1, -1):
        one, two = found[index], found[index + 1]
        bare = one.forms[0].kind == PLAIN and not one.unit and one.forms[0].value == one.raw and not one.named
        if bare and two.start - one.end < 8 and two.raw and _RANGE.fullmatch(text, one.end, two.start):  # noqa: PLR2004
            step = one.forms[0].step
            shared = (Form(one.raw * f.value / two.raw, step * f.value / two.raw, f.kind) for f in two.forms)
            found[index] = one._replace(forms=(*one.forms, *(form for form in shared if form not in one.forms)))
    return found
