"""`summitry review`: a source's text with every mention marked, in a browser, on this computer only."""

from __future__ import annotations

import argparse
import tempfile
import webbrowser
from pathlib import Path

from summitry.cli.options import completed_from, force
from summitry.cli.terminal import say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    source = parser.add_argument("source", metavar="SOURCE", help="the id of a source, such as var-matin-2025-08-22")
    completed_from(source, "sources", "source_id")
    parser.add_argument("--output", type=Path, metavar="FILE", help="write the page to this file and do not open it")
    force(parser, "FILE")
    parser.epilog = "The page contains the text of a source: do not publish it. Only a checkout has the texts."


def run(arguments: argparse.Namespace) -> int:
    """Write the page, and open it unless a file was named."""
    from summitry.contribute import annotate
    from summitry.dataset import transaction

    if arguments.output:
        transaction.require_free(arguments.output, force=arguments.force)
    page = annotate.review(arguments.source)
    target = arguments.output or Path(tempfile.mkdtemp(prefix="summitry-review-")) / f"{arguments.source}.html"
    transaction.replace_file(target, page.encode(), force=arguments.force)
    say(f"wrote {target}")
    if not arguments.output and not webbrowser.open(target.resolve().as_uri()):
        print("no browser could be started: open the file in one")
    return 0
