"""The canvas that a picture is drawn on: its size, title, source line and notes, and that nothing is cut."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache, wraps
from importlib.util import find_spec
from textwrap import wrap
from typing import TYPE_CHECKING, Any, ParamSpec, TypeAlias

from summitry.errors import missing_extra
from summitry.plots import style

if TYPE_CHECKING:
    from collections.abc import Iterable

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

POINTS = 72  # to the inch
MARGIN = 0.1  # inches around everything
ROOM = 0.92  # of the width that there is: on a screen, letters are a little wider than their outlines
NARROWEST = 8  # letters of the narrowest column that has room for words
SPACING, CLEAR = 1.35, 6.0  # of the lines of notes; points between them and what is above
PAGE = 7.0  # inches: the width of a page of a journal, of which a column is about half
HIGHEST = 9.7  # inches (247 mm): how high a picture may be on a page of a journal
NAMES, NAMES_PART = 145.0, 0.36  # points of the names at the side, and as a part of the whole
BESIDE = 7.0  # points between them and the axes
AMPLE = 14.0  # inches of height, before it is fitted to the content: too little, and no layout is found

P = ParamSpec("P")
# from the ids of what a mark shows to an address, or to none
Link: TypeAlias = Callable[[Mapping[str, str]], "str | None"]
Size = tuple[float, "float | None"]  # width and height in inches; no height means what the content needs


@dataclass(frozen=True)
class Canvas:
    """A figure, its main axes, and whether this package made them (or the caller did)."""

    figure: Figure
    ax: Axes
    own: bool
    free: bool  # whether the height may be fitted to the content


def require() -> None:
    """Raise the error that names the extra when matplotlib is not installed."""
    if find_spec("matplotlib") is None:  # to import it takes longer
        raise missing_extra("matplotlib", "pictures")


def picture(draw: Callable[P, Figure]) -> Callable[P, Figure]:
    """Draw a picture in the style of all, or raise the error that names the extra when matplotlib is not installed."""

    @wraps(draw)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> Figure:
        require()
        with style.drawing():
            return draw(*args, **kwargs)

    return drawn


def new_figure(size: tuple[float, float]) -> Figure:
    """Return an empty figure that belongs to nobody but the caller.

    It is not registered with pyplot, so that a loop over many pictures keeps no figures open. A notebook shows
    figures only once pyplot has started its backend, so that is done here.
    """
    from matplotlib.figure import Figure

    if "ipykernel" in sys.modules:
        import matplotlib as mpl
        import matplotlib.pyplot as plt

        plt.switch_backend(mpl.get_backend())
    figure = Figure(figsize=size, layout="constrained")
    engine: Any = figure.get_layout_engine()
    engine.set(w_pad=MARGIN, h_pad=MARGIN)
    return figure


def ample(figsize: Size | None) -> tuple[float, float]:
    """Return the size of a new figure: the caller's, or that of a page, with room for content of any height."""
    width, height = figsize or (PAGE, None)
    return width, height or AMPLE


def fitted(figsize: Size | None) -> bool:
    """Return whether the height of a figure follows from its content."""
    return figsize is None or figsize[1] is None


def canvas(ax: Axes | None, figsize: Size | None) -> Canvas:
    """Return the axes to draw on: the caller's, or new ones, of a height that may have to be fitted."""
    if ax is not None:
        _restyle(ax)
        return Canvas(ax.get_figure(root=True), ax, own=False, free=False)  # type: ignore[arg-type] # axes have one
    figure = new_figure(ample(figsize))
    return Canvas(figure, figure.add_subplot(), own=True, free=fitted(figsize))


def on_a_page(
    draw: Callable[[Canvas, int], Figure],
    usual: int,
    most: int | None,
    ax: Axes | None,
    figsize: Size | None,
) -> Figure:
    """Draw a picture with so many rows that it is no higher than a page, if its height follows from its content.

    The caller may say how many rows there are at most; else there are as many as usual, or as a page has room for.
    """
    rows = usual if most is None else most
    figure = draw(canvas(ax, figsize), rows)
    while most is None and ax is None and fitted(figsize) and figure.get_figheight() > HIGHEST and rows > 1:
        inside = height_of(figure.axes[0]) / POINTS
        room = HIGHEST - (figure.get_figheight() - inside)
        rows = min(rows - 1, max(1, int(rows * room / inside)))
        figure = draw(canvas(ax, figsize), rows)
    return figure


def height_of(ax: Axes) -> float:
    """Return the height of axes whose vertical axis is in points."""
    low, high = ax.get_ylim()
    return abs(high - low)


def _restyle(ax: Axes) -> None:
    """Give axes that were made in another style the letters and lines of ours."""
    ax.tick_params(labelsize=style.TEXT, width=style.RC["axes.linewidth"])
    ax.spines[["right", "top"]].set_visible(False)
    ax.set_axisbelow(style.RC["axes.axisbelow"])
    for axis in (ax.xaxis, ax.yaxis):
        axis.label.set_fontsize(style.TEXT)


def room(on: Canvas, beside: float) -> float:
    """Return how wide in points the axes will be, if names to the left and right take so many points."""
    if on.own:
        return width_inside(on) - beside
    on.figure.draw_without_rendering()
    return float(on.ax.get_window_extent().width / on.figure.dpi * POINTS)


