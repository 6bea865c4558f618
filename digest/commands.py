"""What each command does: arguments -> pipeline -> what is printed, and the exit code.

Nothing heavy is imported before a command needs it. Commands about the repository are in `hosting`.
"""

from __future__ import annotations

import argparse
import io
import os
from collections.abc import Iterable
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from digest.console import Console, job_summary
from digest.errors import Complaint, ConfigError, SourceError

if TYPE_CHECKING:
    from digest.doors import Doors
    from digest.models import Summary
    from digest.options import Config
    from digest.outcome import DayOutcome, Result
    from digest.pipeline import Runner

DEMO_FOLDER = "demo"
EPOCH, FAR = 1990, 3000  # years between which a clock can be believed


def run(options: argparse.Namespace, console: Console) -> int:
    """Fills what is open, then does the day."""
    from digest import pipeline  # noqa: PLC0415

    config, doors = _opened(options, console)
    first = _arrived if config.llm.wanted else None
    return _report(pipeline.run(config, doors, options.date, dry=options.dry_run, first=first), console)


def _arrived(runner: Runner) -> Iterable[DayOutcome]:
    from digest import batching  # noqa: PLC0415

    return batching.arrived(runner)


def _report(result: Result, console: Console) -> int:
    """The job summary, and what is left behind; returns the exit code."""
    if result.behind:
        first, last, count = result.behind[0], result.behind[-1], len(result.behind)
        command = f"python -m digest backfill --from {first} --to {last}"
        console.warn(
            f"{count} day{'s' * (count != 1)} further back than `catch_up` missing; to fill in, run: {command}"
        )
    console.summary(job_summary(result))
    return result.exit_code


def _tell(console: Console, root: Path, day: DayOutcome) -> None:
    """A day in a line as soon as it is done; what could not be read is an error."""
    if day.outcome == "failed":
        console.error(SourceError(day.detail))
    else:
        console.print(f"{day.day}: {day.detail}" if day.digest else day.detail)
    if day.page:
        console.print(str(root / day.page))


def backfill(options: argparse.Namespace, console: Console) -> int:
    """Fills in a range of past days."""
    from digest import backfill as past  # noqa: PLC0415

    if options.first > options.last:
        message = f"--from {options.first} is after --to {options.last}; swap them"
        raise ConfigError("arguments", (Complaint(1, 1, message),))
    config, doors = _opened(options, console)
    result = past.backfill(config, doors, options.first, options.last)
    if not result.days:
        console.print(f"Nothing to fill in: no day from {options.first} to {options.last} is open or missing.")
    return _report(result, console)


def status(options: argparse.Namespace, console: Console) -> int:
    """Shows what is known of each day; needs no configuration."""
    from digest import arxiv  # noqa: PLC0415
    from digest import status as view  # noqa: PLC0415
    from digest.store import Store  # noqa: PLC0415

    store, now = Store(root_of(options)), now_of()
    today, began = arxiv.expected_day(now), store.first_day()
    first = began or today
    lines = store.lines(min(first, today), today)
    for line in view.calendar(lines, began, today, options.weeks):
        console.print(line)
    for line in (*view.details(lines, first, today), *view.last_run(store.journal.last(), now)):
        console.print(line)
    return 0


def summarize(options: argparse.Namespace, console: Console) -> int:
    """Prints one paper's summary, or writes those that are missing."""
    from digest.summaries import Summarizer  # noqa: PLC0415

    config, doors = _opened(options, console)
    if not config.llm.wanted and not options.show_prompt:
        raise ConfigError(config_path(options), (Complaint(1, 1, "there is no `llm:` section; see Usage.md"),))
    if options.batch:
        from digest.batching import batch  # noqa: PLC0415

        return _report(batch(config, doors, options.first, options.last), console)
    if options.missing:
        from digest import pipeline  # noqa: PLC0415

        result = pipeline.complete(config, doors, options.first, options.last)
        left = [pick for day in result.days if day.digest for pick in day.digest.picks if pick.failed]
        return _report(result, console) or (4 if left else 0)
    if options.id is None:
        raise ConfigError("summarize", (Complaint(1, 1, "name a paper (2507.03149), or write --missing or --batch"),))
    from digest import explain as find  # noqa: PLC0415

    paper = find.find(config, doors, options.id)[0].paper
    summarizer = Summarizer(config, doors)
    if options.show_prompt:
        for message in summarizer.prompter.messages(paper):
            console.print(f"--- {message['role']}\n{message['content']}\n")
        return 0
    kept = None if options.show_answer else summarizer.known(paper)
    said: list[str] = []
    try:
        with doors.store.files.locked(console.say):
            summary = kept or summarizer.one(paper, said)
    finally:
        for answer in said if options.show_answer else ():
            console.print(f"--- answer\n{answer}\n")
            for line in summarizer.checks(answer, paper):
                console.print(line)
    _told(summary, console)
    return 0


def _told(summary: Summary, console: Console) -> None:
    from digest.summarize import problems  # noqa: PLC0415

    console.print(f"{summary.brief}\n{summary.summary}")
    for number, point in enumerate(summary.contributions, start=1):
        console.print(f"{number}. {point.lead}: {point.text}")
    for problem in problems(summary.doubts):
        console.print(f"doubtful {problem}")
    console.print(f"({summary.status}; {summary.model}, {summary.tokens} tokens)")


