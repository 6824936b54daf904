"""Charts of marks in lanes: a lane for each name, a column for each day, and a mark for every datum, none hidden."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from summitry.plots import captions, layout, style
from summitry.schema import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes


PADDING, LINE = 8.0, 11.0  # points around a lane, and from line to line of its label
DENSE, ROOMY = 6.5, 10.0  # points from mark to mark: where there are hundreds, and where half a mark must be seen
SIZE = 0.8  # of that is the mark
LABEL_WIDTH, LABEL_PART = 150.0, 0.35  # points of the names of lanes, and as a part of the whole
STACK = 6  # marks of a lane and day above each other before a second stack is begun
DATE = 40.0  # points that a date takes under the axis
BELOW_AXIS = 32.0  # points that the dates and the name of the axis take
KEY_LINE, KEY_GAP, KEY_HANDLE = 13.5, 5.0, 30.0  # points: a line of a key, the gap between two, a handle and its gaps
STEPS = (1, 2, 3, 7, 14, 28, 91, 182, 364, 1820)


@dataclass(frozen=True)
class Days:
    """The span of the axis in days, as matplotlib counts them, the points from mark to mark and of the whole."""

    first: float
    last: float
    pitch: float
    width: float

    @property
    def span(self) -> int:
        """The number of columns."""
        return round(self.last - self.first) + 1

    @property
    def step(self) -> float:
        """The part of a day from mark to mark."""
        return min(1.0, self.pitch * self.span / self.width)

    @property
    def across(self) -> int:
        """The number of marks side by side in a day."""
        return max(1, int(1 / self.step))


def number(days: pd.Series[pd.Timestamp]) -> pd.Series[float]:
    """Return days as matplotlib counts them; a missing day stays missing."""
    import pandas as pd

    return (days - pd.Timestamp("1970-01-01")) / pd.Timedelta(days=1)


def day_of(number: float) -> pd.Timestamp:
    """Return the day that matplotlib counts as a number."""
    import pandas as pd

    return pd.Timestamp("1970-01-01") + pd.Timedelta(days=number)


def span_of(days: pd.Series[float], pitch: float, width: float, at_least: int = 7) -> Days:
    """Return the columns of a chart: every day from the first to the last, and not fewer than some."""
    first, last = float(days.min()), float(days.max())
    short = max(0.0, at_least - (last - first + 1))
    first, last = first - short // 2, last + short - short // 2
    return Days(first, last, pitch, width)


def label_width(on: layout.Canvas) -> float:
    """Return the points that the names of lanes may take, before their lines are broken."""
    return min(LABEL_WIDTH, LABEL_PART * layout.width_inside(on))


def beside(on: layout.Canvas, names: Iterable[str]) -> float:
    """Return how many points the names of lanes take at the left."""
    widest = max(layout.width_of(name, style.TEXT) for name in names)
    return min(label_width(on), widest) / layout.ROOM + PADDING


def dodged(marks: pd.DataFrame, days: Days) -> pd.DataFrame:
    """Give each mark its place among those of the same lane and day: above each other, since the hour is not known.

    Args:
        marks: with the columns lane and day, in the order in which to lay them.
        days: the columns of the chart.

    Returns:
        The frame with x (in days), level (0 is the first line of its heap) and depth (lines of its heap).
    """
    heap = marks.groupby(["lane", "day"], sort=False)
    at, size = heap.cumcount(), heap["day"].transform("size")
    stacks = (-(-size // STACK)).clip(upper=days.across)  # beside each other only where one would be too high
    level = at // stacks
    in_line = (size - level * stacks).clip(upper=stacks)
    x = marks["day"] + (at % stacks - (in_line - 1) / 2) * days.step
    return marks.assign(x=x, level=level, depth=-(-size // stacks))


def lay_out(on: layout.Canvas, marks: pd.DataFrame, names: Mapping[str, str], days: Days, what: str) -> pd.DataFrame:
    """Set up the axes and give every mark its place.

    The unit of the vertical axis is the point, so that every lane is as high as its deepest heap or its name.

    Args:
        on: the canvas.
        marks: as for `dodged`.
        names: by lane, what it is called, from the top.
        days: the columns of the chart.
        what: what a lane shows; the name of the vertical axis.

    Returns:
        The marks as `dodged` returns them, with y.
    """
    ax = on.ax
    placed = dodged(marks, days)
    deepest = placed.groupby("lane")["depth"].max()
    labels = [layout.wrapped(name, label_width(on), style.TEXT) for name in names.values()]
    heights = [
        max(int(deepest.get(lane, 1)) * days.pitch, (label.count("\n") + 1) * LINE) + PADDING
        for lane, label in zip(names, labels, strict=True)
    ]
    tops = [sum(heights[:i]) for i in range(len(heights))]
    centres = [top + height / 2 for top, height in zip(tops, heights, strict=True)]
    ax.set(ylim=(sum(heights), 0), yticks=centres)
    ax.set_yticklabels(labels, linespacing=1.15)
    ax.set_ylabel(what, rotation=0, ha="right", va="bottom")
    ax.yaxis.set_label_coords(-0.01, 1.0)  # above the names, where it is read first and needs no turning of heads
    ax.tick_params(axis="y", length=0)
    ax.hlines(tops[1:], days.first - 0.5, days.last + 0.5, colors=style.PALE, linewidth=0.6, zorder=0)
    day_axis(ax, days)
    centre = placed["lane"].map(dict(zip(names, centres, strict=True)))
    return placed.assign(y=centre + (placed["level"] - (placed["depth"] - 1) / 2) * days.pitch)


def height_of(ax: Axes) -> float:
    """Return the height in points that the lanes of axes need, as `lay_out` set it."""
    low, high = ax.get_ylim()
    return abs(high - low)


def day_axis(ax: Axes, days: Days) -> None:
    """Write dates under the axis, as many as can be read, and draw a pale line between one day and the next."""
    from matplotlib.ticker import FixedLocator

    step = next((s for s in STEPS if days.span / s <= days.width / DATE), STEPS[-1])
    at = [days.first + i for i in range(0, days.span, step)]
    dates = [day_of(number) for number in at]
    years = sorted({date.year for date in dates})
    year = "" if len(years) == 1 else " %Y"
    ax.set(xlim=(days.first - 0.5, days.last + 0.5), xticks=at)
    ax.set_xticklabels([f"{date.day} {date:%b{year}}" for date in dates])
    if days.step < 1:
        ax.xaxis.set_minor_locator(FixedLocator([days.first + i + 0.5 for i in range(days.span - 1)]))
        ax.tick_params(axis="x", which="minor", length=0)
        ax.grid(visible=True, axis="x", which="minor", color=style.PALE, linewidth=0.4)
    ax.set_xlabel(f"Day in {years[0]}" if len(years) == 1 else "Day", loc="left")


def draw(ax: Axes, placed: pd.DataFrame, marks: Mapping[str, style.Mark], days: Days) -> None:
    """Draw every row as a mark, and a whisker from the first to the last day on which it may have been.

    Args:
        ax: the axes, as `lay_out` left them.
        placed: with x, y, value (a key of `marks`) and since (the first day, as x).
        marks: how each value is drawn.
        days: the columns of the chart.
    """
    size = SIZE * min(days.pitch, days.width / days.span)
    spread = placed[placed["since"] < placed["day"]]
    ax.hlines(spread["y"], spread["since"], spread["x"], colors=style.GREY, linewidth=0.8, zorder=1.5, gid="whisker")
    for value, mark in marks.items():
        rows = placed[placed["value"] == value]
        if len(rows):
            ax.plot(rows["x"], rows["y"], **style.marker_style(mark, size), gid=value, zorder=3)


def key(ax: Axes, *groups: Sequence[Artist], width: float, below: float = BELOW_AXIS, handle: float = 1.4) -> None:
    """Put the keys of the marks below the axis, one under the other, each in as many columns as fit.

    Args:
        ax: the axes.
        groups: the entries of each key.
        width: points that there are.
        below: points from the axes to the first key.
        handle: how long the sample of an entry is, in letters.
    """
    for entries in groups:
        before = ax.get_legend()
        columns = _columns([layout.width_of(str(e.get_label()), style.TEXT) + KEY_HANDLE for e in entries], width)
        ax.legend(
            handles=entries,
            loc="upper left",
            bbox_to_anchor=(0, 0),
            ncols=columns,
            bbox_transform=ax.transAxes + layout.moved(ax, 0, -below),
            borderaxespad=0,
            borderpad=0,
            handletextpad=0.4,
            columnspacing=1.2,
            handlelength=handle,
        )
        if before is not None:
            ax.add_artist(before)  # the new one has taken its place
        below += -(-len(entries) // columns) * KEY_LINE + KEY_GAP


def _columns(widths: Sequence[float], room: float) -> int:
    """Return in how many columns entries, filled in from the top, fit into the room with the fewest lines."""
    for deep in range(1, len(widths)):
        columns = range(0, len(widths), deep)
        if sum(max(widths[i : i + deep]) for i in columns) <= room:
            return len(columns)
    return 1


def dated(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that have a day: the last on which the words may have been said, and the first as `since`."""
    last, first = number(rows["said_to"]), number(rows["said_from"])
    dated = rows.assign(day=last.fillna(first), since=first.fillna(last))
    return dated[dated["day"].notna()]


