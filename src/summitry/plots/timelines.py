"""Two pictures of time: who spoke when, and who took which position on one demand when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from summitry.analysis import inputs
from summitry.plots import frames, lanes, page, style

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from summitry.analysis.inputs import Tables
    from summitry.dataset.query import Day
    from summitry.plots.lanes import Days

# what is merely a way to speak is the occasion of the statements drawn, and no event to hold them against
SPEECH = {"interview", "press_conference", "briefing", "address", "post", "written_statement"}


def _dated(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that have a day: the last on which the words may have been said, and the first as `since`."""
    last, first = lanes.number(rows["said_to"]), lanes.number(rows["said_from"])
    dated = rows.assign(day=last.fillna(first), since=first.fillna(last))
    return dated[dated["day"].notna()]


def _days(dated: pd.DataFrame, pitch: float, on: page.TableFile, names: Mapping[str, str]) -> Days:
    import pandas as pd

    width = page.room(on, lanes.WIDTH, lanes.beside(names.values()))
    return lanes.span_of(pd.concat([dated["since"], dated["day"]]), pitch, width)


def _period(dated: pd.DataFrame) -> str:
    return frames.period_text(lanes.day_of(dated["since"].min()), lanes.day_of(dated["day"].max()))


def _in_order(rows: pd.DataFrame, values: Mapping[str, object]) -> pd.DataFrame:
    """Return the rows in the order of their values, so that like marks lie together."""
    order = {value: i for i, value in enumerate(values)}
    return rows.sort_values("value", key=lambda column: column.map(order), kind="stable")


def _most(ids: pd.Series[str], names: Mapping[str, str], most: int) -> tuple[dict[str, str], list[str]]:
    """Return the ids that occur most with their names, and the names of the rest: by how often, then by name."""
    counts = ids.value_counts()
    ranked = sorted(counts.index, key=lambda i: (-counts[i], names[i]))
    return {i: names[i] for i in ranked[:most]}, [names[i] for i in ranked[most:]]


def _undated(n: int, noun: str) -> str:
    return f"Without a day and so not drawn: {frames.counted(n, noun)}." if n else ""


def _whisker(placed: pd.DataFrame) -> str:
    n = int((placed["since"] < placed["day"]).sum())
    return f"A line leads back from the last possible day to the first ({frames.counted(n, 'mark')})." if n else ""


def _left_out(names: Sequence[str], what: str, data: int, noun: str) -> str:
    if not names:
        return ""
    return f"Left out for room, {frames.counted(data, noun)} of {len(names)} {what}: {page.listed(names)}."


def statement_timeline(
    *,
    events: Sequence[str] | None = None,
    max_speakers: int = 18,
    max_events: int = 10,
    as_of: Day | None = None,
    tables: Tables | None = None,
    ax: Axes | None = None,
    figsize: tuple[float, float] | None = None,
) -> Figure:
    """Draw who spoke when, with the events of those days.

    Every statement is one mark, in the lane of its speaker and the column of its day; its shape and colour are its
    act. Statements whose day is not known more closely stand on the last possible day.

    Args:
        events: ids of the events to mark, as far as they start on one of these days; by default those that most
            statements report, then those with most actors, without interviews, posts and other mere ways to speak.
        max_speakers: so many lanes, for those who speak most; a note names the others.
        max_events: so many events are marked at most.
        as_of: only what was known on this day.
        tables: by name, frames of the same schemas that stand in for the tables that ship.
        ax: axes to draw on instead of a new figure.
        figsize: width and height in inches instead of what the content needs.

    Returns:
        The matplotlib figure.

    Raises:
        InputError: for an event that does not exist, a table of another schema, or an `as_of` that is no day.
        MissingExtraError: when matplotlib is not installed.

    Example:
        >>> from summitry.plots import statement_timeline
        >>> statement_timeline(max_speakers=5).get_suptitle()
        'Statements by speaker, 8–31 August 2025'
    """
    page.require()
    names = ("actors", "event_actors", "event_reports", "events", "mentions", "statements")
    inputs.require("events", events or (), tables)
    data = frames.read(names, as_of, tables)
    with style.drawing():
        on = page.table_file(ax, figsize)
        return _statements(on, data, events, max_speakers, max_events, as_of)


