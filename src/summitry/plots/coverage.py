"""Pages read and statements coded, day by day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from summitry import words
from summitry.analysis import coverage, inputs
from summitry.analysis.selection import within
from summitry.dataset.arguments import checked
from summitry.plots import captions, layout, style, timeline

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
@layout.picture
def coverage_by_day(
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
        InputError: for a table of another schema, or what is no day.
        MissingExtraError: when matplotlib is not installed.

    Example:
        >>> from summitry.plots import coverage_by_day
        >>> [ax.get_ylabel() for ax in coverage_by_day().axes]
        ['Pages', 'Statements', 'Publishers']
    """
    frame = coverage.coverage(as_of, tables, since=since, until=until)
    undated = _undated(inputs.table("statements", as_of, tables), since, until)
    return _panels(frame, undated, as_of, figsize, link)


def _undated(statements: pd.DataFrame, since: Day | None, until: Day | None) -> int:
    """Return how many statements of a time have no certain day."""
    there = statements[within(statements, since, until, "possible")]
    return int((there["said_from"].isna() | (there["said_from"] != there["said_to"])).sum())


def _panels(
    frame: pd.DataFrame,
    undated: int,
    as_of: Day | None,
    figsize: tuple[float, float | None] | None,
    link: layout.Link | None,
) -> Figure:
    statements, pages = int(frame["statements"].sum()), int(frame["pages_used"].sum())
    source = captions.source_line(statements, "statement", pages, as_of)
    if not frame.drop(columns="day").to_numpy().any():
        return layout.nothing(layout.canvas(None, figsize), "Coverage by day", "Nothing on any day.", [source])
    figure = layout.new_figure(layout.ample(figsize))
    axes = figure.subplots(len(PANELS), 1, sharex=True)
    on = layout.Canvas(figure, axes[-1], own=True, free=layout.fitted(figsize))
    span = timeline.span_of(timeline.number(frame["day"]), timeline.DENSE, layout.room(on, BESIDE))
    summed = _by_column(frame, span)
    for ax, name in zip(axes, PANELS, strict=True):
        _bars(ax, summed, name, span, link)
    timeline.day_axis(axes[-1], span)
    for ax in axes:
        ax.tick_params(axis="x", which="minor", length=0)
        ax.grid(visible=False, axis="x", which="minor")  # bars need no lines between them
    figure.align_ylabels()
    most = "Of publishers, a bar shows the day with most." if span.unit > 1 else ""
    notes = [
        f"{timeline.column_note(span)} {most}".strip(),
        "“Nothing coded” does not mean “nothing said”: compare with the pages read.",
        f"Without one certain day and so not drawn: {words.counted(undated, 'statement')}." if undated else "",
        captions.thin(statements, "statement", pages),
        source,
    ]
    title = f"Coverage by {timeline.COLUMNS[span.unit]}, {captions.period_text(frame['day'].min(), frame['day'].max())}"
    layout.finish(on, title, notes, HEIGHT, len(axes))
    return figure


def _by_column(frame: pd.DataFrame, span: timeline.Days) -> pd.DataFrame:
    """Return the counts of each column of the picture, by the middle of it."""
    how = {c: "max" if name == "Publishers" else "sum" for name, columns in PANELS.items() for c in columns}
    return frame.groupby(span.column(timeline.number(frame["day"])).rename("x")).agg(how)


def _bars(ax: Axes, counts: pd.DataFrame, name: str, span: timeline.Days, link: layout.Link | None) -> None:
    from matplotlib.ticker import MaxNLocator

    for column, (label, width, colour, hatch) in PANELS[name].items():
        bars = ax.bar(
            counts.index,
            counts[column],
            width * span.unit,
            color=colour,
            edgecolor=style.INK,
            linewidth=0.5,
            hatch=hatch,
            label=label,
            gid=column,
        )
        for bar, (first, last) in zip(bars, map(span.days_of_column, counts.index), strict=True):
            bar.set_url(link({"since": first, "until": last}) if link else None)
    ax.set_ylabel(name)
    ax.set_ylim(0, max(1, counts[list(PANELS[name])].to_numpy().max()) * 1.08)
    ax.yaxis.set_major_locator(MaxNLocator(nbins=4, integer=True))
    ax.grid(visible=True, axis="y", color=style.PALE, linewidth=0.5)
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, borderpad=0, borderaxespad=0.2)
