"""`summitry describe`: the codebook at the prompt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from summitry import schema
from summitry.cli import terminal
from summitry.cli.options import completed_by
from summitry.dataset.storage import written

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from summitry.schema import Category, DecisionRule, Field, Package, Table

INDENT = "    "


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    name = parser.add_argument("name", nargs="?", metavar="TABLE[.FIELD]", help="a table, or one of its columns")
    completed_by(name, _names)
    parser.epilog = "Without a name: the tables. `summitry describe statements.act` prints the rules for coding an act."


def _names(prefix: str, **_: object) -> list[str]:
    """Return the tables, or after a dot the columns of one."""
    tables = schema.package().tables
    name, dot, _column = prefix.partition(".")
    if not dot:
        return list(tables)
    return [f"{name}.{column}" for column in tables[name].names] if name in tables else []


def _hanging(head: str, text: str, width: int) -> Iterator[str]:
    """Yield a paragraph whose first line begins with a head, and whose others begin below the text."""
    first, *others = terminal.paragraph(text, width - len(head))
    yield f"{head}{first}"
    yield from (" " * len(head) + line for line in others)


def _tables(package: Package, counts: dict[str, int], width: int) -> Iterator[str]:
    yield from terminal.paragraph(f"{package.title}, version {package.version}", width)
    yield ""
    longest = max(map(len, package.tables))
    digits = max(len(str(n)) for n in counts.values())
    for table in package.tables.values():
        yield from _hanging(f"{table.name:<{longest}}  {counts[table.name]:>{digits}} rows  ", table.one_row_is, width)
    yield ""
    yield "a table's columns:    summitry describe TABLE"
    yield "how to code a column: summitry describe TABLE.FIELD"


def _kind(table: Table, f: Field) -> str:
    """Return the type and constraints of a column in one line."""
    return "; ".join(["enumeration" if f.enum else f.type, *table.constraints(f)])


def _column(table: Table, f: Field, width: int) -> Iterator[str]:
    yield from terminal.paragraph(f"{f.name}  ({_kind(table, f)})", width)
    yield from terminal.paragraph(f.description, width, INDENT)
    yield from terminal.paragraph(f"example: {written(f.example)}", width, INDENT)


def _table(table: Table, width: int) -> Iterator[str]:
    yield from terminal.paragraph(f"{table.name}: {table.description}", width)
    for f in table.fields:
        yield ""
        yield from _column(table, f, width)
        if f.enum:
            yield from terminal.paragraph(f"values: {', '.join(f.enum)}", width, INDENT)
            yield f"{INDENT}more: summitry describe {table.name}.{f.name}"


def _values(categories: tuple[Category, ...], width: int) -> Iterator[str]:
    longest = max(len(c.value) for c in categories)
    for c in categories:
        yield from _hanging(f"{INDENT}{c.value:<{longest}}  ", c.description, width)


def _rules(rules: tuple[DecisionRule, ...], width: int) -> Iterator[str]:
    inner = INDENT + "   "
    for number, rule in enumerate(rules, 1):
        yield ""
        yield from _hanging(f"{number:>{len(INDENT) + 1}}. ", f"{rule.question} → {rule.code}", width)
        for example in rule.examples:
            yield from terminal.paragraph(f"example: {example}", width, inner)
        yield from terminal.paragraph(f"near miss: {rule.near_miss}", width, inner)


def _field(table: Table, f: Field, width: int) -> Iterator[str]:
    yield from terminal.paragraph(f"{table.name}.{f.name}  ({_kind(table, f)})", width)
    yield from terminal.paragraph(f.description, width, INDENT)
    if not f.categories:
        yield from terminal.paragraph(f"example: {written(f.example)}", width, INDENT)
        return
    yield ""
    yield "values"
    yield from _values(f.categories, width)
    if f.decision_rules:
        yield ""
        yield "how to decide: ask in this order; the first yes decides"
        yield from _rules(f.decision_rules, width)


def run(arguments: argparse.Namespace) -> int:
    """Print the tables, the columns of a table, or the values of a column."""
    from summitry.dataset import describe

    package, width = schema.package(), terminal.width()
    name, _, column = (arguments.name or "").partition(".")
    if not name:
        lines = _tables(package, describe.row_counts(), width)
    elif column:
        table = package.table(name)
        lines = _field(table, table[column], width)
    else:
        lines = _table(package.table(name), width)
    print("\n".join(lines))
    return 0
