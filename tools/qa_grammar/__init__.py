"""Where the questions of `rnn_demo/data/files/qa.csv` come from: facts, ways of asking, and what to refuse."""
