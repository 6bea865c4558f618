"""Questions about papers, from templates that a fork can edit (`templates/prompt.*.j2`)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import jinja2

from digest import templating, text
from digest.errors import ModelError
from digest.models import Paper
from digest.summarize import SCHEMA, Messages

LANGUAGES = {
    "zh": "简体中文 (Simplified Chinese)", "en": "English", "ja": "日本語 (Japanese)", "ko": "한국어 (Korean)",
    "de": "Deutsch (German)", "fr": "français (French)", "es": "español (Spanish)", "ru": "русский (Russian)",
}  # fmt: skip
MAX_PROBLEMS = 12


class Prompter:
    """Questions from the prompt templates; the fork's own win over the shipped ones (`folders`, the first one wins)."""

    def __init__(self, folders: Sequence[Path], language: str) -> None:
        self.language = language
        self._folders = folders
        self._loader = jinja2.FileSystemLoader(list(folders))
        self._templates = jinja2.Environment(
            loader=self._loader,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            autoescape=False,  # noqa: S701 - a question is plain text; what comes back is escaped where it is shown
        )

    def messages(self, paper: Paper) -> Messages:
        """The question about a paper: the part that is the same for all first."""
        question = self._render("paper", title=paper.title, abstract=paper.abstract)
        return [{"role": "system", "content": self._render("system")}, {"role": "user", "content": question}]

    def repair(self, messages: Messages, answer: str, problems: Sequence[str]) -> Messages:
        """The question again, with the answer and what was wrong with it."""
        again = self._render("repair", problems=[text.clean(each)[:200] for each in problems[:MAX_PROBLEMS]])
        return [*messages, {"role": "assistant", "content": answer[:4000]}, {"role": "user", "content": again}]

    @cached_property
    def hash(self) -> str:
        """A short hash of all that is the same for every paper; another one means another question."""
        try:
            sources = [self._render("system"), self._source("paper"), self._source("repair"), json.dumps(SCHEMA)]
        except templating.FAULTS as error:
            raise self._fault(error, "prompt.system.j2") from error
        return hashlib.sha256("\0".join(sources).encode()).hexdigest()[:12]

    def _source(self, name: str) -> str:
        return self._loader.get_source(self._templates, f"prompt.{name}.j2")[0]

    def _render(self, name: str, **values: Any) -> str:
        language = LANGUAGES.get(self.language, self.language)
        try:
            return self._templates.get_template(f"prompt.{name}.j2").render(language=language, **values).strip()
        except templating.FAULTS as error:
            raise self._fault(error, f"prompt.{name}.j2") from error

    def _fault(self, error: Exception, name: str) -> ModelError:
        """What is wrong with a template, for a page: where the checkout lies is nobody's business."""
        told = templating.described(error, f"templates/{name}")
        for folder in self._folders:
            told = told.replace(f"{folder}/", "templates/")
        return ModelError(told, "address", fatal=True)
