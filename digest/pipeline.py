"""The order of things: which day, which source, what is chosen, stored, rendered, and noted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from digest import arxiv, choose, codec, plugins, render
from digest import config as configuration
from digest.errors import DigestError, NoSourceError, SourceError
from digest.models import Announcement, Digest, Note, Page, Paper, Pick, Run
from digest.options import Config
from digest.render import Renderer
from digest.sources.api import Source as Api
from digest.sources.api import completed
from digest.store import Store
from digest.web import Web

CUT_AUTHORS = 100  # the listing page shows no more, without a sign
LONGEST_PAUSE = timedelta(days=7)  # arXiv has never gone longer without a mailing
CACHED = "announcement.json"

Ladder = list[tuple[str, plugins.Source]]


@dataclass(frozen=True)
class Doors:
    """The ways out, and the moment the run believes it is; `say` gets progress in words."""

    web: Web
    store: Store
    renderer: Renderer
    now: datetime
    say: Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run came to: published or nothing-announced; `day` is the day in question, `page` its page's path."""

    outcome: str
    day: date
    detail: str
    digest: Digest | None = None
    page: str = ""


@dataclass(frozen=True, slots=True)
class _Answers:
    """What the ladder of sources said: a mailing to publish, or the newest one shown; and the notes on the way."""

    found: Announcement | None
    newest: Announcement | None
    notes: tuple[Note, ...]


def run(config: Config, doors: Doors, wanted: date | None, *, dry: bool = False) -> Outcome:
    """Collects and publishes a day: `wanted`, or the one that is current. Raises NoSourceError when none is to be had.

    A dry run writes nothing.
    """
    notes: tuple[str, ...] = ()
    result: Outcome | None = None
    sources = ladder(config, doors)  # one that does not exist is a mistake of the configuration: nothing is written
    try:
        answers = _ask(config, doors, wanted, sources)
        notes = tuple(note.detail for note in answers.notes)
        result = _concluded(config, doors, answers, wanted, dry=dry)
    except DigestError as error:
        notes = (*notes, str(error))
        raise
    finally:
        if not dry:
            doors.store.journal(_journal_line(doors, wanted, result, notes))
    return result


def _concluded(config: Config, doors: Doors, answers: _Answers, wanted: date | None, *, dry: bool) -> Outcome:
    if answers.found is None:
        return _nothing(doors, answers, wanted)
    return _published(collect(config, doors, answers.found, answers.notes), answers.found, config, doors, dry=dry)


def _ask(config: Config, doors: Doors, wanted: date | None, sources: Ladder) -> _Answers:
    """Asks the sources in their order until one shows the day. Raises NoSourceError when that cannot be known.

    An answer "nothing" is believed when the calendar has no mailing either, or when it comes from the first source
    of the ladder and no other contradicts it; a second-best source alone is no proof.
    """
    notes: list[Note] = []
    shown: list[Announcement] = []
    proven = not _promised(doors, wanted)
    for name, source in sources:
        doors.say(f"asking {name} for {', '.join(config.asked)}")
        try:
            seen = source.fetch(config.asked)
        except SourceError as error:
            notes.append(Note("source", f"{name}: {error}"))
            doors.say(f"{name}: {error}")
            continue
        if seen.listings and _is_wanted(seen.day, doors, wanted):
            return _Answers(seen, seen, tuple(notes))
        shown.append(seen)
        if not _promised(doors, wanted):
            break
        proven = proven or not notes
    if not shown or not proven:
        said = "".join(f"\n  {note.detail}" for note in notes)
        raise NoSourceError(f"the day could not be read, so that it stays open and the next run tries again:{said}")
    return _Answers(None, max(shown, key=lambda seen: (bool(seen.listings), seen.day)), tuple(notes))


def ladder(config: Config, doors: Doors) -> Ladder:
    """The configured sources, all of them there. Raises PluginError."""
    return [(name, plugins.source(name, doors.web, config.endpoints)) for name in config.sources]


