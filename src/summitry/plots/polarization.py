"""How far apart two camps are, through time."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from summitry import words
from summitry.analysis import inputs
from summitry.analysis.camps import polarization
from summitry.analysis.inputs import SEPARATOR
from summitry.dataset.arguments import checked
from summitry.plots import captions, demands, layout, style, timeline

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# column → what it is called, its colour, marker, dashes
SERIES: dict[str, tuple[str, str, str, Any]] = {
    "within": ("mean tie within camps", style.BLUE, "^", (0, (1, 1.5))),
    "between": ("mean tie between camps", style.VERMILLION, "X", (0, (4, 2))),
    "polarization": ("polarization: within less between", style.INK, "o", "-"),
}
NAMED = 12  # windows at most of which the camps are named
CAMPS_ELSEWHERE = "Who is in which camp is in the columns camp_a, camp_b and no_camp of summitry.polarization()."
CARE = (
    "High where actors agree within their camp and contradict the other. Windows overlap and have other actors: "
    "a change may only be one of who spoke."
)
TITLE = "Polarization of the parties through time"
LEVEL = 0.05  # of the p-value: from here on a mark is empty
HEIGHT, LABEL, BESIDE, BELOW = 190.0, 46.0, 45.0, 64.0  # points: of the axes, a date, the numbers, down to the key
CAMP = 45  # characters of the names of a camp


@checked
@layout.picture
def polarization_timeline(
    every: str | int = "28d",
    width: str | int = "56d",
    *,
    ax: Axes | None = None,
    figsize: tuple[float, float | None] | None = None,
    **options: Any,
) -> Figure:
    """Draw how far apart two camps are, through time.

    In each window the actors fall into the two camps that fit their ties best. A mark is in the middle of its window;
    the thin line through it spans the window. With permutations, the mark of the index is empty where chance often
    gives as much (p of 0.05 or more).

    Args:
        every, width: as in `summitry.polarization`.
        ax: axes to draw on instead of a new figure.
        figsize: width and height in inches; by default 7 (a page), and None as height is what the content needs.
        options: those of `summitry.polarization`, such as by, issue, since, until and permutations.

    Returns:
        The matplotlib figure.

    Raises:
        MissingExtraError: when matplotlib, networkx or scipy is not installed.
        InputError: as in `summitry.polarization`.

    Source:
        As of `summitry.polarization`.

    Example:
        >>> from summitry.plots import polarization_timeline
        >>> polarization_timeline(every=14, width=14).axes[0].get_ylabel()
        'Mean weight of ties'
    """
    frame = polarization(every, width, **options) if _dated(options) else None
    on = layout.canvas(ax, figsize)
    if frame is not None:
        return _drawn(on, frame, options)
    source = captions.source_of("0 windows", options.get("as_of"))
    return layout.nothing(on, TITLE, "No statement with a day.", [source])


def _dated(options: Mapping[str, Any]) -> bool:
    """Return whether any statement has a day, without which there are no windows."""
    said = inputs.table("statements", options.get("as_of"), options.get("tables"))
    return bool(said[["said_from", "said_to"]].notna().to_numpy().any())


def _drawn(on: layout.Canvas, frame: pd.DataFrame, options: dict[str, Any]) -> Figure:
    source = captions.source_of(words.counted(len(frame), "window"), options.get("as_of"))
    ties = frame[frame["polarization"].notna()]
    if ties.empty:
        return layout.nothing(on, TITLE, "No ties in any window.", [source])
    first, last = timeline.number(frame["since"]), timeline.number(frame["until"])
    middle = (first + last) / 2
    for column, (label, colour, marker, dashes) in SERIES.items():
        on.ax.plot(middle, frame[column], color=colour, linestyle=dashes, linewidth=1, gid=f"line:{column}")
        sure = frame["p_value"].fillna(0) < LEVEL if column == "polarization" else middle > 0
        for fill, rows in (("full", sure), ("none", ~sure)):
            look = style.marker_style(style.Mark(label, marker, colour, fill), 6)
            if rows.any():
                on.ax.plot(middle[rows], frame.loc[rows, column], **look, zorder=3, gid=f"{column}:{fill}")
    on.ax.hlines(frame["polarization"], first, last, color=style.GREY, linewidth=0.8, zorder=1, gid="window")
    on.ax.axhline(0, color=style.GREY, linewidth=0.6, zorder=0)
    _axes(on, frame, middle)
    names = inputs.called("actors", options.get("as_of"), options.get("tables"))
    at_war = demands.belligerents(options)  # type: ignore[arg-type] # of which only tables and as_of are read
    ranked = dict(sorted(names.items(), key=lambda item: (item[0] not in at_war, item[1])))
    layout.finish(on, TITLE, [*_notes(frame, ranked), source], HEIGHT)
    return on.figure


def _axes(on: layout.Canvas, frame: pd.DataFrame, middle: pd.Series[float]) -> None:
    """Name the windows, as many as can be read, and the lines."""
    room = layout.room(on, BESIDE)
    step = math.ceil(len(frame) * LABEL / room)
    names = [
        f"{words.short_day(row.since)} –\n{words.short_day(row.until)}\n"
        f"{row.n_actors:.0f} actors\n{row.n_ties:.0f} ties"
        for row in frame.iloc[::step].itertuples()
    ]
    on.ax.set_xticks(middle.iloc[::step].tolist(), names, linespacing=1.2, fontsize=style.SMALL)
    on.ax.set_ylabel("Mean weight of ties")
    on.ax.set_xlabel("Window, with the actors that ties connect", loc="left")
    on.ax.grid(visible=True, axis="y", color=style.PALE, linewidth=0.5)
    on.ax.tick_params(axis="x", length=2)
    marks = [(style.Mark(label, marker, colour), dashes) for label, colour, marker, dashes in SERIES.values()]
    entries = [_entry(mark, dashes) for mark, dashes in marks]
    timeline.key(on.ax, entries, width=room, below=BELOW, handle=2.6)


def _entry(mark: style.Mark, dashes: Any) -> Artist:
    entry = style.key_entry(mark, 6)
    entry.set(linestyle=dashes, color=mark.colour, linewidth=1)
    return entry


def _notes(frame: pd.DataFrame, names: Mapping[str, str]) -> list[str]:
    of_windows = [
        f"{words.short_day(row.since)} – {words.short_day(row.until)}: {_camps(row, names)}"
        for row in frame.itertuples()
    ]
    camps = f"Camps, {'; '.join(of_windows)}." if len(of_windows) <= NAMED else CAMPS_ELSEWHERE
    return [
        CARE,
        captions.thin(int(frame["n_ties"].max()), "tie"),
        f"Empty marks: chance often gives as much (p is {LEVEL} or more)." if frame["p_value"].notna().any() else "",
        camps,
    ]


def _camps(row: Any, names: Mapping[str, str]) -> str:
    """Return the names of both camps, the smaller one first, and of those in none, in the order of `names`."""
    camps, unclear = [_named(ids, names) for ids in (row.camp_a, row.camp_b)], _named(row.no_camp, names)
    sides = [captions.listed(camp, CAMP) for camp in sorted(camps, key=len) if camp]
    against = " against ".join(sides) if len(sides) > 1 else "no two"
    return against + (f" (in none: {captions.listed(unclear, CAMP)})" if unclear else "")


def _named(ids: Any, names: Mapping[str, str]) -> list[str]:
    members = set(ids.split(SEPARATOR)) if isinstance(ids, str) else set()
    return [name for actor, name in names.items() if actor in members]
