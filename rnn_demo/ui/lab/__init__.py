"""Training lab."""
