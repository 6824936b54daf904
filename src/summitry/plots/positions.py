"""Who took which position on one demand when: a mark for each stance, in the lane of its holder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from summitry import schema
from summitry.analysis import inputs
from summitry.dataset.arguments import checked
from summitry.plots import captions, layout, style, timeline

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from summitry.analysis.inputs import Tables
    from summitry.dataset.query import Day


@checked
def position_timeline(
    demand: str,
    *,
    max_holders: int = 18,
    as_of: Day | None = None,
    tables: Tables | None = None,
    ax: Axes | None = None,
    figsize: tuple[float, float | None] | None = None,
) -> Figure:
    """Draw who took which position on a demand when, and who says so.

    Every stance is one mark, in the lane of its holder and the column of the day on which it was stated. The shape
    and colour are the position; the filling is the attribution: full when the holder says it himself, half or empty
    when others say it of him.

    Args:
        demand: the id of a demand.
        max_holders: so many lanes, for those who most often have a position; a note names the others.
        as_of: use only what was published by this day.
        tables: your own data frames by table name, instead of the dataset's tables.
        ax: axes to draw on instead of a new figure.
        figsize: width and height in inches; by default 7 (a page), and None as height is what the content needs.

    Returns:
        The matplotlib figure.

    Raises:
        InputError: for a demand that does not exist, a table of another schema, or an `as_of` that is no day.
        MissingExtraError: when matplotlib is not installed.

    Example:
        >>> from summitry.plots import position_timeline
        >>> position_timeline("ukraine-joins-nato").get_suptitle().startswith("Positions on “Ukraine joins NATO”")
        True
    """
    layout.require()
    inputs.require("demands", [inputs.only("demand", demand)], tables)
    data = inputs.read(("actors", "demands", "mentions", "stances", "statements"), as_of, tables)
    with style.drawing():
        on = layout.canvas(ax, figsize)
        return _positions(on, data, demand, max_holders, as_of)


def _positions(
    on: layout.Canvas, data: Mapping[str, pd.DataFrame], demand: str, max_holders: int, as_of: Day | None
) -> Figure:
    """Draw the positions on a canvas."""
    wanted = data["demands"].set_index("demand_id").loc[demand]
    title = f"Positions on “{wanted['label']}”"
    rows = data["stances"][data["stances"]["demand_id"] == demand].merge(data["statements"], on="statement_id")
    documents = data["mentions"].loc[data["mentions"]["statement_id"].isin(rows["statement_id"]), "source_id"].nunique()
    source = captions.source_line(len(rows), "stance", documents, as_of)
    dated = timeline.dated(rows)
    if dated.empty:
        return layout.nothing(
            on, title, "No stance with a day on this demand.", [timeline.undated_note(len(rows), "stance"), source]
        )
    called = inputs.names(data["actors"], "actor_id", "name")
    dated = dated.assign(
        lane=dated["holder_id"], value=dated["position"].astype(str), kind=dated["attribution"].astype(str)
    )
    shown, rest = timeline.most_frequent(dated["lane"], called, max_holders)
    stances = schema.package().table("stances")
    marks, fills = style.marks(stances["position"]), stances["attribution"].marks
    drawn = timeline.in_order(dated[dated["lane"].isin(shown)], marks)
    days = timeline.days_of(dated, timeline.ROOMY, on, shown)
    placed = timeline.lay_out(on, drawn, shown, days, "Holder of the position")
    timeline.draw(on.ax, placed, marks, timeline.ROOMY, {a: mark.fill for a, mark in fills.items()})
    used = [mark for position, mark in marks.items() if (drawn["value"] == position).any()]
    plain = style.Mark("", "o", style.GREY)
    entries = [
        style.key_entry(plain, fill=mark.fill, label=mark.label)
        for a, mark in fills.items()
        if (drawn["kind"] == a).any()
    ]
    timeline.key(on.ax, [style.key_entry(mark) for mark in used], entries, width=days.width)
    left_out = timeline.left_out_note(rest, "other holders", len(dated) - len(drawn), "stance")
    thin = captions.thin(len(rows), "stance", documents)
    undated = timeline.undated_note(len(rows) - len(dated), "stance")
    notes = [f"The demand: {wanted['proposition']}", thin, left_out, undated, timeline.whisker_note(placed), source]
    layout.finish(on, f"{title}, {timeline.period(dated)}", notes, timeline.height_of(on.ax))
    return on.figure
