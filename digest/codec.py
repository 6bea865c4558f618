"""Our dataclasses as JSON text and back: the same value gives the same bytes, a wrong text a ValueError. Pure."""

from __future__ import annotations

import dataclasses
import json
import types
from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")


def dumps(value: Any) -> str:
    """A dataclass as JSON, a line a key and a line an entry of a list of objects, so that git shows what changed.

    Fields at their defaults are left out.
    """
    lines = (f"{_json(key)}: {_lines(item)}" for key, item in _sparse(value).items())
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _lines(item: Any) -> str:
    if isinstance(item, list) and item and isinstance(item[0], dict):
        return "[\n " + ",\n ".join(map(_json, item)) + "\n]"
    return _json(item)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def loads(cls: type[T], text: str) -> T:
    """The dataclass of a JSON text. Raises ValueError saying what does not fit."""
    try:
        return cast("T", _read(cls, json.loads(text)))
    except (TypeError, KeyError, AttributeError, OverflowError, RecursionError) as error:
        raise ValueError(f"not a stored {cls.__name__} ({error})") from error


def plain(value: Any) -> Any:
    """A value as `json` can write it: dates as text, tuples as lists."""
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value


def _sparse(value: Any) -> Any:
    if not dataclasses.is_dataclass(value):
        return [_sparse(item) for item in value] if isinstance(value, tuple) else plain(value)
    own = ((field, getattr(value, field.name)) for field in dataclasses.fields(value))
    return {field.name: _sparse(item) for field, item in own if item != field.default}


@cache
def _hints(cls: type) -> dict[str, Any]:
    return get_type_hints(cls)


def _read(kind: Any, data: Any) -> Any:
    """`data` of `json.loads` as the declared type."""
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return None if data is None else _read(next(k for k in get_args(kind) if k is not type(None)), data)
    if origin is tuple:
        return _tuple(get_args(kind), data)
    if dataclasses.is_dataclass(kind):
        hints = _hints(cast("type", kind))
        return cast("Any", kind)(**{name: _read(hints[name], item) for name, item in data.items()})
    if kind is date:
        return date.fromisoformat(data)
    value = kind(data)
    if value != data:
        raise TypeError(f"{data!r} is not {kind.__name__}")
    return value


def _tuple(kinds: tuple[Any, ...], data: Any) -> tuple[Any, ...]:
    if not isinstance(data, list):
        raise TypeError(f"{data!r} is not a list")
    if kinds[-1] is Ellipsis:
        return tuple(_read(kinds[0], item) for item in data)
    return tuple(_read(kind, item) for kind, item in zip(kinds, data, strict=True))
