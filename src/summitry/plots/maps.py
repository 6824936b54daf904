"""A map of the events: natural coordinates, place names and a light graticule.

There are no outlines of countries. The well-kept packages that have them download them (cartopy, geodatasets,
regionmask) or no longer ship any (geopandas since 1.0), and every set of outlines takes a view on where Crimea
belongs, which this dataset does not.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from summitry import schema
from summitry.analysis import inputs
from summitry.dataset.arguments import checked
from summitry.plots import captions, layout, placement, style
from summitry.schema import words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from summitry.analysis.inputs import Tables
    from summitry.dataset.query import Day

# a panel for each part of the world that has events: its bounds are west, east, south and north
REGIONS = {
    "The Americas": (-180.0, -30.0, -60.0, 90.0),
    "Europe": (-30.0, 60.0, 34.0, 90.0),
    "Africa and the Near East": (-30.0, 60.0, -60.0, 34.0),
    "Asia and the Pacific": (60.0, 180.0, -60.0, 90.0),
}
# group of a kind of event → its mark
FAMILIES = {"meeting": "talks", "speech": "talks", "force": "force", "other": "other"}
KINDS = {
    "talks": style.Mark("meetings, visits, calls and public words", "o", style.SKY),
    "force": style.Mark("strikes, combat and control of territory", "s", style.ORANGE),
    "other": style.Mark("other", "D", style.YELLOW),
}
WIDTH, HEIGHT = 500.0, 290.0  # points of the panel with most events; the others are in a row below it,
BELOW = 0.55  # so high as a part of that
CLEAR = 18.0  # points between the outermost places and the edges
TIED = 3.0  # points; a mark farther from its place gets a line to it
KEY_ABOVE = 15.0  # points between the largest panel and the key
LEAST_SPAN = 8.0  # degrees that a panel shows at least
SMALLEST, GROWTH = 11.0, 2.2  # points: the diameter of a mark is smallest + growth · √events
LINES = 6  # at most so many spaces between lines of the graticule, each way
SPOT = ("site", "settlement")


@checked
def event_map(
    *,
    as_of: Day | None = None,
    tables: Tables | None = None,
    figsize: tuple[float, float | None] | None = None,
) -> Figure:
    """Draw where the events are, in a panel for each part of the world.

    Every event with a place counts in the number on a mark; what happened at sites within a settlement, such as the
    White House, counts at the settlement. An event whose place is known only as a region or country without
    coordinates is named in a note and drawn nowhere. A mark is empty when all its events are only claimed by a party.
    Marks of places that are close to each other are moved, with a line to the place.

    Args:
        as_of: use only what was published by this day.
        tables: your own data frames by table name, instead of the dataset's tables.
        figsize: width and height in inches; by default 7 (a page), and None as height is what the content needs.

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
    layout.require()
    data = inputs.read(("event_reports", "events", "locations", "mentions", "statements"), as_of, tables)
    with style.drawing():
        return _map(data, as_of, figsize)


