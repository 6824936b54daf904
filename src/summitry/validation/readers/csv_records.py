"""A CSV file taken apart into records and cells, each with its physical line and column.

Every mistake of form becomes a Problem at its place, and reading goes on behind it.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise, repeat
from pathlib import PurePath
from typing import TYPE_CHECKING, NamedTuple

from summitry.validation.limits import LIMITS
from summitry.validation.report import Problem, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator

    from summitry.validation.report import Kind, Severity

MOST_CELLS = 10_000  # of a record; no table has a hundred columns

# possessive quantifiers: a quote that is never closed costs one pass, not a pass for each character
_QUOTED = re.compile(r'"((?:[^"]++|"")*+)"(?=,|\r?\n|\r?\Z)')
_CLOSED = re.compile(r'"(?:[^"]++|"")*+"')
_PLAIN = re.compile(r'[^",\r\n]*(?=,|\r?\n|\r?\Z)')
_RAW = re.compile(r"[^,\n]*")
_REST_OF_LINE = re.compile(r"[^\n]*")
_WHOLE, _FRACTION = re.compile("-?[0-9]{1,3}"), re.compile("[0-9]{2,}")  # of a number with a comma for decimals
# marks that git writes into a file: at the beginning, in the middle and at the end of two versions of some lines
_MARK_OF_CONFLICT = re.compile(r"(?:<{7}|\|{7}|={7}|>{7})(?: |\Z)")
_CONFLICT = re.compile(r"<{7} .*?\n>{7} [^\n]*(?:\n|\Z)", re.DOTALL)
_BLANK_LINES = re.compile(r"(?:\r?\n)++")
MARK = b"\xef\xbb\xbf"
_BOMS = (b"\xff\xfe", b"\xfe\xff")  # of UTF-16
_MARKS_OF_UTF32 = (b"\xff\xfe\0\0", b"\0\0\xfe\xff")
_CONVERT = "Save the table as “CSV UTF-8”."
_BEGINNING = 1000  # bytes; a web page may begin with blank lines
# how files of other formats begin, in small letters
_OTHER_CONTENT = (
    (b"pk\x03\x04", "a workbook or an archive", _CONVERT),
    (b"\xd0\xcf\x11\xe0", "a workbook", _CONVERT),
    (b"par1", "Parquet", "Name it <table>.parquet."),
    (b"\x1f\x8b", "a compressed file", "Name it <table>.csv.gz."),
    (b"%pdf", "a PDF", _CONVERT),
    (b"<!doctype", "a web page", "Download the table itself."),
    (b"<html", "a web page", "Download the table itself."),
)


class Cell(NamedTuple):
    """The text of a cell and where it begins."""

    text: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Record:
    """One record. Its cells are found when they are needed: there may be millions.

    Attributes:
        sound: False when its form is broken so that cells may be misplaced.
        line: the physical line at which it begins.
        text: what it is in the file.
    """

    sound: bool
    line: int
    text: str = field(repr=False)

    @property
    def cells(self) -> list[Cell]:
        """The cells, but no more than MOST_CELLS."""
        return list(_Scanner(self.text, "", self.line).cells())


_UNKNOWN = Record(sound=False, line=0, text="")  # in place of a broken record behind so many others


@dataclass
class CsvFile:
    """The records of a file or a part of it, and the mistakes of its form.

    Attributes:
        records: in order; of a whole file the header comes first.
        problems: mistakes of encoding, line end, quoting and width.
        unlisted: by kind, how many more there are.
        lines: physical lines.
        unclosed: whether a quotation mark was never closed, so that more text might have closed it.
    """

    records: list[Record] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unlisted: Counter[Kind] = field(default_factory=Counter)
    lines: int = 0
    unclosed: bool = False


def beginning(raw: bytes, file: str, further: bytes = b"") -> tuple[bytes, list[Problem]]:
    """Return a file's first bytes without a byte order mark, and what is to be said of them.

    None are left where they, or some further ones behind them, show that the file is not CSV in UTF-8.
    """
    wide = raw[:4] in _MARKS_OF_UTF32 or raw[:4].count(0) == 3  # noqa: PLR2004 - of the four bytes of a letter
    if wide or raw[:2] in _BOMS or raw[:2].count(0) == 1:  # half of the bytes of a letter
        expected = f"UTF-8, not UTF-{32 if wide else 16}"
        return b"", [_problem(file, 1, 1, "encoding", expected, "Save the file as UTF-8.")]
    content = (raw + further)[:_BEGINNING].removeprefix(MARK).lstrip().lower()
    for start, what, fix in _OTHER_CONTENT:
        if content.startswith(start):
            table = PurePath(file).name.partition(".")[0]
            return b"", [_problem(file, 1, 1, "file", f"a table as CSV, not {what}", fix.replace("<table>", table))]
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
            western, cyrillic = (line[e.start : e.start + 1].decode(name, "replace") for name in ("cp1252", "cp1251"))
            fix = f"Save the file as UTF-8. This byte is {western!r} in Windows-1252, {cyrillic!r} in Windows-1251."
            column = len(line[: e.start].decode("utf-8")) + 1
            yield _problem(file, number, column, "encoding", "UTF-8", fix, value=f"byte 0x{line[e.start]:02x}")


def _problem(
    file: str,
    line: int,
    column: int,
    rule: str,
    expected: str,
    fix: str,
    severity: Severity = "error",
    value: str | None = None,
) -> Problem:
    return Problem(file, rule, severity, expected, fix, line, column, value=value)


class _Scanner:
    """Walks over the text once; `line` and `line_start` follow the position."""

    def __init__(self, text: str, file: str, line: int) -> None:
        self.text, self.file, self.line = text, file, line
        self.at = self.line_start = 0
        self.problems: list[Problem] = []
        self.unlisted: Counter[Kind] = Counter()
        self.unclosed = False
        self.width: int | None = None

    def records(self) -> Iterator[Record]:
        while self.at < len(self.text):
            if self.text.startswith("<<<<<<< ", self.at) and (conflict := _CONFLICT.match(self.text, self.at)):
                yield from self._conflict(conflict.group())
            elif self._full and self.width != 1 and (blank := _BLANK_LINES.match(self.text, self.at)):
                yield from self._blank_lines(blank.end())
            else:
                yield self._record()

    @property
    def _full(self) -> bool:
        return len(self.problems) >= LIMITS.problems

    def _blank_lines(self, end: int) -> Iterator[Record]:
        """Count blank lines, which are too many to be listed."""
        lines = self.text.count("\n", self.at, end)
        self.unlisted[self.file, "blank-line", "error"] += lines
        self.line, self.at, self.line_start = self.line + lines, end, end
        yield from repeat(_UNKNOWN, lines)

    def _conflict(self, text: str) -> Iterator[Record]:
        """Report two versions of some lines as one mistake; none of them is a sound record."""
        lines = text.removesuffix("\n").split("\n")
        expected, last = "rows of one version, not git's marks of a conflict", self.line + len(lines) - 1
        fix = (
            f"Choose one side of the conflict in lines {self.line} to {last}, and delete the other side and the marks."
        )
        self.report(_problem(self.file, self.line, 1, "cell-count", expected, fix, value=shorten(lines[0])))
        for line in lines:
            yield Record(sound=False, line=self.line, text=line)
            self.line, self.at = self.line + 1, self.at + len(line) + 1
        self.line_start = self.at

    def _record(self) -> Record:
        self.unclosed = self.unclosed or self.text.startswith("<<<<<<< ", self.at)  # the end may be in a later part
        line, start, mistakes = self.line, self.at, self._mistakes
        cells = list(self.cells())
        self.width = self.width or len(cells)
        if self._mistakes == mistakes and len(cells) != self.width:
            self.report(_ragged(cells, self.width, self.file))
        # one mark out of place in a row of as many cells as the others moves no cell
        sound = self._mistakes == mistakes or (len(cells) == self.width > 1 and not self._full)
        return Record(sound, line, self.text[start : self.at]) if sound or not self._full else _UNKNOWN

    @property
    def _mistakes(self) -> int:
        return len(self.problems) + self.unlisted.total()

    def report(self, problem: Problem) -> None:
        """List a mistake, or only count it."""
        if self._full:
            self.unlisted[problem.file, problem.rule, problem.severity] += 1
        else:
            self.problems.append(problem)

    def cells(self) -> Iterator[Cell]:
        """Yield the cells of the next record, and go on behind its line end; of very many only the first."""
        for _ in range(MOST_CELLS):
            yield self._cell()
            if not self.text.startswith(",", self.at):
                break
            self.at += 1
        else:
            self.at = _end(_REST_OF_LINE, self.text, self.at)
        self._line_end()

    def _line_end(self) -> None:
        self.at += self.text.startswith("\r", self.at)
        if self.text.startswith("\n", self.at):
            self.at += 1
            self.line, self.line_start = self.line + 1, self.at

    def _cell(self) -> Cell:
        line, column, start = self.line, self.at - self.line_start + 1, self.at
        quoted = self.text.startswith('"', start)
        found = (_QUOTED if quoted else _PLAIN).match(self.text, start)
        if found is None:
            return self._malformed(quoted=quoted, line=line, column=column)
        self.at = found.end()
        if not quoted:
            return Cell(found.group(), line, column)
        text = found.group(1)
        breaks = text.count("\n")
        if breaks:
            self.line += breaks
            self.line_start = start + 1 + text.rindex("\n") + 1
        return Cell(text.replace('""', '"'), line, column)

    def _malformed(self, *, quoted: bool, line: int, column: int) -> Cell:
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
        self.report(_problem(self.file, line, column, "quoting", expected, fix, value=shorten(value)))
        return Cell(value, line, column)


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at


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
    raw, problems = beginning(raw, file)
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
    scanner.width = width
    records = list(scanner.records())
    return CsvFile(records, problems + scanner.problems, scanner.unlisted, scanner.line - line, scanner.unclosed)


def _ragged(cells: list[Cell], width: int, file: str) -> Problem:
    n, first = len(cells), cells[0]
    if n == 1 and not first.text:
        return _problem(file, first.line, 1, "blank-line", "no blank line", "Delete the line.")
    place = cells[min(n, width) - 1] if n < width else cells[width]
    texts = [cell.text for cell in cells]
    decimals = [both for both in pairwise(texts) if _WHOLE.fullmatch(both[0]) and _FRACTION.fullmatch(both[1])]
    fix = (
        "It is a mark of a conflict of git: choose one side, and delete the other side and the marks."
        if _MARK_OF_CONFLICT.match(first.text)
        else "Delete the line: a CSV file has no comments."
        if n == 1 and first.text.startswith("#")
        else "Add the missing commas: an empty cell still needs one."
        if n < width
        else f"Write decimals with a point, such as {'.'.join(decimals[0])}."
        if len(decimals) == n - width
        else "Put a cell that contains a comma in quotation marks, or remove the extra cell."
    )
    value = shorten(",".join(texts))
    number = f"{n:,} or more" if n == MOST_CELLS else n
    return _problem(file, first.line, place.column, "cell-count", f"{width} cells, not {number}", fix, value=value)
