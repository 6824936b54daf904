"""The flat table of stances: a table of every export that has tables, and one CSV file for spreadsheets, R and rDNA."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from summitry import schema
from summitry.analysis import stances_table
from summitry.dataset import query, storage
from summitry.dataset.days import Day, as_day
from summitry.export.tables import Tables, closed
from summitry.schema import Field, ForeignKey, Table

if TYPE_CHECKING:
    import pandas as pd

    from summitry.schema import Package

NAME = "stances_table"
# column → the table and the column whose values it has, and what it says if that is something else
_COLUMNS = {
    "stance_id": ("stances", "stance_id", ""),
    "statement_id": ("stances", "statement_id", ""),
    "mention_id": ("stances", "mention_id", ""),
    "actor_id": ("actors", "actor_id", "For whom the stance counts: the party of the holder on the day."),
    "actor_name": ("actors", "name", ""),
    "speaker_id": ("statements", "speaker_id", ""),
    "speaker_name": ("actors", "name", ""),
    "speaker_party_id": ("actors", "actor_id", "The party of the speaker on the day."),
    "speaker_party_name": ("actors", "name", ""),
    "holder_id": ("stances", "holder_id", ""),
    "holder_name": ("actors", "name", ""),
    "holder_party_id": ("actors", "actor_id", "The party of the holder on the day."),
    "holder_party_name": ("actors", "name", ""),
    "demand_id": ("stances", "demand_id", ""),
    "demand_label": ("demands", "label", ""),
    "act": ("statements", "act", ""),
    "said_from": ("statements", "said_from", ""),
    "said_to": ("statements", "said_to", ""),
    "issue": ("demands", "issue", ""),
    "position": ("stances", "position", ""),
    "condition": ("stances", "condition", ""),
    "attribution": ("stances", "attribution", ""),
    "inferred_by": ("stances", "condition", "The relations by which it follows; empty, as all rows here are coded."),
    "inferred_from": ("stances", "condition", "The stance from which it follows; empty, as all rows here are coded."),
    "via_group_id": ("actors", "part_of_id", "The group through which it counts; empty, as groups are whole here."),
    "outlet": ("actors", "name", "The publisher of the source whose words show the stance."),
    "address": ("sources", "url", ""),
    "quote": ("mentions", "quote", ""),
    "summary": ("statements", "summary", ""),
}
_SIGN = Field("sign", "Sign", "integer", "1 for the demand, 0 where it is left open, -1 against it.", 1, required=True)


def schema_of(package: Package) -> Table:
    """Return the schema of the flat table: its columns have the types and values that they have in their tables."""
    fields = [_field(package, name) for name in _COLUMNS]
    fields.insert(list(_COLUMNS).index("attribution"), _SIGN)
    description = (
        "One row is a stance with its statement, its parties, its words and its source. It repeats what other tables "
        "say, so that nothing needs to be joined, as summitry.stances_table() does."
    )
    of_stances = ForeignKey(("stance_id",), "stances", ("stance_id",))
    return Table(NAME, "Stances, flat", description, tuple(fields), ("stance_id",), foreign_keys=(of_stances,))


def _field(package: Package, name: str) -> Field:
    of, column, own = _COLUMNS[name]
    found = package.table(of)[column]
    return found._replace(name=name, description=own or found.description, unique=False, required=False)


def rows(tables: Tables) -> pd.DataFrame:
    """Return what `summitry.stances_table` does of the tables, with whole numbers as signs."""
    return stances_table.stances_table(tables=tables.frames).astype({"sign": "Int64"})


def added(tables: Tables) -> Tables:
    """Return tables with the flat table of stances as one more."""
    of = schema_of(tables.package)
    arrow = storage.to_arrow(rows(tables).sort_values("stance_id"), of)
    package = replace(tables.package, tables={**tables.package.tables, NAME: of})
    return replace(tables, package=package, arrow={**tables.arrow, NAME: arrow})


def take(as_of: Day | None = None) -> Tables:
    """Return the dataset of this installation, whole or as it was known on a day, with the flat table of stances.

    Raises:
        InputError: for a day of wrong form.
        DamagedFileError: when a table is missing or cannot be read.
    """
    package = schema.package()
    tables = {name: query.select(name, as_of=as_of) for name in package.tables}
    if as_of is None:
        return added(Tables(package, tables))
    return added(Tables(package, closed(package, tables), as_day(as_of)))


def content(tables: Tables) -> bytes:
    """Return the rows of `summitry.stances_table` as CSV (UTF-8, LF): days are YYYY-MM-DD, signs whole numbers."""
    return rows(tables).to_csv(index=False, lineterminator="\n", date_format="%Y-%m-%d").encode()
