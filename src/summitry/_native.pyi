from collections.abc import Sequence

from typing_extensions import Buffer

def known(texts: list[str], /) -> object: ...
def plan(columns: tuple[tuple[object, bytes | None, int, int, bool, str | None] | None, ...], /) -> object: ...
def sift(plan: object, text: bytes, /) -> tuple[int, int, Sequence[tuple[object, object]]] | None: ...
def fits(
    plan: object,
    column: int,
    valid: Buffer | None,
    offsets: Buffer,
    text: Buffer | None,
    first: int,
    count: int,
    wide: bool,
    /,
) -> bool: ...
