"""Structure → cells → keys → rules → spans: everything that is wrong with some tables, as one Report."""

from __future__ import annotations

import re
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain
from operator import itemgetter
from typing import TYPE_CHECKING, TypeVar

import polars as pl

from summitry import paths, schema
from summitry.dataset import transaction
from summitry.dataset.names import NAMES
from summitry.dataset.releases import AGAIN, Id, fault_of_ids, ids_file, last_archive, withdrawn_ids
from summitry.dataset.texts import Texts
from summitry.validation import shipped_files
from summitry.validation.catalogue import rule
from summitry.validation.changes import News, changes
from summitry.validation.checks import (
    BLANK_LINE,
    FOREIGN_KEY,
    PRIMARY_KEY,
    Reference,
    key_checks,
    names_of_one,
    slug,
    table_checks,
    unclear_key,
)
from summitry.validation.evaluate import executor, listed_problems, local, row_key
from summitry.validation.limits import AT_ONCE, LIMITS, Limits
from summitry.validation.report import Problem, Problems, Report, shorten
from summitry.validation.rules import DATASET_RULES
from summitry.validation.rules.model import FAULTY, FILE, Check, Dataset, rows_of
from summitry.validation.table_file import ROW, TableFile, as_read, completed, no_rows, raw_name
from summitry.words import listed, nearest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    import pyarrow as pa

    from summitry.schema import Package, Table
    from summitry.validation.catalogue import Rule
    from summitry.validation.evaluate import Engine, Executor
    from summitry.validation.large import LargeFile
    from summitry.validation.rules.model import Finding, Row

F = TypeVar("F", "TableFile", "LargeFile")
MOST_REASONS = 3  # cells that are named as the reason of one problem
_ESCAPED = re.compile(r"\\[ux][0-9a-f]+")  # a character that nobody sees, as a problem shows it
WITHDRAWN = "withdrawn"  # the table of ids that are no longer in theirs
Cells = dict[int, dict[str, str | None]]  # row → column → the value that is meant, if clear


@dataclass
class Tables:
    """The table files of a validation: those to check, and those that ship.

    Attributes:
        package: the schemas.
        checked: table files whose every cell is checked; a row with a known key replaces the row that ships.
        shipped: valid table files that the others are added to.
        large: files to check that are too large for cross-row checks.
        unread: the tables of files that cannot be read; what seems to name no row of theirs may name one there.
        texts: reads the text of a source by its `text_path`.
        has_texts: False where the texts are missing, as in an installed package.
        released: the ids of all releases, as the columns table_name and id.
        withdrawn: those that were withdrawn, as (table, id).
        changed: the tables that a contribution changes; a rule that rows of others break is left out. None for all.
        quick: whether to skip the rules that compare rows.
        execute: evaluates the checks of cells, keys and single rows.
        limits: how many problems are listed, among others.
    """

    package: Package
    checked: list[TableFile]
    shipped: list[TableFile] = field(default_factory=list)
    large: list[LargeFile] = field(default_factory=list)
    unread: frozenset[str] = frozenset()
    texts: Texts = field(default_factory=lambda: Texts(()))
    has_texts: bool = True
    released: pl.DataFrame | None = None
    withdrawn: frozenset[Id] = frozenset()
    changed: Collection[str] | None = None
    quick: bool = False
    execute: Executor = local
    limits: Limits = LIMITS
    _references: dict[tuple[str, str], Reference] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        """Fill the optional columns that a file lacks, from the files below it."""
        whole: list[TableFile] = []
        for table_file in self.checked:
            below = [s for s in [*self.shipped, *whole] if s.table.name == table_file.table.name]
            whole.append(completed(table_file, below))
        self.checked = whole

    @property
    def table_files(self) -> list[TableFile]:
        """All table files, those that ship first, so that a later row wins."""
        return [*self.shipped, *self.checked]

    def reference(self, table: str, column: str) -> Reference:
        """Return all values of a column that a foreign key may name, those of broken records included."""
        if (table, column) not in self._references:
            keys = self._find_keys(table, column)
            of = self.package.tables.get(table)  # a package may lack it
            pattern = of[column].pattern if of else None
            self._references[table, column] = Reference(table, keys, partial(self.other_names, table), pattern or ".*")
        return self._references[table, column]

    def _find_keys(self, table: str, column: str) -> pl.Series:
        table_files = [s for s in self.table_files if s.table.name == table]
        broken = pl.Series(sorted(k for s in table_files for k in s.broken_keys), dtype=pl.String)
        columns = [s.frame[column] for s in table_files]
        return pl.concat([*columns, broken]).drop_nulls().alias(column)

    def other_names(self, table: str) -> dict[str, str]:
        """Return what may be written in place of an id of a table: names, as slugs, and ids that were withdrawn."""
        named = [
            file.frame.select(name, id_).drop_nulls().rows()
            for of, id_, name in NAMES.get(table, ())
            for file in self.table_files
            if file.table.name == of
        ]
        names = names_of_one(chain(*named))
        for file in (file for file in self.table_files if file.table.name == WITHDRAWN):
            rows = file.frame.filter(pl.col("table_name") == table).select("id", "replaced_by").drop_nulls()
            names |= dict(rows.iter_rows())
        return names


