"""An empty contribution: a folder with the header of every table, and a guide."""

from __future__ import annotations

import shlex
import shutil
from pathlib import Path

from summitry import schema
from summitry.errors import InputError
from summitry.paths import TEXTS
from summitry.words import printable

GUIDE = """\
# How to fill this folder

1. Put the text of your source into `seeds/<source_id>.txt` (UTF-8), if you may keep it, and add a row to
   `sources.csv`. `summitry locate --source <source_id> --folder {folder}` prints its sha256 and length.
2. For each thing that somebody is said to have said, add a row to `statements.csv`. If the statement is in the
   dataset already (`summitry show statements`), use its id and add only a mention.
3. For each report of a statement, add a row to `mentions.csv`. Find the span with
   `summitry locate "words of the text" --source <source_id> --folder {folder}`.
4. Add `stances.csv` for positions on demands, `event_reports.csv` for what is said about events.
5. Actors, demands, events and places that are not in the dataset yet get rows in their own tables.
6. Delete the files that you do not need. A row with a key that the dataset has changes that row.
7. Run `summitry validate {folder}` until it reports no errors.
8. For the published dataset, open a pull request with the folder, as CONTRIBUTING.md says, and do not merge it
   yourself. `summitry merge {folder}` adds the rows to a clone of your own.

What each column means, with the questions that decide between codes, is in CODEBOOK.md and at the prompt:
`summitry describe statements`.
"""


def create(folder: Path) -> Path:
    """Create an empty contribution in a folder that is not there or empty, and return the guide in it.

    Raises:
        InputError: when the folder has content, is a file, or cannot be written: then nothing of it stays.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(f"{folder} already exists and is not an empty folder. Choose another name.")
    texts = {f"{table.name}.csv": ",".join(table.names) + "\n" for table in schema.package().tables.values()}
    texts["GUIDE.md"] = GUIDE.format(folder=shlex.quote(printable(str(folder))))
    file = folder / TEXTS
    try:
        file.mkdir(parents=True)
        for name, text in texts.items():
            file = folder / name
            file.write_text(text, "utf-8")
    except OSError as e:
        shutil.rmtree(folder, ignore_errors=True)
        raise InputError(f"{file} cannot be written: {e.strerror}. Nothing was created.") from e
    return file
