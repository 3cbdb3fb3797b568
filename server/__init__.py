"""The office's source of truth: rules, transactions, API, live events and desk pages."""