def references(tables: Tables, table: Table, unclear: Collection[str] = ()) -> dict[str, Reference]:
    """Return what each foreign key of a table may name; keys of large files and of unclear tables are not among it."""
    left_out = {file.table.name for file in tables.large}.union(unclear)
    keys = [key for key in table.foreign_keys if key.table not in left_out]
    return {key.fields[0]: tables.reference(key.table, key.references[0]) for key in keys}


def _checks(tables: Tables, table_file: TableFile) -> list[Check]:
    """Return every check of a table file: of cells, keys and rows, nothing of columns that it should have."""
    table, columns = table_file.table, set(table_file.table.names) - table_file.unchecked
    return [*table_checks(table, references(tables, table), columns), *key_checks(table, columns)]


@dataclass
class Faults:
    """The cells that have a problem, so that nothing can be concluded from them.

    Attributes:
        cells: by the number of the table file, row and column, the value that is meant; None if that is unclear.
        repeated: the rows whose key an earlier row has, by the number of the table file and their own.
        keys: by table, the keys that have a problem: what seems to name no row may name one of these.
        unread: tables of which a file is not read, or has no keys, so that any row may be in it.
    """

    cells: dict[int, Cells] = field(default_factory=lambda: defaultdict(lambda: defaultdict(dict)))
    repeated: set[tuple[int, int]] = field(default_factory=set)
    keys: dict[str, list[str | None]] = field(default_factory=lambda: defaultdict(list))
    unread: frozenset[str] = frozenset()

    def unclear(self, table_files: Sequence[TableFile]) -> set[tuple[str, str]]:
        """Return the columns, each with its table, in which a cell has a problem and it is unclear what is meant."""
        return {
            (table_files[number].table.name, name)
            for number, rows in self.cells.items()
            for cells in rows.values()
            for name, meant in cells.items()
            if meant is None
        }


def _check_table_files(tables: Tables, report: Report) -> Faults:
    """Check every cell, key and row; return the cells that have a problem."""
    files: list[TableFile | LargeFile] = [*tables.checked, *tables.large]
    keyless = (file.table.name for file in files if not file.absent.isdisjoint(file.table.primary_key))
    faults = Faults(unread=tables.unread.union(keyless))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        started = []
        for number, table_file in enumerate(tables.checked, len(tables.shipped)):
            checks = _checks(tables, table_file)
            started.append((number, table_file, checks, pool.submit(tables.execute, table_file.frame, checks)))
        found = [(number, file, checks, failing.result()) for number, file, checks, failing in started]
    for number, table_file, checks, failing in found:
        report.rows[table_file.file] = len(table_file.frame) + table_file.broken
        report.add(table_file.problems)
        report.problems.add_counts(table_file.unlisted)
        listed = listed_problems(table_file, checks, failing, report.problems)
        report.add(_problems(table_file, listed, faults, number))
    report.add(_repeated_elsewhere(tables, faults))
    return faults


