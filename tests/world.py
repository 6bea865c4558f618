"""A small world for tests of the whole program: a local arXiv, a folder with a configuration, a clock."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from digest import cli
from tests.fakes import pages
from tests.fakes.pages import FakePaper
from tests.fakes.server import FakeServer, Reply

CATEGORIES = ("eess.AS", "cs.SD")
NAMES = {"eess.AS": "Audio and Speech Processing", "cs.SD": "Sound", "cs.CL": "Computation and Language"}
TUESDAY = date(2031, 7, 8)
WEDNESDAY, THURSDAY, FRIDAY = (TUESDAY + timedelta(days=n) for n in (1, 2, 3))
DOWN = Reply(b"down", 503)
NOON = "2031-07-08T16:00:00Z"  # Tuesday noon in New York


def paper(number: int, title: str = "", kind: str = "new", categories: Sequence[str] = ("eess.AS",)) -> FakePaper:
    """An invented paper, 3107.00001 and on."""
    return FakePaper(
        id=f"3107.{number:05}",
        version=1,
        title=title or f"Invented title {number}",
        authors=("Ada Example", "Bo Beispiel"),
        abstract=f"We propose speech number {number}. (Invented sample paper.)",
        categories=tuple(categories),
        kind=kind,
    )


@dataclass
class World:
    """The folder and the server a run sees."""

    root: Path
    server: FakeServer

    def announce(self, day: date, papers: Sequence[FakePaper], *, listing: bool = True, rss: bool = True) -> None:
        """Puts a mailing on the local arXiv; a source that is switched off answers 503. Its catch-up page stays."""
        for code in CATEGORIES:
            page = Reply(pages.listing_page(code, day, papers, names=NAMES))
            self.server.answers[f"/list/{code}/new"] = page if listing else DOWN
        self.remember(day, papers)
        feed = Reply(pages.rss(CATEGORIES, day, papers))
        self.server.answers[f"/rss/{'+'.join(CATEGORIES)}"] = feed if rss else DOWN
        self.server.answers["/api/query"] = Reply(pages.api(papers))

    def remember(self, day: date, papers: Sequence[FakePaper]) -> None:
        """Puts a day's catch-up pages on the local arXiv; without papers they say that there was none."""
        for code in CATEGORIES:
            self.server.answers[f"/catchup/{code}/{day}"] = Reply(pages.catchup_page(code, day, papers, names=NAMES))

    def configure(self, more: str = "include: [speech]\n") -> Path:
        """Writes config.yaml."""
        url = self.server.url
        path = self.root / "config.yaml"
        path.write_text(
            f"categories: [{', '.join(CATEGORIES)}]\n{more}request_interval: 0\n"
            f"endpoints: {{listing: {url}, rss: {url}, api: {url}/api/query, oai: {url}/oai}}\n",
            encoding="utf-8",
        )
        return path

    def run(self, *arguments: str) -> int:
        """The command line, with this world's configuration."""
        return cli.main([*arguments, "--config", str(self.root / "config.yaml")])

    def journal(self) -> list[dict[str, Any]]:
        """What each run of July has left in the journal."""
        return [json.loads(line) for line in self.text("state/journal/2031-07.jsonl").splitlines()]

    def text(self, path: str) -> str:
        """A written file."""
        return (self.root / path).read_text(encoding="utf-8")

    def files(self, folder: str = "") -> dict[str, bytes]:
        """All written files below a folder, by path."""
        base = self.root / folder
        return {str(p.relative_to(self.root)): p.read_bytes() for p in base.rglob("*") if p.is_file()}


def noon(day: date) -> str:
    """Noon in New York."""
    return f"{day}T16:00:00Z"


def at(moment: str) -> datetime:
    """An ISO moment."""
    return datetime.fromisoformat(moment)
