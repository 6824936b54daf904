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

    from summitry.about import cite, describe, tables
    from summitry.differences import diff
    from summitry.event_claims import claims
    from summitry.gaps import attribution_gap
    from summitry.integrity import verify
    from summitry.loaders import *  # noqa: F403 - the names come from the schemas
    from summitry.matrices import stance_matrix
    from summitry.names import search
    from summitry.networkfiles import network_edges, network_nodes, write_gexf, write_graphml, write_network_csv
    from summitry.networks import actor_network, affiliation_network
    from summitry.pandera_schemas import pandera_schema
    from summitry.pictures import (
        coverage_by_day,
        event_map,
        network_drawing,
        position_timeline,
        stance_heatmap,
        statement_timeline,
    )
    from summitry.quality import coverage, reliability
    from summitry.storage import path
    from summitry.trajectories import daily_positions, position_changes, positions

    __version__: str

# where each public name lives; load_<table> functions are made from the schemas
_HOMES = {
    "actor_network": "summitry.networks",
    "affiliation_network": "summitry.networks",
    "attribution_gap": "summitry.gaps",
    "cite": "summitry.about",
    "claims": "summitry.event_claims",
    "coverage": "summitry.quality",
    "coverage_by_day": "summitry.pictures",
    "daily_positions": "summitry.trajectories",
    "describe": "summitry.about",
    "diff": "summitry.differences",
    "event_map": "summitry.pictures",
    "network_drawing": "summitry.pictures",
    "network_edges": "summitry.networkfiles",
    "network_nodes": "summitry.networkfiles",
    "pandera_schema": "summitry.pandera_schemas",
    "path": "summitry.storage",
    "position_changes": "summitry.trajectories",
    "position_timeline": "summitry.pictures",
    "positions": "summitry.trajectories",
    "reliability": "summitry.quality",
    "search": "summitry.names",
    "stance_heatmap": "summitry.pictures",
    "stance_matrix": "summitry.matrices",
    "statement_timeline": "summitry.pictures",
    "tables": "summitry.about",
    "verify": "summitry.integrity",
    "write_gexf": "summitry.networkfiles",
    "write_graphml": "summitry.networkfiles",
    "write_network_csv": "summitry.networkfiles",
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
