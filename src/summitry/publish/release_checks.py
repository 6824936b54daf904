"""The checks of a release: each yields what is wrong, and nothing when all is right."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from summitry import paths, schema
from summitry.dataset import diff, integrity, releases, snapshot
from summitry.publish import build, changelog
from summitry.validation.rules.rows import MOST_QUOTED_WORDS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    import pandas as pd


@dataclass(frozen=True)
class Candidate:
    """What is to be released.

    Attributes:
        root: the checkout.
        built: wheel and sdist by file name.
        rebuilt: the same, built again from the sdist.
        now: the dataset of the checkout.
        last: the dataset of the last release, or why it cannot be compared; None before the first.
        tag: the tag to be released, such as v0.2.0; empty where none is known.
        failure: why nothing was built; empty when all was.
    """

    root: Path
    built: Mapping[str, bytes]
    rebuilt: Mapping[str, bytes]
    now: snapshot.Snapshot
    last: snapshot.Snapshot | str | None
    tag: str = ""
    failure: str = ""

    @cached_property
    def wheel(self) -> dict[str, bytes]:
        """The files of the wheel by their paths."""
        return next((unpacked_zip(c) for name, c in self.built.items() if name.endswith(".whl")), {})

    @cached_property
    def sdist(self) -> dict[str, bytes]:
        """The files of the sdist by their paths in its folder."""
        return next((unpacked_sdist(c) for name, c in self.built.items() if name.endswith(".tar.gz")), {})

    @cached_property
    def found(self) -> pd.DataFrame:
        """What differs from the last release; nothing where there is none."""
        base = self.now if self.last is None or isinstance(self.last, str) else self.last
        return diff.compare(base, self.now)

    @cached_property
    def level(self) -> pd.Series[str]:
        """The kind of version that each difference needs."""
        tables = releases.id_tables(schema.read_package(self.root / "schemas"))
        return changelog.levels(self.found, tables, releases.withdrawn_ids(self.root))


def unpacked_zip(content: bytes) -> dict[str, bytes]:
    """Return the files of a zip file; a wheel is one."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def unpacked_sdist(content: bytes) -> dict[str, bytes]:
    """Return the files of an sdist, as paths inside its one folder; a link counts as a file without content."""
    with tarfile.open(fileobj=io.BytesIO(content)) as packed:
        members = [m for m in packed.getmembers() if not m.isdir()]
        files = ((m.name.partition("/")[2], packed.extractfile(m) if m.isfile() else None) for m in members)
        return {name: file.read() if file else b"" for name, file in files}


def nothing_is_stale(candidate: Candidate) -> Iterator[str]:
    """Compare what is derived with its sources."""
    for file in build.stale(candidate.root):
        yield f"{file.relative_to(candidate.root)} is stale. Run: python scripts/build.py"


def version_is_one(candidate: Candidate) -> Iterator[str]:
    """Compare the version of schemas/package.json with every other place that names one."""
    for place, version in versions(candidate).items():
        if version != candidate.now.version:
            found = f"says {version!r}" if version else "has no version"
            yield f"{place} {found}, schemas/package.json says {candidate.now.version!r}"


def versions(candidate: Candidate) -> dict[str, str]:
    """Return the version that each place names, empty where it names none."""
    root = candidate.root
    sections = changelog.versions((root / "CHANGELOG.md").read_text("utf-8"))
    found = {
        "CITATION.cff": _first(r'^version: *"?([^"\s]+)', (root / "CITATION.cff").read_text("utf-8")),
        "the first section of CHANGELOG.md": sections[0] if sections else "",
        "datapackage.json": _named(root / "datapackage.json"),
        "the wheel's METADATA": _metadata(candidate.wheel, ".dist-info/METADATA"),
        "the sdist's PKG-INFO": _metadata(candidate.sdist, "PKG-INFO"),
        **{name: _first(rf"-({snapshot.VERSION.pattern})[-.]", name) for name in candidate.built},
    }
    if (root / ".zenodo.json").is_file():
        found[".zenodo.json"] = _named(root / ".zenodo.json")
    return found | ({"the tag": candidate.tag.removeprefix("v")} if candidate.tag else {})


def _named(file: Path) -> str:
    return str(json.loads(file.read_bytes()).get("version", ""))


def _metadata(files: Mapping[str, bytes], end: str) -> str:
    text = next((content.decode() for name, content in files.items() if name.endswith(end)), "")
    return _first(r"^Version: (.*)$", text)


def _first(pattern: str, text: str) -> str:
    """Return what the first group of a pattern finds, or nothing."""
    found = re.search(pattern, text, re.MULTILINE)
    return found.group(1) if found else ""


