"""DataCite 4.5, the metadata of a DOI. See https://schema.datacite.org/meta/kernel-4.5/."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from summitry.dataset import cite
from summitry.publish.metadata import parts

if TYPE_CHECKING:
    from summitry.dataset.cite import Agent
    from summitry.publish.metadata.parts import Resources
    from summitry.schema import Package

SCHEMA = "http://datacite.org/schema/kernel-4"


def _creator(given: Agent) -> dict[str, Any]:
    if not given.family_name:
        return {"name": given.name, "nameType": "Organizational"}
    return parts.known(
        {
            "name": given.inverted,
            "nameType": "Personal",
            "givenName": given.given_name,
            "familyName": given.family_name,
            "affiliation": [{"name": given.affiliation}] if given.affiliation else None,
        }
    )


def _dates(package: Package) -> list[dict[str, str]]:
    dates = [{"date": cite.published(package), "dateType": "Issued"}]
    days = parts.period(package)
    if days:  # 4.5 has no type for the period covered
        dates.append({"date": "/".join(days), "dateType": "Other", "dateInformation": "Days that the data covers"})
    return dates


def document(package: Package, resources: Resources, base_url: str | None = None) -> dict[str, Any]:
    """Describe the dataset for DataCite; the DOI is the dataset's `id`, if it has one."""
    licence = parts.licence(package)
    found = {
        "schemaVersion": SCHEMA,
        "doi": cite.doi(package),
        "url": parts.landing_page(package, base_url),
        "types": {"resourceTypeGeneral": "Dataset", "resourceType": "Coded statements"},
        "creators": [_creator(a) for a in cite.agents(package, "creator")],
        "titles": [{"title": package.title, "lang": parts.LANGUAGE}],
        "publisher": {"name": cite.agents(package, "publisher")[0].name},
        "publicationYear": str(package.json["year"]),
        "subjects": [{"subject": word, "lang": parts.LANGUAGE} for word in package.json["keywords"]],
        "dates": _dates(package),
        "language": parts.LANGUAGE,
        "version": package.version,
        "sizes": list(parts.extent(resources)),
        "formats": list(dict.fromkeys(r["mediatype"] for r in resources)),
        "rightsList": [
            {
                "rights": licence["title"],
                "rightsUri": licence["path"],
                "rightsIdentifier": licence["name"],
                "rightsIdentifierScheme": "SPDX",
                "schemeUri": "https://spdx.org/licenses/",
            }
        ],
        "descriptions": [{"description": package.description, "descriptionType": "Abstract", "lang": parts.LANGUAGE}],
    }
    return parts.known(found)
