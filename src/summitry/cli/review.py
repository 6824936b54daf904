"""`summitry review`: a source's text with every mention marked, in a browser, on this computer only."""

from __future__ import annotations

import tempfile
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING, Any

from summitry.errors import InputError, unknown_name

if TYPE_CHECKING:
    import argparse

TABLES = ("mentions", "statements", "stances", "event_reports")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("source", metavar="SOURCE", help="the id of a source, such as var-matin-2025-08-22")
    parser.add_argument("--output", type=Path, metavar="FILE", help="write the page here and open nothing")
    parser.epilog = "The page holds the text of a source: keep it to yourself. Texts are in a checkout, not in a wheel."


def text_of(source: dict[str, Any], home: Path) -> str | None:
    """Return the text of a source, or None where it has none or this installation does not hold it.

    Raises:
        InputError: when the text is not UTF-8, or lies outside the dataset.
    """
    if not source["text_path"]:
        return None
    path: Path = (home / source["text_path"]).resolve()
    if not path.is_relative_to(home.resolve()):
        raise InputError(f"The text_path {source['text_path']!r} leads out of the dataset. Correct it in sources.csv.")
    if not path.is_file():
        return None
    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as e:
        raise InputError(f"{path} is not UTF-8: byte {e.start}. Save it as UTF-8.") from e


def run(arguments: argparse.Namespace) -> int:
    """Write the page, and open it unless it was given a name."""
    from summitry import paths
    from summitry.contribute import annotate
    from summitry.dataset import loaders

    sources = {row["source_id"]: row for row in loaders.load("sources", "pyarrow").to_pylist()}
    if arguments.source not in sources:
        near = [s for s in sources if arguments.source in s] or list(sources)
        raise unknown_name("source", arguments.source, near[:10] if len(near) > 10 else near)  # noqa: PLR2004
    source = sources[arguments.source]
    rows = {name: loaders.load(name, "pyarrow").to_pylist() for name in TABLES}
    page = annotate.page(source, text_of(source, paths.root()), rows)
    target = arguments.output or Path(tempfile.mkdtemp(prefix="summitry-review-")) / f"{arguments.source}.html"
    try:
        target.write_text(page, "utf-8")
    except OSError as e:
        raise InputError(f"{target} cannot be written: {e}. Name a file in a folder that exists.") from e
    print(f"wrote {target}")
    if not arguments.output and not webbrowser.open(target.resolve().as_uri()):
        print("no browser could be started: open that file in one")
    return 0
