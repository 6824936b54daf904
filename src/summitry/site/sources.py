"""Sources: a page for each, with the statements that it reports."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from summitry.site import paging

if TYPE_CHECKING:
    from collections.abc import Iterator

    from summitry.site.rendering import Site

PAGE = 100  # sources of a page, or those of one day if there are more


def pages(site: Site) -> Iterator[tuple[str, str]]:
    """Return the pages by path."""
    for name, source in site.records.sources.items():
        path = f"sources/{name}.html"
        yield path, site.page("source", path, s=source)
    ranked = sorted(site.records.sources.values(), key=lambda s: (s["published_on"], s["source_id"]))
    days = [(day, list(group)) for day, group in groupby(ranked, key=lambda s: s["published_on"])]
    listed = paging.paged("sources", days, PAGE)
    jump = [(day, f"{path}#day-{day}") for path, group in listed for day, _ in group]
    for path, group in listed:
        yield path, site.page("sources", path, days=group, listed=listed, jump=jump)
