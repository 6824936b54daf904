"""A report as one self-contained page: the rows that have problems, with each problem in its cell."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from summitry.templating import environment
from summitry.validation.report import shorten
from summitry.validation.reporters.wording import change_lines, count_line, found
from summitry.words import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from summitry.validation.report import Problem, Report

MOST_PROBLEMS = 2000  # a browser is slow with more, and nobody reads them


@dataclass(frozen=True)
class _Cell:
    name: str
    shown: str
    problems: Sequence[Problem]

    @property
    def severity(self) -> str:
        return min(p.severity for p in self.problems)  # "error" sorts before "warning"


@dataclass(frozen=True)
class _Record:
    place: str
    key: str
    cells: Sequence[_Cell]


@dataclass(frozen=True)
class _File:
    file: str
    counts: str
    without_cell: Sequence[Problem]
    records: Iterator[_Record]


def _record(problems: Sequence[Problem], cells: Mapping[str, str | None]) -> _Record:
    """Return a record: its cells that are not empty, and each wrong one with its problems."""
    first = problems[0]
    values = {**{str(p.field): p.value for p in problems}, **cells}
    by_field = {name: [p for p in problems if p.field == name] for name in values}
    names = [*cells, *(n for n in values if n not in cells)]
    shown = [_Cell(n, shorten(values[n] or ""), by_field[n]) for n in names if by_field[n] or values[n]]
    return _Record(f"line {first.line}" if first.line is not None else f"row {first.row}", first.key or "", shown)


def _records(report: Report, file: str, problems: Sequence[Problem]) -> Iterator[_Record]:
    in_cells = sorted((p for p in problems if _has_cell(p)), key=lambda p: p.row or 0)
    read = report.records.get(file)
    for row, group in groupby(in_cells, key=lambda p: p.row):
        yield _record(list(group), read(row - 1) if read and row else {})


def _has_cell(p: Problem) -> bool:
    """Return whether a problem is of one cell: not of the file, its header, or a line that is no record."""
    return p.row is not None and p.field is not None


def _file(report: Report, file: str, problems: Sequence[Problem]) -> _File:
    count = Counter(p.severity for p in problems)
    counts = ", ".join(counted(count[s], s) for s in ("error", "warning") if count[s])
    return _File(file, counts, [p for p in problems if not _has_cell(p)], _records(report, file, problems))


def parts(report: Report) -> Iterator[str]:
    """Yield the report as one HTML page.

    Raises:
        MissingExtraError: when jinja2 is not installed.
    """
    template = environment("summitry.validation.reporters", "validate").get_template("report.html")
    shown = report.problems[:MOST_PROBLEMS]
    hidden = len(report.problems) - len(shown)
    yield from template.generate(
        count_line=count_line(report),
        valid=report.valid,
        skipped=report.notes,
        changes="\n".join(change_lines(report.changes)),
        parts=(_file(report, file, list(problems)) for file, problems in groupby(shown, key=lambda p: p.file)),
        hidden=counted(hidden, "further problem") if hidden else "",
        found=found,
    )
