"""Rule 15: two rows that are one actor, place or page."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from summitry.dataset.names import OTHER_NAMES
from summitry.validation.rules.model import DatasetRule, Finding, Row, read_order

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator

    from summitry.validation.rules.model import Dataset

_IDENTIFIERS = (("actors", "wikidata_id"), ("locations", "wikidata_id"), ("locations", "geonames_id"))
_ADDRESSES = (("sources", "url"), ("collection", "page"))
# what is added to an address to follow readers, and does not change the page
_TRACKING = ("utm_", "fbclid", "gclid", "yclid", "igshid", "mc_cid", "mc_eid")


class Named(NamedTuple):
    """Something in a row by which another row may be the same."""

    row: Row
    column: str
    key: Hashable
    of: str


def repeated(things: Iterable[Named]) -> Iterator[tuple[Named, Named]]:
    """Yield each thing whose key an earlier row has that is of another actor, place or page, with the earlier one."""
    first: dict[Hashable, Named] = {}
    for thing in sorted(things, key=lambda t: read_order(t.row)):
        earlier = first.setdefault(thing.key, thing)
        if earlier.of != thing.of:
            yield thing, earlier


def _things(data: Dataset, table: str, column: str) -> Iterator[Named]:
    for row in data.rows(table):
        if row.sound(column):
            yield Named(row, column, row[column], next(iter(row.values())))


def same_identifiers(data: Dataset) -> Iterator[Finding]:
    """Find actors, and places, with one identifier."""
    for table, column in _IDENTIFIERS:
        for thing, earlier in repeated(_things(data, table, column)):
            yield Finding(thing.row, (column,), f"an identifier that {earlier.of} does not have")


def _plain(name: str) -> str:
    """Return a name without differences of case, space, form of Unicode and apostrophes."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().replace("’", "'").split())


def same_names(data: Dataset) -> Iterator[Finding]:
    """Find names, of whatever kind, that two actors or two places have; demands on one subject may share a name."""
    for table, id_ in (("actors", "actor_id"), ("locations", "location_id")):
        names = [
            Named(row, "name", _plain(row["name"]), row[id_])
            for row in [*data.rows(table), *data.rows(OTHER_NAMES[table])]
            if row.sound("name") and row.sound(id_)
        ]
        for thing, earlier in repeated(names):
            yield Finding(thing.row, ("name", id_), f"a name that {earlier.of} does not have")


def address(url: str) -> str:
    """Return what is the same in all addresses of a page.

    Example:
        >>> address("http://www.example.org/a/?utm_source=x#top") == address("https://example.org/a")
        True
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    host = parts.netloc.lower().removeprefix("www.").removesuffix(":80").removesuffix(":443")
    query = sorted(q for q in parse_qsl(parts.query, keep_blank_values=True) if not q[0].lower().startswith(_TRACKING))
    place = parts.fragment if parts.fragment.startswith(("!", "/")) else ""  # such a one is a page of its own
    return f"{host}{unquote(parts.path).rstrip('/')}?{urlencode(query)}#{place}"


def same_addresses(data: Dataset) -> Iterator[Finding]:
    """Find sources, and pages of the collection, with one address."""
    for table, column in _ADDRESSES:
        things = (thing._replace(key=address(str(thing.key))) for thing in _things(data, table, column))
        for thing, earlier in repeated(things):
            same = thing.row[column] == earlier.row[column]
            expected = f"an address other than that of {earlier.of}"
            yield Finding(thing.row, (column,), expected, severity="error" if same else "warning")


RULES = (
    DatasetRule("same-identifier", same_identifiers),
    DatasetRule("same-name", same_names),
    DatasetRule("same-address", same_addresses),
)
