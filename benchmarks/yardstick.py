"""The rival: the kind of script most keyword digests grew from, with the standard library's HTML parser.

    python yardstick.py URL OUTPUT TERM [TERM ...]

One GET of a listing page, papers of the sections New and Cross, substring match in title or abstract, one Markdown
file. No counts are checked and nothing is escaped; it is here for its cost only.
"""

import sys
from html.parser import HTMLParser
from pathlib import Path

import requests


class Listing(HTMLParser):
    """Collects papers as dicts of text."""

    def __init__(self) -> None:
        super().__init__()
        self.date = ""
        self.papers: list[dict[str, str]] = []
        self.section = ""
        self.field = ""
        self.heading = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Decides by tag and class which field the next text belongs to."""
        given = dict(attrs)
        css = given.get("class") or ""
        if tag == "h3":
            self.heading = True
        elif tag == "dt":
            self.papers.append(
                {"section": self.section, "id": "", "title": "", "authors": "", "subjects": "", "text": ""}
            )
        elif tag == "a" and given.get("title") == "Abstract" and self.papers:
            self.papers[-1]["id"] = given.get("id") or ""
        elif tag == "div" and css.startswith("list-"):
            self.field = {"title": "title", "authors": "authors", "subjects": "subjects"}.get(css.split()[0][5:], "")
        elif tag == "p" and css == "mathjax":
            self.field = "text"

    def handle_endtag(self, tag: str) -> None:
        """A field ends with its element."""
        if tag == "h3":
            self.heading = False
        elif tag in {"div", "p", "dd"}:
            self.field = ""

    def handle_data(self, data: str) -> None:
        """Text of a heading or of a field."""
        if self.heading:
            if data.startswith("Showing new listings for"):
                self.date = data.partition("for ")[2]
            else:
                self.section = data.partition(" ")[0]
        elif self.field and self.papers:
            self.papers[-1][self.field] += data


def main() -> None:
    """Fetches, selects, writes."""
    url, output, *terms = sys.argv[1:]
    page = Listing()
    page.feed(requests.get(url, timeout=60).text)
    wanted = [
        paper
        for paper in page.papers
        if paper["section"] in {"New", "Cross"}
        and any(term.lower() in (paper["title"] + paper["text"]).lower() for term in terms)
    ]
    lines = [f"# Showing new listings for {page.date}", f"Keyword list: {terms}", f"### Today: {len(wanted)} papers"]
    for paper in wanted:
        lines += [
            f"#### {paper['title'].replace('Title:', '').strip()}",
            f" - **Authors:** {paper['authors'].strip()}",
            f" - **Subjects:** {paper['subjects'].strip()}",
            f" - **Arxiv link:** https://arxiv.org/abs/{paper['id']}",
            f" - **Pdf link:** https://arxiv.org/pdf/{paper['id']}",
            f" - **Abstract** {paper['text'].strip()}",
        ]
    Path(output).write_text("\n\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
