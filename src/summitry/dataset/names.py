"""Which actor, demand, event, document or place a text names, by any of their names and in any spelling."""

from __future__ import annotations

import re
from collections import Counter
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, NamedTuple

from summitry.dataset import storage
from summitry.words import FEWEST_LETTERS, LEAST_LIKENESS, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    import pyarrow as pa

# table → its columns of the id, the name and the kind; of equally good finds, those of the first table come first
SEARCHED = {
    "actors": ("actor_id", "name", "kind"),
    "demands": ("demand_id", "label", "issue"),
    "events": ("event_id", "name", "kind"),
    "documents": ("document_id", "name", "kind"),
    "locations": ("location_id", "name", "kind"),
}
# table → the table of the other names of its rows
OTHER_NAMES = {"actors": "actor_names", "demands": "demand_names", "locations": "location_names"}
# table → where names of its rows are: a table, and its columns of the id and the name
NAMES = {
    table: ((table, *SEARCHED[table][:2]), (others, SEARCHED[table][0], "name"))
    for table, others in OTHER_NAMES.items()
}
# table → the column that describes a row in a sentence
SENTENCE = {"demands": "proposition"}
# how good a find is, from 0 to 1: the whole name, all words in it, the beginnings of words in it, so alike at most, or
# all words in the row
WHOLE, WORDS, BEGINNINGS, ALIKE, IN_ROW = 1.0, 0.95, 0.92, 0.9, 0.85
SEVERAL = 2
LONGEST_ACRONYM = 5  # letters; a longer text in capitals is a word


class Named(NamedTuple):
    """One name of something."""

    table: str
    id: str
    name: str
    kind: str
    also: str  # one of its names, or its id in words


def likeness(wanted: str, name: str, least: float = LEAST_LIKENESS) -> float:
    """Return how well a plain name fits what is wanted, from 0 to 1: the whole, its words, and likeness after that.

    Less than the least may be 0.

    Example:
        >>> likeness("putin", "putin"), likeness("putin", "vladimir putin"), likeness("putin", "sputnik") < 0.9
        (1.0, 0.95, True)
        >>> likeness("patriot", "patriots"), likeness("pow", "power plant")
        (1.0, 0.0)
        >>> likeness("28-point plan", "plan of 28 points as basis")
        0.92
    """
    if _singular(wanted) == _singular(name):
        return WHOLE
    words, parts = _parts(name), set(_parts(wanted))
    if parts and parts.issubset(words):
        return WORDS
    if has_words(parts, set(words)):
        return BEGINNINGS
    inside = ALIKE if len(wanted) > FEWEST_LETTERS and wanted in name else 0.0
    return max(inside, ALIKE * max(_alike(wanted, each, least / ALIKE) for each in (name, *words)))


def _alike(wanted: str, name: str, least: float) -> float:
    """Return how alike two texts are; 0 where their lengths or letters show that it is too little to count."""
    # the bound of `real_quick_ratio`, which needs no matcher: to make one takes most of the time
    if 2 * min(len(wanted), len(name)) < least * (len(wanted) + len(name)):
        return 0.0
    matcher = SequenceMatcher(None, wanted, name)
    return matcher.ratio() if matcher.quick_ratio() >= least else 0.0


def _parts(plain_name: str) -> list[str]:
    return plain_name.replace("-", " ").replace("–", " ").split()


def words_of(text: str) -> set[str]:
    """Return the plain words of a text, also of an id or of a value with underscores."""
    return set(re.findall(r"[^\W_]+", plain(text)))


def has_words(wanted: set[str], there: set[str]) -> bool:
    """Return whether all wanted words are there: each itself, in the singular, or as the beginning of a longer word.

    Example:
        >>> has_words({"prisoner", "exchanges"}, {"prisoners", "exchanged"}), has_words({"pow"}, {"power"})
        (True, False)
    """
    return bool(wanted) and all(word in there or _begins_one(_singular(word), there) for word in wanted)


def _begins_one(word: str, there: set[str]) -> bool:
    return len(word) > FEWEST_LETTERS and any(other.startswith(word) for other in there)


def _singular(text: str) -> str:
    return text.removesuffix("s") if len(text) > FEWEST_LETTERS else text


def is_acronym(text: str) -> bool:
    """Return whether a text is short and in capitals: its letters inside of another word are there by chance.

    Example:
        >>> is_acronym("SWIFT"), is_acronym("swift"), is_acronym("ZELENSKY")
        (True, False, False)
    """
    return text.isupper() and len(text) <= LONGEST_ACRONYM


