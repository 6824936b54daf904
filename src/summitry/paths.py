"""Where the dataset is: inside the installed package, or in the checkout of an editable install."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from summitry.errors import DamagedFileError

FORMATS = ("csv", "parquet")  # where a table has both, the CSV is what people edit
COMPRESSED = "csv.gz"  # a table that gzip has compressed, which others may give
TABLES = tuple(f".{suffix}" for suffix in (*FORMATS, COMPRESSED))  # how the name of a table's file ends
TEXTS = "seeds"  # the folder of the texts of sources, in a checkout or a contribution


@cache
def root() -> Path:
    """Return the folder with datapackage.json, data/ and schemas/.

    A wheel has them in `summitry/dataset`; an editable install has only the checkout around `src/`.

    Raises:
        DamagedFileError: when neither place has schemas.
    """
    here = Path(__file__).resolve().parent
    places = (here / "dataset", here.parents[1])
    for place in places:
        if (place / "schemas" / "package.json").is_file():
            return place
    if not here.is_dir():
        raise DamagedFileError(
            f"summitry is imported from inside of a file, {here.parent}: its tables must be files that other programs "
            "can open. Install it instead: pip install and the name of the wheel"
        )
    raise DamagedFileError(
        f"The dataset is missing: there is no schemas/package.json in {places[0]} or {places[1]}. "
        "Reinstall it with: pip install --force-reinstall summitry"
    )


def schemas(base: Path | None = None) -> Path:
    """Return the folder of the table schemas."""
    return (base or root()) / "schemas"


def data(base: Path | None = None) -> Path:
    """Return the folder of the tables."""
    return (base or root()) / "data"


def table_file(table: str, suffix: str, base: Path | None = None) -> Path:
    """Return the path of one table in one format, whether or not it exists."""
    return data(base) / f"{table}.{suffix}"


def descriptor(base: Path | None = None) -> Path:
    """Return the path of the data package descriptor."""
    return (base or root()) / "datapackage.json"


def is_dataset(path: Path) -> bool:
    """Say whether a path is the dataset itself: its folder, that of the tables, or the descriptor."""
    return os.path.realpath(path) in map(str, (root(), data(), descriptor()))  # resolve() fails for links in a circle