def width_inside(on: Canvas) -> float:
    """Return how wide in points everything in a figure may be."""
    return float((on.figure.get_figwidth() - 2 * MARGIN) * POINTS)


def names_width(on: Canvas) -> float:
    """Return the points that the names at the side may take, before their lines are broken."""
    return min(NAMES, NAMES_PART * width_inside(on))


def beside(on: Canvas, widest: float = NAMES) -> float:
    """Return the points that names at the side take, of which the widest has so many, with the gap to the axes."""
    return min(names_width(on), widest) / ROOM + BESIDE


@lru_cache(maxsize=4096)
def width_of(text: str, size: float, weight: str = "normal") -> float:
    """Return the width of one line of text in points."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    prop = FontProperties(family=style.RC["font.family"], size=size, weight=weight)
    return float(text_to_path.get_text_width_height_descent(text, prop, ismath=False)[0]) if text.strip() else 0.0


def wrapped(text: str, points: float, size: float, weight: str = "normal") -> str:
    """Break a text into lines of at most so many points, at spaces and hyphens."""
    one = width_of(text, size, weight)
    if one <= points:
        return text
    for letters in range(int(len(text) * points / one) + 4, NARROWEST, -1):
        lines = wrap(text, letters, break_long_words=False)
        longest_first = sorted(lines, key=len, reverse=True)  # one that is too long is found at once
        if all(width_of(line, size, weight) <= points for line in longest_first):
            return "\n".join(lines)
    return "\n".join(wrap(text, NARROWEST))


def finish(on: Canvas, title: str, notes: Iterable[str], height: float, stacked: float = 1) -> None:
    """Write title and notes, and size the figure so that its main axes get a height in points.

    Empty notes are left out. `stacked` is the height of all axes above each other, in units of the main axes.
    """
    if on.own:
        _dress_figure(on.figure, title, notes)
    else:
        _dress_axes(on, title, notes)
    fit(on, height, stacked)


def fit(on: Canvas, height: float, stacked: float) -> None:
    """Give the figure the height at which its main axes have theirs, if it is ours to choose."""
    for ax in on.figure.axes if on.own else ():
        for mark in (*ax.patches, *ax.lines, *ax.collections):
            mark.set_in_layout(not mark.get_clip_on())  # what ends at the edge of the axes takes no room beside them
    if not on.free:
        return
    lay_out(on.figure)
    box = on.ax.get_window_extent().transformed(on.figure.dpi_scale_trans.inverted())
    on.figure.set_figheight(on.figure.get_figheight() + (height / POINTS - box.height) * stacked)


def lay_out(figure: Figure) -> None:
    """Give the axes of a new figure their places, as drawing it would, but in half the time."""
    engine: Any = figure.get_layout_engine()
    engine.execute(figure)


def moved(ax: Axes, right: float, up: float) -> Any:
    """Return a transform that moves what is drawn by so many points."""
    from matplotlib.transforms import ScaledTranslation

    inches: Any = ax.get_figure(root=True).dpi_scale_trans  # type: ignore[union-attr] # axes have a figure
    return ScaledTranslation(right / POINTS, up / POINTS, inches)


def _dress_figure(figure: Figure, title: str, notes: Iterable[str]) -> None:
    """Write title and notes over the whole width of the figure."""
    points = (figure.get_figwidth() - 2 * MARGIN) * POINTS * ROOM
    left = MARGIN / figure.get_figwidth()
    # constrained layout keeps room for these two texts and for no other text of a figure
    heading = wrapped(title, points, style.TITLE, "bold")
    figure.suptitle(heading, x=left, ha="left", fontsize=style.TITLE, weight="bold")
    figure.supxlabel(_footer(notes, points), x=left, ha="left", fontsize=style.SMALL, linespacing=SPACING)


def _dress_axes(on: Canvas, title: str, notes: Iterable[str]) -> None:
    """Write title and notes over the width of the caller's axes, clear of all that is there."""
    on.figure.draw_without_rendering()
    dots = on.figure.dpi / POINTS
    inside, outside = on.ax.get_window_extent(), on.ax.get_tightbbox()
    points = inside.width / dots * ROOM
    above, below = ((outside.y1 - inside.y1) / dots, (inside.y0 - outside.y0) / dots) if outside else (0.0, 0.0)
    heading = wrapped(title, points, style.TITLE, "bold")
    on.ax.set_title(heading, loc="left", fontsize=style.TITLE, weight="bold", pad=above + CLEAR, y=1.0)
    on.ax.annotate(
        _footer(notes, points),
        (0, 0),
        (0, -below - CLEAR),
        xycoords="axes fraction",
        textcoords="offset points",
        va="top",
        fontsize=style.SMALL,
        linespacing=SPACING,
        annotation_clip=False,
        gid="notes",
    )


def _footer(notes: Iterable[str], points: float) -> str:
    return "\n".join(wrapped(note, points, style.SMALL) for note in notes if note)


def nothing(on: Canvas, title: str, why: str, notes: Iterable[str]) -> Figure:
    """Finish a picture that has nothing to show: it says so."""
    on.ax.set(xticks=[], yticks=[])
    on.ax.spines[:].set_visible(False)
    on.ax.text(0.5, 0.5, why, transform=on.ax.transAxes, ha="center", va="center", fontsize=style.TEXT + 1)
    finish(on, title, notes, POINTS)
    return on.figure
