"""What a provider's refusal means, told from its status and its words, and what of those words a reader may see.

A provider repeats what it was sent: a wrong key comes back in the message, whole, masked or encoded. Nothing of it may
reach a page, a log or the journal. Kinds and texts follow the providers' own lists of errors:
https://platform.openai.com/docs/guides/error-codes, https://api-docs.deepseek.com/quick_start/error_codes,
https://help.aliyun.com/zh/model-studio/error-code, https://ai.google.dev/gemini-api/docs/troubleshooting
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from urllib.parse import quote

from digest.errors import ModelError
from digest.text import clean

FATAL = frozenset({"refused-key", "balance", "region", "no-model", "redirect", "address", "stopped"})
SENTENCES = {
    "timeout": "the model did not answer in time",
    "rate": "the provider asks us to slow down",
    "server": "the provider has trouble of its own",
    "refused-key": "the provider refuses the key",
    "balance": "the account at the provider has no balance left",
    "region": "the provider does not serve this region",
    "no-model": "the provider does not know the model or the address",
    "filtered": "the provider's content filter refuses this paper",
    "too-long": "the text is too long for the model",
    "truncated": "the answer was cut off at its limit of tokens",
    "empty": "the answer is empty",
    "network": "the connection failed",
    "redirect": "the provider redirects elsewhere, and a key is sent nowhere else",
    "garbage": "the answer cannot be read",
    "refused": "the provider refuses the request",
}
EXCERPT, LOOKED_AT = 150, 4000  # characters
HIDDEN = "***"

_BALANCE = "insufficient[ _-]?(?:account[ _-]?)?(?:balance|quota|credit|fund)|credit balance|arrear|余额|欠费"
_REGION = "(?:country|region|territory|location)[^.]{0,40}(?:not|un)[ _-]?supported|unsupported_country|地区不支持"
_SIGNS = (  # of a 4xx whose status says little; the first that fits
    ("too-long", "context[ _-]?(?:length|window)|maximum context|too many (?:input )?tokens|(?:prompt|input)[^.]{0,30}"
     "too long|range of input length|reduce the length|上下文|超长"),
    ("filtered", "content exists risk|content[ _-]?(?:filter|management|policy)|data_?inspection|inappropriate|"
     "(?:sensitive|unsafe)[ _](?:content|word|information)|sensitive_words|high risk|敏感|不安全|违规"),
    ("refused-key", "api[ _-]?key (?:not valid|is invalid|expired)|(?:invalid|incorrect|wrong)[ _-]?api[ _-]?key"),
    ("balance", _BALANCE),
    ("region", _REGION),
    ("no-model", "model[^.]{0,80}(?:not[ _](?:exist|found|available)|no longer|retired|deprecated|decommissioned)|"
     "(?:unknown|invalid|no such) model|model_not_found|模型不存在"),
)  # fmt: skip
_PLAIN = {401: "refused-key", 402: "balance", 404: "no-model", 408: "server", 409: "server", 413: "too-long"}
TOO_MANY, FORBIDDEN, TROUBLE = 429, 403, 500


def message(body: bytes) -> str:
    """What a refusal says to a person: the message of its JSON, or its text without tags."""
    return " ".join(_parts(body, ("message", "msg", "detail"))[:1])


def words(body: bytes) -> str:
    """All that a refusal says: its message, its code, its type."""
    return " ".join(_parts(body, ("message", "msg", "detail", "code", "type", "param")))


def _parts(body: bytes, names: tuple[str, ...]) -> list[str]:
    text = body.decode("utf-8", "replace")
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return [clean(re.sub(r"<[^<>]{0,300}>", " ", text[:LOOKED_AT]))]
    found = found[0] if isinstance(found, list) and found else found  # Gemini puts its error into a list
    inner = found.get("error", found) if isinstance(found, dict) else found
    parts = (inner.get(name) for name in names) if isinstance(inner, dict) else (inner,)
    return [clean(str(part)[:LOOKED_AT]) for part in parts if part]


def verdict(status: int, said: str) -> str:
    """The kind of a refusal; of a success it is empty."""
    if status in range(300, 400):
        return "redirect"
    if status >= TROUBLE:  # llama-cpp-python says so of a form that it does not know
        return "refused" if _has("validation error[^.]*response_format", said) else "server"
    if status == TOO_MANY:  # "exceeded your quota" is how some say that a minute's share is used up
        return "balance" if _has(_BALANCE, said) else "rate"
    if status == FORBIDDEN:
        signs = {"balance": _BALANCE, "region": _REGION}
        return next((kind for kind, sign in signs.items() if _has(sign, said)), "refused-key")
    return _PLAIN.get(status) or next((kind for kind, sign in _SIGNS if _has(sign, said)), "refused")


def _has(sign: str, said: str) -> bool:
    return re.search(sign, said, re.IGNORECASE) is not None


def error(kind: str, detail: str = "", status: int = 0, *, key: str = "") -> ModelError:
    """The error of a kind, in one sentence; `detail` is what the provider said, of which no secret remains."""
    said = excerpt(detail, key)
    told = SENTENCES[kind] + (f" ({status})" if status else "") + (f": {said}" if said else "")
    return ModelError(told, kind, fatal=kind in FATAL)


def excerpt(text: str, key: str = "") -> str:
    """The beginning of foreign words, on one line, with `***` for whatever looks like a key."""
    return redacted(clean(text[:LOOKED_AT]), key)[:EXCERPT].rstrip()


WINDOW, LONG_KEY, LONG_WORD, TAIL = 6, 12, 32, 4
_WORD = re.compile(r"[\w*•.…%+/=~-]+", re.ASCII)
_WORDS_OF_KEYS = re.compile(r"(?i)(?:sk|pk|rk|ak|gsk|xai|hf|key|token)[-_].{3}|AIza.{4}")
_MASK = re.compile(r"\*{2}|•{2}|[xX]{4}|\w(?:\.{3}|…)\w")


def clear(answer: str, key: str) -> str:
    """An answer without our key, which a server may give back; a short word (`ollama`) is no secret."""
    for form in _spellings(key) if len(key) >= LONG_KEY else ():
        answer = answer.replace(form, HIDDEN)
    return answer


def redacted(text: str, key: str) -> str:
    """A text in which no key stands: not ours in any spelling, and nothing that looks like another's."""
    for form in _spellings(key):
        text = text.replace(form, HIDDEN)
    text = re.sub(r"(?i)\b(bearer|basic)\s+[^\s\"',;]+", HIDDEN, text)
    pieces = {key[at : at + WINDOW] for at in range(len(key) - WINDOW + 1)} if len(key) >= LONG_KEY else set()
    tail = key[-TAIL:] if pieces else HIDDEN

    def hidden(match: re.Match[str]) -> str:
        word = match[0]
        ours = word.rstrip(".").endswith(tail) or any(piece in word for piece in pieces)
        return HIDDEN if ours or _looks_secret(word) else word

    return _WORD.sub(hidden, text)


def _looks_secret(word: str) -> bool:
    mixed = len(word) >= LONG_WORD and re.search("[0-9]", word) and re.search("[A-Za-z]", word) and "://" not in word
    return bool(mixed or _WORDS_OF_KEYS.match(word) or _MASK.search(word))


def _spellings(key: str) -> Iterator[str]:
    """A key as an address, JSON, base64 (at each of its three alignments) or hexadecimal digits spell it."""
    if len(key) < TAIL:
        return
    raw = key.encode()
    yield from (key, quote(key, safe=""), json.dumps(key)[1:-1], raw.hex())
    for shift in range(3):
        whole = base64.b64encode(b"\0" * shift + raw).decode()
        core = whole[4 if shift else 0 : -4]  # what does not depend on the neighbours
        if len(core) >= WINDOW:
            yield from (core, core.translate(str.maketrans("+/", "-_")))
