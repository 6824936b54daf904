"""The site as a folder: a folder for each version, `latest`, and a page that links to them."""

from __future__ import annotations

import json
import re
import shutil
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

from summitry import paths, schema
from summitry.dataset import integrity, loaders
from summitry.dataset.transaction import require_apart
from summitry.errors import DamagedFileError, InputError, MissingExtraError
from summitry.publish import metadata
from summitry.site import findings, gallery, guide, pages
from summitry.validation.reporters import templating

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

LATEST = "latest"
SUMS = "SHA256SUMS"  # a folder that has this file was written by this module
_VERSION = re.compile(r"v[0-9]+\.[0-9]+")


@dataclass(frozen=True)
class Written:
    """What was written.

    Attributes:
        folder: the folder of the version.
        latest: the link to it, if it is the newest version; it takes no room.
        n_files: the number of files that were written.
        n_bytes: their size together.
    """

    folder: Path
    latest: Path | None
    n_files: int
    n_bytes: int


def _resources() -> list[dict[str, Any]]:
    try:
        found: list[dict[str, Any]] = json.loads(paths.descriptor().read_text("utf-8"))["resources"]
    except (OSError, ValueError, KeyError) as e:
        raise DamagedFileError(f"{paths.descriptor()} cannot be read: {e}. {integrity.FIX}") from e
    return found


def _tables(resources: list[dict[str, Any]]) -> Iterator[tuple[str, bytes]]:
    """Return the published files of the tables with their paths; a damaged one is refused."""
    for resource in resources:
        file = paths.root() / resource["path"]
        content = file.read_bytes()
        integrity.require_published(file, content)
        yield resource["path"], content


@contextmanager
def _drawing(report: Callable[[str], None]) -> Iterator[Iterable[gallery.Drawn] | None]:
    """Draw the pictures; where matplotlib is not installed, say so and how to install it."""
    with ExitStack() as stack:
        try:
            pictures = stack.enter_context(gallery.drawing())
        except MissingExtraError as e:
            report(f"no pictures: {e}")
            yield None
        else:
            report("drawing pictures")
            yield pictures


def files(
    base_url: str | None = None,
    *,
    with_pictures: bool = True,
    guide_folder: Path | None = None,
    report: Callable[[str], None] = lambda _: None,
) -> Iterator[tuple[str, bytes]]:
    """Return every file of the site of the installed version with its path.

    Args:
        base_url: where these files will be published; None gives relative addresses.
        with_pictures: whether to draw pictures, where matplotlib is installed.
        guide_folder: the pages of the guide as Markdown; None for a site without guide.
        report: called with what is done next.

    Raises:
        MissingExtraError: when jinja2, markdown-it-py or PyYAML is not installed.
        InputError: for a base URL that is not absolute.
        DamagedFileError: when a file of the dataset is missing or is not the published one.
    """
    templating.environment("summitry.site", "site")  # missing, it is named before anything is computed
    package, resources = schema.package(), _resources()
    with _drawing(report) if with_pictures else nullcontext() as pictures:
        report("computing positions")
        found = findings.compute()
        of_guide = guide.read(guide_folder) if guide_folder else {}
        rows = {name: table.to_pylist() for name, table in loaders.load_all("pyarrow").items()}
        report("making pages")
        made = pages.pages(rows, package, resources, found, base_url=base_url, pictures=pictures, guide_files=of_guide)
        described = metadata.files(package, resources, base_url)
        yield from chain(
            pages.static_files().items(),
            guide.pictures(of_guide).items(),
            _tables(resources),
            ((f"schemas/{p.name}", p.read_bytes()) for p in sorted(paths.schemas().glob("*.json"))),
            ((path, content) for path, content in described.items() if path.startswith(f"{metadata.FOLDER}/")),
            [("datapackage.json", paths.descriptor().read_bytes()), (SUMS, pages.checksums(resources).encode())],
            ((path, text.encode()) for path, text in made),
        )


def _order(folder: str) -> list[int]:
    return [int(n) for n in folder.removeprefix("v").split(".")]


def _clear(folder: Path) -> None:
    """Delete the files of an earlier run."""
    if folder.is_symlink():
        folder.unlink()
    if folder.is_dir() and any(folder.iterdir()) and not (folder / SUMS).is_file():
        raise InputError(f"{folder} contains files that are not of this site. Give another folder, or empty it.")
    shutil.rmtree(folder, ignore_errors=True)


def _write(folder: Path, content: Iterable[tuple[str, bytes]]) -> tuple[int, int]:
    """Write files; return their number and their size."""
    known: set[Path] = set()
    n = size = 0
    for path, data in content:
        target = folder / path
        if target.parent not in known:
            target.parent.mkdir(parents=True, exist_ok=True)
            known.add(target.parent)
        target.write_bytes(data)
        n, size = n + 1, size + len(data)
    return n, size


def _link(latest: Path, version: str) -> None:
    """Make `latest` lead to a version; where the system makes no links, by a page."""
    _clear(latest)
    try:
        latest.symlink_to(version, target_is_directory=True)
    except (OSError, NotImplementedError):
        latest.mkdir()
        (latest / "index.html").write_text(pages.opening(f"../{version}", [f"../{version}"]), "utf-8")
        (latest / SUMS).touch()


def write(
    out: Path,
    base_url: str | None = None,
    *,
    with_pictures: bool = True,
    guide_folder: Path | None = None,
    report: Callable[[str], None] = lambda _: None,
) -> Written:
    """Write the pages of the installed version, `latest` as a link to it if it is the newest, and the first page.

    Args:
        out: the folder to write to; the folders of other versions in it stay as they are.
        base_url: where `out` will be published.
        with_pictures: whether to draw pictures, where matplotlib is installed.
        guide_folder: the pages of the guide as Markdown; None for a site without guide.
        report: called with what is done next.

    Raises:
        InputError: when `out` cannot be written, or contains other files where the pages belong.
    """
    if out.exists() and not out.is_dir():
        raise InputError(f"{out} is a file; give a folder, which may be new.")
    require_apart(out)
    if (out / "index.html").exists() and not any(out.glob(f"v*/{SUMS}")):
        raise InputError(f"{out} contains an index.html that is not of this site. Give another folder, or empty it.")
    version = "v" + ".".join(schema.package().version.split(".")[:2])
    known = {p.name for p in out.glob("v*") if p.is_dir() and _VERSION.fullmatch(p.name)} | {version}
    newest_first = sorted(known, key=_order, reverse=True)
    newest = version == newest_first[0]
    address = base_url and f"{base_url.rstrip('/')}/{version}"
    # all is made before anything is deleted
    content = list(files(address, with_pictures=with_pictures, guide_folder=guide_folder, report=report))
    try:
        _clear(out / version)
        report(f"writing {len(content):,} files")
        n_files, n_bytes = _write(out / version, content)
        if newest:
            _link(out / LATEST, version)
        first = pages.opening(LATEST, newest_first).encode()
        (out / "index.html").write_bytes(first)
        (out / ".nojekyll").touch()
    except OSError as e:
        raise InputError(f"{out} cannot be written: {e}. Give a folder that you may write to.") from e
    return Written(out / version, out / LATEST if newest else None, n_files + 2, n_bytes + len(first))
