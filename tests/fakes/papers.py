"""An invented paper as arXiv would hold it, and how arXiv spells what several of its formats share."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

KINDS = ("new", "cross", "replace", "replace-cross")

_ALIASES = {
    "cs.SY": "eess.SY",
    "math.IT": "cs.IT",
    "cs.NA": "math.NA",
    "math.MP": "math-ph",
    "stat.TH": "math.ST",
    "q-fin.EC": "econ.GN",
}
_GREEK_NAMES = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi psi "
    "omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega"
)
_GREEK = dict(zip(_GREEK_NAMES.split(), "αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΥΦΨΩ", strict=True))


@dataclass(frozen=True, slots=True)
class FakePaper:
    """An invented paper as arXiv would hold it; `tex_*` is what RSS serves raw where the pages show Unicode."""

    id: str
    version: int
    title: str
    authors: tuple[str, ...]
    abstract: str  # paragraphs are parted by "\n  "
    categories: tuple[str, ...]  # the first is the primary one
    kind: str = "new"  # new | cross | replace | replace-cross, as the combined feed says it
    comment: str = ""
    journal: str = ""
    doi: str = ""
    html: bool = True
    submitted: str = "2031-07-06T12:00:00Z"  # this version; the first one's time is made up from the identifier
    tex_title: str = ""
    tex_authors: tuple[str, ...] = ()  # may carry affiliations: "Ada Example (Dept. of Sound, Example University)"
    tex_abstract: str = ""


def greek(text: str) -> str:
    """TeX names of Greek letters as the letters, as arXiv shows them in titles and comments."""
    names = "|".join(_GREEK)
    return re.sub(rf"\\({names})(?:\s+|(?![A-Za-z]))", lambda match: _GREEK[match[1]], text)


def single(name: str) -> bool:
    """Whether arXiv takes the whole name for a family name: mononyms and teams."""
    bare = name.partition(" (")[0]
    return " " not in bare or bare.endswith((" Team", " Consortium", " Collaboration"))


def folded(categories: Sequence[str]) -> list[str]:
    """The categories as everything but the feeds says them: one code for what has two."""
    return [_ALIASES.get(code, code) for code in categories if _ALIASES.get(code) not in categories]


def with_blank(name: str) -> str:
    """A name as feeds and API have it: one that is a family name as a whole comes after a blank."""
    return f" {name}" if single(name) else name
