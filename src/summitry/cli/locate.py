"""`summitry locate`: start and end of words in a source's text."""

from __future__ import annotations

import argparse
from pathlib import Path

from summitry.cli.options import completed_from
from summitry.cli.terminal import say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("words", nargs="?", help="the first words of the span, or all of them")
    source = parser.add_argument("--source", required=True, metavar="ID", help="the source; its text is seeds/<ID>.txt")
    completed_from(source, "sources", "source_id")
    parser.add_argument("--folder", type=Path, metavar="DIR", help="a contribution that contains the text")
    parser.epilog = "Without words: the hash and length of the text, for the table sources."


def run(arguments: argparse.Namespace) -> int:
    """Print every place where the words occur."""
    from summitry.contribute import locate

    source = locate.read_text(arguments.source, arguments.folder)
    if arguments.words is None:
        print(f"text_path,sha256,n_codepoints\n{source.text_path},{source.sha256},{len(source.text)}")
        return 0
    found = locate.find(arguments.words, source.text)
    for span in found:
        say(
            f"span_start {span.start}, span_end {span.end}: …{span.before}[{span.words}]{span.after}…".replace(
                "\n", "⏎"
            )
        )
    if not found:
        say(f"“{arguments.words}” was not found in the text of {arguments.source}.")
        return 1
    return 0
