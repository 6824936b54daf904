"""A report in several formats, for people and for programs: each module has one function `parts(report)`.

It yields the text piece by piece; `render` joins the pieces.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from summitry.validation.report import Report

FORMATS = ("text", "json", "github", "sarif", "html")
_MODULES = {"json": "json_"}  # the name json is that of the standard library


def render(report: Report, format: str = "text", *, colour: bool = False) -> str:  # noqa: A002 - what users call it
    """Return a report in one of FORMATS; colour is for text only."""
    module = import_module(f"summitry.validation.reporters.{_MODULES.get(format, format)}")
    return "".join(module.parts(report, colour=colour) if format == "text" else module.parts(report))
