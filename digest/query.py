"""The filter language: text -> Query; `Query.match(document)` -> reasons. Pure.

    query   := both (OR both)*
    both    := one ((AND | ANDNOT | AND NOT) one)*
    one     := NOT one | field:one | ( query ) | "a phrase" | /a pattern/ | word | prefix*

Operators are written in capitals. Fields: title abstract author category comment kind; without one a term looks at
title and abstract.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar, Protocol

from digest.models import Kind, Listing, Reason
from digest.terms import Person, Term, TermError, Word, Words, term
from digest.text import Folded

FIELDS = ("title", "abstract", "author", "category", "comment", "kind")
DEFAULT_FIELDS = ("title", "abstract")
MAX_DEPTH = 50

Reasons = tuple[Reason, ...]


class QueryError(TermError):
    """A query that cannot be read; `at` is the offset of the trouble in its text."""


class Document:
    """A listing as queries see it: its fields, folded once however many terms look at them."""

    def __init__(self, listing: Listing) -> None:
        self.listing = listing
        self._fields: dict[str, Folded] = {}

    def field(self, name: str) -> Folded:
        """The folded text of a field of `FIELDS`."""
        if name not in self._fields:
            self._fields[name] = Folded(self._text(name))
        return self._fields[name]

    @cached_property
    def gist(self) -> str:
        """The default fields squeezed into one text: a term whose key is not in it is in none of them."""
        return " ".join(self.field(name).squeezed for name in DEFAULT_FIELDS)

    def _text(self, name: str) -> str:
        paper = self.listing.paper
        if name == "author":
            return "; ".join(paper.authors)
        if name == "category":
            return " ".join((*paper.categories, *paper.classes))
        return str(self.listing.kind) if name == "kind" else str(getattr(paper, name))


class Query(Protocol):
    """A condition on a document."""

    key: ClassVar[str] = ""  # what a document's gist must hold before a closer look; empty if that cannot be said

    def match(self, document: Document) -> Reasons | None:
        """Why the document fulfils it; None when it does not. Raises PatternTimeoutError."""

    def without(self, pattern: str) -> Query:
        """The same condition as if the regular expression `pattern` were found nowhere."""


@dataclass(frozen=True, slots=True)
class Leaf(Query):
    """A term, looked for in some fields."""

    term: Term
    fields: tuple[str, ...] = DEFAULT_FIELDS
    key: str = field(init=False, compare=False)  # type: ignore[misc]

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", self.term.key if self.fields == DEFAULT_FIELDS else "")

    def match(self, document: Document) -> Reasons | None:
        """A reason for each field that has the term."""
        found = [(name, self.term.find(document.field(name))) for name in self.fields]
        return tuple(Reason(self.term.source, name, spans) for name, spans in found if spans) or None

    def without(self, pattern: str) -> Query:
        """Nothing, if it is that pattern."""
        return Either(()) if self.term.source == pattern else self


@dataclass(frozen=True, slots=True)
class Either(Query):
    """OR; also the meaning of an `include` list. Without parts it never holds."""

    parts: tuple[Query, ...]

    def match(self, document: Document) -> Reasons | None:
        """The reasons of every part that holds."""
        gist = document.gist
        found = [why for part in self.parts if part.key in gist and (why := part.match(document)) is not None]
        return tuple(reason for why in found for reason in why) if found else None

    def without(self, pattern: str) -> Query:
        """The parts without it."""
        return Either(tuple(part.without(pattern) for part in self.parts))


@dataclass(frozen=True, slots=True)
class Both(Query):
    """AND."""

    parts: tuple[Query, ...]

    def match(self, document: Document) -> Reasons | None:
        """The reasons of all parts, if all hold."""
        reasons: list[Reason] = []
        for part in self.parts:
            found = part.match(document)
            if found is None:
                return None
            reasons += found
        return tuple(reasons)

    def without(self, pattern: str) -> Query:
        """The parts without it."""
        return Both(tuple(part.without(pattern) for part in self.parts))


@dataclass(frozen=True, slots=True)
class Not(Query):
    """NOT: holds, without a reason to show, where its part does not."""

    part: Query

    def match(self, document: Document) -> Reasons | None:
        """No reasons, or None."""
        return () if self.part.match(document) is None else None

    def without(self, pattern: str) -> Query:
        """The part without it."""
        return Not(self.part.without(pattern))


def any_of(sources: Iterable[str], *, substring: bool = False) -> Either:
    """An `include` or `exclude` list: each item one term, with an optional field in front (`title:codec`)."""
    return Either(tuple(item(source, substring=substring) for source in sources))


def people(names: Iterable[str]) -> Either:
    """Followed authors."""
    return Either(tuple(Leaf(Person(name), ("author",)) for name in names))


def item(source: str, *, substring: bool = False) -> Leaf:
    """One item of a list as a query. Raises QueryError."""
    name, colon, rest = source.partition(":")
    if colon and name.strip().lower() in FIELDS:
        return leaf(rest.strip().strip('"'), (name.strip().lower(),), substring=substring, at=len(name) + 1)
    return leaf(source, substring=substring)


def leaf(source: str, fields: tuple[str, ...] = DEFAULT_FIELDS, *, substring: bool = False, at: int = 0) -> Leaf:
    """One term as a query. Raises QueryError."""
    try:
        if fields[0] in {"category", "kind"} and not source.startswith("/"):
            return Leaf(_value(source, fields), fields)
        found = term(source, substring=substring)
    except TermError as error:
        raise QueryError(str(error), at + error.at) from error
    if fields == ("author",) and isinstance(found, Words) and "*" not in source:
        return Leaf(Person(found.source) if re.search(r"[\s,]", found.source) else Word(found.source), fields)
    return Leaf(found, fields)


def _value(source: str, fields: tuple[str, ...]) -> Word:
    if not source.strip("* "):
        raise TermError("a value is missing; write for example `category:cs.SD` or `kind:new`")
    value = Word(source.strip())
    if "kind" in fields and not value.find(Folded(" ".join(Kind))):
        raise TermError(f"there is no kind `{source[:40]}`; write {', '.join(Kind)}")
    return value


def parse(text: str, *, substring: bool = False) -> Query:
    """An expression -> a query. Raises QueryError with the offset and what to write instead."""
    return _Parser(text, substring=substring).whole()


_TOKEN = re.compile(
    r"""(?P<regex>/(?:\\.|[^/\\])+/)(?=[\s)]|$)|"(?P<phrase>[^"]*)"|(?P<paren>[()])"""
    r"""|(?P<field>[^\W\d][\w-]*):|(?P<word>[^\s()"]+)|(?P<bad>")"""
)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    at: int


