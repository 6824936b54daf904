"""The valid rows of a contribution in one folder, and the rest in another, each with the reasons."""

from __future__ import annotations

import csv
import gzip
from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import polars as pl

from summitry import paths, schema
from summitry.dataset import integrity, transaction
from summitry.errors import InputError
from summitry.validation import child_process, contribution
from summitry.validation.readers import csv_records
from summitry.validation.readers.parquet_file import scan
from summitry.validation.reporters.wording import sentence
from summitry.validation.table_file import ROW, TableFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from summitry.validation.contribution import Contribution
    from summitry.validation.evaluate import Engine
    from summitry.validation.limits import Limits
    from summitry.validation.readers.csv_records import Record
    from summitry.validation.report import Report

REASONS = "problems"  # the first column of the rest
VALID, REST = "valid", "rest"
UNREAD = ("file", "path", "parquet")  # rules of a file of which no row is read


@dataclass
class Split:
    """What became of the rows.

    Attributes:
        report: on all rows, before they were split.
        valid: how many rows are in the folder `valid`.
        rest: how many are in the folder `rest`.
    """

    report: Report
    valid: int = 0
    rest: int = 0


@dataclass
class Reasons:
    """Why rows are not valid.

    Attributes:
        given: the table files by their names in problems.
        rows: by file and number of the record, from 0.
        files: by file, for all of its rows.
    """

    given: Mapping[str, TableFile]
    rows: dict[str, dict[int, list[str]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(list)))
    files: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    _records: dict[str, list[Record]] = field(default_factory=dict)

    def of(self, file: str, row: int) -> list[str]:
        """Return the reasons of a row; none where it is valid."""
        return [*self.files[file], *self.rows[file].get(row, ())]

    def note(self, report: Report) -> bool:
        """Note the errors of a report; return whether there was any in a row or file of those given."""
        noted = False
        for problem in report.problems:
            if problem.severity == "error" and problem.file in self.given:
                row = problem.row - 1 if problem.row else self._row_at(problem.file, problem.line)
                known = self.files[problem.file] if row is None else self.rows[problem.file][row]
                column = f" in {problem.field}" if problem.field else ""
                known.append(f"{problem.rule}{column}: expected {problem.expected}")
                noted = True
        return noted

    def records(self, file: str) -> list[Record]:
        """Return the records of a CSV file, the header first."""
        if file not in self._records:
            self._records[file] = csv_records.parse(_content(self.given[file]), file).records
        return self._records[file]

    def _row_at(self, file: str, line: int | None) -> int | None:
        """Return the number of the record, from 0, to which a line belongs; None for the header."""
        if line is None:
            return None
        starts = [record.cells[0].line for record in self.records(file)]
        return bisect_right(starts, line) - 2 if line > 1 and len(starts) > 1 and line >= starts[1] else None


def split(
    given: Sequence[Path], target: Path, *, engine: Engine = "local", quick: bool = False, limits: Limits
) -> Split:
    """Write the valid rows of contributions to `target/valid` and the others to `target/rest`.

    A row that names one of the rest is of the rest, too: what is in `valid` is a valid contribution, unless the problem
    is in what ships or in a text. A file whose header is wrong has no valid rows.

    Returns:
        The report on all rows, and how many were written.

    Raises:
        InputError: when the target already exists, is in a folder that is read, or cannot be written, or a file is
            too large, is not read, or is changed meanwhile: no row is left out.
    """
    if target.exists():
        raise InputError(f"{target} already exists. Give the name of a new folder.")
    transaction.require_apart(target, given)
    home, before = paths.root(), _digests(given)
    with transaction.reading(home):
        package = schema.read_package(paths.schemas(home))
        options = contribution.Options(quick, engine, limits)
        read, report = child_process.read_and_validate(given, home, options)
        if report.problems.unlisted:
            raise InputError(f"There are more than {limits.problems:,} problems. Correct some, or use --max-problems.")
        if unread := [p for p in report.problems if p.severity == "error" and p.rule in UNREAD]:
            raise InputError(f"{unread[0].file} is not read, so its rows cannot be split. {sentence(unread[0])}")
        if large := [file for part in read for file in part.large]:
            raise InputError(f"{large[0].file} is too large to be split into valid rows and the rest.")
        files = {file.file: file for part in read for file in part.small}
        _require_splittable(files.values())
        reasons, rest = Reasons(files), read
        is_new = reasons.note(report)
        while is_new:
            rest = _without(rest, reasons)
            is_new = reasons.note(contribution.validate_read(rest, package, home, options))
        done = Split(report)
        try:
            for file in files.values():
                _write(file, target, reasons, done)
            _write_texts(read, rest, target)
        except OSError as e:
            raise InputError(f"{target} cannot be written: {e.strerror}.") from e
    if changed := sorted(file for file, _ in before.items() ^ _digests(given).items()):
        raise InputError(f"{changed[0]} was changed meanwhile. Delete {target}, and split again.")
    return done


