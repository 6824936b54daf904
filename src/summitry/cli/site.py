"""`summitry site`: the dataset as static pages, ready for any web server or for none."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from summitry.cli.terminal import say

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("out", metavar="OUT", type=Path, help="the folder to write to; other versions in it stay")
    parser.add_argument("--base-url", metavar="URL", help="where OUT will be published, such as https://example.org/x")
    parser.add_argument("--no-pictures", action="store_true", help="draw no pictures, even if matplotlib is installed")


def run(arguments: argparse.Namespace) -> int:
    """Write the pages, and print where they are."""
    from summitry.schema import words
    from summitry.site import folder

    out = arguments.out
    written = folder.write(out, arguments.base_url, with_pictures=not arguments.no_pictures)
    folders = " and ".join(map(str, written.folders))
    say(f"wrote {written.n_files} files ({words.size(written.n_bytes)}) to {folders}")
    say(f"open {out / 'index.html'} in a browser, or publish {out} anywhere: it needs no server of its own")
    return 0
