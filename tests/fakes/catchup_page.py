"""arXiv's page of a past day, filled with invented papers: what the catchup source reads, without the network.

The lists are those of the page of new papers; what stands around them is arXiv's too, oddities included (the total
twice, once behind an empty `div`; unquoted paging links; one page too many where the last one is full). Format:
https://arxiv.org/catchup/cs.SD/2026-01-21?abs=True.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence

from tests.fakes.listing_page import Section, arranged, blocks, document, escaped
from tests.fakes.papers import FakePaper

_CATCHUP = """<div id='content-inner'>
<div id='dlpage'>
  <h1>Catchup results for {name} on {day}</h1>

    <ul>
{index}    </ul>
    

    <div>
{before}      
      Total of {total} entries for {day}
      {pages}

    </div>


{sections}

    <div></div>
    Total of {total} entries for {day}
      {pages}
      {after}
    </div>

</div>
</div>"""  # noqa: W291, W293 - arXiv's blanks

_NO_UPDATES = """
      <br>
        <div>
          {words}
        </div>
      <br>
"""

_NONE = "There was either no announcement for this day, or no updates within the requested subject."

_ERROR = """
<h1>{reason}</h1>
<p>The server cannot process your request due to syntax errors, missing 
  required data or invalid content-type. Please check your URL and try again.</p>

<hr>
<p>If you believe this is an error or have questions please contact
  <a href="mailto:help@arxiv.org">help@arxiv.org</a> and
  please provide:</p>
<ol>
  <li>The URL which causes the problem</li>
  <li>A brief description of what you expected to see/happen and what you
    observed.
  </li>
</ol>"""  # noqa: W291


def _index(address: str, sections: Iterable[Section], page: int, show: int) -> str:
    lines = []
    for section in sections:
        on = section.start // show + 1
        target = f"{'' if on == page else f'{address}&amp;page={on}'}#item{section.start % show + 1}"
        lines.append(f'      <li><a href="{target}">{section.anchor}</a></li>\n' if section.papers else "")
    return "".join(lines)


def _pages(address: str, page: int, show: int, total: int) -> str:
    """Links to the other pages, where there are any."""
    if total <= show:
        return ""
    numbers = range(1, total // show + 2)
    links = (f"<span>{n}</span>" if n == page else f"<a href={address}&amp;page={n}>{n}</a>" for n in numbers)
    return "View page:" + "".join(f"\n        {link}\n" for link in links)


def _nothing(address: str, day: str, page: int) -> str:
    if page == 1:
        return _NO_UPDATES.format(words=f"<p>No updates for {day}. {_NONE}</p>")
    first = f'<a href="{address}&amp;page=1">Go to page 1</a>'
    return _NO_UPDATES.format(words=f"No further updates for {day}\n          <br>\n          {first}")


def _lists(sections: Sequence[Section], page: int, show: int, names: Mapping[str, str]) -> str:
    parts = blocks(sections, (page - 1) * show, show, names)
    return "\n".join(f"  {part}" for part in parts) + "\n\n" if parts else ""


def catchup_page(
    category: str,
    day: datetime.date,
    papers: Iterable[FakePaper],
    *,
    names: Mapping[str, str],
    page: int = 1,
    show: int = 2000,
    following: datetime.date | None = None,
) -> bytes:
    """/catchup/<category>/<day>?abs=True: the papers that carry the category, or arXiv's word that there are none.

    `following` is the next mailing that has gone out, `show` the papers on a page (arXiv's number cannot be chosen).
    """
    sections = arranged(category, papers)
    address, shown = f"/catchup/{category}/{day}?abs=True", f"{day:%a, %d %b %Y}"
    onward = following and f'<a href="/catchup/{category}/{following}?abs=True&amp;page=1">Continue to the next day</a>'
    content = _CATCHUP.format(
        name=escaped(names.get(category, category)),
        day=shown,
        index=_index(address, sections, page, show),
        before=f"        {onward}\n        <br><br>\n" if onward else "",
        after=f"\n        <br> <br>\n        {onward}" if onward else "",
        total=sections[-1].end,
        pages=_pages(address, page, show, sections[-1].end),
        sections=_lists(sections, page, show, names) or _nothing(address, shown, page),
    )
    return document("", content)


def catchup_error(reason: str) -> bytes:
    """What arXiv answers with status 400 to a question it refuses."""
    return document(escaped(reason), _ERROR.format(reason=escaped(reason)))
