"""Compare the modules whose branch coverage is low with those that docs/architecture.md gives a reason for.

pytest --cov && python scripts/check_coverage.py    exit 1 if a module is low and the page gives no reason
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LIMIT = 95  # percent of lines and branches


def reasons(page: str) -> dict[str, str]:
    """Return why a module may be below the limit: the rows of the table under “Tests”, as | `module` | reason |."""
    section = page.partition("\n## Tests\n")[2].partition("\n## ")[0]
    return dict(re.findall(r"^\| `(\S+[.]py)` \| (.+) \|$", section, re.MULTILINE))


def low(report: dict[str, dict[str, dict[str, dict[str, float]]]]) -> dict[str, float]:
    """Return the modules below the limit, with their percentages, from what `coverage json` wrote."""
    files = {Path(name).as_posix(): file["summary"]["percent_covered"] for name, file in report["files"].items()}
    return {name.rpartition("src/summitry/")[2]: share for name, share in sorted(files.items()) if share < LIMIT}


def main() -> int:
    """Print each module below the limit, and fail if one has no reason."""
    command = [sys.executable, "-m", "coverage", "json", "--quiet", "-o", "-"]
    report = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, encoding="utf-8")  # noqa: S603 - ours
    given = reasons((ROOT / "docs" / "architecture.md").read_text("utf-8"))
    found = low(json.loads(report.stdout))
    for module, share in found.items():
        print(f"{share:5.1f} % {module}: {given.get(module, 'no reason in docs/architecture.md')}")
    return int(not found.keys() <= given.keys())


if __name__ == "__main__":
    sys.exit(main())
