"""Outcomes as a picture: one bar for each contestant, from the floor to its ratio."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks.outcome import Ratio, superscript
from benchmarks.table import TITLES, number

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from benchmarks.outcome import Entry, Outcome

WIDTH, ROW, FRAME = 7.4, 0.27, 1.15  # inches
OURS = "summitry"
LONG = 50  # from this ratio on, only powers of ten find room at the axis
ROOM = 2.2  # how far the axis goes beyond the longest bar, so that its number finds room


def draw(outcome: Outcome) -> Figure:
    """Draw wall time over the floor, a panel for each format, on a logarithmic axis that begins at the floor.

    The ground is white whatever the page has, so that it is legible on a dark one too.
    """
    from matplotlib.figure import Figure

    from summitry.plots import style

    shown = [e for e in outcome.entries if e.name != "floor"]
    walls = [r.wall for e in shown for r in e.ratios.values() if isinstance(r, Ratio)]
    with style.drawing():
        figure = Figure(figsize=(WIDTH, FRAME + ROW * len(shown)), layout="constrained")
        panels: Any = figure.subplots(1, len(TITLES), sharex=True, sharey=True)
        for axes, (form, title) in zip(panels, TITLES.items(), strict=True):
            axes.set_title(title, loc="left", fontsize=style.TEXT, fontweight="bold")
            axes.set_xscale("log")
            for place, entry in enumerate(shown):
                _bar(axes, place, entry.ratios[form], ours=entry.name == OURS)
            axes.set_xlabel("wall time over reading alone")
            axes.tick_params(axis="y", length=0)
        _scales(panels[0], shown, max([2.0, *walls]))
        title = f"Validating {superscript(outcome.rows)} statements (1 = reading the file)"
        figure.suptitle(title, fontsize=style.TITLE, x=0.01, ha="left")
    return figure


def _bar(axes: Axes, place: int, ratio: Ratio | str, *, ours: bool) -> None:
    """Draw one bar and its number; a dash where nothing was measured."""
    from summitry.plots import style

    weight = "bold" if ours else "normal"
    if isinstance(ratio, str):
        axes.annotate("–", (1, place), (4, 0), textcoords="offset points", va="center", color=style.INK)
        return
    axes.barh(place, ratio.wall - 1, left=1, height=0.62, color=style.BLUE if ours else style.GREY)
    end = (max(ratio.wall, 1), place)
    axes.annotate(number(ratio.wall), end, (4, 0), textcoords="offset points", va="center", fontweight=weight)


def _scales(axes: Axes, shown: list[Entry], longest: float) -> None:
    """Name the bars, ours in bold, and write plain numbers at the axis."""
    from matplotlib.ticker import FuncFormatter, NullLocator

    axes.set_yticks(range(len(shown)), [e.title for e in shown])
    for entry, label in zip(shown, axes.get_yticklabels(), strict=True):
        label.set_fontweight("bold" if entry.name == OURS else "normal")
    axes.set_ylim(len(shown) - 0.4, -0.6)  # from top to bottom, those without a bar too
    axes.set_xlim(1, longest * ROOM)
    steps = [t for t in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000) if t <= longest * ROOM]
    few = [t for t in steps if str(t)[0] == "1"] if longest > LONG else steps
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xticks(few)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))


def save(outcome: Outcome, path: Path) -> None:
    """Write the picture as SVG; the same outcome gives the same bytes."""
    import matplotlib as mpl

    with mpl.rc_context({"svg.hashsalt": "benchmarks"}):
        draw(outcome).savefig(path, format="svg", metadata={"Date": None})