def _repeated_elsewhere(tables: Tables, faults: Faults) -> Iterator[Problem]:
    """Yield the rows of which a file that is given before has the key: they would replace each other without a word."""
    for at, file in enumerate(tables.checked):
        key = list(file.table.primary_key)
        for before in tables.checked[:at]:
            if before.table.name != file.table.name:
                continue
            firsts = before.frame.select(*key, first=ROW).unique(key, keep="first", maintain_order=True)
            for row in file.frame.join(firsts, on=key, maintain_order="left").iter_rows(named=True):
                faults.repeated.add((len(tables.shipped) + at, row[ROW]))
                value = shorten(row[raw_name(file.table[key[0]])])
                draft = Problem(file.file, PRIMARY_KEY, "error", "", key=row_key(file.table, row), value=value)
                place = before.problem(row["first"], key[0], draft).place
                expected = f"a key ({', '.join(key)}) that no other file has; it is also in {place}"
                fix = "Keep one of the two rows; give the other another key if it is not the same."
                yield file.problem(row[ROW], key[0], replace(draft, expected=expected, fix=fix))


def _problems(
    table_file: TableFile, found: Iterable[tuple[Problem, int, Check]], faults: Faults, number: int
) -> Iterator[Problem]:
    """Yield the problems of a table file, and note the cells that have them."""
    cells = faults.cells[number]
    for problem, row, check in found:
        key = table_file.table.reference(check.fields[0]) if check.id == FOREIGN_KEY else None
        waits = key is not None and key.table in faults.unread
        faults.keys[table_file.table.name] += unclear_key(table_file.table, problem, check)
        if not waits and not table_file.already_reported(problem):
            yield problem
        if not check.of_length:
            meant = check.suggest(problem.value) if problem.value and not waits else None
            cells[row].update(dict.fromkeys(check.fields, meant))
        if check.id == PRIMARY_KEY:
            faults.repeated.add((number, row))


def _check_large(tables: Tables, report: Report, faults: Faults) -> None:
    """Check every cell, key and row of the large files, and the foreign keys that name rows of theirs."""
    from summitry.validation.large import dangling, sorted_hashes

    large = {file.table.name for file in tables.large}
    for file in tables.large:
        known = references(tables, file.table, faults.unread)
        checks = table_checks(file.table, known, set(file.table.names) - file.unchecked)
        below = [s for s in tables.shipped if s.table.name == file.table.name]
        report.add(file.validate(checks, known, large, below, tables.execute, report.problems))
        report.problems.add_counts(file.unlisted)
        report.rows[file.file] = file.rows
        faults.keys[file.table.name] += file.unclear
    for target in {f.table.name: f.table for f in tables.large if f.table.name not in faults.unread}.values():
        far = [(name, file) for name, file in _naming(target, tables.large) if file.has_values(name)]
        near = list(_naming(target, tables.checked))
        if far or near:
            key = target.primary_key[0]
            files = [file for file in tables.large if file.table.name == target.name]
            hashes = sorted_hashes(files, key, tables.reference(target.name, key).keys)
            report.add(p for name, file in far for p in file.dangling(name, hashes))
            report.add(p for name, table_file in near for p in dangling(table_file, name, hashes))


