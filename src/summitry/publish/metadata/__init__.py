"""Metadata of the dataset in common standards, for search engines, catalogues, loaders and reference managers.

One module per standard; each is a pure function of

- package: the schemas;
- resources: those of the descriptor, each with path, format, mediatype, size, hash, rowCount and schema;
- base_url: where the root of the dataset is published; without it, addresses are relative or left out, never invented;
- folder: that of the document, from which relative addresses count.

A base URL that is not absolute is an InputError.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from summitry.export.tables import to_json
from summitry.publish.metadata import citation, croissant, csvw, datacite, dcat, huggingface, schemaorg, zenodo

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from summitry.schema import Package

FOLDER = "metadata"
# every file that `files` gives
PATHS = (
    *(f"{FOLDER}/{name}.jsonld" for name in ("dcat", "schemaorg")),
    *(f"{FOLDER}/{name}.json" for name in ("croissant", "csvw", "datacite")),
    f"{FOLDER}/huggingface/README.md",
    ".zenodo.json",
    "CITATION.cff",
)


def files(package: Package, resources: Sequence[Mapping[str, Any]], base_url: str | None = None) -> dict[str, bytes]:
    """Return the content of every metadata file by its path from the root of the dataset.

    Example:
        >>> import json
        >>> from summitry import paths, schema
        >>> resources = json.loads(paths.descriptor().read_text("utf-8"))["resources"]
        >>> sorted(files(schema.package(), resources))[:2]
        ['.zenodo.json', 'CITATION.cff']
    """
    described = {
        f"{FOLDER}/schemaorg.jsonld": schemaorg.document(package, resources, base_url, FOLDER),
        f"{FOLDER}/croissant.json": croissant.document(package, resources, base_url, FOLDER),
        f"{FOLDER}/dcat.jsonld": dcat.document(package, resources, base_url, FOLDER),
        f"{FOLDER}/csvw.json": csvw.document(package, resources, base_url, FOLDER),
        f"{FOLDER}/datacite.json": datacite.document(package, resources, base_url),
        ".zenodo.json": zenodo.document(package, resources),
    }
    texts = {
        **{path: f"{to_json(document, indent=2)}\n" for path, document in described.items()},
        "CITATION.cff": citation.text(package, resources, base_url),
        f"{FOLDER}/huggingface/README.md": huggingface.text(package, resources),
    }
    return {path: text.encode() for path, text in texts.items()}
