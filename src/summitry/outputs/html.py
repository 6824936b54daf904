"""A report as one page that needs nothing else: each file's faulty rows, with the faults in place."""

from __future__ import annotations

from html import escape
from itertools import groupby
from typing import TYPE_CHECKING

from summitry.outputs.text import count_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from summitry.report import Problem, Report

_STYLE = """
:root { color-scheme: light dark; --error: #b00020; --warning: #8a5a00; --line: #8886; }
@media (prefers-color-scheme: dark) { :root { --error: #ff8a94; --warning: #f0c060; } }
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 75rem; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; } caption { text-align: left; font-weight: 600; padding: .5rem 0; }
th, td { border-top: 1px solid var(--line); padding: .4rem .6rem; text-align: left; vertical-align: top; }
td.value { font-family: ui-monospace, monospace; overflow-wrap: anywhere; }
.error { color: var(--error); } .warning { color: var(--warning); } .scroll { overflow-x: auto; }
mark { background: none; color: inherit; text-decoration: underline wavy; }
"""


def _row(p: Problem) -> str:
    place = escape(p.place.removeprefix(p.file).lstrip(":#")) or "–"
    value = f"<mark>{escape(p.value)}</mark>" if p.value is not None else "<i>empty</i>" if p.field else "–"
    cells = (
        f"<td>{place}</td><td>{escape(p.key or '–')}</td><td>{escape(p.field or '–')}</td>"
        f'<td class="value">{value}</td><td class="{p.severity}">{p.severity}: {escape(p.rule)}</td>'
        f"<td>{escape(p.expected)}</td><td>{escape(p.mend)}</td>"
    )
    return f"<tr>{cells}</tr>"


def _table(file: str, problems: Iterable[Problem]) -> Iterator[str]:
    heads = ("line:column", "row", "column", "value", "rule", "expected", "how to mend it")
    yield f'<div class="scroll"><table><caption>{escape(file)}</caption><thead><tr>'
    yield "".join(f'<th scope="col">{h}</th>' for h in heads)
    yield "</tr></thead><tbody>"
    yield from map(_row, problems)
    yield "</tbody></table></div>"


def render(report: Report) -> str:
    """Return the report as one self-contained HTML page."""
    title = escape(count_line(report))
    lines = [
        '<!doctype html><html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{title}</title><style>{_STYLE}</style></head><body><main><h1>Validation</h1><p>{title}</p>",
    ]
    for file, problems in groupby(report.problems, key=lambda p: p.file):
        lines += _table(file, problems)
    lines += [f"<p>Not checked: {escape(reason)}</p>" for reason in report.skipped]
    return "\n".join([*lines, "</main></body></html>", ""])
