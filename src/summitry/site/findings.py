"""What the pages show beside the rows: computed by the public functions of the package, nowhere else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from summitry.analysis import claims, coverage, positions, reliability
from summitry.errors import MissingExtraError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

Row = dict[str, Any]
SIDE = "party_id"


@dataclass(frozen=True)
class Findings:
    """Results of the analyses as rows.

    Attributes:
        positions: of `summitry.positions`, for every attribution.
        claims: of `summitry.claims`.
        coverage: of `summitry.coverage`.
        reliability: of `summitry.reliability`; none where the library that computes it is not installed.
    """

    positions: Sequence[Row] = ()
    claims: Sequence[Row] = ()
    coverage: Sequence[Row] = ()
    reliability: Sequence[Row] = ()

    def latest(self) -> dict[tuple[str, str, str], Row]:
        """Return the latest position by party, demand and attribution."""
        return {(p[SIDE], p["demand_id"], p["attribution"]): p for p in self.positions}


def rows_of(frame: pd.DataFrame) -> list[Row]:
    """Return the rows of a frame, a missing cell as None and a day as a date."""
    import pandas as pd

    plain = frame.astype(object).where(frame.notna(), None)
    records = [{str(name): value for name, value in row.items()} for row in plain.to_dict("records")]
    return [{n: v.date() if isinstance(v, pd.Timestamp) else v for n, v in row.items()} for row in records]


def compute(tables: Mapping[str, pd.DataFrame] | None = None) -> Findings:
    """Return what the pages show of the dataset, or of tables of the same form."""
    return Findings(
        positions=_positions(tables),
        claims=rows_of(claims.claims(tables=tables)),
        coverage=rows_of(coverage.coverage(tables=tables)),
        reliability=_reliability(),
    )


def _positions(tables: Mapping[str, pd.DataFrame] | None) -> list[Row]:
    """Return the latest position of each party, from the stances that its page lists."""
    found = positions.positions(None, groups="whole", infer=False, tables=tables)
    return rows_of(found.rename(columns={"actor_id": SIDE}))


def _reliability() -> list[Row]:
    try:
        return rows_of(reliability.reliability())
    except MissingExtraError:
        return []
