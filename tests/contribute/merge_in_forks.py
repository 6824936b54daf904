"""Merges in processes of their own, which a test kills: forked from this one, which has imported everything.

Reads lines `checkout<tab>contribution…`; writes for each the ids of the processes that merge these at once, and when
all have ended their exit codes.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pandera.polars  # noqa: F401 - imported once, for all
import pyarrow.csv
import pyarrow.parquet  # noqa: F401 - likewise

from summitry.contribute import merge
from summitry.validation import pipeline  # noqa: F401 - likewise

for line in sys.stdin:
    checkout, *contributions = map(Path, line.rstrip("\n").split("\t"))
    children = []
    for rows in contributions:
        if not (child := os.fork()):
            merge.merge(rows, checkout, wait=500)
            os._exit(0)
        children.append(child)
    print(*children, flush=True)  # noqa: T201 - the test reads it
    codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    print(*codes, flush=True)  # noqa: T201 - likewise
