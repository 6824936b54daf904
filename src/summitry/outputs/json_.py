"""A report as JSON, for programs. The form is stable: fields are only ever added, and `format` counts up.

{"format": 1, "valid": bool, "errors": int, "warnings": int,
"rows": {file: int}, "skipped": [str],
"problems": [{"file", "rule", "severity", "expected", "mend", "line", "column", "row",
"table", "field", "key", "value"}]}
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from summitry.report import Report

FORMAT = 1


def render(report: Report) -> str:
    """Return the report as a JSON document."""
    document = {
        "format": FORMAT,
        "valid": report.valid,
        "errors": report.count("error"),
        "warnings": report.count("warning"),
        "rows": report.rows,
        "skipped": report.skipped,
        "problems": [p.as_dict() for p in report.problems],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
