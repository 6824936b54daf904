"""Structure → cells → keys → rules → spans: everything that is wrong with some tables, as one Report."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import polars as pl

from summitry import ledger, paths, schema
from summitry.checks import Check, Reference, cell_checks, repeated
from summitry.csvsheets import read_csv
from summitry.judgement import flagged, row_key, told
from summitry.report import Problem, Report, shorten
from summitry.rules import DATASET_RULES
from summitry.rules.model import Dataset, Row
from summitry.rules.rows import row_rules
from summitry.sheets import ROW, Sheet

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from summitry.largefiles import LargeFile
    from summitry.rules.model import Finding, RowRule, Rule
    from summitry.schema import Package, Table

F = TypeVar("F", "Sheet", "LargeFile")
AT_ONCE = 3  # files that are read or judged; they wait for each other
ACTOR_NAMES = ("actors", "actor_names")  # tables of names that may be written in place of an actor's id
Faults = dict[int, dict[str, str | None]]  # row → column → the value that is meant, if clear


def slug(name: str) -> str:
    """Return a name in the form of an id, to compare what was written with what exists."""
    if not name.isascii():
        name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return "-".join(re.findall("[a-z0-9]+", name.lower()))


@dataclass
class Tables:
    """The sheets of a validation: those that are judged, over those that are taken as they are.

    Attributes:
        package: the schemas.
        judged: sheets whose every cell is checked; a row with a known key changes the row below it.
        large: files that are too large to hold, likewise.
        base: sheets below them, already valid.
        texts: finds the text of a source by its `text_path`.
        has_texts: False where no texts are at hand, as in an installed package.
        released: the ids of all releases, as (table, id).
        withdrawn: those that were taken back.
        quick: whether to leave out the rules that compare rows.
    """

    package: Package
    judged: list[Sheet]
    base: list[Sheet] = field(default_factory=list)
    large: list[LargeFile] = field(default_factory=list)
    texts: Callable[[str], Path | None] = lambda _: None
    has_texts: bool = True
    released: frozenset[ledger.Id] = frozenset()
    withdrawn: frozenset[ledger.Id] = frozenset()
    quick: bool = False
    _keys: dict[tuple[str, str], pl.Series] = field(default_factory=dict, init=False, repr=False)

    @property
    def sheets(self) -> list[Sheet]:
        """All sheets, the base first, so that a later row wins."""
        return [*self.base, *self.judged]

    def keys(self, table: str, column: str) -> pl.Series:
        """Return all values of a column that a foreign key may name, rows of broken form included."""
        if (table, column) not in self._keys:
            self._keys[table, column] = self._find_keys(table, column)
        return self._keys[table, column]

    def _find_keys(self, table: str, column: str) -> pl.Series:
        sheets = [s for s in self.sheets if s.table.name == table]
        broken = pl.Series(sorted(k for s in sheets for k in s.broken_keys), dtype=pl.String)
        columns = [s.frame[column] for s in sheets]
        return pl.concat([*columns, broken]).drop_nulls().alias(column)

    @cached_property
    def names(self) -> dict[str, str]:
        """The actors' names and other names as slugs, each with its actor."""
        names: dict[str, str] = {}
        for sheet in self.sheets:
            if sheet.table.name in ACTOR_NAMES:
                rows = sheet.frame.select("name", "actor_id").drop_nulls().iter_rows()
                names |= {slug(name): actor for name, actor in rows}
        return names


def references(tables: Tables, table: Table) -> dict[str, Reference]:
    """Return what each foreign key of a table may name; keys of large files are not among it."""
    large = {file.table.name for file in tables.large}
    found = {}
    for key in table.foreign_keys:
        if key.table not in large:
            ids = tables.keys(key.table, key.references[0])
            found[key.fields[0]] = Reference(key.table, ids, (lambda: tables.names) if key.table == "actors" else dict)
    return found


