"""arXiv's days without a mailing, from the data file beside the package (`data/holidays.tsv`).

Source: https://info.arxiv.org/help/availability.html, which is edited by hand every year.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from pathlib import Path


@cache
def missing() -> dict[date, str]:
    """The listing dates that fall out, with the reason: the day after each evening without a mailing."""
    text = (Path(__file__).parent / "data" / "holidays.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines() if line[:1].isdigit())
    return {date.fromisoformat(evening) + timedelta(days=1): reason for evening, reason in rows}
