"""Structure → cells → keys → rules → spans: everything that is wrong with some tables, as one Report."""

from __future__ import annotations

import os
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import polars as pl

from summitry import ledger, paths, schema
from summitry.checks import Check, Reference, cell_checks, repeated
from summitry.report import Problem, Report, shorten
from summitry.rules import DATASET_RULES
from summitry.rules.model import Dataset, Row
from summitry.rules.rows import ROW_RULES
from summitry.sheets import ROW, Sheet, raw_name, read_csv

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from summitry.rules.model import Finding, RowRule, Rule
    from summitry.schema import Package, Table

LONGEST_MENDED = 500  # characters; no text of a schema is longer, and likeness takes time
Bad = dict[tuple[int, int], dict[str, str | None]]  # (sheet, row) → column → the value that is meant, if clear


def slug(name: str) -> str:
    """Return a name in the form of an id, to compare what was written with what exists."""
    import unicodedata

    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()
    return "-".join("".join(c if c.isalnum() else " " for c in plain).split())


@dataclass
class Tables:
    """The sheets of a validation: those that are judged, over those that are taken as they are.

    Attributes:
        package: the schemas.
        judged: sheets whose every cell is checked; a row with a known key changes the row below it.
        base: sheets below them, already valid.
        texts: finds the text of a source by its `text_path`.
        has_texts: False where no texts are at hand, as in an installed package.
        released: the ids of all releases, as (table, id).
        withdrawn: those that were taken back.
    """

    package: Package
    judged: list[Sheet]
    base: list[Sheet] = field(default_factory=list)
    texts: Callable[[str], Path | None] = lambda _: None
    has_texts: bool = True
    released: frozenset[ledger.Id] = frozenset()
    withdrawn: frozenset[ledger.Id] = frozenset()

    @property
    def sheets(self) -> list[Sheet]:
        """All sheets, the base first, so that a later row wins."""
        return [*self.base, *self.judged]

    def keys(self, table: str, column: str) -> pl.Series:
        """Return all values of a column that a foreign key may name, rows of broken form included."""
        sheets = [s for s in self.sheets if s.table.name == table]
        broken = pl.Series(sorted(k for s in sheets for k in s.broken_keys), dtype=pl.String)
        columns = [s.frame[column] for s in sheets]
        return pl.concat([*columns, broken]).drop_nulls().unique().sort().alias(column)

    @cached_property
    def names(self) -> dict[str, str]:
        """The actors' names and other names as slugs, each with its actor."""
        names: dict[str, str] = {}
        for sheet in self.sheets:
            if sheet.table.name in ("actors", "actor_names"):
                rows = sheet.frame.select("name", "actor_id").drop_nulls().iter_rows()
                names |= {slug(name): actor for name, actor in rows}
        return names


def references(tables: Tables, table: Table) -> dict[str, Reference]:
    """Return what each foreign key of a table may name."""
    found = {}
    for key in table.foreign_keys:
        ids = tables.keys(key.table, key.references[0])
        names = tables.names if key.table == "actors" else {}
        found[key.fields[0]] = Reference(key.table, ids, names)
    return found


def _row_key(table: Table, row: Mapping[str, Any]) -> str | None:
    parts = [row[n] for n in table.primary_key]
    return None if all(p is None for p in parts) else ",".join(shorten(p) for p in parts)


def judge(sheet: Sheet, checks: list[Check], rules: list[RowRule]) -> Iterator[tuple[Problem, int, Check | None]]:
    """Yield the problems of one sheet's cells and rows, one for each mistake.

    A cell that fails one check is not told of the next; a rule over several cells is not told where one of
    them has a problem of its own.
    """
    fails = [*(c.fails for c in checks), *(r.fails.fill_null(value=False) for r in rules)]
    flags = [e.alias(f"fails:{i}") for i, e in enumerate(fails)]
    if not flags:
        return
    flagged = sheet.frame.lazy().with_columns(flags).filter(pl.any_horizontal("^fails:[0-9]+$")).collect()
    for row in flagged.iter_rows(named=True):
        told: set[str] = set()
        for i, check in enumerate(checks):
            if row[f"fails:{i}"] and check.field not in told:
                told.add(check.field)
                yield _cell_problem(sheet, row, check), row[ROW], check
        for i, rule in enumerate(rules, len(checks)):
            if row[f"fails:{i}"] and told.isdisjoint(rule.fields):
                told.update(rule.fields)
                yield _row_problem(sheet, row, rule), row[ROW], None


