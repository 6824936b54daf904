"""A CSV file taken apart into records and cells, each with its physical line and column.

Every mistake of form becomes a Problem at its place, and reading goes on behind it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from summitry.validation.report import Problem, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator

# possessive quantifiers: a quote that is never closed costs one pass, not a pass for each character
_QUOTED = re.compile(r'"((?:[^"]++|"")*+)"(?=,|\r?\n|\r?\Z)')
_CLOSED = re.compile(r'"(?:[^"]++|"")*+"')
_PLAIN = re.compile(r'[^",\r\n]*(?=,|\r?\n|\r?\Z)')
_RAW = re.compile(r"[^,\n]*")
_REST_OF_LINE = re.compile(r"[^\n]*")
MARK = b"\xef\xbb\xbf"
_BOMS = (b"\xff\xfe", b"\xfe\xff")  # of UTF-16


class Cell(NamedTuple):
    """The text of a cell and where it begins."""

    text: str
    line: int
    column: int


@dataclass(frozen=True)
class Record:
    """The cells of one record; `sound` is False when its form is broken, so that cells may be misplaced."""

    cells: list[Cell]
    sound: bool


@dataclass
class CsvFile:
    """The records of a file or a part of it, and the mistakes of its form.

    Attributes:
        records: in order; of a whole file the header comes first.
        problems: mistakes of encoding, line end, quoting and width.
        lines: physical lines.
        unclosed: whether a quotation mark was never closed, so that more text might have closed it.
    """

    records: list[Record] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    lines: int = 0
    unclosed: bool = False


def byte_order_mark(raw: bytes, file: str) -> tuple[bytes, list[Problem]]:
    """Return a file's bytes without a byte order mark, and what is to be said of it."""
    if raw[:2] in _BOMS or b"\0" in raw[:2]:
        return b"", [_problem(file, 1, 1, "encoding", "UTF-8, not UTF-16", "Save the file as UTF-8.")]
    if not raw.startswith(MARK):
        return raw, []
    fix = "Save the file as “UTF-8”, not “UTF-8 with BOM”."
    return raw[len(MARK) :], [_problem(file, 1, 1, "byte-order-mark", "no byte order mark", fix, "warning")]


def _decode(raw: bytes, file: str, first: int) -> tuple[str, list[Problem]]:
    """Turn bytes into text; report each line that is not UTF-8."""
    try:
        return raw.decode("utf-8"), []
    except UnicodeDecodeError:
        return raw.decode("utf-8", errors="replace"), list(_undecodable(raw, file, first))


def _undecodable(raw: bytes, file: str, first: int) -> Iterator[Problem]:
    for number, line in enumerate(raw.split(b"\n"), first):
        try:
            line.decode("utf-8")
        except UnicodeDecodeError as e:
            guess = line[e.start : e.start + 1].decode("cp1252", errors="replace")
            fix = f"Save the file as UTF-8. In Windows-1252 this byte would be {guess!r}."
            column = len(line[: e.start].decode("utf-8")) + 1
            yield _problem(file, number, column, "encoding", "UTF-8", fix, value=f"byte 0x{line[e.start]:02x}")


def _problem(
    file: str, line: int, column: int, rule: str, expected: str, fix: str, severity: str = "error",
    value: str | None = None,
) -> Problem:  # fmt: skip
    return Problem(
        file=file, line=line, column=column, rule=rule, expected=expected, fix=fix,
        severity="warning" if severity == "warning" else "error", value=value,
    )  # fmt: skip


