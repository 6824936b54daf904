"""Several files of a checkout replaced together: all of them or none, also when the process is killed.

A transaction rolls forward. The new files are written to a folder of their own; one manifest, put there in one step,
decides that they count; then they replace the old ones, and the manifest and the folder go. Killed before the manifest
is there, nothing has changed; killed after it, the next `begin` does the rest. No file is ever deleted but those of
that folder, and none is replaced but those that the caller may write. The new files are computed from what was there
when the transaction began: where somebody has changed that meanwhile, nothing is replaced.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
import shlex
import stat
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, NamedTuple

from summitry import paths
from summitry.errors import DamagedFileError, InputError, extra

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    Replace = Callable[[Mapping[Path, bytes]], list[Path]]
    MayWrite = Callable[[str], bool]  # by a path from the base, with "/"

LOCK = ".summitry.lock"
STAGING = ".summitry-staging"
MANIFEST = "manifest.json"
WAIT = 60.0  # seconds for another merge or build to end
WAIT_HELP = f"how long to wait for another merge or build (default: {WAIT:g})"
WAITING = "Another merge or build is running here; waiting for it to end."
MOST_BYTES = 1_000_000  # of a manifest; each file takes some 200
FINISHED = "A merge or build that was interrupted here is finished now."
UNCHANGED = "Nothing was changed."
DIGEST = re.compile("[0-9a-f]{64}")
DATASET = ("data", "schemas", paths.TEXTS, "releases")  # folders in which only a merge, a build or a release writes


def _create(file: Path) -> int:
    """Open a file that is not there yet."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
    return os.open(file, flags, 0o666)


def _sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk; Windows cannot be asked for that."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


# operation → the function of `os` that does it
_OF_OS = {"make_folder": "mkdir", "write": "write", "sync": "fsync", "close": "close", "replace": "replace"}
_OF_OS |= {"remove": "unlink", "remove_folder": "rmdir"}


class Disk:
    """The file operations of a transaction, looked up when they happen, so that a test can let any of them fail."""

    create, sync_folder = staticmethod(_create), staticmethod(_sync_folder)

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        """Return what does an operation."""
        found: Callable[..., Any] = getattr(os, _OF_OS[operation])
        return found


disk = Disk()


class Entry(NamedTuple):
    """One file of a transaction.

    Attributes:
        path: the target, from the base.
        before: the SHA-256 of the file that is replaced, hexadecimal; empty where there is none.
        after: that of the new file.
    """

    path: str
    before: str
    after: str


def unfinished(base: Path) -> bool:
    """Say whether a transaction is running in a folder, or was interrupted there."""
    return os.path.lexists(base / STAGING / MANIFEST)


@contextmanager
def reading(base: Path) -> Iterator[None]:
    """Refuse to read a dataset while its files are being replaced: before the reading, and after it.

    Raises:
        DamagedFileError: when a transaction is unfinished, or one has ended since the reading began.
    """
    require_finished(base)
    before = _descriptor(base)
    yield
    require_finished(base)
    if _descriptor(base) != before:
        raise DamagedFileError(f"{base} was changed by a merge or a build while it was read. Run this again.")


def _descriptor(base: Path) -> tuple[int, ...]:
    """Return which file the descriptor is: another after each merge and build that changes a table.

    It is not read: somebody may have sent the folder, with a link in its place.
    """
    file = paths.descriptor(base)
    found = file.lstat() if os.path.lexists(file) else None
    return (found.st_ino, found.st_mtime_ns, found.st_size) if found else ()


def build_command(base: Path) -> str:
    """Return the command that validates and builds a checkout, and finishes what was interrupted there."""
    return f"python {shlex.quote(str(base / 'scripts' / 'build.py'))}"


def _how_to_finish(base: Path) -> str:
    return f"Finish it with: {build_command(base)}"


def require_finished(base: Path) -> None:
    """Refuse to read a dataset of which some files are replaced and others are not.

    Raises:
        DamagedFileError: when a transaction is unfinished; the message says how to finish it.
    """
    if unfinished(base):
        raise DamagedFileError(
            f"{base} is partly changed: a merge or build is running there or was interrupted. {_how_to_finish(base)}"
        )


