"""A report as text: by file, the first problems of each rule and column, then how many there are, the count last.

Somebody who made one slip in thousands of rows wants to read of it once. A short report is shown whole; the whole of a
long one is in JSON.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

from summitry.validation.reporters.wording import change_lines, count_line, found
from summitry.words import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from summitry.validation.report import Kind, Problem, Report

SHORT = 20  # problems of a report that is shown whole
MOST_SHOWN = 3  # if it is longer, of the problems of one rule in one column of a file
MOST_PLACES = 10  # of those that are not shown
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


@dataclass
class _Kind:
    """The problems of one rule in one column of a file: how many are shown, how many there are, and where some are."""

    shown: int
    count: int = 0
    places: list[str] = field(default_factory=list)

    def add(self, p: Problem) -> bool:
        """Count a problem; return whether it is among the first, which are shown."""
        self.count += 1
        if self.shown < self.count <= self.shown + MOST_PLACES:
            self.places.append(p.place.removeprefix(p.file)[1:])
        return self.count <= self.shown


def _more(kinds: dict[tuple[str, str], _Kind]) -> Iterator[str]:
    """Yield how many problems of a file are not shown, and where the next of them are."""
    for (rule, column), kind in kinds.items():
        more = kind.count - kind.shown
        if more > 0:
            places = ", ".join([*filter(None, kind.places), *["…"] * (more > MOST_PLACES)])
            where = f" in {printable(column)}" if column else ""
            yield f"… and {more:,} more of [{rule}]{where}{f', at {places}' if places else ''}\n"


def _table(counts: Mapping[Kind, int]) -> Iterator[str]:
    """Yield the lines of a table: how many problems each rule has in each file."""
    header = ("number", "severity", "rule", "file")
    rows = [header, *((f"{n:,}", severity, rule, printable(file)) for (file, rule, severity), n in counts.items())]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for number, severity, rule, file in rows:
        yield f"{number:>{widths[0]}}  {severity:<{widths[1]}}  {rule:<{widths[2]}}  {file}\n"
    yield "All that are listed are in the format json.\n\n"


def parts(report: Report, *, colour: bool = False) -> Iterator[str]:
    """Yield the report as text, perhaps in the colours of a terminal."""
    whole = len(report.problems) <= SHORT
    for _, problems in groupby(report.problems, key=attrgetter("file")):
        kinds: dict[tuple[str, str], _Kind] = defaultdict(lambda: _Kind(SHORT if whole else MOST_SHOWN))
        for p in problems:
            if kinds[p.rule, p.field or ""].add(p):
                yield _problem(p, colour=colour)
        yield from _more(kinds)
        yield "\n"
    if not whole or report.problems.unlisted:
        yield from _table(report.problems.by_kind)
    yield from (f"{line}\n" for line in change_lines(report.changes))
    yield from (f"skipped: {reason}\n" for reason in report.notes)
    yield f"{count_line(report)}\n"
