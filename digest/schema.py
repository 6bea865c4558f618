"""Options declared once: their types, defaults and words; read from YAML with the place of every mistake.

A group of options is a frozen dataclass whose fields are made by `option`. From the same declaration come the
reader (`Reader`), the JSON Schema for editors (`json_schema`) and the reference in Usage.md (`rows`).
Scalars are taken as they are written, so that a keyword `no`, `1e3` or `12:30` stays a word.
"""

from __future__ import annotations

import dataclasses
import json
import math
import re
import types
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Protocol, TypeVar, Union, get_args, get_origin, get_type_hints

import yaml

from digest.errors import Complaint

if TYPE_CHECKING:
    from dataclasses import Field

T = TypeVar("T")
Check = Callable[[str], str]
Node = Any  # yaml's nodes have no public types
MISSING = object()
MAX_VALUES = 100_000  # aliases can make a small file large


class Group(Protocol):
    """A dataclass of options."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]


def option(default: Any, *, en: str, zh: str, check: Check | None = None, **more: Any) -> Any:
    """A field: its default (`MISSING`: the key is needed), its words, a check that returns the value as meant.

    `check` gets each text of the option and raises ValueError (with `.at`, an offset, if it knows) for a bad one.
    `more` may be `split=True` (a text with commas is a list), `raw=True` (a mapping that somebody else understands),
    `example` (what to write for a needed key) and `least` (the smallest number).
    """
    metadata = {"en": en, "zh": zh, "check": check, "split": False, "raw": False, "example": "", "least": 0, **more}
    metadata["needed"] = default is MISSING
    return dataclasses.field(default=None if default is MISSING else default, metadata=metadata)


class Reader:
    """Turns nodes into option groups and collects complaints instead of stopping at the first.

    `synonyms` are other words for keys, `places` says where a key belongs, for those that stand elsewhere.
    """

    def __init__(self, synonyms: dict[str, str], places: dict[str, str]) -> None:
        self.complaints: list[Complaint] = []
        self._synonyms = synonyms
        self._places = places
        self._values = 0

    def group(self, cls: type[T], node: Node, where: str = "the configuration") -> T:
        """A mapping as `cls`; what is wrong takes its default and is complained about."""
        values: dict[str, Any] = {}
        fields, hints = cls.__dataclass_fields__, get_type_hints(cls)  # type: ignore[attr-defined]
        if not isinstance(node, yaml.MappingNode):
            example = next(f"{name}: {field.metadata['example'] or field.default}" for name, field in fields.items())
            message = f"{where} must be `key: value` lines, not {_described(node)}; write for example `{example}`"
            self.complain(node, message)
            return cls()
        for key, value in self._unique(node):
            if key.value not in fields:
                self._unknown(key, fields)
            else:
                values[key.value] = self._value(hints[key.value], value, fields[key.value], key)
        for name, field in fields.items():
            if field.metadata["needed"] and name not in values:
                self.complain(node, f"`{name}` is missing; write for example `{name}: {field.metadata['example']}`")
        return cls(**{name: value for name, value in values.items() if value is not MISSING})

    def complain(self, node: Node, message: str, offset: int = 0) -> None:
        """Notes a mistake at a node."""
        mark = node.start_mark
        self.complaints.append(Complaint(mark.line + 1, mark.column + 1 + offset, message))

    def _unique(self, node: Node) -> Iterator[tuple[Node, Node]]:
        seen: dict[str, Node] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self.complain(key, f"a key must be a plain word, not {_described(key)}; put a text in quotes")
            elif key.value in seen:
                first = seen[key.value].start_mark.line + 1
                self.complain(key, f"`{key.value[:60]}` is already given in line {first}; keep one of the two")
            else:
                seen[key.value] = key
                yield key, value

    def _unknown(self, key: Node, fields: dict[str, Field[Any]]) -> None:
        import difflib  # noqa: PLC0415 - only a mistake needs it

        name = str(key.value)[:60]
        synonym = self._synonyms.get(name.lower().replace("-", "_"))
        near = [synonym] if synonym in fields else difflib.get_close_matches(name.lower(), fields, 1, 0.7)
        if near:
            hint = f"did you mean `{near[0]}`?"
        elif place := self._places.get(synonym or name):
            hint = f"`{synonym or name}` belongs {place}"
        else:
            hint = f"remove it; the keys here are: {', '.join(fields)}"
        self.complain(key, f"unknown key `{name}`; {hint}")

    def _value(self, kind: Any, node: Node, field: Field[Any], key: Node) -> Any:
        """The value of an option, or MISSING after a complaint."""
        if _is_null(node) or (isinstance(node, yaml.SequenceNode) and not node.value):
            if field.metadata["needed"]:
                example = field.metadata["example"]
                self.complain(key, f"`{key.value}` has no value; write for example `{key.value}: {example}`")
            return MISSING
        if field.metadata["raw"]:
            return self._raw(node, key)
        if get_origin(kind) is tuple:
            return self._tuple(get_args(kind)[0], node, field, key)
        if dataclasses.is_dataclass(kind):
            return self.group(kind, node, f"`{key.value}`")  # type: ignore[arg-type]
        return self._scalar(kind, node, field, key)

    def _raw(self, node: Node, key: Node) -> Any:
        if isinstance(node, yaml.MappingNode):
            return _plain(node)
        self.complain(node, f"`{key.value}` must be a mapping; write for example `{key.value}: {{name: value}}`")
        return MISSING

    def _tuple(self, kind: Any, node: Node, field: Field[Any], key: Node) -> Any:
        items = node.value if isinstance(node, yaml.SequenceNode) else [node]
        if dataclasses.is_dataclass(kind):
            return tuple(self.group(kind, item, f"an entry of `{key.value}`") for item in items)  # type: ignore[arg-type]
        if isinstance(node, yaml.ScalarNode) and "," in node.value:
            if not field.metadata["split"]:
                parts = ", ".join(filter(None, map(str.strip, node.value.split(","))))[:80]
                whole = f'`{key.value}: ["{node.value[:80]}"]` if the comma belongs to it'
                self.complain(node, f"`{key.value}` must be a list; write `{key.value}: [{parts}]`, or {whole}")
                return MISSING
            items = list(_split(node))
        values = [self._scalar(kind, item, field, key) for item in items]
        return tuple(dict.fromkeys(value for value in values if value is not MISSING))

    def _scalar(self, kind: Any, node: Node, field: Field[Any], key: Node) -> Any:
        kind = _not_none(kind)
        self._values += 1
        if self._values > MAX_VALUES:
            raise ValueError(f"holds more than {MAX_VALUES} values; shorten it")
        if _is_null(node):
            hint = "remove it, or put it in quotes when it is a word or begins with `#`"
            self.complain(node, f"an item of `{key.value}` is empty; {hint}")
            return MISSING
        if not isinstance(node, yaml.ScalarNode):
            hint = _quote_hint(node) or "; write one value"
            self.complain(node, f"`{key.value}` takes {_expected(kind)} here, not {_described(node)}{hint}")
            return MISSING
        try:
            value = _converted(kind, node.value, field.metadata["least"])
            check: Check | None = field.metadata["check"]
            return check(value) if check and isinstance(value, str) else value
        except ValueError as error:
            columns, words = _place(node, getattr(error, "at", 0))
            self.complain(node, f"`{key.value}`: {error}{words}", columns)
            return MISSING


def _place(node: Node, at: int) -> tuple[int, str]:
    """An offset in a scalar as columns from its beginning, or in words when it has several lines."""
    if node.start_mark.line == node.end_mark.line:
        return at + (node.style in {"'", '"'}), ""
    return 0, f" (at `{node.value[at : at + 20].strip() or 'the end'}`)" if at else ""


def _split(node: Node) -> Iterator[Node]:
    """The parts of a text with commas, each with its own place."""
    mark = node.start_mark
    for part in re.finditer(r"[^\s,](?:[^,]*[^\s,])?", node.value):
        column = mark.column + (part.start() if mark.line == node.end_mark.line else 0)
        start = yaml.Mark("", 0, mark.line, column, None, 0)
        yield yaml.ScalarNode(node.tag, part[0], start, start, style=node.style)


def _converted(kind: Any, text: str, least: float = 0) -> Any:
    """A scalar's text as the declared type; raises ValueError with what to write."""
    if kind is str:
        return text
    if get_origin(kind) is Literal:
        if text not in get_args(kind):
            raise ValueError(f"`{text[:60]}` is not possible; write {_expected(kind)}")
        return text
    try:
        if kind is bool:
            return {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}[text.lower()]
        number = kind(text)
        if math.isfinite(number) and number >= (least or (1 if kind is int else 0)):
            return number
    except (KeyError, ValueError):
        pass
    raise ValueError(
        f"`{text[:60]}` is not possible; write {_expected(kind) if not least else f'a number from {least}'}"
    )