@contextmanager
def begin(
    base: Path, may_write: MayWrite, wait: float = WAIT, notice: Callable[[str], None] = lambda _: None
) -> Iterator[Replace]:
    """Lock a checkout, finish what was interrupted there, and give the function that replaces files.

    `may_write` says by a path from the base, such as "data/roles.csv", whether that file may be replaced. `notice` is
    called with a sentence when somebody else has the lock, and when something was finished. To wait for more than
    `wait` seconds is an error.

    Yields:
        A function that takes the content of each file by its path, replaces those that differ, all or none, and
        returns their paths. Also where none differs it refuses when a file of the dataset, or a document beside it,
        was changed since the beginning.

    Raises:
        InputError: when the lock cannot be had in time, a file was changed meanwhile, or one cannot be written; then
            nothing has changed.
        DamagedFileError: when something unfinished is there that cannot be finished; the message says what to do.
    """
    with _locked(base, wait, notice):
        if _finish(base, may_write):
            notice(FINISHED)
        read = _inputs(base)
        yield lambda contents: _replace(base, contents, may_write, read)


@contextmanager
def _locked(base: Path, wait: float, notice: Callable[[str], None]) -> Iterator[None]:
    with extra("validate"):
        from filelock import FileLock, Timeout
    file = base / LOCK
    if file.is_symlink():
        raise InputError(f"{file} is a link. Remove it: it is the lock of merges and builds.")
    lock = FileLock(file)
    try:
        try:
            lock.acquire(timeout=0)
        except Timeout:
            notice(WAITING)
            lock.acquire(timeout=wait)
    except Timeout as e:
        raise InputError(
            f"Another merge or build has been running in {base} for {wait:g} seconds. {UNCHANGED} "
            "Try again later, or wait longer with --wait SECONDS."
        ) from e
    except OSError as e:
        raise InputError(f"{file} cannot be written: {e.strerror}. {UNCHANGED}") from e
    try:
        yield
    finally:
        lock.release()


def _digest(file: Path) -> str:
    """Return the SHA-256 of a regular file; empty where nothing is.

    Raises:
        DamagedFileError: when something else is there.
    """
    if not os.path.lexists(file):
        return ""
    if not stat.S_ISREG(file.lstat().st_mode):
        raise DamagedFileError(f"{file} is not a regular file. Put the file itself there. {UNCHANGED}")
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _target(base: Path, path: str, may_write: MayWrite) -> Path:
    """Return the file that a path from the base names.

    Raises:
        DamagedFileError: when it is none of those that may be written, or leads out of the base.
    """
    parts = PurePosixPath(path).parts
    plain = path == "/".join(parts) and ".." not in parts and not re.search(r"[\\:\0]", path)
    if not plain or not may_write(path):
        raise DamagedFileError(f"{path!r} is not a file that this command may write. {_discard(base)}")
    folder = base.joinpath(*parts[:-1])
    if os.path.normcase(folder.resolve()) != os.path.normcase(base.resolve().joinpath(*parts[:-1])):
        raise DamagedFileError(f"{folder} is reached by a link. Put the folder itself there. {UNCHANGED}")
    return folder / parts[-1]


def _discard(base: Path) -> str:
    return f"Remove the folder {base / STAGING}, and read what git diff shows before you build again."


def _inputs(base: Path) -> dict[Path, str]:
    """Return the SHA-256 of the files that new ones are computed from: those of the dataset, and the documents."""
    files = [file for folder in DATASET for file in (base / folder).glob("*")]
    files += [*base.glob("*.md"), paths.descriptor(base)]
    return {file: _digest(file) for file in files if file.is_file() and not file.is_symlink()}


def _require_unchanged(base: Path, read: Mapping[Path, str]) -> None:
    """Refuse to go on when a file was changed, or came, or went, since the transaction began.

    Raises:
        InputError: with the first of them.
    """
    changed = sorted(file for file, _ in read.items() ^ _inputs(base).items())
    if changed:
        raise InputError(f"{changed[0]} was changed meanwhile. {UNCHANGED} Run this again.")


def _replace(base: Path, contents: Mapping[Path, bytes], may_write: MayWrite, read: Mapping[Path, str]) -> list[Path]:
    """Replace the files of which the content differs, all or none, unless what they were computed from has changed."""
    try:
        changes = _changes(base, contents, may_write)
        if not changes:
            _require_unchanged(base, read)
            return []
        entries = list(changes)
        _require_writable(base, entries)
        draft = _stage(base, changes)
        _require_unchanged(base, read)
        _commit(base, draft)
    except BaseException as e:
        _withdraw(base)
        if isinstance(e, OSError):
            raise _failed(base, e) from e
        raise
    try:
        _put_in_place(base, entries)
    except KeyboardInterrupt:
        _put_in_place(base, entries)  # it is decided; so the little that is left is done first
        raise
    except OSError as e:
        if os.path.lexists(base / STAGING / "0"):  # the first was not replaced, so none was
            _withdraw(base)
        raise _failed(base, e) from e
    return [base / entry.path for entry in entries]


