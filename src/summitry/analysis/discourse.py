"""One-mode networks from who is for and against what: the formulas of the Discourse Network Analyzer.

The notation is that of the manual: x[i, j, k] is how often actor i speaks on concept j with qualifier k, here
agreement or disagreement. A profile is a matrix with a row for each actor i and a column for each pair (j, k).

Sources:
    Leifeld, P. (2017). Discourse Network Analysis: Policy Debates as Dynamic Networks. In J. N. Victor,
    A. H. Montgomery and M. Lubell (eds.), The Oxford Handbook of Political Networks, pp. 301-326. Oxford University
    Press. https://doi.org/10.1093/oxfordhb/9780190228217.013.25

    Leifeld, P., Gruber, J. and Bossner, F. R. (2018). Discourse Network Analyzer Manual, chapter “Methods for
    Network Construction”. https://github.com/leifeld/dna

    The program itself: computeOneModeMatrix and computeTwoModeMatrix in export/Exporter.java, same place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd


def profile(agreement: pd.DataFrame, disagreement: pd.DataFrame) -> pd.DataFrame:
    """Return the profiles of actors from counts of agreement and disagreement, actors by concepts.

    Args:
        agreement: how often each actor (row) is for each concept (column).
        disagreement: how often it is against it; the same rows and columns.
    """
    import pandas as pd

    return pd.concat({"agreement": agreement, "disagreement": disagreement}, axis=1)


def congruence(x: pd.DataFrame) -> pd.DataFrame:
    """Return how often two actors agree: the sum over j and k of x[i, j, k] · x[i', j, k].

    Of a diagonal nothing is made; the manual has none.

    Args:
        x: profiles.
    """
    return x @ x.T


def conflict(x: pd.DataFrame) -> pd.DataFrame:
    """Return how often two actors contradict each other: the sum over j and k ≠ k' of x[i, j, k] · x[i', j, k'].

    Args:
        x: profiles.
    """
    other = {"agreement": "disagreement", "disagreement": "agreement"}
    return x @ x.rename(columns=other, level=0).reindex(columns=x.columns).T


def subtract(x: pd.DataFrame) -> pd.DataFrame:
    """Return congruence less conflict.

    Args:
        x: profiles.
    """
    return congruence(x) - conflict(x)


def _plain(x: pd.DataFrame) -> pd.DataFrame:
    return (x @ x.T) * 0 + 1


def _average(x: pd.DataFrame) -> pd.DataFrame:
    """Return half the sum of what both say: (Σ x[i, j, k] + Σ x[i', j, k]) / 2."""
    activity = x.sum(axis=1)
    return _plain(x).mul(activity, axis=0).add(activity, axis=1) / 2


def _product(x: pd.DataFrame) -> pd.DataFrame:
    """Return the product of what both say: √(Σ x[i, j, k])² · √(Σ x[i', j, k])²."""
    activity = x.sum(axis=1)
    return _plain(x).mul(activity, axis=0).mul(activity, axis=1)


def _jaccard(x: pd.DataFrame) -> pd.DataFrame:
    """Return what one alone says, what the other alone says, and the product of what both say.

    Σ x[i, j, k] where x[i', j, k] = 0, plus the reverse, plus Σ x[i, j, k] · x[i', j, k].
    """
    alone = x @ (x == 0).astype("float64").T
    return alone + alone.T + x @ x.T


KINDS = {"congruence": congruence, "conflict": conflict, "subtract": subtract}
# normalisation → what a weight is divided by
DENOMINATORS: dict[str | None, Callable[[pd.DataFrame], pd.DataFrame]] = {
    None: _plain,
    "activity": _product,
    "average": _average,
    "jaccard": _jaccard,
    "cosine": _product,
}


def weights(x: pd.DataFrame, kind: str, normalize: str | None) -> pd.DataFrame:
    """Return the weights of a one-mode network, actors by actors.

    Args:
        x: profiles; every actor says something.
        kind: a key of KINDS.
        normalize: a key of DENOMINATORS.
    """
    return KINDS[kind](x) / DENOMINATORS[normalize](x)


def affiliation_weights(agreement: pd.DataFrame, disagreement: pd.DataFrame, normalize: str | None) -> pd.DataFrame:
    """Return the signed weights of a two-mode network, actors by concepts: agreement less disagreement.

    Args:
        agreement: as for `profile`.
        disagreement: as for `profile`.
        normalize: None; "activity" divides by all that the actor says, "prominence" by all that is said on the
            concept, with any qualifier.
    """
    net, said = agreement - disagreement, agreement + disagreement
    if normalize == "activity":
        return net.div(said.sum(axis=1), axis=0)
    if normalize == "prominence":
        return net.div(said.sum(axis=0), axis=1)
    return net
