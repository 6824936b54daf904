"""CSVW metadata of the W3C: types, keys and checks of the CSV files.

See https://www.w3.org/TR/tabular-metadata/.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from summitry.dataset import cite
from summitry.publish.metadata import parts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from summitry.publish.metadata.parts import Resources
    from summitry.schema import Field, ForeignKey, Package, Table

TYPES: dict[str, dict[str, str]] = {
    "string": {"base": "string"},
    "integer": {"base": "integer"},
    "number": {"base": "double"},
    "boolean": {"base": "boolean", "format": "true|false"},
    "date": {"base": "date", "format": "yyyy-MM-dd"},
}
DIALECT = {
    "encoding": "utf-8",
    "delimiter": ",",
    "quoteChar": '"',
    "doubleQuote": True,
    "header": True,
    "trim": False,  # the two specifications of CSVW have different defaults
}


def _expression(f: Field) -> str | None:
    """Return what a text must match as a whole; CSVW has no list of values, so an enumeration is an expression."""
    choices = "|".join(re.escape(value) for value in f.enum)
    return f"^(?:{f.pattern or choices})$" if f.pattern or choices else None


def _datatype(f: Field) -> dict[str, Any]:
    limits = {"minimum": f.minimum, "maximum": f.maximum, "minLength": f.min_length, "maxLength": f.max_length}
    expression = {"format": _expression(f)} if f.type == "string" else {}
    return parts.known({**TYPES[f.type], **expression, **limits})


def _column(table: Table, f: Field) -> dict[str, Any]:
    key = table.reference(f.name)
    refers = {"dc:references": f"{key.table}.{key.references[0]}"} if key else {}
    return {
        **refers,
        "name": f.name,
        "titles": list(dict.fromkeys([f.name, f.title])),  # the header of the file must be among the titles
        "dc:description": f.description,
        "datatype": _datatype(f),
        "required": table.required(f),
    }


def _foreign_key(key: ForeignKey, addresses: Mapping[str, str]) -> dict[str, Any]:
    return {
        "columnReference": list(key.fields),
        "reference": {"resource": addresses[key.table], "columnReference": list(key.references)},
    }


def _table(table: Table, addresses: Mapping[str, str]) -> dict[str, Any]:
    schema = {
        "columns": [_column(table, f) for f in table.fields],
        "primaryKey": list(table.primary_key),
        # a strict validator takes an empty cell of a foreign key for an error: such keys are only named by their column
        "foreignKeys": [
            _foreign_key(key, addresses)
            for key in table.foreign_keys
            if all(table.required(table[name]) for name in key.fields)
        ],
    }
    return {
        "url": addresses[table.name],
        "dc:title": table.title,
        "dc:description": table.description,
        "tableSchema": parts.known(schema),
    }


def document(package: Package, resources: Resources, base_url: str | None, folder: str) -> dict[str, Any]:
    """Describe the CSV files as a CSVW table group.

    Readers that start from a CSV file on the web expect `csv-metadata.json` in its folder: create that with the folder
    "data".
    """
    files = parts.files(resources)
    addresses = {name: parts.address(files[name]["csv"]["path"], base_url, folder) for name in package.tables}
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": parts.LANGUAGE}],
        "dc:title": package.title,
        "dc:description": package.description,
        "dc:license": {"@id": parts.licence(package)["path"]},
        "dc:creator": [a.name for a in cite.agents(package, "creator")],
        "dc:date": cite.published(package),
        "schema:version": package.version,
        "dcat:keyword": package.json["keywords"],
        "dialect": DIALECT,
        "tables": [_table(table, addresses) for table in package.tables.values()],
    }