def _changes(base: Path, contents: Mapping[Path, bytes], may_write: MayWrite) -> dict[Entry, bytes]:
    """Return the files whose content differs, with what they will be."""
    found = {}
    for file, content in contents.items():
        path = file.relative_to(base).as_posix()
        before, after = _digest(_target(base, path, may_write)), hashlib.sha256(content).hexdigest()
        if before != after:
            found[Entry(path, before, after)] = content
    return found


def _require_writable(base: Path, entries: list[Entry]) -> None:
    """Check before the first change that each folder can be changed, and is on the disk of the staging."""
    for folder in {_existing((base / entry.path).parent) for entry in entries}:
        if not os.access(folder, os.W_OK | os.X_OK):
            raise InputError(f"{folder} cannot be written: it is read-only. {UNCHANGED}")
        if folder.stat().st_dev != base.stat().st_dev:
            raise InputError(f"{folder} is on another disk than {base}. {UNCHANGED}")


def _existing(folder: Path) -> Path:
    return folder if folder.exists() else _existing(folder.parent)


def _stage(base: Path, changes: Mapping[Entry, bytes]) -> Path:
    """Write the new files and a draft of the manifest to the disk; return the draft."""
    staging = base / STAGING
    disk.make_folder(staging)
    for number, content in enumerate(changes.values()):
        _write(staging / str(number), content)
    draft = staging / f"{MANIFEST}.new"
    _write(draft, json.dumps([entry._asdict() for entry in changes], indent=1).encode())
    disk.sync_folder(staging)
    disk.sync_folder(base)
    return draft


def _commit(base: Path, draft: Path) -> None:
    """Put the manifest there, in one step: from then on the new files count."""
    disk.replace(draft, base / STAGING / MANIFEST)
    disk.sync_folder(base / STAGING)


def _write(file: Path, content: bytes) -> None:
    """Write a new file, and wait until it is on the disk."""
    handle = disk.create(file)
    try:
        rest = memoryview(content)
        while rest:
            rest = rest[disk.write(handle, rest) :]
        disk.sync(handle)
    finally:
        disk.close(handle)


def _put_in_place(base: Path, entries: list[Entry]) -> None:
    """Replace the files of a manifest that are not replaced yet; then the manifest goes, and the staging."""
    for number, entry in enumerate(entries):
        staged, target = base / STAGING / str(number), base / entry.path
        if os.path.lexists(staged):
            _make_folders(target.parent)
            disk.replace(staged, target)
    for folder in {(base / entry.path).parent for entry in entries}:
        disk.sync_folder(folder)
    if unfinished(base):
        disk.remove(base / STAGING / MANIFEST)
    with suppress(OSError):
        disk.sync_folder(base / STAGING)
    _withdraw(base)  # all is done, whatever becomes of the staging


def _make_folders(folder: Path) -> None:
    if not folder.is_dir():
        _make_folders(folder.parent)
        disk.make_folder(folder)


def _withdraw(base: Path) -> None:
    """Remove what was staged, where that is possible; what is left is removed by the next transaction."""
    with suppress(OSError):
        _clean(base)


def _clean(base: Path) -> None:
    """Remove the manifest, then the staging, in which there are only files."""
    staging = base / STAGING
    if not os.path.lexists(staging):
        return
    if unfinished(base):
        disk.remove(staging / MANIFEST)
        disk.sync_folder(staging)
    for file in sorted(staging.iterdir()):
        disk.remove(file)
    disk.remove_folder(staging)


def _failed(base: Path, error: OSError) -> InputError:
    """Return the error for an operation that the system refused."""
    words = f"{error.filename2 or error.filename or base} cannot be written: {error.strerror}."
    if unfinished(base):
        words += " Some files are replaced, the rest is ready. Remove the cause."
        return InputError(f"{words} {_how_to_finish(base)}")
    return InputError(f"{words} {UNCHANGED}")


