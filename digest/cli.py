"""`python -m digest`: arguments -> pipeline; errors -> one line and an exit code.

Nothing heavy is imported before a command needs it: `--help` is instant.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from digest import __version__
from digest.console import Console, failure_summary, job_summary
from digest.errors import Complaint, ConfigError, DigestError

if TYPE_CHECKING:
    from digest.options import Config
    from digest.pipeline import Doors

DESCRIPTION = "A daily Markdown digest of the new arXiv papers that matter to you."
EXAMPLES = """\
examples:
  python -m digest                        collect and write the newest mailing
  python -m digest demo                   try everything offline on invented papers
  python -m digest run --date 2031-07-08  the mailing of that day, while arXiv still shows it
  python -m digest explain 2507.03149     why a paper is in or out
  python -m digest export --format csv    the stored papers as a table

exit codes: 0 done (also when nothing was announced), 1 our files cannot be used, 2 configuration,
            3 no source could be read, 4 collected, but not everything could be written out
"""
COMMANDS = {
    "run": "collect a day and write its digest (the default)",
    "demo": "run on a bundled day of invented papers, offline",
    "render": "make every page again from the stored days, offline",
    "explain": "say why a paper is in or out",
    "check": "check the configuration and whether arXiv can be reached",
    "export": "print stored papers as jsonl, json, csv, bibtex or ris",
}
DEMO_FOLDER = "demo"


def parser() -> argparse.ArgumentParser:
    """The command line, as documents and `main` use it."""
    common = _common()
    top = argparse.ArgumentParser(
        "python -m digest",
        description=DESCRIPTION,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=[common],
    )
    top.add_argument("--version", action="version", version=f"arxiv-digest {__version__}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    subs = {
        name: commands.add_parser(name, help=text, description=text, parents=[common])
        for name, text in COMMANDS.items()
    }
    subs["run"].add_argument("--date", type=_day, metavar="YYYY-MM-DD", help="arXiv's date of the mailing")
    subs["run"].add_argument("--dry-run", "-n", action="store_true", help="collect, but write nothing")
    subs["explain"].add_argument("id", type=_identifier, help="an arXiv identifier or address")
    subs["check"].add_argument("--offline", action="store_true", help="only the configuration")
    subs["export"].add_argument("--format", choices=("jsonl", "json", "csv", "bibtex", "ris"), default="jsonl")
    subs["export"].add_argument("--from", dest="first", type=_day, default=date.min, metavar="YYYY-MM-DD")
    subs["export"].add_argument("--to", dest="last", type=_day, default=date.max, metavar="YYYY-MM-DD")
    return top


def _common() -> argparse.ArgumentParser:
    """Options that may stand before or after the command."""
    common = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    common.add_argument("--config", type=Path, metavar="FILE", help="the configuration (config.yaml)")
    common.add_argument("--root", type=Path, metavar="DIR", help="where to write (the configuration's folder)")
    common.add_argument("-v", "--verbose", action="store_true", help="show every request")
    common.add_argument("-q", "--quiet", action="store_true", help="only results and errors")
    common.add_argument("--no-color", action="store_true", help="no colours (also: NO_COLOR)")
    return common


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command; returns the exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    # A command's name may also be the value of an option: `--root demo`.
    words = {word for before, word in zip(("", *given), given, strict=False) if before not in {"--config", "--root"}}
    named = words & {*COMMANDS, "-h", "--help", "--version"}
    options = parser().parse_args(given if named else ["run", *given])
    for stream, errors in ((sys.stdout, "strict"), (sys.stderr, "backslashreplace")):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors=errors)  # whatever the system's encoding is: papers have all
    level = 1 if "verbose" in options else -1 if "quiet" in options else 0
    console = Console(level, color="no_color" not in options)
    commands: dict[str, Callable[[argparse.Namespace, Console], int]] = {
        "run": _run, "demo": _demo, "render": _render, "explain": _explain, "check": _check, "export": _export,
    }  # fmt: skip
    try:
        return commands[options.command](options, console)
    except DigestError as error:
        console.error(error)
        console.summary(failure_summary(error))
        return error.exit_code
    except ModuleNotFoundError as error:
        console.error(DigestError(f"the library `{error.name}` is not installed; run: python -m pip install -e ."))
        return 1
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader has gone; say nothing at exit
        return 0
    except OSError as error:
        console.error(DigestError(f"the output could not be written: {error.strerror}"))
        return 1
    except KeyboardInterrupt:
        console.say("stopped")
        return 130


def _run(options: argparse.Namespace, console: Console) -> int:
    from digest import pipeline  # noqa: PLC0415

    config, doors = _opened(options, console)
    outcome = pipeline.run(config, doors, options.date, dry=options.dry_run)
    console.summary(job_summary(outcome))
    console.print(f"{outcome.day}: {outcome.detail}" if outcome.digest else outcome.detail)
    if outcome.page:
        console.print(str(doors.store.root / outcome.page))
    return 0


def _demo(options: argparse.Namespace, console: Console) -> int:
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
    outcome = pipeline.run(replace(config, sources=("sample",)), doors, date(2031, 7, 8))
    console.print(f"Wrote the sample digest ({outcome.detail}):\n  {doors.store.root / outcome.page}")
    console.print(
        "Its papers are invented. Next: put your categories and words into config.yaml, then\n"
        "  python -m digest check    is everything right, can arXiv be reached?\n"
        "  python -m digest          today's real papers"
    )
    return 0


def _render(options: argparse.Namespace, console: Console) -> int:
    from digest import pipeline  # noqa: PLC0415

    config, doors = _opened(options, console)
    count, changed = pipeline.render_all(config, doors)
    console.print(f"{count} pages made from the stored days, {len(changed)} changed")
    return 0


def _explain(options: argparse.Namespace, console: Console) -> int:
    from digest.explain import explain  # noqa: PLC0415

    config, doors = _opened(options, console)
    for line in explain(config, doors, options.id):
        console.print(line)
    return 0


def _check(options: argparse.Namespace, console: Console) -> int:
    from digest import config as configuration  # noqa: PLC0415
    from digest import pipeline  # noqa: PLC0415

    config, doors = _opened(options, console)
    sources = pipeline.ladder(config, doors)
    sections = len(configuration.topics(config))
    console.print(f"configuration: good; {', '.join(config.asked)}; {sections} section{'s' * (sections != 1)}")
    if options.offline:
        return 0
    results = pipeline.check(config, sources)
    for name, said, good in results:
        console.print(f"{name}: {'reachable' if good else 'NOT usable'}; {said}")
    return 0 if any(good for _, _, good in results) else 3


def _export(options: argparse.Namespace, console: Console) -> int:
    from digest.export import FORMATS  # noqa: PLC0415

    _, doors = _opened(options, console)
    for piece in FORMATS[options.format](doors.store.days(options.first, options.last)):
        console.out.write(piece)
    console.out.flush()
    return 0


def _opened(options: argparse.Namespace, console: Console) -> tuple[Config, Doors]:
    """The configuration and the doors it asks for. Raises ConfigError."""
    from digest import config as configuration  # noqa: PLC0415
    from digest.pipeline import Doors  # noqa: PLC0415
    from digest.render import Look, Renderer  # noqa: PLC0415
    from digest.store import Store  # noqa: PLC0415
    from digest.web import Web  # noqa: PLC0415

    path: Path = getattr(options, "config", Path("config.yaml"))
    config = configuration.read(path)
    for warning in configuration.warnings(config):
        console.warn(warning)
    root: Path = getattr(options, "root", path.parent)
    web = Web(gap=config.request_interval, log=console.detail, say=console.say)
    look = Look(config.style, config.language, config.header, config.footer)
    return config, Doors(web, Store(root), Renderer(look, path.parent / "templates"), _now(), console.say)


def _now() -> datetime:
    """The moment, or what DIGEST_NOW (ISO 8601, UTC when it names no zone) says it is."""
    said = os.environ.get("DIGEST_NOW")
    if not said:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(said)
    except ValueError as error:
        message = f"DIGEST_NOW is {said!r}; write a moment like 2031-07-08T02:30:00Z"
        raise ConfigError("environment", (Complaint(1, 1, message),)) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date; write it like 2031-07-08") from error


def _identifier(text: str) -> str:
    from digest.arxiv import split_id  # noqa: PLC0415

    try:
        return split_id(text)[0]
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
