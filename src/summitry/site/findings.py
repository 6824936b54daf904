"""What the pages show beside the rows: computed by the public functions of the package, nowhere else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from summitry.analysis import claims, coverage, positions, reliability, stances_table
from summitry.dataset.frames import rows_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

Row = dict[str, Any]


@dataclass(frozen=True)
class Findings:
    """Results of the analyses as rows.

    Attributes:
        positions: of `summitry.positions`, by party, for every attribution.
        speakers: of the same, by speaker, without what is inferred.
        stances: of `summitry.stances_table`, by party, for the same rows as the positions.
        claims: of `summitry.claims`.
        coverage: of `summitry.coverage`.
        reliability: of `summitry.reliability`.
    """

    positions: Sequence[Row] = ()
    speakers: Sequence[Row] = ()
    stances: Sequence[Row] = ()
    claims: Sequence[Row] = ()
    coverage: Sequence[Row] = ()
    reliability: Sequence[Row] = ()


def compute(tables: Mapping[str, pd.DataFrame] | None = None) -> Findings:
    """Return what the pages show of the dataset, or of tables of the same form."""
    return Findings(
        positions=rows_of(positions.positions(None, tables=tables)),
        speakers=rows_of(positions.positions(by="speaker", infer=False, tables=tables)),
        stances=rows_of(stances_table.stances_table(groups="members", infer=True, tables=tables)),
        claims=rows_of(claims.claims(tables=tables)),
        coverage=rows_of(coverage.coverage(tables=tables)),
        reliability=rows_of(reliability.reliability(tables)),
    )