def _leave_out_waiting(report: Report, package: Package, faults: Faults) -> None:
    """Leave out foreign keys that may name a row whose key has a problem, and say so.

    All may, where they have no more values than there are such rows; else only what is near to such a key may.
    """
    lost: dict[str, list[Problem]] = defaultdict(list)
    for p in report.problems:
        if p.rule == FOREIGN_KEY and (key := package.table(str(p.table)).reference(str(p.field))):
            lost[key.table].append(p)
    waiting: set[Problem] = set()
    for of, keys in faults.keys.items():
        values, written = {p.value or "" for p in lost[of]}, [slug(_ESCAPED.sub("", key)) for key in keys if key]
        near = {value for value in values if nearest(slug(value), written, whole=True)}
        may_be = near if len(values) > len(keys) else values
        waiting |= {p for p in lost[of] if (p.value or "") in may_be}
        if may_be:
            why = f"a key of {of} has a problem, and may be the one that is meant"
            report.skipped.append(f"foreign keys to {of} with {listed(sorted(may_be))}: {why}")
    kept = (p for p in report.problems if p not in waiting)
    report.problems = report.having(kept, report.problems.unlisted.items()).problems


def _naming(target: Table, files: Iterable[F]) -> Iterator[tuple[str, F]]:
    """Yield the columns of files that name rows of a table."""
    for file in files:
        keys = [k for k in file.table.foreign_keys if k.table == target.name]
        yield from ((k.fields[0], file) for k in keys if k.fields[0] not in file.absent)


def dataset(tables: Tables, faults: Faults) -> Dataset:
    """Return the rows of all table files; a faulty cell has the value that is meant, or none."""
    shipped, found = len(tables.shipped), dict[str, pl.DataFrame]()
    # a contribution brings its own texts; only those of the rows that ship may be missing
    textless = range(0 if tables.has_texts else shipped or len(tables.table_files))
    data = Dataset(tables.package, found, tables.texts, frozenset(textless), tables.released, tables.withdrawn, shipped)
    for number, file in enumerate(tables.table_files):
        rows, table = _latest(_rows(file, number, faults), file.table), file.table
        known = found.get(table.name, rows.clear())
        if shipped and number >= shipped:
            _compare(data, known, rows, table)
        found[table.name] = rows if known.is_empty() else _latest(pl.concat([known, rows]), table)
    for name, table in tables.package.tables.items():
        if name not in found:
            found[name] = _rows(TableFile(table, name, no_rows(table)), -1, faults)
    return data


def _rows(file: TableFile, number: int, faults: Faults) -> pl.DataFrame:
    """Return the rows of a table file as a dataset has them, of those with equal keys the first."""
    unchecked, cells = sorted(file.unchecked), faults.cells.get(number, {})
    marks = pl.lit(unchecked or None, pl.List(pl.String)).alias(FAULTY)
    frame = file.frame.select(*file.table.names, pl.lit(number, pl.Int32).alias(FILE), ROW, marks)
    at, repeated = pl.col(ROW), [row for of, row in faults.repeated if of == number]
    if repeated:
        frame = frame.filter(at.is_in(repeated).not_())
    if not cells:
        return frame
    meant: dict[str, dict[int, str | None]] = defaultdict(dict)
    for row, values in cells.items():
        for name, value in values.items():
            meant[name][row] = value
    corrected = (
        at.replace_strict(values, default=pl.col(name), return_dtype=frame.schema[name]).alias(name)
        for name, values in meant.items()
    )
    faulty = pl.DataFrame(
        {ROW: list(cells), FAULTY: [[*unchecked, *values] for values in cells.values()]},
        {ROW: frame.schema[ROW], FAULTY: pl.List(pl.String)},
    )
    return frame.with_columns(corrected).update(faulty, on=ROW)


def _latest(rows: pl.DataFrame, table: Table) -> pl.DataFrame:
    """Return rows, of those with equal keys the last, in the place of the first."""
    key, at = pl.struct(table.primary_key), pl.col("at")
    has_key = pl.all_horizontal(pl.col(table.primary_key).is_not_null())
    if not rows.select((has_key & key.is_duplicated()).any()).item():
        return rows
    first = pl.when(has_key).then(at.min().over(table.primary_key)).otherwise(at)
    latest = rows.with_row_index("at").with_columns(first).filter(has_key.not_() | key.is_last_distinct())
    return latest.sort("at").drop("at")