def same_bytes_twice(candidate: Candidate) -> Iterator[str]:
    """Compare two builds, the second from the sdist of the first, elsewhere."""
    if candidate.failure:
        yield candidate.failure
    for name in sorted({*candidate.built, *candidate.rebuilt}):
        first, second = (files.get(name, b"") for files in (candidate.built, candidate.rebuilt))
        if first != second:
            unpack = unpacked_zip if name.endswith(".whl") else unpacked_sdist
            a, b = (unpack(content) if content else {} for content in (first, second))
            unlike = sorted(n for n in {*a, *b} if a.get(n) != b.get(n))
            yield f"{name} has other bytes when it is built again: {', '.join(unlike[:5]) or 'order, times or modes'}"


def contents_as_listed(candidate: Candidate) -> Iterator[str]:
    """Compare the files of wheel and sdist with scripts/contents.toml."""
    import tomllib

    listed = tomllib.loads((candidate.root / "scripts" / "contents.toml").read_text("utf-8"))
    tables = list(candidate.now.tables)
    for kind, files in (("wheel", candidate.wheel), ("sdist", candidate.sdist)):
        yield from (f"{kind}: {wrong}" for wrong in unlisted(files, listed[kind], tables))


def unlisted(files: Collection[str], listed: Mapping[str, str], tables: Collection[str]) -> Iterator[str]:
    """Yield files that no pattern lists, and patterns that list no file."""
    patterns = {p.replace("{table}", table) for p in listed for table in tables}
    for name in sorted(files):
        if not any(fnmatchcase(name, p) for p in patterns):
            yield f"{name} is not listed in scripts/contents.toml. List it with a reason, or keep it out."
    for pattern in sorted(patterns):
        if not any(fnmatchcase(name, pattern) for name in files):
            yield f"{pattern} is listed in scripts/contents.toml, but there is no such file"


def no_text_of_others(candidate: Candidate) -> Iterator[str]:
    """Search wheel and sdist for passages of seeds/."""
    texts = {file.name: file.read_text("utf-8") for file in sorted((candidate.root / paths.TEXTS).glob("*.txt"))}
    for kind, files in (("wheel", candidate.wheel), ("sdist", candidate.sdist)):
        yield from (f"{kind}: {wrong}" for wrong in copied(files, texts))


def copied(files: Mapping[str, bytes], texts: Mapping[str, str]) -> Iterator[str]:
    """Yield files that contain a passage of a text longer than a quotation, or the whole of a shorter text."""
    passages: dict[int, dict[tuple[str, ...], str]] = {}
    for title, text in texts.items():
        words = _words(text)
        width = min(MOST_QUOTED_WORDS + 1, len(words))
        passages.setdefault(width, {}).update(dict.fromkeys(_runs(words, width), title))
    for name, content in files.items():
        words = _words(content.decode("utf-8", errors="replace"))
        for width, known in passages.items():
            run = next((r for r in _runs(words, width) if r in known), None) if width else None
            if run:
                yield f"{name} contains words of seeds/{known[run]}: “{' '.join(run[:8])} …”"


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _runs(words: list[str], width: int) -> Iterator[tuple[str, ...]]:
    return (tuple(words[i : i + width]) for i in range(len(words) - width + 1))


def hashes_are_right(candidate: Candidate) -> Iterator[str]:
    """Compare the tables in wheel and sdist with the descriptors beside them."""
    for kind, files, home in (("wheel", candidate.wheel, "summitry/dataset/"), ("sdist", candidate.sdist, "")):
        if f"{home}datapackage.json" not in files:
            yield f"{kind}: there is no {home}datapackage.json"
            continue
        expected = integrity.hashes(json.loads(files[f"{home}datapackage.json"])["resources"])
        found = {path: sha256(files[home + path]).hexdigest() if home + path in files else "" for path in expected}
        for file in integrity.compare(expected, found.__getitem__):
            if file.state != "ok":
                yield f"{kind}: {file.path} is {file.state}: the descriptor has {file.expected}"


def version_fits_the_changes(candidate: Candidate) -> Iterator[str]:
    """Compare the version with what changed since the last release."""
    if isinstance(candidate.last, str):
        yield candidate.last
    elif candidate.last:
        old, new = candidate.last.version, candidate.now.version
        yield from changelog.shortfall(old, new, candidate.found, candidate.level)


def changelog_is_finished(candidate: Candidate) -> Iterator[str]:
    """Check that no change is listed as unreleased, and that the day of the release is that of the package."""
    text = (candidate.root / "CHANGELOG.md").read_text("utf-8")
    if changelog.section(text, changelog.UNRELEASED).strip():
        yield f"CHANGELOG.md has something under “{changelog.UNRELEASED}”. Move it to the section of this version"
    day = str(json.loads((candidate.root / "schemas" / "package.json").read_bytes()).get("created"))[:10]
    heading = f"## {candidate.now.version} - {day}"
    if heading not in text.splitlines():
        yield f"CHANGELOG.md lacks the line “{heading}”, with the day of “created” in schemas/package.json"