def _asked(table: Table, absent: frozenset[str]) -> tuple[list[tuple[str, ...]], list[RowRule]]:
    """Return the keys and row rules of a table that can be asked of a file: nothing of columns that it lacks."""
    keys = [key for key in table.unique_sets() if key and absent.isdisjoint(key)]
    return keys, row_rules(table.name, set(table.names) - absent)


def _cell_checks(table: Table, absent: frozenset[str], references: Mapping[str, Reference]) -> list[Check]:
    return [c for c in cell_checks(table, references) if c.field not in absent]


def _judge_sheets(tables: Tables, report: Report) -> dict[int, Faults]:
    """Check every cell, key and row rule of the judged sheets; return by sheet the cells with faults."""
    bad: dict[int, Faults] = defaultdict(lambda: defaultdict(dict))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        begun = []
        for number, sheet in enumerate(tables.judged, len(tables.base)):
            asked = _asked_of(tables, sheet)
            begun.append((number, sheet, asked, pool.submit(flagged, sheet, asked)))
        for number, sheet, asked, found in begun:
            report.rows[sheet.file] = len(sheet.frame) + sheet.broken
            report.add([*sheet.problems, *_told(sheet, asked, found.result(), bad[number])])
    return bad


def _asked_of(tables: Tables, sheet: Sheet) -> list[Check | RowRule]:
    """Return what a sheet is asked: checks of cells and keys, then rules of rows."""
    keys, rules = _asked(sheet.table, sheet.absent)
    checks = _cell_checks(sheet.table, sheet.absent, references(tables, sheet.table))
    return [*checks, *(repeated(sheet.table, key) for key in keys), *rules]


def _told(sheet: Sheet, asked: Sequence[Check | RowRule], rows: pl.DataFrame, bad: Faults) -> Iterator[Problem]:
    """Yield the problems of a sheet, and note the cells that have them."""
    for problem, row, broken in told(sheet, asked, rows):
        if not sheet.tells(problem):
            yield problem
        if isinstance(broken, Check):
            bad[row][broken.field] = broken.suggest(problem.value) if problem.value else None
        else:
            bad[row].update(dict.fromkeys(broken.fields))


def _judge_large(tables: Tables, report: Report) -> None:
    """Check every cell, key and row rule of the large files, and the foreign keys that name rows of theirs."""
    from summitry.largefiles import dangling, sorted_hashes
    from summitry.sieve import Sieve

    large = {file.table.name for file in tables.large}
    for file in tables.large:
        absent = file.absent
        keys, rules = _asked(file.table, absent)
        known = references(tables, file.table)
        named = [n for k in file.table.foreign_keys for n in k.fields if k.table in large and n not in absent]
        sieve = Sieve(file.table, known, rules, frozenset(file.table.names) - absent)
        report.add(file.judge(sieve, _cell_checks(file.table, absent, known), keys, named))
        report.rows[file.file] = file.rows
    for target in {file.table.name: file.table for file in tables.large}.values():
        far = [(name, file) for name, file in _naming(target, tables.large) if file.names(name)]
        near = list(_naming(target, tables.judged))
        if far or near:
            key = target.primary_key[0]
            files = [file for file in tables.large if file.table.name == target.name]
            hashes = sorted_hashes(files, key, tables.keys(target.name, key))
            report.add(p for name, file in far for p in file.dangling(name, hashes))
            report.add(p for name, sheet in near for p in dangling(sheet, name, hashes))


def _naming(target: Table, files: Iterable[F]) -> Iterator[tuple[str, F]]:
    """Yield the columns of files that name rows of a table."""
    for file in files:
        keys = [k for k in file.table.foreign_keys if k.table == target.name]
        yield from ((k.fields[0], file) for k in keys if k.fields[0] not in file.absent)


