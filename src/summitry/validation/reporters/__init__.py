"""A report in several formats, for people and for programs: each module has one function `parts(report)`.

It yields the text piece by piece, so that a long report needs little memory.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TextIO

    from summitry.validation.report import Report

FORMATS = ("text", "json", "github", "sarif", "html")
_MODULES = {"json": "json_"}  # the name json is that of the standard library


def parts(report: Report, format: str = "text", *, colour: bool = False) -> Iterator[str]:  # noqa: A002 - what users call it
    """Return the pieces of a report in one of FORMATS; colour is for text only."""
    module = import_module(f"summitry.validation.reporters.{_MODULES.get(format, format)}")
    pieces: Iterator[str] = module.parts(report, colour=colour) if format == "text" else module.parts(report)
    return pieces


def render(report: Report, format: str = "text", *, colour: bool = False) -> str:  # noqa: A002 - as above
    """Return a report in one of FORMATS as one text."""
    return "".join(parts(report, format, colour=colour))


def write(report: Report, format: str, stream: TextIO, *, colour: bool = False) -> None:  # noqa: A002 - as above
    """Write a report in one of FORMATS, piece by piece."""
    stream.writelines(parts(report, format, colour=colour))
