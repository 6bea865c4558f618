"""The fuzz run's own parts: its targets read their seeds and what was once found, and hide nothing; its report."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from digest.sources import catchup
from digest.sources._markup import ListingPage
from tests import replay
from tests.fakes import pages
from tests.fuzz import __main__ as fuzz
from tests.fuzz import seeds, targets
from tests.fuzz.targets import TARGETS

ALL = pytest.mark.parametrize("target", TARGETS)
RUBBISH = (
    b"",
    b"\0",
    b"\xff\xfe<\0",
    b"\x4c\x6f\xa7\x94",
    b"</html>",
    b"</feed>",
    b"{" * 9999,
    b"(" * 9999,
    "é中\u2028\x85".encode(),
)

FOUND = {
    # by the fuzzer: a number too large for an integer was an OverflowError
    "day": [b'{"day": "2031-07-08", "announced": 1e940}', b'{"over": -Infinity}'],
    # by a test of properties: UTF-16 hid the declarations, and the library expanded them for 20 s in 600 MB
    "rss": ['<?xml version="1.0"?>\n<!DOCTYPE x [\n<!ENTITY c "d">\n]>\n<rss>é&c;&nbsp;</rss>'.encode("utf-16")],
    # the same: the package mended what is broken, and expanded entities in attributes
    "api": [pages.api(seeds.PAPERS).replace(b"&amp;", b"&"), b'<!DOCTYPE x [<!ENTITY c "d">]><feed x="&c;"></feed>'],
    "query": [b"NOT " * 5000, b'title:"', b"/((a{9}){9}){9}/", b"/(?R)/", "İ*".encode(), b"kind:/x/ kind:"],
    "config": [b"\xef\xbb\xbf", b"a: &a [*a]", b"categories: [cs.SD]\ninclude: ['/(/', 'a*b']", b"? {a: b}: c"],
    "ledger": [b"2031-07-08\topen\t\t" + b"9" * 5000 + b"\t0\t0\t", b"2031-07-08\topen\x1crss\t0\t0\t0\t"],
}
"""Inputs that were findings once, or that look as if they could be."""


@ALL
def test_targets_accept_what_they_start_from(target: str) -> None:
    """Every seed, and every seed cut or with something in its middle, is read or refused in the declared way."""
    invented = list(seeds.invented(target))
    assert invented
    for seed in invented:
        half = len(seed) // 2
        for data in (seed, seed[:half], seed[:half] + b"\xff" + seed[half:], seed + seed):
            TARGETS[target](data)


@ALL
def test_what_was_found_stays_found(target: str) -> None:
    """The findings of earlier runs, and rubbish, are no findings any more."""
    for data in (*FOUND.get(target, ()), *RUBBISH):
        TARGETS[target](data)


@replay.needs(replay.RECORDED)
@ALL
def test_recorded_seeds(target: str) -> None:
    """arXiv's own answers are seeds where they are beside the repository, of every target that reads any."""
    found = seeds.recorded(target)
    assert bool(found) is (target not in {"day", "query", "ledger", "reply", "answer"})
    for data in found:
        TARGETS[target](data)


READERS = {
    "listing": "listing.parse", "catchup": "catchup.parse", "rss": "rss.parse", "oai": "oai.parse", "api": "api.parse",
    "day": "codec.loads", "config": "config.parse", "query": "query.parse", "ledger": "ledger.read",
    "reply": "dialect.read", "answer": "summarize.read",
}  # fmt: skip


@ALL
def test_a_target_hides_nothing(target: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An exception that a reader may not raise comes out of its target."""

    def broken(*_: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(f"tests.fuzz.targets.{READERS[target]}", broken)
    with pytest.raises(ZeroDivisionError):
        TARGETS[target](next(iter(seeds.invented(target))))


def test_a_target_looks_at_what_it_gets(monkeypatch: pytest.MonkeyPatch) -> None:
    """A paper whose text could do harm on a page is a finding, too."""

    def misread(body: bytes, _: str) -> ListingPage:
        return catchup.parse(body, "eess.AS", targets.DAY)

    monkeypatch.setattr("tests.fuzz.targets.listing.parse", misread)
    monkeypatch.setattr("digest.text.clean", lambda raw: raw)
    with pytest.raises(AssertionError):
        TARGETS["listing"](next(iter(seeds.invented("catchup"))))


def test_every_reader_has_a_target() -> None:
    """A new source is fuzzed, or says here why it need not be."""
    sources = {path.stem for path in (fuzz.ROOT / "digest/sources").glob("[!_]*.py")}
    assert sources - {"sample"} <= set(TARGETS)  # the sample is read by the listing's reader


# --- the report -------------------------------------------------------------------------------------------------------


def done(code: int, *said: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.CompletedProcess([], code, b"", "\n".join(said).encode())


STATS = ("stat::number_of_executed_units: 1234", "stat::average_exec_per_sec:     99")


def test_a_run_without_findings() -> None:
    """A line a target, with what was done."""
    outcome = fuzz.outcome("rss", 7, done(0, *STATS), ())
    assert fuzz.table([outcome])[1:] == ["rss              1234         99     7  ok"]


@pytest.mark.parametrize(("code", "verdict"), [(70, "too slow"), (71, "too much memory"), (77, "crash"), (1, "exit 1")])
def test_a_finding_is_shown(code: int, verdict: str, tmp_path: Path) -> None:
    """The saved input with its bytes, cut short, and the exception are shown below the table."""
    saved = tmp_path / "crash-1"
    saved.write_bytes(b"\0<x" + b"y" * 999)
    report = (*STATS, " === Uncaught Python exception: ===", "KeyError: 'x'", "  File ...", "", "==1== ERROR")
    outcome = fuzz.outcome("rss", 7, done(code, *report), (saved,))
    lines = fuzz.table([outcome])
    assert (outcome.verdict, lines[1].endswith(verdict)) == (verdict, True)
    assert lines[2].startswith(f"\nrss: {saved} (1002 bytes)\nb'\\x00<xyyy")
    assert len(lines[2]) < 500
    assert lines[3] == "KeyError: 'x'\n  File ..."


def test_a_saved_input_is_a_finding_whatever_the_exit_code() -> None:
    """What was saved counts, and so does a process that died without a report."""
    assert fuzz.outcome("rss", 7, done(0), (Path("leak-1"),)).verdict != "ok"
    assert fuzz.outcome("rss", 7, done(-9), ()).verdict == "exit -9"


def test_without_atheris_it_is_skipped(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Where the fuzzer is not installed the run says so and fails nothing."""
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    assert fuzz.main([]) == 0
    assert capsys.readouterr().out == "skipped: atheris is not installed\n"


def test_an_unknown_target_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A misspelt target runs nothing."""
    monkeypatch.setattr("importlib.util.find_spec", lambda _: True)
    assert fuzz.main(["3", "rrs"]) == 2
    assert "no such target: rrs; there are listing" in capsys.readouterr().err
