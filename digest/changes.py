"""What a new version of a paper changed, measured against the text we have shown before. Pure."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date

from digest import text
from digest.models import Change, Paper


def between(old: Paper, new: Paper, since: date) -> Change:
    """The changes a reader would want to know of; `since` is the day whose page has the older text."""
    return Change(
        since=since,
        title=old.title if _plain(old.title) != _plain(new.title) else "",
        joined=_missing(new.authors, old.authors),
        left=_missing(old.authors, new.authors),
        comment=new.comment if new.comment and _plain(old.comment) != _plain(new.comment) else "",
        abstract=_difference(old.abstract, new.abstract),
    )


def _plain(source: str) -> str:
    """Comparable: one source writes an accent or a formula in another way than the next."""
    return re.sub(r"[\W_]+", " ", text.fold(text.from_tex(source))).strip()


def _missing(names: tuple[str, ...], others: tuple[str, ...]) -> tuple[str, ...]:
    known = set(map(_plain, others))
    return tuple(name for name in names if _plain(name) not in known)


def _difference(old: str, new: str) -> int:
    """Per cent of the two texts' words, counted together, that are in only one of them; at least 1 when any is."""
    one, other = Counter(_plain(old).split()), Counter(_plain(new).split())
    total = one.total() + other.total()
    apart = ((one - other) + (other - one)).total()
    return max(1, round(100 * apart / total)) if apart else 0
