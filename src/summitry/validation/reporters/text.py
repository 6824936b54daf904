"""A report as text: grouped by file, each problem with its place, the count last."""

from __future__ import annotations

from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

from summitry.schema.words import printable
from summitry.validation.reporters.wording import count_line, found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from summitry.validation.report import Problem, Report

_COLOURS = {"error": "31", "warning": "33", "place": "1", "rule": "2"}


def _paint(text: str, colour: str, *, on: bool) -> str:
    return f"\033[{_COLOURS[colour]}m{text}\033[0m" if on else text


def _problem(p: Problem, *, colour: bool) -> str:
    severity = _paint(p.severity, p.severity, on=colour)
    where = f" in {p.field}" if p.field else ""
    key = f" (row {printable(p.key)})" if p.key else ""
    rule = _paint(f"[{p.rule}]", "rule", on=colour)
    fix = f"{printable(f'    → {p.fix}')}\n" if p.fix else ""
    place = _paint(printable(p.place), "place", on=colour)
    words = printable(f"    {found(p)}expected {p.expected}")
    return f"{place}: {severity}{where}{key} {rule}\n{words}\n{fix}"


def parts(report: Report, *, colour: bool = False) -> Iterator[str]:
    """Yield the report as text.

    Args:
        report: what validation found.
        colour: whether to use the colours of a terminal.
    """
    for _, problems in groupby(report.problems, key=attrgetter("file")):
        yield from (_problem(p, colour=colour) for p in problems)
        yield "\n"
    yield from (f"skipped: {reason}\n" for reason in report.skipped)
    yield f"{count_line(report)}\n"
