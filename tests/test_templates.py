"""What belongs to a fork: its own lines, its own templates, its README. Our templates: tests/test_render.py."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from digest import render
from digest.errors import RenderError
from digest.render import Look, Renderer
from tests import gfm, make

NOWHERE = Path("no-such-folder")


def fork(folder: Path, **templates: str) -> Renderer:
    """A renderer whose fork has templates of its own; `day` stands for the look's."""
    for name, source in templates.items():
        file = "keywords" if name == "day" else name
        (folder / f"{file}.md.j2").write_text(source, encoding="utf-8")
    return Renderer(Look("keywords", "en"), folder)


def test_header_and_footer_are_the_forks_markdown() -> None:
    """What the owner wrote is not escaped, and stands at the top and at the end."""
    look = Look(header="Read *this* [first](x.md)", footer="<kbd>bye</kbd>")
    root = gfm.dom(Renderer(look, NOWHERE).day(make.digest()).text)
    assert [tag for tag, _ in gfm.skeleton(root)][:4] == ["body", "h1", "p", "em"]
    assert root.find(".//kbd") is not None


def test_a_template_of_the_fork_wins(tmp_path: Path) -> None:
    """A file of the same name takes the place of ours, a part of it included by ours too."""
    assert fork(tmp_path, day="only {{ digest.day }}").day(make.digest()).text == "only 2031-07-08\n"
    (tmp_path / "keywords.md.j2").unlink()
    nothing = "".join(
        "{% macro NAME %}{% endmacro %}".replace("NAME", name) for name in ("contents(g, kinds)", "bottom()")
    )
    own = "{% macro top() %}mine{% endmacro %}" + nothing
    assert fork(tmp_path, top=own).day(make.digest()).text == "mine\n"


@pytest.mark.parametrize(
    "expression",
    [
        "title", 'title ~ "!"', "L.colon ~ title", "title | e", "title | upper", '[title, L.colon] | join(", ")',
        "title if true else x", '"%s" | format(title)', "L.colon + title", 'title | replace("z", "y")', "[title]",
        "title | default(L.colon)", "title | truncate(40)", "shout(title)",
    ],
)  # fmt: skip
def test_a_forgotten_filter_is_no_hole(tmp_path: Path, expression: str) -> None:
    """However a fork's template puts a title out, it is text."""
    source = (
        "{% macro shout(x) %}{{ x }}!{% endmacro %}{% set title = digest.picks[0].listing.paper.title %}x {{ EXPR }} x"
    )
    evil = make.pick(make.paper(title="*a* <b>[x](http://y)</b> @me"))
    shown = fork(tmp_path, day=source.replace("EXPR", expression)).day(make.digest(evil)).text
    assert [tag for tag, _ in gfm.skeleton(gfm.dom(shown))] == ["body", "p"]
    assert "[X](HTTP" in gfm.dom(shown).text_content().upper()


def test_html_blocks_have_their_own_filter(tmp_path: Path) -> None:
    """Inside of a `<summary>` backslashes would be seen, so `html` escapes for that."""
    source = "<details><summary>{{ digest.picks[0].listing.paper.title | html }}</summary></details>"
    root = gfm.dom(fork(tmp_path, day=source).day(make.digest(make.pick(make.paper(title="<b>*a*</b> $x")))).text)
    assert root.find(".//summary").text_content() == "<b>*a*</b> $x"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("fine\n{% if %}\n", "keywords.md.j2:2: "),
        ("{{ digest.day }}\n\n{{ digset.day }}", "keywords.md.j2:3: 'digset' is undefined"),
        ("{{ digest.dya }}", "keywords.md.j2:1: 'digest.models.Digest object' has no attribute 'dya'"),
        ("{{ L.colour }}", "keywords.md.j2:1: "),
        ("{{ 1 / 0 }}", "keywords.md.j2:1: division by zero"),
        ("{{ title(1) }}", "keywords.md.j2:1: "),
        ("{{ say('no-such-key') }}", "keywords.md.j2:1: "),
        ("{{ digest.day | tojson }}", "keywords.md.j2:1: No filter named 'tojson'"),
        ('x\n{% include "part.j2" %}', "keywords.md.j2:2: 'part.j2' not found"),
    ],
)
def test_a_broken_template_is_named(tmp_path: Path, source: str, expected: str) -> None:
    """The message has the file, the line and what is wrong, so that the owner can mend it."""
    with pytest.raises(RenderError, match=re.escape(expected)) as caught:
        fork(tmp_path, day=source).day(make.digest(make.pick()))
    assert str(tmp_path) in str(caught.value)


def test_a_broken_part_is_named(tmp_path: Path) -> None:
    """The line is that of the file in which it went wrong, not of the page that uses it."""
    with pytest.raises(RenderError, match=r"top\.md\.j2:2: 'nothing' is undefined"):
        fork(tmp_path, top="{% macro top() %}\n{{ nothing }}{% endmacro %}").day(make.digest())


def test_a_template_in_another_encoding_is_refused(tmp_path: Path) -> None:
    """A file that is not UTF-8 is an error of the fork, not of the program."""
    (tmp_path / "keywords.md.j2").write_bytes("今日".encode("gbk"))
    with pytest.raises(RenderError, match=r"keywords\.md\.j2: .*utf-8"):
        Renderer(Look(), tmp_path).day(make.digest())


def readmes() -> Iterator[tuple[str, str, str]]:
    """(README, what must stay before the digest, what must stay after it)."""
    start, end = render.README_START, render.README_END
    yield "", "", ""
    yield "# Mine\n", "# Mine\n\n", ""
    yield f"# Mine\n\n{start}\nold\n{end}\n\nMore.\n", "# Mine\n\n", "\n\nMore.\n"
    yield f"Write `{start}` and `{end}`.\n", f"Write `{start}` and `{end}`.\n\n", ""
    yield f"{end}\nkept\n{start}\nkept too\n", f"{end}\nkept\n{start}\nkept too\n\n", ""
    yield f"{start}\nkept\n\n{start}\nold\n{end}", f"{start}\nkept\n\n", ""


@pytest.mark.parametrize(("readme", "before", "after"), list(readmes()))
def test_readme_keeps_what_is_its_owners(readme: str, before: str, after: str) -> None:
    """The digest stands between the markers, or at the end; nothing else changes, however often it is written."""
    day = Renderer(Look(), NOWHERE).day(make.digest(make.pick()))
    first = render.in_readme(readme, day)
    assert first.text.startswith(f"{before}{render.README_START}\n\n# 2031-07-08")
    assert first.text.endswith(
        f"</sub>\n\n{render.README_END}{after}" + ("" if after else "\n" * ("old" not in readme))
    )
    assert render.in_readme(first.text, day) == first


def test_readme_links_lead_on() -> None:
    """Seen from the top of the repository, the links to the index pages lead there."""
    evil = make.paper(title="x](README.md) ](../../README.md)")
    day = Renderer(Look(language="en"), NOWHERE).day(make.digest(make.pick(evil)))
    source = render.in_readme("", day).text
    assert "title = {x](README.md) ](../../README.md)}" in source
    assert "[This month](digests/2031/07/README.md) · [All days](digests/README.md)" in source