def days_of(dated: pd.DataFrame, pitch: float, on: layout.Canvas, names: Mapping[str, str]) -> Days:
    """Return the columns that dated rows need, with room for the names of the lanes at the left."""
    import pandas as pd

    width = layout.room(on, beside(on, names.values()))
    return span_of(pd.concat([dated["since"], dated["day"]]), pitch, width)


def period(dated: pd.DataFrame) -> str:
    """Return the days of dated rows as they are written in a title."""
    return captions.period_text(day_of(dated["since"].min()), day_of(dated["day"].max()))


def in_order(rows: pd.DataFrame, values: Mapping[str, object]) -> pd.DataFrame:
    """Return the rows in the order of their values, so that like marks lie together."""
    order = {value: i for i, value in enumerate(values)}
    return rows.sort_values("value", key=lambda column: column.map(order), kind="stable")


def most_frequent(ids: pd.Series[str], names: Mapping[str, str], most: int) -> tuple[dict[str, str], list[str]]:
    """Return the ids that occur most with their names, and the names of the rest: by how often, then by name."""
    counts = ids.value_counts()
    ranked = sorted(counts.index, key=lambda i: (-counts[i], names[i]))
    return {i: names[i] for i in ranked[:most]}, [names[i] for i in ranked[most:]]


def order_note(placed: pd.DataFrame) -> str:
    """Return the note on marks of one lane and day."""
    several = bool((placed.groupby(["lane", "day"]).size() > 1).any())
    return "Marks of one day are in the order of the key: the hour is not known." if several else ""


def undated_note(n: int, noun: str) -> str:
    """Return the note on rows without a day."""
    return f"Without a day and so not drawn: {words.counted(n, noun)}." if n else ""


def whisker_note(placed: pd.DataFrame) -> str:
    """Return the note that explains the lines of marks with a range of days."""
    n = int((placed["since"] < placed["day"]).sum())
    return f"A line leads back from the last possible day to the first ({words.counted(n, 'mark')})." if n else ""


def left_out_note(names: Sequence[str], what: str, data: int, noun: str) -> str:
    """Return the note on lanes for which there was no room."""
    if not names:
        return ""
    return f"Left out for room, {words.counted(data, noun)} of {len(names)} {what}: {captions.listed(names)}."