def spots(events: pd.DataFrame, locations: pd.DataFrame) -> pd.Series[Any]:
    """Return for each event the id of the place on whose point it is drawn, or a missing value.

    That is the event's place, or a site or settlement that contains it; a site counts at its settlement.
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
        return around[0] if around and around[0] in pointed else None

    return pd.Series([spot(place) for place in events["location_id"]], index=events.index, dtype="object")


def _map(data: Mapping[str, pd.DataFrame], as_of: Day | None, figsize: tuple[float, float | None] | None) -> Figure:
    title = "Events by place"
    events = data["events"].assign(spot=spots(data["events"], data["locations"]))
    drawn = events[events["spot"].notna()]
    n_sources = _sources(drawn, data)
    notes = [
        "Numbers count events. Places are at their longitude and latitude; there are no outlines on purpose.",
        captions.thin(len(drawn), "event", n_sources),
        *_not_drawn(events, data["locations"]),
        captions.source_line(len(drawn), "event", n_sources, as_of),
    ]
    if drawn.empty:
        return layout.nothing(layout.canvas(None, figsize), title, "No event whose place has coordinates.", notes[1:])
    marks = _marks(drawn, data["locations"])
    regions = _regions(marks)
    figure = layout.new_figure(layout.ample(figsize))
    axes = _axes(figure, list(regions))
    for name, ax in zip(regions, axes, strict=True):
        _panel(ax, name if len(regions) > 1 else "")
    _key(axes[0], marks)
    on = layout.Canvas(figure, axes[0], own=True, free=layout.fitted(figsize))
    layout.finish(on, title, notes, HEIGHT, 1 + BELOW * (len(axes) > 1))
    for _ in range(2):  # new limits may bring wider numbers to the side, and these narrower axes
        figure.draw_without_rendering()
        for rows, ax in zip(regions.values(), axes, strict=True):
            _frame(ax, rows)
    for rows, ax in zip(regions.values(), axes, strict=True):
        _draw(ax, rows)
    return figure


def _sources(drawn: pd.DataFrame, data: Mapping[str, pd.DataFrame]) -> int:
    """Return the number of documents with statements that report the events or are made at them."""
    reports, statements, mentions = (data[name] for name in ("event_reports", "statements", "mentions"))
    reporting = reports.loc[reports["event_id"].isin(drawn["event_id"]), "statement_id"]
    made = statements.loc[statements["occasion_id"].isin(drawn["event_id"]), "statement_id"]
    return int(mentions.loc[mentions["statement_id"].isin({*reporting, *made}), "source_id"].nunique())


def _not_drawn(events: pd.DataFrame, locations: pd.DataFrame) -> list[str]:
    """Return the notes on the events that are on no point."""
    called = inputs.names(locations, "location_id", "name")
    nowhere = int(events["location_id"].isna().sum())
    vague = events[events["spot"].isna() & events["location_id"].notna()]["location_id"].map(called)
    places = [f"{name} ({n})" for name, n in sorted(vague.value_counts().items(), key=lambda x: (-x[1], str(x[0])))]
    return [
        f"Not drawn, as no place is given: {words.counted(nowhere, 'event')}." if nowhere else "",
        f"Not drawn, as the place has no coordinates: {captions.listed(places)}." if places else "",
    ]


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


def _axes(figure: Figure, regions: Sequence[str]) -> list[Axes]:
    """Return the axes of the panels: the first above, as wide as the row of the others below."""
    others = len(regions) - 1
    if not others:
        return [figure.add_subplot()]
    grid = figure.add_gridspec(2, others, height_ratios=[1, BELOW])
    return [figure.add_subplot(grid[0, :]), *(figure.add_subplot(grid[1, i]) for i in range(others))]


def _panel(ax: Axes, name: str) -> None:
    """Set up the axes and the graticule of one part of the world."""
    _graticule(ax)
    ax.set_title(name, loc="left", fontsize=style.TEXT, weight="bold")
    ax.set(xlabel="Longitude", ylabel="Latitude")


def diameter(n: int) -> float:
    """Return the size in points of a mark of so many events."""
    return float(SMALLEST + GROWTH * math.sqrt(n))


def radius(n: int) -> float:
    """Return how far in points a mark of so many events reaches, be it round or square."""
    return diameter(n) * 0.6


def _graticule(ax: Axes) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    for axis, ends in ((ax.xaxis, "WE"), (ax.yaxis, "SN")):
        axis.set_major_locator(MaxNLocator(nbins=LINES, steps=[1, 2, 3, 5, 10], integer=True))
        axis.set_major_formatter(FuncFormatter(lambda x, _, ends=ends: degrees(x, ends)))
    ax.grid(visible=True, color=style.PALE, linewidth=0.6)
    ax.tick_params(length=0)
    ax.spines[:].set(visible=True, color=style.PALE)


def degrees(x: float, ends: str) -> str:
    """Return a longitude ("WE") or latitude ("SN") as it is written on a map: 30° E."""
    turned = (x + 180) % 360 - 180 if ends == "WE" else x
    return f"{abs(turned):g}°" + (f" {ends[int(turned > 0)]}" if turned else "")


def _key(ax: Axes, marks: pd.DataFrame) -> None:
    """Explain the marks above the largest panel and its name."""
    entries = [style.key_entry(mark, 9) for family, mark in KINDS.items() if (marks["family"] == family).any()]
    if marks["claimed"].any():
        entries.append(style.key_entry(style.Mark("empty: only claimed by a party", "o", "white"), 9))
    ax.legend(
        handles=entries,
        loc="lower left",
        bbox_to_anchor=(0, 1),
        ncols=2,
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
    ax.set_ylim(middle[1] - half[1], middle[1] + half[1])


def _draw(ax: Axes, rows: pd.DataFrame) -> None:
    """Draw the marks and names of a panel; marks that would overlap are moved, with lines to their places."""
    true = [placement.in_points(ax, x, y) for x, y in zip(rows["x"], rows["y"], strict=True)]
    moved = placement.spread(true, [radius(n) for n in rows["n"]])
    named, seen = [], set()
    for (_, row), (x, y), (a, b) in zip(rows.iterrows(), moved, true, strict=True):
        shift = (x - a, y - b)
        _mark(ax, row, shift)
        name = "" if row["spot"] in seen else row["name"]
        named.append(placement.Named(name, row["x"], row["y"], radius(row["n"]), shift))
        seen.add(row["spot"])
    placement.place(ax, named)


def _mark(ax: Axes, row: pd.Series[Any], shift: tuple[float, float]) -> None:
    """Draw the mark of a place and its number, and a line to the place if it was moved."""
    at = (row["x"], row["y"])
    if math.hypot(*shift) > TIED:
        line = {"arrowstyle": "-", "linewidth": 0.6, "color": style.INK, "shrinkA": 0, "shrinkB": 0}
        ax.annotate("", at, shift, textcoords="offset points", arrowprops=line, zorder=2, gid="tie")
    look = style.marker_style(KINDS[row["family"]], diameter(row["n"]))
    if row["claimed"]:
        look["markerfacecolor"] = "white"
    move = ax.transData + layout.moved(ax, *shift)
    ax.plot([at[0]], [at[1]], **look, transform=move, zorder=3, gid=f"{row['spot']}:{row['family']}")
    ax.annotate(
        str(row["n"]),
        at,
        shift,
        textcoords="offset points",
        ha="center",
        va="center_baseline",
        fontsize=style.SMALL,
        zorder=4,
        gid="count",
    )
