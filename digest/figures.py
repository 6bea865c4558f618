"""Whether the figures of a summary are borne out by its source: the same, rounded, converted, or easily derived.

Figures with a unit or more than a small count must be found. Small counts (`三个模块`) often count what a source only
lists: they are doubted only where the source says another number of the same things.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from digest.counts import COUNTER, EXACT, NOUNS
from digest.evidence import AS, EVERY, HUGE, OWN, Figures
from digest.models import Doubt
from digest.numerals import Form, Quantity, quantities
from digest.units import MONTHS, ORDERS, PLAIN, RATIO, TIMES

SHOWN = 4000  # characters of an answer among which a count is looked for
MOST = 500  # figures of an answer that are looked at
LIST = 20  # no list has more points
SMALL = 10  # up to here a count may be the summary's own
FEW = 6  # and up to here it counts what a source only shows
CLOSE = 10  # characters within which a word belongs to a number
SLACK = 0.02  # how far honest zeros may round: 1.31 million is 130 万

_OVER = re.compile(
    r"(?:(?<!不)(?:超过|超|大于|高于)|逾|不少于|至少|over|(?<!no )more than|above|exceed\w*|at least|>|≥)[ 了]?$", re.I
)
_UNDER = re.compile(
    "(?:接近|将近|近|不到|不足|低于|(?<!不)少于|小于|不超过|不高于|不大于|no more than|at most|nearly|almost|under"
    "|below|less than|<|≤)[ ]?$",
    re.IGNORECASE,
)
_ABOUT = re.compile(r"(?:大约|约|约为|左右|达|about|around|some|approximately|roughly|~|≈)[ ]?$", re.I)
_ABOUT_AFTER = re.compile(r"[ ]?(?:多|余|\+|以上|左右|or more|or so)")
_CHANGE = re.compile(
    "提升|提高|升高|增长|增加|增益|改善|改进|高出|高于|领先|优于|超[过出]|差距|相差|降低|减少|下降|缩短|缩小|节省|低于"
    r"|(?<!大|更)[快慢多少高低][\u4e00-\u9fff]?[约近达]?(?=[ ]?[0-9])|相当|相近|降幅|增幅"
    r"|improv|reduc|gain|increas|lower|higher|drop|decreas|fewer|cut|sav|better|worse|faster|points?|gap|differ|\bby\b"
    r"|above|below|\bless\b|\bmore\b(?! than [0-9])|lead|short|within|apart|behind|ahead|\+",
    re.IGNORECASE,
)
_REST = re.compile(
    "仅|只|降|减|省|剩|其余|余下|少|占|不足|没|未|无|非|fewer|less|only|remain|rest|reduc|sav|cut|below|under|drop"
    r"|short|without|\bno\b|\bnot\b",
    re.IGNORECASE,
)
_LEVEL = re.compile(r"(?:到|至|为|to|at)[ ]?(?:了|约|仅|only|about)?[ ]?$")
_RELATIVE = re.compile(r"相对|relative", re.I)
_ENUMERATOR = re.compile(r"(?:^|[\s。;:!?,.、(])\(?[0-9]{1,2}$")
_AFTER_ENUMERATOR = re.compile(r"[)]|[.、](?![0-9])")
_ORDINAL = re.compile(r"第[ ]?$")
_POWER = re.compile(r"10 ?\^ ?([0-9]{1,2})")
_HEADING = re.compile(r"[ ]?字(?:以?内|左右|[)):])")  # the model repeats its limit
_IDIOM = re.compile("十[分字足]|[一二三四五六七八九十]{1,3}(?:行诗|进制|平均律|指肠|面体|边形|叉树|倍频|度分隔|月革命)")
_NEXT = re.compile("[、,;。:0-9]|和|与|及")  # where the next thing begins
_AGE = re.compile(r"[ ]?(?:世纪|年代)")
_CALENDAR = re.compile(r"[ ]?(?:世纪|年代|月|日|号|D\b|d\b)")
NOWHERE = "number", "the source has no such number"
ELSEWHERE = "unit", "the source has this number with another unit"
YEARS = range(1000, 2101)
_SWAPPED = {RATIO: TIMES, TIMES: RATIO}
# In what a difference may be found: of parts written as per cents, as fractions, or bare; of bare numbers too.
_LIKE = {RATIO: ((RATIO, 1.0), (PLAIN, 1.0), (PLAIN, 100.0)), PLAIN: ((PLAIN, 1.0), (RATIO, 0.01))}


def doubts(source: Figures, answer: str) -> Iterator[tuple[int, Doubt]]:
    """(place, doubt) of each figure of an answer, as `plain` gives it, that the source does not bear out."""
    done = 0
    for each in quantities(answer)[:MOST]:
        if _structural(answer, each):
            continue
        if each.start < done:
            continue  # a piece of a fraction that has been looked at
        borne_out = _borne_out(source, answer, each)
        if each.unit == "/" and (borne_out or _indivisible(answer, each)):
            done = each.end
        elif each.unit == "/":
            continue  # its two numbers are looked at
        if not borne_out:
            elsewhere = source.mentions(each.raw) and each.unit not in {"", "/"}
            kind, why = ELSEWHERE if elsewhere else NOWHERE
            yield each.start, Doubt(kind, _quoted(answer, each), why)


def _quoted(answer: str, each: Quantity) -> str:
    return answer[each.start : each.end].strip()


def _indivisible(answer: str, each: Quantity) -> bool:
    """Whether a fraction is one expression (三分之一, `one third`), not two numbers (`3 of 4`, `10/100`)."""
    return not re.search("/| (?:in|of|out) ", answer[each.start : each.end])


def _structural(answer: str, each: Quantity) -> bool:
    """Whether a number only orders the text (`1)`, 第一, 20世纪) or belongs to a name, which is looked at as a name."""
    after = answer[each.end : each.end + 1]
    idle = each.word and each.raw in {0, 1} and each.unit not in {"倍", "个数量级"}
    if each.named or idle or _HEADING.match(answer, each.end):
        return True
    if each.whole and each.raw <= SMALL and _ORDINAL.search(answer[max(0, each.start - 3) : each.start]):
        return after not in {"名", "位"}
    if each.whole and each.raw < LIST and _AFTER_ENUMERATOR.match(answer, each.end):
        starts = _ENUMERATOR.search(answer[max(0, each.start - 2) : each.start] + str(int(each.raw)))
        return bool(starts) or (after == ")" and "(" not in answer[max(0, each.start - 12) : each.start])
    return each.word and bool(_IDIOM.match(answer, each.start))


def _borne_out(source: Figures, answer: str, each: Quantity) -> bool:
    if _ORDINAL.search(answer, max(0, each.start - 3), each.start):
        return source.mentions(each.raw)  # 第 5 天 is day 5
    if _CALENDAR.match(answer, each.end) and each.whole:
        month = MONTHS[int(each.raw) - 1] if 0 < each.raw <= len(MONTHS) else "no month"
        return source.mentions(each.raw) or month in source.text.lower() or _of_age(source, answer, each)
    if each.whole and each.raw <= SMALL:
        return _count_fits(source, answer, each)
    if power := _POWER.match(answer, each.start):  # 10^5 is 105 in an abstract that has lost its typesetting
        return source.mentions(float(f"10{power[1]}")) or any(_form_fits(source, answer, each, f) for f in each.forms)
    return any(_form_fits(source, answer, each, form) for form in each.forms)


def _of_age(source: Figures, answer: str, each: Quantity) -> bool:
    """Whether a year of the source lies in a century (20 世纪) or in decades (80 年代) of an answer."""
    years = [int(one.raw) for one in source.found if one.raw in YEARS]
    if answer.startswith("世纪", each.end) or answer.startswith(" 世纪", each.end):
        return any(year // 100 + 1 == each.raw for year in years)
    return bool(_AGE.match(answer, each.end)) and any(year // 10 * 10 % 100 == each.raw for year in years)


def _form_fits(source: Figures, answer: str, each: Quantity, form: Form) -> bool:
    low, high = _limits(answer, each, form)
    if source.has(form.kind, low, high) or (form.kind == PLAIN and source.has(EVERY, low, high)):
        return True
    if form.kind in _SWAPPED and source.has(AS + _SWAPPED[form.kind], each.raw, each.raw):
        return False  # 14 % have become 14 times
    return _unitless(source, each, form) or _derivable(source, answer, each, form)


def _limits(answer: str, each: Quantity, form: Form, *, cut: bool = True) -> tuple[float, float]:
    """Between which values the source's may lie, for what the answer writes and how sure it says to be.

    Digits may also be cut off instead of rounded: 206.8k is 20.6 万.
    """
    before = answer[max(0, each.start - 12) : each.start]
    half = form.step / 2 * (1 + 1e-9) + abs(form.value) * 1e-9
    if each.whole and COUNTER.match(answer, each.end):
        half = 0.0
    over, under = _OVER.search(before) or _ABOUT_AFTER.match(answer, each.end), _UNDER.search(before)
    unit = form.step * 10.0 ** _zeros(each.raw)
    more = "+" in answer[each.start : each.end + 1] or re.search("[多余]", _quoted(answer, each))
    if over or under or more:
        return form.value - (unit if under else half), form.value + (half if under else unit)
    if _ABOUT.search(before):
        return form.value - unit / 2, form.value + unit / 2
    if each.whole and half == 0:
        return form.value, form.value
    half = max(half, min(unit / 2, SLACK * abs(form.value)))
    return form.value - half, form.value + (max(half, form.step * (1 - 1e-6)) if cut else half)


def _zeros(raw: float) -> int:
    """How many zeros a whole number ends with; they may be rounding."""
    digits = f"{raw:.0f}" if raw == int(raw) else ""
    return len(digits) - len(digits.rstrip("0")) if raw else 0


def _unitless(source: Figures, each: Quantity, form: Form) -> bool:
    """Whether the source says the number without its unit, and does not say it with another one."""
    if form.kind == PLAIN:
        return False
    last = form.step / form.value * each.raw if form.value else 0.0  # a step of the last digit
    half = last / 2 * (1 + 1e-9)
    small = each.raw <= SMALL and each.raw == int(each.raw) and last > 0.5  # noqa: PLR2004 - 5, not 5.0
    clash = source.has(AS + form.kind, *((0.0, float("inf")) if small else (each.raw, each.raw)))
    if not clash and source.has(OWN, each.number - half, each.number + half):
        return True
    return form.kind == RATIO and source.has(OWN, form.value - form.step / 2, form.value + form.step / 2)


def _derivable(source: Figures, answer: str, each: Quantity, form: Form) -> bool:
    """Differences where the answer speaks of a change, relative changes where it says so, multiples, complements."""
    low, high = _limits(answer, each, form, cut=False)
    if form.kind == TIMES:
        return source.multiples.has(TIMES, low, high)
    if form.kind == ORDERS:
        return form.value < HUGE and source.has(TIMES, 10 ** (form.value - 0.5), 10 ** (form.value + 0.5))
    before, after = answer[max(0, each.start - 24) : each.start], answer[each.end : each.end + 16]
    near = before + answer[each.start : each.end] + after
    close = before[-CLOSE:] + after
    if form.kind == RATIO and _part_derivable(
        source, low, high, relative=bool(_RELATIVE.search(near)), rest=bool(_REST.search(close))
    ):
        return True
    if each.whole and COUNTER.match(answer, each.end) and source.joint.has(PLAIN, form.value, form.value):
        return True
    if _LEVEL.search(before) or not _CHANGE.search(near):
        return bool(re.search(r"共|总计|合计|total", before)) and source.sums.has(PLAIN, low, high)
    return any(
        source.differences.has(kind, low * by, high * by) for kind, by in _LIKE.get(form.kind, ((form.kind, 1.0),))
    )


def _part_derivable(source: Figures, low: float, high: float, *, relative: bool, rest: bool) -> bool:
    """Complements, and relative changes of measured numbers, of those said in one breath, of any where it says so."""
    found = (
        source.parts.has(RATIO, low, high)
        or (rest and source.rests.has(RATIO, low, high))
        or source.changes.has(RATIO, low, high)
    )
    return found or source.direct.has(RATIO, low, high) or (relative and source.changes.has(OWN, low, high))


def _count_fits(source: Figures, answer: str, each: Quantity) -> bool:
    """A small count is wrong where the source counts the same things and comes to another number."""
    number = int(each.raw)
    noun = _NEXT.split(answer[each.end : each.end + 12].lower())[0]
    told = source.mentions(each.raw) or number == 1 or number in source.listed
    for here, there in NOUNS[: EXACT if number > 2 else 0] if told else NOUNS:  # noqa: PLR2004 - pairs are everywhere
        told_of = source.counted(there) if re.search(here, noun[: None if not told else 9]) else set()
        if told_of and _ABOUT_AFTER.match(answer[each.start : each.end].strip("十百千"), 0):
            return any(number < each <= 2 * number for each in told_of)  # 十余个 are a dozen
        if told_of and not (told and len(told_of) > 1):  # of some of them the source may leave the noun out
            return number in told_of or number == sum(told_of) or number in source.listed or number == 1
    if told:
        return True
    if not COUNTER.match(answer, each.end):
        return each.word or any(_form_fits(source, answer, each, form) for form in each.forms)
    return each.word or (number <= FEW and not _orphans(source, answer))


def _orphans(source: Figures, answer: str) -> bool:
    """Whether a small count of the source is missing in the answer: the answer's other count may stand for it."""
    told = {one.raw for one in source.found if one.whole and not one.named and 1 < one.raw <= SMALL}
    return bool(told - _said(answer[:SHOWN]))


@lru_cache(maxsize=8)
def _said(answer: str) -> frozenset[float]:
    """All numbers of an answer; asked for each of its counts."""
    return frozenset(each.raw for each in quantities(answer))
