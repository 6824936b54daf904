"""The output of a command: it may be a pipe that nobody reads any more, a full disk, or closed."""

from __future__ import annotations

import errno
import io
import os
import sys
from typing import TYPE_CHECKING, TextIO

from summitry.errors import SummitryError
from summitry.words import printable

if TYPE_CHECKING:
    from collections.abc import Callable

    from _typeshed import ReadableBuffer

EXIT_USAGE = 2
EXIT_INTERRUPTED = 130  # as shells have it: 128, and 2 for the signal of Ctrl-C
# the exit codes of all commands, for the guide
EXIT_CODES = {
    0: "the command did what was asked, and found no error",
    1: "`validate` and `merge` found errors, `diff` differences, `verify` changed files; `search` and `locate` nothing",
    EXIT_USAGE: "the command could not run: a wrong option, a file that cannot be read or written, a missing extra",
    EXIT_INTERRUPTED: "Ctrl-C",
}


class Output(io.FileIO):
    """A file of which the first write that fails is noted; the command goes on, so that its exit code is right."""

    failure: OSError | None = None

    def write(self, content: ReadableBuffer, /) -> int | None:  # type: ignore[override] # None: it would block
        """Write, or drop what cannot be written."""
        if self.failure is None:
            try:
                return super().write(content)
            except OSError as e:
                self.failure = e
        return memoryview(content).nbytes


def _opened(stream: TextIO | None, *, at_once: bool = False) -> tuple[Output | None, TextIO]:
    """Return what to write to in place of a stream, and that as text; a terminal stays as it is."""
    if isinstance(stream, io.TextIOWrapper) and stream.isatty():
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")
        return None, stream
    if stream is None:  # closed before the start
        output = Output(os.devnull, "wb")
        output.failure = OSError(errno.EBADF, os.strerror(errno.EBADF))
    else:
        output = Output(stream.fileno(), "wb", closefd=False)
    buffered = io.BufferedWriter(output)
    # messages have characters that many code pages lack
    return output, io.TextIOWrapper(buffered, "utf-8", "backslashreplace", write_through=at_once)


def guarded(run: Callable[[], int], name: str) -> int:
    """Run a command line to its exit code, whatever becomes of its output: 0, 1, 2, or 130 after Ctrl-C."""
    output: Output | None = None
    if sys.stdout is sys.__stdout__ and sys.stderr is sys.__stderr__:
        output, sys.stdout = _opened(sys.stdout)
        _, sys.stderr = _opened(sys.stderr, at_once=True)
    try:
        code = _code(run, name)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    if output and output.failure and output.failure.errno != errno.EPIPE:  # a reader such as head may stop
        print(f"{name}: the output cannot be written: {output.failure.strerror}", file=sys.stderr)
        return EXIT_USAGE
    return code


def _code(run: Callable[[], int], name: str) -> int:
    try:
        return run()
    except SystemExit as e:  # of argparse
        return e.code if isinstance(e.code, int) else EXIT_USAGE
    except SummitryError as e:
        message = str(e)
    except MemoryError:
        message = "there is not enough memory for this"
    except OSError as e:
        message = f"{e.filename}: {e.strerror}" if e.filename else str(e.strerror or e)
    print(f"{name}: {printable(message)}", file=sys.stderr)
    return EXIT_USAGE