def _compare(data: Dataset, known: pl.DataFrame, given: pl.DataFrame, table: Table) -> None:
    """Note which rows of a contribution are new, and which replace others."""
    key = itemgetter(*table.primary_key)
    before = {key(row): row for row in rows_of(known.join(given, on=table.primary_key, how="semi"), table.name)}
    for row in rows_of(given, table.name):
        if key(row) in before:
            data.replaced.append((before[key(row)], row))
        else:
            data.added.append(row)


def _problem(tables: Tables, broken: Rule, finding: Finding) -> Problem:
    """Return the problem of a row that breaks a rule, at the first of the columns that are wrong together."""
    row, name = finding.row, finding.fields[0]
    severity, fix = finding.severity or broken.severity, finding.fix or broken.fix
    if row.table_file < 0:
        return Problem(row.table, broken.id, severity, finding.expected, fix, table=row.table)
    table_file = tables.table_files[row.table_file]
    value = None if row[name] is None else shorten(row[name])
    draft = Problem(
        table_file.file, broken.id, severity, finding.expected, fix, key=row_key(table_file.table, row), value=value
    )
    return table_file.problem(row.number, name, draft)


def _lacks_columns(table_file: TableFile) -> bool:
    """Say whether a header is wrong, or the file has no column because it cannot be read."""
    required = table_file.table.required_names
    return any(p.rule == "header" for p in table_file.problems) or not table_file.absent.isdisjoint(required)


def _findings(tables: Tables, data: Dataset, faults: Faults) -> Iterator[Problem]:
    """Yield what the rules over the whole dataset find, except where it rests on a cell that has a problem."""
    unclear = faults.unclear(tables.table_files)
    news = News(data)
    incomplete = tables.unread.union(s.table.name for s in tables.checked if s.broken or _lacks_columns(s))
    for check in DATASET_RULES:
        if tables.changed is not None and not check.concerns(tables.changed):
            continue
        if not check.reads <= data.tables.keys():  # of a package that lacks a table
            continue
        if any(r in unclear or r[0] in incomplete for r in check.relies_on):
            continue
        for finding in check.find(data):
            problem = _problem(tables, rule(check.id), finding)
            file, ships = tables.table_files[finding.row.table_file], finding.row.table_file < len(tables.shipped)
            if ships and problem.severity == "warning":
                continue
            if finding.row.faulty.isdisjoint(finding.fields) and not file.already_reported(problem):
                yield _with_reason(tables, problem, news.behind(finding.row, check.reads)) if ships else problem


def _with_reason(tables: Tables, problem: Problem, news: Sequence[tuple[Row, str]]) -> Problem:
    """Return the problem of a row that ships with the cells of the contribution that may be its reason."""
    if not news:
        return problem
    shown = [
        (tables.table_files[row.table_file].problem(row.number, name, problem), name)
        for row, name in news[:MOST_REASONS]
    ]
    places = ", ".join(f"{draft.place} ({name})" for draft, name in shown)
    more = f" and {len(news) - MOST_REASONS} more" if len(news) > MOST_REASONS else ""
    return replace(problem, fix=f"The reason may be what is new in {places}{more}. {problem.fix}")


