"""What the search of every page finds: actors, demands and places by any of their names, and all else by its title."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from summitry.site.records import FOLDERS
from summitry.site.rendering import when
from summitry.words import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from summitry.site.records import Row
    from summitry.site.rendering import Site

Entry = tuple[str, "Sequence[str]", str, str]  # what it is called, other names, what it is, the path of its page
# tables whose rows are found by their name alone, and what such a row is called
NAMED = {"events": "Event", "documents": "Document", "locations": "Place"}


def _other(row: Row) -> list[str]:
    return [n["name"] for n in row.get("names", ())]


def _entries(site: Site) -> Iterator[Entry]:
    records = site.records
    for i, a in records.actors.items():
        kind = site.env.filters["label"](a["kind"], "kind")
        yield a["name"], [i.replace("-", " "), *_other(a)], kind, f"actors/{i}.html"
    for i, d in records.demands.items():
        yield d["label"], [*_other(d), d["proposition"]], "Demand", f"demands/{i}.html"
    for table_name, kind in NAMED.items():
        for i, row in records.by_id[table_name].items():
            day = f" · {when(row)}" if table_name == "events" else ""  # many have the same name
            yield row["name"], _other(row), f"{kind}{day}", f"{FOLDERS[table_name]}/{i}.html"
    for i, s in records.sources.items():
        yield s["heading"], [records.actors[s["publisher_id"]]["name"]], "Source", f"sources/{i}.html"
    for table in site.package.tables.values():
        yield table.name, [str(table.title), *table.names], "Table", f"tables/{table.name}.html"
        for f in table.fields:
            yield f"{table.name}.{f.name}", (), "Column", f"codebook/{table.name}.html#{f.name}"
    for w in records.withdrawn:
        if w["table_name"] in ("demands", "actors", "events", "documents", "sources"):
            yield w["id"], (), "Withdrawn", f"{w['table_name']}/{w['id']}.html"


def script(site: Site, guide: Iterable[Entry] = ()) -> str:
    """Return the script that `search.js` loads when somebody starts to search, with a bar between names."""
    entries = [
        [name, " | ".join(map(plain, (name, *others))), kind, path]
        for name, others, kind, path in (*_entries(site), *guide)
    ]
    return f"var entries = {json.dumps(entries, ensure_ascii=False, separators=(',', ':'))};\n"
