"""What a position on one demand says of other demands, from plain rows of the tables demands and demand_relations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, cast, get_args

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    Row = Mapping[str, Any]
    Side = tuple[str, int]  # a demand, and 1 for, -1 against or 0 open
    Steps = dict[Side, list[tuple[str, Side]]]

# in the order in which they are followed: of two ways to one conclusion that are as short, the first is named
Relation = Literal["contrary", "part_of", "excludes"]
CONTRARY, PART_OF, EXCLUDES = RELATIONS = cast("tuple[Relation, ...]", get_args(Relation))
SIGNS = (1, 0, -1)


@dataclass(frozen=True)
class Inference:
    """What follows from a position: on which demand, with which sign, and by which relations, joined by ";"."""

    demand: str
    sign: int
    by: str


def _steps(demands: Sequence[Row], relations: Iterable[Row]) -> Iterator[tuple[str, Side, Side]]:
    """Yield each single step: a relation, a side, and the side that follows from it.

    Contraries turn a sign round, also that of what is open. Whoever is for a part is for the whole, and whoever is
    against the whole is against each part, unless the part alone says who would have to act, or names another: what a
    state refuses to do itself is no refusal of what another does. Of two demands that exclude each other, for one is
    against the other.
    """
    addressee = {row["demand_id"]: row.get("addressee_id") for row in demands}  # rows may leave the column out
    for row in relations:
        one, other = row["demand_id"], row["other_id"]
        for a, b in ((one, other), (other, one)):
            if row["relation"] == CONTRARY:
                yield from ((CONTRARY, (a, sign), (b, -sign)) for sign in SIGNS)
            if row["relation"] == EXCLUDES:
                yield EXCLUDES, (a, 1), (b, -1)
    for row in demands:
        part, whole = row["demand_id"], row["part_of_id"]
        if whole is not None:
            yield PART_OF, (part, 1), (whole, 1)
            if addressee[part] in (None, addressee.get(whole)):
                yield PART_OF, (whole, -1), (part, -1)


class Entailments:
    """The demands that follow from one another, over any number of steps.

    Args:
        demands: rows of the table demands.
        relations: rows of the table demand_relations, in any order; one that names a demand not in `demands` is
            left out.
        by: the relations to follow, of `RELATIONS`.

    Example:
        >>> pairs = {"truce": "peace", "peace": None, "war": None}
        >>> demands = [{"demand_id": demand, "part_of_id": whole} for demand, whole in pairs.items()]
        >>> relations = [{"demand_id": "peace", "relation": "contrary", "other_id": "war"}]
        >>> for found in Entailments(demands, relations).of("truce", 1):
        ...     print(found.demand, found.sign, found.by)
        peace 1 part_of
        war -1 part_of;contrary
    """

    def __init__(self, demands: Iterable[Row], relations: Iterable[Row], by: Collection[str] = RELATIONS) -> None:
        """Collect the single steps."""
        known = [row for row in demands if row["demand_id"] is not None]
        ids = {row["demand_id"] for row in known}
        related = sorted(
            (row for row in relations if row["demand_id"] in ids and row["other_id"] in ids),
            key=lambda row: (row["demand_id"], row["other_id"]),
        )
        self._contraries = [row["demand_id"] for row in related if row["relation"] == CONTRARY]
        self._steps: Steps = {}
        for relation, side, follows in sorted(
            _steps(known, related), key=lambda step: (RELATIONS.index(step[0]), step[2])
        ):
            if relation in by and follows[0] in ids:
                self._steps.setdefault(side, []).append((relation, follows))

    def of(self, demand: str, sign: int) -> list[Inference]:
        """Return what follows from a position, the fewest steps first; never anything about the demand itself."""
        ways: dict[Side, tuple[str, ...]] = {(demand, sign): ()}
        waiting = [(demand, sign)]
        for side in waiting:  # grows while it is read
            for relation, follows in self._steps.get(side, ()):
                if follows not in ways:
                    ways[follows] = (*ways[side], relation)
                    waiting.append(follows)
        return [Inference(d, s, _named(way)) for (d, s), way in ways.items() if d != demand]

    def folded(self) -> dict[str, str]:
        """Return for each demand with a contrary the one that counts for both: the one that its row names first.

        The relations to follow must include the contraries.
        """
        first: dict[str, str] = {}
        for demand in self._contraries:
            # what is open passes through contraries alone, so this finds all that hang together by them
            for other in (demand, *(found.demand for found in self.of(demand, 0))):
                first.setdefault(other, demand)
        return first


def _named(way: tuple[str, ...]) -> str:
    """Return the relations of a way, each run of one relation once."""
    return ";".join(relation for i, relation in enumerate(way) if i == 0 or relation != way[i - 1])
