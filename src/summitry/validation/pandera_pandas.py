"""Checks as pandera runs them on pandas frames."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandera.pandas as pandera
from pandera.api.base.checks import CheckResult

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from summitry.validation.rules.model import Check


class FrameCheck(pandera.Check):
    """A check of a column that reads the whole frame; pandera's own see nothing but their column."""

    def __init__(self, passes: Callable[[pd.DataFrame], pd.Series[bool]], error: str) -> None:
        """Make a check.

        Args:
            passes: returns for the rows of a frame whether they pass.
            error: the name under which pandera reports a failure.
        """
        super().__init__(passes, error=error, ignore_na=False)
        self.passes = passes

    def __call__(self, check_obj: Any, column: str | None = None) -> CheckResult:
        """Check a frame; the cells of the column in rows that do not pass are the failure cases."""
        output = self.passes(check_obj)
        return CheckResult(output, bool(output.all()), check_obj, check_obj.loc[~output, column])


def as_check(check: Check, passes: Callable[[pd.DataFrame], pd.Series[bool]]) -> pandera.Check:
    """Return a check of a column for pandera.

    Args:
        check: gives the name under which pandera reports a failure.
        passes: returns for the rows of a frame whether they pass.
    """
    return FrameCheck(passes, check.id)
