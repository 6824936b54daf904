"""The dataset card for the Hugging Face Hub: a README whose header names the file of each table.

See https://huggingface.co/docs/hub/datasets-manual-configuration.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from summitry.dataset import cite
from summitry.publish.metadata import parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from summitry.publish.metadata.parts import Resources
    from summitry.schema import Package

# the Hub's size categories, each with its least number of rows
SIZES = ((0, "n<1K"), (1_000, "1K<n<10K"), (10_000, "10K<n<100K"), (100_000, "100K<n<1M"), (1_000_000, "1M<n<10M"))
BODY = """
# {title}

{description}

Each table that has rows is a configuration. In a copy of this repository:

```python
from datasets import load_dataset

{first} = load_dataset(".", "{first}", split="train")
```

| table | rows | one row is |
| --- | --- | --- |
{tables}

Licence: [{licence}]({licence_url}). Version {version}. To cite:

```bibtex
{bibtex}
```
"""


def _configurations(files: Mapping[str, Mapping[str, Any]], tables: Iterable[str]) -> list[dict[str, Any]]:
    """Name the file of each table that has rows: the Hub's reader stops at an empty one."""
    found: list[dict[str, Any]] = [
        {"config_name": name, "data_files": files[name]["parquet"]["path"]}
        for name in tables
        if files[name]["parquet"]["rowCount"]
    ]
    return [{**entry, "default": True} if i == 0 else entry for i, entry in enumerate(found)]


def text(package: Package, resources: Resources) -> str:
    """Return the card: README.md of a repository on the Hub that has `data/` beside it.

    The configurations name the Parquet files, which carry the types. The first table with rows is the one that opens
    where none is named.
    """
    files = parts.files(resources)
    rows = {name: files[name]["parquet"]["rowCount"] for name in package.tables}
    licence, total = parts.licence(package), sum(rows.values())
    head = {
        "pretty_name": package.title,
        "license": licence["name"].lower(),
        "language": [parts.LANGUAGE],
        "size_categories": [name for least, name in SIZES if total >= least][-1:],
        "tags": package.json["keywords"],
        "configs": _configurations(files, package.tables),
    }
    body = BODY.format(
        title=package.title,
        description=package.description,
        first=next((name for name in rows if rows[name]), ""),
        tables="\n".join(f"| {t.name} | {rows[t.name]} | {t.one_row_is} |" for t in package.tables.values()),
        licence=licence["title"],
        licence_url=licence["path"],
        version=package.version,
        bibtex=cite.bibtex(package),
    )
    return f"---\n{parts.to_yaml(head)}---\n{body}"
