"""Recipes and the checkpoints that come out of them."""
