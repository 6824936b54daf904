"""Positions of actors on demands, as a matrix in which colour, hatching and numbers mean the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from summitry.analysis import inputs
from summitry.analysis.selection import SELF, analysis, source
from summitry.analysis.stance_matrix import LEVELS
from summitry.analysis.stances import DIRECTIONS, observations, relations_of
from summitry.errors import InputError, choice
from summitry.plots import demands, layout, style, timeline

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Unpack

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from summitry.analysis.selection import Attribution, Chosen, Groups
    from summitry.dataset.arguments import Unit
    from summitry.dataset.entailment import Relation


@dataclass(frozen=True)
class Shade:
    """The drawing of a balance: up to how much more for than against, what it is called, colour, hatch and ink."""

    up_to: float
    label: str
    colour: str
    hatch: str = ""
    ink: str = "black"


@dataclass(frozen=True)
class Cell:
    """A cell in which something was said: its column and row, its numbers and its shade."""

    x: int
    y: int
    text: str
    shade: Shade


MANY = 5  # more for than against, or the other way round, from which a cell is dark
SHADES = (
    Shade(-MANY, f"against, by {MANY} or more", style.VERMILLION, "////"),
    Shade(-2, f"against, by 2 to {MANY - 1}", "#EFA877", "///"),
    Shade(-1, "against, by 1", "#FBE3D2", "///"),
    Shade(0, f"balanced, {demands.OPEN}", "white"),
    Shade(1, "for, by 1", "#DCEDF8"),
    Shade(MANY - 1, f"for, by 2 to {MANY - 1}", "#8CC4E6"),
    Shade(float("inf"), f"for, by {MANY} or more", style.BLUE, "", "white"),
)
# by issue, for and against add up demands that are opposed to each other: the shade is how much is said
AMOUNTS = (
    Shade(1, "1 position", "#F2F2F2"),
    Shade(MANY - 1, f"2 to {MANY - 1} positions", "#D2D2D2"),
    Shade(float("inf"), f"{MANY} or more positions", "#A9A9A9"),
)
NAMES = {**demands.ACTORS, "demand": "Demand", "whole": "Demand", "issue": "Issue"}
FREE, GAP = 0.04, 1.0  # free beside a cell, as a part of its width, and above it, in points
ROWS = 20  # at most, unless more are asked for
KEY_BELOW = 8.0  # points between the last row and the key
BESIDE = 4.0  # points free beside the numbers of a cell, and the words above a column


@analysis
@layout.picture
def stance_heatmap(  # noqa: PLR0913 - what `stance_matrix` takes, and what a picture takes
    rows: str = "demand",
    columns: str = "party",
    attribution: Attribution | Sequence[Attribution] | None = SELF,
    unit: Unit = "statement",
    *,
    groups: Groups = "members",
    infer: bool | Relation | Sequence[Relation] | None = None,
    max_rows: int | None = None,
    max_columns: int = 14,
    ax: Axes | None = None,
    figsize: tuple[float, float | None] | None = None,
    link: Callable[[Mapping[str, str]], str | None] | None = None,
    **chosen: Unpack[Chosen],
) -> Figure:
    """Draw how strongly each actor is for or against each demand.

    The numbers in a cell count statements (or other units) for the demand, on a condition or leaving it open, and
    against it. The
    colour is how much more is for it than against it, and hatching goes with what is against. By issue the numbers
    add up demands that are opposed to each other, so there the shade is only how much is said. An empty place means
    that nothing is in the dataset, not that the actor has no position. Of a pair of contraries one demand counts for
    both.

    Args:
        rows: what goes down: a level of demands ("demand", "whole" or "issue") or a kind of actor ("party",
            "holder" or "speaker"), as in `summitry.stance_matrix`.
        columns: what goes across: the other of the two.
        attribution: whose words count: one or several of self, adversary, third_party, narrator; None for all. By
            default nobody is given a position that others say he has.
        unit: what is counted: "statement", "source", "day", "week" or "range", as in `summitry.stance_matrix`.
        infer: by which relations of demands one position counts for other demands, as in `summitry.stance_matrix`.
        max_rows: at most this many rows. Of demands, those on which the actors shown contradict each other most come
            first, then those with most; by default as many as a page has room for, and 20 at most. A note names the
            others.
        max_columns: at most this many columns, as far as there is room: of parties the belligerents first, then those
            with most; a note names the others.
        ax: axes to draw on instead of a new figure.
        figsize: width and height in inches; by default 7 (a page), and None as height is what the content needs.
        link: makes the cells links in SVG: it is given the ids of a cell by rows and columns, such as
            {"demand": …, "party": …}, and returns an address, or None for no link.
        groups, holder, party, speaker, demand, issue, addressee, narrators: as in `summitry.positions`.
        since, until, dating, as_of, tables: as in `summitry.positions`.

    Returns:
        The matplotlib figure.

    Raises:
        UnknownNameError: for rows, columns, attribution, unit or groups that do not exist.
        InputError: when rows and columns are both demands or both actors, and as in `summitry.positions`.
        MissingExtraError: when matplotlib is not installed.

    Example:
        >>> from summitry.plots import stance_heatmap
        >>> stance_heatmap(rows="issue", columns="party").get_suptitle()
        'Positions by issue and party'
    """
    by, level = _by_and_level(rows, columns)
    follow = relations_of(LEVELS[level][1] if infer is None else infer)
    asked: dict[str, Any] = {"attribution": attribution, "by": by, "groups": groups, "infer": follow}
    seen = observations(fold=True, **asked, **chosen)
    found, said = demands.counts(seen, level, unit, asked, chosen)
    basis = demands.basis(seen, chosen)
    title, whose = f"Positions by {rows} and {columns}", demands.whose(attribution, groups)
    counts = found if rows in demands.ACTORS else {side: frame.T for side, frame in found.items()}
    names = {**inputs.called("actors", *source(chosen)), **demands.labels(level, chosen)}
    issues = {} if level == "issue" else demands.issues(chosen)
    first = demands.belligerents(chosen)

    def draw(on: layout.Canvas, most: int) -> Figure:
        if counts["for"].empty:
            return layout.nothing(on, title, "No stance of this attribution.", [whose, *basis])
        total = counts["for"] + counts["open"] + counts["against"]
        disputed = demands.disputes(said["for"], said["against"])
        coded = demands.amounts(said)
        ranked = _ranked(total.sum(), columns, coded, disputed, issues, max_columns, first)
        across: list[str] = []
        down: list[str] = []
        for n in range(len(ranked), 0, -1):
            across = ranked[:n]
            if rows in LEVELS:
                of_shown = {side: frame.loc[across] for side, frame in said.items()}
                disputed = demands.disputes(of_shown["for"], of_shown["against"])
                coded = demands.amounts(of_shown)
            down = _ranked(total[across].sum(axis=1), rows, coded, disputed, issues, most, first)
            if _fit(across, names, {side: frame.loc[down] for side, frame in counts.items()}, on):
                break
        cells = _cells({side: frame.loc[down, across] for side, frame in counts.items()}, SHADES if issues else AMOUNTS)
        grouped = [issues[row] for row in down] if issues and rows in LEVELS else []
        places = demands.lay_rows(on, NAMES[rows], [names[row] for row in down], grouped)
        addresses = [link({rows: down[cell.y], columns: across[cell.x]}) if link else None for cell in cells]
        _draw(on, places, cells, [names[column] for column in across], addresses)
        _key(on.ax, cells, layout.room(on, layout.beside(on)))
        on.ax.set_xlabel(NAMES[columns], loc="left")
        level_shown, level_all = (down, total.index) if rows in LEVELS else (across, total.columns)
        rest = [_rest(total.T, down, names), _rest(total, across, names)]
        notes = [
            f"{demands.UNITS[unit]}: {demands.ORDER}. {whose}",
            demands.chosen_note(level_shown, level_all, disputed) if issues else "",
            *(demands.left_out(others, kind) for others, kind in zip(rest, (rows, columns), strict=True)),
            *basis,
        ]
        layout.finish(on, title, notes, places.end)
        return on.figure

    return layout.on_a_page(draw, ROWS, max_rows, ax, figsize)


def _by_and_level(rows: str, columns: str) -> tuple[str, str]:
    """Return the kind of actor and the level of demands, in whatever order they are given."""
    for given in (rows, columns):
        choice("axis", given, list(NAMES))
    by, level = (columns, rows) if rows in LEVELS else (rows, columns)
    if by not in demands.ACTORS or level not in LEVELS:
        raise InputError(f"rows and columns are {rows!r} and {columns!r}; give a kind of actor and a level of demands.")
    return by, level


def _ranked(
    totals: pd.Series[Any],
    kind: str,
    coded: Mapping[str, int],
    disputed: Mapping[str, int],
    issues: Mapping[str, str],
    most: int,
    first: frozenset[str],
) -> list[str]:
    """Return the rows or columns to show, of which there is something."""
    there = {str(name): int(n) for name, n in totals.items() if n}
    if kind in ("demand", "whole"):
        return demands.selected(there, coded, disputed, issues, most)
    return sorted(there, key=lambda name: (name not in first, -there[name], name))[:most]


def _rest(total: pd.DataFrame, shown: Sequence[str], names: Mapping[str, str]) -> list[str]:
    """Return the names of the columns that are not shown, those with most first."""
    sums = {str(name): int(n) for name, n in total.sum().items()}
    return [names[i] for i in sorted(sums, key=lambda i: (-sums[i], i)) if i not in shown]


def _fit(
    across: Sequence[str], names: Mapping[str, str], counts: Mapping[str, pd.DataFrame], on: layout.Canvas
) -> bool:
    """Return whether there is room for the columns."""
    least = (_least_width(names[column], [counts[side][column] for side in DIRECTIONS]) for column in across)
    return len(across) * max(least) <= layout.room(on, layout.beside(on))


def _least_width(name: str, numbers: Sequence[pd.Series[int]]) -> float:
    """Return the points that the widest numbers of a column and the longest word of its name need."""
    texts = [demands.cell_text(*map(int, said)) for said in zip(*numbers, strict=True) if any(said)]
    return max(layout.width_of(text, style.SMALL) for text in [*name.split(), *texts]) / layout.ROOM + BESIDE


def _cells(counts: Mapping[str, pd.DataFrame], shades: Sequence[Shade]) -> list[Cell]:
    """Return the cells in which something was said."""
    number = {side: frame.to_numpy().tolist() for side, frame in counts.items()}
    found = []
    for y, row in enumerate(number["for"]):
        for x in range(len(row)):
            said = [number[side][y][x] for side in DIRECTIONS]
            size = said[0] - said[2] if shades is SHADES else sum(said)
            if any(said):
                found.append(
                    Cell(x, y, demands.cell_text(*said), next(shade for shade in shades if size <= shade.up_to))
                )
    return found


def _draw(
    on: layout.Canvas,
    rows: demands.Rows,
    cells: Sequence[Cell],
    across: Sequence[str],
    addresses: Sequence[str | None],
) -> None:
    """Draw the cells and write the names of the columns."""
    from matplotlib.patches import Rectangle

    width = layout.room(on, layout.beside(on)) / len(across) - BESIDE / 2
    for cell, address in zip(cells, addresses, strict=True):
        where, size = (cell.x + FREE, rows.tops[cell.y] + GAP / 2), (1 - 2 * FREE, rows.heights[cell.y] - GAP)
        on.ax.add_patch(Rectangle(where, *size, **_look(cell.shade), gid="cell", url=address))
        on.ax.text(
            cell.x + 0.5,
            rows.middles[cell.y],
            cell.text,
            ha="center",
            va="center_baseline",
            fontsize=style.SMALL,
            color=cell.shade.ink,
            gid="count",
            url=address,
            in_layout=False,
            bbox=style.paper(cell.shade.colour) if cell.shade.hatch else None,
        )
    head = [layout.wrapped(name, width, style.SMALL) for name in across]
    on.ax.set_xlim(0, len(across))
    on.ax.xaxis.tick_top()
    on.ax.xaxis.set_label_position("top")
    on.ax.set_xticks([x + 0.5 for x in range(len(across))], head, fontsize=style.SMALL, linespacing=1.1)
    on.ax.tick_params(length=0)


def _look(shade: Shade) -> dict[str, Any]:
    return {"facecolor": shade.colour, "hatch": shade.hatch, "edgecolor": style.INK, "linewidth": 0.4}


def _key(ax: Axes, cells: Sequence[Cell], width: float) -> None:
    from matplotlib.patches import Patch

    used = {cell.shade for cell in cells}
    entries = [Patch(**_look(shade), label=shade.label) for shade in (*AMOUNTS, *reversed(SHADES)) if shade in used]
    timeline.key(ax, entries, width=width, below=KEY_BELOW)
