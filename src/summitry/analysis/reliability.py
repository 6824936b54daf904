"""How far the coding can be trusted: the agreement of codings of the same units."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any, Literal

from summitry import schema
from summitry.analysis import inputs
from summitry.dataset import loaders
from summitry.dataset.arguments import checked
from summitry.dataset.codings import UNITIZING, coded_columns
from summitry.errors import choice

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

RESAMPLES = 1000
SEED = 20250822
COLUMNS = (
    *("round", "variable", "coders", "units", "left_out"),
    *("agreement", "alpha", "low", "high", "precision", "recall", "f1"),
)
ITEM = ["unit_id", "stance"]  # what one value is of: a unit, or a stance in it


def _mapped(codings: pd.DataFrame, coding_map: pd.DataFrame) -> pd.DataFrame:
    """Return the codings with each code as the present vocabulary calls it, and their round.

    An empty value is a code too: the coder found nothing to code.
    """
    frame = codings.assign(round=codings["coder"].str.split("-").str[0], value=codings["value"].fillna(""))
    frame = frame if "stance" in frame else frame.assign(stance=0)
    names = coding_map.rename(columns={"original": "value", "value": "mapped"})
    frame = frame.merge(names, how="left", on=["round", "variable", "value"])
    return frame.assign(value=frame["mapped"].fillna(frame["value"]))


def _alphas(codes: Any) -> tuple[float, Any]:
    """Return Krippendorff's alpha for nominal codes, a row for each coder, and that of each of many resamples.

    Alpha is 1 - observed / expected disagreement, both from the number of coders who chose each code of an item
    (Krippendorff, Content Analysis, 2004, section 11.3); one where all codes are the same. Resamples are of the items.
    """
    import numpy as np

    items = codes.shape[1]
    every = (codes[:, :, np.newaxis] == np.arange(codes.max() + 1)).sum(axis=0)  # by item and code
    # many items have the same codes, and only how many of each kind are drawn counts
    counts, kind = np.unique(every.astype("float64"), axis=0, return_inverse=True)
    coders = counts.sum(axis=1)
    disagreement = (coders**2 - (counts**2).sum(axis=1)) / (coders - 1)
    picked = kind.ravel()[np.random.default_rng(SEED).integers(0, items, (RESAMPLES, items))]
    picked = np.vstack([kind.ravel(), picked])  # the first draws each item once
    picked += np.arange(RESAMPLES + 1)[:, np.newaxis] * len(counts)  # the kinds of each resample are counted apart
    drawn = np.bincount(picked.ravel(), minlength=len(picked) * len(counts)).reshape(len(picked), len(counts))
    drawn = drawn.astype("float64")  # whole numbers all the same, which numpy multiplies much faster
    total = drawn @ coders
    expected = (total**2 - ((drawn @ counts) ** 2).sum(axis=1)) / (total - 1)
    # without any disagreement expected, all codes are the same
    alphas = 1 - np.divide(drawn @ disagreement, expected, out=np.zeros(len(drawn)), where=expected > 0)
    return float(alphas[0]), alphas[1:]


def _agreement(codes: Any) -> float:
    """Return the share of equal codes among all pairs of codes that one item has."""
    pairs = list(combinations(codes, 2))
    both = [(a >= 0) & (b >= 0) for a, b in pairs]
    equal = sum(int((there & (a == b)).sum()) for there, (a, b) in zip(both, pairs, strict=True))
    return equal / sum(int(there.sum()) for there in both)


def _of_codes(group: pd.DataFrame) -> dict[str, float]:
    """Return how well coders agree on the codes of one variable; items that only one of them coded are left out."""
    import numpy as np
    import pandas as pd

    coded = group.drop_duplicates(["item", "coder"])
    item, coder = (pd.factorize(coded[column], sort=True)[0] for column in ("item", "coder"))
    whole = np.full((coder.max() + 1, item.max() + 1), -1)  # -1 where a coder left an item out
    whole[coder, item] = pd.factorize(coded["code"])[0]
    codes = whole[:, (whole >= 0).sum(axis=0) > 1]
    left_out = whole.shape[1] - codes.shape[1]
    about: dict[str, float] = {"coders": len(whole), "units": codes.shape[1], "left_out": left_out}
    if not codes.size:
        return about
    alpha, resampled = _alphas(codes)
    low, high = np.quantile(resampled, [0.025, 0.975])
    return {**about, "agreement": _agreement(codes), "alpha": alpha, "low": low, "high": high}


def _of_finds(group: pd.DataFrame) -> dict[str, float]:
    """Return how well coders agree on which stances there are; units that only one of them read are left out."""
    coders, units = sorted(group["coder"].unique()), group.groupby("unit_id")["coder"].nunique()
    read = {coder: set(rows["unit_id"]) for coder, rows in group.groupby("coder")}
    both = first = second = 0
    for a, b in combinations(coders, 2):
        of_a, of_b = (_finds(group[group["coder"] == coder], read[a] & read[b]) for coder in (a, b))
        both, first, second = both + len(of_a & of_b), first + len(of_a), second + len(of_b)
    about: dict[str, float] = {
        "coders": len(coders),
        "units": int((units > 1).sum()),
        "left_out": int((units == 1).sum()),
    }
    if not first or not second:
        return about
    return {**about, "precision": both / second, "recall": both / first, "f1": 2 * both / (first + second)}


def _finds(codings: pd.DataFrame, units: set[str]) -> set[tuple[str, str]]:
    """Return the stances that a coder found in some units."""
    rows = codings[codings["unit_id"].isin(units) & (codings["value"] != "")]
    return set(zip(rows["unit_id"], rows["value"], strict=True))


def _shipped(codings: pd.DataFrame) -> pd.DataFrame:
    """Return what the first coder of each round coded, and what the dataset itself has for the same units.

    What is coded of stances is left out: a unit may have several.
    """
    import pandas as pd

    columns = {v: field.name for v, (t, field) in coded_columns(schema.package()).items() if t.name != "stances"}
    mentions = loaders.load("mentions").merge(loaders.load("statements"), on="statement_id").set_index("mention_id")
    days = mentions.select_dtypes("datetime").columns
    mentions = mentions.assign(**{name: mentions[name].dt.strftime("%Y-%m-%d") for name in days})
    named = mentions[list(columns.values())].set_axis(list(columns), axis=1).rename_axis("unit_id").reset_index()
    values = named.melt("unit_id", value_name="shipped").astype("string").fillna("")
    first = codings[codings["coder"].str.endswith("-a") & codings["variable"].isin(list(columns))]
    ours = first.merge(values, on=["unit_id", "variable"])
    return pd.concat([first, ours.assign(coder=ours["round"] + "-shipped", value=ours["shipped"])])


@checked
def reliability(
    tables: Mapping[str, pd.DataFrame] | None = None, *, against: Literal["coder", "shipped"] = "coder"
) -> pd.DataFrame:
    """Return how well codings of the same units agree.

    A round may have any number of coders, and each may leave out units: alpha takes every pair of codes of one unit.
    An empty value counts as a code: the coder found nothing. Codes of an earlier vocabulary are mapped by
    `coding_map`. The field asks for an alpha of 0.80; its floor is 0.667 (Krippendorff, Content Analysis, 2004,
    section 11.4). Which stances a unit has (`unitizing`) is no code; there the measures are precision, recall and F1,
    and two coders found the same stance where party and demand are equal.

    Args:
        tables: your own data frames instead of the dataset's: codings, coding_map.
        against: "coder" compares the coders of a round with each other; "shipped" compares the first coder of a round
            with the rows that ship, for the columns of statements and mentions.

    Returns:
        One row per round and variable: round, variable, coders (how many coded it), units (coded by two or more of
        them: mentions, or stances where those are coded), left_out (units that only one of them coded), agreement
        (share of equal codes among all pairs of codes of a unit), alpha (Krippendorff's, nominal), low and high (its
        95 % interval over 1000 resamples of the units), precision and recall (of later coders, as if each earlier one
        were right) and f1. A measure is missing where it does not apply, or no unit has two codes.

    Raises:
        UnknownNameError: for another comparison.

    Source:
        The tables codings and coding_map.

    Example:
        >>> from summitry import reliability
        >>> of_acts = reliability().query("variable == 'act'")[["round", "coders", "units", "left_out", "alpha"]]
        >>> of_acts.head(2).values.tolist()
        [['r1', 2, 79, 0, 0.725], ['r2', 2, 80, 0, 0.984]]
    """
    import pandas as pd

    choice("comparison", against, ("coder", "shipped"))
    given = inputs.read(("codings", "coding_map"), None, tables)
    frame = _mapped(given["codings"], given["coding_map"])
    frame = _shipped(frame) if against == "shipped" else frame
    numbers = {"coder": frame["coder"], "code": frame["value"]}  # numbers are compared faster than texts
    frame = frame.assign(**{name: pd.factorize(column, sort=True)[0] for name, column in numbers.items()})
    frame = frame.assign(item=frame.groupby(ITEM).ngroup())
    rows = [
        {"round": turn, "variable": variable, **(_of_finds if variable == UNITIZING else _of_codes)(group)}
        for (turn, variable), group in frame.groupby(["round", "variable"], observed=True)
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS)).round(3)
