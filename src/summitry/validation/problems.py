"""Problems, each one mistake, and a container that sorts any number of them in little memory."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields
from itertools import chain, islice, starmap
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Literal, overload

from summitry.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

Severity = Literal["error", "warning"]
Kind = tuple[str, str, Severity]  # file, rule and severity

MOST_IN_MEMORY = 50_000  # problems in memory: some tens of megabytes; a report that people read has far fewer
_BLOCK = 500  # problems that are written and read at once; each run that is being merged has one block in memory
_SHOWN = 3  # problems in the repr of a container


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake, its place, and how to fix it.

    Attributes:
        file: the file as it was named to us.
        line: physical line, from 1, quoted line breaks counted; None where there are no lines (Parquet).
        column: the character of that line at which the cell begins, from 1; None where it is the whole line.
        row: number of the record, from 1, header not counted; None where it is no record's.
        table: the table the file belongs to.
        field: the column of the table.
        key: the row's primary key, parts joined by a comma.
        rule: id of the rule that is broken (`summitry rules` lists them).
        severity: an error must be fixed, a warning may have a reason.
        value: the content of the cell, shortened.
        expected: what is expected instead.
        fix: what to do.
    """

    file: str
    rule: str
    severity: Severity
    expected: str
    fix: str = ""
    line: int | None = None
    column: int | None = None
    row: int | None = None
    table: str | None = None
    field: str | None = None
    key: str | None = None
    value: str | None = None

    @property
    def place(self) -> str:
        """The place as `file:line:column`, as far as it is known; a Parquet row as `file#row`."""
        if self.line is None:
            return self.file if self.row is None else f"{self.file}#{self.row}"
        return f"{self.file}:{self.line}:{self.column or 1}"

    def as_dict(self) -> dict[str, Any]:
        """Return the problem as a dictionary in a fixed order of keys."""
        return dict(zip(_NAMES, _cells(self), strict=True))


_NAMES = tuple(f.name for f in fields(Problem))
_cells = attrgetter(*_NAMES)
_severity = attrgetter("severity")
_kind = attrgetter("file", "rule", "severity")


def _order(p: Problem) -> tuple[str, int, int, int, str]:
    """Return what problems are sorted by: file, line, row, column and rule."""
    return p.file, p.line or 0, p.row or 0, p.column or 0, p.rule


def _severities(kinds: Mapping[Kind, int]) -> Counter[Severity]:
    counts: Counter[Severity] = Counter()
    for (_, _, severity), number in kinds.items():
        counts[severity] += number
    return counts


class _Store:
    """A temporary file without a name. It is only ever added to, so that several containers may share it."""

    def __init__(self) -> None:
        import tempfile
        import weakref

        try:
            self._file = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as the store
        except OSError as e:
            raise _no_room(e) from e
        weakref.finalize(self, self._file.close)

    def write(self, problems: Sequence[Problem]) -> list[int]:
        """Write problems in blocks, and return the offset of each."""
        import pickle

        offsets = []
        try:
            self._file.seek(0, 2)
            for start in range(0, len(problems), _BLOCK):
                offsets.append(self._file.tell())
                self._file.write(pickle.dumps([_cells(p) for p in problems[start : start + _BLOCK]], 5))
            self._file.flush()
        except OSError as e:
            raise _no_room(e) from e
        return offsets

    def read(self, offsets: Iterable[int]) -> Iterator[Problem]:
        """Read the blocks at some offsets, each when it is needed."""
        import pickle

        for offset in offsets:
            self._file.seek(offset)
            yield from starmap(Problem, pickle.load(self._file))  # noqa: S301 - nobody else can write to this file


def _no_room(error: OSError) -> InputError:
    import tempfile

    return InputError(
        f"There are too many problems for memory, and they cannot be written to a temporary file: {error.strerror}. "
        f"Free some space in {tempfile.tempdir or 'the folder of temporary files'}, or set TMPDIR to another folder."
    )


