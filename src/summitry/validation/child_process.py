"""Validation in a process of its own, with a limit of memory: a damaged Parquet file can end the process that reads it.

The process returns its report and nothing else. If it ends before, the file that it was reading is reported, and the
others are validated once more without it.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from summitry.dataset import own_process
from summitry.dataset.own_process import EndedProcessError
from summitry.errors import InputError
from summitry.validation.limits import allow
from summitry.validation.report import Report

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from summitry.validation.limits import Limits

    Cells = dict[str, str | None]

_MOST_RECORDS = 2000  # rows with a problem whose cells are sent, for the report that shows them


def is_expected(given: Sequence[Path]) -> bool:
    """Say whether there is a Parquet file at first sight; `contribution` finds the others."""
    return any(p.suffix == ".parquet" or (p.is_dir() and any(p.glob("*.parquet"))) for p in given)


def validate(limits: Limits, **options: Any) -> Report:
    """Validate in a new process, with the options of `contribution.validate_paths`, and return the report.

    Raises:
        InputError: when the process ends without having opened a file that can be the reason.
        Exception: what `contribution.validate_paths` raises.
    """
    fatal: dict[Path, str] = {}
    while True:
        report, opened, ended = _run(replace(limits, opening=allow), options, fatal)
        if report is not None:
            return report
        if opened is None or opened in fatal:
            raise InputError(f"The process that validates has ended: {ended}. Give it more memory, or fewer files.")
        fatal[opened] = ended


def _run(
    limits: Limits, options: Mapping[str, Any], fatal: Mapping[Path, str]
) -> tuple[Report | None, Path | None, str]:
    """Run a process; return its report, or None, the file that it opened last, and how it ended."""
    report = opened = None
    try:
        for sent in own_process.messages(_send_report, limits, options, fatal, memory=limits.memory):
            if isinstance(sent, Report):
                report = sent
            else:
                opened = sent
    except EndedProcessError as e:
        return None, opened, str(e)
    return report, opened, ""


def _send_report(
    send: Callable[[Path | Report], None], limits: Limits, options: Mapping[str, Any], fatal: Mapping[Path, str]
) -> None:
    """Validate, and send each file before it is opened, then the report."""
    try:
        from summitry.validation import contribution
    except ModuleNotFoundError:
        raise
    except Exception as e:  # a library that lacks the memory to start, whatever it says
        raise SystemExit(1) from e

    def opening(path: Path) -> None:
        if path in fatal:
            raise EndedProcessError(fatal[path])
        send(path)

    report = contribution.validate_paths(limits=replace(limits, opening=opening), **options)
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
