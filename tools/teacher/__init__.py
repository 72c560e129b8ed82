"""A teacher for the network of sentiment: a small transformer that learns what is labelled and labels what is not."""
