"""The site as a folder: a folder for each version, `latest`, and a page that links to them."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from summitry import paths, schema
from summitry.analysis import coverage, reliability
from summitry.dataset import integrity, loaders
from summitry.errors import DamagedFileError, InputError, MissingExtraError
from summitry.publish import metadata
from summitry.site import gallery, pages

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

LATEST = "latest"
SUMS = "SHA256SUMS"  # a folder that has this file was written by this module
_VERSION = re.compile(r"v[0-9]+\.[0-9]+")


@dataclass(frozen=True)
class Written:
    """What was written.

    Attributes:
        folders: the folder of the version and, when it is the newest, `latest`.
        n_files: the number of files in each.
        n_bytes: their size together.
    """

    folders: tuple[Path, ...]
    n_files: int
    n_bytes: int


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def _reliability() -> list[dict[str, Any]]:
    """Return the rows of reliability, or none where the library that computes it is not installed."""
    try:
        return _records(reliability.reliability())
    except MissingExtraError:
        return []


def _resources() -> list[dict[str, Any]]:
    try:
        found: list[dict[str, Any]] = json.loads(paths.descriptor().read_text("utf-8"))["resources"]
    except (OSError, ValueError, KeyError) as e:
        raise DamagedFileError(f"{paths.descriptor()} cannot be read: {e}. {integrity.FIX}") from e
    return found


def _tables(resources: list[dict[str, Any]]) -> dict[str, bytes]:
    """Return the published files of the tables by path; a damaged one is refused."""
    files = {resource["path"]: paths.root() / resource["path"] for resource in resources}
    content = {path: file.read_bytes() for path, file in files.items()}
    for path, file in files.items():
        integrity.require_published(file, content[path])
    return content


def files(base_url: str | None = None, *, with_pictures: bool = True) -> dict[str, bytes]:
    """Return every file of the site of the installed version by path.

    Args:
        base_url: where these files will be published; None gives relative addresses.
        with_pictures: whether to draw pictures, where matplotlib is installed.

    Raises:
        MissingExtraError: when jinja2 or PyYAML is not installed.
        InputError: for a base URL that is not absolute.
        DamagedFileError: when a file of the dataset is missing or is not the published one.
    """
    package, resources = schema.package(), _resources()
    drawn = gallery.draw() if with_pictures else {}
    made = pages.pages(
        {name: table.to_pylist() for name, table in loaders.load_all("pyarrow").items()},
        package,
        resources,
        base_url=base_url,
        reliability=_reliability(),
        coverage=_records(coverage.coverage()),
        pictures=gallery.entries(drawn),
    )
    described = metadata.files(package, resources, base_url)
    return {
        **{path: text.encode() for path, text in made.items()},
        **pages.static_files(),
        **drawn,
        **_tables(resources),
        **{f"schemas/{p.name}": p.read_bytes() for p in sorted(paths.schemas().glob("*.json"))},
        **{path: content for path, content in described.items() if path.startswith(f"{metadata.FOLDER}/")},
        "datapackage.json": paths.descriptor().read_bytes(),
        SUMS: pages.checksums(resources).encode(),
    }


def _order(folder: str) -> list[int]:
    return [int(n) for n in folder.removeprefix("v").split(".")]


def _replace(folder: Path, content: dict[str, bytes]) -> None:
    """Write the files of one version; files of an earlier run in the same folder are deleted."""
    if folder.is_dir() and any(folder.iterdir()) and not (folder / SUMS).is_file():
        raise InputError(f"{folder} contains files that are not of this site. Give another folder, or empty it.")
    shutil.rmtree(folder, ignore_errors=True)
    for path, text in content.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text)


def write(out: Path, base_url: str | None = None, *, with_pictures: bool = True) -> Written:
    """Write the pages of the installed version, a copy as `latest` if it is the newest, and the first page.

    Args:
        out: the folder to write to; the folders of other versions in it stay as they are.
        base_url: where `out` will be published.
        with_pictures: whether to draw pictures, where matplotlib is installed.

    Raises:
        InputError: when `out` cannot be written, or contains other files where the pages belong.
    """
    if out.exists() and not out.is_dir():
        raise InputError(f"{out} is a file; give a folder, which may be new.")
    version = "v" + ".".join(schema.package().version.split(".")[:2])
    known = {p.name for p in out.glob("v*") if p.is_dir() and _VERSION.fullmatch(p.name)} | {version}
    newest_first = sorted(known, key=_order, reverse=True)
    content = files(base_url and f"{base_url.rstrip('/')}/{version}", with_pictures=with_pictures)
    names = (version, LATEST) if version == newest_first[0] else (version,)
    try:
        for name in names:
            _replace(out / name, content)
        (out / "index.html").write_text(pages.opening(LATEST, newest_first), "utf-8")
        (out / ".nojekyll").touch()
    except OSError as e:
        raise InputError(f"{out} cannot be written: {e}. Give a folder that you may write to.") from e
    return Written(tuple(out / name for name in names), len(content), sum(map(len, content.values())))
