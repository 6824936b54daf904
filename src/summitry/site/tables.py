"""Tables: a page for each with its rows, and one with its codebook."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from summitry.schema import words
from summitry.site.records import FOLDERS, web_address

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from summitry.schema import Table
    from summitry.site.records import Row, Rows
    from summitry.site.rendering import Site

SHOWN = 50  # rows of a page without script; the script shows all
# rows without a page of their own: the page on which they are, by the column that names it
ON_PAGE_OF = {"mention_id": "statement_id", "stance_id": "statement_id", "role_id": "person_id"}


@dataclass(frozen=True)
class Link:
    """Where the ids of a column lead.

    Attributes:
        folder: the folder of the pages.
        page: the column whose cell names the page.
        place: the column whose cell is a place on the page; empty for the page itself.
    """

    folder: str
    page: str
    place: str = ""

    def address(self, row: Row) -> str:
        """Return the address for a row of a page in a folder beside it."""
        place = f"#{row[self.place]}" if self.place else ""
        return f"../{self.folder}/{row[self.page]}.html{place}"


def links(table: Table) -> dict[str, Link]:
    """Return where the ids of each column of a table lead."""
    found: dict[str, Link] = {}
    folder_of = {f"{name.removesuffix('s')}_id": folder for name, folder in FOLDERS.items()}
    for column in table.names:
        key = table.reference(column)
        name = key.references[0] if key else column
        if name in folder_of:
            found[column] = Link(folder_of[name], column)
        elif ON_PAGE_OF.get(name) in table.names:
            page = ON_PAGE_OF[name]
            found[column] = Link(
                folder_of["actor_id" if page == "person_id" else page], page, column if page != "person_id" else ""
            )
    return found


def text(value: object) -> str:
    """Return a cell as it is written in CSV."""
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _linked(row: Row, column: str, link: Link | None) -> tuple[str, str | None]:
    value = row[column]
    return text(value), link.address(row) if link and value is not None else web_address(value)


def pages(site: Site, rows: Rows, guide: Collection[str] = ()) -> Iterator[tuple[str, str]]:
    """Return the pages by path, and the script with the rows of each."""
    yield "codebook/index.html", site.page("codebook", "codebook/index.html", rules="codebook/rules" in guide)
    for table in site.package.tables.values():
        path, where = f"tables/{table.name}.html", links(table)
        shown = [[_linked(row, c, where.get(c)) for c in table.names] for row in rows[table.name][:SHOWN]]
        yield (
            path,
            site.page(
                "table",
                path,
                table=table,
                rows=shown,
                n_rows=len(rows[table.name]),
                links={c: where.get(c) for c in table.names},
            ),
        )
        yield f"rows/{table.name}.js", _script(table, rows[table.name])
        path = f"codebook/{table.name}.html"
        constraints = {f.name: words.constraints(table, f) for f in table.fields}
        yield path, site.page("codebook_table", path, table=table, constraints=constraints)


def _script(table: Table, rows: Sequence[dict[str, Any]]) -> str:
    cells = [[text(row[c]) for c in table.names] for row in rows]
    return f"var rows = {json.dumps(cells, ensure_ascii=False, separators=(',', ':'))};\n"
