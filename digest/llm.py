"""One model for one run: patience, the ladder of forms, what is counted, and when to stop asking.

A failure concerns one paper. Failures in a row, or one that every paper would meet, end the asking for this run.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import KW_ONLY, dataclass, field, replace
from typing import TYPE_CHECKING, Any

from digest import refusals
from digest.dialect import Answer, Form, Messages, Schema, read
from digest.errors import ModelError
from digest.wire import MAX_BYTES, Heard, Wire

if TYPE_CHECKING:
    from digest.wire import Send

TRIES = {"rate": 4, "server": 4, "network": 4, "timeout": 2}
FIRST_WAIT, MAX_WAIT = 1.0, 60.0  # seconds
HEAD_START = 0.7  # seconds
IN_A_ROW = 5  # papers without an answer, after which the run stops asking
FORMS = 8  # a request is put in so many forms at most
PERSONAL = frozenset({"filtered", "too-long", "truncated", "empty", "stopped"})  # say nothing of how the provider is


@dataclass(frozen=True, slots=True)
class Settings:
    """Which model to ask and how: `timeout` (seconds) is of one silence, `mode` the first of MODES to try, or auto."""

    base_url: str
    model: str
    key: str = field(repr=False)
    mode: str = "auto"
    timeout: float = 60.0
    extra_body: Mapping[str, object] = field(default_factory=dict)
    max_answer_tokens: int = 1200


@dataclass(frozen=True, slots=True)
class Used:
    """Tokens of all answers of a run, usable or not: they are paid for."""

    prompt_tokens: int = 0
    answer_tokens: int = 0
    cached_tokens: int = 0

    def plus(self, answer: Answer) -> Used:
        """With those of one more answer."""
        return Used(*(getattr(self, name) + getattr(answer, name) for name in Used.__slots__))


@dataclass(eq=False)
class Model:
    """Several threads may ask at once. Raises ModelError for an address or a key that cannot be used.

    Nothing is loaded or sent before the first question. `log` hears of every request, `say` of waits and refusals.
    """

    settings: Settings
    _: KW_ONLY
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], object] | None = None  # until it is closed, if need be
    jitter: Callable[[], float] = random.random
    log: Callable[[str], None] = lambda _: None
    say: Callable[[str], None] = lambda _: None
    requests_made: int = 0
    used: Used = field(default_factory=Used)

    def __post_init__(self) -> None:
        of = self.settings
        self._wire = Wire(of.base_url, of.key, of.timeout)
        self._manner = _Manner(Form.first(of.mode, self._wire.host, of.extra_body))
        self._series = _Series()
        self._lock = threading.Lock()
        self._closed = threading.Event()

    @property
    def tokens(self) -> int:
        """Tokens so far, of questions and answers."""
        return self.used.prompt_tokens + self.used.answer_tokens

    @property
    def form(self) -> Form:
        """How requests are put now, after what the provider has refused so far."""
        return self._manner.now

    def complete(
        self, messages: Messages, schema: Schema | None = None, max_answer_tokens: int | None = None
    ) -> Answer:
        """The model's answer for one paper. Raises ModelError; after IN_A_ROW failures without asking."""
        try:
            answer = self._answered(messages, schema, max_answer_tokens or self.settings.max_answer_tokens)
        except ModelError as error:
            self._series.failed(error)
            raise
        self._series.answered()
        return answer

    def _answered(self, messages: Messages, schema: Schema | None, tokens: int) -> Answer:
        for _ in range(FORMS):
            with self._manner.asking() as form:
                heard = self._put(form, form.body(self.settings.model, messages, schema, tokens))
                if not heard.kind:
                    return self.judged(heard.body, form)
                if heard.kind not in {"refused", "no-model"} or not self._manner.refused(form, heard.said):
                    raise self.error(heard.kind, refusals.message(heard.body), heard.status)
            self.say(f"a part of the request is refused and left out now: {self.excerpt(refusals.message(heard.body))}")
        raise self.error("refused")

    def _put(self, form: Form, asked: Mapping[str, Any]) -> Heard:
        extra = dict(form.extra)
        return self.patiently(lambda client: client.chat.completions.create(**asked, extra_body=extra))

    def judged(self, body: bytes, form: Form) -> Answer:
        """The answer in a body, its tokens counted. Raises ModelError for one that is not usable."""
        try:
            answer, trouble = read(body, form.mode)
            answer = replace(answer, text=refusals.clear(answer.text, self._wire.key))
        except ModelError as error:
            raise self.error(error.kind, refusals.message(body)) from None
        with self._lock:
            self.used = self.used.plus(answer)
        if trouble:
            unusable = self.error(trouble)
            unusable.answer = answer
            raise unusable
        return answer

    def patiently(self, send: Send, *, limit: int = MAX_BYTES, repeat: bool = True) -> Heard:
        """What the provider says to a request, after some tries where they can help. Raises ModelError for silence.

        `limit` is the largest answer in bytes; without `repeat` it is sent once: it would be there twice.
        """
        for attempt in range(1, max(TRIES.values()) + 1):
            self._series.check()
            heard = self._heard(send, limit)
            wait = self._wait(heard, attempt)
            if wait is None or not repeat or self._closed.is_set():
                break
            self.say(f"{refusals.SENTENCES[heard.kind]}; trying again in {wait:.0f} s")
            (self.sleep or self._closed.wait)(wait)
        if heard.status == 0:
            raise self.error(heard.kind, heard.detail)
        return heard

    def _heard(self, send: Send, limit: int) -> Heard:
        began = self.clock()
        with self._lock:
            self.requests_made += 1
        heard = self._wire.ask(send, limit)
        self.log(f"{self._wire.host}: {heard.status or heard.kind} in {self.clock() - began:.1f} s")
        return heard

    def _wait(self, heard: Heard, attempt: int) -> float | None:
        """Seconds until the next try; None when there is none, or the provider asks for more patience than we have."""
        if attempt >= TRIES.get(heard.kind, 0) or (heard.after or 0) > MAX_WAIT:
            return None
        return heard.after + self.jitter() if heard.after else FIRST_WAIT * 2 ** (attempt - 1) * (1 + self.jitter())

    def close(self) -> None:
        """Ends all waiting; whoever still asks gets a ModelError."""
        self._series.stop(ModelError("the run was stopped", "stopped", fatal=True))
        self._closed.set()
        self._wire.close()

    def error(self, kind: str, detail: str = "", status: int = 0) -> ModelError:
        """The error of a kind, told without secrets; a fatal one ends the asking for all."""
        about = f"`{self.settings.model}` {detail}".strip() if kind == "no-model" else detail
        if kind == "refused-key" and not self._wire.key:
            about = f"none was sent, for the variable of `llm.api_key_env` (or OPENAI_API_KEY) is not set; {detail}"
        made = refusals.error(kind, about, status, key=self._wire.key)
        if made.fatal:
            self._series.stop(made)
        return made

    def excerpt(self, text: str) -> str:
        """The beginning of a provider's words without secrets."""
        return refusals.excerpt(text, self._wire.key)


