"""`.zenodo.json`: the metadata that Zenodo uses when it archives a release. See https://developers.zenodo.org."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

from summitry.dataset import cite
from summitry.publish.metadata import parts

if TYPE_CHECKING:
    from summitry.publish.metadata.parts import Resources
    from summitry.schema import Package

LANGUAGE = "eng"  # Zenodo needs three letters


def document(package: Package, resources: Resources) -> dict[str, Any]:
    """Describe the dataset for Zenodo, which adds the DOI itself."""
    days = parts.period(package)
    covered = {"start": days[0], "end": days[1], "type": "Collected"} if days else None
    found = {
        "title": package.title,
        "upload_type": "dataset",
        "publication_date": cite.published(package) if parts.is_day(cite.published(package)) else None,
        "version": package.version,
        "creators": [
            parts.known({"name": a.inverted, "affiliation": a.affiliation}) for a in cite.agents(package, "creator")
        ],
        "description": f"<p>{html.escape(parts.described(package, resources), quote=False)}</p>",
        "access_right": "open",
        "license": parts.licence(package)["name"].lower(),  # Zenodo uses lower-case SPDX names
        "language": LANGUAGE,
        "keywords": package.json["keywords"],
        "dates": [{**covered, "description": "Days that the data covers"}] if covered else [],
    }
    return parts.known(found)
