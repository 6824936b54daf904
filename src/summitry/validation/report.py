"""What validation says: problems, each one mistake, the Report of all of them, and how a cell is shown in one."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from itertools import islice
from typing import Any, Literal, overload

from summitry.errors import InputError
from summitry.validation.changes import Changes
from summitry.words import counted, listed, printable

Severity = Literal["error", "warning"]
Kind = tuple[str, str, Severity]  # file, rule and severity

_SHOWN = 3  # problems in the repr of a container
LONGEST_VALUE = 120


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
        return {f.name: getattr(self, f.name) for f in fields(self)}


def _order(p: Problem) -> tuple[str, int, int, int, str]:
    """Return what problems are sorted by: file, line, row, column and rule."""
    return p.file, p.line or 0, p.row or 0, p.column or 0, p.rule


class Problems(Sequence[Problem]):
    """Problems in the order of file, line, row, column and rule; equal ones in the order of arrival.

    Where there is a limit, only the problems that come first are listed: those that can be gone through, and that `len`
    counts. The others are counted by kind.

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

    def __init__(self, problems: Iterable[Problem] = (), *, most: int = sys.maxsize) -> None:
        """Take in problems, in any order; list at most so many."""
        self.severities: Counter[Severity] = Counter()
        self.most = most
        self.unlisted: Counter[Kind] = Counter()
        self._listed: list[Problem] = []
        self._sorted = True
        self.extend(problems)

    def extend(self, problems: Iterable[Problem]) -> None:
        """Take in more problems."""
        if isinstance(problems, Problems):
            self.add_counts(problems.unlisted)
        arriving = iter(problems)
        some = list(islice(arriving, self.room))
        self.severities.update(p.severity for p in some)
        self._listed += some
        self._sorted = False
        self.add_counts(Counter((p.file, p.rule, p.severity) for p in arriving))

    @property
    def room(self) -> int:
        """How many further problems can be listed."""
        return self.most - len(self)

    def add_counts(self, kinds: Mapping[Kind, int]) -> None:
        """Count problems that are not listed."""
        for (_, _, severity), number in kinds.items():
            self.severities[severity] += number
        self.unlisted.update(kinds)

    @property
    def by_kind(self) -> Counter[Kind]:
        """How many there are of each kind, listed or not."""
        kinds: Counter[Kind] = Counter((p.file, p.rule, p.severity) for p in self._listed)
        return kinds + self.unlisted

    def _in_order(self) -> list[Problem]:
        if not self._sorted:
            self._listed.sort(key=_order)
            self._sorted = True
        return self._listed

    def __iter__(self) -> Iterator[Problem]:
        """Go through the problems as they are now, in order."""
        return iter(self._in_order().copy())

    def __len__(self) -> int:
        """Return how many are listed."""
        return len(self._listed)

    @overload
    def __getitem__(self, index: int) -> Problem: ...
    @overload
    def __getitem__(self, index: slice) -> list[Problem]: ...
    def __getitem__(self, index: int | slice) -> Problem | list[Problem]:
        """Return the problem or the problems at a place."""
        return self._in_order()[index]

    def __eq__(self, other: object) -> bool:
        """Compare with other problems, or with a list of them."""
        return list(self) == list(other) if isinstance(other, Problems | list) else NotImplemented

    def __repr__(self) -> str:
        """Show the counts and the first problems."""
        counts = ", ".join(f"{count} {severity}s" for severity, count in sorted(self.severities.items()))
        more = ["…"] if len(self) > _SHOWN else []
        return f"<Problems: {counts or 'none'} [{', '.join([*map(repr, self[:_SHOWN]), *more])}]>"


def shorten(value: object) -> str:
    """Return a cell's text, cut to what a message can bear; invisible characters are escaped."""
    text = printable(str(value)[: LONGEST_VALUE + 1])
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"


@dataclass
class Report:
    """All problems of one validation, and what was checked.

    Attributes:
        problems: sorted by file, line, row, column and rule; anything that can be gone through will do to begin with.
        rows: rows read, by file.
        skipped: checks that could not be made, each with its reason.
        changes: what a contribution adds to the rows that ship, and changes in them.
        records: by file, a function that gives the cells of a record, numbered from 0, by column.
    """

    problems: Problems = field(default_factory=Problems)
    rows: dict[str, int] = field(default_factory=dict)
    skipped: list[str] = field(default_factory=list)
    changes: Changes = field(default_factory=Changes)
    records: dict[str, Callable[[int], dict[str, str | None]]] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Take in the problems that were given."""
        if not isinstance(self.problems, Problems):
            self.problems = Problems(self.problems)

    def add(self, problems: Iterable[Problem]) -> None:
        """Add problems; the report sorts them."""
        self.problems.extend(problems)

    def having(self, problems: Iterable[Problem], unlisted: Iterable[tuple[Kind, int]]) -> Report:
        """Return this report with other problems: those that are listed, and how many are not."""
        changed = Problems(problems, most=self.problems.most)
        for kind, number in unlisted:
            changed.add_counts({kind: number})
        return replace(self, problems=changed)

    def stricter(self) -> Report:
        """Return this report with its warnings as errors."""
        errors = (p if p.severity == "error" else replace(p, severity="error") for p in self.problems)
        return self.having(errors, (((f, rule, "error"), n) for (f, rule, _), n in self.problems.unlisted.items()))

    def only(self, rules: Collection[str] = (), ignore: Collection[str] = ()) -> Report:
        """Return this report with the problems of some rules, or without those of some, and say so in it.

        Raises:
            InputError: when no rule is left.
        """
        if not rules and not ignore:
            return self
        if rules and not set(rules).difference(ignore):
            raise InputError(f"--ignore leaves out every rule that --rule names: {', '.join(sorted(set(rules)))}.")

        def wanted(rule: str) -> bool:
            return (not rules or rule in rules) and rule not in ignore

        unlisted = self.problems.unlisted.items()
        some = self.having((p for p in self.problems if wanted(p.rule)), (k for k in unlisted if wanted(k[0][1])))
        number = counted(self.problems.severities.total() - some.problems.severities.total(), "problem")
        what, option = ("all rules but ", "--rule") if rules else ("the rules ", "--ignore")
        what += listed(sorted(filter(wanted, rules) if rules else ignore))
        return replace(some, skipped=[*self.skipped, f"{what}: because of {option}, which leaves out {number}"])

    @property
    def notes(self) -> list[str]:
        """What was not checked, and how many problems of each rule are not listed."""
        rules: Counter[str] = Counter()
        for (_, rule, _), number in self.problems.unlisted.items():
            rules[rule] += number
        if not rules:
            return self.skipped
        further = counted(rules.total(), "further problem")
        by_rule = ", ".join(f"{rule} {number:,}" for rule, number in rules.most_common())
        return [*self.skipped, f"the places of {further}, because of --max-problems: {by_rule}"]

    def count(self, severity: Severity) -> int:
        """Return how many problems have this severity."""
        return self.problems.severities[severity]

    @property
    def valid(self) -> bool:
        """True when there is no error; warnings do not count."""
        return self.count("error") == 0
