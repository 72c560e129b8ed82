"""Exhibits: eight real runs by one click each."""
