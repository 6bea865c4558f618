"""Summaries of many stored days as one batch: handed in, left alone, collected by a later run."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from digest import batches, summarize
from digest.answers import OUT, Out
from digest.asking import BUDGET
from digest.budget import Budget
from digest.doors import Doors
from digest.errors import ModelError, StoreError
from digest.models import Digest, Paper, Summary, Trust
from digest.options import Config
from digest.outcome import DayOutcome, Result, journalled
from digest.pipeline import Runner


def batch(config: Config, doors: Doors, first: date, last: date) -> Result:
    """Hands in what stored days lack, or collects the batch that is out. Raises ModelError."""
    with doors.store.files.locked(doors.say):
        runner = Runner(config, doors, insist=True)
        out = runner.summarizer.kept.out()
        if out:
            return journalled(doors, _collected(runner, out))
        _hand_in(runner, list(doors.store.days(first, last)))
        return journalled(doors, ())


def arrived(runner: Runner) -> Iterator[DayOutcome]:
    """The days that a batch which is out has brought summaries for; trouble with it is told, and stops no run."""
    try:
        out = runner.summarizer.kept.out()
        if out:
            yield from _collected(runner, out)
    except (ModelError, StoreError) as error:
        runner.doors.say(f"the batch could not be collected: {error}; to give it up, delete {OUT}")


def _hand_in(runner: Runner, days: list[Digest]) -> None:
    papers = {paper.id: paper for digest in days for paper in runner.summarizer.missing(digest)}
    if not papers:
        runner.doors.say("no stored paper lacks a summary")
        return
    summarizer = runner.summarizer
    chosen = list(_affordable(papers, summarizer.asker.budget))
    if len(chosen) < len(papers):
        runner.doors.say(f"{BUDGET}: {len(papers) - len(chosen)} papers are left for another time")
    if not chosen:
        return
    questions = [(paper.id, summarizer.prompter.messages(paper)) for paper in chosen]
    try:
        name = batches.submit(summarizer.asker.model, questions, summarize.SCHEMA)
    except ModelError:
        runner.doors.spending.add(-len(chosen), 0, 0.0)  # none was asked about
        raise
    summarizer.kept.send(Out(name, tuple((paper.id, summarizer.key(paper)) for paper in chosen)))
    runner.doors.say(f"batch {name}: {len(chosen)} papers handed in; a later run collects them")


def _affordable(papers: dict[str, Paper], budget: Budget) -> Iterator[Paper]:
    """The first papers, as many as the budget allows; what they cost is known when they are collected."""
    for count, paper in enumerate(papers.values()):
        if not budget.allows(count):
            return
        budget.take()
        yield paper


def _collected(runner: Runner, out: Out) -> Iterator[DayOutcome]:
    """What a batch answered is kept for the paper, version, model and question that it was asked with."""
    summarizer, store = runner.summarizer, runner.doors.store
    found = batches.fetch(summarizer.asker.model, out.batch)
    if not found.over:
        runner.doors.say(f"batch {out.batch}: {found.status}; a later run collects it")
        return
    asked, touched = set(out.asked), []
    for digest in store.days():
        papers = [paper for paper in summarizer.lacking(digest) if (paper.id, summarizer.key(paper)) in asked]
        touched += [digest] if papers else []
        for paper in papers:
            if summarizer.known(paper) is None:
                summarizer.keep(paper, _summary(runner, paper, found))
    for digest in touched:
        yield runner.republish(digest, ask=False)
    summarizer.kept.send(None)


def _summary(runner: Runner, paper: Paper, found: batches.Batch) -> Summary:
    """A paper's summary out of the batch, or why there is none; nothing is asked again here."""
    answer = found.answers.get(paper.id)
    if answer is None:
        reason = found.errors.get(paper.id) or found.errors.get("") or "the batch ended without an answer"
        return Summary(Trust.FAILED, reason, model=runner.summarizer.endpoint.name, trouble="server")
    try:
        return runner.summarizer.asker.batched(answer, paper)
    except ModelError as error:
        return Summary(Trust.FAILED, str(error), model=runner.summarizer.endpoint.name, trouble=error.kind)
