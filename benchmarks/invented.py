"""Invented papers of random words: the same in every run."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta

from tests.fakes.pages import FakePaper

_WORDS = """
speech audio model network training noise enhancement signal speaker recognition acoustic learning method data
robust results propose novel framework performance baseline evaluation language music sound features encoder
decoder neural representation synthesis diffusion quality generation systems tasks approach accuracy improves
under different while the of and a to in we for that with on is by our as from this are using which can an
"""
WORDS = _WORDS.split()
RARE = "beamforming"  # what the reader of the long history wants
FIRST, FRESH = 35, 47  # of a mailing: so many papers are new, together with cross-lists so many
REVISED = range(0, 32, 4)  # the numbers of those that have a new version a week later
WANTED = (*range(5), FIRST)  # the numbers of those with the rare word


def sentence(draw: random.Random, length: int) -> str:
    """Random words as one paragraph."""
    return " ".join(draw.choices(WORDS, k=length)).capitalize() + "."


def invented(count: int, seed: int) -> list[FakePaper]:
    """Papers of random words, half in each category."""
    draw = random.Random(seed)  # noqa: S311 - the same words in every run
    return [
        FakePaper(
            id=f"3107.{number:05}",
            version=1,
            title=" ".join(draw.choices(WORDS, k=9)).title(),
            authors=("Ada Example", "Bo Beispiel", "Dana Muster"),
            abstract=sentence(draw, 170),
            categories=("eess.AS", "cs.SD") if number % 2 else ("cs.SD",),
        )
        for number in range(count)
    ]


def weekdays(count: int, last: date) -> list[date]:
    """So many days from Monday to Friday, oldest first, the last one being `last` or the Friday before."""
    back = (last - timedelta(days=n) for n in range(count * 2 + 7))
    return [day for day in back if day.weekday() < 5][:count][::-1]


def mailing(day: date) -> list[FakePaper]:
    """A day of 55 papers: new ones, cross-lists, and new versions of papers of a week ago."""
    return [*(paper(day, number) for number in range(FRESH)), *(revised(day, number) for number in REVISED)]


def wanted(day: date) -> list[FakePaper]:
    """Those of a mailing that have the rare word."""
    return [*(paper(day, n) for n in WANTED), *(revised(day, n) for n in REVISED if n in WANTED)]


def revised(day: date, number: int) -> FakePaper:
    """A new version of a paper of a week ago."""
    old = day - timedelta(days=7)
    text = sentence(random.Random(day.toordinal() + number), 170)  # noqa: S311
    return replace(paper(old, number), version=2, kind="replace", abstract=text + f" {RARE}" * (number in WANTED))


def identifier(day: date, number: int) -> str:
    """Of one of a day's first announcements; numbers go on through the month, as arXiv's do."""
    return f"{day:%y%m}.{day.day * 100 + number:05}"


def paper(day: date, number: int) -> FakePaper:
    """One of a day's first announcements."""
    draw = random.Random(day.toordinal() * 100 + number)  # noqa: S311
    return FakePaper(
        id=identifier(day, number),
        version=1,
        title=" ".join(draw.choices(WORDS, k=9)).title(),
        authors=("Ada Example", "Bo Beispiel", "Cem Deneme", "Dana Muster"),
        abstract=sentence(draw, 170) + f" {RARE}" * (number in WANTED),
        categories=("cs.CL", "eess.AS") if number >= FIRST else ("eess.AS", "cs.SD") if number % 2 else ("cs.SD",),
        kind="cross" if number >= FIRST else "new",
        comment="5 pages, 3 figures",
    )
