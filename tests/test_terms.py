"""How one term is found: by whole words in any spelling, by its capitals, as a substring, as a pattern."""

from __future__ import annotations

import re
import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest import terms
from digest.errors import PatternTimeoutError
from digest.terms import Pattern, Substring, TermError, Words, term
from digest.text import Folded, fold


def found(source: str, text: str, *, substring: bool = False) -> list[str]:
    """The pieces of a text that a term stands for."""
    return [text[start:end] for start, end in term(source, substring=substring).find(Folded(text))]


@pytest.mark.parametrize(
    "spellings",
    [
        ["text-to-speech", "text to speech", "texttospeech", "Text-To-Speech", "TEXT TO SPEECH", "text–to–speech"],
        ["dataset", "data set", "data-set", "Data Set"],
        ["wave-form", "wave form", "waveform"],
        ["e-mail", "email"],
        ["wav2vec 2.0", "wav2vec2.0", "wav2vec-2.0", "WAV2VEC 2.0"],
        ["gpt4", "gpt-4", "GPT 4"],
        ["speech/music", "speech / music", "Speech/Music"],
        ["ﬁne-tuning", "fine tuning", "finetuning", "ﬁne tuning"],
        ["café", "cafe", "CAFE", "cafe\u0301"],
        ["Straße", "strasse"],
        ["diffusion", "ｄｉｆｆｕｓｉｏｎ", "Diffusion", "dif\u00adfusion", "dif\u200bfusion"],
        ["大模型", "大 模型", "大\n模型"],
        ["ASR模型", "ASR 模型", "ASR-模型"],
        ["CO2 loss", "CO₂ losses"],
        ["音声認識モデル", "音声 認識 モデル"],
    ],
    ids=lambda spellings: spellings[0],
)
def test_spellings_are_one_term(spellings: list[str]) -> None:
    """Case, accents, and hyphen, blank or nothing between words make no difference, whichever way it is written."""
    for source in filter(lambda spelling: not spelling.isupper(), spellings):  # capitals are another matter
        for written in spellings:
            assert found(source, f"We show (a {written}), and more.") == [written]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("meta", "metadata and metaphors"),
        ("inform", "in form and in\nform"),
        ("notable", "no table"),
        ("data set", "metadata settings"),
        ("speech", "speechless"),
        ("model", "remodel modelling"),
        ("notes", "it does not"),
        ("news", "a new one"),
        ("theses", "these"),
        ("2.0", "12.0 and 2.05"),
        ("a100", "a 100 hour corpus"),
        ("C++", "C and c+"),
        ("F#", "F and f"),
        ("speech/music", "speech music"),
        ("하", "한국"),
        ("か", "が"),
        ("ASR模型", "LASR模型 asr模型"),
        ("enhanc*", "reenhance enhan enhans"),
        ("C*-algebra", "a coalgebra, a C-algebra"),
        ("A*", "an A search"),
    ],
)
def test_other_words_are_not_found(source: str, text: str) -> None:
    """A piece of a longer word, another word, or another sign is not the term."""
    assert found(source, text) == []


@pytest.mark.parametrize(
    ("source", "text", "expected"),
    [
        ("ASR", "asr ASR ASRs ASRS ASR-based LASR Asr", ["ASR", "ASRs", "ASR"]),
        ("asr", "asr ASR Asrs", ["asr", "ASR", "Asrs"]),
        ("LLMs", "LLM LLMs llms", ["LLM", "LLMs"]),
        ("GANs", "a GAN, the gan, GANs", ["GAN", "GANs"]),
        ("end-to-end ASR", "End to end ASR, end-to-end asr", ["End to end ASR"]),
        ("VQ-VAE", "VQVAE VQ-VAEs vq-vae", ["VQVAE", "VQ-VAEs"]),
        ("VQVAE", "VQ-VAE", ["VQ-VAE"]),
        ("GPT4", "GPT-4, gpt-4, GPT-4s", ["GPT-4", "GPT-4s"]),
        ("3D", "3-D, 3D, 3d", ["3-D", "3D"]),
        ("ＡＳＲ", "ASR ＡＳＲ ａｓｒ", ["ASR", "ＡＳＲ"]),
        ("ÉCOLE", "École ÉCOLE ECOLE", ["ÉCOLE", "ECOLE"]),
        ("U-Net", "UNet u-net", ["UNet", "u-net"]),
        ("ASR*", "asrs ASR", ["asrs", "ASR"]),
    ],
)
def test_capitals_are_matched_as_written(source: str, text: str, expected: list[str]) -> None:
    """A word in capitals is a name: found in capitals, with its plural `s`; other words in any case."""
    assert found(source, text) == expected


