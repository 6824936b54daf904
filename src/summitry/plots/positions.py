"""Who took which position on one demand when: a mark for each stance, in the lane of its party."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from summitry import schema
from summitry.analysis import inputs, selection
from summitry.analysis.selection import SELF, analysis
from summitry.analysis.stances import n_sources, observations
from summitry.plots import captions, demands, layout, style, timeline

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from summitry.analysis.selection import Attribution, By, Chosen, Groups
    from summitry.dataset.entailment import Relation

LANES = 18  # at most, unless more are asked for
# direction → how a position is drawn that only follows from another demand
INFERRED = {
    "for": style.Mark("for (inferred)", "+", style.BLUE, "none"),
    "open": style.Mark("left open (inferred)", "|", style.ORANGE, "none"),
    "against": style.Mark("against (inferred)", "_", style.VERMILLION, "none"),
}


@analysis
@layout.picture
def position_timeline(  # noqa: PLR0913 - what an analysis takes, and what a picture takes
    demand: str,
    attribution: Attribution | Sequence[Attribution] | None = SELF,
    *,
    by: By = "party",
    groups: Groups = "whole",
    infer: bool | Relation | Sequence[Relation] = True,
    max_holders: int | None = None,
    ax: Axes | None = None,
    figsize: tuple[float, float | None] | None = None,
    link: Callable[[Mapping[str, str]], str | None] | None = None,
    **chosen: Any,
) -> Figure:
    """Draw who took which position on a demand when.

    Every stance is one mark, in the lane of the party (or holder, or speaker) and the column of the day on which it
    was stated. The shape and colour are the position, as on the site; an empty mark is on a condition or
    commits to nothing. What only follows from a position on another demand, such as the contrary, has thin marks. What
    others say of a party is drawn only on request, in lanes of its own. The order of marks above each other on a day
    is that of the codebook, since the hour is not known.

    Args:
        demand: the id of a demand.
        groups: "whole" draws a joint statement once, for the group, "members" for each member.
        max_holders: at most this many lanes, for those who most often have a position; by default as many as a page
            has room for, and 18 at most. A note names the others.
        ax: axes to draw on instead of a new figure.
        figsize: width and height in inches; by default 7 (a page), and None as height is what the content needs.
        link: makes the marks links in SVG: it is given {"statement_id": …}, and returns an address, or None.
        attribution, by, infer, holder, party, speaker, issue: as in `summitry.positions`.
        addressee, narrators, since, until, dating, as_of, tables: as in `summitry.positions`.

    Returns:
        The matplotlib figure.

    Raises:
        UnknownNameError: for an option, or a value of one, that does not exist.
        InputError: for a demand that does not exist, and as in `summitry.positions`.
        MissingExtraError: when matplotlib is not installed.

    Example:
        >>> from summitry.plots import position_timeline
        >>> position_timeline("ukraine-joins-nato").get_suptitle().startswith("Positions on “Ukraine joins NATO”")
        True
    """
    (demand,) = inputs.known("demands", [inputs.only("demand", demand)], chosen.get("tables"))
    asked: Chosen = {**chosen, "demand": demand}  # type: ignore[typeddict-item] # unknown options are refused
    as_of, tables = selection.source(asked)
    rows = observations(attribution, by=by, groups=groups, infer=infer, **asked)
    wanted = inputs.table("demands", as_of, tables).set_index("demand_id").loc[demand]
    title = f"Positions on “{wanted['label']}”"
    stances, documents = rows["stance_id"].nunique(), n_sources(rows, as_of, tables)
    source = captions.source_line(stances, "stance", documents, as_of)
    dated = timeline.dated(rows)
    undated = timeline.undated_note(len(rows) - len(dated), "stance")
    inferred = demands.inferred_note(int(rows["inferred_by"].notna().sum()), len(rows), "position")
    about = [f"The demand: {wanted['proposition']} {demands.whose(attribution, groups)}", inferred, undated]
    actors = inputs.called("actors", as_of, tables)
    thin = captions.thin(stances, "stance", documents)

    def draw(on: layout.Canvas, most: int) -> Figure:
        if dated.empty:
            return layout.nothing(on, title, "No stance with a day on this demand.", [*about, source])
        drawn = _draw(on, _in_lanes(dated), actors, demands.ACTORS[by], most, link)
        notes = [*about, thin, *drawn, source]
        layout.finish(on, f"{title}, {timeline.period(dated)}", notes, layout.height_of(on.ax))
        return on.figure

    return layout.on_a_page(draw, LANES, max_holders, ax, figsize)


def _in_lanes(dated: pd.DataFrame) -> pd.DataFrame:
    """Return the stances with their lanes: one for what an actor says itself, one for each kind of what others say."""
    said = dated["attribution"].astype("str")
    lane = dated["actor"].where(said == "self", dated["actor"] + inputs.SEPARATOR + said)
    return dated.assign(lane=lane, value=dated["position"].astype("object").fillna(dated["direction"].astype("object")))


def _draw(
    on: layout.Canvas,
    dated: pd.DataFrame,
    actors: Mapping[str, str],
    what: str,
    most: int,
    link: layout.Link | None,
) -> list[str]:
    """Draw the stances and the key; return the notes on what is left out and on ranges of days."""
    stances = schema.package().table("stances")
    marks, said = {**style.marks(stances["position"]), **INFERRED}, stances["attribution"].marks
    called = {}
    for lane in dated["lane"].unique():
        actor, _, attribution = lane.partition(inputs.SEPARATOR)
        called[lane] = actors[actor] + (f", {said[attribution].label}" if attribution else "")
    shown, rest = timeline.most_frequent(dated["lane"], called, most)
    own = [lane.partition(inputs.SEPARATOR)[0] for lane in shown]
    shown = dict(sorted(shown.items(), key=lambda item: own.index(item[0].partition(inputs.SEPARATOR)[0])))
    drawn = timeline.in_order(dated[dated["lane"].isin(shown)], marks)
    days = timeline.days_of(dated, timeline.ROOMY, on, shown)
    placed = timeline.lay_out(on, drawn, shown, days, what)
    timeline.draw(on.ax, placed, marks, days, link)
    used = [mark for position, mark in marks.items() if (drawn["value"] == position).any()]
    timeline.key(on.ax, [style.key_entry(mark) for mark in used], width=days.width)
    left_out = timeline.left_out_note(rest, "other lanes", len(dated) - len(drawn), "stance")
    return [left_out, timeline.column_note(days), timeline.order_note(placed, days), timeline.whisker_note(placed)]
