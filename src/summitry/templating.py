"""HTML templates: jinja2 with everything escaped that a template prints."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING, Any

from summitry.errors import extra

if TYPE_CHECKING:
    from jinja2 import Environment


def environment(package: str, brought_by: str) -> Environment:
    """Return an environment for the templates in the folder `templates` of a package; an extra brings jinja2.

    Raises:
        MissingExtraError: when jinja2 is not installed.
    """
    with extra(brought_by):
        from jinja2 import Environment, FunctionLoader, StrictUndefined

    class OfRows(Environment):
        """Looks for what follows a dot first among the items of a row: attributes of a dict are hardly ever meant."""

        def getattr(self, obj: Any, attribute: str) -> Any:
            if type(obj) is dict and attribute in obj:
                return obj[attribute]
            return super().getattr(obj, attribute)

        def make_globals(self, d: Any) -> Any:  # in one place, as each page copies them
            return {**self.globals, **(d or {})}

    folder = resources.files(package) / "templates"
    loader = FunctionLoader(lambda name: (folder / name).read_text("utf-8"))
    return OfRows(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
