"""Building a release, checking it, and writing what is published.

The last release is the one before this version in the CHANGELOG. Its tables are in releases/summitry-<version>.zip,
which a shallow clone and an sdist have too.
"""

from __future__ import annotations

import io
import os
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from summitry import paths
from summitry.dataset import snapshot, transaction
from summitry.dataset.releases import AGAIN, archive, fault_of_ids, ids_file
from summitry.errors import InputError, SummitryError
from summitry.export.archive import zipped
from summitry.publish import build, changelog
from summitry.publish.release_checks import (
    CHECKS,
    Candidate,
    archived_files,
    changelog_text,
    finished,
    ids,
    unpacked_zip,
)

EPOCH = os.environ.get("SOURCE_DATE_EPOCH", "1756598400")  # any day will do, if it stays


def last_release(root: Path, version: str) -> snapshot.Snapshot | str | None:
    """Return the dataset of the last release before a version; None before the first; else what is missing."""
    versions = changelog.versions((root / "CHANGELOG.md").read_text("utf-8"))
    earlier = [v for v in versions if changelog.step(v, version) != "none"]
    if not earlier:
        return None
    file = archive(root, earlier[0])
    if not file.is_file():
        return f"the last release, {earlier[0]}, is not in {file.relative_to(root)}. Get it from that release's page"
    return snapshot.read(file)


def built(source: Path, folder: Path, zone: str) -> dict[str, bytes]:
    """Build wheel and sdist of a source folder, both directly from it.

    Raises:
        InputError: when the build fails.
    """
    isolation = ["--no-isolation"] if find_spec("hatchling") else []
    command = [sys.executable, "-m", "build", "--sdist", "--wheel", *isolation, "--outdir", str(folder), str(source)]
    environment = {"SOURCE_DATE_EPOCH": EPOCH, "TZ": zone, "PYTHONHASHSEED": str(len(zone))}
    done = finished(command, folder, environment)
    if done.returncode:
        raise InputError(f"the build fails: {' '.join((done.stdout + done.stderr).strip().splitlines()[-3:])}")
    return {file.name: file.read_bytes() for file in sorted(folder.iterdir()) if file.is_file()}


def built_twice(root: Path) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """Build the checkout, then the sdist that this gives, in another place and time zone.

    Raises:
        InputError: when a build fails.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for part in ("first", "second", "unpacked"):
            (folder / part).mkdir()
        first = built(root, folder / "first", "UTC")
        sdist = next(content for file, content in first.items() if file.endswith(".tar.gz"))
        with tarfile.open(fileobj=io.BytesIO(sdist)) as packed:
            packed.extractall(folder / "unpacked", filter="data")
        source = next((folder / "unpacked").iterdir())
        (source / "PKG-INFO").unlink()  # hatchling would pack it beside the one that it makes
        return first, built(source, folder / "second", "Pacific/Kiritimati")


def candidate(root: Path, last: str | None = None, tag: str = "", *, build: bool = True) -> Candidate:
    """Return what is to be released.

    The last release, a folder, a zip or a wheel, is looked up in releases/ where none is given. Where
    building fails, the candidate has no files, and each check that needs them fails.

    Raises:
        InputError: when the checkout or the last release cannot be read.
    """
    now = snapshot.read(root)
    before = snapshot.read(last) if last else last_release(root, now.version)
    if not build:
        return Candidate(root, {}, {}, now, before, tag)
    try:
        return Candidate(root, *built_twice(root), now, before, tag)
    except InputError as e:
        return Candidate(root, {}, {}, now, before, tag, str(e))


def check(candidate: Candidate) -> Iterator[tuple[str, list[str]]]:
    """Run every check; yield its name and what is wrong, which is nothing where the check passes."""
    for run in CHECKS:
        try:
            wrong = list(run(candidate))
        except (SummitryError, OSError, ValueError, LookupError) as e:
            wrong = [f"cannot be checked: {e}"]
        yield run.__name__.replace("_", " "), wrong


def prepare(root: Path, last: str | None = None) -> list[Path]:
    """Write the CHANGELOG's data part, the released ids and the archive; return the files that changed.

    `last` is as in `candidate`.

    Raises:
        InputError: when a table was changed and not built, the last release or some released ids are missing, the
            archive of this version has other tables, or somebody changes a file meanwhile; then nothing has changed.
        DamagedFileError: when an interrupted merge or build cannot be finished.
    """
    with transaction.begin(root, build.may_write(root)) as replace:
        build.require_built(root)
        found = candidate(root, last, build=False)
        if isinstance(found.last, str):
            raise InputError(f"{found.last}.")
        if wrong := fault_of_ids(root):
            raise InputError(f"releases/ids.csv: {wrong}. {AGAIN}")
        contents = {
            root / "CHANGELOG.md": changelog_text(found).encode(),
            ids_file(root): ids(found),
            **new_archive(found),
        }
        changed = [file for file, content in contents.items() if not file.is_file() or file.read_bytes() != content]
        replace({})  # nothing, but it refuses where what was read has changed
        for file in changed:  # each follows from what is there, so a second run does what a killed one did not
            transaction.replace_file(file, contents[file])
    return changed


def new_archive(candidate: Candidate) -> dict[Path, bytes]:
    """Return the archive of this version and its content; nothing where it exists.

    Raises:
        InputError: when it is there with other tables.
    """
    file = archive(candidate.root, candidate.now.version)
    tables = archived_files(candidate.root)
    if not file.is_file():
        return {file: zipped(tables)}
    if unpacked_zip(file.read_bytes()) != tables:
        raise InputError(
            f"{file.relative_to(candidate.root)} has other tables. Raise the version in schemas/package.json; if "
            f"{candidate.now.version} was never published, delete that file and run this again."
        )
    return {}


def publish(candidate: Candidate, folder: Path) -> None:
    """Write what is to be published: packages/ for the index, tables/ and notes.md for the release page."""
    version, base = candidate.now.version, candidate.root
    tables = [paths.table_file(n, s, base) for n in candidate.now.tables for s in paths.FORMATS]
    documents = [base / name for name in ("datapackage.json", "CODEBOOK.md", "CITATION.cff", "LICENSE-DATA")]
    whole = {f.relative_to(base).as_posix(): f.read_bytes() for f in [*documents, *tables]}
    contents = {f"packages/{name}": content for name, content in candidate.built.items()}
    contents |= {f"tables/{file.name}": file.read_bytes() for file in [paths.descriptor(base), *tables]}
    contents[f"tables/summitry-{version}-tables.zip"] = zipped(archived_files(base) | whole)
    contents[f"tables/{archive(base, version).name}"] = archive(base, version).read_bytes()
    if not isinstance(candidate.last, str | None):
        name = f"tables/summitry-{candidate.last.version}-to-{version}-differences.csv"
        contents[name] = candidate.found.to_csv(index=False, lineterminator="\n").encode()
    contents["notes.md"] = (
        changelog.section((base / "CHANGELOG.md").read_text("utf-8"), version).strip().encode() + b"\n"
    )
    for name, content in contents.items():
        transaction.replace_file(folder / name, content)
