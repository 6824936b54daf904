"""From a contributor's rows to the dataset."""
