"""A function in a process of its own, with a limit of memory.

A damaged file can end the process that reads it, and two processes take less time than one after the other.
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

MEMORY = 8 * 10**9  # bytes of address space for reading what others have written
POSSIBLE = sys.platform != "emscripten"  # the sandbox of a browser needs none
_ALLOCATORS = {
    "MALLOC_ARENA_MAX": "2",  # each further arena takes address space that is never used
    "_RJEM_MALLOC_CONF": "muzzy_decay_ms:10000",  # polars fills memory again soon after it has freed it
}
_START = """import pickle, sys
sys.path[:] = pickle.load(sys.stdin.buffer)
from summitry.dataset import own_process
own_process.serve()
"""


class EndedProcessError(Exception):
    """The process has ended before the function did; the message says how."""


@contextmanager
def started(work: Callable[..., None], *arguments: Any, memory: int | None = None) -> Iterator[Iterator[Any]]:
    """Start a process that calls a function of a module; the context has what it sends by its first argument.

    The end of the context ends the process, and so does the end of this one. It may have so many bytes of address
    space, where the system can limit it (Linux).

    Raises:
        EndedProcessError: when what is sent is read, and the process ends before the function does.
        Exception: what the function raises, likewise.
    """
    with subprocess.Popen(  # noqa: S603 - Python itself
        [sys.executable, "-c", _START],
        env={**os.environ, **_ALLOCATORS},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            _send(process, *map(pickle.dumps, (sys.path, memory, (work, arguments))))
            yield _sent(process)
        finally:
            process.kill()
            process.communicate()  # drops what was not read


def messages(work: Callable[..., None], *arguments: Any, memory: int = MEMORY) -> Iterator[Any]:
    """Call a function of a module in a new process, as `started` does, and yield what it sends."""
    with started(work, *arguments, memory=memory) as sent:
        yield from sent


def _sent(process: subprocess.Popen[bytes]) -> Iterator[Any]:
    """Yield what the function sends; raise what it raises."""
    for kind, content in _received(process):
        if kind == "sent":
            yield content
        elif kind == "error":
            raise content
        else:
            return
    with suppress(subprocess.TimeoutExpired):  # it may have closed its output only
        process.wait(timeout=1)
    process.kill()
    code = process.wait()
    raise EndedProcessError(f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}")


def _send(process: subprocess.Popen[bytes], *request: bytes) -> None:
    if process.stdin:  # stays open until this process ends
        with suppress(BrokenPipeError):  # it may have ended
            process.stdin.writelines(request)
            process.stdin.flush()


def _received(process: subprocess.Popen[bytes]) -> Iterator[tuple[str, Any]]:
    while process.stdout:
        try:
            yield pickle.load(process.stdout)  # noqa: S301 - from our own process
        except (EOFError, pickle.UnpicklingError):
            return


def serve() -> None:
    """Do what a process is started for: read a request from standard input, and write messages to standard output."""
    with os.fdopen(os.dup(1), "wb") as out:
        os.dup2(2, 1)  # whatever else is printed must not be among the messages

        def send(kind: str, content: Any = None) -> None:
            pickle.dump((kind, content), out)
            out.flush()

        _limit_memory(pickle.load(sys.stdin.buffer))  # noqa: S301 - from our own process
        try:
            work, arguments = _request()
            threading.Thread(target=_end_with_parent, daemon=True).start()
            work(lambda content: send("sent", content), *arguments)
            send("done")
        except Exception as e:  # noqa: BLE001 - whatever it is, the process that waits raises it
            send("error", e)


def _request() -> Any:
    """Read the function and its arguments, which imports its module; end where there is no memory for that."""
    try:
        return pickle.load(sys.stdin.buffer)  # noqa: S301 - from our own process
    except ModuleNotFoundError:
        raise
    except ImportError as e:  # a library that cannot be mapped
        raise SystemExit(1) from e


def _end_with_parent() -> None:
    """Wait for the end of standard input, which is that of the process that has started this one, and end."""
    os.read(0, 1)  # a reader of sys.stdin would keep this process from ending first
    os._exit(1)


def _limit_memory(size: int | None) -> None:
    """Limit the address space of this process, where the system can."""
    if size is not None and sys.platform == "linux":
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (size if hard == resource.RLIM_INFINITY else min(size, hard), hard))
