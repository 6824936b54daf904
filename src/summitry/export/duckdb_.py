"""DuckDB: every table with its keys, enumerations, checks and comments."""

from __future__ import annotations

import tempfile
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from summitry.dataset import names
from summitry.errors import DamagedFileError, extra
from summitry.export import sql

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb

    from summitry.export.tables import Tables
    from summitry.schema import Table

DIALECT = sql.Dialect(enum_types=True)
# the oldest storage that the extra `duckdb` asks for, so that all these versions can read the file
STORAGE = "v1.2.0"
# bytes; the smallest that DuckDB has: each column and index takes whole blocks, and the tables are small
BLOCK = 16384

NAMES = "CREATE VIEW names AS SELECT actor_id, name FROM actors UNION SELECT actor_id, name FROM actor_names"
# without the extension for full-text search; capitals and accents do not matter
SEARCH = """CREATE MACRO search_statements(words) AS TABLE
    SELECT s.* FROM statements_with_names s
    WHERE contains(strip_accents(lower(s.summary)), strip_accents(lower(words)))
    OR EXISTS (
        SELECT 1 FROM names n
        WHERE n.actor_id IN (s.speaker_id, s.on_behalf_of_id, s.addressee_id, s.target_id)
        AND contains(strip_accents(lower(n.name)), strip_accents(lower(words)))
    )"""
SEARCH_NAMES = """CREATE MACRO search_{table}(words) AS TABLE
    SELECT t.* FROM {table} t
    WHERE contains(strip_accents(lower(t.{name})), strip_accents(lower(words)))
    OR EXISTS (
        SELECT 1 FROM {names} n
        WHERE n.{id} = t.{id} AND contains(strip_accents(lower(n.name)), strip_accents(lower(words)))
    )"""


def content(tables: Tables) -> bytes:
    """Return a DuckDB database.

    Enumerations are ENUM types in the order of the codebook. Primary, unique and foreign keys are declared and
    thereby indexed: DuckDB builds an index for each of them by itself. Tables, columns and types carry their
    descriptions as comments; the table `dataset` (name, value) has title, version, citation and licence. A row that
    names rows of its own table comes after them. Views have the name beside each id (`stances_with_names`), and
    `FROM search_statements('zelenskyy')` finds statements by words of the summary and by any spelling of whom it names.
    `search_actors`, `search_demands` and `search_locations` find these by any of their names.
    There is no index for full-text search: its extension would have to be downloaded.

    Raises:
        MissingExtraError: when duckdb is not installed.
        DamagedFileError: when a row breaks a constraint of its schema.
    """
    with extra("duckdb"):
        import duckdb
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "summitry.duckdb"
        connection = duckdb.connect()
        try:
            options = f"STORAGE_VERSION {sql.literal(STORAGE)}, BLOCK_SIZE {BLOCK}"
            connection.execute(f"ATTACH {sql.literal(str(path))} AS made ({options})")
            connection.execute("USE made")
            _write(connection, tables)
            connection.execute("USE memory")
            connection.execute("DETACH made")
        except (duckdb.ConstraintException, duckdb.ConversionException, CycleError) as e:
            raise DamagedFileError(f"The dataset does not fit its schemas: {e}. See: summitry validate") from e
        except (duckdb.IOException, duckdb.TransactionException) as e:
            raise OSError(None, str(e).splitlines()[0], folder) from e
        finally:
            connection.close()
        return path.read_bytes()


def _write(connection: duckdb.DuckDBPyConnection, tables: Tables) -> None:
    for table in sql.in_order(tables.package):
        for f in table.fields:
            if f.enum:
                connection.execute(f"CREATE TYPE {sql.quoted(sql.enum_type(table, f))} AS ENUM ({sql.values(f)})")
        connection.execute(sql.create_table(table, DIALECT))
        for numbers in batches(tables, table):
            connection.register("incoming", tables.arrow[table.name].take(numbers))
            connection.execute(f"INSERT INTO {sql.quoted(table.name)} SELECT * FROM incoming")  # noqa: S608 - quoted
            connection.unregister("incoming")
        for comment in _comments(table):
            connection.execute(comment)
    for statement in [*sql.create_views(tables.package), NAMES, SEARCH, *_name_searches()]:
        connection.execute(statement)
    connection.execute("CREATE TABLE dataset (name VARCHAR PRIMARY KEY, value VARCHAR NOT NULL)")
    connection.executemany(sql.insert("dataset", 2), list(tables.about.items()))


def _name_searches() -> Iterator[str]:
    for table, others in names.OTHER_NAMES.items():
        id_, name, _ = names.SEARCHED[table]
        yield SEARCH_NAMES.format(table=table, id=id_, name=name, names=others)


def batches(tables: Tables, table: Table) -> Iterator[list[int]]:
    """Return the numbers of the rows in portions, each of which names only rows of earlier ones.

    Raises:
        CycleError: when rows are, over some steps, part of themselves.
    """
    rows = tables.rows[table.name]
    columns = [key.fields[0] for key in table.foreign_keys if key.table == table.name]
    if not columns:
        yield from ([list(range(len(rows)))] if rows else [])
        return
    numbers = {row[table.primary_key[0]]: i for i, row in enumerate(rows)}
    needs: dict[int, list[Any]] = {
        i: [numbers[row[c]] for c in columns if row[c] in numbers] for i, row in enumerate(rows)
    }
    sorter = TopologicalSorter(needs)
    sorter.prepare()
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        yield ready
        sorter.done(*ready)


def _comments(table: Table) -> Iterator[str]:
    yield f"COMMENT ON TABLE {sql.quoted(table.name)} IS {sql.literal(table.description)}"
    for f in table.fields:
        column = f"{sql.quoted(table.name)}.{sql.quoted(f.name)}"
        yield f"COMMENT ON COLUMN {column} IS {sql.literal(f.description)}"
        if f.enum:
            meanings = "; ".join(f"{c.value}: {c.description}" for c in f.categories)
            yield f"COMMENT ON TYPE {sql.quoted(sql.enum_type(table, f))} IS {sql.literal(meanings)}"
