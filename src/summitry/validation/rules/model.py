"""What a check and a rule are, what a rule finds, and the whole dataset as a rule sees it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from summitry.dataset import parties
from summitry.dataset.entailment import Entailments

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Iterator, Mapping

    import polars as pl

    from summitry.dataset.parties import Affiliations
    from summitry.validation.report import Severity


class Row(dict[str, Any]):
    """The typed cells of one row by column; None where a cell is empty or its content was not valid.

    Attributes:
        table: the table it belongs to.
        table_file: number of the table_file it was read from.
        number: number of the record there, from 0.
        faulty: columns whose cells have a problem already; nothing can be concluded from them.
    """

    __slots__ = ("faulty", "number", "table", "table_file")

    def __init__(
        self, values: Mapping[str, Any] | Iterable[tuple[str, Any]], table: str, table_file: int, number: int
    ) -> None:
        """Make a row with no problems yet."""
        super().__init__(values)
        self.table, self.table_file, self.number = table, table_file, number
        self.faulty: frozenset[str] = frozenset()

    def sound(self, name: str) -> bool:
        """Say whether a cell has a value, and no problem."""
        return self[name] is not None and name not in self.faulty


def read_order(row: Row) -> tuple[int, int]:
    """Return what rows are sorted by so that those of a contribution come after those that ship."""
    return row.table_file, row.number


@dataclass(frozen=True)
class Finding:
    """A row that breaks a rule.

    Attributes:
        row: the row to report it at.
        fields: the columns that are wrong together; it is reported at the first.
        expected: what should be so.
        fix: what to do; empty for what the rule says in general.
        severity: where it differs from the rule's.
    """

    row: Row
    fields: tuple[str, ...]
    expected: str
    fix: str = ""
    severity: Severity | None = None


class DatasetRule(NamedTuple):
    """How a rule over the whole dataset is checked; its words are in the catalogue.

    Attributes:
        id: its name in reports.
        find: yields what breaks it.
        relies_on: (table, column) pairs; a problem there makes its conclusions unsafe.
    """

    id: str
    find: Callable[[Dataset], Iterator[Finding]]
    relies_on: tuple[tuple[str, str], ...] = ()


def _no_suggestion(_: str) -> str | None:
    return None


@dataclass(frozen=True)
class Check:
    """A condition that one cell, one row or one key must meet.

    Attributes:
        id: its name in reports; its words are in the catalogue.
        fields: the columns that are wrong together; a problem is reported at the first, and only where no cell of
            them failed an earlier check.
        fails: true where the condition is not met; null is no fault.
        expected: what is expected instead.
        fix: what to do, as a text or as a function of the value in the cell.
        suggest: returns the valid value that is probably meant by a given one.
        of_row: whether it is a rule of a row, and no keyword.
        may_fail: found faster than `fails`, and true wherever that is; None where `fails` is fast.
    """

    id: str
    fields: tuple[str, ...]
    fails: pl.Expr
    expected: str
    fix: str | Callable[[str], str]
    suggest: Callable[[str], str | None] = _no_suggestion
    of_row: bool = False
    may_fail: pl.Expr | None = None

    @property
    def passes(self) -> pl.Expr:
        """True where the condition is met; never null."""
        return self.fails.fill_null(value=False).not_()

    def fix_for(self, value: str) -> str:
        """Return what to do about a value."""
        return self.fix if isinstance(self.fix, str) else self.fix(value)


@dataclass
class Dataset:
    """All rows of all tables after changes, by primary key."""

    tables: dict[str, dict[tuple[Any, ...], Row]]
    texts: Callable[[str], bytes | None] = lambda _: None
    textless: frozenset[int] = frozenset()  # table files whose texts are missing, as in an installed package
    released: frozenset[tuple[str, str]] = field(default_factory=frozenset)
    withdrawn: frozenset[tuple[str, str]] = field(default_factory=frozenset)
    added: list[Row] = field(default_factory=list)  # rows of a contribution that are new
    replaced: list[tuple[Row, Row]] = field(default_factory=list)  # rows that ship, with those that replace them

    def rows(self, table: str) -> list[Row]:
        """Return the rows of a table."""
        return list(self.tables.get(table, {}).values())

    def get(self, table: str, *key: Any) -> Row | None:
        """Return one row by its primary key, or None."""
        return self.tables.get(table, {}).get(key)

    def group(self, table: str, column: str) -> dict[Any, list[Row]]:
        """Return the rows of a table by the value of a column, empty values left out."""
        if (table, column) not in self._groups:
            groups: dict[Any, list[Row]] = defaultdict(list)
            for row in self.rows(table):
                if row[column] is not None:
                    groups[row[column]].append(row)
            self._groups[table, column] = groups
        return self._groups[table, column]

    @cached_property
    def _groups(self) -> dict[tuple[str, str], dict[Any, list[Row]]]:
        return {}

    @cached_property
    def affiliations(self) -> Affiliations:
        """Who belongs to whom, which gives the party of an actor on a day."""
        return parties.affiliations(self.rows("actors"), self.rows("roles"))

    @cached_property
    def entailments(self) -> Entailments:
        """What a position on one demand says of others."""
        return Entailments(self.rows("demands"), self.rows("demand_relations"))

    @cached_property
    def last_publication(self) -> dt.date | None:
        """The day of the latest source."""
        return max((r["published_on"] for r in self.rows("sources") if r.sound("published_on")), default=None)
