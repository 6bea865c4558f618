"""arXiv's rules, stored days, configurations and escaping: the laws that hold for any value."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st
from lxml.html import HtmlElement

from digest import arxiv, codec, config, markdown, text
from digest.errors import Complaint, ConfigError
from digest.models import DayLine, Digest, Run
from digest.options import Config
from tests import gfm
from tests.strategies import DIGESTS, LINES, examples
from tests.test_math import plain_tex

# --- identifiers ------------------------------------------------------------------------------------------------------

_NEW = st.from_regex(r"[0-9]{4}\.[0-9]{4,6}", fullmatch=True)
_OLD = st.from_regex(r"[a-z]{2,8}(-[a-z]{2,3})?/[0-9]{7}", fullmatch=True)
_HEADS = ("", "arXiv:", "arxiv:", "oai:arXiv.org:", "https://arxiv.org/abs/", "http://www.arxiv.org/pdf/",
          "https://export.arxiv.org/html/", "HTTP://ARXIV.ORG/ABS/")  # fmt: skip
_TAILS = ("", ".pdf", "?utm=x", "#top", "?a=b#c")


@given(_NEW | _OLD, st.none() | st.integers(1, 9999), st.sampled_from(_HEADS), st.sampled_from(_TAILS), st.booleans())
@examples(150)
def test_every_spelling_is_one_identifier(
    identifier: str, version: int | None, head: str, tail: str, capitals: bool
) -> None:
    """However an identifier is written, with its version or without, it is the same one."""
    shown = f"{head}{identifier.upper() if capitals else identifier}{f'v{version}' if version else ''}{tail}"
    assert arxiv.split_id(f" {shown}\n") == (identifier, version)


@given(st.text() | st.from_regex(r"(arxiv:|https?://\S{0,12}/)?[\w.-]{0,9}/?[0-9.]{4,11}(v[0-9]{0,5})?\W{0,3}"))
@examples(200)
def test_any_text_is_an_identifier_or_refused(written: str) -> None:
    """What is accepted is a safe piece of a path and of an address, and means itself; all else is a ValueError."""
    try:
        identifier, version = arxiv.split_id(written)
    except ValueError:
        return
    assert arxiv.split_id(f"{identifier}{f'v{version}' if version else ''}") == (identifier, version)
    assert Path(identifier).parts[0] not in {"..", "/"}
    assert identifier in written.lower() or "/" in identifier


# --- days -------------------------------------------------------------------------------------------------------------

MOMENTS = st.datetimes(datetime(1991, 8, 14), datetime(2099, 12, 31), timezones=st.just(UTC))
CHANGES = ("2031-03-09T06:59:59", "2031-03-09T07:00:00", "2031-11-02T05:59:59", "2031-11-02T06:00:00")
"""The seconds around New York's changes of the clock, in UTC."""


@given(MOMENTS, st.timedeltas(timedelta(0), timedelta(days=3)))
@example(datetime.fromisoformat(f"{CHANGES[0]}+00:00"), timedelta(seconds=1))
@example(datetime.fromisoformat(f"{CHANGES[2]}+00:00"), timedelta(seconds=1))
@examples(200)
def test_the_expected_day_never_goes_back(moment: datetime, later: timedelta) -> None:
    """As time goes on the newest mailing's date grows; it is New York's date or, in the evening, the next one."""
    day = arxiv.expected_day(moment)
    assert day <= arxiv.expected_day(moment + later)
    here = moment.astimezone(arxiv.NEW_YORK)
    assert day - here.date() in {timedelta(0), timedelta(days=1)}
    assert day == here.date() or (here.hour >= arxiv.MAILING_HOUR and arxiv.possible(day))


