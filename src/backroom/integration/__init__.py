"""Layer 1, data and integration: systems are read into records, and what leaves the house leaves through the outbox."""
