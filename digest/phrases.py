"""Words about papers and days in one language: what templates may call. Pure.

Everything that comes from outside is escaped here; the result is `Markdown`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from digest import arxiv, markdown
from digest.markdown import Markdown, escaped, joined
from digest.models import REPLACED, DayLine, Digest, Kind, Paper, Pick, State, Summary, Trust

SHOWN_AUTHORS = 8

_CROSS = {Kind.CROSS, Kind.LATE_CROSS, Kind.REPLACE_CROSS}


class Phrases:
    """`labels` are the words of a language; `hide` leaves out summaries that did not pass the checks."""

    def __init__(self, labels: Mapping[str, Markdown], *, hide: bool = False) -> None:
        self.labels = labels
        self.hide = hide

    def functions(self) -> dict[str, Callable[..., Any]]:
        """What templates may call, by name."""
        return {
            "say": self.say,
            "weekday": lambda day: Markdown(self.labels["weekdays"].split()[day.weekday()]),
            "source_name": self._source_name,
            "kind": self._kind,
            "categories": self._categories,
            "counts": self._counts,
            "some_authors": self._some_authors,
            "why": self._why,
            "changes": self._changes,
            "told": self._told,
            "missing": self._missing,
            "doubts": self._doubts,
            "doubtful": self._doubtful,
            "spent": self._spent,
            "state": self._state,
            "late": self._late,
        }

    def say(self, key: str, **values: Any) -> Markdown:
        """A sentence of the labels with its `{names}` filled in."""
        return Markdown(self.labels[key].format(**{name: escaped(value) for name, value in values.items()}))

    def _category(self, code: str) -> Markdown:
        """`Sound cs.SD`; a code that arXiv does not have stands alone."""
        row = arxiv.category(code)
        name = "" if row is None else row.name_zh if self.labels["language"] == "zh" else row.name
        return markdown.inline(f"{name} {code}".strip())

    def _kind(self, pick: Pick) -> Markdown:
        """How the paper is announced: replaced by which version, cross-listed from which primary category."""
        kind, paper = pick.listing.kind, pick.listing.paper
        words = [] if kind in (REPLACED | _CROSS) else [self.labels[kind]]
        if kind in REPLACED:
            words.append(self.say("version", n=paper.version) if paper.version else self.labels["replaced"])
        if kind in _CROSS:
            primary = joined(map(self._category, paper.categories[:1]), "")
            label = "late_primary" if kind is Kind.LATE_CROSS else "primary"
            words.append(self.say(label, category=primary) if primary else self.labels[kind])
        return joined(words, " · ")

    def _categories(self, pick: Pick) -> list[Markdown]:
        """The categories, but for a primary one that `kind` has named."""
        return list(map(self._category, pick.listing.paper.categories[pick.listing.kind in _CROSS :]))

    def _counts(self, picks: Iterable[Pick]) -> Markdown:
        """`10 new, 3 cross-listed`: the papers by kind, in arXiv's order."""
        found = Counter(self.labels[pick.listing.kind] for pick in picks)
        ordered = dict.fromkeys(self.labels[kind] for kind in Kind)
        counts = (self.say("count", kind=words, n=found[words]) for words in ordered if words in found)
        return joined(counts, self.labels["comma"])

    def _some_authors(self, paper: Paper) -> Markdown:
        names = joined(paper.authors[:SHOWN_AUTHORS], ", ")
        cut = len(paper.authors) > SHOWN_AUTHORS
        return self.say("some_authors", names=names, n=len(paper.authors)) if cut else names

    def _why(self, pick: Pick) -> Markdown:
        """The matched terms with the fields they were found in, each term once."""
        fields: dict[str, dict[str, None]] = defaultdict(dict)
        for reason in pick.reasons:
            fields[reason.term][self.labels[f"in_{reason.field}"]] = None
        opening, closing = self.labels["open"], self.labels["close"]
        found = ((markdown.code(term), joined(names, self.labels["pause"])) for term, names in fields.items())
        return Markdown(" · ".join(f"{term}{opening}{names}{closing}" for term, names in found))

    def _source_name(self, name: str) -> Markdown:
        """What a source is called; a source that has no word keeps its own."""
        return self.labels.get(f"source_{name}", markdown.inline(name))

    def _state(self, line: DayLine) -> Markdown:
        """What became of a day, for its line in the month."""
        name = self._source_name(line.source)
        state = "waiting" if line.state is State.OPEN and not line.tries else str(line.state)
        return name if state == "published" else self.say(f"state_{state}", source=name, reason=line.reason)

    def _late(self, digest: Digest) -> Markdown:
        """That a day was filled in later, from where, and what that source cannot tell."""
        more = self.labels.get(f"late_{digest.source}", Markdown(""))
        return joined([self.say("late", source=self._source_name(digest.source)), more])

    def _told(self, pick: Pick) -> Summary | None:
        """The model's summary, where there is one that is to be shown."""
        summary = pick.summary
        hidden = summary is not None and summary.status is Trust.DOUBTFUL and self.hide
        there = summary is not None and summary.status in {Trust.OK, Trust.DOUBTFUL}
        return summary if there and not hidden else None

    def _missing(self, pick: Pick) -> Markdown:
        """Why there is no summary although one was asked for; empty when none was."""
        summary = pick.summary
        if summary is None or self._told(pick) is not None or summary.status is Trust.NONE:
            return Markdown("")
        told = self.labels.get(f"trouble_{summary.trouble}", escaped(summary.reason))
        reason = told if summary.status is Trust.FAILED else self.labels["not_borne_out"]
        return self.say("no_summary", reason=reason)

    def not_summarised(self, picks: Iterable[Pick]) -> Iterator[str]:
        """Each reason why summaries are missing, as text, with its papers."""
        groups: dict[str, list[str]] = defaultdict(list)
        for pick in picks:
            summary = pick.summary
            if summary and pick.failed:
                label = self.labels.get(f"trouble_{summary.trouble}", "")
                reason = self.labels["reason"].format(label=label, reason=summary.reason) if label else summary.reason
                groups[reason].append(pick.listing.paper.id)
        for reason, papers in groups.items():
            yield self.labels["missing_group"].format(reason=reason, n=len(papers), papers=" ".join(papers))

    def _doubtful(self, picks: Iterable[Pick]) -> Markdown:
        """How many of the papers have a summary with doubts; empty when none has."""
        count = sum(pick.summary is not None and bool(pick.summary.doubts) for pick in picks)
        return self.say("doubtful_few", n=count) if count else Markdown("")

    def _spent(self, picks: Iterable[Pick]) -> Markdown:
        """What the summaries took, also those that came to nothing; empty when nothing was asked."""
        paid = [pick for pick in picks if pick.summary and pick.summary.tokens]
        found = [pick.summary for pick in paid if pick.summary]
        if not found:
            return Markdown("")
        written = sum(not pick.failed for pick in paid)
        hidden = written - sum(self._told(pick) is not None for pick in paid)
        money = sum(each.cost for each in found)
        return self.say(
            "spent" if written else "spent_in_vain",
            n=written,
            model=joined(dict.fromkeys(each.model for each in found if each.model), self.labels["pause"]),
            hidden=self.say("hidden_few", n=hidden) if hidden else "",
            tokens=sum(each.tokens for each in found),
            cost=self.say("cost", cost=f"{money:.4f}", currency=found[-1].currency) if money else "",
        )

    def _doubts(self, summary: Summary) -> Markdown:
        """The words that the abstract does not bear out, with the reasons."""
        opening, closing = self.labels["open"], self.labels["close"]
        words = ((doubt.text, self.labels.get(f"doubt_{doubt.kind}", escaped(doubt.why))) for doubt in summary.doubts)
        found = dict.fromkeys(f"{markdown.code(text[:60])}{opening}{why}{closing}" for text, why in words)
        return Markdown(self.labels["pause"].join(found))

    def _changes(self, pick: Pick) -> Markdown:
        """What is new in a replaced paper, in words; empty when we never showed the version before."""
        change = pick.change
        if change is None:
            return Markdown("")
        found = [
            self.say("change_title", title=change.title) if change.title else "",
            self.say("change_joined", names=joined(change.joined, ", ")) if change.joined else "",
            self.say("change_left", names=joined(change.left, ", ")) if change.left else "",
            self.labels["change_comment"] if change.comment else "",
            self.say("change_abstract", n=change.abstract) if change.abstract else "",
        ]
        words = joined(filter(None, found), self.labels["comma"]) or self.labels["change_none"]
        return Markdown(f"{self.say('changes', day=change.since)}{self.labels['colon']}{words}")
