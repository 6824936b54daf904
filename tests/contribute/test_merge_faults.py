"""A merge or build is all done or not at all, whichever of its file operations fails or is the last."""

from __future__ import annotations

import errno
import io
import os
import shutil
from contextlib import suppress
from pathlib import Path

import pytest

from conftest import CONTRIBUTIONS
from summitry.contribute import merge
from summitry.dataset import transaction
from summitry.errors import DamagedFileError, InputError
from summitry.publish import build
from summitry.validation import child_process, pipeline

# what changes a folder or a file, and what reads one; each by its module and name
OPERATIONS = [
    *((os, name) for name in ("open", "write", "fsync", "close", "replace", "unlink", "mkdir", "rmdir", "link")),
    *((os, name) for name in ("rename", "truncate", "ftruncate", "listdir", "scandir", "chmod")),
    (io, "open"),
]
SAME = {Path("README.md"), Path("data/roles.parquet")}  # files that a merge computes, and does not change
ROWS = CONTRIBUTIONS / "valid" / "with-text"
HARMLESS = {"close", "scandir", "listdir"}  # they are killed after, but do not fail


class Killed(BaseException):
    """What ends a run at an operation; each later one ends it again, as nothing runs after a kill."""


class Faults:
    """Counts the file operations in a folder, and lets one of them fail."""

    def __init__(self, base, monkeypatch):
        self.base, self.at, self.error, self.log, self.handles = str(base), 0, None, [], set()
        for module, name in OPERATIONS:
            if hasattr(module, name):
                monkeypatch.setattr(module, name, self._watched(name, getattr(module, name)))

    def _watched(self, name, real):
        def call(where, *arguments, **options):
            inside = where in self.handles if isinstance(where, int) else os.fspath(where).startswith(self.base)
            if self.at is None or not inside:
                return real(where, *arguments, **options)
            self._operate(name, real, where, arguments)
            done = None if name == "fsync" else real(where, *arguments, **options)  # the real one only takes long
            if name == "open" and isinstance(done, int):
                self.handles.add(done)
            return done

        return call

    def _operate(self, name, real, where, arguments):
        dead = self.error is Killed and 0 < self.at <= len(self.log)
        self.log.append(name)
        if dead:
            raise Killed
        if len(self.log) != self.at or (self.error is not Killed and name in HARMLESS):
            return
        if name == "write":  # a part of it is written
            real(where, arguments[0][: len(arguments[0]) // 2])
        raise self.error

    def run(self, work, base, at=0, error=None):
        """Do something with a fault at an operation; return what it raises."""
        self.base, self.at, self.error, self.log, self.handles = str(base), at, error, [], set()
        try:
            work(base)
        except (InputError, DamagedFileError, Killed) as e:
            return e
        finally:
            self.at = None
        return None


@pytest.fixture(scope="module")
def prepared(few_rows, tmp_path_factory):
    """A checkout, what a merge makes of it, and what the merge read and computed."""
    home = tmp_path_factory.mktemp("prepared")
    old = Path(shutil.copytree(few_rows, home / "old"))
    computed = {}
    with pytest.MonkeyPatch.context() as patch:
        for module, name in ((child_process, "read_and_validate"), (build, "derive")):
            patch.setattr(module, name, kept(computed, getattr(module, name)))
        shutil.copytree(old, home / "new")
        assert merge.merge(ROWS, home / "new").added
    derived = {path.relative_to(home / "new"): content for path, content in computed["derive"].items()}
    derived = without_most_of_the_same(derived, old, home / "new")
    return old, home / "new", ROWS, computed["read_and_validate"], derived


def without_most_of_the_same(derived, old, new):
    """Leave out the files that a merge does not change, but for two: to read each is the same operation again."""
    same = {path for path in derived if (old / path).is_file() and (old / path).read_bytes() == derived[path]}
    texts = {path.relative_to(old) for path in (old / "seeds").iterdir()}
    for path in (same | texts) - SAME:
        (old / path).unlink()
        (new / path).unlink()
    return {path: content for path, content in derived.items() if path not in same - SAME}


def kept(results, real):
    def call(*arguments, **options):
        results[real.__name__] = real(*arguments, **options)
        return results[real.__name__]

    return call


@pytest.fixture
def faults(prepared, monkeypatch, tmp_path):
    """Faults of a merge or build that does not compute again what it writes."""
    _, _, _, read, derived = prepared
    monkeypatch.setattr(child_process, "read_and_validate", lambda *_, **__: read)
    monkeypatch.setattr(pipeline, "read_dataset", lambda *_: (read[1], []))
    texts = {path for path in derived if path.parts[0] == "seeds"}
    monkeypatch.setattr(merge, "_contents", lambda _, base, __: {base / path: derived[path] for path in derived})
    monkeypatch.setattr(build, "derive", lambda base, _: {base / p: derived[p] for p in derived if p not in texts})
    may_write = build.may_write(prepared[0])
    monkeypatch.setattr(build, "may_write", lambda _: may_write)
    return Faults(tmp_path, monkeypatch)


def copied(folder, target):
    return shutil.copytree(folder, target, copy_function=os.link)  # a transaction changes no file, it replaces them


def files(base):
    """The paths of all files and folders but the lock."""
    found = {os.path.relpath(entry, base) for folder, *names in os.walk(base) for entry in _entries(folder, *names)}
    return found - {transaction.LOCK}


def _entries(folder, folders, names):
    return (f"{folder}{os.sep}{name}" for name in [*folders, *names])


def is_like(base, other):
    names = files(other)
    return files(base) == names and all(
        (base / name).samefile(other / name) or (base / name).read_bytes() == (other / name).read_bytes()
        for name in names
        if (other / name).is_file()
    )


ERRORS = [
    OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)),
    PermissionError(errno.EACCES, os.strerror(errno.EACCES)),
    OSError(errno.EIO, os.strerror(errno.EIO)),
]
WORKS = ["merge", "build"]
# every fourth operation will do every day, as every operation of a transaction has a fault in its own tests
EVERY = [pytest.param(name, step, marks=mark) for name in WORKS for step, mark in ((4, ()), (1, pytest.mark.kills))]


