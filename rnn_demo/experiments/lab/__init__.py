"""What the lab says of its runs: the words of its settings, its experiments, and a judgement from the curves."""