def dataset(tables: Tables, bad: Mapping[int, Faults]) -> Dataset:
    """Lay the sheets over each other: typed rows by key, with doubtful cells replaced by what is meant."""
    found: dict[str, dict[tuple[Any, ...], Row]] = {name: {} for name in tables.package.tables}
    for number, sheet in enumerate(tables.sheets):
        found[sheet.table.name].update(_rows(sheet, number, bad.get(number, {})))
    # a contribution brings its own texts; only the rows below it may have none at hand
    textless = range(0 if tables.has_texts else len(tables.base or tables.sheets))
    return Dataset(found, tables.texts, frozenset(textless), tables.released, tables.withdrawn)


def _rows(sheet: Sheet, number: int, bad: Faults) -> dict[tuple[Any, ...], Row]:
    """Return the rows of a sheet by key, the first of those that have the same."""
    table, names, found = sheet.table, sheet.table.names, dict[tuple[Any, ...], Row]()
    for cells in sheet.frame.select(*names, ROW).rows():
        n = cells[-1]
        row = Row(zip(names, cells, strict=False), table.name, number, n)
        row.bad = sheet.absent
        if faults := bad.get(n):
            row.bad = sheet.absent.union(faults)
            row.update({k: v for k, v in faults.items() if v is not None})
        key = tuple([row[k] for k in table.primary_key])  # a list is quicker than a generator, and this is often done
        found.setdefault((number, n) if None in key else key, row)
    return found


def _tell(tables: Tables, rule: Rule, finding: Finding) -> Problem:
    row, name = finding.row, finding.fields[0]
    severity, mend = finding.severity or rule.severity, finding.mend or rule.mend
    if row.sheet < 0:
        return Problem(row.table, rule.id, severity, finding.expected, mend, table=row.table)
    sheet = tables.sheets[row.sheet]
    value = None if row[name] is None else shorten(row[name])
    draft = Problem(sheet.file, rule.id, severity, finding.expected, mend, key=row_key(sheet.table, row), value=value)
    return sheet.problem(row.number, name, draft)


def _findings(tables: Tables, data: Dataset, bad: Mapping[int, Faults]) -> Iterator[Problem]:
    unclear = {
        (tables.sheets[sheet].table.name, name)
        for sheet, rows in bad.items()
        for faults in rows.values()
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
    if tables.large:
        _judge_large(tables, report)
    if tables.quick or tables.large:
        why = "as asked" if tables.quick else f"{tables.large[0].file} is too large to hold"
        report.skipped.append(f"rules that compare rows and texts: {why}")
        return report
    report.add(_findings(tables, dataset(tables, bad), bad))
    if not tables.has_texts:
        report.skipped.append("spans in texts: the texts of sources are not in this installation, only in a checkout")
    return report


def shipped_sheets(
    base: Path, package: Package, label: str = "data", names: Collection[str] | None = None
) -> list[Sheet]:
    """Read the tables of a dataset folder, or some of them; a table without a file is left out."""
    files = [
        (table, paths.table_file(name, "csv", base))
        for name, table in package.tables.items()
        if names is None or name in names
    ]
    there = [(path, table, f"{label}/{table.name}.csv") for table, path in files if path.is_file()]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(lambda given: read_csv(*given), there))


def validate_dataset(base: Path | None = None, *, quick: bool = False) -> Report:
    """Check the dataset of this installation, or of the checkout at `base`.

    Args:
        base: the checkout.
        quick: whether to leave out the rules that compare rows.
    """
    home = base or paths.root()
    package = schema.read_package(paths.schemas(home))
    sheets = shipped_sheets(home, package)
    tables = Tables(
        package, sheets, texts=paths.text_finder(home), has_texts=(home / "seeds").is_dir(),
        released=ledger.released_ids(home), withdrawn=ledger.withdrawn_ids(home),
        quick=quick,
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
    if not chosen and not left_out:
        return report
    return report.having(p for p in report.problems if (not chosen or p.rule in chosen) and p.rule not in left_out)
