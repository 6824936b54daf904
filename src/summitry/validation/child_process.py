"""Validation in a process of its own, with a limit of memory: a damaged Parquet file can end the process that reads it.

The process returns its report and nothing else. If it ends before, the file that it was reading is reported, and the
others are validated once more without it.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from summitry import paths
from summitry.dataset import own_process, transaction
from summitry.dataset.own_process import EndedProcessError
from summitry.errors import InputError
from summitry.validation.limits import LIMITS, ChildNeeded, allow, refuse
from summitry.validation.report import Report
from summitry.words import size

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from summitry.validation.contribution import Contribution, Options
    from summitry.validation.evaluate import Engine
    from summitry.validation.limits import Limits

    Cells = dict[str, str | None]

_MOST_RECORDS = 2000  # rows with a problem whose cells are sent, for the report that shows them


def is_expected(given: Sequence[Path]) -> bool:
    """Say whether there is a Parquet file at first sight; `contribution` finds the others."""
    return any(p.suffix == ".parquet" or (p.is_dir() and any(p.glob("*.parquet"))) for p in given)


def validate_paths(
    given: Sequence[Path],
    base: Path | None = None,
    *,
    quick: bool = False,
    engine: Engine = "local",
    limits: Limits = LIMITS,
) -> Report:
    """Check contributions together with what ships, and a data package that has every table by itself.

    Args:
        given: folders with any of the tables, single table files, or data packages.
        base: the checkout that contributions are for; by default the dataset of this installation.
        quick: as in `contribution.Options`.
        engine: likewise.
        limits: likewise.

    Raises:
        InputError: when a path does not exist or cannot be read.
        MissingExtraError: when pandera is asked for and not installed.
        DamagedFileError: when a merge or build of the checkout is unfinished.
    """
    home, options = base or paths.root(), {"quick": quick, "engine": engine}
    if limits.opening is refuse and is_expected(given):  # polars is imported there, and not here
        return _validate(limits, given, home, options)
    from summitry.validation import contribution

    with transaction.reading(home):
        try:
            return contribution.read_and_validate(given, home, contribution.Options(quick, engine, limits))[1]
        except ChildNeeded:
            return _validate(limits, given, home, options)


def read_and_validate(given: Sequence[Path], home: Path, options: Options) -> tuple[list[Contribution], Report]:
    """Read paths, once, and check them as `validate_paths` does; return what was read, and the report on it.

    Parquet files are read in a process of their own first, and here only if that can read them.
    """
    from summitry.validation import contribution

    try:
        return contribution.read_and_validate(given, home, options)
    except ChildNeeded:
        report = _validate(options.limits, given, home, {})
        if any(p.rule == "parquet" for p in report.problems):
            return [], report
    allowed = replace(options, limits=replace(options.limits, opening=allow))
    return contribution.read_and_validate(given, home, allowed)


def _validate(limits: Limits, given: Sequence[Path], home: Path, options: Mapping[str, Any]) -> Report:
    """Validate in a new process, and return the report.

    Raises:
        InputError: when the process ends without having opened a file that can be the reason.
        Exception: what `validate_paths` raises.
    """
    fatal: dict[Path, Exception] = {}
    work = {"given": given, "base": home, **options}
    while True:
        report, opened, ended = _run(replace(limits, opening=allow), work, fatal)
        if report is not None:
            return report
        if opened is None or opened in fatal:
            raise InputError(f"The process that validates has ended: {ended}. Raise --memory, or give fewer files.")
        fatal[opened] = ended


def _run(
    limits: Limits, options: Mapping[str, Any], fatal: Mapping[Path, Exception]
) -> tuple[Report | None, Path | None, Exception]:
    """Run a process; return its report, or None, the file that it opened last, and how it ended."""
    report = opened = None
    try:
        for sent in own_process.messages(_send_report, limits, options, fatal, memory=limits.memory):
            if isinstance(sent, Report):
                report = sent
            else:
                opened = sent
    except EndedProcessError as e:
        return None, opened, e
    except MemoryError:
        return None, opened, MemoryError(f"it takes more than {size(limits.memory)} of memory, the limit of --memory")
    return report, opened, EndedProcessError()


def _send_report(
    send: Callable[[Path | Report], None], limits: Limits, options: Mapping[str, Any], fatal: Mapping[Path, Exception]
) -> None:
    """Validate, and send each file before it is opened, then the report."""
    try:
        from summitry.validation import contribution  # noqa: F401 - imports all that needs memory to start
    except ModuleNotFoundError:
        raise
    except Exception as e:  # a library that lacks the memory to start, whatever it says
        raise SystemExit(1) from e

    def opening(path: Path) -> None:
        if path in fatal:
            raise fatal[path]
        send(path)

    report = validate_paths(limits=replace(limits, opening=opening), **options)
    records: dict[str, Callable[[int], Cells]] = {f: partial(_cells, rows) for f, rows in _records(report).items()}
    send(replace(report, records=records))


def _cells(rows: Mapping[int, Cells], row: int) -> Cells:
    return rows.get(row, {})


def _records(report: Report) -> dict[str, dict[int, Cells]]:
    """Return by file the cells of the rows with the first problems."""
    found: dict[str, dict[int, Cells]] = {}
    for problem in report.problems[:_MOST_RECORDS]:
        if problem.row and (read := report.records.get(problem.file)):
            rows = found.setdefault(problem.file, {})
            if problem.row - 1 not in rows:
                rows[problem.row - 1] = read(problem.row - 1)
    return found
