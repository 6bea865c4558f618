"""Math: what an author means as math is drawn by GitHub, and is the same TeX; all else is shown letter by letter."""

from __future__ import annotations

import re

import pytest

from digest import markdown
from tests import gfm

_SPELLINGS = {r"\vert": "|", r"\Vert": r"\|", r"\mathop": "", r"\operatorname": "", r"\mathrm": "", r"\text": r"\mbox"}


def plain_tex(line: str) -> str:
    """Words and TeX without what makes no difference: blanks, delimiters, braces, and other spellings of a sign."""
    line = re.sub(r"\\[a-zA-Z]+", lambda match: _SPELLINGS.get(match[0], match[0]), line)
    return re.sub(r"\\[()\[\]]|[\s${}]", "", line)


@pytest.mark.parametrize(
    ("written", "drawn"),
    [
        ("of $x$ and", "of $`x`$ and"),
        ("$$E = mc^2$$", "$`E = mc^2`$"),
        (r"\(a_b\)", "$`a_b`$"),
        (r"see \[ \sum_i *x* \]", r"see $`\sum_i *x*`$"),
        (r"$\mathcal{L}_{1}$-norm", r"$`\mathcal{L}_{1}`$-norm"),
        (r"$\{x \mid x>0\}$", r"$`\{x \mid x > 0\}`$"),
        ("the $k$th of $n$", "the $`k`$th of $`n`$"),
        (r"59.4\% of $59.4\%$", r"59.4\\% of $`59.4\%`$"),
        (r"$\begin{pmatrix}a & b\\ c & d\end{pmatrix}$", r"$`\begin{pmatrix}a & b\\ c & d\end{pmatrix}`$"),
        (r"$\sqrt{\text{loss}}$", r"$`\sqrt{\text{loss} }`$"),
        ("$语音$", "$`语音`$"),
        ("$1:2:3$", "$`1:2:3`$"),
        ("$10 mm$ and $1 GHz$", "$`10 mm`$ and $`1 GHz`$"),
        ("a price of $5 for $x$ days", "a price of <span>$</span>5 for $`x`$ days"),
    ],
)
def test_honest_math_is_drawn(written: str, drawn: str) -> None:
    """All four delimiters become GitHub's own, which no sign of Markdown inside of it can break."""
    assert markdown.inline(written) == drawn
    assert plain_tex(gfm.dom(drawn).text_content().strip()) == plain_tex(written)


@pytest.mark.parametrize(
    ("written", "drawn"),
    [
        ("$|x|$", r"$`\vert x\vert`$"),
        (r"$\|x\|_2$", r"$`\Vert x\Vert _2`$"),
        (r"$\left|x\right|$", r"$`\left\vert x\right\vert`$"),
        (r"$\\|$", r"$`\\\vert`$"),
        ("$a<b>c$", "$`a < b > c`$"),
        (r"$\operatorname{argmin}_x$", r"$`\mathop{\mathrm{argmin} }_x`$"),
        (r"$\operatorname*{arg\,max}$", r"$`\mathop{\mathrm{arg\,max} }`$"),
        (r"$\mbox{if } x$", r"$`\text{if } x`$"),
        ("${{a}}$", "$`{ {a} }`$"),
        ("R$^2$", "R<span></span>$`^2`$"),
        ("的$x$的", "的<span></span>$`x`$的"),
        ("$x$$y$", "$`x`$<span></span>$`y`$"),
    ],
)
def test_the_same_formula_in_words_that_github_takes(written: str, drawn: str) -> None:
    """Bars would end a cell, `<` be a tag, two braces Liquid; some commands are banned, some neighbours hide math."""
    assert markdown.inline(written) == drawn


