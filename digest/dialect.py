"""How a provider wants to be asked, and how its answer is read: requests and answers of Chat Completions, as data.

The form of a request is a ladder: JSON by schema, any JSON object, a plain prompt; what a provider refuses is taken out
and not sent again. https://platform.openai.com/docs/api-reference/chat, https://api-docs.deepseek.com/guides/json_mode
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from digest import refusals

Messages = Sequence[Mapping[str, str]]
Schema = Mapping[str, object]

MODES = ("schema", "object", "text")  # from the strictest to the one that everybody has
_FORMAT = "response_?format|json_?schema|json_?object|json mode|structured[ _]output|guided_|grammar|samplers"
_ORDER = "Answer with one JSON object and nothing else. It fits this JSON schema: "
OPENAI = "api.openai.com"  # alone in its name for the limit; DeepSeek silently ignores it
LIMIT, LIMIT_OF_OPENAI = "max_tokens", "max_completion_tokens"
MAX_COUNT = 10**9


@dataclass(frozen=True, slots=True)
class Answer:
    """What a model said, why it stopped, and the tokens of both sides as the provider counts them."""

    text: str
    finish: str
    prompt_tokens: int
    answer_tokens: int
    cached_tokens: int
    mode: str  # the rung of the ladder on which it was asked


@dataclass(frozen=True, slots=True)
class Form:
    """How requests are put: the rung, the name of the limit of tokens, the provider's own fields."""

    mode: str
    limit: str
    extra: tuple[tuple[str, object], ...] = ()

    @classmethod
    def first(cls, mode: str, host: str, extra: Mapping[str, object]) -> Form:
        """The form to begin with; `mode` is the highest rung to try, `auto` the very highest."""
        rung = mode if mode in MODES else MODES[0]
        return cls(rung, LIMIT_OF_OPENAI if host == OPENAI else LIMIT, tuple(extra.items()))

    def body(self, model: str, messages: Messages, schema: Schema | None, tokens: int) -> dict[str, Any]:
        """The request, but for `extra`."""
        asked: dict[str, Any] = {"model": model, "messages": [dict(one) for one in messages], self.limit: tokens}
        if schema is None:
            return asked
        if self.mode == "schema":
            inner = {"name": "answer", "strict": True, "schema": dict(schema)}
            return asked | {"response_format": {"type": "json_schema", "json_schema": inner}}
        asked["messages"] = _ordered(asked["messages"], schema)
        return asked | ({"response_format": {"type": "json_object"}} if self.mode == "object" else {})

    def lesser(self, said: str) -> Form | None:
        """The form without what a refusal complains of; None when it complains of something else."""
        if self.mode != MODES[-1] and re.search(_FORMAT, said, re.IGNORECASE):
            return replace(self, mode=MODES[MODES.index(self.mode) + 1])
        if self.limit == LIMIT and LIMIT_OF_OPENAI in said:
            return replace(self, limit=LIMIT_OF_OPENAI)
        kept = tuple((name, value) for name, value in self.extra if not re.search(rf"\b{re.escape(name)}\b", said))
        return replace(self, extra=kept) if kept != self.extra else None


def _ordered(messages: list[dict[str, str]], schema: Schema) -> list[dict[str, str]]:
    """The messages with the order to answer in JSON: without the word, some providers refuse to."""
    order = _ORDER + json.dumps(schema, ensure_ascii=False)
    if messages and messages[0].get("role") == "system":
        return [{**messages[0], "content": f"{messages[0]['content']}\n\n{order}"}, *messages[1:]]
    return [{"role": "system", "content": order}, *messages]


def read(body: bytes, mode: str) -> tuple[Answer, str]:
    """The answer, and the kind of what is wrong with it, if anything. Raises ModelError for what is no answer."""
    try:
        found = json.loads(body)
        choice = found["choices"][0]
        message = choice["message"]
        said, refusal = message.get("content"), message.get("refusal")
    except (ValueError, RecursionError, LookupError, TypeError, AttributeError):
        raise refusals.error("garbage") from None  # its words may hold a key
    text = said if isinstance(said, str) else ""
    finish = str(choice.get("finish_reason") or "")[:40]
    answer = Answer(text, finish, *_counted(found.get("usage")), mode)
    return answer, _trouble(answer, refused=bool(refusal))


def _trouble(answer: Answer, *, refused: bool) -> str:
    if answer.finish == "length":
        return "truncated"  # even when it happens to be whole JSON
    if refused or answer.finish in {"content_filter", "sensitive"}:
        return "filtered"
    return "" if answer.text.strip() else "empty"


def _counted(usage: object) -> tuple[int, int, int]:
    """Tokens of the prompt, of the answer, and of the prompt from a cache; providers keep the last in three places."""
    if not isinstance(usage, dict):
        return 0, 0, 0
    details = usage.get("prompt_tokens_details")
    places = (details.get("cached_tokens") if isinstance(details, dict) else None,
              usage.get("prompt_cache_hit_tokens"), usage.get("cached_tokens"))  # fmt: skip
    prompt = _count(usage.get("prompt_tokens"))
    return prompt, _count(usage.get("completion_tokens")), min(prompt, max(map(_count, places)))


def _count(value: object) -> int:
    return min(max(value, 0), MAX_COUNT) if type(value) is int else 0
