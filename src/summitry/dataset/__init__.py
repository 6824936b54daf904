"""What ships, in memory: files, loaders, queries, parties, names, differences and hashes."""
