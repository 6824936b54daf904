"""Every rule there is, as `summitry rules` lists them: of files, of cells and keys, of rows, of the whole dataset."""

from __future__ import annotations

from summitry.validation import checks
from summitry.validation.rules import DATASET_RULES
from summitry.validation.rules.model import Check, Rule, form_rule
from summitry.validation.rules.rows import ROW_CHECKS

# what the readers of files report
FILE_RULES = (
    form_rule("encoding", "a file is not UTF-8", "Save it as UTF-8.", "Latin-1 bytes"),
    form_rule(
        "quoting",
        "a quotation mark is out of place",
        'Quote the whole cell and double the marks in it: "a ""b"" c".',
        "an opening mark that is never closed",
    ),
    form_rule(
        "cell-count",
        "a line has more or fewer cells than the header",
        "Add or remove a comma.",
        "a comma too few",
    ),
    form_rule("blank-line", "a line is blank", "Delete it.", "an empty line between rows"),
    form_rule(
        "header",
        "the header is not that of the table",
        "Name the columns as the schema does, in its order.",
        "a column speaker instead of speaker_id",
    ),
    form_rule("parquet", "a Parquet file cannot be read", "Write it again.", "a truncated download"),
    form_rule(
        "file",
        "a file cannot be read, or its table is unknown",
        "Name it <table>.csv or <table>.parquet.",
        "statments.csv",
    ),
    form_rule(
        "path",
        "a path leads out of the folder or to the network",
        "Keep everything inside the folder.",
        "a symbolic link to another folder",
    ),
    form_rule("descriptor", "a data package descriptor cannot be read", "Build it again.", "JSON that is cut off"),
    form_rule(
        "hash",
        "a file is not the one that the descriptor describes",
        "Build the package again.",
        "an edited CSV",
    ),
)
FILE_WARNINGS = (
    form_rule(
        "byte-order-mark",
        "a file begins with a byte order mark",
        "Save it as UTF-8 without one.",
        "Excel's “CSV UTF-8”",
        "warning",
    ),
    form_rule("line-end", "lines end in CRLF", "Save it with Unix line ends.", "a file saved on Windows", "warning"),
)


def catalogue() -> list[Rule | Check]:
    """Return every rule there is: form first, then by number."""
    beyond_form: list[Rule | Check] = [*(c for some in ROW_CHECKS.values() for c in some), *DATASET_RULES]
    return [*FILE_RULES, *checks.RULES, *FILE_WARNINGS, *sorted(beyond_form, key=lambda r: (r.number, r.id))]
