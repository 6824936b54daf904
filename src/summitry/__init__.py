"""summitry: who said what, who demanded what and who refused it in the diplomacy of August 2025.

    >>> from summitry import load_statements, tables, describe
    >>> "speaker_id" in load_statements().columns
    True

Nothing heavy is imported until it is used.
"""

from __future__ import annotations

TYPE_CHECKING = False  # type checkers know the name; to import typing takes longer than all else here

if TYPE_CHECKING:
    from typing import Any

    from summitry.analysis.attribution import attribution_gap
    from summitry.analysis.changes import position_changes
    from summitry.analysis.claims import claims
    from summitry.analysis.coverage import coverage
    from summitry.analysis.networks import actor_network, affiliation_network
    from summitry.analysis.positions import daily_positions, positions
    from summitry.analysis.reliability import reliability
    from summitry.analysis.stance_matrix import stance_matrix
    from summitry.dataset.cite import cite
    from summitry.dataset.describe import describe, tables
    from summitry.dataset.diff import diff
    from summitry.dataset.integrity import verify
    from summitry.dataset.loaders import *  # noqa: F403 - the names come from the schemas
    from summitry.dataset.search import search
    from summitry.dataset.storage import path
    from summitry.export.network_files import network_edges, network_nodes, write_gexf, write_graphml, write_network_csv
    from summitry.plots import (
        coverage_by_day,
        event_map,
        network_drawing,
        position_timeline,
        stance_heatmap,
        statement_timeline,
    )
    from summitry.validation.pandera_schemas import pandera_schema

    __version__: str

# where each public name lives; load_<table> functions are made from the schemas
_HOMES = {
    "actor_network": "summitry.analysis.networks",
    "affiliation_network": "summitry.analysis.networks",
    "attribution_gap": "summitry.analysis.attribution",
    "cite": "summitry.dataset.cite",
    "claims": "summitry.analysis.claims",
    "coverage": "summitry.analysis.coverage",
    "coverage_by_day": "summitry.plots",
    "daily_positions": "summitry.analysis.positions",
    "describe": "summitry.dataset.describe",
    "diff": "summitry.dataset.diff",
    "event_map": "summitry.plots",
    "network_drawing": "summitry.plots",
    "network_edges": "summitry.export.network_files",
    "network_nodes": "summitry.export.network_files",
    "pandera_schema": "summitry.validation.pandera_schemas",
    "path": "summitry.dataset.storage",
    "position_changes": "summitry.analysis.changes",
    "position_timeline": "summitry.plots",
    "positions": "summitry.analysis.positions",
    "reliability": "summitry.analysis.reliability",
    "search": "summitry.dataset.search",
    "stance_heatmap": "summitry.plots",
    "stance_matrix": "summitry.analysis.stance_matrix",
    "statement_timeline": "summitry.plots",
    "tables": "summitry.dataset.describe",
    "verify": "summitry.dataset.integrity",
    "write_gexf": "summitry.export.network_files",
    "write_graphml": "summitry.export.network_files",
    "write_network_csv": "summitry.export.network_files",
}
__all__ = [
    "actor_network",
    "affiliation_network",
    "attribution_gap",
    "cite",
    "claims",
    "coverage",
    "coverage_by_day",
    "daily_positions",
    "describe",
    "diff",
    "event_map",
    "load_all",  # noqa: F405 - from loaders
    "network_drawing",
    "network_edges",
    "network_nodes",
    "pandera_schema",
    "path",
    "position_changes",
    "position_timeline",
    "positions",
    "reliability",
    "search",
    "stance_heatmap",
    "stance_matrix",
    "statement_timeline",
    "tables",
    "verify",
    "write_gexf",
    "write_graphml",
    "write_network_csv",
]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from summitry.dataset.describe import version

        return version()
    home = _HOMES.get(name) or ("summitry.dataset.loaders" if name.startswith("load_") else None)
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
    from summitry.dataset import loaders

    return sorted({*__all__, *loaders.__all__, "__version__"})
