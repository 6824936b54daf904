"""The two camps into which a signed network falls, and how far apart they are through time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from summitry.analysis.inputs import SEPARATOR
from summitry.analysis.networks import actor_network, networkx, require_weights, strength
from summitry.analysis.selection import windows
from summitry.dataset.arguments import checked
from summitry.errors import InputError, extra
from summitry.schema import types

if TYPE_CHECKING:
    from collections.abc import Sequence

    import networkx as nx
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

CAMPS = ("a", "b")
LEAST_FIT = 1 / 3  # from here on, the ties that fit are twice as strong as those that do not
LEAST_DEMANDS = 3  # who agrees on one demand or two is not yet an ally
UNSIGNED = ("congruence", "conflict", "ignore")


@checked
def camps(graph: nx.Graph[Any], min_demands: int = LEAST_DEMANDS) -> pd.DataFrame:
    """Divide the actors of a signed network into two camps, so that as few ties as possible cross the division.

    A positive tie fits if its actors are in one camp, a negative tie if they are in different camps. The division is
    one with the least sum of strengths of the ties that do not fit, which is the frustration index of the network. It
    is found exactly, as an integer program, by HiGHS in scipy. Camp "a" has the actor with the strongest ties. Where
    nobody is against anybody, all are in one camp.

    An actor is in no camp if the division says little of him: if the ties that fit are not twice as strong as those
    that do not, or if his ties within the camp are not positive on balance, since to contradict the same actor makes
    no friends. The actor of a camp with the strongest ties is in it in any case.

    Args:
        graph: what `actor_network` returns, with positive and negative weights ("subtract"). With unit "range" no
            demand counts more because it is repeated, and `infer=True` counts what follows for other demands, as
            `polarization` does. Groups, such as those of a joint statement, actors without ties, and those that no path
            of ties connects with the largest part, have no row.
        min_demands: only ties count that rest on at least this many demands, where ties say on how many.

    Returns:
        One row per actor, sorted by camp and actor, those in no camp last.

    Columns:
        actor_id, actor_name (text): the actor.
        camp (text): a or b; missing where the actor is in no camp.
        fit (float): the sum of the strengths of its ties that fit less those that do not, divided by both; from -1
            to 1.
        strength (float): the sum of the strengths of its ties.

        The frame's attrs have `frustration`: the share of all strength that does not fit, from 0 to 0.5.

    Raises:
        MissingExtraError: when networkx or scipy is not installed.
        InputError: for a graph with directions, without weights, or of a kind that has no negative ones.

    Source:
        Aref and Wilson (2019). Balance and frustration in signed networks. Journal of Complex Networks 7(2), 163-189.
        Aref, Mason and Wilson (2020). A modeling and computational study of the frustration index in signed networks.
        Networks 75(1), 95-110.

    Example:
        >>> from summitry import actor_network, camps
        >>> graph = actor_network("subtract", "average", unit="range", infer=True)
        >>> sides = camps(graph).set_index("actor_id")["camp"]
        >>> bool(sides["russia"] == sides["ukraine"])
        False
    """
    if graph.graph.get("network") in UNSIGNED:
        if not graph:
            raise InputError("The network is empty: nobody takes a side on a demand that counts. Choose less narrowly.")
        raise InputError("The network has no negative ties: all would be in one camp. Give actor_network('subtract').")
    return _divided(_resting_on(graph, min_demands))


def _resting_on(graph: nx.Graph[Any], demands: int) -> nx.Graph[Any]:
    """Return a network without groups, and without the ties that rest on fewer demands, of those that say on which."""
    require_weights(graph)

    def rests(one: Any, other: Any) -> bool:
        tie = graph.edges[one, other]
        on = {d for key in ("agree_on", "differ_on") for d in str(tie.get(key, "")).split(SEPARATOR) if d}
        return "n_agree_on" not in tie or len(on) >= demands

    states = [actor for actor, kind in graph.nodes(data="kind") if kind != "group"]
    kept: nx.Graph[Any] = networkx().subgraph_view(graph.subgraph(states), filter_edge=rests).copy()
    return kept


def _divided(graph: nx.Graph[Any]) -> pd.DataFrame:
    """Return the camps of a network all of whose ties count."""
    import pandas as pd

    part = _largest(graph)
    actors = sorted(part, key=lambda a: (-strength(part, a), str(a)))
    sides = dict(zip(actors, _division(part, actors), strict=True))
    fits = {a: _fit(part, a, sides) for a in actors}
    rows = pd.DataFrame(
        {
            "actor_id": pd.Series(actors, dtype=types.text()),
            "actor_name": pd.Series([part.nodes[a].get("name", a) for a in actors], dtype=types.text()),
            "camp": pd.Series([_camp(part, a, sides, fits) for a in actors], dtype=types.text()),
            "fit": [fits[a] / (strength(part, a) or 1) for a in actors],
            "strength": [strength(part, a) for a in actors],
        }
    )
    rows = rows.sort_values(["camp", "actor_id"]).reset_index(drop=True)
    total = sum(strength(part, a) for a in actors)
    rows.attrs["frustration"] = (total - sum(fits.values())) / 2 / total if total else 0.0
    return rows


@checked
def polarization(
    every: str | int = "28d",
    width: str | int = "56d",
    *,
    min_demands: int = LEAST_DEMANDS,
    permutations: int = 0,
    seed: int = 0,
    **options: Any,
) -> pd.DataFrame:
    """Return how far apart two camps are, through time.

    In each window the actors are divided as in `camps`; those in no camp do not count. The index is the mean weight of
    all pairs within camps less that of all pairs between them; a pair without a tie counts as 0. It is high where
    actors agree with their own camp and contradict the other, near 0 where nobody contradicts anybody. In a short
    window few parties are tied: read who they are before you compare two windows.

    Args:
        every: from the first day of a window to that of the next, as in `windows`.
        width: how many days a window has, as in `windows`.
        min_demands: as in `camps`.
        permutations: how often to compare with chance: the weights are dealt out anew to the same ties, and divided
            again. 0 for no test. A low p only says that the ties fit two camps better than chance would have it, which
            is so wherever one actor contradicts most others; it does not say that the camps mean something.
        seed: for the permutations, so that they are the same each time.
        options: those of `actor_network`, such as by, issue, since and until. By default the kind is "subtract",
            the normalization "average", and the unit "range", and all is inferred: each side of an actor on a demand
            counts once, not as often as it is repeated.

    Returns:
        One row per window.

    Columns:
        since, until (datetime): first and last day.
        n_actors, n_ties (integer): in the two camps, and the ties among them.
        within, between (float): mean weight of the pairs within camps, and between them; missing without such pairs.
        polarization (float): within less between; 0 where all are in one camp, missing without ties.
        frustration (float): as in `camps`.
        p_value (float): the share of networks with the same ties and other weights that are as polarized or more,
            this one among them; missing without permutations.
        camp_a, camp_b, no_camp (text): the actors of each, and those in none, joined by ";".

    Raises:
        MissingExtraError: when networkx or scipy is not installed.
        UnknownNameError: for an option that does not exist.
        InputError: as in `windows` and `actor_network`, and for a negative number of permutations.

    Source:
        The index is the difference of densities ("absdiff") that the Discourse Network Analyzer maximizes for its
        polarization; the division is that of Aref and Wilson, see `camps`. The p-value counts the observed network,
        as Phipson and Smyth (2010) advise, Statistical Applications in Genetics and Molecular Biology 9(1), 39.

    Example:
        >>> from summitry import polarization
        >>> through = polarization(every=7, width=7, since="2025-08-11", until="2025-08-24")
        >>> through["since"].dt.day.tolist()
        [11, 18]
    """
    import numpy as np
    import pandas as pd

    asked: dict[str, Any] = {"kind": "subtract", "normalize": "average", "unit": "range", "infer": True, **options}
    chance = np.random.default_rng(seed)
    bounds = {name: asked[name] for name in ("since", "until", "as_of", "tables") if name in asked}
    rows = []
    for window in windows(every, width, **bounds):
        through: dict[str, Any] = {**asked, **window}
        graph = _resting_on(actor_network(**through), min_demands)
        measured = _measured(graph)
        p_value = _p_value(graph, measured["polarization"], permutations, chance)
        rows.append({**window, **measured, "p_value": p_value})
    kinds: dict[str, Any] = {
        **dict.fromkeys(("since", "until"), "datetime64[s]"),
        **dict.fromkeys(("n_actors", "n_ties"), "int64"),
        **dict.fromkeys(("within", "between", "polarization", "frustration", "p_value"), "float64"),
        **dict.fromkeys(("camp_a", "camp_b", "no_camp"), types.text()),
    }
    return pd.DataFrame(rows, columns=list(kinds)).astype(kinds)


def _largest(graph: nx.Graph[Any]) -> nx.Graph[Any]:
    """Return the largest part of a network that ties with a weight connect, the first by name of several."""
    require_weights(graph)
    tied = graph.edge_subgraph([(i, j) for i, j, w in graph.edges(data="weight") if w])
    parts = sorted(networkx().connected_components(tied), key=lambda part: (-len(part), min(map(str, part))))
    largest: nx.Graph[Any] = tied.subgraph(parts[0]) if parts else tied
    return largest


def _fit(graph: nx.Graph[Any], actor: Any, sides: dict[Any, int]) -> float:
    """Return the strength of an actor's ties that fit a division less those that do not."""
    ties = graph.edges(actor, data="weight")
    return float(sum(weight if sides[i] == sides[j] else -weight for i, j, weight in ties))