@pytest.mark.parametrize(
    ("source", "text", "expected"),
    [
        ("models", "Model models modeling", ["Model", "models"]),
        ("study", "studies", ["studies"]),
        ("losses", "the loss", ["loss"]),
        ("speeches", "speech", ["speech"]),
        ("meta-analysis", "meta analyses", ["meta analyses"]),
        ("language models", "a language model, languages model", ["language model", "languages model"]),
        ("data sets", "dataset data-set datasets", ["dataset", "data-set", "datasets"]),
        ("corpus", "corpora", ["corpora"]),
        ("enhanc*", "Enhancing the enhancement, enhance", ["Enhancing", "enhancement", "enhance"]),
        ("speech enhanc*", "speech-enhancing speech\nenhancers", ["speech-enhancing", "speech\nenhancers"]),
        ("enhanc* speech", "enhanced speech", ["enhanced speech"]),
        ("enhanc*", "enhance语音", ["enhance"]),
        ("k-means", "kmeans, k means", ["kmeans", "k means"]),
        ("C++", "in C++, c++, C++11", ["C++", "c++", "C++"]),
        ("F#", "F# is", ["F#"]),
        (".NET", "the .NET way, ASP.NET", [".NET", ".NET"]),
        ("++", "a ++ b", ["++"]),
        ("A*", "the A* search", ["A*"]),
        ("C*-algebra", "some C*-algebras", ["C*-algebras"]),
        ("语音", "中文语音识别，语音", ["语音", "语音"]),
        ("语音*", "中文语音识别", ["语音"]),
        ("ASR", "用ASR模型", ["ASR"]),
        ("한국", "ASR한국어", ["한국"]),
        ("meta", "meta-learning, meta.", ["meta", "meta"]),
        ("dataset", "data sets and a dataset", ["data sets", "dataset"]),
        ("snake", "snake_case", ["snake"]),
        ("naïve Bayes", "Na\u00efve\u00a0Bayes", ["Naïve\u00a0Bayes"]),
    ],
)
def test_found_pieces(source: str, text: str, expected: list[str]) -> None:
    """Plurals, prefixes, signs and scripts without blanks are found, each at its place in the text as written."""
    assert found(source, text) == expected


LONG = st.text(alphabet="abc -é模", max_size=12)


@given(LONG, LONG, LONG.filter(lambda text: fold(text).strip("- ")))
def test_a_term_surrounded_by_signs_is_always_found(before: str, after: str, source: str) -> None:
    """The quick test that comes first never hides a term: written between signs, it is found."""
    text = f"{before} ({source}) {after}"
    start = len(before) + 2
    shown = source.strip(" -")
    at = start + source.index(shown)
    assert (at, at + len(shown)) in term(source).find(Folded(text))


@given(st.text(alphabet="abA \n-.*", max_size=20), st.text(alphabet="abA-.", min_size=1, max_size=4))
def test_substring_is_plain(text: str, needle: str) -> None:
    """`match: substring` finds what `needle.lower() in text.lower()` finds, and nothing else."""
    if not needle.strip("-"):
        return
    pieces = found(needle, text, substring=True)
    assert bool(pieces) == (needle.lower() in text.lower())
    assert all(piece.lower() == needle.lower() for piece in pieces)


@pytest.mark.parametrize(
    ("source", "text", "expected"),
    [
        ("asr", "LASR and Asr", ["ASR", "Asr"]),
        ("ASR", "laser asr", ["asr"]),
        ("meta", "metadata", ["meta"]),
        ("cafe", "café", []),
        ("text to speech", "text-to-speech", []),
        ("model", "models", ["model"]),
        ("models", "model", []),
        ("enhanc*", "Enhancing", ["Enhanc"]),
        ("A*", "the a* search", ["a*"]),
        ("istanbul", "İSTANBUL İstanbul", ["İSTANBUL", "İstanbul"]),
        ("c++ (new)", "C++ (New)", ["C++ (New)"]),
        ("语音", "中文语音", ["语音"]),
    ],
)
def test_substring_rule(source: str, text: str, expected: list[str]) -> None:
    """The older digests' rule ignores case and nothing else, and finds pieces of words."""
    assert found(source, text, substring=True) == expected