@pytest.mark.parametrize(
    "written",
    [
        "$5 to $50", "between $5 and 10$ a day", "$HOME/$PATH", "US$ 5 and C$ 6", "$100,000 versus $5", "$", "$$",
        "$ x $", "$x", r"\(x", r"\)x\(", r"\[x\)",
        "${$", "$}{$", "$x}$", r"$x\$", r"$\left(x$", r"$\begin{cases}x$",
        r"$\href{http://x}{y}$", r"$\url{x}$", r"$\require{x}$", r"$\unicode{x41}$", r"$\html{x}$",
        r"$\htmlClass{a}{b}$",
        r"$\class{a}{b}$", r"$\style{a}{b}$", r"$\cssId{a}{b}$", r"$\data{a}{b}$", r"$\verb|x|$", r"$\enclose{a}{b}$",
        r"$\includegraphics{x}$", r"$\input{x}$", r"$\write18{x}$", r"$\special{x}$", r"$\char65$",
        r"$\def\x{y}$", r"$\gdef\x{y}$", r"$\let\x y$", r"$\newcommand{\x}{y}$", r"$\renewcommand{\x}{y}$",
        r"$\DeclareMathOperator{\x}{y}$", r"$\providecommand\x y$", r"$\csname x\endcsname$", r"$\catcode`x$",
        r"$\label{x}$", r"$\eqref{x}$", r"$\tag{1}$", r"$\cite{x}$", r"$\operatorname x$",
        r"$\rule{9em}{9em}$", r"$\raise9em x$", r"$\raisebox{9em}{x}$", r"$\lower9em x$", r"$\moveleft9em x$",
        r"$\kern9em$", r"$\mkern9mu$", r"$\hskip9em$", r"$\hspace{9em}$", r"$\mspace{9mu}$", r"$\vspace{9em}$",
        r"$\phantom{x}$", r"$\vphantom{x}$", r"$\smash{x}$", r"$\rlap{x}$", r"$\mathllap{x}$", r"$a\\[9em]b$",
        r"$\\ [9em]$",
        r"$\Huge x$", r"$\LARGE x$", r"$\Large x$", r"$\tiny x$", r"$\fontsize{9}{9}x$", r"$\scalebox{9}{x}$",
        r"$\color{white}x$", r"$\textcolor{white}{x}$", r"$\fcolorbox{a}{b}{c}$", r"$\definecolor{a}{b}{c}$",
        r"$\bbox{x}$",
        "$50% of$", r"$\\% x$", "$a#b$", r"$\#1$", "$a@b$", "$GH-1$", "$:a:$", "$`x`$", "$a`b$", "$a&b$", "$x$5",
        r"$x\\$",
        r"$\text{a|b}$", r"$\begin{array}{c|c}a\end{array}$", r"$\begin{equation}x\end{equation}$",
        "$" + "x" * (markdown.MAX_MATH + 1) + "$", "$" + "{" * 400 + "}" * 400 + "$",
    ],
    ids=lambda written: written[:24],
)  # fmt: skip
def test_what_is_not_honest_math_is_shown_as_it_is(written: str) -> None:
    """Money, variables of a shell, loose ends, and commands that draw, define, link or hide are text."""
    shown = markdown.inline(f"a {written} b")
    assert "$`" not in shown
    assert "".join(gfm.dom(shown).text_content().split()) == "".join(f"a {written} b".split())


@pytest.mark.parametrize(
    "tex",
    [
        r"\leq", r"\neq", r"\definitely", r"\rho", r"\ref", r"\newton", r"\hbar", r"\textstyle", r"\displaystyle x",
        r"\textbf{x}", r"\leftarrow x", r"\rightarrow", r"\ell", r"\mathrm{KL}(p\,\Vert\,q)", r"x^{\ast}", r"\tfrac12",
        r"\lim_{n\to\infty}", r"\underset{x}{\arg\max}", r"\tilde{O}(n)", r"\%", r"\pm 0.5", r"\mathbb{R}^{d \times d}",
    ],
)  # fmt: skip
def test_commands_that_look_like_forbidden_ones(tex: str) -> None:
    """The list forbids beginnings of names; the everyday ones are not among them."""
    expected = tex not in {r"\definitely", r"\ref", r"\newton"}
    assert markdown.honest_math(tex) is expected


def test_marks_stop_at_formulas() -> None:
    """A mark over a formula sets off the words on both sides and leaves the formula alone."""
    assert markdown.inline("fast $O(n)$ search", [(0, 18)]) == "<b>fast </b>$`O(n)`$<b> search</b>"
    assert markdown.inline("$x$ y", [(1, 2)]) == "$`x`$ y"


def test_links_stop_at_formulas() -> None:
    """GitHub draws no math in a link, so the words on both sides are links and the formula between is none."""
    assert (
        markdown.link("Fast $O(n)$, $k$ Search", "#a", [(17, 23)])
        == "[Fast](#a) $`O(n)`$, $`k`$ [<ins>Search</ins>](#a)"
    )


def test_a_page_stays_within_what_github_draws() -> None:
    """GitHub stops at a cost of 2000, one for each formula and one for each brace; the rest is shown as code."""
    page = "\n".join([r"$`\frac{1}{2}`$"] * 700)
    rationed = markdown.rationed(page).split("\n")
    assert rationed[:633] == [r"$`\frac{1}{2}`$"] * 633
    assert set(rationed[633:]) == {r"`\frac{1}{2}`"}
    assert markdown.rationed("$`x`$ no other change") == "$`x`$ no other change"
