"""Recurrent neural networks that you can watch read: cells, models, tasks, traces, and a page to see them in."""

__version__ = "0.1.0"