def changelog_lists_the_changes(candidate: Candidate) -> Iterator[str]:
    """Compare the data part of the CHANGELOG with what changed."""
    file = candidate.root / "CHANGELOG.md"
    if file.read_text("utf-8") != changelog_text(candidate):
        yield "CHANGELOG.md does not say what changed in the data. Run: python scripts/release.py"


def changelog_text(candidate: Candidate) -> str:
    """Return the CHANGELOG with its data part brought up to date; a first release has nothing to compare."""
    text = (candidate.root / "CHANGELOG.md").read_text("utf-8")
    if candidate.last is None or isinstance(candidate.last, str):
        return text
    lines = changelog.notes(candidate.found, candidate.level, candidate.last.version)
    return changelog.with_notes(text, candidate.now.version, lines)


def every_id_is_recorded(candidate: Candidate) -> Iterator[str]:
    """Compare the released ids with the ids of the tables, and these with the released ids."""
    file = releases.ids_file(candidate.root)
    if wrong := releases.fault_of_ids(candidate.root):
        yield f"{file.relative_to(candidate.root)}: {wrong}. {releases.AGAIN}"
        return
    if file.read_bytes() != ids(candidate):
        yield f"{file.relative_to(candidate.root)} lacks ids of this version. Run: python scripts/release.py"
    present, withdrawn = set(releases.ids(candidate.now)), releases.withdrawn_ids(candidate.root)
    for table, gone in sorted(releases.released_ids(candidate.root) - withdrawn - present):
        yield f"the id {gone} of {table} was released and is gone: put it back, or list it in data/withdrawn.csv"


def ids(candidate: Candidate) -> bytes:
    """Return the released ids with the ids of this version."""
    return releases.extended(releases.ids_file(candidate.root), releases.ids(candidate.now), candidate.now.version)


def archived_files(root: Path) -> dict[str, bytes]:
    """Return the files of this version that the archive keeps."""
    files = sorted([*paths.schemas(root).glob("*.json"), *paths.data(root).glob("*.csv")])
    return {file.relative_to(root).as_posix(): file.read_bytes() for file in files}


def archive_has_this_version(candidate: Candidate) -> Iterator[str]:
    """Compare the archive, which the next release is compared with, with the tables."""
    file = releases.archive(candidate.root, candidate.now.version)
    if not file.is_file() or unpacked_zip(file.read_bytes()) != archived_files(candidate.root):
        yield f"{file.relative_to(candidate.root)} lacks the tables of this version. Run: python scripts/release.py"


USE = """
import sys, pathlib, summitry
home = pathlib.Path(sys.argv[1]).resolve()
assert pathlib.Path(summitry.__file__).resolve().is_relative_to(home), f"{summitry.__file__} is not the wheel's"
for name, frame in summitry.load_all().items():
    assert len(frame) == summitry.tables().set_index("name").loc[name, "rows"], f"{name} has another number of rows"
"""


def wheel_works_by_itself(candidate: Candidate) -> Iterator[str]:
    """Install the wheel in an empty place; load, validate and verify it there.

    Only the wheel is installed, beside the libraries of this environment; .ci/run installs it with its own.
    """
    with tempfile.TemporaryDirectory() as folder:
        home, empty = Path(folder) / "installed", Path(folder) / "empty"
        empty.mkdir()
        for name, content in candidate.built.items():
            (Path(folder) / name).write_bytes(content)
        wheel = next((str(Path(folder) / n) for n in candidate.built if n.endswith(".whl")), "no wheel")
        steps: dict[str, list[Any]] = {
            "install": ["pip", "install", "--quiet", "--no-deps", "--no-index", "--target", home, wheel],
            "load": ["-c", USE, home],
            "validate": ["summitry", "validate", "--engine", "pandera"],
            "verify": ["summitry", "verify"],
        }
        for step, command in steps.items():
            run = command if command[0] == "-c" else ["-m", *command]
            environment = {"PYTHONPATH": str(home), "PYTHONSAFEPATH": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
            done = finished([sys.executable, *map(str, run)], empty, environment)
            if done.returncode:
                yield f"{step}: {' '.join((done.stdout + done.stderr).strip().splitlines()[-3:])}"


def finished(command: list[str], folder: Path, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder, with additions to the environment."""
    return subprocess.run(  # noqa: S603 - our own commands, no shell
        command,
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        encoding="utf-8",
        errors="replace",
    )


CHECKS = (
    nothing_is_stale,
    version_is_one,
    same_bytes_twice,
    contents_as_listed,
    no_text_of_others,
    hashes_are_right,
    wheel_works_by_itself,
    version_fits_the_changes,
    changelog_is_finished,
    changelog_lists_the_changes,
    every_id_is_recorded,
    archive_has_this_version,
)
