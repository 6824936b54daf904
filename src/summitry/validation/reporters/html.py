"""A report as one page that needs nothing else: the rows that have faults, with the faults in place."""

from __future__ import annotations

from collections import Counter
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING

from summitry.validation.report import shorten
from summitry.validation.reporters.wording import count_line, found, number

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from summitry.validation.report import Problem, Report

    Cells = Mapping[str, str | None]

MOST_PROBLEMS = 2000  # a browser is slow with more, and nobody reads them
_STYLE = """
:root { color-scheme: light dark; --page: #fff; --text: #1a1a1a; --quiet: #595959; --line: #d8d8d8;
  --error: #b00020; --error-back: #fdeef0; --warning: #7a4f00; --warning-back: #fff6e0; --good: #1b6b2f; }
@media (prefers-color-scheme: dark) { :root { --page: #161618; --text: #ececec; --quiet: #a8a8a8; --line: #3c3c40;
  --error: #ff8a94; --error-back: #3a1a1f; --warning: #f0c060; --warning-back: #352a12; --good: #7fd694; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 60rem; padding: 1rem; background: var(--page); color: var(--text);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { margin: 0; font-size: 1.5rem; } h2 { margin: 2.5rem 0 .5rem; font-size: 1.15rem; }
h3 { margin: 1.5rem 0 .35rem; font-size: 1rem; } small { color: var(--quiet); font-weight: 400; }
.verdict { margin: .25rem 0 1rem; font-weight: 600; } .valid { color: var(--good); } .not-valid { color: var(--error); }
table { border-collapse: collapse; width: 100%; }
th, td { border: 1px solid var(--line); padding: .3rem .6rem; text-align: left; vertical-align: top; }
th { width: 11rem; font-weight: 400; color: var(--quiet); }
.faulty > th { color: inherit; font-weight: 600; }
td > span, mark { font-family: ui-monospace, monospace; font-size: .9em; }
mark { background: none; color: inherit; text-decoration: underline wavy; }
.error mark { text-decoration-color: var(--error); } .warning mark { text-decoration-color: var(--warning); }
.fault { margin: .35rem 0; padding: .35rem .6rem; border-left: .25rem solid; }
.error.fault, .error > .fault { background: var(--error-back); border-color: var(--error); }
.warning.fault { background: var(--warning-back); border-color: var(--warning); }
.error > b { color: var(--error); } .warning > b { color: var(--warning); }
.fault span { display: block; }
@media (max-width: 36rem) { th, td { border-width: 0; padding: .15rem .25rem; } th { flex: 0 0 10.5rem; }
  tr { display: flex; flex-wrap: wrap; border-top: 1px solid var(--line); } td { flex: 1; }
  .faulty > th, .faulty > td { flex: 0 0 100%; } }
"""
# the page runs nothing and fetches nothing, whatever stands in a cell
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def _fault(p: Problem, value: str = "") -> str:
    place = f"line {p.line}, column {p.column or 1}: " if p.line is not None else ""
    fix = f"<span>→ {escape(p.fix)}</span>" if p.fix else ""
    return (
        f'<div class="{p.severity} fault">{place}<b>{p.severity}</b> <small>{escape(p.rule)}</small>'
        f"<span>{value}expected {escape(p.expected)}</span>{fix}</div>"
    )


def _loose_fault(p: Problem) -> str:
    """Show a problem that is of no record: of the file, its header, or a line that falls apart."""
    return _fault(p, escape(found(p)))


def _cell(name: str, value: str | None, faults: Sequence[Problem]) -> str:
    shown = escape(shorten(value)) if value else ""
    if not faults:
        return f'<tr><th scope="row">{escape(name)}</th><td><span>{shown}</span></td></tr>'
    marked = f"<mark>{shown}</mark>" if shown else "<mark><i>empty</i></mark>"
    severity = "error" if any(p.severity == "error" for p in faults) else "warning"
    told = "".join(map(_fault, faults))
    return f'<tr class="faulty"><th scope="row">{escape(name)}</th><td class="{severity}">{marked}{told}</td></tr>'


def _record(problems: Sequence[Problem], cells: Cells) -> Iterator[str]:
    """Show a record: its cells that are not empty, and each faulty one with what is wrong with it."""
    first = problems[0]
    line = f"line {first.line}" if first.line is not None else f"row {first.row}"
    yield f"<h3>{line} <small>{escape(first.key or '')}</small></h3>"
    values = {**{str(p.field): p.value for p in problems}, **cells}
    names = [*cells, *(n for n in values if n not in cells)]
    yield "<table><tbody>"
    for name in names:
        faults = [p for p in problems if p.field == name]
        if faults or values[name]:
            yield _cell(name, values[name], faults)
    yield "</tbody></table>"


def _file(report: Report, file: str, problems: Sequence[Problem]) -> Iterator[str]:
    here = Counter(p.severity for p in problems)
    counts = [number(here[s], s) for s in ("error", "warning") if here[s]]
    yield f"<section><h2>{escape(file)} <small>{', '.join(counts)}</small></h2>"
    yield from (_loose_fault(p) for p in problems if p.row is None or p.field is None)
    in_cells = sorted((p for p in problems if p.row is not None and p.field is not None), key=lambda p: p.row or 0)
    records = report.records
    for row, faults in groupby(in_cells, key=lambda p: p.row):
        yield from _record(list(faults), records[file](row - 1) if file in records and row else {})
    yield "</section>"


def parts(report: Report) -> Iterator[str]:
    """Yield the report as one self-contained HTML page."""
    yield from (f"{line}\n" for line in _lines(report))


def _lines(report: Report) -> Iterator[str]:
    count = escape(count_line(report))
    shown = report.problems[:MOST_PROBLEMS]
    yield from (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        f"<title>{count}</title><style>{_STYLE}</style></head><body><main><h1>Validation</h1>",
        f'<p class="verdict {"valid" if report.valid else "not-valid"}">{count}</p>',
    )
    yield from (f"<p>Not checked: {escape(reason)}</p>" for reason in report.skipped)
    for file, problems in groupby(shown, key=lambda p: p.file):
        yield from _file(report, file, list(problems))
    if len(shown) < len(report.problems):
        hidden = number(len(report.problems) - len(shown), "further problem")
        yield f"<p>{hidden} left out of this page; the formats text and json have them all.</p>"
    yield "</main></body></html>"
