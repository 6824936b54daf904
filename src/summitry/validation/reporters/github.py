"""A report as workflow commands of GitHub Actions: each problem becomes an annotation at its line."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from summitry.validation.reporters.wording import change_lines, count_line, from_root, sentence
from summitry.words import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from summitry.validation.report import Report

# a message ends at the end of a line, a property also at a colon or comma
_MESSAGE = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = _MESSAGE | str.maketrans({":": "%3A", ",": "%2C"})
# GitHub shows this many annotations of each severity for a step, and drops the others silently
MOST_SHOWN = 10


def _command(name: str, message: str, **properties: object) -> str:
    given = ",".join(f"{k}={str(v).translate(_PROPERTY)}" for k, v in properties.items() if v is not None)
    lines = "\n".join(map(printable, message.split("\n")))
    return f"::{name} {given}::{lines.translate(_MESSAGE)}\n"


def parts(report: Report) -> Iterator[str]:
    """Yield a workflow command for each problem, then the skipped checks, then the count."""
    path = cache(lambda file: from_root(file).as_posix())  # few files, but many problems
    for p in report.problems:
        yield _command(p.severity, sentence(p), file=path(p.file), line=p.line, col=p.column, title=p.rule)
    if report.changes:
        yield _command("notice", "\n".join(change_lines(report.changes)), title="new and changed rows")
    yield from (_command("notice", reason, title="skipped") for reason in report.notes)
    if max(report.count("error"), report.count("warning")) > MOST_SHOWN:
        message = f"GitHub shows at most {MOST_SHOWN} errors and {MOST_SHOWN} warnings of a step; all are in the log."
        yield _command("notice", f"{message} {count_line(report)}", title="more problems")
    yield f"{count_line(report)}\n"
