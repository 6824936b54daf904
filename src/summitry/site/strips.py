"""Positions through time as small inline drawings: a strip for each holder and demand, a mark for each position.

Shape, colour and the text of a strip have the same meaning.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from summitry import schema
from summitry.analysis.stances import direction
from summitry.site.records import Row, in_words

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator, Sequence

WIDTH, HEIGHT, EDGE, WEEK = 320, 26, 9, 7
STACK = 10  # between two positions of one day
# the shape of a mark of the schemas → its drawing around the origin; the class of the mark gives the colour
SHAPES = {
    "circle": '<circle r="5"/>',
    "triangle": '<path d="M0-6 6 5H-6Z"/>',
    "triangle-down": '<path d="M0 6 6-5H-6Z"/>',
    "square": '<path class="hollow" d="M-4.5-4.5H4.5V4.5H-4.5Z"/>',
    "diamond": '<path class="hollow" d="M0-6 6 0 0 6-6 0Z"/><path d="M0-6 6 0 0 6Z"/>',
    "cross": '<path class="cross" d="M-4.5-4.5 4.5 4.5M-4.5 4.5 4.5-4.5"/>',
    "plus": '<path class="cross" d="M0-5.5V5.5M-5.5 0H5.5"/>',
    "star": '<path d="M0-6.5 1.9-2 6.5-1.6 3 1.6 4 6 0 3.7-4 6-3 1.6-6.5-1.6-1.9-2Z"/>',
}


def _class(position: str) -> str:
    sign = schema.package().table("stances")["position"].signs[position]
    return f"mark {direction(sign)}"


def _drawing(position: str) -> str:
    return SHAPES[schema.package().table("stances")["position"].marks[position].shape]


def shape(position: str) -> str:
    """Return the mark of a position as a separate drawing, for a legend or a name."""
    return f'<svg class="{_class(position)}" viewBox="-8 -8 16 16" aria-hidden="true">{_drawing(position)}</svg>'


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
        f'<g class="{_class(position)}" transform="translate({at(day)} {_height(i, len(positions))})">'
        f"{_drawing(position)}</g>"
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
