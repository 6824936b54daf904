"""Rule 15: two rows that are one actor, place or page, and two statements that may be one."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

import polars as pl

from summitry.dataset.names import OTHER_NAMES, SEARCHED
from summitry.validation.rules.model import FAULTY, FILE, DatasetRule, Finding, rows_of, sound
from summitry.validation.table_file import ROW
from summitry.words import comparable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from summitry.validation.rules.model import Dataset, Row

_IDENTIFIERS = (("actors", "wikidata_id"), ("locations", "wikidata_id"), ("locations", "geonames_id"))
_ADDRESSES = (("sources", "url"), ("collection", "page"))
# an address without anything that other addresses of the page write in another way, but for its beginning and end
_PLAIN = "^https?://([a-z0-9.-]+(?:/[A-Za-z0-9./_-]*)?)$"
# what is added to an address to follow readers, and does not change the page
_TRACKING = ("utm_", "fbclid", "gclid", "yclid", "igshid", "mc_cid", "mc_eid")
ALIKE = 80  # of 100, words in any order
SHORTEST_QUOTE = 4  # words; shorter quotations are alike by chance
_WEEK = 7  # days
NEAR = 3  # days; one remark is dated by some reports to the day after, or to that of a reprint


def _repeated(rows: pl.DataFrame, table: str, of: str) -> Iterator[tuple[Row, Row]]:
    """Yield each row whose `key` an earlier row has that is of another actor, place or page, with the earlier one."""
    first: dict[str, Row] = {}
    repeated = rows.filter(pl.col("key").is_not_null() & pl.col("key").is_duplicated())
    for row in rows_of(repeated.sort(FILE, ROW), table):
        earlier = first.setdefault(row["key"], row)
        if earlier[of] != row[of]:
            yield row, earlier


def same_identifiers(data: Dataset) -> Iterator[Finding]:
    """Find actors, and places, with one identifier."""
    for table, column in _IDENTIFIERS:
        rows, id_ = data.tables[table].with_columns(key=sound(column)), SEARCHED[table][0]
        for row, earlier in _repeated(rows, table, id_):
            yield Finding(row, (column,), f"an identifier that {earlier[id_]} does not have")


def same_names(data: Dataset) -> Iterator[Finding]:
    """Find names, of whatever kind, that two actors or two places have; demands on one subject may share a name."""
    for table in ("actors", "locations"):
        id_ = SEARCHED[table][0]
        named = [data.tables[name].select(id_, "name", FILE, ROW, FAULTY) for name in (table, OTHER_NAMES[table])]
        rows = pl.concat(named).filter(sound("name").is_not_null() & sound(id_).is_not_null())
        names = pl.Series("key", map(comparable, rows["name"]), pl.String)
        for row, earlier in _repeated(rows.with_columns(names), table, id_):
            yield Finding(row, ("name", id_), f"a name that {earlier[id_]} does not have")


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


def _addresses(urls: pl.Series) -> pl.Series:
    """Return what `address` gives for each; most addresses need no taking apart, which takes long."""
    plain = urls.str.extract(_PLAIN).str.strip_prefix("www.").str.strip_chars_end("/") + "?#"
    others = [u for u in urls.filter(plain.is_null()).unique() if u is not None]
    return plain.fill_null(
        urls.replace_strict(others, list(map(address, others)), default=None, return_dtype=pl.String)
    )


def same_addresses(data: Dataset) -> Iterator[Finding]:
    """Find sources, and pages of the collection, with one address."""
    for table, column in _ADDRESSES:
        rows = data.tables[table]
        rows, id_ = rows.with_columns(_addresses(rows.select(sound(column)).to_series()).alias("key")), rows.columns[0]
        for row, earlier in _repeated(rows, table, id_):
            expected = f"an address other than that of {earlier[id_]}"
            yield Finding(row, (column,), expected, severity="error" if row[column] == earlier[column] else "warning")


def _near(statements: pl.DataFrame, shipped: int) -> pl.DataFrame:
    """Return the pairs of numbers `at` of statements that may be one: of one speaker, near in time or on one occasion.

    The first of a pair, `other`, is earlier in the table. Two on two occasions that are both known are no pair. With a
    contribution `at` is one of its own: a warning on a row that ships is not reported again.
    """
    first, last = pl.col("first"), pl.col("last")
    days = [pl.col(name).cast(pl.Int32) for name in ("said_from", "said_to")]
    found = (
        statements.lazy()
        .select("at", "speaker_id", "occasion_id", FILE, first=pl.min_horizontal(days), last=pl.max_horizontal(days))
        .filter(pl.col("speaker_id").is_not_null())
    )
    around, on = (
        found.with_columns(week=pl.int_ranges((first - near) // _WEEK, (last + near) // _WEEK + 1)).explode("week")
        for near in (NEAR, 0)
    )
    is_near = (pl.col("first_right") - NEAR <= last) & (first - NEAR <= pl.col("last_right"))
    one_occasion = (pl.col("occasion_id") == pl.col("occasion_id_right")).fill_null(value=True)
    by_day = around.join(on, on=["speaker_id", "week"]).filter(is_near & one_occasion)
    by_occasion = found.join(found, on=["speaker_id", "occasion_id"])
    is_reported = (pl.col("at_right") < pl.col("at")) & (pl.col(FILE) >= shipped)
    pairs = [of.filter(is_reported).select("at", other="at_right") for of in (by_day, by_occasion)]
    return pl.concat(pairs).unique().sort("at", "other").collect()


def repeated_rows(data: Dataset) -> Iterator[Finding]:
    """Find mentions and stances that have what an earlier one of the same statement has, but for the id."""
    for table in ("mentions", "stances"):
        rows = data.tables[table].filter(pl.col("statement_id").is_not_null())
        id_, *others = (name for name in rows.columns if name not in (FILE, ROW, FAULTY))
        same = rows.with_row_index("key").with_columns(pl.first("key").over(others))
        for row, earlier in _repeated(same, table, id_):
            yield Finding(row, (id_, *others), f"something that {earlier[id_]} does not say")


def _in_order(text: pl.Expr) -> pl.Expr:
    """Return the words of texts in alphabetical order, so that texts are alike whatever the order of theirs."""
    return text.str.split(" ").list.sort()


def _words(statements: pl.DataFrame, mentions: pl.DataFrame) -> pl.DataFrame:
    """Return the summary and the longer quotations of each statement, by its number `at`, to compare with others."""
    quotes = mentions.select("statement_id", words=_in_order(pl.col("quote").str.to_lowercase()))
    quotes = quotes.filter(pl.col("words").list.len() >= SHORTEST_QUOTE).join(statements, on="statement_id")
    summaries = statements.select("at", words=_in_order(pl.col("summary")), is_quote=False)
    words = pl.concat([summaries, quotes.select("at", "words", is_quote=True)])
    return words.with_columns(pl.col("words").list.join(" ")).drop_nulls().unique(maintain_order=True)


def twins(data: Dataset) -> Iterator[Finding]:
    """Find statements of one speaker within three days, or on one occasion, with much the same words.

    Words are those of a quotation or of a summary. Two that were made on two occasions, which both are in the table
    of events, are two speech acts whatever their words.
    """
    statements = data.tables["statements"].with_row_index("at")
    pairs = _near(statements, data.shipped)
    if pairs.is_empty():
        return
    from rapidfuzz.fuzz import ratio  # many contributions have no texts to compare

    texts = _words(statements.select("at", "statement_id", "summary"), data.tables["mentions"])
    lengths = [pl.col(name).str.len_chars() for name in ("words", "words_right")]
    near_lengths = 200 * pl.min_horizontal(lengths) >= ALIKE * pl.sum_horizontal(lengths)  # the likeness is no greater
    compared = (
        pairs.join(texts, on="at", maintain_order="left")
        .join(texts, left_on=["other", "is_quote"], right_on=["at", "is_quote"], maintain_order="left")
        .filter(near_lengths)
    )
    both = compared.select("words", "words_right").iter_rows()
    is_alike = pl.Series([ratio(*each, score_cutoff=ALIKE) > 0 for each in both], dtype=pl.Boolean)  # below it, 0
    found = compared.filter(is_alike).unique("at", keep="first", maintain_order=True)
    ids = statements["statement_id"]
    for row in rows_of(statements.join(found.select("at", "other"), on="at", maintain_order="left"), "statements"):
        yield Finding(row, ("summary",), f"a remark other than that of {ids[row['other']]}")


RULES = (
    DatasetRule("same-identifier", ("actors", "locations"), same_identifiers),
    DatasetRule("same-name", ("actors", "actor_names", "locations", "location_names"), same_names),
    DatasetRule("same-address", tuple(table for table, _ in _ADDRESSES), same_addresses),
    DatasetRule("same-row", ("mentions", "stances"), repeated_rows),
    DatasetRule("twin-statements", ("statements", "mentions"), twins),
)
