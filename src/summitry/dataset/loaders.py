"""One `load_<table>()` for each table of the schemas, and `load_all()`.

A loader is made from the schemas when it is asked for, so that its docstring is the codebook of its table: to make
those of all tables takes longer than to load one. `publish.stub` writes the same names and types for editors.
"""

from __future__ import annotations

import inspect
from functools import cache
from textwrap import wrap
from typing import TYPE_CHECKING, Any, Literal, overload

from summitry import paths, schema
from summitry.dataset import dated, query, storage, transaction
from summitry.dataset.arguments import checked
from summitry.errors import choice, missing_extra
from summitry.schema import types

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd
    import polars as pl
    import pyarrow as pa

    from summitry.dataset.days import Day
    from summitry.schema import Field, Package, Table

WIDTH = 100
_PANDAS = {
    "string": "text",
    "integer": "nullable integer",
    "number": "float",
    "boolean": "nullable boolean",
    "date": "datetime",
}


def _to_polars(rows: pa.Table, table: Table) -> pl.DataFrame:
    import polars as pl

    frame = pl.from_arrow(rows)
    dtypes = {n: t for n, t in types.polars_schema(table).items() if n in rows.column_names}
    return frame.cast(dtypes)  # type: ignore[return-value, arg-type] # a table gives a frame


def _to_duckdb(rows: pa.Table, table: Table) -> Any:
    """Return a relation; DuckDB reads Arrow's dictionaries as text, so the enumerations are cast."""
    import duckdb

    enums = {f.name: ", ".join(f"'{v}'" for v in f.enum) for f in table.fields if f.enum}
    columns = [f'"{n}"::ENUM({enums[n]}) AS "{n}"' if n in enums else f'"{n}"' for n in rows.column_names]
    return duckdb.from_arrow(rows).project(", ".join(columns))


# engine → what it makes of an Arrow table, and the extra that brings it
ENGINES: dict[str, tuple[Callable[[pa.Table, Table], Any], str]] = {
    "pandas": (storage.to_pandas, ""),
    "polars": (_to_polars, "polars"),
    "pyarrow": (lambda rows, _: rows, ""),
    "duckdb": (_to_duckdb, "duckdb"),
}


@checked
def load_all(engine: str = "pandas", *, expand: bool = False, as_of: Day | None = None) -> dict[str, Any]:
    """Load every table.

    Args:
        engine: the kind of frame, as for `load_<table>()`.
        expand: whether to add the name for each id.
        as_of: leave out what was not known on this day.

    Returns:
        A frame for each table, by its name, in the order of the codebook.

    Raises:
        UnknownNameError: for an engine that does not exist.
        MissingExtraError: when the engine is not installed.
        DamagedFileError: when a file is missing or cannot be read, or a merge or build ends meanwhile.

    Example:
        >>> from summitry import load_all
        >>> sorted(load_all())[:2]
        ['actor_names', 'actors']
    """
    with transaction.reading(paths.root()):
        return {name: load(name, engine, expand=expand, as_of=as_of) for name in schema.package().tables}


@overload
def load(name: str, engine: Literal["pandas"] = ..., **options: Any) -> pd.DataFrame: ...
@overload
def load(name: str, engine: Literal["polars"], **options: Any) -> pl.DataFrame: ...
@overload
def load(name: str, engine: Literal["pyarrow"], **options: Any) -> pa.Table: ...
@overload
def load(name: str, engine: str, **options: Any) -> Any: ...
def load(name: str, engine: str = "pandas", **options: Any) -> Any:
    """Load one table by name, as `load_<table>()` does; the options are those of `query.select`.

    Example:
        >>> from summitry.dataset.loaders import load
        >>> load("stances", where={"attribution": "self"}, columns=["holder_id"]).columns.tolist()
        ['holder_id']
    """
    convert, extra = ENGINES[choice("engine", engine, list(ENGINES))]
    table = schema.package().table(name)
    try:
        if engine == "polars" and not options:
            import polars as pl  # without pyarrow, for a whole table

            return pl.read_parquet(storage.published_bytes(name)).cast(types.polars_schema(table))  # type: ignore[arg-type]
        return convert(query.select(name, **options), table)
    except ModuleNotFoundError as e:
        if e.name != engine:
            raise
        raise missing_extra(engine, extra) from e


