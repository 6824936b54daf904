"""Discourse networks: actors and demands, and actors who agree or contradict each other, as networkx graphs."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

from summitry import schema
from summitry.analysis import discourse
from summitry.analysis.inputs import SEPARATOR, affiliations, choice, party_column, table
from summitry.analysis.selection import SELF, attributions
from summitry.analysis.stances import in_units, observations, signed, signs_of
from summitry.errors import InputError, missing_extra

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import networkx as nx
    import pandas as pd

    from summitry.analysis.inputs import Tables
    from summitry.dataset.query import Day

ACTORS = {"holder": "holder_id", "speaker": "speaker_id", "party": "party_id"}
_QUALIFIERS = {1.0: "agreement", -1.0: "disagreement"}
_OPPOSITE = {"agreement": "disagreement", "disagreement": "agreement"}


def affiliation_network(
    attribution: str | Sequence[str] | None = SELF,
    unit: str = "statement",
    normalize: str | None = None,
    *,
    actors: str = "holder",
    signs: Mapping[str, float] | None = None,
    as_of: Day | None = None,
    tables: Tables | None = None,
) -> nx.Graph[Any]:
    """Return the signed two-mode network of actors and the demands that they are for or against.

    An edge weighs agreement less disagreement ("subtract" in the Discourse Network Analyzer, there with concepts in
    the place of demands). Demanding and accepting agree, rejecting disagrees; conditional and noncommittal stances
    take no side and are left out. Within a unit, the same actor, demand and side count once.

    Args:
        attribution: one or several of self, adversary, third_party, narrator; None for all. By default nobody is
            given a position that an adversary says he has.
        unit: within what duplicates are dropped: "statement" (none are), "source" (the analyzer's “per document”),
            "day", "week" or "range" (its “across date range”), as in `stance_matrix`.
        normalize: None; "activity" divides by all that the actor says, "prominence" by all that is said on the
            demand.
        actors: "holder" (whose position), "speaker" (who says so) or "party" (the belligerent state of the holder,
            else its widest body, on the day).
        signs: other signs by position, each -1, 0 or 1, such as {"conditional": 1}.
        as_of: use only what was published by this day.
        tables: your own data frames by table name, instead of the dataset's tables.

    Returns:
        An undirected networkx graph. A value that is missing is not set.

        Nodes, by id: label and name; mode (actor or demand); bipartite (0 for actors, 1 for demands); kind, party,
        party_name, country_code and belligerent of actors; issue of demands; agreement, disagreement and activity
        (their sum) in units, n_statements, and n_demands or n_actors.

        Edges: weight (signed); strength (its absolute value, for layouts that want no negative weights); sign
        (positive, negative or balanced); relation (agreement, disagreement or mixed); agreement and disagreement in
        units; statement_ids joined by ";".

        Graph: name, network, normalize, unit, attribution, actors, as_of, dataset.

    Raises:
        MissingExtraError: when networkx is not installed.
        UnknownNameError: for an attribution, unit, normalisation, kind of actor or position that does not exist.
        InputError: for a sign other than -1, 0 and 1, or tables that do not match.

    Source:
        Leifeld (2017) and Leifeld, Gruber and Bossner (2018), cited in full in `summitry.analysis.discourse`.

    Example:
        >>> from summitry import affiliation_network
        >>> graph = affiliation_network()
        >>> sorted({mode for _, mode in graph.nodes(data="mode")})
        ['actor', 'demand']
    """
    choice("normalization", normalize, (None, "activity", "prominence"))
    settings = {"network": "affiliation", "normalize": normalize, "unit": unit, "actors": actors}
    graph = _graph(settings, attribution, as_of)
    rows, units = _sided(attribution, unit, actors, signs, as_of, tables)
    agreement, disagreement = _counts(units)
    weight = discourse.affiliation_weights(agreement, disagreement, normalize)
    _add_actors(graph, rows, units, as_of, tables)
    _add_demands(graph, rows, units, as_of, tables)
    for (actor, demand), group in rows.groupby(["actor", "demand_id"]):
        yes, no = int(_cell(agreement, actor, demand)), int(_cell(disagreement, actor, demand))
        said = {
            "relation": "mixed" if yes and no else "agreement" if yes else "disagreement",
            "agreement": yes,
            "disagreement": no,
            "statement_ids": SEPARATOR.join(sorted(set(group["statement_id"]))),
        }
        graph.add_edge(actor, demand, **_signed_weight(_cell(weight, actor, demand)), **said)
    return graph


def actor_network(
    kind: str = "congruence",
    normalize: str | None = None,
    unit: str = "statement",
    attribution: str | Sequence[str] | None = SELF,
    *,
    actors: str = "holder",
    signs: Mapping[str, float] | None = None,
    as_of: Day | None = None,
    tables: Tables | None = None,
) -> nx.Graph[Any]:
    """Return the network of actors who agree with each other or contradict each other on demands.

    The formulas are those of the Discourse Network Analyzer, with x[i, j, k] for how often actor i speaks on demand
    j with qualifier k (agreement or disagreement):

    - congruence: the sum over j and k of x[i, j, k] · x[i', j, k];
    - conflict: the sum over j and k ≠ k' of x[i, j, k] · x[i', j, k'];
    - subtract: congruence less conflict.

    They are divided, with a[i] for all that actor i says (the sum of x[i, j, k] over j and k),

    - by (a[i] + a[i']) / 2 for "average", the usual choice;
    - by what only i says, plus what only i' says, plus the sum of x[i, j, k] · x[i', j, k] for "jaccard", meant for
      counts of 0 and 1 (unit "range");
    - by a[i] · a[i'] for "cosine", which is what the manual and the program call so;
    - by the same for "activity": that is the network projected from the affiliation network with activity
      normalisation. The program offers it for two-mode networks only.

    What takes a side, and what counts once, is as in `affiliation_network`.

    Args:
        kind: "congruence", "conflict" or "subtract".
        normalize: None, "activity", "average", "jaccard" or "cosine".
        unit: as in `affiliation_network`.
        attribution: as in `affiliation_network`.
        actors: as in `affiliation_network`.
        signs: as in `affiliation_network`.
        as_of: as in `affiliation_network`.
        tables: as in `affiliation_network`.

    Returns:
        An undirected networkx graph of all actors that take a side on something, tied or not. A value that is
        missing is not set.

        Nodes, by id: as the actors of `affiliation_network`.

        Edges: weight; strength and sign as in `affiliation_network`; congruence and conflict (before
        normalisation); agree_on and differ_on (ids of demands joined by ";"), n_agree_on, n_differ_on.

        Graph: as in `affiliation_network`, with the kind as network.

    Raises:
        MissingExtraError: when networkx is not installed.
        UnknownNameError: for a kind, normalisation, unit, attribution, kind of actor or position that does not
            exist.
        InputError: for a sign other than -1, 0 and 1, or tables that do not match.

    Source:
        Leifeld (2017) and Leifeld, Gruber and Bossner (2018), cited in full in `summitry.analysis.discourse`.

    Example:
        >>> from summitry import actor_network
        >>> graph = actor_network("subtract", normalize="average")
        >>> all(-1 <= d["weight"] for _, _, d in graph.edges(data=True) if d["congruence"] > d["conflict"])
        True
    """
    choice("kind of network", kind, tuple(discourse.KINDS))
    choice("normalization", normalize, tuple(discourse.DENOMINATORS))
    settings = {"network": kind, "normalize": normalize, "unit": unit, "actors": actors}
    graph = _graph(settings, attribution, as_of)
    rows, units = _sided(attribution, unit, actors, signs, as_of, tables)
    if units.empty:
        return graph
    x = discourse.profile(*_counts(units))
    weight = discourse.weights(x, kind, normalize)
    agreeing, opposed = discourse.congruence(x), discourse.conflict(x)
    _add_actors(graph, rows, units, as_of, tables)
    sides = {a: set(zip(g["demand_id"], g["qualifier"], strict=True)) for a, g in rows.groupby("actor")}
    for i, j in combinations(x.index, 2):
        raw = {"congruence": int(_cell(agreeing, i, j)), "conflict": int(_cell(opposed, i, j))}
        if raw.get(kind, sum(raw.values())):
            graph.add_edge(i, j, **_signed_weight(_cell(weight, i, j)), **raw, **_shared(sides[i], sides[j]))
    return graph


def networkx() -> Any:
    """Return the library.

    Raises:
        MissingExtraError: when it is not installed.
    """
    try:
        import networkx as nx
    except ModuleNotFoundError as e:
        if e.name != "networkx":
            raise
        raise missing_extra("networkx", "networks") from e
    return nx


def _graph(
    settings: Mapping[str, str | None], attribution: str | Sequence[str] | None, as_of: Day | None
) -> nx.Graph[Any]:
    """Return an empty graph that says how it is made."""
    package = schema.package()
    said = {**settings, "attribution": SEPARATOR.join(attributions(attribution)), "as_of": as_of and str(as_of)}
    known = {key: value for key, value in said.items() if value is not None}
    return networkx().Graph(name=f"{settings['network']} network", **known, dataset=f"{package.name} {package.version}")


def _sided(
    attribution: str | Sequence[str] | None,
    unit: str,
    actors: str,
    signs: Mapping[str, float] | None,
    as_of: Day | None,
    tables: Tables | None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the observations that take a side, with the columns actor, party and qualifier; and each once a unit."""
    column = ACTORS[choice("actor", actors, list(ACTORS))]
    for position, sign in signs_of(signs).items():
        if sign not in (-1, 0, 1):
            raise InputError(f"signs[{position!r}] is {sign!r}; in a network a sign is -1, 0 (left out) or 1.")
    rows = signed(
        observations(attribution, by="holder", groups="whole", infer=False, as_of=as_of, tables=tables), signs
    )
    rows = rows.assign(actor=rows[column], qualifier=rows["sign"].map(_QUALIFIERS))
    rows = rows.assign(party=party_column(rows, "actor", affiliations(as_of, tables)))
    rows = rows[rows["qualifier"].notna()].sort_values(["actor", "demand_id", "day", "statement_id"])
    units = in_units(rows, unit, as_of, tables).drop_duplicates(["actor", "demand_id", "qualifier", "unit"])
    return rows, units


def _counts(units: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return how often each actor is for and against each demand, as two matrices of the same shape."""
    cells = units.groupby(["qualifier", "actor", "demand_id"]).size()
    whole = cells.groupby(["actor", "demand_id"]).sum().unstack(fill_value=0).astype("float64")  # noqa: PD010 - a series is unstacked, a pivot would need a frame
    sides = []
    for qualifier in _QUALIFIERS.values():
        side = cells[cells.index.get_level_values("qualifier") == qualifier].droplevel("qualifier")
        sides.append(side.unstack().reindex(index=whole.index, columns=whole.columns).fillna(0).astype("float64"))  # noqa: PD010 - as above
    return sides[0], sides[1]


def _said(rows: pd.DataFrame, units: pd.DataFrame) -> dict[str, int]:
    sides = {q: int((units["qualifier"] == q).sum()) for q in _QUALIFIERS.values()}
    return {**sides, "activity": len(units), "n_statements": int(rows["statement_id"].nunique())}


def _add_actors(
    graph: nx.Graph[Any], rows: pd.DataFrame, units: pd.DataFrame, as_of: Day | None, tables: Tables | None
) -> None:
    """Add a node for each actor; its party is that of the last day on which it takes a side."""
    about = table("actors", as_of, tables).set_index("actor_id")
    by_actor = dict(list(units.groupby("actor")))
    for actor, group in rows.groupby("actor"):
        party = group.sort_values("day", na_position="first")["party"].iloc[-1]
        facts = {
            "label": about["name"].get(actor, actor),
            "name": about["name"].get(actor, actor),
            "mode": "actor",
            "bipartite": 0,
            "kind": about["kind"].get(actor),
            "party": party,
            "party_name": about["name"].get(party, party),
            "country_code": about["country_code"].get(actor),
            "belligerent": bool(about["belligerent"].get(party, default=False)),
            **_said(group, by_actor[actor]),
            "n_demands": int(group["demand_id"].nunique()),
        }
        graph.add_node(actor, **_present(facts))


def _add_demands(
    graph: nx.Graph[Any], rows: pd.DataFrame, units: pd.DataFrame, as_of: Day | None, tables: Tables | None
) -> None:
    about = table("demands", as_of, tables).set_index("demand_id")
    by_demand = dict(list(units.groupby("demand_id")))
    for demand, group in rows.groupby("demand_id"):
        if demand in graph:
            raise InputError(f"{demand!r} is the id of an actor and of a demand; rename one of them for a network.")
        label = about["label"].get(demand, demand)
        facts = {
            "label": label,
            "name": label,
            "mode": "demand",
            "bipartite": 1,
            "issue": about["issue"].get(demand),
            **_said(group, by_demand[demand]),
            "n_actors": int(group["actor"].nunique()),
        }
        graph.add_node(demand, **_present(facts))


def _present(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts that are known: file formats have no word for what is missing."""
    import pandas as pd

    return {key: value for key, value in facts.items() if not pd.isna(value)}


def _cell(matrix: pd.DataFrame, row: Any, column: Any) -> float:
    value: Any = matrix.loc[row, column]
    return float(value)


def _signed_weight(weight: float) -> dict[str, Any]:
    sign = "positive" if weight > 0 else "negative" if weight < 0 else "balanced"
    return {"weight": weight, "strength": abs(weight), "sign": sign}


def _shared(one: set[tuple[str, str]], other: set[tuple[str, str]]) -> dict[str, Any]:
    """Return on which demands two actors, each with its demands and sides, agree and contradict each other."""
    opposite = {(d, _OPPOSITE[side]) for d, side in other}
    lists = {"agree_on": sorted({d for d, _ in one & other}), "differ_on": sorted({d for d, _ in one & opposite})}
    return {**{k: SEPARATOR.join(v) for k, v in lists.items() if v}, **{f"n_{k}": len(v) for k, v in lists.items()}}
