"""A report as JSON, for programs. Keys may be added; if one changes its meaning, `format` becomes 2.

{"format": 1, "valid": bool, "errors": int, "warnings": int,
"rows": {file: int}, "skipped": [str],
"changes": {"added": {table: [key]}, "changed": {table: {key: {column: [old, new]}}},
"unchanged": int},
"unlisted": [{"file", "rule", "severity", "count": int}],
"problems": [{"file", "rule", "severity", "expected", "fix", "line", "column", "row",
"table", "field", "key", "value"}]}
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from summitry.words import json_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from summitry.validation.report import Report

FORMAT = 1


def document(frame: dict[str, Any], items: Iterable[Any]) -> Iterator[str]:
    """Yield a JSON document whose last value is an empty list, and in it a line for each item.

    Example:
        >>> print("".join(document({"a": [], "b": []}, [{"c": 1}, []])), end="")
        {
          "a": [],
          "b": [
        {"c": 1},
        []
        ]
        }
    """
    before, _, after = json_text(frame, indent=2).rpartition("[]")
    yield before + "["
    separator = "\n"
    for item in items:
        yield separator + json_text(item)
        separator = ",\n"
    yield f"\n]{after}\n"


def parts(report: Report) -> Iterator[str]:
    """Yield the report as a JSON document."""
    frame = {
        "format": FORMAT,
        "valid": report.valid,
        "errors": report.count("error"),
        "warnings": report.count("warning"),
        "rows": report.rows,
        "skipped": report.skipped,
        "changes": asdict(report.changes),
        "unlisted": [
            {"file": file, "rule": rule, "severity": severity, "count": count}
            for (file, rule, severity), count in report.problems.unlisted.items()
        ],
        "problems": [],
    }
    yield from document(frame, (p.as_dict() for p in report.problems))
