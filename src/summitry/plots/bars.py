"""How much each demand is supported and opposed, as bars to both sides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from summitry.analysis.selection import SELF, analysis
from summitry.analysis.stances import DIRECTIONS, observations, relations_of
from summitry.plots import demands, layout, style, timeline

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Unpack

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from summitry.analysis.selection import Attribution, By, Chosen, Groups
    from summitry.dataset.arguments import Unit
    from summitry.dataset.entailment import Relation

EDGE: dict[str, Any] = {"edgecolor": style.INK, "linewidth": 0.5}
LOOKS: dict[str, dict[str, Any]] = {
    "for": {"facecolor": style.BLUE, **EDGE},
    "open": {"facecolor": "white", **EDGE},
    "against": {"facecolor": style.VERMILLION, "hatch": "////", **EDGE},
}
LABELS = {"for": "for", "open": demands.OPEN, "against": "against"}
THICK = 9.0  # points of a bar
DEMANDS = 24  # at most, unless more are asked for
BELOW = 20.0  # points from the axes to the key


@analysis
@layout.picture
def demand_bars(  # noqa: PLR0913 - what an analysis takes, and what a picture takes
    attribution: Attribution | Sequence[Attribution] | None = SELF,
    unit: Unit = "range",
    *,
    by: By = "party",
    groups: Groups = "members",
    infer: bool | Relation | Sequence[Relation] = True,
    max_demands: int | None = None,
    ax: Axes | None = None,
    figsize: tuple[float, float | None] | None = None,
    link: Callable[[Mapping[str, str]], str | None] | None = None,
    **chosen: Unpack[Chosen],
) -> Figure:
    """Draw for each demand how many parties are for it, on a condition or leave it open, and are against it.

    Bars to the right are for the demand, bars to the left against it. What is neither, on a condition or left open, is
    white, half of it on each side of the line. By default a party counts once for each side that it ever takes, so that
    one that moved is on both; with `unit="statement"` it counts as often as it says so, and bars show who spoke most
    too. Of a pair of contraries one demand counts for both. It is the bar plot of agreement and disagreement of the
    Discourse Network Analyzer and rDNA, with what is neither in between.

    Args:
        unit: what is counted: "range" (each actor once for each side), "statement", "source", "day" or "week", as in
            `summitry.stance_matrix`.
        max_demands: at most this many demands: those on which actors contradict each other most, then those with most;
            by default as many as a page has room for, and 24 at most. A note names the others.
        ax: axes to draw on instead of a new figure.
        figsize: width and height in inches; by default 7 (a page), and None as height is what the content needs.
        link: makes the bars links in SVG: it is given {"demand": …}, and returns an address, or None for no link.
        attribution, by, groups, infer, holder, party, speaker, demand, issue: as in `summitry.positions`.
        addressee, narrators, since, until, dating, as_of, tables: as in `summitry.positions`.

    Returns:
        The matplotlib figure.

    Raises:
        UnknownNameError: for an option, or a value of one, that does not exist.
        InputError: as in `summitry.positions`.
        MissingExtraError: when matplotlib is not installed.

    Source:
        Leifeld (2017), cited in full in `summitry.analysis.discourse`; the function `dna_barplot` of rDNA.

    Example:
        >>> from summitry.plots import demand_bars
        >>> demand_bars(issue="territory").get_suptitle()
        'For and against each demand, by number of parties'
    """
    asked: dict[str, Any] = {"attribution": attribution, "by": by, "groups": groups, "infer": relations_of(infer)}
    seen = observations(fold=True, **asked, **chosen)
    frames, said = demands.counts(seen, "demand", unit, asked, chosen)
    disputed = demands.disputes(said["for"], said["against"])
    sums = {side: frame.sum() for side, frame in frames.items()}
    counts = {str(d): {side: int(sums[side][d]) for side in DIRECTIONS} for d in sums["for"].index}
    basis = demands.basis(seen, chosen)
    what = f"number of {demands.PLURALS[by]}" if unit == "range" else demands.COUNTED[unit]
    title = f"For and against each demand, by {what}"
    names, issues = demands.labels("demand", chosen), demands.issues(chosen)
    totals = {d: sum(of.values()) for d, of in counts.items()}

    def draw(on: layout.Canvas, most: int) -> Figure:
        if not counts:
            return layout.nothing(on, title, "No stance of this attribution.", [demands.whose(attribution), *basis])
        shown = demands.selected(totals, demands.amounts(said), disputed, issues, most)
        height = _bars(on, {d: counts[d] for d in shown}, names, issues, link)
        rest = [names[d] for d in sorted(totals, key=lambda d: (-totals[d], d)) if d not in shown]
        on.ax.set_xlabel("← against | for →", loc="left")
        notes = [
            f"{demands.UNITS[unit]}: {demands.ORDER}. {demands.whose(attribution, groups)}",
            "Of the white part, half is drawn to each side of the line.",
            demands.chosen_note(shown, totals, disputed),
            demands.left_out(rest, "demand"),
            *basis,
        ]
        layout.finish(on, title, notes, height)
        return on.figure

    return layout.on_a_page(draw, DEMANDS, max_demands, ax, figsize)


def _bars(
    on: layout.Canvas,
    counts: Mapping[str, Mapping[str, int]],
    names: Mapping[str, str],
    issues: Mapping[str, str],
    link: layout.Link | None,
) -> float:
    """Draw the bars and write the names; return the height in points that the axes need."""
    from matplotlib.patches import Patch

    rows = demands.lay_rows(on, "Demand", [names[d] for d in counts], [issues[d] for d in counts])
    for middle, (demand, of) in zip(rows.middles, counts.items(), strict=True):
        address = link({"demand": demand}) if link else None
        start = -of["against"] - of["open"] / 2
        for direction in reversed(DIRECTIONS):
            if of[direction]:
                on.ax.barh(middle, of[direction], THICK, left=start, **LOOKS[direction], gid=direction, url=address)
            start += of[direction]
        on.ax.text(
            1,
            middle,
            demands.cell_text(*(of[d] for d in DIRECTIONS)),
            transform=on.ax.get_yaxis_transform(),
            ha="right",
            va="center_baseline",
            fontsize=style.SMALL,
            gid="count",
            url=address,
            in_layout=False,
        )
    width = layout.room(on, layout.beside(on))
    numbers = layout.width_of(demands.cell_text(10, 10, 10), style.SMALL) + 2 * demands.MARGIN
    left = max(of["against"] + of["open"] / 2 for of in counts.values())
    right = max(of["for"] + of["open"] / 2 for of in counts.values())
    on.ax.set(xlim=(-left * 1.05, right + (left + right) * numbers / max(width - numbers, numbers)), xticks=[])
    on.ax.axvline(0, color=style.INK, linewidth=0.6, zorder=0.5)
    used = [d for d in reversed(DIRECTIONS) if any(of[d] for of in counts.values())]
    entries = [Patch(**LOOKS[d], label=LABELS[d]) for d in used]
    timeline.key(on.ax, entries, width=width, below=BELOW)
    return rows.end
