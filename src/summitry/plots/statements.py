"""Who spoke when: a mark for each statement, in the lane of its speaker."""

from __future__ import annotations

from typing import TYPE_CHECKING

from summitry import schema
from summitry.analysis import inputs
from summitry.analysis.selection import analysis, said, source
from summitry.plots import captions, layout, style, timeline
from summitry.words import short_day

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Unpack

    import pandas as pd
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from summitry.analysis.selection import Chosen
    from summitry.dataset.days import Day
    from summitry.plots.timeline import Days

SPEAKERS = 15  # lanes at most, unless more are asked for


@analysis
@layout.picture
def statement_timeline(
    *,
    events: Sequence[str] | None = None,
    max_speakers: int | None = None,
    max_events: int = 10,
    ax: Axes | None = None,
    figsize: tuple[float, float | None] | None = None,
    link: Callable[[Mapping[str, str]], str | None] | None = None,
    **chosen: Unpack[Chosen],
) -> Figure:
    """Draw who spoke when, with the events of those days.

    Every statement is one mark, in the lane of its speaker and the column of its day; its shape and colour are its
    act. Statements without an exact day are on the last possible day. Where days would be too narrow, there is a bar
    for each week, or for four, with a piece for each act.

    Args:
        events: ids of the events to mark, as far as they start on one of these days; by default those that most
            statements report, then those with most actors, without interviews, posts and other mere ways to speak.
        max_speakers: at most this many lanes, for those who speak most; by default as many as a page has room for,
            and 15 at most. A note names the others.
        max_events: at most this many events are marked.
        ax: axes to draw on instead of a new figure.
        figsize: width and height in inches; by default 7 (a page), and None as height is what the content needs.
        link: makes the marks links in SVG: it is given the ids of a mark, {"statement_id": …}, or of a piece of a
            bar, {"speaker": …, "act": …, "since": …, "until": …}, and returns an address, or None for no link.

        party, speaker, issue, narrators, since, until, dating, as_of, tables: as in `summitry.claims`.
        holder, demand, addressee: not of statements, and an error here.

    Returns:
        The matplotlib figure.

    Raises:
        UnknownNameError: for an option, or a value of one, that does not exist.
        InputError: for an event that does not exist, a holder or a demand, and as in `summitry.claims`.
        MissingExtraError: when matplotlib is not installed.

    Example:
        >>> from summitry.plots import statement_timeline
        >>> statement_timeline(max_speakers=5, until="2025-08-31").get_suptitle()
        'Statements by speaker, 10 February – 31 August 2025'
    """
    names = ("actors", "event_actors", "event_reports", "events", "mentions")
    as_of, tables = source(chosen)
    wanted = None if events is None else inputs.known("events", inputs.several(events) or (), tables)
    data = inputs.read(names, as_of, tables)
    data["statements"] = said(chosen, "statement_timeline")
    data["mentions"] = data["mentions"][data["mentions"]["statement_id"].isin(data["statements"]["statement_id"])]
    return layout.on_a_page(
        lambda on, most: _statements(on, data, wanted, most, max_events, as_of, link),
        SPEAKERS,
        max_speakers,
        ax,
        figsize,
    )


def _statements(
    on: layout.Canvas,
    data: Mapping[str, pd.DataFrame],
    events: Sequence[str] | None,
    max_speakers: int,
    max_events: int,
    as_of: Day | None,
    link: layout.Link | None,
) -> Figure:
    """Draw the statements on a canvas."""
    rows, title = data["statements"], "Statements by speaker"
    documents = data["mentions"]["source_id"].nunique()
    source = captions.source_line(len(rows), "statement", documents, as_of)
    dated = timeline.dated(rows)
    if dated.empty:
        return layout.nothing(
            on, title, "No statement with a day.", [timeline.undated_note(len(rows), "statement"), source]
        )
    called = dict(zip(data["actors"]["actor_id"], data["actors"]["name"], strict=True))
    dated = dated.assign(lane=dated["speaker_id"], value=dated["act"].astype(str))
    shown, rest = timeline.most_frequent(dated["lane"], called, max_speakers)
    days = timeline.days_of(dated, timeline.DENSE, on, shown)
    marks = style.marks(schema.package().table("statements")["act"])
    drawn = timeline.in_order(dated[dated["lane"].isin(shown)], marks)
    used = {act: mark for act, mark in marks.items() if (drawn["value"] == act).any()}
    if days.unit == 1:
        placed = timeline.lay_out(on, drawn, shown, days, "Speaker")
        timeline.draw(on.ax, placed, used, days, link)
        how = [timeline.order_note(placed, days), timeline.whisker_note(placed)]
        entries: list[Artist] = [style.key_entry(mark) for mark in used.values()]
    else:
        how = [timeline.column_note(days, timeline.stack(on, drawn, shown, days, "Speaker", used, link))]
        entries = [timeline.piece_entry(mark) for mark in used.values()]
    timeline.key(on.ax, entries, width=days.width)
    marked = _marked(data, days, events, max_events)
    left_out = timeline.left_out_note(rest, "other speakers", len(dated) - len(drawn), "statement")
    thin = captions.thin(len(rows), "statement", documents)
    undated = timeline.undated_note(len(rows) - len(dated), "statement")
    notes = [
        _flags(on.ax, marked, days),
        thin,
        left_out,
        undated,
        *how,
        source,
    ]
    layout.finish(on, f"{title}, {timeline.period(dated)}", notes, layout.height_of(on.ax))
    return on.figure


def _marked(data: Mapping[str, pd.DataFrame], days: Days, wanted: Sequence[str] | None, most: int) -> pd.DataFrame:
    """Return the events to mark, in the order of time, with their day."""
    events = data["events"].assign(day=timeline.number(data["events"]["start_on"]))
    fit = events["day"].between(days.first, days.last)
    if wanted is None:
        speech = schema.package().table("events")["kind"].group("speech")  # the occasion of statements, and no more
        fit &= ~events["kind"].isin(speech) & (events["date_precision"] == "day")
    else:
        fit &= events["event_id"].isin(wanted)
    weights = {name: data[name]["event_id"].value_counts() for name in ("event_reports", "event_actors")}
    ranked = events[fit].assign(**{n: lambda e, w=w: e["event_id"].map(w).fillna(0) for n, w in weights.items()})
    ranked = ranked.sort_values([*weights, "day"], ascending=[False, False, True], kind="stable")
    return ranked.head(most).sort_values(["day", "event_id"])


def _flags(ax: Axes, marked: pd.DataFrame, days: timeline.Days) -> str:
    """Mark events by numbered lines, those of a column under one flag, and return the key of the numbers."""
    notes, columns = [], days.column(marked["day"]).tolist()
    for i, (day, start, name) in enumerate(zip(marked["day"], marked["start_on"], marked["name"], strict=True), 1):
        notes.append(f"({i}) {short_day(start)}: {name}")
        ax.axvline(day, color=style.INK, linewidth=0.7, linestyle=(0, (4, 3)), zorder=1, gid="event")
        if columns[i - 1] in columns[: i - 1]:
            continue
        flag = "\n".join(str(n) for n, other in enumerate(columns, 1) if other == columns[i - 1])
        ax.annotate(
            flag,
            (columns[i - 1], 1),  # in the middle, as two columns are further apart than two days may be
            (0, 2),
            xycoords=("data", "axes fraction"),
            textcoords="offset points",
            ha="center",
            va="bottom",
            fontsize=style.SMALL,
            weight="bold",
            linespacing=1.0,
            gid="flag",
        )
    return f"Events: {'; '.join(notes)}." if notes else ""
