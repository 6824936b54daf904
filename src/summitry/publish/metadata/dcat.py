"""DCAT 3 as JSON-LD, for catalogues of open data. See https://www.w3.org/TR/vocab-dcat-3/."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from summitry.dataset import cite
from summitry.publish.metadata import parts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from summitry.dataset.cite import Agent
    from summitry.publish.metadata.parts import Resources
    from summitry.schema import Package, Table

_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
_LANGUAGES = "http://id.loc.gov/vocabulary/iso639-1/"
_LINKS = (
    *("dcat:accessURL", "dcat:distribution", "dcat:downloadURL", "dcat:landingPage", "dcat:mediaType"),
    *("dct:conformsTo", "dct:hasPart", "dct:language", "dct:license", "spdx:algorithm"),
)
_TEXTS = ("dct:title", "dct:description", "dcat:keyword")
CONTEXT: dict[str, Any] = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    **{term: {"@type": "@id"} for term in _LINKS},
    **{term: {"@language": parts.LANGUAGE} for term in _TEXTS},
    "dcat:byteSize": {"@type": "xsd:nonNegativeInteger"},
    "dcat:startDate": {"@type": "xsd:date"},
    "dcat:endDate": {"@type": "xsd:date"},
    "spdx:checksumValue": {"@type": "xsd:hexBinary"},
}


def _agent(given: Agent) -> dict[str, str]:
    return {"@type": "foaf:Person" if given.family_name else "foaf:Organization", "foaf:name": given.name}


def _distribution(resource: Mapping[str, Any], home: str, base_url: str | None, folder: str) -> dict[str, Any]:
    where = parts.address(resource["path"], base_url, folder)
    schema = resource["schema"]
    return parts.known(
        {
            "@id": f"{home}#{resource['name']}-file",
            "@type": "dcat:Distribution",
            "dct:title": parts.file_name(resource),
            "dct:description": resource["title"],
            "dcat:accessURL": where,
            "dcat:downloadURL": where,
            "dcat:mediaType": f"{_MEDIA_TYPES}{resource['mediatype']}",
            "dcat:byteSize": str(parts.size(resource)),
            "spdx:checksum": {
                "@type": "spdx:Checksum",
                "spdx:algorithm": "spdx:checksumAlgorithm_sha256",
                "spdx:checksumValue": parts.sha256(resource),
            },
            "dct:conformsTo": parts.address(schema, base_url, folder) if isinstance(schema, str) else None,
        }
    )


def _part(table: Table, distributions: Sequence[Mapping[str, Any]], home: str, shared: Mapping[str, Any]) -> Any:
    return {
        "@id": f"{home}#{table.name}",
        "@type": "dcat:Dataset",
        "dct:title": table.title,
        "dct:description": table.description,
        **shared,
        "dcat:distribution": distributions,
    }


def document(package: Package, resources: Resources, base_url: str | None, folder: str) -> dict[str, Any]:
    """Describe the dataset in DCAT: each table is a part, whose distributions are its files in several formats.

    What identifies the dataset is the address of its descriptor.
    """
    home = parts.address("datapackage.json", base_url, folder)
    files, day, days = parts.files(resources), cite.published(package), parts.period(package)
    period = {"@type": "dct:PeriodOfTime", "dcat:startDate": days[0], "dcat:endDate": days[1]} if days else None
    shared = {
        "dct:license": parts.licence(package)["path"],
        "dct:creator": [_agent(a) for a in cite.agents(package, "creator")],
        "dct:publisher": [_agent(a) for a in cite.agents(package, "publisher")],
        "dct:language": f"{_LANGUAGES}{parts.LANGUAGE}",
    }
    distributions = {
        name: [_distribution(r, home, base_url, folder) for r in files[name].values()] for name in package.tables
    }
    found = {
        "@context": CONTEXT,
        "@id": home,
        "@type": "dcat:Dataset",
        "dct:title": package.title,
        "dct:description": package.description,
        **shared,
        "dct:identifier": package.json.get("id"),
        "dct:issued": {"@type": "xsd:date" if parts.is_day(day) else "xsd:gYear", "@value": day},
        "dct:temporal": period,
        "dcat:version": package.version,
        "dcat:keyword": package.json["keywords"],
        "dcat:landingPage": parts.landing_page(package, base_url),
        "dct:hasPart": [_part(t, distributions[t.name], home, shared) for t in package.tables.values()],
    }
    return parts.known(found)
