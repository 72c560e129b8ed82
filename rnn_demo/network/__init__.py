"""The network: cells and their equations, the recurrence over time, the model around it, and all of it in NumPy."""
