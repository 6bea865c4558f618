"""What is known of each announcement day, as a small calendar for a terminal; and what to do about it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta

from digest import arxiv, ledger
from digest.models import State

SIGNS = {
    State.PUBLISHED: "✓",
    State.PROVISIONAL: "~",
    State.EMPTY: "–",
    State.OPEN: "✗",
    State.EXPECTED: "?",
}
WORDS = {
    "✓": "published",
    "~": "published, to be confirmed",
    "–": "nothing announced",
    "✗": "open",
    "?": "missing",
    "·": "not there yet",
}
SWITCHED_OFF = (
    "GitHub switches schedules off after 60 days without activity, and in a new fork. "
    "Open the repository's Actions tab, choose `Daily digest`, press `Enable workflow`, then `Run workflow`."
)


def calendar(lines: ledger.Lines, began: date | None, today: date, weeks: int) -> Iterator[str]:
    """A line a week, Monday to Friday, at most so many; `today` is the newest day there can be, `began` our first."""
    first = max(today - timedelta(weeks=weeks - 1), min(began or today, today))
    monday, last = (day - timedelta(days=day.weekday()) for day in (first, today))
    yield "week of     Mon Tue Wed Thu Fri"
    for week in range((last - monday).days // 7 + 1):
        start = monday + timedelta(weeks=week)
        signs = (_sign(lines, start + timedelta(days=n), began, today) for n in range(5))
        yield f"{start}   {'   '.join(signs)}".rstrip()
    yield "  ".join(f"{sign} {words}" for sign, words in WORDS.items())


def _sign(lines: ledger.Lines, day: date, began: date | None, today: date) -> str:
    state = ledger.state(lines, day)
    if state is State.EXPECTED and (began is None or day < began):
        return " "
    return "·" if state is State.EXPECTED and day >= today else SIGNS[state]


def details(lines: ledger.Lines, first: date, today: date) -> Iterator[str]:
    """The days of a range that are not done, with the reason, and how to fill the ones that are missing."""
    for day in sorted(day for day, line in lines.items() if line.state is State.OPEN and day >= first):
        tries = lines[day].tries
        yield (
            f"{day} is not there yet: {lines[day].reason}"
            if not tries
            else f"{day} is open after {tries} {'try' if tries == 1 else 'tries'}: {lines[day].reason}"
        )
    missing = [day for day in ledger.days(first, today) if day < today and ledger.state(lines, day) is State.EXPECTED]
    if missing:
        command = f"python -m digest backfill --from {missing[0]} --to {missing[-1]}"
        yield f"missing: {len(missing)} {'day' if len(missing) == 1 else 'days'}; to fill in, run: {command}"


def last_run(run: Mapping[str, object], now: datetime) -> Iterator[str]:
    """When the last run was and what it came to; after a long silence, what may be the reason."""
    if not run:
        yield "no run is on record"
        return
    moment = datetime.fromisoformat(str(run["at"])).astimezone(UTC)
    yield f"last run: {moment:%Y-%m-%d %H:%M} UTC, {run.get('outcome')}"
    days = (now - moment).days
    if days > 3:  # noqa: PLR2004 - a weekend
        yield f"no run for {days} days. {SWITCHED_OFF}"


def silence(lines: ledger.Lines, began: date | None, now: datetime) -> tuple[date, ...]:
    """The expected days since the last one that is done; the newest may still be on its way and does not count."""
    return ledger.silent(lines, began, arxiv.expected_day(now) - timedelta(days=1)) if began else ()
