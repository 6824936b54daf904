"""The pictures of the site, with titles, descriptions, and the same as a table."""

from __future__ import annotations

import gc
import io
import re
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from summitry.analysis.stances import DIRECTIONS
from summitry.dataset import own_process
from summitry.dataset.entailment import RELATIONS
from summitry.errors import InputError
from summitry.words import day_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    import pandas as pd
    from matplotlib.figure import Figure

    from summitry.site.rendering import Site

FOLDER = "pictures"
SETTINGS = {"svg.fonttype": "none", "svg.hashsalt": "summitry"}  # texts stay texts, and no id is random
# what matplotlib writes → what a browser needs: a link leads on the whole page, and a font may not be installed
IN_BROWSERS = {
    ' target="_blank"': "",  # from matplotlib 3.11
    "<a ": '<a target="_top" tabindex="-1" ',
    "'DejaVu Sans'": "'DejaVu Sans', Verdana, sans-serif",
}
_LONG_NUMBER = re.compile(r"-?\d+\.\d{3,}")

# what a mark shows → the folder of its page; other marks show statements that are filtered by the same names
PAGE_OF = {"statement_id": "statements", "demand": "demands", "location_id": "places"}

Cell = tuple[str, str | None]  # a text, and where it leads
Cells = list[list[Cell]]
Counts = dict[tuple[str, str], list[int]]  # by demand and party, how often the party takes each direction


@dataclass(frozen=True)
class Picture:
    """A picture of the package.

    Attributes:
        function: its name in `summitry.plots`.
        title: its heading.
        description: for those who cannot see it.
        columns: of the table that says the same.
        table: makes the rows of this table, from the site and what was counted.
        unit: within which it counts a position once, as in `summitry.stance_matrix`; empty if it counts no positions.
    """

    function: str
    title: str
    description: str
    columns: tuple[str, ...]
    table: Callable[[Site, Counts], Cells]
    unit: str = ""


@dataclass(frozen=True)
class Drawn:
    """A picture as it was drawn: the picture, where its file is in the site, the file, and what it counts."""

    picture: Picture
    file: str
    svg: str
    counts: Counts = field(default_factory=dict)

    @property
    def page(self) -> str:
        """Where the page of the picture is in the site."""
        return f"{FOLDER}/{self.picture.function}.html"


def _counts(seen: pd.DataFrame, unit: str) -> Counts:
    import numpy as np

    from summitry.analysis.stance_matrix import matrices

    found = list(matrices(seen, DIRECTIONS, unit, by="party", level="demand", follow=RELATIONS).values())
    parties, demands = list(found[0].index), list(found[0].columns)
    numbers = np.stack([frame.to_numpy() for frame in found], axis=-1).tolist()
    return {(d, p): numbers[i][j] for i, p in enumerate(parties) for j, d in enumerate(demands)}


def _positions(site: Site, counts: Counts) -> Cells:
    demands, actors = site.records.demands, site.records.actors
    return [
        [
            (demands[demand]["label"], f"../demands/{demand}.html"),
            (actors[party]["name"], f"../demands/{demand}.html#{party}"),
            *((str(n), None) for n in numbers),
        ]
        for (demand, party), numbers in sorted(
            counts.items(), key=lambda item: (demands[item[0][0]]["label"], item[0][1])
        )
        if any(numbers)
    ]


def _demands(site: Site, counts: Counts) -> Cells:
    sums: dict[str, list[int]] = {}
    for (demand, _), numbers in counts.items():
        sums[demand] = [a + b for a, b in zip(sums.get(demand, [0] * len(numbers)), numbers, strict=True)]
    demands = site.records.demands
    return [
        [(demands[demand]["label"], f"../demands/{demand}.html"), *((str(n), None) for n in sums[demand])]
        for demand in sorted(sums, key=lambda demand: str(demands[demand]["label"]))
    ]


def _speakers(site: Site, _: Counts) -> Cells:
    speakers = [a for a in site.records.actors.values() if a["statements"]]
    return [
        [
            (a["name"], f"../actors/{a['actor_id']}.html"),
            (f"{month[0]:%b\u00a0%Y}", f"../statements.html?speaker={a['actor_id']}&month={month[0]:%Y-%m}"),
            (str(len(month)), None),
        ]
        for a in sorted(speakers, key=lambda a: (-len(a["statements"]), a["sorted_as"]))
        for _, group in groupby((s["day"] for s in a["statements"] if s["day"]), key=lambda d: (d.year, d.month))
        for month in (list(group),)
    ]


def _coverage(site: Site, _: Counts) -> Cells:
    columns = ("pages_seen", "pages_used", "statements", "outlets", "wires")
    spoken = {s["day"] for s in site.records.statements}
    return [
        [(day_text(c["day"]), f"../days/{c['day']}.html" if c["day"] in spoken else None)]
        + [(str(c[column]), None) for column in columns]
        for c in site.findings.coverage
    ]


def _places(site: Site, _: Counts) -> Cells:
    return [
        [(p["name"], f"../places/{p['location_id']}.html"), (e["name"], f"../events/{e['event_id']}.html")]
        for p in sorted(site.records.places.values(), key=lambda p: str(p["name"]))
        for e in p["events"]
    ]


