"""The data package descriptor, derived from the schemas and the files."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from summitry.validation.descriptor import MISSING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from summitry.schema import Package

RESOURCE_PROFILE = "https://datapackage.org/profiles/2.0/dataresource.json"
MEDIA_TYPES = {"csv": "text/csv", "parquet": "application/vnd.apache.parquet"}


def _schema(package: Package, table: str, suffix: str) -> str | dict[str, Any]:
    """Return the schema of a file: the path of the table's own, but for Parquet files with empty numbers.

    frictionless reads an empty number of Parquet as the text "nan", so these files must call that missing too.
    """
    about = package.table(table)
    numbers = any(f.type in ("integer", "number") and not about.required(f) for f in about.fields)
    if suffix == "parquet" and numbers:
        return {**about.json, "missingValues": list(MISSING)}
    return f"schemas/{table}.json"


def resource(package: Package, table: str, suffix: str, content: bytes, rows: int) -> dict[str, Any]:
    """Describe one file of one table: where it is, its size, hash, rows and schema."""
    about = package.table(table)
    if suffix == "csv":
        details = {"bytes": len(content), "dialect": {"delimiter": ",", "lineTerminator": "\n", "quoteChar": '"'}}
    else:  # frictionless compares `bytes` with nothing for Parquet and fails; the name is DCAT's
        details = {"byteSize": len(content)}
    return {
        "$schema": RESOURCE_PROFILE,
        "name": table if suffix == "csv" else f"{table}-{suffix}",
        "type": "table",
        "title": about.title if suffix == "csv" else f"{about.title} ({suffix.capitalize()})",
        "description": about.description,
        "path": f"data/{table}.{suffix}",
        "format": suffix,
        "mediatype": MEDIA_TYPES[suffix],
        "encoding": "utf-8",
        **details,
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "rowCount": rows,
        "schema": _schema(package, table, suffix),
    }


def datapackage(package: Package, files: Mapping[tuple[str, str], bytes], rows: Mapping[str, int]) -> bytes:
    """Return `datapackage.json`, from the content of each file by table and suffix, and each table's number of rows."""
    about = {k: v for k, v in package.json.items() if k != "tables"}
    resources = [
        resource(package, table, suffix, files[table, suffix], rows[table])
        for suffix in MEDIA_TYPES
        for table in package.tables
    ]
    text = json.dumps({**about, "resources": resources}, ensure_ascii=False, indent=2)
    return f"{text}\n".encode()
