"""Networks from who is for and against what: the formulas of the Discourse Network Analyzer.

The notation is that of the manual: x[i, j, k] is how often actor i speaks on concept j with qualifier k, here
agreement (1), disagreement (-1), or leaving it open (0). A profile is a matrix with a row for each actor i and a column
for each pair (k, j).

The program has two ways to compare qualifiers. Of two that are yes and no, equal ones agree and others conflict: by
"sign" what is open does neither, so that nobody who says “perhaps” is made an ally or a foe. For whole numbers it has
1 - |k - k'| / range as agreement and the rest as conflict: by "integer", two who leave a thing open agree by it, and
one who does half agrees, and half conflicts, with one who takes a side.

Sources:
    Leifeld, P. (2017). Discourse Network Analysis: Policy Debates as Dynamic Networks. In J. N. Victor,
    A. H. Montgomery and M. Lubell (eds.), The Oxford Handbook of Political Networks, pp. 301-326. Oxford University
    Press. https://doi.org/10.1093/oxfordhb/9780190228217.013.25

    Leifeld, P., Gruber, J. and Bossner, F. R. (2018). Discourse Network Analyzer Manual, chapter “Methods for
    Network Construction”. https://github.com/leifeld/dna

    The program itself: computeOneModeMatrix and computeTwoModeMatrix in export/Exporter.java, same place.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pandas as pd

    Closeness = Callable[[int, int], float]

AGREEMENT, OPEN, DISAGREEMENT = "agreement", "open", "disagreement"
QUALIFIERS = {AGREEMENT: 1, OPEN: 0, DISAGREEMENT: -1}
# way to compare qualifiers → kind of network → how far two qualifiers count for a tie
CLOSENESS: dict[str, dict[str, Closeness]] = {
    "sign": {
        "congruence": lambda k, other: max(k * other, 0),
        "conflict": lambda k, other: max(-k * other, 0),
        "subtract": lambda k, other: k * other,
        "ignore": lambda _, __: 1,
    },
    "integer": {
        "congruence": lambda k, other: 1 - abs(k - other) / 2,
        "conflict": lambda k, other: abs(k - other) / 2,
        "subtract": lambda k, other: 1 - abs(k - other),
        "ignore": lambda _, __: 1,
    },
}
COMPARISONS = tuple(CLOSENESS)
KINDS = tuple(CLOSENESS["sign"])
AFFILIATIONS = ("subtract", "ignore", "combine")


def profile(counts: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the profiles of actors, from what `counts_of` returns: by qualifier, actors by concepts."""
    import pandas as pd

    return pd.concat(dict(counts), axis=1)


def raw(x: pd.DataFrame, kind: str, compare: str = "sign") -> pd.DataFrame:
    """Return the weights of a one-mode network before normalisation, actors by actors.

    They are the sum over j, k and k' of x[i, j, k] · x[i', j, k'], each times how far k and k' count for a tie. Of the
    diagonal nothing is made; the manual has none. The kinds are congruence, conflict, congruence less conflict
    ("subtract"), and "ignore", by which two are tied by all that they say on the same concept, with any qualifier.
    """
    closeness = CLOSENESS[compare][kind]
    weight = _plain(x) * 0
    for one, other in product(QUALIFIERS, repeat=2):
        both: pd.DataFrame = x.xs(one, axis=1) @ x.xs(other, axis=1).T  # type: ignore[assignment] # of frames
        weight += both.mul(closeness(QUALIFIERS[one], QUALIFIERS[other]))
    return weight


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


# normalisation → what a weight is divided by
DENOMINATORS: dict[str | None, Callable[[pd.DataFrame], pd.DataFrame]] = {
    None: _plain,
    "activity": _product,
    "average": _average,
    "jaccard": _jaccard,
    "cosine": _product,
}


def weights(x: pd.DataFrame, kind: str, normalize: str | None, compare: str = "sign") -> pd.DataFrame:
    """Return the weights of a one-mode network, actors by actors; every actor says something."""
    return raw(x, kind, compare) / DENOMINATORS[normalize](x)


def affiliation_weights(counts: Mapping[str, pd.DataFrame], kind: str, normalize: str | None) -> pd.DataFrame:
    """Return the weights of a two-mode network, actors by concepts.

    "subtract" is agreement less disagreement; "ignore" is all that is said, with any qualifier; "combine" is a code for
    the sides that are taken: 1 only for, 2 only against, 3 both. "activity" divides by all that the actor says,
    "prominence" by all that is said on the concept, with any qualifier.
    """
    agreement, disagreement = counts[AGREEMENT], counts[DISAGREEMENT]
    said = agreement + counts[OPEN] + disagreement
    if kind == "combine":
        return (agreement > 0) * 1.0 + (disagreement > 0) * 2.0
    weight = said if kind == "ignore" else agreement - disagreement
    if normalize == "activity":
        return weight.div(said.sum(axis=1), axis=0)
    if normalize == "prominence":
        return weight.div(said.sum(axis=0), axis=1)
    return weight
