"""Common parts of the documents: addresses, people, licence, dates, and the files of each table."""

from __future__ import annotations

import posixpath
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from summitry.errors import InputError, extra

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from summitry.schema import Package

    Resources = Sequence[Mapping[str, Any]]  # of the descriptor

LANGUAGE = "en"  # of titles, descriptions and summaries
YAML_WIDTH = 110  # characters; longer texts go on in the next line
_FULL_DATE = len("2025-08-22")


def address(path: str, base_url: str | None, folder: str) -> str:
    """Return the address of a file of the dataset, given by its path from the root.

    Raises:
        InputError: for a base URL that is not absolute.

    Example:
        >>> address("data/roles.csv", None, "metadata")
        '../data/roles.csv'
        >>> address("data/roles.csv", "https://example.org/v1/", "metadata")
        'https://example.org/v1/data/roles.csv'
    """
    if base_url is None:
        return posixpath.relpath(path, folder or ".")
    if not base_url.startswith(("https://", "http://")):
        raise InputError(
            f"The base URL {base_url!r} is not absolute. Give it with its scheme, such as https://example.org/summitry/"
        )
    return f"{base_url.rstrip('/')}/{path}"


def landing_page(package: Package, base_url: str | None) -> str | None:
    """Return the page of the dataset, or None if it is not known."""
    page: str | None = package.json.get("homepage") or base_url
    return page


def is_day(date: str) -> bool:
    """Return whether a date of publication is a day, not a year."""
    return len(date) == _FULL_DATE


def period(package: Package) -> tuple[str, str] | None:
    """Return the first and the last day covered by the data, if `temporal` gives them."""
    given = package.json.get("temporal")
    return (given["start"], given["end"]) if given else None


def licence(package: Package) -> Mapping[str, str]:
    """Return the licence of the data: name (SPDX), path, title."""
    chosen: Mapping[str, str] = package.json["licenses"][0]
    return chosen


def files(resources: Resources) -> dict[str, dict[str, Mapping[str, Any]]]:
    """Return the resources of each table by format, such as `files(resources)["roles"]["csv"]`."""
    found: dict[str, dict[str, Mapping[str, Any]]] = {}
    for resource in resources:
        found.setdefault(PurePosixPath(resource["path"]).stem, {})[resource["format"]] = resource
    return found


def file_name(resource: Mapping[str, Any]) -> str:
    """Return the name of a resource's file, without folders."""
    return PurePosixPath(resource["path"]).name


def size(resource: Mapping[str, Any]) -> int:
    """Return the size of a resource in bytes."""
    return int(resource["bytes"] if "bytes" in resource else resource["byteSize"])


def extent(resources: Resources) -> tuple[str, str]:
    """Return the number of tables and that of their rows, in words."""
    rows = [int(r["rowCount"]) for r in resources if r["format"] == "csv"]
    return f"{len(rows)} tables", f"{sum(rows)} rows"


def described(package: Package, resources: Resources) -> str:
    """Return the description with the number of tables and rows, for standards that have no place for these."""
    return f"{package.description} Size: {', '.join(extent(resources))}."


def sha256(resource: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a resource as hexadecimal digits."""
    return str(resource["hash"]).removeprefix("sha256:")


def known(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a document without unknown entries: None, or an empty text or list."""
    return {key: value for key, value in document.items() if value not in (None, "", [])}


def to_yaml(document: Mapping[str, Any]) -> str:
    """Return a document as YAML, keys in the given order.

    Raises:
        MissingExtraError: when PyYAML is not installed.

    Example:
        >>> print(to_yaml({"version": "0.1.0", "authors": [{"name": "The contributors"}]}), end="")
        version: 0.1.0
        authors:
        - name: The contributors
    """
    with extra("site"):
        import yaml
    text: str = yaml.safe_dump(dict(document), allow_unicode=True, sort_keys=False, width=YAML_WIDTH)
    return text
