"""The coasts and borders that the map draws, from Natural Earth: `python scripts/outlines.py countries-110m.json`.

The file is in the npm package world-atlas (`npm pack world-atlas@2.0.2`); Natural Earth is in the public domain. The
result is `outlines.csv` beside the pictures: a row for each line, in tenths of a degree. It has to be made anew only
when countries change.

Natural Earth draws who controls a place. The line between Crimea and the rest of Ukraine is left out: the gazetteer
that our codes follow has Crimea in Ukraine, as has resolution 68/262 of the General Assembly of the United Nations.
"""

from __future__ import annotations

import csv
import json
import sys
from collections import defaultdict
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import topojson

if TYPE_CHECKING:
    from collections.abc import Iterator

TARGET = Path(__file__).parents[1] / "src" / "summitry" / "plots" / "outlines.csv"
SOUTH = -60  # degrees; no event is in the Antarctic
EDGE = 179.9  # degrees; beyond are the cuts where the map ends
CRIMEA = (33.0, 37.0, 45.0, 47.0)  # west, east, south, north of the line that is left out
COUNTRIES = {"Russia", "Ukraine"}  # that it divides


def countries(topology: dict[str, Any]) -> dict[int, set[str]]:
    """Return for each arc the countries that it bounds."""
    found: dict[int, set[str]] = defaultdict(set)
    for shape in topology["objects"]["countries"]["geometries"]:
        for arc in (n for rings in topojson.polygons(shape) for ring in rings for n in ring):
            found[topojson.number(arc)].add(shape["properties"]["name"])
    return found


def lines(topology: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield each line: whether it is a coast or a border, and its points."""
    west, east, south, north = CRIMEA
    for arc, owners in sorted(countries(topology).items()):
        way = [(round(x, 1), round(y, 1)) for x, y in topojson.points(topology, arc)]
        if owners == COUNTRIES and all(west < x < east and south < y < north for x, y in way):
            continue
        for inside, part in groupby(way, key=lambda p: abs(p[0]) < EDGE and p[1] > SOUTH):
            shown = [point for point, _ in groupby(part)]
            if inside and len(shown) > 1:
                yield "coast" if len(owners) == 1 else "border", ";".join(f"{x:g} {y:g}" for x, y in shown)


def main() -> None:
    """Write the lines."""
    with TARGET.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["kind", "points"])
        writer.writerows(lines(json.loads(Path(sys.argv[1]).read_bytes())))


if __name__ == "__main__":
    main()
