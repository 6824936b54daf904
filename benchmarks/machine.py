"""On what was measured: the machine and the versions of what ran."""

from __future__ import annotations

import os
import platform
from importlib import metadata
from pathlib import Path

GIGABYTE = 10**9
LIBRARIES = ("numpy", "pandas", "polars", "pyarrow")  # that contestants use


def version(library: str) -> str | None:
    """Return the version of a library, or None where it is not installed."""
    if library == "summitry":  # what is installed may be the metadata of an older checkout than the code that runs
        from summitry import __version__

        return __version__
    try:
        return metadata.version(library)
    except metadata.PackageNotFoundError:
        return None


def _processor() -> str:
    """Return the model of the processor, if the system says it."""
    file = Path("/proc/cpuinfo")
    lines = file.read_text("utf-8").splitlines() if file.is_file() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def _cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _memory() -> int:
    """Return the memory of the machine in bytes."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def describe() -> dict[str, str]:
    """Return by name what the reader of a measurement wants to know of the machine."""
    versions = [f"{name} {found}" for name in LIBRARIES if (found := version(name))]
    return {
        "cores": str(_cores()),
        "memory": f"{_memory() / GIGABYTE:.0f} GB",
        "processor": _processor(),
        "system": f"{platform.system()} on {platform.machine()}",
        "Python": platform.python_version(),
        "libraries": ", ".join(versions),
    }
