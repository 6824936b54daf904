"""`summitry rules`: list every rule with an example and a fix."""

from __future__ import annotations

import argparse

from summitry.errors import unknown_name


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("rule", nargs="?", help="print only this rule")


def run(arguments: argparse.Namespace) -> int:
    """Print every rule, or one."""
    from summitry.validation.catalogue import catalogue

    rules = catalogue()
    if arguments.rule and arguments.rule not in [r.id for r in rules]:
        raise unknown_name("rule", arguments.rule, [r.id for r in rules])
    for rule in rules:
        if arguments.rule in (None, rule.id):
            group = f"rule {rule.number}" if rule.number else "format"
            print(f"{rule.id} ({rule.severity}, {group})\n    wrong: {rule.statement}")
            print(f"    example: {rule.example}\n    fix: {rule.fix}")
    return 0
