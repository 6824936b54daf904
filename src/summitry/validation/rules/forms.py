"""What is checked of files, headers and cells, as a catalogue: the checks are in csvfile, table_files and checks."""

from __future__ import annotations

from summitry.validation.rules.model import Rule

_FORM = (
    ("encoding", "a file is not UTF-8", "Save it as UTF-8.", "Latin-1 bytes"),
    ("quoting", "a quotation mark is out of place", 'Quote the whole cell and double the marks in it: "a ""b"" c".',
     "an opening mark that is never closed"),
    ("cell-count", "a line has more or fewer cells than the header", "Add or take away a comma.", "a comma too few"),
    ("blank-line", "a line is blank", "Delete it.", "an empty line between rows"),
    ("header", "the header is not that of the table", "Name the columns as the schema does, in its order.",
     "a column speaker instead of speaker_id"),
    ("parquet", "a Parquet file cannot be read", "Write it again.", "a truncated download"),
    ("file", "a file cannot be read, or is of no known table", "Name it <table>.csv or <table>.parquet.",
     "statments.csv"),
    ("path", "a path leads out of the folder or to the network", "Keep everything inside the folder.",
     "a symbolic link to another folder"),
    ("descriptor", "a data package descriptor cannot be read", "Build it again.", "JSON that is cut off"),
    ("hash", "a file is not the one that the descriptor describes", "Build the package again.", "an edited CSV"),
    ("required", "a required cell is empty", "Fill it.", "speaker_id empty"),
    ("type", "a cell is not of its column's type", "Write it in the form of the example.", "said_from 22.08.2025"),
    ("enum", "a value is not in the list of its column", "Choose one of the list.", "position accpets"),
    ("pattern", "a value has not the form of its column", "Write it in the form of the example.",
     "statement_id “Lavrov 22 August”"),
    ("minimum", "a number or date is too small", "Give a larger one.", "latitude -91"),
    ("maximum", "a number or date is too large", "Give a smaller one.", "latitude 91"),
    ("minLength", "a text is too short", "Say more.", "summary “No.”"),
    ("maxLength", "a text is too long", "Say less.", "a summary of 400 characters"),
    ("character", "a text holds a line break or another character that cannot be seen", "Take it away.",
     "a mark that turns the reading direction"),
    ("formula", "a text begins like a formula of a spreadsheet", "Begin it with a letter.", "=HYPERLINK(…)"),
    ("space", "a text begins or ends with a space", "Take the space away.", "“Lavrov ”"),
    ("primaryKey", "a key is there twice", "Delete the copy, or change its key.", "two rows with one statement_id"),
    ("unique", "a value that must be unique is there twice", "Change one.", "two rows with one identifier"),
    ("uniqueKeys", "values that must be unique together are there twice", "Change one.", "the same pair twice"),
    ("foreign-key", "a cell names a row that does not exist", "Add the row, or name another.",
     "speaker_id zelenskyy"),
)  # fmt: skip
_MILD = (
    ("byte-order-mark", "a file begins with a byte order mark", "Save it as UTF-8 without one.", "Excel's “CSV UTF-8”"),
    ("line-end", "lines end in CRLF", "Save it with Unix line ends.", "a file saved on Windows"),
)
RULES = (
    *(Rule(i, 0, "error", statement, fix, example) for i, statement, fix, example in _FORM),
    *(Rule(i, 0, "warning", statement, fix, example) for i, statement, fix, example in _MILD),
)