def other_names(table: str, read: Callable[[str], pa.Table] = storage.read_arrow) -> dict[str, list[str]]:
    """Return the other names of the rows of a table, by id; none where the table has no table of names.

    Example:
        >>> "Kiev" in other_names("locations")["kyiv"]
        True
    """
    found: dict[str, list[str]] = {}
    if table in OTHER_NAMES:
        for row in read(OTHER_NAMES[table]).select(["name", SEARCHED[table][0]]).to_pylist():
            found.setdefault(row[SEARCHED[table][0]], []).append(row["name"])
    return found


def _finds(
    text: str, tables: Sequence[str], read: Callable[[str], pa.Table], least: float
) -> Iterator[tuple[float, Named]]:
    """Yield every name of each row with its likeness, and the rows that have all the words, in any order."""
    wanted, words, acronym = plain(text), words_of(text), is_acronym(text)
    places = _places(read) if "events" in tables else {}
    for table in tables:
        others = other_names(table, read)
        for row in read(table).to_pylist():
            id_, name, kind = (row[column] for column in SEARCHED[table])
            for also in (name, *others.get(id_, ()), id_.replace("-", " ")):
                found = likeness(wanted, plain(also), least)
                if found >= WORDS or not acronym:
                    yield found, Named(table, id_, name, kind, also)
            sentence = row[SENTENCE[table]] if table in SENTENCE else name
            there = words_of(f"{id_} {name} {kind} {sentence} {places.get(row.get('location_id'), '')}")
            if words <= there if acronym else has_words(words, there):
                yield IN_ROW, Named(table, id_, name, kind, sentence)


def _places(read: Callable[[str], pa.Table]) -> dict[str | None, str]:
    """Return the names of each place and of the next larger one in its country, by its id: events are found by them."""
    others, rows = other_names("locations", read), read("locations").to_pylist()
    names = {row["location_id"]: " ".join([row["name"], *others.get(row["location_id"], ())]) for row in rows}
    larger = {row["location_id"]: names[row["location_id"]] for row in rows if row["kind"] != "country"}
    return {row["location_id"]: f"{names[row['location_id']]} {larger.get(row['part_of_id'], '')}" for row in rows}


def _spoken_of(found: Collection[Named], read: Callable[[str], pa.Table]) -> Counter[str | None]:
    """Return on how many statements an event rests, by its id: of events with one name, readers mean the one spoken of.

    Counted only where several were found.
    """
    if sum(named.table == "events" for named in found) < SEVERAL:
        return Counter()
    said = [read("statements")["occasion_id"], read("event_reports")["event_id"]]
    return Counter(event for column in said for event in column.to_pylist())


def ranked(
    text: str,
    tables: Sequence[str] = tuple(SEARCHED),
    read: Callable[[str], pa.Table] = storage.read_arrow,
    least: float = LEAST_LIKENESS,
) -> list[tuple[float, Named]]:
    """Return the things that a text may name, the likeliest first, each with its likeness and the name that fits best.

    It searches in tables of `SEARCHED`, by default those that ship.
    """
    best: dict[tuple[str, str], tuple[float, Named]] = {}
    for found, named in _finds(text, tables, read, least):
        if found >= least and found > best.get(named[:2], (0.0,))[0]:
            best[named[:2]] = found, named
    order, spoken_of = list(SEARCHED), _spoken_of([named for _, named in best.values()], read)

    def place(find: tuple[float, Named]) -> tuple[float, int, int, int, str]:
        found, named = find
        return -found, order.index(named.table), -spoken_of[named.id], len(named.also), named.id

    return sorted(best.values(), key=place)


def meant(text: str, table: str, *, surely: bool = False) -> str | None:
    """Return the id of the row of a table that a text most likely means, or None where none is near.

    Surely means that the text is a name of this row, and of no other.

    Example:
        >>> meant("EU", "actors", surely=True), meant("the Kremlin on Mars", "actors", surely=True)
        ('european-union', None)
    """
    found = ranked(text, (table,), least=WHOLE if surely else LEAST_LIKENESS)
    return found[0][1].id if found and not (surely and len(found) > 1) else None


def why_withdrawn(table: str, id_: str) -> str:
    """Return a sentence on when and why an id was withdrawn, with a space before it, or nothing.

    Example:
        >>> why_withdrawn("demands", "ceasefire")
        ''
    """
    for row in storage.read_arrow("withdrawn").to_pylist():
        if (row["table_name"], row["id"]) == (table, id_):
            return f" It was withdrawn in version {row['version']}: {row['reason']}"
    return ""


def replacement(table: str, id_: str) -> str | None:
    """Return the id that replaces a withdrawn one, or None.

    Example:
        >>> replacement("demands", "attacker-gains-nothing")
        'settlement-gives-russia-no-gain'
    """
    rows = storage.read_arrow("withdrawn").to_pylist()
    replaced = {row["id"]: row["replaced_by"] for row in rows if row["table_name"] == table}
    found = replaced.get(id_)
    while found in replaced:  # what replaces it may be withdrawn later
        found = replaced.pop(found)
    return found
