"""`summitry validate`: report every problem."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from summitry.cli import limits, progress, terminal
from summitry.cli.options import completed_by, force, one_of
from summitry.dataset import transaction
from summitry.errors import InputError, choice, extra
from summitry.paths import TEXTS, data, is_dataset
from summitry.validation import child_process
from summitry.validation.reporters import FORMATS

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from summitry.validation.limits import Limits
    from summitry.validation.report import Report

ENGINES = ("local", "pandera", "spark")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.epilog = "Exit code: 0 valid, 1 not valid, 2 error."
    paths = "a folder of tables, a table file, or a data package (default: the dataset itself)"
    parser.add_argument("paths", nargs="*", metavar="PATH", help=paths)
    one_of(parser, "--format", FORMATS, default="text", help="output format (default: text)")
    parser.add_argument("--output", type=Path, metavar="FILE", help="write the report to a file")
    force(parser, "FILE")
    engine = "what evaluates the checks (default: local); with spark, PATH may be any address that Spark reads"
    one_of(parser, "--engine", ENGINES, default="local", help=engine)
    limits.add_arguments(parser)
    split = (
        "write the valid rows to FOLDER/valid and the others, with the reasons, to FOLDER/rest; FOLDER must not exist"
    )
    parser.add_argument("--split", type=Path, metavar="FOLDER", help=split)
    parser.add_argument("--quick", action="store_true", help="check cells, keys and single rows only")
    parser.add_argument("--strict", action="store_true", help="treat warnings as errors")
    for option, does in (("--rule", "report only this rule"), ("--ignore", "skip this rule")):
        completed_by(parser.add_argument(option, action="append", default=[], metavar="ID", help=does), _rules)


def _rules(**_: object) -> list[str]:
    """Return the ids of all rules."""
    from summitry.validation.catalogue import catalogue

    return [rule.id for rule in catalogue()]


def _validated(engine: Literal["local", "pandera", "spark"], paths: list[str], most: Limits, *, quick: bool) -> Report:
    """Return the report of some paths, or of the dataset itself."""
    if engine == "spark":
        from summitry.validation import spark

        return spark.validate_uris(paths or [str(data())], most=most.problems)
    if address := next((path for path in paths if "://" in path), None):
        raise InputError(f"{address} is an address, which only --engine spark reads. Give a file or folder.")
    given = [Path(p) for p in paths]
    if given:
        return child_process.validate_paths(given, quick=quick, engine=engine, limits=most)
    from summitry.validation import pipeline

    # pandera has the last word before anything is published, and so has the list of the ids that were
    return pipeline.validate_dataset(quick=quick, engine=engine, limits=most, releases=engine == "pandera")


def _inputs(paths: list[str]) -> Iterator[Path]:
    """Yield the folders and files that are read, also the texts beside a table."""
    for path in map(Path, paths):
        yield from (path, path.parent / TEXTS) if path.is_file() else (path,)


def _split(arguments: argparse.Namespace, most: Limits) -> Report:
    """Write the valid rows and the rest to two folders, and return the report on all rows."""
    if arguments.engine == "spark" or not arguments.paths:
        raise InputError("--split needs the PATH of a contribution, and --engine local or pandera.")
    from summitry.validation.split import REST, VALID, split

    target, given = arguments.split, [Path(p) for p in arguments.paths]
    done = split(given, target, engine=arguments.engine, quick=arguments.quick, limits=most)
    print(f"valid rows: {done.valid} in {target / VALID}; others: {done.rest} in {target / REST}", file=sys.stderr)
    return done.report


def run(arguments: argparse.Namespace) -> int:
    """Validate and print every problem, then a count."""
    if all(is_dataset(Path(path)) for path in arguments.paths):
        arguments.paths = []
    if arguments.output is not None:
        transaction.require_free(arguments.output, _inputs(arguments.paths), force=arguments.force)
    with extra("validate"):
        from summitry.validation import reporters

        for rule in (*arguments.rule, *arguments.ignore):
            choice("rule", rule, _rules())
        most = limits.given(arguments)
        with progress.shown("validating"):
            found = (
                _split(arguments, most)
                if arguments.split
                else _validated(arguments.engine, arguments.paths, most, quick=arguments.quick)
            )
        report = found.only(arguments.rule, arguments.ignore)
    report = report.stricter() if arguments.strict else report
    text = reporters.render(report, arguments.format, colour=arguments.output is None and terminal.has_colour())
    if arguments.output is None:
        sys.stdout.write(text)
    else:
        transaction.replace_file(arguments.output, text.encode(), force=arguments.force)
    return 0 if report.valid else 1
