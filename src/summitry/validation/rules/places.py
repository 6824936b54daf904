"""Rules 13 and 14: a place is in its country."""

from __future__ import annotations

import csv
from collections import defaultdict
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from summitry.validation.rules.model import DatasetRule, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from summitry.validation.rules.model import Dataset, Row

_POINT = ("latitude", "longitude", "country_code")
_FARTHEST = 10  # places, each a part of the next


@cache
def _boxes() -> dict[str, list[tuple[float, ...]]]:
    """Return the boxes around the parts of each country: west, south, east, north. See `scripts/country_boxes.py`."""
    text = (resources.files("summitry.validation.rules") / "country_boxes.csv").read_text("utf-8")
    found: dict[str, list[tuple[float, ...]]] = defaultdict(list)
    for code, *box in list(csv.reader(text.splitlines()))[1:]:
        found[code].append(tuple(map(float, box)))
    return found


def is_inside(country: str, latitude: float, longitude: float) -> bool:
    """Say whether a point is in a box around a part of a country; true where none is known."""
    boxes = _boxes().get(country)
    return not boxes or any(w <= longitude <= e and s <= latitude <= n for w, s, e, n in boxes)


def _country(data: Dataset, place: Row) -> str | None:
    """Return the country of a place: its own code, else that of the place that it is a part of."""
    at: Row | None = place
    for _ in range(_FARTHEST):  # there may be a cycle
        if at is None or "country_code" in at.faulty or at["country_code"]:
            break
        at = data.get("locations", at["part_of_id"])
    return at["country_code"] if at and at.sound("country_code") else None


def misplaced(data: Dataset) -> Iterator[Finding]:
    """Find coordinates that are outside of the country."""
    for row in data.rows("locations"):
        country, latitude, longitude = _country(data, row), row["latitude"], row["longitude"]
        if country and row.sound("latitude") and row.sound("longitude"):
            if is_inside(country, latitude, longitude):
                continue
            if is_inside(country, longitude, latitude):
                expected = f"a latitude in {country}; with latitude and longitude swapped the point is there"
                yield Finding(row, _POINT, expected, "Swap latitude and longitude.")
            else:
                yield Finding(row, _POINT, f"a point in {country}")


def foreign_parts(data: Dataset) -> Iterator[Finding]:
    """Find places in another country than the place that they are part of."""
    for row in data.rows("locations"):
        whole: Row | None = data.get("locations", row["part_of_id"])
        if whole and row["country_code"] and whole["country_code"] not in (None, row["country_code"]):
            expected = f"{whole['country_code']}, the country of {whole['location_id']}, of which it is a part"
            yield Finding(row, ("country_code", "part_of_id"), expected)


RULES = (
    DatasetRule("coordinates-country", ("locations",), misplaced),
    DatasetRule("country-parts", ("locations",), foreign_parts),
)
