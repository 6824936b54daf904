"""schema.org `Dataset` as JSON-LD, for search engines.

See https://developers.google.com/search/docs/appearance/structured-data/dataset for their requirements.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from summitry.dataset import cite
from summitry.publish.metadata import parts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from summitry.dataset.cite import Agent
    from summitry.publish.metadata.parts import Resources
    from summitry.schema import Package, Table

LONGEST_DESCRIPTION = 5000  # characters; search engines cut or refuse more


def agent(given: Agent) -> dict[str, Any]:
    """Return a person or an organization in the terms of schema.org."""
    if not given.family_name:
        return {"@type": "Organization", "name": given.name}
    affiliation = {"@type": "Organization", "name": given.affiliation} if given.affiliation else None
    return parts.known(
        {
            "@type": "Person",
            "name": given.name,
            "familyName": given.family_name,
            "givenName": given.given_name,
            "affiliation": affiliation,
        }
    )


def _download(resource: Mapping[str, Any], base_url: str | None, folder: str) -> dict[str, Any]:
    return {
        "@type": "DataDownload",
        "name": parts.file_name(resource),
        "description": resource["title"],
        "contentUrl": parts.address(resource["path"], base_url, folder),
        "encodingFormat": resource["mediatype"],
        "contentSize": f"{parts.size(resource)} B",
        "sha256": parts.sha256(resource),
    }


def _part(table: Table, shared: Mapping[str, Any], downloads: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    variables = [{"@type": "PropertyValue", "name": f.name, "description": f.description} for f in table.fields]
    return {
        "@type": "Dataset",
        "name": table.title,
        "description": table.description,
        **shared,
        "variableMeasured": variables,
        "distribution": downloads,
    }


def document(package: Package, resources: Resources, base_url: str | None, folder: str) -> dict[str, Any]:
    """Describe the dataset, its files, and each table as a part with its columns; `script` puts it into a page."""
    files = parts.files(resources)
    downloads = {name: [_download(r, base_url, folder) for r in files[name].values()] for name in package.tables}
    creators = [agent(a) for a in cite.agents(package, "creator")]
    period = parts.period(package)
    shared = {"license": parts.licence(package)["path"], "creator": creators, "isAccessibleForFree": True}
    found = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "name": package.title,
        "alternateName": package.name,
        "description": package.description[:LONGEST_DESCRIPTION],
        **shared,
        "url": parts.landing_page(package, base_url),
        "identifier": package.json.get("id"),
        "version": package.version,
        "datePublished": cite.published(package),
        "publisher": [agent(a) for a in cite.agents(package, "publisher")],
        "keywords": package.json["keywords"],
        "inLanguage": parts.LANGUAGE,
        "size": ", ".join(parts.extent(resources)),
        "temporalCoverage": "/".join(period) if period else None,
        "isBasedOn": [
            parts.known({"@type": "CreativeWork", "name": s["title"], "url": s.get("path")})
            for s in package.json.get("sources", ())
        ],
        "distribution": [d for name in package.tables for d in downloads[name]],
        "hasPart": [_part(table, shared, downloads[table.name]) for table in package.tables.values()],
    }
    return parts.known(found)


def script(found: Mapping[str, Any]) -> str:
    r"""Return a document as an element of a page; no text in it can end the element.

    Example:
        >>> script({"name": "</script>"})
        '<script type="application/ld+json">{"name": "\\u003c/script>"}</script>'
    """
    text = json.dumps(found, ensure_ascii=False).replace("<", "\\u003c")
    return f'<script type="application/ld+json">{text}</script>'