def column_type(f: Field) -> str:
    """Say which kind of pandas column a field becomes."""
    return "ordered category" if f.enum else _PANDAS[f.type]


def _lines(text: str, indent: int, further: int = 0) -> list[str]:
    """Break a text into lines, of which all but the first are indented further."""
    return wrap(text, WIDTH, initial_indent=" " * indent, subsequent_indent=" " * (indent + further))


def _days_line(table: Table) -> str:
    """Say what since and until do in a table."""
    home = dated.home(table.name)
    if home is None:
        return "since, until: an error in this table, whose rows have neither a day nor a statement."
    of = "" if home == table.name else f"whose {home.removesuffix('s')} was "
    return f"since, until: days; only rows {of}{dated.MEANING[home]}. Both days are included."


def docstring(table: Table, package: Package) -> str:
    """Return the docstring of a table's loader: rows, columns, source, errors and an example that runs."""
    lines = [
        f"Load the table {table.name}.",
        "",
        *_lines(table.description, 4),
        "",
        "    Args:",
        '        engine: "pandas" (the default), "polars", "pyarrow" or "duckdb".',
        "        expand: whether to add the name for each id, such as speaker_name.",
        "        columns: one or several, in this order; a name beside an id, such as speaker_name, too.",
        "        where: by column, one value or several in a list, Series, Index, array or generator; None means an",
        '            empty cell. A pair of a sign and a value compares: (">=", "2025-08-20"); the signs are =, !=, >=,',
        "            <=, > and <. All pairs of a list must be true. An id that was withdrawn means its replacement.",
        *_lines(_days_line(table), 8, 4),
        "        as_of: a day; leave out what the sources published up to it do not make known.",
        "",
        "    Returns:",
        f"        A frame sorted by {', '.join(table.primary_key)}, of {len(table.fields)} columns; an empty cell",
        "        is missing. Dates are calendar days without a time zone. Text has the dtype that pandas 3 calls str",
        "        and pandas 2 calls string; a missing text is NaN in both.",
        "",
        "    Columns:",
        *(line for f in table.fields for line in _lines(f"{f.name} ({column_type(f)}): {f.description}", 8, 4)),
        "",
        "    Raises:",
        "        UnknownNameError: for an engine, column or value that does not exist; the message has the nearest.",
        "        InputError: for a value that is not of its column's type, and for what is not a day.",
        "        MissingExtraError: when the engine is not installed.",
        "        DamagedFileError: when the file is missing or cannot be read.",
        "",
        "    Source:",
        *_lines(f"{package.title}, version {package.version}.", 8),
        "",
        "    Example:",
        f"        >>> from summitry import load_{table.name}",
        f"        >>> list(load_{table.name}().columns[:2])",
        f"        {table.names[:2]}",
    ]
    return "\n".join(lines) + "\n"


def signature() -> inspect.Signature:
    """Return the signature of every loader: the engine, and the options of `query.select`."""
    selected = inspect.signature(query.select)
    name, *options = selected.parameters.values()
    engine = name.replace(name="engine", default="pandas")
    return selected.replace(parameters=[engine, *options], return_annotation="Any")


@cache
def loader(name: str) -> Callable[..., Any]:
    """Return the function that loads a table.

    Raises:
        UnknownNameError: for a table that does not exist.
    """
    package = schema.package()
    table = package.table(name)

    def function(engine: str = "pandas", **options: Any) -> Any:
        return load(table.name, engine, **options)

    function.__name__ = function.__qualname__ = f"load_{name}"
    function.__doc__ = docstring(table, package)
    function.__signature__ = signature()  # type: ignore[attr-defined] # which functions may have, says PEP 362
    return checked(function)
