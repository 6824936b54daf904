"""How much the position of each actor on one demand rests on single statements: a dot and an interval each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from summitry import words
from summitry.analysis import bootstrap, inputs
from summitry.dataset.arguments import checked
from summitry.plots import captions, demands, layout, style

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

DOT = style.Mark("several", "o", style.BLUE)
SINGLE = style.Mark("one", "o", style.BLUE, "none")
NOUNS = {"statement": "statement", "source": "document", "day": "day", "week": "week"}
ACTORS = 25  # at most, unless more are asked for
SIZE, THICK = 6.0, 1.4  # points of a dot and of an interval


@checked
@layout.picture
def interval_chart(
    demand: str,
    *,
    max_rows: int | None = None,
    ax: Axes | None = None,
    figsize: tuple[float, float | None] | None = None,
    **options: Any,
) -> Figure:
    """Draw the mean position of each actor on a demand, with its bootstrap interval.

    A dot is the mean of the signs of all statements (or other units), from -1 (against) to 1 (for). The line is the
    interval in which most means are if statements are drawn again by chance; one statement has none, and its dot is
    empty. An actor who always says the same has a line without length: that is no proof, only no contradiction.

    Args:
        demand: the id of a demand.
        max_rows: at most this many actors, those with most units; by default as many as a page has room for, and 25 at
            most. A note names the others.
        ax: axes to draw on instead of a new figure.
        figsize: width and height in inches; by default 7 (a page), and None as height is what the content needs.
        options: those of `summitry.position_intervals`, such as by, unit, confidence, since and until.

    Returns:
        The matplotlib figure.

    Raises:
        UnknownNameError: for an option, or a value of one, that does not exist.
        InputError: for a demand that does not exist, and as in `summitry.position_intervals`.
        MissingExtraError: when matplotlib is not installed.

    Source:
        As of `summitry.position_intervals`.

    Example:
        >>> from summitry.plots import interval_chart
        >>> interval_chart("putin-zelensky-meeting").get_suptitle()
        'How sure the positions on “Meeting of Putin and Zelensky” are'
    """
    as_of, tables = options.get("as_of"), options.get("tables")
    (demand,) = inputs.known("demands", [inputs.only("demand", demand)], tables)
    label = inputs.called("demands", as_of, tables)[demand]
    title = f"How sure the positions on “{label}” are"
    frame = bootstrap.position_intervals(demand=demand, **options)
    total = int(frame["n_units"].sum())
    noun = NOUNS.get(options.get("unit", "statement"), "unit")
    days = captions.limited_to(options.get("since"), options.get("until"))
    source = [days, captions.source_of(words.counted(total, noun), as_of)]
    frame = frame.sort_values(["n_units", "mean", "actor_id"], ascending=[False, False, True])

    def draw(on: layout.Canvas, most: int) -> Figure:
        if frame.empty:
            return layout.nothing(on, title, "No stance on this demand.", source)
        height = _draw(on, frame.head(most))
        notes = [
            f"Dots are means, lines bootstrap intervals of {options.get('confidence', 0.95):.0%}.",
            f"Numbers count {noun}s; with one {noun}, there is no interval and the dot is empty.",
            demands.inferred_note(int(frame["n_inferred"].sum()), total, noun),
            captions.thin(total, noun),
            demands.left_out(frame["actor_name"].tolist()[most:], "actor"),
            *source,
        ]
        layout.finish(on, title, notes, height)
        return on.figure

    return layout.on_a_page(draw, ACTORS, max_rows, ax, figsize)


def _draw(on: layout.Canvas, frame: pd.DataFrame) -> float:
    """Draw dots and intervals, and return the height in points that the axes need."""
    rows = demands.lay_rows(on, "Actor", frame["actor_name"].tolist())
    placed = frame.assign(y=rows.middles)
    several = placed["n_units"] > 1
    lines = placed[several]
    on.ax.axvline(0, color=style.GREY, linewidth=0.6, zorder=0)
    on.ax.hlines(lines["y"], lines["low"], lines["high"], colors=style.BLUE, linewidth=THICK, gid="interval")
    for mark, part in ((DOT, lines), (SINGLE, placed[~several])):
        if len(part):
            on.ax.plot(part["mean"], part["y"], **style.marker_style(mark, SIZE), zorder=3, gid=mark.label)
    across = on.ax.get_yaxis_transform()
    for y, n in zip(placed["y"], placed["n_units"], strict=True):
        on.ax.text(1, y, str(n), transform=across, ha="right", va="center_baseline", fontsize=style.SMALL, gid="count")
    on.ax.set_xlim(-1.1, 1.3)
    on.ax.set_xticks([-1, 0, 1], ["against", "neither", "for"])
    on.ax.set_xlabel("Mean position", loc="left")
    on.ax.grid(visible=True, axis="x", color=style.PALE, linewidth=0.5)
    return rows.end