def _digests(given: Sequence[Path]) -> dict[Path, str]:
    files = (file for path in given for file in (path.rglob("*") if path.is_dir() else [path]))
    return {file: integrity.digest(file) for file in files}


def _require_splittable(files: Iterable[TableFile]) -> None:
    """Refuse what cannot be written as it was given: CSV that is not UTF-8, and two files of a table in one format."""
    first: dict[tuple[str, bool], str] = {}
    for file in files:
        is_parquet = file.path is not None and file.path.suffix == ".parquet"
        if not is_parquet and "\ufffd" in _content(file).decode("utf-8", errors="replace"):
            raise InputError(f"{file.file} is not UTF-8, so its rows cannot be split. Save it as UTF-8.")
        if first.setdefault((file.table.name, is_parquet), file.file) != file.file:
            other = first[file.table.name, is_parquet]
            raise InputError(f"{other} and {file.file} are of one table. Split them one after the other.")


def _without(given: Sequence[Contribution], reasons: Reasons) -> list[Contribution]:
    """Return what was read without the rows that are not valid."""

    def remaining(file: TableFile) -> TableFile:
        frame = file.frame.filter(~pl.col(ROW).is_in(list(reasons.rows[file.file])))
        return replace(file, frame=frame, problems=[], broken=0, broken_keys=set())

    def valid(part: Contribution) -> Contribution:
        sound = [file for file in part.small if not reasons.files[file.file]]
        return replace(part, table_files=[*map(remaining, sound)], problems=[])

    return [valid(part) for part in given]


def _content(file: TableFile) -> bytes:
    """Return the bytes of a file of a contribution, unpacked."""
    if file.path is None:
        return b""
    content = file.path.read_bytes()
    return gzip.decompress(content) if file.path.suffix == ".gz" else content


def _write(file: TableFile, target: Path, reasons: Reasons, done: Split) -> None:
    """Write the rows of a file to the two folders, and count them."""
    if file.path is not None and file.path.suffix == ".parquet":
        _write_parquet(file, file.path, target, reasons, done)
    else:
        _write_csv(file, target, reasons, done)


def _write_csv(file: TableFile, target: Path, reasons: Reasons, done: Split) -> None:
    records = reasons.records(file.file)
    valid: list[list[str]] = []
    rest: list[list[str]] = []
    wrong: list[str] = []
    for row, record in enumerate(records[1:]):
        cells = [cell.text for cell in record.cells]
        wrong = reasons.of(file.file, row) or wrong * (not record.sound)  # a conflict is one problem of several lines
        if wrong:
            rest.append(["; ".join(wrong), *cells])
        else:
            valid.append(cells)
    names = [cell.text for cell in records[0].cells] if records else []
    _write_lines(target / VALID / f"{file.table.name}.csv", names, valid)
    _write_lines(target / REST / f"{file.table.name}.csv", [REASONS, *names], rest)
    done.valid, done.rest = done.valid + len(valid), done.rest + len(rest)


def _write_lines(path: Path, header: list[str], lines: list[list[str]]) -> None:
    """Write a CSV file, if there are any rows, where none is."""
    if lines:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([header, *lines])


def _write_parquet(file: TableFile, path: Path, target: Path, reasons: Reasons, done: Split) -> None:
    rows = scan(path).collect()
    texts = ["; ".join(reasons.of(file.file, row)) for row in range(len(rows))]
    wrong = pl.Series(REASONS, texts, pl.String)
    valid, rest = rows.filter(wrong == ""), rows.insert_column(0, wrong).filter(wrong != "")
    for folder, some in ((VALID, valid), (REST, rest)):
        if len(some):
            (target / folder).mkdir(parents=True, exist_ok=True)
            with (target / folder / f"{file.table.name}.parquet").open("xb") as written:
                some.write_parquet(written)
    done.valid, done.rest = done.valid + len(valid), done.rest + len(rest)


def _write_texts(given: Sequence[Contribution], rest: Sequence[Contribution], target: Path) -> None:
    """Write the texts that the valid rows name to the one folder, and all others to the other."""
    valid = {path: content for part in rest for path, content in part.texts.items()}
    files = [(path, home / path) for part in given for home in part.homes for path in part.text_files]
    others = {path: file.read_bytes() for path, file in files if path not in valid and file.is_file()}
    for folder, texts in ((VALID, valid), (REST, others)):
        for path, content in texts.items():
            (target / folder / path).parent.mkdir(parents=True, exist_ok=True)
            (target / folder / path).write_bytes(content)
