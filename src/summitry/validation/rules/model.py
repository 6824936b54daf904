"""What a check and a rule are, what a rule finds, and the whole dataset as a rule sees it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

from summitry.dataset import parties
from summitry.dataset.entailment import Entailments
from summitry.dataset.texts import Text, Texts, decoded
from summitry.validation.table_file import ROW

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Collection, Iterator, Mapping

    from summitry.dataset.parties import Affiliations
    from summitry.schema import Package
    from summitry.validation.report import Severity

FILE, FAULTY = "__file", "__faulty"  # columns of a dataset's frames: the number of a table file; columns with a problem


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
        self, cells: Mapping[str, Any], table: str, table_file: int, number: int, faulty: frozenset[str] = frozenset()
    ) -> None:
        """Make a row of its cells."""
        super().__init__(cells)
        self.table, self.table_file, self.number, self.faulty = table, table_file, number, faulty

    def sound(self, name: str) -> bool:
        """Say whether a cell has a value, and no problem."""
        return self[name] is not None and name not in self.faulty


def rows_of(frame: pl.DataFrame, table: str) -> list[Row]:
    """Return the rows of a frame as a `Dataset` has it; it may have more columns."""
    found = []
    for cells in frame.to_dicts():  # quicker than a dict of each row by itself
        file, number, faulty = cells.pop(FILE), cells.pop(ROW), cells.pop(FAULTY)
        found.append(Row(cells, table, file, number, frozenset(faulty or ())))
    return found


def sound(name: str) -> pl.Expr:
    """Return the cells of a column that have no problem; the others are empty."""
    return pl.when(pl.col(FAULTY).list.contains(name).fill_null(value=False).not_()).then(pl.col(name)).alias(name)


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
        tables: whose rows can break it; a contribution without any of them cannot. Empty where any can.
        find: yields what breaks it.
        relies_on: (table, column) pairs; a problem there makes its conclusions unsafe.
    """

    id: str
    tables: tuple[str, ...]
    find: Callable[[Dataset], Iterator[Finding]]
    relies_on: tuple[tuple[str, str], ...] = ()

    def concerns(self, changed: Collection[str]) -> bool:
        """Say whether a change in some tables can break it."""
        return not self.tables or not set(self.tables).isdisjoint(changed)

    @property
    def reads(self) -> set[str]:
        """The tables that it needs."""
        return {*self.tables, *(table for table, _ in self.relies_on)}


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
        key: the columns that no two rows may have in common, of a check of a key.
        of_length: whether it is only about how long a text is: what else is wrong with the text is reported too.
        may_fail: found faster than `fails`, and true wherever that is; None where `fails` is fast.
    """

    id: str
    fields: tuple[str, ...]
    fails: pl.Expr
    expected: str
    fix: str | Callable[[str], str]
    suggest: Callable[[str], str | None] = _no_suggestion
    of_row: bool = False
    key: tuple[str, ...] = ()
    of_length: bool = False
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
    """All rows of all tables after changes.

    Attributes:
        package: the schemas.
        tables: by name, a frame of typed columns: a row with a known key is in the place of the row that it replaces.
            `FILE`, `ROW` and `FAULTY` say where a row is from, and which of its columns have a problem; such a cell
            has the value that is meant, or none.
        texts: reads the text of a source by its `text_path`.
        textless: table files whose texts are missing, as in an installed package.
        released: the ids of all releases, as the columns `table_name` and `id`.
        withdrawn: those that were withdrawn, as (table, id).
        shipped: how many table files ship, and come before those of a contribution.
        added: rows of a contribution that are new.
        replaced: rows that ship, with those that replace them.
    """

    package: Package
    tables: Mapping[str, pl.DataFrame]
    texts: Texts = field(default_factory=lambda: Texts(()))
    textless: frozenset[int] = frozenset()
    released: pl.DataFrame | None = None
    withdrawn: frozenset[tuple[str, str]] = frozenset()
    shipped: int = 0
    added: list[Row] = field(default_factory=list)
    replaced: list[tuple[Row, Row]] = field(default_factory=list)
    _rows: dict[str, list[Row]] = field(default_factory=dict, init=False, repr=False)
    _by_id: dict[str, dict[str, Row]] = field(default_factory=dict, init=False, repr=False)
    _ids: dict[str, frozenset[str]] = field(default_factory=dict, init=False, repr=False)
    _texts: dict[str, Text | None] = field(default_factory=dict, init=False, repr=False)

    def rows(self, table: str) -> list[Row]:
        """Return the rows of a table, which should have few; none where there is no such table."""
        if table not in self._rows:
            self._rows[table] = rows_of(self.tables[table], table) if table in self.tables else []
        return self._rows[table]

    def where(self, table: str, condition: pl.Expr) -> list[Row]:
        """Return the rows of a table for which a condition is true."""
        return rows_of(self.tables[table].filter(condition), table)

    def ids(self, table: str) -> frozenset[str]:
        """Return the values of the first column of a table, which is its id; none where there is no such table."""
        if table not in self._ids:
            there = self.tables[table].to_series(0).to_list() if table in self.tables else []
            self._ids[table] = frozenset(there).difference((None,))
        return self._ids[table]

    def get(self, table: str, id_: str | None) -> Row | None:
        """Return a row of a table, which should have few, by its id."""
        if table not in self._by_id:
            self._by_id[table] = {next(iter(row.values())): row for row in self.rows(table)}
        return self._by_id[table].get(id_) if id_ else None

    def group(self, table: str, column: str) -> dict[Any, list[Row]]:
        """Return the rows of a table, which should have few, by the value of a column, empty values left out."""
        groups: dict[Any, list[Row]] = defaultdict(list)
        for row in self.rows(table):
            if row[column] is not None:
                groups[row[column]].append(row)
        return groups

    def text(self, text_path: str) -> Text | None:
        """Return the text of a source by its `text_path`, decoded once; None where there is none."""
        if text_path not in self._texts:
            raw = self.texts(text_path)
            self._texts[text_path] = None if raw is None else decoded(raw)
        return self._texts[text_path]

    @cached_property
    def source_texts(self) -> dict[str, str | None]:
        """The texts of sources by id; None for a text that is missing or not in order.

        For a source that ships, another text than the one that was coded is not in order.
        """
        found: dict[str, str | None] = {}
        for row in self.where("sources", pl.col("text_path").is_not_null() & pl.col("source_id").is_not_null()):
            text = self.text(row["text_path"])
            is_sound = text and not text.odd and (row.table_file >= self.shipped or text.sha256 == row["sha256"])
            found[row["source_id"]] = text.content if text and is_sound else None
        return found

    @cached_property
    def kinds(self) -> dict[str, str]:
        """The kinds of actors, but for those that are not known or have a problem of their own."""
        return dict(self.tables["actors"].select("actor_id", sound("kind")).drop_nulls().iter_rows())

    @cached_property
    def affiliations(self) -> Affiliations:
        """Who belongs to whom, which gives the party of an actor on a day."""
        actors = self.tables["actors"].select("actor_id", "part_of_id", "belligerent", "kind")
        return parties.affiliations(actors.to_dicts(), self.rows("roles"))

    @cached_property
    def _parties(self) -> Callable[[str, dt.date | None], str]:
        return cache(self.affiliations.party)

    def party(self, actor: str, day: dt.date | None) -> str:
        """Return the party of an actor on a day; that of one without offices is the same on each."""
        return self._parties(actor, day if actor in self.affiliations.offices else None)

    @cached_property
    def reported(self) -> pl.DataFrame:
        """Each statement with a day, with the days of its sources, and whether these show that a source prints it."""
        sources = self.tables["sources"].select("source_id", sound("published_on"), sound("kind"))
        mentions = self.tables["mentions"].select("statement_id", "source_id", "dated_by").join(sources, on="source_id")
        shows = pl.col("dated_by").is_not_null() | (pl.col("kind") != "press")
        reports = mentions.group_by("statement_id").agg(
            "published_on", shows_day=shows.any(), first=pl.min("published_on")
        )
        statements = self.tables["statements"].filter(pl.col("said_from").is_not_null())
        return statements.join(reports, on="statement_id", maintain_order="left")

    @cached_property
    def stances(self) -> pl.DataFrame:
        """Each stance, with who said the statement that it is of, for whom, and when."""
        of_statement = ("statement_id", "speaker_id", "on_behalf_of_id", "said_from", "said_to")
        stances = self.tables["stances"].drop("mention_id", "condition", "condition_demand_id")
        return stances.join(self.tables["statements"].select(of_statement), on="statement_id", maintain_order="left")

    @cached_property
    def entailments(self) -> Entailments:
        """What a position on one demand says of others."""
        return Entailments(self.rows("demands"), self.rows("demand_relations"))
