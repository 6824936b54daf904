"""Pictures: every datum is drawn, every picture explains itself, nothing is cut, and grey shows what colour shows."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from functools import cache, partial
from html import unescape
from itertools import combinations, pairwise
from urllib.parse import urlencode

import matplotlib as mpl
import networkx as nx
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text

import summitry
from conftest import some_every_day
from own_tables import build, frame
from summitry import errors, plots, schema
from summitry.analysis import stance_matrix
from summitry.analysis.networks import affiliation_network
from summitry.plots import captions, demands, heatmap, layout, maps, network, placement, style, timeline
from summitry.schema import model
from summitry.site import strips

PLACES = [
    {"location_id": "kyiv", "kind": "settlement", "latitude": 50.45, "longitude": 30.52},
    {"location_id": "palace", "kind": "site", "latitude": 50.46, "longitude": 30.53, "part_of_id": "kyiv"},
    {"location_id": "house", "kind": "site", "part_of_id": "kyiv"},
    {"location_id": "anchorage", "kind": "settlement", "latitude": 61.2, "longitude": -149.9},
    {"location_id": "land", "kind": "country"},
]
# four stances of three holders; the last one's day lies between the 13th and the 15th, and x says nothing of a demand
OWN = build(
    """
    s1 2025-08-11 ann ann troops accepts
    s2 2025-08-11 bob bob troops rejects
    s3 2025-08-12 bob ann troops rejects adversary
    s4 2025-08-13..2025-08-15 ann ann talks conditional
    s5 - ann ann talks demands
    """,
    reports="""
    strike s6 2025-08-12 bob asserts claimed
    summit s7 2025-08-12 ann asserts occurred
    visit s7 2025-08-12 ann asserts occurred
    journey s7 2025-08-12 ann asserts occurred
    """,
    events="strike strike\nsummit meeting\nvisit visit\njourney visit\nsomewhere meeting\nunplaced call",
    demands="troops foreign_troops\ntalks leaders_meeting",
)
PRECISE = [{**p, "coordinate_precision": p["kind"] if "latitude" in p else None} for p in PLACES]
OWN["locations"] = frame("locations", [{"name": p["location_id"].title(), **p} for p in PRECISE])
AT = {"strike": "kyiv", "summit": "palace", "visit": "house", "journey": "anchorage", "somewhere": "land"}
OWN["events"] = OWN["events"].assign(
    location_id=OWN["events"]["event_id"].map(AT), date_precision="day", start_on=pd.Timestamp("2025-08-12")
)
OWN["events"].loc[OWN["events"]["event_id"] == "strike", "status"] = "claimed"
OWN["collection"] = frame(
    "collection", [{"page": f"https://example.org/{n}", "day": "2025-08-11", "outlet": "A"} for n in range(5)]
)
OWN["collection"]["day"] = OWN["collection"]["day"].astype("datetime64[us]")
NONE = {name: frame(name, []) for name in schema.package().tables} | {"demands": OWN["demands"]}

PICTURES = {
    "stance_heatmap": {},
    "demand_bars": {},
    "statement_timeline": {},
    "position_timeline": {"demand": "troops"},
    "network_drawing": {},
    "polarization_timeline": {"min_demands": 1},
    "interval_chart": {"demand": "troops", "samples": 20},
    "coverage_by_day": {},
    "event_map": {},
}


def draw(name, tables=None, **more):
    return getattr(plots, name)(**{**PICTURES[name], **more}, tables=OWN if tables is None else tables)


@cache
def own(name):
    return draw(name)


@pytest.fixture(params=["some", pytest.param("all", marks=pytest.mark.shipped)])
def many(request, some_tables):
    """Many rows of what ships, or all, as an argument of a picture or an analysis."""
    return {} if request.param == "all" else {"tables": some_tables}


@pytest.fixture(scope="module")
def drawn():
    """Pictures of many rows, each drawn once."""
    return {}


def of_many(name, many, drawn):
    """A picture of many rows, the position timeline that of the demand with most stances."""
    case = name, bool(many)
    if case not in drawn:
        drawn[case] = _of_many(name, many)
    return drawn[case]


def _of_many(name, many):
    if name == "polarization_timeline":
        return polarized()
    stances = many["tables"]["stances"] if many else summitry.load_stances()
    chosen = {"demand": stances["demand_id"].value_counts().index[0]} if "demand" in PICTURES[name] else {}
    return getattr(plots, name)(**chosen, **many)


def notes(figure):
    return " ".join(figure.get_supxlabel().split())


def lines(figure):
    return [line for line in figure.findobj(Line2D) if line.get_gid() and line.get_gid() not in maps.OUTLINES]


def marks(figure):
    """How many marks there are of each kind."""
    return {line.get_gid(): len(line.get_xdata()) for line in lines(figure)}


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_explains_itself(name):
    figure = own(name)
    assert type(figure) is Figure
    assert figure.get_suptitle()
    assert f"Source: summitry {summitry.__version__}; " in notes(figure)
    assert all(ax.get_xlabel() for ax in figure.axes[-1:])
    assert name == "network_drawing" or all(ax.get_ylabel() for ax in figure.axes)
    assert "Thin data: " in notes(figure)


@pytest.mark.parametrize("name", PICTURES)
def test_nothing_to_draw_is_said_and_is_no_error(name):
    figure = draw(name, NONE)
    assert any(t.get_text().startswith(("No ", "Nothing ")) for t in figure.axes[0].texts)
    assert figure.get_suptitle()
    assert "Source: summitry" in notes(figure)


def test_every_statement_is_a_mark():
    drawn = marks(own("statement_timeline"))
    assert sum(drawn.get(act, 0) for act in schema.package().table("statements")["act"].enum) == 6
    assert "Without a day and so not drawn: 1 statement." in notes(own("statement_timeline"))


def test_marks_lie_in_lanes_and_days():
    (line,) = [x for x in lines(own("statement_timeline")) if x.get_gid() == "assert"]
    days = np.round(np.asarray(line.get_xdata())).astype("datetime64[D]").astype(str)
    assert sorted(days) == ["2025-08-11", "2025-08-11", "2025-08-12", "2025-08-12", "2025-08-12", "2025-08-15"]
    names = [t.get_text() for t in own("statement_timeline").axes[0].get_yticklabels()]
    assert names == ["Ann", "Bob"]


def test_a_range_of_days_has_a_line_back_to_its_first():
    (whiskers,) = [c for c in own("statement_timeline").axes[0].collections if c.get_gid() == "whisker"]
    ((start, end),) = [segment[:, 0] for segment in whiskers.get_segments()]
    assert end - start == pytest.approx(2)
    assert "(1 mark)" in notes(own("statement_timeline"))


def test_marks_of_one_day_do_not_lie_on_each_other():
    said = "\n".join(f"s{i} 2025-08-11 ann ann troops accepts" for i in range(200))
    figure = draw("statement_timeline", {**OWN, **build(said)})
    (line,) = [x for x in lines(figure) if x.get_gid() == "assert"]
    points = figure.axes[0].transData.transform(line.get_xydata()) / figure.dpi * layout.POINTS
    nearest = min(np.hypot(*(points - p).T)[i + 1 :].min() for i, p in enumerate(points[:-1]))
    assert nearest >= line.get_markersize()


def test_flags_are_as_far_apart_as_the_weeks_of_their_events():
    said = "s1 2025-01-06 ann ann troops accepts\ns2 2025-12-28 bob bob troops rejects"
    events = OWN["events"][:2].assign(start_on=pd.to_datetime(["2025-08-10", "2025-08-11"]))  # a Sunday and a Monday
    figure = draw("statement_timeline", {**OWN, **build(said), "events": events})
    first, second = (t.xy[0] for t in figure.axes[0].texts if t.get_gid() == "flag")
    assert second - first == timeline.WEEK


def test_events_are_flagged_in_order_and_those_of_a_day_share_a_flag():
    flags = [t for t in own("statement_timeline").axes[0].texts if t.get_gid() == "flag"]
    assert [t.get_text() for t in flags] == ["1\n2\n3\n4\n5\n6"]
    assert "Events: (1) 12 Aug: Journey; (2)" in notes(own("statement_timeline"))
    chosen = draw("statement_timeline", events=["summit"])
    assert "Events: (1) 12 Aug: Summit." in notes(chosen)
    with pytest.raises(errors.InputError, match="sumit"):
        draw("statement_timeline", events=["sumit"])


def test_position_timeline_draws_what_others_say_only_on_request_and_in_lanes_of_its_own():
    assert marks(own("position_timeline")) == {"accepts": 1, "rejects": 1}
    every = draw("position_timeline", attribution=None)
    assert marks(every) == {"accepts": 1, "rejects": 2}
    names = [t.get_text() for t in every.axes[0].get_yticklabels()]
    assert names == ["Ann", "Ann, said of it by an adversary", "Bob"]


def test_marks_of_a_day_are_above_each_other_and_not_in_an_order_of_hours():
    said = "\n".join(f"s{i} 2025-08-11 ann ann troops accepts" for i in range(5))
    (line,) = lines(draw("position_timeline", {**OWN, **build(said)}))
    assert len(set(line.get_xdata())) == 1
    assert len(set(line.get_ydata())) == 5


def test_marks_are_those_of_the_site():
    for position, mark in schema.package().table("stances")["position"].marks.items():
        assert ("hollow" in strips.shape(position)) == (mark.fill == "none")
        assert strips.SHAPES[mark.shape] in strips.shape(position)
        assert POSITIONS[position].fill == mark.fill


WINDOWS = {"every": 4, "width": 8, "permutations": 5, "since": "2025-08-01", "until": "2025-08-31"}


@cache
def polarized():
    return plots.polarization_timeline(**WINDOWS)


def test_polarization_is_drawn_as_computed():
    frame, figure = summitry.polarization(**WINDOWS), polarized()
    drawn = {line.get_gid(): np.asarray(line.get_ydata()) for line in lines(figure)}
    for name in ("within", "between", "polarization"):
        assert np.array_equal(drawn[f"line:{name}"], frame[name], equal_nan=True)
    unsure = {gid: n for gid, n in marks(figure).items() if gid.endswith(":none")}
    assert sum(unsure.values()) == (frame["p_value"] >= 0.05).sum() > 0


def test_intervals_are_drawn_as_computed():
    options = {"demand": "trilateral-leaders-meeting", "samples": 50}
    frame = summitry.position_intervals(**options)
    figure = plots.interval_chart(**options)
    (drawn,) = [c for c in figure.axes[0].collections if c.get_gid() == "interval"]
    several = frame[frame["n_units"] > 1]
    ends = zip(several["low"], several["high"], strict=True)
    assert sorted(tuple(line[:, 0]) for line in drawn.get_segments()) == sorted(ends)
    assert marks(figure) == {"several": len(several), "one": len(frame) - len(several)}


def test_position_timeline_refuses_an_unknown_demand():
    with pytest.raises(errors.InputError, match="Did you mean 'troops'"):
        draw("position_timeline", demand="trops")


def test_heatmap_has_the_cells_and_numbers_of_the_matrix():
    cells = [p for p in own("stance_heatmap").axes[0].patches if p.get_gid() == "cell"]
    count = stance_matrix.stance_matrix(value="count", tables=OWN)
    assert len(cells) == int((count > 0).sum().sum()) == 3
    numbers = {t.get_text() for t in own("stance_heatmap").axes[0].texts if t.get_gid() == "count"}
    assert numbers == {"1 · 0 · 0", "0 · 0 · 1", "1 · 1 · 0"}


def test_heatmap_names_what_has_no_room():
    figure = draw("stance_heatmap", max_rows=1, max_columns=1)
    assert len([p for p in figure.axes[0].patches if p.get_gid() == "cell"]) == 1
    assert "Left out for room, 1 demand: Troops." in notes(figure)
    assert "Left out for room, 1 party: Bob." in notes(figure)


def test_heatmap_shades_follow_sign_and_size():
    found = [next(s for s in heatmap.SHADES if net <= s.up_to) for net in (-9, -5, -4, -1, 0, 1, 4, 5, 99)]
    assert [s.label for s in found] == [
        "against, by 5 or more",
        "against, by 5 or more",
        "against, by 2 to 4",
        "against, by 1",
        "balanced, on a condition or left open",
        "for, by 1",
        "for, by 2 to 4",
        "for, by 5 or more",
        "for, by 5 or more",
    ]
    assert [s.hatch != "" for s in found] == [True] * 4 + [False] * 5


def test_heatmap_by_issue_shows_how_much_is_said_and_no_side():
    colours = {p.get_facecolor()[:3] for p in shown_cells(draw("stance_heatmap", rows="issue"))}
    assert colours <= {to_rgb(shade.colour) for shade in heatmap.AMOUNTS}


def shown_cells(figure):
    return [p for p in figure.axes[0].patches if p.get_gid() == "cell"]


def test_demands_are_chosen_by_how_disputed_they_are_then_by_how_many():
    issue = {"a": "territory", "b": "territory", "c": "sanctions", "d": "sanctions"}
    totals, disputed = {"a": 9, "b": 1, "c": 2, "d": 5}, {"a": 0, "b": 1, "c": 2, "d": 0}
    assert demands.selected(totals, totals, disputed, issue, 2) == ["b", "c"]
    assert demands.selected(totals, totals, disputed, issue, 3) == ["b", "a", "c"]
    assert demands.selected({**totals, "a": 0}, totals, disputed, issue, 4) == ["b", "c", "d"]
    # what only follows from other demands makes no demand come first
    assert demands.selected(totals, {**totals, "a": 0}, dict.fromkeys(totals, 0), issue, 1) == ["d"]


def test_a_demand_is_as_disputed_as_the_weaker_side_is_strong():
    favour = pd.DataFrame({"troops": [5, 0, 1], "peace": [5, 7, 3]}, index=["ann", "bob", "cat"])
    against = pd.DataFrame({"troops": [1, 3, 1], "peace": [1, 0, 3]}, index=["ann", "bob", "cat"])
    assert demands.disputes(favour, against) == {"troops": 3, "peace": 0}


def test_the_heatmap_begins_with_what_its_parties_dispute():
    """Others are not shown, so what they dispute is not either."""
    said = "s0 2025-08-11 russia russia troops demands\ns1 2025-08-11 ukraine ukraine troops rejects\n"
    for n, (actor, position) in enumerate([("russia", "demands"), ("ukraine", "accepts"), ("ann", "rejects")] * 3):
        said += f"t{n} 2025-08-11 {actor} {actor} talks {position}\n"
    tables = build(said, demands="troops foreign_troops\ntalks leaders_meeting")
    for columns, shown in ((2, "Troops"), (3, "Talks")):
        figure = plots.stance_heatmap(max_rows=1, max_columns=columns, tables=tables)
        assert [t.get_text() for t in figure.axes[0].get_yticklabels()] == [shown]


# what is said of staying out counts for joining; a contingent is part of troops
FOLLOWS = build(
    """
    s1 2025-08-11 ann ann join       demands
    s2 2025-08-12 ann ann stay-out   conditional
    s3 2025-08-13 ann ann stay-out   demands
    s4 2025-08-13 bob bob contingent demands
    """,
    relations="join contrary stay-out",
    wholes="contingent troops",
)


def test_a_timeline_draws_what_follows_from_the_contrary_and_from_parts():
    assert marks(plots.position_timeline("join", tables=FOLLOWS)) == {"demands": 1, "open": 1, "against": 1}
    assert marks(plots.position_timeline("troops", tables=FOLLOWS)) == {"for": 1}
    assert marks(plots.position_timeline("join", infer=False, tables=FOLLOWS)) == {"demands": 1}


@pytest.mark.parametrize("name", ["stance_heatmap", "demand_bars", "position_timeline", "interval_chart"])
def test_pictures_infer_as_the_analyses_do_and_say_how_much(name):
    chosen = {"demand": "troops"} if "demand" in PICTURES[name] else {}
    figure = getattr(plots, name)(**chosen, tables=FOLLOWS)
    said = re.search(r"Of \d (?:position|statement)s?, (\d) only follow from other demands", notes(figure))
    assert int(said[1]) == (1 if chosen else 3)
    assert "only follow" not in notes(getattr(plots, name)(**{**chosen, "demand": "join"}, infer=False, tables=FOLLOWS))


# on joining only bob says something; that ann, who is neutral, is against it follows more often than both contradict
# each other on troops in words
RANKED = build(
    """
    s1 2025-08-11 ann ann neutral demands
    s2 2025-08-12 ann ann neutral demands
    s3 2025-08-11 bob bob join    demands
    s4 2025-08-12 bob bob join    demands
    s5 2025-08-13 ann ann troops  rejects
    s6 2025-08-13 bob bob troops  accepts
    """,
    relations="neutral excludes join",
)


def test_a_network_explains_people_among_parties_and_what_it_infers():
    tables = {**RANKED, "actors": RANKED["actors"].assign(kind="state")}
    for given, people in ((RANKED, True), (tables, False)):
        given["actors"].loc[given["actors"]["actor_id"] == "ann", "kind"] = "person" if people else "state"
        said = notes(plots.network_drawing(kind="conflict", tables=given))
        assert ("is a party of one person" in said) == people
        assert "counts by contrary alone" in said
    graph = summitry.actor_network("conflict", infer=True, tables=RANKED)
    assert "What follows from other demands counts." in notes(plots.network_drawing(graph))


@pytest.mark.parametrize(("name", "most"), [("stance_heatmap", "max_rows"), ("demand_bars", "max_demands")])
def test_demands_are_ranked_by_what_is_coded(name, most):
    figure = getattr(plots, name)(**{most: 1}, tables=RANKED)
    assert [t.get_text() for t in figure.axes[0].get_yticklabels()] == ["Troops"]


@pytest.mark.parametrize("name", ["stance_heatmap", "demand_bars", "position_timeline", "interval_chart"])
def test_what_is_on_a_condition_is_not_called_open(name):
    chosen = {"demand": "stay-out"} if "demand" in PICTURES[name] else {}
    figure = getattr(plots, name)(**chosen, tables=FOLLOWS)
    drawn = [text.get_text() for text in figure.findobj(Text)]
    assert any("on a condition" in text or text == "neither" for text in drawn)
    assert not any(re.search(r"(?<!left )\bopen\b", text) for text in drawn)


def test_both_belligerents_are_in_a_heatmap_of_three_columns(some_tables):
    figure = plots.stance_heatmap(max_columns=3, max_rows=3, tables=some_tables)
    names = [t.get_text() for t in figure.axes[0].get_xticklabels()]
    assert set(names[:2]) == {"Russia", "Ukraine"}


def test_bars_are_as_long_as_the_counts():
    ax = own("demand_bars").axes[0]
    bars = {side: sum(p.get_width() for p in ax.patches if p.get_gid() == side) for side in ("for", "open", "against")}
    assert bars == {"for": 2, "open": 1, "against": 1}  # ann is for talks, and later leaves them open
    assert {t.get_text() for t in ax.texts if t.get_gid() == "count"} == {"1 · 0 · 1", "1 · 1 · 0"}
    assert all(p.get_x() >= 0 for p in ax.patches if p.get_gid() == "for" and p.get_y() > 20)


def test_network_has_every_node_and_tie():
    graph = affiliation_network(tables=OWN)
    figure = draw("network_drawing", contested=False)
    ax = figure.axes[0]
    assert sum(gid.startswith("node:") for gid in marks(figure)) == len(graph) == 4
    ties = {c.get_gid(): len(c.get_segments()) for c in ax.collections}
    assert ties == {"positive": 2, "negative": 1}
    assert sorted(t.get_text() for t in ax.texts if t.get_gid() == "name") == ["Ann", "Bob", "Talks", "Troops"]


def test_network_takes_any_graph_and_keeps_the_strongest():
    graph = nx.Graph([("a", "b", {"weight": 5}), ("b", "c", {"weight": -3}), ("c", "d", {"weight": 1})])
    graph.add_node("alone")
    figure = plots.network_drawing(graph, max_ties=2)
    assert {c.get_gid(): len(c.get_segments()) for c in figure.axes[0].collections} == {"positive": 1, "negative": 1}
    assert "Left out for room, 1 weaker tie" in notes(figure)
    assert "1 node: d." in notes(figure)
    assert "Without any tie, and so not drawn: alone." in notes(figure)
    assert len(network.strongest(nx.complete_graph(5), 5, 3).edges) == 10  # all are equally weak
    assert len(network.strongest(nx.complete_graph(5), 3, 99)) == 3


def test_of_ties_without_room_the_same_share_of_both_signs_stays():
    ties = [("hub", f"p{n}", {"weight": 10 + n}) for n in range(20)]
    ties += [("hub", f"n{n}", {"weight": -0.1 * (n + 1)}) for n in range(10)]
    part = network.strongest(nx.Graph(ties), 99, 15)
    signs = [network.sign(tie, part) for *_, tie in part.edges(data=True)]
    assert (signs.count("positive"), signs.count("negative")) == (10, 5)
    assert {"p19", "p10", "n9", "n5"} <= set(part)


def test_nodes_with_negative_ties_are_not_the_first_to_go():
    ties = [("friend", f"p{n}", {"weight": 5}) for n in range(20)]
    ties += [("foe", f"n{n}", {"weight": -1}) for n in range(3)]
    assert {"friend", "foe", "n0"} <= set(network.strongest(nx.Graph(ties), 8, 99))


def test_a_network_never_loses_a_belligerent_state_for_room():
    graph = nx.star_graph(20)
    nx.set_edge_attributes(graph, 9, "weight")
    graph.add_edge(0, "ukraine", weight=1)
    graph.add_node("ukraine", belligerent=True, party="ukraine")
    graph.add_edge(0, "andriy-yermak", weight=1)
    graph.add_node("andriy-yermak", belligerent=True, party="ukraine")
    part = network.strongest(graph, 5, 99)
    assert "ukraine" in part
    assert "andriy-yermak" not in part


def test_no_name_lies_on_a_line_that_leads_to_another():
    """The second name would be placed where the line of the first one is, if it did not know of it."""
    crowd = [placement.Named("", 0.5, 0.5 + y / 100, 6) for y in (-4, 4)]
    figure = layout.new_figure((5, 5))
    ax = figure.add_subplot()
    ax.set(xlim=(0, 1), ylim=(0, 1))
    figure.draw_without_rendering()
    points = [placement.Named(f"Name of point {x}", 0.45 + x / 20, 0.5, 8) for x in range(4)]
    placement.place(ax, [*points, *crowd])
    figure.draw_without_rendering()
    names = [text for text in ax.texts if text.get_gid() == "name"]
    assert len(names) == 4
    for name in names:
        for other in names:
            if other is not name and other.arrow_patch is not None:
                start, end = other.arrow_patch.get_path().vertices[[0, -1]]
                box = placement.Box(*(name.get_window_extent().extents))
                across = other.arrow_patch.get_transform().transform([start, end])
                assert not box.meets(tuple(across[0]), tuple(across[1]))


def test_a_network_of_some_actors_has_their_ties_alone():
    figure = draw("network_drawing", actors="bob")
    assert {c.get_gid(): len(c.get_segments()) for c in figure.axes[0].collections} == {"negative": 1}
    with pytest.raises(errors.InputError, match="'bub' is not a node of the network"):
        draw("network_drawing", actors=["bob", "bub"])


@pytest.mark.parametrize("kind", ["affiliation", "conflict", "subtract"])
def test_names_of_nodes_lie_on_no_tie(kind, many):
    figure = plots.network_drawing(kind=kind, **many)
    figure.draw_without_rendering()
    ax = figure.axes[0]
    ties = [ax.transData.transform(line) for c in ax.collections for line in c.get_segments()]
    boxes = [(t, box_of(t)) for t in ax.texts if t.get_gid() == "name"]
    crossed = [t for t, b in boxes if any(placement.Box(*b.extents).meets(*map(tuple, tie)) for tie in ties)]
    assert len(crossed) <= len(boxes) / (20 if many else 10)  # all that ships leaves less room


def test_a_line_meets_a_box_only_where_it_passes_through():
    box = placement.Box(0, 0, 10, 5)
    assert box.meets((-5, 2), (20, 3))
    assert box.meets((2, 2), (3, 3))
    assert not box.meets((-5, 2), (-1, 2))
    assert not box.meets((-5, 10), (20, 9))
    assert not box.meets((11, -1), (11, 9))


def test_all_ties_of_conflict_are_disagreement():
    figure = draw("network_drawing", kind="conflict")
    assert [c.get_gid() for c in figure.axes[0].collections] == ["negative"]


def test_the_same_network_lies_the_same_way():
    graph = affiliation_network(tables=OWN)
    assert network.node_places(graph) == network.node_places(graph.copy())


def test_the_strongest_part_of_a_graph_keeps_its_order():
    names = [f"actor-{n}" for n in range(40)]
    graph = nx.Graph(name="ring")
    graph.add_nodes_from(reversed(names), kind="body")
    graph.add_weighted_edges_from((a, b, 1 + n) for n, (a, b) in enumerate(pairwise(names)))
    part = network.strongest(graph, 15, 12)
    assert list(part) == [n for n in graph if n in part]
    assert list(part.edges(data=True)) == [e for e in graph.edges(data=True) if part.has_edge(*e[:2])]
    assert part.graph == graph.graph
    assert {facts["kind"] for _, facts in part.nodes(data=True)} == {"body"}


def test_network_refuses_what_has_no_effect():
    with pytest.raises(errors.InputError, match="no effect"):
        plots.network_drawing(nx.path_graph(2), as_of="2025-08-20")
    with pytest.raises(errors.UnknownNameError, match="congruence"):
        plots.network_drawing(kind="agreement")


def test_coverage_draws_the_counts_of_the_frame():
    bars = {p.get_gid(): [] for ax in own("coverage_by_day").axes for p in ax.patches}
    for ax in own("coverage_by_day").axes:
        for bar in ax.patches:
            bars[bar.get_gid()].append(bar.get_height())
    frame_ = summitry.coverage(tables=OWN)
    assert {name: list(frame_[name]) for name in bars} == bars
    assert set(bars) == {"pages_seen", "pages_used", "statements", "outlets", "wires"}
    assert "Without one certain day and so not drawn: 2 statements." in notes(own("coverage_by_day"))


def test_map_draws_every_event_that_has_a_place_with_a_point():
    figure = own("event_map")
    assert marks(figure) == {"kyiv:talks": 1, "kyiv:force": 1, "anchorage:talks": 1}
    names = sorted(t.get_text() for ax in figure.axes for t in ax.texts if t.get_gid() == "name")
    assert names == ["Anchorage 1", "Kyiv ●2 □1"]  # the palace, and the house within the city, count at the city
    assert "Not drawn, as no place is given: 1 event." in notes(figure)
    assert "Not drawn, as the place has no coordinates: Land (1)." in notes(figure)
    assert [ax.get_title(loc="left") for ax in figure.axes] == ["Europe", "The Americas"]
    empty = {x.get_gid() for x in lines(figure) if x.get_markerfacecolor() == "white"}
    assert empty == {"kyiv:force"}


def test_marks_of_the_map_are_at_their_places():
    at = {p["location_id"]: (p["longitude"], p["latitude"]) for p in PLACES if "latitude" in p}
    for line in lines(own("event_map")):
        assert tuple(line.get_xydata()[0]) == at[line.get_gid().partition(":")[0]]


def test_an_event_of_which_only_the_country_has_a_point_is_drawn_there():
    land = OWN["locations"]["location_id"] == "land"
    locations = OWN["locations"].copy()
    locations.loc[land, ["latitude", "longitude", "coordinate_precision"]] = (49.0, 32.0, "country")
    locations.loc[locations["location_id"] == "anchorage", ["latitude", "longitude", "part_of_id"]] = (
        None,
        None,
        "land",
    )
    figure = draw("event_map", {**OWN, "locations": locations})
    assert "in Land 2" in {t.get_text() for t in figure.axes[0].texts}
    assert "At the point of a country, as that of the place is not known: Anchorage (1)." in notes(figure)


def test_outlines_have_coasts_and_borders_and_no_line_between_crimea_and_ukraine():
    found = maps.outlines()
    assert all(-180 <= x <= 180 and -60 <= y <= 90 for of in found.values() for line in of for x, y in line)
    assert any(13 < x < 14.6 and 54 < y < 54.6 for line in found["coast"] for x, y in line)  # Usedom
    inside = [line for line in found["border"] if all(33 < x < 37 and 45.5 < y < 46.7 for x, y in line)]
    assert inside == []


def test_map_has_a_natural_scale():
    for ax in own("event_map").axes:
        box, (west, east), (south, north) = ax.get_window_extent(), ax.get_xlim(), ax.get_ylim()
        slim = np.cos(np.radians((south + north) / 2))
        assert (east - west) * slim / box.width == pytest.approx((north - south) / box.height, rel=0.01)


def test_degrees():
    assert [maps.degrees(x, "WE") for x in (-150, 0, 30.5, 200)] == ["150° W", "0°", "30.5° E", "160° W"]
    assert maps.degrees(-10, "SN") == "10° S"


def box_of(text):
    """The box of the letters alone: that of an annotation has its line too."""
    text.get_window_extent()
    return Text.get_window_extent(text)


def outside_of_view(figure):
    """Labels of ticks beyond the limits of their axis, which matplotlib keeps and does not draw."""
    for ax in figure.axes:
        for axis, (low, high) in ((ax.xaxis, sorted(ax.get_xlim())), (ax.yaxis, sorted(ax.get_ylim()))):
            yield from (t.label1 for t in axis.get_major_ticks() if not low <= t.get_loc() <= high)


def seen(figure):
    """All texts that can be seen, each with its box."""
    figure.draw_without_rendering()
    hidden = set(outside_of_view(figure))
    texts = [t for t in figure.findobj(Text) if t.get_visible() and t.get_text().strip() and t not in hidden]
    return [(t, box_of(t)) for t in texts]


def assert_legible(figure, dpi):
    """No text is cut or lies on another, but for the turned ones, which have a test of their own."""
    figure.set_dpi(dpi)
    found = seen(figure)
    assert len(found) > 5
    for text, box in found:
        assert box.x0 >= -1, text
        assert box.y0 >= -1, text
        assert box.x1 <= figure.bbox.x1 + 1, text
        assert box.y1 <= figure.bbox.y1 + 1, text
    for (one, a), (other, b) in combinations([(t, b) for t, b in found if t.get_rotation() in (0, 90)], 2):
        wide = min(a.x1, b.x1) - max(a.x0, b.x0)
        high = min(a.y1, b.y1) - max(a.y0, b.y0)
        assert min(wide, high) <= 0.02 * dpi, (one, other)


@pytest.mark.parametrize("name", PICTURES)
def test_no_text_is_cut_or_lies_on_another(name, many, drawn):
    assert_legible(of_many(name, many, drawn), 72)


LONG = "The $50 Billion_Committee of Heads of State, Heads of Government and Others^2, in the Widest Sense of the Word"


def with_long_names():
    actors = OWN["actors"].assign(name=LONG + " " + OWN["actors"]["name"])
    places = OWN["locations"].assign(name="A Place with a Rather Long Name " + OWN["locations"]["name"])
    demands = OWN["demands"].assign(label=LONG + " " + OWN["demands"]["label"])
    events = OWN["events"].assign(name=LONG + " " + OWN["events"]["name"])
    return {**OWN, "actors": actors, "locations": places, "demands": demands, "events": events}


# of those with the most and the longest words, every day
WORDY = some_every_day(
    PICTURES, ("stance_heatmap", "statement_timeline", "network_drawing", "event_map"), pytest.mark.shipped
)


@pytest.mark.parametrize("name", WORDY)
def test_long_names_are_wrapped_and_stay_words(name):
    figure = draw(name, with_long_names())
    assert_legible(figure, 100)
    assert figure.get_figwidth() == 7
    if name not in ("coverage_by_day", "event_map", "polarization_timeline"):
        assert any(" ".join(t.get_text().split()).startswith(LONG) for t in figure.findobj(Text))


@pytest.mark.parametrize("name", WORDY)
def test_nothing_is_cut_in_a_column_of_a_paper(name):
    figure = draw(name, figsize=(3.5, None))
    assert figure.get_figwidth() == 3.5
    assert_legible(figure, 300)


@pytest.mark.parametrize("width", [5.2, 6.5])
def test_a_map_is_legible_between_a_column_and_a_page(width, some_tables):
    assert_legible(draw("event_map", some_tables, figsize=(width, None)), 72)


def test_pictures_have_at_most_readable_rows(many, drawn):
    assert len(of_many("stance_heatmap", many, drawn).axes[0].get_yticks()) <= 25
    assert len(of_many("statement_timeline", many, drawn).axes[0].get_yticks()) <= 18
    assert sum(gid.startswith("node:") for gid in marks(of_many("network_drawing", many, drawn))) <= 50


ACTS = style.marks(schema.package().table("statements")["act"])
POSITIONS = style.marks(schema.package().table("stances")["position"])


def luminance(colour):
    return float(np.dot(to_rgb(colour), (0.299, 0.587, 0.114)))


@pytest.mark.parametrize("group", [ACTS, POSITIONS, network.NODES, maps.KINDS])
def test_marks_differ_without_colour(group):
    for one, other in combinations(group.values(), 2):
        assert (one.marker, one.fill) != (other.marker, other.fill) or abs(one.scale - other.scale) > 0.3


def test_every_value_of_the_schema_has_a_drawing():
    table = schema.package().table
    assert set(ACTS) == set(table("statements")["act"].enum)
    assert set(POSITIONS) == set(table("stances")["position"].enum)
    labels = {value: mark.label for value, mark in table("stances")["attribution"].marks.items()}
    assert set(labels) == set(table("stances")["attribution"].enum)
    assert len(set(labels.values())) == 4
    assert {c.group for c in table("events")["kind"].categories} == set(maps.FAMILIES)


def test_every_mark_that_a_schema_may_ask_for_can_be_drawn():
    assert set(style.SHAPES) == set(model.MARKS["shape"])
    assert set(style.COLOURS) == set(model.MARKS["colour"])
    assert set(maps.FAMILIES) == set(model.GROUPS)


def test_shades_and_ties_differ_without_colour():
    for shades in (heatmap.SHADES, heatmap.AMOUNTS):
        for one, other in combinations(shades, 2):
            assert one.hatch != other.hatch or abs(luminance(one.colour) - luminance(other.colour)) > 0.05
    for shade in (*heatmap.SHADES, *heatmap.AMOUNTS):
        assert abs(luminance(shade.colour) - luminance(shade.ink)) > 0.4
    assert len({str(dashes) for _, dashes in network.SIGNS.values()}) == 3


def test_names_find_free_places():
    figure = layout.new_figure((4, 4))
    ax = figure.add_subplot()
    ax.set(xlim=(0, 1), ylim=(0, 1))
    figure.draw_without_rendering()
    points = [placement.Named(f"name {i}", 0.5, 0.5 + i / 50, 4) for i in range(8)]
    placement.place(ax, points)
    boxes = [box_of(t) for t in ax.texts]
    assert len(boxes) == 8
    assert not any(a.overlaps(b) for a, b in combinations(boxes, 2))


def test_discs_are_spread_until_none_lies_on_another():
    moved = placement.spread([(0, 0), (0, 0), (1, 0), (50, 50)], [5, 5, 5, 5])
    assert all(np.hypot(a[0] - b[0], a[1] - b[1]) >= 10 for a, b in combinations(moved, 2))
    assert moved[3] == pytest.approx((50, 50), abs=0.1)


def test_thin_data_are_called_thin():
    assert captions.thin(29, "stance", 9) == (
        "Thin data: 29 stances from 9 sources; read it as an example, not as a pattern."
    )
    assert captions.thin(30, "stance", 4).startswith("Thin data")
    assert captions.thin(30, "stance", 5) == captions.thin(30, "tie") == ""


def test_long_lists_and_lines_are_cut_to_measure():
    assert captions.listed(["one", "two", "three"], 8) == "one, two and 1 more"
    text = "A quite long sentence that has to be broken into several lines."
    broken = layout.wrapped(text, 100, 8)
    assert broken.replace("\n", " ") == text
    assert max(layout.width_of(line, 8) for line in broken.split("\n")) <= 100


def test_dates_are_written_out():
    days = [pd.Timestamp(d) for d in ("2025-08-08", "2025-08-31", "2025-09-01", "2026-01-01")]
    assert captions.period_text(days[0], days[0]) == "8 August 2025"
    assert captions.period_text(days[0], days[1]) == "8–31 August 2025"
    assert captions.period_text(days[0], days[2]) == "8 August – 1 September 2025"
    assert captions.period_text(days[0], days[3]) == "8 August 2025 – 1 January 2026"


@pytest.mark.parametrize("name", PICTURES)
def test_as_of_leaves_out_what_was_not_known(name):
    figure = draw(name, as_of="2025-01-31")
    assert any(t.get_text().startswith(("No ", "Nothing ")) for t in figure.axes[0].texts)
    assert "As known on 31 January 2025." in notes(figure)
    with pytest.raises(errors.InputError, match="calendar day"):
        draw(name, as_of="yesterday")


@pytest.mark.parametrize(
    "name", ["stance_heatmap", "demand_bars", "statement_timeline", "position_timeline", "network_drawing"]
)
def test_a_picture_can_be_drawn_into_axes_of_ones_own(name):
    figure = Figure((12, 8), layout="constrained")
    left, right = figure.subplots(1, 2)
    assert draw(name, ax=left) is figure
    assert left.get_title(loc="left")
    (written,) = [t for t in left.texts if t.get_gid() == "notes"]
    assert "Source: summitry" in written.get_text()
    assert not figure.get_suptitle()
    assert not right.has_data()
    figure.draw_without_rendering()
    box = written.get_window_extent()
    assert not any(box.overlaps(key.get_window_extent()) for key in left.findobj(mpl.legend.Legend))


@pytest.mark.parametrize("name", PICTURES)
def test_a_size_of_ones_own_is_kept(name):
    assert draw(name, figsize=(9, 7)).get_size_inches().tolist() == [9, 7]


def test_the_style_of_others_is_left_alone():
    before = dict(mpl.rcParams)
    draw("stance_heatmap")
    assert dict(mpl.rcParams) == before


def test_figures_are_not_kept_open():
    import matplotlib.pyplot as plt

    open_before = plt.get_fignums()
    draw("coverage_by_day")
    assert plt.get_fignums() == open_before


def test_a_notebook_learns_to_show_figures(monkeypatch):
    import matplotlib.pyplot as plt

    started = []
    monkeypatch.setattr(mpl, "get_backend", lambda: "agg")
    monkeypatch.setattr(plt, "switch_backend", started.append)
    monkeypatch.delitem(sys.modules, "ipykernel", raising=False)  # another test may have run a notebook
    layout.new_figure((2, 2))
    assert started == []
    monkeypatch.setitem(sys.modules, "ipykernel", sys)
    layout.new_figure((2, 2))
    assert started == ["agg"]


@pytest.mark.parametrize("suffix", ["pdf", "svg", "png"])
def test_files_for_papers(tmp_path, suffix):
    target = tmp_path / f"picture.{suffix}"
    own("stance_heatmap").savefig(target)
    assert target.stat().st_size > 5000


def test_days_of_a_long_time_still_fit():
    said = "\n".join(f"s{i} 20{i}-03-01 ann ann troops accepts" for i in range(10, 26))
    figure = draw("statement_timeline", {**OWN, **build(said)})
    assert len(figure.axes[0].get_xticks()) <= 500 / timeline.MONTH
    assert "1 March 2010 – 1 March 2025" in figure.get_suptitle()


YEAR = [pd.Timestamp("2025-08-11") + pd.Timedelta(days=n) for n in range(320)]


@cache
def a_year():
    """A statement of Ann on each of 320 days, and one more on each Monday; a page read on each day."""
    said = "\n".join(f"s{i} {day.date()} ann ann troops accepts" for i, day in enumerate(YEAR))
    said += "\n" + "\n".join(f"m{i} {day.date()} ann ann troops rejects" for i, day in enumerate(YEAR[::7]))
    read = [{"page": f"https://example.org/{i}", "day": day, "outlet": "A"} for i, day in enumerate(YEAR)]
    collection = frame("collection", read).astype({"day": "datetime64[us]"})
    return {**OWN, **build(said, demands="troops foreign_troops"), "collection": collection}


def test_bars_of_weeks_stand_for_statements_where_days_would_be_too_narrow():
    figure = draw("statement_timeline", a_year())
    pieces = [c for c in figure.axes[0].collections if c.get_gid() == "assert"]
    assert len(pieces[0].get_paths()) == 46
    assert "A column is a week, from Monday to Sunday; the highest has 8." in notes(figure)
    assert [t.get_text() for t in figure.axes[0].get_xticklabels()][:5] == [
        "Sep 25",
        "Oct",
        "Nov",
        "Dec",
        "Jan 26",
    ]
    assert figure.get_figheight() < 7


def test_a_lane_of_bars_is_as_high_as_its_highest_bar():
    """Else a few high bars would press those of all others flat."""
    said = "\n".join(f"s{i} {day.date()} ann ann troops accepts" for i, day in enumerate(YEAR))
    said += "\n" + "\n".join(f"b{i} {day.date()} bob bob troops accepts" for i, day in enumerate(YEAR[::7]))
    figure = draw("statement_timeline", {**OWN, **build(said)})
    (bars,) = [c for c in figure.axes[0].collections if c.get_gid() == "assert"]
    heights = sorted({round(float(np.ptp(path.vertices[:, 1])), 6) for path in bars.get_paths()})
    assert heights[0] == pytest.approx(timeline.HIGHEST_BAR / 7)
    assert heights[-1] == pytest.approx(timeline.HIGHEST_BAR)
    assert np.ptp(figure.axes[0].get_yticks()) < timeline.HIGHEST_BAR


def test_no_panel_of_the_map_goes_beyond_a_pole(some_tables):
    figure = summitry.event_map(tables=some_tables)
    assert all(-90 <= limit <= 90 for ax in figure.axes for limit in ax.get_ylim())


def test_columns_of_the_heat_map_are_as_wide_as_their_own_numbers():
    """The widest numbers of each kind, which no cell has together, took the room of two parties."""
    assert len(summitry.stance_heatmap().axes[0].get_xticks()) >= 8


def test_marks_of_a_long_time_are_as_large_as_those_of_a_short_one():
    figure = draw("position_timeline", a_year())
    sizes = {line.get_gid(): line.get_markersize() for line in lines(figure)}
    assert sum(marks(figure).values()) == 366
    assert min(sizes.values()) > 5
    assert len({x for line in lines(figure) for x in (line.get_xdata() - figure.axes[0].get_xlim()[0]) // 7}) == 46
    assert "A column is a week" in notes(figure)


def test_coverage_of_a_long_time_is_by_week():
    figure = draw("coverage_by_day", a_year())
    heights = [p.get_height() for p in figure.axes[1].patches if p.get_gid() == "statements"]
    assert (len(heights), sum(heights), max(heights)) == (46, 366, 8)
    assert max(p.get_height() for p in figure.axes[2].patches if p.get_gid() == "outlets") == 1
    assert figure.get_suptitle().startswith("Coverage by week, ")


def links(figure):
    canvas = io.StringIO()
    figure.savefig(canvas, format="svg")
    return {unescape(a) for a in re.findall(r'<a xlink:href="([^"]*)"', canvas.getvalue())}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("stance_heatmap", "demand=troops&party=ann"),
        ("demand_bars", "demand=troops"),
        ("statement_timeline", "statement_id=s1"),
        ("position_timeline", "statement_id=s1"),
        ("network_drawing", "demand=troops"),
        ("coverage_by_day", "since=2025-08-11&until=2025-08-11"),
        ("event_map", "location_id=kyiv"),
    ],
)
def test_marks_are_links_in_svg(name, expected):
    assert expected in links(draw(name, link=urlencode))
    assert links(own(name)) == set()


def test_pieces_of_bars_are_links_in_svg():
    expected = "speaker=ann&act=assert&since=2025-08-11&until=2025-08-17"
    assert expected in links(draw("statement_timeline", a_year(), link=urlencode))


def test_an_absent_library_is_an_error_with_the_command(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(errors.MissingExtraError, match=r"pip install 'summitry\[pictures\]'"):
        plots.stance_heatmap()


def test_importing_brings_no_plotting():
    code = "import sys, summitry.plots; print(*({'matplotlib', 'networkx', 'pandas'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


@pytest.mark.parametrize(
    ("name", "most"),
    [("stance_heatmap", "max_rows"), ("statement_timeline", "max_speakers"), ("demand_bars", "max_demands")],
)
def test_a_picture_is_no_higher_than_a_page_unless_more_rows_are_asked_for(name, most, some_tables):
    function = partial(getattr(plots, name), figsize=(3.5, None), tables=some_tables)
    assert function().get_figheight() <= layout.HIGHEST
    assert function(**{most: 40}).get_figheight() > layout.HIGHEST


@pytest.mark.shipped
def test_pictures_of_all_rows_take_the_filters_of_analyses():
    since, until = "2025-08-18", "2025-08-20"
    for function in (plots.statement_timeline, plots.coverage_by_day):
        assert "18–20 August 2025" in function(since=since, until=until).get_suptitle()
    rows = summitry.load_statements(since=since, until=until, where={"issue": "leaders_meeting"})
    figure = plots.statement_timeline(since=since, until=until, issue="leaders_meeting")
    assert f"{len(rows)} statements in" in figure.get_supxlabel()
    russian = plots.statement_timeline(party="russia", narrators=False)
    assert {"Sergey Lavrov", "Vladimir Putin"} <= {t.get_text() for t in russian.axes[0].get_yticklabels()}
    assert "Donald Trump" not in {t.get_text() for t in russian.axes[0].get_yticklabels()}
    drawn = summitry.load_events(since=since, until=until)
    everything, part = (
        int(plots.event_map(**days).get_supxlabel().split("; ")[-1].split(" ")[0])
        for days in ({}, {"since": since, "until": until})
    )
    assert 0 < part <= len(drawn) < everything
    with pytest.raises(errors.InputError, match=r"statement_timeline\(\) has no demand"):
        plots.statement_timeline(demand="putin-zelensky-meeting")
    assert len(summitry.coverage(since=since, until=until)) == 3


@pytest.mark.parametrize("name", ["stance_heatmap", "demand_bars", "network_drawing", "interval_chart", "event_map"])
def test_a_picture_without_an_axis_of_days_says_to_which_it_is_limited(name):
    days = {"since": "2025-08-12", "until": "2025-08-13"}
    given = [] if name == "event_map" else [OWN]
    assert "Limited to 12–13 August 2025." in notes(draw(name, *given, **days))
    assert "Limited to" not in notes(draw(name, *given))


@pytest.mark.parametrize(
    ("since", "until", "said"),
    [
        ("2025-03-01", None, "Limited to 1 March 2025 and later."),
        (None, "2025-03-01", "Limited to 1 March 2025 and earlier."),
        (None, None, ""),
    ],
)
def test_an_open_end_is_in_words(since, until, said):
    assert captions.limited_to(since, until) == said


def test_the_camps_of_many_windows_are_not_named_one_by_one():
    days = {"since": "2025-08-04", "until": "2025-08-31"}
    assert "Camps, 4 Aug" in plots.polarization_timeline(28, 28, **days).get_supxlabel()
    said = plots.polarization_timeline(1, 2, **days).get_supxlabel().replace("\n", " ")
    assert "Camps, " not in said
    assert "camp_a, camp_b and no_camp of summitry.polarization()" in said
