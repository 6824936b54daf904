"""`summitry site`: the dataset as static pages, ready for any web server or for none."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from summitry.errors import DamagedFileError, InputError, MissingExtraError

if TYPE_CHECKING:
    import argparse

    import pandas as pd

LATEST = "latest"
SUMS = "SHA256SUMS"  # also tells a folder that this command wrote from any other
_VERSION = re.compile(r"v[0-9]+\.[0-9]+")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("out", metavar="OUT", type=Path, help="the folder to write to; other versions in it stay")
    parser.add_argument("--base-url", metavar="URL", help="where OUT will be published, such as https://example.org/x")
    parser.add_argument("--no-pictures", action="store_true", help="leave the pictures out, even where matplotlib is")


def _rows() -> dict[str, list[dict[str, Any]]]:
    from summitry.dataset import loaders

    return {name: table.to_pylist() for name, table in loaders.load_all("pyarrow").items()}


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def _reliability() -> list[dict[str, Any]]:
    """Return the rows of reliability, or none where the library that computes it is not installed."""
    from summitry.analysis import reliability

    try:
        return _records(reliability.reliability())
    except MissingExtraError:
        return []


def _resources() -> list[dict[str, Any]]:
    from summitry import paths
    from summitry.dataset import integrity

    try:
        found: list[dict[str, Any]] = json.loads(paths.descriptor().read_text("utf-8"))["resources"]
    except (OSError, ValueError, KeyError) as e:
        raise DamagedFileError(f"{paths.descriptor()} cannot be read: {e}. {integrity.CURE}") from e
    return found


def files(base_url: str | None = None, *, with_pictures: bool = True) -> dict[str, bytes]:
    """Return every file of the site of the installed version, by its path.

    Args:
        base_url: where these files will be published; None gives relative addresses.
        with_pictures: whether to draw pictures, where matplotlib is installed.
    """
    from summitry import paths, schema, site
    from summitry.analysis import reliability
    from summitry.dataset import integrity
    from summitry.publish import metadata
    from summitry.site import gallery

    package, resources = schema.package(), _resources()
    drawn = gallery.draw() if with_pictures else {}
    made = site.pages(
        _rows(), package, resources, base_url=base_url, reliability=_reliability(),
        coverage=_records(reliability.coverage()), pictures=gallery.entries(drawn),
    )  # fmt: skip
    content = {path: text.encode() for path, text in made.items()} | site.static_files() | drawn
    for resource in resources:
        file = paths.root() / resource["path"]
        content[resource["path"]] = file.read_bytes()
        integrity.require_published(file, content[resource["path"]])
    content |= {f"schemas/{p.name}": p.read_bytes() for p in sorted(paths.schemas().glob("*.json"))}
    described = metadata.files(package, resources, base_url)
    content |= {path: text for path, text in described.items() if path.startswith(f"{metadata.FOLDER}/")}
    content["datapackage.json"] = paths.descriptor().read_bytes()
    content[SUMS] = site.checksums(resources).encode()
    return content


def _order(folder: str) -> list[int]:
    return [int(n) for n in folder.removeprefix("v").split(".")]


def _write(out: Path, content: dict[str, bytes]) -> None:
    """Write the files and take away those that an earlier run left in the same folder; no other folder is touched."""
    import shutil

    if out.is_dir() and any(out.iterdir()) and not (out / SUMS).is_file():
        raise InputError(f"{out} holds files that are not of this site. Give another folder, or empty it.")
    shutil.rmtree(out, ignore_errors=True)
    for path, text in content.items():
        target = out / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text)


def run(arguments: argparse.Namespace) -> int:
    """Write the pages of this version, the same as the latest, and the page that leads to them."""
    from summitry import site
    from summitry.dataset import describe

    out, base = arguments.out, arguments.base_url
    if out.exists() and not out.is_dir():
        raise InputError(f"{out} is a file; give a folder, which may be new.")
    folder = "v" + ".".join(describe.version().split(".")[:2])
    known = sorted({p.name for p in out.glob("v*") if p.is_dir() and _VERSION.fullmatch(p.name)} | {folder}, key=_order)
    content = files(base and f"{base.rstrip('/')}/{folder}", with_pictures=not arguments.no_pictures)
    try:
        _write(out / folder, content)
        if folder == known[-1]:
            _write(out / LATEST, content)
        (out / "index.html").write_text(site.opening(LATEST, known[::-1]), "utf-8")
        (out / ".nojekyll").touch()
    except OSError as e:
        raise InputError(f"{out} cannot be written: {e}. Give a folder that you may write to.") from e
    size = sum(map(len, content.values())) / 1e6
    also = f" and {LATEST}" if folder == known[-1] else ""
    print(f"wrote {len(content)} files ({size:.1f} MB) to {out / folder}{also}")
    print(f"open {out / 'index.html'} in a browser, or publish {out} anywhere: it needs no server of its own")
    return 0
