"""The signed network of actors and demands, as GraphML for Gephi, visone, igraph and R."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from summitry.analysis import networks
from summitry.export import network_files

if TYPE_CHECKING:
    from summitry.export.tables import Tables


def content(tables: Tables) -> bytes:
    """Return the two-mode network of first-hand positions; `write_graphml` writes any other."""
    graph = networks.affiliation_network(tables=tables.frames)
    with tempfile.TemporaryDirectory() as folder:
        return network_files.write_graphml(graph, Path(folder) / "network.graphml").read_bytes()
