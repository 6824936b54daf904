"""Whatever is wrong with tables of the dataset or of a contribution, at its line and column."""