def _camp(graph: nx.Graph[Any], actor: Any, sides: dict[Any, int], fits: dict[Any, float]) -> str | None:
    """Return the camp of an actor, or None if the division says little of him. `sides` begins with the strongest."""
    own = [a for a, side in sides.items() if side == sides[actor]]
    among = sum(graph.edges[actor, a]["weight"] for a in own if graph.has_edge(actor, a))
    clear = fits[actor] >= LEAST_FIT * strength(graph, actor) and among > 0
    return CAMPS[sides[actor]] if clear or actor == own[0] else None


def _division(graph: nx.Graph[Any], actors: Sequence[Any]) -> list[int]:
    """Return 0 or 1 for each actor, the first of which has 0: a division with the least frustration."""
    with extra("networks"):
        import numpy as np
        from scipy.optimize import Bounds, LinearConstraint, milp
    n, at = len(actors), {actor: i for i, actor in enumerate(actors)}
    edges = [(at[i], at[j], float(w)) for i, j, w in graph.edges(data="weight")]
    if all(w > 0 for *_, w in edges):
        return [0] * n
    # a variable for the side of each actor, and one for each tie that is 1 where the tie does not fit
    rules, least = np.zeros((2 * len(edges), n + len(edges))), np.zeros(2 * len(edges))
    for tie, (i, j, weight) in enumerate(edges):
        for row, sign in ((2 * tie, 1), (2 * tie + 1, -1)):
            rules[row, [i, j]] = (sign, -sign) if weight > 0 else (sign, sign)
            rules[row, n + tie] = 1
            least[row] = 0 if weight > 0 else sign
    highest = np.ones(n + len(edges))
    highest[0] = 0
    found = milp(
        c=[0.0] * n + [abs(w) for *_, w in edges],
        integrality=np.repeat([1, 0], [n, len(edges)]),
        bounds=Bounds(0, highest),
        constraints=LinearConstraint(rules, least, np.inf),
    )
    solution: Any = found.x  # there always is one
    return [round(side) for side in solution[:n]]


