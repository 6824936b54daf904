"""Positions of actors on demands, as a matrix in which colour, hatching and numbers mean the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from summitry import schema
from summitry.analysis import inputs, stance_matrix
from summitry.analysis.selection import SELF, attributions
from summitry.analysis.stances import observations, reporting_sources
from summitry.dataset.arguments import checked
from summitry.errors import InputError
from summitry.plots import captions, layout, style, timeline

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from summitry.analysis.inputs import Tables
    from summitry.dataset.query import Day


@dataclass(frozen=True)
class Shade:
    """The drawing of a balance: up to which mean sign, what it is called, its colour, hatch and the ink on it."""

    up_to: float
    label: str
    colour: str
    hatch: str
    ink: str


@dataclass(frozen=True)
class Cell:
    """A cell in which something was said: its column and row, its numbers and its shade."""

    x: int
    y: int
    text: str
    shade: Shade


MOSTLY = 1 / 3  # of the way from balance to one side
SHADES = (
    Shade(-1 + 1e-9, "only against", style.ORANGE, "///", "black"),
    Shade(-MOSTLY, "mostly against", "#FAE6BC", "///", "black"),
    Shade(MOSTLY, "balanced or left open", "white", "", "black"),
    Shade(1 - 1e-9, "mostly for", "#BFE1F6", "", "black"),
    Shade(1.0, "only for", style.BLUE, "", "white"),
)
SIGNS = {"for": "+", "open": "±", "against": "\N{MINUS SIGN}"}
LEGEND = ", ".join(f"{sign} {name}" for sign, name in zip(SIGNS.values(), ("for", "left open", "against"), strict=True))
VALUES = ("count", *SIGNS, "mean")
NAMES = {
    "holder": "Holder of the position",
    "speaker": "Speaker",
    "party": "Party",
    "demand": "Demand",
    "whole": "Demand",
    "issue": "Issue",
}
ACTORS, LEVELS = ("party", "holder", "speaker"), ("demand", "whole", "issue")
AXES = (*ACTORS, *LEVELS)
UNITS = {
    "statement": "Numbers count statements",
    "source": "Numbers count documents",
    "day": "Numbers count days",
    "week": "Numbers count weeks",
    "range": "Each position counts once",
}
FREE, ASIDE = 0.05, 0.2  # of a cell: between cells, and between the last and the names of issues
KEY_WIDTH, KEY_BELOW = 420.0, 10.0  # points that the key may be wide even below few columns, and below the rows
SLANT = 1.7  # a line of a name at 45 degrees takes √2 of its height across, and a little air
SHORT_LIST = 170  # characters of names in a note
CELL, LEAST_WIDTH, MARGIN = 17.0, 30.0, 8.0  # points: height of a cell, its width at least, free beside its numbers
LABEL_WIDTH, HEAD_WIDTH, LINE = 210.0, 120.0, 11.0  # points of the names at the side and above; a line of them


@checked
def stance_heatmap(  # noqa: PLR0913 - what `stance_matrix` takes, and what a picture takes
    rows: str = "demand",
    columns: str = "party",
    attribution: str | Sequence[str] | None = SELF,
    unit: str = "statement",
    *,
    max_rows: int = 25,
    max_columns: int = 14,
    as_of: Day | None = None,
    tables: Tables | None = None,
    ax: Axes | None = None,
    figsize: tuple[float, float] | None = None,
) -> Figure:
    """Draw how strongly each actor is for or against each demand.

    The numbers in a cell count statements (or other units): plus for the demand, plus-minus leaving it open, minus
    against it. What follows from other demands is not counted, and a joint statement counts for the group. The colour
    is their balance, and hatching goes with what is against; by issue there is no balance. An empty place means that
    nothing was said.

    Args:
        rows: what goes down: a level of demands ("demand", "whole" or "issue") or a kind of actor ("party",
            "holder" or "speaker"), as in `summitry.stance_matrix`.
        columns: what goes across: the other of the two.
        attribution: whose words count: one or several of self, adversary, third_party, narrator; None for all. By
            default nobody is given a position that others say he has.
        unit: what is counted: "statement", "source", "day", "week" or "range", as in `summitry.stance_matrix`.
        max_rows: so many rows, those with most; a note names the others.
        max_columns: so many columns, those with most; a note names the others.
        as_of: use only what was published by this day.
        tables: your own data frames by table name, instead of the dataset's tables.
        ax: axes to draw on instead of a new figure.
        figsize: width and height in inches instead of what the content needs.

    Returns:
        The matplotlib figure.

    Raises:
        UnknownNameError: for rows, columns, attribution or unit that do not exist.
        InputError: when rows and columns are both demands or both actors, for a table of another schema, or an `as_of`
            that is no day.
        MissingExtraError: when matplotlib is not installed.

    Example:
        >>> from summitry.plots import stance_heatmap
        >>> stance_heatmap(rows="issue", columns="party").get_suptitle()
        'Positions by issue and party'
    """
    layout.require()
    asked = {"attribution": attribution, "unit": unit, "as_of": as_of, "tables": tables}
    values = {v: _matrix(rows, columns, v, asked) for v in VALUES}
    called = _matrix(rows, columns, "count", {**asked, "labels": True})
    names = [dict(zip(ids, of, strict=True)) for ids, of in zip(values["count"].axes, called.axes, strict=True)]
    issues = (
        inputs.table("demands", as_of, tables).set_index("demand_id")["issue"] if rows in ("demand", "whole") else None
    )
    title = f"Positions by {rows} and {columns}"
    said = schema.package().table("stances")["attribution"].marks
    whose = f"Whose words: {', '.join(said[a].label for a in attributions(attribution))}."
    last = _basis(attribution, as_of, tables)
    with style.drawing():
        on = layout.canvas(ax, figsize)
        if values["count"].empty:
            return layout.nothing(on, title, "No stance of this attribution.", [whose, *last])
        down, across = _shown(values["count"], max_rows, max_columns, issues)
        cells = _cells({value: frame.loc[down, across] for value, frame in values.items()})
        size = _draw(on.ax, cells, [names[0][row] for row in down], [names[1][column] for column in across])
        _key(on.ax, cells, layout.room(on, max(size[0], KEY_WIDTH), LABEL_WIDTH))
        _axis_names(on.ax, NAMES[rows], NAMES[columns])
        if issues is not None:
            _issues(on.ax, [str(issues[row]) for row in down], len(across))
        left_out = _left_out(values["count"], (down, across), names, (rows, columns))
        layout.finish(on, title, [f"{UNITS[unit]}: {LEGEND}. {whose}", *left_out, *last], size)
        return on.figure


def _matrix(rows: str, columns: str, value: str, asked: dict[str, Any]) -> pd.DataFrame:
    """Return the matrix of a value as it is drawn, of what is coded; by issue there is no balance to draw."""
    inputs.choice("axis", rows, AXES)
    inputs.choice("axis", columns, AXES)
    by, level = (columns, rows) if rows in LEVELS else (rows, columns)
    if by not in ACTORS or level not in LEVELS:
        raise InputError(f"rows and columns are {rows!r} and {columns!r}; give a kind of actor and a level of demands.")
    balance = value == "mean" and level == "issue"
    matrix = stance_matrix.stance_matrix(
        value="count" if balance else value, by=by, level=level, groups="whole", infer=level == "whole", **asked
    )
    matrix = matrix * 0 if balance else matrix
    return matrix.T if rows in LEVELS else matrix


def _basis(attribution: str | Sequence[str] | None, as_of: Day | None, tables: Tables | None) -> list[str]:
    """Return the note on thin data and the source line."""
    seen = observations(attribution, by="holder", groups="whole", infer=False, as_of=as_of, tables=tables)[
        "statement_id"
    ]
    reporting = reporting_sources(as_of, tables)
    sources = int(reporting.loc[reporting["statement_id"].isin(seen), "source_id"].nunique())
    return [captions.thin(len(seen), "stance", sources), captions.source_line(len(seen), "stance", sources, as_of)]


def _shown(
    count: pd.DataFrame, most_rows: int, most_columns: int, issues: pd.Series[Any] | None
) -> tuple[list[str], list[str]]:
    """Return the rows and columns with most, the rows by issue where there are issues."""
    across = _ranked(count.sum())[:most_columns]
    totals = count[across].sum(axis=1)
    down = [row for row in _ranked(totals) if totals[row]][:most_rows]
    if issues is not None:
        order = list(schema.package().table("demands")["issue"].enum)
        down = sorted(down, key=lambda row: order.index(str(issues[row])))
    return down, across


def _ranked(totals: pd.Series[Any]) -> list[str]:
    return sorted(totals.index, key=lambda name: (-totals[name], name))


def _left_out(
    count: pd.DataFrame, shown: tuple[list[str], list[str]], names: Sequence[dict[str, str]], of: tuple[str, str]
) -> Iterator[str]:
    """Yield a note on the rows, and one on the columns, for which there was no room."""
    for totals, kept, called, noun in zip((count.T.sum(), count.sum()), shown, names, of, strict=True):
        rest = [called[name] for name in _ranked(totals) if name not in kept]
        if rest:
            plural = noun if len(rest) == 1 else "parties" if noun == "party" else f"{noun}s"
            yield f"Left out for room, {len(rest)} {plural}: {captions.listed(rest, SHORT_LIST)}."


def cell_text(favour: int, left_open: int, against: int) -> str:
    """Return the numbers of a cell with their signs, without those that are zero."""
    counts = zip(SIGNS.values(), (favour, left_open, against), strict=True)
    return "".join(f"{sign}{n}" for sign, n in counts if n)


def _cells(values: dict[str, pd.DataFrame]) -> list[Cell]:
    """Return the cells in which something was said."""
    number = {value: frame.astype("float64").to_numpy().tolist() for value, frame in values.items()}
    return [
        Cell(
            x,
            y,
            cell_text(*(int(number[value][y][x]) for value in SIGNS)),
            next(shade for shade in SHADES if number["mean"][y][x] <= shade.up_to),
        )
        for y, row in enumerate(number["count"])
        for x, n in enumerate(row)
        if n
    ]


def _draw(ax: Axes, cells: Sequence[Cell], down: Sequence[str], across: Sequence[str]) -> tuple[float, float]:
    """Draw the cells and write the names; return the width and height in points that the axes need."""
    from matplotlib.patches import Rectangle
    from matplotlib.patheffects import withStroke

    for cell in cells:
        where = (cell.x + FREE, cell.y + FREE)
        ax.add_patch(Rectangle(where, 1 - 2 * FREE, 1 - 2 * FREE, **_look(cell.shade), gid="cell"))
        ax.text(
            cell.x + 0.5,
            cell.y + 0.5,
            cell.text,
            ha="center",
            va="center_baseline",
            fontsize=style.SMALL,
            color=cell.shade.ink,
            gid="count",
            path_effects=[withStroke(linewidth=3, foreground=cell.shade.colour)],  # no hatching in the numbers
        )
    side = [layout.wrapped(name, LABEL_WIDTH, style.TEXT) for name in down]
    head = [layout.wrapped(name, HEAD_WIDTH, style.TEXT) for name in across]
    ax.set(xlim=(0, len(across)), ylim=(len(down), 0))
    ax.set_yticks([y + 0.5 for y in range(len(down))], side)
    ax.set_xticks([x + 0.5 for x in range(len(across))], head, rotation=45, ha="left", rotation_mode="anchor")
    ax.tick_params(length=0)
    widest = max(layout.width_of(cell.text, style.SMALL) for cell in cells)
    width = max(LEAST_WIDTH, widest + MARGIN, _lines(head) * LINE * SLANT)
    return width * len(across), max(CELL, _lines(side) * LINE + 2) * len(down)


def _lines(names: Sequence[str]) -> int:
    return max(name.count("\n") for name in names) + 1


def _look(shade: Shade) -> dict[str, Any]:
    return {"facecolor": shade.colour, "hatch": shade.hatch, "edgecolor": style.INK, "linewidth": 0.5}


def _key(ax: Axes, cells: Sequence[Cell], width: float) -> None:
    from matplotlib.patches import Patch

    used = {cell.shade for cell in cells}
    entries = [Patch(**_look(shade), label=shade.label) for shade in reversed(SHADES) if shade in used]
    timeline.key(ax, entries, width=width, below=KEY_BELOW)


def _axis_names(ax: Axes, down: str, across: str) -> None:
    ax.xaxis.tick_top()
    ax.xaxis.set_label_position("top")
    ax.set_xlabel(across, loc="left")
    ax.set_ylabel(down, rotation=0, ha="right", va="bottom")
    ax.yaxis.set_label_coords(-0.01, 1.0)
    ax.spines[:].set_visible(False)


def _issues(ax: Axes, issues: Sequence[str], across: int) -> None:
    """Draw a line between the rows of one issue and of the next, and name the issues at the right."""
    labels = schema.package().table("demands")["issue"].labels
    starts = [i for i, issue in enumerate(issues) if i == 0 or issue != issues[i - 1]]
    for start, end in zip(starts, [*starts[1:], len(issues)], strict=True):
        if start:
            ax.plot([0, across + ASIDE], [start, start], color=style.GREY, linewidth=0.6, clip_on=False, gid="issue")
        ax.text(
            across + ASIDE,
            (start + end) / 2,
            labels[issues[start]],
            ha="left",
            va="center",
            fontsize=style.SMALL,
            style="italic",
            gid="issue",
        )
