"""What validation says: one Problem for each mistake, and the Report that holds them."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Severity = Literal["error", "warning"]
LONGEST_VALUE = 120


@dataclass(frozen=True)
class Problem:
    """One mistake, where it stands, and how to mend it.

    Attributes:
        file: the file as it was named to us.
        line: physical line, from 1, quoted line breaks counted; None where there are no lines (Parquet).
        column: the character of that line at which the cell begins, from 1; None where it is the whole line.
        row: number of the record, from 1, header not counted; None where it is no record's.
        table: the table the file belongs to.
        field: the column of the table.
        key: the row's primary key, parts joined by a comma.
        rule: id of the rule that is broken (`summitry rules` lists them).
        severity: an error must be mended, a warning may have a reason.
        value: the cell as it stands, shortened.
        expected: what should stand there.
        mend: what to do.
    """

    file: str
    rule: str
    severity: Severity
    expected: str
    mend: str = ""
    line: int | None = None
    column: int | None = None
    row: int | None = None
    table: str | None = None
    field: str | None = None
    key: str | None = None
    value: str | None = None

    @property
    def place(self) -> str:
        """The place as `file:line:column`, as far as it is known; a Parquet row as `file#row`."""
        if self.line is None:
            return self.file if self.row is None else f"{self.file}#{self.row}"
        return f"{self.file}:{self.line}:{self.column or 1}"

    def as_dict(self) -> dict[str, Any]:
        """Return the problem as a dictionary in a fixed order of keys."""
        return asdict(self)


def printable(text: str) -> str:
    """Return a text with its invisible characters escaped."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def shorten(value: object) -> str:
    """Return a cell's text, cut to what a message can bear; invisible characters are escaped."""
    text = printable(str(value)[: LONGEST_VALUE + 1])
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"


@dataclass
class Report:
    """All problems of one validation, and what was looked at.

    Attributes:
        problems: sorted by file, line and column.
        rows: rows read, by file.
        skipped: checks that could not be made, each with its reason.
        records: by file, a function that gives the cells of a record, numbered from 0, by column.
    """

    problems: list[Problem] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)
    skipped: list[str] = field(default_factory=list)
    records: dict[str, Callable[[int], dict[str, str | None]]] = field(default_factory=dict, repr=False, compare=False)

    def add(self, problems: Iterable[Problem]) -> None:
        """Take in problems and keep the order: file, line, column, rule."""
        self.problems.extend(problems)
        self.problems.sort(key=lambda p: (p.file, p.line or 0, p.row or 0, p.column or 0, p.rule))

    def count(self, severity: Severity) -> int:
        """Return how many problems have this severity."""
        return sum(p.severity == severity for p in self.problems)

    @property
    def valid(self) -> bool:
        """True when there is no error; warnings do not count."""
        return self.count("error") == 0
