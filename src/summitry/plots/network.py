"""A drawing of a discourse network: actors and their demands, or agreement and conflict between actors."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from summitry import words
from summitry.analysis import networks
from summitry.analysis.discourse import KINDS
from summitry.analysis.inputs import SEPARATOR, several
from summitry.analysis.selection import analysis
from summitry.dataset.entailment import RELATIONS
from summitry.errors import InputError, choice
from summitry.plots import captions, layout, placement, style, timeline
from summitry.words import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
    from typing import Unpack

    import networkx as nx
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from summitry.analysis.selection import By, Chosen

TITLES = {
    "affiliation": "Who is for and against which demand",
    "congruence": "Who agrees with whom",
    "conflict": "Who contradicts whom",
    "subtract": "Who agrees with whom more than not",
}
DEMANDS = {
    "congruence": "Demands on which the same actors have the same side",
    "conflict": "Demands on which the same actors have opposite sides",
    "subtract": "Demands that go together more than not",
}
NODES = {
    "person": style.Mark("person", "o", style.SKY),
    "body": style.Mark("state, organization or group", "h", style.GREEN, scale=1.1),
    "demand": style.Mark("demand", "s", style.YELLOW, scale=0.9),
}


# sign → the colour of its ties, their dashes, and what they are called in each kind of network
SIGNS: dict[str, tuple[str, Any]] = {
    "positive": (style.BLUE, "-"),
    "negative": (style.VERMILLION, (0, (4, 2))),
    "balanced": (style.GREY, (0, (1, 1.5))),
}
CALLED = {
    "affiliation": ("for", "against", "as often for as against"),
    "congruence": ("agreement", "disagreement", "no weight"),
    "conflict": ("agreement", "disagreement", "no weight"),
    "subtract": ("more agreement", "more disagreement", "as much agreement as disagreement"),
    "": ("positive weight", "negative weight", "no weight"),
}
LEAST_SIDE, ROOM_PER_NODE = 240.0, 120.0  # points of the height: at least, and by √nodes; at most the width
AREA_PER_NODE = 4800.0  # square points
SMALLEST, LARGEST, MANY = 6.0, 18.0, 10.0  # points of a node; positions that make a large one at least
THINNEST, THICKEST = 0.5, 3.5  # points of a tie
NAME_WIDTH = 92.0  # points of a line of a name
ASIDE, ABOVE = 0.12, 0.06  # free at the edges for names, as a part of the side
SEED, ROUNDS, REPULSION = 20250822, 400, 4.0  # the layout is drawn by lot, so it is given the lot
KEY_BELOW, LINE = 8.0, 12.0  # points below the name of the axis, and that a line of it takes
LAYOUT = "Force-directed layout: nodes with many ties are close; the axes have no unit"


@analysis
@layout.picture
def network_drawing(  # noqa: PLR0913 - what the networks take, and what a picture takes
    graph: nx.Graph[Any] | None = None,
    kind: str = "affiliation",
    *,
    by: By = "party",
    contested: bool = True,
    actors: str | Sequence[str] | None = None,
    max_nodes: int = 50,
    max_ties: int = 150,
    ax: Axes | None = None,
    figsize: tuple[float, float | None] | None = None,
    link: Callable[[Mapping[str, str]], str | None] | None = None,
    **chosen: Unpack[Chosen],
) -> Figure:
    """Draw a network: shapes for what a node is, solid and dashed lines for agreement and disagreement.

    If not all ties have room, the weakest of each sign stay out, the same share of both: ties of disagreement weigh
    less in most data, and would otherwise all be missing. What is left out is said under the picture.

    Args:
        graph: a graph of `summitry.affiliation_network` or `summitry.actor_network`, or any other networkx graph;
            used are the nodes' label, mode, kind and activity, and the edges' weight, as far as they are there.
        kind: without a graph, the one to make: "affiliation", "congruence", "conflict" or "subtract".
        contested: without a graph, whether only demands count that one party is on balance for and another against.
        actors: ids of nodes; only the ties between these, and those between these and demands. By default all.
        max_nodes: at most this many nodes: the belligerent states and those with the strongest ties; a note names the
            others.
        max_ties: at most this many ties; a note counts the others.
        ax: axes to draw on instead of a new figure.
        figsize: width and height in inches; by default 7 (a page), and None as height is what the content needs.
        link: makes the nodes links in SVG: it is given {"actor": …} or {"demand": …}, and returns an address, or None.
        by, holder, party, speaker, demand, issue, addressee, narrators: without a graph, as in `summitry.positions`.
        since, until, dating, as_of, tables: without a graph, as in `summitry.positions`.

    Returns:
        The matplotlib figure.

    Raises:
        UnknownNameError: for a kind, or a kind of actor, that does not exist.
        InputError: for actors that are no nodes, filters beside a graph, and as in `summitry.positions`.
        MissingExtraError: when matplotlib or networkx is not installed.

    Example:
        >>> from summitry.plots import network_drawing
        >>> network_drawing(kind="conflict").get_suptitle()
        'Who contradicts whom'
    """
    given = [option for option, value in chosen.items() if value is not None]
    if graph is not None and given:
        raise InputError(f"{given[0]} has no effect on a graph that is made; give it to what makes the graph.")
    if graph is None:
        graph = _made(choice("kind of network", kind, list(TITLES)), by, contested, chosen)
    networks.require_numbers(graph)
    whole = graph if actors is None else among(graph, several(actors) or ())
    named = DEMANDS if whole.graph.get("nodes") == "demands" else TITLES
    title = named.get(whole.graph.get("network", ""), str(whole.graph.get("name") or "Network"))
    on = layout.canvas(ax, figsize)
    shown = strongest(whole, min(max_nodes, _room_for(on)), max_ties)
    if not shown:
        return layout.nothing(on, title, "No ties.", [_alone(whole), _uncontested(whole), *_source(whole)])
    _draw(on, shown, title, _notes(whole, shown), link)
    return on.figure


def _made(kind: str, by: By, contested: bool, chosen: Chosen) -> nx.Graph[Any]:  # noqa: FBT001 - handed on by name
    if kind in KINDS:
        return networks.actor_network(kind, by=by, contested=contested, **chosen)
    return networks.affiliation_network(by=by, contested=contested, **chosen)


def among(graph: nx.Graph[Any], actors: Sequence[str]) -> nx.Graph[Any]:
    """Return the ties of a graph between some actors, and between them and demands.

    Raises:
        InputError: for an actor that is no node.
    """
    for actor in actors:
        if actor not in graph:
            raise InputError(f"{actor!r} is not a node of the network.{did_you_mean(actor, sorted(map(str, graph)))}")
    wanted = set(actors)

    def stays(node: Hashable) -> bool:
        return node in wanted or graph.nodes[node].get("mode") == "demand"

    kept = [edge for edge in graph.edges(data=True) if wanted & set(edge[:2]) and stays(edge[0]) and stays(edge[1])]
    nodes = wanted.union(*(edge[:2] for edge in kept))
    return _part(graph, nodes, kept)


def _part(graph: nx.Graph[Any], nodes: Collection[Hashable], edges: Iterable[Any]) -> nx.Graph[Any]:
    """Return some nodes and edges of a graph: `subgraph` would have them in an order that changes from run to run."""
    part = graph.__class__(**graph.graph)
    part.add_nodes_from((n, facts) for n, facts in graph.nodes(data=True) if n in nodes)
    part.add_edges_from(edges)
    return part


def strength(tie: Mapping[str, Any]) -> float:
    """Return the absolute strength of a tie; one without a weight counts as 1."""
    return abs(float(tie.get("weight", 1)))


def sign(tie: Mapping[str, Any], graph: nx.Graph[Any]) -> str:
    """Return the sign of a tie; all ties of a network of conflict are disagreement."""
    weight = float(tie.get("weight", 1)) * (-1 if graph.graph.get("network") == "conflict" else 1)
    return "positive" if weight > 0 else "negative" if weight < 0 else "balanced"


def strongest(graph: nx.Graph[Any], most_nodes: int, most_ties: int) -> nx.Graph[Any]:
    """Return the part of a graph that can be read: the strongest ties of each sign, the same share of both.

    The belligerent states come first, then the nodes with most strength. Ties of one sign and strength stay or go
    together, unless none would stay.
    """
    of_sign = dict.fromkeys(SIGNS, 0.0)
    for *_, tie in graph.edges(data=True):
        of_sign[sign(tie, graph)] += strength(tie)
    # the ties of one sign weigh as much together as those of the other, or nodes with negative ones would all go
    total = {
        n: sum(strength(tie) / (of_sign[sign(tie, graph)] or 1) for *_, tie in graph.edges(n, data=True)) for n in graph
    }
    tied = [n for n in graph if graph.degree(n)]
    kept = set(sorted(tied, key=lambda n: (not _at_war(graph, n), -total[n], str(n)))[:most_nodes])
    part = _part(graph, kept, (edge for edge in graph.edges(data=True) if kept.issuperset(edge[:2])))
    share = most_ties / max(part.number_of_edges(), 1)
    for name in SIGNS if share < 1 else ():
        ties = [(a, b, strength(tie)) for a, b, tie in part.edges(data=True) if sign(tie, graph) == name]
        least = _least([weight for *_, weight in ties], max(1, int(share * len(ties))))
        part.remove_edges_from([(a, b) for a, b, weight in ties if weight < least])
    part.remove_nodes_from([n for n in list(part) if not part.degree(n)])
    return part


def _at_war(graph: nx.Graph[Any], node: Hashable) -> bool:
    """Return whether a node is a belligerent state, not only somebody of its party."""
    facts = graph.nodes[node]
    return bool(facts.get("belligerent")) and facts.get("party") == node


def _room_for(on: layout.Canvas) -> int:
    """Return how many nodes with names can be read in a square as wide as the picture."""
    return max(2, int(layout.room(on, 0) ** 2 / AREA_PER_NODE))


def _least(weights: list[float], most: int) -> float:
    """Return the least strength at which a tie stays: those of one strength all stay or go."""
    ranked = sorted(weights, reverse=True)
    if len(ranked) <= most:
        return 0.0
    least = ranked[most - 1]
    together = ranked[most] < least or ranked[0] == least
    return least if together else min(weight for weight in ranked if weight > least)


def _called(nodes: Iterable[Hashable], graph: nx.Graph[Any]) -> list[str]:
    return sorted(str(graph.nodes[n].get("label", n)) for n in nodes)


def _alone(graph: nx.Graph[Any]) -> str:
    alone = [n for n in graph if not graph.degree(n)]
    return f"Without any tie, and so not drawn: {captions.listed(_called(alone, graph))}." if alone else ""


def _uncontested(graph: nx.Graph[Any]) -> str:
    """Return a note on the positions that the network leaves out, because nobody contests the demand."""
    share = graph.graph.get("share_left_out", 0)
    return f"Without demands that nobody contests, which have {share:.0%} of the positions." if share else ""


def _inferred(graph: nx.Graph[Any]) -> str:
    """Return a note on the positions that the network counts because they follow from other demands."""
    if "network" not in graph.graph:
        return ""
    relations = str(graph.graph.get("infer") or "").split(SEPARATOR)
    if set(relations) == set(RELATIONS):
        return "What follows from other demands counts."
    named = ", ".join(relations)
    return f"What follows from other demands counts by {named} alone." if named else "Nothing is inferred."


def _people(graph: nx.Graph[Any]) -> str:
    """Return a note on people among parties."""
    people = graph.graph.get("by") == "party" and any(
        node.get("kind") == "person" for _, node in graph.nodes(data=True)
    )
    return (
        "Who speaks for no state or body, such as a member of a parliament, is a party of one person." if people else ""
    )


def _source(graph: nx.Graph[Any]) -> list[str]:
    """Return the days to which a network is limited, and where it comes from."""
    made = {"attribution": "attribution", "unit": "unit", "normalize": "normalization"}
    said = "; ".join(
        f"{name} {str(graph.graph[key]).replace(';', ', ')}" for key, name in made.items() if key in graph.graph
    )
    size = f"{words.counted(len(graph), 'node')} and {words.counted(graph.number_of_edges(), 'tie')}"
    source = captions.source_of(size + (f" ({said})" if said else ""), graph.graph.get("as_of"))
    return [captions.limited_to(graph.graph.get("since"), graph.graph.get("until")), source]


def _notes(whole: nx.Graph[Any], shown: nx.Graph[Any]) -> list[str]:
    weights = [strength(tie) for *_, tie in shown.edges(data=True)]
    others = [n for n in whole if n not in shown and whole.degree(n)]
    missing = [tie for a, b, tie in whole.edges(data=True) if not shown.has_edge(a, b)]
    against = sum(sign(tie, whole) == "negative" for tie in missing)
    most = f"{min(weights):.3g} to {max(weights):.3g}"
    ties = (
        f"every tie weighs {weights[0]:.3g}" if min(weights) == max(weights) else f"ties as thick as they weigh, {most}"
    )
    share = f"{len(missing) / whole.number_of_edges():.0%} of all" if missing else ""
    left_out = f"{words.counted(len(missing), 'weaker tie')} ({share}), {against} of them negative"
    with_them = f"{words.counted(len(others), 'node')}: {captions.listed(_called(others, whole))}"
    return [
        f"Nodes are as large as their number of positions; {ties}.",
        captions.thin(whole.number_of_edges(), "tie"),
        f"Left out for room, {left_out}." if missing else "",
        f"Left out with them, {with_them}." if others else "",
        _alone(whole),
        _uncontested(whole),
        _inferred(whole),
        _people(shown),
        *_source(whole),
    ]


def node_places(graph: nx.Graph[Any]) -> dict[Hashable, tuple[float, float]]:
    """Return the positions of nodes in the unit square: the same for the same graph.

    It is ForceAtlas2, the layout of Gephi, from the start that Fruchterman and Reingold's gives. Ties pull with the
    root of their strength.
    """
    nx = networks.networkx()
    plain = nx.Graph()
    plain.add_nodes_from(sorted(graph, key=str))
    plain.add_weighted_edges_from((a, b, math.sqrt(strength(tie)) or 1.0) for a, b, tie in graph.edges(data=True))
    start = nx.spring_layout(plain, seed=SEED, iterations=ROUNDS, k=2.2 / math.sqrt(len(plain)))
    found = nx.forceatlas2_layout(
        plain, pos=start, seed=SEED, max_iter=ROUNDS, scaling_ratio=REPULSION, weight="weight"
    )
    lows, spans = zip(*((min(c), max(c) - min(c) or 1.0) for c in zip(*found.values(), strict=True)), strict=True)
    return {
        n: (
            ASIDE + (1 - 2 * ASIDE) * float(x - lows[0]) / spans[0],
            ABOVE + (1 - 2 * ABOVE) * float(y - lows[1]) / spans[1],
        )
        for n, (x, y) in found.items()
    }


def _draw(on: layout.Canvas, graph: nx.Graph[Any], title: str, notes: list[str], link: layout.Link | None) -> None:
    at = node_places(graph)
    on.ax.set(xlim=(0, 1), ylim=(0, 1), xticks=[], yticks=[])
    on.ax.spines[:].set_visible(False)
    width = layout.room(on, 0)
    side = min(width, max(LEAST_SIDE, ROOM_PER_NODE * math.sqrt(len(graph))))
    on.ax.set_xlabel(layout.wrapped(LAYOUT, width * layout.ROOM, style.TEXT), loc="left")
    _keys(on.ax, graph, width)
    layout.finish(on, title, notes, side)
    on.figure.draw_without_rendering()
    points = _spread(on.ax, graph, at)
    _ties(on.ax, graph, points)
    for node, point in points.items():
        look = style.marker_style(NODES[_kind(graph.nodes[node])], 2 * point.radius)
        is_demand = graph.nodes[node].get("mode") == "demand"
        address = link({"demand" if is_demand else "actor": str(node)}) if link else None
        on.ax.plot([point.x], [point.y], **look, zorder=3, gid=f"node:{node}", url=address)
    order = sorted(points, key=lambda n: (-points[n].radius, str(n)))
    lines = [((points[a].x, points[a].y), (points[b].x, points[b].y)) for a, b in graph.edges()]
    placement.place(on.ax, [points[n] for n in order], lines)


def _kind(node: Mapping[str, Any]) -> str:
    if node.get("mode") == "demand":
        return "demand"
    return "person" if node.get("kind", "person") == "person" else "body"


def _spread(
    ax: Axes, graph: nx.Graph[Any], at: Mapping[Hashable, tuple[float, float]]
) -> dict[Hashable, placement.Named]:
    """Return the nodes as discs with names, moved until no two overlap."""
    activity = {n: float(graph.nodes[n].get("activity", graph.degree(n))) for n in graph}
    most = max(MANY, *activity.values())
    radii = {n: (SMALLEST + (LARGEST - SMALLEST) * math.sqrt(a / most)) / 2 for n, a in activity.items()}
    true = [placement.in_points(ax, *at[n]) for n in at]
    moved = placement.spread(true, [radii[n] + placement.GAP for n in at])
    back = ax.transData.inverted()
    found = {}
    for n, (x, y) in zip(at, moved, strict=True):
        right, up = back.transform(placement.in_dots(ax, x, y))
        name = layout.wrapped(str(graph.nodes[n].get("label", n)), NAME_WIDTH, style.SMALL)
        found[n] = placement.Named(name, float(right), float(up), radii[n])
    return found


def _ties(ax: Axes, graph: nx.Graph[Any], points: Mapping[Hashable, placement.Named]) -> None:
    from matplotlib.collections import LineCollection

    weights = [strength(tie) for *_, tie in graph.edges(data=True)]
    unit = (THICKEST - THINNEST) / max(weights) if max(weights) > min(weights) else 0.0
    for name, (colour, dashes) in SIGNS.items():
        ties = [(a, b, strength(t)) for a, b, t in graph.edges(data=True) if sign(t, graph) == name]
        lines = [((points[a].x, points[a].y), (points[b].x, points[b].y)) for a, b, _ in ties]
        widths = [THINNEST + unit * weight if unit else 2 * THINNEST for *_, weight in ties]
        if lines:
            ax.add_collection(
                LineCollection(
                    lines,
                    linewidths=widths,
                    colors=colour,
                    linestyles=[dashes],
                    alpha=0.55,
                    zorder=1,
                    gid=name,
                )
            )


def _keys(ax: Axes, graph: nx.Graph[Any], width: float) -> None:
    from matplotlib.lines import Line2D

    kinds = {_kind(facts) for _, facts in graph.nodes(data=True)}
    signs = {sign(tie, graph) for *_, tie in graph.edges(data=True)}
    called = CALLED.get(str(graph.graph.get("network")), CALLED[""])
    ties = [
        Line2D([], [], color=colour, linestyle=dashes, label=label)
        for (s, (colour, dashes)), label in zip(SIGNS.items(), called, strict=True)
        if s in signs
    ]
    nodes = [style.key_entry(m, 8) for k, m in NODES.items() if k in kinds]
    below = KEY_BELOW + LINE * (ax.get_xlabel().count("\n") + 1)
    timeline.key(ax, nodes, ties, width=width, below=below, handle=2.6)