def _cell_problem(sheet: Sheet, row: Mapping[str, Any], check: Check) -> Problem:
    value = row[raw_name(sheet.table[check.field])]
    given = value or ""
    if check.rule not in ("minLength", "maxLength"):  # these count the characters, the others name them
        given = given[:LONGEST_MENDED]
    draft = Problem(
        sheet.file, check.rule, "error", check.expected, check.mend(given),
        key=_row_key(sheet.table, row), value=None if value is None else shorten(value),
    )  # fmt: skip
    return sheet.problem(row[ROW], check.field, draft)


def _row_problem(sheet: Sheet, row: Mapping[str, Any], rule: RowRule) -> Problem:
    value = row[raw_name(sheet.table[rule.fields[0]])]
    draft = Problem(
        sheet.file, rule.id, rule.severity, rule.expected, rule.mend,
        key=_row_key(sheet.table, row), value=None if value is None else shorten(value),
    )  # fmt: skip
    return sheet.problem(row[ROW], rule.fields[0], draft)


def _judgements(tables: Tables, sheet: Sheet) -> tuple[list[Check], list[RowRule]]:
    """Return what can be asked of a sheet: nothing of columns that it lacks, which its header tells."""
    checks = cell_checks(sheet.table, references(tables, sheet.table))
    sets = [key for key in sheet.table.unique_sets() if key and sheet.absent.isdisjoint(key)]
    rules = [r for r in ROW_RULES if r.table == sheet.table.name and sheet.absent.isdisjoint(r.fields)]
    asked = [c for c in checks if c.field not in sheet.absent]
    return [*asked, *(repeated(sheet.table, key) for key in sets)], rules


def _judge_sheets(tables: Tables, report: Report) -> Bad:
    """Check every cell, key and row rule of the judged sheets."""
    bad: Bad = defaultdict(dict)
    for number, sheet in enumerate(tables.sheets):
        if sheet not in tables.judged:
            continue
        report.add(sheet.problems)
        report.rows[sheet.file] = len(sheet.frame) + sheet.broken
        checks, rules = _judgements(tables, sheet)
        undecodable = {p.line for p in sheet.problems if p.rule == "encoding"}
        problems = []
        for problem, row, check in judge(sheet, checks, rules):
            if problem.rule != "character" or problem.line not in undecodable:
                problems.append(problem)
            meant = check.suggest(problem.value) if check and problem.value else None
            bad[number, row][str(problem.field)] = meant
            if check is None:
                fields = next(r.fields for r in rules if r.id == problem.rule)
                bad[number, row].update({n: None for n in fields if n not in bad[number, row]})
        report.add(problems)
    return bad


def dataset(tables: Tables, bad: Bad) -> Dataset:
    """Lay the sheets over each other: typed rows by key, with doubtful cells replaced by what is meant."""
    found: dict[str, dict[tuple[Any, ...], Row]] = {name: {} for name in tables.package.tables}
    for number, sheet in enumerate(tables.sheets):
        table, here = sheet.table, found[sheet.table.name]
        seen = set()
        for n, *cells in sheet.frame.select(ROW, *table.names).iter_rows():
            row = Row(dict(zip(table.names, cells, strict=True)), table.name, number, n)
            faults = bad.get((number, n), {})
            row.bad = sheet.absent.union(faults)
            row.update({k: v for k, v in faults.items() if v is not None})
            key = tuple(row[k] for k in table.primary_key)
            if None in key:
                key = (number, n)
            if key not in seen:
                here[key] = row
            seen.add(key)
    # a contribution brings its own texts; only the rows below it may have none at hand
    textless = range(0 if tables.has_texts else len(tables.base or tables.sheets))
    return Dataset(found, tables.texts, frozenset(textless), tables.released, tables.withdrawn)


