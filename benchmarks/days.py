"""What a day costs: with years of published days behind it, in requests, and beside the pauses that politeness asks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from statistics import median

from benchmarks.history import grow
from benchmarks.invented import RARE, mailing, weekdays
from benchmarks.measure import FLAT, RUNS, Cost, Files, middle, once, watched
from digest.web import PAGE_GAP
from tests.fakes.server import FakeServer
from tests.world import CATEGORIES, TUESDAY, World

SIZES = (10, 1_000, 3_650)
ROUNDS = 15
WANTS = f"include: [{RARE}, denois*, speech to text]\nkinds: [new, cross, replace]\n"


def noon(day: date) -> dict[str, str]:
    """The environment of a run at noon in New York."""
    return {"DIGEST_NOW": f"{day}T16:00:00Z"}


def arguments(world: World) -> list[str]:
    """The options of a run in a world."""
    return ["-q", "--config", str(world.root / "config.yaml")]


def world(folder: Path, server: FakeServer) -> World:
    """A new folder with a configuration."""
    folder.mkdir()
    made = World(folder, server)
    made.configure(WANTS)
    return made


# --- with years behind it ---


class Behind:
    """A folder with so many published days, and what the next days cost there."""

    def __init__(self, folder: Path, server: FakeServer, days: int) -> None:
        self.world = world(folder, server)
        self.days = days
        grow(folder, days, TUESDAY - timedelta(days=1))
        self.first: list[Cost] = []
        self.again: list[Cost] = []

    def watch(self, day: date) -> tuple[Files, Files]:
        """The files of a run that publishes the day, and of the one after it."""
        first, again = (watched(self.world.root, arguments(self.world), noon(day)) for _ in range(2))
        return first, again

    def publish(self, day: date) -> None:
        """Measures both runs. Raises RuntimeError when they are not what they are measured for."""
        for costs, expected in ((self.first, len(CATEGORIES)), (self.again, 0)):
            self.world.server.requests.clear()
            costs.append(once(["-m", "digest", *arguments(self.world)], noon(day)))
            done = f"{day}\tpublished" in self.world.text(f"state/ledger/{day.year}.tsv")
            if len(self.world.server.requests) != expected or not done:
                raise RuntimeError(f"{day} was not published with {expected} requests")


def long_history(server: FakeServer, folder: Path, rounds: int = ROUNDS) -> None:
    """The same days with few, many and very many published days behind them.

    They take turns, and each ratio is the median of those of the rounds, so that drift cancels. The replaced papers of
    a day were last shown a week before: in each of the histories a run finds as many of them.
    """
    print("a run with days behind it; at the end of a line the ratios to the run with 10, of CPU, wall, memory, files")
    places = [Behind(folder / str(size), server, size) for size in SIZES]
    watch_day, *days = weekdays(rounds + 1, TUESDAY + timedelta(days=7 * rounds // 5))
    _announce(places[0].world, watch_day)
    files = [place.watch(watch_day) for place in places]
    for number, day in enumerate(days):
        _announce(places[0].world, day)
        for place in places[number % 3 :] + places[: number % 3]:
            place.publish(day)
    _report("publishing a day", places, [each for each, _ in files], [place.first for place in places])
    _report("nothing to do (0 requests)", places, [each for _, each in files], [place.again for place in places])


def _announce(world: World, day: date) -> None:
    world.server.answers.clear()
    world.announce(day, mailing(day))


def _report(name: str, places: Sequence[Behind], files: Sequence[Files], costs: Sequence[Sequence[Cost]]) -> None:
    worst = 1.0
    for place, own, found in zip(places, costs, files, strict=True):
        ratios = [
            *(median(getattr(one, what) / getattr(ten, what) for one, ten in zip(own, costs[0], strict=True))
              for what in ("cpu", "wall", "memory")),
            found.read / files[0].read,
        ]  # fmt: skip
        worst = max(worst, *ratios)
        cost = middle(own)
        print(
            f"  {name:<27} {place.days:>5} days behind  {cost.cpu:6.3f} s CPU {cost.wall:6.3f} s wall "
            f"{cost.memory:5.1f} MB {found.read:3} files read ({found.bytes / 1024:.0f} KB)  "
            + " ".join(f"{ratio:.2f}" for ratio in ratios)
        )
    print(f"  flat within {FLAT - 1:.0%}: {'OK' if worst <= FLAT else 'MISSED'} (largest ratio {worst:.2f})\n")


# --- requests ---


def requests_a_day(server: FakeServer, folder: Path) -> None:
    """How often arXiv is asked, by the server's own count, in the order a fork meets these runs."""
    place = world(folder / "requests", server)
    day, missed, later = weekdays(3, TUESDAY + timedelta(days=1))
    print(f"requests of a run, {len(CATEGORIES)} categories")
    for name, now, shown in (
        ("a day", day, day),
        ("the same day again", day, day),
        ("a day and one that was missed", later, later),
    ):
        _announce_all(place, (day, missed, later), shown)
        print(f"  {name:<50} {_asked(place, now):2}")
    place = world(folder / "feed", server)
    _announce(place, day)
    place.announce(day, mailing(day), listing=False)
    print(f"  {'a day whose listing answers 503 (tries, feed, API)':<50} {_asked(place, day):2}\n")


def _announce_all(place: World, days: Sequence[date], shown: date) -> None:
    """Pages of past days, and the newest one."""
    _announce(place, shown)
    for day in days:
        place.remember(day, mailing(day))


def _asked(place: World, day: date, *command: str) -> int:
    place.server.requests.clear()
    once(["-m", "digest", *command, *arguments(place)], noon(day))
    return len(place.server.requests)


# --- beside the pauses ---


def politeness(server: FakeServer, folder: Path) -> None:
    """Wall time against the pauses alone: a run can take no less than one between each two of its requests."""
    print("wall time beside the pauses between requests, which are the floor")
    month = [day for day in weekdays(30, date(2031, 6, 30)) if day.month == 6]
    _announce_all(World(folder, server), [*month, *weekdays(3, TUESDAY)], TUESDAY)
    filling = ("backfill", "--from", str(month[0]), "--to", str(month[-1]))
    _beside("a day, 1 s apart", server, folder / "second", 1.0, RUNS)
    _beside("a day, arXiv's own 15 s apart", server, folder / "polite", PAGE_GAP, 1)
    _beside(f"backfill of {len(month)} days, 0.2 s apart", server, folder / "month", 0.2, 3, *filling)
    print()


def _beside(name: str, server: FakeServer, folder: Path, gap: float, runs: int, *command: str) -> None:
    walls, floors = [], []
    for number in range(runs):
        place = world(folder.with_name(f"{folder.name}{number}"), server)
        config = place.root / "config.yaml"
        text = config.read_text(encoding="utf-8").replace("request_interval: 0\n", f"request_interval: {gap}\n")
        config.write_text(text, encoding="utf-8")
        server.requests.clear()
        walls.append(once(["-m", "digest", *command, *arguments(place)], noon(TUESDAY)).wall)
        floors.append((len(server.requests) - 1) * gap)
    wall, floor = median(walls), median(floors)
    print(f"  {name:<50} {wall:7.2f} s wall {floor:7.2f} s floor   {wall / floor:.3f} x, {wall - floor:.2f} s more")
