"""`summitry show`: print a table, or write it for other programs."""

from __future__ import annotations

import argparse
import csv
import io
from typing import TYPE_CHECKING, Any

from summitry import words
from summitry.cli import terminal
from summitry.cli.options import completed_by, one_of
from summitry.dataset import conditions, expansion
from summitry.dataset.storage import written
from summitry.errors import InputError, choice
from summitry.schema import Field, package

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import pyarrow as pa

    from summitry.schema import Table

Row = dict[str, Any]

EPILOG = """\
filters (a row must match all of them):
  --where act=deny                       the cell is equal to the value
  --where act=deny --where act=reject    the same column twice: equal to one of the values
  --where act!=assert                    not equal
  --where "said_from>=2025-08-20"        not before the day (<= not after); the shell needs the quotes
  --where occasion_id=                   empty (occasion_id!= not empty)
  --where "speaker_name=Sergey Lavrov"   a name beside an id, as --expand shows it
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
FIRST = 20  # rows that are printed for the screen
SEE_REST = "see the rest: the same command with --all, or with -n and a number"
SENTENCE = 60  # a column with such a long cell contains sentences


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = EPILOG
    one_of(parser, "table", tuple(package().tables), metavar="table", help="a table, such as statements")
    add_rows(parser)
    columns = parser.add_argument("--columns", metavar="A,B", help="only these columns, separated by commas")
    completed_by(columns, _columns)
    where = parser.add_argument(
        "--where", action="append", default=[], metavar="COLUMN=VALUE", help="only rows that match"
    )
    completed_by(where, _conditions)
    parser.add_argument("--contains", metavar="WORDS", help="only rows that contain all these words")
    parser.add_argument("--sort", metavar="A,B", help="sort by these columns; empty cells come last")
    parser.add_argument("--descending", action="store_true", help="sort from the highest to the lowest")
    parser.add_argument("--expand", action="store_true", help="add names to ids: speaker_name, demand_label")
    parser.add_argument("--since", metavar="DAY", help="only what was said (sources: published) on this day or later")
    parser.add_argument("--until", metavar="DAY", help="only what was said (sources: published) by this day")
    parser.add_argument("--as-of", metavar="DAY", help="only what was published by this day, such as 2025-08-20")
    output = "output format (default: table)"
    one_of(parser, "--format", (TABLE, *WRITERS), default=TABLE, help=output)


def add_rows(parser: argparse.ArgumentParser) -> None:
    """Declare the options for how many rows are printed."""
    rows = f"print at most this many rows (default: {FIRST} in a table for the screen, all in other formats)"
    parser.add_argument("-n", "--rows", type=int, metavar="N", help=rows)
    parser.add_argument("--all", action="store_true", help="print all rows; on a terminal, page by page")


def limit(arguments: argparse.Namespace) -> int | None:
    """Return the most rows to print; None for all."""
    if arguments.rows is not None and arguments.rows < 0:
        raise InputError(f"-n is {arguments.rows}; give the number of rows to print, 0 or more.")
    if arguments.all:
        return None
    return FIRST if arguments.rows is None and arguments.format == TABLE else arguments.rows


def _columns(prefix: str, parsed_args: argparse.Namespace, **_: object) -> list[str]:
    """Return how a list of columns can go on."""
    table = package().tables.get(str(parsed_args.table))
    before, comma, _last = prefix.rpartition(",")
    return [f"{before}{comma}{name}" for name in conditions.fields(table)] if table else []


def _conditions(prefix: str, parsed_args: argparse.Namespace, **_: object) -> list[str]:
    """Return how a condition can go on: columns, or the values of one."""
    table = package().tables.get(str(parsed_args.table))
    column, sign, _value = prefix.partition("=")
    if table is None or (sign and column not in table.names):
        return []
    if not sign:
        return [f"{name}=" for name in table.names]
    return [f"{column}={value}" for value in conditions.known(table[column], table)]


def _chosen(option: str, fields: dict[str, Field]) -> list[Field]:
    """Return the columns that an option names."""
    return [fields[choice("column", name.strip(), list(fields))] for name in option.split(",")]


def _cells(rows: Sequence[Row], f: Field) -> list[str]:
    """Return the name of a column and its cells, without control characters."""
    return [f.name, *(terminal.without_controls(written(row[f.name])) for row in rows)]


def _least(cells: Sequence[str], f: Field, table: Table) -> int:
    """Return the least useful width of a column."""
    wanted = max(map(terminal.measure, cells))
    if f.name in table.primary_key:
        roomy = terminal.width() >= terminal.total([LEAST_KEY, LEAST_SENTENCE])  # else the sentence says more
        return min(wanted, LEAST_KEY if roomy else LEAST)
    is_id = f.pattern is not None
    return min(wanted, LEAST_SENTENCE if wanted > SENTENCE and not is_id else LEAST)


def important(table: Table) -> tuple[str, ...]:
    """Return the most important columns after the key."""
    label = expansion.label_column(table)
    return IMPORTANT.get(table.name, (label,) if label else ())


def fitting(
    rows: Sequence[Row], fields: Sequence[Field], table: Table, important: Sequence[str], available: int
) -> list[Field]:
    """Return the columns that fit: no empty ones, first the key, then the most important ones."""
    filled = {f.name: sum(row[f.name] is not None for row in rows) for f in fields}
    there = [f for f in fields if filled[f.name] or not rows]

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
    kinds = [loaders.column_type(f) for f in fields]
    return terminal.table(columns, kinds, least, terminal.width(), colour=terminal.has_colour())


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


def as_json_lines(rows: Sequence[Row], fields: Sequence[Field]) -> str:
    """Return the rows as JSON objects, one a line."""
    return "\n".join(words.json_text({f.name: row[f.name] for f in fields}) for row in rows)


def as_markdown(rows: Sequence[Row], fields: Sequence[Field]) -> str:
    """Return the rows as a table of Markdown, in which a bar inside a cell is escaped."""

    def line(cells: Iterable[str]) -> str:
        return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"

    head = [line(f.name for f in fields), line("---" for _ in fields)]
    return "\n".join([*head, *(line(terminal.without_controls(written(row[f.name])) for f in fields) for row in rows)])


# formats for other programs
WRITERS: dict[str, Callable[[Sequence[Row], Sequence[Field]], str]] = {
    "csv": as_csv,
    "json": as_json,
    "jsonl": as_json_lines,
    "md": as_markdown,
}
TABLE = "table"


def write(
    rows: Sequence[Row], fields: Sequence[Field], table: Table, form: str, below: Iterable[str], *, paged: bool
) -> None:
    """Print rows in one of the formats; for the screen with some lines below them, perhaps page by page."""
    if form != TABLE:
        print(WRITERS[form](rows, fields))
        return
    footer = (line for text in below for line in terminal.paragraph(text, terminal.width()))
    (terminal.page if paged else print)("\n".join([as_table(rows, fields, table), "", *footer]))


def _found(arguments: argparse.Namespace, loaded: pa.Table, listed: Sequence[Field], table: Table) -> list[Row]:
    """Return the rows that match the options, sorted; words are searched in the columns listed."""
    matching = conditions.fitting(loaded, table, conditions.from_texts(arguments.where, table))
    found: list[Row] = matching.to_pylist()
    if arguments.contains:
        found = conditions.contains(found, arguments.contains, [f.name for f in listed])
    if arguments.sort:
        by = _chosen(arguments.sort, conditions.fields(table))
        found = conditions.ordered(found, by, descending=arguments.descending)
    return found


def _below(counts: tuple[int, int, int], table: Table, hidden: Sequence[str]) -> list[str]:
    """Count the rows shown, matching and in the table, and name the columns that are not shown."""
    shown, found, total = counts
    fit = f" of {found} that match," if shown < found < total else ""
    lines = [f"{shown}{fit} of {total} rows of {table.name}; one row is {table.one_row_is}."]
    lines += [SEE_REST] if shown < found else []
    return lines + ([f"not shown: {', '.join(hidden)} (choose with --columns)"] if hidden else [])


def run(arguments: argparse.Namespace) -> int:
    """Print the rows; under a table also their number and what is not shown."""
    from summitry.dataset import loaders

    most = limit(arguments)
    if arguments.descending and not arguments.sort:
        raise InputError("--descending needs columns to sort by. Name them: --sort said_from")
    table = package().table(arguments.table)
    days = {"since": arguments.since, "until": arguments.until, "as_of": arguments.as_of}
    loaded = expansion.expanded(loaders.load(table.name, "pyarrow", **days), table)
    fields = conditions.fields(table)
    listed = [fields[name] for name in (loaded.column_names if arguments.expand else table.names)]
    found = _found(arguments, loaded, listed, table)
    shown = found[:most]
    chosen = _chosen(arguments.columns, fields) if arguments.columns else listed
    if arguments.format == TABLE and not arguments.columns:
        chosen = fitting(shown, chosen, table, important(table), terminal.width())
    hidden = [] if arguments.columns else [f.name for f in listed if f not in chosen]
    below = _below((len(shown), len(found), loaded.num_rows), table, hidden)
    write(shown, chosen, table, arguments.format, below, paged=arguments.all)
    return 0
