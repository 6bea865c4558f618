"""The template engine as we use it: whatever a template puts out is escaped for Markdown.

https://jinja.palletsprojects.com. Unless it is `Markdown` already, so that a forgotten filter cannot let foreign text
act; a misspelt name is an error with its file and line.
"""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jinja2
from jinja2 import compiler, nodes

from digest import markdown
from digest.markdown import escaped, joined

FAULTS = (jinja2.TemplateError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


class _Compiler(compiler.CodeGenerator):
    """Jinja's own, but for `a ~ b`, which would escape for HTML."""

    def visit_Concat(self, node: nodes.Concat, frame: compiler.Frame) -> None:  # noqa: N802 - Jinja's name
        self.write("environment.joined((")
        for part in node.nodes:
            self.visit(part, frame)
            self.write(", ")
        self.write("))")


class _Environment(jinja2.Environment):
    code_generator_class = _Compiler
    joined = staticmethod(joined)


def environment(folders: tuple[Path, ...], functions: Mapping[str, Any]) -> jinja2.Environment:
    """An environment over the folders' templates (the first one wins) with functions that templates may call."""
    made = _Environment(
        loader=jinja2.FileSystemLoader(list(dict.fromkeys(folders))),
        undefined=jinja2.StrictUndefined,
        autoescape=True,  # keeps what a macro made apart from plain text; `finalize` does the escaping
        finalize=escaped,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    for name in ("forceescape", "tojson", "urlize", "xmlattr"):  # they would pass HTML off as Markdown
        del made.filters[name]
    made.filters.update(join=joined, e=escaped, escape=escaped, html=markdown.html)
    made.globals.update(functions)
    made.tests.update({name: function for name, function in functions.items() if name == "told"})
    return made


def described(error: Exception, template: str) -> str:
    """The template's file and line in which an error arose, and what it is."""
    if isinstance(error, jinja2.TemplateSyntaxError):
        return f"{error.filename or error.name}:{error.lineno}: {error.message}"
    frames = reversed(traceback.extract_tb(error.__traceback__))
    place = next((f"{frame.filename}:{frame.lineno}" for frame in frames if frame.filename.endswith(".j2")), template)
    return f"{place}: {str(error) or type(error).__name__}"
