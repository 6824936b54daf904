"""summitry: who said what, who demanded what and who refused it in the diplomacy of 2025.

    >>> from summitry import load_statements, tables, describe
    >>> "speaker_id" in load_statements().columns
    True

Nothing heavy is imported until it is used.
"""

from __future__ import annotations

# where each public name lives; beside them there is load_<table> for each table of the schemas. `__init__.pyi`, which
# editors and type checkers read, is generated from this
PUBLIC = {
    "actor_network": "summitry.analysis.networks",
    "affiliation_network": "summitry.analysis.networks",
    "attribution_gap": "summitry.analysis.attribution",
    "backbone": "summitry.analysis.networks",
    "camps": "summitry.analysis.camps",
    "cite": "summitry.dataset.cite",
    "claims": "summitry.analysis.claims",
    "coverage": "summitry.analysis.coverage",
    "coverage_by_day": "summitry.plots",
    "daily_positions": "summitry.analysis.positions",
    "demand_bars": "summitry.plots",
    "demand_network": "summitry.analysis.networks",
    "describe": "summitry.dataset.describe",
    "diff": "summitry.dataset.diff",
    "event_map": "summitry.plots",
    "event_status": "summitry.analysis.claims",
    "interval_chart": "summitry.plots",
    "load_all": "summitry.dataset.loaders",
    "network_drawing": "summitry.plots",
    "network_edges": "summitry.export.network_files",
    "network_nodes": "summitry.export.network_files",
    "pandera_schema": "summitry.validation.pandera_schemas",
    "parties": "summitry.analysis.parties",
    "party_of": "summitry.analysis.parties",
    "path": "summitry.dataset.storage",
    "polarization_timeline": "summitry.plots",
    "position_changes": "summitry.analysis.positions",
    "polarization": "summitry.analysis.camps",
    "position_intervals": "summitry.analysis.bootstrap",
    "position_timeline": "summitry.plots",
    "positions": "summitry.analysis.positions",
    "reliability": "summitry.analysis.reliability",
    "search": "summitry.dataset.search",
    "stance_heatmap": "summitry.plots",
    "stance_matrix": "summitry.analysis.stance_matrix",
    "stances_behind": "summitry.analysis.stances_table",
    "stances_table": "summitry.analysis.stances_table",
    "statement_timeline": "summitry.plots",
    "tables": "summitry.dataset.describe",
    "validate": "summitry.validation.frames",
    "tie_intervals": "summitry.analysis.bootstrap",
    "verify": "summitry.dataset.integrity",
    "write_dynamic_gexf": "summitry.export.network_files",
    "windows": "summitry.analysis.selection",
    "write_graphml": "summitry.export.network_files",
}
LOADER = "load_"


def _names() -> list[str]:
    from summitry import schema

    return sorted([*PUBLIC, *(LOADER + table for table in schema.package().tables)])


def __getattr__(name: str) -> object:
    if name == "__all__":
        return _names()
    if name == "__version__":
        from summitry.dataset.describe import version

        return version()
    if name not in PUBLIC and not name.startswith(LOADER):
        raise AttributeError(f"module 'summitry' has no attribute {name!r}")
    return _found(name)


def _found(name: str) -> object:
    from importlib import import_module

    from summitry import errors

    if name not in PUBLIC:
        from summitry.dataset import loaders

        try:
            return loaders.loader(name.removeprefix(LOADER))
        except errors.UnknownNameError as e:
            # an AttributeError keeps hasattr() and `from summitry import …` working as Python users expect
            raise AttributeError(str(e)) from None
    try:
        return getattr(import_module(PUBLIC[name]), name)
    except ModuleNotFoundError as e:
        if str(e.name).startswith("summitry"):
            raise
        return errors.unavailable(name, errors.missing_extra(str(e.name), "validate"))


def __dir__() -> list[str]:
    return [*_names(), "__version__"]
