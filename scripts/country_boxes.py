"""The boxes around the parts of each country, from Natural Earth: `python scripts/country_boxes.py countries-10m.json`.

The file is in the npm package world-atlas (`npm pack world-atlas@2.0.2`); Natural Earth is in the public domain. The
result is `country_boxes.csv` among the rules of validation, in whole degrees, so that a place near a border or a coast
is inside. It has to be made anew only when countries change.
"""

from __future__ import annotations

import csv
import json
import math
import sys
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pycountry

import topojson

if TYPE_CHECKING:
    from collections.abc import Iterator

TARGET = Path(__file__).parents[1] / "src" / "summitry" / "validation" / "rules" / "country_boxes.csv"
MARGIN = 0.2  # degrees, before rounding to whole ones
WASTE = 1.3  # two boxes become one if that is at most so many times as large as the two
# Natural Earth draws who controls a place; the gazetteer that our codes follow has Crimea in Ukraine
MORE = {"UA": [(32, 44, 37, 47)]}


class Box(NamedTuple):
    """Degrees: of longitude from west to east, of latitude from south to north."""

    west: float
    south: float
    east: float
    north: float

    @property
    def area(self) -> float:
        """Square degrees."""
        return (self.east - self.west) * (self.north - self.south)


def around(*boxes: Box) -> Box:
    """Return the smallest box around some."""
    west, south, east, north = zip(*boxes, strict=True)
    return Box(min(west), min(south), max(east), max(north))


def merged(boxes: list[Box]) -> list[Box]:
    """Lay boxes together where that makes them little larger."""
    for a, b in combinations(sorted(set(boxes)), 2):
        whole = around(a, b)
        if whole.area <= WASTE * (a.area + b.area):
            return merged([whole, *(box for box in boxes if box not in (a, b))])
    return sorted(set(boxes))


def ring_boxes(topology: dict[str, Any], ring: list[int]) -> Iterator[Box]:
    """Yield the box around an outline, a list of arcs, or two where it crosses the 180th meridian."""
    lons, lats = zip(*(point for arc in ring for point in topojson.points(topology, arc)), strict=True)
    crosses = max(lons) - min(lons) > 359  # noqa: PLR2004 - all around the earth
    for side in ([x for x in lons if x < 0], [x for x in lons if x >= 0]) if crosses else (lons,):
        west, east = math.floor(min(side) - MARGIN), math.ceil(max(side) + MARGIN)
        yield Box(max(west, -180), math.floor(min(lats) - MARGIN), min(east, 180), math.ceil(max(lats) + MARGIN))


def countries(topology: dict[str, Any]) -> Iterator[tuple[str, list[Box]]]:
    """Yield the code of each country and the boxes around its parts."""
    for shape in topology["objects"]["countries"]["geometries"]:
        country = pycountry.countries.get(numeric=shape.get("id", ""))
        if country and shape["type"]:
            outer = [rings[0] for rings in topojson.polygons(shape)]
            yield country.alpha_2, [box for ring in outer for box in ring_boxes(topology, ring)]


def main() -> None:
    """Write the boxes."""
    found: dict[str, list[Box]] = {code: [Box(*box) for box in boxes] for code, boxes in MORE.items()}
    for code, boxes in countries(json.loads(Path(sys.argv[1]).read_bytes())):
        found.setdefault(code, []).extend(boxes)
    with TARGET.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["country_code", *Box._fields])
        writer.writerows([code, *map(int, box)] for code in sorted(found) for box in merged(found[code]))


if __name__ == "__main__":
    main()
