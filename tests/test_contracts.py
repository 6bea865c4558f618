"""What holds for every source in the folder, also for one that is added tomorrow."""

from __future__ import annotations

import importlib
import inspect
import json
import pkgutil
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from digest import arxiv, plugins, sources
from digest.errors import DigestError, SourceError
from digest.models import Announcement
from digest.options import Endpoints
from digest.web import Web
from tests import replay
from tests.fakes import pages, sample
from tests.fakes.server import FakeServer, Reply

NAMES = [found.name for found in pkgutil.iter_modules(sources.__path__) if found.name[0] != "_"]  # `_` is no source
FOUND = [importlib.import_module(f"digest.sources.{name}") for name in NAMES]
ALL = [module for module in FOUND if hasattr(module, "Source")]
ASKED = [module for module in ALL if hasattr(module.Source, "fetch")]
ARCHIVES = [module for module in ALL if hasattr(module.Source, "past")]
ONLINE = [module for module in ASKED if module.__name__ != "digest.sources.sample"]
DAY = sample.DAY
CATEGORIES = ("eess.AS", "cs.SD")


def each(modules: Sequence[ModuleType]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("module", modules, ids=lambda module: module.__name__.rpartition(".")[2])


def play_arxiv(server: FakeServer) -> dict[str, bytes]:
    """The sample day at all addresses of arXiv; the bodies by path."""
    papers, names = sample.papers(), sample.names()
    bodies = {f"/list/{c}/new": pages.listing_page(c, DAY, papers, names=names) for c in CATEGORIES}
    bodies["/rss/eess.AS+cs.SD"] = pages.rss(CATEGORIES, DAY, papers)
    server.answers = {path: Reply(body) for path, body in bodies.items()}
    return bodies


def quick(server: FakeServer, module: ModuleType) -> Any:
    return module.Source(Web(gap=0, deadline=2, sleep=lambda _: None), server.url)


# --- form ---


def test_the_folder_is_what_counts() -> None:
    """Every module of the folder is a source, named by its file; there is no registry to forget one in."""
    assert ALL == FOUND
    assert {"listing", "rss", "api", "catchup", "oai", "sample"} <= {module.NAME for module in ALL}
    assert {module.NAME for module in ARCHIVES} == {"catchup", "oai"}


@each(ALL)
def test_a_source_is_named_as_its_file(module: ModuleType) -> None:
    """The name in `sources:` and in the digest is the file's."""
    assert module.__name__ == f"digest.sources.{module.NAME}"


@each(ALL)
def test_a_source_says_what_it_reads(module: ModuleType) -> None:
    """The docstring leads to the service's documentation; class and methods say what they are for."""
    assert module.__doc__
    assert re.search(r"https://\S+", module.__doc__) or module.NAME == "sample"
    assert module.Source.__doc__
    methods = [method for name, method in inspect.getmembers(module.Source, inspect.isfunction) if name[0] != "_"]
    assert methods
    assert all("Raises SourceError" in (method.__doc__ or "") for method in methods)


@each(ALL)
def test_a_source_takes_a_door_and_an_address(module: ModuleType) -> None:
    """What `plugins` gives: the web and where the service is; nothing is asked before `fetch`."""
    web = Web()
    made = module.Source(web, "https://mirror.example")
    assert made.base == "https://mirror.example"
    assert web.requests_made == 0


@each(ONLINE)
def test_a_source_has_a_pure_parse(module: ModuleType) -> None:
    """Bytes in, data out: reading is apart from fetching."""
    assert next(iter(inspect.signature(module.parse).parameters)) == "body"
    with pytest.raises(SourceError):
        module.parse(b"rubbish", "eess.AS" if module.NAME == "listing" else ("eess.AS",))


# --- behaviour ---


@each(ASKED)
def test_a_source_gives_a_whole_mailing(server: FakeServer, module: ModuleType) -> None:
    """The day, the source's own name, arXiv's order, each paper once, and for every asked category its count."""
    play_arxiv(server)
    found = quick(server, module).fetch(CATEGORIES)
    assert isinstance(found, Announcement)
    assert (found.day, found.source) == (DAY, module.NAME)
    assert list(found.listings) == sorted(found.listings, key=arxiv.order)
    assert len({item.paper.id for item in found.listings}) == len(found.listings) == 40
    assert tuple(count.category for count in found.counts) == CATEGORIES
    for count in found.counts:
        assert count.parsed == sum(count.category in item.listed for item in found.listings)
        assert count.announced in {None, count.parsed}


FAULTS = {
    "nothing": Reply(b""),
    "throttle": Reply(b"Rate exceeded."),
    "error page": Reply(b"<html><head><title>503 Service Unavailable</title></head><body></body></html>"),
    "json": Reply(b'{"error": "gone"}'),
    "plain text": Reply(b"We are down for maintenance."),
    "binary": Reply(bytes(range(256)) * 10),
    "zeros": Reply(bytes(10_000)),
    "empty feed": Reply(b"<rss version='2.0'><channel></channel></rss>"),
    "entities": Reply(b'<!DOCTYPE x [<!ENTITY a "b">]><rss version="2.0"><channel><title>&a;</title></channel></rss>'),
    "unsolicited 304": Reply(b"", 304),
    "no gzip": Reply(b"notgzip", headers={"Content-Encoding": "gzip"}),
    "too long": Reply(b"<html>", headers={"Content-Length": "1006"}),
    "elsewhere": Reply(b"", 302, {"Location": "https://evil.example/"}),
    "in a circle": Reply(b"", 302, {"Location": "/"}),
    **{str(status): Reply(b"x", status) for status in (400, 403, 404, 410, 406, 408, 429, 500, 503, 529)},
}


@each(ONLINE)
@pytest.mark.parametrize("fault", FAULTS)
def test_rubbish_is_a_failed_source(server: FakeServer, module: ModuleType, fault: str) -> None:
    """Whatever comes instead of a mailing is a SourceError of one line: never an empty day, never a traceback."""
    server.answers["*"] = FAULTS[fault]
    with pytest.raises(SourceError) as caught:
        quick(server, module).fetch(CATEGORIES)
    assert str(caught.value)
    assert "\n" not in str(caught.value)


CASES = replay.SHARED / "hostile" / "http_faults.jsonl"
SPECIAL = {
    "fixture",
    "dns",
    "tls",
    "drip",
    "hang",
}  # have tests of their own: test_web.py, test_rss.py, test_recorded.py


def cases() -> list[dict[str, Any]]:
    lines = CASES.read_text(encoding="utf-8").splitlines() if CASES.exists() else []
    return [case for case in map(json.loads, lines) if not SPECIAL & set(case)]


@replay.needs(CASES)
@each(ONLINE)
@pytest.mark.parametrize("case", cases(), ids=lambda case: str(case["why"]))
def test_known_faults(server: FakeServer, module: ModuleType, case: dict[str, Any]) -> None:
    """Each fault of the shared catalogue ends in the whole mailing or in a SourceError, nothing between."""
    whole = quick(server, module)
    bodies = play_arxiv(server)
    expected = whole.fetch(CATEGORIES)
    for path, page in bodies.items():
        body = case["body"].encode() if "body" in case else page[: len(page) * case.get("cut_percent", 100) // 100]
        headers = dict(case.get("headers", {}))
        if "encoding" in case:
            headers["Content-Encoding"] = case["encoding"]
        if "content_length_delta" in case:
            headers["Content-Length"] = str(len(body) + case["content_length_delta"])
        if "location" in case:
            headers["Location"] = path if case["location"] == "self" else case["location"]
        server.answers[path] = Reply(body, case["status"], headers)
    try:
        assert whole.fetch(CATEGORIES) == expected
    except SourceError:
        return
    assert case["status"] == 200


# --- how a name becomes an object ---


def given(name: str) -> plugins.Source:
    return plugins.source(name, Web(), Endpoints())


@each(ASKED)
def test_a_name_is_enough(module: ModuleType) -> None:
    """The file's name leads to its source, at its own address."""
    made = given(module.NAME)
    assert isinstance(made, module.Source)
    assert made.base == getattr(Endpoints(), module.NAME, Endpoints().listing)


@pytest.fixture
def own_modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package `fork_sources` of a user, where Python finds it."""
    package = tmp_path / "fork_sources"
    package.mkdir()
    (package / "__init__.py").touch()
    monkeypatch.syspath_prepend(str(tmp_path))
    for name in [name for name in sys.modules if name.startswith("fork_sources")]:
        monkeypatch.delitem(sys.modules, name)
    return package


def test_a_dotted_name_is_a_module_of_ones_own(own_modules: Path) -> None:
    """A fork's module is a source like ours, at the listing's address."""
    (own_modules / "mine.py").write_text(
        "class Source:\n"
        "    def __init__(self, web, base): self.base = base\n"
        "    def fetch(self, categories): return self.base, categories\n",
        encoding="utf-8",
    )
    found: object = given("fork_sources.mine").fetch(("cs.SD",))
    assert found == (Endpoints().listing, ("cs.SD",))


@pytest.mark.parametrize("name", ["nosuch", "fork_sources.nosuch", "no.such.module", "json.decoder.nosuch"])
@pytest.mark.usefixtures("own_modules")
def test_a_name_that_leads_nowhere(name: str) -> None:
    """A name without a module is a mistake in the configuration, and said so."""
    with pytest.raises(DigestError, match=f"there is no source `{name}`; `sources:` takes listing, rss"):
        given(name)


@pytest.mark.parametrize("name", ["api", "os.path", "json.decoder"])
def test_a_module_that_is_no_source(name: str) -> None:
    """A module that cannot give a mailing is refused before it is asked; the API is one."""
    with pytest.raises(DigestError, match="cannot be read as a source"):
        given(name)


@pytest.mark.parametrize(
    ("code", "error", "words"),
    [
        ("import a_library_that_is_missing", ModuleNotFoundError, "a_library_that_is_missing"),
        ("import fork_sources.helper_that_is_missing", ModuleNotFoundError, "helper_that_is_missing"),
        ("from digest import nothing_of_that_name", ImportError, "nothing_of_that_name"),
        ("1 / 0", ZeroDivisionError, "division"),
        ("def", SyntaxError, "invalid syntax"),
    ],
)
def test_a_broken_module_is_not_a_missing_one(own_modules: Path, code: str, error: type[Exception], words: str) -> None:
    """An error inside of a plug-in shows itself, it does not read as "no such source"."""
    (own_modules / "broken.py").write_text(code, encoding="utf-8")
    with pytest.raises(error, match=words):
        given("fork_sources.broken")
