"""Placing names next to points so that no name covers a point or another name."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from summitry.plots import layout, style

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from matplotlib.axes import Axes

LINE = 1.2  # of the size of the letters, from line to line
GAP = 2.0  # points between a name and what it must not touch
TINY, ROUNDS = 1e-3, 200  # points that equal points are set apart; most rounds of moving discs
PASSES = 3  # over all names
NEAR = 5.0  # points; a name farther from its point gets a line that leads to it
# the cost of a covered square point, of a crossed name, and of a line below the name, in points of distance
COVERING, CROSSING, LYING = 100.0, 120.0, 180.0
# points from the rim of the point
DISTANCES = (1, 3, 5, 8, 11, 14, 18, 22, 27, 33, 40, 48, 58, 70, 84, 104, 130, 160)
SLANTS = ((0.75, 0.75), (0.95, 0.35), (0.35, 0.95), (0.55, 0.9), (0.9, 0.55))
# the place of a name relative to its point: the part of the way to the right and up, most readable first
DIRECTIONS = (
    *((1.0, 0.0), (-1.0, 0.0), (0.0, 1.0), (0.0, -1.0)),
    *((right * x, up * y) for x, y in SLANTS for up in (1, -1) for right in (1, -1)),
)


class Box(NamedTuple):
    """A rectangle in points, from the lower left corner of the figure."""

    left: float
    low: float
    right: float
    high: float

    def overlap(self, other: Box) -> float:
        """Return the area that two boxes share."""
        wide = min(self.right, other.right) - max(self.left, other.left)
        high = min(self.high, other.high) - max(self.low, other.low)
        return max(0.0, wide) * max(0.0, high)

    def meets(self, start: tuple[float, float], end: tuple[float, float]) -> bool:
        """Return whether a straight line crosses the box: its part inside has a length (Liang and Barsky)."""
        first, last = 0.0, 1.0
        for a, b, low, high in ((start[0], end[0], self.left, self.right), (start[1], end[1], self.low, self.high)):
            if (a <= low and b <= low) or (a >= high and b >= high):  # most are
                return False
            if a != b:
                enters, leaves = sorted(((low - a) / (b - a), (high - a) / (b - a)))
                first, last = max(first, enters), min(last, leaves)
        return first < last

    def outside(self, other: Box) -> float:
        """Return the area of this box outside another."""
        return (self.right - self.left) * (self.high - self.low) - self.overlap(other)


@dataclass(frozen=True)
class Named:
    """A disc to keep free, in data coordinates and points, and the name to put beside it, if any."""

    name: str
    x: float
    y: float
    radius: float
    shift: tuple[float, float] = (0.0, 0.0)  # the distance of the disc from its coordinates, in points


@dataclass(frozen=True)
class Spot:
    """A possible place of a name: its box, the distance of its centre from its point, and from the edge."""

    middle: tuple[float, float]
    offset: tuple[float, float]
    distance: float
    box: Box

    @property
    def end(self) -> tuple[float, float]:
        """The middle of the name, to which a line from the point leads."""
        return self.middle[0] + self.offset[0], self.middle[1] + self.offset[1]


def in_points(ax: Axes, x: float, y: float, shift: tuple[float, float] = (0.0, 0.0)) -> tuple[float, float]:
    """Return the place of data coordinates on the figure, in points from its lower left corner."""
    dots = layout.POINTS / ax.get_figure(root=True).dpi  # type: ignore[union-attr] # axes have a figure
    right, up = ax.transData.transform((x, y))
    return float(right) * dots + shift[0], float(up) * dots + shift[1]


def in_dots(ax: Axes, x: float, y: float) -> tuple[float, float]:
    """Return points of the figure as dots of the display, from which `ax.transData.inverted()` leads back."""
    dots = ax.get_figure(root=True).dpi / layout.POINTS  # type: ignore[union-attr] # axes have a figure
    return x * dots, y * dots


def spread(points: Sequence[tuple[float, float]], radii: Sequence[float]) -> list[tuple[float, float]]:
    """Move discs, given by their middles and radii, until no two overlap, each as little as possible."""
    at = [[x + i * TINY, y - i * TINY] for i, (x, y) in enumerate(points)]  # so that equal points have a way to part
    for _ in range(ROUNDS):
        moved = False
        for i, (one, a) in enumerate(zip(at, radii, strict=True)):
            for other, b in zip(at[:i], radii, strict=False):
                right, up = one[0] - other[0], one[1] - other[1]
                apart = math.hypot(right, up)
                if apart < a + b:
                    push = (a + b + GAP / 2 - apart) / 2 / apart
                    one[0], one[1] = one[0] + right * push, one[1] + up * push
                    other[0], other[1] = other[0] - right * push, other[1] - up * push
                    moved = True
        if not moved:
            break
    return [(x, y) for x, y in at]


def place(
    ax: Axes,
    points: Sequence[Named],
    lines: Sequence[tuple[tuple[float, float], tuple[float, float]]] = (),
) -> None:
    """Write names beside their points, the first with the first choice, and a line to a point that is far.

    The axes must have their final size. The most important points come first. Names should not cover the straight
    lines.
    """
    extent = ax.get_window_extent()
    dots = in_dots(ax, 1, 1)[0]
    frame = Box(*(side / dots for side in (extent.x0, extent.y0, extent.x1, extent.y1)))
    at = [in_points(ax, p.x, p.y, p.shift) for p in points]
    discs = [_around(middle, 2 * p.radius, 2 * p.radius) for p, middle in zip(points, at, strict=True)]
    below = [(in_points(ax, *start), in_points(ax, *end)) for start, end in lines]
    chosen: dict[int, Spot] = {}
    for _ in range(PASSES):  # later ones know where the names of the points that follow are
        for i, point in enumerate(points):
            if point.name:
                others = {k: spot for k, spot in chosen.items() if k != i}
                covered = [*discs[:i], *discs[i + 1 :], *(spot.box for spot in others.values())]
                leading = [(spot.middle, spot.end) for spot in others.values() if spot.distance > NEAR]
                chosen[i] = _best(_spots(point, at[i]), covered, discs[i], frame, [*below, *leading])
    for i, spot in chosen.items():
        _write(ax, points[i], spot)


def _around(middle: tuple[float, float], width: float, height: float) -> Box:
    x, y = middle
    return Box(x - width / 2, y - height / 2, x + width / 2, y + height / 2)


def _spots(point: Named, middle: tuple[float, float]) -> Iterator[Spot]:
    """Yield the possible places of a point's name, the best first."""
    lines = point.name.split("\n")
    width = max(layout.width_of(line, style.SMALL) for line in lines) / layout.ROOM + GAP
    height = len(lines) * style.SMALL * LINE + GAP
    for distance in DISTANCES:
        away = point.radius + distance
        for right, up in DIRECTIONS:
            offset = (right * (away + width / 2), up * (away + height / 2))
            box = _around((middle[0] + offset[0], middle[1] + offset[1]), width, height)
            yield Spot(middle, offset, distance, box)


