"""Sentences that are made: templates and their fillings, what each asks of a reader, changes that mean nothing."""
