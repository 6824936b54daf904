"""Sources: a page for each, with the statements that it reports."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from summitry.site.rendering import Site


def pages(site: Site) -> Iterator[tuple[str, str]]:
    """Return the pages by path."""
    for name, source in site.records.sources.items():
        path = f"sources/{name}.html"
        yield path, site.page("source", path, s=source)
    ranked = sorted(site.records.sources.values(), key=lambda s: (s["published_on"], s["source_id"]))
    days = [(day, list(group)) for day, group in groupby(ranked, key=lambda s: s["published_on"])]
    yield "sources.html", site.page("sources", "sources.html", days=days)