def _statements(
    on: page.TableFile,
    data: Mapping[str, pd.DataFrame],
    events: Sequence[str] | None,
    max_speakers: int,
    max_events: int,
    as_of: Day | None,
) -> Figure:
    """Draw the statements on a table_file."""
    rows, title = data["statements"], "Statements by speaker"
    documents = data["mentions"]["source_id"].nunique()
    source = frames.source_line(len(rows), "statement", documents, as_of)
    dated = _dated(rows)
    if dated.empty:
        return page.nothing(on, title, "No statement with a day.", [_undated(len(rows), "statement"), source])
    called = frames.called(data["actors"], "actor_id", "name")
    dated = dated.assign(lane=dated["speaker_id"], value=dated["act"].astype(str), kind="")
    shown, rest = _most(dated["lane"], called, max_speakers)
    days = _days(dated, lanes.DENSE, on, shown)
    drawn = _in_order(dated[dated["lane"].isin(shown)], style.ACTS)
    placed = lanes.lay_out(on.ax, drawn, shown, days, "Speaker")
    lanes.draw(on.ax, placed, style.ACTS, lanes.DENSE)
    used = [mark for act, mark in style.ACTS.items() if (drawn["value"] == act).any()]
    lanes.key(on.ax, [style.key_entry(mark) for mark in used], width=days.width)
    marked = _marked(data, days, events, max_events)
    left_out = _left_out(rest, "other speakers", len(dated) - len(drawn), "statement")
    thin = frames.thin(len(rows), "statement", documents)
    undated = _undated(len(rows) - len(dated), "statement")
    notes = [_flags(on.ax, marked), thin, left_out, undated, _whisker(placed), source]
    page.finish(on, f"{title}, {_period(dated)}", notes, (lanes.WIDTH, lanes.height_of(on.ax)))
    return on.figure


def _marked(data: Mapping[str, pd.DataFrame], days: Days, wanted: Sequence[str] | None, most: int) -> pd.DataFrame:
    """Return the events to mark, in the order of time, with their day."""
    events = data["events"].assign(day=lanes.number(data["events"]["start_on"]))
    fit = events["day"].between(days.first, days.last)
    if wanted is None:
        fit &= ~events["kind"].isin(SPEECH) & (events["date_precision"] == "day")
    else:
        fit &= events["event_id"].isin(wanted)
    weights = {name: data[name]["event_id"].value_counts() for name in ("event_reports", "event_actors")}
    ranked = events[fit].assign(**{n: lambda e, w=w: e["event_id"].map(w).fillna(0) for n, w in weights.items()})
    ranked = ranked.sort_values([*weights, "day"], ascending=[False, False, True], kind="stable")
    return ranked.head(most).sort_values(["day", "event_id"])


def _flags(ax: Axes, marked: pd.DataFrame) -> str:
    """Mark events by numbered lines, those of a day under one flag, and return the key of the numbers."""
    told, days = [], marked["day"].tolist()
    for i, (day, start, name) in enumerate(zip(days, marked["start_on"], marked["name"], strict=True), 1):
        told.append(f"({i}) {frames.short_day(start)}: {name}")
        if day in days[: i - 1]:
            continue
        flag = "\n".join(str(n) for n, other in enumerate(days, 1) if other == day)
        ax.axvline(day, color=style.INK, linewidth=0.7, linestyle=(0, (4, 3)), zorder=1, gid="event")
        ax.annotate(
            flag, (day, 1), (0, 2), xycoords=("data", "axes fraction"), textcoords="offset points", ha="center",
            va="bottom", fontsize=style.SMALL, weight="bold", linespacing=1.0, gid="flag",
        )  # fmt: skip
    return f"Events: {'; '.join(told)}." if told else ""


