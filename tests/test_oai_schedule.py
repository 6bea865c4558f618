"""Which mailing a version was in: arXiv's schedule over whole years, and what a record's date says against it."""

from __future__ import annotations

import re
from bisect import bisect_right
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest import arxiv, holidays
from digest.sources import oai
from digest.sources._arxivraw import Record, Version
from tests import replay

MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY = range(6)
# https://info.arxiv.org/help/availability.html: (opens, closes), in days before the mailing's date, at 14:00
WINDOWS = {MONDAY: (4, 3), TUESDAY: (4, 1), WEDNESDAY: (2, 1), THURSDAY: (2, 1), FRIDAY: (2, 1)}


def two_pm(day: date, hour: int = 14) -> datetime:
    """14:00 in New York as UTC."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=arxiv.NEW_YORK).astimezone(UTC)


def window(day: date, hour: int = 14) -> tuple[datetime, datetime]:
    """When the papers of a mailing were submitted, by arXiv's table."""
    opens, closes = WINDOWS[day.weekday()]
    return two_pm(day - timedelta(days=opens), hour), two_pm(day - timedelta(days=closes), hour)


def working_days(year: int) -> list[date]:
    days = (date(year, 1, 1) + timedelta(days=n) for n in range(366))
    return [day for day in days if day.weekday() < SATURDAY and day.year == year]


@pytest.mark.parametrize(("year", "hour"), [(2031, 14), (2032, 14), (2015, 16)])
def test_every_window_of_a_year(year: int, hour: int) -> None:
    """From its first second to its last a window leads to its mailing; there is no gap, also over clock changes."""
    assert not any(day.year in {year, year + 1} for day in holidays.missing())
    windows = {day: window(day, hour) for day in working_days(year)}
    ends = [end for _, end in windows.values()]
    assert [start for start, _ in windows.values()][1:] == ends[:-1]
    for day, (start, end) in windows.items():
        moments = (start, start + timedelta(seconds=1), start + (end - start) / 2, end - timedelta(seconds=1))
        assert {oai.scheduled(moment) for moment in moments} == {day}


def test_every_half_hour_of_a_year() -> None:
    """The windows have the length they should: a whole year's half-hours, each in exactly the mailing it belongs to."""
    days = working_days(2031)
    ends = [window(day)[1] for day in days]
    moments = [two_pm(date(2031, 1, 2)) + timedelta(minutes=30 * n) for n in range(2 * 24 * 355)]
    assert [oai.scheduled(moment) for moment in moments] == [days[bisect_right(ends, moment)] for moment in moments]


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2031-07-07T17:59:59Z", "2031-07-08"),  # Monday in summer: 14:00 is 18:00 UTC
        ("2031-07-07T18:00:00Z", "2031-07-09"),
        ("2031-07-10T18:00:00Z", "2031-07-14"),  # Thursday afternoon: Monday's
        ("2031-07-11T17:59:59Z", "2031-07-14"),
        ("2031-07-11T18:00:00Z", "2031-07-15"),  # Friday afternoon, Saturday, Sunday: Tuesday's
        ("2031-07-12T12:00:00Z", "2031-07-15"),
        ("2031-07-14T03:00:00Z", "2031-07-15"),
        ("2031-03-07T18:59:59Z", "2031-03-10"),  # the Friday before the clocks go forward: 14:00 is 19:00 UTC
        ("2031-03-07T19:00:00Z", "2031-03-11"),
        ("2031-03-10T17:59:59Z", "2031-03-11"),  # and the Monday after
        ("2031-03-10T18:00:00Z", "2031-03-12"),
        ("2031-10-31T17:59:59Z", "2031-11-03"),  # the Friday before they go back
        ("2031-10-31T18:00:00Z", "2031-11-04"),
        ("2031-11-03T18:59:59Z", "2031-11-04"),
        ("2031-11-03T19:00:00Z", "2031-11-05"),
        ("2026-11-25T20:00:00Z", "2026-11-30"),  # the day before Thanksgiving: no mailing on Friday
        ("2026-11-26T20:00:00Z", "2026-11-30"),
        ("2016-06-01T19:59:59Z", "2016-06-02"),  # until 2016 the deadline was at 16:00
        ("2016-06-01T20:00:00Z", "2016-06-03"),
        ("2017-06-01T18:00:00Z", "2017-06-05"),
    ],
)
def test_moments(moment: str, day: str) -> None:
    """The edges, one by one."""
    assert oai.scheduled(datetime.fromisoformat(moment)) == date.fromisoformat(day)


