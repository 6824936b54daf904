"""A report as workflow commands of GitHub Actions: each problem becomes an annotation at its line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from summitry.outputs.wording import count_line, from_root, sentence

if TYPE_CHECKING:
    from collections.abc import Mapping

    from summitry.report import Problem, Report

# a message ends at the end of a line, a property also at a colon or comma
_MESSAGE = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_PROPERTY = {**_MESSAGE, ":": "%3A", ",": "%2C"}
# GitHub shows this many annotations of each severity for a step, and drops the others without a word
MOST_SHOWN = 10


def _escape(text: str, table: Mapping[str, str]) -> str:
    return "".join(table.get(c, c) for c in text)


def _command(name: str, message: str, **properties: object) -> str:
    given = ",".join(f"{k}={_escape(str(v), _PROPERTY)}" for k, v in properties.items() if v is not None)
    return f"::{name} {given}::{_escape(message, _MESSAGE)}"


def _annotation(p: Problem) -> str:
    file = from_root(p.file).as_posix()
    return _command(p.severity, sentence(p), file=file, line=p.line, col=p.column, title=p.rule)


def render(report: Report) -> str:
    """Return one workflow command a problem, then what was not checked, then the count."""
    lines = [_annotation(p) for p in report.problems]
    lines += [_command("notice", reason, title="not checked") for reason in report.skipped]
    if max(report.count("error"), report.count("warning")) > MOST_SHOWN:
        message = f"GitHub shows at most {MOST_SHOWN} errors and {MOST_SHOWN} warnings of a step; the log has all."
        lines.append(_command("notice", f"{message} {count_line(report)}", title="more problems"))
    return "\n".join([*lines, count_line(report), ""])
