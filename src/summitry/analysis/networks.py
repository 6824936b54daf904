"""Discourse networks as networkx graphs: of actors and demands, of actors who agree or not, and of demands."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations
from numbers import Real
from typing import TYPE_CHECKING, Any

from summitry import schema
from summitry.analysis import discourse, selection
from summitry.analysis.discourse import AGREEMENT, DISAGREEMENT, OPEN, QUALIFIERS
from summitry.analysis.inputs import SEPARATOR, table
from summitry.analysis.selection import SELF, analysis, attributions
from summitry.analysis.stances import in_units, observations, relations_of, stated
from summitry.dataset.arguments import checked
from summitry.dataset.conditions import as_values
from summitry.dataset.entailment import CONTRARY
from summitry.errors import InputError, choice, extra

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Unpack

    import networkx as nx
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from summitry.analysis.selection import Attribution, By, Chosen, Groups
    from summitry.dataset.arguments import Unit
    from summitry.dataset.entailment import Relation

_QUALIFIED = {"for": AGREEMENT, "open": OPEN, "against": DISAGREEMENT}
_OPPOSITE = {AGREEMENT: DISAGREEMENT, DISAGREEMENT: AGREEMENT}
_RELATIONS = {(True, True): "mixed", (True, False): AGREEMENT, (False, True): DISAGREEMENT}
_NOT_SAID = ("tables", "as_of")  # options that no attribute of a graph repeats, or that have one of their own


@analysis
def affiliation_network(
    attribution: Attribution | Sequence[Attribution] | None = SELF,
    unit: Unit = "statement",
    normalize: str | None = None,
    kind: str = "subtract",
    *,
    by: By = "party",
    groups: Groups = "whole",
    infer: bool | Relation | Sequence[Relation] = CONTRARY,
    contested: bool = False,
    **chosen: Unpack[Chosen],
) -> nx.Graph[Any]:
    """Return the two-mode network of actors and the demands that they are for or against.

    By "subtract" a tie weighs agreement less disagreement, as in the Discourse Network Analyzer, there with concepts
    in the place of demands. Demanding and accepting agree, rejecting disagrees; conditional and noncommittal stances
    leave it open: they are counted as activity, and on the tie as `n_open`, but give no tie. Within a unit, the
    same actor, demand and direction count once. One demand counts for both of a pair of contraries.

    Args:
        attribution: one or several of self, adversary, third_party, narrator; None for all. By default nobody is
            given a position that an adversary says he has.
        unit: within what duplicates are dropped: "statement" (none are), "source" (the analyzer's “per document”),
            "day", "week" or "range" (its “across date range”), as in `stance_matrix`.
        normalize: None; "activity" divides by all that the actor says, "prominence" by all that is said on the
            demand, what is left open included.
        kind: "subtract"; "ignore", by which a tie weighs all that is said, with any qualifier; or "combine", a code
            for the sides taken: 1 only for, 2 only against, 3 both. With "combine" there is no normalization.
        groups: "whole" counts a joint statement for the group, "members" for each member, as in `positions`.
        infer: as in `positions`; by default contraries only, and more where a part should count for its whole too.
            What follows from a position that the actor has left by the end of the time does not count.
        contested: whether only demands count that one party is on balance for and another against, as in
            `actor_network`.
        by, holder, party, speaker, demand, issue, addressee, narrators: as in `positions`.
        since, until, dating, as_of, tables: as in `positions`.

    Returns:
        An undirected networkx graph. A value that is missing is not set.

        Nodes, by id: label and name; mode (actor or demand); bipartite (0 for actors, 1 for demands); kind, party,
        party_name, country_code and belligerent of actors; issue of demands; agreement, open, disagreement and
        activity (their sum) in units, n_statements, and n_demands or n_actors.

        Edges: weight; strength (its absolute value, for layouts that want no negative weights); sign (positive,
        negative or balanced); relation (agreement, disagreement or mixed); agreement and disagreement in units;
        n_open (units that leave it open); statement_ids and stance_ids joined by ";".

        Graph: name, network, normalize, unit, attribution, by, groups, infer, contested, as_of and the filters that
        are given, dataset; share_left_out (of the observations, on demands that are not contested).

    Raises:
        MissingExtraError: when networkx is not installed.
        UnknownNameError: for an option, or a value of one, that does not exist.
        InputError: for "combine" with a normalization, and as in `positions`.

    Source:
        Leifeld (2017) and Leifeld, Gruber and Bossner (2018), cited in full in `summitry.analysis.discourse`.

    Example:
        >>> from summitry import affiliation_network
        >>> graph = affiliation_network()
        >>> sorted({mode for _, mode in graph.nodes(data="mode")})
        ['actor', 'demand']
    """
    choice("normalization", normalize, (None, "activity", "prominence"))
    choice("kind of network", kind, discourse.AFFILIATIONS)
    if kind == "combine" and normalize is not None:
        raise InputError("kind='combine' has codes as weights, which cannot be normalized. Leave normalize out.")
    asked = Asked("affiliation", normalize, unit, attribution, by, groups, relations_of(infer), contested)
    said = said_of(asked, chosen)
    graph = _graph({**_settings(asked, said, chosen), "kind": kind, "compare": None})
    if said.units.empty:
        return graph
    cells = cells_of(said.units)
    x = cells.counted()
    weight = discourse.affiliation_weights(x, kind, normalize)
    _add_nodes(graph, said, "actor", chosen)
    _add_nodes(graph, said, "demand_id", chosen)
    for (actor, demand), group in said.rows.groupby(["actor", "demand_id"]):
        at = cells.actors.index(str(actor)), cells.demands.index(str(demand))
        agreement, left_open, disagreement = (int(count[at]) for count in x)
        if actor in graph and (agreement or disagreement):
            facts = {
                "relation": _RELATIONS[agreement > 0, disagreement > 0],
                "agreement": agreement,
                "disagreement": disagreement,
                "n_open": left_open,
                **_ids(group),
            }
            graph.add_edge(actor, demand, **_signed_weight(float(weight[at])), **facts)
    return graph


@analysis
def actor_network(  # noqa: PLR0913 - each is a choice of the analyst
    kind: str = "congruence",
    normalize: str | None = None,
    unit: Unit = "statement",
    attribution: Attribution | Sequence[Attribution] | None = SELF,
    *,
    by: By = "party",
    groups: Groups = "whole",
    infer: bool | Relation | Sequence[Relation] = CONTRARY,
    contested: bool = True,
    compare: str = "sign",
    **chosen: Unpack[Chosen],
) -> nx.Graph[Any]:
    """Return the network of actors who agree with each other or contradict each other on demands.

    The formulas are those of the Discourse Network Analyzer, with x[i, j, k] for how often actor i speaks on demand
    j with qualifier k: agreement (1), disagreement (-1), or leaving it open (0):

    - congruence: the sum over j and k of x[i, j, k] · x[i', j, k], without what is open;
    - conflict: the sum over j and k of x[i, j, k] · x[i', j, -k], likewise;
    - subtract: congruence less conflict;
    - ignore: the sum over j of all that i says on j times all that i' says on j, with any qualifier.

    All words of the time count, also those of different days: for who agreed when, choose short times by since and
    until, or with `windows`.

    They are divided, with a[i] for all that actor i says (the sum of x[i, j, k] over j and k, what is open included,
    so that weights shrink with it),

    - by (a[i] + a[i']) / 2 for "average", the usual choice; such a weight is not bounded by 1, because a congruence
      is a sum of products: two who both say one thing four times have 16 / 4 = 4, with unit "range" 1;
    - by what only i says, plus what only i' says, plus the sum of x[i, j, k] · x[i', j, k] for "jaccard", meant for
      counts of 0 and 1 (unit "range");
    - by a[i] · a[i'] for "cosine", which is what the manual and the program call so;
    - by the same for "activity": that is the network projected from the affiliation network with activity
      normalisation. The program offers it for two-mode networks only.

    Args:
        kind: "congruence", "conflict", "subtract" or "ignore".
        normalize: None, "activity", "average", "jaccard" or "cosine".
        unit, attribution, groups, infer: as in `affiliation_network`.
        contested: whether only demands count that one party is on balance for and another against, after folding and
            filters. A demand that nobody opposes ties all who speak for it, enemies too. `share_left_out` on the
            graph says how much that is.
        compare: "sign": what is open gives no tie. "integer": the program's formula for whole numbers, with
            1 - |k - k'| / 2 as agreement and the rest as conflict; two who leave a thing open agree by it, and one
            who does half agrees, and half conflicts, with one who takes a side.
        by, holder, party, speaker, demand, issue, addressee, narrators: as in `positions`.
        since, until, dating, as_of, tables: as in `positions`.

    Returns:
        An undirected networkx graph of all actors that take a side on something that counts (by "integer" and
        "ignore" also of those that leave it open), tied or not. A value that is missing is not set.

        Nodes, by id: as the actors of `affiliation_network`.

        Edges: weight; strength and sign as in `affiliation_network`; congruence and conflict (before
        normalisation); agree_on and differ_on (ids of demands on which they ever took the same side, or opposite
        ones, joined by ";"), n_agree_on, n_differ_on, n_open (demands on which both speak, and one of them or both
        leave it open); stance_ids (of both, on demands on which both speak).

        Graph: as in `affiliation_network`, with the kind as network, compare, and nodes ("actors").

    Raises:
        MissingExtraError: when networkx is not installed.
        UnknownNameError: for an option, or a value of one, that does not exist.
        InputError: as in `positions`.

    Source:
        Leifeld (2017) and Leifeld, Gruber and Bossner (2018), cited in full in `summitry.analysis.discourse`.

    Example:
        >>> from summitry import actor_network
        >>> graph = actor_network("subtract", normalize="average")
        >>> bool(graph.edges["russia", "ukraine"]["weight"] < 0)
        True
    """
    asked = Asked(kind, normalize, unit, attribution, by, groups, relations_of(infer), contested, compare)
    return _one_mode(asked, "actor", chosen)


@analysis
def demand_network(  # noqa: PLR0913 - each is a choice of the analyst
    kind: str = "congruence",
    normalize: str | None = None,
    unit: Unit = "range",
    attribution: Attribution | Sequence[Attribution] | None = SELF,
    *,
    by: By = "party",
    groups: Groups = "whole",
    infer: bool | Relation | Sequence[Relation] = CONTRARY,
    contested: bool = False,
    compare: str = "sign",
    **chosen: Unpack[Chosen],
) -> nx.Graph[Any]:
    """Return the network of demands that the same actors are for, or against.

    It is the other one-mode network of the same counts: with the formulas of `actor_network`, in which demands take
    the place of actors, and actors that of demands. Two demands are congruent as often as an actor has the same side
    on both, and conflict as often as it is for one and against the other.

    Args:
        kind, normalize, compare: as in `actor_network`.
        unit: as in `affiliation_network`; by default each actor counts once for each side of a demand.
        attribution, groups, infer, contested: as in `affiliation_network`.
        by, holder, party, speaker, demand, issue, addressee, narrators: as in `positions`.
        since, until, dating, as_of, tables: as in `positions`.

    Returns:
        An undirected networkx graph of all demands on which somebody takes a side, tied or not. A value that is
        missing is not set.

        Nodes, by id: as the demands of `affiliation_network`.

        Edges: weight; strength, sign, congruence and conflict as in `actor_network`; agree_on and differ_on (here ids
        of actors, joined by ";", that have the same side on both, or opposite ones), n_agree_on, n_differ_on, n_open
        (actors that speak on both, and leave one of them or both open); stance_ids.

        Graph: as in `actor_network`, with "demands" as nodes.

    Raises:
        MissingExtraError: when networkx is not installed.
        UnknownNameError: for an option, or a value of one, that does not exist.
        InputError: as in `positions`.

    Source:
        Leifeld (2017) and Leifeld, Gruber and Bossner (2018), cited in full in `summitry.analysis.discourse`.

    Example:
        >>> from summitry import demand_network
        >>> graph = demand_network()
        >>> {mode for _, mode in graph.nodes(data="mode")}
        {'demand'}
    """
    asked = Asked(kind, normalize, unit, attribution, by, groups, relations_of(infer), contested, compare)
    return _one_mode(asked, "demand_id", chosen)


@checked
def backbone(graph: nx.Graph[Any], alpha: float = 0.05) -> nx.Graph[Any]:
    """Return a network with only the ties that are strong for one of their actors.

    Of an actor with k ties, a share p of all its strength on one of them is as large by chance with the probability
    (1 - p) ** (k - 1), if the strength is dealt out at random. A tie stays if that is below alpha for one of its
    actors. The only tie of an actor never stays by itself. All actors stay.

    Args:
        graph: a network with weights, such as `actor_network` returns; of a negative weight the size counts.
        alpha: the level, between 0 and 1.

    Returns:
        A copy with fewer edges, each with `significance`: the lower of the probabilities of its two actors.

    Raises:
        MissingExtraError: when networkx is not installed.
        InputError: for an alpha that is not between 0 and 1, or a graph with directions or without weights.

    Source:
        Serrano, Boguñá and Vespignani (2009). Extracting the multiscale backbone of complex weighted networks.
        Proceedings of the National Academy of Sciences 106(16), 6483-6488.

    Example:
        >>> from summitry import actor_network, backbone
        >>> graph = actor_network("subtract", normalize="average")
        >>> backbone(graph, 0.2).number_of_edges() < graph.number_of_edges()
        True
    """
    require_weights(graph)
    kept = graph.copy()
    for one, other, weight in graph.edges(data="weight"):
        chances = [_by_chance(graph, actor, abs(weight)) for actor in (one, other)]
        if min(chances) < alpha:
            kept.edges[one, other]["significance"] = min(chances)
        else:
            kept.remove_edge(one, other)
    return kept


def _by_chance(graph: nx.Graph[Any], actor: Any, size: float) -> float:
    total = strength(graph, actor)
    return float((1 - size / total) ** (graph.degree(actor) - 1)) if total else 1.0


def require_weights(graph: nx.Graph[Any]) -> None:
    """Refuse a network of directions, of several ties of a pair, or of ties without a weight.

    Raises:
        InputError: with what to give.
    """
    if graph.is_directed() or graph.is_multigraph():
        raise InputError("The network has directions or several ties of a pair. Give what actor_network() returns.")
    require_numbers(graph, missing=None)


def require_numbers(graph: nx.Graph[Any], missing: float | None = 1) -> None:
    """Refuse a weight that is no finite number; a tie without one has what is given for it.

    Raises:
        InputError: with the tie.
    """
    for one, other, weight in graph.edges(data="weight", default=missing):
        if not isinstance(weight, Real) or not abs(float(weight)) < math.inf:
            raise InputError(f"The tie of {one} and {other} has the weight {weight!r}. Give what actor_network() does.")


def strength(graph: nx.Graph[Any], actor: Any) -> float:
    """Return the sum of the strengths of an actor's ties."""
    return float(sum(abs(w) for *_, w in graph.edges(actor, data="weight")))


def networkx() -> Any:
    """Return the library, or raise the error that names its extra."""
    with extra("networks"):
        import networkx as nx
    return nx


@dataclass(frozen=True)
class Asked:
    """What a network is asked for, beside the filters."""

    network: str
    normalize: str | None
    unit: str
    attribution: str | Sequence[str] | None
    by: str
    groups: str
    infer: tuple[str, ...]
    contested: bool
    compare: str = "sign"


@dataclass(frozen=True)
class Said:
    """What a network counts.

    Attributes:
        rows: the observations, with the column qualifier.
        units: the same, each actor, demand and qualifier once a unit.
        share_left_out: of the observations, those on demands that are not contested.
    """

    rows: pd.DataFrame
    units: pd.DataFrame
    share_left_out: float


COUNTS_ONCE = ["actor", "demand_id", "qualifier", "unit"]


def said_of(asked: Asked, chosen: Chosen) -> Said:
    """Return the observations that a network counts: of what follows from others, what the actor kept to the end."""
    rows = observations(asked.attribution, by=asked.by, groups=asked.groups, infer=asked.infer, fold=True, **chosen)
    rows = rows[rows["left"].isna() | rows.index.isin(stated(rows).index)]
    rows = rows.assign(qualifier=rows["direction"].astype("str").map(_QUALIFIED))
    kept = rows[rows["demand_id"].isin(contested_demands(rows))] if asked.contested else rows
    share = round(1 - len(kept) / len(rows), 4) if len(rows) else 0.0
    in_all = in_units(kept, asked.unit, *selection.source(chosen))
    return Said(in_all, in_all.drop_duplicates(COUNTS_ONCE), share)


def contested_demands(rows: pd.DataFrame) -> set[str]:
    """Return the demands of observations that one party is on balance for and another against.

    In a long time nearly every party says once what another would not, so a single refusal makes no demand contested.
    """
    balance = rows.groupby(["demand_id", "party_id"])["sign"].sum().groupby("demand_id").agg(["min", "max"])
    return {str(d) for d in balance.index[(balance["min"] < 0) & (balance["max"] > 0)]}


def _settings(asked: Asked, said: Said, chosen: Chosen) -> dict[str, Any]:
    """Return what the attributes of a graph say of how it is made."""
    filters = {option: given for option, given in chosen.items() if option not in _NOT_SAID and given is not None}
    as_of = chosen.get("as_of")
    return {
        **{name: given for name, given in vars(asked).items() if name not in _NOT_SAID},
        "attribution": SEPARATOR.join(attributions(asked.attribution)),
        "infer": SEPARATOR.join(asked.infer) or None,
        "share_left_out": said.share_left_out,
        "as_of": as_of and str(as_of),
        **{option: _in_words(given) for option, given in filters.items()},
    }


def _in_words(given: Any) -> str:
    """Return the value of a filter as text, several values joined by ";"."""
    return SEPARATOR.join(map(str, as_values(given)))


def _graph(settings: Mapping[str, Any]) -> nx.Graph[Any]:
    """Return an empty graph that says how it is made."""
    package = schema.package()
    known = {key: value for key, value in settings.items() if value is not None}
    return networkx().Graph(name=f"{settings['network']} network", **known, dataset=f"{package.name} {package.version}")


def _one_mode(asked: Asked, of: str, chosen: Chosen) -> nx.Graph[Any]:
    """Return the network of actors or of demands (the column `of` of observations)."""
    require_choices(asked)
    said = said_of(asked, chosen)
    graph = _graph({**_settings(asked, said, chosen), "nodes": _NODES[of][0]})
    if said.units.empty:
        return graph
    cells, compare = cells_of(said.units), asked.compare
    x, ids = cells.counted(), cells.actors
    if of != "actor":
        x, ids = x.transpose(0, 2, 1), cells.demands
    at = {node: n for n, node in enumerate(ids)}
    _add_nodes(graph, said, of, chosen, every=compare == "integer" or asked.network == "ignore")
    weight = discourse.weights(x, asked.network, asked.normalize, compare)
    parts = {kind: discourse.raw(x, kind, compare) for kind in ("congruence", "conflict")}
    sides = _sides(said.rows, of)
    for i, j in combinations([node for node in at if node in graph], 2):
        numbers = {kind: _whole(float(matrix[at[i], at[j]])) for kind, matrix in parts.items()}
        value = float(weight[at[i], at[j]])
        if value or (asked.network == "subtract" and any(numbers.values())):
            graph.add_edge(i, j, **_signed_weight(value), **numbers, **_shared(sides[i], sides[j]))
    return graph


def require_choices(asked: Asked) -> None:
    """Refuse what a one-mode network cannot be asked for.

    Raises:
        UnknownNameError: for a kind, a normalization or a way to compare that does not exist.
    """
    choice("kind of network", asked.network, discourse.KINDS)
    choice("normalization", asked.normalize, tuple(discourse.DENOMINATORS))
    choice("way to compare", asked.compare, discourse.COMPARISONS)


def _whole(number: float) -> float | int:
    return int(number) if number == int(number) else number


@dataclass(frozen=True)
class Cells:
    """The cell of each unit in an array of qualifiers, actors and demands."""

    actors: list[str]
    demands: list[str]
    shape: tuple[int, int, int]
    of_units: NDArray[np.intp]

    def counted(self, weights: NDArray[Any] | None = None) -> NDArray[np.float64]:
        """Return the array: how often each cell occurs, each unit with its weight."""
        import numpy as np

        found: NDArray[np.float64] = np.bincount(self.of_units, weights, math.prod(self.shape)).astype("float64")
        return found.reshape(self.shape)


def cells_of(units: pd.DataFrame) -> Cells:
    """Return in which cell each unit is."""
    import numpy as np
    import pandas as pd

    actors, demands = sorted(set(units["actor"])), sorted(set(units["demand_id"]))
    shape = (len(QUALIFIERS), len(actors), len(demands))
    orders = ((list(QUALIFIERS), "qualifier"), (actors, "actor"), (demands, "demand_id"))
    places = [pd.Index(order).get_indexer(pd.Index(units[column])) for order, column in orders]
    return Cells(actors, demands, shape, np.ravel_multi_index(places, shape))


def _ids(rows: pd.DataFrame) -> dict[str, str]:
    """Return the statements and stances of rows."""
    return {f"{what}_ids": SEPARATOR.join(sorted(set(rows[f"{what}_id"]))) for what in ("statement", "stance")}


def _sides(rows: pd.DataFrame, of: str) -> dict[Any, dict[tuple[str, str], set[str]]]:
    """Return for each actor (or demand) the demands (or actors) and qualifiers that it has, and by which stances."""
    other = "demand_id" if of == "actor" else "actor"
    found: dict[Any, dict[tuple[str, str], set[str]]] = {}
    for node, partner, qualifier, stance in zip(*(rows[c] for c in (of, other, "qualifier", "stance_id")), strict=True):
        found.setdefault(node, {}).setdefault((partner, qualifier), set()).add(stance)
    return found


def _add_nodes(graph: nx.Graph[Any], said: Said, of: str, chosen: Chosen, *, every: bool = False) -> None:
    """Add a node for each actor or demand (the column `of`) that has a side, or for every one."""
    tables, partners, facts_of = _NODES[of]
    about = table(tables, *selection.source(chosen)).set_index(schema.package().table(tables).primary_key[0])
    units = dict(list(said.units.groupby(of)["qualifier"]))
    for node, rows in said.rows.groupby(of):
        if every or (rows["qualifier"] != OPEN).any():
            if node in graph:
                raise InputError(f"{node!r} is the id of an actor and of a demand; rename one of them for a network.")
            facts = {
                **facts_of(node, rows, about),
                **{q: int((units[node] == q).sum()) for q in QUALIFIERS},
                "activity": len(units[node]),
                "n_statements": int(rows["statement_id"].nunique()),
                f"n_{_NODES[partners][0]}": int(rows[partners].nunique()),
            }
            graph.add_node(node, **_present(facts))


def _of_actor(actor: Any, rows: pd.DataFrame, about: pd.DataFrame) -> dict[str, Any]:
    """Return what a node says of an actor; its party is that of the last day."""
    party = rows.sort_values("day", na_position="first", kind="stable")["party_id"].iloc[-1]
    name = about["name"].get(actor, actor)
    return {
        "label": name,
        "name": name,
        "mode": "actor",
        "bipartite": 0,
        "kind": about["kind"].get(actor),
        "party": party,
        "party_name": about["name"].get(party, party),
        "country_code": about["country_code"].get(actor),
        "belligerent": bool(about["belligerent"].get(party, default=False)),
    }


def _of_demand(demand: Any, _: pd.DataFrame, about: pd.DataFrame) -> dict[str, Any]:
    label = about["label"].get(demand, demand)
    issue = about["issue"].get(demand)
    return {"label": label, "name": label, "mode": "demand", "bipartite": 1, "issue": issue}


# column of observations → the table of its nodes, the column of what they are tied by, and what a node says
_NODES = {"actor": ("actors", "demand_id", _of_actor), "demand_id": ("demands", "actor", _of_demand)}


def _present(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts that are known: file formats have no word for what is missing."""
    import pandas as pd

    return {key: value for key, value in facts.items() if not pd.isna(value)}


def _signed_weight(weight: float) -> dict[str, Any]:
    sign = "positive" if weight > 0 else "negative" if weight < 0 else "balanced"
    return {"weight": weight, "strength": abs(weight), "sign": sign}


def _shared(one: Mapping[tuple[str, str], set[str]], other: Mapping[tuple[str, str], set[str]]) -> dict[str, Any]:
    """Return on what two nodes, each with its partners and qualifiers, agree, contradict each other, and are open."""
    taken = {side for side in one if side[1] != OPEN}
    both = {p for p, _ in one} & {p for p, _ in other}
    lists = {
        "agree_on": sorted({p for p, q in taken if (p, q) in other}),
        "differ_on": sorted({p for p, q in taken if (p, _OPPOSITE[q]) in other}),
    }
    left_open = {p for p, q in [*one, *other] if q == OPEN and p in both}
    stances = {s for said in (one, other) for (p, _), ids in said.items() if p in both for s in ids}
    return {
        **{key: SEPARATOR.join(ids) for key, ids in lists.items() if ids},
        **{f"n_{key}": len(ids) for key, ids in lists.items()},
        "n_open": len(left_open),
        "stance_ids": SEPARATOR.join(sorted(stances)),
    }
