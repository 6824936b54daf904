"""`summitry site`: the dataset as static pages, ready for any web server or for none."""

from __future__ import annotations

import argparse
import gc
import sys
from pathlib import Path

from summitry.cli.terminal import say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("out", metavar="OUT", type=Path, help="the folder to write to; other versions in it are kept")
    parser.add_argument("--base-url", metavar="URL", help="where OUT will be published, such as https://example.org/x")
    parser.add_argument("--no-pictures", action="store_true", help="draw no pictures, even if matplotlib is installed")
    parser.add_argument(
        "--guide", metavar="FOLDER", type=Path, help="pages of Markdown to add, such as those of scripts/docs.py"
    )


def run(arguments: argparse.Namespace) -> int:
    """Write the pages, and print where they are."""
    from summitry import words
    from summitry.site import folder

    out = arguments.out
    gc.disable()  # the pages are millions of texts and no cycles; to look for cycles takes a tenth of the time
    written = folder.write(
        out,
        arguments.base_url,
        with_pictures=not arguments.no_pictures,
        guide_folder=arguments.guide,
        report=lambda step: say(f"{step} …", sys.stderr),
    )
    also = f"; {written.latest} leads to {written.folder}" if written.latest else ""
    say(f"wrote {words.counted(written.n_files, 'file')} ({words.size(written.n_bytes)}) to {out}{also}")
    say(f"open {out / 'index.html'} in a browser, or publish {out} anywhere: it needs no server of its own")
    return 0