@pytest.mark.parametrize(
    ("source", "text", "expected"),
    [
        (r"/wav2vec-?\d/", "Wav2Vec-2 wav2vec", ["Wav2Vec-2"]),
        ("/(?<=speech )codec/", "a speech codec, a music codec", ["codec"]),
        (r"/(\w)\1/", "add loss", ["dd", "ss"]),
        ("/a  b/", "a b a  b", ["a  b"]),
        ("/(?-i:ASR)/", "asr ASR", ["ASR"]),
        ("/x*/", "axxb", ["xx"]),
        ("/^/", "anything", []),
        ("/[一-龥]{2}/", "in 中文 x", ["中文"]),
    ],
)
def test_pattern(source: str, text: str, expected: list[str]) -> None:
    """A regular expression ignores case, may look behind and refer back; empty matches do not count."""
    assert found(source, text) == expected


@pytest.mark.parametrize("source", ["/(a|aa)+$/", "/(?R)/"])
def test_slow_pattern_is_stopped(source: str) -> None:
    """A pattern that would take ages is stopped after a moment, and says which it is."""
    text = Folded("a" * 40 + "!")
    begun = time.perf_counter()
    with pytest.raises(PatternTimeoutError) as stopped:
        term(source).find(text)
    assert time.perf_counter() - begun < terms.PATTERN_SECONDS + 1
    assert stopped.value.pattern == source


def test_famous_pattern_does_not_hang() -> None:
    """`(a+)+$`, which takes the standard library minutes, is answered or stopped at once."""
    begun = time.perf_counter()
    with suppress(PatternTimeoutError):
        assert found("/(a+)+$/", "a" * 40 + "!") == []
    assert time.perf_counter() - begun < 1


@pytest.mark.parametrize(
    ("source", "said", "at"),
    [
        ("", "an empty term would match every paper; write a word", 0),
        (" - ", "an empty term would match every paper", 0),
        ("*", "an empty term would match every paper", 0),
        ("\u200b", "an empty term would match every paper", 0),
        ("foo*bar", "`*` can only end a word; write `enhanc*`, not `foo*bar`", 3),
        ("*ing", "`*` can only end a word", 0),
        ("语*音*x*y", "`*` can only end a word", 3),
        ("x" * 501, "a term of 501 characters is longer than 500; shorten it", 0),
        ("re:(a+)", "a regular expression stands between slashes: `/(a+)/`", 0),
        ("/(unclosed/", "`/(unclosed/` is not a valid regular expression: missing ); correct it", 10),
        ("/a**/", "multiple repeat", 3),
        ("/[z-a]/", "bad character range", 5),
        (r"/\p{Nonsense}/", "unknown property", 13),
        ("/]d{1d<+?9&)!aL/", "not a valid regular expression", 1),
        ("/((a{1000}){1000}){1000}/", "repeats more than it can in time; write smaller counts", 0),
    ],
)
def test_refused_terms(source: str, said: str, at: int) -> None:
    """A term that cannot be meant is refused with what to write instead and where the trouble is."""
    with pytest.raises(TermError, match=re.escape(said)) as refused:
        term(source)
    assert refused.value.at == at


@given(st.text(alphabet="ab(){}[]|*+?^$.\\-,:=!<>P#1290/ ", max_size=14))
def test_any_pattern_is_compiled_or_refused(inside: str) -> None:
    """No regular expression, however broken, gives another exception than the one with advice."""
    with suppress(TermError, PatternTimeoutError):
        assert all(piece for piece in found(f"/{inside}x/", "aab b 12, xyz"))


def test_terms_know_their_source() -> None:
    """What kind of term is meant is read off its spelling, and a reason can show it as it was written."""
    kinds = {
        "text to speech": Words, "语音": Words, "/a b/": Pattern, "//": Words, "C++": Words, "ASR": Words
    }  # fmt: skip
    assert {source: type(term(source)) for source in kinds} == kinds
    assert isinstance(term("a b", substring=True), Substring)
    assert isinstance(term("/a b/", substring=True), Pattern)
    assert [term(source).source for source in kinds] == list(kinds)
