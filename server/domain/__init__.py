"""Pure rules of a one-stop office, on the standard library only: no clock, no database, no network."""