def _is_wanted(day: date, doors: Doors, wanted: date | None) -> bool:
    """Whether a mailing of that day is the one to publish now.

    Without a wish that is today's, or a later one than was published last: a day that was missed. The page's date
    wins over a clock that cannot be right, since arXiv never pauses for long.
    """
    if wanted is not None:
        return day == wanted
    expected = arxiv.expected_day(doors.now)
    lines = doors.store.ledger()
    missed = bool(lines) and day > lines[-1].day
    return day >= expected or missed or expected - day > LONGEST_PAUSE


def _promised(doors: Doors, wanted: date | None) -> bool:
    """Whether the calendar has a mailing, so that an older page may be stale and another source is worth asking."""
    return arxiv.announces(wanted or arxiv.expected_day(doors.now))


def _nothing(doors: Doors, answers: _Answers, wanted: date | None) -> Outcome:
    """Nothing of the wanted day is shown. Raises NoSourceError for a past day, which these sources no longer show."""
    day = wanted or arxiv.expected_day(doors.now)
    newest = answers.newest.day if answers.newest else day
    today = doors.now.astimezone(arxiv.NEW_YORK).date()
    if day > today and arxiv.announces(day):
        when = "lies in the future" if day > arxiv.expected_day(doors.now) else "is still to come tonight"
        return Outcome("nothing-announced", day, f"Nothing was announced for {day:%A}, {day}, yet: the day {when}.")
    if day < newest and arxiv.announces(day):
        raise NoSourceError(f"{day} is past: the sources show only the newest mailing, of {newest}")
    reason = "" if arxiv.announces(day) else ": arXiv has no mailing at weekends"
    more = ""
    if newest != day:
        there = any(line.day == newest for line in doors.store.ledger())
        what_next = "it is published already" if there else f"to write it, run: python -m digest run --date {newest}"
        more = f" The newest mailing is of {newest}; {what_next}."
    return Outcome("nothing-announced", day, f"Nothing was announced for {day:%A}, {day}{reason}.{more}")


def collect(config: Config, doors: Doors, announcement: Announcement, notes: tuple[Note, ...] = ()) -> Digest:
    """A mailing -> its digest: what is chosen, with what the API adds, and everything the reader should know."""
    topics = configuration.topics(config)
    shown = doors.store.first_shown(listing.paper.id for listing in announcement.listings)
    choice = choose.pick(announcement, topics, shown, config.limit)
    picks, more = _completed(config, doors, announcement.source, choice.picks)
    return Digest(
        day=announcement.day,
        source=announcement.source,
        announced=len(announcement.listings),
        tallies=choose.tallies(announcement, choice),
        filters=tuple(topic.filters for topic in topics),
        picks=picks,
        notes=(*notes, *choice.notes, *more, *_cut_authors(announcement.source, picks)),
        sample=announcement.source == "sample",
        over=len(choice.over),
    )


def _completed(
    config: Config, doors: Doors, source: str, picks: tuple[Pick, ...]
) -> tuple[tuple[Pick, ...], tuple[Note, ...]]:
    """The picks with what the API knows more; without it they stay as they are and a note says so."""
    wanted = config.api == "always" or (config.api == "auto" and source == "rss")
    if not wanted or not picks or source == "sample":
        return picks, ()
    doors.say(f"asking the API about {len(picks)} papers")
    try:
        known = Api(doors.web, config.endpoints.api).papers(tuple(pick.listing.paper.id for pick in picks))
    except SourceError as error:
        return picks, (Note("api", str(error)),)
    return tuple(
        _with_facts(pick, completed(pick.listing.paper, known.get(pick.listing.paper.id))) for pick in picks
    ), ()


def _with_facts(pick: Pick, paper: Paper) -> Pick:
    return replace(pick, listing=replace(pick.listing, paper=paper))