@given(st.datetimes(datetime(2017, 1, 3), datetime(2040, 1, 1)), st.timedeltas(timedelta(0), timedelta(days=9)))
def test_schedule_properties(moment: datetime, later: timedelta) -> None:
    """A day with a mailing, after the submission, at most a week on; who is later is never announced earlier."""
    submitted = moment.replace(tzinfo=UTC)
    day = oai.scheduled(submitted)
    assert arxiv.announces(day)
    assert timedelta(0) < day - submitted.astimezone(arxiv.NEW_YORK).date() <= timedelta(days=7)
    assert oai.scheduled(submitted + later) >= day


@replay.needs(replay.RECORDED)
def test_recorded_days() -> None:
    """Versions of recorded mailings were submitted in their windows; but for a held one and a later cross-list."""
    entry = re.compile(r"/abs/([^v<]+)v\d+</id>.*?<updated>([^<]+)</updated>", re.DOTALL)
    pages = {path.stem.removeprefix("api_"): path for path in replay.RECORDED.glob("api_????-??-??.xml")}
    found = [(day, *match) for day, path in pages.items() for match in entry.findall(path.read_text(encoding="utf-8"))]
    others = {name for day, name, moment in found if str(oai.scheduled(datetime.fromisoformat(moment))) != day}
    assert len(found) > 300
    assert others == {"2601.11027", "2506.06252"}


# --- versions and the record's date ---

SCHEDULED = date(2031, 7, 8)  # of a version of Monday, 7 July 2031, 10:00 in New York


def found(stamp: str, *submitted: str) -> list[tuple[int, str]]:
    versions = tuple(Version(n, datetime.fromisoformat(f"{day}T14:00:00Z")) for n, day in enumerate(submitted, 1))
    record = Record("3107.00001", date.fromisoformat(stamp), versions, {})
    return [(number, str(day)) for number, day in oai.mailings(record)]


@pytest.mark.parametrize(
    ("stamp", "days"),
    [
        ("2031-07-08", ["2031-07-08"]),  # as planned
        ("2031-07-10", ["2031-07-08", "2031-07-10"]),  # held by a moderator, or edited
        ("2031-07-22", ["2031-07-08", "2031-07-22"]),  # 14 days: the longest that can be a hold
        ("2031-07-23", ["2031-07-08"]),  # edited later
        ("2033-01-04", ["2031-07-08"]),
        ("2031-07-12", ["2031-07-08"]),  # no mailing on a Saturday
        ("2031-07-07", ["2031-07-08"]),  # not before it was submitted
    ],
)
def test_a_single_version(stamp: str, days: list[str]) -> None:
    """A paper stands on the schedule's day; also on the record's when it could have been held until then."""
    assert found(stamp, "2031-07-07") == [(1, day) for day in days]


def test_a_date_before_the_schedule_is_right() -> None:
    """No version is public before its mailing: one that came just after a deadline was let in."""
    version = Version(1, datetime.fromisoformat("2031-07-07T18:00:05Z"))
    assert oai.scheduled(version.submitted) == date(2031, 7, 9)
    record = Record("3107.00001", SCHEDULED, (version,), {})
    assert list(oai.mailings(record)) == [(1, SCHEDULED)]


def test_earlier_versions_follow_the_schedule() -> None:
    """The record's date speaks of the last version only."""
    assert found("2031-07-17", "2031-07-07", "2031-07-14") == [
        (1, "2031-07-08"),
        (2, "2031-07-15"),
        (2, "2031-07-17"),
    ]
    assert found("2031-09-17", "2031-07-07", "2031-07-14") == [(1, "2031-07-08"), (2, "2031-07-15")]