def verify(options: argparse.Namespace, console: Console) -> int:  # noqa: ARG001 - every command has the same form
    """Checks answers against their sources: JSON lines in, JSON lines out."""
    import sys  # noqa: PLC0415

    from digest import verify as rule  # noqa: PLC0415

    for line in rule.lines(io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8", errors="replace")):
        console.out.write(f"{line}\n")
    console.out.flush()
    return 0


def demo(options: argparse.Namespace, console: Console) -> int:
    """Writes the day of invented papers."""
    from dataclasses import replace  # noqa: PLC0415
    from importlib import resources  # noqa: PLC0415

    from digest import pipeline  # noqa: PLC0415

    options.root = getattr(options, "root", Path(DEMO_FOLDER))
    if "config" not in options:
        with resources.as_file(resources.files("digest") / "data" / "sample" / "config.yaml") as path:
            options.config = path
            config, doors = _opened(options, console)
    else:
        config, doors = _opened(options, console)
    doors = replace(doors, tell=lambda _: None)
    (outcome,) = pipeline.run(replace(config, sources=("sample",), past_sources=()), doors, date(2031, 7, 8)).days
    console.print(f"Wrote the sample digest ({outcome.detail}):\n  {doors.store.root / outcome.page}")
    console.print(
        "Its papers are invented. Next: put your categories and words into config.yaml, then\n"
        "  python -m digest check    is everything right, can arXiv be reached?\n"
        "  python -m digest          today's real papers"
    )
    return 0


def render(options: argparse.Namespace, console: Console) -> int:
    """Makes every page again."""
    from digest import pages  # noqa: PLC0415

    config, doors = _opened(options, console)
    with doors.store.files.locked(console.say):
        count, changed = pages.everything(config, doors)
    console.print(f"{count} pages made from the stored days, {len(changed)} changed")
    return 0


def explain(options: argparse.Namespace, console: Console) -> int:
    """Says why a paper is in or out."""
    from digest.explain import explain as told  # noqa: PLC0415

    config, doors = _opened(options, console)
    for line in told(config, doors, options.id):
        console.print(line)
    return 0


def check(options: argparse.Namespace, console: Console) -> int:
    """Says whether the configuration is good and which sources can be reached."""
    from digest import config as configuration  # noqa: PLC0415
    from digest import gather  # noqa: PLC0415

    config, doors = _opened(options, console)
    gatherer = gather.Gatherer(config, doors)
    sections = len(configuration.topics(config))
    console.print(f"configuration: good; {', '.join(config.asked)}; {sections} section{'s' * (sections != 1)}")
    if config.llm.wanted:
        _check_model(config, console)
    if options.offline:
        return 0
    results = gather.check(config, gatherer)
    for name, said, good in results:
        console.print(f"{name}: {'reachable' if good else 'NOT usable'}; {said}")
    return 0 if any(good for _, _, good in results) else 3


def _check_model(config: Config, console: Console) -> None:
    """Says which model is asked, where, and whether its key is there. Raises ConfigError."""
    from digest import endpoint  # noqa: PLC0415

    model = endpoint.of(config.llm)
    model.verify()
    key = f"; key {model.variable}: {'set' if model.key_is_there else 'NOT set'}" if model.variable else ""
    console.print(f"model: {model.name} at {model.address}{key}")


def export(options: argparse.Namespace, console: Console) -> int:
    """Prints stored papers."""
    from digest.export import FORMATS  # noqa: PLC0415

    _, doors = _opened(options, console)
    for piece in FORMATS[options.format](doors.store.days(options.first, options.last)):
        console.out.write(piece)
    console.out.flush()
    return 0


def root_of(options: argparse.Namespace) -> Path:
    """Where the files are: the configuration's folder unless said otherwise."""
    root: Path = getattr(options, "root", config_path(options).parent)
    return root


def config_path(options: argparse.Namespace) -> Path:
    """Where the configuration is."""
    return getattr(options, "config", Path("config.yaml"))


def _opened(options: argparse.Namespace, console: Console) -> tuple[Config, Doors]:
    """The configuration and the doors it asks for. Raises ConfigError."""
    from digest import config as configuration  # noqa: PLC0415
    from digest.doors import Doors  # noqa: PLC0415
    from digest.render import Look, Renderer  # noqa: PLC0415
    from digest.store import Store  # noqa: PLC0415
    from digest.web import Web  # noqa: PLC0415

    path = config_path(options)
    config = configuration.read(path)
    for warning in configuration.warnings(config):
        console.warn(warning)
    root = root_of(options)
    web = Web(gap=config.request_interval, log=console.detail, say=console.say)
    look = Look(config.style, config.language, config.header, config.footer, config.llm.doubts)
    renderer = Renderer(look, path.parent / "templates")
    doors = Doors(web, Store(root), renderer, now_of(), console.say, partial(_tell, console, root))
    doors.spending.add(*doors.store.journal.unsettled(doors.month))  # of a run that was killed, or of a single paper
    return config, doors


def now_of() -> datetime:
    """The moment, or what DIGEST_NOW (ISO 8601, UTC when it names no zone) says it is."""
    said = os.environ.get("DIGEST_NOW")
    if not said:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(said)
    except ValueError as error:
        message = f"DIGEST_NOW is {said!r}; write a moment like 2031-07-08T02:30:00Z"
        raise ConfigError("environment", (Complaint(1, 1, message),)) from error
    if not EPOCH < moment.year < FAR:
        raise ConfigError("environment", (Complaint(1, 1, f"DIGEST_NOW is {said!r}; arXiv began in 1991"),))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
