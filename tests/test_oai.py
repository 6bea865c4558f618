"""OAI-PMH: days of any age come back with their papers, by one harvest a category."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest

from digest import arxiv
from digest.models import Announcement, Count, Note
from digest.sources import oai
from digest.web import Web
from tests.fakes.clock import Hours
from tests.fakes.oai import SETS, FakeRecord, Repository, serve
from tests.fakes.papers import FakePaper
from tests.fakes.server import FakeServer

BOTH = ("eess.AS", "cs.SD")
TUESDAY = date(2031, 7, 8)


def fake(number: int, categories: Sequence[str] = ("eess.AS",)) -> FakePaper:
    return FakePaper(
        id=f"3107.{number:05}",
        version=1,
        title=f"Invented title {number}",
        authors=("Ada Example", "Bo Beispiel"),
        abstract=f"We propose number {number}.",
        categories=tuple(categories),
    )


def sent_in_for(day: date) -> str:
    """A moment of submission that leads to a mailing's day: ten in the morning of the working day before, New York."""
    before = next(d for d in (day - timedelta(days=n) for n in range(1, 9)) if d.weekday() < 5)
    moment = datetime(before.year, before.month, before.day, 10, tzinfo=arxiv.NEW_YORK)
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def record(number: int, *days: date, stamp: date | None = None, categories: Sequence[str] = ("eess.AS",)) -> FakeRecord:
    """An invented record whose versions were announced on these days; `stamp`: it was edited later."""
    return FakeRecord(fake(number, categories), stamp or days[-1], tuple(map(sent_in_for, days)))


def source(server: FakeServer, records: Sequence[FakeRecord], page_size: int = 1300) -> tuple[oai.Source, Repository]:
    repository = Repository(records, page_size)
    return oai.Source(Web(gap=0, sleep=lambda _: None), serve(server, repository)), repository


def shown(announcement: Announcement) -> list[tuple[str, str, int | None]]:
    return [(item.paper.id, item.kind.value, item.paper.version) for item in announcement.listings]


def days_from(first: date, count: int) -> list[date]:
    """The days of so many mailings."""
    return [day for day in (first + timedelta(days=n) for n in range(2 * count)) if day.weekday() < 5][:count]


# --- the whole ---


def forty() -> tuple[list[FakeRecord], dict[date, set[tuple[str, str, int]]], dict[date, int]]:
    """40 records of a month, a third of them replaced and a third edited later; what each day has; edits by day."""
    month = days_from(date(2031, 7, 1), 22)
    records: list[FakeRecord] = []
    expected: dict[date, set[tuple[str, str, int]]] = {day: set() for day in month}
    edits: dict[date, int] = {}
    for number in range(1, 41):
        day = month[number % 10]
        own = number % 5 != 0
        categories = ("cs.SD", "eess.AS") if own else ("cs.CL", "eess.AS")
        expected[day].add((f"3107.{number:05}", "new" if own else "cross", 1))
        if number % 3 == 0:
            later = month[10 + number % 12]
            expected[later].add((f"3107.{number:05}", "replace" if own else "replace-cross", 2))
            records.append(record(number, day, later, categories=categories))
        elif number % 3 == 1:
            edited = day + timedelta(days=20)
            edits[edited] = edits.get(edited, 0) + 1
            records.append(record(number, day, stamp=edited, categories=categories))
        else:
            records.append(record(number, day, categories=categories))
    return records, expected, edits


@pytest.mark.parametrize("page_size", [1300, 7, 1])
def test_every_paper_comes_back_on_its_day(server: FakeServer, page_size: int) -> None:
    """Also what was replaced or edited since, which a question for one day alone would miss; each version once."""
    records, expected, edits = forty()
    made, _ = source(server, records, page_size)
    for day, papers in expected.items():
        found = made.past(BOTH, day)
        assert set(shown(found)) == papers
        assert list(found.listings) == sorted(found.listings, key=arxiv.order)
        assert found.notes == ((Note("oai-unexplained", str(edits[day])),) if day in edits else ())
    assert sum(map(len, expected.values())) == 53


def test_a_month_is_one_harvest_a_category(server: FakeServer) -> None:
    """Many days cost a request a category and page; all have been made when the first day is answered."""
    made, repository = source(server, forty()[0], page_size=30)
    made.past(BOTH, date(2031, 7, 1))
    assert [each.get("set", "more") for each in repository.asked] == ["eess:eess:AS", "more", "cs:cs:SD", "more"]
    for day in days_from(date(2031, 7, 1), 22):
        made.past(BOTH, day)
        made.past(("cs.SD",), day)
    assert len(server.paths) == 4


def test_what_is_asked(server: FakeServer) -> None:
    """From the day on without an end; and for more pages nothing but the token, as it was given."""
    made, repository = source(server, [record(n, TUESDAY) for n in range(1, 4)], page_size=2)
    made.past(("eess.AS",), TUESDAY)
    first, second = repository.asked
    assert first == {"verb": "ListRecords", "metadataPrefix": "arXivRaw", "set": "eess:eess:AS", "from": "2031-07-08"}
    given = "verb%3DListRecords%26metadataPrefix%3DarXivRaw%26set%3Deess%253Aeess%253AAS%26from%3D2031-07-08"
    assert second == {"verb": "ListRecords", "resumptionToken": f"{given}%26until%3D2032-01-01%26skip%3D2"}
    assert server.requests[0][1]["accept"] == "text/xml, application/xml"


