"""A report in the formats of people and of machines: each module has one function `render(report)`."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from summitry.report import Report

FORMATS = ("text", "json", "github", "sarif", "html")
_MODULES = {"json": "json_"}  # a module called json would hide the standard one in its own folder


def render(report: Report, format: str = "text", *, colour: bool = False) -> str:  # noqa: A002 - what users call it
    """Return a report in one of FORMATS; only text knows colour."""
    module = import_module(f"summitry.outputs.{_MODULES.get(format, format)}")
    rendered: str = module.render(report, colour=colour) if format == "text" else module.render(report)
    return rendered
