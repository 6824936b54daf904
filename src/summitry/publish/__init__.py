"""What is derived from the tables and schemas, and what a release must be."""