class _Scanner:
    """Walks over the text once; `line` and `line_start` follow the position."""

    def __init__(self, text: str, file: str, line: int) -> None:
        self.text, self.file = text, file
        self.at, self.line, self.line_start = 0, line, 0
        self.problems: list[Problem] = []
        self.unclosed = False

    def records(self) -> Iterator[Record]:
        while self.at < len(self.text):
            yield self._record()

    def _record(self) -> Record:
        cells, sound = [], True
        while True:
            cell, good = self._cell()
            cells.append(cell)
            sound = sound and good
            if self.text.startswith(",", self.at):
                self.at += 1
                continue
            self._line_end()
            return Record(cells, sound)

    def _line_end(self) -> None:
        self.at += self.text.startswith("\r", self.at)
        if self.text.startswith("\n", self.at):
            self.at += 1
            self.line, self.line_start = self.line + 1, self.at

    def _cell(self) -> tuple[Cell, bool]:
        line, column, start = self.line, self.at - self.line_start + 1, self.at
        quoted = self.text.startswith('"', start)
        found = (_QUOTED if quoted else _PLAIN).match(self.text, start)
        if found is None:
            return self._malformed(quoted=quoted, line=line, column=column)
        self.at = found.end()
        if not quoted:
            return Cell(found.group(), line, column), True
        text = found.group(1)
        breaks = text.count("\n")
        if breaks:
            self.line += breaks
            self.line_start = start + 1 + text.rindex("\n") + 1
        return Cell(text.replace('""', '"'), line, column), True

    def _malformed(self, *, quoted: bool, line: int, column: int) -> tuple[Cell, bool]:
        start = self.at
        self.unclosed = self.unclosed or (quoted and _CLOSED.match(self.text, start) is None)
        raw = (_REST_OF_LINE if quoted else _RAW).match(self.text, start)
        value = raw.group() if raw else ""
        self.at = start + len(value)
        value = value.rstrip("\r")
        expected = (
            "a quoted cell that ends in a quotation mark before the next comma or line end"
            if quoted
            else "no quotation mark or stray carriage return inside a cell that is not quoted"
        )
        fix = 'Put the whole cell in "…" and write each quotation mark inside it twice.'
        self.problems.append(_problem(self.file, line, column, "quoting", expected, fix, value=shorten(value)))
        return Cell(value, line, column), False


def line_end_problems(raw: bytes, file: str, line: int = 1) -> list[Problem]:
    """Return what is to be said of the first line that ends in CRLF, if there is one."""
    if b"\r" not in raw or b"\r\n" not in raw:  # one byte is found much faster than two
        return []
    line += raw.count(b"\n", 0, raw.index(b"\r\n"))
    return [_problem(file, line, 1, "line-end", "LF, not CRLF", "Save the file with Unix line ends.", "warning")]


def parse(raw: bytes, file: str) -> CsvFile:
    """Take a CSV file apart.

    Args:
        raw: its bytes.
        file: what to call it in problems.

    Returns:
        Its records, header first, with every mistake of encoding, line end, quoting and width.
    """
    raw, problems = byte_order_mark(raw, file)
    found = parse_part(raw, file)
    found.problems = problems + line_end_problems(raw, file) + found.problems
    return found


def parse_part(raw: bytes, file: str, line: int = 1, width: int | None = None) -> CsvFile:
    """Take some whole records of a CSV file apart.

    Args:
        raw: its bytes, without a byte order mark.
        file: what to call it in problems.
        line: the physical line at which the bytes begin.
        width: how many cells a record has; by default as many as the first one.

    Returns:
        Its records, with every mistake of encoding, quoting and width.
    """
    text, problems = _decode(raw, file, line)
    scanner = _Scanner(text, file, line)
    records = list(scanner.records())
    if width is None:
        width = len(records[0].cells) if records else 0
    checked = []
    for record in records:
        sound = record.sound
        if sound and len(record.cells) != width:
            sound = False
            scanner.problems.append(_ragged(record, width, file))
        checked.append(Record(record.cells, sound))
    return CsvFile(checked, problems + scanner.problems, scanner.line - line, scanner.unclosed)


def place(raw: bytes, line: int, at: int) -> tuple[int, int]:
    """Return where a cell of a well-formed record begins.

    Args:
        raw: the bytes of the record.
        line: the physical line at which it begins.
        at: the number of the cell, from 0.

    Returns:
        Line and column of the cell.
    """
    before = raw.partition(b'"')[0].split(b",")
    if at < len(before):  # no quotation mark before it
        return line, len(b",".join([*before[:at], b""]).decode("utf-8", errors="replace")) + 1
    cell = parse_part(raw, "", line, 0).records[0].cells[at]
    return cell.line, cell.column


def _ragged(record: Record, width: int, file: str) -> Problem:
    n, first = len(record.cells), record.cells[0]
    if n == 1 and not first.text:
        return _problem(file, first.line, 1, "blank-line", "no blank line", "Delete the line.")
    place = record.cells[min(n, width) - 1] if n < width else record.cells[width]
    fix = (
        "Add the missing commas: an empty cell still needs one."
        if n < width
        else "Take the extra cell away, or put a cell that contains a comma in quotation marks."
    )
    value = shorten(",".join(c.text for c in record.cells))
    return _problem(file, first.line, place.column, "cell-count", f"{width} cells, not {n}", fix, value=value)