def _best(
    spots: Iterator[Spot],
    others: Sequence[Box],
    own: Box,
    frame: Box,
    lines: Sequence[tuple[tuple[float, float], tuple[float, float]]],
) -> Spot:
    """Return the spot with least against it: what the name covers, what its line crosses, how far it is."""
    best, least = None, math.inf
    for distance, ring in groupby(spots, key=lambda spot: spot.distance):
        if distance >= least:  # no better one can follow
            break
        around = list(ring)
        for spot, covered in zip(around, _covered([spot.box for spot in around], (*others, own)), strict=True):
            cost = distance + COVERING * (spot.box.outside(frame) + covered)
            if cost < least:
                cost += LYING * sum(spot.box.meets(start, end) for start, end in lines)
            if cost < least and distance > NEAR:
                line = spot.middle, spot.end
                cost += CROSSING * sum(box.meets(*line) for box in others)
            if best is None or cost < least:
                best, least = spot, cost
    return best  # type: ignore[return-value] # there is always a spot


def _covered(boxes: Sequence[Box], others: Sequence[Box]) -> list[float]:
    """Return the area that each box shares with all others together."""
    import numpy as np

    left, low, right, high = np.array(boxes).T[:, :, np.newaxis]
    other_left, other_low, other_right, other_high = np.array(others).T
    wide = np.minimum(right, other_right) - np.maximum(left, other_left)
    tall = np.minimum(high, other_high) - np.maximum(low, other_low)
    areas: list[float] = (wide.clip(0) * tall.clip(0)).sum(axis=1).tolist()
    return areas


def _write(ax: Axes, point: Named, spot: Spot) -> None:
    line = {"arrowstyle": "-", "linewidth": 0.5, "color": style.GREY, "shrinkA": 0, "shrinkB": point.radius}
    side = "center" if abs(spot.offset[0]) <= point.radius else "left" if spot.offset[0] > 0 else "right"
    text = ax.annotate(
        point.name,
        (point.x, point.y),
        spot.offset,
        xycoords=ax.transData + layout.moved(ax, *point.shift),
        textcoords="offset points",
        ha="center",
        va="center",
        multialignment=side,
        fontsize=style.SMALL,
        linespacing=LINE,
        arrowprops=line if spot.distance > NEAR else None,
        zorder=6,
        gid="name",
        bbox=style.paper("white"),
    )
    text.set_in_layout(False)
