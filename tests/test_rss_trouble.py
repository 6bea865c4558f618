"""The feeds: what is cut, malformed, full or an attack is refused as a whole."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.errors import SourceError
from digest.models import Announcement
from digest.sources import rss
from tests.fakes import pages, sample
from tests.fakes.pages import FakePaper

DAY = date(2031, 7, 8)
BOTH = ("eess.AS", "cs.SD")
FORMS = pytest.mark.parametrize("form", [pages.rss, pages.atom], ids=["rss", "atom"])
Form = Callable[[Sequence[str], date, Sequence[FakePaper]], bytes]
RICH = FakePaper("3107.00101", 2, "R&D of $x<y$", ("Ada Example",), "We ask: a & b?", ("eess.AS", "cs.SD"))


def read(body: bytes, categories: tuple[str, ...] = BOTH) -> Announcement:
    return rss.parse(body, categories)


def _without(pattern: bytes, put: bytes = b"") -> Callable[[bytes], bytes]:
    return lambda body: re.sub(pattern, lambda _: put, body, flags=re.DOTALL)


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (_without(rb"Announce Type: \w+ "), "no announce type"),
        (_without(rb"Abstract:"), "no announce type"),
        (_without(rb"<description>arXiv.*?</description>"), "no announce type"),
        (_without(rb"<guid.*?</guid>"), "not an arXiv identifier"),
        (_without(rb"oai:arXiv.org:3107.00101", b"http://evil.example/"), "not an arXiv identifier"),
        (_without(rb">arXiv:3107.00101", b">arXiv:3107.00999"), "describes 3107.00999"),
        (_without(rb"<category>.*?</category>"), "in 0 categories"),
        (_without(rb"<category>[^<]*</category>", b"<category/>"), "in 0 categories"),
        (_without(rb"<pubDate>.*?</pubDate>"), "cannot be read"),
        (_without(rb"<pubDate>.*?</pubDate>", b"<pubDate>soon</pubDate>"), "cannot be read"),
        (_without(rb"-0400", b""), "no time zone"),
        (_without(rb"Tue, 08 Jul 2031 00:00:00 -0400", b"0001-01-01T00:00:00+00:00"), "cannot be read"),
        (_without(rb"(?<=</category>\n      )<pubDate>Tue, 08", b"<pubDate>Wed, 09"), "2 different days"),
        (_without(rb"</channel>"), "not whole"),
        (_without(rb"</rss>\s*$"), "not whole"),
        (_without(rb"<rss", b"<html"), "not whole"),
        (_without(rb'version="2.0"', b'version="0.91"'), "not whole"),
        (_without(rb"&lt;", b"<"), "not whole"),
        (_without(rb"R&amp;D", b"R&D"), "not whole"),
        (_without(rb"R&amp;D", b"R\x00D"), "not whole"),
        (_without(rb"R&amp;D", b"R\xff\xfeD"), "not whole"),
        (_without(rb"R&amp;D", b"R&#xD800;D"), "not whole"),
        (_without(rb"R&amp;D", b"R&#x999999999999;D"), "not whole"),
        (_without(rb"<guid(.*?)>", b"<source><category>x</category><guid>"), "not whole"),
        (lambda body: body.decode().encode("utf-16"), "not whole"),
        (lambda _: b"<!DOCTYPE html><html><body>503 Service Unavailable</body></html>", "declares entities"),
        (lambda _: b"<html><head><title>503 Service Unavailable</title></head></html>", "not whole"),
        (lambda _: b"Rate exceeded.", "not whole"),
        (lambda _: b"", "is empty"),
        (lambda _: b" \n", "is empty"),
    ],
)  # fmt: skip
def test_a_feed_that_is_not_whole_is_refused(damage: Callable[[bytes], bytes], words: str) -> None:
    """Whatever is missing, contradictory or malformed, nothing of the feed is used and the reason is named."""
    whole = pages.rss(BOTH, DAY, [RICH])
    damaged = damage(whole)
    assert damaged != whole
    with pytest.raises(SourceError, match=words):
        read(damaged)


@FORMS
def test_a_cut_feed_is_refused_wherever_it_is_cut(form: Form) -> None:
    """At every hundredth of its length, and at every byte of its end: never fewer papers, never a shorter abstract."""
    body = form(BOTH, DAY, sample.papers()[:12])
    whole = read(body)
    for end in [*range(0, len(body), len(body) // 100), *range(len(body) - 30, len(body))]:
        try:
            assert read(body[:end]) == whole
        except SourceError:
            continue


def test_a_full_feed_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """At arXiv's limit new papers are missing without a word, so that fewer categories must be asked for."""
    assert rss.MAX_ENTRIES == 2000
    monkeypatch.setattr(rss, "MAX_ENTRIES", 40)
    papers = sample.papers()
    body = pages.rss(BOTH, DAY, papers)
    assert body.count(b"<item>") == 40
    with pytest.raises(SourceError, match="ask for fewer categories"):
        read(body)
    assert len(read(pages.rss(BOTH, DAY, papers[1:])).listings) == 39


BOMB = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;">]>'


@pytest.mark.parametrize(
    "head",
    [BOMB, b"<!doctype rss>", b'<!DOCTYPE x [<!ENTITY c SYSTEM "%s">]>', b"<!--" + b"." * 5000 + b"-->" + BOMB],
    ids=["bomb", "doctype", "external", "late"],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le"])
def test_entities_are_refused(head: bytes, encoding: str, tmp_path: Path) -> None:
    """No declared entity is expanded and no file is opened, wherever the declaration stands and however written."""
    secret = tmp_path / "secret"
    secret.write_text("a well kept secret", encoding="utf-8")
    body = pages.rss(BOTH, DAY, [replace(RICH, title="MARK")]).replace(b"MARK", b"&c;")
    body = body.replace(b"<rss", head.replace(b"%s", secret.as_uri().encode()) + b"<rss")
    with pytest.raises(SourceError, match=r"declares entities|not whole") as caught:
        read(body.decode().encode(encoding))
    assert "kept" not in str(caught.value)


def test_an_answer_that_names_a_file_opens_none(tmp_path: Path) -> None:
    """The library takes bytes for a file's name when there is such a file; an answer must not choose one."""
    file = tmp_path / "feed.xml"
    file.write_bytes(pages.rss(BOTH, DAY, [RICH]))
    with pytest.raises(SourceError, match="not whole"):
        read(str(file).encode())


@given(st.binary(max_size=300))
def test_rubbish_is_refused(junk: bytes) -> None:
    """Bytes that are no feed end in SourceError, nothing else."""
    with pytest.raises(SourceError):
        read(junk)


WHOLE = pages.rss(BOTH, DAY, [RICH])


@given(st.integers(0, len(WHOLE)), st.integers(0, 200), st.binary(max_size=20) | st.sampled_from([b"<", b"&", b"]]>"]))
def test_a_damaged_feed_is_refused_or_read(start: int, length: int, junk: bytes) -> None:
    """A feed with a piece replaced by rubbish ends in SourceError, or is read without a paper more."""
    try:
        found = read(WHOLE[:start] + junk + WHOLE[start + length :])
    except SourceError:
        return
    assert len(found.listings) <= 1
