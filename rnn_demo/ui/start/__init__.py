"""The tab Start: a network that reads a sentence by itself.

The *reading* is what the shipped network made of the sentence, recorded once. The *landing* shows it, with a box for
another sentence and cards that lead on. It comes within the *first frame*, the part of the page's HTML that stands
before any script has run, and is moved into the tab once Gradio has built that.
"""
