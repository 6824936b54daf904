"""The archive of the last release, which a checkout has in `releases/`, and the tables that are not those of it."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path

from summitry import paths
from summitry.dataset import snapshot
from summitry.errors import InputError


def archive(base: Path) -> Path | None:
    """Return the archive of the last release in a checkout; None where there is none, as in an installed package."""
    found = {file.stem.removeprefix("summitry-"): file for file in (base / "releases").glob("summitry-*.zip")}
    versions = [version for version in found if snapshot.VERSION.fullmatch(version)]
    return found[max(versions, key=lambda v: [int(part) for part in v.split(".")])] if versions else None


def unreleased_tables(base: Path) -> set[str]:
    """Return the tables of a checkout whose rows or schema are not those of the last release.

    Raises:
        InputError: when the archive of the last release cannot be read.
    """
    last = archive(base)
    if last is None:
        return set()
    try:
        with zipfile.ZipFile(last) as packed:
            released = {name: packed.read(name) for name in packed.namelist()}
    except (OSError, zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError) as e:
        raise InputError(f"{last} cannot be read: {e}. Get it again with: git checkout -- releases") from e
    files = [*paths.data(base).glob("*.csv"), *paths.schemas(base).glob("*.json")]
    return {f.stem for f in files if released.get(f.relative_to(base).as_posix()) != f.read_bytes()}
