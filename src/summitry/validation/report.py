"""What validation says: the Report of all problems, and how a cell is shown in one."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from summitry.schema.words import counted, printable
from summitry.validation.changes import Changes
from summitry.validation.problems import Kind, Problem, Problems, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["Kind", "Problem", "Problems", "Report", "Severity", "printable", "shorten"]

LONGEST_VALUE = 120


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
        changed = Problems(problems)
        for kind, number in unlisted:
            changed.add_counts({kind: number})
        return replace(self, problems=changed)

    def stricter(self) -> Report:
        """Return this report with its warnings as errors."""
        listed = (p if p.severity == "error" else replace(p, severity="error") for p in self.problems)
        return self.having(listed, (((f, rule, "error"), n) for (f, rule, _), n in self.problems.unlisted.items()))

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