@pytest.mark.parametrize("change", [date(2031, 3, 9), date(2031, 11, 2)], ids=["spring", "autumn"])
def test_each_mailing_begins_once_at_eight_in_the_evening(change: date) -> None:
    """In the weeks around a change of the clock the expected day moves at 20:00 or at midnight New York time only."""
    moments = [
        datetime(change.year, change.month, change.day, tzinfo=UTC) + timedelta(minutes=30 * n)
        for n in range(-700, 700)
    ]
    moved = [b for a, b in pairwise(moments) if arxiv.expected_day(a) != arxiv.expected_day(b)]
    assert {moment.astimezone(arxiv.NEW_YORK).strftime("%H:%M") for moment in moved} == {"20:00", "00:00"}
    days = [arxiv.expected_day(moment) for moment in moments]
    assert sorted(set(days)) == [days[0] + timedelta(days=n) for n in range((days[-1] - days[0]).days + 1)]


@given(st.dates(date(1991, 8, 14), date(2099, 12, 31)))
@examples(100)
def test_the_calendar_gives_its_reason(day: date) -> None:
    """A day has a mailing or a reason why not; the newest one up to it is no weekend, and no further off than that."""
    assert arxiv.announces(day) is not bool(arxiv.why_silent(day))
    newest = arxiv.newest_mailing(day)
    assert arxiv.possible(newest)
    assert timedelta(0) <= day - newest <= timedelta(days=2)


# --- stored days ------------------------------------------------------------------------------------------------------


@given(DIGESTS)
@examples(100)
def test_any_day_survives_being_stored(digest: Digest) -> None:
    """What is stored is what comes back; stored again it is the same text, in UTF-8 and lines."""
    stored = codec.dumps(digest)
    assert codec.loads(Digest, stored) == digest
    assert codec.dumps(codec.loads(Digest, stored)) == stored
    assert stored.encode("utf-8").decode("utf-8").splitlines() == stored.split("\n")[:-1]


_NAMES = ["day", "source", "announced", "picks", "tallies", "filters", "listing", "paper", "kind", "ids", "at", "days"]
_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["2031-07-08", "new"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_NAMES) | st.text(max_size=4), inner),
    max_leaves=8,
)


@given(_JSON.map(json.dumps) | st.text(max_size=30), st.sampled_from([Digest, DayLine, Run]))
@example('{"day": "2031-07-08", "announced": 1e999}', Digest)
@example('{"day": "2031-07-08", "announced": -Infinity}', Digest)
@example('{"over": NaN}', Digest)
@example("[" * 100_000, Digest)
@example('{"a":' * 100_000, Digest)
@example("1" * 5000, Digest)
@examples(200)
def test_any_text_is_a_stored_value_or_refused(stored: str, kind: type) -> None:
    """Text that is not what we store is a ValueError, never another exception, never a value of another type."""
    try:
        found: object = codec.loads(kind, stored)
    except ValueError:
        return
    assert isinstance(found, kind)
    assert codec.loads(kind, codec.dumps(found)) == found


# --- config.yaml ------------------------------------------------------------------------------------------------------

_KEYS = [*Config.__dataclass_fields__, "name", "listing", "keywords", "unknown", "1", "~"]
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 99) | st.floats() | st.text(max_size=10) | st.dates()
    | st.sampled_from(["cs.SD", "eess.AS", "new", "zh", "sections", "/a+/", "speech*", '"a b" AND c', "rss"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_KEYS), inner, max_size=4),
    max_leaves=6,
)  # fmt: skip
_CONFIGS = st.dictionaries(st.sampled_from(_KEYS), _VALUES, max_size=5).map(lambda data: {"categories": "cs.SD"} | data)
_LINES = st.lists(st.sampled_from(
    ["categories: [cs.SD]", "topics:", "  - name: a", "    include: [b]", "- x", "\t- y", "include: &a [x]",
     "exclude: *a", "authors: !!str x", "limit: 3", "? a", "a: b: c", "---", "%YAML 1.2", '"', "'", "{", "[", "#",
     "expression: (a"]
), max_size=8).map("\n".join)  # fmt: skip


