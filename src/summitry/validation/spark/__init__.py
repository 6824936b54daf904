"""Validation on Apache Spark: the checks and row rules of this package on more rows than one machine holds.

`validate_frame` judges a Spark DataFrame and returns its problems as another; `validate_uris` judges files wherever
Spark reads them and fills a report. Cells and row rules are judged in the executors, batch by batch, by the very
checks that judge a file on one machine, so polars and this package must be importable there, with its extra
`spark`; Spark itself finds repeated keys and keys that name nothing.

What is not checked on Spark: rules that compare rows of several tables, and texts. Where a mistake stands is told
by the row's key, because Spark counts no lines.
"""

from __future__ import annotations

from summitry.validation.spark.frames import validate_frame
from summitry.validation.spark.reports import validate_uris

__all__ = ["validate_frame", "validate_uris"]
