"""The tables of an analysis: the dataset's or the caller's own, as published by a day."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from difflib import get_close_matches
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from summitry import schema
from summitry.dataset import expansion, parties, query, storage
from summitry.dataset.days import as_day
from summitry.dataset.entailment import Entailments
from summitry.dataset.names import SEARCHED, meant, replacement, why_withdrawn
from summitry.errors import InputError, unknown_name
from summitry.schema import types
from summitry.words import LEAST_LIKENESS, question

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    import pandas as pd
    import pyarrow as pa

    from summitry.dataset.days import Day
    from summitry.dataset.parties import Affiliations
    from summitry.schema import Table

Tables = Mapping[str, "pd.DataFrame"]
_AFFILIATING = ("actors", "roles", "group_members")
SEPARATOR = ";"  # between ids in one cell; no id can contain it


def table(name: str, as_of: Day | None = None, tables: Tables | None = None) -> pd.DataFrame:
    """Return a table of the caller if there is one, else of the dataset, as published by a day.

    A column that the schema does not require may be absent.

    Raises:
        UnknownNameError: for a table that does not exist.
        InputError: for a frame that does not match its schema, or whose rows need rows that are in no table.
    """
    if tables and as_of is None and name in tables:
        _require_known_tables(tables)
        return typed(tables[name], name)
    return storage.to_pandas(arrow(name, as_of, tables), schema.package().table(name))


def arrow(name: str, as_of: Day | None = None, tables: Tables | None = None) -> pa.Table:
    """Return a table as Arrow; the arguments are those of `table`."""
    if not tables:
        return query.select(name, as_of=as_of)
    _require_known_tables(tables)

    def own(table_name: str) -> pa.Table:
        if table_name not in tables:
            return storage.read_arrow(table_name)
        return storage.to_arrow(typed(tables[table_name], table_name), schema.package().table(table_name))

    if as_of is None:
        return own(name)
    day = as_day(as_of)
    _require_links(name, own, tables)
    return query.known(name, day, own)


def affiliations(as_of: Day | None = None, tables: Tables | None = None) -> Affiliations:
    """Return who belongs to whom, which gives the party of an actor on a day."""
    if as_of is None and not tables:
        return _shipped_affiliations(*map(storage.published_bytes, _AFFILIATING))
    return parties.affiliations(*(arrow(name, as_of, tables).to_pylist() for name in _AFFILIATING))


@lru_cache(maxsize=1)  # many ask for one actor after another
def _shipped_affiliations(*published: bytes) -> Affiliations:
    return parties.affiliations(*(storage.decoded(content).to_pylist() for content in published))


def entailments(by: Collection[str], as_of: Day | None = None, tables: Tables | None = None) -> Entailments:
    """Return which demands follow from one another by some relations."""
    demands, relations = (arrow(name, as_of, tables).to_pylist() for name in ("demands", "demand_relations"))
    return Entailments(demands, relations, by)


def party_column(rows: pd.DataFrame, actor: str, belongs: Affiliations) -> pd.Series[str]:
    """Return the party of the actor that each row names in a column, on the day of the row."""
    import pandas as pd

    days = [None if pd.isna(day) else day.date() for day in rows["day"]]
    pairs = list(zip(rows[actor], days, strict=True))
    party = {pair: belongs.party(*pair) for pair in set(pairs)}
    return pd.Series([party[pair] for pair in pairs], index=rows.index, dtype=types.text())


def read(names: Iterable[str], as_of: Day | None, tables: Tables | None) -> dict[str, pd.DataFrame]:
    """Return several tables by name, each as `table` does."""
    return {name: table(name, as_of, tables) for name in names}


def called(name: str, as_of: Day | None = None, tables: Tables | None = None) -> dict[str, str]:
    """Return what each row of a table is called, by its id."""
    of, rows = schema.package().table(name), table(name, as_of, tables)
    return dict(zip(rows[of.primary_key[0]], rows[expansion.label_column(of)], strict=True))


def _require_known_tables(tables: Tables) -> None:
    for given in tables:
        schema.package().table(given)


def typed(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return a frame of the caller's with the columns and dtypes of a table's schema.

    Raises:
        InputError: for a column or a cell that is missing, a cell of another type, a number beyond the limits of the
            schema or a duplicate key.
    """
    import pandas as pd

    of = schema.package().table(name)
    if twice := [column for column in of.names if list(frame.columns).count(column) > 1]:
        raise InputError(f"Your table {name} has two columns {twice[0]!r}. Leave one of them out.")
    missing = [f.name for f in of.fields if of.required(f) and f.name not in frame.columns]
    if missing:
        raise InputError(f"Your table {name} has no column {missing[0]!r}. Give it the columns {', '.join(of.names)}.")
    dtypes = types.pandas_dtypes(of)
    loaded = frame.dtypes.to_dict() == dtypes and list(frame.columns) == of.names
    loaded = loaded and not any(_hours(frame[f.name]).any() for f in of.fields if f.type == "date")
    result = frame.reset_index(drop=True) if loaded else _converted(frame, of, dtypes)
    for f in of.fields:
        if of.required(f) and not loaded and result[f.name].isna().any():
            empty = int(result[f.name].isna().to_numpy().argmax()) + 1
            raise InputError(f"Your table {name} has no {f.name} in row {empty}. Give it one, or leave the row out.")
        for limit, beyond, words in ((f.minimum, pd.Series.lt, "at least"), (f.maximum, pd.Series.gt, "at most")):
            if isinstance(limit, int | float) and len(wrong := result.loc[beyond(result[f.name], limit), f.name]):
                raise InputError(f"Your table {name} has the {f.name} {wrong.iloc[0]}. Give {words} {limit}.")
    double = result.loc[result.duplicated(list(of.primary_key)), list(of.primary_key)]
    if len(double):
        key = ", ".join(map(str, double.iloc[0]))
        raise InputError(f"Your table {name} has two rows with the key {key!r}. Leave one of them out.")
    return result


