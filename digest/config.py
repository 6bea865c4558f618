"""config.yaml -> Config; every complaint names the file, the line, the column and what to write instead."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from digest import arxiv, query
from digest.choose import Topic
from digest.errors import Complaint, ConfigError
from digest.models import Filters, Kind
from digest.options import Config, TopicOptions
from digest.schema import Reader, json_schema, rows

MAX_BYTES = 1_000_000
MAX_DEPTH = 20
_CONTROL = re.compile("[^\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

SYNONYMS = {
    "keywords": "include", "keyword": "include", "includes": "include", "excludes": "exclude", "query": "expression",
    "excluded": "exclude", "exclude_keywords": "exclude", "category": "categories", "subjects": "categories",
    "lang": "language", "author": "authors", "topic": "topics", "profiles": "topics", "max_papers": "limit",
    "delay": "request_interval", "look": "style", "source": "sources", "kind": "kinds",
}  # fmt: skip


def read(path: Path) -> Config:
    """The configuration of a file. Raises ConfigError with all its mistakes; fetches and writes nothing."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        message = "there is no such file; copy the one of the repository, or name another with --config"
        raise ConfigError(path, (Complaint(1, 1, message),)) from None
    except OSError as error:
        raise ConfigError(path, (Complaint(1, 1, f"cannot be read: {error.strerror}"),)) from error
    return parse(data, path)


def parse(data: bytes, path: Path) -> Config:
    """The configuration of a file's bytes. Raises ConfigError. Pure."""
    reader = Reader(SYNONYMS, _places())
    text = ""
    try:
        text = _decoded(data)
        _guard(text)
        node = yaml.compose(text, Loader=_LOADER)
        config = Config() if node is None else reader.group(Config, node)
    except yaml.YAMLError as error:
        raise ConfigError(path, (_syntax(error, text),)) from error
    except (ValueError, RecursionError) as error:
        raise ConfigError(path, (Complaint(1, 1, str(error)),)) from error
    if node is None:
        raise ConfigError(path, (Complaint(1, 1, "the file is empty; write at least `categories: [eess.AS, cs.SD]`"),))
    _same_names(config, node, reader)
    if reader.complaints:
        lookalike = None if isinstance(node, yaml.MappingNode) else _lookalike(text.splitlines())
        raise ConfigError(path, (lookalike,) if lookalike else tuple(reader.complaints))
    return config


def _decoded(data: bytes) -> str:
    if len(data) > MAX_BYTES:
        raise ValueError(f"has {len(data)} bytes, more than the {MAX_BYTES} of a configuration; shorten it")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", "replace")
        raise _trouble("this is not UTF-8 text", _mark(before, len(before))) from error
    if hidden := _CONTROL.search(text):
        raise _trouble(f"a control character (U+{ord(hidden[0]):04X}) stands here", _mark(text, hidden.start()))
    return text


def _guard(text: str) -> None:
    """Refuses what must not become a tree of nodes: deep nesting (it ends the process), tags, a second document."""
    depth = documents = 0
    for event in yaml.parse(text, Loader=_LOADER):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        documents += isinstance(event, yaml.DocumentStartEvent)
        if depth > MAX_DEPTH:
            raise _trouble(f"this is nested in more than {MAX_DEPTH} brackets or levels", event.start_mark)
        if documents > 1:
            raise _trouble("a second document begins here", event.start_mark)
        if tag := getattr(event, "tag", None):
            raise _trouble(f"a tag stands here (`{tag[:60]}`)", event.start_mark)


def _mark(text: str, at: int) -> yaml.Mark:
    """The line and column of a character."""
    return yaml.Mark("", 0, text.count("\n", 0, at), at - text.rfind("\n", 0, at) - 1, None, 0)


def _trouble(problem: str, mark: Any) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(problem=problem, problem_mark=mark)


_HINTS = (  # (words in what is wrong, what to do), the first that fits
    ("tab stands", "indent with blanks, never with a tab"),
    ("nested", "write it flatter"),
    ("a tag", "remove it; a text that begins with ! needs quotes"),
    ("UTF-8|control", "save the file as plain UTF-8 text"),
    ("document", "keep one document a file, without `---` or `%YAML`"),
    ("escape", r"a backslash is written as it is in single quotes: '/\d+/'"),
    ("token|alias|anchor|directive|tag", 'a text that begins with @ * & % ` ! or | needs quotes: "@text"'),
    ("", "check the indentation, the quotes and the blank after each colon around this line"),
)


