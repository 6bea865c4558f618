"""Many questions in one file, answered within a day for about half the price: for a backfill, not for breakfast.

https://platform.openai.com/docs/guides/batch; Gemini and Qwen take the same calls.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from digest import refusals
from digest.dialect import Answer, Messages, Schema
from digest.errors import ModelError
from digest.wire import Heard

if TYPE_CHECKING:
    from digest.llm import Model

MAX_FILE = 200_000_000  # bytes of results, OpenAI's own limit of a file
ENDPOINT = "/v1/chat/completions"


@dataclass(frozen=True, slots=True)
class Batch:
    """How far a batch is (`completed`, `in_progress`, `failed`, `expired`, …), and what is there of each question."""

    status: str
    answers: dict[str, Answer] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)  # sentences by the question's id; `""` is the whole batch

    @property
    def over(self) -> bool:
        """Whether nothing more will come."""
        return self.status in {"completed", "failed", "expired", "cancelled"}


def submit(model: Model, requests: Iterable[tuple[str, Messages]], schema: Schema | None = None) -> str:
    """Hands in questions by id, and gives the id of the batch. Raises ModelError; nothing is handed in twice."""
    lines = (json.dumps(_line(model, name, messages, schema), ensure_ascii=False) for name, messages in requests)
    data = "\n".join(lines).encode("utf-8", "replace")
    file = _asked(
        model, model.patiently(lambda client: client.files.create(file=("batch.jsonl", data), purpose="batch"))
    )
    make: dict[str, Any] = {"input_file_id": _id(model, file), "endpoint": ENDPOINT, "completion_window": "24h"}
    heard = model.patiently(lambda client: client.batches.create(**make), repeat=False)
    return _id(model, _asked(model, heard))


def _id(model: Model, found: dict[str, Any]) -> str:
    if not isinstance(found.get("id"), str) or not found["id"]:
        raise model.error("garbage", "it does not say the id")
    return str(found["id"])


def _line(model: Model, name: str, messages: Messages, schema: Schema | None) -> dict[str, object]:
    of = model.settings
    body = model.form.body(of.model, messages, schema, of.max_answer_tokens) | dict(model.form.extra)
    return {"custom_id": name, "method": "POST", "url": ENDPOINT, "body": body}


def fetch(model: Model, batch_id: str) -> Batch:
    """How far a batch is, with all answers there are. Raises ModelError when that cannot be found out.

    An id that was never asked for may be among them: the caller looks up its own.
    """
    found = _asked(model, model.patiently(lambda client: client.batches.retrieve(batch_id)))
    batch = Batch(str(found.get("status", "")))
    for name in ("output_file_id", "error_file_id"):
        if found.get(name):
            for line in _lines(model, str(found[name])):
                _sort(model, batch, line)
    if batch.status == "failed":
        batch.errors[""] = model.excerpt(_failure(found)) or "the provider does not say why"
    return batch


def _lines(model: Model, file_id: str) -> Iterator[dict[str, Any]]:
    heard = model.patiently(lambda client: client.files.content(file_id), limit=MAX_FILE)
    if heard.kind:
        raise _error(model, heard)
    for line in heard.body.splitlines():
        try:
            found = json.loads(line)
        except (ValueError, RecursionError):
            continue  # its question has no answer, as its id is not among the others
        if isinstance(found, dict) and isinstance(found.get("custom_id"), str):
            yield found


def _sort(model: Model, batch: Batch, line: dict[str, Any]) -> None:
    """Puts a line of results among the answers or the errors."""
    response = line.get("response")
    inner = response if isinstance(response, dict) else {"body": {"error": line.get("error")}, "status_code": 500}
    body = json.dumps(inner.get("body")).encode()
    try:
        status = inner.get("status_code", 200)
        if status != 200:  # noqa: PLR2004
            kind = refusals.verdict(status if type(status) is int else 500, refusals.words(body))
            raise refusals.error(kind or "garbage", model.excerpt(refusals.message(body)))
        batch.answers[line["custom_id"]] = model.judged(body, model.form)
    except ModelError as error:
        batch.errors[line["custom_id"]] = str(error)


def _failure(found: dict[str, Any]) -> str:
    errors = found.get("errors")
    data = errors.get("data") if isinstance(errors, dict) else None
    return "; ".join(str(one.get("message")) for one in data or () if isinstance(one, dict))


def _asked(model: Model, heard: Heard) -> dict[str, Any]:
    """The JSON object of an answer. Raises ModelError."""
    if heard.kind:
        raise _error(model, heard)
    try:
        found = json.loads(heard.body)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise model.error("garbage", refusals.message(heard.body))
    return found


def _error(model: Model, heard: Heard) -> ModelError:
    """The error of a refusal. A 404 is about a batch or a file here, or there are no batches: no word on the model."""
    kind = "refused" if heard.kind == "no-model" else heard.kind
    return model.error(kind, refusals.message(heard.body), heard.status)
