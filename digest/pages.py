"""Which pages a day touches, and all pages made again from the stored days."""

from __future__ import annotations

from datetime import date

from digest import ledger, render
from digest.doors import Doors
from digest.models import DayLine, Digest, Page
from digest.options import Config


def of_day(config: Config, doors: Doors, digest: Digest, line: DayLine) -> list[Page]:
    """Every page a day touches: its own, the indexes, and README.md when that is wanted. `line` is its line to be."""
    page = doors.renderer.day(digest)
    newest = doors.store.newest()
    pages = [page, *indexes(doors, line)]
    if config.readme and (newest is None or digest.day >= newest.day):
        pages.append(render.in_readme(doors.store.readme(), page))
    return pages


def indexes(doors: Doors, line: DayLine) -> list[Page]:
    """The month, the year and the first page with a day's line in them; none before a day has been published."""
    store, render_ = doors.store, doors.renderer
    years = sorted({*store.years(), line.day.year})
    newest = store.newest()
    if newest is None and line.state not in ledger.SHOWN:
        return []
    lines = store.year(line.day.year) | {line.day: line}
    shown = [each.day for each in (newest, line) if each is not None and each.state in ledger.SHOWN]
    last = max(shown).year
    last_lines = lines if last == line.day.year else store.year(last)
    return [
        render_.month(lines.values(), line.day.year, line.day.month),
        render_.year(lines.values(), line.day.year),
        render_.index(last_lines.values(), years),
    ]


def everything(config: Config, doors: Doors) -> tuple[int, tuple[str, ...]]:
    """Makes every page again from the stored days, offline. Returns how many pages there are, and which changed."""
    store = doors.store
    store.rebuild()
    newest = store.newest()
    count = 0
    changed: list[str] = []
    for digest in store.days():
        page = doors.renderer.day(digest)
        pages = [page]
        if config.readme and newest is not None and digest.day == newest.day:
            pages.append(render.in_readme(store.readme(), page))
        changed += store.publish(pages)
        count += len(pages)
    pages = _all_indexes(doors)
    changed += store.publish(pages)
    return count + len(pages), tuple(changed)


def _all_indexes(doors: Doors) -> list[Page]:
    store, render_ = doors.store, doors.renderer
    newest = store.newest()
    if newest is None:
        return []
    found: list[Page] = []
    for year in store.years():
        lines = store.year(year).values()
        months = sorted({line.day.month for line in lines})
        found += [render_.month(lines, year, month) for month in months]
        found.append(render_.year(lines, year))
    return [*found, render_.index(store.year(newest.day.year).values(), store.years())]


def path(day: date) -> str:
    """Where a day's page lies below the root."""
    return render.page_path(day)
