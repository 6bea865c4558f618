"""Which sentences of an abstract are its authors' claims: invented abstracts of many kinds, the sample, real ones."""

from __future__ import annotations

import re

import pytest

from digest import extract
from digest.sources import rss
from tests import replay
from tests.fakes import sample
from tests.fakes.papers import FakePaper

# A line a sentence: `!` is the one to lead with, `*` is quoted as well, `-` is not.
ABSTRACTS = {
    "the usual order": """
        - Speech enhancement has attracted much attention in recent years.
        - However, existing methods need clean references.
        ! In this paper, we propose Teaspoon, a novel enhancement method without references.
        - It watches how the echo decays.
        * Experiments show that Teaspoon improves the score from 2.31 to 2.58 over the strongest baseline.
        * A listening test with 40 participants confirms a preference of 61%.
        - Future work will address kitchens.""",
    "figures before praise": """
        - Kettles whistle.
        ! We present Kettle, a detector of boiling water.
        - Extensive experiments demonstrate its effectiveness.
        * Kettle reduces the error by 38% and needs 4 times less power than a microphone array.
        * Our model outperforms a thermometer.""",
    "an offer and a result, not two offers": """
        ! We introduce a corpus of sneezes.
        * We introduce a metric for sneezes.
        - We also introduce a handkerchief.
        - Sneezes are short.
        * A detector trained on it achieves an F1 of 0.82.""",
    "a passive offer": """
        - Accordions breathe.
        ! A differentiable model of the bellows is proposed.
        - The model has two valves.
        * The error drops by 12%.
        - Goats were excluded.""",
    "to this end": """
        - Current systems count badly.
        - Choirs remain challenging.
        ! To this end, we develop a counter of altos.
        - It listens twice.
        * Results indicate an error of 0.6 persons, against 1.3 for earlier counters.""",
    "this paper presents": """
        - Tea cools.
        ! This paper presents a thermometer that sings.
        - Its pitch follows the temperature.
        - Previous thermometers were silent.
        * Singing lowers the reaction time of cooks by 210 ms.""",
    "a review": """
        - Many possibilities have been explored over the years.
        ! This survey reviews 120 papers on silence.
        - Silence is hard to define.
        * We find that half of the corpora contain no silence at all.""",
    "a study without a method": """
        - Pauses are said to be empty.
        ! We analyse 9,800 pauses in 30 languages.
        - Pauses differ.
        * We show that their length can be predicted with a correlation of 0.77.
        - Trains are the exception.""",
    "a theorem": """
        - Let $X$ be a stochastic spoon.
        ! We prove that $X$ converges almost surely whenever $\\lambda < 1.5$.
        - The proof uses the coupling of Doe et al. in two places.
        * We also show that the bound is tight.""",
    "a resource": """
        - Data are scarce.
        ! We release Pantry, a corpus of 640 hours recorded in 93 homes.
        - Each recording names what was frying.
        - The homes are in four regions.
        * Pre-training on Pantry improves recognition in noise by 8.4% relative.
        - Recipes are included.""",
    "code comes last": """
        - Codecs forget.
        ! We propose a codec that remembers.
        - It keeps a diary.
        * The codec saves 0.2 kbps at equal quality.
        - Code is available at https://example.org/diary.git.
        - Sound examples are provided.""",
    "code is better than nothing in a rank of nothing": """
        - Owls are quiet.
        - Most owls live at night.
        ! Code and models are available online.
        - However, owls do not read.""",
    "no claim at all": """
        ! Owls are quiet.
        - Hedgehogs are not.
        - Foxes come and go.""",
    "only background, and a question": """
        - Recent advances were rapid.
        - However, the problem remains open.
        ! Spoons are bent.
        - Why is that so?""",
    "headings": """
        - Background: Hearing fades.
        ! Objective: To measure effort without asking.
        - Methods: 57 listeners took part.
        * Results: The pupil explains 62% of the variance, more than posture.
        - Conclusions: Listening is work.""",
    "an invented paper's mark and a version's": """
        - Parrots talk.
        ! We propose a filter for parrots.
        - One parrot was excluded.
        * False alarms fell from 6.2% to 4.8%.
        - This version corrects 3 typos and improves Figure 2.
        - (Invented sample paper.)""",
    "notes of a journal": """
        ! We propose a beamformer for washing machines.
        - The drum turns.
        * It gains 5.8 dB in the spin cycle.
        - Accepted to the Journal of Example Studies.
        - 12 pages, 4 figures, improves on 3 earlier drafts.""",
    "a name in small letters": """
        - Encoders abound.
        ! We present wav2spoon, an encoder for cutlery.
        - wav2spoon hears forks too.
        * wav2spoon reaches an accuracy of 91%, i.e., 4 points more than e.g. J. Doe et al. in Fig. 2.""",
    "a counterpoint that is an offer": """
        - Clocks tick.
        - However, we can hear them.
        ! Unlike earlier work, our paper introduces a clock without hands.
        - It hums.
        * Errors halved against a clock with hands.""",
    "results before the offer are somebody else's": """
        - Large models reduced the error by 40% compared with small ones.
        - Nobody knows why.
        ! Here we study the reasons.
        - There are three.
        * Ablations show that size explains two of them.""",
    "an aim instead of an offer": """
        - Whistling is universal.
        ! The aim of this study is to test whether whistles can be counted.
        - Twelve sailors whistled.
        * The count was right in 88% of the cases, compared with 70% by ear.""",
    "a chain of further offers": """
        - Trombones slide.
        ! To solve this problem, we propose Slide, a new separator of trombones.
        - In addition, we introduce a metric of sliding.
        - Furthermore, we provide a trombone.
        * Slide attains 7.9 dB, compared with 1.2 dB for a separator of trumpets.
        * On cellos it yields 6.1 dB.""",
    "Chinese": """
        - 近年来，厨房语音识别受到广泛关注。
        - 然而，现有方法忽略了锅铲的噪声！
        ! 本文提出一种基于锅铲的识别方法。
        - 锅铲很响。
        * 实验结果表明，错误率降低了 12.5%。
        - 未来将研究汤勺。""",
    "Chinese in brackets and quotes": """
        - 汤很烫。
        ! 我们设计了“会听的汤勺”。
        - 它听得见（有时也听不见！）吗？
        * 准确率达到91.2%，优于筷子。""",
    "a sentence that never ends is not cut": f"""
        - Words are many.
        ! We propose a sentence {"that goes on and " * 40}stops.
        - It was long.
        * It reduces the number of stops by 98%.""",
    "several kinds of quotation": """
        - "What is a spoon?"
        - Nobody asked.
        ! We propose the prompt "Stir. Do not shake." for cooks.
        - (Cooks agreed. All of them.)
        * Stirring rose to 72% (from 31% in Sec. 3).""",
    "dollars and sums": """
        - Spoons cost $5.
        - Forks cost $7.
        ! We formulate the price as $p = 1.5 f(x. y)$ per spoon.
        - Knives were left out.
        * Total costs fell from $310 to $140 per drawer.""",
}  # fmt: skip


