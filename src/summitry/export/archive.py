"""Several files in one zip file without a clock in it, so that equal files give equal bytes."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from summitry.export.tables import Tables

EARLIEST = (1980, 1, 1, 0, 0, 0)  # that a zip file can say


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Return a zip file of contents by name."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, EARLIEST)
            entry.external_attr = 0o644 << 16  # whom it belongs to may write it, all may read it
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def readme(tables: Tables, note: str) -> bytes:
    """Return what a reader of the files must know: title, version, citation, licence, and a note."""
    about = "\n".join(f"{name}: {value}" for name, value in tables.about.items())
    return f"{about}\n\n{note}".encode()
