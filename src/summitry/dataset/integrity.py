"""The hashes of the dataset's files, compared with the published ones; in a checkout also with the last release."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from summitry import paths
from summitry.dataset import transaction
from summitry.dataset.arguments import checked
from summitry.errors import DamagedFileError

FIX = "Reinstall with: pip install --force-reinstall summitry; in a checkout, build it with: python scripts/build.py"
SHIPPED = "summitry/dataset/"  # where a wheel keeps the files that the checkout has at its root


class FileState(NamedTuple):
    """The state of a published file.

    Attributes:
        path: its path in the dataset.
        state: ok, changed, missing; or new, where it is the one that was built, but of a table that is not that of the
            last release.
        expected: its SHA-256 in the descriptor, or in the record of the wheel, hexadecimal.
        found: its SHA-256 now; empty if it is missing.
    """

    path: str
    state: str
    expected: str
    found: str


@checked
def verify(base: str | Path | None = None) -> list[FileState]:
    """Compare the files of the dataset with their published hashes.

    The descriptor has the hashes of the tables. If the dataset was installed from a wheel, the record of the wheel has
    those of the descriptor and the schemas. In a checkout the descriptor is written anew with each merge and build:
    there the tables and their schemas are also compared with the last release, which is in `releases/`.

    Args:
        base: the folder of the dataset; by default the installed one.

    Returns:
        The state of each file, in the order of the descriptor. What differs from the last release says `diff`.

    Raises:
        DamagedFileError: when the descriptor is missing or is no descriptor, or a merge or build is unfinished.

    Example:
        >>> from summitry import verify
        >>> [file.path for file in verify() if file.state in ("changed", "missing")]
        []
    """
    from summitry.dataset.releases import unreleased_tables

    home = paths.root() if base is None else Path(base)
    transaction.require_finished(home)
    listed = published_hashes(home)
    others = recorded_hashes() if base is None and home.name == "dataset" else {}
    states = compare(listed | {k: v for k, v in others.items() if k not in listed}, lambda path: digest(home / path))
    new = unreleased_tables(home)
    return [s._replace(state="new") if s.state == "ok" and PurePosixPath(s.path).stem in new else s for s in states]


def compare(expected: dict[str, str], digest: Callable[[str], str]) -> list[FileState]:
    """Compare hashes by path with those that files have; a file that is missing has an empty one."""
    found = {path: digest(path) for path in expected}
    states = {path: "ok" if found[path] == want else "changed" for path, want in expected.items()}
    return [FileState(p, states[p] if found[p] else "missing", want, found[p]) for p, want in expected.items()]


def unbuilt(base: Path) -> list[str]:
    """Return the files of the tables that are not what the descriptor says: edited, merged by git, or missing.

    Raises:
        DamagedFileError: when the descriptor is missing or is no descriptor.
    """
    states = compare(published_hashes(base), lambda path: digest(base / path))
    return [state.path for state in states if state.state != "ok"]


def digest(file: Path) -> str:
    """Return the SHA-256 of a file, hexadecimal; nothing where there is none."""
    if not file.is_file():
        return ""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def published_hashes(base: Path) -> dict[str, str]:
    """Return the SHA-256 of each table's files by path, as the descriptor has them.

    Raises:
        DamagedFileError: when the descriptor is missing or is no descriptor.
    """
    return hashes(resources(base))


def resources(base: Path | None = None) -> list[dict[str, Any]]:
    """Return the resources of the descriptor: each published file with path, format, size, hash and number of rows.

    Raises:
        DamagedFileError: when the descriptor is missing or is no descriptor.
    """
    descriptor = paths.descriptor(base)
    try:
        found: list[dict[str, Any]] = json.loads(descriptor.read_bytes())["resources"]
        hashes(found)  # each has one
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as e:
        raise DamagedFileError(f"{descriptor} cannot be read: {e}. {FIX}") from e
    return found


def hashes(resources: Iterable[dict[str, Any]]) -> dict[str, str]:
    """Return the SHA-256 of each file of a descriptor by its path."""
    return {r["path"]: r["hash"].removeprefix("sha256:") for r in resources}


def recorded_hashes(record: Iterable[Any] | None = None) -> dict[str, str]:
    """Return the SHA-256 of the dataset's files by path, as the record of the installed wheel has them.

    By default the record is that of this installation, which has none of the dataset when it is editable.
    """
    from importlib import metadata

    try:
        entries = metadata.files("summitry") if record is None else record
    except metadata.PackageNotFoundError:  # run from a folder on the path
        entries = []
    return {
        str(entry.as_posix()).removeprefix(SHIPPED): _hexadecimal(entry.hash.value)
        for entry in entries or []
        if entry.as_posix().startswith(SHIPPED) and entry.hash and entry.hash.mode == "sha256"
    }


def _hexadecimal(value: str) -> str:
    """Return a hash of a wheel's record, base64 without padding, as hexadecimal."""
    return base64.urlsafe_b64decode(value + "=" * (-len(value) % 4)).hex()


def require_published(file: Path, content: bytes) -> None:
    """Refuse the content of a table's file in `data/` if it is not the published one.

    Raises:
        DamagedFileError: when its hash is not the descriptor's; the message names the file and the fix.
    """
    descriptor = paths.descriptor()
    written = descriptor.stat().st_mtime_ns if descriptor.is_file() else 0
    expected = _published_hashes(paths.root(), written).get(f"data/{file.name}")
    if expected is not None and hashlib.sha256(content).hexdigest() != expected:
        problem = f"{file} cannot be read: it is not the published file with SHA-256 {expected}"
        raise DamagedFileError(f"{problem}. {FIX}")


@cache
def _published_hashes(base: Path, _written: int) -> dict[str, str]:
    """Return the hashes of the descriptor, which is read again only when it was written again."""
    return published_hashes(base)
