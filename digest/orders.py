"""What a paper says to its reader's model instead of to its reader: orders, which are only data.

Papers about such text quote it and tell of it: an order in quotation marks, or in a sentence that speaks of attacks,
examples or instructions, is none.
"""

from __future__ import annotations

import re

from digest.models import Doubt

_OLD = "previous|prior|above|earlier|preceding|foregoing|other|system|your"
_RULES = "instructions?|prompts?|rules?|guidelines?|directions?|commands?"
_WORK = "papers?|submission|manuscript|work"
_BEST = "10|100|highest|high|positive|best|accept|excellent|perfect|irrelevant|relevant"
_WHO = "model|llm|ai|assistant|reviewers?|summari[sz]er"
_SAY = "include|write|add|say|state|insert|print|mention"
_START = r"(?:^|[.!?:;] )(?:please )?"
_SAID = (
    rf"\b(?:ignore|disregard|forget|override|bypass) (?:\w+ ){{0,3}}(?:{_OLD}) (?:\w+ ){{0,2}}(?:{_RULES})",
    r"<\|?(?:im_start|im_end|endoftext|system|assistant|user)\|?>|\[/?INST\]|<<SYS>>",
    r"^(?:system|assistant):|\bSYSTEM:|\bnew (?:rule|instructions?):",
    r"\byou are now (?:a|an|in|the|no)\b|\bas an ai (?:language )?model,? you\b",
    rf"\b(?:note|message|instructions?) (?:to|for) (?:the )?(?:\w+ )?(?:{_WHO})\b",
    rf"\b(?:rate|score|mark|grade|rank) (?:this|the|our|every) (?:other )?(?:\w+ )?(?:{_WORK})\b.{{0,40}}?(?:{_BEST})",
    rf"\bgive (?:this|the|our) (?:{_WORK})? ?(?:a )?(?:positive|10|perfect|high|full|favou?rable|strong)",
    r"\bgive a positive review\b|\brecommend (?:accepting|acceptance of) this\b",
    r"\bdo not (?:highlight|mention|report|include|list|point out) any (?:negative|weakness|limitation|flaw)",
    rf"{_START}(?:respond|reply|answer|output|write) (?:only|exclusively|just) (?:in|with)\b",
    rf"{_START}repeat (?:the )?(?:phrase|word|sentence|following)\b|\bdecode and (?:obey|execute|follow|run)\b",
    rf"\bin (?:your|the) (?:summary|review|answer|output|response),? (?:{_SAY})\b",
    r"\b(?:reveal|print|show|repeat) (?:your|the) system prompt\b",
    "忽略(?:掉)?(?:以上|上述|之前|先前|前面|所有|此前)[的所有全部一切]{0,5}(?:指令|指示|提示|要求|规则)",
    "(?:把|将|给)(?:本文|这篇论文|该论文|此论文)(?:评|打|标)[为成分上]?(?:满分|最高|10|高分|好评|优秀)",
    "(?:只|仅)用(?:英文|中文|英语)(?:回答|输出)",
)
_ORDER = re.compile(
    "|".join(
        each.replace("[.!?:;] ", r"[.!?:;]\s{1,9}").replace("? ?", r"?\s?").replace(" ", r"\s{1,9}") for each in _SAID
    ).replace(r"\w+", r"\w{1,30}"),
    re.IGNORECASE | re.MULTILINE,
)
_TALK = re.compile(
    r"attack|inject|jailbreak|adversar|malicious|hidden|phrases?\b|such as|e\.g\.|example|like\b|instruct(?:s|ing|ed)\b"
    r"|asks?\b|asked|tell(?:s|ing)\b|told|trick|manipulat|prompted to|whether|users? can|攻击|注入|例如|诸如|比如"
    r"|to (?:ignore|disregard|forget|override|bypass)$",
    re.IGNORECASE,
)
_QUOTES = {'"': '"', "“": "”", "‘": "’", "'": "'", "`": "'", "「": "」", "《": "》"}


def found(source: str) -> list[Doubt]:
    """Text of a paper that speaks to a model as if to give it orders; not what a paper quotes or tells of such text."""
    return [
        Doubt("order", " ".join(match[0].split())[:120], "the paper's own text speaks to a model")
        for match in _ORDER.finditer(source)
        if not _told(source, match)
    ]


def _told(source: str, match: re.Match[str]) -> bool:
    """Whether an order is only spoken of: in quotation marks, or in a sentence about such orders."""
    before = source[max(0, match.start() - 160) : match.start()]
    sentence = re.split(r"[.!?。！？](?:\s|$)|\n\s*\n", before)[-1]
    last = before.rstrip()[-1:]
    quoted = last in _QUOTES and _QUOTES[last] in source[match.end() : match.end() + 80]
    return quoted or bool(_TALK.search(sentence))
