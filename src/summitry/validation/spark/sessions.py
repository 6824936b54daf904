"""A Spark session that keeps quiet, and Spark's errors as sentences."""

from __future__ import annotations

import os
import re
import sys
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from py4j.protocol import Py4JError
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from summitry.errors import InputError
from summitry.words import printable

LONGEST = 400  # characters of a message of Spark's; most of it is often an address
_ABSENT_MODULE = re.compile(r"No module named '(\w+)")


@contextmanager
def running(given: SparkSession | None = None) -> Iterator[SparkSession]:
    """Give the session to work with: the one that is given or active, or a new one that is stopped in the end.

    The master of a new one is the environment's `SPARK_MASTER`, else what Spark's own configuration says, else
    `local[*]`.

    Raises:
        InputError: when Spark does not start, or cannot do what it is asked for meanwhile.
    """
    with warnings.catch_warnings(), ExitStack() as end:
        # pandas is not used here; pyspark warns of every new version of it
        warnings.filterwarnings("ignore", message="PySpark does not yet fully support pandas")
        try:
            session = given or SparkSession.getActiveSession()
            if session is None:
                session = _start()
                end.callback(session.stop)
            yield session
        except (PySparkException, Py4JError) as e:
            raise InputError(sentence(e)) from e


def _start() -> SparkSession:
    options: dict[str, Any] = {
        "spark.log.level": "ERROR",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.caseSensitive": "true",
    }
    if "SPARK_MASTER" in os.environ:
        options["spark.master"] = os.environ["SPARK_MASTER"]
    with silence():
        session = SparkSession.builder.appName("summitry").config(map=options).getOrCreate()
    context = session.sparkContext
    context.environment.setdefault("POLARS_MAX_THREADS", "1")  # Spark starts a worker for each core
    if str(context.master).startswith("local") and "PYSPARK_PYTHON" not in os.environ:
        context.pythonExec = sys.executable  # by default Spark takes the first python3 of the path
    return session


@contextmanager
def silence() -> Iterator[None]:
    """Discard what is written to standard error meanwhile: Java writes before it can be configured."""
    sys.stderr.flush()
    kept = os.dup(2)
    try:
        with open(os.devnull, "wb") as nowhere:  # noqa: PTH123 - a device
            os.dup2(nowhere.fileno(), 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def sentence(e: Exception) -> str:
    """Return what Spark or Java says as one sentence, without codes and traceback."""
    java = getattr(e, "java_exception", None)
    message = str(java.getMessage() if java else e)
    absent = _ABSENT_MODULE.search(message)
    if absent:
        return f"Spark's workers cannot import {absent[1]}. Install summitry[spark] wherever Python runs for Spark."
    if "JAVA_GATEWAY_EXITED" in message:
        return (
            "Spark does not start. It needs Java 17 or later (see JAVA_HOME) and a master that it knows (SPARK_MASTER)."
        )
    line = next((line for line in message.splitlines() if line.strip()), "no reason given")
    plain = re.sub(r"^\[[A-Z0-9_.]+\]\s*|\s*SQLSTATE: \w+\s*$", "", line).rstrip(".")
    return f"Spark cannot go on: {printable(plain[:LONGEST])}."
