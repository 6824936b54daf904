"""What a contestant says that it found, in words that all of them share."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable


class Found(NamedTuple):
    """One mistake: its kind as `planted.COUNTS` names it, and column and row (from 0) where the library gives them."""

    kind: str
    column: str | None
    row: int | None = None


def print_found(find: Callable[[Path, str], list[Found]]) -> None:
    """Run a contestant on the folder and format of the command line, and print what it found."""
    folder, form = sys.argv[1:]
    json.dump(find(Path(folder), form), sys.stdout)


def read(output: Path) -> list[Found]:
    """Return what a contestant printed."""
    return [Found(*found) for found in json.loads(output.read_text("utf-8"))]
