"""The pre-commit hook: validate the contributions that some changed files belong to.

pre-commit passes the files of a commit. A row may refer to rows of other files that did not change, so the whole
folder of each file is checked. The hook in `.pre-commit-hooks.yaml` runs this module.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from summitry import paths, schema
from summitry.cli import limits
from summitry.cli.output import guarded
from summitry.errors import extra

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from summitry.validation.limits import Limits


def contributions(files: Iterable[Path]) -> list[Path]:
    """Return the folders of the contributions that files may belong to, each once and in order.

    Example:
        >>> [f.as_posix() for f in contributions([Path("b/seeds/x.txt"), Path("b/mentions.csv"), Path("roles.csv")])]
        ['.', 'b']
    """
    return sorted({f.parent.parent if f.parent.name == paths.TEXTS else f.parent for f in files})


def has_table(folder: Path) -> bool:
    """Say whether a folder is a contribution: a file in it is named after a table."""
    with extra("validate"):
        from summitry.validation import file_names
    return folder.is_dir() and any(file_names.names_table(path, schema.package()) for path in folder.iterdir())


def checkout(environment: Path) -> Path | None:
    """Return the checkout in which pre-commit created an environment, or None if there is none.

    Only a checkout has the texts of the sources, which the checks of spans need; an installed package has none.
    """
    home = environment.parent
    return home if (paths.schemas(home) / "package.json").is_file() and (home / paths.TEXTS).is_dir() else None


def validate(folder: Path, most: Limits, *, strict: bool) -> bool:
    """Validate one contribution as `summitry merge` does, and print its problems; return whether it is valid."""
    with extra("validate"):
        from summitry.validation import child_process, reporters
    report = child_process.validate_paths([folder], checkout(Path(sys.prefix)), limits=most)
    if strict:
        report = report.stricter()
    sys.stdout.write(reporters.render(report))
    return report.valid


def main(argv: Sequence[str] | None = None) -> int:
    """Validate each contribution that the files belong to.

    Returns:
        0 if all are valid, 1 if one is not, 2 if one could not be checked, 130 after Ctrl-C.
    """
    return guarded(lambda: _run(argv), "summitry-validate")


def _run(argv: Sequence[str] | None) -> int:
    parser = argparse.ArgumentParser(prog="summitry-validate", description=str(__doc__).splitlines()[0])
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="a changed file of a contribution")
    parser.add_argument("--strict", action="store_true", help="treat warnings as errors")
    limits.add_arguments(parser)
    given = parser.parse_args(argv)
    folders = filter(has_table, contributions(given.files))  # the others are of no contribution
    valid = [validate(folder, limits.given(given), strict=given.strict) for folder in folders]
    return 0 if all(valid) else 1


if __name__ == "__main__":
    sys.exit(main())
