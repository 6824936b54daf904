"""Work on a thread, its results in order."""

from __future__ import annotations

from collections import deque
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from concurrent.futures import Future

S = TypeVar("S")
T = TypeVar("T")

AHEAD = 1  # items at work, or done, while one result is used


def results(work: Callable[[S], T], items: Iterable[S]) -> Iterator[tuple[S, T]]:
    """Yield items with what work returns for them, in order, while a thread is at work on the next ones."""
    waiting: deque[tuple[S, Future[T]]] = deque()
    with ThreadPoolExecutor(1) as thread:  # it has threads of polars beside it; more wait for each other
        for item in items:
            waiting.append((item, thread.submit(work, item)))
            if len(waiting) > AHEAD:
                first, done = waiting.popleft()
                yield first, done.result()
        yield from ((item, done.result()) for item, done in waiting)
