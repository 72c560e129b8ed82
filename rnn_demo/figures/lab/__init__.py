"""Figures of what is trained in the lab."""
