"""Merges in processes of their own, which a test kills: forked from this one, which has imported everything.

Reads lines `contribution<tab>checkout`; writes for each the process id, and when it has ended its exit code.
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
    rows, checkout = map(Path, line.rstrip("\n").split("\t"))
    child = os.fork()
    if not child:
        merge.merge(rows, checkout)
        os._exit(0)
    sys.stdout.write(f"{child}\n")
    sys.stdout.flush()
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    sys.stdout.write(f"{code}\n")
    sys.stdout.flush()
