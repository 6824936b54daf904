"""How far the coding can be trusted: the agreement of two codings of the same units."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from summitry.dataset import loaders
from summitry.errors import missing_extra

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

RESAMPLES = 1000
SEED = 20250822


def _mapped(codings: pd.DataFrame, coding_map: pd.DataFrame) -> pd.DataFrame:
    """Return the codings with each code as the present vocabulary calls it, and their round."""
    frame = codings.assign(round=codings["coder"].str.split("-").str[0])
    names = coding_map.rename(columns={"original": "value", "value": "mapped"})
    frame = frame.merge(names, how="left", on=["round", "variable", "value"])
    return frame.assign(value=frame["mapped"].fillna(frame["value"]))


def _alpha(codes: Any) -> float:
    """Return Krippendorff's alpha for nominal codes; one where everybody always gave one and the same code."""
    import krippendorff
    import numpy as np

    if len(np.unique(codes)) == 1:
        return 1.0
    return float(krippendorff.alpha(codes, level_of_measurement="nominal"))


def _row(units: pd.DataFrame) -> dict[str, float]:
    import numpy as np
    import pandas as pd

    codes = pd.factorize(units.to_numpy().ravel())[0].reshape(units.shape).T
    random = np.random.default_rng(SEED)
    drawn = [_alpha(codes[:, random.integers(0, len(units), len(units))]) for _ in range(RESAMPLES)]
    low, high = np.quantile(drawn, [0.025, 0.975])
    agreement = float((codes[0] == codes[1]).mean())
    return {"units": len(units), "agreement": agreement, "alpha": _alpha(codes), "low": low, "high": high}


def _shipped(codings: pd.DataFrame) -> pd.DataFrame:
    """Return what the dataset itself has for the units that the first coder of the second round coded.

    Positions and attributions are left out: a unit may have several stances.
    """
    import pandas as pd

    mentions = loaders.load("mentions").merge(loaders.load("statements"), on="statement_id").set_index("mention_id")
    first = codings[codings["coder"].str.endswith("-a") & codings["variable"].isin(mentions.columns)]
    days = mentions.select_dtypes("datetime").columns
    mentions = mentions.assign(**{name: mentions[name].dt.strftime("%Y-%m-%d") for name in days})
    wanted = zip(first["unit_id"], first["variable"], strict=True)
    codes = pd.Series([str(mentions.loc[unit, variable]) for unit, variable in wanted], index=first.index)
    shipped: pd.DataFrame = first.assign(coder=first["round"] + "-shipped", value=codes)
    return pd.concat([first, shipped])


def reliability(
    tables: Mapping[str, pd.DataFrame] | None = None, *, against: Literal["coder", "shipped"] = "coder"
) -> pd.DataFrame:
    """Return how well two codings of the same units agree.

    Only units that both coders of a round coded count; codes of an earlier vocabulary are mapped by `coding_map`.
    The field asks for an alpha of 0.80; its floor is 0.667 (Krippendorff, Content Analysis, 2004, section 11.4).

    Args:
        tables: your own data frames instead of the dataset's: codings, coding_map.
        against: "coder" compares the two coders of a round; "shipped" compares the first coder of a round with the
            rows that ship, for the columns of statements and mentions.

    Returns:
        One row per round and variable: round, variable, units, agreement (share of units with the same code), alpha
        (Krippendorff's, nominal), low and high (its 95 % interval over 1000 resamples of the units).

    Raises:
        MissingExtraError: when krippendorff is not installed.

    Source:
        The tables codings and coding_map; alpha by the library krippendorff.

    Example:
        >>> from summitry import reliability
        >>> list(reliability().columns)
        ['round', 'variable', 'units', 'agreement', 'alpha', 'low', 'high']
    """
    import pandas as pd

    try:
        import krippendorff  # noqa: F401 - imported first, for a clear message if it is missing
    except ModuleNotFoundError as e:
        raise missing_extra("krippendorff", "reliability") from e
    given = tables or {n: loaders.load(n) for n in ("codings", "coding_map")}
    frame = _mapped(given["codings"], given["coding_map"])
    if against == "shipped":
        frame = _shipped(frame)
    rows = []
    for (turn, variable), group in frame.groupby(["round", "variable"], sort=True):
        units = group.pivot_table(index="unit_id", columns="coder", values="value", aggfunc="first").dropna()
        if units.shape[1] == 2 and len(units):  # noqa: PLR2004 - a round has two coders
            rows.append({"round": turn, "variable": variable, **_row(units)})
    columns = ["round", "variable", "units", "agreement", "alpha", "low", "high"]
    return pd.DataFrame(rows, columns=columns).round(3)
