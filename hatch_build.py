"""Compiles `src/summitry/native` into the package where there is a C compiler; elsewhere the package is pure Python.

SUMMITRY_PURE=1 leaves it out: so the wheel is made that every machine can install.
"""

from __future__ import annotations

import os
import re
import sys
import sysconfig
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

MODULE = "summitry._native"
SOURCE = Path("src/summitry/native")
OPTIONS = [] if os.name == "nt" else ["-std=c11", "-O3", "-g0"]
# one module serves all later versions of Python, but for those without a global lock, and those not in C
LIMITED = sys.implementation.name == "cpython" and not sysconfig.get_config_var("Py_GIL_DISABLED")


def compiled(root: Path) -> Path | None:
    """Compile the module into the package and return its file, or None where that fails."""
    from setuptools import Distribution, Extension  # knows the compilers of all systems

    os.chdir(root)
    module = Extension(
        MODULE,
        [str(SOURCE / "module.c")],
        depends=[str(path) for path in SOURCE.glob("*.h")],
        extra_compile_args=OPTIONS,
        py_limited_api=LIMITED,
        optional=True,
    )
    build = Distribution({"package_dir": {"": "src"}, "ext_modules": [module]}).get_command_obj("build_ext")
    build.inplace = build.force = True
    build.ensure_finalized()
    made = root / build.get_ext_fullpath(MODULE)
    made.unlink(missing_ok=True)
    build.run()
    return made if made.exists() else None


def _platform() -> str:
    """Return the platform as wheels name it; since version 11 those of macOS are told by the major number."""
    name = re.sub("[-.]", "_", sysconfig.get_platform())
    return re.sub(r"^macosx_(1[1-9]|[2-9][0-9])_[0-9]+_", r"macosx_\1_0_", name)


class CompileHook(BuildHookInterface):
    """Puts the compiled module into the wheel."""

    def dependencies(self) -> list[str]:
        """Return what must be installed to compile."""
        return [] if os.environ.get("SUMMITRY_PURE") else ["setuptools>=77"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling gives it
        """Compile, and name the wheel after the machines that it is for."""
        if os.environ.get("SUMMITRY_PURE"):
            return
        made = compiled(Path(self.root))
        if made is None:
            self.app.display_warning("no C compiler works here: large files will be validated more slowly")
            return
        build_data["pure_python"] = False
        build_data["infer_tag"] = not LIMITED
        if LIMITED:
            build_data["tag"] = f"cp311-abi3-{_platform()}"
        build_data["artifacts"].append(made.relative_to(self.root).as_posix())