def read(text: str) -> list[tuple[str, str]]:
    """The lines of a case as (mark, sentence)."""
    return [(line.strip()[0], line.strip()[2:]) for line in text.strip().splitlines()]


def abstract(text: str) -> str:
    """A case as arXiv gives an abstract: wrapped in the middle of sentences; without blanks in Chinese."""
    joined = " ".join(sentence for _, sentence in read(text)).replace(" the ", "\n  the ")
    return re.sub("(?<=[。！？]) ", "", joined)


@pytest.mark.parametrize("text", ABSTRACTS.values(), ids=list(ABSTRACTS))
def test_the_claims_of_an_abstract(text: str) -> None:
    """What is new and what came of it is quoted, in the abstract's order; background, plans and notes are not."""
    assert extract.own_words(abstract(text)) == tuple(sentence for mark, sentence in read(text) if mark != "-")


@pytest.mark.parametrize("text", ABSTRACTS.values(), ids=list(ABSTRACTS))
def test_the_leading_sentence(text: str) -> None:
    """Where there is room for one sentence, it is what the paper offers."""
    assert extract.lead(abstract(text)) == next(sentence for mark, sentence in read(text) if mark == "!")


def test_there_are_enough_kinds_of_abstracts() -> None:
    """The cases above stay many."""
    assert len(ABSTRACTS) >= 25


