"""Croissant 1.1: the files, the tables with their columns, and the vocabularies, for machine learning.

See http://mlcommons.org/croissant/1.1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from summitry.dataset import cite
from summitry.publish.metadata import parts
from summitry.publish.metadata.schemaorg import agent

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from summitry.publish.metadata.parts import Resources
    from summitry.schema import Field, ForeignKey, Package, Table

CONFORMS_TO = "http://mlcommons.org/croissant/1.1"
_TERMS = (
    *("annotation", "arrayShape", "citeAs", "column", "containedIn", "equivalentProperty", "excludes", "extract"),
    *("field", "fileObject", "fileProperty", "fileSet", "format", "includes", "isArray", "isLiveDataset", "jsonPath"),
    *("key", "md5", "parentField", "path", "readLines", "recordSet", "references", "regex", "repeated", "replace"),
    *("samplingRate", "sdVersion", "separator", "source", "subField", "transform", "unArchive", "value"),
)
# the context of the specification and of mlcroissant, which needs https for schema.org
CONTEXT: dict[str, Any] = {
    "@language": parts.LANGUAGE,
    "@vocab": "https://schema.org/",
    "sc": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "dct": "http://purl.org/dc/terms/",
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "description": {"@container": "@language"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "name": {"@container": "@language"},
    **{term: f"cr:{term}" for term in _TERMS},
}
DATA_TYPES = {
    "string": "sc:Text",
    "integer": "sc:Integer",
    "number": "sc:Float",
    "boolean": "sc:Boolean",
    "date": "sc:Date",
}
# the registered name, and the one that mlcroissant knows
MEDIA_TYPES = {"csv": ["text/csv"], "parquet": ["application/vnd.apache.parquet", "application/x-parquet"]}
# Parquet, because its types are the schema's; mlcroissant would read "NA" in a CSV file as missing
SOURCE = "parquet"


def _file(resource: Mapping[str, Any], base_url: str | None, folder: str) -> dict[str, Any]:
    name = parts.file_name(resource)
    return {
        "@type": "cr:FileObject",
        "@id": name,
        "name": name,
        "description": resource["title"],
        "contentUrl": parts.address(resource["path"], base_url, folder),
        "contentSize": f"{parts.size(resource)} B",
        "encodingFormat": MEDIA_TYPES[resource["format"]],
        "sha256": parts.sha256(resource),
    }


def _column(table: str, name: str) -> dict[str, Any]:
    return {"fileObject": {"@id": f"{table}.{SOURCE}"}, "extract": {"column": name}}


def _references(table: Table, f: Field) -> dict[str, Any] | None:
    """Return the source of a column's values: a vocabulary, or a column of another table's file.

    mlcroissant follows references when it loads. References between tables form a cycle as soon as a table refers to
    itself, and it fails; references to files do not.
    """
    key: ForeignKey | None = table.reference(f.name)
    if key:
        return _column(key.table, key.references[0])
    return {"field": {"@id": f"{table.name}.{f.name}/value"}} if f.enum else None


def _field(table: Table, f: Field) -> dict[str, Any]:
    return parts.known(
        {
            "@type": "cr:Field",
            "@id": f"{table.name}/{f.name}",
            "name": f.name,
            "description": f.description,
            "dataType": DATA_TYPES[f.type],
            "source": _column(table.name, f.name),
            "references": _references(table, f),
        }
    )


def _vocabulary(table: Table, f: Field) -> dict[str, Any]:
    """Return the values of a column with labels and meanings, as a record set of its own."""
    identifier = f"{table.name}.{f.name}"
    meanings = {c.value: (c.label, c.description) for c in f.categories}
    return {
        "@type": "cr:RecordSet",
        "@id": identifier,
        "name": identifier,
        "description": f"The values of {identifier} and what they mean.",
        "dataType": "sc:Enumeration",
        "key": {"@id": f"{identifier}/value"},
        "field": [
            {"@type": "cr:Field", "@id": f"{identifier}/{name}", "name": name, "dataType": "sc:Text"}
            for name in ("value", "name", "description")
        ],
        "data": [
            {
                f"{identifier}/value": value,
                f"{identifier}/name": meanings.get(value, (value, ""))[0],
                f"{identifier}/description": meanings.get(value, (value, ""))[1],
            }
            for value in f.enum
        ],
    }


def _record_sets(table: Table) -> Iterator[dict[str, Any]]:
    yield from (_vocabulary(table, f) for f in table.fields if f.enum)
    yield {
        "@type": "cr:RecordSet",
        "@id": table.name,
        "name": table.name,
        "description": table.description,
        "key": [{"@id": f"{table.name}/{name}"} for name in table.primary_key],
        "field": [_field(table, f) for f in table.fields],
    }


def document(package: Package, resources: Resources, base_url: str | None, folder: str) -> dict[str, Any]:
    """Describe the dataset in Croissant.

    A table is the record set of its name, a column the field `table/column`, and the vocabulary of a column the record
    set `table.column`.
    """
    # Croissant requires `url`: if no page is known, use the README
    page = parts.landing_page(package, base_url) or parts.address("README.md", None, folder)
    return {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": CONFORMS_TO,
        "name": package.name,
        "alternateName": package.title,
        "description": package.description,
        "url": page,
        "license": parts.licence(package)["path"],
        "creator": [agent(a) for a in cite.agents(package, "creator")],
        "publisher": [agent(a) for a in cite.agents(package, "publisher")],
        "datePublished": cite.published(package),
        "version": package.version,
        "inLanguage": parts.LANGUAGE,
        "keywords": package.json["keywords"],
        "citeAs": cite.bibtex(package),
        "isLiveDataset": False,
        "distribution": [_file(r, base_url, folder) for r in resources],
        "recordSet": [found for table in package.tables.values() for found in _record_sets(table)],
    }
