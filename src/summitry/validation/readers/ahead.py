"""Tasks on some threads, their results in order."""

from __future__ import annotations

from collections import deque
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from concurrent.futures import Future

T = TypeVar("T")

WORKERS = 2  # threads; they also wait for each other
AHEAD = 2  # tasks at work, or done, while one result is used


def results(tasks: Iterable[Callable[[], T]]) -> Iterator[T]:
    """Yield what tasks return, in their order, while threads are at work on the next ones; no later task is taken."""
    given = iter(tasks)
    first, second = next(given, None), next(given, None)
    if first is None:
        return
    if second is None:  # to start a thread takes longer than to read a small file
        yield first()
        return
    waiting: deque[Future[T]] = deque()
    with ThreadPoolExecutor(WORKERS) as pool:
        for task in chain((first, second), given):
            waiting.append(pool.submit(task))
            if len(waiting) > AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
