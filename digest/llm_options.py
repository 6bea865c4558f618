"""The keys of `llm:` in config.yaml. Without that section no model is asked, and everything else works."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

from digest.schema import option

_COUNT = re.compile(r"[0-9]+(?: ?/ ?(?:run|month))?")
_LIMIT = re.compile(r"([0-9]+(?:\.[0-9]+)?)(?: ?/ ?(run|month))?")
_SECRET = re.compile(r"sk-|[A-Za-z0-9_-]{30,}")


def _limit(text: str) -> str:
    parts = [part.strip() for part in text.split(",")]
    spans = [found[2] or "run" if (found := _LIMIT.fullmatch(part)) else "" for part in parts]
    if "" in spans or len(set(spans)) != len(spans):
        raise ValueError(f"`{text[:40]}` is no limit; write for example `500` or `500/run, 9000/month`")
    return ", ".join(parts)


def _count(text: str) -> str:
    for part in text.split(","):
        if not _COUNT.fullmatch(part.strip()):
            raise ValueError(f"`{text[:40]}` is no limit; write for example `500` or `500/run, 9000/month`")
    return _limit(text)


def _model(name: str) -> str:
    if re.match(r"(?:sk|pk|gsk)-|AIza", name):
        raise ValueError("this is a key, not the name of a model; take it out, and keep it in a secret")
    return name


def _variable(name: str) -> str:
    if _SECRET.search(name):
        raise ValueError("this is a key, not the name of a variable; take it out, and keep it in a secret")
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
        raise ValueError(
            f"`{name[:40]}` is not the name of an environment variable; write for example `OPENAI_API_KEY`"
        )
    return name


def _preset(name: str) -> str:
    from digest import providers  # noqa: PLC0415 - only who has a model pays for it

    return providers.preset(name).name


def _address(text: str) -> str:
    if not re.fullmatch(r"https?://[^\s@\\?#]+", text):
        raise ValueError(
            "this is not an address without user name and query; write for example `https://api.openai.com/v1`"
        )
    return text.rstrip("/")


@dataclass(frozen=True)
class LlmOptions:
    """Which model writes summaries, how it is asked, what it may cost."""

    preset: str = option(
        "",
        check=_preset,
        example="deepseek",
        en="A provider by name, which sets `base_url`, `api_key_env` and what the provider supports: "
        "`openai deepseek qwen qwen-intl zhipu zai moonshot moonshot-intl siliconflow gemini ollama vllm llama.cpp`.",
        zh="服务商名称，自动设定 `base_url`、`api_key_env` 与其支持的功能："
        "`openai deepseek qwen qwen-intl zhipu zai moonshot moonshot-intl siliconflow gemini ollama vllm llama.cpp`。",
    )
    base_url: str = option(
        "",
        check=_address,
        en="The address of an OpenAI-compatible service; otherwise that of the preset; "
        "without a preset that of `OPENAI_BASE_URL`.",
        zh="OpenAI 兼容服务的地址；不填则用预设的地址；未用预设时取环境变量 `OPENAI_BASE_URL`。",
    )
    model: str = option("", check=_model, example="deepseek-flash", en="The model's name.", zh="模型名称。")
    api_key_env: str = option(
        "",
        check=_variable,
        en="The environment variable that holds the key (`OPENAI_API_KEY`). The key itself never stands here.",
        zh="存放密钥的环境变量名（默认 `OPENAI_API_KEY`）。密钥本身绝不写在这里。",
    )
    mode: Literal["auto", "schema", "object", "text"] = option(
        "auto",
        en="How the answer's form is asked for; `auto` finds out what the service supports, once a run.",
        zh="以何种方式约定回答格式；`auto` 每次运行自动探测一次。",
    )
    language: str = option(
        "",
        example="zh",
        en="The language of summaries; otherwise that of the page.",
        zh="摘要的语言；不填则与页面相同。",
    )
    concurrency: int = option(4, en="Questions at the same time.", zh="同时提问的数量。")
    timeout: float = option(60.0, least=0.1, en="Seconds for one answer.", zh="单次回答的时限（秒）。")
    extra_body: dict[str, Any] | None = option(
        None,
        raw=True,
        en="Further keys of the request, as the provider documents them: `{enable_thinking: false}`.",
        zh="请求中的附加字段，按服务商文档填写：`{enable_thinking: false}`。",
    )
    max_papers: str = option(
        "",
        check=_count,
        en="At most so many papers: `50`, `50/run, 1000/month`.",
        zh="论文数上限：`50`、`50/run, 1000/month`。",
    )
    max_tokens: str = option(
        "",
        check=_count,
        en="At most so many tokens, questions and answers together.",
        zh="token 上限，提问与回答合计。",
    )
    max_cost: str = option(
        "",
        check=_limit,
        en="At most so much money, in the currency of its price; only for models whose price is known.",
        zh="费用上限，按标价的币种；仅限标价已知的模型。",
    )
    doubts: Literal["mark", "hide"] = option(
        "mark",
        en="A summary that does not pass the checks is shown with its doubtful words named, or not shown.",
        zh="未通过核对的摘要：标出存疑之处，或不予显示。",
    )

    @property
    def wanted(self) -> bool:
        """Whether a model is configured."""
        return bool(self.preset or self.base_url or self.model)


def limit(text: str, span: Literal["run", "month"]) -> float:
    """A limit for a run or a month; infinite when there is none."""
    found = (_LIMIT.fullmatch(part.strip()) for part in text.split(","))
    return next((float(each[1]) for each in found if each and (each[2] or "run") == span), float("inf"))
