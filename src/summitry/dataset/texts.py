"""The texts of sources: only in a checkout or a contribution, in the folder `seeds/`, and each is read once."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from summitry.paths import TEXTS

MOST_BYTES = 10_000_000  # of a text; that of a long article is some 100 kilobytes

_ODD_BYTES = {
    b"\xef\xbb\xbf": "a byte order mark at its beginning",
    b"\r": "the character CR at the ends of lines",
    b"\0": "the character NUL",
}


@dataclass
class Texts:
    """Reads texts by their `text_path`, from the first folder that has it.

    Attributes:
        folders: checkouts or contributions.
        found: what was read, by `text_path`: the folder and the content; None where no folder has the text.
    """

    folders: tuple[Path, ...]
    found: dict[str, tuple[Path, bytes] | None] = field(default_factory=dict)

    def __call__(self, text_path: str) -> bytes | None:
        """Return the content of a text, the same as often as it is asked for; None where there is none."""
        if text_path not in self.found:
            pairs = ((folder, _content(folder, text_path)) for folder in self.folders)
            self.found[text_path] = next(((f, content) for f, content in pairs if content is not None), None)
        found = self.found[text_path]
        return found[1] if found else None

    def folder(self, text_path: str) -> Path | None:
        """Return the folder that has a text; None where none has it."""
        self(text_path)
        found = self.found[text_path]
        return found[0] if found else None

    def read_from(self, folder: Path) -> dict[str, bytes]:
        """Return what was read from a folder, by `text_path`."""
        return {path: found[1] for path, found in self.found.items() if found and found[0] == folder}


def _content(folder: Path, text_path: str) -> bytes | None:
    """Read a text of a folder; no link leads out of its `seeds/`."""
    try:
        home, path = folder.resolve() / TEXTS, (folder / text_path).resolve()
        small = path.is_relative_to(home) and path.is_file() and path.stat().st_size <= MOST_BYTES
        if small and os.access(path, os.R_OK):
            return path.read_bytes()
    except (OSError, ValueError, RuntimeError):  # too long, a NUL, links in a circle
        pass
    return None


class Text(NamedTuple):
    """The text of a source.

    Attributes:
        content: its characters.
        sha256: its hash, hexadecimal.
        odd: what is expected of its form, and what to do, where its characters cannot be counted.
    """

    content: str
    sha256: str
    odd: tuple[str, str] | None


def decoded(raw: bytes) -> Text:
    """Return the text that is in a file."""
    odd, fix = None, "Save it again without it; then write the new sha256 and n_codepoints, and find the spans again."
    try:
        content = raw.decode("utf-8")
        odd = next(((f"a text without {name}", fix) for byte, name in _ODD_BYTES.items() if byte in raw), None)
    except UnicodeDecodeError as e:
        content, odd = "", ("a text in UTF-8", f"Save the text as UTF-8; byte {e.start} is not.")
    return Text(content, hashlib.sha256(raw).hexdigest(), odd)
