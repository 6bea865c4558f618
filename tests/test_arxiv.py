"""arXiv's rules: identifiers, categories, addresses, and the day a mailing belongs to."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import permutations
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest import arxiv
from digest.models import Kind, Listing
from tests.make import paper


@pytest.mark.parametrize(
    ("text", "identifier", "version"),
    [
        ("2507.03149", "2507.03149", None),
        ("2507.03149v12", "2507.03149", 12),
        (" 0704.0001 ", "0704.0001", None),
        ("arXiv:2507.03149v2", "2507.03149", 2),
        ("oai:arXiv.org:2507.03149", "2507.03149", None),
        ("https://arxiv.org/abs/2507.03149v1", "2507.03149", 1),
        ("http://export.arxiv.org/pdf/2507.03149v1.pdf", "2507.03149", 1),
        ("https://www.arxiv.org/html/2507.03149?utm=x#top", "2507.03149", None),
        ("hep-th/9901001", "hep-th/9901001", None),
        ("HEP-TH/9901001v3", "hep-th/9901001", 3),
        ("math.GT/0309136", "math/0309136", None),
        ("https://arxiv.org/abs/cond-mat/0001001", "cond-mat/0001001", None),
        ("oai:arXiv.org:math.DG/0309136", "math/0309136", None),
    ],
)
def test_identifiers(text: str, identifier: str, version: int | None) -> None:
    """Every spelling of an identifier gives the one that arXiv uses, and the version beside it."""
    assert arxiv.split_id(text) == (identifier, version)


@pytest.mark.parametrize(
    "text",
    [
        "", "2507", "2507.1", "2507.03149v0", "2507.03149v", "2507.03149 x", "25070.3149", "../2507.03149",
        "../../etc/9901001", "/9901001", "hep-th/99010010", "hep_th/9901001", "２５０７.０３１４９",
        "2507.03149\n2507.03150",
        "https://example.org/abs/2507.03149", "$(id)/9901001", "2507.03149v99999",
    ],
)  # fmt: skip
def test_what_is_no_identifier(text: str) -> None:
    """Anything else is refused, so that it reaches neither a path nor an address."""
    with pytest.raises(ValueError, match="is not an arXiv identifier"):
        arxiv.split_id(text)


@given(st.text() | st.from_regex(r"[a-z./]{0,9}[0-9.]{7,10}v?[0-9]?", fullmatch=True))
def test_identifiers_are_safe(text: str) -> None:
    """Whatever passes is short, plain ASCII, and read again it is the same."""
    try:
        identifier, _ = arxiv.split_id(text)
    except ValueError:
        return
    assert identifier.isascii()
    assert set(identifier) <= set("abcdefghijklmnopqrstuvwxyz-./0123456789")
    assert ".." not in identifier
    assert arxiv.split_id(identifier) == (identifier, None)


@pytest.mark.parametrize(
    ("code", "expected"),
    [("cs.CL", "cs.CL"), ("CS.cl", "cs.CL"), (" eess.as ", "eess.AS"), ("hep-th", "hep-th"), ("cmp-lg", "cmp-lg")],
)
def test_category(code: str, expected: str) -> None:
    """A code is known in any case; its row has names in two languages."""
    row = arxiv.category(code)
    assert row is not None
    assert (row.code, bool(row.name), bool(row.name_zh)) == (expected, True, True)


def test_unknown_category() -> None:
    """A code that arXiv does not have is no category."""
    assert arxiv.category("cs.XX") is None
    assert arxiv.category("cs") is None
    assert arxiv.category("") is None


def test_taxonomy_is_consistent() -> None:
    """Every present code of a retired one is itself in the list, and present."""
    rows = arxiv.taxonomy()
    assert [row.code for row in rows.values() if row.current and rows[row.current.lower()].current] == []
    assert [code for code, row in rows.items() if code != row.code.lower() or not row.name_zh] == []


@pytest.mark.parametrize(
    ("wrong", "meant"),
    [
        ("cs.C", "cs.CC"),
        ("eess.ASS", "eess.AS"),
        ("eess", "eess.AS"),
        ("cs.cll", "cs.CL"),
        ("cond-mat.stat", "cond-mat.stat-mech"),
    ],
)
def test_near(wrong: str, meant: str) -> None:
    """A wrong code is answered with at most three present ones that may have been meant."""
    found = arxiv.near(wrong)
    assert meant in found
    assert len(found) <= 3
    assert all(row and not row.current for row in map(arxiv.category, found))


def test_near_nothing() -> None:
    """Nonsense is near no category."""
    assert arxiv.near("@@@@@@@@@@") == arxiv.near("") == ()


@pytest.mark.parametrize(
    ("codes", "categories", "classes"),
    [
        (["cs.SD", "eess.AS"], ("cs.SD", "eess.AS"), ()),
        (["cs.SD; eess.AS", "cs.SD"], ("cs.SD", "eess.AS"), ()),
        (["cs.CL", "I.2.7; H.5"], ("cs.CL",), ("I.2.7", "H.5")),
        (["math.PR", "60K35, 82B20"], ("math.PR",), ("60K35", "82B20")),
        (["hep-th", "cs.NEW"], ("hep-th", "cs.NEW"), ()),
        (["", " ; "], (), ()),
    ],
)
def test_split_categories(codes: list[str], categories: tuple[str, ...], classes: tuple[str, ...]) -> None:
    """ACM and MSC classes are kept apart; a code of arXiv's form counts as one even before we know it."""
    assert arxiv.split_categories(codes) == (categories, classes)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("cs.SY", "eess.SY", True),
        ("cs.sd", "cs.SD", True),
        ("cs.SD", "cs.CL", False),
        ("cmp-lg", "cs.CL", True),
        ("new.XX", "new.XX", True),
        ("new.XX", "new.YY", False),
    ],
)
def test_same_category(one: str, other: str, *, expected: bool) -> None:
    """Aliases and retired codes are the category they became."""
    assert arxiv.same_category(one, other) is expected
    assert arxiv.same_category(other, one) is expected


