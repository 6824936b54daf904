"""Charts of marks in lanes: a lane for each name, a column for each day, and a mark for every datum, none hidden."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from summitry import words
from summitry.plots import captions, layout, style

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes


PADDING, LINE = 8.0, 11.0  # points around a lane, and from line to line of its label
DENSE, ROOMY = 6.5, 10.0  # points from mark to mark: where there are hundreds, and where half a mark must be seen
SIZE = 0.8  # of that is the mark
STACK = 6  # marks of a lane and day above each other before a second stack is begun
DATE = 40.0  # points that a date takes under the axis
BELOW_AXIS = 32.0  # points that the dates and the name of the axis take
KEY_LINE, KEY_GAP, KEY_HANDLE = 13.5, 5.0, 30.0  # points: a line of a key, the gap between two, a handle and its gaps
STEPS = (1, 2, 3, 7, 14, 28, 91, 182, 364, 1820)
MONTHS, MONTH = (1, 3, 6, 12, 60), 24.0  # months from date to date, and the points that the name of one takes
COLUMNS = {1: "day", 7: "week", 28: "four weeks"}  # days of a column: the first that leave it room
NARROWEST = 4.0  # points of a column in which a mark can be read
EPOCH = dt.date(1970, 1, 1)  # from which matplotlib counts days
WEEK, MONDAY = 7, 4  # days, and the first Monday as matplotlib counts days
HIGHEST_BAR, BAR = 84.0, 0.8  # points of the highest bar, and the part of a column that a bar takes
HATCHES = {"o": "", "^": "///", "v": "xxx", "s": "---", "D": "...", "X": "xxxxx", "P": "+++", "*": "***"}


@dataclass(frozen=True)
class Days:
    """The span of the axis in days, as matplotlib counts them, the points from mark to mark and of the whole.

    Attributes:
        first, last: the first and the last day.
        pitch: the points from mark to mark.
        width: the points of the whole.
        unit: the days of a column: one, or where these would be too narrow, those of a week or of four.
    """

    first: float
    last: float
    pitch: float
    width: float
    unit: int = 1

    @property
    def span(self) -> int:
        """The number of days."""
        return round(self.last - self.first) + 1

    @property
    def step(self) -> float:
        """The days from mark to mark."""
        return min(float(self.unit), self.pitch * self.span / self.width)

    @property
    def across(self) -> int:
        """The number of marks side by side in a column."""
        return max(1, int(self.unit / self.step))

    def column(self, days: pd.Series[float]) -> pd.Series[float]:
        """Return the middle of the column in which each day is."""
        return self.first + (days - self.first) // self.unit * self.unit + (self.unit - 1) / 2

    def days_of_column(self, middle: float) -> tuple[str, str]:
        """Return the first and the last day of the column with a middle."""
        first = int(middle - (self.unit - 1) / 2)
        return str(EPOCH + dt.timedelta(first)), str(EPOCH + dt.timedelta(first + self.unit - 1))


def number(days: pd.Series[pd.Timestamp]) -> pd.Series[float]:
    """Return days as matplotlib counts them; a missing day stays missing."""
    import pandas as pd

    return (days - pd.Timestamp(EPOCH)) / pd.Timedelta(days=1)


def day_of(number: float) -> pd.Timestamp:
    """Return the day that matplotlib counts as a number."""
    import pandas as pd

    return pd.Timestamp(EPOCH) + pd.Timedelta(days=number)


def span_of(days: pd.Series[float], pitch: float, width: float) -> Days:
    """Return the columns of a chart: every day from the first to the last, and not fewer than a week."""
    first, last = float(days.min()), float(days.max())
    short = max(0.0, WEEK - (last - first + 1))
    first, last = first - short // 2, last + short - short // 2
    unit = next((n for n in COLUMNS if width * n >= NARROWEST * (last - first + 1)), max(COLUMNS))
    if unit > 1:  # whole weeks
        first -= (first - MONDAY) % WEEK
        last += unit - 1 - (last - first) % unit
    return Days(first, last, pitch, width, unit)


def dodged(marks: pd.DataFrame, days: Days) -> pd.DataFrame:
    """Give each mark its place among those of the same lane and day: above each other, since the hour is not known.

    Returns:
        The marks with x (in days), level (0 is the first line of its heap) and depth (lines of its heap).
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

    The unit of the vertical axis is the point, so that every lane is as high as its deepest heap or its name. Lanes are
    named from the top; `what` names the vertical axis.

    Returns:
        The marks as `dodged` returns them, with y.
    """
    placed = dodged(marks.assign(day=days.column(marks["day"]), since=days.column(marks["since"])), days)
    deepest = placed.groupby("lane")["depth"].max()
    heights = {lane: int(deepest.get(lane, 1)) * days.pitch for lane in names}
    centre = placed["lane"].map(_lay_lanes(on, heights, names, days, what))
    return placed.assign(y=centre + (placed["level"] - (placed["depth"] - 1) / 2) * days.pitch)


def _lay_lanes(
    on: layout.Canvas, needed: Mapping[str, float], names: Mapping[str, str], days: Days, what: str
) -> dict[str, float]:
    """Set up the axes, with lanes as high as their content or their names need; return the middle of each."""
    ax = on.ax
    labels = [layout.wrapped(name, layout.names_width(on), style.TEXT) for name in names.values()]
    heights = [
        max(needed[lane], (label.count("\n") + 1) * LINE) + PADDING for lane, label in zip(names, labels, strict=True)
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
    return dict(zip(names, centres, strict=True))


def day_axis(ax: Axes, days: Days) -> None:
    """Write dates under the axis, as many as can be read, and draw a pale line between one day and the next."""
    from matplotlib.ticker import FixedLocator

    at = _months(days) if days.unit > 1 else _steps(days)
    dates = [day_of(number) for number in at]
    years = sorted({date.year for date in dates})
    ax.set(xlim=(days.first - 0.5, days.last + 0.5), xticks=at)
    ax.set_xticklabels(_date_labels(dates, by_month=days.unit > 1))
    if days.unit == 1 and days.step < 1:
        ax.xaxis.set_minor_locator(FixedLocator([days.first + i + 0.5 for i in range(days.span - 1)]))
        ax.tick_params(axis="x", which="minor", length=0)
        ax.grid(visible=True, axis="x", which="minor", color=style.PALE, linewidth=0.4)
    what = COLUMNS[days.unit].capitalize()
    ax.set_xlabel(f"{what} in {years[0]}" if len(years) == 1 else what, loc="left")


def _steps(days: Days) -> list[float]:
    """Return the days that the axis names: every one, or as many apart as there is room."""
    step = next((s for s in STEPS if days.span / s <= days.width / DATE), STEPS[-1])
    return [days.first + i for i in range(0, days.span, step)]


def _months(days: Days) -> list[float]:
    """Return the first days of the months that the axis names, or those of as many months apart as there is room."""
    import pandas as pd

    firsts = pd.Series(pd.date_range(day_of(days.first), day_of(days.last), freq="MS"))
    step = next((s for s in MONTHS if len(firsts) / s <= days.width / MONTH), MONTHS[-1])
    return [*number(firsts[::step])]


def _date_labels(dates: Sequence[pd.Timestamp], *, by_month: bool) -> list[str]:
    """Return dates in words; where there are several years, with the year, of months where it changes."""
    if len({date.year for date in dates}) == 1:  # the name of the axis says it
        return [f"{date:%b}" if by_month else f"{date.day} {date:%b}" for date in dates]
    if by_month:
        years = [date.year for date in dates]
        new = [i == 0 or year != years[i - 1] for i, year in enumerate(years)]
        return [f"{date:%b}" + (f" {date:%y}" if first else "") for date, first in zip(dates, new, strict=True)]
    return [f"{date.day} {date:%b %Y}" for date in dates]


def draw(
    ax: Axes, placed: pd.DataFrame, marks: Mapping[str, style.Mark], days: Days, link: layout.Link | None = None
) -> None:
    """Draw every row as a mark, and a whisker from the first to the last day on which it may have been.

    Rows have x, y, value (a key of `marks`), since (the first day, as x) and statement_id.
    """
    size = SIZE * min(days.pitch, days.width * days.unit / days.span)
    spread = placed[placed["since"] < placed["day"]]
    ax.hlines(spread["y"], spread["since"], spread["x"], colors=style.GREY, linewidth=0.8, zorder=1.5, gid="whisker")
    for value, mark in marks.items():
        rows = placed[placed["value"] == value]
        if len(rows) and link:
            addresses = [link({"statement_id": name}) for name in rows["statement_id"]]
            ax.scatter(rows["x"], rows["y"], **style.point_style(mark, size), gid=value, zorder=3, urls=addresses)
        elif len(rows):
            ax.plot(rows["x"], rows["y"], **style.marker_style(mark, size), gid=value, zorder=3)


def stack(
    on: layout.Canvas,
    marks: pd.DataFrame,
    names: Mapping[str, str],
    days: Days,
    what: str,
    looks: Mapping[str, style.Mark],
    link: layout.Link | None = None,
) -> int:
    """Draw rows as bars: one for each lane and column, with a piece for each value, all in one scale.

    A lane is as high as its highest bar, so that a few high ones do not press all others flat.

    A link is made from speaker, act, since and until. Return the number of rows of the highest bar.
    """
    from matplotlib.collections import PolyCollection

    counted = marks.assign(x=days.column(marks["day"])).groupby(["lane", "x", "value"]).size().rename("n").reset_index()
    tops = counted.groupby(["lane", "x"])["n"].sum().groupby("lane").max()
    most = int(tops.max())
    heights = {lane: max(LINE, HIGHEST_BAR * int(tops[lane]) / most) for lane in names}
    middles = _lay_lanes(on, heights, names, days, what)
    below: dict[tuple[str, float], int] = {}
    half = BAR * days.unit / 2
    for value, look in looks.items():
        pieces, addresses = [], []
        for lane, x, n in counted.loc[counted["value"] == value, ["lane", "x", "n"]].itertuples(index=False):
            start = below.get((lane, x), 0)
            below[lane, x] = start + n
            ground = middles[lane] + heights[lane] / 2
            low, high = (ground - HIGHEST_BAR * k / most for k in (start, start + n))
            pieces.append([(x - half, low), (x - half, high), (x + half, high), (x + half, low)])
            first, last = days.days_of_column(x)
            addresses.append(link({"speaker": lane, "act": value, "since": first, "until": last}) if link else None)
        on.ax.add_collection(PolyCollection(pieces, **_piece(look), gid=value, zorder=3, urls=addresses))
    return most


def piece_entry(mark: style.Mark) -> Artist:
    """Return the entry of a piece of a bar for a key."""
    from matplotlib.patches import Patch

    return Patch(**_piece(mark), label=mark.label)


def _piece(mark: style.Mark) -> dict[str, Any]:
    """Return how a piece of a bar is drawn: in the colour of its mark, hatched by the shape of it."""
    full = mark.fill == "full"
    return {
        "facecolor": mark.colour if full else "white",
        "edgecolor": style.INK if full else mark.colour,
        "hatch": HATCHES[mark.marker] if full else "",
        "linewidth": 0.4,
    }


def column_note(days: Days, most: int = 0) -> str:
    """Return the note on columns that are wider than a day, and on the highest bar."""
    if days.unit == 1:
        return ""
    highest = f"; the highest has {most}" if most else ""
    return f"A column is {'a ' if days.unit == WEEK else ''}{COLUMNS[days.unit]}, from Monday to Sunday{highest}."


def key(ax: Axes, *groups: Sequence[Artist], width: float, below: float = BELOW_AXIS, handle: float = 1.4) -> None:
    """Put the keys of the marks below the axis, one under the other, each in as many columns as fit.

    Lengths are points: the width that there is, and down to the first key; a handle is measured in letters.
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

    widest = max(layout.width_of(name, style.TEXT) for name in names.values())
    width = layout.room(on, layout.beside(on, widest))
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


def order_note(placed: pd.DataFrame, days: Days) -> str:
    """Return the note on marks of one lane and day."""
    several = days.unit == 1 and bool((placed.groupby(["lane", "day"]).size() > 1).any())
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
