"""`summitry validate`: say everything that is wrong."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from summitry.errors import InputError, missing_extra, unknown_name
from summitry.paths import data

if TYPE_CHECKING:
    import argparse

    from summitry.validation.report import Report

ENGINES = ("local", "spark")
FORMATS = ("text", "json", "github", "sarif", "html")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.epilog = "Exit code: 0 valid, 1 not valid, 2 could not be checked."
    parser.add_argument(
        "paths", nargs="*", metavar="PATH",
        help="a folder with any of the tables, a table file, or a data package; nothing: the dataset itself",
    )  # fmt: skip
    parser.add_argument("--format", choices=FORMATS, default="text", help="how to print the problems (text)")
    parser.add_argument("--output", type=Path, metavar="FILE", help="write to a file instead of the terminal")
    parser.add_argument(
        "--engine", choices=ENGINES, default="local",
        help="where to check (local); with spark a path may be any address that Spark reads",
    )  # fmt: skip
    parser.add_argument("--quick", action="store_true", help="look at cells, keys and single rows only")
    parser.add_argument("--strict", action="store_true", help="take warnings for errors")
    parser.add_argument("--rule", action="append", default=[], metavar="ID", help="tell only of this rule")
    parser.add_argument("--ignore", action="append", default=[], metavar="ID", help="do not tell of this rule")


def _chosen(report: Report, arguments: argparse.Namespace) -> Report:
    """Return the report as the options want it."""
    from summitry.validation import pipeline
    from summitry.validation.rules.catalogue import catalogue

    known = [r.id for r in catalogue()]
    for given in [*arguments.rule, *arguments.ignore]:
        if given not in known:
            raise unknown_name("rule", given, known)
    kept = pipeline.only(report, arguments.rule, arguments.ignore)
    return kept.stricter() if arguments.strict else kept


def _validated(engine: str, paths: list[str], *, quick: bool) -> Report:
    """Return the report on some paths, or on the dataset itself."""
    if engine == "spark":
        from summitry.validation import spark

        return spark.validate_uris(paths or [str(data())])
    from summitry.validation import contribution, pipeline

    if not paths:
        return pipeline.validate_dataset(quick=quick)
    return contribution.validate_paths([Path(p) for p in paths], quick=quick)


def run(arguments: argparse.Namespace) -> int:
    """Validate and print every problem, then a count."""
    try:
        from summitry.validation import reporters

        report = _chosen(_validated(arguments.engine, arguments.paths, quick=arguments.quick), arguments)
    except ModuleNotFoundError as e:
        raise missing_extra(str(e.name), "validate") from e
    colour = arguments.output is None and sys.stdout.isatty() and "NO_COLOR" not in os.environ
    if arguments.output is None:
        reporters.write(report, arguments.format, sys.stdout, colour=colour)
    else:
        try:
            with arguments.output.open("w", encoding="utf-8") as file:
                reporters.write(report, arguments.format, file)
        except OSError as e:
            raise InputError(f"The report cannot be written to {arguments.output}: {e.strerror}.") from e
    return 0 if report.valid else 1
