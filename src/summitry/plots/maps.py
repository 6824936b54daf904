"""A map of the events: coasts and borders, natural coordinates, place names and a light graticule.

The outlines are those of Natural Earth, which is in the public domain; `scripts/outlines.py` makes the file, and says
what it leaves out.
"""

from __future__ import annotations

import csv
import math
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from summitry import schema, words
from summitry.analysis import inputs
from summitry.analysis.selection import within
from summitry.dataset.arguments import checked
from summitry.plots import captions, layout, placement, style

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from summitry.analysis.inputs import Tables
    from summitry.dataset.days import Day

# a panel for each part of the world that has events: its bounds are west, east, south and north
REGIONS = {
    "The Americas": (-180.0, -30.0, -60.0, 90.0),
    "Europe": (-30.0, 60.0, 34.0, 90.0),
    "Africa and Near East": (-30.0, 60.0, -60.0, 34.0),
    "Asia and Pacific": (60.0, 180.0, -60.0, 90.0),
}
# group of a kind of event → its mark
FAMILIES = {"meeting": "talks", "speech": "talks", "force": "force", "other": "other"}
KINDS = {
    "talks": style.Mark("meetings, visits, calls and public words", "o", style.SKY),
    "force": style.Mark("strikes, combat and control of territory", "s", style.ORANGE),
    "other": style.Mark("other", "D", style.YELLOW),
}
HEIGHT = 0.62  # of the width of the figure: the panel with most events; the others are in a row below it,
BELOW = 0.55  # so high as a part of that, or each in a row of its own where the figure is narrow
NARROW = 6.5  # inches: below that, a row of panels has no room for their names, nor the key for two columns
CLEAR = 18.0  # points between the outermost places and the edges
KEY_ABOVE = 15.0  # points between the largest panel and the key
LEAST_SPAN = 8.0  # degrees that a panel shows at least
SMALLEST, GROWTH = 4.0, 2.2  # points: the diameter of a mark is smallest + growth · √events
WITHIN = 0.55  # of the diameter of a mark is that of the next one at the same place at most
SIGNS = {"talks": "●○", "force": "■□", "other": "◆◇"}  # full and empty, in names of places with marks of two kinds
OUTLINED = (
    "Numbers count events; marks are at the longitude and latitude of the place. Outlines: Natural Earth, without the "
    "line between Crimea and the rest of Ukraine."
)
OUTLINES: dict[str, dict[str, Any]] = {
    "coast": {"color": "#9A9A9A", "linewidth": 0.6},
    "border": {"color": "#C4C4C4", "linewidth": 0.5},
}
GAP = (math.nan, math.nan)  # between one line and the next
POLE = 90.0  # degrees: a panel ends there
LINES = 6  # at most so many spaces between lines of the graticule, each way
LONGITUDE = 36.0  # points from one longitude that is written to the next
SPOT = ("site", "settlement")


@checked
@layout.picture
def event_map(
    *,
    since: Day | None = None,
    until: Day | None = None,
    as_of: Day | None = None,
    tables: Tables | None = None,
    figsize: tuple[float, float | None] | None = None,
    link: Callable[[Mapping[str, str]], str | None] | None = None,
) -> Figure:
    """Draw where the events are, in a panel for each part of the world.

    Every event with a place counts. The number beside a mark is how many there are; what happened at sites within a
    settlement, such as the White House, counts at the settlement. Where no point is known of a place, the mark is at
    that of the country that contains it, and says “in”. A mark is empty when all its events are only claimed by a
    party. Two kinds of events at one place are marks on each other, with a number each.

    Args:
        since: only events that begin on this day or later.
        until: only events that end on this day or earlier.
        as_of: use only what was published by this day.
        tables: your own data frames by table name, instead of the dataset's tables.
        figsize: width and height in inches; by default 7 (a page), and None as height is what the content needs.
        link: makes the marks links in SVG: it is given {"location_id": …}, and returns an address, or None.

    Returns:
        The matplotlib figure. Both axes of a panel are in degrees, and a degree of longitude is as long as it is in
        the middle of the panel.

    Raises:
        InputError: for a table of another schema, or an `as_of` that is no day.
        MissingExtraError: when matplotlib is not installed.

    Example:
        >>> from summitry.plots import event_map
        >>> event_map().get_suptitle()
        'Events by place'
    """
    data = inputs.read(("event_reports", "events", "locations", "mentions", "statements"), as_of, tables)
    events = data["events"]
    data["events"] = events[within(events, since, until, days=("start_on", "end_on"))]
    return _map(data, captions.limited_to(since, until), as_of, figsize, link)


