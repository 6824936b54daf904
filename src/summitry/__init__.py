"""summitry: who said what, who demanded what and who refused it in the diplomacy of August 2025.

    >>> from summitry import load_statements, tables, describe
    >>> "speaker_id" in load_statements().columns
    True

Nothing heavy is imported until it is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from summitry.about import cite, describe, tables
    from summitry.differences import diff
    from summitry.integrity import verify
    from summitry.loaders import *  # noqa: F403 - the names come from the schemas
    from summitry.names import search
    from summitry.pandera_schemas import pandera_schema
    from summitry.quality import coverage, reliability
    from summitry.storage import path

    __version__: str

# where each public name lives; load_<table> functions are made from the schemas
_HOMES = {
    "cite": "summitry.about",
    "describe": "summitry.about",
    "diff": "summitry.differences",
    "tables": "summitry.about",
    "verify": "summitry.integrity",
    "pandera_schema": "summitry.pandera_schemas",
    "coverage": "summitry.quality",
    "path": "summitry.storage",
    "reliability": "summitry.quality",
    "search": "summitry.names",
}
__all__ = [
    "cite",
    "coverage",
    "describe",
    "diff",
    "load_all",  # noqa: F405 - from loaders
    "pandera_schema",
    "path",
    "reliability",
    "search",
    "tables",
    "verify",
]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from summitry.about import version

        return version()
    home = _HOMES.get(name) or ("summitry.loaders" if name.startswith("load_") else None)
    if home is None:
        raise AttributeError(f"module 'summitry' has no attribute {name!r}")
    from importlib import import_module

    module = import_module(home)
    if not hasattr(module, name):
        from summitry import schema
        from summitry.errors import unknown_name

        # an AttributeError keeps hasattr() and `from summitry import …` working as Python users expect
        raise AttributeError(str(unknown_name("table", name.removeprefix("load_"), list(schema.package().tables))))
    return getattr(module, name)


def __dir__() -> list[str]:
    from summitry import loaders

    return sorted({*__all__, *loaders.__all__, "__version__"})
