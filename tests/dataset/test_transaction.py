"""A transaction replaces all its files or none: each of its file operations is let fail, and killed, in turn."""

from __future__ import annotations

import errno
import json
import os
import shutil
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import pytest

from conftest import some_every_day
from summitry.dataset import transaction
from summitry.errors import DamagedFileError, InputError

NAMES = [*(f"data/t{n}.csv" for n in range(4)), "README.md", "datapackage.json", "metadata/new/a.json", "seeds/a.txt"]
OLD = {name: f"old {name}\n".encode() * 50 for name in NAMES if not name.startswith(("metadata", "seeds"))}
NEW = {name: f"new {name}\n".encode() * 60 for name in NAMES}
REAL = transaction.disk


class Killed(BaseException):
    """What a simulated kill raises: then, and at each later operation of the same process."""


class Failing:
    """A disk of which one operation fails, or during which the process is killed and the power cut."""

    def __init__(self, at=0, error=None):
        self.at, self.error, self.log = at, error, []
        self.open, self.unsynced = {}, set()

    def __getattr__(self, name):
        return self._counted(getattr(REAL, name), name)

    def _counted(self, operation, name):
        def call(*arguments):
            dead = self.error is Killed and 0 < self.at <= len(self.log)
            self.log.append((name, arguments))
            if dead or len(self.log) == self.at:
                if name == "write" and not dead:
                    os.write(arguments[0], arguments[1][: len(arguments[1]) // 2])
                self._fail()
            done = None if name.startswith("sync") else operation(*arguments)  # real ones would only take long
            self._note(name, arguments, done)
            return done

        return call

    def _note(self, name, arguments, done):
        if name == "create":
            self.open[done] = arguments[0]
            self.unsynced.add(arguments[0])
        elif name == "sync":
            self.unsynced.discard(self.open[arguments[0]])

    def _fail(self):
        if self.error is Killed:
            for file in self.unsynced:  # what was not synced is lost
                if file.exists():
                    file.write_bytes(b"")
            raise Killed
        raise self.error


@pytest.fixture
def base(tmp_path):
    return fresh(tmp_path / "base")


def fresh(folder):
    for name, content in OLD.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    (folder / "mine.txt").write_text("mine")
    return folder


def state(base):
    """The files by their paths, without the lock."""
    found = {p.relative_to(base).as_posix(): p.read_bytes() for p in base.rglob("*") if p.is_file() or p.is_symlink()}
    found.pop(transaction.LOCK, None)
    assert found.pop("mine.txt") == b"mine"
    return found


def put(base, contents=NEW, may_write=lambda path: path in NEW, **more):
    with transaction.begin(base, may_write, **more) as replace:
        return replace({base / name: content for name, content in contents.items()})


def operations(base, monkeypatch):
    """Replace the files, and return how many operations that took."""
    disk = Failing()
    monkeypatch.setattr(transaction, "disk", disk)
    put(base)
    return len(disk.log)


def test_all_files_are_replaced_and_nothing_is_left_over(base):
    assert put(base) == [base / name for name in NEW]
    assert state(base) == NEW
    assert not (base / transaction.STAGING).exists()
    assert put(base) == []


FAULTS = {
    "a full disk": OSError(errno.ENOSPC, "No space left on device"),
    "a lost permission": PermissionError(errno.EACCES, "Permission denied"),
    "Ctrl-C": KeyboardInterrupt(),
    "a kill": Killed,
}


# a lost permission takes the way of a full disk
@pytest.mark.parametrize("fault", some_every_day(FAULTS, ("a full disk", "Ctrl-C", "a kill"), pytest.mark.kills))
def test_a_fault_at_any_operation_leaves_all_old_or_all_new(fault, tmp_path, monkeypatch):
    count = operations(fresh(tmp_path / "whole"), monkeypatch)
    assert count > 4 * len(NEW)
    for at in range(1, count + 1):
        base = fresh(tmp_path / str(at))
        monkeypatch.setattr(transaction, "disk", Failing(at, FAULTS[fault]))
        failure = None
        try:
            put(base)
        except (InputError, KeyboardInterrupt, Killed) as e:
            failure = e
        monkeypatch.setattr(transaction, "disk", Failing())
        if failure is None:  # only the clean-up failed
            assert state(base).items() >= NEW.items(), at
            assert not transaction.unfinished(base), at
        if not transaction.unfinished(base):
            tables = {name: content for name, content in state(base).items() if not name.startswith(".")}
            assert tables in (OLD, NEW), at
        elif isinstance(failure, InputError):
            assert "Finish it with" in str(failure), at
        if "Nothing was changed" in str(failure):
            assert state(base) == OLD, at
        if fault == "Ctrl-C":
            assert not transaction.unfinished(base), at
            assert state(base) in (OLD, NEW), at
        with transaction.begin(base, lambda path: path in NEW):
            assert state(base) in (OLD, NEW), at
        put(base)
        assert state(base) == NEW, at


def test_a_first_file_that_cannot_be_replaced_changes_nothing(base, monkeypatch):
    """Such as one that another program has open, on Windows."""
    disk = Failing()

    def refused(source, target):
        if target.name != transaction.MANIFEST:
            raise PermissionError(errno.EACCES, "Permission denied", str(source), None, str(target))
        source.replace(target)

    disk.replace = refused
    monkeypatch.setattr(transaction, "disk", disk)
    with pytest.raises(InputError, match=r"t0\.csv cannot be written: Permission denied\. Nothing was changed"):
        put(base)
    assert state(base) == OLD


def test_a_file_that_cannot_be_read_changes_nothing(base, monkeypatch):
    """Also where that happens when all new files are on the disk, and only the manifest is missing."""
    real = Path.read_bytes
    for failing in range(1, 40):
        count = iter(range(1, 1000))

        def broken(file, count=count, failing=failing):
            if next(count) == failing:
                raise OSError(errno.EIO, "Input/output error", str(file))
            return real(file)

        with monkeypatch.context() as patch:
            patch.setattr(Path, "read_bytes", broken)
            with suppress(InputError, OSError):
                put(base)
                break
        assert state(base) == OLD
    assert failing > 2 * len(OLD)
    assert state(base) == NEW


@pytest.mark.parametrize("name", ["data/t3.csv", "README.md", "seeds/of-another.txt"])
def test_what_somebody_changes_meanwhile_is_not_replaced(name, base):
    for contents in (NEW, {}):
        with transaction.begin(base, lambda path: path in NEW) as replace:
            (base / name).parent.mkdir(exist_ok=True)
            (base / name).write_text(f"an edit {len(contents)}")
            after = state(base)
            with pytest.raises(InputError, match=rf"{name} was changed meanwhile\. Nothing was changed"):
                replace({base / path: content for path, content in contents.items()})
        assert state(base) == after
    put(base)
    assert state(base).items() >= NEW.items() - {(name, NEW.get(name))}


def test_a_kill_while_an_interrupted_transaction_is_finished_does_no_harm(tmp_path, monkeypatch):
    count = operations(fresh(tmp_path / "whole"), monkeypatch)
    for first in range(count * 2 // 3, count, 3):
        for second in range(1, 12):
            base = fresh(tmp_path / f"{first}-{second}")
            for at in (first, second):
                monkeypatch.setattr(transaction, "disk", Failing(at, Killed))
                with suppress(Killed):  # little may be left to do the second time
                    put(base)
            monkeypatch.setattr(transaction, "disk", Failing())
            put(base, {})
            assert state(base) in (OLD, NEW), (first, second)


def test_a_transaction_is_on_the_disk_before_it_counts(base, monkeypatch):
    disk = Failing()
    monkeypatch.setattr(transaction, "disk", disk)
    put(base)
    names = [name for name, _ in disk.log]
    commit = next(
        i for i, (name, given) in enumerate(disk.log) if name == "replace" and given[1].name == "manifest.json"
    )
    assert names[:commit].count("sync") == names[:commit].count("create") == len(NEW) + 1
    assert names[commit - 2 : commit] == ["sync_folder", "sync_folder"]
    assert names[commit + 1] == "sync_folder"
    gone = next(i for i, (name, given) in enumerate(disk.log) if name == "remove" and given[0].name == "manifest.json")
    last = max(i for i, name in enumerate(names) if name == "replace")
    assert {given[0] for name, given in disk.log[last:gone] if name == "sync_folder"} == {
        (base / name).parent for name in NEW
    }


def test_readers_name_an_unfinished_transaction(base, monkeypatch):
    interrupt(base, monkeypatch)
    with pytest.raises(DamagedFileError, match=r"interrupted.*Finish it with: python /.*/scripts/build.py"):
        transaction.require_finished(base)
    with pytest.raises(DamagedFileError), transaction.reading(base):
        pytest.fail("it was read")
    put(base, {})
    with transaction.reading(base):
        assert state(base) == NEW
        (base / transaction.STAGING).mkdir()
        transaction.require_finished(base)  # what is staged does not count yet
    with pytest.raises(DamagedFileError), transaction.reading(base):
        (base / transaction.STAGING / transaction.MANIFEST).write_text("[]")


def test_the_next_one_says_that_it_finished_what_was_interrupted(base, monkeypatch):
    interrupt(base, monkeypatch)
    said = []
    for _ in range(2):
        with transaction.begin(base, lambda path: path in NEW, notice=said.append):
            assert state(base) == NEW
    assert said == [transaction.FINISHED]


def interrupt(base, monkeypatch, replaced=3):
    """Kill a transaction after some files are replaced."""
    disk = Failing()
    monkeypatch.setattr(transaction, "disk", disk)
    real = disk.replace

    def killed(source, target):
        if source.name == str(replaced):
            raise Killed
        real(source, target)

    disk.replace = killed
    with pytest.raises(Killed):
        put(base)
    monkeypatch.setattr(transaction, "disk", REAL)
    assert transaction.unfinished(base)


# manifests that came with a branch


def forge(base, manifest, **staged):
    folder = base / transaction.STAGING
    folder.mkdir(exist_ok=True)
    text = manifest if isinstance(manifest, str) else json.dumps(manifest)
    (folder / transaction.MANIFEST).write_text(text)
    for name, content in staged.items():
        (folder / name.removeprefix("n")).write_text(content)


def digest(content):
    return sha256(content).hexdigest()


def entry(path, before=b"", after=b"evil"):
    return {"path": path, "before": digest(before) if before else "", "after": digest(after)}


PATHS = [
    "",
    ".",
    "..",
    "mine.txt",
    "../outside.txt",
    "data/../mine.txt",
    "./README.md",
    "README.MD",
    "data//t0.csv",
    "data/t0.csv/",
    "data/t0.csv\0",
    "data\\t0.csv",
    "C:/x.csv",
    "{base}/mine.txt",
    "/etc/passwd",
    "seeds/b.txt",
    "src/summitry/__init__.py",
    ".git/hooks/pre-commit",
    "\ud800",
]


@pytest.mark.parametrize("path", PATHS, ids=repr)
def test_a_manifest_names_only_what_may_be_written(path, base):
    path = path.replace("{base}", str(base))
    forge(base, [entry("README.md", OLD["README.md"]), entry(path)], n0="evil", n1="evil")
    with pytest.raises(DamagedFileError, match=r"not a file that this command may write.*Remove the folder"):
        put(base)
    assert {k: v for k, v in state(base).items() if not k.startswith(".summitry")} == OLD
    assert not (base.parent / "outside.txt").exists()


MANIFESTS = {
    "of the old form": '["data/t0.csv", "README.md"]',
    "an object": '{"a": 1}',
    "a number": "5",
    "no JSON": "{",
    "nested": "[" * 100_000,
    "empty": "",
    "a wrong field": [{"path": "README.md", "before": "", "after": "x", "delete": True}],
    "a wrong type": [{"path": 5, "before": "", "after": None}],
    "no digest": [{"path": "README.md", "before": "", "after": ""}],
    "a file twice": [entry("README.md", OLD["README.md"])] * 2,
    "too long": " " * 2_000_000,
}


@pytest.mark.parametrize("case", MANIFESTS)
def test_a_manifest_of_another_form_is_refused(case, base):
    forge(base, MANIFESTS[case], n0="evil", n1="evil")
    with pytest.raises(DamagedFileError, match=r"is not a manifest of a merge or build\. Remove the folder"):
        put(base)
    assert {k: v for k, v in state(base).items() if not k.startswith(".summitry")} == OLD


def test_a_staged_file_that_is_another_is_refused(base):
    forge(base, [entry("README.md", OLD["README.md"], b"good")], n0="evil")
    with pytest.raises(DamagedFileError, match="is not what was to become"):
        put(base)
    assert state(base)["README.md"] == OLD["README.md"]


def test_a_file_that_was_changed_since_is_kept(base, monkeypatch):
    for name in ("data/t0.csv", "data/t3.csv"):  # replaced before the kill, and not
        interrupt(base, monkeypatch)
        (base / name).write_text("an edit")
        with pytest.raises(DamagedFileError, match=r"was changed after .* interrupted.*git diff"):
            put(base)
        assert state(base)[name] == b"an edit"
        shutil.rmtree(base / transaction.STAGING)
        fresh(base)


def test_the_folder_of_an_older_version_is_left_alone(base):
    journal = base / ".summitry-journal"
    journal.mkdir()
    (journal / "files.json").write_text('["data/t0.csv", "README.md"]')
    put(base)
    left = state(base)
    assert left.pop(".summitry-journal/files.json")
    assert left == NEW


LINKS = {
    "a target": lambda base, away: replaced_by_link(base / "README.md", away / "README.md"),
    "the folder of a target": lambda base, away: replaced_by_link(base / "data", away),
    "the staging": lambda base, away: (base / transaction.STAGING).symlink_to(away),
    "the lock": lambda base, away: (base / transaction.LOCK).symlink_to(away / "lock"),
    "a lost link as the lock": lambda base, away: (base / transaction.LOCK).symlink_to(away / "nowhere"),
}


def replaced_by_link(path, target):
    path.rename(path.with_name("moved"))
    path.symlink_to(target)


@pytest.mark.parametrize("case", LINKS)
@pytest.mark.skipif(os.name == "nt", reason="links need a privilege on Windows")
def test_no_link_is_followed(case, base):
    away = base.parent / "away"
    away.mkdir()
    for name in ("README.md", "t0.csv", "lock", "0", "manifest.json"):
        (away / name).write_text("away")
    LINKS[case](base, away)
    with pytest.raises((InputError, DamagedFileError)):
        put(base)
    assert {p.name: p.read_text() for p in away.iterdir()} == dict.fromkeys(
        ("README.md", "t0.csv", "lock", "0", "manifest.json"), "away"
    )
    assert state_of_rest(base)


def state_of_rest(base):
    return all((base / name).read_bytes() == OLD[name] for name in ("datapackage.json",))


@pytest.mark.parametrize(
    "name", [transaction.LOCK, transaction.STAGING, f"{transaction.STAGING}/{transaction.MANIFEST}"]
)
@pytest.mark.parametrize("kind", ["file", "folder", "pipe"])
def test_what_git_may_bring_under_our_names_does_no_harm(name, kind, base):
    path = base / name
    path.parent.mkdir(exist_ok=True)
    if kind == "pipe":
        if not hasattr(os, "mkfifo"):
            pytest.skip("Windows has no pipes in folders")
        os.mkfifo(path)
    elif kind == "folder":
        (path / "more").mkdir(parents=True)
    else:
        path.write_text("from a branch")
    refused = ""
    try:
        put(base)
    except (InputError, DamagedFileError) as e:
        refused = str(e)
    assert not refused or path.name in refused
    assert {k: v for k, v in state(base).items() if not k.startswith(".")} == (OLD if refused else NEW)


@pytest.mark.parametrize("closed", ["data", "."])
@pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows has no read-only folders")
def test_a_read_only_folder_is_named_before_anything_is_changed(closed):
    with tempfile.TemporaryDirectory() as name:
        base = fresh(Path(name) / "base")
        put(base, {})  # imports what the other user may not be able to
        (base / transaction.LOCK).unlink()
        for folder in (base.parent, base, base / "data"):
            folder.chmod(0o777)
        (base / closed).chmod(0o555)
        said = as_nobody(lambda: put(base, {name: NEW[name] for name in ("README.md", "data/t0.csv")}))
        (base / closed).chmod(0o755)
        assert "cannot be written: " in said
        assert said.endswith("Nothing was changed.")
        assert state(base) == OLD


def as_nobody(work):
    """Do something in a process without the rights of root; return the message of the error that it ends with."""
    end, start = os.pipe()
    child = os.fork()
    if not child:
        if os.geteuid() == 0:
            os.setuid(65534)
        try:
            work()
        except BaseException as e:  # noqa: BLE001 - whatever it is goes to the test
            os.write(start, str(e).encode())
        os._exit(0)
    os.close(start)
    os.waitpid(child, 0)
    with os.fdopen(end) as pipe:
        return pipe.read()


# one after the other


def test_two_at_once_wait_for_each_other(base):
    begun, go_on, said = threading.Event(), threading.Event(), []

    def first():
        with transaction.begin(base, lambda path: path in NEW) as replace:
            begun.set()
            go_on.wait(60)
            replace({base / "README.md": b"first"})

    def second():
        with transaction.begin(
            base, lambda path: path in NEW, notice=lambda text: (said.append(text), go_on.set())
        ) as replace:
            before = (base / "README.md").read_bytes()
            replace({base / "README.md": before + b" second"})

    threads = [threading.Thread(target=first), threading.Thread(target=second)]
    threads[0].start()
    assert begun.wait(60)
    threads[1].start()
    for thread in threads:
        thread.join(60)
    assert state(base)["README.md"] == b"first second"
    assert said == [transaction.WAITING]


def test_who_waits_in_vain_is_an_error(base):
    in_vain = pytest.raises(InputError, match=r"for 0\.2 seconds\. Nothing was changed.*--wait")
    with transaction.begin(base, lambda path: path in NEW), in_vain:
        put(base, wait=0.2)
    put(base)


# a single file


def test_a_single_file_is_whole_or_as_it_was(tmp_path, monkeypatch):
    target = tmp_path / "a.json"
    for at in range(1, 6):
        target.write_text("old")
        for error in (OSError(errno.ENOSPC, "No space left on device"), Killed):
            monkeypatch.setattr(transaction, "disk", Failing(at, error))
            try:
                transaction.replace_file(target, b"new")
            except (InputError, Killed):
                assert target.read_text() == "old"
        monkeypatch.setattr(transaction, "disk", REAL)
        transaction.replace_file(target, b"new")
        drafts = [p for p in tmp_path.iterdir() if p != target]
        assert target.read_text() == "new"
        assert len(drafts) <= 1  # of the one that was killed: nobody knows whether its owner lives
        for draft in drafts:
            draft.unlink()


def test_a_new_file_is_whole_or_not_there(tmp_path, monkeypatch):
    target = tmp_path / "a.json"
    for at in range(1, 8):
        monkeypatch.setattr(transaction, "disk", Failing(at, OSError(errno.ENOSPC, "No space left on device")))
        with suppress(InputError):
            transaction.replace_file(target, b"new", force=False)
        assert [p.read_text() for p in tmp_path.iterdir()] in ([], ["new"])
        target.unlink(missing_ok=True)


@pytest.mark.parametrize("name", [".a.json.new", ".a.json.tmp"])
def test_no_file_of_others_is_taken_for_a_draft(name, tmp_path):
    (tmp_path / name).write_text("mine")
    transaction.replace_file(tmp_path / "a.json", b"new")
    assert (tmp_path / name).read_text() == "mine"


def test_two_may_write_one_file(tmp_path):
    """Each has a draft of its own, and the file is always that of one of them."""
    target, contents = tmp_path / "a.json", [bytes([65 + n]) * 3_000_000 for n in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda content: [transaction.replace_file(target, content) for _ in range(5)], contents))
    assert target.read_bytes() in contents
    assert list(tmp_path.iterdir()) == [target]


def test_a_file_that_has_come_meanwhile_is_kept(tmp_path):
    target = tmp_path / "a.json"
    transaction.require_free(target)
    target.write_text("of another command")
    with pytest.raises(InputError, match=r"already exists\..*--force"):
        transaction.replace_file(target, b"new", force=False)
    assert [p.read_text() for p in tmp_path.iterdir()] == ["of another command"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names")
def test_a_pipe_or_device_is_written_to_and_not_replaced(tmp_path):
    """With the rights of root, a file would otherwise take the place of /dev/null."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        transaction.replace_file(pipe, b"rows")
        assert pipe.is_fifo()
        assert os.read(reader, 10) == b"rows"
    finally:
        os.close(reader)
    assert list(tmp_path.iterdir()) == [pipe]


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege on Windows")
def test_a_reader_does_not_follow_a_link_in_place_of_the_descriptor(tmp_path):
    outside, folder = tmp_path / "secret.json", tmp_path / "given"
    outside.write_text("a secret")
    folder.mkdir()
    (folder / "datapackage.json").symlink_to(outside)
    with transaction.reading(folder):
        outside.write_text("another")  # who had read it would say that it was changed
