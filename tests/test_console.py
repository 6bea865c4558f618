"""What a terminal and a CI log see; foreign text cannot act there."""

from __future__ import annotations

import io
from collections.abc import Mapping

import pytest

from digest.console import Console, harmless
from digest.errors import Complaint, ConfigError, SourceError


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Yes."""
        return True


def console(
    level: int = 0, environment: Mapping[str, str] | None = None, *, terminal: bool = False, color: bool = True
) -> tuple[Console, io.StringIO, io.StringIO]:
    """A console with its two streams."""
    out, err = io.StringIO(), Terminal() if terminal else io.StringIO()
    return Console(level, color, out, err, environment or {}), out, err


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\x1b[31mred\x1b[0m", "[31mred[0m"),
        ("good\rbad", "goodbad"),
        ("::error::no", ":\u200b:error::no"),
        ("a\n  ::set-env::b", "a\n  :\u200b:set-env::b"),
        ("refused ##[error]boom", "refused ##\u200b[error]boom"),
        ("\u202egnp", "gnp"),
        ("语音 café", "语音 café"),
    ],
)
def test_foreign_text_is_harmless(text: str, expected: str) -> None:
    """No escape sequence, no workflow command, no text turned around; letters stay."""
    assert harmless(text) == expected


def test_progress_overwrites_itself_on_a_terminal() -> None:
    """One line on a terminal, cleared before the result; a line each elsewhere."""
    shown, out, err = console(terminal=True)
    shown.say("one")
    shown.say("two")
    shown.print("done")
    assert "\n" not in err.getvalue()
    assert err.getvalue().endswith("\r\x1b[K")
    assert out.getvalue() == "done\n"
    plain, _, err = console()
    plain.say("one")
    plain.say("two")
    assert err.getvalue() == "one\ntwo\n"


@pytest.mark.parametrize(
    ("environment", "color", "painted"),
    [({}, True, True), ({"NO_COLOR": ""}, True, False), ({"TERM": "dumb"}, True, False), ({}, False, False)],
)
def test_colours_can_be_switched_off(environment: Mapping[str, str], color: bool, painted: bool) -> None:
    """On a terminal errors are red, unless NO_COLOR, a dumb terminal or --no-color says otherwise."""
    shown, _, err = console(environment=environment, terminal=True, color=color)
    shown.error(SourceError("down"))
    assert ("\x1b[31m" in err.getvalue()) is painted


def test_no_colours_in_a_file() -> None:
    """Redirected output is plain."""
    shown, _, err = console()
    shown.error(SourceError("down"))
    assert err.getvalue() == "error: down\n"


def test_configuration_errors_are_annotated_at_their_lines() -> None:
    """Up to nine annotations with file, line and column; special characters cannot end the command."""
    shown, out, err = console(environment={"GITHUB_ACTIONS": "true"})
    shown.error(ConfigError("a,b:c.yaml", tuple(Complaint(n, 2, "50%\nbad") for n in range(1, 13))))
    lines = [line for line in err.getvalue().splitlines() if line.startswith("::")]
    assert out.getvalue() == ""
    assert len(lines) == 9
    assert lines[0] == "::error file=a%2Cb%3Ac.yaml,line=1,col=2::50%25%0Abad"


def test_warnings() -> None:
    """Annotations in Actions, a line elsewhere, nothing when quiet."""
    shown, out, err = console(environment={"GITHUB_ACTIONS": "true"})
    shown.warn("odd")
    assert (out.getvalue(), err.getvalue()) == ("", "::warning::odd\n")
    quiet, _, err = console(-1)
    quiet.warn("odd")
    assert err.getvalue() == ""
