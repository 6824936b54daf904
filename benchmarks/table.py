"""Outcomes as Markdown."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from benchmarks.outcome import Entry, Outcome, Ratio, superscript
from benchmarks.planted import COUNTS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

TITLES = {"csv": "CSV", "parquet": "Parquet"}
LINE = 118  # characters
NONE = "–"
_FEW, _SOME = 10, 100


def grid(header: Sequence[str], rows: Sequence[Sequence[str]], texts: int = 1) -> str:
    """Return a Markdown table; all columns but the first few contain numbers and are aligned to the right."""
    rule = ["---"] * texts + ["---:"] * (len(header) - texts)
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (header, rule, *rows)) + "\n"


def number(ratio: float) -> str:
    """Return a ratio with three digits at most: 1.15, 12.3, 504."""
    return f"{ratio:.2f}" if ratio < _FEW else f"{ratio:.1f}" if ratio < _SOME else f"{ratio:.0f}"


def machine(about: Mapping[str, str]) -> str:
    """Return the machine and the versions as a list."""
    return "".join(f"- {name}: {what}\n" for name, what in about.items())


def _cells(ratio: Ratio | str) -> list[str]:
    if isinstance(ratio, str):
        return [NONE] * 3
    return [number(ratio.wall), number(ratio.cpu), f"{ratio.peak:.2f}"]


def _finds(entry: Entry) -> str:
    """Say which of the planted kinds a contestant finds."""
    able = [kind for kind in COUNTS if kind not in entry.cannot]
    if not any(isinstance(r, Ratio) for r in entry.ratios.values()):
        return NONE
    if len(able) == len(COUNTS):
        return "all"
    return f"all but {', '.join(entry.cannot)}" if able else "nothing"


def _notes(outcome: Outcome) -> list[str]:
    """Explain every dash and every kind that somebody cannot find."""
    notes = []
    for entry in outcome.entries:
        missing: dict[str, list[str]] = {}
        for form, ratio in entry.ratios.items():
            if isinstance(ratio, str):
                missing.setdefault(ratio, []).append(TITLES[form])
        every = len(entry.ratios)
        notes += [
            f"- {entry.title}{f', {forms[0]}' if len(forms) < every else ''}: {why}." for why, forms in missing.items()
        ]
        if set(entry.cannot) != set(COUNTS):
            notes += [f"- {entry.title} cannot find {kind}: {why}." for kind, why in entry.cannot.items()]
    return notes


def validate(outcome: Outcome) -> str:
    """Return the document of a run of `validate`."""
    header = ["", "finds"] + [f"{t}: {what}" for t in TITLES.values() for what in ("wall", "CPU", "peak GB")]
    rows = [
        [
            f"{e.title} {e.version}" if e.version and e.name != "floor" else e.title,
            _finds(e),
            *(cell for form in TITLES for cell in _cells(e.ratios[form])),
        ]
        for e in outcome.entries
    ]
    planted = ", ".join(f"{n} {kind}" for kind, n in COUNTS.items())
    found = f"""\
Planted are {planted}; in Parquet no type, because a column of dates contains nothing else. The run fails if anybody
misses one that it can find, or finds another. Users of dataframe libraries read text and parse dates strictly
before they validate, so there the types are found by the parse."""
    notes = "\n".join(_notes(outcome))
    return f"""\
<!-- written by `python -m benchmarks validate` -->
# Validation of {superscript(outcome.rows)} statements

Wall and CPU time of the whole process over that of a process which only reads the file (polars, streaming, every
column as text), and the peak of its memory in GB (10⁹ bytes). Each contestant checks types, required cells,
enumerations, patterns, lengths, the key, the foreign keys to actors and events, and that no span of dates is
inverted. Of {outcome.rounds} interleaved rounds the least time and the highest peak are taken.

{grid(header, rows, texts=2)}
{textwrap.fill(found, LINE)}

{notes}{chr(10) * 2 if notes else ""}## Measured on

{machine(outcome.machine)}"""
