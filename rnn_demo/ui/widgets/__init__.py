"""Widgets that the page draws itself, shared by the tabs."""
