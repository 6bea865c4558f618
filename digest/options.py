"""What can stand in config.yaml: every key once, with its type, default, check and words in two languages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal
from urllib.parse import urlsplit

from digest import arxiv, query
from digest.llm_options import LlmOptions
from digest.schema import MISSING, option
from digest.text import is_word

MAX_NAME = 200

KindName = Literal["new", "cross", "late-cross", "replace", "replace-cross"]


def _category(code: str) -> str:
    row = arxiv.category(code)
    if row is not None:
        return row.code
    if re.search(r"[\s，、；【】]", code.strip()):
        raise ValueError(f"`{code[:40]}` is not one category; write `[eess.AS, cs.SD]` with plain commas and brackets")
    codes = ", ".join(f"`{one}`" for one in arxiv.near(code)) or "`eess.AS`, `cs.SD`"
    raise ValueError(
        f"arXiv has no category `{code[:40]}`; write for example {codes} (https://arxiv.org/category_taxonomy)"
    )


_PUNCTUATION = re.compile("[“”„，、；（）【】「」『』]")
_OPERATOR = re.compile(r"(?<=\s)(?:AND|OR|ANDNOT)(?=\s)")


def _term(source: str) -> str:
    pattern = source.startswith("/")
    _plain(source)
    if source.startswith("-") and is_word(source):
        raise ValueError("a term cannot begin with `-`; put a blank after the dash of each line of the list")
    if pattern and not source.endswith("/"):
        raise ValueError("a regular expression ends with a slash too, without letters after it: `/wav2vec-?2/`")
    if not pattern and (operator := _OPERATOR.search(source)):
        raise query.QueryError(f"`{operator[0]}` belongs in `expression`; here each item is one term", operator.start())
    if len(source) > 2 and source[0] == source[-1] == '"':  # noqa: PLR2004 - quotes with something in them
        source = source[1:-1]
    query.item(source)
    return source.strip()


def _plain(source: str) -> None:
    """Refuses the punctuation of Chinese typing, which would silently be a part of a term and match nothing."""
    if not source.startswith("/") and (sign := _PUNCTUATION.search(source)):
        advice = 'write the plain `"`, `,`, `(` or `)`, and each term as an item of its own'
        raise query.QueryError(f"`{sign[0]}` is Chinese punctuation; {advice}", sign.start())


def _expression(source: str) -> str:
    _plain(source)
    if source.strip():
        query.parse(source)
    return source.strip()


def _name(text: str) -> str:
    if not is_word(text) or len(text) > MAX_NAME:
        raise ValueError(f"a name has a letter and at most {MAX_NAME} characters; write for example `Shinji Watanabe`")
    return " ".join(text.split())


def _url(text: str) -> str:
    try:
        parts = urlsplit(text)
        good = bool(parts.hostname) and parts.port != 0 and re.fullmatch(r"https?://[^\s\\]+", text)
    except ValueError:  # a port or a host that cannot be
        good = None
    if not good:
        raise ValueError(f"`{text[:60]}` is not an address; write for example `https://arxiv.org`")
    if "@" in parts.netloc:
        raise ValueError("a user name or password must not stand in an address; remove it")
    return text.rstrip("/")


def _source(name: str) -> str:
    if name == "sample":
        raise ValueError("`sample` is for `demo` alone: invented papers never stand in for real ones; remove it")
    if not re.fullmatch(r"[a-z_]+|[A-Za-z_]\w*(\.\w+)+", name):
        raise ValueError(
            f"`{name[:40]}` is not the name of a source; write `listing` or `rss`, for past days `catchup` or `oai`"
        )
    return name


MAX_CATCH_UP = 90  # days that arXiv's catch-up pages reach back


def _window(text: str) -> str:
    days = re.fullmatch(r"([0-9]{1,3}) ?d", text.strip())
    if days is None or int(days[1]) > MAX_CATCH_UP:
        raise ValueError(f"`{text[:20]}` is no number of days up to {MAX_CATCH_UP}; write for example `14d`")
    return f"{int(days[1])}d"


@dataclass(frozen=True)
class Endpoints:
    """Where the services are; a mirror, a proxy or a test server can stand in."""

    listing: str = option(
        "https://arxiv.org",
        check=_url,
        en="arXiv's pages; `/list/…` and `/catchup/…` are asked below it.",
        zh="arXiv 网页，其下请求 `/list/…` 与 `/catchup/…`。",
    )
    rss: str = option(
        "https://rss.arxiv.org",
        check=_url,
        en="arXiv's feeds; `/rss/…` is asked below it.",
        zh="arXiv 订阅源，其下请求 `/rss/…`。",
    )
    api: str = option(
        "https://export.arxiv.org/api/query",
        check=_url,
        en="The search API, the whole address.",
        zh="检索 API 的完整地址。",
    )
    oai: str = option(
        "https://oaipmh.arxiv.org/oai",
        check=_url,
        en="OAI-PMH, the whole address (for past days).",
        zh="OAI-PMH 的完整地址（用于补录过去的日期）。",
    )


@dataclass(frozen=True)
class TopicOptions:
    """A section of the digest with rules of its own."""

    name: str = option(MISSING, check=_name, example="语音增强", en="The section's heading.", zh="栏目标题。")
    include: tuple[str, ...] = option((), check=_term, en="As the top-level `include`.", zh="同顶层 `include`。")
    exclude: tuple[str, ...] = option(
        (),
        check=_term,
        en="As the top-level `exclude`, which holds here too.",
        zh="同顶层 `exclude`；顶层的排除词在此同样生效。",
    )
    expression: str = option("", check=_expression, en="As the top-level `expression`.", zh="同顶层 `expression`。")
    authors: tuple[str, ...] = option((), check=_name, en="As the top-level `authors`.", zh="同顶层 `authors`。")
    kinds: tuple[KindName, ...] = option(
        (), split=True, en="Instead of the top-level `kinds`.", zh="代替顶层 `kinds`。"
    )
    limit: int | None = option(
        None,
        en="At most so many papers; the rest is counted on the page.",
        zh="最多列出的论文数；超出部分会在页面注明。",
    )


@dataclass(frozen=True)
class Config:
    """The whole configuration; only `categories` is needed."""

    categories: tuple[str, ...] = option(
        MISSING,
        check=_category,
        split=True,
        example="[eess.AS, cs.SD]",
        en="arXiv categories to read, in the order you want them named.",
        zh="要读取的 arXiv 类别，按您希望的顺序列出。",
    )
    include: tuple[str, ...] = option(
        (),
        check=_term,
        en="A paper is chosen when its title or abstract has one of these terms. "
        "With neither `include`, `expression` nor `authors`, every paper is chosen.",
        zh="标题或摘要含有其中任一词的论文会入选。若 `include`、`expression`、`authors` 均未填写，则全部入选。",
    )
    exclude: tuple[str, ...] = option(
        (),
        check=_term,
        en="A paper with one of these terms in title or abstract is left out, always.",
        zh="标题或摘要含有其中任一词的论文一律排除。",
    )
    expression: str = option(
        "",
        check=_expression,
        en="A query, in single quotes: `'\"speech enhancement\" AND (diffusion OR flow) ANDNOT music'`.",
        zh="查询表达式，整体加单引号：`'\"speech enhancement\" AND (diffusion OR flow) ANDNOT music'`。",
    )
    authors: tuple[str, ...] = option(
        (),
        check=_name,
        en="Authors to follow; their papers are chosen whatever their words.",
        zh="关注的作者；其论文不论用词都会入选。",
    )
    match: Literal["words", "substring"] = option(
        "words",
        en="`words`: whole words, ignoring case, accents, hyphens and plurals. "
        "`substring`: anywhere, ignoring case only.",
        zh="`words`：按整词匹配，忽略大小写、重音、连字符与单复数；`substring`：任意位置的子串匹配，仅忽略大小写。",
    )
    kinds: tuple[KindName, ...] = option(
        ("new", "cross"),
        split=True,
        en="Which announcements count: `new`, `cross`, `late-cross` (old papers cross-listed later), `replace`, "
        "`replace-cross`.",
        zh="计入哪些公告类型：`new`（新提交）、`cross`（交叉列出）、`late-cross`（旧论文后来的交叉列出）、"
        "`replace`（更新）、`replace-cross`（交叉列出的更新）。",
    )
    limit: int | None = option(
        None,
        en="At most so many papers a day; the rest is counted on the page.",
        zh="每天最多列出的论文数；超出部分会在页面注明。",
    )
    topics: tuple[TopicOptions, ...] = option(
        (), en="Several sections, each with rules of its own.", zh="多个栏目，各有自己的规则。"
    )
    style: Literal["keywords", "sections", "table"] = option(
        "keywords",
        en="`keywords`: one list with open abstracts. `sections`: new, cross-listed, replaced; abstracts folded. "
        "`table`: a row a paper.",
        zh="`keywords`：单一列表，摘要展开；`sections`：分为新提交、交叉列出、更新，摘要折叠；`table`：每篇一行的表格。",
    )
    language: Literal["zh", "en"] = option("zh", en="The language of the page's own words.", zh="页面文字的语言。")
    header: str = option("", en="Your own lines (Markdown) at the top of a page.", zh="页首的自定义内容（Markdown）。")
    footer: str = option("", en="Your own lines (Markdown) at the end of a page.", zh="页尾的自定义内容（Markdown）。")
    readme: bool = option(
        False,
        en="Also show the latest digest in README.md, between two marker comments. Makes syncing a fork conflict.",
        zh="同时把最新一期写入 README.md 的两个标记注释之间。会使同步上游时产生冲突。",
    )
    sources: tuple[str, ...] = option(
        ("listing", "rss"),
        check=_source,
        split=True,
        en="Which sources to ask, in this order, until one has the whole day.",
        zh="依次询问的数据来源，直到某一来源给出完整的一天。",
    )
    past_sources: tuple[str, ...] = option(
        ("catchup", "oai"),
        check=_source,
        split=True,
        en="Which sources to ask for past days, in this order.",
        zh="补录过去的日期时，依次询问的数据来源。",
    )
    catch_up: str = option(
        "14d",
        check=_window,
        en="How far back a run looks for days that are open or missing, and fills them; `0d`: not at all.",
        zh="每次运行向前检查多少天，补上缺失或未完成的日期；`0d` 表示不补。",
    )
    api: Literal["auto", "always", "never"] = option(
        "auto",
        en="Ask arXiv's API for what a source lacks (version, dates, DOI, comment): `auto` only after a feed.",
        zh="是否向 arXiv API 补充来源缺少的信息（版本、日期、DOI、备注）：`auto` 仅在使用订阅源后补充。",
    )
    request_interval: float | None = option(
        None,
        en="Seconds between requests instead of the polite 15 (pages) and 3 (feeds, API); for a mirror or tests.",
        zh="请求间隔秒数，代替默认的礼貌间隔（网页 15 秒，订阅源与 API 3 秒）；仅用于自建镜像或测试。",
    )
    llm: LlmOptions = option(
        LlmOptions(), en="The model that writes summaries; none without this.", zh="撰写摘要的模型；不填则不使用模型。"
    )
    endpoints: Endpoints = option(Endpoints(), en="Addresses of the services.", zh="各服务的地址。")

    @property
    def catch_up_window(self) -> timedelta:
        """`catch_up` as a length of time."""
        return timedelta(days=int(self.catch_up.removesuffix("d")))

    @property
    def asked(self) -> tuple[str, ...]:
        """The categories to ask for: retired codes and aliases by their present names, each once."""
        rows = filter(None, map(arxiv.category, self.categories))
        return tuple(dict.fromkeys(row.current or row.code for row in rows))