def _syntax(error: yaml.YAMLError, text: str) -> Complaint:
    """What the YAML library says, with what to do about it."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line, column = (mark.line, mark.column) if mark else (0, 0)
    problem = str(getattr(error, "problem", None) or error)
    lines = re.split(r"\r\n|[\n\r\x85\u2028\u2029]", text)
    if re.match(r" *\t", "".join(lines[line : line + 1])):
        problem = "a tab stands here"
    if lookalike := _lookalike(lines):
        return lookalike
    said = f"{problem} {getattr(error, 'context', '')}"
    hint = next(hint for words, hint in _HINTS if re.search(words, said))
    return Complaint(line + 1, column + 1, f"{problem}; {hint}")


def _lookalike(lines: list[str]) -> Complaint | None:
    """The usual slip behind a file that is no YAML: a colon of Chinese typing, no blank after one, open quotes."""
    for number, line in enumerate(lines, start=1):
        colon = re.match(r"[\s\u3000]*(?:[-－]\s*)?[A-Za-z_]+(：|:(?=[^\s:/]))", line)
        if colon:
            what = "a full-width colon" if colon[1] == "：" else "no blank after the colon"
            return Complaint(number, colon.start(1) + 1, f"{what} stands here; write `key: value` with `:` and a blank")
        quoted = re.match(r"(\s*expression:\s*)[\"“].*[\"”]\s*\S", line)
        if quoted:
            message = (
                "an expression that begins with a quote; put single quotes around all of it: '\"a phrase\" AND word'"
            )
            return Complaint(number, len(quoted[1]) + 1, message)
    return None


def _places() -> dict[str, str]:
    """Where each key belongs, in words."""
    places = {key.rpartition(".")[2]: f"below `{key.rpartition('.')[0]}`" for key, _, _ in rows(Config) if "." in key}
    return places | {key: "at the top level, without indentation" for key, _, _ in rows(Config) if "." not in key}


def _same_names(config: Config, node: yaml.Node, reader: Reader) -> None:
    """Complains about topics whose headings would have the same address."""
    if not isinstance(node, yaml.MappingNode):
        return
    entries = next((value.value for key, value in node.value if key.value == "topics"), ())
    names: dict[str, int] = {}
    for number, (entry, topic) in enumerate(zip(entries, config.topics, strict=False), start=1):
        slug = re.sub(r"[\W_]+", "-", str(topic.name or "").casefold()).strip("-")
        if slug in names:
            reader.complain(entry, f"the topic `{topic.name}` has the name of topic {names[slug]}; rename one")
        elif slug:
            names[slug] = number


def warnings(config: Config) -> tuple[str, ...]:
    """What is allowed but probably not meant."""
    found: list[str] = []
    for code in config.categories:
        row = arxiv.category(code)
        if row is not None and row.current:
            found.append(f"arXiv lists {row.code} as {row.current} now; {row.current} is read")
    groups = [(config.include, config.exclude), *((t.include, (*t.exclude, *config.exclude)) for t in config.topics)]
    for include, exclude in groups:
        both = sorted(set(map(str.lower, include)) & set(map(str.lower, exclude)))
        found += [f"`{word}` is in include and in exclude: no paper can match it" for word in both]
    for name in (*config.authors, *(name for topic in config.topics for name in topic.authors)):
        if name.isascii() and name.isalpha():
            found.append(f"the author `{name}` is one word: only papers signed just so match; write the full name")
    return tuple(found)


def topics(config: Config) -> tuple[Topic, ...]:
    """The sections in the order of the page; the top-level rules come last, when there are any or nothing else."""
    own = TopicOptions("", config.include, (), config.expression, config.authors)
    rest = () if config.topics and not (own.include or own.expression or own.authors) else (own,)
    return tuple(_compiled(config, group) for group in (*config.topics, *rest))


def _compiled(config: Config, group: TopicOptions) -> Topic:
    substring = config.match == "substring"
    parts: list[query.Query] = []
    if group.include:
        parts.append(query.any_of(group.include, substring=substring))
    if group.expression:
        parts.append(query.parse(group.expression, substring=substring))
    if group.authors:
        parts.append(query.people(group.authors))
    exclude = tuple(dict.fromkeys((*config.exclude, *group.exclude)))
    return Topic(
        Filters(group.name, group.include, exclude, group.expression, group.authors),
        query.Either(tuple(parts)) if parts else None,
        query.any_of(exclude, substring=substring),
        frozenset(map(Kind, group.kinds or config.kinds)),
        group.limit,
    )


def schema() -> dict[str, Any]:
    """The JSON Schema of config.yaml."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "arXiv digest", **json_schema(Config)}
