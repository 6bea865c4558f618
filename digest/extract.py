"""The authors' own words: which sentences of an abstract say what is new. Pure.

For a digest that no model has summarised, and beside one that a model has. Nothing is rewritten or cut: what is given
out stands in the abstract, white space folded. Sentences are chosen by the phrases with which abstracts claim
something: an offer ("we propose"), a result ("reduces … by 12%"), or neither.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

MOST = 3
OFFER, RESULT = 3, 4  # from these weights on a sentence counts as one
WHOLE = 2  # abstracts of so few sentences are given out whole
LONGEST = 300  # sentences; arXiv takes 1,920 characters (https://info.arxiv.org/help/prep.html)


def own_words(abstract: str, most: int = MOST) -> tuple[str, ...]:
    """Up to `most` sentences of the abstract that say what its authors did and found, verbatim and in its order.

    At least one, unless the abstract is empty; of an abstract of one or two sentences, those.
    """
    every = tuple(islice(_sentences(" ".join(abstract.split())), LONGEST))
    kept = tuple(sentence for sentence in every if not _LEFTOVER.match(sentence)) or every
    if len(kept) <= min(most, WHOLE):
        return kept
    chosen = _ranked([_weigh(sentence) for sentence in kept])[: max(0, most)]
    return tuple(kept[index] for index in sorted(chosen))


def lead(abstract: str) -> str:
    """The one sentence to quote where there is room for one; nothing for an empty abstract."""
    return "".join(own_words(abstract, 1))


class _Weight(NamedTuple):
    """How much of an offer a sentence is, how much of a result, and what else speaks for it."""

    offer: int
    result: int
    other: int


def _ranked(weights: list[_Weight]) -> list[int]:
    """The places of the sentences worth quoting, the best first: an offer, a result, then whatever is left.

    What stands before the first offer is taken for background. Of equals the earlier comes first; where nothing is
    worth it, the least bad one.
    """
    offers = [n for n, weight in enumerate(weights) if weight.offer >= OFFER]
    ranked = sorted(offers, key=lambda n: -weights[n].offer)[:1]
    left = [n for n in range(min(offers, default=0), len(weights)) if n not in ranked]
    results = [n for n in left if weights[n].result >= RESULT]
    ranked += sorted(results, key=lambda n: -weights[n].result)[:1]
    rest = sorted({*left}.difference(ranked), key=lambda n: (-sum(weights[n]), n))
    return ranked + [n for n in rest if sum(weights[n]) >= OFFER] or rest[:1]


# --- phrases ----------------------------------------------------------------------------------------------------------


def _weigh(sentence: str) -> _Weight:
    """The sum of the cues in a sentence."""
    found = [weights for weights, pattern in _CUES if pattern.search(sentence)]
    return _Weight(*(sum(column) for column in zip((0, 0, 0), *found, strict=True)))


_WE = r"\bwe (?:(?:\w+ly|first|then|also|further|here|thus|have|therefore) ){0,2}"
_PAPER = r"(?:paper|work|article|study|report|letter|thesis|survey|review|note|tutorial|overview|chapter)"
_THIS = rf"\b(?:this|the present|our) {_PAPER} (?:\w+ )?"
_OFFERS = (
    r"(?:propos|present|introduc|develop|design|build|built|creat|construct|devis|formulat|describ|contribut|provid"
    r"|deriv|establish|launch|offer)"
)
_STUDIES = (
    r"(?:stud|investigat|analy[sz]|explor|address|examin|compar|evaluat|extend|adapt|apply|applied|record|survey|review"
    r"|focus|aim|tackl|conduct|revisit|prob|treat|use|train|collect|improv|leverag|report|benchmark|consider|identif"
    r"|experiment|releas|publish|open-sourc)"
)
_RISES = (
    r"(?:improv|outperform|surpass|exceed|achiev|attain|reduc|yield|boost|accelerat|halv|doubl"
    r"|(?:in|de)creas(?:es?|ed|ing)\b|lowers?\b|(?:gain|drop|rise|fall|save|cut)s\b|gained\b|dropped\b|fell\b|rose\b"
    r"|match(?:es|ed)\b)"
)
_SHOW = r"(?:show|demonstrat|find|found|reveal|indicat|confirm|observ|prove|suggest)"
_TESTS = r"(?:results?|experiments?|evaluations?|findings|analys[ei]s|study|studies|tests?|ablations?|simulations?)"
_NUMBER = r"(?<![\w.-])\d+(?:[.,]\d+)*"
_UNIT = r"(?:\\?%|percent|per cent|×|x\b(?! ?\d)|\\times|times|-?fold|[dk]B\b|points?\b|ms\b|orders? of magnitude)"

# (offer, result, other) of a phrase. A sentence gets each but once, however often it says so; case does not matter.
_CUES = tuple(
    (weights, re.compile(phrase, re.IGNORECASE))
    for weights, phrase in (
        ((6, 0, 0), _WE + _OFFERS),
        ((6, 0, 0), _THIS + _OFFERS),
        ((5, 0, 0), r"\b(?:is|are|was|were|been) (?:\w+ly )?(?:propos|present|introduc)ed\b|\band propose\b"),
        ((4, 0, 0), _WE + _STUDIES),
        ((4, 0, 0), _THIS + _STUDIES),
        ((3, 0, 0), rf"\b(?:in|with) this {_PAPER}\b|^this (?:\w+ )?{_PAPER}\b|\b(?:among )?the first to\b"),
        ((4, 0, 0), rf"\b(?:aim|goal|purpose|objective) of this {_PAPER}|^(?:aim|goal|purpose|objective)s?: "),
        ((2, 0, 0), r"\b(?:our|the proposed) (?:method|model|approach|system|framework|algorithm|technique)s?\b"),
        ((1, 0, 0), r"^to (?:this end|(?:address|solve|overcome|tackle|bridge|fill|mitigate)\b)"),
        ((1, 0, 0), r"\b(?:novel|new|first)\b"),
        ((-4, 0, 0), r"\b(?:examples|samples|demos?|details) (?:is|are) (?:\w+ )?(?:present|provid)"),
        ((-2, 0, 0), r"^(?:additionally|furthermore|moreover|finally|in addition|also)\b|\bwe also\b"),
        ((6, 0, 0), r"提出|设计|构建|介绍|发布|开源"),
        ((3, 0, 0), r"本文|本研究|本工作|我们"),
        ((3, 5, 0), _WE + _SHOW),
        ((0, 5, 0), rf"\bwe\b.{{0,60}}? and {_SHOW}"),
        ((0, 4, 0), rf"\b{_TESTS}\b.{{0,60}}?\b{_SHOW}"),
        ((0, 4, 0), rf"\b{_RISES}|\b(?:new state-of-the-art|state-of-the-art (?:performance|results?|accuracy))"),
        ((0, 4, 0), rf"{_NUMBER}\s?{_UNIT}|\b(?:of|is|=|with|to|scores?) \d*\.\d|\bfrom {_NUMBER}|\bfactor of\b"),
        ((0, 1, 0), _NUMBER),
        ((0, 1, 0), r"\b(?:than|compared (?:to|with)|over|against|baselines?|relative|absolute|less|fewer)\b"),
        ((0, 1, 0), r"\b(?:accuracy|error|f1|f-score|correlation|recall|precision|latency|perplexity|wer|eer|auc)\b"),
        ((0, 4, 0), r"(?:结果|实验)(?:表明|显示|证明)"),
        ((0, 4, 0), r"达到|提升|提高|降低|减少|优于|超过"),
        ((0, 4, 0), r"\d\s?(?:个?百分点|倍|分贝)"),
        ((0, 0, 1), r"\b(?:code|data(?:set)?s?|models?|demos?|samples)\b.{0,60}?\b(?:available|released?)\b"),
        ((-4, -4, -2), r"^(?:however|recent(?:ly)?|existing|current|conventional|traditional|previous|prior|nowadays"
                       r"|in recent|most|with the (?:rise|advent|development|growth))\b"),
        ((-4, -4, -2), r"\b(?:recent years|(?:has|have) attracted|most existing|(?:is|are) (?:often|typically|usually)"
                       r"|remains? (?:\w+ )?(?:challeng|unclear|limited|underexplored|unexplored|open))"),
        ((-3, -4, -2), r"\?\Z"),
        ((-4, -4, -2), r"\bfuture (?:work|research|studies|directions?)\b|\bwe (?:hope|will|plan)\b|\bwill be\b"),
        ((-6, -6, -2), r"^(?:然而|但是|近年来|现有|目前)|未来"),
    )
)  # fmt: skip
_LEFTOVER = re.compile(
    r"[(\[（][^()（）]{0,80}[)\]）]\Z|(?:accepted (?:to|at|for|in|by|as)|submitted to|to appear|published (?:in|at|by)"
    r"|presented at|comments?:|key ?words?|index terms|copyright|©|\d+ pages|arxiv admin|project page"
    r"|(?:in )?(?:this|the) (?:\w+ )?version|(?:in )?version \d|https?://\S+\Z)",
    re.IGNORECASE,
)

# --- sentences --------------------------------------------------------------------------------------------------------

# Left to right: what keeps its stops to itself (but the last one, which may end the sentence as well), or a stop. No
# repetition can run into another or begin again in its middle, so that time grows with the text and not faster.
_TOKEN = re.compile(
    r"""https?://[!-~]*[A-Za-z0-9/]
    | (?<!\\)\$(?!\s)[^$]{1,300}?(?:(?<![\s\\])\$(?!\d)|(?=\.\$(?:\s|\Z)))
    | [(（][^()（）]{0,300}?(?=[.!?…。！？]?[)）])
    | ["“](?=\w)[^"“”]{0,200}?(?=[.!?…。！？]?["”])
    | (?P<stop>(?<![.!?…])[.!?…]+[$)\]"'”’»]*(?=\s|(?<=[a-z]{3}\.)(?:We|This|The|Our)\s)|[。！？]+[」』”’）"]*)""",
    re.VERBOSE,
)
_NEXT = re.compile(r"""\s*["'“‘«(\[`*\\]{0,9}(?:[^\W_a-zß-öø-ÿ]|[a-z]{1,30}[A-Z0-9]|\$)""")
_STARTER = re.compile(
    r"\s*(?:An?|And|As|Based|Both|But|By|Code|Experiment(?:s|al)|Extensive|Finally|For|Further(?:more)?|Here|However|In"
    r"|It|Moreover|On|Our|Results|Such|Th(?:e|ese|ey|is|us)|To|We|When|While|With)[\s,]"
)
_NEVER = re.compile(
    r"(?:[Ee]\.?g|[Ii]\.e|[Cc]\.?f|[Vv]s|[Vv]iz|w\.r\.t|a\.k\.a|approx|ca|resp|[Ff]igs?|[Ee]qs?|[Rr]efs?|[Tt]abs?|Thm"
    r"|Dr|Prof|Mr|Mrs|Ms|St)"
)
_BEFORE_NUMBER = re.compile(r"(?:nos?|nr|vols?|pp?|v|secs?|sects?|chs?|ver|art|lem)", re.IGNORECASE)
_COUNTED = re.compile(r"\s+[(\[$]{0,3}(?:\d|[IVX]+\b)")
_MAYBE = re.compile(r"(?:al|etc|Inc|Ltd|Corp|Jr|Sr|(?:[^\W\d_]\.)+[^\W\d_]{1,2})")
_MEASURED = re.compile(r"\d \w\Z")  # 3.1 M
_ENUMERATOR = re.compile(r"(?:^|[:;,]\s|\band\s)\(?\d{1,2}\Z")
_REACH = 20  # characters before a stop that are looked at


