"""How sure positions and ties are, if other statements of the same kind had been reported: bootstrap intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from summitry.analysis import discourse, networks, selection
from summitry.analysis.inputs import with_names
from summitry.analysis.selection import SELF, analysis
from summitry.analysis.stances import in_units, observations, relations_of
from summitry.schema import types

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Unpack

    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from summitry.analysis.selection import Attribution, By, Chosen, Groups
    from summitry.dataset.arguments import Unit
    from summitry.dataset.entailment import Relation


@analysis
def position_intervals(
    attribution: Attribution | Sequence[Attribution] | None = SELF,
    *,
    by: By = "party",
    groups: Groups = "members",
    infer: bool | Relation | Sequence[Relation] = True,
    unit: Unit = "statement",
    samples: int = 1000,
    confidence: float = 0.95,
    seed: int = 0,
    **chosen: Unpack[Chosen],
) -> pd.DataFrame:
    """Return the mean sign of each actor on each demand, with a bootstrap interval.

    The units (statements, by default) of an actor on a demand are drawn again with replacement, and the mean sign is
    computed of each sample. The interval says how much the mean rests on single statements. It says nothing of
    statements that no page reported.

    Args:
        attribution, by, groups, infer, holder, party, speaker, demand, issue: as in `positions`.
        addressee, narrators, since, until, dating, as_of, tables: as in `positions`.
        unit: as in `stance_matrix`.
        samples: how many samples are drawn.
        confidence: the share of samples that the interval contains, between 0 and 1.
        seed: for the samples, so that they are the same each time.

    Returns:
        One row per actor and demand, sorted by these.

    Columns:
        actor_id, actor_name, demand_id, demand_label (text): as in `positions`.
        n_units (integer): units with a sign.
        n_inferred (integer): of these, the ones in which it only follows from other demands.
        mean (float): of the signs, from -1 (against) to 1 (for).
        low, high (float): the interval; missing with one unit, of which nothing can be drawn.

    Raises:
        UnknownNameError: for an option, or a value of one, that does not exist.
        InputError: for a confidence that is not between 0 and 1, fewer samples than 1, and as in `positions`.

    Source:
        Efron and Tibshirani (1993). An Introduction to the Bootstrap, chapter 13: percentile intervals.

    Example:
        >>> from summitry import position_intervals
        >>> sure = position_intervals(demand="putin-zelensky-meeting").set_index("actor_id")
        >>> bool((sure["low"].dropna() <= sure["mean"].loc[sure["low"].notna()]).all())
        True
    """
    import numpy as np
    import pandas as pd

    chance, bounds = _chance(confidence, seed)
    rows = observations(attribution, by=by, groups=groups, infer=infer, fold=True, **chosen)
    units = in_units(rows, unit, *selection.source(chosen))
    units = units.drop_duplicates(["actor", "demand_id", "sign", "unit"])
    units["inferred"] = units["inferred_by"].notna()
    of_units = units.groupby(["actor", "demand_id", "unit"]).agg({"sign": "mean", "inferred": "all"}).reset_index()
    found = []
    for (actor, demand), group in of_units.groupby(["actor", "demand_id"]):
        means = group["sign"].to_numpy(dtype="float64")
        drawn = means[chance.integers(len(means), size=(samples, len(means)))].mean(axis=1)
        low, high = np.quantile(drawn, bounds) if len(means) > 1 else (None, None)
        found.append((actor, demand, len(means), int(group["inferred"].sum()), float(means.mean()), low, high))
    kinds: dict[str, Any] = {
        **dict.fromkeys(("actor_id", "demand_id"), types.text()),
        **dict.fromkeys(("n_units", "n_inferred"), "int64"),
        **dict.fromkeys(("mean", "low", "high"), "float64"),
    }
    frame = pd.DataFrame(found, columns=list(kinds)).astype(kinds)
    return with_names(frame, {"actor_id": "actors", "demand_id": "demands"}, *selection.source(chosen))


@analysis
def tie_intervals(  # noqa: PLR0913 - each is a choice of the analyst
    kind: str = "subtract",
    normalize: str | None = "average",
    unit: Unit = "statement",
    attribution: Attribution | Sequence[Attribution] | None = SELF,
    *,
    by: By = "party",
    groups: Groups = "whole",
    infer: bool | Relation | Sequence[Relation] = "contrary",
    contested: bool = True,
    compare: str = "sign",
    samples: int = 1000,
    confidence: float = 0.95,
    seed: int = 0,
    **chosen: Unpack[Chosen],
) -> pd.DataFrame:
    """Return the ties of an actor network, with bootstrap intervals of their weights.

    All statements are drawn again with replacement, and the network is computed of each sample. A tie whose interval
    contains 0 is not known to be friendly or hostile. Which demands are contested is decided once, before.

    Args:
        kind, normalize, unit, attribution, by, groups, infer, contested, compare: as in `actor_network`.
        samples, confidence, seed: as in `position_intervals`.
        holder, party, speaker, demand, issue, addressee, narrators: as in `positions`.
        since, until, dating, as_of, tables: as in `positions`.

    Returns:
        One row per pair of actors with a tie, sorted by these.

    Columns:
        source, target (text): ids of the actors.
        weight (float): as in `actor_network`.
        low, high (float): the interval.
        share_positive, share_negative (float): the shares of samples with a positive and with a negative weight.

    Raises:
        UnknownNameError: for an option, or a value of one, that does not exist.
        InputError: as in `position_intervals` and `actor_network`.

    Source:
        Efron and Tibshirani (1993), as in `position_intervals`; the formulas of the weights as in `actor_network`.

    Example:
        >>> from summitry import tie_intervals
        >>> ties = tie_intervals(samples=50).set_index(["source", "target"])
        >>> bool(ties.loc[("russia", "ukraine"), "share_negative"] > 0.5)
        True
    """
    import numpy as np
    import pandas as pd

    chance, bounds = _chance(confidence, seed)
    inferred = relations_of(infer)
    asked = networks.Asked(kind, normalize, unit, attribution, by, groups, inferred, contested, compare)
    networks.require_choices(asked)
    said = networks.said_of(asked, chosen)
    found = []
    if len(said.rows):
        actors = sorted(set(said.rows["actor"]))
        statements = said.rows["statement_id"].unique()
        drawn = chance.multinomial(len(statements), np.full(len(statements), 1 / len(statements)), samples)
        weights = _weights_of(said, asked)
        whole = weights(np.ones(len(statements)))
        each = np.stack([weights(times) for times in drawn])
        for i, j in zip(*np.triu_indices(len(actors), 1), strict=True):
            of_pair = each[:, i, j]
            if whole[i, j]:
                low, high = np.quantile(of_pair, bounds)
                shares = float((of_pair > 0).mean()), float((of_pair < 0).mean())
                found.append((actors[i], actors[j], float(whole[i, j]), low, high, *shares))
    columns = ["weight", "low", "high", "share_positive", "share_negative"]
    frame = pd.DataFrame(found, columns=["source", "target", *columns])
    return frame.astype({**dict.fromkeys(("source", "target"), types.text()), **dict.fromkeys(columns, "float64")})


def _chance(confidence: float, seed: int) -> tuple[np.random.Generator, tuple[float, float]]:
    """Return a source of chance, and the two quantiles of an interval."""
    import numpy as np

    return np.random.default_rng(seed), ((1 - confidence) / 2, (1 + confidence) / 2)


def _weights_of(said: networks.Said, asked: networks.Asked) -> Callable[[NDArray[Any]], NDArray[np.float64]]:
    """Return a function of how often each statement, in order of appearance, is drawn: the weights between all actors.

    What is said in a unit counts once, by however many statements that were drawn; a statement drawn twice is two.
    """
    import numpy as np

    cells, statement = networks.cells_of(said.units), said.rows["statement_id"].factorize()[0]
    unit = said.rows.groupby(networks.COUNTS_ONCE, sort=False).ngroup().to_numpy()  # in the order of said.units

    def weights(times: NDArray[Any]) -> NDArray[np.float64]:
        drawn = np.zeros(len(said.units), times.dtype)
        np.maximum.at(drawn, unit, times[statement])
        x = cells.counted(drawn if asked.unit == "statement" else drawn > 0)
        with np.errstate(invalid="ignore", divide="ignore"):
            found = discourse.weights(x, asked.network, asked.normalize, asked.compare)
        return np.nan_to_num(found, nan=0.0, posinf=0.0, neginf=0.0)  # who says nothing has no ties

    return weights
