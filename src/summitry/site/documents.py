"""Documents: a page for each plan, draft or agreement, with its clauses, and the list of them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from summitry.site.records import Row
    from summitry.site.rendering import Site


def pages(site: Site) -> Iterator[tuple[str, str]]:
    """Return the pages by path."""
    for name, document in site.records.documents.items():
        path = f"documents/{name}.html"
        roles = site.by_role("document_actors", document["actors"])
        yield path, site.page("document", path, d=document, roles=roles)
    ordered = sorted(site.records.documents.values(), key=_in_time)
    yield "documents.html", site.page("documents", "documents.html", documents=ordered)


def _in_time(document: Row) -> tuple[dt.date, str]:
    return document["dated_from"] or document["dated_to"] or dt.date.max, document["document_id"]
