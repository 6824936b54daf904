"""Tables that hypothesis makes from a schema, their CSV, and the problems of it."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from decimal import Decimal
from functools import cache
from unicodedata import category

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

import conftest
from summitry import schema
from summitry.validation.checks import INVISIBLE, MISSING
from summitry.validation.pipeline import Tables, validate_tables
from summitry.validation.readers.csv_file import read_csv

# rows of so many columns take their time, and that is no fault
SAME = settings(
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large],
)
# every day a table of each kind meets a few of the examples that the profile asks for
SOME = settings(SAME, max_examples=max(2, SAME.max_examples // 4))
MANY = settings(SAME, max_examples=4 * SAME.max_examples)


# a table with every type and every keyword, since those that ship use only some of them
EVERYTHING = {
    "name": "everything",
    "fields": [
        {"name": "id", "constraints": {"pattern": "[a-z]+|[0-9]{2,}", "minLength": 2, "maxLength": 30}},
        {"name": "text"},
        {"name": "long", "constraints": {"required": True, "minLength": 10, "maxLength": 40}},
        {"name": "code", "constraints": {"enum": ["a", "b,c", 'd"e']}},
        {"name": "single", "constraints": {"unique": True, "pattern": "[A-Z]{2}"}},
        {"name": "integer", "type": "integer"},
        {"name": "bounded", "type": "integer", "constraints": {"required": True, "minimum": -3, "maximum": 12}},
        {"name": "number", "type": "number"},
        {"name": "degree", "type": "number", "constraints": {"minimum": -90, "maximum": 90}},
        {"name": "boolean", "type": "boolean"},
        {"name": "sure", "type": "boolean", "constraints": {"required": True}},
        {"name": "date", "type": "date"},
        {"name": "day", "type": "date", "constraints": {"minimum": "2025-08-01", "maximum": "2025-08-31"}},
    ],
    "primaryKey": ["id"],
    "uniqueKeys": [["text", "day"]],
}


# under another name and without foreign keys, so that no rule beyond the schema takes part
TABLES = {
    t.name: replace(t, name="generated", foreign_keys=())
    for t in [*schema.package().tables.values(), schema.parse_table(EVERYTHING)]
}


every_table = conftest.every_table(TABLES)


ODD = ["Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"]
HIDDEN = "".join(c for c in map(chr, range(0x80, 0x110000)) if category(c) not in ODD and re.fullmatch(INVISIBLE, c))


VISIBLE = st.characters(exclude_categories=ODD, exclude_characters=HIDDEN)


WORDS = st.sampled_from(["NA", "null", "None", "nan", "true", "1", "2025-08-22", '"', '""', ",", ";", "'", "é", "😀"])


def plain(number):
    return f"{Decimal(repr(number)):f}"


def free_text(f):
    least, most = f.min_length or 1, f.max_length or 60
    texts = st.one_of(
        st.text(VISIBLE, min_size=least, max_size=most),
        st.lists(WORDS, min_size=least, max_size=least + 3).map(" ".join),
        st.sampled_from(["é" * least, "é" * most]),
    )
    return texts.filter(
        lambda t: t == t.strip() and t[0] not in "=+-@" and least <= len(t) <= most and t not in MISSING
    )


def pattern_text(f):
    found = st.from_regex(re.compile(f.pattern), fullmatch=True, alphabet=VISIBLE)
    return found.filter(lambda t: (f.min_length or 0) <= len(t) <= (f.max_length or 10**6))


def days(f):
    least, most = (dt.date.fromisoformat(d) if d else None for d in (f.minimum, f.maximum))
    return st.dates(least or dt.date.min, most or dt.date.max).map(dt.date.isoformat)


def integers(f):
    most = 10**18 - 1
    return st.integers(-most if f.minimum is None else f.minimum, most if f.maximum is None else f.maximum).map(str)


def numbers(f):
    return st.floats(f.minimum, f.maximum, allow_nan=False, allow_infinity=False).map(plain)


@cache
def values(f):
    """Any text that a cell of this column may have."""
    if f.type == "boolean":
        return st.sampled_from(["true", "false"])
    if f.type != "string":
        return {"date": days, "integer": integers, "number": numbers}[f.type](f)
    if f.enum:
        return st.sampled_from(f.enum)
    return free_text(f) if f.pattern is None else pattern_text(f)


@cache
def rows(table, least=0):
    """Any rows that the schema allows; an empty cell is an empty text."""
    cells = {f.name: values(f) if table.required(f) else st.just("") | values(f) for f in table.fields}

    def key(names):
        return lambda row: tuple(row[n] for n in names) if all(row[n] for n in names) else object()

    return st.lists(
        st.fixed_dictionaries(cells), min_size=least, max_size=4, unique_by=tuple(map(key, table.unique_sets()))
    )


def problems(table, raw, path, read=read_csv):
    path.write_bytes(raw)
    package = schema.Package("p", "", "0", "", {table.name: table}, {})
    return validate_tables(Tables(package, [read(path, table, path.name)])).problems


def written(table, records):
    """The records as CSV, and where each cell begins, when no cell but the last of them has a line break."""
    lines = [",".join(table.names)]
    places = []
    for record in records:
        texts = [record[n] for n in table.names]
        cells = [f'"{t.replace(chr(34), chr(34) * 2)}"' if set(t) & set(',"\r\n') else t for t in texts]
        starts = [sum(len(c) + 1 for c in cells[:i]) + 1 for i in range(len(cells))]
        places.append(dict(zip(table.names, starts, strict=True)))
        lines.append(",".join(cells))
    return ("\n".join(lines) + "\n").encode(), places
