"""What a command does while it takes long, on a terminal: a line on the error output that goes away at the end."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

QUIET = 1.0  # seconds before the line is shown
STEP = 0.5  # seconds from one to the next
ERASE = "\r\x1b[2K"  # to the start of the line, and clear it


@contextmanager
def shown(doing: str, after: float = QUIET) -> Iterator[None]:
    """Show what is being done, such as "writing august.xlsx", and after some seconds, for how many."""
    if not sys.stderr.isatty():
        yield
        return
    done = threading.Event()
    line = threading.Thread(target=_repeat, args=(doing, after, done), daemon=True)
    line.start()
    try:
        yield
    finally:
        done.set()
        line.join()


def _repeat(doing: str, after: float, done: threading.Event) -> None:
    began = time.monotonic()
    if done.wait(after):
        return
    while True:
        print(f"{ERASE}{doing} … {time.monotonic() - began:.0f} s", end="", file=sys.stderr, flush=True)
        if done.wait(STEP):
            break
    print(ERASE, end="", file=sys.stderr, flush=True)
