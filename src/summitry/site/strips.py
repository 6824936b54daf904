"""Positions through time as small inline drawings, and statements by day as bars; every mark is a link to the words.

Shape, colour and the text of a mark have the same meaning.
"""

from __future__ import annotations

from functools import cache
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING

from summitry import schema
from summitry.analysis.stances import direction
from summitry.words import day_text, short_day

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence

    from summitry.site.records import Row

WIDTH, HEIGHT, EDGE, WEEK = 320, 26, 9, 7
MOST_LINES = 5  # of a scale; more labels would touch
MOST_BARS = 100  # of days; where there are more, a bar is a week, and so is a column of marks
STACK = 10  # between two positions of one day
# the shape of a mark of the schemas → its drawing around the origin; the class of the mark gives the colour
SHAPES = {
    "circle": '<circle r="5"/>',
    "triangle": '<path d="M0-6 6 5H-6Z"/>',
    "triangle-down": '<path d="M0 6 6-5H-6Z"/>',
    "square": '<path d="M-4.5-4.5H4.5V4.5H-4.5Z"/>',
    "diamond": '<path d="M0-6 6 0 0 6-6 0Z"/>',
    "cross": '<path class="cross" d="M-4.5-4.5 4.5 4.5M-4.5 4.5 4.5-4.5"/>',
    "plus": '<path class="cross" d="M0-5.5V5.5M-5.5 0H5.5"/>',
    "star": '<path d="M0-6.5 1.9-2 6.5-1.6 3 1.6 4 6 0 3.7-4 6-3 1.6-6.5-1.6-1.9-2Z"/>',
}


INFERRED = '<circle class="hollow" r="3.4"/>'  # a direction without a position of its own


@cache
def _class(position: str) -> str:
    sign = schema.package().table("stances")["position"].signs[position]
    return f"mark {direction(sign)}"


@cache
def _drawing(position: str) -> str:
    mark = schema.package().table("stances")["position"].marks[position]
    return SHAPES[mark.shape] if mark.fill == "full" else f'<g class="hollow">{SHAPES[mark.shape]}</g>'


@cache
def shape(position: str) -> str:
    """Return the mark of a position as a separate drawing, for a legend or a name."""
    return f'<svg class="{_class(position)}" viewBox="-8 -8 16 16" aria-hidden="true">{_drawing(position)}</svg>'


@cache
def position(value: str) -> str:
    """Return the mark of a position with its name."""
    name = schema.package().table("stances")["position"].labels[value]
    return f'<span class="position">{shape(value)} {escape(name.lower())}</span>'


@cache
def inferred(towards: str) -> str:
    """Return the mark of a direction (for, open or against) that follows from another demand."""
    return f'<svg class="mark {towards}" viewBox="-8 -8 16 16" aria-hidden="true">{INFERRED}</svg>'


@cache
def side(position: str | None, towards: str) -> str:
    """Return a position in the fewest words: for, against, or why it is neither."""
    if towards != "open":
        return towards
    return schema.package().table("stances")["position"].marks[position].label if position else "left open"


def _mark(stance: Row) -> tuple[str, str, str]:
    """Return what a stance says in a word, the class of its mark, and the drawing."""
    position = stance["position"]
    if position is None:
        return f"{side(None, stance['direction'])} (inferred)", f"mark {stance['direction']}", INFERRED
    return position, _class(position), _drawing(position)


def _place(days: Sequence[dt.date], width: float = WIDTH) -> Callable[[dt.date], float]:
    steps = max(len(days) - 1, 1)
    return lambda day: round(EDGE + (day - days[0]).days * (width - 2 * EDGE) / steps, 1)