def _measured(graph: nx.Graph[Any]) -> dict[str, Any]:
    import numpy as np

    division = _divided(graph)
    placed = division.dropna(subset="camp").sort_values("actor_id")
    part, sides = graph.subgraph(placed["actor_id"]), placed["camp"].to_numpy()
    members: dict[str, str | None] = {
        f"camp_{c}": SEPARATOR.join(placed.loc[placed["camp"] == c, "actor_id"]) or None for c in CAMPS
    }
    one, other = np.triu_indices(len(placed), 1)
    weights = networkx().to_numpy_array(part, placed["actor_id"].tolist())[one, other]  # 0 without a tie
    of_pairs = (weights[sides[one] == sides[other]], weights[sides[one] != sides[other]])
    within, between = (float(some.mean()) if len(some) else None for some in of_pairs)
    index = (within or 0.0) - between if between is not None else None if within is None else 0.0
    return {
        "n_actors": len(placed),
        "n_ties": part.number_of_edges(),
        "within": within,
        "between": between,
        "polarization": index,
        "frustration": division.attrs["frustration"] if len(placed) else None,
        **members,
        "no_camp": SEPARATOR.join(division.loc[division["camp"].isna(), "actor_id"]) or None,
    }


def _p_value(
    graph: nx.Graph[Any], observed: float | None, permutations: int, chance: np.random.Generator
) -> float | None:
    """Return the share of networks with the same ties and other weights that are as polarized as was observed."""
    if not permutations or observed is None:
        return None
    edges = sorted(graph.edges)
    weights: NDArray[np.float64] = chance.permuted([graph.edges[e]["weight"] for e in edges])
    as_polarized, other = 1, graph.copy()
    for _ in range(permutations):
        weights = chance.permuted(weights)
        for edge, weight in zip(edges, weights, strict=True):
            other.edges[edge]["weight"] = float(weight)
        as_polarized += (_measured(other)["polarization"] or 0) >= observed
    return as_polarized / (permutations + 1)
