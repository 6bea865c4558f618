"""`python -m digest`: arguments -> pipeline; errors -> one line and an exit code.

Nothing heavy is imported before a command needs it: `--help` is instant.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from digest import __version__, commands, hosting
from digest.console import Console, failure_summary
from digest.errors import DigestError

DESCRIPTION = "A daily Markdown digest of the new arXiv papers that matter to you."
EXAMPLES = """\
examples:
  python -m digest                        collect and write the newest mailing
  python -m digest demo                   try everything offline on invented papers
  python -m digest run --date 2031-07-08  the mailing of that day
  python -m digest status                 which days are there, which are not, and why
  python -m digest explain 2507.03149     why a paper is in or out
  python -m digest export --format csv    the stored papers as a table

exit codes: 0 done (also when nothing was announced), 1 our files cannot be used, 2 configuration,
            3 no source (or model) could be read, 4 done, but not everything could be read or written,
            130 stopped by Ctrl-C
"""
COMMANDS = {
    "run": "collect a day and write its digest (the default)",
    "demo": "run on a bundled day of invented papers, offline",
    "status": "show which days are there, open or missing, as a small calendar",
    "backfill": "fill in past days, as many as you like; can be stopped and goes on where it was",
    "render": "make every page again from the stored days, offline",
    "explain": "say why a paper is in or out",
    "check": "check the configuration and whether arXiv can be reached",
    "export": "print stored papers as jsonl, json, csv, bibtex or ris",
    "summarize": "ask the model about one paper, or about all that lack a summary",
    "verify": "check summaries against their sources: JSON lines in, JSON lines out",
    "push": "commit what is new here with git and push it; never forces",
    "pack": "copy what is new here into a folder, for `push --from`",
    "alarm": "open, update or close the GitHub issue that says that the digest has stopped",
}
HOSTING = ("push", "pack", "alarm")
MAX_WEEKS = 520
EARLIEST = date(2005, 9, 16)  # of OAI-PMH, https://info.arxiv.org/help/oa/index.html


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
    choices = top.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    subs = {
        name: choices.add_parser(name, help=text, description=text, parents=[common]) for name, text in COMMANDS.items()
    }
    subs["run"].add_argument("--date", type=_mailing, metavar="YYYY-MM-DD", help="arXiv's date of the mailing")
    subs["run"].add_argument("--dry-run", "-n", action="store_true", help="collect, but write nothing")
    subs["explain"].add_argument("id", type=_identifier, help="an arXiv identifier or address")
    subs["check"].add_argument("--offline", action="store_true", help="only the configuration")
    subs["export"].add_argument("--format", choices=("jsonl", "json", "csv", "bibtex", "ris"), default="jsonl")
    _summarize_options(subs["summarize"])
    for name in ("export", "backfill", "summarize"):
        needed = name == "backfill"
        subs[name].add_argument(
            "--from",
            dest="first",
            type=_mailing if needed else _day,
            default=date.min,
            required=needed,
            metavar="YYYY-MM-DD",
        )
        subs[name].add_argument("--to", dest="last", type=_day, default=date.max, required=needed, metavar="YYYY-MM-DD")
    subs["status"].add_argument("--weeks", type=_weeks, default=6, metavar="N", help="how many weeks to show (6)")
    subs["push"].add_argument(
        "--from", dest="handover", type=Path, metavar="DIR", help="check these files, take them in"
    )
    subs["pack"].add_argument("handover", type=Path, metavar="DIR")
    return top


def _summarize_options(one: argparse.ArgumentParser) -> None:
    one.add_argument("id", type=_identifier, nargs="?", help="an arXiv identifier or address")
    one.add_argument("--missing", action="store_true", help="every stored paper that has none")
    one.add_argument(
        "--batch", action="store_true", help="the same as a batch, at half the price: hand in, later collect"
    )
    one.add_argument("--show-prompt", action="store_true", help="print what is sent, and ask nothing")
    one.add_argument("--show-answer", action="store_true", help="print the raw answers too")


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
    command: Callable[[argparse.Namespace, Console], int] = getattr(
        hosting if options.command in HOSTING else commands, options.command
    )
    try:
        return command(options, console)
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


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date; write it like 2031-07-08") from error


def _mailing(text: str) -> date:
    day = _day(text)
    if day < EARLIEST:
        raise argparse.ArgumentTypeError(f"{text} is too early; what arXiv can still tell begins on {EARLIEST}")
    return day


def _weeks(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text) <= MAX_WEEKS:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of weeks from 1 to {MAX_WEEKS}")
    return int(text)


def _identifier(text: str) -> str:
    from digest.arxiv import split_id  # noqa: PLC0415

    try:
        return split_id(text)[0]
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