def test_the_window_is_three_months(server: FakeServer) -> None:
    """Within 92 days from the first one nothing is asked again; a day before or after them is a harvest of its own."""
    records = [record(n, day) for n, day in enumerate((TUESDAY, date(2031, 10, 8), date(2031, 10, 9)), 1)]
    made, repository = source(server, records)
    assert [len(made.past(("eess.AS",), each.stamp).listings) for each in records] == [1, 1, 1]
    assert [each["from"] for each in repository.asked] == ["2031-07-08", "2031-10-09"]
    assert len(made.past(("eess.AS",), TUESDAY).listings) == 1
    assert [each["from"] for each in repository.asked][2:] == ["2031-07-08"]


def test_only_the_window_is_kept(server: FakeServer) -> None:
    """Memory does not grow with the age of the day: of all that changed since, the window's versions are kept."""
    old, new = record(1, TUESDAY, date(2031, 12, 2)), record(2, date(2031, 12, 2))
    made, _ = source(server, [old, new])
    made.past(("eess.AS",), TUESDAY)
    (kept,) = made._kept.values()
    assert [(day, [r.id for r, _ in found]) for day, found in kept.announced.items()] == [(TUESDAY, ["3107.00001"])]
    assert not kept.edited


def test_a_long_harvest_is_heard_of(server: FakeServer) -> None:
    """A line for each page after the first; nothing for a short one."""
    hours = Hours()
    repository = Repository([record(n, TUESDAY) for n in range(1, 6)], page_size=2)
    address = serve(server, repository)
    oai.Source(Web(gap=0, say=hours.said.append), address).past(("eess.AS",), TUESDAY)
    assert hours.said == ["oai: eess.AS, 4 records so far", "oai: eess.AS, 5 records so far"]
    repository.page_size = 5
    oai.Source(Web(gap=0, say=hours.said.append), address).past(("eess.AS",), TUESDAY)
    assert len(hours.said) == 2


# --- what a day says ---


def test_a_day_says_where_its_papers_stood(server: FakeServer) -> None:
    """The categories are those whose set has the paper; arXiv counts nothing here, so that nothing is proven."""
    records = [record(1, TUESDAY, categories=["cs.SD", "eess.AS"]), record(2, TUESDAY, categories=["cs.SD"])]
    found = source(server, records)[0].past(BOTH, TUESDAY)
    assert [item.listed for item in found.listings] == [BOTH, ("cs.SD",)]
    assert found.counts == (Count("eess.AS", None, 1), Count("cs.SD", None, 2))
    assert (found.day, found.source, found.proven) == (TUESDAY, "oai", False)


def test_a_day_without_papers_is_empty(server: FakeServer) -> None:
    """No records at all is an answer, not an error."""
    found = source(server, [])[0].past(BOTH, TUESDAY)
    assert found == Announcement(TUESDAY, "oai", (), (Count("eess.AS", None, 0), Count("cs.SD", None, 0)))


@pytest.mark.parametrize(
    ("asked", "kinds"),
    [
        (("eess.AS",), ["cross", "replace-cross"]),
        (("cs.SD",), ["new", "replace"]),
        (("eess.AS", "cs.SD"), ["new", "replace"]),
        (("math.NA",), ["new", "replace"]),
        (("cs.NA",), ["new", "replace"]),
    ],
)
def test_kinds_depend_on_what_is_asked(server: FakeServer, asked: tuple[str, ...], kinds: list[str]) -> None:
    """New and replaced where the primary category is one of the asked, by either of its names; else cross."""
    codes = ["cs.NA", "math.NA"] if asked[0].endswith("NA") else ["cs.SD", "eess.AS"]
    day = date(2031, 7, 9)
    records = [record(1, day, categories=codes), record(2, TUESDAY, day, categories=codes)]
    assert [kind for _, kind, _ in shown(source(server, records)[0].past(asked, day))] == kinds


def test_versions_after_the_fifth_are_not_listed(server: FakeServer) -> None:
    """arXiv lists no replacement from version 6 on; it explains its record's date all the same."""
    week = days_from(date(2031, 7, 7), 7)
    made, _ = source(server, [record(1, *week)])
    found = [made.past(("eess.AS",), day) for day in week]
    assert [[version for *_, version in shown(each)] for each in found] == [[1], [2], [3], [4], [5], [], []]
    assert not any(each.notes for each in found)


def test_of_two_versions_in_one_mailing(server: FakeServer) -> None:
    """The first is the new paper; of two replacements the later one counts. Each paper stands once."""
    records = [record(1, TUESDAY, TUESDAY), record(2, date(2031, 7, 3), TUESDAY, TUESDAY)]
    found = source(server, records)[0].past(("eess.AS",), TUESDAY)
    assert shown(found) == [("3107.00001", "new", 1), ("3107.00002", "replace", 3)]
    assert found.counts == (Count("eess.AS", None, 2),)


def test_deleted_records_are_left_out(server: FakeServer) -> None:
    """A withdrawn identifier has no metadata; neither a paper nor an unexplained change."""
    gone = FakeRecord(fake(1), TUESDAY, (), deleted=True)
    found = source(server, [gone, record(2, TUESDAY)])[0].past(("eess.AS",), TUESDAY)
    assert shown(found) == [("3107.00002", "new", 1)]
    assert found.notes == ()


def test_unexplained_changes_are_counted_once(server: FakeServer) -> None:
    """An old paper that was changed for a reason that cannot be told is no listing, but a number; once for all sets."""
    late = record(1, date(2031, 6, 2), stamp=TUESDAY, categories=BOTH)
    found = source(server, [late, record(2, TUESDAY)])[0].past(BOTH, TUESDAY)
    assert [identifier for identifier, *_ in shown(found)] == ["3107.00002"]
    assert found.notes == (Note("oai-unexplained", "1"),)


# --- sets ---


@pytest.mark.parametrize("code", SETS)
def test_sets(code: str) -> None:
    """Group, archive and category; an archive that is its own category has two parts; of an alias either name."""
    assert oai.set_of(code) == SETS["math.NA" if code == "cs.NA" else code]