def position_timeline(
    demand: str,
    *,
    max_holders: int = 18,
    as_of: Day | None = None,
    tables: Tables | None = None,
    ax: Axes | None = None,
    figsize: tuple[float, float] | None = None,
) -> Figure:
    """Draw who took which position on a demand when, and who says so.

    Every stance is one mark, in the lane of its holder and the column of the day on which it was stated. The shape
    and colour are the position; the filling is the attribution: full when the holder says it himself, half or empty
    when others say it of him.

    Args:
        demand: the id of a demand.
        max_holders: so many lanes, for those who most often have a position; a note names the others.
        as_of: only what was known on this day.
        tables: by name, frames of the same schemas that stand in for the tables that ship.
        ax: axes to draw on instead of a new figure.
        figsize: width and height in inches instead of what the content needs.

    Returns:
        The matplotlib figure.

    Raises:
        InputError: for a demand that does not exist, a table of another schema, or an `as_of` that is no day.
        MissingExtraError: when matplotlib is not installed.

    Example:
        >>> from summitry.plots import position_timeline
        >>> position_timeline("ukraine-joins-nato").get_suptitle().startswith("Positions on “Ukraine joins NATO”")
        True
    """
    page.require()
    inputs.require("demands", [demand], tables)
    data = frames.read(("actors", "demands", "mentions", "stances", "statements"), as_of, tables)
    with style.drawing():
        on = page.table_file(ax, figsize)
        return _positions(on, data, demand, max_holders, as_of)


def _positions(
    on: page.TableFile, data: Mapping[str, pd.DataFrame], demand: str, max_holders: int, as_of: Day | None
) -> Figure:
    """Draw the positions on a table_file."""
    wanted = data["demands"].set_index("demand_id").loc[demand]
    title = f"Positions on “{wanted['label']}”"
    rows = data["stances"][data["stances"]["demand_id"] == demand].merge(data["statements"], on="statement_id")
    documents = data["mentions"].loc[data["mentions"]["statement_id"].isin(rows["statement_id"]), "source_id"].nunique()
    source = frames.source_line(len(rows), "stance", documents, as_of)
    dated = _dated(rows)
    if dated.empty:
        return page.nothing(on, title, "No stance with a day on this demand.", [_undated(len(rows), "stance"), source])
    called = frames.called(data["actors"], "actor_id", "name")
    dated = dated.assign(
        lane=dated["holder_id"], value=dated["position"].astype(str), kind=dated["attribution"].astype(str)
    )
    shown, rest = _most(dated["lane"], called, max_holders)
    drawn = _in_order(dated[dated["lane"].isin(shown)], style.POSITIONS)
    days = _days(dated, lanes.ROOMY, on, shown)
    placed = lanes.lay_out(on.ax, drawn, shown, days, "Holder of the position")
    lanes.draw(on.ax, placed, style.POSITIONS, lanes.ROOMY, style.FILLS)
    used = [mark for position, mark in style.POSITIONS.items() if (drawn["value"] == position).any()]
    plain = style.Mark("", "o", style.GREY)
    fills = [a for a in style.FILLS if (drawn["kind"] == a).any()]
    entries = [style.key_entry(plain, fill=style.FILLS[a], label=style.ATTRIBUTIONS[a]) for a in fills]
    lanes.key(on.ax, [style.key_entry(mark) for mark in used], entries, width=days.width)
    left_out = _left_out(rest, "other holders", len(dated) - len(drawn), "stance")
    thin = frames.thin(len(rows), "stance", documents)
    undated = _undated(len(rows) - len(dated), "stance")
    notes = [f"The demand: {wanted['proposition']}", thin, left_out, undated, _whisker(placed), source]
    page.finish(on, f"{title}, {_period(dated)}", notes, (lanes.WIDTH, lanes.height_of(on.ax)))
    return on.figure