def _converted(frame: pd.DataFrame, of: Table, dtypes: Mapping[str, Any]) -> pd.DataFrame:
    """Return a frame with all columns of a table's schema, in its dtypes."""
    for f in of.fields:
        given = set(frame[f.name].dropna().map(str)) - set(f.enum) if f.enum and f.name in frame.columns else ()
        for value in sorted(given):
            raise unknown_name(f"value of {of.name}.{f.name}", value, list(f.enum))
    try:
        days = {f.name: _days(frame[f.name]) for f in of.fields if f.type == "date" and f.name in frame.columns}
        return frame.assign(**days).reindex(columns=of.names).astype(dtypes).reset_index(drop=True)
    except (TypeError, ValueError) as e:
        raise InputError(
            f"Your table {of.name} has a cell of another type than its schema: {str(e).rstrip('.')}. "
            f"summitry.describe({of.name!r}) describes each column."
        ) from e


def _days(column: pd.Series[Any]) -> pd.Series[Any]:
    """Return days as moments; as text they are YYYY-MM-DD: pandas takes 08.09.2025 for August.

    Raises:
        ValueError: for a text of another form.
    """
    import pandas as pd

    if column.isna().all():
        return column
    if pd.api.types.is_datetime64_any_dtype(column):
        found: pd.Series[Any] = column.dt.tz_localize(None)  # the day is the one that the clock shows there
    else:
        texts = column.astype(types.text())
        found = pd.to_datetime(texts, format="ISO8601", errors="coerce")
        found = found.where(texts.str.match(r"\d{4}-\d{2}-\d{2}", na=False))  # ISO 8601 has months and years, too
    if wrong := column[(found.isna() | _hours(found)) & column.notna()].tolist():
        raise ValueError(f"{column.name} is {str(wrong[0])!r}, and no day as YYYY-MM-DD")
    return found


