"""`python -m benchmarks [NAME ...]`: every figure, each beside a floor of the same run."""

from __future__ import annotations

import random
import re
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import verify
from benchmarks.days import long_history, politeness, requests_a_day
from benchmarks.invented import WORDS, invented, sentence
from benchmarks.measure import ROOT, RUNS, line, process
from benchmarks.summaries import many_papers, money
from digest import query
from digest.models import Kind, Listing, Paper
from digest.query import Document
from tests.fakes.pages import listing_page
from tests.fakes.server import FakeServer, Reply, serving
from tests.world import NAMES, NOON, TUESDAY, World

RECORDED = ROOT.parent / "shared" / "arxiv" / "recorded" / "list_eess.AS_new_2025-07-08.html"
TERMS = [
    "acoustic",
    "reinforcement learning",
    "reverb",
    "meta",
    "separate",
    "reconstruction",
    "noise",
    "enhance",
    "localization",
    "speech",
]


def main() -> None:
    """Runs what is named on the command line, or everything; about five minutes."""
    wanted = set(sys.argv[1:])
    print("medians of whole processes; the floor or rival of each line was measured in the same run\n")
    days = (start_up, one_category, big_day, requests_a_day, politeness, long_history)
    for part in (*days, matching, many_papers, money, checks):
        if not wanted or part.__name__ in wanted:
            with serving() as server, tempfile.TemporaryDirectory() as folder:
                part(server, Path(folder))


def checks(_: FakeServer, __: Path) -> None:
    """What the checks of summaries find, by kind of error, and what they cost."""
    verify.main()


def start_up(_: FakeServer, __: Path) -> None:
    """`--help` against an interpreter that does nothing."""
    floor = process(["-c", "pass"])
    line("--help", process(["-m", "digest", "--help"]), floor, "python -c pass")


def one_category(server: FakeServer, folder: Path) -> None:
    """One category's day against the script of the same purpose."""
    recorded = RECORDED.is_file()
    body = RECORDED.read_bytes() if recorded else listing_page("eess.AS", TUESDAY, invented(50, 1), names=NAMES)
    name = f"one category's day ({'recorded, 50 papers' if recorded else 'invented, 50 papers'}, 10 terms)"
    server.answers["/list/eess.AS/new"] = Reply(body)
    output = str(folder / "yardstick.md")
    rival = process([str(ROOT / "benchmarks/yardstick.py"), f"{server.url}/list/eess.AS/new", output, *TERMS])
    config = folder / "config.yaml"
    config.write_text(
        f"categories: [eess.AS]\nmatch: substring\ninclude: {TERMS}\n"
        f"request_interval: 0\nendpoints: {{listing: '{server.url}'}}\n"
    )
    now = "2025-07-08T12:00:00Z" if recorded else NOON
    site = folder / "site"
    arguments = ["-m", "digest", "run", "-q", "--config", str(config), "--root", str(site)]
    own = process(arguments, environment={"DIGEST_NOW": now}, new=site)
    line(name, own, rival, "the 90-line script")


def big_day(server: FakeServer, folder: Path) -> None:
    """A whole day of two categories, 150 papers, 20 terms; and how many requests it takes."""
    world = World(folder / "big", server)
    world.root.mkdir()
    world.announce(TUESDAY, invented(150, 2))
    world.configure(f"include: [{', '.join(WORDS[:20])}]\n")
    server.requests.clear()
    site = folder / "site"
    arguments = ["-m", "digest", "run", "-q", "--config", str(world.root / "config.yaml"), "--root", str(site)]
    own = process(arguments, environment={"DIGEST_NOW": NOON}, new=site)
    floor = process(["-c", "import requests, lxml.etree, jinja2, yaml, argparse"])
    line("a day of 2 categories (150 papers, 20 terms)", own, floor, "importing its libraries")
    print(f"{'requests of that run':<58} {len(server.requests) / (RUNS + 1):6.1f} (1 a category)\n")


def matching(_: FakeServer, __: Path, papers: int = 75_000, terms: int = 100) -> None:
    """75,000 abstracts x 100 terms against bare scans of the same text."""
    draw = random.Random(3)  # noqa: S311
    rare = ["".join(draw.choices("abcdefghijklmnopqrstuvwxyz", k=7)) for _ in range(400)]
    texts = [sentence(draw, 160) + " " + " ".join(draw.choices(rare, k=8)) for _ in range(papers)]
    chosen = [*draw.sample(rare, terms - 10), "speech enhancement", "noise robust", *draw.sample(WORDS[:40], 8)]
    documents = [
        Document(Listing(Paper("3107.00001", "", (), text, ("cs.SD",)), Kind.NEW, ("cs.SD",))) for text in texts
    ]
    start = time.process_time()
    found = sum(bool(wanted.match(document)) for wanted in [query.any_of(chosen)] for document in documents)
    own = time.process_time() - start
    start = time.process_time()
    scanned = sum(any([term in low for term in chosen]) for text in texts for low in [text.lower()])
    scan = time.process_time() - start
    pattern = re.compile("|".join(map(re.escape, chosen)))
    start = time.process_time()
    for text in texts:
        pattern.findall(text.lower())
    single = time.process_time() - start
    work = papers * terms / 1e6
    print(f"matching {papers:,} abstracts x {terms} terms ({found:,} match, {scanned:,} by substring)")
    print(f"  ours, with places and reasons       {own:6.2f} s CPU   {work / own:6.2f} million papers x terms a second")
    print(f"  bare scan, one `in` a term          {scan:6.2f} s CPU   ours takes {own / scan:4.2f} x")
    print(f"  bare scan, one pass of an `a|b|c`   {single:6.2f} s CPU   ours takes {own / single:4.2f} x")


if __name__ == "__main__":
    main()
