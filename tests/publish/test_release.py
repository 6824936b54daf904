"""Each promise of a release can be broken, and then the check says so."""

from __future__ import annotations

import gzip
import io
import json
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pandas as pd
import pytest

from conftest import ROOT
from summitry import schema
from summitry.cli import main
from summitry.dataset import diff, releases, snapshot, transaction
from summitry.errors import InputError
from summitry.publish import build, changelog, release
from summitry.publish import release_checks as checks
from summitry.schema import types
from summitry.validation import pipeline
from summitry.validation.report import Report
from summitry.validation.rules.rows import MOST_QUOTED_WORDS

archive = releases.archive


def found(*lines):
    return pd.DataFrame(lines, columns=list(diff.COLUMNS)).astype(types.text())


ADDED = ("actors", "a", "added", "actor_id", "", "a")
CHANGED = ("actors", "b", "changed", "name", "B", "Bee")
REMOVED = ("actors", "c", "removed", "actor_id", "c", "")
NAME_REMOVED = ("actor_names", "C,c", "removed", "name", "C", "")
COLUMN_REMOVED = ("actors", "", "column_removed", "name", "Its name.", "")
NEEDS = [
    (CHANGED, "patch"),
    (ADDED, "minor"),
    (NAME_REMOVED, "minor"),
    (REMOVED, "major"),
    (COLUMN_REMOVED, "major"),
    (("actors", "", "column_added", "age", "", "Its age."), "minor"),
    (("actors", "", "value_added", "kind", "", "x"), "minor"),
    (("actors", "", "value_removed", "kind", "x", ""), "major"),
    (("actors", "", "table_added", "", "", "Actors"), "minor"),
    (("actors", "", "table_removed", "", "Actors", ""), "major"),
    (("actors", "type", "column_changed", "name", "string", "date"), "major"),
    (("actors", "primaryKey", "table_changed", "", "a", "b"), "major"),
    (("actors", "maxLength", "column_changed", "name", "9", "5"), "minor"),
    (("actors", "description", "column_changed", "name", "a", "b"), "patch"),
    (("actors", "b", "filled", "age", "", "9"), "patch"),
    (("actors", "b", "dropped", "age", "9", ""), "patch"),
]


@pytest.mark.parametrize(("line", "level"), NEEDS, ids=lambda v: v if isinstance(v, str) else "-".join(v[1:4]))
def test_the_rule_of_the_changelog(line, level):
    assert changelog.levels(found(line), {"actors"}, set()).tolist() == [level]


def test_a_row_that_is_withdrawn_needs_no_major_version():
    both = found(REMOVED, ("actors", "d", "removed", "actor_id", "d", ""))
    assert changelog.levels(both, {"actors"}, {("actors", "c"), ("roles", "d")}).tolist() == ["minor", "major"]


def test_every_kind_of_difference_has_a_level():
    assert changelog.KIND_LEVELS.keys() == diff.KINDS.keys()
    assert {*changelog.KIND_LEVELS.values(), *changelog.KEYWORD_LEVELS.values()} <= set(changelog.LEVELS)


@pytest.mark.parametrize(
    ("old", "new", "step"),
    [
        ("1.2.3", "1.2.4", "patch"), ("1.2.3", "1.3.0", "minor"), ("1.2.3", "2.0.0", "major"),
        ("0.2.3", "0.2.4", "patch"), ("0.2.3", "0.3.0", "major"), ("0.9.0", "0.10.0", "major"),
        ("1.2.3", "1.2.3", "none"), ("1.2.3", "1.1.9", "none"), ("0.9.0", "1.0.0", "major"),
    ],
)  # fmt: skip
def test_steps_between_versions(old, new, step):
    assert changelog.step(old, new) == step


@pytest.mark.parametrize("version", ["1.2", "v1.2.3", "1.2.3rc1", "01.2.3", ""])
def test_what_is_no_version_is_refused(version):
    with pytest.raises(InputError, match="is not a version"):
        changelog.step("1.0.0", version)