class _Series:
    """How many papers in a row got no answer; after IN_A_ROW of them, or a fatal error, nothing is asked any more."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._count = 0
        self._reason = ""

    def check(self) -> None:
        """Raises ModelError when the run has stopped asking."""
        if self._reason:
            raise ModelError(f"not asked: {self._reason}", "stopped", fatal=True)

    def answered(self) -> None:
        """Notes a success."""
        with self._lock:
            self._count = 0

    def failed(self, error: ModelError) -> None:
        """Notes a failure, unless it says nothing of how the provider is."""
        if error.kind in PERSONAL:
            return
        with self._lock:
            self._count += 1
            if self._count >= IN_A_ROW:
                self._reason = self._reason or f"{self._count} papers in a row got no answer, for the last {error}"

    def stop(self, error: ModelError) -> None:
        """Notes what every further paper would meet too."""
        with self._lock:
            self._reason = self._reason or str(error)


class _Manner:
    """The form of requests, found out once: the first question goes ahead, so that one is refused and not all.

    A refusal comes at once; who is still waiting after HEAD_START seconds is being answered, and the others follow.
    """

    def __init__(self, first: Form) -> None:
        self.now = first
        self._lock, self._turn = threading.Lock(), threading.Lock()
        self._known = False

    @contextmanager
    def asking(self) -> Iterator[Form]:
        """The form to ask in. Whatever comes of it, but for a refused form, lets the others go ahead."""
        if self._known:
            yield self.now
            return
        first = self._turn.acquire(timeout=HEAD_START)
        if first and self._known:  # found out while this one waited: nobody has to wait for its answer
            self._turn.release()
            first = False
        form = self.now
        try:
            yield form
        finally:
            if first:
                self._known = self._known or self.now == form
                self._turn.release()

    def refused(self, form: Form, said: str) -> bool:
        """Whether there is another form to try now: a lesser one, or one that another thread has found meanwhile."""
        with self._lock:
            if self.now == form:
                self.now = form.lesser(said) or form
            return self.now != form
