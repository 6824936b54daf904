"""How far the coding can be trusted: the agreement of codings of the same units."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any, Literal

from summitry import schema
from summitry.analysis import inputs
from summitry.dataset import loaders
from summitry.dataset.arguments import checked
from summitry.dataset.codings import UNITIZING, coded_columns
from summitry.errors import choice, missing_extra

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

RESAMPLES = 1000
SEED = 20250822
COLUMNS = (
    "round",
    "variable",
    "coders",
    "units",
    "left_out",
    "agreement",
    "alpha",
    "low",
    "high",
    "precision",
    "recall",
    "f1",
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


def _alpha(codes: Any) -> float:
    """Return Krippendorff's alpha for nominal codes, a row for each coder; one where all codes are the same."""
    import krippendorff
    import numpy as np

    if len(np.unique(codes[~np.isnan(codes)])) == 1:
        return 1.0
    return float(krippendorff.alpha(codes, level_of_measurement="nominal"))


def _resampled_alphas(codes: Any) -> Any:
    """Return alpha for each of many resamples of the items, all at once: the library takes them one by one.

    For nominal codes alpha is 1 - observed / expected disagreement, both from the number of coders who chose each code
    (Krippendorff, Content Analysis, 2004, section 11.3).
    """
    import numpy as np

    items = codes.shape[1]
    every = (codes[:, :, np.newaxis] == np.arange(np.nanmax(codes) + 1)).sum(axis=0)  # by item and code
    # many items have the same codes, and only how many of each kind are drawn counts
    counts, kind = np.unique(every.astype("float64"), axis=0, return_inverse=True)
    coders = counts.sum(axis=1)
    disagreement = (coders**2 - (counts**2).sum(axis=1)) / (coders - 1)
    random = np.random.default_rng(SEED)
    picked = kind.ravel()[random.integers(0, items, (RESAMPLES, items))]
    picked += np.arange(RESAMPLES)[:, np.newaxis] * len(counts)  # the kinds of each resample are counted apart
    drawn = np.bincount(picked.ravel(), minlength=RESAMPLES * len(counts)).reshape(RESAMPLES, len(counts))
    drawn = drawn.astype("float64")  # whole numbers all the same, which numpy multiplies much faster
    total = drawn @ coders
    expected = (total**2 - ((drawn @ counts) ** 2).sum(axis=1)) / (total - 1)
    # without any disagreement expected, all codes are the same
    return 1 - np.divide(drawn @ disagreement, expected, out=np.zeros(RESAMPLES), where=expected > 0)


def _agreement(codes: Any) -> float:
    """Return the share of equal codes among all pairs of codes that one item has."""
    import numpy as np

    pairs = list(combinations(codes, 2))
    both = sum(int((~np.isnan(a) & ~np.isnan(b)).sum()) for a, b in pairs)
    return sum(int((a == b).sum()) for a, b in pairs) / both


def _of_codes(group: pd.DataFrame) -> dict[str, float]:
    """Return how well coders agree on the codes of one variable; items that only one of them coded are left out."""
    import numpy as np
    import pandas as pd

    values = group.drop_duplicates([*ITEM, "coder"]).set_index([*ITEM, "coder"])["value"].unstack()  # noqa: PD010 - a pivot table takes three times as long
    units = values[values.notna().sum(axis=1) > 1]
    about: dict[str, float] = {"coders": values.shape[1], "units": len(units), "left_out": len(values) - len(units)}
    if units.empty:
        return about
    numbers = pd.factorize(units.to_numpy().ravel())[0].reshape(units.shape).T
    codes = np.where(numbers < 0, np.nan, numbers)  # alpha leaves these gaps out
    low, high = np.quantile(_resampled_alphas(codes), [0.025, 0.975])
    return {**about, "agreement": _agreement(codes), "alpha": _alpha(codes), "low": low, "high": high}


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
        MissingExtraError: when krippendorff is not installed.

    Source:
        The tables codings and coding_map; alpha by the library krippendorff.

    Example:
        >>> from summitry import reliability
        >>> of_acts = reliability().query("variable == 'act'")[["round", "coders", "units", "left_out", "alpha"]]
        >>> of_acts.head(2).values.tolist()
        [['r1', 2, 79, 0, 0.725], ['r2', 2, 80, 0, 0.984]]
    """
    import pandas as pd

    try:
        import krippendorff  # noqa: F401 - imported first, for a clear message if it is missing
    except ModuleNotFoundError as e:
        raise missing_extra("krippendorff", "reliability") from e
    choice("comparison", against, ("coder", "shipped"))
    given = inputs.read(("codings", "coding_map"), None, tables)
    frame = _mapped(given["codings"], given["coding_map"])
    frame = _shipped(frame) if against == "shipped" else frame
    rows = [
        {"round": turn, "variable": variable, **(_of_finds if variable == UNITIZING else _of_codes)(group)}
        for (turn, variable), group in frame.groupby(["round", "variable"], observed=True)
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS)).round(3)