def work_of(name, rows):
    """A merge, or the build of the same files but for the text, which a build does not write."""
    return (lambda base: merge.merge(rows, base)) if name == "merge" else build.write


def ends_of(name, prepared, tmp_path):
    old, new, *_ = prepared
    if name == "merge":
        return old, new
    built = copied(new, tmp_path / "built")
    for file in files(new) - files(old):
        (built / file).unlink()
    return old, built


@pytest.mark.parametrize("kind", ["kill", "error"])
@pytest.mark.parametrize(("name", "step"), EVERY)
def test_whatever_operation_fails_all_is_old_or_new(name, step, kind, prepared, faults, tmp_path):
    old, new = ends_of(name, prepared, tmp_path)
    work = work_of(name, prepared[2])
    assert faults.run(work, copied(old, tmp_path / "whole")) is None
    assert is_like(tmp_path / "whole", new)
    count = len(faults.log)
    assert {"open", "write", "fsync", "replace", "unlink", "mkdir", "rmdir"} <= set(faults.log)
    assert count > 4 * 12  # of 12 files, each is at least opened, written, synced and replaced
    for at in range(1, count + 1, step):
        base = copied(old, tmp_path / str(at))
        error = Killed if kind == "kill" else ERRORS[at % len(ERRORS)]
        failure = faults.run(work, base, at, error)
        operation = (at, faults.log[at - 1], str(failure))
        assert kind == "error" or isinstance(failure, Killed), operation
        half = transaction.unfinished(base)
        if isinstance(failure, InputError) and "Nothing was changed" in str(failure):
            assert is_like(base, old), operation
        elif not half and kind == "error":
            with suppress(FileNotFoundError):
                (base / transaction.STAGING).rmdir()  # nothing is in it any more
            assert is_like(base, new), operation
        assert faults.run(work, base) is None, operation  # the next run completes
        assert is_like(base, new), operation
        shutil.rmtree(base)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no read-only folders")
@pytest.mark.parametrize(("name", "error"), [("merge", ERRORS[0]), ("build", ERRORS[1])], ids=["full", "read-only"])
def test_a_disk_that_takes_nothing_is_a_message_and_exit_2(name, error, checkout, monkeypatch, capsys):
    from summitry import paths
    from summitry.cli import main

    base = checkout
    monkeypatch.setattr(paths, "root", lambda: base)
    (base / "scripts").mkdir()
    (base / "scripts" / "build.py").touch()
    before = {path: (base / path).stat().st_ino for path in files(base)}

    def refuse(*_):
        raise error

    monkeypatch.setattr(transaction.disk, "write", refuse, raising=False)
    if name == "merge":
        assert main(["merge", str(ROWS)]) == 2
        said = capsys.readouterr().err
    else:
        (base / "data" / "roles.parquet").unlink()
        before.pop("data/roles.parquet")
        with pytest.raises(InputError) as failure:
            build.write(base)
        said = str(failure.value)
    assert error.strerror in said
    assert said.strip().endswith("Nothing was changed.")
    assert {path: (base / path).stat().st_ino for path in files(base)} == before
    assert Path(base / transaction.STAGING).exists() is False
