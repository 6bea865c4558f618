"""How far a model's summary can be relied on: what its source does not bear out, said word by word.

    figures   numbers, per cents and units, however they are written     names    models, data sets, methods
    wording   language, length, addresses, markup, copies                orders   what the paper itself says to a model

Nothing here is sure to find a wrong sentence: a dropped "not" is not found. A doubt is shown beside the summary.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict

from digest import figures, names, wording
from digest import orders as _orders
from digest.evidence import Figures
from digest.models import Doubt, Summary
from digest.notation import plain

LONGEST, LONGEST_ANSWER = 200_000, 30_000  # characters that are looked at
MOST_DOUBTS, MOST_TEXTS = 50, 200
_MACRO = re.compile(r"\\([a-zA-Z]{3,20})")  # an author's own command may be the name itself: `\poshbench`


def check(source: str, answer: str | Summary, language: str = "zh") -> tuple[Doubt, ...]:
    """The doubts on an answer about a source, in reading order, each once."""
    texts = [answer] if isinstance(answer, str) else _texts(answer)
    found = _Source(source).doubts(texts, language)
    if isinstance(answer, Summary):
        found += [doubt for part in _parts(answer) for _, doubt in wording.language(part, language)]
        found += wording.lengths(answer, language)
    return tuple(dict.fromkeys(found))[:MOST_DOUBTS]


def orders(source: str) -> tuple[Doubt, ...]:
    """What in a paper's own text speaks to a model as if to give it orders, for the reader to know."""
    return tuple(dict.fromkeys(_orders.found(source[:LONGEST])))[:MOST_DOUBTS]


def lines(rows: Iterable[str], language: str = "zh") -> Iterator[str]:
    """For each line `{"source": text, "answer": text or object}` a line `{"doubts": [...]}`, or `{"error": ...}`."""
    for row in rows:
        if row.strip():
            # A lone surrogate (`"\\ud83d"`) could not be written.
            yield json.dumps(_answered(row, language), ensure_ascii=False).encode("utf-8", "replace").decode()


def _answered(row: str, language: str) -> dict[str, object]:
    try:
        given = json.loads(row.removeprefix("\ufeff"))
    except (ValueError, RecursionError) as error:
        return {"error": f"not JSON: {error}"}
    if not isinstance(given, dict) or not isinstance(given.get("source"), str) or given.get("answer") is None:
        return {"error": 'expected {"source": text, "answer": text or object}'}
    found = _Source(given["source"]).doubts(list(_strings(given["answer"])), str(given.get("language", language)))
    return {"doubts": [asdict(doubt) for doubt in dict.fromkeys(found)][:MOST_DOUBTS]}


def _strings(value: object) -> Iterator[str]:
    """Every text in a value of JSON, in order; what stands for a key says nothing."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _strings(each)


def _texts(summary: Summary) -> list[str]:
    """A summary's texts in the order in which they are shown."""
    points = [text for each in summary.contributions for text in (each.lead, each.text)]
    return [summary.title, summary.brief, summary.summary, *points, *summary.keywords]


def _parts(summary: Summary) -> list[str]:
    """What is read by itself: a part in another language is not made good by the others."""
    return [summary.brief, summary.summary, "\n".join(f"{each.lead} {each.text}" for each in summary.contributions)]


def _up_to(texts: list[str], room: int) -> Iterator[str]:
    """The texts as far as there is room for their characters."""
    for text in texts:
        if room <= 0:
            return
        yield text[:room]
        room -= len(text)


class _Source:
    """A source read once, for all the texts of an answer."""

    def __init__(self, text: str) -> None:
        self.text = text[:LONGEST]
        flat = plain(self.text)
        self.figures, self.names = Figures(flat), names.Names(f"{flat} {' '.join(_MACRO.findall(self.text))}")

    def doubts(self, texts: list[str], language: str) -> list[Doubt]:
        """The doubts on the texts of one answer; what is told of it as a whole comes first."""
        texts = list(_up_to([text for text in texts[:MOST_TEXTS] if text.strip()], LONGEST_ANSWER))
        whole = "\n".join(texts)
        found = [doubt for _, doubt in (*wording.language(whole, language), *wording.copied(self.text, whole))]
        code = wording.code_of(language)
        for text in texts:
            found += self._of_one(text, code)
        return found

    def _of_one(self, text: str, code: str) -> list[Doubt]:
        """The doubts on one text, by their places; an address is an address and holds no figures or names."""
        flat = plain(wording.without_addresses(text), code)
        told = [*wording.addresses(self.text, text), *wording.markup(self.text, text)]
        said = [*figures.doubts(self.figures, flat), *names.doubts(self.names, flat, code)]
        return [doubt for _, doubt in sorted([*told, *said], key=lambda each: each[0])]
