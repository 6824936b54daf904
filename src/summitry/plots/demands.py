"""How often each demand is supported, left open and refused, and which demands a picture shows if not all fit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from summitry import schema, words
from summitry.analysis import inputs, stance_matrix
from summitry.analysis.selection import attributions, source
from summitry.analysis.stances import DIRECTIONS, n_sources, stated
from summitry.plots import captions, layout, style

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd

    from summitry.analysis.selection import Chosen

UNITS = {
    "statement": "Numbers count statements",
    "source": "Numbers count documents",
    "day": "Numbers count days",
    "week": "Numbers count weeks",
    "range": "Each side that a party takes counts once",
}
COUNTED = {
    "statement": "number of statements",
    "source": "number of documents",
    "day": "number of days",
    "week": "number of weeks",
}
ACTORS = {"party": "Party", "holder": "Holder of the position", "speaker": "Speaker"}
PLURALS = {"party": "parties", "holder": "holders", "speaker": "speakers"}
OPEN = "on a condition or left open"
ORDER = f"for · {OPEN} · against"
ROW, LINE, ISSUE = 15.0, 10.5, 14.0  # points: a row at least, a line of its name, the name of an issue
MARGIN = 7.0  # points free beside numbers
SHORT_LIST = 170  # characters of names in a note


@dataclass(frozen=True)
class Rows:
    """The places of the rows of a picture, from the top, in points."""

    tops: tuple[float, ...]
    heights: tuple[float, ...]
    end: float

    @property
    def middles(self) -> list[float]:
        """The middle of each row."""
        return [top + height / 2 for top, height in zip(self.tops, self.heights, strict=True)]


def basis(rows: pd.DataFrame, chosen: Chosen) -> list[str]:
    """Return the notes on what is inferred, on thin data and on the days, and the source line."""
    as_of, tables = source(chosen)
    stances, sources = rows["stance_id"].nunique(), n_sources(rows, as_of, tables)
    return [
        inferred_note(int(rows["inferred_by"].notna().sum()), len(rows), "position"),
        captions.thin(stances, "stance", sources),
        captions.limited_to(chosen.get("since"), chosen.get("until")),
        captions.source_line(stances, "stance", sources, as_of),
    ]


def inferred_note(inferred: int, whole: int, noun: str) -> str:
    """Return the note on how much of what is counted follows from positions on other demands."""
    if not inferred:
        return ""
    return f"Of {words.counted(whole, noun)}, {inferred:,} only follow from other demands; infer=False leaves them out."


def counts(
    rows: pd.DataFrame, level: str, unit: str, asked: Mapping[str, Any], chosen: Chosen
) -> tuple[dict[str, pd.DataFrame], dict[str, pd.DataFrame]]:
    """Return by direction how often each actor (a row) takes it on each demand, whole or issue (a column).

    The second are the same without what only follows from other demands. By them demands are ranked: what nobody speaks
    of is no dispute. A whole counts its parts in both.
    """
    how = {"by": asked["by"], "level": level, "follow": asked["infer"]}
    found = stance_matrix.matrices(rows, DIRECTIONS, unit, **how, **chosen)
    if level == "whole":
        return found, found
    said = stance_matrix.matrices(stated(rows), DIRECTIONS, unit, **how, **chosen)
    return found, {side: said[side].reindex_like(frame).fillna(0).astype("int64") for side, frame in found.items()}


def issues(chosen: Chosen) -> dict[str, str]:
    """Return the issue of each demand."""
    rows = inputs.table("demands", *source(chosen))
    return {str(d): str(i) for d, i in zip(rows["demand_id"], rows["issue"], strict=True)}


def belligerents(chosen: Chosen) -> frozenset[str]:
    """Return the actors that are at war, which a picture of parties shows first."""
    actors = inputs.table("actors", *source(chosen))
    return frozenset(actors.loc[actors["belligerent"].fillna(value=False).astype(bool), "actor_id"])


def labels(level: str, chosen: Chosen) -> dict[str, str]:
    """Return what each demand or issue is called."""
    if level == "issue":
        return dict(schema.package().table("demands")["issue"].labels)
    return inputs.called("demands", *source(chosen))


def disputes(favour: pd.DataFrame, against: pd.DataFrame) -> dict[str, int]:
    """Return how much actors (rows) contradict each other on each demand (a column).

    An actor has on balance so many for it or against it; of the sum of those for it and of those against it, it is the
    smaller. It is 0 where all are on one side.
    """
    balance = favour.to_numpy("int64") - against.to_numpy("int64")
    sides = zip(balance.clip(min=0).sum(axis=0).tolist(), balance.clip(max=0).sum(axis=0).tolist(), strict=True)
    return {str(demand): min(up, -down) for demand, (up, down) in zip(favour.columns, sides, strict=True)}


def amounts(counts: Mapping[str, pd.DataFrame]) -> dict[str, int]:
    """Return how much actors (rows) say on each demand (a column)."""
    whole = counts["for"] + counts["open"] + counts["against"]
    return {str(demand): int(n) for demand, n in whole.sum().items()}


def selected(
    totals: Mapping[str, int],
    said: Mapping[str, int],
    disputed: Mapping[str, int],
    issue: Mapping[str, str],
    most: int,
) -> list[str]:
    """Return the demands for which there is room: those most disputed, then those of which most is said, then the rest.

    They are by issue, in the order of the codebook, the most disputed first.
    """
    ranked = sorted((d for d in totals if totals[d]), key=lambda d: (-disputed[d], -said[d], -totals[d], d))
    order = list(schema.package().table("demands")["issue"].enum)
    return sorted(ranked[:most], key=lambda d: (order.index(issue[d]) if issue.get(d) in order else 0, ranked.index(d)))


def chosen_note(shown: Sequence[str], every: Iterable[str], disputed: Mapping[str, int]) -> str:
    """Return the note on which demands are shown."""
    if set(every) <= set(shown):
        return ""
    n = sum(map(bool, disputed.values()))
    return (
        f"Shown are the demands on which actors contradict each other most by what is coded "
        f"({sum(bool(disputed[d]) for d in shown)} of {n}), then those with most."
    )


def left_out(rest: Sequence[str], noun: str) -> str:
    """Return the note on the names for which there was no room."""
    counted = words.counted(len(rest), "demand" if noun == "whole" else noun, PLURALS.get(noun, ""))
    return f"Left out for room, {counted}: {captions.listed(rest, SHORT_LIST)}." if rest else ""


def whose(attribution: str | Sequence[str] | None, groups: str = "whole") -> str:
    """Return whose words count, and how a joint statement does, as sentences."""
    said = schema.package().table("stances")["attribution"].marks
    joint = " A joint statement counts for each member that is listed." if groups == "members" else ""
    return f"Whose words: {', '.join(said[a].label for a in attributions(attribution))}.{joint}"


def cell_text(favour: int, left_open: int, against: int) -> str:
    """Return the numbers of a cell: for, on a condition or left open, against."""
    return f"{favour} · {left_open} · {against}"


def lay_rows(on: layout.Canvas, what: str, names: Sequence[str], issue_of: Sequence[str] = ()) -> Rows:
    """Set up the vertical axis in points, with a name for each row and a heading for each issue.

    Rows of one issue follow one another. Return the places of the rows.
    """
    side = [layout.wrapped(name, layout.names_width(on), style.TEXT) for name in names]
    headings = schema.package().table("demands")["issue"].labels
    heights = [max(ROW, (name.count("\n") + 1) * LINE + 2) for name in side]
    tops: list[float] = []
    at = 0.0
    across = on.ax.get_yaxis_transform()
    for i, height in enumerate(heights):
        if issue_of and (i == 0 or issue_of[i] != issue_of[i - 1]):
            at += ISSUE
            on.ax.plot([0, 1], [at - 1, at - 1], color=style.GREY, linewidth=0.6, transform=across, gid="issue")
            look: dict[str, Any] = {"fontsize": style.SMALL, "style": "italic", "va": "baseline", "in_layout": False}
            on.ax.text(0, at - 3, headings[issue_of[i]], transform=across, gid="issue", **look)
        tops.append(at)
        at += height
    rows = Rows(tuple(tops), tuple(heights), at)
    on.ax.set_ylim(at, 0)
    on.ax.set_yticks(rows.middles, side, linespacing=1.1)
    on.ax.set_ylabel(what, rotation=0, ha="right", va="bottom")
    on.ax.yaxis.set_label_coords(-0.01, 1.0)  # above the names
    on.ax.tick_params(length=0)
    on.ax.spines[:].set_visible(False)
    return rows
