"""`summitry show`: print a table, or write it as CSV or JSON for other programs."""

from __future__ import annotations

import argparse
import csv
import io
from typing import TYPE_CHECKING, Any

from summitry.cli import terminal
from summitry.dataset import query
from summitry.errors import InputError, unknown_name
from summitry.schema import Field, words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from summitry.schema import Table

Row = dict[str, Any]

EPILOG = """\
filters (a row must match all of them):
  --where act=deny                       the cell is equal to the value
  --where act=deny --where act=reject    the same column twice: equal to one of the values
  --where act!=assert                    not equal
  --where "said_from>=2025-08-20"        not before the day (<= not after); the shell needs the quotes
  --where occasion_id=                   empty (occasion_id!= not empty)
  --contains "security guarantees"       the row contains every word; capitals and accents do not matter
What a column means: summitry describe TABLE.COLUMN
"""
# the most important columns after the key; in other tables the label and the columns after it in the schema
IMPORTANT = {
    "statements": ("summary", "speaker_id", "act", "issue", "said_from"),
    "mentions": ("quote", "statement_id", "form"),
    "stances": ("holder_id", "position", "demand_id", "attribution"),
}
# the least useful width of a column: keys differ at their ends, and a sentence needs some words
LEAST, LEAST_KEY, LEAST_SENTENCE = 18, 30, 36
SENTENCE = 60  # a column with such a long cell contains sentences


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = EPILOG
    parser.add_argument("table", help="a table, such as statements")
    parser.add_argument("-n", "--rows", type=int, metavar="N", help="print at most this many rows")
    parser.add_argument("--columns", metavar="A,B", help="only these columns, separated by commas")
    parser.add_argument("--where", action="append", default=[], metavar="COLUMN=VALUE", help="only rows that match")
    parser.add_argument("--contains", metavar="WORDS", help="only rows that contain all these words")
    parser.add_argument("--sort", metavar="A,B", help="sort by these columns; empty cells come last")
    parser.add_argument("--descending", action="store_true", help="sort from the highest to the lowest")
    parser.add_argument("--expand", action="store_true", help="add names to ids: speaker_name, demand_label")
    parser.add_argument("--as-of", metavar="DAY", help="only what was published by this day, such as 2025-08-20")
    parser.add_argument("--format", choices=("table", *WRITERS), default="table", help="output format (default: table)")


def _fields(table: Table, names: Sequence[str]) -> dict[str, Field]:
    """Return the columns by name; those that --expand added are text."""
    added = {name: Field(name, name, "string", "", "") for name in names if name not in table.names}
    return {name: added.get(name) or table[name] for name in names}


def _chosen(option: str, fields: dict[str, Field]) -> list[Field]:
    """Return the columns that an option names."""
    names = [name.strip() for name in option.split(",")]
    for name in names:
        if name not in fields:
            raise unknown_name("column", name, list(fields))
    return [fields[name] for name in names]


