"""The pictures of the site: which they are, what they show, and how they are drawn."""

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
    """A picture: the function of `summitry.plots` that draws it, its title, and what somebody sees in it."""

    function: str
    title: str
    description: str


PICTURES = (
    Picture(
        "stance_heatmap",
        "Who stands where",
        "Heat map with demands down and holders across. Cells count statements for, leaving open and against, coloured "
        "by their balance and hatched where they are against. The same is in the pages of the demands as tables.",
    ),
    Picture(
        "statement_timeline",
        "Who spoke when",
        "Timeline with a lane for each of those who speak most and a mark for each statement, its shape the kind of "
        "speech act; numbered lines mark events. The same is in the page of statements as a list.",
    ),
    Picture(
        "coverage_by_day",
        "What was looked at",
        "Bars by day: pages looked at, pages used, statements, outlets and agencies. The same is in the first page as "
        "a table.",
    ),
    Picture(
        "event_map",
        "Where it happened",
        "Maps of the places of events, in a panel for each part of the world, with the number of events at each place. "
        "The same is in the tables events and locations.",
    ),
)


def draw() -> dict[str, bytes]:
    """Draw the pictures as PNG.

    Returns:
        The content of each picture by its path in the site; nothing where matplotlib is not installed.
    """
    try:
        import matplotlib as mpl  # noqa: F401 - only whether it is there
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