def complaints(data: bytes) -> tuple[Complaint, ...]:
    """What is said of a configuration; nothing when it can be used."""
    try:
        found = config.parse(data, Path("config.yaml"))
    except ConfigError as refused:
        return refused.complaints
    assert config.topics(found)
    config.warnings(found)
    return ()


def placed(data: bytes) -> bool:
    """Whether each complaint says something of a place in the file, or of the one after its end."""
    lines = len(re.split(r"\r\n|[\n\r\x85\u2028\u2029]", data.decode("utf-8", "replace"))) + 1
    return all(1 <= each.line <= lines and each.column >= 1 and each.message for each in complaints(data))


@given(_CONFIGS)
@examples(150)
def test_any_values_are_a_configuration_or_refused(data: object) -> None:
    """Whatever stands under whatever key, all is understood or at least one complaint names its place."""
    assert placed(yaml.safe_dump(data, allow_unicode=True).encode())


@given(
    st.binary(max_size=60) | st.text(max_size=60).map(lambda t: t.encode("utf-8", "replace")) | _LINES.map(str.encode)
)
@example(b"categories: [cs.SD]\n" + b"a: " * 3000)
@example(b"[" * 20_000)
@example(b"#" * (config.MAX_BYTES + 1))
@example(b"&a [" + b"*a, " * 2000 + b"]")
@examples(200)
def test_any_bytes_are_a_configuration_or_refused(data: bytes) -> None:
    """No file, however broken, ends in anything but a configuration or complaints."""
    assert placed(data)


# --- escaping ---------------------------------------------------------------------------------------------------------

SIGNS = [*"\\`*_[](){}<>#+-.!|~$:=\"'&@^/%;,? \n0a1中", "www.", "http://", "GH-1", "$x$", "<!--", "-->", "]]>", "&lt;"]
FOREIGN = st.lists(st.sampled_from(SIGNS) | st.characters(exclude_categories=["Cs"]), min_size=1).map("".join)
CLEAN = FOREIGN.map(text.clean).filter(bool)
ADDRESS = "https://arxiv.org/abs/3107.00001"


def page(title: str, authors: tuple[str, ...], abstract: str, term: str) -> str:
    """A piece of a page as templates write it."""
    return (
        f"### {markdown.link(title, ADDRESS)}\n\n- {markdown.joined(authors, ', ')}\n- Terms: {markdown.code(term)}\n\n"
        f"| a | b |\n|:--|:--|\n| {markdown.inline(title)} | {markdown.inline(abstract)} |\n\n"
        f"{markdown.paragraphs(abstract)}\n"
    )


def words(root: HtmlElement) -> str:
    return plain_tex(gfm.seen(root))


@given(CLEAN, st.lists(CLEAN, min_size=1, max_size=3).map(tuple), CLEAN, CLEAN.filter(text.is_word))
@examples(100)
def test_foreign_texts_side_by_side_change_nothing(
    title: str, authors: tuple[str, ...], abstract: str, term: str
) -> None:
    """Texts in a heading, a list, a table and a paragraph at once: the page has its elements and their words only."""
    root = gfm.dom(page(title, authors, abstract, term))
    harmless = gfm.dom(page("x", tuple("x" for _ in authors), "x", "x"))
    assert gfm.skeleton(root) == gfm.skeleton(harmless)
    assert gfm.acts(root) == []
    seen = "".join(map(plain_tex, [title, *authors, term, title, abstract, abstract]))
    assert sorted(words(root)) == sorted("Terms:ab" + seen + "," * (len(authors) - 1))


@given(LINES)
@examples(100)
def test_clean_text_stays_as_it_is(line: str) -> None:
    """A text that has been cleaned is clean: cleaning, and taking it for paragraphs, changes nothing more."""
    assert text.clean(line) == line
    assert text.paragraphs(line) == line
    assert "\n" not in line