def written(value: Any) -> str:
    """Return a value as a cell of CSV: a day as YYYY-MM-DD, true or false, nothing if missing."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _cells(rows: Sequence[Row], f: Field) -> list[str]:
    """Return the name of a column and its cells, without control characters."""
    return [f.name, *(terminal.plain(written(row[f.name])) for row in rows)]


def _least(cells: Sequence[str], f: Field, table: Table) -> int:
    """Return the least useful width of a column."""
    wanted = max(map(terminal.measure, cells))
    if f.name in table.primary_key:
        return min(wanted, LEAST_KEY)
    is_id = f.pattern is not None
    return min(wanted, LEAST_SENTENCE if wanted > SENTENCE and not is_id else LEAST)


def fitting(rows: Sequence[Row], fields: Sequence[Field], table: Table, available: int) -> list[Field]:
    """Return the columns that fit: no empty ones, first the key, then the most important ones."""
    filled = {f.name: sum(row[f.name] is not None for row in rows) for f in fields}
    there = [f for f in fields if filled[f.name] or not rows]
    label = query.label_column(table)
    important = IMPORTANT.get(table.name, (label,) if label else ())

    def rank(f: Field) -> tuple[bool, int, bool, int]:
        place = important.index(f.name) if f.name in important else len(important)
        return (f.name not in table.primary_key, place, 2 * filled[f.name] < len(rows), there.index(f))

    by_rank = sorted(there, key=rank)
    least = [_least(_cells(rows, f), f, table) for f in there]
    return [there[i] for i in terminal.fitting(least, [by_rank.index(f) for f in there], available)]


def as_table(rows: Sequence[Row], fields: Sequence[Field], table: Table) -> str:
    """Return the rows as a table for the terminal."""
    from summitry.dataset import loaders

    columns = [_cells(rows, f) for f in fields]
    least = [_least(cells, f, table) for cells, f in zip(columns, fields, strict=True)]
    return terminal.table(columns, [loaders.column_type(f) for f in fields], least, terminal.width())


def as_csv(rows: Sequence[Row], fields: Sequence[Field]) -> str:
    """Return the rows as CSV in the same form as the files of the dataset."""
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    writer.writerow([f.name for f in fields])
    writer.writerows([written(row[f.name]) for f in fields] for row in rows)
    return lines.getvalue().rstrip("\n")


def as_json(rows: Sequence[Row], fields: Sequence[Field]) -> str:
    """Return the rows as a JSON array of objects; a day is a string, an empty cell null."""
    listed = [{f.name: row[f.name] for f in fields} for row in rows]
    return words.json_text(listed, indent=2)


# formats for other programs
WRITERS: dict[str, Callable[[Sequence[Row], Sequence[Field]], str]] = {"csv": as_csv, "json": as_json}


def _found(arguments: argparse.Namespace, rows: list[Row], fields: dict[str, Field]) -> list[Row]:
    """Return the rows that match the options, sorted."""
    from summitry.dataset import conditions

    found = conditions.where(rows, arguments.where, fields)
    if arguments.contains:
        found = conditions.contains(found, arguments.contains)
    if arguments.sort:
        found = conditions.ordered(found, _chosen(arguments.sort, fields), descending=arguments.descending)
    return found


def _footer(counts: tuple[int, int, int], table: Table, hidden: Sequence[str]) -> str:
    """Count the rows shown, matching and in the table, and name the columns that are not shown."""
    shown, found, total = counts
    fit = f" of {found} that match," if shown < found < total else ""
    lines = [f"{shown}{fit} of {total} rows of {table.name}; one row is {table.one_row_is}."]
    lines += [f"not shown: {', '.join(hidden)} (choose with --columns)"] if hidden else []
    return "\n".join(line for text in lines for line in terminal.paragraph(text, terminal.width()))


def run(arguments: argparse.Namespace) -> int:
    """Print the rows; under a table also their number and what is not shown."""
    from summitry import schema
    from summitry.dataset import loaders

    if arguments.rows is not None and arguments.rows < 0:
        raise InputError(f"-n is {arguments.rows}; give the number of rows to print, 0 or more.")
    if arguments.descending and not arguments.sort:
        raise InputError("--descending needs columns to sort by. Name them: --sort said_from")
    table = schema.package().table(arguments.table)
    loaded = loaders.load(table.name, "pyarrow", expand=arguments.expand, as_of=arguments.as_of)
    rows, fields = loaded.to_pylist(), _fields(table, loaded.column_names)
    chosen = _chosen(arguments.columns, fields) if arguments.columns else list(fields.values())
    found = _found(arguments, rows, fields)
    shown = found[: arguments.rows]
    if arguments.format in WRITERS:
        print(WRITERS[arguments.format](shown, chosen))
        return 0
    if not arguments.columns:
        chosen = fitting(shown, chosen, table, terminal.width())
    hidden = [] if arguments.columns else [name for name in fields if fields[name] not in chosen]
    print(as_table(shown, chosen, table))
    print(f"\n{_footer((len(shown), len(found), len(rows)), table, hidden)}")
    return 0
