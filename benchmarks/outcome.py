"""The outcome of a run of `validate`, as it is written down: ratios to the floor, never times."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.machine import GIGABYTE

if TYPE_CHECKING:
    from benchmarks.measure import Cost


@dataclass(frozen=True)
class Ratio:
    """What a process costs over the floor, and its peak memory in GB (10⁹ bytes)."""

    wall: float
    cpu: float
    peak: float


@dataclass(frozen=True)
class Entry:
    """The outcome of one contestant.

    Attributes:
        name: how it is called at the command line.
        title: how it is called in the table.
        version: that of its library; None where it is not installed.
        ratios: by format; a text says why there is none.
        cannot: the kinds of mistakes that it cannot find, each with the reason.
    """

    name: str
    title: str
    version: str | None
    ratios: dict[str, Ratio | str]
    cannot: dict[str, str]


@dataclass(frozen=True)
class Outcome:
    """The outcome of all, in the order of the table."""

    rows: int
    rounds: int
    machine: dict[str, str]
    entries: tuple[Entry, ...]


def over(cost: Cost, floor: Cost) -> Ratio:
    """Return a cost as a ratio to another, with as many digits as a repetition would confirm."""
    return Ratio(round(cost.wall / floor.wall, 2), round(cost.cpu / floor.cpu, 2), round(cost.peak / GIGABYTE, 2))


def short(rows: int) -> str:
    """Return a number of rows as in file names: 1e6, 2.5e5."""
    digits = str(rows).rstrip("0")
    exponent = len(str(rows)) - 1
    return f"{digits[0]}{f'.{digits[1:]}' if digits[1:] else ''}e{exponent}"


def superscript(rows: int) -> str:
    """Return a number of rows as in titles: 10⁶, 2.5 · 10⁵."""
    factor, _, exponent = short(rows).partition("e")
    power = f"10{exponent.translate(str.maketrans('0123456789', '⁰¹²³⁴⁵⁶⁷⁸⁹'))}"
    return power if factor == "1" else f"{factor} · {power}"
