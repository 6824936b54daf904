"""How to cite the dataset."""

from __future__ import annotations

from typing import TYPE_CHECKING

from summitry import schema

if TYPE_CHECKING:
    from summitry.schema import Package


def creators(package: Package) -> str:
    """Return who made the dataset, joined by commas."""
    return ", ".join(c["title"] for c in package.json["contributors"])


def citation(package: Package) -> str:
    """Return how to cite a version of the dataset, in one line."""
    year, title = package.json["year"], package.title
    return f"{creators(package)} ({year}). {title} (version {package.version}) [Data set]."


def cite() -> str:
    """Return how to cite this version of the dataset.

    Example:
        >>> from summitry import cite
        >>> cite().startswith("The summitry contributors")
        True
    """
    return citation(schema.package())
