"""Rule 15: two rows that are one actor, place or page, and two statements that may be one."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from rapidfuzz import fuzz

from summitry.dataset.names import OTHER_NAMES, SEARCHED
from summitry.validation.rules.model import DatasetRule, Finding, Row, read_order

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator

    from summitry.validation.rules.model import Dataset

_IDENTIFIERS = (("actors", "wikidata_id"), ("locations", "wikidata_id"), ("locations", "geonames_id"))
_ADDRESSES = (("sources", "url"), ("collection", "page"))
# an address without anything that other addresses of the page write in another way, but for its beginning and end
_PLAIN = re.compile("https?://([a-z0-9.-]+(?:/[A-Za-z0-9./_-]*)?)")
# what is added to an address to follow readers, and does not change the page
_TRACKING = ("utm_", "fbclid", "gclid", "yclid", "igshid", "mc_cid", "mc_eid")
ALIKE = 80  # of 100, words in any order
SHORTEST_QUOTE = 4  # words; shorter quotations are alike by chance
NEAR = 3  # days; one remark is dated by some reports to the day after, or to that of a reprint


class Named(NamedTuple):
    """Something in a row by which another row may be the same."""

    row: Row
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
            yield Named(row, row[column], next(iter(row.values())))


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
    for table in ("actors", "locations"):
        id_ = SEARCHED[table][0]
        names = [
            Named(row, _plain(row["name"]), row[id_])
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
    if plain := _PLAIN.fullmatch(url):  # most are; to take one apart takes five times as long
        return f"{plain[1].removeprefix('www.').rstrip('/')}?#"
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


def _days(row: Row) -> list[int]:
    """Return the first and the last day of a statement, as numbers."""
    return sorted({day.toordinal() for day in (row["said_from"], row["said_to"]) if day is not None})


def _near(days: list[int]) -> range:
    """Return the days from shortly before the first to shortly after the last."""
    return range(days[0] - NEAR, days[-1] + NEAR + 1)


def _two_occasions(one: Row, other: Row) -> bool:
    """Say whether both statements have an occasion, and it is not the same."""
    first, second = one["occasion_id"], other["occasion_id"]
    return None not in (first, second) and bool(first != second)


def _in_order(text: str) -> str:
    """Return the words of a text in alphabetical order, so that texts are alike whatever the order of theirs."""
    return " ".join(sorted(text.split()))


def twins(data: Dataset) -> Iterator[Finding]:
    """Find statements of one speaker within three days, or on one occasion, with much the same words.

    Words are those of a quotation or of a summary. Two that were made on two occasions, which both are in the table
    of events, are two speech acts whatever their words.
    """
    mentions = data.group("mentions", "statement_id")
    quotes = {
        statement_id: [
            _in_order(q.casefold()) for q in (m["quote"] or "" for m in found) if len(q.split()) >= SHORTEST_QUOTE
        ]
        for statement_id, found in mentions.items()
    }
    for statements in data.group("statements", "speaker_id").values():
        words = [([_in_order(s["summary"] or "")], quotes.get(s["statement_id"], [])) for s in statements]
        earlier: dict[int | str, list[int]] = defaultdict(list)
        long: list[tuple[int, list[int]]] = []  # those with days that are not near to the first or the last
        for number, statement in enumerate(statements):
            days = _days(statement)
            occasion = [statement["occasion_id"]] if statement["occasion_id"] else []
            near = {i for key in (*(_near(days) if days else ()), *occasion) for i in earlier[key]}
            near |= {i for i, (first, last) in long if days and first <= days[-1] and days[0] <= last}
            distinct = (i for i in sorted(near) if not _two_occasions(statements[i], statement))
            twin = next((i for i in distinct if any(map(_alike, words[i], words[number]))), None)
            if twin is not None:
                expected = f"a remark other than that of {statements[twin]['statement_id']}"
                yield Finding(statement, ("summary",), expected)
            for key in (*days, *occasion):
                earlier[key].append(number)
            if days and days[-1] - days[0] > 2 * NEAR:
                long.append((number, days))


def _alike(some: list[str], others: list[str]) -> bool:
    """Say whether two texts are much the same, of some and of others."""
    return any(x and y and fuzz.ratio(x, y, score_cutoff=ALIKE) for x in some for y in others)  # below it, 0


RULES = (
    DatasetRule("same-identifier", same_identifiers),
    DatasetRule("same-name", same_names),
    DatasetRule("same-address", same_addresses),
    DatasetRule("twin-statements", twins),
)
