"""How each value is drawn: a colour safe for colour-blind readers, and a shape that works in black and white."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from matplotlib.lines import Line2D

    from summitry.schema import Field

# seven of the eight colours that Masataka Okabe and Kei Ito proposed for every kind of colour vision
# (Color Universal Design)
ORANGE, SKY, GREEN = "#E69F00", "#56B4E9", "#009E73"
YELLOW, BLUE, VERMILLION, PURPLE = "#F0E442", "#0072B2", "#D55E00", "#CC79A7"
GREY, PALE, INK = "#8C8C8C", "#E3E3E3", "#262626"

TEXT, SMALL, TITLE = 8.0, 7.0, 11.0  # sizes in points
RC: dict[str, Any] = {
    "axes.axisbelow": True,
    "axes.edgecolor": GREY,
    "axes.labelsize": TEXT,
    "axes.linewidth": 0.6,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "figure.facecolor": "white",
    "font.family": "DejaVu Sans",  # comes with matplotlib and has Latin, Greek and Cyrillic
    "font.size": TEXT,
    "hatch.linewidth": 0.4,
    "legend.fontsize": TEXT,
    "legend.frameon": False,
    "text.parse_math": False,  # a dollar sign in a name is a dollar sign
    "xtick.labelsize": TEXT,
    "xtick.major.width": 0.6,
    "ytick.labelsize": TEXT,
    "ytick.major.width": 0.6,
}


@dataclass(frozen=True)
class Mark:
    """The drawing of one value: the label of its key, a marker and its colour, how it is filled, how large it is."""

    label: str
    marker: str
    colour: str
    fill: str = "full"
    scale: float = 1.0


# what a mark of the schemas is called → how it is drawn
SHAPES = {
    "circle": "o",
    "triangle": "^",
    "triangle-down": "v",
    "square": "s",
    "diamond": "D",
    "cross": "X",
    "plus": "P",
    "star": "*",
}
COLOURS = {
    "blue": BLUE,
    "sky": SKY,
    "green": GREEN,
    "yellow": YELLOW,
    "orange": ORANGE,
    "vermillion": VERMILLION,
    "purple": PURPLE,
    "pale": PALE,
}


def marks(f: Field) -> dict[str, Mark]:
    """Return how each value of a column is drawn, as the schema says."""
    return {
        value: Mark(mark.label, SHAPES[mark.shape], COLOURS[mark.colour], mark.fill, mark.size)
        for value, mark in f.marks.items()
    }


def drawing() -> AbstractContextManager[None]:
    """Return a context in which matplotlib draws in the style of these pictures, and outside of which it does not."""
    import matplotlib as mpl

    return mpl.rc_context(RC)  # type: ignore[arg-type] # the stubs want a literal for each key


def marker_style(mark: Mark, size: float) -> dict[str, Any]:
    """Return the arguments that make `Axes.plot` draw a mark without a line, for a marker of a size in points."""
    full = mark.fill == "full"
    return {
        "linestyle": "none",
        "marker": mark.marker,
        "markersize": size * mark.scale,
        "markerfacecolor": mark.colour if full else "white",
        "markeredgecolor": INK if full else mark.colour,
        "markeredgewidth": 0.5 if full else 1.3,
    }


def point_style(mark: Mark, size: float) -> dict[str, Any]:
    """Return the arguments that make `Axes.scatter` draw the same, so that each point can be a link."""
    look = marker_style(mark, size)
    return {
        "s": look["markersize"] ** 2,
        "marker": look["marker"],
        "facecolors": look["markerfacecolor"],
        "edgecolors": look["markeredgecolor"],
        "linewidths": look["markeredgewidth"],
    }


def paper(colour: str) -> dict[str, Any]:
    """Return the background that keeps letters free of lines and hatching; outlined ones would be no text in SVG."""
    return {"boxstyle": "square,pad=0.1", "facecolor": colour, "edgecolor": "none", "alpha": 0.8}


def key_entry(mark: Mark, size: float = 7) -> Line2D:
    """Return the entry of a mark for a legend."""
    from matplotlib.lines import Line2D

    return Line2D([], [], label=mark.label, **marker_style(mark, size))
