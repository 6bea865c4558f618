"""How many of a thing a source says there are: datasets, languages, speakers; and how long its lists are."""

from __future__ import annotations

import re
from collections.abc import Iterable

from digest.numerals import Quantity

# What stands behind a number that counts things.
COUNTER = re.compile(
    "[ ]?(?:个|种|类|项|组|层|阶段|步|轮|条|名|位|人|篇|门|款|套|台|份|幅|张|段|座|只|次|路|折|颗|所|家"
    "|语言|数据集|任务|基准|模型"
    r"|(?!(?:above|below|over|under|more|less|fewer|higher|lower|better|worse|of|to|and|or|in|on|at|with|than)\b)[a-z])"
)
_MEMBER = re.compile(r"[,;、]|\band\b|\bor\b|\(\w{1,3}\)", re.I)
# What both sides count: the word in a summary, and how its source says it.
EXACT = 6  # of the first, a count must be theirs even where its number stands elsewhere in the source
NOUNS = (
    ("数据集|datasets?", "data ?sets?|corpora|corpus"),
    ("基准|benchmarks?", "benchmarks?"),
    ("语言|语种|languages?", "languages?|tongues"),
    ("城市|cit(?:y|ies)", "cit(?:y|ies)"),
    ("机器人|robots?", "robots?"),
    ("医院|hospitals?", "hospitals?|clinics?|centers?|sites?"),
    ("任务|tasks?", "tasks?"),
    ("模型|models?", "models?|llms?|networks?"),
    ("阶段|stages?|phases?", "stages?|phases?|steps?"),
    ("层|layers?", "layers?|levels?"),
    ("步|steps?", "steps?"),
    (
        "类|种|category|categories|class|classes|types?|kinds?",
        "class(?:es)?|categor(?:y|ies)|types?|kinds?|families|genres",
    ),
    (
        "人|名|位|speakers?|participants?|people|patients?|subjects?|listeners?",
        "speakers?|participants?|people|persons?|patients?|subjects?|listeners?|annotators?|experts?|users?|volunteers?|raters?",
    ),
    ("次|runs?|times|trials?", "runs?|times|trials?|repetitions?|seeds?"),
    ("领域|domains?", "domains?|fields?"),
    ("基线|baselines?", "baselines?"),
    ("指标|metrics?", "metrics?|measures?"),
    ("场景|设置|settings?|scenarios?", "settings?|scenarios?|scenes?|conditions?"),
    ("传感器|麦克风|sensors?|microphones?", "sensors?|microphones?|mics?"),
    ("维|dimensions?", "dimensions?|dimensional|axes"),
    ("国家|countries", "countries|nations"),
    ("头|heads?", "heads?"),
    ("专家|experts?", "experts?"),
    ("卡|GPUs?", "gpus?|cards?"),
    ("轮|epochs?|rounds?", "epochs?|rounds?|turns?|iterations?"),
    ("星系|galax(?:y|ies)", "galax(?:y|ies)"),
    ("望远镜|telescopes?", "telescopes?"),
    ("样本|samples?", "samples?|examples?|shots?|demonstrations?"),
)


def of(text: str, found: Iterable[Quantity], noun: str) -> set[float]:
    """How many of a thing there are, wherever a text with these quantities says it."""
    between = r"(?:(?!(?:on|of|in|for|using|across|with|and|to|over|from|by)\b)[a-z-]{1,20}[ -]){0,2}"
    pattern = re.compile(rf"[ -]{between}(?:{noun})\b", re.IGNORECASE)
    whole = (each for each in found if each.whole and not each.named)
    return {each.raw for each in whole if pattern.match(text, each.end, each.end + 60)}


def lists(text: str) -> frozenset[int]:
    """How many members the lists of a text have: `A, B, and C` is three, so are (1), (2), (3)."""
    lines = re.split(r"[.!?。\n]", text)
    marks = {len(_MEMBER.findall(part)) for line in lines for part in (line, *re.split(r"[:(]", line))}
    numbered = len(re.findall(r"\([1-9a-f]\)|\b[1-9]\)|\([ivx]{1,4}\)", text))
    return frozenset({numbered, *marks, *(count + 1 for count in marks)})
