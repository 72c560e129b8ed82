"""Recipes, and the checkpoints that are made by them."""
