"""Hidden states."""