def _hours(moments: pd.Series[Any]) -> pd.Series[bool]:
    """Say which moments are no midnight."""
    hours: pd.Series[bool] = moments.notna() & (moments != moments.dt.normalize())
    return hours


def _require_links(name: str, read: Callable[[str], pa.Table], given: Tables) -> None:
    """Refuse rows of the caller without a day of publication, because the rows that they need are missing."""
    import pyarrow.compute as pc

    links = query.HANGS_ON.get(name, [])
    for column, other, reference in links:
        ids = read(name)[column]
        strangers = ids.filter(pc.invert(pc.is_in(ids, read(other)[reference])))
        if len(links) == 1 and len(strangers):
            raise InputError(
                f"as_of needs the day on which {strangers[0].as_py()!r} of your table {name} was published: no row of "
                f"{other} has it as {reference}. Give your own table {other} too, or leave as_of out."
            )
        if other in given:
            _require_links(other, read, given)


def known(table_name: str, ids: Sequence[str], tables: Tables | None = None) -> tuple[str, ...]:
    """Return ids of a table, in place of one that was withdrawn the one that replaces it.

    Raises:
        InputError: for the first that no row has, with the likeliest meant and the way to find it, or the reason for
            which it was withdrawn.
    """
    key = schema.package().table(table_name).primary_key[0]
    there = set(arrow(table_name, tables=tables)[key].to_pylist())
    found = [given if given in there else replacement(table_name, given) for given in ids]
    for given, id_ in zip(ids, found, strict=True):
        if id_ not in there:
            hint = why_withdrawn(table_name, given) or _where_to_look(given, table_name, there, own=bool(tables))
            raise InputError(f"No row of {table_name} has the {key} {given!r}.{hint}")
    return tuple(filter(None, found))


def _where_to_look(given: str, table_name: str, there: Collection[str], *, own: bool) -> str:
    """Return the id that may be meant, and what shows all."""
    if table_name not in SEARCHED or own:
        near = get_close_matches(given, sorted(there), 1, LEAST_LIKENESS)  # of long ids, one word like it says nothing
        return f"{question(next(iter(near), None))} summitry.load_{table_name}() shows which there are."
    at_prompt = f"summitry search {shlex.quote(given)}"
    return f"{question(meant(given, table_name))} To find it: {at_prompt}; in Python: summitry.search({given!r})."


def several(given: str | Sequence[str] | None) -> tuple[str, ...] | None:
    """Return one value or several as a tuple, and None as None."""
    return (given,) if isinstance(given, str) else given if given is None else tuple(given)


def only(what: str, given: object) -> str:
    """Return a text that must be one, not several.

    Raises:
        InputError: for anything else.
    """
    if not isinstance(given, str):
        raise InputError(f"{what} is {given!r}; give one id.")
    return given


def joined(values: pd.Series[Any], groups: pd.Series[Any], separator: str = SEPARATOR) -> pd.Series[str]:
    """Return the distinct values of each group as one text, in the order in which they come.

    Missing values are passed over; the result has the groups that have a value as its index.
    """
    import pandas as pd

    found: dict[Any, dict[str, None]] = {}
    present = values.notna()
    for group, value in zip(groups[present].tolist(), values[present].astype(str).tolist(), strict=True):
        found.setdefault(group, {})[value] = None
    return pd.Series({group: separator.join(texts) for group, texts in found.items()}, dtype=types.text())


def with_names(frame: pd.DataFrame, names: Mapping[str, str], as_of: Day | None, tables: Tables | None) -> pd.DataFrame:
    """Put beside each column of ids, of "actors" or "demands", what the ids are called."""
    for column, of in names.items():
        name = expansion.name_column(column, str(expansion.label_column(schema.package().table(of))))
        cells = frame[column].map(called(of, as_of, tables)).astype(types.text())
        frame.insert(list(frame.columns).index(column) + 1, name, cells)
    return frame