def shortfall(old, new, *lines):
    given = found(*lines)
    return list(changelog.shortfall(old, new, given, changelog.levels(given, {"actors"}, set())))


def test_a_version_that_falls_short_is_reported_with_the_one_that_would_do():
    assert shortfall("1.0.0", "1.0.1", CHANGED) == []
    assert shortfall("1.0.0", "1.0.0") == []
    (wrong,) = shortfall("1.0.0", "1.1.0", CHANGED, ADDED, COLUMN_REMOVED, REMOVED)
    assert "this needs a major version: column actors.name removed; actors c removed. Make it 2.0.0 in" in wrong
    assert shortfall("0.1.0", "0.2.0", COLUMN_REMOVED, REMOVED) == []
    (wrong,) = shortfall("0.1.0", "0.1.1", REMOVED)
    assert "a patch version" in wrong
    assert "Make it 0.2.0" in wrong
    (wrong,) = shortfall("1.0.0", "1.0.1", ADDED)
    assert "needs a minor version: +1 actors. Make it 1.1.0" in wrong
    (wrong,) = shortfall("1.0.0", "1.0.0", CHANGED)
    assert "no later version" in wrong
    assert "Make it 1.0.1" in wrong
    many = [("actors", str(i), *REMOVED[2:]) for i in range(9)]
    assert "actors 4 removed; and 4 more." in shortfall("1.0.0", "1.1.0", *many)[0]


def notes(*lines):
    given = found(*lines)
    return changelog.notes(given, changelog.levels(given, {"actors"}, set()), "0.1.0")


def test_notes_count_the_rows_and_name_the_columns():
    cells = [("e", "name"), ("e", "kind"), ("f", "kind")]
    both = [("actors", key, "changed", column, "x", "y") for key, column in cells]
    assert notes(ADDED, *both, NAME_REMOVED) == [
        "- data since 0.1.0: +1 actors, 2 changed in actors (name, kind), -1 actor_names"
    ]
    assert notes() == ["- data since 0.1.0: nothing changed"]
    words = [("actors", "description", "column_changed", c, "a", "b") for c in ("name", "kind")]
    assert " ".join(" ".join(notes(REMOVED, COLUMN_REMOVED, *words, NEEDS[6][0])).split()) == (
        "- data since 0.1.0: -1 actors "
        "- schemas since 0.1.0: column actors.name removed, value “x” of actors.kind added, "
        "words on actors changed (name, kind) "
        "- removed or changed in kind: actors c removed, column actors.name removed"
    )


CHANGELOG = """# Changelog

The rule.

## Unreleased

## 0.2.0 - 2026-02-01

New things.

## 0.1.0 - 2026-01-01

The first.
"""


def test_notes_are_between_the_markers_of_their_section():
    once = changelog.with_notes(CHANGELOG, "0.2.0", ["- one"])
    block = f"{changelog.OPENING}\n- one\n{changelog.CLOSING}"
    assert once == CHANGELOG.replace("New things.\n", f"New things.\n\n{block}\n")
    assert changelog.with_notes(once, "0.2.0", ["- one"]) == once
    assert changelog.with_notes(once, "0.2.0", ["- two"]) == once.replace("- one", "- two")
    last = changelog.with_notes(CHANGELOG, "0.1.0", ["- one"])
    assert last == f"{CHANGELOG}\n{block}\n"
    assert changelog.versions(last) == ["0.2.0", "0.1.0"]
    assert changelog.section(last, "0.2.0") == "\nNew things.\n\n"


def test_notes_without_a_place_are_refused():
    with pytest.raises(InputError, match=r"no section “## 0\.3\.0”"):
        changelog.with_notes(CHANGELOG, "0.3.0", [])
    with pytest.raises(InputError, match="only one of"):
        changelog.with_notes(CHANGELOG.replace("The first.", changelog.OPENING), "0.1.0", [])


# the checks, on a release made by hand


