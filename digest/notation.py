"""One plain notation for numbers and names, whatever they were typeset with: TeX, full-width forms, kinds of dashes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import NamedTuple

from digest.units import DIGITS


class _Rule(NamedTuple):
    """What becomes of a notation; `sign` stands in every text that has it, so that the others cost nothing."""

    sign: str
    pattern: re.Pattern[str]
    new: str | Callable[[re.Match[str]], str]


def _rule(sign: str, pattern: str, new: str | Callable[[re.Match[str]], str]) -> _Rule:
    return _Rule(sign, re.compile(pattern), new)


_AMOUNT = r"([0-9][0-9.,]{0,20}(?:[ ]?(?:thousand|million|billion|trillion|[kKMB])\b)?)"
_DECIMAL, _ERROR = r"(?<![0-9.])([0-9][0-9.]{0,20})", r"([0-9.]{1,20})"
_TEX = (
    _rule("illion", r"\$ ?([0-9][0-9.,]{0,20} ?(?:m|b|tr)illion)\b(?!\$)", r"\1 USD"),
    _rule("$", rf"(?:US|\\)\$ ?{_AMOUNT}", r"\1 USD"),
    _rule("{,}", r"(?<=\d)\{,\}(?=\d)", ","),
    _rule("~", r"(?<=[0-9})])~(?=\\|\()", " "),
    _rule("\\substack", rf"\\substack\{{\+{_ERROR} ?\\\\ ?-{_ERROR}\}}", r"^{+\1}_{-\2}"),
    _rule("\\", r"\\[,;:! ]|\\(?:thin|med|thick)space(?![a-z])", ""),
    _rule("frac", r"\\d?frac\{(\d{1,9})\}\{(\d{1,9})\}", r"\1/\2"),
    _rule("\\", r"\\(?:times|cdot)(?![a-zA-Z])", "×"),
    _rule("\\", r"\\([%$&#_])", r"\1"),
    _rule("\\", r"\\(?:sim|approx)(?![a-zA-Z])", "~"),
    _rule("\\", r"\\(?:rightarrow|to)(?![a-zA-Z])", "→"),
    _rule("\\mu", r"\\mu(?![a-zA-Z])", "μ"),
    _rule("\\farcs", r"\\farcs(?![a-zA-Z])", "''"),
    _rule("\\arc", r"\\(arcsec|arcmin)(?![a-zA-Z])", r" \1"),
    _rule("\\micron", r"\\micron(?![a-zA-Z])", " μm"),
    _rule("\\pm", r"\\pm(?![a-zA-Z])", "±"),
    _rule("\\", r"\\(?:circ|degree)(?![a-zA-Z])", "°"),
    _rule("\\", r"\\[a-zA-Z]{1,20} ?", " "),
    _rule("", r"[${}]", ""),
    _rule("^°", r"\^°", "°"),
)
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_THIN = re.compile("(?<=[0-9])[\u2009\u202f\u00a0](?=[0-9]{3}(?![0-9]))")
_RAISING = re.compile("(?<=[0-9A-Za-z)])[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,4}")
_VULGAR = re.compile("(?<=[0-9])(?=[¼-¾⅐-⅞])")
_ALIKE = str.maketrans(
    {dash: "-" for dash in "\u2010\u2011\u2012\u2013\u2014\u2212\ufe63"}
    | {"〜": "~", "∼": "~", "⁄": "/", "萬": "万", "億": "亿", "兩": "两", "ß": "s"}
)
_REWORDED = (
    _rule("~", r"(?<=[0-9])~(?=[A-Za-z])", " "),
    _rule("--", r"-{2,3}", "-"),
    _rule(" ", r"(?<![0-9.,])([0-9]{1,3}) ([0-9]{3}(?: [0-9]{3})?)(?![0-9.,])", lambda m: m[0].replace(" ", "")),
    _rule("  ", r"(?<=[0-9]) {2,}", " "),
    _rule("+", r"(?<=[0-9]) ?\+/?- ?(?=[0-9])", " ± "),
    _rule("乘", r"(?<=[0-9]) ?乘以? ?(?=10[的^])", "×"),
    _rule("''", r"(?<=[0-9])\.?''\.?([0-9]{1,5})", r".\1 arcsec"),
    _rule("''", r"(?<=[0-9]) ?''", " arcsec"),
    _rule("10-", r"(?<=[×x])( ?10)(-[0-9]{1,2})(?![0-9])", r"\1^\2"),
    # An uncertainty goes before its number, so that a power and a unit stand behind the number itself.
    _rule("^+", rf"{_DECIMAL}\^\+{_ERROR}_-{_ERROR}", r"(+\2, -\3) \1"),
    _rule("_-", rf"{_DECIMAL}_-{_ERROR}\^\+{_ERROR}", r"(+\3, -\2) \1"),
    _rule("10^", rf"{_DECIMAL}( ?[(±](?:[ +±()0-9.,-]|stat|sys|syst){{1,60}}?)(?= ?[×x] ?10\^)", r"\2 \1"),
    _rule("10的", r"10的(负?)([0-9.]{1,5})次[方幂]", lambda m: f"10^{'-' if m[1] else ''}{m[2]}"),
    _rule("€", rf"€ ?{_AMOUNT}", r"\1 EUR"),
    _rule("£", rf"£ ?{_AMOUNT}", r"\1 GBP"),
    _rule("er cent", r"\b[Pp]er cent\b", "percent"),
    _rule("egree", r"\b[Dd]egrees? (?:Celsius|centigrade|C)\b", "°C"),
    _rule("point", r"(?:\bpercent(?:age)?|%)[- ](?:absolute )?points?\b", "pp"),
    _rule("magnitude", r"\borders?[- ]of[- ]magnitude\b", "order-of-magnitude"),
    _rule("second", r"\bframes (?:per|a) second\b", "fps"),
    _rule("second", r"\bbits (?:per|a) second\b", "bps"),
    _rule("减半", "减半", "减少50%"),
    _rule("一半", "一半", "50%"),
    _rule("翻", "翻(?:一)?[倍番]", "增至2倍"),
    _rule("百分之", r"百分之([0-9.]{1,9}|[零一二两三四五六七八九十百点]{1,9})", r"\1%"),
    _rule(
        "成",
        r"(?<![统完合生组构0-9.])([二三四五六七八九1-9])成(?=[以左多的,,。;、)\s]|$)",
        lambda m: f"{DIGITS.get(m[1], m[1])}0%",
    ),
    _rule("一成", r"([约近超])一成(?![不功员本])", r"\g<1>10%"),
    _rule("만", r"(?<=[0-9]) ?만", "万"),
    _rule("억", r"(?<=[0-9]) ?억", "亿"),
)
# Where a comma stands before decimals, and a point or a blank between thousands.
COMMA = frozenset(["cs", "da", "de", "es", "fi", "fr", "it", "nb", "nl", "pl", "pt", "ru", "sv", "tr", "uk", "vi"])
_THOUSANDS = re.compile(r"(?<=[0-9])[.\u00a0\u202f\u2009](?=[0-9]{3}(?![0-9]))")
_COMMA = re.compile(r"(?<=[0-9]),(?=[0-9])")


def plain(text: str, language: str = "") -> str:
    """The form in which numbers and names are read: no TeX, one kind of dash, powers as `^`, no full-width forms.

    `language` is a code; in some of COMMA `14,9` is what it is nowhere else.
    """
    if language in COMMA:
        text = _COMMA.sub(".", _THOUSANDS.sub("", text))
    if not text.isascii():
        text = _VULGAR.sub(" ", _THIN.sub("", text)).replace("″", "''")
        text = _RAISING.sub(lambda match: "^" + match[0].translate(_RAISED), text)
    if "\\" in text or "$" in text or "{" in text:
        text = _reworded(text, _TEX)
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).translate(_ALIKE)
    return _reworded(text, _REWORDED)


def _reworded(text: str, rules: tuple[_Rule, ...]) -> str:
    for sign, pattern, new in rules:
        if sign in text:
            text = pattern.sub(new, text)
    return text