def _sentences(text: str) -> Iterator[str]:
    """The sentences of a text whose white space is folded, each as it stands there."""
    start = 0
    for token in _TOKEN.finditer(text):
        if token["stop"] and _ends(text, start, token):
            yield text[start : token.end()].strip()
            start = token.end()
    if text[start:].strip():
        yield text[start:].strip()


def _ends(text: str, start: int, stop: re.Match[str]) -> bool:
    """Whether a stop, which is not the text's last word, ends the sentence that begins at `start`."""
    if stop[0][-1] in ")]）" and text[start : start + 2].lstrip()[:1] not in {"(", "[", "（"}:
        return False
    if stop[0][0] in "。！？":
        return True
    if not _NEXT.match(text, stop.end()):
        return False
    before = text[max(start, stop.start() - _REACH) : stop.start()].lstrip()
    word = before.rpartition(" ")[2].lstrip("([\"'“")
    if stop[0][0] in "!?":
        return True
    if _NEVER.fullmatch(word) or _ENUMERATOR.search(before):
        return False
    if _BEFORE_NUMBER.fullmatch(word):
        return not _COUNTED.match(text, stop.end())
    initial = len(word) == 1 and word.isupper() and not _MEASURED.search(before)
    unsure = initial or _MAYBE.fullmatch(word) or stop[0].startswith(("..", "…"))
    return not unsure or _STARTER.match(text, stop.end()) is not None
