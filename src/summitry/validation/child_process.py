"""Validation in a process of its own, with a limit of memory: a damaged Parquet file can end the process that reads it.

The process returns its report and nothing else. If it ends before, the file that it was reading is reported, and the
others are validated once more without it.
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from summitry.errors import InputError
from summitry.validation.report import Report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from summitry.validation.limits import Limits

_START = """import pickle, sys
sys.path[:] = pickle.load(sys.stdin.buffer)
from summitry.validation import child_process
child_process.serve()
"""
_ALLOCATORS = {
    "MALLOC_ARENA_MAX": "2",  # each further arena takes address space that is never used
    "_RJEM_MALLOC_CONF": "muzzy_decay_ms:10000",  # polars fills memory again soon after it has freed it
}
_LOT = 500  # problems that are sent at once
_MOST_RECORDS = 2000  # rows with a problem whose cells are sent, for the report that shows them


class ChildNeeded(Exception):  # noqa: N818 - no error: it says how to go on
    """A Parquet file is to be opened in this process."""


class EndedProcessError(Exception):
    """A file has ended the process that read it."""


def refuse(_: Path) -> None:
    """Open no Parquet file in this process, if another can be started; the sandbox of a browser needs none."""
    if sys.platform != "emscripten":
        raise ChildNeeded


def allow(_: Path) -> None:
    """Open Parquet files in this process."""


def is_expected(given: Sequence[Path]) -> bool:
    """Say whether there is a Parquet file at first sight; `contribution` finds the others."""
    return any(p.suffix == ".parquet" or (p.is_dir() and any(p.glob("*.parquet"))) for p in given)


def validate(limits: Limits, **options: Any) -> Report:
    """Validate in a new process and return the report.

    Args:
        limits: how much memory the process may have, among others.
        options: those of `contribution.validate_paths`.

    Raises:
        InputError: when the process ends without having opened a file that can be the reason.
        Exception: what `contribution.validate_paths` raises.
    """
    fatal: dict[Path, str] = {}
    while True:
        report, opened, ended = _run((replace(limits, opening=allow), options, fatal))
        if report is not None:
            return report
        if opened is None or opened in fatal:
            raise InputError(f"The process that validates has ended: {ended}. Give it more memory, or fewer files.")
        fatal[opened] = ended


def _run(request: tuple[Any, ...]) -> tuple[Report | None, Path | None, str]:
    """Run a process; return its report, or None, the file that it opened last, and how it ended."""
    command = [sys.executable, "-c", _START]
    environment = {**os.environ, **_ALLOCATORS}
    report, opened = Report(), None
    with subprocess.Popen(  # noqa: S603 - Python itself
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        try:
            _send(process, pickle.dumps(sys.path) + pickle.dumps(request))
            for kind, content in _messages(process):
                if kind == "opened":
                    opened = content
                elif kind == "problems":
                    report.add(content)
                elif kind == "error":
                    raise content
                else:
                    report.rows, report.skipped, report.changes, unlisted, records = content
                    report.problems.add_counts(unlisted)
                    report.records = {file: _reader(rows) for file, rows in records.items()}
                    return report, opened, ""
        finally:
            process.kill()
    return None, opened, _how_it_ended(process.returncode)


def _send(process: subprocess.Popen[bytes], request: bytes) -> None:
    if process.stdin:
        with suppress(BrokenPipeError), process.stdin as stream:  # it may have ended
            stream.write(request)


def _messages(process: subprocess.Popen[bytes]) -> Iterator[tuple[str, Any]]:
    while process.stdout:
        try:
            yield pickle.load(process.stdout)  # noqa: S301 - from our own process
        except (EOFError, pickle.UnpicklingError):
            return


def _reader(rows: Mapping[int, dict[str, str | None]]) -> Callable[[int], dict[str, str | None]]:
    return lambda row: rows.get(row, {})


def _how_it_ended(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


def serve() -> None:
    """Do what a process is started for: read a request from standard input, and write messages to standard output."""
    with os.fdopen(os.dup(1), "wb") as out:
        os.dup2(2, 1)  # whatever else is printed must not be among the messages
        limits, options, fatal = pickle.load(sys.stdin.buffer)  # noqa: S301 - from our own process

        def send(kind: str, content: Any) -> None:
            out.write(pickle.dumps((kind, content)))
            out.flush()

        def opening(path: Path) -> None:
            if path in fatal:
                raise EndedProcessError(fatal[path])
            send("opened", path)

        _limit_memory(limits.memory)
        try:
            from summitry.validation import contribution
        except ModuleNotFoundError as e:
            send("error", e)
            return
        try:
            report = contribution.validate_paths(limits=replace(limits, opening=opening), **options)
            problems = iter(report.problems)
            while some := list(islice(problems, _LOT)):
                send("problems", some)
            unlisted = report.problems.unlisted
            send("end", (report.rows, report.skipped, report.changes, unlisted, _records(report)))
        except Exception as e:  # noqa: BLE001 - whatever it is, the process that waits raises it
            send("error", e)


def _limit_memory(size: int) -> None:
    """Limit the address space of this process, where the system can."""
    if sys.platform == "linux":
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (size if hard == resource.RLIM_INFINITY else min(size, hard), hard))


def _records(report: Report) -> dict[str, dict[int, dict[str, str | None]]]:
    """Return by file the cells of the rows with the first problems."""
    found: dict[str, dict[int, dict[str, str | None]]] = {}
    for problem in report.problems[:_MOST_RECORDS]:
        if problem.row and (read := report.records.get(problem.file)):
            rows = found.setdefault(problem.file, {})
            if problem.row - 1 not in rows:
                rows[problem.row - 1] = read(problem.row - 1)
    return found
