"""Tables: a page for each with its rows, and one with its codebook."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from summitry.dataset.storage import written
from summitry.site.records import FOLDERS
from summitry.words import web_address

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from summitry.schema import Table
    from summitry.site.records import Row, Rows
    from summitry.site.rendering import Site

SHOWN = 50  # rows of a page without script; the script shows all
# table of rows without a page of their own → the column that names the page on which they are
ON_PAGE_OF = {"mentions": "statement_id", "stances": "statement_id", "roles": "person_id"}
# ids of another table without a column that names their page: that table, or the column that says which it is
OF_TABLE = {"codings": {"unit_id": "mentions"}, "withdrawn": {"id": "table_name", "replaced_by": "table_name"}}


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
    for column in table.names:
        key = table.reference(column)
        of = key.table if key else table.name if table.primary_key == (column,) else ""
        if of in FOLDERS:
            found[column] = Link(FOLDERS[of], column)
        elif page := table.reference(ON_PAGE_OF.get(of, "")):
            found[column] = Link(FOLDERS[page.table], page.fields[0], column if page.table == "statements" else "")
    return found


def _addresses(site: Site) -> dict[tuple[str, str], str]:
    """Return where each row of the tables with pages, and each mention and stance, is: by table and id."""
    found = {
        (table, i): f"../{folder}/{i}.html" for table, folder in FOLDERS.items() for i in site.records.by_id[table]
    }
    for w in site.records.withdrawn:
        if w["table_name"] in FOLDERS:
            found[w["table_name"], w["id"]] = f"../{FOLDERS[w['table_name']]}/{w['id']}.html"
    for s in site.records.statements:
        for table, key in (("mentions", "mention_id"), ("stances", "stance_id")):
            found |= {(table, r[key]): f"../statements/{s['statement_id']}.html#{r[key]}" for r in s[table]}
    return found


def _of_other_tables(
    table: str, rows: Sequence[Row], addresses: dict[tuple[str, str], str]
) -> dict[str, dict[str, str]]:
    """Return by column where the ids of other tables lead; after the name of their table, if a column says that."""
    found: dict[str, dict[str, str]] = {}
    for column, of in OF_TABLE.get(table, {}).items():
        pairs = {(row.get(of, of), row[column], of in row) for row in rows}
        found[column] = {
            f"{other} {i}" if named else i: addresses[other, i]
            for other, i, named in sorted(pairs, key=str)
            if (other, i) in addresses
        }
    return found


def _linked(
    row: Row, column: str, link: Link | None, others: dict[str, dict[str, str]], by: str | None
) -> tuple[str, str | None]:
    """Return a cell and where it leads."""
    value = row[column]
    if column in others:
        return written(value), others[column].get(f"{row[by]} {value}" if by else str(value))
    return written(value), link.address(row) if link and value is not None else web_address(value)


def pages(site: Site, rows: Rows, guide: Collection[str] = ()) -> Iterator[tuple[str, str]]:
    """Return the pages by path, and the script with the rows of each."""
    yield "codebook/index.html", site.page("codebook", "codebook/index.html", rules="codebook/rules" in guide)
    addresses = _addresses(site)
    for table in site.package.tables.values():
        path, where = f"tables/{table.name}.html", links(table)
        others = _of_other_tables(table.name, rows[table.name], addresses)
        by = {column: of for column, of in OF_TABLE.get(table.name, {}).items() if of in table.names}
        shown = [
            [_linked(row, c, where.get(c), others, by.get(c)) for c in table.names] for row in rows[table.name][:SHOWN]
        ]
        yield (
            path,
            site.page(
                "table",
                path,
                table=table,
                rows=shown,
                n_rows=len(rows[table.name]),
                links={c: where.get(c) for c in table.names},
                others=others,
                by=by,
            ),
        )
        yield f"rows/{table.name}.js", _script(table, rows[table.name], others)
        path = f"codebook/{table.name}.html"
        constraints = {f.name: table.constraints(f) for f in table.fields}
        yield path, site.page("codebook_table", path, table=table, constraints=constraints)


def _script(table: Table, rows: Sequence[dict[str, Any]], others: dict[str, dict[str, str]]) -> str:
    cells = [[written(row[c]) for c in table.names] for row in rows]
    made = {"rows": cells, "addresses": others}
    return "".join(f"var {n} = {json.dumps(v, ensure_ascii=False, separators=(',', ':'))};\n" for n, v in made.items())
