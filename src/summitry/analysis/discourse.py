"""Networks from who is for and against what: the formulas of the Discourse Network Analyzer.

The notation is that of the manual: x[i, j, k] is how often actor i speaks on concept j with qualifier k, here
agreement (1), disagreement (-1), or leaving it open (0). Profiles are an array with a matrix of actors by concepts for
each qualifier.

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
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    Closeness = Callable[[int, int], float]
    Array = NDArray[np.float64]

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


def raw(x: Array, kind: str, compare: str = "sign") -> Array:
    """Return the weights of a one-mode network before normalisation, actors by actors.

    They are the sum over j, k and k' of x[i, j, k] · x[i', j, k'], each times how far k and k' count for a tie. Of the
    diagonal nothing is made; the manual has none. The kinds are congruence, conflict, congruence less conflict
    ("subtract"), and "ignore", by which two are tied by all that they say on the same concept, with any qualifier.
    """
    closeness, weight = CLOSENESS[compare][kind], _ones(x) * 0
    of_qualifiers = zip(QUALIFIERS.values(), x, strict=True)
    for (k, one), (k_other, other) in product(list(of_qualifiers), repeat=2):
        weight += closeness(k, k_other) * (one @ other.T)
    return weight


def _ones(x: Array) -> Array:
    ones: Array = x[0] @ x[0].T * 0 + 1
    return ones


def _activity(x: Array) -> Array:
    """Return all that each actor says, as a column."""
    column: Array = x.sum(axis=(0, 2))[:, None]
    return column


def _average(x: Array) -> Array:
    """Return half the sum of what both say: (Σ x[i, j, k] + Σ x[i', j, k]) / 2."""
    return (_activity(x) + _activity(x).T) / 2


def _product(x: Array) -> Array:
    """Return the product of what both say: √(Σ x[i, j, k])² · √(Σ x[i', j, k])²."""
    return _activity(x) * _activity(x).T


def _jaccard(x: Array) -> Array:
    """Return what one alone says, what the other alone says, and the product of what both say.

    Σ x[i, j, k] where x[i', j, k] = 0, plus the reverse, plus Σ x[i, j, k] · x[i', j, k].
    """
    alone = sum(said @ (said == 0).T for said in x)
    both = sum(said @ said.T for said in x)
    found: Array = alone + alone.T + both
    return found


# normalisation → what a weight is divided by
DENOMINATORS: dict[str | None, Callable[[Array], Array]] = {
    None: _ones,
    "activity": _product,
    "average": _average,
    "jaccard": _jaccard,
    "cosine": _product,
}


def weights(x: Array, kind: str, normalize: str | None, compare: str = "sign") -> Array:
    """Return the weights of a one-mode network, actors by actors; every actor says something."""
    return raw(x, kind, compare) / DENOMINATORS[normalize](x)


def affiliation_weights(x: Array, kind: str, normalize: str | None) -> Array:
    """Return the weights of a two-mode network, actors by concepts.

    "subtract" is agreement less disagreement; "ignore" is all that is said, with any qualifier; "combine" is a code for
    the sides that are taken: 1 only for, 2 only against, 3 both. "activity" divides by all that the actor says,
    "prominence" by all that is said on the concept, with any qualifier.
    """
    agreement, _, disagreement = x
    if kind == "combine":
        codes: Array = (agreement > 0) * 1.0 + (disagreement > 0) * 2.0
        return codes
    weight: Array = x.sum(axis=0) if kind == "ignore" else agreement - disagreement
    if normalize == "activity":
        weight = weight / _activity(x)
    if normalize == "prominence":
        weight = weight / x.sum(axis=(0, 1))
    return weight
