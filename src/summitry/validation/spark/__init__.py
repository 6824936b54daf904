"""Validation on Apache Spark: the checks and row rules of this package for more rows than fit on one machine.

`validate_frame` checks a Spark DataFrame and returns its problems as another one; `validate_uris` checks files at any
address that Spark reads and returns a report. Executors check cells and row rules batch by batch, with the same checks
as for a file on one machine, so they need polars and this package with the extra `spark`. Spark itself finds duplicate
keys and foreign keys without a row.

Rules that compare rows of several tables, and texts, are skipped on Spark. A problem names the key of its row, because
Spark does not count lines.
"""

from __future__ import annotations

from summitry.validation.spark.frames import validate_frame
from summitry.validation.spark.reports import validate_uris

__all__ = ["validate_frame", "validate_uris"]
