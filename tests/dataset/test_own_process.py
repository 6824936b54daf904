"""A function in a process of its own ends with the process that has started it, whatever ends that."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from summitry.dataset import own_process

# starts a process that does nothing for long, writes its number, and waits
STARTING = """
import time
from summitry.dataset import own_process
from test_own_process import idle
with own_process.started(idle) as sent:
    print(next(sent), flush=True)
    time.sleep(60)
"""


def idle(send):
    send(os.getpid())
    time.sleep(60)


@pytest.mark.skipif(sys.platform != "linux", reason="asks /proc")
def test_it_ends_with_the_process_that_has_started_it():
    with subprocess.Popen(
        [sys.executable, "-c", STARTING], stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parent
    ) as starting:
        child = starting.stdout.readline().strip()
        starting.terminate()
        starting.wait()
    until = time.monotonic() + 60
    state = Path(f"/proc/{child}")
    while state.exists() and time.monotonic() < until:
        time.sleep(0.05)
    assert not state.exists()


def test_a_library_that_there_is_no_memory_to_import_ends_the_process(tmp_path, monkeypatch):
    (tmp_path / "needs_memory.py").write_text(
        "import os\nif 'LACKS_MEMORY' in os.environ: raise ImportError('failed to map segment')\ndef work(send): ...\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    needs_memory = importlib.import_module("needs_memory")
    monkeypatch.setenv("LACKS_MEMORY", "1")
    with pytest.raises(own_process.EndedProcessError, match="exit code 1"):
        list(own_process.messages(needs_memory.work))
