"""`summitry locate`: start and end of a span in a source's text."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING

from summitry.errors import InputError

if TYPE_CHECKING:
    import argparse

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("words", nargs="?", help="the first words of the span, or all of them")
    parser.add_argument("--source", required=True, metavar="ID", help="the source, whose text is seeds/<ID>.txt")
    parser.add_argument("--folder", type=Path, metavar="DIR", help="a contribution that holds the text")
    parser.epilog = "Without words: the hash and length of the text, for the table sources."


def _text(source: str, folder: Path | None) -> bytes:
    from summitry import paths

    if not _SLUG.fullmatch(source):
        raise InputError(f"{source!r} is not the id of a source: small letters, digits and hyphens.")
    homes = [folder, paths.root()] if folder else [paths.root()]
    for home in homes:
        path = home / "seeds" / f"{source}.txt"
        if path.is_file():
            return path.read_bytes()
    tried = " or ".join(str(home / "seeds" / f"{source}.txt") for home in homes)
    raise InputError(f"There is no text {tried}. Texts are in a checkout and in contributions (--folder).")


def run(arguments: argparse.Namespace) -> int:
    """Print every place where the words stand."""
    from summitry.dataset import spans

    raw = _text(arguments.source, arguments.folder)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as e:
        raise InputError(f"The text of {arguments.source} is not UTF-8: byte {e.start}. Save it as UTF-8.") from e
    if arguments.words is None:
        print(
            f"text_path,sha256,n_codepoints\nseeds/{arguments.source}.txt,{hashlib.sha256(raw).hexdigest()},{len(text)}"
        )
        return 0
    found = spans.find(arguments.words, text)
    for span in found:
        print(f"start {span.start}, end {span.end}: …{span.before}[{span.words}]{span.after}…".replace("\n", "⏎"))
    if not found:
        print(f"“{arguments.words}” does not stand in the text of {arguments.source}.")
        return 1
    return 0