class _Parser:
    """Recursive descent over the tokens of one expression; `fields` are those that a group or a term looks at."""

    def __init__(self, text: str, *, substring: bool) -> None:
        self.substring = substring
        self.depth = 0
        self.end = len(text)
        self.tokens = deque(_token(match) for match in _TOKEN.finditer(text))

    def whole(self) -> Query:
        if not self.tokens:
            raise QueryError('the expression is empty; write for example "speech enhancement" AND diffusion')
        query = self.either(DEFAULT_FIELDS)
        if self.tokens:
            raise self.unexpected()
        return query

    def either(self, fields: tuple[str, ...]) -> Query:
        parts = [self.both(fields)]
        while self.operator("OR"):
            parts.append(self.both(fields))
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def both(self, fields: tuple[str, ...]) -> Query:
        parts = [self.one(fields)]
        while found := self.operator("AND", "ANDNOT"):
            part = self.one(fields)
            parts.append(Not(part) if found == "ANDNOT" else part)
        return parts[0] if len(parts) == 1 else Both(tuple(parts))

    def one(self, fields: tuple[str, ...]) -> Query:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise QueryError(f"more than {MAX_DEPTH} levels of brackets; write it flatter", self.at())
        query = Not(self.one(fields)) if self.operator("NOT") else self.primary(fields)
        self.depth -= 1
        return query

    def primary(self, fields: tuple[str, ...]) -> Query:
        at = self.at()
        if self.operator("("):
            return self.group(fields, at)
        if not self.tokens or self.tokens[0].kind == "operator":
            raise QueryError('a term is missing here; write a word, a "phrase" or a (group)', at)
        token = self.tokens.popleft()
        if token.kind == "bad":
            raise QueryError('this `"` is never closed; add the second one', at)
        if token.kind == "field":
            return self.one(_known_field(token))
        return leaf(token.text, fields, substring=self.substring, at=at + (token.kind == "phrase"))

    def group(self, fields: tuple[str, ...], opened: int) -> Query:
        query = self.either(fields)
        if not self.tokens:
            raise QueryError("this `(` is never closed; add a `)`", opened)
        if not self.operator(")"):
            raise self.unexpected()
        return query

    def unexpected(self) -> QueryError:
        """What to say of a token that cannot follow what was read."""
        token = self.tokens[0]
        if token.kind == "operator" and token.text == ")":
            return QueryError("this `)` closes nothing; remove it or add a `(`", token.at)
        return QueryError(
            f"an operator is missing before `{token.text[:40]}`: write AND, OR or ANDNOT (in capitals), "
            'or put a phrase in quotes: "speech enhancement"',
            token.at,
        )

    def operator(self, *names: str) -> str:
        if self.tokens and self.tokens[0].kind == "operator" and self.tokens[0].text in names:
            return self.tokens.popleft().text
        return ""

    def at(self) -> int:
        return self.tokens[0].at if self.tokens else self.end


def _token(match: re.Match[str]) -> _Token:
    kind = match.lastgroup or ""
    text = match[kind]
    operator = kind == "paren" or (kind == "word" and text in {"AND", "OR", "ANDNOT", "NOT"})
    return _Token("operator" if operator else kind, text, match.start())


def _known_field(token: _Token) -> tuple[str, ...]:
    name = token.text.lower()
    if name in FIELDS:
        return (name,)
    import difflib  # noqa: PLC0415 - only a mistake needs it

    near = difflib.get_close_matches(name, FIELDS, 1)
    hint = f"did you mean `{near[0]}:`?" if near else f"the fields are {', '.join(FIELDS)}"
    raise QueryError(f"there is no field `{token.text[:40]}:`; {hint} (a colon inside a term needs quotes)", token.at)
