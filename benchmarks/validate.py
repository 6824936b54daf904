"""`python -m benchmarks validate`: generate, run all in turn, check what they found, write a table."""

from __future__ import annotations

import argparse
import hashlib
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import compare, machine, measure, outcome, table
from benchmarks.entries import CONTESTANTS, FLOOR
from benchmarks.planted import FEWEST, FORMATS

if TYPE_CHECKING:
    from benchmarks.entries import Contestant
    from benchmarks.measure import Cost

INSTALL = "pip install --group benchmarks"
MAKERS = ("benchmarks/data.py", "benchmarks/planted.py", "schemas/statements.json")  # on which the data depend
Key = tuple[str, str]  # contestant and format


def rows(text: str) -> int:
    """Read a number of rows, such as 1e6."""
    number = float(text)
    if number < FEWEST or number != int(number):
        raise argparse.ArgumentTypeError(f"{text} is no whole number of at least {FEWEST}")
    return int(number)


def limit(text: str) -> tuple[str, float]:
    """Read a limit, such as frictionless=1e6."""
    name, _, most = text.partition("=")
    if name not in {c.name for c in CONTESTANTS}:
        raise argparse.ArgumentTypeError(f"{name!r} is none of {', '.join(c.name for c in CONTESTANTS)}")
    return name, float(most)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    names = [c.name for c in CONTESTANTS]
    parser.add_argument("--rows", type=rows, default="1e5", help="how many statements (1e5)")
    parser.add_argument("--folder", type=Path, help="where the data are kept and found again (a temporary folder)")
    parser.add_argument("--rounds", type=int, default=3, help="how often each runs (3)")
    parser.add_argument("--only", nargs="+", choices=names, default=names, metavar="NAME", help=", ".join(names))
    parser.add_argument(
        "--most",
        action="append",
        type=limit,
        default=[],
        metavar="NAME=ROWS",
        help="up to what size a contestant takes part; by default those that are slow leave early",
    )
    parser.add_argument("--results", type=Path, default=measure.RESULTS, help="where to write (benchmarks/results)")


def prepared(home: Path, number: int) -> dict[str, Path]:
    """Return by format the folder with the data, made if it is not there.

    A folder takes its name only when it is complete, and the name changes with whatever makes the data.
    """
    state = hashlib.sha256(b"".join((measure.ROOT / file).read_bytes() for file in MAKERS)).hexdigest()[:8]
    folders = {form: home / f"statements-{outcome.short(number)}-{state}" / form for form in FORMATS}
    for form, folder in folders.items():
        if not folder.is_dir():
            folder.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=folder.parent) as unfinished:
                made = Path(unfinished, form)
                command = [sys.executable, "-m", "benchmarks.data", str(made), form, str(number)]
                subprocess.run(command, cwd=measure.ROOT, check=True)
                made.rename(folder)
    return folders


def absence(contestant: Contestant, number: int, most: float, results: Path) -> str | None:
    """Return why a contestant does not take part, or None if it does."""
    if machine.version(contestant.library) is None:
        return f"not installed; `{INSTALL}` installs it"
    if number > most:
        name = f"validate-{outcome.short(int(most))}.md"
        where = f"[the table of that size]({name})" if (results / name).is_file() else "the table of that size"
        return f"takes part up to {outcome.superscript(int(most))} rows; its ratio is in {where}"
    return None


def check(contestant: Contestant, form: str, number: int, output: Path) -> None:
    """Stop the run if a contestant found anything else than it should."""
    wrong = compare.differences(contestant.read(output), number, form, contestant.cannot)
    if wrong:
        heading = f"{contestant.title} on {table.TITLES[form]} does not find what is planted:"
        raise SystemExit("\n  ".join([heading, *wrong]))


def compete(present: dict[Key, Contestant], folders: dict[str, Path], number: int, rounds: int) -> dict[Key, Cost]:
    """Run all in turn, round after round, check each time what was found, and return the best costs."""
    with tempfile.TemporaryDirectory() as temporary:
        outputs = {key: Path(temporary, f"{'-'.join(key)}.json") for key in present}
        tasks = {key: c.task(c.module, folders[key[1]], key[1], outputs[key]) for key, c in present.items()}

        def found_all(key: Key) -> None:
            check(present[key], key[1], number, outputs[key])

        return measure.interleaved(tasks, rounds, found_all)


def entry(contestant: Contestant, reason: str | None, costs: dict[Key, Cost]) -> outcome.Entry:
    """Return the outcome of one contestant."""
    ratios: dict[str, outcome.Ratio | str] = {
        form: reason or outcome.over(costs[contestant.name, form], costs[FLOOR.name, form]) for form in FORMATS
    }
    found = machine.version(contestant.library)
    return outcome.Entry(contestant.name, contestant.title, found, ratios, contestant.cannot)


def run(arguments: argparse.Namespace) -> int:
    """Generate, measure, check and write."""
    number, results, most = arguments.rows, arguments.results, dict(arguments.most)
    chosen = [c for c in CONTESTANTS if c is FLOOR or c.name in arguments.only]
    reasons = {c.name: absence(c, number, most.get(c.name, c.most), results) for c in chosen}
    present = {(c.name, form): c for form in FORMATS for c in chosen if reasons[c.name] is None}
    with ExitStack() as stack:
        home = arguments.folder or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        costs = compete(present, prepared(home, number), number, arguments.rounds)
    entries = tuple(entry(c, reasons[c.name], costs) for c in chosen)
    write(outcome.Outcome(number, arguments.rounds, machine.describe(), entries), results)
    return 0


def write(done: outcome.Outcome, results: Path) -> None:
    """Write the table."""
    results.mkdir(parents=True, exist_ok=True)
    path = results / f"validate-{outcome.short(done.rows)}.md"
    path.write_text(table.validate(done), "utf-8")
    print(f"written: {path}")
