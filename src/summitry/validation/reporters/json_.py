"""A report as JSON, for programs. Keys may be added; if one changes its meaning, `format` becomes 2.

{"format": 1, "valid": bool, "errors": int, "warnings": int,
"rows": {file: int}, "skipped": [str],
"changes": {"added": {table: [key]}, "changed": {table: {key: {column: [old, new]}}}},
"unlisted": [{"file", "rule", "severity", "count": int}],
"problems": [{"file", "rule", "severity", "expected", "fix", "line", "column", "row",
"table", "field", "key", "value"}]}
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from summitry.validation.reporters.jsontext import document

if TYPE_CHECKING:
    from collections.abc import Iterator

    from summitry.validation.report import Report

FORMAT = 1


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
