"""The tab Start: a network that reads a sentence by itself."""
