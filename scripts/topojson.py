"""Coordinates from a TopoJSON file, such as those of the npm package world-atlas."""

from __future__ import annotations

from itertools import accumulate
from typing import Any


def polygons(shape: dict[str, Any]) -> list[list[list[int]]]:
    """Return the polygons of a shape: each a list of rings, a ring a list of arcs, a negative number one in reverse."""
    parts: list[list[list[int]]] = shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]
    return parts


def number(arc: int) -> int:
    """Return the number of an arc, also of one in reverse."""
    return arc if arc >= 0 else ~arc


def points(topology: dict[str, Any], arc: int) -> list[tuple[float, float]]:
    """Return the longitudes and latitudes of an arc, which has steps from point to point; never in reverse."""
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    xs, ys = (accumulate(along) for along in zip(*topology["arcs"][number(arc)], strict=True))
    return [(x * sx + tx, y * sy + ty) for x, y in zip(xs, ys, strict=True)]