class Problems(Sequence[Problem]):
    """Problems in the order of file, line, row, column and rule; equal ones in the order of arrival.

    There may be millions: only so many are kept in memory. The others are in a temporary file, as sorted runs, which
    are merged when they are read. Nothing is sorted before it is read. Where there is a limit, only the problems that
    come first are listed: those that can be gone through, and that `len` counts. The others are counted by kind.

    Attributes:
        severities: how many problems have each severity, listed or not.
        most: how many are listed.
        unlisted: by file, rule and severity, how many are not.

    Example:
        >>> b, a = (Problem(file, "enum", "error", "accepts") for file in ("b.csv", "a.csv"))
        >>> found = Problems([b, a])
        >>> [p.file for p in found]
        ['a.csv', 'b.csv']
        >>> len(found), found.severities["error"], found[0] == a
        (2, 2, True)
    """

    __hash__ = None  # type: ignore[assignment]  # it can be added to

    def __init__(
        self, problems: Iterable[Problem] = (), *, most: int = sys.maxsize, limit: int = MOST_IN_MEMORY
    ) -> None:
        """Take in problems.

        Args:
            problems: the first problems, in any order.
            most: how many are listed.
            limit: how many may be in memory, at least 1.
        """
        self.severities: Counter[Severity] = Counter()
        self.most = most
        self.unlisted: Counter[Kind] = Counter()
        self._limit = limit
        self._buffer: list[Problem] = []
        self._sorted = True
        self._store: _Store | None = None
        self._runs: list[list[int]] = []  # the offsets of the blocks of each
        self._last: Problem | None = None  # the last problem of the last run
        self.extend(problems)

    def extend(self, problems: Iterable[Problem]) -> None:
        """Take in more problems."""
        if isinstance(problems, Problems):
            self.add_counts(problems.unlisted)
            if not self and len(problems) <= self.most:
                self._share(problems)
                return
        arriving = iter(problems)
        while some := list(islice(arriving, min(self.room, self._limit - len(self._buffer)))):
            self.severities.update(map(_severity, some))
            self._buffer += some
            self._sorted = False
            if len(self._buffer) >= self._limit:
                self._spill()

        self.add_counts(Counter(map(_kind, arriving)))

    @property
    def room(self) -> int:
        """How many further problems can be listed."""
        return self.most - len(self)

    def add_counts(self, kinds: Mapping[Kind, int]) -> None:
        """Count problems that are not listed."""
        self.unlisted.update(kinds)
        self.severities += _severities(kinds)

    def _share(self, other: Problems) -> None:
        """Take over the runs of another container; what is written from now on belongs to one of the two."""
        self.severities += other.severities - _severities(other.unlisted)
        self._buffer, self._sorted = other._buffer.copy(), other._sorted
        self._store, self._last = other._store, other._last
        self._runs = [run.copy() for run in other._runs]
        if len(self._buffer) >= self._limit:
            self._spill()

    def _sort(self) -> list[Problem]:
        if not self._sorted:
            self._buffer.sort(key=_order)
            self._sorted = True
        return self._buffer

    def _continues(self, problems: Sequence[Problem]) -> bool:
        """Return whether sorted problems may simply follow the last run, as when files are read from top to bottom."""
        return self._last is not None and _order(self._last) <= _order(problems[0])

    def _spill(self) -> None:
        problems = self._sort()
        self._store = self._store or _Store()
        blocks = self._store.write(problems)
        if self._continues(problems):
            self._runs[-1] += blocks
        else:
            self._runs.append(blocks)
        self._last = problems[-1]
        self._buffer = []

    def __iter__(self) -> Iterator[Problem]:
        """Go through the problems as they are now, in order."""
        buffer = self._sort().copy()
        if self._store is None:
            return iter(buffer)
        from heapq import merge

        runs = [self._store.read(run.copy()) for run in self._runs]
        if buffer and self._continues(buffer):
            runs[-1] = chain(runs[-1], buffer)
        elif buffer:
            runs.append(iter(buffer))
        return runs[0] if len(runs) == 1 else merge(*runs, key=_order)

    def __len__(self) -> int:
        """Return how many are listed."""
        return self.severities.total() - self.unlisted.total()

    @overload
    def __getitem__(self, index: int) -> Problem: ...
    @overload
    def __getitem__(self, index: slice) -> list[Problem]: ...
    def __getitem__(self, index: int | slice) -> Problem | list[Problem]:
        """Return the problem or the problems at a place; those near the front are found fastest."""
        if self._store is None:
            return self._sort()[index]
        places = range(len(self))[index]
        if isinstance(places, int):
            return next(islice(self, places, None))
        if not places:
            return []
        ascending = places if places.step > 0 else places[::-1]
        found = list(islice(self, ascending.start, ascending.stop, ascending.step))
        return found if ascending is places else found[::-1]

    def __eq__(self, other: object) -> bool:
        """Compare with other problems, or with a list of them."""
        if not isinstance(other, Problems | list):
            return NotImplemented
        return len(self) == len(other) and all(a == b for a, b in zip(self, other, strict=True))

    def __repr__(self) -> str:
        """Show the counts and the first problems."""
        counts = ", ".join(f"{count} {severity}s" for severity, count in sorted(self.severities.items()))
        more = ["…"] if len(self) > _SHOWN else []
        return f"<Problems: {counts or 'none'} [{', '.join([*map(repr, self[:_SHOWN]), *more])}]>"