def spots(events: pd.DataFrame, locations: pd.DataFrame) -> pd.Series[Any]:
    """Return for each event the id of the place on whose point it is drawn, or a missing value.

    That is the event's place, or the nearest that contains it and has a point; a site counts at its settlement.
    """
    import pandas as pd

    rows: dict[Any, Any] = locations.set_index("location_id").to_dict("index")

    def chain(place: Any) -> list[str]:
        seen: list[str] = []
        while isinstance(place, str) and place not in seen and place in rows:
            seen.append(place)
            place = rows[place]["part_of_id"]
        return seen

    def spot(place: Any) -> str | None:
        around = chain(place)
        pointed = [p for p in around if not math.isnan(rows[p]["latitude"]) and not math.isnan(rows[p]["longitude"])]
        exact = [p for p in pointed if rows[p]["coordinate_precision"] in SPOT]
        if exact:
            return next((p for p in exact if rows[p]["coordinate_precision"] == "settlement"), exact[0])
        return pointed[0] if pointed else None

    return pd.Series([spot(place) for place in events["location_id"]], index=events.index, dtype="object")


def _map(
    data: Mapping[str, pd.DataFrame],
    days: str,
    as_of: Day | None,
    figsize: layout.Size | None,
    link: layout.Link | None,
) -> Figure:
    title = "Events by place"
    events = data["events"].assign(spot=spots(data["events"], data["locations"]))
    drawn = events[events["spot"].notna()]
    n_sources = _sources(drawn, data)
    notes = [
        OUTLINED,
        captions.thin(len(drawn), "event", n_sources),
        *_vague(events, data["locations"]),
        days,
        captions.source_line(len(drawn), "event", n_sources, as_of),
    ]
    if drawn.empty:
        return layout.nothing(layout.canvas(None, figsize), title, "No event whose place has coordinates.", notes[1:])
    marks = _marks(drawn, data["locations"])
    regions = _regions(marks)
    figure = layout.new_figure(layout.ample(figsize))
    narrow = figure.get_figwidth() < NARROW
    axes = _axes(figure, len(regions), narrow=narrow)
    for name, ax in zip(regions, axes, strict=True):
        _graticule(ax)
        ax.set_title(name if len(regions) > 1 else "", loc="left", fontsize=style.TEXT, weight="bold")
        ax.set(xlabel="Longitude", ylabel="Latitude")
    _key(axes[0], marks, 1 if narrow else 2)
    on = layout.Canvas(figure, axes[0], own=True, free=layout.fitted(figsize))
    stacked = len(axes) if narrow else 1 + BELOW * (len(axes) > 1)
    layout.finish(on, title, notes, HEIGHT * layout.width_inside(on), stacked)
    for _ in range(2):  # new limits may bring wider numbers to the side, and these narrower axes
        layout.lay_out(figure)
        for rows, ax in zip(regions.values(), axes, strict=True):
            _frame(ax, rows)
    for rows, ax in zip(regions.values(), axes, strict=True):
        _outlines(ax)
        _draw(ax, rows, link)
    return figure


def _outlines(ax: Axes) -> None:
    """Draw the coasts and borders that are inside of a panel, as one line with gaps, which matplotlib simplifies."""
    (west, east), (south, north) = ax.get_xlim(), ax.get_ylim()

    def inside(line: list[tuple[float, float]]) -> bool:
        xs, ys = zip(*line, strict=True)
        return bool(min(xs) <= east and max(xs) >= west and min(ys) <= north and max(ys) >= south)

    for kind, look in OUTLINES.items():
        points = [point for line in outlines()[kind] if inside(line) for point in (*line, GAP)]
        ax.plot(*zip(*points, strict=True), **look, zorder=0.8, gid=kind, scalex=False, scaley=False)


