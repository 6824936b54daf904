"""Prepare a release, or prove everything that one promises.

python scripts/release.py                        write the CHANGELOG's data part and the ledger of ids
python scripts/release.py --check                build wheel and sdist, run every check, exit 1 if one fails
python scripts/release.py --check --output DIR   keep what was built and checked, with the tables, to publish it

The last release is the latest tag before this version, or what --last names.
"""

from __future__ import annotations

import argparse
import io
import os
import re
import sys
import tarfile
import tempfile
import zipfile
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from shutil import which

from release_checks import CHECKS, Candidate, changelog_text, finished, ids
from summitry import paths
from summitry.dataset import released_ids, snapshot, storage
from summitry.errors import InputError, SummitryError
from summitry.publish import changelog

ROOT = Path(__file__).resolve().parents[1]
EPOCH = os.environ.get("SOURCE_DATE_EPOCH", "1756598400")  # the last day of the data: any day will do, if it stays
EXIT_USAGE = 2


def last_release(root: Path, version: str) -> snapshot.Snapshot | str | None:
    """Return the dataset of the latest tag before a version; None before the first release; else what is missing."""
    tags = finished(["git", "tag", "--list", "v*"], root, {}).stdout.split() if which("git") else []
    earlier = [t for t in tags if snapshot.VERSION.fullmatch(t[1:]) and changelog.step(t[1:], version) != "none"]
    if earlier:
        tag = max(earlier, key=lambda t: [int(n) for n in t[1:].split(".")])
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / f"{tag}.tar"
            done = finished(["git", "archive", "--output", str(file), tag, "data", "schemas"], root, {})
            if done.returncode:
                return f"the tag {tag} cannot be read: {done.stderr.strip()}. Fetch it, or name the release with --last"
            return snapshot.read_package(file.read_bytes(), tag)
    told = [v for v in changelog.versions((root / "CHANGELOG.md").read_text("utf-8")) if v != version]
    if told:
        return f"the last release, {told[0]}, has no tag v{told[0]} here. Fetch the tags, or name it with --last"
    return None


def built(source: Path, folder: Path, zone: str) -> dict[str, bytes]:
    """Build wheel and sdist of a source folder, both directly from it; the wheel is that of pure Python.

    Raises:
        InputError: when the build fails.
    """
    isolation = ["--no-isolation"] if find_spec("hatchling") else []
    command = [sys.executable, "-m", "build", "--sdist", "--wheel", *isolation, "--outdir", str(folder), str(source)]
    told = {"SOURCE_DATE_EPOCH": EPOCH, "TZ": zone, "PYTHONHASHSEED": str(len(zone)), "SUMMITRY_PURE": "1"}
    done = finished(command, folder, told)
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


def built_candidate(now: snapshot.Snapshot, last: snapshot.Snapshot | str | None, tag: str) -> Candidate:
    """Build the candidate; where that fails it has no files, and every check that needs them says so."""
    try:
        return Candidate(ROOT, *built_twice(ROOT), now, last, tag)
    except InputError as e:
        return Candidate(ROOT, {}, {}, now, last, tag, str(e))


def check(candidate: Candidate) -> bool:
    """Run every check and print ok, or what is wrong; say whether all is well."""
    well = True
    for promise in CHECKS:
        try:
            wrong = list(promise(candidate))
        except (SummitryError, OSError, ValueError, LookupError) as e:
            wrong = [f"cannot be checked: {e}"]
        well = well and not wrong
        print(f"{'wrong' if wrong else 'ok':<7}{promise.__name__.replace('_', ' ')}")
        for line in wrong:
            print(f"       - {line}")
    return well


def prepare(candidate: Candidate) -> None:
    """Write the CHANGELOG's data part and the ledger."""
    if isinstance(candidate.last, str):
        raise InputError(f"{candidate.last}.")
    contents = {
        candidate.root / "CHANGELOG.md": changelog_text(candidate).encode(),
        released_ids.path(candidate.root): ids(candidate),
    }
    written = storage.replace_files(candidate.root, contents)
    for file in written:
        print("wrote:", file.relative_to(candidate.root))
    if not written:
        print("up to date")


def publish(candidate: Candidate, folder: Path) -> None:
    """Write what is to be published: packages/ for the index, tables/ and notes.md for the release page."""
    version, base = candidate.now.version, candidate.root
    files = [f for n in candidate.now.tables for s in ("csv", "parquet") for f in [paths.table_file(n, s, base)]]
    documents = [base / name for name in ("CODEBOOK.md", "CITATION.cff", "LICENSE-DATA")]
    whole = [paths.descriptor(base), *sorted(paths.schemas(base).glob("*.json")), *documents, *files]
    contents = {f"packages/{name}": content for name, content in candidate.built.items()}
    contents |= {f"tables/{file.name}": file.read_bytes() for file in [paths.descriptor(base), *files]}
    contents[f"tables/summitry-{version}-tables.zip"] = packed({f.relative_to(base).as_posix(): f for f in whole})
    if not isinstance(candidate.last, str | None):
        name = f"tables/summitry-{candidate.last.version}-to-{version}-differences.csv"
        contents[name] = candidate.found.to_csv(index=False, lineterminator="\n").encode()
    text = (base / "CHANGELOG.md").read_text("utf-8")
    section = re.search(rf"^## {re.escape(version)}\s*\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    contents["notes.md"] = (section.group(1) if section else "").strip().encode() + b"\n"
    for name, content in contents.items():
        storage.replace_file(folder / name, content)


def packed(files: dict[str, Path]) -> bytes:
    """Return a zip file that has the same bytes for the same files."""
    sink, when = io.BytesIO(), datetime.fromtimestamp(int(EPOCH), UTC).timetuple()[:6]
    with zipfile.ZipFile(sink, "w") as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, when)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, files[name].read_bytes())
    return sink.getvalue()


def main() -> int:
    """Prepare, or check and perhaps keep what was checked."""
    parser = argparse.ArgumentParser(description="Prepare a release, or prove what it promises.")
    parser.add_argument("--check", action="store_true", help="build, run every check, and exit 1 if one fails")
    parser.add_argument("--last", help="the last release: a folder, a wheel or an sdist (the latest tag)")
    parser.add_argument("--tag", default="", help="the tag that is released; it must name the version")
    parser.add_argument("--output", type=Path, metavar="DIR", help="with --check, when all is well: keep it here")
    given = parser.parse_args()
    try:
        now = snapshot.read(ROOT)
        last = snapshot.read(given.last) if given.last else last_release(ROOT, now.version)
        if not given.check:
            prepare(Candidate(ROOT, {}, {}, now, last))
            return 0
        candidate = built_candidate(now, last, given.tag)
        if not check(candidate):
            return 1
        if given.output:
            publish(candidate, given.output)
    except SummitryError as e:
        print(f"release: {e}", file=sys.stderr)
        return EXIT_USAGE
    return 0


if __name__ == "__main__":
    sys.exit(main())
