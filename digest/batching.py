"""Summaries of many stored days as one batch: handed in, left alone, collected by a later run of the same command.

`state/batch.json` says what is out: the batch and the papers it asks about.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date

from digest import batches, summarize
from digest.doors import Doors
from digest.errors import ModelError, StoreError
from digest.models import Digest, Paper, Summary, Trust
from digest.options import Config
from digest.outcome import DayOutcome, Result, journalled
from digest.pipeline import Runner

PENDING = "state/batch.json"


def batch(config: Config, doors: Doors, first: date, last: date) -> Result:
    """Hands in what stored days lack, or collects the batch that is out. Raises ModelError."""
    with doors.store.files.locked(doors.say):
        runner = Runner(config, doors, insist=True)
        out = _pending(doors)
        if out:
            return journalled(doors, _collected(runner, str(out["id"]), set(out["papers"])))
        days = list(doors.store.days(first, last))
        return journalled(doors, _handed_in(runner, days))


def _pending(doors: Doors) -> dict[str, list[str]]:
    source = doors.store.files.read(PENDING)
    try:
        return dict(json.loads(source)) if source.strip() else {}
    except ValueError as error:
        raise StoreError(f"{doors.store.root / PENDING}: cannot be read; restore it with git, or delete it") from error


def _handed_in(runner: Runner, days: list[Digest]) -> Iterator[DayOutcome]:
    papers = {paper.id: paper for digest in days for paper in runner.summarizer.missing(digest)}
    if not papers:
        runner.doors.say("no stored paper lacks a summary")
        return
    summarizer = runner.summarizer
    questions = ((name, summarizer.prompter.messages(paper)) for name, paper in sorted(papers.items()))
    name = batches.submit(summarizer.asker.model, questions, summarize.SCHEMA)
    runner.doors.store.files.write(PENDING, json.dumps({"id": name, "papers": sorted(papers)}) + "\n")
    runner.doors.say(f"batch {name}: {len(papers)} papers handed in; run the same command later to collect them")
    yield from ()


def _collected(runner: Runner, name: str, asked: set[str]) -> Iterator[DayOutcome]:
    found = batches.fetch(runner.summarizer.asker.model, name)
    if not found.over:
        runner.doors.say(f"batch {name}: {found.status}; run the same command later")
        return
    touched = [d for d in runner.doors.store.days() if any(p.id in asked for p in runner.summarizer.missing(d))]
    papers: dict[str, Paper] = {p.id: p for d in touched for p in runner.summarizer.missing(d) if p.id in asked}
    for paper in papers.values():
        runner.summarizer.keep(paper, _summary(runner, paper, found))
    for digest in touched:
        yield runner.republish(digest, ask=False)
    runner.doors.store.files.write(PENDING, "")


def _summary(runner: Runner, paper: Paper, found: batches.Batch) -> Summary:
    """A paper's summary out of the batch, or why there is none; nothing is asked again here."""
    answer = found.answers.get(paper.id)
    if answer is None:
        reason = found.errors.get(paper.id) or found.errors.get("") or "the batch ended without an answer"
        return Summary(Trust.FAILED, reason, model=runner.summarizer.endpoint.name)
    try:
        return runner.summarizer.asker.batched(answer, paper)
    except ModelError as error:
        return Summary(Trust.FAILED, str(error), model=runner.summarizer.endpoint.name)
