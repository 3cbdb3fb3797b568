"""Use cases: one verb, one transaction, returning the events that happened."""
