"""Where the dataset lies: inside the installed package, or in the checkout of an editable install."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from summitry.errors import DamagedFileError

if TYPE_CHECKING:
    from collections.abc import Callable

FORMATS = ("parquet", "csv")


@cache
def root() -> Path:
    """Return the folder that holds datapackage.json, data/ and schemas/.

    A wheel carries them in `summitry/dataset`; an editable install has only the checkout around `src/`.

    Raises:
        DamagedFileError: when neither place has schemas.
    """
    here = Path(__file__).resolve().parent
    places = (here / "dataset", here.parents[1])
    for place in places:
        if (place / "schemas" / "package.json").is_file():
            return place
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


def text_finder(*folders: Path) -> Callable[[str], Path | None]:
    """Return a function that finds a text in the `seeds/` of the first folder that has it, and nowhere else."""

    def find(text_path: str) -> Path | None:
        for folder in folders:
            try:
                home, path = folder.resolve() / "seeds", (folder / text_path).resolve()
                if path.is_relative_to(home) and path.is_file() and os.access(path, os.R_OK):
                    return path
            except (OSError, ValueError, RuntimeError):  # too long, a NUL, links in a circle
                continue
        return None

    return find
