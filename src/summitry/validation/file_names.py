"""The table and the format of a file, by its name; and what to do with a file that is none."""

from __future__ import annotations

import os.path
import shlex
from pathlib import PurePath, PurePosixPath
from typing import TYPE_CHECKING

from summitry.paths import FORMATS, TABLES
from summitry.validation.report import Problem, shorten
from summitry.words import nearest

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from summitry.schema import Package

_CONVERT = "Save each table of it as “CSV UTF-8”, under the name of the table, such as statements.csv."
_REMOVE = "Remove it; only tables, texts and GUIDE.md belong here."
_ARCHIVE = "Unpack it, and put the files here."
_is_folder = os.path.isdir  # Path.is_dir() raises an error for a name that is too long for any file
# what to do with files of other formats
OTHER_FORMATS = {
    "xlsx": ("a workbook", _CONVERT),
    "xlsm": ("a workbook", _CONVERT),
    "xls": ("a workbook", _CONVERT),
    "ods": ("a workbook", _CONVERT),
    "numbers": ("a workbook", _CONVERT),
    "tsv": ("a file with tabs between cells", "Save it with commas between cells, as <table>.csv."),
    "tab": ("a file with tabs between cells", "Save it with commas between cells, as <table>.csv."),
    "txt": ("a text", "If it is a table, name it <table>.csv; texts of sources belong in seeds/."),
    "json": ("JSON", "Write it as CSV or Parquet; polars and pandas read it."),
    "jsonl": ("JSON Lines", "Write it as CSV or Parquet; polars and pandas read it."),
    "ndjson": ("JSON Lines", "Write it as CSV or Parquet; polars and pandas read it."),
    "feather": ("a Feather file", "Write it as Parquet or CSV."),
    "arrow": ("an Arrow file", "Write it as Parquet or CSV."),
    "zip": ("an archive", _ARCHIVE),
    "gz": ("a compressed file", "Unpack it; only <table>.csv.gz is read as it is."),
    "7z": ("an archive", _ARCHIVE),
    "tar": ("an archive", _ARCHIVE),
}
# files that systems and programs put beside others, by their names in small letters, and by how they begin
_LEFT_BEHIND = {
    "thumbs.db": "Windows",
    "desktop.ini": "Windows",
    "ehthumbs.db": "Windows",
    "icon\r": "macOS",
    "__macosx": "macOS",
    "__pycache__": "Python",
}
_LOCKS = ("~$", ".~lock.")
_COPIES = ("~", ".bak", ".swp", ".orig", "#")  # how the copies end that editors keep


def table_of(path: Path, package: Package, file: str, formats: Collection[str] = FORMATS) -> tuple[str, str] | Problem:
    """Return the table and the format from a file's name, or the problem that there is none in it."""
    stem, _, suffix = path.name.partition(".")
    if suffix in formats and stem in package.tables:
        return stem, suffix
    return _left_behind(path, file) or _folder(path, package, file) or _unknown(path, package, file, formats)


def names_table(path: PurePath, package: Package) -> bool:
    """Say whether a file is named after a table, or nearly: its folder is a contribution."""
    stem, _, suffix = path.name.lower().partition(".")
    return f".{suffix}" in TABLES and nearest(stem, list(package.tables)) is not None


def _left_behind(path: Path, file: str) -> Problem | None:
    """Return the warning that a file is not of the contribution, if it is one that another program has left."""
    name = path.name
    is_lock = name.startswith(_LOCKS)
    is_copy = name.endswith(_COPIES) and not is_lock and not _is_folder(path)
    program = "an editor" if is_copy else _LEFT_BEHIND.get(name.lower())
    if program is None and not is_lock:
        return None
    fix = f"Delete it; {program} made it." if program else "Close the workbook, and delete the file if it stays."
    return Problem(file, "file", "warning", "only tables, texts and GUIDE.md", fix, value=shorten(name))


def _meant(name: str, package: Package) -> str | None:
    """Return the table that a name means in any case of its letters."""
    stem = name.lower().partition(".")[0]
    return stem if stem in package.tables else None


def _folder(path: Path, package: Package, file: str) -> Problem | None:
    """Return the problem that a folder is inside of one with tables; it may have tables itself."""
    if not _is_folder(path):
        return None
    inside = [] if path.is_symlink() else path.glob("*")  # a link may lead out of the folder
    has_tables = any(found.name.lower().endswith(TABLES) for found in inside)
    fix = f"Give it by itself, such as summitry validate {shlex.quote(file)}, or remove it." if has_tables else _REMOVE
    table, value = _meant(path.name, package), shorten(path.name)
    return Problem(file, "file", "error", "a table, not a folder", fix, table=table, value=value)


def _beside(path: Path, table: str, formats: Collection[str]) -> str | None:
    """Return the name of another file in the same folder that has the rows of a table."""
    for name in [f"{table}.{suffix}" for suffix in formats]:
        other = path.with_name(name)
        if os.path.isfile(other):  # noqa: PTH113 - is_file() raises an error where a path is too long
            is_itself = os.path.exists(path) and os.path.samefile(path, other)  # noqa: PTH110, PTH121 - likewise
            return None if is_itself else name
    return None


def _unknown(path: Path, package: Package, file: str, formats: Collection[str]) -> Problem:
    name = path.name
    expected = f"a name <table>.csv or <table>.parquet, the table one of {', '.join(package.tables)}"
    stem, _, suffix = name.lower().partition(".")
    last = PurePosixPath(name.lower()).suffix.removeprefix(".")
    fix = _REMOVE
    near = _meant(name, package)
    if suffix in formats:
        near = near or nearest(shorten(stem), list(package.tables))
    beside = _beside(path, near, formats) if near else None
    if beside and suffix in formats:
        fix = f"Remove it, or put its rows into {beside}: a table has one file."
    elif beside:  # the rows of the table are read
        near = None
    elif near and suffix in formats:
        fix = f"Rename it to {near}.{suffix}."
    elif last in OTHER_FORMATS:
        what, fix = OTHER_FORMATS[last]
        expected = f"a table as CSV or Parquet, not {what}"
        fix = fix.replace("<table>", near or "<table>")
    return Problem(file, "file", "error", expected, fix, table=near, value=shorten(name))