@cache
def outlines() -> dict[str, list[list[tuple[float, float]]]]:
    """Return the lines of each kind ("coast" and "border"): longitude and latitude of their points."""
    found: dict[str, list[list[tuple[float, float]]]] = {kind: [] for kind in OUTLINES}
    with Path(__file__).with_name("outlines.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            pairs = (point.split() for point in row["points"].split(";"))
            found[row["kind"]].append([(float(x), float(y)) for x, y in pairs])
    return found


def _sources(drawn: pd.DataFrame, data: Mapping[str, pd.DataFrame]) -> int:
    """Return the number of documents with statements that report the events or are made at them."""
    reports, statements, mentions = (data[name] for name in ("event_reports", "statements", "mentions"))
    reporting = reports.loc[reports["event_id"].isin(drawn["event_id"]), "statement_id"]
    made = statements.loc[statements["occasion_id"].isin(drawn["event_id"]), "statement_id"]
    return int(mentions.loc[mentions["statement_id"].isin({*reporting, *made}), "source_id"].nunique())


def _vague(events: pd.DataFrame, locations: pd.DataFrame) -> list[str]:
    """Return the notes on the events that are on no point, or on that of a country."""
    called = dict(zip(locations["location_id"], locations["name"], strict=True))
    exact = locations.loc[locations["coordinate_precision"].isin(SPOT), "location_id"]
    there = events[events["location_id"].notna()]
    inside = there[there["spot"].notna() & ~there["spot"].isin(exact) & (there["spot"] != there["location_id"])]
    unknown = there[there["spot"].isna()]
    nowhere = len(events) - len(there)
    at_country = "At the point of a country, as that of the place is not known"
    return [
        f"{at_country}: {_counted(inside, called)}." if len(inside) else "",
        f"Not drawn, as no place is given: {words.counted(nowhere, 'event')}." if nowhere else "",
        f"Not drawn, as the place has no coordinates: {_counted(unknown, called)}." if len(unknown) else "",
    ]


def _counted(events: pd.DataFrame, called: Mapping[str, str]) -> str:
    """Return the places of events, each with its number of events, those with most first."""
    counts = events["location_id"].map(called).value_counts()
    return captions.listed([f"{name} ({n})" for name, n in sorted(counts.items(), key=lambda x: (-x[1], str(x[0])))])


def _marks(drawn: pd.DataFrame, locations: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each mark: spot, family, n, claimed (whether all are only claimed), name, x and y."""
    families = {c.value: FAMILIES[c.group] for c in schema.package().table("events")["kind"].categories}
    family = drawn["kind"].astype("str").map(families)
    claimed = drawn["status"].astype("str") == "claimed"
    grouped = drawn.assign(family=family, claimed=claimed).groupby(["spot", "family"])["claimed"].agg(["size", "all"])
    marks = grouped.set_axis(["n", "claimed"], axis=1).reset_index().sort_values(["n", "spot"], ascending=[False, True])
    places = locations.set_index("location_id").loc[marks["spot"]]
    exact = places["coordinate_precision"].isin(SPOT).to_numpy()
    at = {"name": "name", "x": "longitude", "y": "latitude"}
    return marks.assign(exact=exact, **{new: places[old].to_numpy() for new, old in at.items()})


def _regions(marks: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the marks of each part of the world that has any, the one with most events first."""
    found = {}
    for name, (west, east, south, north) in REGIONS.items():
        rows = marks[(marks["x"] >= west) & (marks["x"] < east) & (marks["y"] >= south) & (marks["y"] < north)]
        if len(rows):
            found[name] = rows
    return dict(sorted(found.items(), key=lambda item: -int(item[1]["n"].sum())))


def _axes(figure: Figure, panels: int, *, narrow: bool) -> list[Axes]:
    """Return the axes of the panels: the first above, as wide as the row of the others, or all in one column."""
    if narrow or panels == 1:
        return list(figure.subplots(panels, 1, squeeze=False)[:, 0])
    grid = figure.add_gridspec(2, panels - 1, height_ratios=[1, BELOW])
    return [figure.add_subplot(grid[0, :]), *(figure.add_subplot(grid[1, i]) for i in range(panels - 1))]


def diameter(n: int) -> float:
    """Return the size in points of a mark of so many events."""
    return float(SMALLEST + GROWTH * math.sqrt(n))


def _graticule(ax: Axes) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    room = ax.get_window_extent().width / placement.in_dots(ax, 1, 1)[0]
    for axis, ends, most in ((ax.xaxis, "WE", room / LONGITUDE), (ax.yaxis, "SN", LINES)):
        axis.set_major_locator(MaxNLocator(nbins=int(min(most, LINES)), steps=[1, 2, 3, 5, 10], integer=True))
        axis.set_major_formatter(FuncFormatter(lambda x, _, ends=ends: degrees(x, ends)))
    ax.grid(visible=True, color=style.PALE, linewidth=0.6)
    ax.tick_params(length=0)
    ax.spines[:].set(visible=True, color=style.PALE)


def degrees(x: float, ends: str) -> str:
    """Return a longitude ("WE") or latitude ("SN") as it is written on a map: 30° E."""
    turned = (x + 180) % 360 - 180 if ends == "WE" else x
    return f"{abs(turned):g}°" + (f" {ends[int(turned > 0)]}" if turned else "")


def _key(ax: Axes, marks: pd.DataFrame, columns: int) -> None:
    """Explain the marks above the largest panel and its name."""
    entries = [style.key_entry(mark, 9) for family, mark in KINDS.items() if (marks["family"] == family).any()]
    if marks["claimed"].any():
        entries.append(style.key_entry(style.Mark("empty: only claimed by a party", "o", style.INK, "none"), 9))
    ax.legend(
        handles=entries,
        loc="lower left",
        bbox_to_anchor=(0, 1),
        ncols=columns,
        borderpad=0,
        borderaxespad=0,
        bbox_transform=ax.transAxes + layout.moved(ax, 0, KEY_ABOVE),
        handletextpad=0.3,
    )


def _frame(ax: Axes, rows: pd.DataFrame) -> None:
    """Show all places of a panel, at a scale at which a degree of longitude is as long as it is in their middle."""
    box = ax.get_window_extent()
    edge = 2 * CLEAR * placement.in_dots(ax, 1, 1)[0]
    middle = [(rows[axis].min() + rows[axis].max()) / 2 for axis in ("x", "y")]
    spans = [max(rows[axis].max() - rows[axis].min(), LEAST_SPAN) for axis in ("x", "y")]
    slim = math.cos(math.radians(middle[1]))  # so long is a degree of longitude in degrees of latitude
    scale = max(spans[0] * slim / (box.width - edge), spans[1] / (box.height - edge))
    half = (box.width * scale / slim / 2, box.height * scale / 2)
    ax.set_xlim(middle[0] - half[0], middle[0] + half[0])
    beyond = max(middle[1] + half[1] - POLE, 0) + min(middle[1] - half[1] + POLE, 0)
    ax.set_ylim(middle[1] - half[1] - beyond, middle[1] + half[1] - beyond)


def _draw(ax: Axes, rows: pd.DataFrame, link: layout.Link | None) -> None:
    """Draw the marks of a panel at their places, and the names beside them."""
    named = []
    for spot, place in rows.groupby("spot", sort=False):
        address = link({"location_id": str(spot)}) if link else None
        size = math.inf
        for _, row in place.iterrows():
            size = min(diameter(row["n"]), WITHIN * size)
            mark = replace(KINDS[row["family"]], fill="none" if row["claimed"] else "full")
            gid = f"{row['spot']}:{row['family']}"
            ax.plot([row["x"]], [row["y"]], **style.marker_style(mark, size), zorder=3, gid=gid, url=address)
        first = place.iloc[0]
        named.append(placement.Named(place_name(place), first["x"], first["y"], diameter(first["n"]) * 0.6))
    placement.place(ax, named)


def place_name(rows: pd.DataFrame) -> str:
    """Return the name of a place with its numbers, each with its sign if there are several."""
    name = rows["name"].iloc[0] if rows["exact"].iloc[0] else f"in {rows['name'].iloc[0]}"
    if len(rows) == 1:
        return f"{name} {rows['n'].iloc[0]}"
    signs = [f"{SIGNS[row['family']][int(row['claimed'])]}{row['n']}" for _, row in rows.iterrows()]
    return f"{name} {' '.join(signs)}"
