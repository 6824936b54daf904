"""The site as a folder: a folder for each version, `latest`, and a page that links to them."""

from __future__ import annotations

import os
import re
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

from summitry import paths, schema, templating
from summitry.dataset import integrity, loaders
from summitry.dataset.transaction import reading, replace_file, require_apart
from summitry.errors import InputError, MissingExtraError, extra
from summitry.publish import metadata
from summitry.publish.metadata import parts
from summitry.site import findings, gallery, guide, pages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

LATEST = "latest"
SUMS = "SHA256SUMS"
LOCK = ".summitry-site.lock"  # of the one who is writing
OWN = ".summitry-site"  # in a folder that this module has written, the paths of the files that it wrote
OPENING = b"<title>summitry</title>"  # on the page that links to the versions, since the first of them
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
    package, resources = schema.package(), integrity.resources()
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


def _own(folder: Path) -> list[str]:
    """Return the paths of the files of an earlier run in a folder; none where there is no folder, or it is empty.

    Raises:
        InputError: when others have written there.
    """
    if not os.path.lexists(folder) or (folder.is_dir() and not any(folder.iterdir())):
        return []
    if folder.is_symlink() or not (folder / OWN).is_file():
        raise InputError(f"{folder} contains files that are not of this site. Give another folder, or empty it.")
    listed = (folder / OWN).read_text("utf-8").splitlines()
    return [path for path in listed if (folder / path).parent.resolve().is_relative_to(folder.resolve())]


def _remove(folder: Path, own: Iterable[str]) -> None:
    """Remove files of an earlier run, the list of them last, and folders that are empty then."""
    for path in own:
        (folder / path).unlink(missing_ok=True)
    for parent in sorted({parent for path in own for parent in (folder / path).parents}, key=lambda p: -len(p.parts)):
        if parent.is_relative_to(folder) and parent.is_dir() and not any(parent.iterdir()):
            parent.rmdir()


def _write(folder: Path, content: Iterable[tuple[str, bytes]]) -> tuple[int, int]:
    """Write files in place of those of an earlier run; return their number and their size.

    They are written beside the folder first. Each takes its place as a whole, and what others put there stays.
    """
    new = dict(content)
    draft, before = folder.with_name(f".{folder.name}.new"), [path for path in _own(folder) if path not in new]
    _remove(draft, _own(draft))  # of a run that was killed
    _list(draft, new)
    for path, data in new.items():
        (draft / path).parent.mkdir(parents=True, exist_ok=True)
        (draft / path).write_bytes(data)
    _list(folder, [*new, *before])  # should this run be killed, the next one knows the files of both
    for path in new:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (draft / path).replace(folder / path)
    _remove(folder, [path for path in before if path != OWN])
    _list(folder, new)
    _remove(draft, [*new, OWN])
    return len(new) + 1, sum(map(len, new.values())) + (folder / OWN).stat().st_size


def _list(folder: Path, files: Iterable[str]) -> None:
    replace_file(folder / OWN, "".join(f"{path}\n" for path in (*files, OWN)).encode())


def _link(latest: Path, version: str) -> None:
    """Make `latest` lead to a version; where the system makes no links, or others have files there, by a page."""
    if not latest.is_symlink():
        _remove(latest, _own(latest))
    draft = latest.with_name(f".{LATEST}.new")
    try:
        draft.unlink(missing_ok=True)
        draft.symlink_to(version, target_is_directory=True)
        draft.replace(latest)
    except (OSError, NotImplementedError):
        draft.unlink(missing_ok=True)
        _write(latest, [("index.html", pages.opening(f"../{version}", [f"../{version}"]).encode())])


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
    with extra("site"):
        from filelock import FileLock
    if out.exists() and not out.is_dir():
        raise InputError(f"{out} is a file; give a folder, which may be new.")
    require_apart(out)
    if table := next((file for name in schema.package().tables for file in out.glob(f"{name}.*")), None):
        raise InputError(f"{table} is a table, so {out} is no folder for a site. Give another folder.")
    index = out / "index.html"
    if index.exists() and OPENING not in index.read_bytes():
        raise InputError(f"{out} contains an index.html that is not of this site. Give another folder, or empty it.")
    version = "v" + ".".join(schema.package().version.split(".")[:2])
    known = {p.name for p in out.glob("v*") if p.is_dir() and _VERSION.fullmatch(p.name)} | {version}
    newest_first = sorted(known, key=_order, reverse=True)
    newest = version == newest_first[0]
    for folder in (out / version, *[out / LATEST] * (newest and not (out / LATEST).is_symlink())):
        _own(folder)  # others have nothing there
    address = base_url and parts.address(version, base_url, "")
    # all is made before anything is replaced
    with reading(paths.root()):
        content = list(files(address, with_pictures=with_pictures, guide_folder=guide_folder, report=report))
    try:
        out.mkdir(parents=True, exist_ok=True)
        with FileLock(out / LOCK):
            report(f"writing {len(content):,} files")
            n_files, n_bytes = _write(out / version, content)
            if newest:
                _link(out / LATEST, version)
            first = pages.opening(LATEST, newest_first).encode()
            index.write_bytes(first)
            (out / ".nojekyll").touch()
    except OSError as e:
        raise InputError(f"{e.filename2 or e.filename or out} cannot be written: {e.strerror}. Choose another.") from e
    return Written(out / version, out / LATEST if newest else None, n_files + 2, n_bytes + len(first))