def test_two_are_one_of_each_kind() -> None:
    """With room for two, an offer and a result come before two offers."""
    two = extract.own_words(abstract(ABSTRACTS["an offer and a result, not two offers"]), 2)
    assert two == ("We introduce a corpus of sneezes.", "A detector trained on it achieves an F1 of 0.82.")


BETTER = (
    ("Then our study reviews spoons.", "Spoons abound."),
    ("With this work comes a spoon.", "Spoons abound."),
    ("To this end, we propose spoons.", "We propose forks."),
    ("We propose a novel spoon.", "We propose a fork."),
    ("We study spoons.", "Sound examples are presented."),
    ("Then we sing and find spoons.", "Spoons improve life."),
    ("Spoons improve 5 lives.", "Spoons improve life."),
    ("Spoons improve more than forks.", "Spoons improve life."),
    ("Spoons improve accuracy.", "Spoons improve life."),
    ("Spoons abound.", "Spoons have attracted forks."),
    ("Spoons abound.", "Do spoons abound?"),
    ("Spoons abound.", "Spoons will be bent."),
    ("它提出勺子。", "本文有勺子。"),
    ("本文有勺子。", "勺子很多。"),
    ("结果表明很好。", "勺子很多。"),
    ("勺子多了3倍。", "勺子很多。"),
    ("勺子很多。", "然而勺子少。"),
)


@pytest.mark.parametrize(("better", "worse"), BETTER)
def test_the_better_of_two(better: str, worse: str) -> None:
    """One phrase decides, wherever its sentence stands."""
    assert extract.lead(f"{worse} {better} Owls sleep.") == better


@pytest.mark.parametrize("paper", sample.papers(), ids=lambda paper: paper.id)
def test_the_sample_papers(paper: FakePaper) -> None:
    """Every sample paper leads with what it proposes, presents or introduces, and never quotes its mark."""
    words = extract.own_words(paper.abstract)
    assert re.search(r"\bWe (?:propose|present|introduce)\b", extract.lead(paper.abstract))
    assert 2 <= len(words) <= 3
    assert not any("Invented sample" in sentence or "version" in sentence for sentence in words)


CLAIM = re.compile(
    r"\d|\b(?:we|paper|work|study|article|report|results?|experiments?)\b.{0,80}?"
    r"\b(?:propos|present|introduc|show|demonstrat|find|found|releas|develop|investigat|analy|stud|improv|outperform)",
    re.IGNORECASE,
)


@replay.needs(replay.RECORDED)
def test_real_abstracts_have_claims(capsys: pytest.CaptureFixture[str]) -> None:
    """At least nine of ten recorded abstracts give a claim, and far more than their first sentences hold."""
    both = "+".join(replay.CATEGORIES)
    days = [rss.parse(replay.body("rss", both, day), replay.CATEGORIES) for day in replay.days()]
    texts = {listing.paper.id: listing.paper.abstract for day in days for listing in day.listings}.values()
    good = sum(any(map(CLAIM.search, extract.own_words(text))) for text in texts) / len(texts)
    leading = sum(bool(CLAIM.search(extract.lead(text))) for text in texts) / len(texts)
    first = sum(bool(CLAIM.search(text.partition(". ")[0])) for text in texts) / len(texts)
    with capsys.disabled():
        print(f"\n{len(texts)} abstracts: {good:.1%} give a claim, {leading:.1%} lead with one, {first:.1%} begin so")
    assert len(texts) > 200
    assert good >= 0.9
    assert leading >= 0.8
    assert first <= 0.4
