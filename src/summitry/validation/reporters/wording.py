"""What several formats have in common: the sentence of a problem, the count, and the path of a file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from summitry.words import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sized

    from summitry.validation.changes import Changes
    from summitry.validation.report import Problem, Report

MOST_ROWS = 10  # of a table that are new, and that change


def found(p: Problem) -> str:
    """Return what the cell contains, to be followed by what was expected; nothing if the problem is in no cell.

    Example:
        >>> from summitry.validation.report import Problem
        >>> found(Problem("stances.csv", "enum", "error", "accepts or rejects", value="accpets"))
        'found “accpets”; '
    """
    if p.value:
        return f"found “{p.value}”; "
    return "the cell is empty; " if p.field and p.row is not None else ""


def sentence(p: Problem) -> str:
    """Return a problem in one line without its place: what is wrong, what was expected, how to fix it.

    Example:
        >>> from summitry.validation.report import Problem
        >>> sentence(Problem("stances.csv", "blank-line", "error", "no blank line", "Delete the line."))
        'expected no blank line. Delete the line.'
    """
    subject = p.field or p.table
    key = f" (row {p.key})" if p.key else ""
    return f"{f'{subject}{key}: ' if subject else ''}{found(p)}expected {p.expected}. {p.fix}".strip()


def count_line(report: Report) -> str:
    """Return the last line of a report: valid or not, then errors, warnings, rows and files.

    Example:
        >>> from summitry.validation.report import Report
        >>> count_line(Report(rows={"stances.csv": 3}))
        'valid: 0 errors, 0 warnings in 3 rows in 1 file'
    """
    errors, warnings = counted(report.count("error"), "error"), counted(report.count("warning"), "warning")
    checked = f"{counted(sum(report.rows.values()), 'row')} in {counted(len(report.rows), 'file')}"
    return f"{'valid' if report.valid else 'not valid'}: {errors}, {warnings} in {checked}"


def change_lines(changes: Changes) -> Iterator[str]:
    """Yield what a contribution adds and changes, table by table, changed rows column by column, and what it repeats.

    Example:
        >>> from summitry.validation.changes import Changes
        >>> found = Changes({"roles": ["a", "b"]}, {"stances": {"s1": {"position": ("accepts", "rejects")}}}, 1)
        >>> for line in change_lines(found):
        ...     print(line)
        new in roles: 2 rows: a; b
        changed in stances: 1 row
            s1
                position: accepts → rejects
        already in the dataset: 1 row
    """
    for table, keys in changes.added.items():
        shown = [*keys[:MOST_ROWS], *_others(keys)]
        yield f"new in {table}: {counted(len(keys), 'row')}: {'; '.join(shown)}"
    for table, rows in changes.changed.items():
        yield f"changed in {table}: {counted(len(rows), 'row')}"
        for key, cells in list(rows.items())[:MOST_ROWS]:
            yield f"    {key}"
            for name, (old, new) in cells.items():
                yield f"        {name}: {old or '(empty)'} → {new or '(empty)'}"
        yield from (f"    {others}" for others in _others(rows))
    if changes.unchanged:
        yield f"already in the dataset: {counted(changes.unchanged, 'row')}"


def _others(rows: Sized) -> list[str]:
    """Return how many rows are not shown, in a list that is empty where all are."""
    return [f"and {len(rows) - MOST_ROWS:,} more"] if len(rows) > MOST_ROWS else []


def from_root(file: str) -> Path:
    """Return the path of a file from the root of the repository; absolute if it is outside.

    The root is the current folder; in a workflow of GitHub it is the checkout that contains it.

    Example:
        >>> from_root("my-rows/../my-rows/stances.csv").as_posix()
        'my-rows/stances.csv'
    """
    here = Path.cwd()
    workspace = Path(os.environ.get("GITHUB_WORKSPACE") or here).resolve()
    root = workspace if here.is_relative_to(workspace) else here
    path = Path(os.path.abspath(file))  # noqa: PTH100 - resolve() would follow a link to another file
    return path.relative_to(root) if path.is_relative_to(root) else path
