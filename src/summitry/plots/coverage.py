"""Pages read and statements coded, day by day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from summitry.analysis import coverage, inputs
from summitry.analysis.selection import within
from summitry.dataset.arguments import checked
from summitry.errors import InputError
from summitry.plots import captions, layout, style, timeline
from summitry.schema import words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from summitry.analysis.inputs import Tables
    from summitry.dataset.days import Day

HEIGHT, BESIDE = 80.0, 40.0  # points of a panel, and of the numbers at its side
# name of the axis → the columns that it counts, each with what it is called, the width of its bar, colour and hatch
PANELS = {
    "Pages": {
        "pages_seen": ("read", 0.86, "white", ""),
        "pages_used": ("in the dataset", 0.5, style.BLUE, ""),
    },
    "Statements": {"statements": ("statements made then", 0.6, style.SKY, "////")},
    "Publishers": {
        "outlets": ("outlets", 0.86, style.PALE, ""),
        "wires": ("wire agencies that they credit", 0.5, style.VERMILLION, "xxxx"),
    },
}


@checked
def coverage_by_day(
    frame: pd.DataFrame | None = None,
    *,
    since: Day | None = None,
    until: Day | None = None,
    as_of: Day | None = None,
    tables: Tables | None = None,
    figsize: tuple[float, float | None] | None = None,
    link: Callable[[Mapping[str, str]], str | None] | None = None,
) -> Figure:
    """Draw for each day how many pages were read and used, their statements, and their publishers.

    Where days would be too narrow, there is a bar for each week, or for four: pages and statements are added up, and of
    publishers it shows the day with most.

    Args:
        frame: what `summitry.coverage()` returns, or a part of it: the column day, and any of pages_seen,
            pages_used, statements, outlets and wires. By default it is computed.
        since: only this day and later ones.
        until: only this day and earlier ones.
        as_of: use only what was published by this day.
        tables: your own data frames by table name, instead of the dataset's tables.
        figsize: width and height in inches; by default 7 (a page), and None as height is what the content needs.
        link: makes the bars links in SVG: it is given the first and the last day of a bar, {"since": …, "until": …},
            and returns an address, or None for no link.

    Returns:
        The matplotlib figure, with a panel each for pages, statements and publishers.

    Raises:
        InputError: for a frame without a day or without anything to count, a table of another schema, or an `as_of`
            that is no day.
        MissingExtraError: when matplotlib is not installed.

    Example:
        >>> from summitry.plots import coverage_by_day
        >>> [ax.get_ylabel() for ax in coverage_by_day().axes]
        ['Pages', 'Statements', 'Publishers']
    """
    layout.require()
    undated = 0
    if frame is None:
        frame = coverage.coverage(as_of, tables, since=since, until=until)
        undated = _undated(inputs.table("statements", as_of, tables), since, until)
    panels = {name: [c for c in columns if c in frame] for name, columns in PANELS.items()}
    panels = {name: columns for name, columns in panels.items() if columns}
    if "day" not in frame or not panels:
        raise InputError(
            f"frame has the columns {', '.join(map(str, frame.columns))}; it needs day and any of "
            f"{', '.join(c for columns in PANELS.values() for c in columns)}, as summitry.coverage() returns them."
        )
    with style.drawing():
        return _panels(frame, panels, undated, as_of, figsize, link)


def _undated(statements: pd.DataFrame, since: Day | None, until: Day | None) -> int:
    """Return how many statements of a time have no certain day."""
    there = statements[within(statements, since, until, "possible")]
    return int((there["said_from"].isna() | (there["said_from"] != there["said_to"])).sum())


def _panels(
    frame: pd.DataFrame,
    panels: dict[str, list[str]],
    undated: int,
    as_of: Day | None,
    figsize: tuple[float, float | None] | None,
    link: layout.Link | None,
) -> Figure:
    totals = {name: int(frame[name].sum()) for columns in panels.values() for name in columns}
    statements, pages = totals.get("statements", 0), totals.get("pages_used", 0)
    source = captions.source_line(statements, "statement", pages, as_of)
    if not any(totals.values()):
        return layout.nothing(layout.canvas(None, figsize), "Coverage by day", "Nothing on any day.", [source])
    figure = layout.new_figure(layout.ample(figsize))
    axes = figure.subplots(len(panels), 1, sharex=True, squeeze=False)[:, 0]
    on = layout.Canvas(figure, axes[-1], own=True, free=layout.fitted(figsize))
    span = timeline.span_of(timeline.number(frame["day"]), timeline.DENSE, layout.room(on, BESIDE))
    summed = _by_column(frame, panels, span)
    for ax, (name, columns) in zip(axes, panels.items(), strict=True):
        _bars(ax, summed[columns], name, span, link)
    timeline.day_axis(axes[-1], span)
    for ax in axes:
        ax.tick_params(axis="x", which="minor", length=0)
        ax.grid(visible=False, axis="x", which="minor")  # bars need no lines between them
    figure.align_ylabels()
    most = "Of publishers, a bar shows the day with most." if span.unit > 1 and "Publishers" in panels else ""
    notes = [
        f"{timeline.column_note(span)} {most}".strip(),
        "“Nothing coded” does not mean “nothing said”: compare with the pages read.",
        f"Without one certain day and so not drawn: {words.counted(undated, 'statement')}." if undated else "",
        captions.thin(statements, "statement", pages) if "statements" in totals else "",
        source,
    ]
    title = f"Coverage by {timeline.COLUMNS[span.unit]}, {captions.period_text(frame['day'].min(), frame['day'].max())}"
    layout.finish(on, title, notes, HEIGHT, len(axes))
    return figure


def _by_column(frame: pd.DataFrame, panels: Mapping[str, list[str]], span: timeline.Days) -> pd.DataFrame:
    """Return the counts of each column of the picture, by the middle of it."""
    how = {c: "max" if name == "Publishers" else "sum" for name, columns in panels.items() for c in columns}
    return frame.groupby(span.column(timeline.number(frame["day"])).rename("x")).agg(how)


def _bars(ax: Axes, counts: pd.DataFrame, name: str, span: timeline.Days, link: layout.Link | None) -> None:
    from matplotlib.ticker import MaxNLocator

    for column in counts:
        label, width, colour, hatch = PANELS[name][str(column)]
        bars = ax.bar(
            counts.index,
            counts[column],
            width * span.unit,
            color=colour,
            edgecolor=style.INK,
            linewidth=0.5,
            hatch=hatch,
            label=label,
            gid=str(column),
        )
        for bar, (first, last) in zip(bars, map(span.days_of_column, counts.index), strict=True):
            bar.set_url(link({"since": first, "until": last}) if link else None)
    ax.set_ylabel(name)
    ax.set_ylim(0, max(1, counts.to_numpy().max()) * 1.08)
    ax.yaxis.set_major_locator(MaxNLocator(nbins=4, integer=True))
    ax.grid(visible=True, axis="y", color=style.PALE, linewidth=0.5)
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, borderpad=0, borderaxespad=0.2)