def _lines(days: Sequence[dt.date]) -> Sequence[dt.date]:
    """Return the days that the scale names: the weeks from the first day, or as many weeks apart as there is room."""
    weeks = -(-len(days) // (WEEK * MOST_LINES)) or 1
    return days[:: WEEK * weeks]


def axis(days: Sequence[dt.date]) -> str:
    """Return the scale of the strips."""
    if not days:
        return ""
    at = _place(days)
    labels = [f'<text x="{at(d)}" y="12"{_anchor(d, days)}>{short_day(d)}</text>' for d in _lines(days)]
    return f'<svg class="strip axis" viewBox="0 0 {WIDTH} 16" aria-hidden="true">{"".join(labels)}</svg>'


def _anchor(day: dt.date, days: Sequence[dt.date]) -> str:
    """Keep the first label inside the drawing; the others are centred on their line."""
    return ' class="first"' if day == days[0] else ""


@cache
def _grid(days: tuple[dt.date, ...], tall: int) -> str:
    at = _place(days)
    weeks = "".join(f"M{at(d):g} 0V{tall}" for d in _lines(days))
    return f'<path class="line" d="M{EDGE} {tall / 2:g}H{WIDTH - EDGE}"/><path class="week" d="{weeks}"/>'


def strip(stances: Sequence[Row], days: Sequence[dt.date]) -> str:
    """Return positions on one demand as a drawing: a mark for each that is new in its week, none for undated ones.

    Args:
        stances: in order of time, with stance_id, statement_id, position (none where it is inferred, with its
            direction) and statement.
        days: the days of the scale. Where they are few, each has its own marks.
    """
    if not days:
        return ""
    at = _place(days)
    columns: dict[object, dict[tuple[str, str, str], Row]] = {}
    for s in stances:
        if day := s["statement"]["day"]:
            columns.setdefault(week(day) if len(days) > MOST_BARS else day, {}).setdefault(_mark(s), s)
    tall = HEIGHT + STACK * max([0, *(len(shown) - 2 for shown in columns.values())])  # two marks of a column fit
    marks = "".join(
        f'<a href="../statements/{s["statement_id"]}.html#{s["stance_id"]}" aria-label="{day_text(day)}: {said}">'
        f'<g class="{kind}" transform="translate({at(day):g} {middle:g})">{drawing}</g></a>'
        for shown in columns.values()
        for i, ((said, kind, drawing), s) in enumerate(shown.items())
        for day, middle in ((s["statement"]["day"], (tall + (2 * i + 1 - len(shown)) * STACK) / 2),)
    )
    label = "Through time" if columns else "undated"  # each mark says its own day and position
    return (
        f'<svg class="strip" viewBox="0 0 {WIDTH} {tall}" role="group" aria-label="{label}">'
        f"{_grid(tuple(days), tall)}{marks}</svg>"
    )


BARS, TALL, FLAGS = 960, 110, 16  # width of the drawing, height of the longest bar, room for the dots above


def bars(days: Sequence[tuple[dt.date, int]], events: Sequence[Row]) -> str:
    """Return the number of statements of each day, or of each week of a long time, as bars, and events as dots.

    Args:
        days: every day, with the number of its statements.
        events: with event_id, name and start_on.
    """
    all_days = [day for day, _ in days]
    at, groups = _place(all_days, BARS), _weeks(days) if len(days) > MOST_BARS else [[pair] for pair in days]
    most = max(sum(n for _, n in group) for group in groups) or 1
    wide = round((BARS - 2 * EDGE) / max(len(groups), 1) * 0.7, 1)
    base = FLAGS + TALL
    drawn = "".join(_bar(group, (at(group[0][0]) + at(group[-1][0])) / 2 - wide / 2, wide, most) for group in groups)
    first: dict[dt.date, Row] = {e["start_on"]: e for e in reversed(events)}
    dots = "".join(
        f'<a href="events/{e["event_id"]}.html" aria-label="{day_text(day)}: {escape(e["name"])}">'
        f'<circle cx="{at(day)}" cy="7" r="5"/></a>'
        for day, e in sorted(first.items())
    )
    labels = "".join(
        f'<text x="{at(d)}" y="{base + 15}"{_anchor(d, all_days)}>{short_day(d)}</text>' for d in _lines(all_days)
    )
    return (
        f'<svg class="bars axis" viewBox="0 0 {BARS} {base + 20}" role="group" aria-label="Statements by day">'
        f'{drawn}<g class="dots">{dots}</g>{labels}</svg>'
    )


def week(day: dt.date) -> tuple[int, int]:
    """Return the year and the number of the week of a day, Monday to Sunday."""
    return day.isocalendar()[:2]


def _weeks(days: Sequence[tuple[dt.date, int]]) -> list[list[tuple[dt.date, int]]]:
    """Return the days of each week, Monday to Sunday."""
    return [list(group) for _, group in groupby(days, key=lambda pair: week(pair[0]))]


def _bar(group: Sequence[tuple[dt.date, int]], left: float, wide: float, most: int) -> str:
    """Return the bar of a day or a week, which leads to its statements; nothing if there are none."""
    first, last, n = group[0][0], group[-1][0], sum(n for _, n in group)
    if not n:
        return ""
    page = f"days/{first}.html" if first == last else f"statements.html?since={first}&amp;until={last}"
    said = day_text(first) if first == last else f"{day_text(first)} to {day_text(last)}"
    tall = TALL * n / most
    return (
        f'<a href="{page}" aria-label="{said}: {n} statements">'
        f'<rect x="{left:.1f}" y="{FLAGS + TALL - tall:.1f}" width="{wide}" height="{tall:.1f}"/></a>'
    )


DRAWINGS = {
    "shape": shape,
    "position": position,
    "side": side,
    "inferred": inferred,
    "axis": axis,
    "strip": strip,
    "bars": bars,
}
