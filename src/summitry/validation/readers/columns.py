"""How the columns of a file or frame differ from the schema; the same problems for each format."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from summitry.validation.report import Problem, shorten
from summitry.words import nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from summitry.schema import Table

MOST = 20  # problems of a header
# names of a column of row numbers, as pandas writes it to CSV, reads it again, and writes it to Parquet
ROW_NUMBERS = ("", "Unnamed: 0", "__index_level_0__")


def column_problems(
    table: Table,
    file: str,
    names: Sequence[str],
    mistyped: Callable[[str], Problem | None] = lambda _: None,
    place: Callable[[int], tuple[int | None, int | None]] = lambda _: (None, None),
) -> Iterator[Problem]:
    """Compare columns with a table: unknown and repeated ones, those of another type, and required ones that lack.

    Args:
        table: the schema.
        file: what to call the file in problems.
        names: of the columns, in order.
        mistyped: returns what is wrong with the type of a column that is there once.
        place: gives the line and column of a name by its number.
    """
    missing = [name for name in table.names if name not in names]
    unknown = [name for name in names if name not in table.names]
    meant = _meant(unknown, missing)
    missing = [name for name in missing if name not in meant.values()]
    needed = [name for name in missing if name in table.required_names]
    strange = [name for name in unknown if name not in meant and name not in ROW_NUMBERS]
    likely = needed or (missing if len(strange) == len(missing) == 1 else [])

    def problem(at: int, fix: str, name: str | None = None, value: str | None = None) -> Problem:
        expected = f"the columns {','.join(table.names)}"
        line, column = place(at)
        return Problem(file, "header", "error", expected, fix, line, column, None, table.name, name, value=value)

    listed = 0
    for i, name in enumerate(names):
        found = mistyped(name) if name in table.names and names.count(name) == 1 else None
        if name not in table.names:
            found = problem(i, _unknown_fix(name, meant.get(name), likely, missing), value=shorten(name))
        elif name in names[:i]:
            found = problem(i, "The column is in the file twice; remove one.", name, name)
        if found and listed == MOST:
            further = sum(other not in table.names for other in names[i:])
            yield problem(i, f"Remove the {further} further columns that do not belong here.", value=shorten(name))
            break
        if found:
            listed += 1
            yield found
    if needed:
        columns = "column" if len(needed) == 1 else "columns"
        required = "it is" if len(needed) == 1 else "they are"
        fix = f"Add the {columns} {', '.join(needed)}: {required} required."
        yield problem(0, fix, needed[0] if len(needed) == 1 else None, shorten(",".join(names)))


def _meant(unknown: Sequence[str], missing: Sequence[str]) -> dict[str, str]:
    """Return by unknown column the missing one that is near, each of which is meant by one column at most."""
    meant: dict[str, str] = {}
    for name in unknown[:MOST]:
        if near := nearest(shorten(name), [m for m in missing if m not in meant.values()]):
            meant[name] = near
    return meant


def _unknown_fix(name: str, meant: str | None, likely: Sequence[str], missing: Sequence[str]) -> str:
    """Return what to do about a column that no field has; it may be one that is missing, of which some are likely."""
    if meant:
        return f"Rename it to {meant!r}."
    if name in ROW_NUMBERS:
        return "Remove the column; it counts the rows. pandas writes none with index=False."
    words = set(re.findall(r"[^\W_]+", name.lower())) - {"id"}
    likely = likely or [other for other in missing if words.intersection(other.split("_"))]
    return f"Remove the column, or rename it if it is {' or '.join(likely)}." if likely else "Remove the column."