def _cut_authors(source: str, picks: tuple[Pick, ...]) -> tuple[Note, ...]:
    cut = [p.listing.paper.id for p in picks if source != "rss" and len(p.listing.paper.authors) == CUT_AUTHORS]
    return (Note("cut-authors", " ".join(cut)),) if cut else ()


def _published(digest: Digest, announcement: Announcement, config: Config, doors: Doors, *, dry: bool) -> Outcome:
    fresh, digest = digest, _better(digest, doors.store.load(digest.day), config)
    counts = f"{digest.announced} announced, {digest.matched} matched (from {digest.source})"
    if digest is not fresh:
        counts += f"; the stored day is kept, because {fresh.source} knows less than {digest.source}"

    if dry:
        doors.renderer.day(digest)
        return Outcome("published", digest.day, f"{counts}; a dry run, nothing written", digest)
    doors.store.save(digest)
    doors.store.cache(CACHED, codec.dumps(announcement))
    doors.store.publish(day_pages(config, doors, digest))
    return Outcome("published", digest.day, counts, digest, render.page_path(digest.day))


def _better(digest: Digest, stored: Digest | None, config: Config) -> Digest:
    """The stored day where its source comes earlier in the ladder: a second run must not lose what it knew.

    New filters win over a better source: who has edited them wants to see what they do.
    """
    places = {name: place for place, name in enumerate(config.sources)}
    place = places.get(stored.source) if stored else None
    earlier = place is not None and place < places.get(digest.source, place)
    return stored if stored and earlier and stored.filters == digest.filters else digest


def day_pages(config: Config, doors: Doors, digest: Digest) -> list[Page]:
    """Every page a day touches: its own, its month's, the index, and README.md when that is wanted."""
    lines = doors.store.ledger()
    page = doors.renderer.day(digest)
    pages = [page, doors.renderer.month(lines, digest.day.year, digest.day.month), doors.renderer.index(lines)]
    if config.readme and lines and digest.day == lines[-1].day:
        pages.append(render.in_readme(doors.store.readme(), page))
    return pages


def render_all(config: Config, doors: Doors) -> tuple[int, tuple[str, ...]]:
    """Makes every page again from the stored days, offline. Returns how many pages there are, and which changed."""
    count = 0
    changed: list[str] = []
    doors.store.rebuild()
    lines = doors.store.ledger()
    for digest in doors.store.days():
        changed += doors.store.publish([doors.renderer.day(digest)])
        count += 1
        if config.readme and lines and digest.day == lines[-1].day:
            changed += doors.store.publish([render.in_readme(doors.store.readme(), doors.renderer.day(digest))])
    months = sorted({(line.day.year, line.day.month) for line in lines})
    pages = [doors.renderer.month(lines, *month) for month in months]
    if lines:
        pages.append(doors.renderer.index(lines))
    changed += doors.store.publish(pages)
    return count + len(pages), tuple(changed)


def _journal_line(doors: Doors, wanted: date | None, outcome: Outcome | None, notes: tuple[str, ...]) -> Run:
    digest = outcome.digest if outcome else None
    return Run(
        at=doors.now.isoformat(timespec="seconds"),
        outcome=outcome.outcome if outcome else "failed",
        day=outcome.day if outcome else wanted,
        source=digest.source if digest else "",
        announced=digest.announced if digest else 0,
        matched=digest.matched if digest else 0,
        requests=doors.web.requests_made,
        notes=notes,
    )


def check(config: Config, sources: Ladder) -> list[tuple[str, str, bool]]:
    """Asks each configured source once; (name, what it said, whether it can be used)."""
    results: list[tuple[str, str, bool]] = []
    for name, source in sources:
        try:
            seen = source.fetch(config.asked)
        except SourceError as error:
            results.append((name, str(error), False))
        else:
            counts = ", ".join(f"{count.category} {count.announced}" for count in seen.counts)
            results.append((name, f"shows {seen.day} ({counts})", True))
    return results
