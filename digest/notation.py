"""One plain notation for numbers and names, whatever they were typeset with: TeX, full-width forms, kinds of dashes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from digest.units import DIGITS

_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_AMOUNT = r"([0-9][0-9.,]{0,20}(?:[ ]?(?:thousand|million|billion|trillion|[kKMB])\b)?)"
_TEX = (
    (re.compile(rf"(?:US|\\)\$ ?{_AMOUNT}"), r"\1 USD"),
    (re.compile(r"(?<=\d)\{,\}(?=\d)"), ","),
    (re.compile(r"(?<=[0-9])~(?=\\)"), " "),
    (re.compile(r"\\substack\{\+([0-9.]{1,20}) ?\\\\ ?-([0-9.]{1,20})\}"), r"^{+\1}_{-\2}"),
    (re.compile(r"\\[,;:! ]|\\(?:thin|med|thick)space(?![a-z])"), ""),
    (re.compile(r"\\d?frac\{(\d{1,9})\}\{(\d{1,9})\}"), r"\1/\2"),
    (re.compile(r"\\(?:times|cdot)(?![a-zA-Z])"), "×"),
    (re.compile(r"\\([%$&#_])"), r"\1"),
    (re.compile(r"\\(?:sim|approx)(?![a-zA-Z])"), "~"),
    (re.compile(r"\\(?:rightarrow|to)(?![a-zA-Z])"), "→"),
    (re.compile(r"\\mu(?![a-zA-Z])"), "μ"),
    (re.compile(r"\\farcs(?![a-zA-Z])"), "''"),
    (re.compile(r"\\(arcsec|arcmin)(?![a-zA-Z])"), r" \1"),
    (re.compile(r"\\micron(?![a-zA-Z])"), " μm"),
    (re.compile(r"\\pm(?![a-zA-Z])"), "±"),
    (re.compile(r"\\(?:circ|degree)(?![a-zA-Z])"), "°"),
    (re.compile(r"\\[a-zA-Z]{1,20} ?"), " "),
    (re.compile(r"[${}]"), ""),
    (re.compile(r"\^°"), "°"),
)
_THIN = re.compile("(?<=[0-9])[\u2009\u202f\u00a0](?=[0-9]{3}(?![0-9]))")
_RAISING = re.compile("(?<=[0-9A-Za-z)])[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,4}")
_VULGAR = re.compile("(?<=[0-9])(?=[¼-¾⅐-⅞])")
_DASHES = str.maketrans(
    {dash: "-" for dash in "\u2010\u2011\u2012\u2013\u2014\u2212\ufe63"} | {"〜": "~", "∼": "~", "⁄": "/"}
)
_REWORDED: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"(?<=[0-9])~(?=[A-Za-z])"), " "),
    (re.compile(r"-{2,3}"), "-"),
    (re.compile(r"(?<=[0-9]) {2,}"), " "),
    (re.compile(r"(?<=[0-9]) ?\+/?- ?(?=[0-9])"), " ± "),
    (re.compile(r"(?<=[0-9]) ?乘以? ?(?=10[的^])"), "×"),
    (re.compile(r"(?<=[0-9])\.?(?:''|′′)\.?([0-9]{1,5})"), r".\1 arcsec"),
    (re.compile(r"(?<=[0-9]) ?(?:''|′′)"), " arcsec"),
    (re.compile(r"(?<=[×x])( ?10)(-[0-9]{1,2})(?![0-9])"), r"\1^\2"),
    (
        re.compile(r"(?<![0-9.])([0-9][0-9.]{0,20})\^\+([0-9.]{1,20})_-([0-9.]{1,20})"),
        r"(+\2, -\3) \1",
    ),  # what follows is of the number itself
    (
        re.compile(r"(?<![0-9.])([0-9][0-9.]{0,20}) ?\(\+([0-9.]{1,20})[,/]? ?-([0-9.]{1,20})\)(?= ?[×x] ?10\^)"),
        r"(+\2, -\3) \1",
    ),
    (re.compile(r"\(?(?<![0-9.])([0-9][0-9.]{0,20}) ?± ?([0-9.]{1,20})\)?(?= ?[×x] ?10\^)"), r"(±\2) \1"),
    (re.compile(r"10的(负?)([0-9.]{1,5})次[方幂]"), lambda m: f"10^{'-' if m[1] else ''}{m[2]}"),
    (re.compile(rf"€ ?{_AMOUNT}"), r"\1 EUR"),
    (re.compile(rf"£ ?{_AMOUNT}"), r"\1 GBP"),
    (re.compile(r"\b[Pp]er cent\b"), "percent"),
    (re.compile(r"\b[Dd]egrees? (?:Celsius|centigrade|C)\b"), "°C"),
    (re.compile(r"(?:\bpercent(?:age)?|%)[- ](?:absolute )?points?\b"), "pp"),
    (re.compile(r"\borders?[- ]of[- ]magnitude\b"), "order-of-magnitude"),
    (re.compile(r"\bframes (?:per|a) second\b"), "fps"),
    (re.compile(r"\bbits (?:per|a) second\b"), "bps"),
    (re.compile(r"百分之([0-9.]{1,9}|[零一二两三四五六七八九十百点]{1,9})"), r"\1%"),
    (
        re.compile(r"(?<![统完合生组构0-9.])([二三四五六七八九1-9])成(?=[以左多的,,。;、)\s]|$)"),
        lambda m: f"{DIGITS.get(m[1], m[1])}0%",
    ),
    (re.compile(r"([约近超])一成(?![不功员本])"), r"\g<1>10%"),
)


def plain(text: str) -> str:
    """The form in which numbers and names are read: no TeX, one kind of dash, powers as `^`, no full-width forms."""
    text = _VULGAR.sub(" ", _THIN.sub("", text))
    text = _RAISING.sub(lambda match: "^" + match[0].translate(_RAISED), text)
    if "\\" in text or "$" in text or "{" in text:
        for pattern, plainly in _TEX:
            text = pattern.sub(plainly, text)
    text = unicodedata.normalize("NFKC", text).translate(_DASHES)
    for pattern, new in _REWORDED:
        text = pattern.sub(new, text)
    return text
