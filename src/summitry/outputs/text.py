"""A report as text: grouped by file, each problem at its place, the count last."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from summitry.outputs.wording import count_line, found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from summitry.report import Problem, Report

_COLOURS = {"error": "31", "warning": "33", "place": "1", "rule": "2"}


def _paint(text: str, colour: str, *, on: bool) -> str:
    return f"\033[{_COLOURS[colour]}m{text}\033[0m" if on else text


def _problem(p: Problem, *, colour: bool) -> Iterator[str]:
    severity = _paint(p.severity, p.severity, on=colour)
    where = f" in {p.field}" if p.field else ""
    key = f" (row {p.key})" if p.key else ""
    rule = _paint(f"[{p.rule}]", "rule", on=colour)
    yield f"{_paint(p.place, 'place', on=colour)}: {severity}{where}{key} {rule}"
    yield f"    {found(p)}expected {p.expected}"
    if p.mend:
        yield f"    → {p.mend}"


def render(report: Report, *, colour: bool = False) -> str:
    """Return the report as text.

    Args:
        report: what validation found.
        colour: whether to paint it for a terminal.
    """
    lines: list[str] = []
    for _, problems in groupby(report.problems, key=lambda p: p.file):
        for problem in problems:
            lines += _problem(problem, colour=colour)
        lines.append("")
    lines += [f"not checked: {reason}" for reason in report.skipped]
    return "\n".join([*lines, count_line(report), ""])