def _finish(base: Path, may_write: MayWrite) -> bool:
    """Do what is left of an interrupted transaction, and return whether there was any; remove what one left behind."""
    staging = base / STAGING
    if staging.is_symlink() or (staging.exists() and not staging.is_dir()):
        raise DamagedFileError(f"{staging} is not a folder. Remove it. {UNCHANGED}")
    try:
        if not unfinished(base):
            _clean(base)
            return False
        entries = _manifest(base)
        for number, entry in enumerate(entries):
            _require_sound(base, entry, staging / str(number), may_write)
        _put_in_place(base, entries)
    except OSError as e:
        raise _failed(base, e) from e
    return True


def _manifest(base: Path) -> list[Entry]:
    """Read a manifest, which may have come with a branch.

    Raises:
        DamagedFileError: when it is not what `_stage` writes.
    """
    file = base / STAGING / MANIFEST
    regular = stat.S_ISREG(file.lstat().st_mode) and file.stat().st_size <= MOST_BYTES
    entries = _entries(file.read_bytes()) if regular else None
    if entries is None:
        raise DamagedFileError(f"{file} is not a manifest of a merge or build. {_discard(base)}")
    return entries


def _entries(manifest: bytes) -> list[Entry] | None:
    """Return the files that a manifest names; None where it is of another form."""
    try:
        entries = [Entry(**given) for given in json.loads(manifest)]
        digests = [digest for e in entries for digest in (e.after, e.before or e.after)]
        sound = all(map(DIGEST.fullmatch, digests)) and len({e.path for e in entries}) == len(entries)
    except (ValueError, TypeError, RecursionError):
        return None
    return entries if sound else None


def _require_sound(base: Path, entry: Entry, staged: Path, may_write: MayWrite) -> None:
    """Refuse a file of a manifest that may not be written, or was changed since.

    Raises:
        DamagedFileError: the message says what to do.
    """
    target = _target(base, entry.path, may_write)
    found, new = _digest(target), _digest(staged)
    if new not in ("", entry.after):
        raise DamagedFileError(f"{staged} is not what was to become {target}. {_discard(base)}")
    if found != entry.after and (not new or found != entry.before):
        raise DamagedFileError(f"{target} was changed after a merge or build was interrupted. {_discard(base)}")


def require_apart(target: Path, inputs: Iterable[Path] = ()) -> None:
    """Refuse to write to an input, to a folder of inputs, or into the dataset.

    Raises:
        InputError: with what it is.
    """
    place = Path(os.path.realpath(target))  # resolve() fails for links in a circle
    for read in (*inputs, *(paths.root() / folder for folder in DATASET)):
        if place.is_relative_to(os.path.realpath(read)):
            what = "an input" if place == Path(os.path.realpath(read)) else f"inside {read}, which is an input"
            raise InputError(f"{target} is {what}. Choose another place: nothing was written.")


def require_free(target: Path, inputs: Iterable[Path] = (), *, force: bool = False) -> None:
    """Refuse a file that cannot be written, is an input, or already exists and is not to be replaced.

    Raises:
        InputError: with what is in the way.
    """
    if target.is_dir():
        raise InputError(f"{target} is a folder. Give the name of a file, such as {target / 'summitry.out'}.")
    if not target.parent.is_dir():
        raise InputError(f"There is no folder {str(target.parent)!r}. Make it first, or choose another.")
    require_apart(target, inputs)
    if target.is_file() and not force:
        raise InputError(
            f"{target} already exists. Choose another name, or replace it: --force on the command line, "
            "force=True in Python."
        )


def replace_file(target: Path, content: bytes, *, force: bool = True) -> None:
    """Write a file, as a whole or not at all: nobody reads half of it. A device or a pipe is written to, and stays.

    Raises:
        InputError: when it cannot be written, or, without `force`, when somebody has put a file there meanwhile.
    """
    try:
        if target.exists() and not (target.is_file() or target.is_dir()):
            target.write_bytes(content)
        else:
            _put(Path(os.path.realpath(target)), content, force=force)  # a link stays, and leads to the new file
    except OSError as e:
        require_free(target, force=force or not isinstance(e, FileExistsError))
        raise InputError(f"{target} cannot be written: {e.strerror}.") from e


def _put(target: Path, content: bytes, *, force: bool) -> None:
    """Write a draft that is nobody else's, and put it in the place of the file."""
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".summitry-{secrets.token_hex(8)}")
    made = [draft]
    try:
        _write(draft, content)
        if not force:  # of two that come at once, the second is refused here
            handle = disk.create(target)
            made.append(target)
            disk.close(handle)
        disk.replace(draft, target)
    except BaseException:
        for file in made:
            with suppress(OSError):
                disk.remove(file)
        raise