def _expected(kind: Any) -> str:
    if get_origin(kind) is Literal:
        return " or ".join(f"`{choice}`" for choice in get_args(kind)).replace(" or ", ", ", len(get_args(kind)) - 2)
    return {str: "a text", bool: "`true` or `false`", int: "a whole number from 1", float: "a number from 0"}[kind]


def _not_none(kind: Any) -> Any:
    if get_origin(kind) in (Union, types.UnionType):
        return next(part for part in get_args(kind) if part is not type(None))
    return kind


def _plain(node: Node) -> Any:
    """A node as JSON has it: words `true`, `null` and numbers without quotes are what they say."""
    if isinstance(node, yaml.MappingNode):
        return {str(key.value): _plain(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_plain(value) for value in node.value]
    try:
        return node.value if node.style in {"'", '"'} else json.loads(node.value)
    except ValueError:
        return node.value


def _is_null(node: Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and not node.style and node.value in {"", "~", "null", "Null", "NULL"}


def _described(node: Node) -> str:
    if _is_null(node):
        return "nothing (an empty value)"
    return {"mapping": "a `key: value` mapping", "sequence": "a list"}.get(node.id, "a text")


def _quote_hint(node: Node) -> str:
    if not isinstance(node, yaml.MappingNode) or not node.value or not hasattr(node.value[0][0], "value"):
        return ""
    key, value = node.value[0]
    if isinstance(key.value, str) and isinstance(value.value, str):
        return f'; if it is one text, put it in quotes: "{key.value}: {value.value}"'
    return ""


def rows(cls: type[Group], prefix: str = "") -> Iterator[tuple[str, Any, Field[Any]]]:
    """(key, type, field) of every option, nested ones after their parent, for documents."""
    hints = get_type_hints(cls)
    for name, field in cls.__dataclass_fields__.items():
        kind = _not_none(hints[name])
        yield f"{prefix}{name}", kind, field
        inner = get_args(kind)[0] if get_origin(kind) is tuple else kind
        if dataclasses.is_dataclass(inner):
            yield from rows(inner, f"{prefix}{name}{'[]' if inner is not kind else ''}.")  # type: ignore[arg-type]


def json_schema(cls: type[Group]) -> dict[str, Any]:
    """The JSON Schema (2020-12) of a group, for editors."""
    hints = get_type_hints(cls)
    fields = cls.__dataclass_fields__
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [name for name, field in fields.items() if field.metadata["needed"]],
        "properties": {name: _property(hints[name], field) for name, field in fields.items()},
    }


def _property(kind: Any, field: Field[Any]) -> dict[str, Any]:
    schema = _json_type(kind)
    if field.metadata["split"] and "enum" in schema["anyOf"][1]:
        schema["anyOf"].append({"type": "string"})  # several in one text, with commas
    schema["description"] = f"{field.metadata['en']}\n{field.metadata['zh']}"
    if isinstance(field.default, bool | int | float | str):
        schema["default"] = field.default
    return schema


def _json_type(kind: Any) -> dict[str, Any]:
    optional, kind = kind is not _not_none(kind), _not_none(kind)
    if get_origin(kind) is dict:
        return {"type": ["object", "null"]}
    if get_origin(kind) is tuple:
        item = _json_type(get_args(kind)[0])
        return {"anyOf": [{"type": "array", "items": item}, item, {"type": "null"}]}
    if dataclasses.is_dataclass(kind):
        return json_schema(kind)  # type: ignore[arg-type]
    if get_origin(kind) is Literal:
        return {"enum": list(get_args(kind))}
    # An unquoted keyword like 3D or 2031 is a number to an editor, and is read as the text it is written as.
    names = {str: ["string", "number", "boolean"], bool: ["boolean"], int: ["integer"], float: ["number"]}[kind]
    smallest = {int: {"minimum": 1}, float: {"minimum": 0}}.get(kind, {})
    return {"type": [*names, "null"] if optional or kind is str else names, **smallest}
