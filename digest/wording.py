"""How a summary is written, whatever it says: its language, its length, addresses, markup, and whether it is a copy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from digest.models import Doubt, Summary

Found = Iterator[tuple[int, Doubt]]  # (place in the text, doubt)

_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
_KANA = re.compile("[\u3041-\u3096\u30a1-\u30fa]")
_FOREIGN = re.compile("[\u0400-\u04ff\u0590-\u05ff\u0600-\u06ff\u0900-\u097f\u0e00-\u0e7f\uac00-\ud7af]")
_LATIN = re.compile("[A-Za-z]{2,}")
_CYRILLIC, _HANGUL, _ARABIC = (re.compile(each) for each in ("[\u0400-\u04ff]", "[\uac00-\ud7af]", "[\u0600-\u06ff]"))
_OWN = {"zh": _HAN, "ja": _KANA, "ko": _HANGUL, "ru": _CYRILLIC, "uk": _CYRILLIC, "ar": _ARABIC, "fa": _ARABIC}
# Small words that nearly every sentence of a language has, and few of its neighbours.
_SMALL = {
    code: re.compile(rf"\b(?:{words.replace(' ', '|')})\b", re.IGNORECASE)
    for code, words in {
        "en": "the and with that this which we from are our of is to by",
        "de": "der die das und ein eine mit ist wird von für auf den dem im zu",
        "fr": "le la les des et une un est pour dans sur qui en du au",
        "es": "el la los las de y en que una un por con para del",
        "it": "il la le di e che un una per con dei della nel",
        "pt": "o a os as de e que um uma por com para do da em",
        "nl": "de het een en van met voor op is dat die wordt",
    }.items()
}
_CALLED = {
    called: code
    for code, names in {
        "zh": "chinese 中文 汉语 简体中文 繁體中文 繁体中文 zh-cn zh-tw zh-hk zh-hans zh-hant",
        "en": "english 英文 英语 en-us en-gb", "ja": "japanese 日本語 日文 日语", "ko": "korean 한국어 韩语 韩文",
        "ru": "russian русский 俄语", "de": "german deutsch 德语", "fr": "french français francais 法语",
        "es": "spanish español espanol 西班牙语", "it": "italian italiano", "pt": "portuguese português",
        "nl": "dutch nederlands", "uk": "ukrainian українська", "ar": "arabic العربية",
    }.items()
    for called in names.split()
}  # fmt: skip
FEWEST = 12  # letters or words below which nothing can be told of a language
A_FEW = 3  # words without a letter of a script, which are told even so
FEW_OWN, MANY_KANA, MANY_FOREIGN, MANY_HAN, MANY_ENGLISH = 0.5, 3, 10, 0.2, 0.12


class _Letters(NamedTuple):
    """How many characters and Latin words an answer has."""

    han: int
    latin: int
    kana: int
    foreign: int


def code_of(language: str) -> str:
    """The code of a language that is given by code or by name; of an unknown one its name."""
    return _CALLED.get(language.strip().lower(), language.strip().lower())


def language(answer: str, wanted: str) -> Found:
    """Doubts an answer that is not in the language asked for, as far as its script and its small words tell."""
    code, letters = code_of(wanted), _Letters(*(len(each.findall(answer)) for each in (_HAN, _LATIN, _KANA, _FOREIGN)))
    none = code in _OWN and letters.latin >= A_FEW and not _OWN[code].search(answer)
    if none or (sum(letters) >= FEWEST and not _in(code, answer, letters)):
        yield 0, Doubt("language", answer[:40], f"not in the language asked for ({wanted})")


def _in(code: str, answer: str, letters: _Letters) -> bool:
    """Whether an answer may be in a language."""
    han, latin, kana, foreign = letters
    if code == "zh":
        return han >= FEW_OWN * latin and kana <= MANY_KANA and foreign <= MANY_FOREIGN
    if code in _OWN:
        own = len(_OWN[code].findall(answer))
        return own >= FEW_OWN * latin and own >= MANY_HAN * han
    english = len(_SMALL["en"].findall(answer))
    if code == "en":
        return han <= MANY_HAN * (han + latin) and kana + foreign <= MANY_FOREIGN
    if code in _SMALL:
        return han <= MANY_HAN * (han + latin) and len(_SMALL[code].findall(answer)) >= english
    return latin < FEWEST or english <= MANY_ENGLISH * latin  # a language of which nothing is known


_URL = re.compile(
    r"(?:https?|ftp)://[!#-;=?-~]{1,2000}|\bwww\.[!#-;=?-~]{1,500}|\b(?:[a-z0-9-]{1,63}\.){1,4}(?:com|org|net|io|ai|cn|edu|dev|app|co|me|gov)\b(?:/[!#-;=?-~]{0,500})?",
    re.I,
)
_SCHEME = re.compile(r"^(?:https?://|ftp://)?(?:www\.)?", re.I)


def addresses(source: str, answer: str) -> Found:
    """Doubts every address that the source does not have."""
    known = source.lower().replace("\\_", "_").replace("\\", "")
    for match in _URL.finditer(answer):
        bare = _SCHEME.sub("", match[0].lower()).rstrip(".,;:!?)]}'*_/")
        if bare not in known:
            yield match.start(), Doubt("url", match[0][:200], "an address that is not in the source")


def without_addresses(text: str) -> str:
    """A text with blanks where its addresses stand."""
    return _URL.sub(lambda match: " " * len(match[0]), text)


_ELEMENTS = (
    "a|abbr|audio|b|base|body|br|button|center|code|details|div|em|embed|font|form|frame|h[1-6]|head|hr|html|i|iframe|img"
    "|input|li|link|marquee|meta|object|ol|p|pre|s|script|select|span|strong|style|sub|summary|sup|svg|table|tbody|td"
    "|template|textarea|th|thead|tr|u|ul|video"
)
_MARKUP = re.compile(
    rf"<!--|<!\[CDATA\[|</?(?:{_ELEMENTS})(?:[\s/][^<>]{{0,300}})?/?>"  # elements, comments
    r"|!?\[[^\[\]\n]{0,300}\]\([^()\s]{1,500}\)"  # links, images
    r"|^[ ]{0,3}(?:`{3,}|~{3,})|^[ ]{0,3}#{1,6}[ ]\S|^[ ]{0,3}>[ ]\S|^[ ]{0,3}\|.*\|[ ]*$|\|[ ]?:?-{3,}"  # blocks
    r"|\{%[^%\n]{0,200}%\}|\{\{[^{}\\\n]{0,200}\}\}",  # templates
    re.MULTILINE | re.IGNORECASE,
)


def markup(source: str, answer: str) -> Found:
    """Doubts Markdown, HTML and templates that could leave the place they are put in, unless the source has them."""
    for match in _MARKUP.finditer(answer):
        if match[0] not in source:
            yield match.start(), Doubt("markup", match[0][:80], "markup where plain text was asked for")


_UNIT_OF_TEXT = re.compile("[A-Za-z0-9]+|[\u3400-\u4dbf\u4e00-\u9fff]")
RUN, WHOLE, COPIED, LONG_ENOUGH = 8, 25, 0.8, 45  # words in a row; of a short source; share; words of an answer


def copied(source: str, answer: str) -> Found:
    """Doubts an answer that is the source again: most of its words stand there in the same order."""
    ours, theirs = (_UNIT_OF_TEXT.findall(text.lower()) for text in (answer, source))
    if len(ours) < min(LONG_ENOUGH, max(WHOLE, len(theirs) * COPIED)):
        return
    known = set(_runs(theirs))
    again = [run in known for run in _runs(ours)]
    if sum(again) >= COPIED * len(again):
        yield 0, Doubt("copy", answer[:40], "a copy of the source's text")


def _runs(words: list[str]) -> list[tuple[str, ...]]:
    return [tuple(words[at : at + RUN]) for at in range(len(words) - RUN + 1)]


# Characters at most, with some patience: the prompt asks for less.
LIMITS = {
    "zh": {"title": 120, "brief": 130, "summary": 120, "lead": 50, "text": 220},
    "en": {"title": 300, "brief": 420, "summary": 480, "lead": 120, "text": 600},
}
FEWEST_CONTRIBUTIONS, MOST_CONTRIBUTIONS, MOST_KEYWORDS, MOST_SENTENCES = 2, 6, 12, 2
_END = re.compile(r"[。!?！？]|[.](?=\s+[A-Z])")


def lengths(summary: Summary, wanted: str) -> list[Doubt]:
    """Doubts on fields that are too long or too many, in the order in which they are shown."""
    limits = LIMITS.get(code_of(wanted), LIMITS["en"])
    fields = [("title", summary.title), ("brief", summary.brief), ("summary", summary.summary)]
    fields += [(name, getattr(each, name)) for each in summary.contributions for name in ("lead", "text")]
    found = [_long(name, text, limits[name]) for name, text in fields if len(text) > limits[name]]
    if len(_END.findall(summary.brief.strip()[:-1])) >= MOST_SENTENCES:
        found.append(Doubt("length", summary.brief[:40], "the brief is more than a sentence"))
    if not FEWEST_CONTRIBUTIONS <= len(summary.contributions) <= MOST_CONTRIBUTIONS:
        found.append(Doubt("length", "contributions", f"{len(summary.contributions)} of them"))
    if len(summary.keywords) > MOST_KEYWORDS:
        found.append(Doubt("length", "keywords", f"{len(summary.keywords)} of them"))
    return found


def _long(name: str, text: str, limit: int) -> Doubt:
    return Doubt("length", text[:40], f"the {name} has {len(text)} characters, {limit} are enough")
