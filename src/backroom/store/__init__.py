"""The database: one writer thread that commits in groups, pooled readers, a notice of changes after each commit."""