def listing(number: int, kind: Kind, *listed: str) -> Listing:
    """An announced paper."""
    return Listing(paper(f"3107.{number:05}", comment=str(kind)), kind, listed)


def test_merge() -> None:
    """One listing a paper: the strongest kind and what stood there, every category; in arXiv's order of kinds."""
    seen = [
        listing(3, Kind.REPLACE, "cs.SD"),
        listing(2, Kind.CROSS, "cs.SD"),
        listing(1, Kind.CROSS, "eess.AS"),
        listing(2, Kind.NEW, "eess.AS"),
        listing(2, Kind.NEW, "eess.AS", "cs.CL"),
    ]
    for order in permutations(seen):
        merged = arxiv.merge(order)
        assert [(item.paper.id[-1], item.kind) for item in merged] == [("2", "new"), ("1", "cross"), ("3", "replace")]
        assert {item.paper.id[-1]: set(item.listed) for item in merged}["2"] == {"eess.AS", "cs.SD", "cs.CL"}
        assert all(item.paper.comment == item.kind for item in merged)


def test_merge_nothing() -> None:
    """An empty mailing stays empty."""
    assert arxiv.merge(()) == ()


@pytest.mark.parametrize(("version", "tail"), [(None, "3107.00001"), (3, "3107.00001v3")])
def test_addresses(version: int | None, tail: str) -> None:
    """Links carry the version where it is known."""
    of = paper(version=version)
    found = [arxiv.abs_url(of), arxiv.pdf_url(of), arxiv.html_url(of)]
    assert found == [f"https://arxiv.org/{kind}/{tail}" for kind in ("abs", "pdf", "html")]


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2025-07-07T12:00-04:00", "2025-07-07"),  # Monday noon: Monday's mailing went out on Sunday evening
        ("2025-07-07T19:59-04:00", "2025-07-07"),
        ("2025-07-07T20:00-04:00", "2025-07-08"),
        ("2025-07-08T00:01-04:00", "2025-07-08"),
        ("2025-07-11T20:30-04:00", "2025-07-11"),  # Friday evening: nothing until Sunday
        ("2025-07-12T23:00-04:00", "2025-07-12"),
        ("2025-07-13T19:00-04:00", "2025-07-13"),
        ("2025-07-13T20:00-04:00", "2025-07-14"),
        ("2025-07-08T00:00+00:00", "2025-07-08"),  # 20:00 in New York in summer
        ("2026-01-13T00:00+00:00", "2026-01-12"),  # 19:00 in winter
        ("2026-01-13T01:00+00:00", "2026-01-13"),
        ("2026-03-08T20:00-04:00", "2026-03-09"),  # the day the clocks go forward
        ("2025-11-02T20:00-05:00", "2025-11-03"),  # and back
        ("2025-12-31T21:00-05:00", "2026-01-01"),
        ("2025-07-08T08:30+08:00", "2025-07-08"),  # Shanghai
    ],
)
def test_expected_day(moment: str, day: str) -> None:
    """A mailing appears at 20:00 in New York and carries the next day's date, wherever the clock stands."""
    assert arxiv.expected_day(datetime.fromisoformat(moment)) == date.fromisoformat(day)


@given(st.datetimes(datetime(2024, 1, 1), datetime(2033, 1, 1), timezones=st.just(ZoneInfo("Asia/Shanghai"))))
def test_expected_day_never_goes_back(now: datetime) -> None:
    """The newest possible date is New York's or the next, grows with time, and is a weekday except at weekends."""
    day = arxiv.expected_day(now)
    here = now.astimezone(arxiv.NEW_YORK).date()
    assert day in {here, here + timedelta(days=1)}
    assert day <= arxiv.expected_day(now + timedelta(minutes=30))
    assert arxiv.announces(day) or day == here


def test_announces() -> None:
    """Mailings carry the dates of Monday to Friday."""
    week = [date(2025, 7, 7) + timedelta(days=n) for n in range(7)]
    assert [arxiv.announces(day) for day in week] == [True] * 5 + [False] * 2
