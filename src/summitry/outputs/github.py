"""A report as workflow commands of GitHub Actions: each problem becomes an annotation at its line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from summitry.outputs.text import count_line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from summitry.report import Problem, Report

# a message ends at the end of a line, a property also at a colon or comma
_MESSAGE = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_PROPERTY = {**_MESSAGE, ":": "%3A", ",": "%2C"}


def _escape(text: str, table: Mapping[str, str]) -> str:
    return "".join(table.get(c, c) for c in text)


def _annotation(p: Problem) -> str:
    properties = {"file": p.file, "line": p.line, "col": p.column, "title": p.rule}
    given = ",".join(f"{k}={_escape(str(v), _PROPERTY)}" for k, v in properties.items() if v is not None)
    key = f" (row {p.key})" if p.key else ""
    found = f" found “{p.value}”;" if p.value is not None else ""
    message = f"{p.field or p.table or ''}{key}:{found} expected {p.expected}. {p.mend}".strip()
    return f"::{p.severity} {given}::{_escape(message, _MESSAGE)}"


def render(report: Report) -> str:
    """Return one workflow command a problem, then the count."""
    return "\n".join([*map(_annotation, report.problems), count_line(report), ""])
