"""`make bench`: how fast pages are next to a bare Django view, and check-ins next to a bare database and mail server.

One line of JSON a measurement on stdout; progress and targets on stderr. Nothing is left behind.
"""

import argparse
import json
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
sys.path[0] = str(ROOT)  # started by its path; the house is one up

from benchmarks.load import Page, requests_a_second, spread_connections  # noqa: E402
from benchmarks.serving import WORKERS, Served, collect_static, environment_for, make_database, served  # noqa: E402
from scripts import translations  # noqa: E402
from scripts.servers import postgres_server  # noqa: E402

SMALL = 1_000  # tasks in the database that the large one is compared with
CONNECTIONS_A_WORKER = 2
ROUNDS = 9
BY_ENTRIES = ("task_with_thousand", "task_with_ten")
# Scales are 1 / 1.15: at most 15 % more time.
TARGETS = {"page_list": 0.5, "page_task": 0.5, "page_now": 0.4, "page_list_scale": 0.87, "task_page_entries": 0.87}


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Two pages that are measured in turn."""

    name: str
    ours: Page
    bound: Page


def main() -> int:
    """Measures everything. A ratio below its target is shown, not an error: on a busy machine it says little."""
    options = arguments()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with tempfile.TemporaryDirectory(prefix="handover-bench-") as folder:
        if options.only in {None, "pages"}:
            with servers(options.tasks, folder) as (large, small):
                for pair in pairs(large, small):
                    measure(pair, options.seconds, options.rounds)
        if options.only in {None, "checkins"}:
            with postgres_server() as postgres:
                measure_checkins(make_database(postgres, "checkins"), folder, options)
    return 0


def arguments() -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--tasks", type=int, default=1_000_000, help="tasks in the large database")
    parser.add_argument("--seconds", type=float, default=1.5, help="how long one round takes")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="rounds for each of the two that are compared")
    parser.add_argument("--checkins", type=int, default=1_000_000, help="check-ins in their database")
    parser.add_argument("--due", type=int, default=10_000, help="how many of them are due in a round")
    parser.add_argument("--only", choices=["pages", "checkins"], help="leave the other half out")
    return parser.parse_args()


def measure_checkins(database_url: str, folder: str, options: argparse.Namespace) -> None:
    """The other half, in a process of its own: it has this database as its own."""
    tell(f"Filling a database with {options.checkins} check-ins")
    sizes = [f"--{name}={getattr(options, name)}" for name in ("checkins", "due", "rounds")]
    program = [sys.executable, "benchmarks/checkins.py", *sizes]
    subprocess.run(program, cwd=ROOT, env=environment_for(database_url, folder), check=True)


@contextmanager
def servers(tasks: int, folder: str) -> Iterator[tuple[Served, Served]]:
    """The app on a database with all tasks and, set up in the same way, on one with a thousand."""
    translations.compile_all(ROOT)
    with ExitStack() as stack:
        postgres = stack.enter_context(postgres_server())
        collect_static(postgres, folder)
        both = []
        for name, size in (("large", tasks), ("small", min(SMALL, tasks))):
            tell(f"Filling the {name} database with {size} tasks")
            both.append(stack.enter_context(served(make_database(postgres, name), size, folder)))
        yield both[0], both[1]


def pairs(large: Served, small: Served) -> Iterator[Pair]:
    """What is compared with what."""
    bare = page(large, "/bare/", large.targets["last_in_list"])
    listed = page(large, "/tasks/", large.targets["last_in_list"])
    yield Pair(name="page_list", ours=listed, bound=bare)
    yield Pair(name="page_task", ours=page(large, large.targets["task"], large.targets["last_words"]), bound=bare)
    yield Pair(name="page_now", ours=page(large, "/now/", large.targets["task_title"]), bound=bare)
    listed_small = page(small, "/tasks/", small.targets["last_in_list"])
    yield Pair(name="page_list_scale", ours=listed, bound=listed_small)
    busy, calm = (page(large, large.targets[name], large.targets["last_words"]) for name in BY_ENTRIES)
    yield Pair(name="task_page_entries", ours=busy, bound=calm)


def page(on: Served, path: str, marker: str) -> Page:
    """A page for the owner who is logged in there."""
    return Page(port=on.port, path=path, cookie=on.targets["cookie"], marker=marker)


def measure(pair: Pair, seconds: float, rounds: int) -> None:
    """Both in turn, round after round, and the medians of it.

    The ratio is the median of each round's own: whatever else the machine does in a moment slows both of a pair.
    """
    found: dict[Page, list[float]] = {pair.bound: [], pair.ours: []}
    for _ in range(rounds):
        for each, rates in found.items():
            with spread_connections(each, workers=WORKERS, each=CONNECTIONS_A_WORKER) as connections:
                rates.append(requests_a_second(each, connections, seconds))
    ours, bound = found[pair.ours], found[pair.bound]
    ratio = median(one / other for one, other in zip(ours, bound, strict=True))
    result = {"name": pair.name, "ours": round(median(ours), 1), "bound": round(median(bound), 1)}
    print(json.dumps(result | {"ratio": round(ratio, 3)}), flush=True)
    tell(f"{pair.name}: {ratio:.2f} of the bound, target {TARGETS[pair.name]}")


def tell(text: str) -> None:
    """Progress, apart from the results."""
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
