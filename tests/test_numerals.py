"""Numbers are read as people write them, in English and in Chinese."""

from __future__ import annotations

import pytest

from digest.notation import plain
from digest.numerals import Form, chinese, quantities


def first(text: str) -> Form:
    """The first reading of a text's first quantity."""
    return quantities(plain(text))[0].forms[0]


@pytest.mark.parametrize(
    ("text", "value", "kind"),
    [
        ("1.3 million", 1.3e6, ""), ("130万", 1.3e6, ""), ("25.5 万", 255_000, ""), ("70 亿", 7e9, ""),
        ("7B", 7e9, ""), ("52k", 52_000, ""), ("half a million", 5e5, ""), ("a million", 1e6, ""),
        ("two hundred", 200, ""),
        ("one thousand two hundred four", 1204, ""), ("three hundred and twenty-five rooms", 325, ""),
        ("twelve", 12, ""), ("Twenty-one", 21, ""), ("1{,}000", 1000, ""),
        ("$3\\times10^{5}$", 3e5, ""), ("10⁻³", 1e-3, ""), ("1e-4", 1e-4, ""), ("三千五百", 3500, ""),
        ("二〇二四年", 2024, ""), ("41 hours", 147_600, "time"), ("41 小时", 147_600, "time"),
        ("90 µs", 9e-5, "time"), ("3 个月", 7_889_400, "time"), ("48kHz", 48_000, "frequency"),
        ("48 千赫", 48_000, "frequency"), ("40 兆赫", 4e7, "frequency"), ("28~GHz", 2.8e10, "frequency"),
        ("12\\%", 0.12, "ratio"), ("百分之五", 0.05, "ratio"), ("三成以上", 0.3, "ratio"),
        ("3.6 percentage points", 0.036, "ratio"), ("三分之一", 0.333333333, "ratio"),
        ("two-thirds", 0.666666667, "ratio"), ("one in five", 0.2, "ratio"), ("½", 0.5, "ratio"), ("3x", 3, "times"),
        ("3 倍", 3, "times"), ("8-fold", 8, "times"), ("两个数量级", 2, "orders"),
        ("3 orders of magnitude", 3, "orders"), ("24 GB", 2.4e10, "bytes"), ("２４ ＧＢ", 2.4e10, "bytes"),
    ],
)  # fmt: skip
def test_reading(text: str, value: float, kind: str) -> None:
    """Scales, units, fractions, powers and words lead to one value in base units."""
    assert first(text).value == pytest.approx(value)
    assert first(text).kind == kind


def test_ranges_share_their_unit() -> None:
    """`5-10 ms` are two times, `2到3万` two numbers of ten thousands."""
    assert [{form.value for form in each.forms} for each in quantities("5-10 ms")] == [{5, 0.005}, {0.01}]
    assert [{form.value for form in each.forms} for each in quantities("2到3万")] == [{2, 20_000}, {30_000}]


@pytest.mark.parametrize("text", ["GPT-4", "HuBERT2", "3D", "Qwen2.5", "top-5", "C4"])
def test_numbers_in_names(text: str) -> None:
    """Digits that belong to a name are marked as such."""
    assert [each.named for each in quantities(text)] == [True]


@pytest.mark.parametrize("text", ["万一", "数百", "上千", "几十", "近百万", "三五", "千变万化"])
def test_idioms_are_no_numbers(text: str) -> None:
    """Chinese words that only look like numbers, or say no number, are not read."""
    assert quantities(text) == []


@pytest.mark.parametrize(
    ("numeral", "value"),
    [("十", 10), ("二十三", 23), ("一百零五", 105), ("十二万", 120_000), ("三点五", 3.5), ("两千", 2000), ("万", None)],
)
def test_chinese(numeral: str, value: float | None) -> None:
    """Numerals are read to the ten thousands and beyond."""
    assert chinese(numeral) == value


def test_an_absurd_run_of_digits() -> None:
    """Thousands of digits are no quantity and raise nothing."""
    assert quantities("9" * 9000) == []
    assert quantities("10^999")[0].raw == 1e99
