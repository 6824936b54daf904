"""How each value is drawn: a colour that colour-blind people tell apart, and a shape that survives a photocopier."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from matplotlib.lines import Line2D

# the eight colours that Masataka Okabe and Kei Ito proposed for every kind of colour vision (Color Universal Design)
BLACK, ORANGE, SKY, GREEN = "#000000", "#E69F00", "#56B4E9", "#009E73"
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


POSITIONS = {
    "demands": Mark("demands", "^", BLUE),
    "accepts": Mark("accepts", "o", SKY),
    "conditional": Mark("accepts on a condition", "D", YELLOW, scale=0.85),
    "noncommittal": Mark("commits to nothing", "s", PALE, scale=0.9),
    "rejects": Mark("rejects", "X", VERMILLION, scale=1.1),
}
ACTS = {
    "assert": Mark("assert", "o", PALE, scale=0.6),
    "demand": Mark("demand", "^", BLUE),
    "propose": Mark("propose", "P", SKY),
    "commit": Mark("commit", "s", GREEN, scale=0.85),
    "accept": Mark("accept", "o", SKY),
    "reject": Mark("reject", "X", VERMILLION),
    "condition": Mark("set a condition", "D", YELLOW, scale=0.8),
    "accuse": Mark("accuse", "*", PURPLE, scale=1.25),
    "deny": Mark("deny", "v", ORANGE),
}
# whose words they are shows in the filling, which needs no colour
FILLS = {"self": "full", "adversary": "left", "third_party": "none", "narrator": "top"}
ATTRIBUTIONS = {
    "self": "said by the holder",
    "adversary": "said of it by an adversary",
    "third_party": "by a third party",
    "narrator": "by the report itself",
}


def drawing() -> AbstractContextManager[None]:
    """Return a context in which matplotlib draws in the style of these pictures, and outside of which it does not."""
    import matplotlib as mpl

    return mpl.rc_context(RC)  # type: ignore[arg-type] # the stubs want a literal for each key


def marker_style(mark: Mark, size: float, fill: str | None = None) -> dict[str, Any]:
    """Return the arguments that make `Axes.plot` draw a mark without a line, for a marker of a size in points."""
    return {
        "linestyle": "none",
        "marker": mark.marker,
        "markersize": size * mark.scale,
        "fillstyle": fill or mark.fill,
        "markerfacecolor": mark.colour,
        "markerfacecoloralt": "white",
        "markeredgecolor": INK,
        "markeredgewidth": 0.5 if (fill or mark.fill) == "full" else 0.8,
    }


def key_entry(mark: Mark, size: float = 7, fill: str | None = None, label: str | None = None) -> Line2D:
    """Return the entry of a mark for a legend."""
    from matplotlib.lines import Line2D

    return Line2D([], [], label=mark.label if label is None else label, **marker_style(mark, size, fill))