def validate_tables(tables: Tables) -> Report:
    """Check table files, from cells to spans in texts; problems are in the order of files and lines."""
    problems = Problems(most=tables.limits.problems)
    report = Report(problems, records={s.file: s.record for s in tables.table_files})
    faults = _check_table_files(tables, report)
    if tables.large:
        _check_large(tables, report, faults)
    if any(faults.keys.values()):
        _leave_out_waiting(report, tables.package, faults)
    problems = report.problems
    for (file, id_, _), number in problems.by_kind.items():
        report.rows[file] -= number if id_ == BLANK_LINE else 0
    if why := _why_not_compared(tables, problems):
        what = "rules that compare rows and texts" + (", and what is new and changed" if tables.shipped else "")
        report.skipped.append(f"{what}: {why}")
        return report
    data = dataset(tables, faults)
    report.changes = changes(data, tables.package)
    report.add(_findings(tables, data, faults))
    if not tables.has_texts:
        report.skipped.append("spans in texts: the texts of sources are not in this installation, only in a checkout")
    return report


def _why_not_compared(tables: Tables, problems: Problems) -> str:
    """Say why rows are not compared; empty where they are."""
    if tables.quick:
        return "because of --quick"
    if tables.large:
        also = ", and for a merge; split it" if tables.shipped else ""
        return f"{tables.large[0].file} is too large for them{also}"
    return f"there are more than {problems.most:,} problems" if problems.unlisted else ""


def validate_dataset(
    base: Path | None = None,
    *,
    quick: bool = False,
    engine: Engine = "local",
    limits: Limits = LIMITS,
    releases: bool = False,
) -> Report:
    """Check the dataset of this installation, or of the checkout at `base`; the options are those of a contribution.

    `releases` says whether the list of released ids is compared with the last release too, as before a build: to unpack
    that takes as long as to check most tables. A list that cannot be read is an error in any case.

    Raises:
        MissingExtraError: when pandera is asked for and not installed.
        DamagedFileError: when a merge or build is unfinished there.
    """
    home = base or paths.root()
    with transaction.reading(home):
        return read_dataset(home, quick=quick, engine=engine, limits=limits, releases=releases)[0]


def read_dataset(
    home: Path, *, quick: bool = False, engine: Engine = "local", limits: Limits = LIMITS, releases: bool = True
) -> tuple[Report, list[TableFile]]:
    """Read the tables of a checkout, once, and check them; return the report and the tables."""
    package, released = schema.read_package(paths.schemas(home)), _released(home)
    table_files = shipped_files.read(home, package)
    tables = Tables(
        package,
        table_files,
        texts=Texts((home,)),
        has_texts=(home / paths.TEXTS).is_dir(),
        released=released,
        withdrawn=withdrawn_ids(home),
        quick=quick,
        execute=executor(engine),
        limits=limits,
    )
    report = validate_tables(tables)
    unread = "it cannot be read" if released is None and last_archive(home) else ""
    if wrong := fault_of_ids(home) if releases else unread:
        expected = f"the ids of all releases; {wrong}"
        report.add([Problem("releases/ids.csv", "file", "error", expected, AGAIN)])
    given = {s.table.name for s in table_files}
    report.add(
        Problem(f"data/{name}.csv", "file", "error", "a file for each table", "Restore the file.", table=name)
        for name in package.tables
        if name not in given
    )
    return report, table_files


def _released(home: Path) -> pl.DataFrame | None:
    """Return the ids of all releases; none outside a checkout, or where the list of them is not in order."""
    try:
        listed = ids_file(home).read_bytes()  # in a path polars looks for patterns
        return pl.read_csv(listed, columns=["table_name", "id"], infer_schema=False).drop_nulls()
    except (OSError, pl.exceptions.PolarsError):
        return None


def validate_typed(package: Package, tables: Mapping[str, pa.Table], *, engine: Engine) -> Report:
    """Check the cells, keys and single rows of typed tables by name; foreign keys may name rows of these only.

    Problems are in files that have the names of those in `data/`.
    """
    checked = [
        TableFile(
            table, f"data/{name}.csv", as_read(pl.DataFrame(pl.from_arrow(tables[name])).with_row_index(ROW), table)
        )
        for name, table in package.tables.items()
        if name in tables
    ]
    return validate_tables(Tables(package, checked, quick=True, execute=executor(engine)))
