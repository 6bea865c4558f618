"""answer -> summary, with all that is to be doubted about it. The model's words are data.

Answers are read tolerantly (thoughts, fences, words around the object, trailing commas) and validated strictly; then
every number and name in them has to be borne out by the text that was sent (see `verify`). The questions: `prompts`.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any

from digest import text, verify
from digest.errors import ModelError
from digest.models import Contribution, Doubt, Paper, Summary, Trust

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_ANSWER = 100_000  # characters
FATAL = frozenset({"language", "copy"})  # such an answer is of no use; other doubts are shown beside it
MOST_STARTS = 10  # braces at which the object may begin

_THOUGHTS = re.compile(
    r"\s*(?:<(think|thinking|reasoning)>.*?</\1>|\[THINK\].*?\[/THINK\]|◁think▷.*?◁/think▷)", re.DOTALL
)
_FENCE = re.compile(r"```[a-zA-Z]{0,20}[ \t]*\n")
_COMMA = re.compile(r",(\s*[}\]])")
_REFUSAL = re.compile(
    r"(?:抱歉|对不起|很遗憾)[，,]?\s*(?:我|作为|无法|不能)|无法(?:提供|生成|回答)(?:该|此|这|您)|"
    r"作为(?:一个|一名)?(?:AI|人工智能)(?:语言模型|助手|模型)|^(?:I'm|I am) sorry|^Sorry, (?:but )?I|^As an AI|"
    r"^I (?:can't|cannot|can not|am unable to) (?:assist|help|provide|comply)",
    re.IGNORECASE,
)
_TROUBLE = re.compile(
    "(?:请求|连接|响应|读取|接口)?超时|请求(?:失败|过多|频繁)|(?:生成|摘要|总结|调用|处理)(?:失败|出错)"
    r"|(?:网络|服务器?|系统)(?:错误|异常|繁忙|不可用)|.{0,20}稍后(?:再试|重试)|rate limit|too many requests"
    r"|(?:an? )?(?:internal |server |unknown |unexpected |http )*error(?: occurred|[:：.]|\s*\d|$)"
    r"|(?:the )?request (?:timed out|failed)|time[d-]? ?out|service (?:is )?unavailable"
    r"|failed to (?:generate|summari[sz]e)|one sentence: the task",
    re.IGNORECASE,
)
LONGEST_TROUBLE = 80  # characters; longer ones are about such things
_PLACEHOLDERS = frozenset(
    ["error", "none", "null", "n/a", "na", "todo", "tbd", "string", "unknown", "无", "暂无", "错误", "失败"]
)
_ENDS = " .。!！…—-\n\t"
SHORTEST = 4  # characters of a brief that says anything

Messages = list[dict[str, str]]
SCHEMA: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["brief", "summary", "contributions", "keywords", "title_translated"],
    "properties": {
        "brief": {"type": "string"},
        "summary": {"type": "string"},
        "contributions": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["lead", "text"],
                "properties": {"lead": {"type": "string"}, "text": {"type": "string"}},
            },
        },
        "keywords": {"type": "array", "items": {"type": "string"}},
        "title_translated": {"type": "string"},
    },
}


def source_of(paper: Paper) -> str:
    """The text that was sent, which has to bear out every word of the answer."""
    return f"{paper.title}\n{paper.abstract}"


def read(answer: str) -> Summary:
    """An answer's text as a summary, not yet checked. Raises ModelError for what is none."""
    data = _object(answer)
    fields = _validated(data)
    points = tuple(Contribution(text.clean(p.lead), text.clean(p.text)) for p in fields.contributions)
    made = Summary(
        status=Trust.OK,
        brief=text.clean(fields.brief),
        summary=text.clean(fields.summary),
        contributions=tuple(point for point in points if point.text),
        keywords=tuple(filter(None, map(text.clean, fields.keywords))),
        title=text.clean(fields.title_translated),
    )
    said = made.brief or made.summary
    if _REFUSAL.match(said):
        raise ModelError("the model refused to answer", kind="refused")
    if len(said) < LONGEST_TROUBLE and _TROUBLE.match(said):
        raise ModelError("the answer is an error message", kind="garbage")
    words = {word.strip(_ENDS) for word in said.lower().split()}
    if len(said.strip(_ENDS)) < SHORTEST or words <= _PLACEHOLDERS | {""} or not made.brief:
        raise ModelError("the answer says nothing", kind="empty")
    return made


def judged(made: Summary, paper: Paper, language: str) -> Summary:
    """The summary with its doubts."""
    doubts = verify.check(source_of(paper), made, language)
    return replace(made, status=Trust.DOUBTFUL if doubts else Trust.OK, doubts=doubts)


def usable(summary: Summary) -> bool:
    """Whether it can be shown at all, doubts and all."""
    return not FATAL & {doubt.kind for doubt in summary.doubts}


def problems(doubts: Sequence[Doubt]) -> list[str]:
    """The doubts as one would tell them to the model."""
    return [f"{doubt.kind}: {doubt.text}: {doubt.why}" for doubt in doubts]


def _object(answer: str) -> Any:
    """The JSON object in an answer, whatever stands around it."""
    if len(answer) > MAX_ANSWER:
        raise ModelError("the answer is far too long", kind="garbage")
    while thought := _THOUGHTS.match(answer):  # leading ones only: a summary may be about such tags
        answer = answer[thought.end() :]
    head, closing, tail = answer.partition("</think>")  # some servers swallow the opening one
    answer = tail if closing and tail.lstrip().startswith(("{", "```")) and '"brief"' not in head else answer
    answer = answer.strip()
    if fence := _FENCE.match(answer):
        answer = answer[fence.end() :].removesuffix("```").strip()
    start = answer.find("{")
    if start < 0 and _REFUSAL.search(answer):
        raise ModelError("the model refused to answer", kind="refused")
    if start < 0:
        raise ModelError("the answer is no JSON", kind="garbage")
    starts = [found.start() for found in islice(re.finditer("{", answer), MOST_STARTS)]
    for at in starts:
        for candidate in (answer[at:], _COMMA.sub(r"\1", answer[at:])):
            try:
                return json.JSONDecoder(parse_constant=_refused, strict=False).raw_decode(candidate)[0]
            except (ValueError, RecursionError):
                continue
    raise ModelError("the answer is no whole JSON", kind="garbage")


def _refused(constant: str) -> Any:
    raise ValueError(f"{constant} is no JSON")


def _validated(data: Any) -> Any:
    """The fields of an answer, all there and of their types."""
    from pydantic import ValidationError  # noqa: PLC0415 - 75 ms, and it comes with `openai`

    if isinstance(data, dict):
        data = {key: value for key, value in data.items() if value is not None}
    try:
        return _form().model_validate(data, strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"])) or "the object"
        message = f"the answer does not have the form asked for ({place}: {first['msg']})"
        raise ModelError(message, kind="form") from error


@cache
def _form() -> Any:
    from pydantic import BaseModel, Field  # noqa: PLC0415

    class Point(BaseModel):
        lead: str = Field(max_length=200)
        text: str = Field(max_length=1000)

    class Reply(BaseModel):
        brief: str = Field(max_length=600)
        summary: str = Field(default="", max_length=600)
        contributions: list[Point] = Field(default=[], max_length=12)
        keywords: list[str] = Field(default=[], max_length=30)
        title_translated: str = Field(default="", max_length=600)

    return Reply