def _tell(tables: Tables, rule: Rule, finding: Finding) -> Problem:
    row, name = finding.row, finding.fields[0]
    severity, mend = finding.severity or rule.severity, finding.mend or rule.mend
    if row.sheet < 0:
        return Problem(row.table, rule.id, severity, finding.expected, mend, table=row.table)
    sheet = tables.sheets[row.sheet]
    value = None if row[name] is None else shorten(row[name])
    draft = Problem(sheet.file, rule.id, severity, finding.expected, mend, key=_row_key(sheet.table, row), value=value)
    return sheet.problem(row.number, name, draft)


def _findings(tables: Tables, data: Dataset, bad: Bad) -> Iterator[Problem]:
    unclear = {
        (tables.sheets[sheet].table.name, name)
        for (sheet, _), faults in bad.items()
        for name, meant in faults.items()
        if meant is None
    }
    incomplete = {s.table.name for s in tables.judged if s.broken or any(p.rule == "header" for p in s.problems)}
    for rule in DATASET_RULES:
        if rule.find is None or any(r in unclear or r[0] in incomplete for r in rule.relies_on):
            continue
        for finding in rule.find(data):
            mild = (finding.severity or rule.severity) == "warning"
            known = finding.row.sheet < len(tables.base) and mild and tables.base
            if finding.row.bad.isdisjoint(finding.fields) and not known:
                yield _tell(tables, rule, finding)


def validate_tables(tables: Tables) -> Report:
    """Check sheets from structure to spans.

    Args:
        tables: what to judge, and over what.

    Returns:
        Every problem, in the order of files and lines.
    """
    report = Report(records={s.file: s.record for s in tables.sheets})
    bad = _judge_sheets(tables, report)
    report.add(_findings(tables, dataset(tables, bad), bad))
    if not tables.has_texts:
        report.skipped.append("spans in texts: the texts of sources are not in this installation, only in a checkout")
    return report


def text_finder(*folders: Path) -> Callable[[str], Path | None]:
    """Return a function that finds a text in the `seeds/` of the first folder that has it, and nowhere else."""

    def find(text_path: str) -> Path | None:
        for folder in folders:
            try:
                home, path = folder.resolve() / "seeds", (folder / text_path).resolve()
                if path.is_relative_to(home) and path.is_file() and os.access(path, os.R_OK):
                    return path
            except (OSError, ValueError, RuntimeError):  # too long, a NUL, links in a circle
                continue
        return None

    return find


def shipped_sheets(base: Path, package: Package, label: str = "data") -> list[Sheet]:
    """Read the tables of a dataset folder; a table without a file is left out."""
    files = [(t, paths.table_file(t.name, "csv", base)) for t in package.tables.values()]
    return [read_csv(path, table, f"{label}/{table.name}.csv") for table, path in files if path.is_file()]


def validate_dataset(base: Path | None = None) -> Report:
    """Check the dataset of this installation, or of the checkout at `base`."""
    home = base or paths.root()
    package = schema.read_package(paths.schemas(home))
    sheets = shipped_sheets(home, package)
    tables = Tables(
        package, sheets, texts=text_finder(home), has_texts=(home / "seeds").is_dir(),
        released=ledger.released_ids(home), withdrawn=ledger.withdrawn_ids(home),
    )  # fmt: skip
    report = validate_tables(tables)
    given = {s.table.name for s in sheets}
    report.add(
        Problem(f"data/{name}.csv", "file", "error", "a file for each table", "Restore the file.", table=name)
        for name in package.tables
        if name not in given
    )
    return report


def only(report: Report, rules: Iterable[str] = (), ignore: Iterable[str] = ()) -> Report:
    """Return the report with the problems of some rules only, or without those of some."""
    chosen, left_out = set(rules), set(ignore)
    kept = [p for p in report.problems if (not chosen or p.rule in chosen) and p.rule not in left_out]
    return Report(kept, report.rows, report.skipped, report.records)
