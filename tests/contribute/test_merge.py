"""A merge takes in all of a contribution, what was validated and nothing else, or nothing of it."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import summitry
from conftest import CONTRIBUTIONS
from summitry import export, paths, schema
from summitry.cli import main
from summitry.contribute import merge
from summitry.dataset import integrity, snapshot, storage, transaction
from summitry.errors import DamagedFileError, InputError
from summitry.publish import build
from summitry.site import folder as site_folder
from summitry.validation import child_process, pipeline

posix = pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")


def state(folder):
    """The files by their paths, without the lock."""
    files = {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}
    files.pop(transaction.LOCK, None)
    return files


@pytest.fixture
def rows(few_rows, tmp_path):
    """A contribution that changes a row and brings rows of several tables, and a text."""
    folder = tmp_path / "rows"
    shutil.copytree(CONTRIBUTIONS / "valid" / "with-text", folder)
    known = storage.csv_rows((few_rows / "data" / "roles.csv").read_bytes())[0]
    changed = storage.csv_bytes([known | {"title": "Another title"}], schema.package().table("roles"))
    (folder / "roles.csv").write_bytes(changed)
    return folder


def body(folder, number):
    """Make a contribution of one actor."""
    folder.mkdir()
    table = schema.package().table("actors")
    row = dict.fromkeys(table.names, "") | {
        "actor_id": f"body-{number}",
        "name": f"Body Number {number}",
        "kind": "person",
        "belligerent": "false",
    }
    (folder / "actors.csv").write_bytes(storage.csv_bytes([row], table))
    return folder


def test_a_merge_changes_a_row_and_takes_a_text(checkout, rows):
    merged = merge.merge(rows, checkout)
    assert merged.report.problems == []
    assert merged.changed
    assert merged.added
    assert merged.texts == ["example-2025-08-22.txt"]
    assert (checkout / "seeds" / "example-2025-08-22.txt").is_file()
    assert build.stale(checkout) == []


def test_what_changes_after_it_was_read_does_not_get_in(checkout, tmp_path, rows, monkeypatch):
    body(tmp_path / "one", 1)
    shutil.copy(tmp_path / "one" / "actors.csv", rows / "actors.csv")
    real = child_process.read_and_validate

    def then_somebody_edits(*given, **options):
        found = real(*given, **options)
        with (rows / "actors.csv").open("a") as file:
            file.write("=evil,unchecked\n")
        (rows / "seeds" / "example-2025-08-22.txt").write_text("unchecked")
        (rows / "seeds" / "more.txt").write_text("unchecked")
        return found

    monkeypatch.setattr(child_process, "read_and_validate", then_somebody_edits)
    assert merge.merge(rows, checkout).added["actors"] == ["body-1"]
    assert pipeline.validate_dataset(checkout).valid
    assert not [name for name, content in state(checkout).items() if b"unchecked" in content or "more.txt" in name]


def edited(base, name, edit):
    file = base / "data" / f"{name}.csv"
    file.write_bytes(edit(file.read_bytes()))


def with_line(number, change):
    """Change a line, the header being 0."""

    def edit(content):
        lines = content.splitlines(keepends=True)
        lines[number] = change(lines[number])
        return b"".join(lines)

    return edit


# what git or an editor leaves in a table: of the contribution, or another
EDITS = {
    "a quotation mark that swallows lines": ("sources", with_line(-3, lambda line: line[:-1] + b'"\n')),
    "two rows with one key": ("mentions", with_line(1, lambda line: line + line.replace(b",", b", ", 2)[:-1] + b"\n")),
    "a row that is gone": ("stances", with_line(1, lambda _: b"")),
    "a cell too many elsewhere": ("location_names", with_line(1, lambda line: line[:-1] + b",extra\n")),
    "a cell too few": ("roles", with_line(1, lambda line: line.rpartition(b",")[0] + b"\n")),
    "a column too many": ("roles", with_line(0, lambda line: line[:-1] + b",note\n")),
    "a damaged header": ("withdrawn", with_line(0, lambda line: line.replace(b"table_name", b"table"))),
    "another word": ("actors", lambda content: content.replace(b"person", b"persons", 1)),
    "marks of a conflict": ("demands", lambda content: b"<<<<<<< HEAD\n" + content),
    "nothing": ("events", lambda _: b""),
}


@pytest.mark.parametrize("edit", EDITS)
def test_nothing_is_merged_into_a_table_that_was_changed_and_not_built(edit, checkout, rows):
    name, change = EDITS[edit]
    edited(checkout, name, change)
    before = state(checkout)
    with pytest.raises(InputError, match=rf"data/{name}\.csv: changed and not built\. Nothing .*scripts/build\.py"):
        merge.merge(rows, checkout)
    assert state(checkout) == before


@pytest.mark.parametrize("edit", ["a cell too few", "a column too many", "marks of a conflict", "nothing"])
def test_a_contribution_is_not_blamed_for_the_form_of_a_table_that_ships(edit, checkout, rows):
    name, change = EDITS[edit]
    edited(checkout, name, change)
    for table, key in (("roles", "role_id"), ("demands", "demand_id"), ("events", "event_id")):
        (rows / f"{table}.csv").write_text(f"{key}\n")  # so that the table is needed
    with pytest.raises(DamagedFileError, match=rf"data/{name}\.csv.*This file is of the dataset itself"):
        child_process.validate_paths([rows], checkout)


def test_a_file_that_is_missing_is_named_with_the_number_of_others(checkout, rows):
    for name in ("roles.csv", "roles.parquet"):
        (checkout / "data" / name).unlink()
    with pytest.raises(InputError, match=r"data/roles\.csv, and 1 more: changed and not built"):
        merge.merge(rows, checkout)


def test_a_merge_that_would_lose_a_row_is_refused(checkout, rows):
    """Whatever the reason: the descriptor says how many rows there were."""
    described = json.loads(paths.descriptor(checkout).read_bytes())
    described["resources"][0]["rowCount"] += 1
    paths.descriptor(checkout).write_text(json.dumps(described))
    before = state(checkout)
    with pytest.raises(DamagedFileError, match=r"data/statements\.csv would have .* rows, not .*scripts/build\.py"):
        merge.merge(rows, checkout)
    assert state(checkout) == before


def more(file):
    with file.open("a") as open_file:
        open_file.write("\n")


MEANWHILE = {
    "data/roles.csv": lambda base: edited(base, "roles", with_line(2, lambda line: line.replace(b"a", b"e", 1))),
    "data/locations.csv": lambda base: edited(
        base, "locations", with_line(2, lambda line: line.replace(b"a", b"e", 1))
    ),
    "README.md": lambda base: more(base / "README.md"),
    "schemas/roles.json": lambda base: more(base / "schemas" / "roles.json"),
    "seeds/new.txt": lambda base: more(base / "seeds" / "new.txt"),
}


@pytest.mark.parametrize("work", ["merge", "build"])
@pytest.mark.parametrize("file", MEANWHILE)
def test_what_somebody_edits_while_a_merge_or_build_runs_is_kept(file, work, checkout, rows, monkeypatch):
    name, module = ("read_and_validate", child_process) if work == "merge" else ("read_dataset", pipeline)
    real, after = getattr(module, name), {}

    def then_somebody_edits(*given, **options):
        found = real(*given, **options)
        MEANWHILE[file](checkout)
        after.update(state(checkout))
        return found

    monkeypatch.setattr(module, name, then_somebody_edits)
    with pytest.raises(InputError, match=rf"{file} was changed meanwhile\. Nothing was changed\."):
        merge.merge(rows, checkout) if work == "merge" else build.write(checkout)
    assert state(checkout) == after


def test_readers_hear_of_a_merge_between_two_tables(checkout, rows):
    with pytest.raises(DamagedFileError, match="while it was read"), transaction.reading(checkout):
        merge.merge(rows, checkout)


READERS = {
    "load_all": lambda _: summitry.load_all("pyarrow"),
    "export": lambda folder: export.export("csv", folder / "tables.zip"),
    "site": lambda folder: site_folder.write(folder / "site", with_pictures=False),
    "diff": lambda _: snapshot.read(paths.root()),
}


@pytest.mark.parametrize("reader", READERS)
def test_who_reads_several_tables_hears_of_a_merge_between_them(reader, checkout, tmp_path, monkeypatch):
    """The descriptor is what a merge changes last."""
    descriptor, times = paths.descriptor(checkout), iter(range(1000))

    def merged(*_):
        if next(times) == 2:
            descriptor.write_bytes(descriptor.read_bytes() + b"\n")

    real = snapshot.csv.reader
    monkeypatch.setattr(paths, "root", lambda: checkout)
    monkeypatch.setattr(integrity, "require_published", merged)
    monkeypatch.setattr(snapshot.csv, "reader", lambda *given, **options: merged() or real(*given, **options))
    with pytest.raises(DamagedFileError, match="was changed by a merge or a build while it was read"):
        READERS[reader](tmp_path)
    assert list(tmp_path.iterdir()) == [checkout]


def test_readers_of_a_half_merged_checkout_get_an_error(checkout, rows, monkeypatch):
    class Killed(BaseException):
        pass

    replaced = []

    def killed(source, target):
        if len(replaced) == 4:
            raise Killed
        replaced.append(source.replace(target))

    monkeypatch.setattr(transaction.disk, "replace", killed, raising=False)
    with pytest.raises(Killed):
        merge.merge(rows, checkout)
    monkeypatch.undo()
    for read in (pipeline.validate_dataset, lambda base: child_process.validate_paths([rows], base)):
        with pytest.raises(DamagedFileError, match=r"Finish it with: python .*scripts/build\.py"):
            read(checkout)
    built = build.write(checkout)
    assert built.report.valid
    assert built.files == []
    assert merge.merge(rows, checkout).added == {}


@posix
@pytest.mark.parametrize("merges", [2, pytest.param(8, marks=pytest.mark.kills)])
def test_merges_at_once_all_get_in(merges, checkout, tmp_path, forks):
    ids = [f"body-{n}" for n in range(merges)]
    forks.begin(checkout, *(body(tmp_path / i, i.removeprefix("body-")) for i in ids))
    assert forks.codes() == [0] * len(ids)
    found = {row["actor_id"] for row in storage.csv_rows((checkout / "data" / "actors.csv").read_bytes())}
    assert set(ids) <= found
    assert build.stale(checkout) == []


def described(folder, *tables):
    """Give a contribution a data package descriptor."""
    resources = [{"name": name, "path": f"{name}.csv"} for name in tables]
    (folder / "datapackage.json").write_text(json.dumps({"resources": resources}))


def test_a_folder_with_a_descriptor_is_merged_like_any_other(checkout, rows):
    described(rows, *(file.stem for file in rows.glob("*.csv")))
    merged = merge.merge(rows, checkout)
    assert merged.report.valid
    assert merged.added
    assert merged.texts == ["example-2025-08-22.txt"]


def test_a_descriptor_hides_nothing_from_a_merge(checkout, rows):
    before = state(checkout)
    for tables in ((), ("sources",)):
        described(rows, *tables)
        assert not merge.merge(rows, checkout).report.valid
        assert state(checkout) == before


def test_two_formats_of_a_table_must_have_the_same_rows(checkout, tmp_path):
    table = schema.package().table("actors")
    folder = body(tmp_path / "one", 1)
    rows = storage.read_csv_arrow((folder / "actors.csv").read_bytes(), table)
    (folder / "actors.parquet").write_bytes(storage.parquet_bytes(rows, table))
    resources = [{"path": "actors.csv"}, {"path": "actors.parquet"}]
    (folder / "datapackage.json").write_text(json.dumps({"resources": resources}))
    assert merge.merge(folder, checkout).added == {"actors": ["body-1"]}
    shutil.copy(body(tmp_path / "two", 2) / "actors.csv", folder)
    for report in (child_process.validate_paths([folder], checkout), merge.merge(folder, checkout).report):
        assert [(p.rule, p.expected) for p in report.problems if p.severity == "error"] == [
            ("file", f"the same rows as in {folder}/actors.csv")
        ]


@pytest.mark.parametrize("rows", ["checkout", pytest.param("whole_checkout", marks=pytest.mark.shipped)])
def test_a_whole_data_package_is_checked_together_with_what_ships(rows, request, tmp_path):
    """By itself it would be valid, also where it takes up an id that was withdrawn."""
    base, package = request.getfixturevalue(rows), tmp_path / "package"
    shutil.copytree(base, package)
    assert merge.merge(package, base).added == {}


@posix
@pytest.mark.parametrize("names", [(".hidden.txt", "..txt"), ("linked.txt",)], ids=lambda names: names[0])
def test_no_text_is_taken_from_outside_or_from_where_nobody_sees_it(names, checkout, rows, tmp_path):
    (tmp_path / "secret.txt").write_text("a secret")
    for name in names:
        (rows / "seeds" / name).symlink_to(tmp_path / "secret.txt")
    before = set(state(checkout))
    report = merge.merge(rows, checkout).report
    assert report.valid is names[0].startswith(".")  # what is hidden is nobody's
    assert not [path for path, content in state(checkout).items() if b"a secret" in content]
    seeds = {path for path in state(checkout) if path.startswith("seeds/")}
    assert seeds - before <= {"seeds/example-2025-08-22.txt"}


def test_a_text_is_taken_only_where_a_source_names_it(checkout, tmp_path):
    folder = body(tmp_path / "rows", 1)
    (folder / "seeds").mkdir()
    (folder / "seeds" / "var-matin-2025-08-22.txt").write_text("another text")
    (folder / "seeds" / "more.txt").write_text("more")
    before = state(checkout)
    assert {p.rule for p in merge.merge(folder, checkout).report.problems if p.severity == "error"} >= {"text"}
    assert state(checkout) == before


@pytest.mark.skipif(os.name == "nt", reason="Windows has no read-only folders")
@pytest.mark.parametrize(
    ("name", "error"), [("merge", errno.ENOSPC), ("build", errno.EACCES)], ids=["full", "read-only"]
)
def test_a_disk_that_takes_nothing_is_a_message_and_exit_2(name, error, checkout, rows, monkeypatch, capsys):
    base = checkout
    monkeypatch.setattr(paths, "root", lambda: base)
    (base / "scripts").mkdir()
    (base / "scripts" / "build.py").touch()
    before = state(base)

    def refuse(*_):
        raise OSError(error, os.strerror(error))

    monkeypatch.setattr(transaction.disk, "write", refuse, raising=False)
    if name == "merge":
        assert main(["merge", str(rows)]) == 2
        said = capsys.readouterr().err
    else:
        (base / "data" / "roles.parquet").unlink()
        before.pop("data/roles.parquet")
        with pytest.raises(InputError) as failure:
            build.write(base)
        said = str(failure.value)
    assert os.strerror(error) in said
    assert said.strip().endswith("Nothing was changed.")
    assert state(base) == before
    assert not (base / transaction.STAGING).exists()


def test_a_text_in_which_others_coded_is_replaced_with_a_warning(checkout, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(paths, "root", lambda: checkout)
    (checkout / "scripts").mkdir()
    (checkout / "scripts" / "build.py").touch()
    name, folder = "var-matin-2025-08-22", tmp_path / "rows"
    (folder / "seeds").mkdir(parents=True)
    text = (checkout / "seeds" / f"{name}.txt").read_bytes()[:-6] + b"other\n"
    (folder / "seeds" / f"{name}.txt").write_bytes(text)
    source = next(r for r in storage.csv_rows((checkout / "data/sources.csv").read_bytes()) if r["source_id"] == name)
    new = source | {"sha256": hashlib.sha256(text).hexdigest(), "n_codepoints": str(len(text.decode()))}
    table = schema.package().table("sources")
    (folder / "sources.csv").write_bytes(storage.csv_bytes([new], table))
    mentions = [r for r in storage.csv_rows((checkout / "data/mentions.csv").read_bytes()) if r["source_id"] == name]
    assert len(mentions) > 1
    assert main(["merge", str(folder)]) == 0
    out = capsys.readouterr().out
    assert f"expected the text in which {len(mentions)} mentions of the dataset were coded" in out
    assert "replaced-text" in out
    assert f"replaced texts: {name}.txt\nmerged: 0 new rows, 1 changed row\n" in out
    assert main(["merge", str(folder)]) == 0
    assert "nothing new" in (out := capsys.readouterr().out)
    assert "replaced" not in out


# kills

# after which file or folder is there the time to a kill begins; the whole time where there is none
MOMENTS = ("", transaction.STAGING, f"{transaction.STAGING}/{transaction.MANIFEST}")
TIMES = [2, pytest.param(200, marks=pytest.mark.kills)]


@posix
@pytest.mark.parametrize("times", TIMES)
def test_a_merge_killed_at_any_moment_is_done_or_not(times, checkout, rows, tmp_path, forks):
    """A third of the kills fall anywhere in the run, a third from the first staged file, a third from the manifest."""
    old, chance = state(checkout), random.Random(times)  # noqa: S311 - no secret
    shutil.copytree(checkout, tmp_path / "whole")
    whole, writing = forks.measured(rows, tmp_path / "whole")
    new = state(tmp_path / "whole")
    ends = {"old": 0, "half": 0, "new": 0}
    for number in range(times):
        base = tmp_path / str(number)
        shutil.copytree(checkout, base)
        wait_for = MOMENTS[number % len(MOMENTS)]
        longest = writing if wait_for else whole
        forks.killed(rows, base, wait_for, chance.uniform(0, longest) if number else 0)
        half = transaction.unfinished(base)
        ends["half" if half else "new" if state(base) == new else "old"] += 1
        if not half:
            tables = {n: content for n, content in state(base).items() if not n.startswith(".summitry")}
            assert tables in (old, new)
        with transaction.begin(base, build.may_write(base)):
            assert state(base) == (new if half else tables)
        if number % 20 == 0:
            merge.merge(rows, base)
            assert state(base) == new
        shutil.rmtree(base)
    print(ends)  # noqa: T201 - `pytest -m kills -s` shows how many of each there were
    assert ends["old"]


@pytest.fixture(scope="module")
def forks():
    with Forks() as started:
        yield started


class Forks:
    """Runs merges in processes that can be killed."""

    def __enter__(self):
        file = Path(__file__).with_name("merge_in_forks.py")
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        self.process = subprocess.Popen([sys.executable, str(file)], text=True, bufsize=1, **pipes)
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait(60)
        self.process.stdout.close()

    def begin(self, base, *contributions):
        """Merge contributions at once; return the ids of their processes."""
        self.process.stdin.write("\t".join(map(str, (base, *contributions))) + "\n")
        return self.codes()

    def codes(self):
        return [int(number) for number in self.process.stdout.readline().split()]

    def measured(self, rows, base):
        """Run a merge to its end; return the seconds that it took, and those in which it wrote."""
        self.begin(base, rows)
        start = time.perf_counter()
        wait_until_there(base / transaction.STAGING)
        begun = time.perf_counter()
        assert self.codes() == [0]
        return time.perf_counter() - start, time.perf_counter() - begun

    def killed(self, rows, base, wait_for, after):
        (child,) = self.begin(base, rows)
        wait_until_there(base / wait_for)
        time.sleep(after)
        try:
            os.kill(child, signal.SIGKILL)
        except ProcessLookupError:
            assert self.codes() == [0]
        else:
            assert self.codes() in ([0], [-signal.SIGKILL])


def wait_until_there(path):
    until = time.monotonic() + 60
    while not path.exists() and time.monotonic() < until:
        time.sleep(0.0002)  # less than it takes to write