def zipped(files):
    """The same bytes at any time of day, as those of a sdist below."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as packed:
        for name, content in files.items():
            packed.writestr(zipfile.ZipInfo(name), content)
    return sink.getvalue()


def tarred(files, folder="summitry-0.2.0"):
    sink = io.BytesIO()
    with tarfile.open(fileobj=sink, mode="w") as packed:
        for name, content in files.items():
            member = tarfile.TarInfo(f"{folder}/{name}")
            member.size = len(content)
            packed.addfile(member, io.BytesIO(content))
    return gzip.compress(sink.getvalue(), mtime=0)


WHEEL, SDIST = "summitry-0.2.0-py3-none-any.whl", "summitry-0.2.0.tar.gz"
THINGS = {
    "name": "things", "title": "Things", "description": "One row is a thing.",
    "fields": [{"name": "thing_id", "type": "string"}, {"name": "note", "type": "string"}],
    "primaryKey": "thing_id",
}  # fmt: skip
ROWS = b"thing_id,note\nant,\n"
SEED = " ".join(f"word{i}" for i in range(200))


@pytest.fixture
def candidate(tmp_path):
    """A release that keeps every promise that can be kept without building."""
    root = tmp_path / "root"
    about = {"name": "x", "title": "X", "version": "0.2.0", "description": "", "tables": ["things"]}
    about["created"] = "2026-02-01T00:00:00Z"
    resource = {"path": "data/things.csv", "hash": f"sha256:{sha256(ROWS).hexdigest()}"}
    descriptor = json.dumps({"version": "0.2.0", "resources": [resource]}).encode()
    contents = {
        "schemas/package.json": json.dumps(about).encode(),
        "schemas/things.json": json.dumps(THINGS).encode(),
        "data/things.csv": ROWS,
        "datapackage.json": descriptor,
        "CITATION.cff": b"cff-version: 1.2.0\nversion: 0.2.0\n",
        "CHANGELOG.md": CHANGELOG.encode(),
        "seeds/text.txt": SEED.encode(),
        "scripts/contents.toml": b'[wheel]\n"*" = "all"\n[sdist]\n"*" = "all"\n',
        "releases/ids.csv": b"table_name,id,version\nthings,ant,0.1.0\n",
        "releases/summitry-0.1.0.zip": zipped(
            {
                "schemas/package.json": json.dumps(about | {"version": "0.1.0"}),
                "schemas/things.json": json.dumps(THINGS),
                "data/things.csv": ROWS,
            }
        ),
    }
    for name, content in contents.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    home, info = "summitry/dataset/", "summitry-0.2.0.dist-info/"
    wheel = {f"{home}datapackage.json": descriptor, f"{home}data/things.csv": ROWS,
             f"{info}METADATA": b"Metadata-Version: 2.4\nVersion: 0.2.0\n"}  # fmt: skip
    sdist = {"datapackage.json": descriptor, "data/things.csv": ROWS, "PKG-INFO": b"Version: 0.2.0\n"}
    files = {WHEEL: zipped(wheel), SDIST: tarred(sdist)}
    now = snapshot.read(root)
    made = checks.Candidate(root, files, dict(files), now, replace(now, version="0.1.0"))
    (root / "CHANGELOG.md").write_text(checks.changelog_text(made), "utf-8")
    archive(root, "0.2.0").write_bytes(zipped(checks.archived_files(root)))
    return made


SMALL = [c for c in checks.CHECKS if c not in (checks.nothing_is_stale, checks.wheel_works_by_itself)]


@pytest.mark.parametrize("check", SMALL, ids=lambda c: c.__name__)
def test_a_good_release_passes(candidate, check):
    assert list(check(candidate)) == []


def repacked(candidate, **changes):
    """Return the release with files of the wheel or the sdist changed; None takes one away."""
    wheel, sdist = dict(candidate.wheel), dict(candidate.sdist)
    for where, files in changes.items():
        target = {"wheel": wheel, "sdist": sdist}[where]
        target.update(files)
    kept = [{n: c for n, c in files.items() if c is not None} for files in (wheel, sdist)]
    return replace(candidate, built={WHEEL: zipped(kept[0]), SDIST: tarred(kept[1])})


def rewritten(candidate, name, content):
    (candidate.root / name).write_text(content, "utf-8")
    return candidate


VERSION_PLACES = {
    "CITATION.cff": lambda c: rewritten(c, "CITATION.cff", "version: 0.1.0\n"),
    "CITATION.cff has no version": lambda c: rewritten(c, "CITATION.cff", "title: x\n"),
    "the first section of CHANGELOG.md": lambda c: rewritten(c, "CHANGELOG.md", "## 0.3.0\n"),
    "datapackage.json": lambda c: rewritten(c, "datapackage.json", '{"version": "0.1.0"}'),
    ".zenodo.json": lambda c: rewritten(c, ".zenodo.json", '{"version": "0.1.0"}'),
    "the wheel's METADATA": lambda c: repacked(
        c, wheel={"summitry-0.2.0.dist-info/METADATA": b"Version: 0.2.0.post1\n"}
    ),
    "the sdist's PKG-INFO": lambda c: repacked(c, sdist={"PKG-INFO": None}),
    "summitry-0.1.0.tar.gz": lambda c: replace(
        c, built={WHEEL: c.built[WHEEL], "summitry-0.1.0.tar.gz": c.built[SDIST]}
    ),
    "the tag": lambda c: replace(c, tag="v0.1.0"),
}


@pytest.mark.parametrize("place", VERSION_PLACES)
def test_another_version_is_reported_with_its_place(candidate, place):
    (wrong,) = checks.version_is_one(VERSION_PLACES[place](candidate))
    assert wrong.startswith(place)
    assert wrong.endswith("schemas/package.json says '0.2.0'")


def test_the_right_tag_passes(candidate):
    assert list(checks.version_is_one(replace(candidate, tag="v0.2.0"))) == []


def test_other_bytes_are_reported_with_the_files_that_differ(candidate):
    other = repacked(candidate, wheel={"a.py": b"1"})
    (wrong,) = checks.same_bytes_twice(replace(candidate, rebuilt=other.built))
    assert wrong == f"{WHEEL} has other bytes when it is built again: a.py"
    again = repacked(candidate).built | {WHEEL: zipped(dict(reversed(candidate.wheel.items())))}
    (wrong,) = checks.same_bytes_twice(replace(candidate, rebuilt=again))
    assert wrong.endswith("order, times or modes")
    (wrong,) = checks.same_bytes_twice(replace(candidate, rebuilt={WHEEL: candidate.built[WHEEL]}))
    assert wrong.startswith(SDIST)
    assert list(checks.same_bytes_twice(replace(candidate, built={}, rebuilt={}, failure="no"))) == ["no"]


def test_contents_are_those_listed(candidate):
    listed = '[wheel]\n"summitry/dataset/data/{table}.csv" = "x"\n"LICENSE" = "x"\n[sdist]\n"*" = "x"\n'
    rewritten(candidate, "scripts/contents.toml", listed)
    wrong = list(checks.contents_as_listed(candidate))
    assert [line.split(" ", 2)[1] for line in wrong] == [
        "summitry-0.2.0.dist-info/METADATA", "summitry/dataset/datapackage.json", "LICENSE",
    ]  # fmt: skip
    assert all(line.startswith("wheel: ") for line in wrong)
    assert list(checks.unlisted(["data/a.csv"], {"data/{table}.csv": ""}, ["a", "b"])) == [
        "data/b.csv is listed in scripts/contents.toml, but there is no such file"
    ]


@pytest.mark.parametrize("kind", ["wheel", "sdist"])
def test_a_passage_of_a_text_is_found_under_any_name(candidate, kind):
    words = SEED.split()
    passage = ', "'.join(words[20 : 21 + MOST_QUOTED_WORDS]).upper().encode()
    (wrong,) = checks.no_text_of_others(repacked(candidate, **{kind: {"notes.md": b"so: " + passage}}))
    assert wrong.startswith(f"{kind}: notes.md contains words of seeds/text.txt: “word20 ")
    quoted = " ".join(words[20 : 20 + MOST_QUOTED_WORDS]).encode()
    assert list(checks.no_text_of_others(repacked(candidate, **{kind: {"notes.md": quoted}}))) == []


def test_a_short_text_is_found_as_a_whole_and_an_empty_one_nowhere():
    assert len(list(checks.copied({"a": b"x one two three y"}, {"t": "One two three."}))) == 1
    assert list(checks.copied({"a": b"x one two y"}, {"t": "One two three.", "empty": ""})) == []


def test_hashes_that_are_not_the_descriptors(candidate):
    wrong = checks.hashes_are_right(repacked(candidate, wheel={"summitry/dataset/data/things.csv": b"x"}))
    assert [line.partition(":")[0] + line[line.index(" is ") :][:11] for line in wrong] == ["wheel is changed"]
    (wrong,) = checks.hashes_are_right(repacked(candidate, sdist={"data/things.csv": None}))
    assert wrong.startswith("sdist: data/things.csv is missing")
    (wrong,) = checks.hashes_are_right(repacked(candidate, sdist={"datapackage.json": None}))
    assert wrong == "sdist: there is no datapackage.json"


def without(candidate, content):
    """Return the release after the rows of its table were replaced."""
    (candidate.root / "data" / "things.csv").write_bytes(content)
    return replace(candidate, now=snapshot.read(candidate.root))


def test_an_archive_with_other_tables(candidate):
    (candidate.root / "data" / "things.csv").write_bytes(b"thing_id,note\nbee,\n")
    (wrong,) = checks.archive_has_this_version(candidate)
    assert wrong.startswith("releases/summitry-0.2.0.zip lacks the tables of this version")
    with pytest.raises(InputError, match=r"summitry-0\.2\.0\.zip has other tables\. Raise the version"):
        release.new_archive(candidate)
    archive(candidate.root, "0.2.0").unlink()
    assert list(checks.archive_has_this_version(candidate)) == [wrong]
    archive(candidate.root, "0.2.0").write_bytes(*release.new_archive(candidate).values())
    assert list(checks.archive_has_this_version(candidate)) == []


def test_a_changelog_that_is_not_finished(candidate):
    text = (candidate.root / "CHANGELOG.md").read_text("utf-8")
    rewritten(candidate, "CHANGELOG.md", text.replace("## Unreleased\n", "## Unreleased\n\n- more\n"))
    (wrong,) = checks.changelog_is_finished(candidate)
    assert wrong.startswith("CHANGELOG.md has something under “Unreleased”")
    rewritten(candidate, "CHANGELOG.md", text.replace("0.2.0 - 2026-02-01", "0.2.0"))
    assert list(checks.changelog_is_finished(candidate)) == [
        "CHANGELOG.md lacks the line “## 0.2.0 - 2026-02-01”, with the day of “created” in schemas/package.json"
    ]


def test_a_change_that_the_version_does_not_allow(candidate):
    gone = without(candidate, b"thing_id,note\nbee,\n")
    assert list(checks.version_fits_the_changes(gone)) == []  # 0.1.0 → 0.2.0 may do what a major version may
    stable = replace(gone, last=replace(candidate.last, version="1.0.0"), now=replace(gone.now, version="1.1.0"))
    (wrong,) = checks.version_fits_the_changes(stable)
    assert "needs a major version: things ant removed. Make it 2.0.0" in wrong
    assert list(checks.version_fits_the_changes(replace(candidate, last="fetch the tags"))) == ["fetch the tags"]
    assert list(checks.version_fits_the_changes(replace(candidate, last=None))) == []


def test_a_withdrawn_row_is_allowed(candidate):
    gone = without(candidate, b"thing_id,note\nbee,\n")
    (gone.root / "data" / "withdrawn.csv").write_text("table_name,id,reason\nthings,ant,no ant\n", "utf-8")
    stable = replace(gone, last=replace(candidate.last, version="1.0.0"), now=replace(gone.now, version="1.1.0"))
    assert list(checks.version_fits_the_changes(stable)) == []


def test_a_changelog_that_lacks_changes(candidate):
    (wrong,) = checks.changelog_lists_the_changes(without(candidate, b"thing_id,note\nant,big\n"))
    assert "CHANGELOG.md does not say" in wrong


def test_released_ids_that_lack_an_id_and_an_id_that_vanished(candidate):
    (wrong,) = checks.every_id_is_recorded(without(candidate, b"thing_id,note\nant,\nbee,\n"))
    assert "ids.csv lacks ids of this version" in wrong
    wrong = list(checks.every_id_is_recorded(without(candidate, b"thing_id,note\n")))
    assert wrong == ["the id ant of things was released and is gone: put it back, or list it in data/withdrawn.csv"]
    releases.ids_file(candidate.root).unlink()
    (wrong,) = checks.every_id_is_recorded(candidate)
    assert "ids.csv: it is missing" in wrong


@pytest.mark.parametrize(("kind", "home"), [("wheel", "src"), ("sdist", ".")])
def test_each_file_of_the_package_is_listed_with_a_reason(kind, home):
    """A release compares all files of the wheel and the sdist; a new one of the package is to be named before."""
    listed = tomllib.loads((ROOT / "scripts" / "contents.toml").read_text("utf-8"))[kind]
    files = [file for file in (ROOT / "src" / "summitry").rglob("*") if file.is_file() and file.suffix != ".pyc"]
    names = [file.relative_to(ROOT / home).as_posix() for file in files]
    assert [line for line in checks.unlisted(names, listed, schema.package().tables) if "is not listed" in line] == []


def test_what_is_stale(checkout, candidate):
    here = replace(candidate, root=checkout)
    assert list(checks.nothing_is_stale(here)) == []
    (checkout / "CODEBOOK.md").write_text("x", "utf-8")
    assert list(checks.nothing_is_stale(here)) == ["CODEBOOK.md is stale. Run: python scripts/build.py"]


@pytest.mark.shipped
def test_a_wheel_that_does_not_work(candidate):
    wrong = list(checks.wheel_works_by_itself(candidate))
    assert wrong[0].startswith("install: ")
    assert any(line.startswith("load: ") and "is not the wheel's" in line for line in wrong)


def test_all_checks_run_and_one_that_breaks_is_reported(candidate, monkeypatch):
    def breaks(_):
        raise InputError("no such thing")

    def fine(_):
        return iter(())

    monkeypatch.setattr(release, "CHECKS", (breaks, fine))
    assert list(release.check(candidate)) == [("breaks", ["cannot be checked: no such thing"]), ("fine", [])]


@pytest.fixture
def prepared(candidate, monkeypatch):
    """The checkout of a release that is to be prepared."""
    monkeypatch.setattr(build, "may_write", lambda _: lambda _: False)  # a release writes none of what a build does
    rows = b"thing_id,note\nant,\nbee,\n"
    (candidate.root / "data" / "things.csv").write_bytes(rows)
    described = (candidate.root / "datapackage.json").read_text("utf-8")
    built = described.replace(sha256(ROWS).hexdigest(), sha256(rows).hexdigest())
    (candidate.root / "datapackage.json").write_text(built, "utf-8")
    archive(candidate.root, "0.2.0").unlink()
    return candidate.root


def test_preparing_writes_notes_ids_and_archive(prepared):
    written = [file.relative_to(prepared).as_posix() for file in release.prepare(prepared)]
    assert written == ["CHANGELOG.md", "releases/ids.csv", "releases/summitry-0.2.0.zip"]
    assert "- data since 0.1.0: +1 things\n" in (prepared / "CHANGELOG.md").read_text("utf-8")
    new = release.candidate(prepared, build=False)
    assert list(checks.changelog_lists_the_changes(new)) == list(checks.every_id_is_recorded(new)) == []
    assert release.prepare(prepared) == []
    (prepared / "data" / "things.csv").write_bytes(ROWS)
    with pytest.raises(InputError, match=r"things\.csv: changed and not built.*build\.py"):
        release.prepare(prepared)
    (prepared / "data" / "things.csv").write_bytes(b"thing_id,note\nant,\nbee,\n")
    archive(prepared, "0.1.0").unlink()
    with pytest.raises(InputError, match=r"^the last release, 0\.1\.0, is not in"):
        release.prepare(prepared)


def test_nobody_merges_between_what_a_release_reads_and_what_it_writes(prepared, monkeypatch):
    real = release.last_release

    def meanwhile(*given):
        with pytest.raises(InputError, match="Another merge or build"), transaction.begin(prepared, bool, wait=0):
            pytest.fail("it was not locked")
        (prepared / "data" / "things.csv").write_bytes(ROWS)  # somebody who knows of no lock
        return real(*given)

    before = {file: file.read_bytes() for file in prepared.rglob("*") if file.is_file()}
    monkeypatch.setattr(release, "last_release", meanwhile)
    with pytest.raises(InputError, match=r"things\.csv was changed meanwhile"):
        release.prepare(prepared)
    after = {file: file.read_bytes() for file in prepared.rglob("*") if file.is_file()}
    assert {file.name for file in after if after[file] != before.get(file)} <= {"things.csv", transaction.LOCK}


# what a spreadsheet, a merge of branches or an editor makes of the list of ids
DAMAGES = {
    "semicolons": lambda text: text.replace(",", ";"),
    "a conflict": lambda text: "<<<<<<< HEAD\n" + text,
    "a conflict further down": lambda text: text + "=======\n",
    "no header": lambda text: text.partition("\n")[2],
    "another header": lambda text: text.replace("table_name", "Table_name"),
    "a row less": lambda text: text.partition("\n")[0] + "\n",
    "an id less": lambda text: text.replace(",ant,", ",Ant,"),
    "nothing": lambda _: "",
    "no file": None,
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_list_of_ids_is_an_error_of_validation_and_release(damage, prepared):
    file, change = releases.ids_file(prepared), DAMAGES[damage]
    assert pipeline.validate_dataset(prepared, releases=True).valid
    assert releases.fault_of_ids(prepared) == ""
    if change is None:
        file.unlink()
    else:
        file.write_text(change(file.read_text("utf-8")), "utf-8")
    content = change and file.read_bytes()
    if damage not in ("a conflict further down", "a row less", "an id less"):  # what takes no release to notice
        assert "it cannot be read" in str([p.expected for p in pipeline.validate_dataset(prepared).problems])
    problems = pipeline.validate_dataset(prepared, releases=True).problems
    errors = [(p.file, p.rule) for p in problems if p.severity == "error"]
    assert ("releases/ids.csv", "file") in errors
    assert any(
        "git checkout" in wrong for wrong in checks.every_id_is_recorded(release.candidate(prepared, build=False))
    )
    with pytest.raises(InputError, match=r"releases/ids\.csv: .* git checkout"):
        release.prepare(prepared)
    assert (file.read_bytes() if file.is_file() else None) == content


@pytest.mark.parametrize("engine", ["local", "pandera"])
def test_who_asks_pandera_hears_of_ids_that_are_gone(engine, monkeypatch, capsys):
    """The action does: an id that vanishes with its line in the list of ids would otherwise be noticed at the build."""
    asked = []
    monkeypatch.setattr(pipeline, "validate_dataset", lambda **options: asked.append(options) or Report())
    assert main(["validate", "--engine", engine]) == 0
    assert [options["releases"] for options in asked] == [engine == "pandera"]
    assert "valid: 0 errors" in capsys.readouterr().out


def test_what_was_withdrawn_before_the_last_release_stays_in_the_list_of_ids(prepared):
    table = {"name": "withdrawn", "primaryKey": ["table_name", "id"]}
    table["fields"] = [{"name": name, "type": "string"} for name in table["primaryKey"]]
    with zipfile.ZipFile(archive(prepared, "0.1.0"), "a") as packed:
        packed.writestr("schemas/withdrawn.json", json.dumps(table))
        packed.writestr("data/withdrawn.csv", "table_name,id\nthings,wasp\n")
    assert releases.fault_of_ids(prepared) == "1 id of summitry-0.1.0.zip not in it, such as wasp of things"


def test_the_last_release_is_the_archive_of_the_version_before(candidate):
    last = release.last_release(candidate.root, "0.2.0")
    assert (last.version, last.scope) == ("0.1.0", snapshot.PACKAGE)
    assert release.last_release(candidate.root, "0.1.0") is None
    assert release.last_release(candidate.root, "0.10.0").version == "0.2.0"
    archive(candidate.root, "0.1.0").unlink()
    assert release.last_release(candidate.root, "0.2.0") == (
        "the last release, 0.1.0, is not in releases/summitry-0.1.0.zip. Get it from that release's page"
    )


@pytest.mark.shipped
def test_the_last_release_of_this_checkout_is_at_hand():
    """Neither a shallow clone nor an sdist has tags, so the archives are files."""
    version = schema.package().version
    last = release.last_release(ROOT, version)
    assert changelog.step(last.version, version) != "none"
    assert last.scope == snapshot.PACKAGE
    assert diff.diff(archive(ROOT, last.version), last.version, releases=ROOT / "releases").empty


@pytest.fixture(scope="module")
def copied(tmp_path_factory):
    """A copy of this checkout as it would be released: built, with notes and released ids."""
    target = tmp_path_factory.mktemp("release") / "checkout"
    made = shutil.ignore_patterns(".git", ".venv", "__pycache__", ".*_cache", ".hypothesis", "dist", "site", "build")

    def leave(folder, names):  # a package of the same name further down is no output
        return made(folder, names) if Path(folder) == ROOT else {"__pycache__"} & set(names)

    shutil.copytree(ROOT, target, ignore=leave)
    notes = (target / "CHANGELOG.md").read_text("utf-8")
    unreleased = changelog.section(notes, changelog.UNRELEASED)  # a release moves these lines to its own section
    (target / "CHANGELOG.md").write_text(notes.replace(unreleased, "\n", 1) if unreleased.strip() else notes, "utf-8")
    build.write(target)
    archive(target, schema.package().version).unlink(missing_ok=True)  # there may be changes since
    return target


@pytest.mark.shipped
def test_this_checkout_keeps_every_promise(copied, tmp_path):
    """The whole of it, built twice and installed; the last release is made up, without the rows of one table."""
    last = tmp_path / "last"
    for part in ("data", "schemas"):
        shutil.copytree(copied / part, last / part)
    about = json.loads((last / "schemas" / "package.json").read_text("utf-8"))
    (last / "schemas" / "package.json").write_text(json.dumps(about | {"version": "0.0.1"}), "utf-8")
    header = ",".join(schema.package().table("group_members").names)
    (last / "data" / "group_members.csv").write_text(f"{header}\n", "utf-8")

    def script(*arguments):
        command = [sys.executable, copied / "scripts" / "release.py", "--last", last, *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False, encoding="utf-8")

    assert script().returncode == 0
    done = script("--check", "--tag", f"v{about['version']}", "--output", tmp_path / "out")
    assert [line for line in done.stdout.splitlines() if not line.startswith("ok")] == []
    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.splitlines()) == len(checks.CHECKS)
    out = {f.relative_to(tmp_path / "out").as_posix() for f in (tmp_path / "out").rglob("*") if f.is_file()}
    assert {"notes.md", "tables/datapackage.json", "tables/statements.csv", "tables/statements.parquet"} <= out
    assert f"tables/summitry-0.0.1-to-{about['version']}-differences.csv" in out
    assert len([name for name in out if name.startswith("packages/")]) == 2
    packed = tmp_path / "out" / "tables" / f"summitry-{about['version']}-tables.zip"
    assert diff.diff(packed, copied).empty
    assert "- data since 0.0.1: " in (tmp_path / "out" / "notes.md").read_text("utf-8")
