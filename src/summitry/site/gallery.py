"""The pictures of the site, with titles and descriptions."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from summitry.errors import MissingExtraError

if TYPE_CHECKING:
    from collections.abc import Mapping

FOLDER = "pictures"


@dataclass(frozen=True)
class Picture:
    """A picture: its function in `summitry.plots`, its title, and a description for those who cannot see it."""

    function: str
    title: str
    description: str


PICTURES = (
    Picture(
        "stance_heatmap",
        "Positions of holders on demands",
        "Heat map with a row for each demand and a column for each holder. Cells count statements for, open and "
        "against, coloured by their balance and hatched if most are against. The pages of the demands have them as "
        "tables.",
    ),
    Picture(
        "statement_timeline",
        "Statements through time",
        "Timeline with a lane for each of the speakers with the most statements, and a mark for each statement. The "
        "shape of a mark is the kind of speech act; numbered lines mark events. The page of statements has the same as "
        "a list.",
    ),
    Picture(
        "coverage_by_day",
        "Pages read and statements coded",
        "Bars by day: pages read, pages used, statements, outlets and agencies. The first page has them as a table.",
    ),
    Picture(
        "event_map",
        "Places of events",
        "Maps of the places of events, in a panel for each part of the world, with the number of events at each place. "
        "The tables events and locations have the same.",
    ),
)


def draw() -> dict[str, bytes]:
    """Draw the pictures as PNG.

    Returns:
        The content of each picture by its path in the site; nothing if matplotlib is not installed.
    """
    try:
        import matplotlib as mpl  # noqa: F401 - only to see whether it is installed
    except ModuleNotFoundError:
        return {}
    from summitry import plots

    drawn = {}
    for picture in PICTURES:
        try:
            figure = getattr(plots, picture.function)()
        except MissingExtraError:  # a picture may need more than matplotlib
            continue
        canvas = io.BytesIO()
        figure.savefig(canvas, format="png", dpi=110, metadata={"Software": None})
        drawn[f"{FOLDER}/{picture.function}.png"] = canvas.getvalue()
    return drawn


def entries(drawn: Mapping[str, bytes]) -> list[dict[str, str]]:
    """Return name, file, title and description of each picture that was drawn."""
    return [
        {"name": p.function, "file": file, "title": p.title, "description": p.description}
        for p in PICTURES
        if (file := f"{FOLDER}/{p.function}.png") in drawn
    ]
