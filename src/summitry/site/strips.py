"""Positions through time as small inline drawings: a strip for each holder and demand, a mark for each position.

Shape, colour and the text of a strip have the same meaning.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from summitry.site.records import Row, in_words

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator, Sequence

WIDTH, HEIGHT, EDGE, WEEK = 320, 26, 9, 7
STACK = 10  # between two positions of one day
# position → its shape around the origin; the class of the mark gives the colour
SHAPES = {
    "demands": '<path d="M0-6 6 5H-6Z"/>',
    "accepts": '<circle r="5"/>',
    "conditional": '<circle r="5" class="hollow"/><path d="M0-5A5 5 0 0 1 0 5Z"/>',
    "noncommittal": '<circle r="5" class="hollow"/>',
    "rejects": '<path class="cross" d="M-4.5-4.5 4.5 4.5M-4.5 4.5 4.5-4.5"/>',
}


def shape(position: str) -> str:
    """Return the mark of a position as a separate drawing, for a legend or a name."""
    return f'<svg class="mark {escape(position)}" viewBox="-8 -8 16 16" aria-hidden="true">{SHAPES[position]}</svg>'


def _place(days: Sequence[dt.date]) -> Callable[[dt.date], float]:
    steps = max(len(days) - 1, 1)
    return lambda day: round(EDGE + (day - days[0]).days * (WIDTH - 2 * EDGE) / steps, 1)


def _weeks(days: Sequence[dt.date]) -> Iterator[dt.date]:
    yield from days[::WEEK]


def axis(days: Sequence[dt.date]) -> str:
    """Return the scale of the strips, in weeks from the first day."""
    if not days:
        return ""
    at = _place(days)
    labels = [f'<text x="{at(d)}" y="12"{_anchor(d, days)}>{d.day} {d:%b}</text>' for d in _weeks(days)]
    return f'<svg class="strip axis" viewBox="0 0 {WIDTH} 16" aria-hidden="true">{"".join(labels)}</svg>'


def _anchor(day: dt.date, days: Sequence[dt.date]) -> str:
    """Keep the first label inside the drawing; the others are centred on their line."""
    return ' class="first"' if day == days[0] else ""


def strip(stances: Sequence[Row], days: Sequence[dt.date]) -> str:
    """Return the positions of one holder on one demand, in order of time, as a drawing; undated ones have no mark."""
    if not days:
        return ""
    at = _place(days)
    by_day: dict[dt.date, list[str]] = {}
    for s in stances:
        if s["day"] and s["position"] not in by_day.setdefault(s["day"], []):
            by_day[s["day"]].append(s["position"])
    lines = "".join(f'<path class="week" d="M{at(d)} 0V{HEIGHT}"/>' for d in _weeks(days))
    marks = "".join(
        f'<g class="mark {escape(position)}" transform="translate({at(day)} {_height(i, len(positions))})">'
        f"{SHAPES[position]}</g>"
        for day, positions in by_day.items()
        for i, position in enumerate(positions)
    )
    label = "; ".join(f"{in_words(day)}: {', '.join(positions)}" for day, positions in by_day.items()) or "undated"
    return (
        f'<svg class="strip" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(label)}">'
        f'<path class="line" d="M{EDGE} {HEIGHT / 2}H{WIDTH - EDGE}"/>{lines}{marks}</svg>'
    )


def _height(i: int, n: int) -> float:
    return HEIGHT / 2 + (i - (n - 1) / 2) * STACK
