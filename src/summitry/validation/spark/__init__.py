"""Validation on Apache Spark: the checks of this package on more rows than one machine can read.

`validate_frame` checks a Spark DataFrame and returns its problems as another; `validate_uris` checks files wherever
Spark reads them and fills a report. Cells and single rows are checked in the executors, batch by batch, by the pandera
schema that is compiled from the checks of a table, so this package must be importable there, with its extra `spark`.
Spark itself finds repeated keys and keys that name no row.

A foreign key is reported even where the table that it names has keys with mistakes, for which one machine waits.

On Spark no rule is checked that compares rows of several tables, and no text. A problem names the key of its row,
because Spark does not count lines.
"""

from __future__ import annotations

from summitry.errors import missing_extra

try:
    from summitry.validation.spark.frames import validate_frame, validate_uris
except ModuleNotFoundError as e:
    missing = str(e.name).partition(".")[0]
    raise missing_extra("pyspark" if missing == "py4j" else missing, "spark") from e  # the one brings the other

__all__ = ["validate_frame", "validate_uris"]
