"""Checks as pandera runs them on pandas frames."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import pandera.pandas as pandera
import polars as pl
from pandera.api.base.checks import CheckResult

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from summitry.validation.rules.model import Check


class FrameCheck(pandera.Check):
    """A check of a column that reads other columns, too; pandera's own see nothing but theirs."""

    def __init__(self, passes: Callable[[pd.DataFrame], pd.Series[bool]], error: str) -> None:
        """Make a check from what says which rows pass, and the name under which pandera reports a failure."""
        super().__init__(passes, error=error, ignore_na=False)
        self.passes = passes

    def __call__(self, check_obj: Any, column: str | None = None) -> CheckResult:
        """Check a frame; the cells of the column in rows that do not pass are the failure cases."""
        output = self.passes(check_obj)
        # as objects: of a missing category, pandas 2 makes no text, so that pandera could not write it
        return CheckResult(output, bool(output.all()), check_obj, check_obj.loc[~output, column].astype("object"))


def as_check(check: Check, names: Sequence[str], passes: Callable[[pl.DataFrame], pl.Series]) -> pandera.Check:
    """Return a check of a column for pandera, from a function that says which rows of some columns, as polars, pass.

    Where one of the columns is missing every row passes, since pandera reports that itself.
    """

    def run(rows: pd.DataFrame) -> pd.Series[bool]:
        found = passes(pl.from_pandas(rows[names])).to_numpy() if set(rows.columns).issuperset(names) else True
        return pd.Series(found, rows.index, dtype=bool)

    return FrameCheck(run, check.id)
