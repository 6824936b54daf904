"""The dataset as one file in a format of others.

`FORMATS` is the table of formats. A writer is a module with `content(tables) -> bytes`, a pure function of the
dataset; writing the file, all or nothing, is done here once for all of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from summitry.dataset.arguments import checked
from summitry.errors import InputError, choice

if TYPE_CHECKING:
    from summitry.dataset.days import Day


@dataclass(frozen=True)
class Format:
    """A format to export to.

    Attributes:
        module: the writer; it is imported only when it is used.
        content: what is in the file, in a few words.
        opens: how to open it; `{file}` is replaced by the file.
        suffixes: how the name of the file may end, the usual one first.
    """

    module: str
    content: str
    opens: str
    suffixes: tuple[str, ...]


FORMATS = {
    "csv": Format(
        "summitry.export.csv_",
        "a zip file with every table as CSV (UTF-8), and the flat table of stances",
        "any program that unpacks zip files",
        (".zip",),
    ),
    "flat": Format(
        "summitry.export.flat",
        "one CSV file with a row per stance: speaker, holder, their parties, demand, words and source",
        'any spreadsheet program, or in R: read.csv("{file}", na.strings = "")',
        (".csv",),
    ),
    "parquet": Format(
        "summitry.export.parquet",
        "a zip file with every table as Parquet, and the flat table of stances",
        "any program that unpacks zip files",
        (".zip",),
    ),
    "xlsx": Format(
        "summitry.export.xlsx",
        "a worksheet for every table and the flat table of stances, with dates and filters",
        "Excel, LibreOffice",
        (".xlsx",),
    ),
    "sqlite": Format(
        "summitry.export.sqlite",
        "every table with keys, checks, names beside ids, the flat table of stances, full-text search and the codebook",
        "datasette {file}, or: sqlite3 {file}",
        (".db", ".sqlite", ".sqlite3"),
    ),
    "duckdb": Format(
        "summitry.export.duckdb_",
        "every table with keys, enumerations, names beside ids, the flat table of stances, a search and comments",
        "duckdb {file}",
        (".duckdb", ".db"),
    ),
    "datasette": Format(
        "summitry.export.datasette",
        "metadata for Datasette, for a database called summitry.db",
        "datasette summitry.db --metadata {file}",
        (".json",),
    ),
    "jsonl": Format(
        "summitry.export.jsonl",
        "one line per statement, with its mentions, stances and event reports inside",
        'pandas.read_json("{file}", lines=True), or: jq . {file}',
        (".jsonl", ".ndjson"),
    ),
    "graphml": Format(
        "summitry.export.graphml",
        "the signed network of actors and demands, by what they say themselves",
        'Gephi, visone, yEd, or: networkx.read_graphml("{file}")',
        (".graphml", ".xml"),
    ),
    "geojson": Format(
        "summitry.export.geojson",
        "the events whose place has coordinates (RFC 7946)",
        "any map: QGIS, Leaflet, geopandas",
        (".geojson", ".json"),
    ),
}

OLDER = (".xls", ".ods")  # workbooks that no format here writes: programs refuse others by these names


def refuse_suffix(name: str, target: Path) -> None:
    """Refuse a file name that ends as those of other formats only.

    Raises:
        InputError: the message says how the name ends for this format, and which format the given name is of.
    """
    own, suffix = FORMATS[name].suffixes, target.suffix.lower()
    others = [other for other, about in FORMATS.items() if suffix in about.suffixes]
    if suffix in own or not (others or suffix.removeprefix(".") in FORMATS or suffix in OLDER):
        return
    what = "a zip file" if own == (".zip",) else "a file"
    hint = f" For a name that ends in {suffix} choose the format {' or '.join(others)}." if others else ""
    raise InputError(f"{target}: the format {name} writes {what} whose name ends in {own[0]}.{hint}")


@checked
def export(
    format: str,  # noqa: A002 - the word that users expect
    target: str | Path,
    as_of: Day | None = None,
    *,
    force: bool = False,
) -> Path:
    """Write the dataset to a file, as a whole or not at all.

    Args:
        format: one of `FORMATS`: "csv" and "parquet" (zip files), "flat" (one CSV file),
            "xlsx", "sqlite", "duckdb", "datasette" (metadata), "jsonl", "graphml", "geojson".
        target: the file to write, in a folder that exists.
        as_of: a day; use only what was published by it.
        force: whether to replace a file that is there.

    Returns:
        The path of the file.

    Raises:
        UnknownNameError: for a format that does not exist; the message names those that do.
        InputError: when the target is a folder, already exists, has the suffix of another format, or cannot be
            written; for a day of wrong form.
        MissingExtraError: when the format needs a package that is not installed.
        DamagedFileError: when a table is missing, unreadable, or breaks a constraint of its schema.

    Example:
        >>> import sqlite3, tempfile
        >>> from summitry.export import export
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     connection = sqlite3.connect(export("sqlite", f"{folder}/summitry.db"))
        ...     found = connection.execute("select count(*) from statements_fts('meeting')").fetchone()
        ...     connection.close()
        >>> found[0] > 0
        True
    """
    from summitry import paths
    from summitry.dataset import transaction
    from summitry.export import flat

    choice("format", format, list(FORMATS))
    path = Path(target)
    refuse_suffix(format, path)
    transaction.require_free(path, force=force)
    try:
        with transaction.reading(paths.root()):
            content: bytes = import_module(FORMATS[format].module).content(flat.take(as_of))
    except OSError as e:  # of a file that a library writes first
        raise InputError(f"{e.filename or 'The folder for temporary files'} cannot be written: {e.strerror}.") from e
    transaction.replace_file(path, content, force=force)
    return path
