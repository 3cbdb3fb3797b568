"""Published figures: reading them as they were printed, and saying which sums and rates do not hold."""
