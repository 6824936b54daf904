"""The schemas in `schemas/` as frozen objects; everything else is derived from these."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from summitry import paths
from summitry.errors import SchemaError, choice, unknown_name

Value = str | int | float | bool

TYPES = ("string", "integer", "number", "boolean", "date")
_TABLE_KEYS = {
    *("$schema", "name", "title", "description", "missingValues"),
    *("fields", "primaryKey", "uniqueKeys", "foreignKeys"),
}
_FIELD_KEYS = {
    *("name", "title", "type", "format", "description", "example"),
    *("categories", "categoriesOrdered", "constraints", "decisionRules", "identifies"),
}
# keyword → the attribute of a field that has it
_CONSTRAINTS = {name: name for name in ("required", "unique", "enum", "pattern", "minimum", "maximum")}
_CONSTRAINTS |= {"minLength": "min_length", "maxLength": "max_length"}
_OF_ALL_OR_NONE = ("sign", "mark", "group")  # what each category of a column has, if one has it
_CATEGORY_KEYS = {"value", "label", "description", *_OF_ALL_OR_NONE}
SIGNS = (1, 0, -1)
GROUPS = ("meeting", "speech", "force", "other")
# what a mark may be: the pictures and the site draw each of these
MARKS: dict[str, tuple[Any, ...]] = {
    "label": (),
    "shape": ("circle", "triangle", "triangle-down", "square", "diamond", "cross", "plus", "star"),
    "colour": ("blue", "sky", "green", "yellow", "orange", "vermillion", "purple", "pale"),
    "fill": ("full", "left", "top", "none"),  # left and top are in 0.3.0, which a comparison reads
    "size": (),
}


class Mark(NamedTuple):
    """How a value is drawn.

    Attributes:
        label: what the key of a picture calls it.
        shape, colour, fill: one of `MARKS`.
        size: as a part of the usual one.
    """

    label: str
    shape: str = "circle"
    colour: str = "pale"
    fill: str = "full"
    size: float = 1.0


class Category(NamedTuple):
    """One value of an enumeration, what it means, and what analyses and pictures make of it.

    Attributes:
        value: as it is written in a cell.
        label: as people read it.
        description: what it means.
        sign: 1 for, -1 against, 0 neither; None where the column has no signs.
        mark: how pictures draw it; None where they do not.
        group: the kind of kinds that it belongs to, one of `GROUPS`; empty where the column has none.
    """

    value: str
    label: str
    description: str
    sign: int | None = None
    mark: Mark | None = None
    group: str = ""


class DecisionRule(NamedTuple):
    """One question of a codebook: a yes gives the code, a no leads to the next question."""

    question: str
    code: str
    examples: tuple[str, ...]
    near_miss: str


class Field(NamedTuple):
    """A column: its meaning and every constraint on its cells."""

    name: str
    title: str
    type: str
    description: str
    example: Value
    required: bool = False
    unique: bool = False
    enum: tuple[str, ...] = ()
    pattern: str | None = None
    minimum: Value | None = None
    maximum: Value | None = None
    min_length: int | None = None
    max_length: int | None = None
    categories: tuple[Category, ...] = ()
    decision_rules: tuple[DecisionRule, ...] = ()
    identifies: bool = False  # what the row is about: another value makes another thing of it

    @property
    def signs(self) -> dict[str, int]:
        """The sign of each value that has one."""
        return {c.value: c.sign for c in self.categories if c.sign is not None}

    @property
    def marks(self) -> dict[str, Mark]:
        """How each value is drawn, for those that are."""
        return {c.value: c.mark for c in self.categories if c.mark is not None}

    @property
    def labels(self) -> dict[str, str]:
        """What people call each value."""
        return {c.value: c.label for c in self.categories}

    def group(self, *names: str) -> tuple[str, ...]:
        """Return the values of some groups."""
        return tuple(c.value for c in self.categories if c.group in names)


class ForeignKey(NamedTuple):
    """Columns whose values must be in the columns of another table."""

    fields: tuple[str, ...]
    table: str
    references: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A table: its columns in order, and its keys."""

    name: str
    title: str
    description: str
    fields: tuple[Field, ...]
    primary_key: tuple[str, ...]
    unique_keys: tuple[tuple[str, ...], ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    json: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def names(self) -> list[str]:
        """The column names in order."""
        return [f.name for f in self.fields]

    @property
    def required_names(self) -> list[str]:
        """The columns that every file of the table has; it may lack the others."""
        return [f.name for f in self.fields if self.required(f)]

    @property
    def one_row_is(self) -> str:
        """What a row is, in a few words."""
        return self.description.split(". ")[0].removeprefix("One row is ").rstrip(".")

    def __getitem__(self, name: str) -> Field:
        """Return a column by name."""
        for f in self.fields:
            if f.name == name:
                return f
        raise unknown_name("field", name, self.names)

    def required(self, f: Field) -> bool:
        """Say whether a cell of this column must not be empty: keys are never empty."""
        return f.required or f.name in self.primary_key

    def constraints(self, f: Field) -> list[str]:
        """Return each constraint of a column in words."""
        words = ["required"] if self.required(f) else []
        if self.primary_key == (f.name,):
            words.append("primary key")
        elif f.name in self.primary_key:
            words.append(f"part of the key ({', '.join(self.primary_key)})")
        elif f.unique:
            words.append("unique")
        if key := self.reference(f.name):
            words.append(f"→ {key.table}.{key.references[0]}")
        limits = (
            ("at least {}", f.minimum),
            ("at most {}", f.maximum),
            ("at least {} characters", f.min_length),
            ("at most {} characters", f.max_length),
            ("pattern `{}`", f.pattern),
        )
        return words + [text.format(limit) for text, limit in limits if limit is not None]

    def unique_sets(self) -> list[tuple[str, ...]]:
        """Return the column sets that must be unique, the primary key first."""
        single = [(f.name,) for f in self.fields if f.unique]
        sets = [self.primary_key, *self.unique_keys, *single]
        return [names for i, names in enumerate(sets) if set(names) not in map(set, sets[:i])]

    def reference(self, name: str) -> ForeignKey | None:
        """Return the foreign key of one column, or None."""
        return next((k for k in self.foreign_keys if k.fields == (name,)), None)


@dataclass(frozen=True)
class Package:
    """The dataset: what `package.json` says of it, and its tables in order."""

    name: str
    title: str
    version: str
    description: str
    tables: Mapping[str, Table]
    json: Mapping[str, Any] = field(repr=False)

    def table(self, name: str) -> Table:
        """Return a table by name.

        Raises:
            UnknownNameError: when there is no such table; the message names those there are.
        """
        return self.tables[choice("table", name, list(self.tables))]


def _refuse_unknown(given: Mapping[str, Any], known: set[str], where: str) -> None:
    for key in given:
        if key not in known:
            raise SchemaError(f"{where}: the keyword {key!r} is not supported. Supported: {sorted(known)}")


def _names(value: str | list[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _mark(given: Mapping[str, Any], where: str) -> Mark:
    _refuse_unknown(given, set(MARKS), where)
    for key, known in MARKS.items():
        if known and key in given and given[key] not in known:
            raise SchemaError(f"{where}: the {key} {given[key]!r} is not supported. Supported: {list(known)}")
    return Mark(**{"label": "", **given})


def _category(given: Mapping[str, Any], where: str) -> Category:
    _refuse_unknown(given, _CATEGORY_KEYS, where)
    for key, known in (("sign", SIGNS), ("group", GROUPS)):
        if key in given and given[key] not in known:
            raise SchemaError(f"{where}: the {key} {given[key]!r} is not supported. Supported: {list(known)}")
    mark = _mark(given["mark"], f"{where}.mark") if "mark" in given else None
    return Category(**{**given, "mark": mark})


def _categories(given: Sequence[Mapping[str, Any]], where: str) -> tuple[Category, ...]:
    """Return the categories of a column; what one of them says of its sign, mark or group, each must say."""
    for key in _OF_ALL_OR_NONE:
        without = [c["value"] for c in given if key not in c]
        if 0 < len(without) < len(given):
            raise SchemaError(
                f"{where}: the value {without[0]!r} has no {key}, as other values have. Add {key!r} to it"
            )
    return tuple(_category(c, f"{where}.{c['value']}") for c in given)


def parse_field(given: Mapping[str, Any], where: str) -> Field:
    """Build a Field from the JSON of a Table Schema field; refuse by name what is not understood."""
    _refuse_unknown(given, _FIELD_KEYS, where)
    constraints = given.get("constraints", {})
    _refuse_unknown(constraints, set(_CONSTRAINTS), f"{where}.constraints")
    kind = given.get("type", "string")
    if kind not in TYPES:
        raise SchemaError(f"{where}: the type {kind!r} is not supported. Supported: {list(TYPES)}")
    if given.get("format", "default") != "default":
        raise SchemaError(f"{where}: the format {given['format']!r} is not supported. Leave it out")
    enum = tuple(constraints.get("enum", ()))
    categories = _categories(given.get("categories", ()), where)
    if categories and tuple(c.value for c in categories) != enum:
        raise SchemaError(f"{where}: categories and constraints.enum must list the same values in one order")
    if enum and kind != "string":
        raise SchemaError(f"{where}: an enum is supported for strings, not for {kind!r}")
    return Field(
        name=given["name"],
        title=given.get("title", given["name"]),
        type=kind,
        description=given.get("description", ""),
        example=given.get("example", ""),
        **{_CONSTRAINTS[keyword]: limit for keyword, limit in constraints.items() if keyword != "enum"},
        enum=enum,
        categories=categories,
        decision_rules=tuple(
            DecisionRule(r["question"], r["code"], tuple(r["examples"]), r["nearMiss"])
            for r in given.get("decisionRules", ())
        ),
        identifies=given.get("identifies", False),
    )


def parse_table(given: Mapping[str, Any], where: str = "schema") -> Table:
    """Build a Table from the JSON of a Table Schema; `where` is what to call it in an error.

    Raises:
        SchemaError: for a keyword or type that is not supported, or a key over unknown columns.
    """
    _refuse_unknown(given, _TABLE_KEYS, where)
    if given.get("missingValues", [""]) != [""]:
        raise SchemaError(f"{where}: missingValues must be [''] : only an empty cell is missing")
    table = Table(
        name=given.get("name", where),
        title=given.get("title", ""),
        description=given.get("description", ""),
        fields=tuple(parse_field(f, f"{where}.{f.get('name')}") for f in given["fields"]),
        primary_key=_names(given.get("primaryKey", ())),
        unique_keys=tuple(_names(k) for k in given.get("uniqueKeys", ())),
        foreign_keys=tuple(
            ForeignKey(_names(k["fields"]), k["reference"]["resource"], _names(k["reference"]["fields"]))
            for k in given.get("foreignKeys", ())
        ),
        json=given,
    )
    used = [*table.primary_key, *(n for k in table.unique_keys for n in k)]
    for name in [*used, *(n for k in table.foreign_keys for n in k.fields)]:
        if name not in table.names:
            raise SchemaError(f"{where}: a key names the column {name!r}, which is not among the fields")
    return table


def read_package(folder: Path) -> Package:
    """Read `package.json` and the table schemas that it lists from a folder."""
    about = json.loads((folder / "package.json").read_text("utf-8"))
    tables = {
        name: parse_table(json.loads((folder / f"{name}.json").read_text("utf-8")), name) for name in about["tables"]
    }
    for table in tables.values():
        for key in table.foreign_keys:
            if key.table not in tables or any(n not in tables[key.table].names for n in key.references):
                raise SchemaError(f"{table.name}: the foreign key of {key.fields} points to nothing")
    return Package(about["name"], about["title"], about["version"], about["description"], tables, about)


@cache
def package() -> Package:
    """Return the schemas of the installed dataset."""
    return read_package(paths.schemas())
