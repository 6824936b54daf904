"""Files of tables, read so that every cell keeps its place."""