PICTURES = (
    Picture(
        "stance_heatmap",
        "Positions on demands",
        "Heat map with a row for each demand. Cells count statements for, open and against.",
        ("Demand", "Party", "For", "Open", "Against"),
        _positions,
        "statement",
    ),
    Picture(
        "demand_bars",
        "For and against each demand",
        "Bars by demand: the number of parties for it to the right, against it to the left, in the middle those who "
        "leave it open.",
        ("Demand", "For", "Open", "Against"),
        _demands,
        "range",
    ),
    Picture(
        "statement_timeline",
        "Statements through time",
        "Timeline with a lane for each of the speakers with the most statements, and a bar for each week, with a piece "
        "for each kind of speech act; numbered lines mark events.",
        ("Speaker", "Month", "Statements"),
        _speakers,
    ),
    Picture(
        "coverage_by_day",
        "Pages read and statements coded",
        "Bars by week: pages read, pages used, statements, outlets and agencies.",
        ("Day", "Pages read", "Pages used", "Statements", "Outlets", "Agencies"),
        _coverage,
    ),
    Picture(
        "event_map",
        "Places of events",
        "Maps with coasts and borders, a mark at each place of events, and their number.",
        ("Place", "Event"),
        _places,
    ),
)


def address(mark: Mapping[str, str]) -> str:
    """Return the page, from the folder of the pictures, of what a mark shows.

    Example:
        >>> address({"demand": "ukraine-joins-nato", "party": "russia"})
        '../demands/ukraine-joins-nato.html#russia'
    """
    for name, folder in PAGE_OF.items():
        if name in mark:
            place = f"#{mark['party']}" if "party" in mark else ""
            return f"../{folder}/{mark[name]}.html{place}"
    return f"../statements.html?{urlencode(mark)}"


@contextmanager
def drawing() -> Iterator[Iterable[Drawn]]:
    """Draw the pictures in a process of their own, while the caller does something else.

    The context has the pictures; to take the first waits until all are drawn. The end of the context ends the process.

    Raises:
        MissingExtraError: when matplotlib is not installed.
        InputError: when a picture is taken, and the process has ended before.
    """
    from summitry.plots import layout

    layout.require()
    if not own_process.POSSIBLE:
        yield draw()
        return
    # matplotlib makes a folder where it cannot write to its own, and the process is ended before it removes it
    with tempfile.TemporaryDirectory() as folder, own_process.started(_send_drawn, folder) as received:
        yield _taken(received)


def _taken(received: Iterator[Drawn]) -> Iterator[Drawn]:
    """Yield the pictures as they arrive."""
    try:
        yield from received
    except own_process.EndedProcessError as e:
        fix = "Give it more memory, or leave the pictures out: --no-pictures"
        raise InputError(f"The process that draws the pictures has ended: {e}. {fix}.") from e


def _send_drawn(send: Callable[[Drawn], None], folder: str) -> None:
    tempfile.tempdir = folder
    gc.disable()  # to look for cycles takes a tenth of the time, and this process ends soon
    for drawn in draw():  # all first: who does not yet take the pictures would stop this process after the first
        send(drawn)


def draw() -> list[Drawn]:
    """Draw the pictures as SVG.

    Raises:
        MissingExtraError: when matplotlib is not installed.
    """
    from summitry import plots
    from summitry.analysis.stances import observations
    from summitry.plots import layout

    layout.require()
    import matplotlib as mpl

    seen = observations(fold=True)
    drawn = []
    for picture in PICTURES:
        with mpl.rc_context(SETTINGS):  # type: ignore[arg-type] # the stubs want a literal for each key
            svg = _svg(getattr(plots, picture.function)(link=address))
        counts = _counts(seen, picture.unit) if picture.unit else {}
        drawn.append(Drawn(picture, f"{FOLDER}/{picture.function}.svg", svg, counts))
    return drawn


def _svg(figure: Figure) -> str:
    """Return a figure as SVG. Nobody sees a hundredth of a point, and a third of the file would be smaller digits.

    Its links are for a pointer, as the table beside the picture has links for a keyboard.
    """
    canvas = io.StringIO()
    figure.savefig(canvas, format="svg", metadata={"Date": None})
    short = _LONG_NUMBER.sub(lambda number: f"{float(number[0]):.2f}", canvas.getvalue())
    for written, meant in IN_BROWSERS.items():
        short = short.replace(written, meant)
    return short


def pages(site: Site, pictures: Iterable[Drawn]) -> Iterator[tuple[str, str]]:
    """Return the list of pictures, and the file and the page of each, with their paths."""
    drawn = list(pictures)
    yield "pictures.html", site.page("pictures", "pictures.html", pictures=drawn)
    for d in drawn:
        yield d.file, d.svg
        rows = [(name, list(group)) for name, group in groupby(d.picture.table(site, d.counts), key=lambda row: row[0])]
        folded = any(len(group) > 1 for _, group in rows)
        yield d.page, site.page("picture", d.page, d=d, rows=rows, folded=folded)
