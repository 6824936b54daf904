"""`.zenodo.json`: the metadata that Zenodo uses when it archives a release. See https://developers.zenodo.org."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

from summitry.dataset import cite
from summitry.publish.metadata import parts

if TYPE_CHECKING:
    from summitry.schema import Package

LANGUAGE = "eng"  # Zenodo needs three letters


def document(package: Package) -> dict[str, Any]:
    """Describe the dataset for Zenodo, which adds the DOI and the day of publication itself.

    Args:
        package: the schemas.

    Returns:
        The JSON.
    """
    return {
        "title": package.title,
        "upload_type": "dataset",
        "version": package.version,
        "creators": [
            parts.known({"name": a.inverted, "affiliation": a.affiliation}) for a in cite.agents(package, "creator")
        ],
        "description": f"<p>{html.escape(package.description, quote=False)}</p>",
        "access_right": "open",
        "license": parts.licence(package)["name"].lower(),  # Zenodo uses lower-case SPDX names
        "language": LANGUAGE,
        "keywords": package.json["keywords"],
    }
